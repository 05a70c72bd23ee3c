//! In which form a file holds pages: it is one, or it holds records.
//!
//! Told by the name alone, since nothing is opened before the run. Must not know what a record looks like.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::compress::Compression;
use crate::record::Format;
use crate::text::html::EXTENSIONS as HTML;

/// What the user says of all inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputFormat {
    /// Each file's name says it.
    #[default]
    Auto,
    /// Every file is a page.
    Text,
    /// Every file is a page of HTML.
    Html,
    /// Every file holds a JSON object a line.
    Jsonl,
    /// Every file holds values parted by commas, and the first line names the columns.
    Csv,
    /// Every file holds values parted by tabs, and the first line names the columns.
    Tsv,
    /// Every file is a tar archive of pages.
    Tar,
    /// Every file is a web archive.
    Warc,
    /// Every file is a table in Parquet.
    Parquet,
}

/// What one file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One page.
    Page,
    /// One page of HTML.
    Html,
    /// Records.
    Records(Format),
    /// Lines of JSON if it begins like one. C4 calls its shards `.json.gz`; others call one large array so.
    RecordsIfSo,
    /// A table, whose rows are records.
    Table,
}

impl Form {
    /// The form of its records, if it holds such.
    #[must_use]
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Page | Self::Html | Self::Table => None,
            Self::Records(format) => Some(format),
            Self::RecordsIfSo => Some(Format::Jsonl),
        }
    }

    /// Whether it is a page.
    #[must_use]
    pub fn is_page(self) -> bool {
        matches!(self, Self::Page | Self::Html)
    }
}

const RECORDS: [(&str, Format); 8] = [
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("tar", Format::Tar),
    ("tgz", Format::Tar),
    ("warc", Format::Warc),
    ("wet", Format::Warc),
];
const TABLE: &str = "parquet";
const PERHAPS: &str = "json";
const PAGES: &str = "txt";

impl InputFormat {
    /// All there are, by the names they are asked for by.
    pub const ALL: [(&'static str, Self); 9] = [
        ("auto", Self::Auto),
        ("text", Self::Text),
        ("html", Self::Html),
        ("jsonl", Self::Jsonl),
        ("csv", Self::Csv),
        ("tsv", Self::Tsv),
        ("tar", Self::Tar),
        ("warc", Self::Warc),
        ("parquet", Self::Parquet),
    ];

    /// What a file of this name holds.
    #[must_use]
    pub fn form(self, name: &Path) -> Form {
        match self {
            Self::Auto => named(name),
            Self::Parquet => Form::Table,
            Self::Html => Form::Html,
            _ => self.format().map_or(Form::Page, Form::Records),
        }
    }

    /// The form of records that every file is said to have.
    fn format(self) -> Option<Format> {
        match self {
            Self::Auto | Self::Text | Self::Html | Self::Parquet => None,
            Self::Jsonl => Some(Format::Jsonl),
            Self::Csv => Some(Format::Csv),
            Self::Tsv => Some(Format::Tsv),
            Self::Tar => Some(Format::Tar),
            Self::Warc => Some(Format::Warc),
        }
    }

    /// The extensions that are read in folders unless the user names others.
    #[must_use]
    pub fn extensions(self) -> Vec<String> {
        let mut extensions = Vec::new();
        if matches!(self, Self::Auto | Self::Text) {
            extensions.push(PAGES.to_owned());
            extensions.extend(packed(PAGES));
        }
        if matches!(self, Self::Auto | Self::Html) {
            extensions.extend(HTML.map(str::to_owned));
        }
        for (plain, format) in RECORDS {
            if self == Self::Auto || self.format() == Some(format) {
                extensions.push(plain.to_owned());
                extensions.extend(packed(plain));
            }
        }
        if matches!(self, Self::Auto | Self::Jsonl) {
            extensions.extend(packed(PERHAPS));
        }
        if matches!(self, Self::Auto | Self::Parquet) {
            extensions.push(TABLE.to_owned());
        }
        extensions
    }
}

/// An extension with another behind it that says how the file is compressed.
fn packed(plain: &str) -> impl Iterator<Item = String> {
    Compression::PACKED
        .into_iter()
        .map(move |packed| format!("{plain}.{}", packed.extension()))
}

fn named(name: &Path) -> Form {
    let name = name
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let mut extensions = Compression::PACKED.into_iter().map(Compression::extension);
    let packed = extensions.find_map(|packed| extended(&name, packed));
    let (stem, packed) = (packed.unwrap_or(&name), packed.is_some());
    let format = RECORDS.iter().find(|(plain, _)| extended(stem, plain).is_some());
    if let Some((_, format)) = format {
        Form::Records(*format)
    } else if packed && extended(stem, PERHAPS).is_some() {
        Form::RecordsIfSo
    } else if extended(&name, TABLE).is_some() {
        Form::Table
    } else if HTML.iter().any(|html| extended(stem, html).is_some()) {
        Form::Html
    } else {
        Form::Page
    }
}

/// The name of a file without the extensions that say its form and how it is compressed; a text's own stays.
#[must_use]
pub fn stem(name: &Path) -> PathBuf {
    parted(name).0
}

/// The same, and these extensions with their dots.
#[must_use]
pub fn parted(name: &Path) -> (PathBuf, OsString) {
    let mut stem = PathBuf::from(name.file_name().unwrap_or_default());
    let mut extensions = Vec::new();
    let mut strip = |stem: &mut PathBuf, is_one: &dyn Fn(&OsStr) -> bool| {
        let extension = stem
            .extension()
            .filter(|extension| is_one(extension))
            .map(OsStr::to_owned);
        let stripped = extension.is_some();
        if let Some(extension) = extension {
            stem.set_extension("");
            extensions.push(extension);
        }
        stripped
    };
    let same = |one: &str, extension: &OsStr| extension.eq_ignore_ascii_case(one);
    strip(&mut stem, &|extension| {
        Compression::PACKED
            .iter()
            .any(|packed| same(packed.extension(), extension))
    });
    let plain = || {
        RECORDS
            .iter()
            .map(|(plain, _)| *plain)
            .chain(HTML)
            .chain([PERHAPS, TABLE])
    };
    // Of two, as in .warc.wet, both.
    while strip(&mut stem, &|extension| plain().any(|plain| same(plain, extension))) {}
    let extensions = extensions
        .iter()
        .rev()
        .flat_map(|extension| [OsStr::new("."), extension]);
    (stem, extensions.collect())
}

/// What stands before an extension.
fn extended<'n>(name: &'n str, extension: &str) -> Option<&'n str> {
    name.strip_suffix(extension)?.strip_suffix('.')
}

