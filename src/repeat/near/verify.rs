//! Candidates are checked by their full sets, which take twenty times a sketch and do not all fit.
//!
//! Pages are read again in order. A set lives from its page to its last partner; what would not fit waits for another
//! round. [`Rounds::plan`] works that out before anything is read, from the sizes alone, so that a sweep never holds
//! more than the budget, unless a single pair is larger.
//!
//! Must not know how pages are read, nor what becomes of a pair.

use std::collections::BTreeSet;

use super::candidates::Edge;
use super::shingles::Shingles;
use crate::hash::HashedMap;

/// What a set takes beside its numbers: its place in the map of living sets.
const OVERHEAD: usize = 64;

/// A pair whose similarity is known and at the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verified {
    /// The page that comes first in input order.
    pub earlier: u32,
    /// The other.
    pub later: u32,
    /// Their Jaccard similarity.
    pub similarity: f64,
}

/// Which pairs are verified in which reading of the input.
#[derive(Debug, Default)]
pub struct Rounds {
    rounds: Vec<Round>,
}

/// One reading of the input.
#[derive(Debug)]
pub struct Round {
    /// By later, then earlier page.
    edges: Vec<Edge>,
    /// The pages of these edges in ascending order, each with how many later partners it has.
    pages: Vec<(u32, u32)>,
}

impl Rounds {
    /// Plans so that the living sets, of `shingles(page)` numbers each, take at most `budget` bytes.
    ///
    /// Edges have to be sorted by later, then earlier page, as [`super::candidates`] gives them.
    #[must_use]
    pub fn plan(edges: Vec<Edge>, shingles: impl Fn(u32) -> usize, budget: usize) -> Self {
        let size = |page| OVERHEAD + size_of::<u32>() * shingles(page);
        let mut rounds = Vec::new();
        let mut rest = edges;
        while !rest.is_empty() {
            let (now, later) = Simulation::of(&rest, &size, budget);
            rounds.push(Round::of(now));
            rest = later;
        }
        Self { rounds }
    }

    /// The readings, in order.
    #[must_use]
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }
}

impl Round {
    fn of(edges: Vec<Edge>) -> Self {
        let mut partners = HashedMap::<u32, u32>::default();
        for edge in &edges {
            *partners.entry(edge.earlier).or_default() += 1;
            partners.entry(edge.later).or_default();
        }
        let mut pages: Vec<_> = partners.into_iter().collect();
        pages.sort_unstable();
        Self { edges, pages }
    }

    /// Whether the sweep needs the set of a page.
    #[must_use]
    pub fn needs(&self, page: u32) -> bool {
        self.partners(page).is_some()
    }

    /// How many pages the sweep needs.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// How many pairs it verifies.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.edges.len()
    }

    /// Starts the reading; pairs below `near` are left out.
    #[must_use]
    pub fn sweep(&self, near: f64) -> Sweep<'_> {
        Sweep {
            round: self,
            near,
            at: 0,
            live: HashedMap::default(),
            bytes: 0,
            peak: 0,
        }
    }

    fn partners(&self, page: u32) -> Option<u32> {
        let found = self.pages.binary_search_by_key(&page, |&(page, _)| page);
        found.ok().map(|at| self.pages[at].1)
    }
}

/// A reading on its way.
#[derive(Debug)]
pub struct Sweep<'a> {
    round: &'a Round,
    near: f64,
    /// The first edge that is not dealt with.
    at: usize,
    /// Sets that wait for later partners, and for how many.
    live: HashedMap<u32, (Shingles, u32)>,
    bytes: usize,
    peak: usize,
}

impl Sweep<'_> {
    /// Takes the set of the next page that the round [needs](Round::needs), in ascending order, and calls `each` with
    /// every pair that it completes. Pages that cannot be read any more may be left out, and so are their pairs.
    pub fn push(&mut self, page: u32, set: Shingles, each: &mut impl FnMut(Verified)) {
        let size = OVERHEAD + size_of::<u32>() * set.len();
        self.peak = self.peak.max(self.bytes + size);
        let edges = &self.round.edges;
        while let Some(&Edge { earlier, later }) = edges.get(self.at).filter(|edge| edge.later <= page) {
            self.at += 1;
            if later == page {
                self.verify(earlier, page, &set, each);
            } else {
                self.release(earlier);
            }
        }
        let partners = self.round.partners(page).unwrap_or(0);
        if partners > 0 {
            self.bytes += size;
            self.live.insert(page, (set, partners));
        }
    }

    fn verify(&mut self, earlier: u32, later: u32, set: &Shingles, each: &mut impl FnMut(Verified)) {
        if let Some((other, _)) = self.live.get(&earlier) {
            let similarity = other.jaccard(set);
            if similarity >= self.near {
                each(Verified {
                    earlier,
                    later,
                    similarity,
                });
            }
        }
        self.release(earlier);
    }

    /// One partner less to wait for.
    fn release(&mut self, page: u32) {
        if let Some((set, partners)) = self.live.get_mut(&page) {
            *partners -= 1;
            if *partners == 0 {
                self.bytes -= OVERHEAD + size_of::<u32>() * set.len();
                self.live.remove(&page);
            }
        }
    }

    /// The most bytes that sets took at once.
    #[must_use]
    pub fn peak(&self) -> usize {
        self.peak
    }
}

/// A sweep without sets: which of them would be alive, and which have to wait for another round.
///
/// If there is no room, the set goes whose last partner is farthest away (Belady 1966).
struct Simulation<'a, S> {
    size: &'a S,
    budget: usize,
    /// The last later partner of every page that has one.
    last: HashedMap<u32, u32>,
    /// Living sets by last partner.
    live: BTreeSet<(u32, u32)>,
    bytes: usize,
    now: Vec<Edge>,
    later: Vec<Edge>,
}

