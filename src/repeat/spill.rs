//! Sorted runs in temporary files, merged at the end: sums over more keys than memory holds.
//!
//! The files are unnamed where the system allows it, and gone when the process ends. Must not know what is summed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A reader's buffer; so many bytes a run are in memory while runs are merged.
const BUFFER: usize = 1 << 16;
/// So many runs are joined to one before there is another: a process may hold a thousand files open, often less.
const MOST_RUNS: usize = 64;

/// What can stand in a run.
pub trait Record: Sized {
    /// Appends it.
    fn put(&self, out: &mut Vec<u8>);
    /// Takes it from the front; `None` if the bytes end early.
    fn take(bytes: &mut &[u8]) -> Option<Self>;
}

macro_rules! number {
    ($($type:ty)*) => {$(
        impl Record for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            fn take(bytes: &mut &[u8]) -> Option<Self> {
                let (head, rest) = bytes.split_first_chunk()?;
                *bytes = rest;
                Some(Self::from_le_bytes(*head))
            }
        }
    )*};
}
number!(u32 u64);

/// Runs of keys with what was counted of each.
#[derive(Debug)]
pub struct Runs<K, V> {
    temp: PathBuf,
    files: Vec<File>,
    bytes: u64,
    rows: PhantomData<(K, V)>,
}

impl<K: Record + Ord, V: Record> Runs<K, V> {
    /// No run yet; the files will be in the folder `temp`.
    #[must_use]
    pub fn new(temp: &Path) -> Self {
        Self {
            temp: temp.to_owned(),
            files: Vec::new(),
            bytes: 0,
            rows: PhantomData,
        }
    }

    /// Bytes on disk.
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes a run. Every key stands in it once.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write(&mut self, mut rows: Vec<(K, V)>, add: impl Fn(&mut V, &V)) -> Result<(), Error> {
        if self.files.len() == MOST_RUNS {
            self.join(add)?;
        }
        rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let file = self.save(&rows).map_err(|cause| self.failed(cause))?;
        self.files.push(file);
        Ok(())
    }

    /// Makes one run of all.
    fn join(&mut self, add: impl Fn(&mut V, &V)) -> Result<(), Error> {
        let mut out = self.begin().map_err(|cause| self.failed(cause))?;
        let (mut bytes, mut done, mut row) = (0, Ok(()), Vec::new());
        self.merge(Vec::new(), add, |key, value| {
            if done.is_ok() {
                done = put_row(&mut out, &mut row, &key, &value);
                bytes += row.len() as u64 + 1;
            }
        })?;
        let file = done.and_then(|()| finish(out)).map_err(|cause| self.failed(cause))?;
        self.bytes = bytes;
        self.files.push(file);
        Ok(())
    }

    fn begin(&self) -> io::Result<BufWriter<File>> {
        Ok(BufWriter::with_capacity(BUFFER, tempfile::tempfile_in(&self.temp)?))
    }

    fn save(&mut self, rows: &[(K, V)]) -> io::Result<File> {
        let mut out = self.begin()?;
        let mut row = Vec::new();
        for (key, value) in rows {
            put_row(&mut out, &mut row, key, value)?;
            self.bytes += row.len() as u64 + 1;
        }
        finish(out)
    }

    /// Hands over every key once, in order, with the sum of what the runs and `rest` have of it.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub fn merge(
        &mut self,
        mut rest: Vec<(K, V)>,
        add: impl Fn(&mut V, &V),
        mut each: impl FnMut(K, V),
    ) -> Result<(), Error> {
        rest.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let files = std::mem::take(&mut self.files);
        let mut sources: Vec<Source<K, V>> = files
            .into_iter()
            .map(|file| Source::Run(BufReader::with_capacity(BUFFER, file)))
            .collect();
        sources.push(Source::Rest(rest.into_iter()));
        sweep(&mut sources, add, &mut each).map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: io::Error) -> Error {
        Error::io("cannot keep counts in a temporary file", &self.temp, cause).hint("set TMPDIR to a larger disk")
    }
}

/// Merges sorted sources: of several values of a key the sum.
fn sweep<K: Record + Ord, V: Record>(
    sources: &mut [Source<K, V>],
    add: impl Fn(&mut V, &V),
    each: &mut impl FnMut(K, V),
) -> io::Result<()> {
    let mut waiting: Vec<Option<V>> = Vec::new();
    let mut heap = BinaryHeap::new();
    for (i, source) in sources.iter_mut().enumerate() {
        waiting.push(None);
        if let Some((key, value)) = source.next()? {
            heap.push(Reverse((key, i)));
            waiting[i] = Some(value);
        }
    }
    let mut sum: Option<(K, V)> = None;
    while let Some(Reverse((key, i))) = heap.pop() {
        let value = waiting[i].take();
        if let Some((next, value)) = sources[i].next()? {
            heap.push(Reverse((next, i)));
            waiting[i] = Some(value);
        }
        let Some(value) = value else { continue };
        match &mut sum {
            Some((known, total)) if *known == key => add(total, &value),
            _ => {
                if let Some((key, value)) = sum.replace((key, value)) {
                    each(key, value);
                }
            }
        }
    }
    if let Some((key, value)) = sum {
        each(key, value);
    }
    Ok(())
}

fn put_row(out: &mut impl Write, row: &mut Vec<u8>, key: &impl Record, value: &impl Record) -> io::Result<()> {
    row.clear();
    key.put(row);
    value.put(row);
    // A row is a few dozen bytes.
    out.write_all(&[row.len() as u8])?;
    out.write_all(row)
}

fn finish(out: BufWriter<File>) -> io::Result<File> {
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// A run on disk, or the rows that are still in memory.
enum Source<K, V> {
    Run(BufReader<File>),
    Rest(std::vec::IntoIter<(K, V)>),
}

impl<K: Record, V: Record> Source<K, V> {
    fn next(&mut self) -> io::Result<Option<(K, V)>> {
        let reader = match self {
            Self::Rest(rows) => return Ok(rows.next()),
            Self::Run(reader) => reader,
        };
        let mut len = [0];
        if reader.read(&mut len)? == 0 {
            return Ok(None);
        }
        let mut row = [0; 255];
        let row = &mut row[..usize::from(len[0])];
        reader.read_exact(row)?;
        let mut row = &*row;
        match (K::take(&mut row), V::take(&mut row)) {
            (Some(key), Some(value)) => Ok(Some((key, value))),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_same_from_memory_and_from_any_runs() {
        let rows = |from: u64, to: u64| -> Vec<(u64, u32)> { (from..to).rev().map(|k| (k, k as u32)).collect() };
        let sums = |runs: Vec<Vec<(u64, u32)>>| {
            let mut all: Runs<u64, u32> = Runs::new(&std::env::temp_dir());
            let mut last = Vec::new();
            for run in runs {
                all.write(std::mem::replace(&mut last, run), |sum, n| *sum += n)
                    .unwrap();
            }
            let mut sums = Vec::new();
            all.merge(last, |sum, n| *sum += n, |key, sum| sums.push((key, sum)))
                .unwrap();
            sums
        };
        let parts = sums(vec![rows(0, 50), rows(20, 70), vec![], rows(10, 30)]);
        assert_eq!(parts.len(), 70);
        assert_eq!(parts[25], (25, 75));
        assert!(parts.is_sorted());
        let many = (0..3 * MOST_RUNS as u64).map(|i| rows(i, i + 5)).collect();
        assert_eq!(sums(many)[100], (100, 500));
        assert_eq!(
            sums(vec![rows(0, 9)]),
            (0..9).map(|k| (k, k as u32)).collect::<Vec<_>>()
        );
    }
}
