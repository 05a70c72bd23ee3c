//! What holds for any bytes, a function a fuzz target. `cargo test` replays every input that ever broke one of them.

use std::io::{self, BufReader, Read};
use std::sync::LazyLock;

use textsieve::compress::{Compression, Flaw, Limits, unpack as unpacked};
use textsieve::record::{Fields, Format, Frame, Layout, Reading};
use textsieve::text::decode::{DecodeOptions, InvalidPolicy, decode as decoded};
use textsieve::text::html::render;
use textsieve::text::normalize::{repair, tidy};
use textsieve::{Cleaner, Options, Profile};

/// Decoding never panics, and what it accepts comes out whole: text in UTF-8 is passed on as it is.
pub fn decode(bytes: &[u8]) {
    for invalid in [InvalidPolicy::Replace, InvalidPolicy::Drop, InvalidPolicy::Fail] {
        let options = DecodeOptions {
            encoding: None,
            invalid,
        };
        let Ok(found) = decoded(bytes, &options) else { continue };
        if found.encoding == "UTF-8"
            && found.invalid == 0
            && let Ok(text) = str::from_utf8(bytes)
        {
            assert_eq!(found.text, text.strip_prefix('\u{feff}').unwrap_or(text));
        }
    }
}

/// Normalising has nothing left to do the second time.
pub fn normalise(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let repaired = repair(&text);
    assert_eq!(repair(&repaired), repaired, "repaired twice");
    let tidied = tidy(&repaired);
    assert_eq!(tidy(&tidied), tidied, "tidied twice");
}

static CLEANERS: LazyLock<[Cleaner; 3]> = LazyLock::new(|| {
    [Profile::Careful, Profile::Balanced, Profile::Thorough].map(|profile| {
        let options = Options {
            profile,
            ..Options::default()
        };
        Cleaner::new(options).expect("the built-in lexicon is sound")
    })
});

/// A cleaned page is clean, its lines are lines of the page, in order, and cuts lie in it, in order.
pub fn clean(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for cleaner in &*CLEANERS {
        let cleaned = cleaner.clean(&text);
        if cleaned.cuts.is_empty() {
            assert_eq!(cleaned.text, repair(&text), "nothing is cut, and something changed");
        }
        let tidied = if cleaned.cuts.is_empty() {
            &cleaned.text
        } else {
            &cleaned.page
        };
        let mut lines = tidied.lines();
        for line in cleaned.text.lines().filter(|line| !line.trim().is_empty()) {
            assert!(
                lines.any(|candidate| candidate == line),
                "a line that the page does not have"
            );
        }
        let mut end = 0;
        for cut in &cleaned.cuts {
            assert!(end <= cut.range.start && cut.range.end <= cleaned.page.len());
            end = cut.range.end;
        }
        assert_eq!(cleaner.clean(&cleaned.text).text, cleaned.text, "cleaned twice");
    }
}

/// A line of JSON has the text that is put into it.
pub fn jsonl(bytes: &[u8]) {
    records(Format::Jsonl, bytes);
}

/// The same for rows of a table.
pub fn csv(bytes: &[u8]) {
    records(Format::Csv, bytes);
    records(Format::Tsv, bytes);
}

/// The same for records of web archives.
pub fn warc(bytes: &[u8]) {
    records(Format::Warc, bytes);
}

/// The same for members of an archive.
pub fn tar(bytes: &[u8]) {
    records(Format::Tar, bytes);
}

/// The text of a page of HTML has no more letters than the page, no line of spaces alone at its ends, and is rendered to
/// itself where nothing in it could be taken for markup.
pub fn html(bytes: &[u8]) {
    let page = String::from_utf8_lossy(bytes);
    let text = render(&page).text;
    assert!(
        text.is_empty() || text.ends_with('\n') && !text.starts_with('\n'),
        "{text:?}"
    );
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    assert!(letters(&text) <= letters(&page), "letters from nowhere");
}

