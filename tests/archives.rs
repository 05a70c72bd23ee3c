//! Archives of the web, tar archives, pages of HTML: what is a page comes out as from JSONL, and all else as it came.
#![allow(clippy::unwrap_used)] // an archive that cannot be written has failed

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flate2::bufread::GzDecoder;
use proptest::prelude::*;
use textsieve::error::{Error, Exit};
use textsieve::pipeline::dump::DumpOptions;
use textsieve::pipeline::outputs::Outputs;
use textsieve::pipeline::plan::Plan;
use textsieve::pipeline::refuse::refuse_collisions;
use textsieve::pipeline::run::{Finished, Job, Observer, Output, PageReport, run};
use textsieve::read::Entry;
use textsieve::read::form::InputFormat;
use textsieve::read::text::Files;
use textsieve::record::{Fields, Format, Frame, Reading};
use textsieve::text::decode::DecodeOptions;
use textsieve::text::html::render;
use textsieve::{Cleaner, Options, Profile};

/// Who does not listen.
struct Nobody;

impl Observer for Nobody {
    fn page(&mut self, _: &PageReport) -> Result<(), Error> {
        Ok(())
    }
}

/// Cleans one file, and gives what it is written as.
fn cleaned(name: &str, bytes: &[u8], max_page: u64) -> (Vec<u8>, Finished) {
    cleaned_by(&Plan::default(), name, bytes, max_page)
}

fn cleaned_by(plan: &Plan, name: &str, bytes: &[u8], max_page: u64) -> (Vec<u8>, Finished) {
    cleaned_with(Options::default(), plan, name, bytes, max_page)
}

fn cleaned_with(options: Options, plan: &Plan, name: &str, bytes: &[u8], max_page: u64) -> (Vec<u8>, Finished) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let entry = Entry::new(Arc::from(folder.path()), PathBuf::from(name), bytes.len() as u64);
    let source = Files::new(vec![entry], InputFormat::Auto, max_page);
    let mut out = Vec::new();
    let job = Job {
        plan,
        source: &source,
        set_aside: Vec::new(),
        passed_over: BTreeMap::new(),
        judge: Cleaner::new(options).unwrap(),
        stop: &AtomicBool::new(false),
    };
    let finished = run(job, Output::Stream(&mut out), &mut Nobody).unwrap();
    (out, finished)
}

/// Cleans one file of a folder into another.
fn into_folder(folder: &Path, name: &str, out: &Path) -> Finished {
    let entry = Entry::new(Arc::from(folder), PathBuf::from(name), 0);
    let source = Files::new(vec![entry], InputFormat::Auto, 1 << 20);
    let job = Job {
        plan: &Plan::default(),
        source: &source,
        set_aside: Vec::new(),
        passed_over: BTreeMap::new(),
        judge: Cleaner::new(Options::default()).unwrap(),
        stop: &AtomicBool::new(false),
    };
    run(job, Output::Folder(out), &mut Nobody).unwrap()
}

/// Pages of the samples.
fn pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/pages");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = paths.iter().map(|path| fs::read(path).unwrap());
    read.filter_map(|bytes| String::from_utf8(bytes).ok())
        .take(12)
        .collect()
}

fn record(kind: &str, media: &str, number: usize, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://site.example/{number}\r\n\
         WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n\
         Content-Type: {media}\r\nContent-Length: {}\r\n\r\n",
        content.len()
    );
    [head.as_bytes(), content, b"\r\n\r\n"].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What each member of a gzip file holds.
fn members(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (mut member, mut content) = (GzDecoder::new(bytes), Vec::new());
        member.read_to_end(&mut content).unwrap();
        found.push(content);
        bytes = member.into_inner();
    }
    found
}

