//! Values parted by commas or tabs, a record a line, the columns named by the first (RFC 4180).
//!
//! A value that begins with a quote goes on to the next single one, over line ends and delimiters. The crates for this
//! form give values and not where they stand; here every byte but the text's is passed on, so one walk finds both.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::{Fields, Frame, Framer, Id, Kind, Lacking, Layout, Located, Malformed, Member, Part, Reading, Text, Why};
use crate::text::json::{Pointer, literal};

const QUOTE: u8 = b'"';
/// A piece of short records ends here: each may leave a report of its own.
const MOST_RECORDS: usize = 1 << 14;
/// The names of the columns are shorter than this, or these are none.
const MOST_HEAD: usize = 1 << 19;

/// The layout of a file with these columns.
#[derive(Debug)]
pub struct Csv {
    delimiter: u8,
    columns: Vec<String>,
}

impl Csv {
    /// The layout of a file that begins with these bytes, and the length of its first record.
    ///
    /// # Errors
    ///
    /// The first record names no columns.
    pub(super) fn of(delimiter: u8, head: &[u8]) -> Result<(Self, usize), Malformed> {
        let length = record_end(head, delimiter).unwrap_or(head.len());
        let malformed = |what: &str| Malformed {
            what: what.to_owned(),
            at: 0,
        };
        let first = str::from_utf8(&head[..length]).map_err(|_| malformed("the names of the columns are not UTF-8"))?;
        let columns: Vec<String> = Values::new(first.as_bytes(), delimiter)
            .map(|range| value(&first[range]).into_owned())
            .collect();
        if length == head.len() && head.len() >= MOST_HEAD {
            return Err(malformed("the names of the columns do not end"));
        }
        Ok((Self { delimiter, columns }, length))
    }

    fn column(&self, field: &Pointer) -> Option<usize> {
        let [name] = field.steps() else { return None };
        self.columns.iter().position(|column| column == name)
    }
}

impl Layout for Csv {
    fn by_line(&self) -> bool {
        true
    }

    fn framer(&self) -> Box<dyn Framer> {
        Box::new(Rows {
            delimiter: self.delimiter,
            state: State::default(),
            at: 0,
        })
    }

    fn part(&self, bytes: &[u8]) -> Part {
        let length = record_end(bytes, self.delimiter).unwrap_or(bytes.len());
        let record = &bytes[..length];
        Part {
            length,
            is_record: !record.iter().all(|byte| matches!(byte, b'\r' | b'\n')),
            advance: memchr_iter(b'\n', record).count() as u64,
        }
    }

    fn locate<'a>(&self, record: &'a [u8], reading: &Reading<'_>) -> Located<'a> {
        let mut located = Located::without(Lacking::new(Why::NoText, ""));
        let record = match str::from_utf8(record) {
            Ok(record) => record,
            Err(error) => {
                let detail = format!("byte {}: not UTF-8", error.valid_up_to() + 1);
                located.text = Err(Lacking::new(Why::InvalidText, detail));
                return located;
            }
        };
        let fields = reading.fields;
        let [text, id, url] = [&fields.text, &fields.id, &fields.url].map(|field| self.column(field));
        let mut at = None;
        for (column, range) in Values::new(record.as_bytes(), self.delimiter).enumerate() {
            let column = Some(column);
            if column == id {
                located.id = Id::named(&value(&record[range.clone()]));
            }
            if column == url {
                located.url = Some(value(&record[range.clone()]));
            }
            if column == text {
                at = Some(range);
            }
        }
        located.text = match at {
            Some(range) => Ok(Text::new(value(&record[range.clone()]), range)),
            None if text.is_some() => Err(Lacking::new(Why::NoText, "the record ends before its text")),
            None => {
                Err(Lacking::new(Why::NoText, format!("no column `{}`", fields.text)).hint("--text-field names it"))
            }
        };
        located
    }

    fn splice(&self, record: &[u8], text: Range<usize>, clean: &str, out: &mut Vec<u8>) {
        let quoted = record[text.clone()].first() == Some(&QUOTE);
        out.extend_from_slice(&record[..text.start]);
        push_value(clean, self.delimiter, quoted, out);
        out.extend_from_slice(&record[text.end..]);
    }

    fn keys(&self, _: &[u8]) -> Vec<String> {
        self.columns.clone()
    }

    fn members_of(&self, record: &[u8]) -> Vec<Member> {
        let Ok(record) = str::from_utf8(record) else {
            return Vec::new();
        };
        let values = Values::new(record.as_bytes(), self.delimiter).map(|range| value(&record[range]));
        let named = self.columns.iter().zip(values);
        named
            .map(|(column, value)| {
                let kind = if value.is_empty() { Kind::Null } else { Kind::String };
                Member::one(Pointer::key(column), kind, value.len())
            })
            .collect()
    }

