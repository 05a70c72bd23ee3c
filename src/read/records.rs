//! A file of records, one a line, handed out in pieces of whole lines: a shard may be larger than any memory.
//!
//! Where a piece ends depends on the text alone, not on how the bytes arrive, so that what is made of the pieces is the
//! same every time. Must not know what a record looks like.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use memchr::{memchr, memchr_iter};

use super::text::{Bounds, Fault, same, unpacked};
use super::{Entry, SetAside};
use crate::compress::{Compression, Flaw, Unpacked};

/// A piece is as large as this or ends with the file: enough work to outweigh the hand-over.
const PIECE_BYTES: usize = 1 << 20;
/// A piece of short lines ends here: each may leave a report of its own.
const PIECE_LINES: usize = 1 << 14;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Some lines of a shard.
#[derive(Debug)]
pub struct Piece {
    /// The number of the first line, from 1.
    pub line: u64,
    /// The bytes, with line ends; a byte order mark at the beginning of the first piece.
    pub bytes: Vec<u8>,
    /// What they are.
    pub kind: PieceKind,
    /// So many bytes of the file were read for it, as they are stored.
    pub stored: u64,
}

/// What the bytes of a piece are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// Whole lines; the last of a file may have no end.
    Lines,
    /// Part of a line that is larger than a page may be.
    Part,
    /// The end of such a line.
    LastPart {
        /// The size of the whole line.
        total: u64,
    },
}

impl Piece {
    /// The length of the byte order mark that it begins with.
    #[must_use]
    pub fn mark(&self) -> usize {
        if self.line == 1 && self.bytes.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        }
    }
}

/// How a shard ends.
#[derive(Debug)]
pub enum End {
    /// Where it should.
    Whole {
        /// Whether zeros stood behind the compressed data.
        padded: bool,
    },
    /// Its compressed data end too early. What was handed out is as it was packed, and counts; the line in which it ends
    /// was not handed out.
    Early(SetAside),
    /// It is damaged, cannot be read, or changed meanwhile: nothing of it counts.
    Void(SetAside),
}

/// A shard that is being read.
pub struct Records {
    reader: Unpacked,
    max_line: u64,
    buffer: Vec<u8>,
    ended: bool,
    /// It ended too early.
    early: Option<Flaw>,
    line: u64,
    /// The size so far of the line that is too large.
    giant: Option<u64>,
    told: u64,
    /// The file and how it was when it was opened.
    file: Option<(File, Metadata)>,
}

impl Records {
    /// Opens a file.
    pub(super) fn open(path: &Path, bounds: Bounds) -> Result<Self, Fault> {
        let file = super::text::open(path)?;
        let before = file.metadata()?;
        let mut records = Self::new(file.try_clone()?, Compression::named(path), bounds)?;
        records.file = Some((file, before));
        Ok(records)
    }

    /// Reads a stream whose name says how it is compressed.
    pub(super) fn new(reader: impl Read + Send + 'static, named: Compression, bounds: Bounds) -> Result<Self, Fault> {
        Ok(Self {
            reader: unpacked(reader, named, bounds.unpacking)?,
            max_line: bounds.max_page,
            buffer: Vec::new(),
            ended: false,
            early: None,
            line: 1,
            giant: None,
            told: 0,
            file: None,
        })
    }

