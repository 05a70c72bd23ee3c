//! JSON Lines: an object a line, its text a string.
//!
//! Blank lines are no records. A line is a record whether it is JSON or not; what cannot be read says why.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use memchr::{memchr, memchr_iter};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Fields, Frame, Framer, Id, Kind, Lacking, Layout, Located, Malformed, Member, Part, Reading, Text, Why};
use crate::text::json::{Field, Pointer, literal, locate, text_of};

/// A piece of short lines ends here: each may leave a report of its own.
const MOST_LINES: usize = 1 << 14;
/// Fields are looked for so far in: a text that stands deeper is hardly a dump's.
const DEEPEST_MEMBER: usize = 4;

/// The layout of JSON Lines.
#[derive(Debug, Clone, Copy)]
pub struct Jsonl;

impl Layout for Jsonl {
    fn by_line(&self) -> bool {
        true
    }

    fn framer(&self) -> Box<dyn Framer> {
        Box::new(Lines::default())
    }

    fn part(&self, bytes: &[u8]) -> Part {
        let length = memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
        Part {
            length,
            is_record: !bytes[..length].iter().all(u8::is_ascii_whitespace),
            advance: 1,
        }
    }

    fn locate<'a>(&self, record: &'a [u8], reading: &Reading<'_>) -> Located<'a> {
        let mut located = Located::without(Lacking::new(Why::NotJson, ""));
        located.text = text(record, reading, &mut located);
        located
    }

    fn splice(&self, record: &[u8], text: Range<usize>, clean: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(&record[..text.start]);
        // Where the text was found, the record is UTF-8.
        let old = str::from_utf8(&record[text.clone()]).unwrap_or_default();
        out.extend_from_slice(literal(clean, old).as_bytes());
        out.extend_from_slice(&record[text.end..]);
    }

    fn with_field(&self, record: &[u8], name: &str, value: &str) -> Vec<u8> {
        let as_it_is = || record.to_vec();
        let Ok(text) = str::from_utf8(record) else {
            return as_it_is();
        };
        let Ok([field]) = locate(text, [&Pointer::key(name)]) else {
            return as_it_is();
        };
        if let Some(old) = field.value {
            return [&record[..old.start], value.as_bytes(), &record[old.end..]].concat();
        }
        let Some(end) = text.rfind('}') else {
            return as_it_is();
        };
        let comma = if text[..end].trim_end().ends_with('{') { "" } else { "," };
        let member = format!("{comma}{}:{value}", literal(name, "é"));
        [&record[..end], member.as_bytes(), &record[end..]].concat()
    }

    fn keys(&self, record: &[u8]) -> Vec<String> {
        let keys: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(record);
        keys.map(|map| map.into_iter().map(|(key, _)| key).collect())
            .unwrap_or_default()
    }

    fn members_of(&self, record: &[u8]) -> Vec<Member> {
        let mut members = Vec::new();
        if let Ok(Members(fields)) = serde_json::from_slice(record) {
            for (key, value) in fields {
                member(&Pointer::key(&key), value.get(), &mut members);
            }
        }
        members
    }

    fn rest<'a>(&self, record: &'a [u8], text: Range<usize>, fields: &Fields) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        // A text further in stands in a field that is none of the three; it is not said twice.
        let mut without = Vec::new();
        self.splice(record, text, "", &mut without);
        let is = |field: &Pointer, name: &str| field.steps() == [name];
        // An id that is an object, or an address that is a list, is a field like any other.
        let is_known = |name: &str, value: &str| {
            is(&fields.text, name)
                || is(&fields.id, name) && Id::of(value).is_some()
                || is(&fields.url, name) && text_of(value).is_some()
        };
        let Ok(Members(members)) = serde_json::from_slice(&without) else {
            return Vec::new();
        };
        let others = members.into_iter().filter(|(name, value)| !is_known(name, value.get()));
        others
            .map(|(name, value)| (name.into(), String::from(Box::<str>::from(value)).into()))
            .collect()
    }
}