    fn rest<'a>(&self, record: &'a [u8], _: Range<usize>, fields: &Fields) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let known = [&fields.text, &fields.id, &fields.url].map(|field| self.column(field));
        // Where the text was found, the record is UTF-8.
        let record = str::from_utf8(record).unwrap_or_default();
        Values::new(record.as_bytes(), self.delimiter)
            .enumerate()
            .filter_map(|(column, range)| {
                let name = self.columns.get(column)?;
                let value = value(&record[range]);
                // What is too long for a name is a field like any other.
                let is_known =
                    known.contains(&Some(column)) && (known[1] != Some(column) || Id::named(&value).is_some());
                (!is_known).then(|| (name.clone().into(), literal(&value, "é").into()))
            })
            .collect()
    }
}

/// Writes a value, in quotes if it was or has to be.
pub fn push_value(value: &str, delimiter: u8, quoted: bool, out: &mut Vec<u8>) {
    let bytes = value.as_bytes();
    if !quoted && memchr(delimiter, bytes).is_none() && memchr3(QUOTE, b'\n', b'\r', bytes).is_none() {
        return out.extend_from_slice(bytes);
    }
    out.push(QUOTE);
    for part in value.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(QUOTE);
        }
    }
    out.push(QUOTE);
}

/// What a value as it is written says.
fn value(written: &str) -> Cow<'_, str> {
    let Some(quoted) = written.strip_prefix('"') else {
        return Cow::Borrowed(written);
    };
    if let Some(plain) = quoted.strip_suffix('"').filter(|plain| !plain.contains('"')) {
        return Cow::Borrowed(plain);
    }
    // What stands behind the closing quote is part of the value, as other readers have it.
    let mut out = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some((before, after)) = rest.split_once('"') {
        out.push_str(before);
        let Some(after) = after.strip_prefix('"') else {
            out.push_str(after);
            return Cow::Owned(out);
        };
        out.push('"');
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where a walk over records is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Before the first byte of a value.
    #[default]
    Start,
    /// In a value without quotes, or behind the closing one.
    Plain,
    Quoted,
    /// Behind a quote within quotes: the closing one, unless another follows.
    Closing,
}

/// What a value ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Delimiter,
    Line,
}

impl State {
    /// Walks over the sign that ends the value in hand. Nothing if the bytes end before; the walk goes on with what follows.
    fn walk(&mut self, bytes: &[u8], at: &mut usize, delimiter: u8) -> Option<Stop> {
        while let Some(&next) = bytes.get(*at) {
            match self {
                Self::Start | Self::Closing => {
                    let quote = next == QUOTE;
                    *at += usize::from(quote);
                    *self = if quote { Self::Quoted } else { Self::Plain };
                }
                Self::Quoted => {
                    let closing = memchr(QUOTE, &bytes[*at..]);
                    *at = closing.map_or(bytes.len(), |quote| *at + quote + 1);
                    if closing.is_some() {
                        *self = Self::Closing;
                    }
                }
                Self::Plain => {
                    let Some(end) = memchr2(delimiter, b'\n', &bytes[*at..]) else {
                        *at = bytes.len();
                        return None;
                    };
                    let stop = bytes[*at + end];
                    *at += end + 1;
                    *self = Self::Start;
                    return Some(if stop == delimiter { Stop::Delimiter } else { Stop::Line });
                }
            }
        }
        None
    }

    /// Walks over the end of the record in hand.
    fn walk_record(&mut self, bytes: &[u8], at: &mut usize, delimiter: u8) -> bool {
        loop {
            match self.walk(bytes, at, delimiter) {
                Some(Stop::Delimiter) => {}
                Some(Stop::Line) => return true,
                None => return false,
            }
        }
    }
}

/// Where the first record ends, with its line end; nothing if it goes on.
fn record_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut at = 0;
    State::Start.walk_record(bytes, &mut at, delimiter).then_some(at)
}

/// The places of a record's values.
struct Values<'a> {
    record: &'a [u8],
    delimiter: u8,
    at: Option<usize>,
}

impl<'a> Values<'a> {
    fn new(record: &'a [u8], delimiter: u8) -> Self {
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        Self {
            record,
            delimiter,
            at: Some(0),
        }
    }
}

impl Iterator for Values<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at?;
        let mut end = start;
        let stop = State::Start.walk(self.record, &mut end, self.delimiter);
        self.at = stop.map(|_| end);
        Some(start..end - usize::from(stop.is_some()))
    }
}

/// Cuts a stream into records.
#[derive(Debug)]
struct Rows {
    delimiter: u8,
    /// How far the record was looked at that is not whole yet, and what was met there.
    at: usize,
    state: State,
}

