//! Writes a segment, page by page, and puts it into an index.
//!
//! Must not know what a page is compared with.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::manifest::Entry;
use super::segment::{FOOT, FOOT_MAGIC, HEAD, HEAD_MAGIC, ROW, Row, SUM, VERSION};
use super::{Index, folder};
use crate::error::Error;
use crate::hash::{Hash128, hash64};
use crate::repeat::near::Sketch;

/// A segment that has no name yet. Dropped, it is gone.
#[derive(Debug)]
pub struct SegmentWriter {
    dir: PathBuf,
    sync: bool,
    /// Head and bodies.
    bodies: BufWriter<NamedTempFile>,
    /// Rows wait here until the last body is there.
    rows: BufWriter<File>,
    at: Mark,
}

/// How far a segment is written.
#[derive(Debug, Clone)]
pub struct Mark {
    pages: u32,
    /// Bytes of head and bodies, and their hash.
    length: u64,
    hash: Box<Hash128>,
}

impl SegmentWriter {
    pub(super) fn new(dir: &Path, shingle: usize, sync: bool) -> Result<Self, Error> {
        let begin = || -> io::Result<Self> {
            Ok(Self {
                dir: dir.to_owned(),
                sync,
                bodies: BufWriter::new(folder::temp(dir)?),
                rows: BufWriter::new(tempfile::tempfile_in(dir)?),
                at: Mark {
                    pages: 0,
                    length: 0,
                    hash: Box::default(),
                },
            })
        };
        let mut writer = begin().map_err(|e| Error::io("cannot write into the index", dir, e))?;
        let mut head = [0; HEAD];
        head[..8].copy_from_slice(HEAD_MAGIC);
        head[8..10].copy_from_slice(&VERSION.to_le_bytes());
        head[10..12].copy_from_slice(&(shingle as u16).to_le_bytes());
        writer.append(&head).map_err(|e| writer.failed(e))?;
        Ok(writer)
    }

    /// Adds a page: what it was called, and its set of shingles [as bytes](crate::repeat::near::Shingles::to_bytes).
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn push(&mut self, sketch: &Sketch, name: &str, set: &[u8]) -> Result<(), Error> {
        let mut body = Vec::with_capacity(name.len() + set.len());
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(set);
        let length = |bytes: usize| u32::try_from(bytes).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge));
        let mut add = || -> io::Result<()> {
            let row = Row {
                sketch: *sketch,
                offset: self.at.length,
                lengths: [length(name.len())?, length(set.len())?],
                hash: hash64(&body) as u32,
            };
            self.rows.write_all(&row.encode())?;
            self.append(&body)?;
            self.at.pages += 1;
            Ok(())
        };
        let added = add();
        added.map_err(|e| self.failed(e))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at.hash.update(bytes);
        self.at.length += bytes.len() as u64;
        self.bodies.write_all(bytes)
    }

    /// Where it is now.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.at.clone()
    }

    /// Takes back the pages that were added since.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn rewind(&mut self, mark: &Mark) -> Result<(), Error> {
        let rewind = |writer: &mut Self| -> io::Result<()> {
            let rows = u64::from(mark.pages) * ROW as u64;
            writer.bodies.flush()?;
            writer.bodies.get_mut().as_file().set_len(mark.length)?;
            writer.bodies.seek(SeekFrom::Start(mark.length))?;
            writer.rows.flush()?;
            writer.rows.get_mut().set_len(rows)?;
            writer.rows.seek(SeekFrom::Start(rows)).map(|_| ())
        };
        rewind(self).map_err(|e| self.failed(e))?;
        self.at = mark.clone();
        Ok(())
    }

    /// Puts the segment into the index it was begun for: in the place of the one that this run has there already, or else
    /// behind all others. A run of which nothing stays has no segment.
    ///
    /// # Errors
    ///
    /// Writing fails; the index is then what it was.
    pub fn commit(self, mut index: Index, run: u128) -> Result<(), Error> {
        index.begin()?;
        let mut segments = index.segments().to_vec();
        let before = segments.iter().position(|entry| entry.run == run);
        let entry = if self.at.pages > 0 {
            Some(self.finish(run)?)
        } else {
            None
        };
        match (before, entry) {
            (Some(before), Some(entry)) => segments[before] = entry,
            (Some(before), None) => {
                segments.remove(before);
            }
            (None, Some(entry)) => segments.push(entry),
            (None, None) => return Ok(()),
        }
        index.commit(segments)
    }

    /// Gives the file its name. Nothing knows of it until a manifest names it.
    pub(super) fn finish(mut self, run: u128) -> Result<Entry, Error> {
        let finished = self.finished(run);
        finished
            .and_then(|entry| {
                let path = self.dir.join(&entry.file);
                // Dropping a `BufWriter` would hide the error of its last write.
                let file = self.bodies.into_inner().map_err(io::IntoInnerError::into_error)?;
                folder::persist(file, &path, self.sync)?;
                Ok(entry)
            })
            .map_err(|e| Error::io("cannot write into the index", &self.dir, e))
    }

    fn finished(&mut self, run: u128) -> io::Result<Entry> {
        let rows_at = self.at.length;
        let rows_hash = self.append_rows()?;
        let mut foot = [0; FOOT - SUM];
        foot[..8].copy_from_slice(&rows_at.to_le_bytes());
        foot[8..24].copy_from_slice(&run.to_le_bytes());
        foot[24..32].copy_from_slice(&rows_hash.to_le_bytes());
        foot[32..36].copy_from_slice(&self.at.pages.to_le_bytes());
        foot[40..48].copy_from_slice(FOOT_MAGIC);
        self.append(&foot)?;
        let checksum = self.at.hash.value();
        self.append(&checksum.to_le_bytes())?;
        Ok(Entry {
            file: folder::next_name(&self.dir)?,
            run,
            pages: self.at.pages,
            bytes: self.at.length,
            checksum,
        })
    }

    /// Moves the rows behind the bodies, and returns their hash.
    fn append_rows(&mut self) -> io::Result<u64> {
        self.rows.flush()?;
        self.rows.seek(SeekFrom::Start(0))?;
        let mut hash = Hash128::default();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let some = self.rows.get_mut().read(&mut buffer)?;
            if some == 0 {
                return Ok(hash.value() as u64);
            }
            hash.update(&buffer[..some]);
            self.append(&buffer[..some])?;
        }
    }

    fn failed(&self, cause: io::Error) -> Error {
        Error::io("cannot write into the index", &self.dir, cause)
    }
}
