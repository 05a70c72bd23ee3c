//! Where a WARC record begins and ends.

use memchr::memchr2;

use super::head::Head;
use crate::record::{Frame, Framer, Malformed};

const MAGIC: &[u8] = b"WARC/";
/// A header block is shorter than this, or it is none.
pub(super) const MOST_HEAD: usize = 1 << 16;
/// A piece of short records ends here: each may leave a report of its own.
const MOST_RECORDS: usize = 1 << 14;
/// Two line ends close a record. What goes beyond stands before the next one.
const CLOSING: usize = 4;
/// If that is more, it is a part by itself: it must not make a record too large.
const MOST_BLANK: usize = 1 << 10;

/// What some bytes begin with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Begun<'a> {
    /// So many bytes of line ends, and nothing else or more than belong to a record.
    Blank(usize),
    /// Part of a header block.
    Head,
    Record(Opening<'a>),
}

/// A record of which the header block is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening<'a> {
    /// The block.
    pub(super) head: Head<'a>,
    /// Where the content begins.
    start: usize,
    /// How long it is.
    content: u64,
}

impl Opening<'_> {
    /// Where the content ends, wherever the bytes do.
    fn end(&self) -> u64 {
        (self.start as u64).saturating_add(self.content)
    }

    /// Where the content stands in these bytes.
    pub(super) fn content_in(&self, bytes: &[u8]) -> std::ops::Range<usize> {
        self.start..usize::try_from(self.end()).map_or(bytes.len(), |end| end.min(bytes.len()))
    }

    /// The length of the record with what closes it, as far as the bytes go.
    pub(super) fn length(&self, bytes: &[u8]) -> usize {
        let end = self.content_in(bytes).end;
        end + blank(&bytes[end..]).min(CLOSING)
    }

    /// Whether all of it is there; what closes it may only be known to end by what follows.
    fn is_whole(&self, bytes: &[u8], ended: bool) -> bool {
        let Some(rest) = usize::try_from(self.end()).ok().and_then(|end| bytes.get(end..)) else {
            return false;
        };
        ended || blank(rest) < rest.len() || rest.len() >= CLOSING
    }
}

/// How many line ends some bytes begin with, in bytes.
pub(super) fn blank(bytes: &[u8]) -> usize {
    let other = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    other.unwrap_or(bytes.len())
}

/// What some bytes begin with.
pub(super) fn begun(bytes: &[u8]) -> Result<Begun<'_>, Malformed> {
    let skip = blank(bytes);
    let malformed = |what: &str| Malformed {
        what: what.to_owned(),
        at: skip,
    };
    let bytes = &bytes[skip..];
    if bytes.is_empty() || skip > MOST_BLANK {
        return Ok(Begun::Blank(skip));
    }
    let known = bytes.len().min(MAGIC.len());
    if bytes[..known] != MAGIC[..known] {
        return Err(malformed("no WARC record begins here"));
    }
    let Some(head) = Head::of(&bytes[..bytes.len().min(MOST_HEAD)]) else {
        if bytes.len() >= MOST_HEAD {
            return Err(malformed("the header of a record does not end"));
        }
        return Ok(Begun::Head);
    };
    let length = head.get("content-length");
    let length = length.ok_or_else(|| malformed("a record without Content-Length"))?;
    let digits = memchr2(b'+', b'-', length.as_bytes()).is_none();
    let content = length.parse().ok().filter(|_| digits);
    Ok(Begun::Record(Opening {
        head,
        start: skip + head.bytes().len(),
        content: content.ok_or_else(|| malformed("a Content-Length that is no number"))?,
    }))
}

/// Cuts a stream into records.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// What is missing of the content of the record in hand, behind the buffer.
    content: u64,
    /// What may be missing of the line ends that close it.
    closing: usize,
}

impl Framer for Frames {
    fn frame(&mut self, buffer: &[u8], ended: bool) -> Result<Frame, Malformed> {
        let ends_within = |at| Malformed {
            what: "the file ends within a record".to_owned(),
            at,
        };
        if std::mem::take(&mut self.content) > 0 && buffer.is_empty() && ended {
            return Err(ends_within(0));
        }
        let (mut length, mut advance) = (0, 0);
        for _ in 0..MOST_RECORDS {
            let rest = &buffer[length..];
            match begun(rest) {
                Ok(Begun::Record(record)) if record.is_whole(rest, ended) => {
                    length += record.length(rest);
                    advance += 1;
                }
                Ok(Begun::Blank(blank)) if blank < rest.len() => length += blank,
                // What was whole goes out first.
                _ if length > 0 => break,
                Err(malformed) => return Err(malformed),
                Ok(Begun::Blank(blank)) => {
                    length += blank;
                    break;
                }
                Ok(Begun::Head | Begun::Record(_)) if ended => return Err(ends_within(blank(rest))),
                Ok(Begun::Head) => return Ok(Frame::More(buffer.len() + 1)),
                Ok(Begun::Record(record)) => {
                    let there = record.content_in(rest).end;
                    self.content = record.end() - there as u64;
                    self.closing = CLOSING - blank(&rest[there..]).min(CLOSING);
                    let needs = record.end().saturating_add(CLOSING as u64);
                    return Ok(Frame::More(usize::try_from(needs).unwrap_or(usize::MAX)));
                }
            }
        }
        Ok(Frame::Whole { length, advance })
    }

