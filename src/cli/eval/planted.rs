//! `textsieve eval --truth`: reads what `synth` planted and what a run says it found.
//!
//! Must not know how a score is computed.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Error, Exit};
use crate::report::planted;
use crate::synth::files::Made;
use crate::synth::score::{Dropped, Duplicate, Limits, Lines, PageScores, Removed, Scores, Truth};
use crate::synth::truth;

use super::super::args::Eval;
use super::super::terminal::{Line, Talk};
use super::rows::each;

const USAGE: &str = "textsieve eval --truth DIR OUT";
/// The folder of a run's records in its output.
const RECORDS: &str = "_textsieve";
const THRESHOLD: f64 = 0.8;
const LEAST_PAGES: u32 = 5;

/// A text that a run lists as standing on several pages.
#[derive(Deserialize)]
struct Listed {
    text: String,
}

pub fn run(eval: &Eval, talk: Talk) -> Result<Exit, Error> {
    let (Some(folder), Some(out)) = (&eval.truth, &eval.out) else {
        return Err(Error::usage("nothing to score").hint(USAGE));
    };
    let limits = Limits {
        near: eval.threshold.unwrap_or(THRESHOLD),
        least_pages: eval.least_pages.unwrap_or(LEAST_PAGES),
    };
    let (truth, paragraphs) = planted_in(folder)?;
    let records = if out.join(RECORDS).is_dir() {
        out.join(RECORDS)
    } else {
        out.clone()
    };
    let scores = scores(&truth, &paragraphs, &records, limits)?;
    print(&scores, talk)?;
    for (missing, what) in [
        (
            scores.pages.is_none(),
            "duplicates.jsonl is not there: no scores of pages",
        ),
        (scores.lines.is_none(), "removed.jsonl is not there: no scores of lines"),
        (scores.unknown > 0, "rows speak of pages that the truth does not know"),
    ] {
        if missing {
            talk.note(what);
        }
    }
    Ok(if scores.unknown > 0 { Exit::SetAside } else { Exit::Done })
}

type Paragraphs = HashMap<u32, truth::ParagraphRow>;

fn planted_in(folder: &Path) -> Result<(Truth, Paragraphs), Error> {
    let mut made: Option<Made> = None;
    if let Some(path) = found(folder, truth::SPEC) {
        each(&path, USAGE, |row| {
            made = Some(row);
            Ok(())
        })?;
    }
    let mut truth = Truth::new(made.as_ref());
    let needed = |name| {
        found(folder, name).ok_or_else(|| {
            let what = format!("no {name} in the folder of the truth");
            Error::usage(what)
                .at(folder)
                .hint("`textsieve synth OUT` writes it to OUT/truth")
        })
    };
    each(&needed(truth::PAGES)?, USAGE, |row| truth.page(row))?;
    each(&needed(truth::TEMPLATES)?, USAGE, |row| {
        truth.template(row);
        Ok(())
    })?;
    let mut paragraphs = Paragraphs::new();
    each(&needed(truth::PARAGRAPHS)?, USAGE, |row: truth::ParagraphRow| {
        paragraphs.insert(row.id as u32, row);
        Ok(())
    })?;
    Ok((truth, paragraphs))
}

fn scores(truth: &Truth, paragraphs: &Paragraphs, records: &Path, limits: Limits) -> Result<Scores, Error> {
    let duplicates = found(records, "duplicates.jsonl");
    let removed = found(records, "removed.jsonl");
    if duplicates.is_none() && removed.is_none() {
        let error = Error::usage("no record of a run").at(records);
        return Err(error.hint("OUT is the folder that `textsieve clean -o OUT` wrote"));
    }
    let mut scores = Scores::default();
    let mut rows: Vec<Duplicate> = Vec::new();
    if let Some(path) = &duplicates {
        each(path, USAGE, |row| {
            rows.push(row);
            Ok(())
        })?;
    }
    let (dropped, unknown) = Dropped::of(truth, rows);
    scores.unknown = unknown;
    scores.pages = duplicates.map(|_| PageScores::of(truth, &dropped, limits));
    let Some(path) = removed else {
        return Ok(scores);
    };
    let mut lines = Lines::default();
    each(&path, USAGE, |row: Removed| {
        scores.unknown += u64::from(!lines.cut(truth, &row));
        Ok(())
    })?;
    for list in ["templates.jsonl", "paragraphs.jsonl"] {
        if let Some(path) = found(records, list) {
            each(&path, USAGE, |row: Listed| {
                lines.list(&row.text);
                Ok(())
            })?;
        }
    }
    scores.lines = Some(lines.score(truth, paragraphs, &dropped, limits));
    Ok(scores)
}

/// A file of rows, perhaps compressed.
fn found(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut paths = ["", ".zst", ".gz"]
        .into_iter()
        .map(|end| folder.join(format!("{name}{end}")));
    paths.find(|path| path.is_file())
}

fn print(scores: &Scores, talk: Talk) -> Result<(), Error> {
    let text = if talk.json() {
        let lines = planted::fields(scores);
        lines
            .into_iter()
            .map(|(kind, body)| Line::new(kind, body).render() + "\n")
            .collect()
    } else {
        planted::text(scores)
    };
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Error::stdout)
}