/// A compressed file comes out the same, and fails the same, however its bytes arrive; of one that is damaged, what came
/// out before may be anything, and is never used. The first byte says how it is compressed.
pub fn unpack(bytes: &[u8]) {
    let Some((&first, stored)) = bytes.split_first() else {
        return;
    };
    let compression = Compression::PACKED[usize::from(first) % Compression::PACKED.len()];
    let outcome = |step: usize| {
        let reader = BufReader::with_capacity(step, io::Cursor::new(stored.to_vec()));
        let limits = Limits {
            window: 1 << 20,
            ..Limits::default()
        };
        let mut out = Vec::new();
        let mut reader = unpacked(compression, reader, limits)
            .expect("a decoder is made")
            .take(1 << 20);
        match reader.read_to_end(&mut out) {
            Ok(_) => (out, None),
            Err(error) => match Flaw::of(&error) {
                Some(Flaw::Damaged { .. }) => (Vec::new(), Some("damaged".to_owned())),
                _ => (out, Some(error.to_string())),
            },
        }
    };
    let at_once = outcome(1 << 16);
    for step in [1, 7] {
        let (out, error) = outcome(step);
        assert!(
            out == at_once.0 && error == at_once.1,
            "{error:?} is not {:?}",
            at_once.1
        );
    }
}

/// Records cover their shard, have the text that is put into them, and end where they end however the bytes arrive.
fn records(format: Format, bytes: &[u8]) {
    let Ok((layout, head)) = format.layout(bytes) else {
        return;
    };
    let fields = Fields::default();
    let decode = DecodeOptions::default();
    let reading = Reading {
        fields: &fields,
        decode: &decode,
        most: 1 << 20,
    };
    let ends = |step| {
        let mut ends = vec![head];
        frames(&*layout, &bytes[head..], step, |end| ends.push(head + end)).map(|()| ends)
    };
    let Some(at_once) = ends(usize::MAX) else {
        return;
    };
    let (mut at, whole) = (head, *at_once.last().unwrap_or(&head));
    let mut borders = vec![head];
    while at < whole {
        let part = layout.part(&bytes[at..whole]);
        assert!(part.length > 0, "a part without an end");
        if part.is_record {
            record(&*layout, &bytes[at..at + part.length], &reading);
        }
        at += part.length;
        borders.push(at);
    }
    assert_eq!(at, whole, "parts go beyond what is whole");
    for step in [1, 7] {
        let ends = ends(step).expect("what are records at once are records byte by byte");
        let is_border =
            |end: &usize| borders.contains(end) || format == Format::Warc && is_between(bytes, &borders, *end);
        assert!(ends.iter().all(is_border), "a frame that is no border of records");
        let last = *ends.last().unwrap_or(&head);
        let line_ends_only = bytes[last.min(whole)..last.max(whole)]
            .iter()
            .all(|byte| matches!(byte, b'\r' | b'\n'));
        assert!(
            last == whole || format == Format::Warc && line_ends_only,
            "{last} is not {whole}"
        );
    }
}

/// Whether only line ends stand between a border and this place. Where such a run is cut, when it grows byte by byte, is
/// left open: it belongs to no record, and numbers nothing.
fn is_between(bytes: &[u8], borders: &[usize], place: usize) -> bool {
    let before = borders.iter().rev().find(|&&border| border <= place);
    before.is_some_and(|&border| bytes[border..place].iter().all(|byte| matches!(byte, b'\r' | b'\n')))
}

/// Cuts a stream that grows by so many bytes at a time into frames. Nothing if these are no records.
fn frames(layout: &dyn Layout, bytes: &[u8], step: usize, mut each: impl FnMut(usize)) -> Option<()> {
    let (mut framer, mut start, mut end) = (layout.framer(), 0, 0_usize);
    while start < bytes.len() {
        end = end.saturating_add(step).min(bytes.len());
        let ended = end == bytes.len();
        match framer.frame(&bytes[start..end], ended).ok()? {
            Frame::Whole { length, .. } => {
                assert!(length > 0 && start + length <= end, "a frame beyond the buffer");
                start += length;
                each(start);
            }
            // At the end, this is a record that is cut off.
            Frame::More(_) if ended => return Some(()),
            Frame::More(_) => {}
        }
    }
    Some(())
}

fn record(layout: &dyn Layout, record: &[u8], reading: &Reading<'_>) {
    let Ok(text) = layout.locate(record, reading).text else {
        return;
    };
    // What is put there is never as damaged as what may have stood there.
    for clean in [&*repair(&text.value), "", "a \"b\",\t\\ ü\n\nc"] {
        let mut out = Vec::new();
        layout.splice(record, text.range.clone(), clean, &mut out);
        let again = layout.locate(&out, reading);
        assert_eq!(again.text.expect("a text was put there").value, clean);
    }
    let _ = layout.rest(record, text.range, reading.fields);
    let _ = layout.keys(record);
}
