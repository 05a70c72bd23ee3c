//! Labelled and cleaned pages from JSON lines, plain or compressed.
//!
//! Must not know what is scored.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::compress::{Compression, Limits, unpack};
use crate::error::{Error, Place};
use crate::measure::page::{Label, Labelled};

use super::super::clean::refuse_terminal;

/// Longest row, in bytes: what a page may be and more, and a bound for a file that has no lines.
const MAX_ROW: u64 = 1 << 28;

/// What a page is called: its id and its style.
pub type Key = (String, String);

fn none() -> String {
    "-".to_owned()
}

#[derive(Deserialize)]
struct GoldRow {
    id: String,
    style: Option<String>,
    lang: Option<String>,
    source: Option<String>,
    title: Option<String>,
    text: String,
    gold: Option<String>,
    labels: Option<String>,
    with: Option<Vec<String>>,
    without: Option<Vec<String>>,
    suspect: Option<bool>,
}

#[derive(Deserialize)]
struct OutRow {
    id: String,
    style: Option<String>,
    text: Option<String>,
}

/// A labelled page.
pub struct GoldPage {
    pub key: Key,
    pub lang: String,
    pub source: String,
    pub title: String,
    pub text: String,
    pub gold: Option<String>,
    labels: Vec<Label>,
    with: Vec<String>,
    without: Vec<String>,
}

impl GoldPage {
    pub fn labelled(&self) -> Labelled<'_> {
        Labelled {
            text: &self.text,
            title: &self.title,
            gold: self.gold.as_deref(),
            labels: &self.labels,
            with: &self.with,
            without: &self.without,
        }
    }
}

/// All labelled pages, in the file's order.
#[derive(Default)]
pub struct Gold {
    pub pages: Vec<GoldPage>,
    pub rows: usize,
    /// Rows that replaced an earlier one.
    pub twice: usize,
    /// Rows that were left out because they are marked so.
    pub suspect: HashSet<Key>,
    places: HashMap<Key, usize>,
}

impl Gold {
    pub fn place(&self, key: &Key) -> Option<usize> {
        self.places.get(key).copied()
    }

    fn add(&mut self, row: GoldRow) -> Result<(), String> {
        self.rows += 1;
        let key = (row.id, row.style.unwrap_or_else(none));
        if row.suspect == Some(true) {
            self.suspect.insert(key);
            return Ok(());
        }
        let labels = labels(row.labels.as_deref().unwrap_or_default(), &row.text)?;
        let page = GoldPage {
            key: key.clone(),
            lang: row.lang.unwrap_or_else(none),
            source: row.source.unwrap_or_else(none),
            title: row.title.unwrap_or_default(),
            text: row.text,
            gold: row.gold.filter(|gold| !gold.is_empty()),
            labels,
            with: row.with.unwrap_or_default(),
            without: row.without.unwrap_or_default(),
        };
        if let Some(&place) = self.places.get(&key) {
            self.pages[place] = page;
            self.twice += 1;
        } else {
            self.places.insert(key, self.pages.len());
            self.pages.push(page);
        }
        Ok(())
    }
}

/// The labels of all lines, or of none.
fn labels(letters: &str, text: &str) -> Result<Vec<Label>, String> {
    let label = |letter| match letter {
        'k' => Ok(Label::Keep),
        'd' => Ok(Label::Drop),
        'o' => Ok(Label::Optional),
        other => Err(format!("the label `{other}` is none of k, d and o")),
    };
    let labels = letters.chars().map(label).collect::<Result<Vec<_>, _>>()?;
    let lines = text.split('\n').count();
    if !labels.is_empty() && labels.len() != lines {
        return Err(format!(
            "`labels` has {} letters, but `text` {lines} lines",
            labels.len()
        ));
    }
    Ok(labels)
}

/// What was written for each labelled page, and what was written for none.
pub struct Outputs {
    /// One place for each labelled page.
    pub texts: Vec<Option<String>>,
    pub rows: usize,
    pub twice: usize,
    /// Rows of pages whose labels are suspect.
    pub suspect: usize,
    /// Rows that no labelled page is called like.
    pub unknown: usize,
    pub first_unknown: Option<Key>,
}

pub fn gold(path: &Path) -> Result<Gold, Error> {
    let mut gold = Gold::default();
    each(path, "textsieve eval --gold GOLD OUT", |row| gold.add(row))?;
    Ok(gold)
}

pub fn outputs(path: &Path, gold: &Gold) -> Result<Outputs, Error> {
    let mut outputs = Outputs {
        texts: gold.pages.iter().map(|_| None).collect(),
        rows: 0,
        twice: 0,
        suspect: 0,
        unknown: 0,
        first_unknown: None,
    };
    each(path, "textsieve eval --gold GOLD OUT", |row: OutRow| {
        outputs.rows += 1;
        let key = (row.id, row.style.unwrap_or_else(none));
        if let Some(place) = gold.place(&key) {
            let before = outputs.texts[place].replace(row.text.unwrap_or_default());
            outputs.twice += usize::from(before.is_some());
        } else if gold.suspect.contains(&key) {
            outputs.suspect += 1;
        } else {
            outputs.unknown += 1;
            outputs.first_unknown.get_or_insert(key);
        }
        Ok(())
    })?;
    Ok(outputs)
}

