//! A segment: the pages that were kept of one dump, in a file that is never changed.
//!
//! All numbers are little-endian.
//!
//! ```text
//! head    16 bytes     "TSINDEX1", version u16, tokens of a shingle u16, 0 u32
//! bodies  of any size  for each page what it was called (UTF-8) and its set (`Shingles::to_bytes`)
//! rows    111 bytes    for each page its sketch (91 bytes), where its body begins u64, bytes of the name u32, bytes of
//!                      the set u32, the low 32 bits of xxh3-64 of the body
//! foot    64 bytes     where the rows begin u64, run u128, the low 64 bits of xxh3-128 of all rows, pages u32, 0 u32, "TSINDEND",
//!                      xxh3-128 of everything before it
//! ```
//!
//! Bodies come first, since nobody knows how many there will be while they are written. Whatever is read is checked
//! when it is read, rows as a whole and bodies one by one; the checksum of all is for `verify`. Must not know other
//! segments.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::manifest::Entry;
use crate::error::Error;
use crate::hash::{Hash128, hash64};
use crate::repeat::near::Sketch;

pub(super) const HEAD_MAGIC: &[u8; 8] = b"TSINDEX1";
pub(super) const FOOT_MAGIC: &[u8; 8] = b"TSINDEND";
pub(super) const VERSION: u16 = 1;
pub(super) const HEAD: usize = 16;
pub(super) const ROW: usize = Sketch::BYTES + 20;
pub(super) const FOOT: usize = 64;
/// The checksum at the end.
pub(super) const SUM: usize = 16;

/// Rows of one read.
const ROWS: usize = 512;

/// What is known of a page beside its body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub sketch: Sketch,
    /// Where its body begins.
    pub offset: u64,
    /// Bytes of its name and of its set.
    pub lengths: [u32; 2],
    /// Of its body.
    pub hash: u32,
}

impl Row {
    pub(super) fn encode(&self) -> [u8; ROW] {
        let mut out = [0; ROW];
        let (sketch, rest) = out.split_at_mut(Sketch::BYTES);
        sketch.copy_from_slice(&Sketch::encode(Some(&self.sketch)));
        rest[..8].copy_from_slice(&self.offset.to_le_bytes());
        rest[8..12].copy_from_slice(&self.lengths[0].to_le_bytes());
        rest[12..16].copy_from_slice(&self.lengths[1].to_le_bytes());
        rest[16..].copy_from_slice(&self.hash.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8; ROW]) -> Option<Self> {
        Some(Self {
            sketch: Sketch::decode(&part(bytes, 0))?,
            offset: u64::from_le_bytes(part(bytes, Sketch::BYTES)),
            lengths: [8, 12].map(|at| u32::from_le_bytes(part(bytes, Sketch::BYTES + at))),
            hash: u32::from_le_bytes(part(bytes, Sketch::BYTES + 16)),
        })
    }

    /// Bytes of the body.
    fn length(&self) -> u64 {
        self.lengths.iter().map(|&length| u64::from(length)).sum()
    }
}

/// The name of a page and the bytes of its set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub name: String,
    pub set: Vec<u8>,
}

/// A segment, as its head and foot tell.
#[derive(Debug)]
pub(super) struct Segment {
    pub path: PathBuf,
    pub shingle: usize,
    pub run: u128,
    pub pages: u32,
    pub checksum: u128,
    rows: u64,
    rows_hash: u64,
}

