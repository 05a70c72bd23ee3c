//! Files and standard input: each one page, or a shard of records.
//!
//! Reading is bounded, and a file that changes while it is read is set aside whole: half of one version and half of
//! another is nobody's text. Must not know how the list of files came about.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(feature = "parquet")]
use super::Wanted;
use super::form::{Form, InputFormat};
#[cfg(feature = "parquet")]
use super::parquet::TableReader;
use super::records::Records;
use super::{Content, Entry, SetAside, Source, Why};
use crate::compress::{Compression, Flaw, Limits, Unpacked, unpack};
use crate::record::Malformed;

/// How much is read at once of what is compressed.
const BUFFER: usize = 1 << 17;

/// How much is read of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of a page or a record, unpacked.
    pub max_page: u64,
    /// How far unpacking may go.
    pub unpacking: Limits,
}

impl From<u64> for Bounds {
    fn from(max_page: u64) -> Self {
        Self {
            max_page,
            unpacking: Limits::default(),
        }
    }
}

/// Files, each of them a page or a shard of records.
#[derive(Debug)]
pub struct Files {
    entries: Vec<Entry>,
    format: InputFormat,
    bounds: Bounds,
}

impl Files {
    /// Reads these entries, within bounds: with a number, no page or record beyond so many bytes.
    #[must_use]
    pub fn new(entries: Vec<Entry>, format: InputFormat, bounds: impl Into<Bounds>) -> Self {
        Self {
            entries,
            format,
            bounds: bounds.into(),
        }
    }
}

impl Source for Files {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&self, entry: &Entry) -> Result<Content, SetAside> {
        read_file(&entry.path(), self.bounds).map_err(|fault| fault.of(entry))
    }

    fn form(&self, entry: &Entry) -> Form {
        self.format.form(entry.name())
    }

    fn records(&self, entry: &Entry) -> Result<Records, SetAside> {
        let open = |format| -> Result<Records, Fault> {
            let records = Records::open(&entry.path(), format, self.bounds)?;
            if self.form(entry) == Form::RecordsIfSo && !records.begins_with_object()? {
                return Err(Fault::NoRecords);
            }
            Ok(records)
        };
        let format = self.form(entry).format().ok_or(Fault::NoRecords);
        format.and_then(open).map_err(|fault| fault.of(entry))
    }

    #[cfg(feature = "parquet")]
    fn table(&self, entry: &Entry, wanted: Wanted<'_>) -> Result<TableReader, SetAside> {
        TableReader::open(&entry.path(), wanted, self.bounds.max_page).map_err(|fault| fault.of(entry))
    }
}

/// Standard input, a single page or a stream of records.
#[derive(Debug)]
pub struct Stdin {
    entries: [Entry; 1],
    format: InputFormat,
    bounds: Bounds,
}

impl Stdin {
    /// Reads standard input to its end, within bounds. It is a page unless records are asked for: it has no name that
    /// would tell.
    #[must_use]
    pub fn new(format: InputFormat, bounds: impl Into<Bounds>) -> Self {
        let root: Arc<Path> = Arc::from(Path::new(""));
        let name = match format {
            InputFormat::Auto | InputFormat::Text => "stdin.txt",
            InputFormat::Html => "stdin.html",
            InputFormat::Jsonl => "stdin.jsonl",
            InputFormat::Csv => "stdin.csv",
            InputFormat::Tsv => "stdin.tsv",
            InputFormat::Tar => "stdin.tar",
            InputFormat::Warc => "stdin.warc",
            InputFormat::Parquet => "stdin.parquet",
        };
        Self {
            entries: [Entry::new(root, PathBuf::from(name), 0)],
            format,
            bounds: bounds.into(),
        }
    }
}

impl Source for Stdin {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&self, entry: &Entry) -> Result<Content, SetAside> {
        let unpacked = unpacked(io::stdin(), Compression::None, self.bounds.unpacking);
        let read = unpacked.and_then(|mut unpacked| content(&mut unpacked, 0, self.bounds.max_page));
        read.map_err(|fault| fault.of(entry))
    }

    fn form(&self, entry: &Entry) -> Form {
        self.format.form(entry.name())
    }

    fn records(&self, entry: &Entry) -> Result<Records, SetAside> {
        let format = self.form(entry).format().ok_or(Fault::NoRecords);
        let open = |format| Records::new(io::stdin(), format, self.bounds);
        format.and_then(open).map_err(|fault| fault.of(entry))
    }
}

/// What is wrong with a file, before it has a page's name.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    NotAFile,
    TooLarge {
        bytes: u64,
        max: u64,
    },
    Changed {
        bytes: u64,
    },
    Packed(Flaw),
    NoRecords,
    /// It has not the form that its name says.
    NoForm(String),
}

impl Fault {
    /// What cannot be records, behind so many bytes.
    pub(super) fn malformed(malformed: Malformed, before: u64) -> Self {
        let Malformed { what, at } = malformed;
        Self::NoForm(format!("byte {}: {what}", before + at as u64))
    }

