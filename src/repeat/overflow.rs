//! Bytes that are appended and read again by their place: as many as the budget holds in memory, the rest in a temporary
//! file.
//!
//! The file is unnamed where the system allows it, and gone when the process ends. Must not know what the bytes are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// Bytes of one piece of memory, and of one write: so few that a tiny budget is kept, too.
pub const PIECE: usize = 96 << 10;

/// Bytes by their place; see the module's head.
#[derive(Debug)]
pub struct Overflow {
    /// What they are, for messages.
    what: &'static str,
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
}

impl Overflow {
    /// No bytes yet; at most about `memory` of them stay in memory, the rest go to a file in `folder`.
    #[must_use]
    pub fn new(memory: usize, folder: &Path, what: &'static str) -> Self {
        Self {
            what,
            resident: Vec::new(),
            most_resident: memory / PIECE,
            folder: folder.to_owned(),
            file: None,
            unwritten: Vec::new(),
            written: 0,
        }
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be made or written.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut rest = bytes;
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
        let what = format!("{what} a temporary file of {} in", self.what);
        Error::io(what, &self.folder, cause).hint("make room there, or raise --memory")
    }

    /// Bytes of the temporary file.
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        self.written
    }

    /// Reads bytes that were appended, from this place on.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be read.
    pub fn read(&self, from: u64, into: &mut [u8]) -> Result<(), Error> {
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

    #[test]
    fn it_does_not_matter_where_bytes_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let all: Vec<u8> = (0..5 * PIECE as u32 / 2).flat_map(|i| (i * 7).to_le_bytes()).collect();
        for memory in [0, PIECE, 3 * PIECE + 17, 1 << 30] {
            let mut bytes = Overflow::new(memory, folder.path(), "numbers");
            all.chunks(10_007).for_each(|part| bytes.push(part).unwrap());
            assert_eq!(bytes.disk_bytes() == 0, memory == 1 << 30, "{memory}");
            for (from, length) in [
                (0, 1),
                (PIECE - 3, 7),
                (PIECE, 3 * PIECE + 1),
                (all.len() - 5, 5),
                (0, all.len()),
            ] {
                let mut part = vec![0; length];
                bytes.read(from as u64, &mut part).unwrap();
                assert!(part == all[from..from + length], "{memory} {from}");
            }
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let mut bytes = Overflow::new(0, Path::new("no/such/folder"), "numbers");
        let failed = bytes.push(&vec![0; PIECE]).unwrap_err().to_string();
        assert!(
            failed.starts_with("cannot make a temporary file of numbers"),
            "{failed}"
        );
    }
}
