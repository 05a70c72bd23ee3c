//! A header block: a line that says what follows, fields a line each, a blank line. WARC records and HTTP messages have
//! one.
//!
//! Lines may end in LF alone, and a line that begins with a space goes on with the field before it. Must not know what
//! a field means.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

/// A header block, with its blank line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a>(&'a [u8]);

/// A field, by where it stands in its block.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: Range<usize>,
    /// Without the spaces around it.
    pub(super) value: Range<usize>,
    /// All of its lines.
    pub(super) lines: Range<usize>,
}

impl<'a> Head<'a> {
    /// The block that these bytes begin with, unless it goes on behind them.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let mut ends = memchr_iter(b'\n', bytes);
        let length = ends.find_map(|end| match &bytes[end + 1..] {
            [b'\n', ..] => Some(end + 2),
            [b'\r', b'\n', ..] => Some(end + 3),
            _ => None,
        })?;
        Some(Self(&bytes[..length]))
    }

    pub(super) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The line before the fields.
    pub(super) fn first_line(self) -> &'a [u8] {
        let end = memchr(b'\n', self.0).unwrap_or(self.0.len());
        self.0[..end].trim_ascii()
    }

    /// What stands before the blank line: the first line, and each field. What is no field has an empty name.
    pub(super) fn fields(self) -> impl Iterator<Item = Field> {
        let bytes = self.0;
        let mut at = memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
        std::iter::from_fn(move || {
            let start = at;
            if matches!(&bytes[start..], [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
                return None;
            }
            loop {
                at += memchr(b'\n', &bytes[at..]).map_or(bytes.len() - at, |end| end + 1);
                if !matches!(bytes.get(at), Some(b' ' | b'\t')) {
                    break;
                }
            }
            let colon = memchr(b':', &bytes[start..at]);
            let name = trimmed(bytes, start..start + colon.unwrap_or(0));
            let value = trimmed(bytes, start + colon.map_or(0, |colon| colon + 1)..at);
            let lines = start..at;
            Some(Field { name, value, lines })
        })
    }

    /// Whether a field has this name.
    pub(super) fn is(self, field: &Field, name: &str) -> bool {
        self.0[field.name.clone()].eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value of the first field of this name.
    pub(super) fn get(self, name: &str) -> Option<Cow<'a, str>> {
        let field = self.fields().find(|field| self.is(field, name))?;
        Some(String::from_utf8_lossy(&self.0[field.value]))
    }
}

fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let part = &bytes[range.clone()];
    // Of nothing but spaces nothing is left at their beginning: behind them another field begins.
    let spaces = part.len() - part.trim_ascii_start().len();
    let start = range.start + if spaces < part.len() { spaces } else { 0 };
    start..start + part.trim_ascii().len()
}

/// What `Content-Type` says: the kind in lower case, and the charset if one is named.
pub(super) fn media(value: &str) -> (String, Option<&str>) {
    let mut parts = value.split(';');
    let kind = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("charset");
        named.then(|| value.trim().trim_matches(['"', '\'']))
    });
    (kind, charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_however_lines_end() {
        let block = b"WARC/1.0\r\nA: b \nLong: one\r\n  two\nodd\nC-D:\r\n\r\nrest: x\n";
        let head = Head::of(block).unwrap();
        assert!(head.bytes().ends_with(b"C-D:\r\n\r\n"));
        assert_eq!(head.first_line(), b"WARC/1.0");
        assert_eq!(head.get("a").as_deref(), Some("b"));
        assert_eq!(head.get("LONG").as_deref(), Some("one\r\n  two"));
        assert_eq!(head.get("c-d").as_deref(), Some(""));
        assert_eq!(head.get("rest"), None);
        let empty = head.fields().last().unwrap().value;
        assert!(head.bytes()[..empty.start].ends_with(b"C-D:"));
        let lines: usize = head.fields().map(|field| field.lines.len()).sum();
        assert_eq!(lines + b"WARC/1.0\r\n\r\n".len(), head.bytes().len());
        assert!(Head::of(b"WARC/1.0\r\nA: b\r\n").is_none());
    }

    #[test]
    fn media_have_a_kind_and_perhaps_a_charset() {
        assert_eq!(media("Text/HTML"), ("text/html".to_owned(), None));
        assert_eq!(
            media("text/html; x=1; Charset=\"UTF-8\""),
            ("text/html".to_owned(), Some("UTF-8"))
        );
        assert_eq!(media(""), (String::new(), None));
    }
}