impl Framer for Rows {
    fn frame(&mut self, buffer: &[u8], ended: bool) -> Result<Frame, Malformed> {
        let (mut at, mut state) = (self.at, self.state);
        (self.at, self.state) = (0, State::Start);
        let mut whole = 0;
        for _ in 0..MOST_RECORDS {
            if !state.walk_record(buffer, &mut at, self.delimiter) {
                break;
            }
            whole = at;
        }
        if whole > 0 || ended {
            let length = if whole > 0 { whole } else { buffer.len() };
            let advance = memchr_iter(b'\n', &buffer[..length]).count() as u64;
            return Ok(Frame::Whole { length, advance });
        }
        (self.at, self.state) = (at, state);
        Ok(Frame::More(buffer.len() + 1))
    }

    fn rest(&mut self, buffer: &[u8]) -> Option<usize> {
        self.at = 0;
        let mut at = 0;
        let whole = self.state.walk_record(buffer, &mut at, self.delimiter);
        whole.then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Fields, Format};
    use crate::text::decode::DecodeOptions;

    fn texts(file: &str) -> Vec<Result<String, Why>> {
        let (layout, head) = Format::Csv.layout(file.as_bytes()).unwrap();
        let reading = Reading {
            fields: &Fields::default(),
            decode: &DecodeOptions::default(),
            most: u64::MAX,
        };
        let (mut at, mut found) = (head, Vec::new());
        while at < file.len() {
            let part = layout.part(&file.as_bytes()[at..]);
            let record = &file.as_bytes()[at..at + part.length];
            if part.is_record {
                let text = layout.locate(record, &reading).text;
                if let Ok(text) = &text {
                    let mut same = Vec::new();
                    layout.splice(record, text.range.clone(), &text.value, &mut same);
                    let again = layout.locate(&same, &reading).text.unwrap();
                    assert_eq!(again.value, text.value);
                }
                found.push(text.map(|text| text.value.into_owned()).map_err(|lacking| lacking.why));
            }
            at += part.length;
        }
        found
    }

    #[test]
    fn values_may_hold_quotes_delimiters_and_line_ends() {
        let file = "\u{feff}id,text,url\r\n1,plain,x\r\n2,\"a \"\"b\"\", c\r\n\nd\",y\r\n\r\n3,\"\",z\n4\n5,\"q\"r,s";
        let expected = [
            Ok("plain".to_owned()),
            Ok("a \"b\", c\r\n\nd".to_owned()),
            Ok(String::new()),
            Err(Why::NoText),
            Ok("qr".to_owned()),
        ];
        assert_eq!(texts(file), expected);
        assert_eq!(texts("id,body\n1,x\n"), [Err(Why::NoText)]);
        assert_eq!(
            texts("text\nlast without an end"),
            [Ok("last without an end".to_owned())]
        );
    }

    #[test]
    fn frames_end_with_records_wherever_the_bytes_are_parted() {
        let file = b"1,\"a\nb\"\"\nc\"\n2,x\n3,\"y\n\n\"";
        for step in 1..file.len() {
            let (mut framer, mut start, mut end, mut frames) = (
                Rows {
                    delimiter: b',',
                    at: 0,
                    state: State::Start,
                },
                0,
                0,
                Vec::new(),
            );
            while start < file.len() {
                end = (end + step).min(file.len());
                if let Frame::Whole { length, .. } = framer.frame(&file[start..end], end == file.len()).unwrap() {
                    frames.push(&file[start..start + length]);
                    start += length;
                }
            }
            assert_eq!(frames.concat(), file);
            let borders = frames.iter().scan(0, |at, frame| {
                *at += frame.len();
                Some(*at)
            });
            for border in borders {
                assert!([12, 16, file.len()].contains(&border), "{step}: {border}");
            }
        }
    }

    #[test]
    fn a_record_that_is_too_large_ends_where_it_does() {
        let mut rows = Rows {
            delimiter: b',',
            at: 0,
            state: State::Start,
        };
        assert_eq!(rows.frame(b"1,\"aaaa\n", false), Ok(Frame::More(9)));
        assert_eq!(rows.rest(b"bbb\"\"\n"), None);
        assert_eq!(rows.rest(b"bbb\"\n2,x\n"), Some(5));
        assert_eq!(rows.frame(b"2,x\n", false), Ok(Frame::Whole { length: 4, advance: 1 }));
    }

    #[test]
    fn only_what_has_to_be_is_put_in_quotes() {
        let written = |text, quoted| {
            let mut out = Vec::new();
            push_value(text, b',', quoted, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written("a b", false), "a b");
        assert_eq!(written("a b", true), "\"a b\"");
        assert_eq!(written("a,b", false), "\"a,b\"");
        assert_eq!(written("a\n\"b\"", false), "\"a\n\"\"b\"\"\"");
    }
}
