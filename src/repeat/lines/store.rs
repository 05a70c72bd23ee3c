//! The lines of all pages, as they were when each was read first: in memory, as many as the budget holds, the rest in a
//! temporary file.
//!
//! A line takes nine bytes, about a seventh of its text, and reading, folding and hashing a page again for them takes a
//! hundred times as long as reading them. Must not know what is counted.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::key::Lines;
use crate::error::Error;

/// Bytes of one piece of memory, and of one write.
const PIECE: usize = 1 << 20;

/// The lines of pages, by the number of the page.
#[derive(Debug)]
pub struct LineStore {
    /// All of these but the last are full.
    resident: Vec<Vec<u8>>,
    /// So many pieces are in memory before the rest goes to the file.
    most_resident: usize,
    folder: PathBuf,
    file: Option<Mutex<File>>,
    /// What follows the file's bytes and is not written yet.
    unwritten: Vec<u8>,
    /// How many bytes the file has.
    written: u64,
    /// By page: where its bytes end, counted through all pieces and the file.
    ends: Vec<u64>,
}

impl LineStore {
    /// An empty store that takes at most about `memory` bytes, and then a file in `folder` that has no name.
    #[must_use]
    pub fn new(memory: usize, folder: &Path) -> Self {
        Self {
            resident: Vec::new(),
            most_resident: memory / PIECE,
            folder: folder.to_owned(),
            file: None,
            unwritten: Vec::new(),
            written: 0,
            ends: Vec::new(),
        }
    }

    /// Appends the lines of the next page.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be made or written.
    pub fn push(&mut self, lines: &Lines) -> Result<(), Error> {
        let bytes = lines.encode();
        let end = self.ends.last().unwrap_or(&0) + bytes.len() as u64;
        self.ends.push(end);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let Some(piece) = self.piece_with_room() else {
                self.unwritten.extend_from_slice(rest);
                break;
            };
            let (now, later) = rest.split_at(rest.len().min(PIECE - piece.len()));
            piece.extend_from_slice(now);
            rest = later;
        }
        if self.unwritten.len() >= PIECE {
            self.write()?;
        }
        Ok(())
    }

    /// The last piece, or a new one if it is full and the budget has room for it.
    fn piece_with_room(&mut self) -> Option<&mut Vec<u8>> {
        if self.resident.last().is_none_or(|piece| piece.len() == PIECE) {
            if self.resident.len() == self.most_resident {
                return None;
            }
            self.resident.push(Vec::with_capacity(PIECE));
        }
        self.resident.last_mut()
    }

    fn write(&mut self) -> Result<(), Error> {
        let file = match self.file.take() {
            Some(file) => file,
            None => Mutex::new(tempfile::tempfile_in(&self.folder).map_err(|e| self.failed("cannot make", e))?),
        };
        let file = self.file.insert(file);
        let open = file.get_mut().unwrap_or_else(PoisonError::into_inner);
        let done = open
            .seek(SeekFrom::Start(self.written))
            .and_then(|_| open.write_all(&self.unwritten));
        done.map_err(|e| self.failed("cannot write", e))?;
        self.written += self.unwritten.len() as u64;
        self.unwritten.clear();
        Ok(())
    }

    fn failed(&self, what: &str, cause: io::Error) -> Error {
        Error::io(format!("{what} a temporary file of lines in"), &self.folder, cause)
    }

    /// Bytes of the temporary file.
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        self.written
    }

    /// The lines of a page; none of a page that is not there.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn get(&self, page: usize) -> Result<Lines, Error> {
        let Some(&end) = self.ends.get(page) else {
            return Ok(Lines::default());
        };
        let start = page.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut bytes = vec![0; (end - start) as usize];
        self.read(start, &mut bytes)?;
        Ok(Lines::decode(&bytes))
    }

    fn read(&self, from: u64, into: &mut [u8]) -> Result<(), Error> {
        let (mut from, mut rest) = (from, into);
        while !rest.is_empty() {
            let in_memory = (self.most_resident * PIECE) as u64;
            let length = if let Some(piece) = self.resident.get((from / PIECE as u64) as usize) {
                copy(&piece[(from % PIECE as u64) as usize..], rest)
            } else if let Some(behind) = (from - in_memory).checked_sub(self.written) {
                copy(&self.unwritten[behind as usize..], rest)
            } else {
                let length = (self.written - (from - in_memory)).min(rest.len() as u64) as usize;
                self.read_file(from - in_memory, &mut rest[..length])?;
                length
            };
            from += length as u64;
            rest = &mut rest[length..];
        }
        Ok(())
    }

    fn read_file(&self, from: u64, into: &mut [u8]) -> Result<(), Error> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let mut open = file.lock().unwrap_or_else(PoisonError::into_inner);
        let done = open.seek(SeekFrom::Start(from)).and_then(|_| open.read_exact(into));
        done.map_err(|e| self.failed("cannot read", e))
    }
}

/// Copies as much as there is and as fits, and says how much that is.
fn copy(from: &[u8], into: &mut [u8]) -> usize {
    let length = from.len().min(into.len());
    into[..length].copy_from_slice(&from[..length]);
    length
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
        for memory in [0, PIECE, PIECE + 17, 1 << 30] {
            let mut store = LineStore::new(memory, folder.path());
            for lines in &pages {
                store.push(lines).unwrap();
            }
            assert_eq!(store.disk_bytes() == 0, memory == 1 << 30, "{memory}");
            for (page, lines) in pages.iter().enumerate() {
                assert!(store.get(page).unwrap() == *lines, "{memory} {page}");
            }
            assert!(store.get(pages.len()).unwrap().is_empty());
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let mut store = LineStore::new(0, Path::new("no/such/folder"));
        let failed = (0..9000).find_map(|page| store.push(&lines(page)).err());
        let failed = failed.unwrap().to_string();
        assert!(failed.starts_with("cannot make a temporary file of lines"), "{failed}");
    }
}