/// The texts of an archive's pages, as another reader finds them: by lengths alone.
fn contents(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut rest, mut found) = (bytes, Vec::new());
    while !rest.is_empty() {
        let end = rest.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let head = str::from_utf8(&rest[..end]).unwrap();
        let length = head.split("Content-Length: ").nth(1).unwrap();
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        found.push(rest[end..end + length].to_vec());
        assert_eq!(&rest[end + length..end + length + 4], b"\r\n\r\n");
        rest = &rest[end + length + 4..];
    }
    found
}

fn jsonl(pages: &[String]) -> Vec<u8> {
    let lines = pages
        .iter()
        .map(|page| serde_json::json!({ "text": page }).to_string() + "\n");
    lines.collect::<String>().into_bytes()
}

fn texts(jsonl: &[u8]) -> Vec<Vec<u8>> {
    let lines = str::from_utf8(jsonl).unwrap().lines();
    let text = |line| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    lines.map(|line| text(line).into_bytes()).collect()
}

#[test]
fn pages_come_out_as_from_jsonl() {
    let pages = pages();
    let info = record("warcinfo", "application/warc-fields", 0, b"software: x\r\n");
    let mut archive = info.clone();
    for (number, page) in pages.iter().enumerate() {
        archive.extend(record("conversion", "text/plain", number + 1, page.as_bytes()));
        archive.extend(record("metadata", "application/warc-fields", number + 1, b"a: b"));
    }
    let (expected, _) = cleaned("a.jsonl", &jsonl(&pages), 1 << 20);
    let (out, finished) = cleaned("a.warc.wet", &archive, 1 << 20);
    let found = contents(&out);
    assert!(out.starts_with(&info));
    assert_eq!(
        found.iter().skip(1).step_by(2).cloned().collect::<Vec<_>>(),
        texts(&expected)
    );
    assert!(found.iter().skip(2).step_by(2).all(|content| content == b"a: b"));
    assert_eq!(
        (finished.exit, finished.stats.pages.read),
        (Exit::Done, pages.len() as u64)
    );
    assert!(finished.stats.pages.changed > 3);
}

fn response(number: usize, headers: &str, body: &[u8]) -> Vec<u8> {
    let content = [format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes(), body].concat();
    record("response", "application/http; msgtype=response", number, &content)
}

/// A text as HTML that says the same.
fn html(page: &str) -> String {
    let escaped = page.replace('&', "&amp;").replace('<', "&lt;");
    format!("<!doctype html><title>Not seen</title><body><pre>\n{escaped}</pre><script>not seen</script>")
}

#[test]
fn what_servers_sent_comes_out_as_text() {
    let pages: Vec<String> = pages().iter().map(|page| page.trim().to_owned() + "\n").collect();
    let picture = response(90, "Content-Type: image/png", b"\x89PNG");
    let broken = response(
        91,
        "Content-Type: text/html\r\nContent-Encoding: gzip",
        &gzip(b"<p>x")[..12],
    );
    let mut archive = [picture.clone(), broken.clone()].concat();
    for (number, page) in pages.iter().enumerate() {
        let page = html(page);
        archive.extend(match number % 3 {
            0 => response(number, "Content-Type: text/html; charset=utf-8", page.as_bytes()),
            1 => response(
                number,
                "Content-Type: text/html\r\nContent-Encoding: gzip",
                &gzip(page.as_bytes()),
            ),
            _ => record("resource", "application/xhtml+xml", number, page.as_bytes()),
        });
    }
    let (expected, _) = cleaned("a.jsonl", &jsonl(&pages), 1 << 20);
    let (out, finished) = cleaned("a.warc", &archive, 1 << 20);
    let rest = out.strip_prefix(&*picture).unwrap().strip_prefix(&*broken).unwrap();
    assert_eq!(contents(rest), texts(&expected));
    assert_eq!((finished.exit, finished.stats.pages.set_aside), (Exit::SetAside, 1));
    assert_eq!(finished.stats.pages.changed, pages.len() as u64);
    // What was made is read as what it is.
    let (again, finished) = cleaned("b.warc", rest, 1 << 20);
    assert_eq!((again.as_slice(), finished.stats.pages.changed), (rest, 0));
}

