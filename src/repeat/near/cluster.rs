//! From verified pairs to which page is dropped as a copy of which.
//!
//! Leaders, not connected parts: pages come in the order of preference, and each is dropped if it is similar to one
//! that is kept, else kept itself. So every dropped page is at the threshold to the page that stays for it; joining
//! all that is connected would drop page 100 for page 1 because each is like the next (on licence texts only .18 of
//! such pairs were similar at all).
//!
//! Must not know how pairs were found.

use serde::Serialize;

use super::candidates::Exact;
use super::order::Order;
use super::verify::Verified;
use crate::hash::HashedMap;

/// How a dropped page resembles the one that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
