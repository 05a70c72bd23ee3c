//! The sketches of all pages: the first in memory, as many as the budget holds, the rest in a temporary file.
//!
//! Must not know what is looked for.

use std::ops::Range;
use std::path::Path;

use super::sketch::Sketch;
use crate::error::Error;
use crate::repeat::overflow::Overflow;

/// Sketches of one read.
const PIECE: usize = 1024;

type Record = [u8; Sketch::BYTES];

/// Sketches by page number; see the module's head.
#[derive(Debug)]
pub struct Sketches {
    records: Overflow,
    len: usize,
    /// Pages that are none after all, in order.
    void: Vec<Range<usize>>,
}

impl Sketches {
    /// An empty store that takes at most about `memory` bytes, and then a file in `folder` that has no name.
    #[must_use]
    pub fn new(memory: usize, folder: &Path) -> Self {
        Self {
            records: Overflow::new(memory, folder, "sketches"),
            len: 0,
            void: Vec::new(),
        }
    }

    /// Appends the sketch of the next page, or that it has none: it is empty, or set aside.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be made or written.
    pub fn push(&mut self, sketch: Option<&Sketch>) -> Result<(), Error> {
        self.len += 1;
        self.records.push(&Sketch::encode(sketch))
    }

    /// Takes back the sketches of some pages, none of which was taken back before: they are not to be compared after
    /// all.
    pub fn void(&mut self, pages: Range<u32>) {
        let pages = pages.start as usize..pages.end as usize;
        let place = self.void.partition_point(|before| before.end <= pages.start);
        self.void.insert(place, pages);
    }

    fn is_void(&self, page: usize) -> bool {
        let at = self.void.partition_point(|pages| pages.end <= page);
        self.void.get(at).is_some_and(|pages| pages.contains(&page))
    }

    /// How many pages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no pages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The sketch of a page, if it has one.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn get(&self, page: u32) -> Result<Option<Sketch>, Error> {
        let page = page as usize;
        if page >= self.len || self.is_void(page) {
            return Ok(None);
        }
        let mut record = [0; Sketch::BYTES];
        self.records.read((page * Sketch::BYTES) as u64, &mut record)?;
        Ok(Sketch::decode(&record))
    }

    /// Calls `each` with every page that has a sketch, in order.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn each(&self, mut each: impl FnMut(u32, Sketch)) -> Result<(), Error> {
        let mut buffer = Vec::new();
        for piece in 0..self.len.div_ceil(PIECE) {
            self.piece(piece, &mut buffer)?;
            for (i, record) in buffer.iter().enumerate() {
                let page = piece * PIECE + i;
                if let Some(sketch) = Sketch::decode(record).filter(|_| !self.is_void(page)) {
                    each(page as u32, sketch);
                }
            }
        }
        Ok(())
    }

    /// Calls `each` with the place in `pages` and the sketch of all these pages that have one. Pages have to ascend,
    /// so that the file is read from front to back.
    pub(super) fn visit(&self, pages: &[u32], mut each: impl FnMut(usize, Sketch)) -> Result<(), Error> {
        let mut buffer = Vec::new();
        let mut at = usize::MAX;
        for (place, &page) in pages.iter().enumerate() {
            let page = page as usize;
            if page >= self.len || self.is_void(page) {
                continue;
            }
            if page / PIECE != at {
                at = page / PIECE;
                self.piece(at, &mut buffer)?;
            }
            if let Some(sketch) = buffer.get(page % PIECE).and_then(Sketch::decode) {
                each(place, sketch);
            }
        }
        Ok(())
    }

    /// Reads the records of one piece.
    fn piece(&self, piece: usize, into: &mut Vec<Record>) -> Result<(), Error> {
        let first = piece * PIECE;
        into.resize(PIECE.min(self.len - first), [0; Sketch::BYTES]);
        self.records
            .read((first * Sketch::BYTES) as u64, into.as_flattened_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(page: u32) -> Option<Sketch> {
        let (sketch, _) = Sketch::of(&format!("page {page}"), 5);
        (!page.is_multiple_of(5)).then_some(Sketch { chars: page, ..sketch })
    }

    #[test]
    fn it_does_not_matter_where_sketches_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let pages = 5000;
        for memory in [0, 96 * 1024, 3 * 96 * 1024 + 17, 1 << 30] {
            let mut sketches = Sketches::new(memory, folder.path());
            (0..pages).for_each(|page| sketches.push(sketch(page).as_ref()).unwrap());
            assert_eq!(sketches.len(), 5000);
            let mut told = Vec::new();
            sketches.each(|page, sketch| told.push((page, sketch))).unwrap();
            let all: Vec<_> = (0..pages).filter_map(|page| Some((page, sketch(page)?))).collect();
            assert!(told == all, "{memory}");
            for page in [0, 1, 1023, 1024, 2049, 4095, 4096, 4999] {
                assert_eq!(sketches.get(page).unwrap(), sketch(page), "{memory} {page}");
            }
            assert_eq!(sketches.get(pages).unwrap(), None);
            assert!(sketches.records.disk_bytes() + memory as u64 >= 4096 * Sketch::BYTES as u64);
            assert_eq!(sketches.records.disk_bytes() == 0, memory == 1 << 30);
        }
    }
}
