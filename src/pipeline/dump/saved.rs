//! What the passes over a dump found out, written down, so that a run that is killed while it writes need not read the
//! dump again for it.
//!
//! Only what cannot be worked out from the rest is kept: who is who, which pages are copies, and the lines of all pages,
//! from which templates follow. Must not know how any of it was found.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use crate::error::Error;
use crate::hash::Hash128;
use crate::pipeline::checkpoint::Known;
use crate::pipeline::dump::Resolved;
use crate::pipeline::dump::roster::{Known as Page, Of, Roster};
use crate::repeat::lines::LineStore;
use crate::repeat::near::{Duplicate, Kind};
use crate::write::files::{Lines, OutFolder};

/// What the file is called in the run folder.
pub(in crate::pipeline) const FILE: &str = "survey.bin";
/// Counts up when the form changes.
const HEAD: &[u8] = b"textsieve survey 1\n";
/// Where the pages of a portion stand.
const NOTHING: u8 = 0;
const ENTRIES: u8 = 1;
const SHARD: u8 = 2;
/// The length of the hash at the end.
const SUM: u64 = 16;

/// What was found, apart from the lines.
pub(super) struct Findings {
    pub roster: Roster,
    /// By page: the page that stands for all copies of its article.
    pub articles: Vec<u32>,
    pub duplicates: Vec<Duplicate>,
}

/// Where the findings of a run are kept.
#[derive(Debug, Clone, Copy)]
pub(in crate::pipeline) struct Saved<'a> {
    pub folder: &'a OutFolder,
    pub known: &'a Known,
}

/// Bytes on their way to the file.
struct Writer {
    out: Lines,
    hash: Hash128,
}

impl Writer {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hash.update(bytes);
        self.out.append(bytes)
    }

    fn count(&mut self, count: usize) -> Result<(), Error> {
        self.put(&(count as u64).to_le_bytes())
    }

    fn roster(&mut self, roster: &Roster) -> Result<(), Error> {
        self.count(roster.portions().len())?;
        for (first, of) in roster.portions() {
            let (kind, entry) = match *of {
                Of::Nothing => (NOTHING, 0),
                Of::Entries(entry) => (ENTRIES, entry),
                Of::Shard(entry) => (SHARD, entry),
            };
            self.put(&first.to_le_bytes())?;
            self.put(&[kind])?;
            self.count(entry)?;
        }
        self.count(roster.all().len())?;
        for page in roster.all() {
            self.put(&page.site.to_le_bytes())?;
            for number in [page.line, page.fingerprint, page.shingles] {
                self.put(&number.to_le_bytes())?;
            }
        }
        Ok(())
    }
}

/// Bytes on their way back.
struct Reader(BufReader<File>);

impl Reader {
    fn get<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> io::Result<u32> {
        self.get().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> io::Result<u64> {
        self.get().map(u64::from_le_bytes)
    }

    fn roster(&mut self) -> io::Result<Roster> {
        let (mut portions, mut pages) = (Vec::new(), Vec::new());
        let count = self.u64()?;
        for _ in 0..count {
            let (first, [kind], entry) = (self.u32()?, self.get()?, self.u64()? as usize);
            let of = match kind {
                ENTRIES => Of::Entries(entry),
                SHARD => Of::Shard(entry),
                _ => Of::Nothing,
            };
            portions.push((first, of));
        }
        let count = self.u64()?;
        for _ in 0..count {
            pages.push(Page {
                site: self.u64()?,
                line: self.u32()?,
                fingerprint: self.u32()?,
                shingles: self.u32()?,
            });
        }
        Ok(Roster::restored(portions, pages))
    }
}

impl Saved<'_> {
    /// Takes the findings away.
    pub(in crate::pipeline) fn remove(folder: &OutFolder) -> Result<(), Error> {
        folder.remove_run_file(FILE)
    }

    /// Writes down what was found.
    pub(super) fn save(&self, found: &Resolved<'_>) -> Result<(), Error> {
        let mut out = Writer {
            out: self.folder.lines(FILE, 0)?,
            hash: Hash128::default(),
        };
        out.put(HEAD)?;
        out.put(self.known.identity.as_bytes())?;
        out.put(self.known.input.as_bytes())?;
        out.roster(&found.roster)?;
        out.count(found.articles.len())?;
        for article in &found.articles {
            out.put(&article.to_le_bytes())?;
        }
        out.count(found.duplicates.len())?;
        for duplicate in &found.duplicates {
            out.put(&duplicate.page.to_le_bytes())?;
            out.put(&duplicate.kept.to_le_bytes())?;
            out.put(&[u8::from(duplicate.kind == Kind::Exact)])?;
            out.put(&duplicate.similarity.to_le_bytes())?;
        }
        out.count(found.lines.len())?;
        for page in 0..found.lines.len() {
            let lines = found.lines.encoded(page)?;
            out.count(lines.len())?;
            out.put(&lines)?;
        }
        let sum = out.hash.value();
        out.out.append(&sum.to_le_bytes())?;
        out.out.finish()
    }

    /// What was found, if it was written down by a run that is known by the same. The lines go into `lines`.
    ///
    /// One that cannot be read only means that the dump is looked at again.
    pub(super) fn load(&self, lines: &mut LineStore) -> Option<Findings> {
        let mut file = File::open(self.folder.run_file(FILE)).ok()?;
        let whole = is_whole(&mut file).unwrap_or(false);
        let found = whole.then(|| self.findings(&mut Reader(BufReader::new(file)), lines));
        found?.ok()?
    }

    /// Reads what stands in a whole file; nothing if it is of another run.
    fn findings(&self, reader: &mut Reader, lines: &mut LineStore) -> io::Result<Option<Findings>> {
        let mut head = vec![0; HEAD.len() + self.known.identity.len() + self.known.input.len()];
        reader.0.read_exact(&mut head)?;
        if head != [HEAD, self.known.identity.as_bytes(), self.known.input.as_bytes()].concat() {
            return Ok(None);
        }
        let roster = reader.roster()?;
        let count = reader.u64()?;
        let articles = (0..count).map(|_| reader.u32()).collect::<io::Result<_>>()?;
        let count = reader.u64()?;
        let mut duplicates = Vec::new();
        for _ in 0..count {
            duplicates.push(Duplicate {
                page: reader.u32()?,
                kept: reader.u32()?,
                kind: if reader.get::<1>()? == [1] {
                    Kind::Exact
                } else {
                    Kind::Near
                },
                similarity: f64::from_le_bytes(reader.get()?),
            });
        }
        let count = reader.u64()?;
        for _ in 0..count {
            let mut bytes = vec![0; reader.u64()? as usize];
            reader.0.read_exact(&mut bytes)?;
            lines.push_encoded(&bytes).map_err(io::Error::other)?;
        }
        Ok(Some(Findings {
            roster,
            articles,
            duplicates,
        }))
    }
}

/// Whether the file ends with the hash of what stands before. It is at its beginning afterwards.
fn is_whole(file: &mut File) -> io::Result<bool> {
    let Some(length) = file.metadata()?.len().checked_sub(SUM) else {
        return Ok(false);
    };
    let (mut hash, mut left) = (Hash128::default(), length);
    let mut buffer = vec![0; 1 << 16];
    while left > 0 {
        let read = file.by_ref().take(left).read(&mut buffer)?;
        if read == 0 {
            return Ok(false);
        }
        hash.update(&buffer[..read]);
        left -= read as u64;
    }
    let mut sum = [0; SUM as usize];
    file.read_exact(&mut sum)?;
    file.rewind()?;
    Ok(u128::from_le_bytes(sum) == hash.value())
}
