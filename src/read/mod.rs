//! Floor 2: files in. What there is to read, and the bytes of each.
//!
//! A [`Source`] hands out entries in input order. An entry that is a page is read whole, on any thread; one that holds
//! records is a shard, and is read piece by piece, in order, by one.
//! Must not know what is done with the bytes: no decoding, no cleaning, no output.

pub mod form;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod records;
pub mod text;
pub mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use crate::record::{Id, SetAside, Why};

use crate::record::Fields;
use form::Form;
use records::Records;

use crate::compress::Compression;

/// One thing to read: a name under the output folder, and where the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The folder (or nothing) that `name` is relative to.
    root: Arc<Path>,
    /// The page's name: the path below the folder that was given.
    name: PathBuf,
    /// Size in bytes when the folder was listed; 0 if it is not known.
    size: u64,
}

impl Entry {
    /// An entry that stands at `root/name` and will be called `name`.
    #[must_use]
    pub fn new(root: Arc<Path>, name: PathBuf, size: u64) -> Self {
        Self { root, name, size }
    }

    /// The relative path the page's text is written to.
    #[must_use]
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Where the bytes are.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    /// Size when the folder was listed, for batches and progress; not to be relied on.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The name as it stands in reports.
    #[must_use]
    pub fn label(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }
}

/// The bytes of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The page, unpacked.
    pub bytes: Vec<u8>,
    /// How it is stored.
    pub compression: Compression,
    /// Whether zeros stood behind what is stored.
    pub padded: bool,
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            ..Self::default()
        }
    }
}

/// What of the rows of a table is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The columns that matter.
    pub fields: &'a Fields,
    /// Whether all others are wanted, too.
    pub all: bool,
}

/// Where pages come from.
pub trait Source: Sync {
    /// What there is to read, in input order.
    fn entries(&self) -> &[Entry];

    /// The page that one entry is.
    ///
    /// # Errors
    ///
    /// The entry cannot be read whole and unchanged; the run goes on without it.
    fn read(&self, entry: &Entry) -> Result<Content, SetAside>;

    /// Whether an entry is a page or holds records.
    fn form(&self, entry: &Entry) -> Form {
        let _ = entry;
        Form::Page
    }

    /// Opens an entry that holds records.
    ///
    /// # Errors
    ///
    /// The entry cannot be opened or holds none; the run goes on without it.
    fn records(&self, entry: &Entry) -> Result<Records, SetAside> {
        Err(SetAside::new(
            entry.label(),
            Why::NotJsonl,
            "this source has no records",
        ))
    }

    /// Opens an entry that holds a table.
    ///
    /// # Errors
    ///
    /// The entry cannot be opened or holds none; the run goes on without it.
    #[cfg(feature = "parquet")]
    fn table(&self, entry: &Entry, wanted: Wanted<'_>) -> Result<parquet::TableReader, SetAside> {
        let _ = wanted;
        Err(SetAside::new(entry.label(), Why::NotAFile, "this source has no tables"))
    }
}