/// The text of a record; what else matters of it is noted on the way.
fn text<'a>(record: &'a [u8], reading: &Reading<'_>, located: &mut Located<'a>) -> Result<Text<'a>, Lacking> {
    let fields = reading.fields;
    let record = simdutf8::compat::from_utf8(record).map_err(|error| {
        let detail = format!("column {}: not UTF-8", error.valid_up_to() + 1);
        Lacking::new(Why::InvalidText, detail)
    })?;
    let [text, id, url] = locate(record, [&fields.text, &fields.id, &fields.url])
        .map_err(|malformed| Lacking::new(Why::NotJson, malformed.to_string()))?;
    let value = |field: Field| field.value.map(|range| &record[range]);
    located.id = value(id).and_then(Id::of);
    located.url = value(url).and_then(text_of).map(Cow::Owned);

    let Some(range) = text.value else {
        return Err(Lacking::new(Why::NoText, format!("no field `{}`", fields.text)).hint("--text-field names it"));
    };
    if text.twice {
        let detail = format!("the field `{}` stands there twice", fields.text);
        return Err(Lacking::new(Why::TextTwice, detail));
    }
    let literal = &record[range.clone()];
    if !literal.starts_with('"') {
        let detail = format!("the text is {}", kind(literal).with_article());
        return Err(Lacking::new(Why::TextNotString, detail));
    }
    let text =
        text_of(literal).ok_or_else(|| Lacking::new(Why::LoneSurrogate, "half of a surrogate pair in the text"))?;
    Ok(Text::new(text, range))
}

/// Notes a field, and those of the object that it may be.
fn member(field: &Pointer, literal: &str, members: &mut Vec<Member>) {
    let kind = kind(literal);
    // Half of a surrogate pair is no text, but the field is there.
    let text = if kind == Kind::String { text_of(literal) } else { None };
    members.push(Member::one(field.clone(), kind, text.map_or(0, |text| text.len())));
    if kind == Kind::Object
        && field.steps().len() < DEEPEST_MEMBER
        && let Ok(Members(fields)) = serde_json::from_str(literal)
    {
        for (key, value) in fields {
            member(&field.inner(&key), value.get(), members);
        }
    }
}

fn kind(literal: &str) -> Kind {
    match literal.as_bytes().first() {
        Some(b'"') => Kind::String,
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b'n') => Kind::Null,
        Some(b't' | b'f') => Kind::Boolean,
        _ => Kind::Number,
    }
}

/// The members of an object, in order, also those whose key stands twice.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// Cuts a stream into lines.
#[derive(Debug, Default)]
struct Lines {
    /// How much of the buffer holds no end of a line.
    searched: usize,
}

impl Framer for Lines {
    fn frame(&mut self, buffer: &[u8], ended: bool) -> Result<Frame, Malformed> {
        let searched = std::mem::take(&mut self.searched);
        let (mut length, mut advance) = (0, 0);
        for end in memchr_iter(b'\n', &buffer[searched..]).take(MOST_LINES) {
            length = searched + end + 1;
            advance += 1;
        }
        if length > 0 {
            return Ok(Frame::Whole { length, advance });
        }
        if ended {
            let length = buffer.len();
            return Ok(Frame::Whole { length, advance });
        }
        self.searched = buffer.len();
        Ok(Frame::More(buffer.len() + 1))
    }

    fn rest(&mut self, buffer: &[u8]) -> Option<usize> {
        self.searched = 0;
        memchr(b'\n', buffer).map(|end| end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_ends_with_a_line_that_is_whole() {
        let mut lines = Lines::default();
        assert_eq!(lines.frame(b"ab", false), Ok(Frame::More(3)));
        let whole = |length, advance| Ok(Frame::Whole { length, advance });
        assert_eq!(lines.frame(b"abc\nd\ne", false), whole(6, 2));
        assert_eq!(lines.frame(b"e", true), whole(1, 0));
        assert_eq!(lines.rest(b"xyz"), None);
        assert_eq!(lines.rest(b"z\n{}"), Some(2));
    }

    #[test]
    fn fields_are_found_with_their_types_also_further_in() {
        let members = Jsonl.members_of(br#"{"a":1,"doc":{"text":"xyz","no":null}}"#);
        let told = members
            .iter()
            .map(|it| format!("{} {} {}", it.field, it.kind.name(), it.bytes));
        let told: Vec<String> = told.collect();
        assert_eq!(
            told,
            ["a number 0", "doc object 0", "/doc/text string 3", "/doc/no null 0"]
        );
        assert!(Jsonl.members_of(b"[1]").is_empty());
    }

    #[test]
    fn a_field_is_added_or_has_another_value() {
        for (record, with) in [
            ("{\"text\": \"a}\" }\r\n", "{\"text\": \"a}\" ,\"t\":[1]}\r\n"),
            ("{\"t\" : {\"t\":2}, \"text\":\"\"}\n", "{\"t\" : [1], \"text\":\"\"}\n"),
            ("{ }", "{ \"t\":[1]}"),
            ("[]", "[]"),
            ("{", "{"),
        ] {
            assert_eq!(Jsonl.with_field(record.as_bytes(), "t", "[1]"), with.as_bytes());
        }
    }

    #[test]
    fn blank_lines_are_no_records() {
        let part = |bytes| Jsonl.part(bytes);
        assert!(!part(b" \r\n{}\n").is_record);
        assert_eq!(part(b"{}\n{}\n").length, 3);
        assert!(part(b"{}").is_record);
    }
}
