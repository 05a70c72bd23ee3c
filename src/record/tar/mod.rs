//! tar archives whose members are pages: headers, content, zeros up to the next block of 512 bytes.
//!
//! Members are numbered by their place. A plain file called `.txt`, `.html` or without an extension is a page, and keeps
//! its name whatever it is; all else is passed on.

mod member;
mod page;

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Component, Path};

use self::member::{BLOCK, Begun, Member, SIZE, SUM, begun, records, sum};
pub(super) use self::page::{END, push_page};
use super::{Fields, Frame, Framer, Id, Lacking, Layout, Located, Malformed, Part, Reading, Text, Why};
use crate::text::decode::{Decoded, decode};
use crate::text::html;

/// A piece of short members ends here: each may leave a report of its own.
const MOST_MEMBERS: usize = 1 << 14;

/// The layout of a tar archive.
#[derive(Debug, Clone, Copy)]
pub struct Tar;

impl Layout for Tar {
    fn by_line(&self) -> bool {
        false
    }

    fn framer(&self) -> Box<dyn Framer> {
        Box::new(Members::default())
    }

    fn part(&self, bytes: &[u8]) -> Part {
        let part = |length, is_record, advance| Part {
            length,
            is_record,
            advance,
        };
        match begun(bytes) {
            Ok(Begun::Member(member)) => {
                let length = usize::try_from(member.whole()).map_or(bytes.len(), |end| end.min(bytes.len()));
                part(length, kind(&member).is_some(), u64::from(!member.is_global))
            }
            Ok(Begun::Zeros(length)) => part(length, false, 0),
            // Zeros that end within a block. Members were framed, so nothing else is met.
            Ok(Begun::Head(_)) | Err(_) => part(bytes.len(), false, 0),
        }
    }

    fn locate<'a>(&self, record: &'a [u8], reading: &Reading<'_>) -> Located<'a> {
        let Ok(Begun::Member(member)) = begun(record) else {
            return Located::without(Lacking::new(Why::Damaged, "no member of a tar archive"));
        };
        let path = member.name().into_owned();
        Located {
            id: Id::named(&path),
            url: None,
            text: text(&member, record, reading),
            path: Some(path),
        }
    }

    fn splice(&self, record: &[u8], text: Range<usize>, clean: &str, out: &mut Vec<u8>) {
        let Ok(Begun::Member(member)) = begun(record) else {
            return out.extend_from_slice(record);
        };
        push_before(&record[..member.header], &member.sized, out);
        push_header(&record[member.header..text.start], clean.len(), out);
        out.extend_from_slice(clean.as_bytes());
        push_zeros(clean.len(), out);
    }

    fn keys(&self, _: &[u8]) -> Vec<String> {
        Vec::new()
    }

    fn rest<'a>(&self, _: &'a [u8], _: Range<usize>, _: &Fields) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        Vec::new()
    }
}

/// What a member that is a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Html,
}

fn kind(member: &Member) -> Option<Kind> {
    if !member.is_file {
        return None;
    }
    let name = member.name();
    let Some(extension) = Path::new(&*name).extension() else {
        return Some(Kind::Plain);
    };
    match &*extension.to_string_lossy().to_lowercase() {
        "txt" => Some(Kind::Plain),
        extension if html::EXTENSIONS.contains(&extension) => Some(Kind::Html),
        _ => None,
    }
}

fn text<'a>(member: &Member, record: &'a [u8], reading: &Reading<'_>) -> Result<Text<'a>, Lacking> {
    let name = member.name();
    let mut parts = Path::new(&*name).components();
    if parts.any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(Lacking::new(Why::UnsafeName, "the name leads out of the archive"));
    }
    let end = usize::try_from(member.end()).map_or(record.len(), |end| end.min(record.len()));
    let range = member.start..end;
    let content = &record[range.clone()];
    let Decoded {
        text: value,
        encoding,
        invalid,
        links,
        ..
    } = match kind(member) {
        Some(Kind::Html) => html::read(content, None, reading.decode)?,
        Some(Kind::Plain) | None => decode(content, reading.decode)?,
    };
    Ok(Text {
        verbatim: value.as_bytes() == content,
        value,
        range,
        encoding,
        invalid,
        links,
    })
}

/// Writes the headers before a member's own, without what some say of its size: the member's own can say that of all
/// that is cleaned.
fn push_before(before: &[u8], sized: &[Range<usize>], out: &mut Vec<u8>) {
    let mut at = 0;
    for pax in sized {
        out.extend_from_slice(&before[at..pax.start]);
        push_unsized(&before[pax.clone()], out);
        at = pax.end.next_multiple_of(BLOCK);
    }
    out.extend_from_slice(&before[at..]);
}

/// Writes a pax header without what it says of a size; nothing if it says no more.
fn push_unsized(pax: &[u8], out: &mut Vec<u8>) {
    let (header, content) = pax.split_at(BLOCK);
    let kept = records(content).filter(|record| record.key != b"size");
    let kept: Vec<u8> = kept.flat_map(|record| record.line).copied().collect();
    if !kept.is_empty() {
        push_header(header, kept.len(), out);
        out.extend_from_slice(&kept);
        push_zeros(kept.len(), out);
    }
}

/// Writes a header for content of another length.
fn push_header(header: &[u8], length: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(header);
    let block = &mut out[start..start + BLOCK];
    // Eleven octal digits are eight gigabytes: no page is as long.
    block[SIZE].copy_from_slice(format!("{length:011o}\0").as_bytes());
    let sum = sum(block);
    block[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

fn push_zeros(length: usize, out: &mut Vec<u8>) {
    let missing = length.next_multiple_of(BLOCK) - length;
    out.resize(out.len() + missing, 0);
}

/// Cuts a stream into members.
#[derive(Debug, Default)]
struct Members {
    /// What is missing of the member in hand, behind the buffer.
    missing: u64,
}

impl Framer for Members {
    fn frame(&mut self, buffer: &[u8], ended: bool) -> Result<Frame, Malformed> {
        let ends_within = || Malformed {
            what: "the file ends within a member".to_owned(),
            at: 0,
        };
        if std::mem::take(&mut self.missing) > 0 && buffer.is_empty() && ended {
            return Err(ends_within());
        }
        let (mut length, mut advance) = (0, 0);
        for _ in 0..MOST_MEMBERS {
            let rest = &buffer[length..];
            let needs = match begun(rest) {
                Ok(Begun::Member(member)) if member.whole() <= rest.len() as u64 => {
                    length += member.whole() as usize;
                    advance += u64::from(!member.is_global);
                    continue;
                }
                Ok(Begun::Zeros(zeros)) => {
                    length += zeros;
                    continue;
                }
                // What was whole goes out first.
                _ if length > 0 => break,
                Err(malformed) => return Err(malformed),
                Ok(Begun::Head(_)) if ended && rest.iter().all(|&byte| byte == 0) => {
                    length += rest.len();
                    break;
                }
                Ok(_) if ended => return Err(ends_within()),
                Ok(Begun::Head(needs)) => needs as u64,
                Ok(Begun::Member(member)) => {
                    self.missing = member.whole() - rest.len() as u64;
                    member.whole()
                }
            };
            return Ok(Frame::More(usize::try_from(needs).unwrap_or(usize::MAX)));
        }
        Ok(Frame::Whole { length, advance })
    }

    fn rest(&mut self, buffer: &[u8]) -> Option<usize> {
        let there = self.missing.min(buffer.len() as u64);
        self.missing -= there;
        (self.missing == 0).then_some(there as usize)
    }
}

#[cfg(test)]
mod tests;