#[test]
fn a_page_of_html_is_written_as_text() {
    let page = "<h1>The bridge</h1><p>The council met on Monday and approved the new bridge.";
    let folder = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.html"), page).unwrap();
    let finished = into_folder(folder.path(), "a.html", out.path());
    assert_eq!((finished.exit, finished.stats.pages.changed), (Exit::Done, 1));
    let text = fs::read_to_string(out.path().join("a.txt")).unwrap();
    assert_eq!(
        text,
        "The bridge\n\nThe council met on Monday and approved the new bridge.\n"
    );
    let entry = |name: &str| Entry::new(Arc::from(folder.path()), PathBuf::from(name), 0);
    let refused = |names: [&str; 2]| refuse_collisions(&names.map(entry), &Outputs::default()).is_err();
    assert!(refused(["a.html", "a.txt"]));
    assert!(refused(["a.html", "a.htm"]));
    assert!(!refused(["a.html", "a.html.jsonl"]));
}

/// A list of links between two paragraphs, which the score doubts and does not condemn.
const LINKS: &str = include_str!("cmd/html-links.in/page.html");

#[test]
fn links_are_a_witness_in_pages_of_html_wherever_they_stand() {
    let gone = "Council quarrels over tolls";
    let thorough = Options {
        profile: Profile::Thorough,
        ..Options::default()
    };
    let cleaned = Cleaner::new(thorough.clone()).unwrap().clean(&render(LINKS));
    let cut = cleaned.cuts.iter().find(|cut| &cleaned.page[cut.range.clone()] == gone);
    assert_eq!(cut.unwrap().evidence, "100 % of it is links");
    let anchors = LINKS.replace("<a href=", "<a title=");
    for (page, goes) in [(LINKS, true), (&anchors, false)] {
        let text = render(page).text;
        let sent = response(1, "Content-Type: text/html", page.as_bytes());
        for (name, bytes, goes) in [
            ("a.html", page.as_bytes().to_vec(), goes),
            ("a.tar", tar(&[("a.html", page.as_bytes())]), goes),
            ("a.warc", sent, goes),
            // Its text alone says nothing of links.
            ("a.txt", text.clone().into_bytes(), false),
            ("a.jsonl", jsonl(&[text]), false),
        ] {
            let (out, finished) = cleaned_with(thorough.clone(), &Plan::default(), name, &bytes, 1 << 20);
            let out = String::from_utf8_lossy(&out);
            assert_eq!(!out.contains(gone), goes, "{name}: {out}");
            assert!(out.contains("People of the town walked"), "{name}: {out}");
            assert_eq!(finished.exit, Exit::Done, "{name}");
        }
    }
}

#[test]
fn every_record_is_a_gzip_member_of_its_own() {
    let records: Vec<Vec<u8>> = (0..40)
        .map(|number| {
            let kind = if number % 5 == 0 { "request" } else { "conversion" };
            let length = 10 + number * number * 2;
            record(
                kind,
                "text/plain",
                number,
                "One line of text.\n".repeat(length).as_bytes(),
            )
        })
        .collect();
    // One of them is in pieces, too large for a page; another is larger than that and no page.
    let mut records = records;
    records.insert(
        7,
        record("conversion", "text/plain", 100, &b"Much text. ".repeat(400_000)),
    );
    records.insert(
        20,
        record("request", "text/plain", 101, &b"No text at all. ".repeat(400_000)),
    );
    let (out, finished) = cleaned("a.warc.gz", &gzip(&records.concat()), 2 << 20);
    assert_eq!(finished.exit, Exit::SetAside);
    assert_eq!(finished.stats.pages.set_aside, 1);
    let found = members(&out);
    assert_eq!(found.len(), records.len());
    for (found, record) in found.iter().zip(&records) {
        assert_eq!(found.len(), record.len());
        assert!(found == record);
    }
}

