//! Which of two copies is preferred.
//!
//! Must not know which pages are copies.

use serde::{Deserialize, Serialize};

use super::sketches::Sketches;
use crate::error::Error;

/// Which page of several that say the same is kept. What is equal by it goes by input order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// The first in input order.
    #[default]
    First,
    /// The one with most characters of clean text.
    Longest,
    /// The one of whose text most stayed when it was cleaned; of these the longest.
    Cleanest,
}

/// All pages in the order in which they are preferred.
#[derive(Debug)]
pub struct Order {
    /// Rank by page, and page by rank; nothing if pages are preferred as they come.
    sorted: Option<(Vec<u32>, Vec<u32>)>,
}

impl Order {
    /// The order of these pages, of which the first so many come first whatever they are like: they cannot be undone.
    ///
    /// Takes 8 bytes a page, or none for [`Keep::First`]; 24 while it sorts.
    ///
    /// # Errors
    ///
    /// If the sketches cannot be read.
    pub fn of(sketches: &Sketches, keep: Keep, first: u32) -> Result<Self, Error> {
        if keep == Keep::First {
            return Ok(Self { sorted: None });
        }
        // Pages without a sketch come last.
        let mut keys = vec![u64::MAX; sketches.len()];
        sketches.each(|page, sketch| {
            let short = u64::from(u32::MAX - sketch.chars);
            let unclean = if keep == Keep::Cleanest {
                u64::from(u16::MAX - sketch.kept)
            } else {
                0
            };
            keys[page as usize] = unclean << 32 | short;
        })?;
        let mut pages: Vec<u32> = (0..sketches.len() as u32).collect();
        let later = first as usize;
        pages[later.min(keys.len())..].sort_unstable_by_key(|&page| (keys[page as usize], page));
        let mut ranks = vec![0; pages.len()];
        for (rank, &page) in pages.iter().enumerate() {
            ranks[page as usize] = rank as u32;
        }
        Ok(Self {
            sorted: Some((ranks, pages)),
        })
    }

    /// The place of a page: of two copies the one with the smaller rank stays.
    #[must_use]
    pub fn rank(&self, page: u32) -> u32 {
        self.sorted.as_ref().map_or(page, |(ranks, _)| ranks[page as usize])
    }

    pub(super) fn page(&self, rank: u32) -> u32 {
        self.sorted.as_ref().map_or(rank, |(_, pages)| pages[rank as usize])
    }
}
