//! A record in another form than it came in: its name, its address, its text and whatever else it has, as one line of
//! JSON, one row of a table, one record of a WET file, one member of an archive, one file.
//!
//! Must not know which form the record is from.

#[cfg(feature = "parquet")]
pub mod columns;
pub(super) mod wet;

use std::borrow::Cow;

use super::csv::push_value;
use super::{Format, Id, tar};
use crate::text::json::{literal, text_of};

/// A form in which records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// Bytes, one record behind the other.
    Stream(Stream),
    /// A table in Parquet with the columns of [`COLUMNS`].
    Parquet,
    /// A file of its own each.
    Files,
}

/// A form in which records stand one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// JSON Lines.
    Jsonl,
    /// A table with the columns of [`COLUMNS`], parted by commas.
    Csv,
    /// The same, parted by tabs.
    Tsv,
    /// Conversion records of WARC 1.0.
    Wet,
    /// A tar archive with a text file each.
    Tar,
}

/// The columns of a table: what a record is called, its address, its text, and its other fields as a JSON object.
pub const COLUMNS: [&str; 4] = ["id", "url", "text", "rest"];

/// What is known of a record, apart from its form.
#[derive(Debug)]
pub struct Plain<'a> {
    /// What it is called in the run, in want of a name of its own.
    pub name: &'a str,
    /// What it is called as a member of an archive, in steps parted by `/`; empty if nobody asks.
    pub file: &'a str,
    /// Its number in its shard; 0 if it is a file by itself.
    pub number: u64,
    /// What it is called in its dump.
    pub id: Option<&'a Id>,
    /// Its address.
    pub url: Option<&'a str>,
    /// Its text.
    pub text: &'a str,
    /// Its other fields: names and JSON values.
    pub rest: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl Rendering {
    /// Whether a record's other fields have a place in it.
    #[must_use]
    pub const fn has_fields(self) -> bool {
        matches!(
            self,
            Self::Parquet | Self::Stream(Stream::Jsonl | Stream::Csv | Stream::Tsv)
        )
    }

    /// The extension of its files; without one, there is a folder of files.
    #[must_use]
    pub const fn extension(self) -> Option<&'static str> {
        Some(match self {
            Self::Stream(Stream::Jsonl) => "jsonl",
            Self::Stream(Stream::Csv) => "csv",
            Self::Stream(Stream::Tsv) => "tsv",
            Self::Stream(Stream::Wet) => "warc.wet",
            Self::Stream(Stream::Tar) => "tar",
            Self::Parquet => "parquet",
            Self::Files => return None,
        })
    }
}

impl Stream {
    /// What a file begins with.
    #[must_use]
    pub fn head(self) -> Vec<u8> {
        match self.delimiter() {
            Some(delimiter) => row(COLUMNS, delimiter),
            None => Vec::new(),
        }
    }

    /// What a file ends with.
    #[must_use]
    pub const fn foot(self) -> &'static [u8] {
        self.format().foot()
    }

    /// Whether every record is a gzip member of its own, if it is gzip: readers of WARC want that.
    #[must_use]
    pub const fn gzip_member_each(self) -> bool {
        matches!(self, Self::Wet)
    }

    /// The form that it is.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::Jsonl => Format::Jsonl,
            Self::Csv => Format::Csv,
            Self::Tsv => Format::Tsv,
            Self::Wet => Format::Warc,
            Self::Tar => Format::Tar,
        }
    }

    fn delimiter(self) -> Option<u8> {
        match self {
            Self::Csv => Some(b','),
            Self::Tsv => Some(b'\t'),
            Self::Jsonl | Self::Wet | Self::Tar => None,
        }
    }

    /// Writes a record.
    pub fn push(self, record: &Plain<'_>, out: &mut Vec<u8>) {
        match (self, self.delimiter()) {
            (_, Some(delimiter)) => {
                let [id, url] = [record.id_text(), record.url.unwrap_or_default().into()];
                out.extend(row([&*id, &url, record.text, &record.rest()], delimiter));
            }
            (Self::Wet, _) => wet::push(record, out),
            (Self::Tar, _) => tar::push_page(record.file, record.text.as_bytes(), out),
            _ => line(record, out),
        }
    }
}

impl Plain<'_> {
    /// The name without the quotes of JSON.
    fn id_text(&self) -> Cow<'_, str> {
        let Some(id) = self.id.map(Id::literal) else {
            return Cow::Borrowed("");
        };
        text_of(id).map_or(Cow::Borrowed(id), Cow::Owned)
    }

    /// The other fields as an object; nothing if there are none.
    fn rest(&self) -> String {
        let mut object = Object::default();
        self.rest.iter().for_each(|(name, value)| object.push(name, value));
        if self.rest.is_empty() {
            String::new()
        } else {
            object.end()
        }
    }
}

