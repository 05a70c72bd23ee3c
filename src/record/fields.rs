//! Where records have what matters of them.

use crate::text::json::Pointer;

/// The fields of a record that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// The text that is cleaned.
    pub text: Pointer,
    /// What the record is called.
    pub id: Pointer,
    /// The address it is from.
    pub url: Pointer,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            text: Pointer::key("text"),
            id: Pointer::key("id"),
            url: Pointer::key("url"),
        }
    }
}
