//! Floor 1: a page, its blocks and the cuts made in it.
//!
//! Knows text and reasons; must not know who proposes a cut, nor where pages come from.

pub mod cut;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::hash::hash64;
use crate::text::{blocks, fold};

pub use cut::{Cut, Repeats, apply};

/// One non-empty line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its bytes in [`Page::text`], without its line end.
    pub range: Range<usize>,
    /// Its line number in the page, from 1.
    pub line: usize,
    /// Blank lines right before it.
    pub blank_before: usize,
    /// Its place among the blocks that are folded together.
    place: usize,
}

/// A normalised text, split into blocks. Every byte belongs to a block or to the gap before one.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    text: &'a str,
    blocks: Vec<Block>,
    folded: Arc<OnceLock<Folded>>,
}

/// The folds of all blocks that a page had when the first was asked for.
#[derive(Debug)]
struct Folded {
    text: String,
    /// Of each block where its fold ends, and the hash of it.
    blocks: Vec<(usize, u64)>,
}

impl Folded {
    fn of(page: &Page<'_>) -> Self {
        let mut text = String::with_capacity(page.text.len());
        let fold = |block: &Block| {
            let start = text.len();
            fold::fold_into(&page.text[block.range.clone()], &mut text);
            (text.len(), hash64(&text.as_bytes()[start..]))
        };
        let blocks = page.blocks.iter().map(fold).collect();
        Self { text, blocks }
    }
}

impl<'a> Page<'a> {
    /// Splits a normalised text (`\n` line ends) into blocks. They are folded when the first is asked for its fold.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let blocks = blocks::lines(text).into_iter().enumerate();
        let block = |(place, line): (usize, blocks::Line)| Block {
            range: line.range,
            line: line.number,
            blank_before: line.blank_before,
            place,
        };
        Self {
            text,
            blocks: blocks.map(block).collect(),
            folded: Arc::default(),
        }
    }

    fn folds(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::of(self))
    }

    /// The page's text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Its blocks, in order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// How many blocks it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether it has no block at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The text of block `i`.
    ///
    /// # Panics
    ///
    /// If there is no such block.
    #[must_use]
    pub fn block(&self, i: usize) -> &'a str {
        &self.text[self.blocks[i].range.clone()]
    }

    /// The folded text of block `i`: for comparing, never for writing.
    ///
    /// # Panics
    ///
    /// If there is no such block.
    #[must_use]
    pub fn folded(&self, i: usize) -> &str {
        let (folds, place) = (self.folds(), self.blocks[i].place);
        let start = place.checked_sub(1).map_or(0, |before| folds.blocks[before].0);
        &folds.text[start..folds.blocks[place].0]
    }

    /// Hash of the folded text of block `i`.
    ///
    /// # Panics
    ///
    /// If there is no such block.
    #[must_use]
    pub fn key(&self, i: usize) -> u64 {
        self.folds().blocks[self.blocks[i].place].1
    }

    /// The page as it is once some blocks are gone: what a reader of the cleaned page would see.
    /// Line numbers and byte ranges stay those of this page.
    #[must_use]
    pub fn without(&self, gone: &[bool]) -> Self {
        let stays = self.blocks.iter().zip(gone).filter(|&(_, &gone)| !gone);
        let mut blocks: Vec<Block> = stays.map(|(block, _)| block.clone()).collect();
        let folded = if self.folded.get().is_some() {
            Arc::clone(&self.folded)
        } else {
            // Nobody asked yet, and perhaps nobody will.
            blocks
                .iter_mut()
                .enumerate()
                .for_each(|(place, block)| block.place = place);
            Arc::default()
        };
        Self {
            text: self.text,
            blocks,
            folded,
        }
    }
}