/// A JSON object that grows.
#[derive(Default)]
struct Object(String);

impl Object {
    fn push(&mut self, name: &str, value: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&literal(name, "é"));
        self.0.push(':');
        self.0.push_str(value);
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

fn line(record: &Plain<'_>, out: &mut Vec<u8>) {
    let mut object = Object::default();
    if let Some(id) = record.id {
        object.push("id", id.literal());
    }
    if let Some(url) = record.url {
        object.push("url", &literal(url, "é"));
    }
    let mut keys = Vec::new();
    for (name, value) in &record.rest {
        // What was called so, and is not the text, the name or the address: two keys of one name are nobody's.
        let taken = match &**name {
            "text" => true,
            "id" => record.id.is_some(),
            "url" => record.url.is_some(),
            _ => false,
        };
        let mut key = name.to_string();
        while taken && (key == **name || keys.contains(&key) || record.rest.iter().any(|(other, _)| *other == key)) {
            key.push('_');
        }
        object.push(&key, value);
        keys.extend(taken.then_some(key));
    }
    object.push("text", &literal(record.text, "é"));
    out.extend_from_slice(object.end().as_bytes());
    out.push(b'\n');
}

fn row(values: [&str; COLUMNS.len()], delimiter: u8) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, value) in values.into_iter().enumerate() {
        if i > 0 {
            out.push(delimiter);
        }
        push_value(value, delimiter, false, &mut out);
    }
    out.push(b'\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(stream: Stream, record: &Plain<'_>) -> String {
        let mut out = stream.head();
        stream.push(record, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// A record of which nothing is known but its text.
    fn bare(text: &str) -> Plain<'_> {
        Plain {
            name: "a.jsonl:1",
            file: "",
            number: 1,
            id: None,
            url: None,
            text,
            rest: Vec::new(),
        }
    }

    #[test]
    fn a_record_is_written_in_every_form() {
        let id = Id::of("7").unwrap();
        let record = Plain {
            id: Some(&id),
            url: Some("https://example.org/"),
            rest: vec![
                ("n".into(), "1.10".into()),
                ("date".into(), "\"2026-01-02T03:04:05Z\"".into()),
            ],
            ..bare("one\n\"two\"")
        };
        assert_eq!(
            rendered(Stream::Jsonl, &record),
            "{\"id\":7,\"url\":\"https://example.org/\",\"n\":1.10,\"date\":\"2026-01-02T03:04:05Z\",\
             \"text\":\"one\\n\\\"two\\\"\"}\n"
        );
        assert_eq!(
            rendered(Stream::Csv, &record),
            "id,url,text,rest\n7,https://example.org/,\"one\n\"\"two\"\"\",\
             \"{\"\"n\"\":1.10,\"\"date\"\":\"\"2026-01-02T03:04:05Z\"\"}\"\n"
        );
        let wet = rendered(Stream::Wet, &record);
        assert!(wet.starts_with("WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:uuid:"));
        assert!(wet.contains("\r\nWARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Target-URI: https://example.org/\r\n"));
        assert!(wet.ends_with("\r\nContent-Length: 9\r\n\r\none\n\"two\"\r\n\r\n"));
    }

    #[test]
    fn no_key_stands_twice() {
        let record = Plain {
            url: Some("u"),
            rest: vec![
                ("text".into(), "1".into()),
                ("id".into(), "[2]".into()),
                ("url".into(), "3".into()),
                ("url_".into(), "4".into()),
            ],
            ..bare("the body")
        };
        let line = "{\"url\":\"u\",\"text_\":1,\"id\":[2],\"url__\":3,\"url_\":4,\"text\":\"the body\"}\n";
        assert_eq!(rendered(Stream::Jsonl, &record), line);
    }

    #[test]
    fn nothing_in_a_record_is_taken_for_its_header() {
        for id in ["<a>\\r\\nX: <b>", "<a b>", "a"] {
            let id = Id::of(&format!("\"{id}\"")).unwrap();
            let record = Plain {
                id: Some(&id),
                url: Some("u\u{85}v"),
                rest: vec![("date".into(), "\"2026-01-01T00:00:00\\r\\nA: bZ\"".into())],
                ..bare("t")
            };
            let wet = rendered(Stream::Wet, &record);
            assert_eq!(wet.lines().count(), 9, "{wet}");
            assert!(wet.contains("Record-ID: <urn:uuid:") && wet.contains(wet::NO_DATE));
        }
    }

    #[test]
    fn what_a_record_lacks_is_left_out() {
        let record = bare("");
        assert_eq!(rendered(Stream::Jsonl, &record), "{\"text\":\"\"}\n");
        assert_eq!(rendered(Stream::Tsv, &record), "id\turl\ttext\trest\n\t\t\t\n");
        assert!(rendered(Stream::Wet, &record).contains(wet::NO_DATE));
    }
}
