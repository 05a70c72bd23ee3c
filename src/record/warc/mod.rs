//! WARC (ISO 28500, 1.0 and 1.1), and WET, which is WARC of texts: a header block, so many bytes of content, two line
//! ends.
//!
//! Records are numbered by their place, whatever they are. A `conversion` to plain text is a page; all else is passed
//! on.

mod digest;
mod frames;
mod head;

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};

use self::frames::{Begun, Frames, begun};
use self::head::{Head, media};
use super::{Fields, Framer, Id, Lacking, Layout, Located, Part, Reading, Text, Why};
use crate::text::decode::{DecodeOptions, decode};
use crate::text::json::literal;

/// The layout of WARC.
#[derive(Debug, Clone, Copy)]
pub struct Warc;

impl Layout for Warc {
    fn by_line(&self) -> bool {
        false
    }

    fn members(&self) -> bool {
        true
    }

    fn framer(&self) -> Box<dyn Framer> {
        Box::new(Frames::default())
    }

    fn part(&self, bytes: &[u8]) -> Part {
        match begun(bytes) {
            Ok(Begun::Record(record)) => Part {
                length: record.length(bytes),
                is_record: is_page(record.head),
                advance: 1,
            },
            Ok(Begun::Blank) => Part {
                length: bytes.len(),
                is_record: false,
                advance: 0,
            },
            // Whole records were framed, so this is not met.
            Ok(Begun::Head) | Err(_) => Part {
                length: bytes.len(),
                is_record: false,
                advance: 1,
            },
        }
    }

    fn locate<'a>(&self, record: &'a [u8], reading: &Reading<'_>) -> Located<'a> {
        let Ok(Begun::Record(found)) = begun(record) else {
            return Located {
                id: None,
                url: None,
                text: Err(Lacking::new(Why::Damaged, "no WARC record")),
            };
        };
        let head = found.head;
        Located {
            id: head.get("warc-record-id").and_then(|id| Id::of(&literal(&id, ""))),
            url: head.get("warc-target-uri").map(address),
            text: text(head, record, found.content_in(record), reading.decode),
        }
    }

    fn splice(&self, record: &[u8], text: Range<usize>, clean: &str, out: &mut Vec<u8>) {
        let Some(head) = Head::of(&record[frames::blank(record)..text.start]) else {
            return out.extend_from_slice(record);
        };
        out.extend_from_slice(&record[..text.start - head.bytes().len()]);
        push_head(head, clean, out);
        out.extend_from_slice(clean.as_bytes());
        out.extend_from_slice(&record[text.end..]);
    }

    fn keys(&self, _: &[u8]) -> Vec<String> {
        Vec::new()
    }

    fn rest<'a>(&self, record: &'a [u8], _: Range<usize>, _: &Fields) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let Ok(Begun::Record(found)) = begun(record) else {
            return Vec::new();
        };
        let date = found.head.get("warc-date");
        date.map(|date| ("date".into(), literal(&date, "").into()))
            .into_iter()
            .collect()
    }
}

/// Some writers put an address in angle brackets, as WARC 1.0 had it in its grammar.
fn address(url: Cow<'_, str>) -> Cow<'_, str> {
    match url.strip_prefix('<').and_then(|url| url.strip_suffix('>')) {
        Some(bare) => Cow::Owned(bare.to_owned()),
        None => url,
    }
}

/// Whether a record has a text of its own.
fn is_page(head: Head<'_>) -> bool {
    let has = |name| head.get(name).is_some();
    let conversion = head
        .get("warc-type")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("conversion"));
    let plain = head
        .get("content-type")
        .is_none_or(|kind| media(&kind).0 == "text/plain");
    // Part of a text is none.
    conversion && plain && !has("warc-segment-number")
}

/// The text of a conversion.
fn text<'a>(
    head: Head<'_>,
    record: &'a [u8],
    range: Range<usize>,
    options: &DecodeOptions,
) -> Result<Text<'a>, Lacking> {
    let kind = head.get("content-type").unwrap_or_default();
    let named = media(&kind)
        .1
        .and_then(|charset| Encoding::for_label(charset.as_bytes()));
    let content = &record[range.clone()];
    let options = DecodeOptions {
        encoding: options.encoding.or(named),
        ..*options
    };
    let decoded = decode(content, &options)?;
    Ok(Text {
        verbatim: decoded.text.as_bytes() == content,
        value: decoded.text,
        range,
        encoding: decoded.encoding,
        invalid: decoded.invalid,
    })
}

/// Writes a header block for another text: its length, its digests and its encoding. All else stays as it is.
fn push_head(head: Head<'_>, clean: &str, out: &mut Vec<u8>) {
    let bytes = head.bytes();
    let mut at = 0;
    for field in head.fields() {
        let old = String::from_utf8_lossy(&bytes[field.value.clone()]);
        let new = if head.is(&field, "content-length") {
            Some(clean.len().to_string())
        } else if head.is(&field, "warc-block-digest") || head.is(&field, "warc-payload-digest") {
            let digest = digest::renewed(&old, clean.as_bytes());
            if digest.is_none() {
                out.extend_from_slice(&bytes[at..field.lines.start]);
                at = field.lines.end;
                continue;
            }
            digest
        } else if head.is(&field, "content-type") {
            let (kind, charset) = media(&old);
            let other = charset.is_some_and(|charset| Encoding::for_label(charset.as_bytes()) != Some(UTF_8));
            other.then(|| format!("{kind}; charset=utf-8"))
        } else {
            None
        };
        if let Some(new) = new {
            out.extend_from_slice(&bytes[at..field.value.start]);
            out.extend_from_slice(new.as_bytes());
            at = field.value.end;
        }
    }
    out.extend_from_slice(&bytes[at..]);
}

#[cfg(test)]
mod tests;