impl<'a, S: Fn(u32) -> usize> Simulation<'a, S> {
    /// The edges of this round, and the rest, both in order.
    fn of(edges: &[Edge], size: &'a S, budget: usize) -> (Vec<Edge>, Vec<Edge>) {
        let mut last = HashedMap::default();
        let mut pages = Vec::with_capacity(2 * edges.len());
        for edge in edges {
            last.insert(edge.earlier, edge.later);
            pages.extend([edge.earlier, edge.later]);
        }
        pages.sort_unstable();
        pages.dedup();
        let mut simulation = Self {
            size,
            budget,
            last,
            live: BTreeSet::new(),
            bytes: 0,
            now: Vec::new(),
            later: Vec::new(),
        };
        let mut rest = edges;
        for page in pages {
            let here = rest.partition_point(|edge| edge.later == page);
            simulation.step(page, &rest[..here]);
            rest = &rest[here..];
        }
        (simulation.now, simulation.later)
    }

    /// One page comes, with its edges to earlier ones.
    fn step(&mut self, page: u32, edges: &[Edge]) {
        self.make_room((self.size)(page), edges);
        for &edge in edges {
            let alive = self.live.contains(&(self.last[&edge.earlier], edge.earlier));
            if alive { &mut self.now } else { &mut self.later }.push(edge);
        }
        while let Some(&(last, done)) = self.live.first().filter(|&&(last, _)| last <= page) {
            self.drop(last, done);
        }
        if let Some(&last) = self.last.get(&page) {
            self.live.insert((last, page));
            self.bytes += (self.size)(page);
            self.make_room(0, &[]);
        }
    }

    /// Drops sets until there is room for `more`: those that this page does not need first, and never the last one, so
    /// that every round verifies a pair at least.
    fn make_room(&mut self, more: usize, edges: &[Edge]) {
        while self.bytes + more > self.budget && self.live.len() > 1 {
            let needed = |page| edges.binary_search_by_key(&page, |edge| edge.earlier).is_ok();
            let farthest = self.live.iter().rev().find(|&&(_, page)| !needed(page));
            let Some(&(last, page)) = farthest.or(self.live.last()) else {
                return;
            };
            self.drop(last, page);
        }
    }

    fn drop(&mut self, last: u32, page: u32) {
        self.live.remove(&(last, page));
        self.bytes -= (self.size)(page);
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // similarities are quotients of the same counts
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(page: u32) -> Shingles {
        // 0 to 90 numbers, of which neighbours share most.
        Shingles::from_sorted((page..page + page * 7 % 91).collect())
    }

    /// Verifies in rounds; returns the pairs, the readings, and the most bytes that were held.
    fn verify(edges: &[Edge], budget: usize) -> (Vec<Verified>, usize, usize) {
        let rounds = Rounds::plan(edges.to_vec(), |page| set(page).len(), budget);
        let (mut found, mut peak) = (Vec::new(), 0);
        for round in rounds.rounds() {
            let mut sweep = round.sweep(0.3);
            for page in (0..200).filter(|&page| round.needs(page)) {
                sweep.push(page, set(page), &mut |pair| found.push(pair));
            }
            assert!(sweep.live.is_empty() && sweep.bytes == 0);
            peak = peak.max(sweep.peak());
        }
        found.sort_unstable_by_key(|pair| (pair.later, pair.earlier));
        (found, rounds.rounds().len(), peak)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_pair_is_verified_once_within_the_budget(
            pairs in prop::collection::vec((0u32..200, 0u32..200), 0..300),
            budget in prop_oneof![Just(0usize), 200usize..9000],
        ) {
            let edges: BTreeSet<Edge> = pairs.iter().filter(|(a, b)| a != b).map(|&(a, b)| Edge::between(a, b)).collect();
            let edges: Vec<Edge> = edges.into_iter().collect();
            let (found, rounds, peak) = verify(&edges, budget);
            let truth = edges.iter().map(|edge| (edge, set(edge.earlier).jaccard(&set(edge.later))));
            let truth: Vec<_> = truth.filter(|&(_, similarity)| similarity >= 0.3).collect();
            prop_assert_eq!(found.len(), truth.len());
            for (found, (edge, similarity)) in found.iter().zip(truth) {
                prop_assert_eq!(Edge::between(found.earlier, found.later), *edge);
                prop_assert!(found.similarity == similarity);
            }
            let largest_pair = 2 * (OVERHEAD + 90 * size_of::<u32>());
            prop_assert!(peak <= budget.max(largest_pair), "{peak} of {budget}");
            prop_assert!(rounds <= 1 || budget < 200 * (OVERHEAD + 90 * size_of::<u32>()));
        }
    }

    #[test]
    fn pages_that_cannot_be_read_again_lose_only_their_pairs() {
        let edges = vec![Edge::between(50, 51), Edge::between(50, 54), Edge::between(51, 54)];
        let rounds = Rounds::plan(edges, |page| set(page).len(), usize::MAX);
        let mut found = Vec::new();
        let mut sweep = rounds.rounds()[0].sweep(0.1);
        for page in [50, 54] {
            sweep.push(page, set(page), &mut |pair| found.push((pair.earlier, pair.later)));
        }
        assert_eq!(found, [(50, 54)]);
        assert!(sweep.live.is_empty());
    }

    #[test]
    fn a_family_needs_one_reading() {
        let edges: Vec<_> = (1..200).map(|page| Edge::between(0, page)).collect();
        let (_, rounds, _) = verify(&edges, 1000);
        assert_eq!(rounds, 1);
    }
}