    fn rest(&mut self, buffer: &[u8]) -> Option<usize> {
        let content = usize::try_from(self.content).map_or(buffer.len(), |content| content.min(buffer.len()));
        self.content -= content as u64;
        let closing = blank(&buffer[content..]).min(self.closing);
        if self.content == 0 {
            self.closing -= closing;
        }
        let end = content + closing;
        (self.content == 0 && (self.closing == 0 || end < buffer.len())).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(content: &str) -> String {
        format!("WARC/1.0\r\nContent-Length: {}\r\n\r\n{content}\r\n\r\n", content.len())
    }

    /// The frames of bytes that come a few at a time, as `Records` asks for them.
    fn frames(bytes: &[u8], step: usize) -> Result<Vec<(usize, u64)>, Malformed> {
        let (mut framer, mut start, mut end, mut found) = (Frames::default(), 0, 0, Vec::new());
        while start < bytes.len() {
            end = (end + step).min(bytes.len());
            match framer.frame(&bytes[start..end], end == bytes.len())? {
                Frame::Whole { length, advance } => {
                    start += length;
                    found.push((start, advance));
                }
                Frame::More(needs) => assert!(needs > end - start || end == bytes.len()),
            }
        }
        Ok(found)
    }

    #[test]
    fn frames_end_with_records_wherever_the_bytes_are_parted() {
        let closed_by = |content: &str, closing: &str| record(content).trim_end().to_owned() + closing;
        let file = [
            "\r\n",
            &record("one\n\nWARC/1.0\r\n"),
            &record(""),
            &closed_by("two", "\n\n"),
            &closed_by("three", "\r\n\r\n\r\n\n\n"),
            &closed_by("four", ""),
            &closed_by("five", "\n"),
            "\n\n\n\n\n\n",
        ]
        .concat();
        let ends: Vec<usize> = frames(file.as_bytes(), file.len())
            .unwrap()
            .iter()
            .map(|f| f.0)
            .collect();
        assert_eq!(ends, [file.len() - 3, file.len()]);
        let single = |step| frames(file.as_bytes(), step).unwrap();
        let borders: Vec<usize> = single(1).iter().map(|frame| frame.0).collect();
        for step in 1..file.len() {
            let found = single(step);
            assert_eq!(found.iter().map(|frame| frame.1).sum::<u64>(), 6, "{step}");
            let records = found.iter().filter(|frame| frame.1 > 0);
            assert!(records.clone().all(|frame| borders.contains(&frame.0)), "{step}");
        }
    }

    #[test]
    fn blank_lines_are_no_part_of_what_a_record_needs() {
        let blanks = "\r\n".repeat(MOST_HEAD);
        for begun in ["WA", "WARC/1.0\r\nContent-Length: 9\r\n\r\nabc"] {
            let bytes = [&blanks, begun].concat();
            for ended in [false, true] {
                let frame = Frames::default().frame(bytes.as_bytes(), ended).unwrap();
                let Frame::Whole { length, advance: 0 } = frame else {
                    panic!("{frame:?}");
                };
                assert_eq!(length, blanks.len());
            }
        }
    }

    #[test]
    fn what_is_no_record_says_where() {
        let fails = |file: &str| frames(file.as_bytes(), 7).unwrap_err();
        assert_eq!(fails("\nHTTP/1.1 200\r\n\r\n").at, 1);
        assert!(
            fails("WARC/1.0\r\nA: b\r\n\r\n")
                .what
                .contains("without Content-Length")
        );
        assert!(
            fails("WARC/1.0\r\nContent-Length: -1\r\n\r\n")
                .what
                .contains("no number")
        );
        assert!(
            fails("WARC/1.0\r\nContent-Length: 5\r\n\r\nabc")
                .what
                .contains("ends within")
        );
        assert!(fails("WARC/1.0\r\nContent-Le").what.contains("ends within"));
        let endless = format!("WARC/1.0\r\nA: {}", "x".repeat(MOST_HEAD));
        assert!(fails(&endless).what.contains("does not end"));
        let huge = format!("WARC/1.0\r\nContent-Length: {}\r\n\r\nabc", u64::MAX);
        assert!(fails(&huge).what.contains("ends within"));
    }

    #[test]
    fn a_record_that_is_too_large_ends_where_it_does() {
        let file = record("0123456789") + "WARC";
        let start = file.find("5678").unwrap();
        for split in start..file.len() {
            let mut frames = Frames::default();
            assert!(matches!(
                frames.frame(&file.as_bytes()[..start], false),
                Ok(Frame::More(_))
            ));
            let first = frames.rest(&file.as_bytes()[start..split]);
            let end = match first {
                Some(end) => start + end,
                None => split + frames.rest(&file.as_bytes()[split..]).unwrap(),
            };
            assert_eq!(end, file.len() - 4, "{split}");
            assert!(frames.frame(b"", true).is_ok());
        }
        let mut frames = Frames::default();
        assert!(frames.frame(&file.as_bytes()[..start], false).is_ok());
        assert_eq!(frames.rest(b"567"), None);
        assert!(frames.frame(b"", true).is_err());
    }
}
