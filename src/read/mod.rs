//! Floor 2: files in. What there is to read, and the bytes of each.
//!
//! A [`Source`] hands out entries in input order. An entry that is a page is read whole, on any thread; one that holds
//! records is a shard, and is read piece by piece, in order, by one.
//! Must not know what is done with the bytes: no decoding, no cleaning, no output.

pub mod form;
pub mod records;
pub mod text;
pub mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

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
}

/// What a record is called in its dump: the literal of a string or a number, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// An id longer than this is none: it would be repeated with every cut.
    const MAX: usize = 1024;

    /// The id that a JSON value gives, if it is a string or a number.
    #[must_use]
    pub fn of(literal: &str) -> Option<Self> {
        let named = literal.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit());
        (named && literal.len() <= Self::MAX).then(|| Self(literal.to_owned()))
    }

    /// The literal.
    #[must_use]
    pub fn literal(&self) -> &str {
        &self.0
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
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
    /// A compressed file that ends too early or fails its checksum.
    Damaged,
    /// A compressed file from which more comes out than is allowed.
    Expands,
    /// A compressed file that needs more memory than is allowed.
    Window,
    /// Not records one a line, though its name says so.
    NotJsonl,
    /// A record that is no JSON.
    NotJson,
    /// A record without the text field.
    NoText,
    /// A record whose text is not a string.
    TextNotString,
    /// A record in which the text field stands twice: readers differ on which one counts.
    TextTwice,
    /// A record whose text holds half of a surrogate pair, which is no character.
    LoneSurrogate,
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
            Self::Damaged => "damaged",
            Self::Expands => "expands",
            Self::Window => "window",
            Self::NotJsonl => "not-jsonl",
            Self::NotJson => "not-json",
            Self::NoText => "no-text",
            Self::TextNotString => "text-not-string",
            Self::TextTwice => "text-twice",
            Self::LoneSurrogate => "lone-surrogate",
            Self::Panic => "panic",
        }
    }
}

/// A page that was not cleaned, and why. A file stays where it is; a record stands in the output as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// The page's name, or the path of what could not be walked.
    pub page: String,
    /// What a record is called in its dump.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
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
            id: None,
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

    /// Says what the record is called.
    #[must_use]
    pub fn called(mut self, id: Option<Id>) -> Self {
        self.id = id;
        self
    }

    /// Says how large it is.
    #[must_use]
    pub fn sized(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }
}
