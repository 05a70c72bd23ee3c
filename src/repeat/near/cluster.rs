//! From verified pairs to which page is dropped as a copy of which.
//!
//! Leaders, not connected parts: pages come in the order of preference, and each is dropped if it is similar to one
//! that is kept, else kept itself. So every dropped page is at the threshold to the page that stays for it; joining
//! all that is connected would drop page 100 for page 1 because each is like the next (on licence texts only .18 of
//! such pairs were similar at all).
//!
//! Must not know how pairs were found.

use serde::{Deserialize, Serialize};

use super::candidates::Exact;
use super::order::Order;
use super::verify::Verified;
use crate::hash::HashedMap;

/// How a dropped page resembles the one that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Their folded texts are equal.
    Exact,
    /// Their shingles overlap by at least the threshold.
    Near,
}

impl Kind {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
        }
    }
}

/// A page that is dropped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duplicate {
    /// Which.
    pub page: u32,
    /// The page that stays for it. It is not dropped itself, so it also names the cluster.
    pub kept: u32,
    /// How they resemble each other.
    pub kind: Kind,
    /// Jaccard similarity of the two pages; 1 for exact copies.
    pub similarity: f64,
}

/// What is dropped, by page. Every pair of `verified` counts as similar enough.
///
/// Of several kept pages a copy goes to the most similar, then to the most preferred. Copies of a text that is
/// dropped itself go to the page that stays for it: they have the same shingles.
#[must_use]
pub fn clusters(order: &Order, exact: &[Exact], verified: &[Verified]) -> Vec<Duplicate> {
    let dropped = near(order, verified);
    let mut out: Vec<Duplicate> = dropped.values().copied().collect();
    out.extend(exact.iter().map(|&Exact { page, first }| {
        dropped.get(&first).map_or(
            Duplicate {
                page,
                kept: first,
                kind: Kind::Exact,
                similarity: 1.0,
            },
            |&near| Duplicate { page, ..near },
        )
    }));
    out.sort_unstable_by_key(|duplicate| duplicate.page);
    out
}

/// The pages that are dropped as near copies.
fn near(order: &Order, verified: &[Verified]) -> HashedMap<u32, Duplicate> {
    // Each pair with the page that can be dropped for the other.
    let mut pairs: Vec<(u32, u32, f64)> = Vec::with_capacity(verified.len());
    for pair in verified {
        let (one, other) = (order.rank(pair.earlier), order.rank(pair.later));
        pairs.push((one.max(other), one.min(other), pair.similarity));
    }
    pairs.sort_unstable_by_key(|&(rank, better, _)| (rank, better));
    let mut dropped = HashedMap::<u32, Duplicate>::default();
    for pairs in pairs.chunk_by(|a, b| a.0 == b.0) {
        let mut best: Option<(u32, f64)> = None;
        for &(_, better, similarity) in pairs {
            let better = order.page(better);
            let nearer = best.is_none_or(|(_, most)| similarity > most);
            if nearer && !dropped.contains_key(&better) {
                best = Some((better, similarity));
            }
        }
        if let Some((kept, similarity)) = best {
            let page = order.page(pairs[0].0);
            let kind = Kind::Near;
            dropped.insert(
                page,
                Duplicate {
                    page,
                    kept,
                    kind,
                    similarity,
                },
            );
        }
    }
    dropped
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // similarities are quotients of the same counts
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::repeat::near::{Keep, Sketch, Sketches};

    fn order(chars: &[u32], keep: Keep) -> Order {
        let mut sketches = Sketches::new(usize::MAX, std::path::Path::new("."));
        for &chars in chars {
            let (sketch, _) = Sketch::of("any", 5);
            sketches.push(Some(&Sketch { chars, ..sketch })).unwrap();
        }
        Order::of(&sketches, keep, 0).unwrap()
    }

    fn pair(earlier: u32, later: u32, similarity: f64) -> Verified {
        Verified {
            earlier,
            later,
            similarity,
        }
    }

    fn said(found: &[Duplicate]) -> Vec<(u32, u32, Kind, f64)> {
        found.iter().map(|d| (d.page, d.kept, d.kind, d.similarity)).collect()
    }

    #[test]
    fn a_chain_is_cut_where_it_leaves_the_threshold() {
        let chain = [pair(0, 1, 0.9), pair(1, 2, 0.9), pair(2, 3, 0.9)];
        let order = order(&[5; 4], Keep::First);
        let near = Kind::Near;
        assert_eq!(
            said(&clusters(&order, &[], &chain)),
            [(1, 0, near, 0.9), (3, 2, near, 0.9)]
        );
    }

    #[test]
    fn a_copy_goes_to_the_most_similar_page_that_stays() {
        let pairs = [pair(0, 3, 0.8), pair(1, 3, 0.9), pair(2, 3, 0.9)];
        let order = order(&[5; 4], Keep::First);
        assert_eq!(said(&clusters(&order, &[], &pairs)), [(3, 1, Kind::Near, 0.9)]);
    }

    #[test]
    fn the_longest_stays_if_asked() {
        let order = order(&[5, 9, 7], Keep::Longest);
        let pairs = [pair(0, 1, 0.8), pair(0, 2, 0.9)];
        let near = Kind::Near;
        assert_eq!(said(&clusters(&order, &[], &pairs)), [(0, 2, near, 0.9)]);
        assert_eq!([order.rank(0), order.rank(1), order.rank(2)], [2, 0, 1]);
    }

    #[test]
    fn copies_of_a_dropped_text_go_where_it_goes() {
        let exact = [Exact { page: 2, first: 1 }, Exact { page: 4, first: 3 }];
        let order = order(&[5; 5], Keep::First);
        let found = clusters(&order, &exact, &[pair(0, 1, 0.85)]);
        let (near, same) = (Kind::Near, Kind::Exact);
        assert_eq!(
            said(&found),
            [(1, 0, near, 0.85), (2, 0, near, 0.85), (4, 3, same, 1.0)]
        );
    }

    proptest! {
        #[test]
        fn what_is_dropped_is_like_what_is_kept_and_what_is_kept_is_unlike(
            pairs in prop::collection::btree_map((0u32..40, 0u32..40), 0.8..1.0, 0..120),
            chars in prop::collection::vec(0u32..9, 40),
        ) {
            let pairs: Vec<_> = pairs.into_iter().filter(|((a, b), _)| a < b).map(|((a, b), s)| pair(a, b, s)).collect();
            for keep in [Keep::First, Keep::Longest, Keep::Cleanest] {
                let found = clusters(&order(&chars, keep), &[], &pairs);
                let dropped = |page| found.iter().any(|d| d.page == page);
                for d in &found {
                    prop_assert!(!dropped(d.kept));
                    let known = |p: &&Verified| (p.earlier, p.later) == (d.page.min(d.kept), d.page.max(d.kept));
                    prop_assert!(pairs.iter().find(known).is_some_and(|p| p.similarity == d.similarity));
                }
                for p in &pairs {
                    prop_assert!(dropped(p.earlier) || dropped(p.later));
                }
            }
        }
    }
}
