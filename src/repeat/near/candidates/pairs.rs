//! Pairs as the bands propose them: the same again and again, and of too many the best.

use super::{Edge, Order, PAIRS};

/// A proposed pair, by rank.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pair {
    /// The rank of the page that would be dropped.
    worse: u32,
    /// The rank of the other.
    better: u32,
    /// Equal bins.
    equal: u8,
}

/// All pairs so far.
#[derive(Default)]
pub(super) struct Pairs {
    /// Of bands that are done: by worse, then better rank, none twice.
    settled: Vec<Pair>,
    /// Of the present band.
    fresh: Vec<Pair>,
}

impl Pairs {
    /// Takes what a bucket proposes for one page: the better ranks, and how many bins are equal.
    pub(super) fn propose(&mut self, worse: u32, proposed: &mut [(u32, u32)]) {
        if proposed.is_empty() {
            return;
        }
        proposed.sort_unstable();
        let pairs = proposed.iter().map(|&(better, equal)| Pair {
            worse,
            better,
            equal: equal as u8,
        });
        let mut best = Vec::new();
        extend_by_best(&mut best, &pairs.collect::<Vec<_>>());
        // Copies share most of their bands: sorting what is known already would take most of the time.
        let from = self.settled.partition_point(|pair| pair.worse < worse);
        let mut known = self.settled[from..].iter().peekable();
        best.retain(|pair| {
            while known.next_if(|known| known.key() < pair.key()).is_some() {}
            known.peek().is_none_or(|known| known.key() != pair.key())
        });
        self.fresh.append(&mut best);
    }

    /// Ends a band. Nowhere else are pairs let go, so that what is left does not depend on memory.
    pub(super) fn settle(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        // Two sorted runs: the standard stable sort sees them and merges.
        self.fresh.sort_unstable_by_key(Pair::key);
        self.settled.append(&mut self.fresh);
        self.settled.sort_by_key(Pair::key);
        self.settled.dedup();
        if self.settled.chunk_by(same_page).any(|pairs| pairs.len() > 2 * PAIRS) {
            let mut left = Vec::with_capacity(self.settled.len());
            for pairs in self.settled.chunk_by(same_page) {
                extend_by_best(&mut left, pairs);
            }
            self.settled = left;
        }
    }

    /// The pairs that are left, as edges in order.
    pub(super) fn edges(self, order: &Order) -> Vec<Edge> {
        let pairs = self.settled.iter();
        let mut edges: Vec<_> = pairs
            .map(|pair| Edge::between(order.page(pair.worse), order.page(pair.better)))
            .collect();
        edges.sort_unstable();
        edges
    }
}

impl Pair {
    fn key(&self) -> (u32, u32) {
        (self.worse, self.better)
    }
}

fn same_page(one: &Pair, other: &Pair) -> bool {
    one.worse == other.worse
}

/// Appends the pairs of one page: all, or the most similar and those with the most preferred pages.
fn extend_by_best(left: &mut Vec<Pair>, pairs: &[Pair]) {
    if pairs.len() <= 2 * PAIRS {
        left.extend_from_slice(pairs);
        return;
    }
    let (preferred, others) = pairs.split_at(PAIRS);
    left.extend_from_slice(preferred);
    let mut others = others.to_vec();
    others.sort_unstable_by_key(|pair| (u8::MAX - pair.equal, pair.better));
    others.truncate(PAIRS);
    others.sort_unstable_by_key(Pair::key);
    left.append(&mut others);
}