/// Reads a file row by row. Any row that is wrong ends it: figures over the rest would look like figures over all.
pub fn each<T: DeserializeOwned>(
    path: &Path,
    usage: &str,
    mut take: impl FnMut(T) -> Result<(), String>,
) -> Result<(), Error> {
    let mut reader = open(path, usage)?;
    let mut row = Vec::new();
    for number in 1.. {
        row.clear();
        let wrong = |what: String| {
            Error::failed("not a row of pages")
                .place(Place::Line(path.to_owned(), number))
                .because(what)
        };
        let read = reader.by_ref().take(MAX_ROW).read_until(b'\n', &mut row);
        if read.map_err(|error| unreadable(path, error))? == 0 {
            break;
        }
        if row.len() as u64 == MAX_ROW && row.last() != Some(&b'\n') {
            return Err(wrong(format!("longer than {} MB", MAX_ROW >> 20)));
        }
        if row.trim_ascii().is_empty() {
            continue;
        }
        let parsed = serde_json::from_slice(&row).map_err(|error| {
            // The parser sees one line, so its own line number would mislead.
            let what = error.to_string().replace(" at line 1 column", " at column");
            wrong(what).hint("every line must be a JSON object; `textsieve help eval` has the fields")
        })?;
        take(parsed).map_err(wrong)?;
    }
    Ok(())
}

fn open(path: &Path, usage: &str) -> Result<Box<dyn BufRead>, Error> {
    let raw: Box<dyn Read + Send> = if path.as_os_str() == "-" {
        refuse_terminal(usage)?;
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| unreadable(path, error))?)
    };
    let mut reader = BufReader::with_capacity(1 << 16, raw);
    let start = reader.fill_buf().map_err(|error| unreadable(path, error))?;
    // All members and frames: a file made of several is one file.
    let unpacked =
        unpack(Compression::of(start), reader, Limits::default()).map_err(|error| unreadable(path, error))?;
    Ok(Box::new(BufReader::with_capacity(1 << 16, unpacked)))
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::io("cannot read pages", path, error)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn fault(text: &str) -> String {
        let file = file(text.as_bytes());
        let error = gold(file.path()).err().unwrap().to_string();
        error.replace(&file.path().display().to_string(), "GOLD")
    }

    #[test]
    fn all_members_of_a_gzip_file_are_read_and_the_last_of_equals_counts() {
        let mut bytes = gzip("{\"id\":\"a\",\"text\":\"x\"}\n\n{\"id\":\"s\",\"text\":\"\",\"suspect\":true}\n");
        bytes.extend(gzip(
            "{\"id\":\"b\",\"text\":\"y\",\"gold\":\"\"}\n{\"id\":\"a\",\"text\":\"z\"}",
        ));
        let gold = gold(file(&bytes).path()).unwrap();
        assert_eq!((gold.rows, gold.twice, gold.suspect.len()), (4, 1, 1));
        let texts: Vec<&str> = gold.pages.iter().map(|page| &*page.text).collect();
        assert_eq!(texts, ["z", "y"]);
        assert!(gold.pages[1].gold.is_none());

        let out = file(b"{\"id\":\"a\",\"text\":null}\n{\"id\":\"s\",\"text\":\"\"}\n{\"id\":\"c\",\"text\":\"\"}\n");
        let outputs = outputs(out.path(), &gold).unwrap();
        assert_eq!(outputs.texts, [Some(String::new()), None]);
        assert_eq!((outputs.rows, outputs.suspect, outputs.unknown), (3, 1, 1));
        assert_eq!(outputs.first_unknown.unwrap().0, "c");
    }

    #[test]
    fn a_file_that_ends_early_is_no_file() {
        let bytes = gzip("{\"id\":\"a\",\"text\":\"x\"}\n");
        assert!(gold(file(&bytes[..bytes.len() - 9]).path()).is_err());
    }

    #[test]
    fn a_wrong_row_is_named_by_its_line() {
        let good = "{\"id\":\"a\",\"text\":\"x\"}\n";
        assert_eq!(
            fault(&format!("{good}{{\"id\":\"b\"}}")),
            "not a row of pages: GOLD:2: missing field `text` at column 10"
        );
        let two = "{\"id\":\"a\",\"text\":\"x\\ny\",\"labels\":\"k\"}";
        assert_eq!(
            fault(two),
            "not a row of pages: GOLD:1: `labels` has 1 letters, but `text` 2 lines"
        );
        let odd = "{\"id\":\"a\",\"text\":\"x\",\"labels\":\"?\"}";
        assert_eq!(
            fault(odd),
            "not a row of pages: GOLD:1: the label `?` is none of k, d and o"
        );
    }
}
