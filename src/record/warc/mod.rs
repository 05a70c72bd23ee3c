//! WARC (ISO 28500, 1.0 and 1.1), and WET, which is WARC of texts: a header block, so many bytes of content, two line
//! ends.
//!
//! Records are numbered by their place, whatever they are. A `conversion` to plain text is a page. So is what a server
//! sent as HTML or plain text; it is written as a `conversion`, where it stood. All else is passed on.

mod digest;
mod frames;
mod head;
mod http;

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};

use self::frames::{Begun, Frames, MOST_HEAD, begun};
use self::head::{Head, media};
use self::http::{Answer, is_html};
use super::render::wet::urn;
use super::{Fields, Framer, Id, Lacking, Layout, Located, Part, Reading, Text, Why};
use crate::hash::hash128;
use crate::text::decode::{Decoded, decode_declared};
use crate::text::html;
use crate::text::json::literal;

/// The layout of WARC.
#[derive(Debug, Clone, Copy)]
pub struct Warc;

impl Layout for Warc {
    fn by_line(&self) -> bool {
        false
    }

    fn gzip_member_each(&self) -> bool {
        true
    }

    fn framer(&self) -> Box<dyn Framer> {
        Box::new(Frames::default())
    }

    fn part(&self, bytes: &[u8]) -> Part {
        match begun(bytes) {
            Ok(Begun::Record(record)) => Part {
                length: record.length(bytes),
                is_record: Page::of(record.head, &bytes[record.content_in(bytes)]).is_some(),
                advance: 1,
            },
            Ok(Begun::Blank(length)) => Part {
                length,
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
            return Located::without(Lacking::new(Why::Damaged, "no WARC record"));
        };
        let head = found.head;
        Located {
            id: head.get("warc-record-id").and_then(|id| Id::named(&id)),
            url: head.get("warc-target-uri").map(address),
            path: None,
            text: text(head, record, found.content_in(record), reading),
        }
    }

    fn splice(&self, record: &[u8], text: Range<usize>, clean: &str, out: &mut Vec<u8>) {
        let Some(head) = Head::of(&record[frames::blank(record)..text.start]) else {
            return out.extend_from_slice(record);
        };
        out.extend_from_slice(&record[..text.start - head.bytes().len()]);
        if is_conversion(head) {
            push_head(head, clean, out);
        } else {
            push_conversion(head, clean, out);
        }
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

fn is_conversion(head: Head<'_>) -> bool {
    is_type(head, "conversion")
}

fn is_type(head: Head<'_>, name: &str) -> bool {
    head.get("warc-type")
        .is_some_and(|kind| kind.eq_ignore_ascii_case(name))
}

/// A record that has a text.
struct Page<'a> {
    html: bool,
    /// The name of its encoding, if there is one beside it.
    charset: Option<String>,
    content: Content<'a>,
}

/// Where a text is.
enum Content<'a> {
    /// It is all that the record holds.
    All(&'a [u8]),
    /// A server sent it.
    Sent(Answer<'a>),
}

impl<'a> Page<'a> {
    fn of(head: Head<'_>, content: &'a [u8]) -> Option<Self> {
        // Part of a text is none.
        if head.get("warc-segment-number").is_some() {
            return None;
        }
        let media_type = head.get("content-type");
        if is_conversion(head) {
            let kind = media_type.unwrap_or(Cow::Borrowed("text/plain"));
            return Self::said(&kind, Content::All(content)).filter(|page| !page.html);
        }
        // Crawlers keep logs and pictures of pages as resources, at addresses of their own.
        let url = head.get("warc-target-uri").map(address)?;
        if !["http://", "https://"].iter().any(|web| url.starts_with(web)) {
            return None;
        }
        if is_type(head, "resource") {
            return Self::said(&media_type?, Content::All(content));
        }
        if !is_type(head, "response") || media(&media_type?).0 != "application/http" {
            return None;
        }
        let answer = Answer::of(content, MOST_HEAD).filter(|answer| answer.is_ok())?;
        Self::said(&answer.media()?, Content::Sent(answer))
    }

    /// A page of which this is said.
    fn said(media_type: &str, content: Content<'a>) -> Option<Self> {
        Some(Self {
            html: is_html(media_type)?,
            charset: media(media_type).1.map(str::to_owned),
            content,
        })
    }
}

/// The text of a record.
fn text<'a>(head: Head<'_>, record: &'a [u8], range: Range<usize>, reading: &Reading<'_>) -> Result<Text<'a>, Lacking> {
    let Some(page) = Page::of(head, &record[range.clone()]) else {
        return Err(Lacking::new(Why::NoText, "a record without a text"));
    };
    let body = match page.content {
        Content::All(content) => Cow::Borrowed(content),
        Content::Sent(answer) => answer.body(reading.most)?,
    };
    let charset = page.charset.as_ref().map(String::as_bytes);
    let named = charset.and_then(Encoding::for_label_no_replacement);
    let options = reading.decode;
    let Decoded {
        text: value,
        encoding,
        invalid,
        links,
        ..
    } = match (&body, page.html) {
        (body, true) => html::read(body, named, options)?,
        (Cow::Borrowed(body), false) => decode_declared(body, named, options)?,
        (Cow::Owned(body), false) => owned(decode_declared(body, named, options)?),
    };
    Ok(Text {
        verbatim: is_conversion(head) && value.as_bytes() == &*body,
        value,
        range,
        encoding,
        invalid,
        links,
    })
}

fn owned(decoded: Decoded<'_>) -> Decoded<'static> {
    Decoded {
        text: Cow::Owned(decoded.text.into_owned()),
        encoding: decoded.encoding,
        source: decoded.source,
        invalid: decoded.invalid,
        first_invalid: decoded.first_invalid,
        links: decoded.links,
    }
}

/// Writes the header block of a conversion of what this block stands before.
fn push_conversion(head: Head<'_>, clean: &str, out: &mut Vec<u8>) {
    let id = head.get("warc-record-id");
    // The same every time, and that of no other record.
    let own = hash128(
        &[
            &b"conversion of "[..],
            id.as_ref().map_or(head.bytes(), |id| id.as_bytes()),
        ]
        .concat(),
    );
    let version = String::from_utf8_lossy(head.first_line());
    let digest = head.get("warc-block-digest");
    let digest = digest.and_then(|old| digest::renewed(&old, clean.as_bytes()));
    let length = clean.len().to_string();
    let fields = [
        ("WARC-Type", Some(Cow::Borrowed("conversion"))),
        ("WARC-Target-URI", head.get("warc-target-uri")),
        ("WARC-Date", head.get("warc-date")),
        ("WARC-Record-ID", Some(Cow::Owned(urn(own)))),
        ("WARC-Refers-To", id),
        ("WARC-Block-Digest", digest.map(Cow::Owned)),
        ("Content-Type", Some(Cow::Borrowed("text/plain"))),
        ("Content-Length", Some(Cow::Borrowed(&*length))),
    ];
    out.extend_from_slice(format!("{version}\r\n").as_bytes());
    for (name, value) in fields {
        if let Some(value) = value {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
    }
    out.extend_from_slice(b"\r\n");
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
