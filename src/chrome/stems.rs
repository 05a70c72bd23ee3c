//! Stems: the first letters of every word, numbered. What a page says often, and what its blocks share.
//!
//! Language-free. Must not know shapes of blocks, nor the lexicon.

use crate::chrome::context::Run;
use crate::chrome::units::Units;
use crate::hash::{HashedMap, hash64};
use crate::page::Page;
use crate::text::tokens::{stem, tokens};

/// Stems that stand in most long blocks are the page's own stop words.
const STOP_STEMS: usize = 25;
/// The few that are common beyond doubt.
const FEW_STOP_STEMS: usize = 10;
/// Characters of a stem: unites most inflected forms in the languages measured.
const STEM_CHARS: usize = 6;

/// The stems of all blocks, flat, each as the number of its first appearance on the page: everything that
/// is asked of a stem afterwards is a look into a table.
#[derive(Debug)]
pub struct Stems {
    flat: Vec<u32>,
    bounds: Vec<usize>,
    distinct: usize,
}

/// A set of stems of one page.
#[derive(Debug)]
pub struct StemSet(Vec<bool>);

impl StemSet {
    /// Whether the set holds a stem.
    #[must_use]
    pub fn contains(&self, stem: u32) -> bool {
        self.0[stem as usize]
    }
}

impl Stems {
    /// Numbers the stems of a page.
    #[must_use]
    pub fn of(page: &Page<'_>) -> Self {
        let mut stems = Self {
            flat: Vec::with_capacity(page.text().len() / 6),
            bounds: vec![0],
            distinct: 0,
        };
        let mut numbers: HashedMap<u64, u32> = HashedMap::default();
        numbers.reserve(page.text().len() / 16);
        let mut push = |flat: &mut Vec<u32>, key: u64| {
            let next = numbers.len() as u32;
            flat.push(*numbers.entry(key).or_insert(next));
        };
        for i in 0..page.len() {
            let folded = page.folded(i);
            // Without a byte from 0xE0 on there is no wide character: words are what stands between spaces.
            if folded.bytes().all(|b| b < 0xE0) {
                for word in folded.as_bytes().split(|&b| b == b' ').filter(|w| !w.is_empty()) {
                    push(&mut stems.flat, key(stem_bytes(word), &[]));
                }
                stems.bounds.push(stems.flat.len());
                continue;
            }
            let mut previous_wide: Option<&str> = None;
            for token in tokens(folded) {
                // A wide token is one character; pairs of neighbours carry the meaning.
                let wide = token.as_bytes()[0] >= 0xE0 && token.chars().count() == 1;
                if !wide {
                    push(&mut stems.flat, key(stem(token, STEM_CHARS).as_bytes(), &[]));
                    previous_wide = None;
                    continue;
                }
                if let Some(previous) = previous_wide {
                    push(&mut stems.flat, key(previous.as_bytes(), token.as_bytes()));
                }
                previous_wide = Some(token);
            }
            stems.bounds.push(stems.flat.len());
        }
        stems.distinct = numbers.len();
        stems
    }

    /// The stems of block `i`.
    #[must_use]
    pub fn block(&self, i: usize) -> &[u32] {
        &self.flat[self.bounds[i]..self.bounds[i + 1]]
    }

    /// The stems of the blocks that stay, numbered anew: as they would be on a page of these blocks alone.
    #[must_use]
    pub fn without(&self, gone: &[bool]) -> Self {
        let mut kept = Self {
            flat: Vec::with_capacity(self.flat.len()),
            bounds: vec![0],
            distinct: 0,
        };
        let mut renumbered = vec![u32::MAX; self.distinct];
        for i in (0..self.len()).filter(|&i| !gone[i]) {
            for &stem in self.block(i) {
                let number = &mut renumbered[stem as usize];
                if *number == u32::MAX {
                    *number = kept.distinct as u32;
                    kept.distinct += 1;
                }
                kept.flat.push(*number);
            }
            kept.bounds.push(kept.flat.len());
        }
        kept
    }