    pub(super) fn of(self, entry: &Entry) -> SetAside {
        let page = entry.label();
        match self {
            Self::Io(error) => SetAside::new(page, Why::Unreadable, error.to_string()).sized(entry.size()),
            Self::NotAFile => SetAside::new(page, Why::NotAFile, "a FIFO, a device or a folder")
                .hint("pipe its content to standard input"),
            Self::TooLarge { bytes, max } => {
                SetAside::new(page, Why::TooLarge, format!("larger than a page may be ({max} bytes)"))
                    .hint("raise --max-page if this is one page")
                    .sized(bytes)
            }
            Self::Changed { bytes } => SetAside::new(page, Why::Changed, "it changed while it was read")
                .hint("clean it again when nobody writes to it")
                .sized(bytes),
            Self::Packed(flaw) => {
                let (why, hint) = match flaw {
                    Flaw::Empty | Flaw::EndsEarly(_) | Flaw::Damaged { .. } => {
                        (Why::Damaged, "get the file anew; nothing of it was written")
                    }
                    Flaw::Expands { .. } => (Why::Expands, "raise --max-expand if this is no decompression bomb"),
                    Flaw::Window { .. } => (Why::Window, "raise --max-window, up to 2G, if there is memory for it"),
                };
                SetAside::new(page, why, flaw.to_string())
                    .hint(hint)
                    .sized(entry.size())
            }
            Self::NoForm(what) => SetAside::new(page, Why::Damaged, what)
                .hint("get the file anew, or say what it is with --input-format; nothing of it was written")
                .sized(entry.size()),
            Self::NoRecords => SetAside::new(page, Why::NotJsonl, "its first line does not begin with {")
                .hint("--input-format jsonl reads it line by line all the same")
                .sized(entry.size()),
        }
    }
}

impl From<Flaw> for Fault {
    fn from(flaw: Flaw) -> Self {
        Self::Packed(flaw)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match Flaw::of(&error) {
            Some(flaw) => Self::Packed(flaw.clone()),
            None => Self::Io(error),
        }
    }
}

/// Opens what is a plain file, and nothing else.
pub(super) fn open(path: &Path) -> Result<File, Fault> {
    // Asked before opening: opening a FIFO waits for somebody to write to it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(Fault::NotAFile);
    }
    let file = File::open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(Fault::NotAFile)
    }
}

fn read_file(path: &Path, bounds: Bounds) -> Result<Content, Fault> {
    let file = open(path)?;
    let before = file.metadata()?;
    let mut unpacked = unpacked(file.try_clone()?, Compression::named(path), bounds.unpacking)?;
    let expected = match unpacked.compression() {
        Compression::None => before.len(),
        // Nobody knows before it is unpacked.
        _ => 0,
    };
    let content = content(&mut unpacked, expected, bounds.max_page);
    let after = file.metadata()?;
    // A file that somebody is still writing ends too early, too.
    if !same(&before, &after) || content.is_ok() && unpacked.stored() != after.len() {
        return Err(Fault::Changed { bytes: after.len() });
    }
    content
}

/// What is in a stream, by its first bytes and what its name says.
pub(super) fn unpacked(
    mut reader: impl Read + Send + 'static,
    named: Compression,
    limits: Limits,
) -> Result<Unpacked, Fault> {
    let mut head = Vec::new();
    reader.by_ref().take(Compression::HEAD as u64).read_to_end(&mut head)?;
    let compression = Compression::told(&head, named)?;
    let whole = Cursor::new(head).chain(BufReader::with_capacity(BUFFER, reader));
    Ok(unpack(compression, whole, limits)?)
}

/// The whole of a page.
fn content(unpacked: &mut Unpacked, expected: u64, max: u64) -> Result<Content, Fault> {
    let bytes = bounded(&mut *unpacked, expected, max)?;
    Ok(Content {
        bytes,
        compression: unpacked.compression(),
        padded: unpacked.padded(),
    })
}

pub(super) fn same(a: &Metadata, b: &Metadata) -> bool {
    a.len() == b.len() && a.modified().ok() == b.modified().ok()
}

/// Reads to the end, or until one byte more than `max`.
fn bounded(reader: impl Read, expected: u64, max: u64) -> Result<Vec<u8>, Fault> {
    if expected > max {
        return Err(Fault::TooLarge { bytes: expected, max });
    }
    let mut bytes = Vec::with_capacity(expected as usize + 1);
    let read = reader.take(max.saturating_add(1)).read_to_end(&mut bytes)? as u64;
    if read > max {
        return Err(Fault::TooLarge { bytes: read, max });
    }
    Ok(bytes)
}

/// The bytes of one file, for a command that looks at a single page.
///
/// # Errors
///
/// The same that set a page aside in a run.
pub fn read_one(path: &Path, bounds: Bounds) -> Result<Content, SetAside> {
    let root: Arc<Path> = Arc::from(Path::new(""));
    read_file(path, bounds).map_err(|fault| fault.of(&Entry::new(root, path.to_owned(), 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_stops_one_byte_past_the_limit() {
        let endless = io::repeat(b'x');
        assert!(matches!(
            bounded(endless, 0, 10),
            Err(Fault::TooLarge { bytes: 11, max: 10 })
        ));
        assert!(bounded(&b"0123456789"[..], 0, 10).is_ok());
    }

    #[test]
    fn what_is_known_to_be_too_large_is_not_read() {
        struct Untouchable;
        impl Read for Untouchable {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("read")
            }
        }
        assert!(bounded(Untouchable, 11, 10).is_err());
    }
}
