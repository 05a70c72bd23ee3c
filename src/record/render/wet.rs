//! A record as a conversion record of WARC 1.0, as WET files have them.

use super::Plain;
use crate::hash::hash128;
use crate::text::json::text_of;

/// What a record is dated that says nothing of its time: the form wants a date, and that of the run would make every
/// run's bytes different.
pub(super) const NO_DATE: &str = "1970-01-01T00:00:00Z";

pub(super) fn push(record: &Plain<'_>, out: &mut Vec<u8>) {
    let id = record.id_text();
    let id = if is_uri(&id) {
        id.into_owned()
    } else {
        let name = if id.is_empty() { record.name } else { &*id };
        urn(hash128(name.as_bytes()))
    };
    let date = record.rest.iter().find(|(name, _)| name == "date");
    let date = date.and_then(|(_, value)| text_of(value)).filter(|date| is_date(date));
    let target = record.url.filter(|url| !url.contains(char::is_control));
    let target = target.map_or_else(String::new, |url| format!("WARC-Target-URI: {url}\r\n"));
    let head = format!(
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: {id}\r\nWARC-Date: {}\r\n{target}\
         Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
        date.as_deref().unwrap_or(NO_DATE),
        record.text.len()
    );
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(record.text.as_bytes());
    out.extend_from_slice(b"\r\n\r\n");
}

/// An identifier made of a hash (a UUID of version 8, RFC 9562, which says nothing of where its bits are from).
pub(in crate::record) fn urn(hash: u128) -> String {
    let [a, b, c, d, e] = [
        hash >> 96,
        hash >> 80 & 0xffff,
        0x8000 | hash >> 64 & 0x0fff,
        0x8000 | hash >> 48 & 0x3fff,
        hash & 0xffff_ffff_ffff,
    ];
    format!("<urn:uuid:{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}>")
}

/// Whether this is a name in angle brackets, in which nothing could be taken for more of the header.
fn is_uri(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
    inner.is_some_and(|inner| {
        inner
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
    })
}

/// Whether this is a time as WARC has it (a profile of ISO 8601).
fn is_date(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let rest = shape
        .strip_prefix("0000-00-00T00:00:00")
        .and_then(|rest| rest.strip_suffix('Z'));
    rest.is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix('.')
                .is_some_and(|digits| digits.bytes().all(|byte| byte == b'0'))
    })
}
