//! The sketches of all pages: the first in memory, as many as the budget holds, the rest in a temporary file.
//!
//! Must not know what is looked for.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::sketch::Sketch;
use crate::error::Error;

/// Sketches of one piece of memory, or of one read: 96 KiB, so that a tiny budget is kept, too.
const PIECE: usize = 1024;

type Record = [u8; Sketch::BYTES];

/// Sketches by page number; see the module's head.
#[derive(Debug)]
pub struct Sketches {
    /// All of these but the last are full, of [`PIECE`] records.
    resident: Vec<Vec<Record>>,
    /// So many pages are in memory before the rest goes to the file.
    most_resident: usize,
    folder: PathBuf,
    file: Option<Mutex<File>>,
    /// What follows the file's records and is not written yet.
    unwritten: Vec<u8>,
    /// How many records the file has.
    written: usize,
    len: usize,
    /// Pages that are none after all, in order.
    void: Vec<Range<usize>>,
}

impl Sketches {
    /// An empty store that takes at most about `memory` bytes, and then a file in `folder` that has no name.
    #[must_use]
    pub fn new(memory: usize, folder: &Path) -> Self {
        Self {
            resident: Vec::new(),
            most_resident: memory / (PIECE * Sketch::BYTES) * PIECE,
            folder: folder.to_owned(),
            file: None,
            unwritten: Vec::new(),
            written: 0,
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
        let record = Sketch::encode(sketch);
        if self.len < self.most_resident {
            if self.len.is_multiple_of(PIECE) {
                self.resident.push(Vec::with_capacity(PIECE));
            }
            if let Some(piece) = self.resident.last_mut() {
                piece.push(record);
            }
        } else {
            self.unwritten.extend_from_slice(&record);
            if self.unwritten.len() >= PIECE * Sketch::BYTES {
                self.write()?;
            }
        }
        self.len += 1;
        Ok(())
    }

    fn write(&mut self) -> Result<(), Error> {
        let file = match self.file.take() {
            Some(file) => file,
            None => Mutex::new(tempfile::tempfile_in(&self.folder).map_err(|e| self.failed("cannot make", e))?),
        };
        let file = self.file.insert(file);
        let open = file.get_mut().unwrap_or_else(PoisonError::into_inner);
        let at = (self.written * Sketch::BYTES) as u64;
        let done = open
            .seek(SeekFrom::Start(at))
            .and_then(|_| open.write_all(&self.unwritten));
        done.map_err(|e| self.failed("cannot write", e))?;
        self.written += self.unwritten.len() / Sketch::BYTES;
        self.unwritten.clear();
        Ok(())
    }

    fn failed(&self, what: &str, cause: io::Error) -> Error {
        Error::io(format!("{what} a temporary file of sketches in"), &self.folder, cause)
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

    /// Bytes of the temporary file.
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        (self.written * Sketch::BYTES) as u64
    }

    /// The sketch of a page, if it has one.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn get(&self, page: u32) -> Result<Option<Sketch>, Error> {
        let mut found = None;
        self.visit(&[page], |_, sketch| found = Some(sketch))?;
        Ok(found)
    }

    /// Calls `each` with every page that has a sketch, in order.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn each(&self, mut each: impl FnMut(u32, Sketch)) -> Result<(), Error> {
        let mut buffer = Vec::new();
        for piece in 0..self.len.div_ceil(PIECE) {
            let records = self.piece(piece, &mut buffer)?;
            for (i, record) in records.iter().enumerate() {
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
        let mut records: &[Record] = &[];
        let mut at = usize::MAX;
        for (place, &page) in pages.iter().enumerate() {
            let page = page as usize;
            if page >= self.len || self.is_void(page) {
                continue;
            }
            if page / PIECE != at {
                at = page / PIECE;
                records = self.piece(at, &mut buffer)?;
            }
            if let Some(sketch) = records.get(page % PIECE).and_then(Sketch::decode) {
                each(place, sketch);
            }
        }
        Ok(())
    }

    /// The records of one piece, from memory or the file, or not yet in the file.
    fn piece<'a>(&'a self, piece: usize, buffer: &'a mut Vec<Record>) -> Result<&'a [Record], Error> {
        if let Some(records) = self.resident.get(piece) {
            return Ok(records);
        }
        // The budget is a whole number of pieces, and the file is written by pieces.
        let from = piece * PIECE - self.most_resident;
        let Some(file) = self.file.as_ref().filter(|_| from < self.written) else {
            let (records, _) = self.unwritten.as_chunks();
            return Ok(records);
        };
        buffer.resize(PIECE, [0; Sketch::BYTES]);
        let mut open = file.lock().unwrap_or_else(PoisonError::into_inner);
        let done = open
            .seek(SeekFrom::Start((from * Sketch::BYTES) as u64))
            .and_then(|_| open.read_exact(buffer.as_flattened_mut()));
        done.map_err(|e| self.failed("cannot read", e))?;
        Ok(buffer)
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
            assert!(sketches.disk_bytes() + memory as u64 >= 4096 * Sketch::BYTES as u64);
            assert_eq!(sketches.disk_bytes() == 0, memory == 1 << 30);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let mut sketches = Sketches::new(0, Path::new("no/such/folder"));
        let failed = (0..2000).find_map(|page| sketches.push(sketch(page).as_ref()).err());
        let failed = failed.unwrap().to_string();
        assert!(failed.starts_with("cannot make a temporary file"), "{failed}");
    }
}