    /// How the shard is compressed, by its first bytes.
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.reader.compression()
    }

    /// The longest line that is a record.
    #[must_use]
    pub fn max_line(&self) -> u64 {
        self.max_line
    }

    /// Whether the first thing in the file is an object, as it is if each line is one.
    pub(super) fn begins_with_object(&mut self) -> Result<bool, Fault> {
        self.fill(PIECE_BYTES)?;
        let text = self.buffer.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&self.buffer);
        match (text.iter().find(|byte| !byte.is_ascii_whitespace()), &self.early) {
            (None, Some(flaw)) => Err(flaw.clone().into()),
            (first, _) => Ok(first == Some(&b'{')),
        }
    }

    /// The next piece, unless the shard has come to an end. `entry` is what was opened.
    ///
    /// # Errors
    ///
    /// There is no other piece.
    pub fn next(&mut self, entry: &Entry) -> Result<Piece, End> {
        match self.next_piece() {
            Ok(Some(piece)) => Ok(piece),
            Ok(None) => Err(match self.early.take() {
                None => End::Whole {
                    padded: self.reader.padded(),
                },
                Some(flaw) => End::Early(self.cut_off(flaw, entry)),
            }),
            Err(fault) => Err(End::Void(fault.of(entry))),
        }
    }

    /// What is told of a shard that ends too early: only the line in which it does is lost.
    fn cut_off(&self, flaw: Flaw, entry: &Entry) -> SetAside {
        let (length, line) = (self.reader.length(), self.line);
        let lost = self.buffer.len() as u64;
        let mut aside = Fault::Packed(flaw).of(entry).sized(lost);
        let place = if lost > 0 { "in" } else { "before" };
        aside.detail = format!("{}, {place} line {line} (byte {length} unpacked)", aside.detail);
        if line > 1 {
            aside = aside.hint("get the file anew; the lines before that were read");
        }
        aside
    }

    fn next_piece(&mut self) -> Result<Option<Piece>, Fault> {
        self.fill(PIECE_BYTES)?;
        if self.giant.is_some() {
            return Ok(Some(self.part()));
        }
        let mut searched = 0;
        loop {
            if let Some(end) = lines_end(&self.buffer, searched) {
                return Ok(Some(self.take(end, PieceKind::Lines)));
            }
            if self.early.is_some() {
                return Ok(None);
            }
            if self.ended {
                let rest = self.buffer.len();
                return Ok((rest > 0).then(|| self.take(rest, PieceKind::Lines)));
            }
            searched = self.buffer.len();
            if searched as u64 > self.max_line {
                self.giant = Some(0);
                return Ok(Some(self.part()));
            }
            self.fill(searched + PIECE_BYTES)?;
        }
    }

    /// Part of a line that is too large to be held.
    fn part(&mut self) -> Piece {
        let before = self.giant.take().unwrap_or(0);
        let end = memchr(b'\n', &self.buffer);
        let length = end.map_or(self.buffer.len(), |end| end + 1);
        let total = before + length as u64;
        if end.is_some() || self.ended {
            return self.take(length, PieceKind::LastPart { total });
        }
        self.giant = Some(total);
        self.take(length, PieceKind::Part)
    }

    fn take(&mut self, length: usize, kind: PieceKind) -> Piece {
        let rest = self.buffer.split_off(length);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let line = self.line;
        self.line += match kind {
            PieceKind::Lines => memchr_iter(b'\n', &bytes).count() as u64,
            PieceKind::Part => 0,
            PieceKind::LastPart { .. } => 1,
        };
        let stored = self.reader.stored();
        let stored = stored - std::mem::replace(&mut self.told, stored);
        Piece {
            line,
            bytes,
            kind,
            stored,
        }
    }

    /// Reads until the buffer holds this much, or to the end.
    fn fill(&mut self, length: usize) -> Result<(), Fault> {
        if self.ended || self.buffer.len() >= length {
            return Ok(());
        }
        let missing = (length - self.buffer.len()) as u64;
        let read = self.reader.by_ref().take(missing).read_to_end(&mut self.buffer);
        // What came out before an error is in the buffer.
        match read {
            Ok(read) => self.ended = (read as u64) < missing,
            Err(error) => {
                self.early = Some(ends_early(error)?);
                self.ended = true;
            }
        }
        if self.ended { self.unchanged() } else { Ok(()) }
    }

    fn unchanged(&self) -> Result<(), Fault> {
        let Some((file, before)) = &self.file else {
            return Ok(());
        };
        let after = file.metadata()?;
        if same(before, &after) && self.reader.stored() == after.len() {
            Ok(())
        } else {
            Err(Fault::Changed { bytes: after.len() })
        }
    }
}

/// Where the last line ends that a piece has room for.
fn lines_end(buffer: &[u8], searched: usize) -> Option<usize> {
    let last = memchr_iter(b'\n', &buffer[searched..]).take(PIECE_LINES).last();
    last.map(|end| searched + end + 1)
}

/// The flaw of a stream that ends too early; any other error voids what was read before.
fn ends_early(error: io::Error) -> Result<Flaw, Fault> {
    match Flaw::of(&error) {
        Some(flaw @ Flaw::EndsEarly(_)) => Ok(flaw.clone()),
        _ => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
