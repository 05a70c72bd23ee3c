//! Floor 2: files in. What there is to read, and the bytes of each.
//!
//! A [`Source`] hands out entries in input order and reads any of them on any thread. Plain text files are the only
//! kind so far; a row of a table or a record of an archive would be an entry too, with a source of its own.
//! Must not know what is done with the bytes: no decoding, no cleaning, no output.

pub mod text;
pub mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

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

/// Where pages come from.
pub trait Source: Sync {
    /// What there is to read, in input order.
    fn entries(&self) -> &[Entry];

    /// The bytes of one entry.
    ///
    /// # Errors
    ///
    /// The entry cannot be read whole and unchanged; the run goes on without it.
    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SetAside>;
}

/// Why a page was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It cannot be opened or read.
    Unreadable,
    /// A FIFO, a device, a socket.
    NotAFile,
    /// A link that leads back to a folder it stands in, or into the output folder.
    LinkLoop,
    /// Larger than a page may be.
    TooLarge,
    /// It changed while it was read.
    Changed,
    /// Its name would leave the output folder or lie among the run's own files.
    UnsafeName,
    /// No text in any encoding.
    Binary,
    /// Not valid in its encoding, and the user wants to know.
    InvalidText,
    /// The cleaner failed on it: a fault of this program.
    Panic,
}

impl Why {
    /// The stable kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not-a-file",
            Self::LinkLoop => "link-loop",
            Self::TooLarge => "too-large",
            Self::Changed => "changed",
            Self::UnsafeName => "unsafe-name",
            Self::Binary => "binary",
            Self::InvalidText => "invalid-text",
            Self::Panic => "panic",
        }
    }
}

/// A page that was not cleaned, and why. The input stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// The page's name, or the path of what could not be walked.
    pub page: String,
    /// Why, in a word.
    pub reason: Why,
    /// What exactly was found.
    pub detail: String,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Its size, as far as it is known.
    pub bytes: u64,
}

impl SetAside {
    /// A page set aside.
    #[must_use]
    pub fn new(page: impl Into<String>, reason: Why, detail: impl Into<String>) -> Self {
        Self {
            page: page.into(),
            reason,
            detail: detail.into(),
            hint: None,
            bytes: 0,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says how large it is.
    #[must_use]
    pub fn sized(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }
}