    /// The stems of units of several blocks.
    pub(super) fn joined(&self, units: &Units) -> Self {
        let mut bounds: Vec<usize> = (0..units.len()).map(|u| self.bounds[units.lines(u).start]).collect();
        bounds.push(self.flat.len());
        Self {
            flat: self.flat.clone(),
            bounds,
            distinct: self.distinct,
        }
    }

    /// How many different stems the page has.
    pub(super) fn distinct(&self) -> usize {
        self.distinct
    }

    fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// In how many of the given blocks each stem stands.
    pub(super) fn holders(&self, blocks: impl Iterator<Item = usize>) -> Vec<u32> {
        let mut counts = vec![0u32; self.distinct];
        let mut last = vec![u32::MAX; self.distinct];
        for i in blocks {
            for &s in self.block(i) {
                if last[s as usize] != i as u32 {
                    last[s as usize] = i as u32;
                    counts[s as usize] += 1;
                }
            }
        }
        counts
    }

    /// The stems that stand in most long blocks, of equals those that came first; and the few most common of them.
    pub(super) fn stop_words(&self, long: &[bool]) -> (StemSet, StemSet) {
        let counts = self.holders((0..self.len()).filter(|&i| long[i]));
        let mut by_count: Vec<(u32, u32)> = (0u32..)
            .zip(&counts)
            .filter(|&(_, &n)| n >= 2)
            .map(|(s, &n)| (u32::MAX - n, s))
            .collect();
        if by_count.len() > STOP_STEMS {
            by_count.select_nth_unstable(STOP_STEMS);
            by_count.truncate(STOP_STEMS);
        }
        by_count.sort_unstable();
        let set = |most: usize| {
            let mut set = vec![false; self.distinct];
            for &(_, s) in by_count.iter().take(most) {
                set[s as usize] = true;
            }
            StemSet(set)
        };
        (set(STOP_STEMS), set(FEW_STOP_STEMS))
    }

    /// For each block the share of its stems that are stop words, and their number.
    pub(super) fn stop_shares(&self, stop: &StemSet) -> (Vec<f32>, Vec<f32>) {
        (0..self.len())
            .map(|i| {
                let stems = self.block(i);
                let n = stems.iter().filter(|&&s| stop.contains(s)).count() as f32;
                (n / (stems.len() as f32).max(1.0), n)
            })
            .unzip()
    }

    /// What the blocks of a run say, stop words left out.
    pub(super) fn said(&self, run: Run, stop: &StemSet) -> StemSet {
        let mut said = vec![false; self.distinct];
        for &s in &self.flat[self.bounds[run.start]..self.bounds[run.end]] {
            said[s as usize] = !stop.contains(s);
        }
        StemSet(said)
    }
}

/// The first characters of a word whose characters have one or two bytes.
fn stem_bytes(word: &[u8]) -> &[u8] {
    if word.len() <= STEM_CHARS {
        return word;
    }
    let starts = word
        .iter()
        .enumerate()
        .filter(|&(_, b)| b & 0xC0 != 0x80)
        .map(|(i, _)| i);
    &word[..{ starts }.nth(STEM_CHARS).unwrap_or(word.len())]
}

/// A key for one or two strings: the bytes themselves if they fit, spread over 64 bits; else their hash.
fn key(a: &[u8], b: &[u8]) -> u64 {
    let mut packed = [0u8; 8];
    if a.len() + b.len() <= 8 {
        packed[..a.len()].copy_from_slice(a);
        packed[8 - b.len()..].copy_from_slice(b);
        return u64::from_le_bytes(packed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    hash64(a) ^ hash64(b).rotate_left(17)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_without_some_blocks_are_those_of_the_page_without_them() {
        let page = Page::new("menu login menu\nthe bridge over the river\nlogin\nthe river bridge again");
        let left = Stems::of(&page).without(&[true, false, true, false]);
        let fresh = Stems::of(&Page::new("the bridge over the river\nthe river bridge again"));
        assert_eq!(
            (left.flat, left.bounds, left.distinct),
            (fresh.flat, fresh.bounds, fresh.distinct)
        );
    }
}
