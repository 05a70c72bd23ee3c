//! Stems: the first letters of every word, as hashes. What a page says often, and what its blocks share.
//!
//! Language-free. Must not know shapes of blocks, nor the lexicon.

use crate::chrome::context::Run;
use crate::hash::{HashedMap, HashedSet, hash64};
use crate::page::Page;
use crate::text::tokens::{stem, tokens};

/// Stems that stand in most long blocks are the page's own stop words.
const STOP_STEMS: usize = 25;
/// Characters of a stem: unites most inflected forms in the languages measured.
const STEM_CHARS: usize = 6;

/// The stems of all blocks, as hashes, flat.
#[derive(Debug)]
pub struct Stems {
    flat: Vec<u64>,
    bounds: Vec<usize>,
}

impl Stems {
    /// Hashes the stems of a page.
    #[must_use]
    pub fn of(page: &Page<'_>) -> Self {
        let mut flat = Vec::with_capacity(page.text().len() / 6);
        let mut bounds = Vec::with_capacity(page.len() + 1);
        bounds.push(0);
        for i in 0..page.len() {
            let mut previous_wide: Option<&str> = None;
            for token in tokens(page.folded(i)) {
                // A wide token is one character; pairs of neighbours carry the meaning.
                let wide = token.as_bytes()[0] >= 0xE0 && token.chars().count() == 1;
                if !wide {
                    flat.push(hash64(stem(token, STEM_CHARS).as_bytes()));
                    previous_wide = None;
                    continue;
                }
                if let Some(previous) = previous_wide {
                    let mut pair = [0u8; 8];
                    let (a, b) = (previous.as_bytes(), token.as_bytes());
                    pair[..a.len()].copy_from_slice(a);
                    pair[4..4 + b.len()].copy_from_slice(b);
                    flat.push(hash64(&pair));
                }
                previous_wide = Some(token);
            }
            bounds.push(flat.len());
        }
        Self { flat, bounds }
    }

    /// The stems of block `i`.
    #[must_use]
    pub fn block(&self, i: usize) -> &[u64] {
        &self.flat[self.bounds[i]..self.bounds[i + 1]]
    }

    /// The stems of the blocks that stay.
    #[must_use]
    pub fn without(&self, gone: &[bool]) -> Self {
        let mut kept = Self { flat: Vec::with_capacity(self.flat.len()), bounds: vec![0] };
        for i in (0..self.len()).filter(|&i| !gone[i]) {
            kept.flat.extend_from_slice(self.block(i));
            kept.bounds.push(kept.flat.len());
        }
        kept
    }

    fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// The stems that stand in most long blocks. Ties are broken by hash, so that the result is one.
    pub(super) fn stop_words(&self, long: &[bool]) -> HashedSet<u64> {
        let mut counts: HashedMap<u64, (u32, u32)> = HashedMap::default();
        for i in (0..self.len()).filter(|&i| long[i]) {
            for &s in self.block(i) {
                let entry = counts.entry(s).or_insert((0, u32::MAX));
                if entry.1 != i as u32 {
                    *entry = (entry.0 + 1, i as u32);
                }
            }
        }
        let mut by_count: Vec<(u32, u64)> =
            counts.into_iter().filter(|&(_, (n, _))| n >= 2).map(|(s, (n, _))| (n, s)).collect();
        by_count.sort_unstable_by(|a, b| b.cmp(a));
        by_count.truncate(STOP_STEMS);
        by_count.into_iter().map(|(_, s)| s).collect()
    }

    pub(super) fn stop_shares(&self, stop: &HashedSet<u64>) -> (Vec<f32>, Vec<f32>) {
        (0..self.len())
            .map(|i| {
                let stems = self.block(i);
                let n = stems.iter().filter(|s| stop.contains(s)).count() as f32;
                (n / (stems.len() as f32).max(1.0), n)
            })
            .unzip()
    }

    /// For each block: share of its non-stop stems that a long block of the run has, itself left out.
    pub(super) fn topic(&self, run: Run, long: &[bool], stop: &HashedSet<u64>) -> Vec<f32> {
        let mut holders: HashedMap<u64, (u32, u32)> = HashedMap::default();
        for i in (run.start..run.end).filter(|&i| long[i]) {
            for &s in self.block(i) {
                let entry = holders.entry(s).or_insert((0, u32::MAX));
                if entry.1 != i as u32 {
                    *entry = (entry.0 + 1, i as u32);
                }
            }
        }
        (0..self.len())
            .map(|i| {
                let own = u32::from(run.contains(i) && long[i]);
                let (mut seen, mut all) = (0u32, 0u32);
                for s in self.block(i).iter().filter(|s| !stop.contains(s)) {
                    all += 1;
                    seen += u32::from(holders.get(s).is_some_and(|&(n, _)| n > own));
                }
                seen as f32 / (all as f32).max(2.0)
            })
            .collect()
    }
}
