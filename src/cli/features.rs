//! `textsieve features`: what the score sees of every line, for training it on labelled pages.
//!
//! The program that judges computes what it is trained on, so the two can never differ.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::chrome::facts::Facts;
use crate::chrome::features::{Features, names};
use crate::chrome::survey::Survey;
use crate::error::{Error, Exit};
use crate::lexicon::Lexicon;
use crate::page::Page;
use crate::text::normalize::normalize;

use super::args;
use super::eval::rows;

/// So many pages are looked at before their rows are written.
const BATCH: usize = 256;

#[derive(Deserialize)]
struct Row {
    id: Option<String>,
    text: String,
}

#[derive(Serialize)]
struct Header<'a> {
    features: &'a [String],
}

/// A page's features: `lines` are the numbers of its lines that are not blank, `rows` has one row for each.
#[derive(Serialize)]
struct PageRows {
    id: Option<String>,
    lines: Vec<usize>,
    rows: Vec<Vec<u8>>,
}

pub fn run(features: &args::Features) -> Result<Exit, Error> {
    let mut out = BufWriter::with_capacity(1 << 18, anstream::stdout().lock());
    write(&mut out, &Header { features: names() })?;
    for input in &features.input {
        pages(input, &mut out)?;
    }
    out.flush().map_err(Error::stdout)?;
    Ok(Exit::Done)
}

fn pages(input: &Path, out: &mut impl Write) -> Result<(), Error> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut failed = None;
    rows::each(input, "textsieve features PAGES.jsonl", |row: Row| {
        batch.push(row);
        if batch.len() == BATCH
            && failed.is_none()
            && let Err(error) = finish(&mut batch, out)
        {
            failed = Some(error);
        }
        Ok(())
    })?;
    match failed {
        Some(error) => Err(error),
        None => finish(&mut batch, out),
    }
}

fn finish(batch: &mut Vec<Row>, out: &mut impl Write) -> Result<(), Error> {
    let done: Vec<PageRows> = std::mem::take(batch).into_par_iter().map(rows_of).collect();
    done.iter().try_for_each(|rows| write(out, rows))
}

fn rows_of(row: Row) -> PageRows {
    let text = by_line(&row.text);
    let page = Page::new(&text);
    let facts = Facts::of(&page, Lexicon::built_in());
    let features = Features::of(&facts, &Survey::of(&page, &facts));
    PageRows {
        id: row.id,
        lines: page.blocks().iter().map(|block| block.line).collect(),
        rows: (0..page.len()).map(|i| features.row(i).to_vec()).collect(),
    }
}

/// The text as the judges see it, but line for line: labels go by the lines' numbers.
fn by_line(text: &str) -> String {
    let line = |line: &str| normalize(line).replace('\n', " ");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn write(out: &mut impl Write, row: &impl Serialize) -> Result<(), Error> {
    serde_json::to_writer(&mut *out, row)
        .map_err(io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(Error::stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers() {
        let row = Row {
            id: None,
            text: "One\r\n\n\n\nTwo\u{b}and\u{a0}more\n \nThree".to_owned(),
        };
        let rows = rows_of(row);
        assert_eq!(rows.lines, [1, 5, 7]);
        assert!(rows.rows.iter().all(|row| row.len() == names().len()));
    }
}
