//! The lines of all pages, as they were when each was read first: in memory, as many as the budget holds, the rest in a
//! temporary file.
//!
//! A line takes nine bytes, about a seventh of its text, and reading, folding and hashing a page again for them takes a
//! hundred times as long as reading them. Must not know what is counted.

use std::path::Path;

use super::key::Lines;
use crate::error::Error;
use crate::repeat::overflow::Overflow;

/// The lines of pages, by the number of the page.
#[derive(Debug)]
pub struct LineStore {
    bytes: Overflow,
    /// By page: where its bytes end.
    ends: Vec<u64>,
}

impl LineStore {
    /// An empty store that takes at most about `memory` bytes, and then a file in `folder` that has no name.
    #[must_use]
    pub fn new(memory: usize, folder: &Path) -> Self {
        Self {
            bytes: Overflow::new(memory, folder, "lines"),
            ends: Vec::new(),
        }
    }

    /// Appends the lines of the next page.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be made or written.
    pub fn push(&mut self, lines: &Lines) -> Result<(), Error> {
        self.push_encoded(&lines.encode())
    }

    /// Appends the lines of the next page, as [`LineStore::encoded`] gave them.
    ///
    /// # Errors
    ///
    /// As [`LineStore::push`].
    pub fn push_encoded(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.ends.push(self.ends.last().unwrap_or(&0) + bytes.len() as u64);
        self.bytes.push(bytes)
    }

    /// The lines of a page; none of a page that is not there.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn get(&self, page: usize) -> Result<Lines, Error> {
        self.encoded(page).map(|bytes| Lines::decode(&bytes))
    }

    /// How many pages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The lines of a page, for [`LineStore::push_encoded`].
    ///
    /// # Errors
    ///
    /// As [`LineStore::get`].
    pub fn encoded(&self, page: usize) -> Result<Vec<u8>, Error> {
        let Some(&end) = self.ends.get(page) else {
            return Ok(Vec::new());
        };
        let start = page.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut bytes = vec![0; (end - start) as usize];
        self.bytes.read(start, &mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page;

    fn lines(page: usize) -> Lines {
        let prose = "The council of Lornby met on Monday evening and voted for the new bridge.";
        let line = |i: usize| match i % 3 {
            0 => format!("Home > News > {i}\n"),
            1 => format!("{page} {i}\n"),
            _ => format!("{prose} {i}.\n"),
        };
        Lines::of(&Page::new(&(0..page * 7 % 90).map(line).collect::<String>()))
    }

    #[test]
    fn it_does_not_matter_where_lines_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let pages: Vec<Lines> = (0..6000).map(lines).collect();
        for memory in [0, 1 << 17, 1 << 30] {
            let mut store = LineStore::new(memory, folder.path());
            for lines in &pages {
                store.push(lines).unwrap();
            }
            assert_eq!(store.bytes.disk_bytes() == 0, memory == 1 << 30, "{memory}");
            for (page, lines) in pages.iter().enumerate() {
                assert!(store.get(page).unwrap() == *lines, "{memory} {page}");
            }
            assert!(store.get(pages.len()).unwrap().is_empty());
        }
    }
}
