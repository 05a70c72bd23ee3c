//! Floor 1: records, in the forms that dumps come in.
//!
//! A [`Layout`] knows how records stand in a shard: where one ends, where in it the text is, and how another text is put
//! in its place with every other byte left alone. Pure functions on bytes: must not know where these come from, where
//! they go, or what is done with a text.
//!
//! The records of a [`table::Table`] are [`rows::Rows`], which stand in columns and not one behind the other.

mod aside;
pub mod csv;
mod fields;
pub mod jsonl;
mod member;
pub mod render;
#[cfg(feature = "parquet")]
pub mod rows;
#[cfg(feature = "parquet")]
pub mod table;
pub mod tar;
pub mod warc;

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::text::decode::{DecodeError, DecodeOptions};
use crate::text::links::{LinkShares, Marked};

pub use aside::{Id, SetAside, Why};
pub use fields::Fields;
pub use member::{Kind, Member};

/// A form of shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// JSON Lines: an object a line.
    Jsonl,
    /// Values parted by commas (RFC 4180), the first line naming the columns.
    Csv,
    /// The same, parted by tabs.
    Tsv,
    /// tar archives of pages.
    Tar,
    /// Web archives, and texts in their form (WET).
    Warc,
}

impl Format {
    /// The layout of a shard that begins with these bytes, which hold all of it or at least a mebibyte, and how many of
    /// them come before the first record.
    ///
    /// # Errors
    ///
    /// It cannot be of this form.
    pub fn layout(self, head: &[u8]) -> Result<(Arc<dyn Layout>, usize), Malformed> {
        Ok(match self {
            Self::Jsonl => (Arc::new(jsonl::Jsonl), mark(head)),
            Self::Csv | Self::Tsv => {
                let delimiter = if self == Self::Csv { b',' } else { b'\t' };
                let (columns, length) = csv::Csv::of(delimiter, &head[mark(head)..])?;
                (Arc::new(columns), mark(head) + length)
            }
            Self::Tar => (Arc::new(tar::Tar), 0),
            Self::Warc => (Arc::new(warc::Warc), 0),
        })
    }

    /// What a file ends with behind its last record.
    #[must_use]
    pub const fn foot(self) -> &'static [u8] {
        match self {
            Self::Tar => &tar::END,
            Self::Jsonl | Self::Csv | Self::Tsv | Self::Warc => &[],
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "JSONL",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Tar => "tar",
            Self::Warc => "WARC",
        }
    }
}

/// The length of the UTF-8 byte order mark that bytes begin with.
fn mark(head: &[u8]) -> usize {
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    if head.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    }
}

/// What cannot be records of a form, and at which byte of what was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub what: String,
    /// The byte, from 0.
    pub at: usize,
}

/// How records stand in a shard.
pub trait Layout: Debug + Send + Sync {
    /// Whether records are numbered by the lines they begin on; else by their place.
    fn by_line(&self) -> bool;

    /// Whether readers expect that every record is a gzip member of its own.
    fn gzip_member_each(&self) -> bool {
        false
    }

    /// Cuts the stream behind the head into whole records.
    fn framer(&self) -> Box<dyn Framer>;

    /// The first part of what holds whole records, or the beginning of one that is too large, and is not empty.
    fn part(&self, bytes: &[u8]) -> Part;

    /// Finds what matters of a record.
    fn locate<'a>(&self, record: &'a [u8], reading: &Reading<'_>) -> Located<'a>;

    /// Writes a record with another text. `text` is where the text was found to stand.
    fn splice(&self, record: &[u8], text: Range<usize>, clean: &str, out: &mut Vec<u8>);

    /// The record with a field more, or another value of it, in JSON; as it is if its form has no place for one.
    fn with_field(&self, record: &[u8], name: &str, value: &str) -> Vec<u8> {
        let _ = (name, value);
        record.to_vec()
    }

    /// What the fields of a record are called, if they have names.
    fn keys(&self, record: &[u8]) -> Vec<String>;

    /// The fields of a record with the types of their values, if they have names.
    fn members_of(&self, record: &[u8]) -> Vec<Member> {
        let _ = record;
        Vec::new()
    }