impl Segment {
    /// Reads head and foot, and compares them with what the manifest says.
    pub(super) fn open(dir: &Path, entry: &Entry, shingle: usize) -> Result<(Self, File), Error> {
        let path = dir.join(&entry.file);
        let mut file = File::open(&path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => damaged(&path, "the segment is missing"),
            _ => Error::io("cannot read the index", &path, e),
        })?;
        let length = file.metadata().map_err(|e| unreadable(&path, e))?.len();
        if length != entry.bytes {
            return Err(damaged(
                &path,
                format!("it has {length} bytes instead of {}", entry.bytes),
            ));
        }
        let mut head = [0; HEAD];
        let mut foot = [0; FOOT];
        let foot_at = length.saturating_sub(FOOT as u64);
        read_at(&mut file, 0, &mut head).map_err(|e| unreadable(&path, e))?;
        read_at(&mut file, foot_at, &mut foot).map_err(|e| unreadable(&path, e))?;
        let segment = Self {
            shingle: usize::from(u16::from_le_bytes(part(&head, 10))),
            rows: u64::from_le_bytes(part(&foot, 0)),
            run: u128::from_le_bytes(part(&foot, 8)),
            rows_hash: u64::from_le_bytes(part(&foot, 24)),
            pages: u32::from_le_bytes(part(&foot, 32)),
            checksum: u128::from_le_bytes(part(&foot, FOOT - SUM)),
            path,
        };
        let version = u16::from_le_bytes(part(&head, 8));
        let magics = [part::<8>(&head, 0) == *HEAD_MAGIC, part::<8>(&foot, 40) == *FOOT_MAGIC];
        let rows_end = segment.rows.checked_add(u64::from(segment.pages) * ROW as u64);
        let what = if magics != [true, true] || version != VERSION {
            "it does not begin and end as a segment does"
        } else if rows_end != Some(foot_at) || segment.rows < HEAD as u64 {
            "its foot is wrong about where its rows are"
        } else if [segment.run, segment.checksum] != [entry.run, entry.checksum] || segment.pages != entry.pages {
            "it is not the segment that index.json means"
        } else if segment.shingle != shingle {
            "it has another shingle length than index.json"
        } else {
            return Ok((segment, file));
        };
        Err(damaged(&segment.path, what))
    }

    /// Calls `each` with every row, in order.
    pub(super) fn rows(
        &self,
        file: &mut File,
        mut each: impl FnMut(u32, Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut all = Hash128::default();
        let mut buffer = vec![0; ROWS * ROW];
        file.seek(SeekFrom::Start(self.rows))
            .map_err(|e| unreadable(&self.path, e))?;
        let mut page = 0;
        while page < self.pages {
            let some = ROWS.min((self.pages - page) as usize);
            let bytes = &mut buffer[..some * ROW];
            file.read_exact(bytes).map_err(|e| unreadable(&self.path, e))?;
            all.update(bytes);
            let (rows, _) = bytes.as_chunks::<ROW>();
            for row in rows {
                each(page, self.row_of(page, row)?)?;
                page += 1;
            }
        }
        if all.value() as u64 == self.rows_hash {
            Ok(())
        } else {
            Err(damaged(&self.path, "the checksum of its rows is wrong"))
        }
    }

    /// The row of one page.
    pub(super) fn row(&self, file: &mut File, page: u32) -> Result<Row, Error> {
        let mut bytes = [0; ROW];
        let at = self.rows + u64::from(page) * ROW as u64;
        read_at(file, at, &mut bytes).map_err(|e| unreadable(&self.path, e))?;
        self.row_of(page, &bytes)
    }

    fn row_of(&self, page: u32, bytes: &[u8; ROW]) -> Result<Row, Error> {
        let row = Row::decode(bytes).filter(|row| {
            let end = row.offset.checked_add(row.length());
            row.offset >= HEAD as u64 && end.is_some_and(|end| end <= self.rows)
        });
        row.ok_or_else(|| self.damaged_page(page, "its row is damaged"))
    }

    /// The body that a row tells of.
    pub(super) fn body(&self, file: &mut File, page: u32, row: &Row) -> Result<Body, Error> {
        file.seek(SeekFrom::Start(row.offset))
            .map_err(|e| unreadable(&self.path, e))?;
        self.body_here(file, page, row)
    }

    fn body_here(&self, file: &mut impl Read, page: u32, row: &Row) -> Result<Body, Error> {
        // The row lies within the file, so this is no more than the file has.
        let mut bytes = vec![0; row.length() as usize];
        file.read_exact(&mut bytes).map_err(|e| unreadable(&self.path, e))?;
        if hash64(&bytes) as u32 != row.hash {
            return Err(self.damaged_page(page, "the checksum of its name and its set is wrong"));
        }
        let set = bytes.split_off(row.lengths[0] as usize);
        match String::from_utf8(bytes) {
            Ok(name) => Ok(Body { name, set }),
            Err(_) => Err(self.damaged_page(page, "its name is not UTF-8")),
        }
    }

    /// Calls `each` with the row and the body of every page, in order. A page that cannot be read is an error for `each`.
    pub(super) fn pages(
        &self,
        file: &mut File,
        mut each: impl FnMut(u32, &Row, Result<Body, Error>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let second = File::open(&self.path).map_err(|e| unreadable(&self.path, e))?;
        let mut bodies = BufReader::with_capacity(1 << 18, second);
        let mut at = 0u64;
        self.rows(file, |page, row| {
            // One body follows the other, so this stays within what is read already.
            let gap = row.offset.wrapping_sub(at).cast_signed();
            bodies.seek_relative(gap).map_err(|e| unreadable(&self.path, e))?;
            at = row.offset + row.length();
            each(page, &row, self.body_here(&mut bodies, page, &row))
        })
    }

    /// The checksum of the file as it is.
    pub(super) fn sum(&self, file: &mut File) -> Result<u128, Error> {
        let mut hash = Hash128::default();
        let mut left = self.rows + u64::from(self.pages) * ROW as u64 + (FOOT - SUM) as u64;
        let mut buffer = vec![0; 1 << 18];
        file.seek(SeekFrom::Start(0)).map_err(|e| unreadable(&self.path, e))?;
        while left > 0 {
            let some = left.min(buffer.len() as u64) as usize;
            file.read_exact(&mut buffer[..some])
                .map_err(|e| unreadable(&self.path, e))?;
            hash.update(&buffer[..some]);
            left -= some as u64;
        }
        Ok(hash.value())
    }

    pub(super) fn damaged_page(&self, page: u32, what: &str) -> Error {
        damaged(&self.path, format!("page {page}: {what}"))
    }
}

/// Something in a segment is not as it was written.
pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Error {
    let dir = path.parent().unwrap_or(Path::new("")).display();
    Error::failed("the index is damaged")
        .at(path)
        .because(what.into())
        .hint(format!(
            "`textsieve index verify {dir}` lists what is wrong; restore a backup, or begin a new index"
        ))
}

fn unreadable(path: &Path, cause: io::Error) -> Error {
    Error::io("cannot read the index", path, cause)
}

fn read_at(file: &mut (impl Read + Seek), at: u64, into: &mut [u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(into)
}

fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    std::array::from_fn(|i| bytes[from + i])
}
