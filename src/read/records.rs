//! A file of records, handed out in pieces of whole ones: a shard may be larger than any memory.
//!
//! Where a piece ends depends on the text alone, not on how the bytes arrive, so that what is made of the pieces is the
//! same every time. Must not know what a record looks like: its form's framer knows where one ends.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use memchr::memchr_iter;

use super::text::{Bounds, Fault, same, unpacked};
use super::{Entry, SetAside};
use crate::compress::{Compression, Flaw, Unpacked};
use crate::record::{Format, Frame, Framer, Layout};

/// A piece is as large as this or ends with the file: enough work to outweigh the hand-over.
pub const PIECE_BYTES: usize = 1 << 20;
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

/// How a shard ends.
#[derive(Debug)]
pub enum End {
    /// Where it should.
    Whole {
        /// Whether zeros stood behind the compressed data.
        padded: bool,
    },
    /// Its compressed data end too early. What was handed out is as it was packed, and counts; the record in which it
    /// ends was not handed out.
    Early(SetAside),
    /// It is damaged, cannot be read, or changed meanwhile: nothing of it counts.
    Void(SetAside),
}

/// A shard that is being read.
pub struct Records {
    reader: Unpacked,
    layout: Arc<dyn Layout>,
    framer: Box<dyn Framer>,
    max_record: u64,
    buffer: Vec<u8>,
    ended: bool,
    /// It ended too early.
    early: Option<Flaw>,
    /// It could not be read to where its form shows.
    failed: Option<Fault>,
    /// The length of what comes before the first record, until it was handed out.
    head: usize,
    line: u64,
    /// So many bytes were handed out.
    taken: u64,
    /// The record that is too large, as far as it was read.
    giant: Option<Giant>,
    told: u64,
    /// The file and how it was when it was opened.
    file: Option<(File, Metadata)>,
}

impl Records {
    /// Opens a file.
    pub(super) fn open(path: &Path, format: Format, bounds: Bounds) -> Result<Self, Fault> {
        let file = super::text::open(path)?;
        let before = file.metadata()?;
        let named = Compression::named(path);
        Self::of(file.try_clone()?, Some((file, before)), named, format, bounds)
    }

    /// Reads a stream that nothing is known of.
    pub(super) fn new(reader: impl Read + Send + 'static, format: Format, bounds: Bounds) -> Result<Self, Fault> {
        Self::of(reader, None, Compression::None, format, bounds)
    }

    /// Reads a file or a stream whose name says how it is compressed.
    fn of(
        reader: impl Read + Send + 'static,
        file: Option<(File, Metadata)>,
        named: Compression,
        format: Format,
        bounds: Bounds,
    ) -> Result<Self, Fault> {
        // Any layout will do until the head is read.
        let (layout, _) = Format::Jsonl
            .layout(&[])
            .map_err(|malformed| Fault::malformed(malformed, 0))?;
        let mut records = Self {
            reader: unpacked(reader, named, bounds.unpacking)?,
            framer: layout.framer(),
            layout,
            max_record: bounds.max_page,
            buffer: Vec::new(),
            ended: false,
            early: None,
            failed: None,
            head: 0,
            line: 1,
            taken: 0,
            giant: None,
            told: 0,
            file,
        };
        // What is wrong from the beginning is told when records are asked for, as it is further on.
        records.failed = records.fill(PIECE_BYTES).err();
        if records.failed.is_some() {
            return Ok(records);
        }
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
        self.reader.compression()
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
    pub(super) fn begins_with_object(&self) -> Result<bool, Fault> {
        let text = &self.buffer[self.head..];
        match (text.iter().find(|byte| !byte.is_ascii_whitespace()), &self.early) {
            _ if self.failed.is_some() => Ok(true),
            (None, Some(flaw)) => Err(flaw.clone().into()),
            // A file without a record is one of no records.
            (first, _) => Ok(first.is_none_or(|&byte| byte == b'{')),
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

    /// What is told of a shard that ends too early: only the record in which it does is lost.
    fn cut_off(&self, flaw: Flaw, entry: &Entry) -> SetAside {
        let (length, line) = (self.reader.length(), self.line);
        let lost = self.buffer.len() as u64;
        let mut aside = Fault::Packed(flaw).of(entry).sized(lost);
        let place = if lost > 0 { "in" } else { "before" };
        let what = if self.layout.by_line() { "line" } else { "record" };
        aside.detail = format!("{}, {place} {what} {line} (byte {length} unpacked)", aside.detail);
        if line > 1 {
            aside = aside.hint(format!("get the file anew; the {what}s before that were read"));
        }
        aside
    }

    fn next_piece(&mut self) -> Result<Option<Piece>, Fault> {
        if let Some(fault) = self.failed.take() {
            return Err(fault);
        }
        self.fill(self.head + PIECE_BYTES)?;
        if self.giant.is_some() {
            return self.part().map(Some);
        }
        loop {
            if self.buffer.is_empty() {
                return Ok(None);
            }
            // Of what ends too early the last record is not whole, whatever it looks like.
            let ended = self.ended && self.early.is_none();
            let frame = self.framer.frame(&self.buffer[self.head..], ended);
            let before = self.taken + self.head as u64;
            let needs = match frame.map_err(|malformed| Fault::malformed(malformed, before))? {
                Frame::Whole { length, advance } => {
                    return Ok(Some(self.take(self.head + length, advance, PieceKind::Whole)));
                }
                Frame::More(needs) => needs,
            };
            if self.early.is_some() {
                return Ok(None);
            }
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
            // Of an archive that ends within such a record, compressed or not, nothing counts: part of it is out already,
            // and an archive with half a record at its end would be damaged itself.
            let at = self.taken + length as u64;
            let ended = self.framer.frame(&[], true);
            ended.map_err(|malformed| Fault::malformed(malformed, at))?;
        }
        // The last line of a file may have no end.
        let advance = if self.layout.by_line() { giant.lines.max(1) } else { 1 };
        let total = giant.bytes;
        Ok(self.take(length, advance, PieceKind::LastPart { total, is_record }))
    }

    fn take(&mut self, length: usize, advance: u64, kind: PieceKind) -> Piece {
        let rest = self.buffer.split_off(length);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let stored = self.reader.stored();
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

/// The flaw of a stream that ends too early; any other error voids what was read before.
fn ends_early(error: io::Error) -> Result<Flaw, Fault> {
    match Flaw::of(&error) {
        Some(flaw @ Flaw::EndsEarly(_)) => Ok(flaw.clone()),
        _ => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
