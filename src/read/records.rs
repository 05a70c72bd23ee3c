//! A file of records, handed out in pieces of whole ones: a shard may be larger than any memory.
//!
//! Where a piece ends depends on the text alone, not on how the bytes arrive, so that what is made of the pieces is the
//! same every time. Must not know what a record looks like: its form's framer knows where one ends.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memchr_iter;

use super::text::{Fault, same};
use super::{Entry, SetAside};
use crate::compress::{Compression, unpack};
use crate::record::{Format, Frame, Framer, Layout};

/// A piece is as large as this or ends with the file: enough work to outweigh the hand-over.
const PIECE_BYTES: usize = 1 << 20;
const BUFFER: usize = 1 << 17;
/// So much more than a page may a record have, for what stands around its text; who reads it looks at the text itself.
const SLACK: u64 = 1 << 16;

/// Some records of a shard.
#[derive(Debug)]
pub struct Piece {
    /// The number of the first record: its line, from 1, or its place if records are no lines.
    pub line: u64,
    /// The bytes, all of them.
    pub bytes: Vec<u8>,
    /// So many bytes come before the first record: a byte order mark, the names of columns.
    pub head: usize,
    /// What they are.
    pub kind: PieceKind,
    /// So many bytes of the file were read for it, as they are stored.
    pub stored: u64,
}

/// What the bytes of a piece are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// Whole records; the last line of a file may have no end.
    Whole,
    /// Part of a record that is larger than a page may be.
    Part {
        /// Whether it has a text, or is only passed on.
        is_record: bool,
    },
    /// The end of such a record.
    LastPart {
        /// The size of the whole record.
        total: u64,
        /// Whether it has a text, or is only passed on.
        is_record: bool,
    },
}

/// A shard that is being read.
pub struct Records {
    reader: Box<dyn Read + Send>,
    compression: Compression,
    layout: Arc<dyn Layout>,
    framer: Box<dyn Framer>,
    max_record: u64,
    buffer: Vec<u8>,
    ended: bool,
    /// The length of what comes before the first record, until it was handed out.
    head: usize,
    line: u64,
    /// So many bytes were handed out.
    taken: u64,
    /// The record that is too large, as far as it was read.
    giant: Option<Giant>,
    stored: Arc<AtomicU64>,
    told: u64,
    /// The file and how it was when it was opened.
    file: Option<(File, Metadata)>,
}

impl Records {
    /// Opens a file.
    pub(super) fn open(path: &Path, format: Format, max_record: u64) -> Result<Self, Fault> {
        let file = super::text::open(path)?;
        let before = file.metadata()?;
        let empty = before.len() == 0;
        if empty && Compression::named(path) != Compression::None {
            return Err(Fault::Damaged(
                "a compressed file is never empty: it was cut off".to_owned(),
            ));
        }
        Self::of(file.try_clone()?, Some((file, before)), format, max_record)
    }

    /// Reads a stream.
    pub(super) fn new(reader: impl Read + Send + 'static, format: Format, max_record: u64) -> Result<Self, Fault> {
        Self::of(reader, None, format, max_record)
    }

    fn of(
        mut reader: impl Read + Send + 'static,
        file: Option<(File, Metadata)>,
        format: Format,
        max_record: u64,
    ) -> Result<Self, Fault> {
        let mut head = Vec::new();
        reader.by_ref().take(Compression::HEAD as u64).read_to_end(&mut head)?;
        let compression = Compression::of(&head);
        let stored = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            reader: Cursor::new(head).chain(BufReader::with_capacity(BUFFER, reader)),
            count: Arc::clone(&stored),
        };
        // Any layout will do until the head is read.
        let (layout, _) = Format::Jsonl
            .layout(&[])
            .map_err(|malformed| Fault::malformed(malformed, 0))?;
        let mut records = Self {
            reader: unpack(compression, counted)?,
            compression,
            framer: layout.framer(),
            layout,
            max_record,
            buffer: Vec::new(),
            ended: false,
            head: 0,
            line: 1,
            taken: 0,
            giant: None,
            stored,
            told: 0,
            file,
        };
        records.fill(PIECE_BYTES)?;
        let (layout, head) = format
            .layout(&records.buffer)
            .map_err(|malformed| Fault::malformed(malformed, 0))?;
        records.framer = layout.framer();
        if layout.by_line() {
            records.line += newlines(&records.buffer[..head]);
        }
        (records.layout, records.head) = (layout, head);
        Ok(records)
    }

    /// How the shard is compressed, by its first bytes.
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// How records stand in it.
    #[must_use]
    pub fn layout(&self) -> &Arc<dyn Layout> {
        &self.layout
    }

    /// The largest record that is cleaned.
    #[must_use]
    pub fn max_record(&self) -> u64 {
        self.max_record
    }

    /// Whether the first thing in the file is an object, as it is if each line is one.
    pub(super) fn begins_with_object(&self) -> bool {
        let text = &self.buffer[self.head..];
        text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
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
        self.fill(self.head + PIECE_BYTES)?;
        if self.giant.is_some() {
            return self.part().map(Some);
        }
        loop {
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let frame = self.framer.frame(&self.buffer[self.head..], self.ended);
            let before = self.taken + self.head as u64;
            let needs = match frame.map_err(|malformed| Fault::malformed(malformed, before))? {
                Frame::Whole { length, advance } => {
                    return Ok(Some(self.take(self.head + length, advance, PieceKind::Whole)));
                }
                Frame::More(needs) => needs,
            };
            if needs as u64 > self.max_record.saturating_add(SLACK) {
                return self.part().map(Some);
            }
            self.fill((self.buffer.len() + PIECE_BYTES).max(self.head + needs))?;
        }
    }

    /// Part of a record that is too large to be held.
    fn part(&mut self) -> Result<Piece, Fault> {
        let begun = self.giant.take();
        let end = begun.as_ref().and_then(|_| self.framer.rest(&self.buffer));
        let length = end.unwrap_or(self.buffer.len());
        let mut giant = begun.unwrap_or_else(|| Giant {
            bytes: 0,
            lines: 0,
            // What a line holds is only known at its end.
            is_record: self.layout.by_line() || self.layout.part(&self.buffer[self.head..]).is_record,
        });
        let is_record = giant.is_record;
        giant.bytes += (length - self.head) as u64;
        giant.lines += newlines(&self.buffer[..length]);
        if end.is_none() && !self.ended {
            self.giant = Some(giant);
            return Ok(self.take(length, 0, PieceKind::Part { is_record }));
        }
        if end.is_none() {
            let at = self.taken + length as u64;
            let ended = self.framer.frame(&[], true);
            ended.map_err(|malformed| Fault::malformed(malformed, at))?;
        }
        let advance = if self.layout.by_line() { giant.lines } else { 1 };
        let total = giant.bytes;
        Ok(self.take(length, advance, PieceKind::LastPart { total, is_record }))
    }

    fn take(&mut self, length: usize, advance: u64, kind: PieceKind) -> Piece {
        let rest = self.buffer.split_off(length);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let stored = self.stored.load(Ordering::Relaxed);
        let line = self.line;
        self.line += advance;
        self.taken += length as u64;
        Piece {
            line,
            bytes,
            head: std::mem::take(&mut self.head),
            kind,
            stored: stored - std::mem::replace(&mut self.told, stored),
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

/// What was read of a record that is too large.
#[derive(Debug)]
struct Giant {
    bytes: u64,
    lines: u64,
    is_record: bool,
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
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