#[test]
fn copies_leave_no_record() {
    let text =
        "The council met on Monday and approved the new bridge over the river after a debate of nearly five hours.\n";
    let other = "Something else entirely that is said here only once, and nowhere else in the dump.\n";
    let info = record("warcinfo", "application/warc-fields", 0, b"a: b");
    let first = record("conversion", "text/plain", 1, text.as_bytes());
    let sent = response(2, "Content-Type: text/html", format!("<p>{text}").as_bytes());
    let last = record("conversion", "text/plain", 3, other.as_bytes());
    let archive = [&*info, &first, &sent, &last].concat();
    let plan = Plan {
        dump: Some(DumpOptions::default()),
        ..Plan::default()
    };
    let (out, finished) = cleaned_by(&plan, "a.warc.gz", &gzip(&archive), 1 << 20);
    assert_eq!(finished.stats.pages.dropped, 1);
    assert_eq!(members(&out), [info, first, last]);
}

#[test]
fn an_archive_that_is_no_whole_one_is_set_aside_and_says_where() {
    let good = record("conversion", "text/plain", 1, b"One.\n");
    for (rest, at) in [
        (&b"nonsense"[..], good.len()),
        (b"WARC/1.0\r\nWARC-Type: x\r\n\r\n", good.len()),
        (&good[..good.len() - 6], good.len()),
        (&good[..30], good.len()),
    ] {
        let archive = [&good, rest].concat();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.warc"), &archive).unwrap();
        let out = tempfile::tempdir().unwrap();
        let finished = into_folder(folder.path(), "a.warc", out.path());
        assert_eq!(finished.exit, Exit::SetAside);
        assert!(!out.path().join("a.warc").exists());
        let aside = fs::read_to_string(out.path().join("_textsieve/set-aside.jsonl")).unwrap();
        assert!(aside.contains(&format!("byte {at}: ")), "{aside}");
        assert!(aside.contains("\"damaged\""), "{aside}");
    }
}

#[test]
fn what_stands_before_a_small_record_does_not_make_it_large() {
    let page = record("conversion", "text/plain", 1, b"One.\n");
    for missing in [5, 200, page.len() - 6, 1000] {
        // The first mebibyte ends within the record, or behind it.
        let blanks = b"\r\n".repeat(((1 << 20) - missing) / 2);
        let archive = [&page, &blanks[page.len()..], &page, &page].concat();
        let (out, finished) = cleaned("a.warc", &archive, 1000);
        assert_eq!((finished.exit, finished.stats.pages.read), (Exit::Done, 3), "{missing}");
        assert!(out == archive, "{missing}");
    }
}

