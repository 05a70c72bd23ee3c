//! A file of records, one a line, handed out in pieces of whole lines: a shard may be larger than any memory.
//!
//! Where a piece ends depends on the text alone, not on how the bytes arrive, so that what is made of the pieces is the
//! same every time. Must not know what a record looks like.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::{memchr, memchr_iter};

use super::text::{Fault, same};
use super::{Entry, SetAside};
use crate::compress::{Compression, unpack};

/// A piece is as large as this or ends with the file: enough work to outweigh the hand-over.
const PIECE_BYTES: usize = 1 << 20;
/// A piece of short lines ends here: each may leave a report of its own.
const PIECE_LINES: usize = 1 << 14;
const BUFFER: usize = 1 << 17;
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
    /// Its lines with their ends, each with its number. The byte order mark is none of the first.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = &self.bytes[self.mark()..];
        let line = move || {
            let end = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let (line, later) = rest.split_at(end);
            rest = later;
            (end > 0).then_some(line)
        };
        (self.line..).zip(std::iter::from_fn(line))
    }

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

/// A shard that is being read.
pub struct Records {
    reader: Box<dyn Read + Send>,
    compression: Compression,
    max_line: u64,
    buffer: Vec<u8>,
    ended: bool,
    line: u64,
    /// The size so far of the line that is too large.
    giant: Option<u64>,
    stored: Arc<AtomicU64>,
    told: u64,
    /// The file and how it was when it was opened.
    file: Option<(File, Metadata)>,
}

impl Records {
    /// Opens a file.
    pub(super) fn open(path: &Path, max_line: u64) -> Result<Self, Fault> {
        let file = super::text::open(path)?;
        let before = file.metadata()?;
        let empty = before.len() == 0;
        if empty && Compression::named(path) != Compression::None {
            return Err(Fault::Damaged(
                "a compressed file is never empty: it was cut off".to_owned(),
            ));
        }
        let mut records = Self::new(file.try_clone()?, max_line)?;
        records.file = Some((file, before));
        Ok(records)
    }

    /// Reads a stream.
    pub(super) fn new(mut reader: impl Read + Send + 'static, max_line: u64) -> Result<Self, Fault> {
        let mut head = Vec::new();
        reader.by_ref().take(Compression::HEAD as u64).read_to_end(&mut head)?;
        let compression = Compression::of(&head);
        let stored = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            reader: Cursor::new(head).chain(BufReader::with_capacity(BUFFER, reader)),
            count: Arc::clone(&stored),
        };
        Ok(Self {
            reader: unpack(compression, counted)?,
            compression,
            max_line,
            buffer: Vec::new(),
            ended: false,
            line: 1,
            giant: None,
            stored,
            told: 0,
            file: None,
        })
    }

    /// How the shard is compressed, by its first bytes.
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.compression
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
        Ok(text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{'))
    }

    /// The next piece, or nothing at the end of a file that was read whole. `entry` is what was opened.
    ///
    /// # Errors
    ///
    /// The shard is damaged, cannot be read, or changed meanwhile: no part of it counts.
    pub fn next(&mut self, entry: &Entry) -> Result<Option<Piece>, SetAside> {
        self.next_piece().map_err(|fault| fault.of(entry))
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
        let stored = self.stored.load(Ordering::Relaxed);
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
        let read = read.map_err(|error| self.failed(error))?;
        if (read as u64) < missing {
            self.ended = true;
            self.unchanged()?;
        }
        Ok(())
    }

    fn failed(&self, error: io::Error) -> Fault {
        // What the system reports has a number; what a decoder reports has none.
        if self.compression == Compression::None || error.raw_os_error().is_some() {
            return Fault::Io(error);
        }
        let name = self.compression.name();
        Fault::Damaged(if error.kind() == io::ErrorKind::UnexpectedEof {
            format!("the {name} stream ends too early")
        } else {
            format!("the {name} stream is damaged: {error}")
        })
    }

    fn unchanged(&self) -> Result<(), Fault> {
        let Some((file, before)) = &self.file else {
            return Ok(());
        };
        let after = file.metadata()?;
        if same(before, &after) && self.stored.load(Ordering::Relaxed) == after.len() {
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

/// Counts what is read of a file.
struct Counted<R> {
    reader: R,
    count: Arc<AtomicU64>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count.fetch_add(amount as u64, Ordering::Relaxed);
        self.reader.consume(amount);
    }
}

#[cfg(test)]
mod tests;
