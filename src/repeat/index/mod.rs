//! What is kept of the pages of earlier dumps, so that the next dump is cleaned against all of them.
//!
//! An index is a folder:
//!
//! ```text
//! index.json            which segments count: the commit point, replaced as a whole
//! segment-000001.tsi    one a dump: sketch, name and shingle set of every page that stayed
//! ```
//!
//! Pages of an index are numbered through all segments, in the order of the manifest. A dump that comes again has a
//! segment already, under the hash of its content: that one and all later ones are not for comparing then, for the
//! dump would be nothing but copies of itself, and the new segment takes the place of the old one.
//!
//! **Killed at any moment, an index is what it was, or what it was to become.** A segment is written under a temporary
//! name, synced, and named; then the manifest that names it is. What the manifest does not name is garbage, and swept
//! by the next that opens the index to write.
//!
//! Must not know how pages are compared, nor where the pages of a dump stand.

mod folder;
mod manifest;
mod merge;
mod segment;
mod verify;
mod writer;

use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::repeat::near::{Shingles, Sketch};
use folder::{Hold, State};
use manifest::Manifest;
use segment::{Body, Segment};

pub use manifest::Entry;
pub use merge::{Merged, merge};
pub use verify::{Checked, Fault, verify};
pub use writer::{Mark, SegmentWriter};

/// An index that is open, and locked as long as it is.
#[derive(Debug)]
pub struct Index {
    dir: PathBuf,
    manifest: Manifest,
    segments: Vec<Segment>,
    /// The first page of every segment, and behind them the number of pages.
    firsts: Vec<u32>,
    /// The segment that was read last: there may be more segments than files may be open.
    open: Mutex<Option<(usize, File)>>,
    /// Whether the folder has a manifest.
    begun: bool,
    /// Whether files are synced to the disk.
    sync: bool,
    /// Held, not used: the lock goes with it.
    _lock: Option<File>,
}

impl Index {
    /// Opens an index to add to it, makes it if it is not there, and sweeps what a killed run left. Nobody else may use
    /// it meanwhile. Without `sync`, a commit may be lost, or lose the index, when the machine stops.
    ///
    /// # Errors
    ///
    /// Another run uses it, it has shingles of another length, it is of a newer version, or it is damaged; or the folder
    /// holds something else.
    pub fn open(dir: &Path, shingle: usize, sync: bool) -> Result<Self, Error> {
        if u16::try_from(shingle).is_err() {
            return Err(Error::usage(format!("an index has no shingles of {shingle} tokens")).at(dir));
        }
        // Looked at first, so that nothing is made inside a folder of somebody else's.
        refuse_others(dir)?;
        fs::create_dir_all(dir).map_err(|e| Error::usage("cannot make the index").at(dir).because(e))?;
        let lock = folder::lock(dir, Hold::Alone)?;
        refuse_others(dir)?;
        let manifest = Manifest::read(dir)?;
        let index = Self::load(dir, manifest, Some(shingle), sync, lock)?;
        folder::sweep(dir, Some(&index.manifest))?;
        Ok(index)
    }

    /// Opens an index to compare with it, and changes nothing in it. One that is not there is empty.
    ///
    /// # Errors
    ///
    /// As [`Index::open`].
    pub fn look(dir: &Path, shingle: usize) -> Result<Self, Error> {
        refuse_others(dir)?;
        let lock = folder::lock(dir, Hold::Shared)?;
        Self::load(dir, Manifest::read(dir)?, Some(shingle), false, lock)
    }

    /// Opens an index that is there, whatever the length of its shingles, and changes nothing in it.
    ///
    /// # Errors
    ///
    /// There is none; else as [`Index::open`].
    pub fn read_only(dir: &Path) -> Result<Self, Error> {
        let (manifest, lock) = manifest_of(dir)?;
        Self::load(dir, Some(manifest), None, false, lock)
    }

    /// Begins an index that takes the place of whatever index is in the folder, once it is committed.
    ///
    /// # Errors
    ///
    /// The folder is not empty and `force` is not given, or another run uses it.
    pub fn replace(dir: &Path, shingle: usize, force: bool) -> Result<Self, Error> {
        if !force && folder::state(dir)? != State::Blank {
            return Err(Error::usage("the folder is not empty")
                .at(dir)
                .hint("choose another one with -o, or overwrite an index with --force"));
        }
        fs::create_dir_all(dir).map_err(|e| Error::usage("cannot make the index").at(dir).because(e))?;
        let lock = folder::lock(dir, Hold::Alone)?;
        let begun = folder::state(dir)? == State::Index;
        let mut index = Self::load(dir, None, Some(shingle), true, lock)?;
        index.begun = begun;
        Ok(index)
    }

    fn load(
        dir: &Path,
        manifest: Option<Manifest>,
        shingle: Option<usize>,
        sync: bool,
        lock: Option<File>,
    ) -> Result<Self, Error> {
        let begun = manifest.is_some();
        let manifest = manifest.unwrap_or_else(|| Manifest::new(shingle.unwrap_or_default()));
        if let Some(shingle) = shingle.filter(|&shingle| shingle != manifest.shingle) {
            let theirs = manifest.shingle;
            return Err(
                Error::usage(format!("the index has shingles of {theirs} tokens, not of {shingle}"))
                    .at(dir)
                    .hint(format!("give --shingle {theirs}, or another index")),
            );
        }
        let open = |entry| Segment::open(dir, entry, manifest.shingle).map(|(segment, _)| segment);
        let segments = manifest.segments.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let mut firsts = vec![0];
        for segment in &segments {
            firsts.push(firsts[firsts.len() - 1] + segment.pages);
        }
        Ok(Self {
            dir: dir.to_owned(),
            manifest,
            segments,
            firsts,
            open: Mutex::new(None),
            begun,
            sync,
            _lock: lock,
        })
    }