/// A tar archive of files.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, content) in files {
        let mut header = vec![0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[148..156].copy_from_slice(b"        ");
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend(header);
        out.extend_from_slice(content);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

#[test]
fn pages_of_a_tar_archive_come_out_as_from_jsonl() {
    let pages = pages();
    let names: Vec<String> = (0..pages.len()).map(|number| format!("site/{number}.txt")).collect();
    let with = |texts: &[Vec<u8>]| {
        let mut files: Vec<(&str, &[u8])> = vec![("site/picture.png", b"\x89PNG")];
        files.extend(names.iter().zip(texts).map(|(name, text)| (&**name, &**text)));
        files.push(("../out.txt", b"Share\n"));
        tar(&files)
    };
    let sources: Vec<Vec<u8>> = pages.iter().map(|page| page.clone().into_bytes()).collect();
    let (expected, _) = cleaned("a.jsonl", &jsonl(&pages), 1 << 20);
    let expected = with(&texts(&expected));
    for name in ["a.tar", "a.tgz"] {
        let archive = with(&sources);
        let archive = if name == "a.tgz" { gzip(&archive) } else { archive };
        let (out, finished) = cleaned(name, &archive, 1 << 20);
        let out = if name == "a.tgz" { members(&out).concat() } else { out };
        assert!(out == expected, "{name}");
        let numbers = finished.stats.pages;
        assert_eq!((numbers.read, numbers.set_aside), (pages.len() as u64 + 1, 1));
    }
}

/// Records, with what may stand around them, and harm done to some bytes.
fn archive() -> impl Strategy<Value = Vec<u8>> {
    let content = prop_oneof![
        "[a-z\r\n]{0,40}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..30),
    ];
    let media = prop::sample::select(&["text/plain", "application/http", "text/html", "x"][..]);
    let kind = prop::sample::select(&["conversion", "response", "resource", "warcinfo"][..]);
    let closing = prop::sample::select(&["\r\n\r\n", "\n\n", "", "\r\n\r\n\n", "\n"][..]);
    let one = (kind, media, content, closing).prop_map(|(kind, media, content, closing)| {
        let record = record(kind, media, 1, &content);
        [&record[..record.len() - 4], closing.as_bytes()].concat()
    });
    prop::collection::vec(one, 0..6).prop_map(|records| records.concat())
}

/// Where parts end, of bytes that come so many at a time; nothing if they are no archive.
fn ends(format: Format, bytes: &[u8], step: usize) -> Option<Vec<usize>> {
    let (layout, _) = format.layout(bytes).unwrap();
    let (fields, decode) = (Fields::default(), DecodeOptions::default());
    let reading = Reading {
        fields: &fields,
        decode: &decode,
        most: 1 << 20,
    };
    let mut framer = layout.framer();
    let (mut start, mut end, mut ends) = (0, 0, Vec::new());
    while start < bytes.len() {
        end = (end + step).min(bytes.len());
        let Ok(frame) = framer.frame(&bytes[start..end], end == bytes.len()) else {
            return None;
        };
        let Frame::Whole { length, .. } = frame else { continue };
        let mut frame = &bytes[start..start + length];
        start += length;
        while !frame.is_empty() {
            let part = layout.part(frame);
            let (bytes, rest) = frame.split_at(part.length);
            if let Ok(text) = layout.locate(bytes, &reading).text {
                layout.splice(bytes, text.range, &text.value, &mut Vec::new());
            }
            if part.advance > 0 {
                ends.push(start - rest.len());
            }
            frame = rest;
        }
    }
    Some(ends)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_end_at_the_same_places_however_they_arrive(bytes in archive(), step in 1usize..80) {
        prop_assert_eq!(ends(Format::Warc, &bytes, step), ends(Format::Warc, &bytes, usize::MAX / 2));
    }

    #[test]
    fn members_end_at_the_same_places_however_they_arrive(
        files in prop::collection::vec(("[a-z./]{1,12}", prop::collection::vec(any::<u8>(), 0..900)), 0..5), step in 1usize..2000
    ) {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (&**name, &**content)).collect();
        let bytes = tar(&files);
        prop_assert_eq!(ends(Format::Tar, &bytes, step), ends(Format::Tar, &bytes, usize::MAX / 2));
    }

    #[test]
    fn no_member_is_too_odd(
        content in prop::collection::vec(any::<u8>(), 0..600), kind in prop::sample::select(&b"0LKxXgS5\0"[..]),
        size in any::<[u8; 12]>(), step in 1usize..2000
    ) {
        let mut bytes = tar(&[("a.txt", &content), ("b.txt", &content)]);
        bytes[156] = kind;
        if step % 2 == 0 {
            bytes[124..136].copy_from_slice(&size);
        }
        bytes[148..156].copy_from_slice(b"        ");
        let sum: u32 = bytes[..512].iter().map(|&byte| u32::from(byte)).sum();
        bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        ends(Format::Tar, &bytes, step);
    }

    #[test]
    fn no_bytes_are_too_odd(
        bytes in archive(), harm in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), step in 1usize..80
    ) {
        let mut bytes = bytes;
        for (at, byte) in harm {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        ends(Format::Warc, &bytes, step);
    }
}
