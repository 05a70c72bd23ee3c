//! What was set aside, and why; and what a record is called in its dump.
//!
//! A vocabulary: must not know who sets aside.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::text::json::literal;

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

    /// A name that is no JSON yet.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::of(&literal(name, "é"))
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// A compressed file that ends too early or fails its checksum, or a shard that does not hold what it should.
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
