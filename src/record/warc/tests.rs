//! Records by themselves.

use super::*;
use crate::record::Fields;
use crate::text::decode::DecodeOptions;

const WET: &str = "WARC/1.0\r\n\
    WARC-Type: conversion\r\n\
    WARC-Target-URI: http://a.example/x\r\n\
    WARC-Date: 2024-01-01T00:00:00Z\r\n\
    WARC-Record-ID: <urn:uuid:1>\r\n\
    WARC-Block-Digest: sha1:AAAA\r\n\
    WARC-Payload-Digest: md5:AAAA\r\n\
    x-odd :  kept \r\n\
    Content-Type: text/plain; charset=koi8-r\r\n\
    content-length:   3\r\n\
    \r\n\
    \u{3}\u{2}\u{1}\r\n\r\n";

fn located<'a>(record: &'a [u8], decode: &DecodeOptions) -> Located<'a> {
    let reading = Reading {
        fields: &Fields::default(),
        decode,
        most: 1 << 20,
    };
    Warc.locate(record, &reading)
}

/// The record with other bytes for its content.
fn holding(content: &[u8]) -> Vec<u8> {
    let record = WET.replace("length:   3", &format!("length:   {}", content.len()));
    let (head, rest) = record.split_once("\u{3}\u{2}\u{1}").unwrap();
    [head.as_bytes(), content, rest.as_bytes()].concat()
}

fn without_charset(record: &[u8]) -> Vec<u8> {
    let named = b"; charset=koi8-r";
    let at = record.windows(named.len()).position(|window| window == named).unwrap();
    [&record[..at], &record[at + named.len()..]].concat()
}

#[test]
fn a_conversion_is_a_page_with_a_name_and_an_address() {
    let record = holding(b"\xf0\xf2\xe1\xf7\xe4\xe1");
    let part = Warc.part(&record);
    assert_eq!((part.length, part.is_record, part.advance), (record.len(), true, 1));
    let located = located(&record, &DecodeOptions::default());
    assert_eq!(located.id.unwrap().literal(), "\"<urn:uuid:1>\"");
    assert_eq!(located.url.as_deref(), Some("http://a.example/x"));
    let text = located.text.unwrap();
    assert_eq!(
        (&*text.value, text.encoding, text.verbatim),
        ("ПРАВДА", "KOI8-R", false)
    );
}

#[test]
fn only_what_depends_on_the_text_is_written_anew() {
    let record = without_charset(&holding("ПРАВДА".as_bytes()));
    let text = located(&record, &DecodeOptions::default()).text.unwrap();
    assert!(text.verbatim);
    let mut out = b"before ".to_vec();
    Warc.splice(&record, text.range, "abc", &mut out);
    let expected = WET
        .replace("; charset=koi8-r", "")
        .replace("sha1:AAAA", "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5")
        .replace("WARC-Payload-Digest: md5:AAAA\r\n", "")
        .replace("\u{3}\u{2}\u{1}", "abc");
    assert_eq!(String::from_utf8(out).unwrap(), format!("before {expected}"));
}

#[test]
fn an_encoding_that_changed_is_named() {
    let record = holding(b"\xf0\xf2\xe1\xf7\xe4\xe1");
    let text = located(&record, &DecodeOptions::default()).text.unwrap();
    let mut out = Vec::new();
    Warc.splice(&record, text.range, &text.value, &mut out);
    assert!(
        String::from_utf8(out)
            .unwrap()
            .contains("text/plain; charset=utf-8\r\n")
    );
}

#[test]
fn all_else_is_passed_on() {
    for (from, to) in [
        ("conversion", "metadata"),
        ("text/plain", "image/png"),
        ("x-odd ", "WARC-Segment-Number"),
    ] {
        let record = WET.replace(from, to);
        let part = Warc.part(record.as_bytes());
        assert_eq!((part.length, part.is_record, part.advance), (record.len(), false, 1));
    }
    let part = Warc.part(b"\r\n\n");
    assert_eq!((part.length, part.is_record, part.advance), (3, false, 0));
}

#[test]
fn binary_content_is_no_text() {
    let record = without_charset(&holding(b"\x89PNG\r\n\x1a\n\0\0"));
    let lacking = located(&record, &DecodeOptions::default()).text.unwrap_err();
    assert_eq!(lacking.why, Why::Binary);
}

fn response(media: &str, status: u16, body: &[u8]) -> Vec<u8> {
    let content = [
        format!("HTTP/1.1 {status} OK\r\nContent-Type: {media}\r\n\r\n").as_bytes(),
        body,
    ]
    .concat();
    let head = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:7>\r\nWARC-IP-Address: 1.2.3.4\r\n\
         WARC-Target-URI: <https://b.example/y>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n\
         WARC-Block-Digest: sha1:AAAA\r\nContent-Type: application/http; msgtype=response\r\n\
         Content-Length: {}\r\n\r\n",
        content.len()
    );
    [head.as_bytes(), &content, b"\r\n\r\n"].concat()
}

#[test]
fn what_a_server_sent_becomes_a_conversion() {
    let record = response(
        "text/html; charset=koi8-r",
        200,
        b"<p>\xf0\xf2\xe1\xf7\xe4\xe1<script>x</script>",
    );
    assert!(Warc.part(&record).is_record);
    let located = located(&record, &DecodeOptions::default());
    assert_eq!(located.url.as_deref(), Some("https://b.example/y"));
    let text = located.text.unwrap();
    assert_eq!(
        (&*text.value, text.encoding, text.verbatim),
        ("ПРАВДА\n", "KOI8-R", false)
    );
    let mut out = Vec::new();
    Warc.splice(&record, text.range, "abc", &mut out);
    let written = String::from_utf8(out).unwrap();
    let (before, rest) = written.split_once("WARC-Record-ID: <urn:uuid:").unwrap();
    assert_eq!(
        before,
        "WARC/1.1\r\nWARC-Type: conversion\r\nWARC-Target-URI: <https://b.example/y>\r\n\
         WARC-Date: 2024-01-01T00:00:00Z\r\n"
    );
    let (uuid, rest) = rest.split_once('>').unwrap();
    assert_eq!((uuid.len(), &uuid[14..15]), (36, "8"));
    assert_eq!(
        rest,
        "\r\nWARC-Refers-To: <urn:uuid:7>\r\nWARC-Block-Digest: sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5\r\n\
         Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"
    );
    assert!(Warc.part(written.as_bytes()).is_record);
}

#[test]
fn answers_that_are_no_pages_are_passed_on() {
    for record in [
        response("image/png", 200, b"x"),
        response("text/html", 404, b"x"),
        response("", 200, b"x"),
        response("text/html", 200, b"x")
            .iter()
            .map(|&b| if b == b'<' { b'{' } else { b })
            .collect(),
    ] {
        assert!(!Warc.part(&record).is_record);
    }
    let plain = response("text/plain", 200, b"x");
    assert_eq!(located(&plain, &DecodeOptions::default()).text.unwrap().value, "x");
    let binary = response("text/html", 200, b"\x89PNG\r\n\x1a\n\0\0");
    assert_eq!(
        located(&binary, &DecodeOptions::default()).text.unwrap_err().why,
        Why::Binary
    );
}
