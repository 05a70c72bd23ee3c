//! Files and standard input: each one page, or a shard of records.
//!
//! Reading is bounded, and a file that changes while it is read is set aside whole: half of one version and half of
//! another is nobody's text. Must not know how the list of files came about.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::form::{Form, InputFormat};
use super::records::Records;
use super::{Entry, SetAside, Source, Why};
use crate::record::Malformed;

/// Files, each of them a page or a shard of records.
#[derive(Debug)]
pub struct Files {
    entries: Vec<Entry>,
    format: InputFormat,
    max_page: u64,
}

impl Files {
    /// Reads these entries, no page or record of them beyond `max_page` bytes.
    #[must_use]
    pub fn new(entries: Vec<Entry>, format: InputFormat, max_page: u64) -> Self {
        Self {
            entries,
            format,
            max_page,
        }
    }
}

impl Source for Files {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SetAside> {
        read_file(&entry.path(), self.max_page).map_err(|fault| fault.of(entry))
    }

    fn form(&self, entry: &Entry) -> Form {
        self.format.form(entry.name())
    }

    fn records(&self, entry: &Entry) -> Result<Records, SetAside> {
        let open = |format| -> Result<Records, Fault> {
            let records = Records::open(&entry.path(), format, self.max_page)?;
            if self.form(entry) == Form::RecordsIfSo && !records.begins_with_object() {
                return Err(Fault::NoRecords);
            }
            Ok(records)
        };
        let format = self.form(entry).format().ok_or(Fault::NoRecords);
        format.and_then(open).map_err(|fault| fault.of(entry))
    }
}

/// Standard input, a single page or a stream of records.
#[derive(Debug)]
pub struct Stdin {
    entries: [Entry; 1],
    format: InputFormat,
    max_page: u64,
}

impl Stdin {
    /// Reads standard input to its end, no page or record beyond `max_page` bytes. It is a page unless records are
    /// asked for: it has no name that would tell.
    #[must_use]
    pub fn new(format: InputFormat, max_page: u64) -> Self {
        let root: Arc<Path> = Arc::from(Path::new(""));
        let name = match format {
            InputFormat::Auto | InputFormat::Text => "stdin.txt",
            InputFormat::Html => "stdin.html",
            InputFormat::Jsonl => "stdin.jsonl",
            InputFormat::Csv => "stdin.csv",
            InputFormat::Tsv => "stdin.tsv",
            InputFormat::Tar => "stdin.tar",
            InputFormat::Warc => "stdin.warc",
        };
        Self {
            entries: [Entry::new(root, PathBuf::from(name), 0)],
            format,
            max_page,
        }
    }
}

impl Source for Stdin {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SetAside> {
        bounded(io::stdin().lock(), 0, self.max_page).map_err(|fault| fault.of(entry))
    }

    fn form(&self, entry: &Entry) -> Form {
        self.format.form(entry.name())
    }

    fn records(&self, entry: &Entry) -> Result<Records, SetAside> {
        let format = self.form(entry).format().ok_or(Fault::NoRecords);
        let open = |format| Records::new(io::stdin(), format, self.max_page);
        format.and_then(open).map_err(|fault| fault.of(entry))
    }
}

/// What is wrong with a file, before it has a page's name.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    NotAFile,
    TooLarge { bytes: u64, max: u64 },
    Changed { bytes: u64 },
    Damaged(String),
    NoRecords,
}

impl Fault {
    /// What cannot be records, behind so many bytes.
    pub(super) fn malformed(malformed: Malformed, before: u64) -> Self {
        let Malformed { what, at } = malformed;
        Self::Damaged(format!("byte {}: {what}", before + at as u64))
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
            Self::Damaged(what) => SetAside::new(page, Why::Damaged, what)
                .hint("get the file anew; nothing of it was written")
                .sized(entry.size()),
            Self::NoRecords => SetAside::new(page, Why::NotJsonl, "its first line does not begin with {")
                .hint("--input-format jsonl reads it line by line all the same")
                .sized(entry.size()),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
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

fn read_file(path: &Path, max: u64) -> Result<Vec<u8>, Fault> {
    let mut file = open(path)?;
    let before = file.metadata()?;
    let bytes = bounded(&mut file, before.len(), max)?;
    let after = file.metadata()?;
    if !same(&before, &after) || bytes.len() as u64 != after.len() {
        return Err(Fault::Changed { bytes: after.len() });
    }
    Ok(bytes)
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
pub fn read_one(path: &Path, max: u64) -> Result<Vec<u8>, SetAside> {
    let root: Arc<Path> = Arc::from(Path::new(""));
    read_file(path, max).map_err(|fault| fault.of(&Entry::new(root, path.to_owned(), 0)))
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