/// Whether a file of this name has one of these extensions, in lower case and without the first dot; `""` is none.
#[must_use]
pub fn has_extension(name: &Path, extensions: &[String]) -> bool {
    let Some(name) = name.file_name().map(|name| name.to_string_lossy().to_lowercase()) else {
        return false;
    };
    extensions.iter().any(|extension| {
        if extension.is_empty() {
            return Path::new(&name).extension().is_none();
        }
        // A name that is nothing but an extension is a hidden file without one.
        extended(&name, extension).is_some_and(|stem| !stem.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_form() {
        for (name, form) in [
            ("a.txt", Form::Page),
            ("a.jsonl", Form::Records(Format::Jsonl)),
            ("deep/A.JSONL.GZ", Form::Records(Format::Jsonl)),
            ("a.ndjson.zst", Form::Records(Format::Jsonl)),
            ("a.jsonl.bz2", Form::Records(Format::Jsonl)),
            ("a.tsv", Form::Records(Format::Tsv)),
            ("a.json.xz", Form::RecordsIfSo),
            ("a.txt.lz4", Form::Page),
            ("CC-MAIN-1.warc.wet.gz", Form::Records(Format::Warc)),
            ("a.tgz", Form::Records(Format::Tar)),
            ("a.TAR.zst", Form::Records(Format::Tar)),
            ("a.warc.zst", Form::Records(Format::Warc)),
            ("c4-train.00000-of-01024.json.gz", Form::RecordsIfSo),
            ("part-0.snappy.parquet", Form::Table),
            ("a.json", Form::Page),
            ("a.gz", Form::Page),
            ("jsonl", Form::Page),
        ] {
            assert_eq!(InputFormat::Auto.form(Path::new(name)), form, "{name}");
            assert_eq!(InputFormat::Text.form(Path::new(name)), Form::Page);
            assert_eq!(InputFormat::Csv.form(Path::new(name)), Form::Records(Format::Csv));
        }
    }

    #[test]
    fn a_stem_and_its_extensions_are_the_name() {
        for (name, stem) in [
            ("d/a.v2.JSONL.gz", "a.v2"),
            ("\u{130}stanbul.jsonl", "\u{130}stanbul"),
            ("CC-1.warc.wet.gz", "CC-1"),
            ("a.txt.gz", "a.txt"),
            (".jsonl", ".jsonl"),
            ("a.", "a."),
            ("jsonl.gz", "jsonl"),
        ] {
            let (found, extensions) = parted(Path::new(name));
            assert_eq!(found, Path::new(stem), "{name}");
            let mut whole = found.into_os_string();
            whole.push(extensions);
            assert_eq!(Path::new(name).file_name(), Some(&*whole));
        }
    }

    #[test]
    fn html_is_told_by_its_name() {
        for name in ["a.html", "a.HTM", "d/a.xhtml.gz"] {
            assert_eq!(InputFormat::Auto.form(Path::new(name)), Form::Html, "{name}");
        }
    }

    #[test]
    fn extensions_may_be_double() {
        let all = InputFormat::Auto.extensions();
        for name in [
            "a.txt",
            "b.TXT",
            "a.jsonl",
            "x.y.jsonl.zst",
            "c4.json.gz",
            "a.txt.xz",
            "a.TXT.BZ2",
        ] {
            assert!(has_extension(Path::new(name), &all), "{name}");
        }
        for name in ["a.json", ".txt", "a.gz", "txt", "a.md"] {
            assert!(!has_extension(Path::new(name), &all), "{name}");
        }
        assert!(has_extension(Path::new("README"), &[String::new()]));
        assert!(!has_extension(Path::new("a.md"), &[String::new()]));
        assert!(!InputFormat::Text.extensions().iter().any(|ext| ext.starts_with("json")));
    }
}