    /// The fields of a record beside its text, its name and its address: names and JSON values.
    fn rest<'a>(&self, record: &'a [u8], text: Range<usize>, fields: &Fields) -> Vec<(Cow<'a, str>, Cow<'a, str>)>;
}

/// Cuts a stream into whole records. Where it cuts depends on the bytes alone, not on how they arrive.
pub trait Framer: Send {
    /// How much of the beginning of a buffer is whole records. The buffer begins where the last frame ended, or is the
    /// one of the last call with more behind it. `ended` says that nothing follows it; behind a record that is too large,
    /// nothing in an empty buffer says whether it came to its end.
    ///
    /// # Errors
    ///
    /// These are no records.
    fn frame(&mut self, buffer: &[u8], ended: bool) -> Result<Frame, Malformed>;

    /// Where a record ends that is too large to be held and of which the beginning was taken already; nothing if all of
    /// the buffer belongs to it.
    fn rest(&mut self, buffer: &[u8]) -> Option<usize>;
}

/// What stands at the beginning of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Whole records.
    Whole {
        /// How many bytes they have.
        length: usize,
        /// How far it is to the number of the next one.
        advance: u64,
    },
    /// Part of a record, which has so many bytes at least.
    More(usize),
}

/// A record, or what stands between records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its length.
    pub length: usize,
    /// Whether it has a text; what has none is passed on as it is.
    pub is_record: bool,
    /// How far it is to the number of the next part.
    pub advance: u64,
}

/// What the user says of how records are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Where a record has its text, its name and its address.
    pub fields: &'a Fields,
    /// How bytes become text, in forms that say nothing of it.
    pub decode: &'a DecodeOptions,
    /// No text may be larger, unpacked.
    pub most: u64,
}

/// What matters of a record.
#[derive(Debug)]
pub struct Located<'a> {
    /// What it is called in its dump.
    pub id: Option<Id>,
    /// The address it is from.
    pub url: Option<Cow<'a, str>>,
    /// Its path, if it has one as a file has.
    pub path: Option<String>,
    /// Its text, or why it has none.
    pub text: Result<Text<'a>, Lacking>,
}

impl Located<'_> {
    /// A record of which nothing is known but that it has no text.
    #[must_use]
    pub fn without(lacking: Lacking) -> Self {
        Self {
            id: None,
            url: None,
            path: None,
            text: Err(lacking),
        }
    }
}

/// The text of a record.
#[derive(Debug)]
pub struct Text<'a> {
    /// The text.
    pub value: Cow<'a, str>,
    /// Where it stands in the record.
    pub range: Range<usize>,
    /// The name of its encoding.
    pub encoding: &'static str,
    /// Byte sequences that were not valid in it.
    pub invalid: usize,
    /// Whether a record whose text stays as it is stays as it is.
    pub verbatim: bool,
    /// What is known of its links, if it was HTML.
    pub links: LinkShares,
}

/// The text with its links.
impl<'a> From<&'a Text<'_>> for Marked<'a> {
    fn from(text: &'a Text<'_>) -> Self {
        Self {
            text: &text.value,
            links: &text.links,
        }
    }
}

impl<'a> Text<'a> {
    /// A text in UTF-8.
    #[must_use]
    pub fn new(value: impl Into<Cow<'a, str>>, range: Range<usize>) -> Self {
        Self {
            value: value.into(),
            range,
            encoding: "UTF-8",
            invalid: 0,
            verbatim: true,
            links: LinkShares::UNKNOWN,
        }
    }
}

/// Why a record has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Why, in a word.
    pub why: Why,
    /// What exactly was found.
    pub detail: String,
    /// What can be done about it.
    pub hint: Option<&'static str>,
}

impl Lacking {
    /// Why a record has no text.
    #[must_use]
    pub fn new(why: Why, detail: impl Into<String>) -> Self {
        Self {
            why,
            detail: detail.into(),
            hint: None,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// Bytes that are no text.
impl From<DecodeError> for Lacking {
    fn from(error: DecodeError) -> Self {
        let detail = error.to_string();
        match error {
            DecodeError::Binary { .. } => {
                Self::new(Why::Binary, detail).hint("if it is text, name its encoding with --encoding")
            }
            DecodeError::Invalid { .. } => Self::new(Why::InvalidText, detail)
                .hint("--invalid replace reads on with U+FFFD in place of what is wrong"),
        }
    }
}
