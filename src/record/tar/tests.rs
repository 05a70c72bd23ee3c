//! Members by themselves.

use super::member::MOST_BEFORE;
use super::*;
use crate::record::Fields;
use crate::text::decode::DecodeOptions;

/// A member as POSIX has it, unless bytes are put in its header.
fn member(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0; BLOCK];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[156] = kind;
    let mut out = Vec::new();
    push_header(&header, content.len(), &mut out);
    out.extend_from_slice(content);
    push_zeros(content.len(), &mut out);
    out
}

fn pax(pairs: &[(&str, &str)]) -> Vec<u8> {
    let lines = pairs.iter().map(|(key, value)| {
        let rest = key.len() + value.len() + 3;
        let length = rest + (rest + 2).to_string().len();
        format!("{length} {key}={value}\n")
    });
    member("pax", b'x', lines.collect::<String>().as_bytes())
}

fn located(record: &[u8]) -> Located<'_> {
    let reading = Reading {
        fields: &Fields::default(),
        decode: &DecodeOptions::default(),
        most: 1 << 20,
    };
    Tar.locate(record, &reading)
}

/// The record with another text, which is read again.
fn spliced(record: &[u8], clean: &str) -> Vec<u8> {
    let text = located(record).text.unwrap();
    let mut out = Vec::new();
    Tar.splice(record, text.range, clean, &mut out);
    assert_eq!(located(&out).text.unwrap().value, clean);
    assert_eq!(Tar.part(&out).length, out.len());
    out
}

#[test]
fn plain_files_are_pages_by_their_names() {
    for (name, kind, is_page) in [
        ("site/a.txt", b'0', true),
        ("a.HTML", b'0', true),
        ("site/README", b'\0', true),
        ("a.jpg", b'0', false),
        ("site/", b'5', false),
        ("site/", b'\0', false),
        ("a.txt", b'2', false),
        ("a.txt", b'g', false),
    ] {
        let record = member(name, kind, b"text");
        let part = Tar.part(&record);
        assert_eq!(part.is_record, is_page, "{name}");
        let length = if kind == b'5' || kind == b'2' { BLOCK } else { 2 * BLOCK };
        assert_eq!((part.length, part.advance), (length, u64::from(kind != b'g')), "{name}");
    }
    let record = member("site/b.html", b'0', b"<p>x");
    let located = located(&record);
    assert_eq!(located.path.as_deref(), Some("site/b.html"));
    assert_eq!(located.id.unwrap().literal(), "\"site/b.html\"");
    let text = located.text.unwrap();
    assert_eq!((&*text.value, text.verbatim), ("x\n", false));
}

#[test]
fn only_size_sum_and_content_change() {
    let record = member("a.txt", b'0', &b"long text ".repeat(100));
    let out = spliced(&record, "short");
    assert_eq!(out, member("a.txt", b'0', b"short"));
    assert_eq!(spliced(&record, "").len(), BLOCK);
}

