//! The fields of a record as they are met, for whoever has yet to find out which of them is the text.
//!
//! Must not know which field that is.

use serde::Serialize;

use crate::text::json::Pointer;

/// Of what type a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Kind {
    String,
    Number,
    Boolean,
    Object,
    Array,
    /// Bytes that nobody calls text.
    Bytes,
    /// Nothing: null, or an empty value of CSV.
    Null,
}

impl Kind {
    /// The name, as it is shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array => "array",
            Self::Bytes => "bytes",
            Self::Null => "null",
        }
    }

    /// What a value of this type is, in a sentence.
    #[must_use]
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Object => "an object",
            Self::Array => "an array",
            Self::Bytes => "bytes",
            Self::Null => "null",
        }
    }
}

/// A field with values of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Where it stands, as `--text-field` takes it.
    pub field: Pointer,
    /// The type of its values.
    pub kind: Kind,
    /// In how many records it is of that type.
    pub records: u64,
    /// How many bytes of text it has in these.
    pub bytes: u64,
}

impl Member {
    /// The field of one record, with so many bytes of text.
    #[must_use]
    pub fn one(field: Pointer, kind: Kind, bytes: usize) -> Self {
        Self {
            field,
            kind,
            records: 1,
            bytes: bytes as u64,
        }
    }
}
