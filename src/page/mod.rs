//! Floor 1: a page, its blocks and the cuts made in it.
//!
//! Knows text and reasons; must not know who proposes a cut, nor where pages come from.

pub mod cut;

use std::ops::Range;
use std::sync::Arc;

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
    /// Its bytes in the page's folded text.
    folded: Range<usize>,
    /// Hash of its folded text.
    key: u64,
}

/// A normalised text, split into blocks. Every byte belongs to a block or to the gap before one.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    text: &'a str,
    blocks: Vec<Block>,
    folded: Arc<str>,
}

impl<'a> Page<'a> {
    /// Splits a normalised text (`\n` line ends) into blocks and folds each.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let blocks = blocks::lines(text)
            .into_iter()
            .map(|line| {
                let start = folded.len();
                fold::fold_into(&text[line.range.clone()], &mut folded);
                Block {
                    range: line.range,
                    line: line.number,
                    blank_before: line.blank_before,
                    folded: start..folded.len(),
                    key: hash64(&folded.as_bytes()[start..]),
                }
            })
            .collect();
        Self {
            text,
            blocks,
            folded: folded.into(),
        }
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
        &self.folded[self.blocks[i].folded.clone()]
    }

    /// Hash of the folded text of block `i`.
    ///
    /// # Panics
    ///
    /// If there is no such block.
    #[must_use]
    pub fn key(&self, i: usize) -> u64 {
        self.blocks[i].key
    }

    /// The page as it is once some blocks are gone: what a reader of the cleaned page would see.
    /// Line numbers and byte ranges stay those of this page.
    #[must_use]
    pub fn without(&self, gone: &[bool]) -> Self {
        let blocks = self
            .blocks
            .iter()
            .zip(gone)
            .filter(|&(_, &g)| !g)
            .map(|(b, _)| b.clone())
            .collect();
        Self {
            text: self.text,
            blocks,
            folded: Arc::clone(&self.folded),
        }
    }
}