#[test]
fn names_may_be_long() {
    let long = format!("{}/b.txt", "d".repeat(200));
    let gnu = [
        member("././@LongLink", b'L', format!("{long}\0").as_bytes()),
        member("d.txt", b'0', b"x"),
    ]
    .concat();
    let posix = [pax(&[("path", &long), ("mtime", "1.5")]), member("d.txt", b'0', b"x")].concat();
    for record in [gnu, posix] {
        assert_eq!(located(&record).path.as_ref(), Some(&long));
        let out = spliced(&record, "y");
        assert_eq!(out[..record.len() - 2 * BLOCK], record[..record.len() - 2 * BLOCK]);
    }
    let mut split = member("b.txt", b'0', b"x");
    split[345..348].copy_from_slice(b"dir");
    let sum = sum(&split[..BLOCK]);
    split[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(located(&split).path.as_deref(), Some("dir/b.txt"));
}

#[test]
fn a_size_that_stands_in_a_pax_header_goes() {
    let own = |size: &str| {
        let mut record = member("a.txt", b'0', b"content");
        let block = &mut record[..BLOCK];
        block[SIZE].copy_from_slice(size.as_bytes());
        let sum = sum(block);
        block[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        record
    };
    let wrong = own("00000000000\0");
    let alone = [pax(&[("size", "7")]), wrong.clone()].concat();
    assert_eq!(located(&alone).text.unwrap().value, "content");
    assert_eq!(spliced(&alone, "y"), member("a.txt", b'0', b"y"));
    let beside = [pax(&[("size", "7"), ("mtime", "1.5")]), wrong].concat();
    let expected = [pax(&[("mtime", "1.5")]), member("a.txt", b'0', b"y")].concat();
    assert_eq!(spliced(&beside, "y"), expected);
    // Whatever another reader makes of several, none may say the old size.
    for (first, last) in [("6", "7"), ("7", "7"), ("7", "seven")] {
        let (first, last) = (pax(&[("mtime", "1.5"), ("size", first)]), pax(&[("size", last)]));
        let twice = [first, last, own("00000000007\0")].concat();
        assert_eq!(spliced(&twice, "y"), expected);
    }
}

#[test]
fn names_that_lead_elsewhere_are_no_pages() {
    for name in ["../a.txt", "/etc/passwd", "a/../../b.txt"] {
        let record = member(name, b'0', b"x");
        assert_eq!(located(&record).text.unwrap_err().why, Why::UnsafeName, "{name}");
    }
    assert!(located(&member("./a/b.txt", b'0', b"x")).text.is_ok());
}

fn frames(bytes: &[u8], step: usize) -> Result<Vec<(usize, u64)>, Malformed> {
    let (mut framer, mut start, mut end, mut found) = (Members::default(), 0, 0, Vec::new());
    while start < bytes.len() {
        end = (end + step).min(bytes.len());
        if let Frame::Whole { length, advance } = framer.frame(&bytes[start..end], end == bytes.len())? {
            start += length;
            found.push((start, advance));
        }
    }
    Ok(found)
}

#[test]
fn frames_end_with_members_wherever_the_bytes_are_parted() {
    let archive = [
        member("g", b'g', b"x"),
        member("a.txt", b'0', &b"x".repeat(700)),
        pax(&[("path", "b.txt")]),
        member("b", b'0', b""),
        member("c/", b'5', b""),
        vec![0; 1024 + 300],
    ]
    .concat();
    assert_eq!(
        frames(&archive, usize::MAX / 2)
            .unwrap()
            .iter()
            .map(|frame| frame.1)
            .sum::<u64>(),
        3
    );
    let borders = [1024, 2560, 4096, 4608, 5120, 5632, archive.len()];
    for step in (1..archive.len()).step_by(37) {
        let found = frames(&archive, step).unwrap();
        assert_eq!(found.iter().map(|frame| frame.1).sum::<u64>(), 3, "{step}");
        assert!(
            found.iter().all(|frame| borders.contains(&frame.0)),
            "{step}: {found:?}"
        );
    }
}

#[test]
fn headers_fit_in_what_is_read_at_once_or_are_none() {
    let framed = |length: usize| {
        let note = "x".repeat(length);
        let archive = [pax(&[("note", &note)]), member("a.txt", b'0', b"x")].concat();
        Members::default().frame(&archive[..archive.len().min(1 << 20)], false)
    };
    assert!(matches!(
        framed(MOST_BEFORE - 2 * BLOCK),
        Ok(Frame::Whole { advance: 1, .. })
    ));
    for length in [MOST_BEFORE, (1 << 20) - BLOCK - 20] {
        assert!(framed(length).unwrap_err().what.contains("do not end"), "{length}");
    }
}

#[test]
fn large_numbers_are_bits() {
    let mut record = member("a.txt", b'0', b"content");
    let block = &mut record[..BLOCK];
    block[SIZE].copy_from_slice(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    let sum = sum(block);
    block[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert_eq!(spliced(&record, "y"), member("a.txt", b'0', b"y"));
    // As negative numbers are written, in both fields.
    record[SUM].fill(0xff);
    assert!(begun(&record).is_err());
}

#[test]
fn what_is_no_archive_says_where() {
    let good = member("a.txt", b'0', b"x");
    let fails = |bytes: &[u8]| frames(bytes, 100_000).unwrap_err().what;
    assert!(fails(&[b'x'; 600]).contains("no header"));
    assert!(fails(&good[..700]).contains("ends within"));
    assert!(fails(&good[..300]).contains("ends within"));
    assert!(fails(&pax(&[("path", "x")])).contains("ends within"));
    let mut huge = member("a", b'L', b"x");
    huge[SIZE].copy_from_slice(b"77777777777\0");
    let sum = sum(&huge[..BLOCK]);
    huge[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert!(fails(&huge).contains("do not end"));
    // Nor may they go on in small steps.
    let steps = member("a", b'x', b"").repeat(MOST_BEFORE / BLOCK + 1);
    assert!(fails(&steps).contains("do not end"));
    let mut sparse = member("a", b'S', b"");
    sparse[482] = 1;
    push_header(&sparse.split_off(0), 0, &mut sparse);
    sparse.resize(2 * MOST_BEFORE, 1);
    assert!(fails(&sparse).contains("do not end"));
    let mut frames = Members::default();
    let large = member("a.txt", b'0', &[b'x'; 2000]);
    assert!(matches!(frames.frame(&large[..1000], false), Ok(Frame::More(2560))));
    assert_eq!(frames.rest(&large[1000..2000]), None);
    assert_eq!(frames.rest(&[&large[2000..], &good].concat()), Some(560));
    assert!(frames.frame(b"", true).is_ok());
    assert!(matches!(frames.frame(&large[..1000], false), Ok(Frame::More(_))));
    assert!(frames.frame(b"", true).is_err());
}

#[test]
fn pages_become_members_whatever_they_are_called() {
    let long = format!("{}/ü.txt", "deep".repeat(40));
    let mut archive = Vec::new();
    for (name, text) in [("a.txt", "one\n"), (&*long, ""), ("b/c", "x")] {
        let start = archive.len();
        push_page(name, text.as_bytes(), &mut archive);
        let member = &archive[start..];
        let located = located(member);
        assert_eq!(located.path.as_deref(), Some(name));
        assert_eq!(located.text.unwrap().value, text);
        assert_eq!(Tar.part(member).length, member.len());
    }
    archive.extend(END);
    let whole = Frame::Whole {
        length: archive.len(),
        advance: 3,
    };
    assert_eq!(Tar.framer().frame(&archive, true), Ok(whole));
}