    /// How many pages it has.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.firsts.last().copied().unwrap_or_default()
    }

    /// Tokens of a shingle.
    #[must_use]
    pub fn shingle(&self) -> usize {
        self.manifest.shingle
    }

    /// Its segments, in order.
    #[must_use]
    pub fn segments(&self) -> &[Entry] {
        &self.manifest.segments
    }

    /// Calls `each` with the sketches of all pages, in order.
    ///
    /// # Errors
    ///
    /// A segment cannot be read or is damaged, or `each` failed.
    pub fn sketches(&self, mut each: impl FnMut(&Sketch) -> Result<(), Error>) -> Result<(), Error> {
        for number in 0..self.segments.len() {
            self.with(number, |segment, file| segment.rows(file, |_, row| each(&row.sketch)))?;
        }
        Ok(())
    }

    /// What a page was called.
    ///
    /// # Errors
    ///
    /// The segment cannot be read or is damaged.
    pub fn name(&self, page: u32) -> Result<String, Error> {
        self.body(page).map(|body| body.name)
    }

    /// The set of a page's shingles.
    ///
    /// # Errors
    ///
    /// The segment cannot be read or is damaged.
    pub fn shingles(&self, page: u32) -> Result<Shingles, Error> {
        let body = self.body(page)?;
        let (number, page) = self.place(page);
        Shingles::from_bytes(&body.set)
            .ok_or_else(|| self.segments[number].damaged_page(page, "its shingles cannot be read"))
    }

    /// The hash of the dump that a page is of.
    #[must_use]
    pub fn run(&self, page: u32) -> u128 {
        self.segments[self.place(page).0].run
    }

    /// The pages of a dump, if it is there already.
    #[must_use]
    pub fn pages_of_run(&self, run: u128) -> Option<Range<u32>> {
        let number = self.segments.iter().position(|segment| segment.run == run)?;
        Some(self.firsts[number]..self.firsts[number + 1])
    }

    /// Begins a segment.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be made in the folder.
    pub fn writer(&self) -> Result<SegmentWriter, Error> {
        SegmentWriter::new(&self.dir, self.manifest.shingle, self.sync)
    }

    fn body(&self, page: u32) -> Result<Body, Error> {
        let (number, page) = self.place(page);
        self.with(number, |segment, file| {
            let row = segment.row(file, page)?;
            segment.body(file, page, &row)
        })
    }

    /// The segment of a page, and its number there.
    fn place(&self, page: u32) -> (usize, u32) {
        let number = self.firsts.partition_point(|&first| first <= page) - 1;
        (number, page - self.firsts[number])
    }

    fn with<T>(&self, number: usize, read: impl FnOnce(&Segment, &mut File) -> Result<T, Error>) -> Result<T, Error> {
        let segment = &self.segments[number];
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match open.take() {
            Some((before, file)) if before == number => file,
            _ => File::open(&segment.path).map_err(|e| Error::io("cannot read the index", &segment.path, e))?,
        };
        let (_, file) = open.insert((number, file));
        read(segment, file)
    }

    /// Writes the manifest if there is none, so that a folder with segments and no manifest is one that lost it.
    fn begin(&mut self) -> Result<(), Error> {
        if !self.begun {
            Manifest::new(self.manifest.shingle).write(&self.dir, self.sync)?;
            self.begun = true;
        }
        Ok(())
    }

    /// Makes these the segments of the index: the commit.
    fn commit(self, segments: Vec<Entry>) -> Result<(), Error> {
        let mut manifest = Manifest::new(self.manifest.shingle);
        manifest.segments = segments;
        manifest.write(&self.dir, self.sync)?;
        // What is replaced now is garbage; if it cannot be removed, the next run sweeps it.
        let _ = folder::sweep(&self.dir, Some(&manifest));
        Ok(())
    }
}

/// Refuses a folder that holds something else than an index.
fn refuse_others(dir: &Path) -> Result<(), Error> {
    match folder::state(dir)? {
        State::Blank | State::Index => Ok(()),
        State::Headless => Err(headless(dir)),
        State::Foreign => Err(Error::usage("the folder holds something else than an index")
            .at(dir)
            .hint("give an index, or a folder that is empty or not there")),
    }
}

/// The manifest of an index that has to be there, and the lock for reading it.
fn manifest_of(dir: &Path) -> Result<(Manifest, Option<File>), Error> {
    let lock = folder::lock(dir, Hold::Shared)?;
    match Manifest::read(dir)? {
        Some(manifest) => Ok((manifest, lock)),
        None if folder::state(dir)? == State::Headless => Err(headless(dir)),
        None => Err(Error::usage("there is no index")
            .at(dir)
            .hint("`textsieve clean --index DIR` makes one")),
    }
}

fn headless(dir: &Path) -> Error {
    Error::failed("the index has segments, but its index.json is missing")
        .at(dir)
        .hint("take index.json from a backup, or begin a new index")
}

#[cfg(test)]
mod tests;
