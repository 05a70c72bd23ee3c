//! `textsieve index`: what is in an index, whether it is whole, and several into one.
//!
//! Must not know how an index is kept.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::error::{Error, Exit};
use crate::pipeline::plan;
use crate::repeat::index::{Checked, Fault, Index, Merged, merge, verify};
use crate::report::summary::{count, size};

use super::args::{self, Global, Merge};
use super::terminal::{Line, Talk, escape, set_colours};

/// Faults that are told before the rest is only counted, unless more details are asked for.
const TOLD: u64 = 20;

pub fn run(index: &args::Index, global: &Global, talk: Talk) -> Result<Exit, Error> {
    set_colours(global.color.unwrap_or_default());
    match index {
        args::Index::Stat { dir } => stat(dir, talk),
        args::Index::Verify { dir } => check(dir, talk),
        args::Index::Merge(merge) => join(merge, talk),
    }
}

/// What an index has.
#[derive(Serialize)]
struct Stat {
    pages: u32,
    bytes: u64,
    bytes_a_page: u64,
    /// Tokens of a shingle.
    shingle: usize,
    runs: Vec<Segment>,
}

/// One segment.
#[derive(Serialize)]
struct Segment {
    file: String,
    run: String,
    pages: u32,
    bytes: u64,
}

fn stat(dir: &Path, talk: Talk) -> Result<Exit, Error> {
    let index = Index::read_only(dir)?;
    let bytes = index.segments().iter().map(|segment| segment.bytes).sum();
    let runs = index.segments().iter().map(|segment| Segment {
        file: segment.file.clone(),
        run: format!("{:032x}", segment.run),
        pages: segment.pages,
        bytes: segment.bytes,
    });
    let stat = Stat {
        pages: index.pages(),
        bytes,
        bytes_a_page: bytes / u64::from(index.pages().max(1)),
        shingle: index.shingle(),
        runs: runs.collect(),
    };
    if talk.json() {
        print(&(Line::new("index", stat).render() + "\n"))?;
        return Ok(Exit::Done);
    }
    let mut text = table(&[
        ("pages", count(stat.pages.into())),
        ("bytes", size(stat.bytes)),
        ("bytes a page", size(stat.bytes_a_page)),
        ("tokens of a shingle", stat.shingle.to_string()),
        ("runs", count(stat.runs.len() as u64)),
    ]);
    for Segment {
        file,
        run,
        pages,
        bytes,
    } in stat.runs
    {
        let row = format!(
            "  {:<20}{:>12}  {:>9}  run {run}\n",
            file,
            count(pages.into()),
            size(bytes)
        );
        text.push_str(&row);
    }
    print(&text)?;
    Ok(Exit::Done)
}

fn check(dir: &Path, talk: Talk) -> Result<Exit, Error> {
    let mut told = 0;
    let mut shown = Ok(());
    let checked = verify(dir, |fault| {
        told += 1;
        if shown.is_ok() && (told <= TOLD || talk.detailed() || talk.json()) {
            shown = print(&fault_line(fault, talk));
        }
    })?;
    shown?;
    if talk.usual() || talk.json() {
        print(&verdict(&checked, talk))?;
    }
    if checked.garbage > 0 && !talk.json() {
        let files = if checked.garbage == 1 { "file" } else { "files" };
        let garbage = count(checked.garbage);
        talk.note(&format!(
            "{garbage} {files} left by a killed run, which the next run sweeps"
        ));
    }
    Ok(if checked.faults == 0 { Exit::Done } else { Exit::Failed })
}

fn fault_line(fault: &Fault, talk: Talk) -> String {
    if talk.json() {
        Line::new("fault", fault).render() + "\n"
    } else {
        format!("{}: {}\n", escape(&fault.file), escape(&fault.what))
    }
}

fn verdict(checked: &Checked, talk: Talk) -> String {
    if talk.json() {
        return Line::new("verified", checked).render() + "\n";
    }
    let verdict = match checked.faults {
        0 => "nothing is wrong".to_owned(),
        faults => format!("{} wrong", count(faults)),
    };
    format!(
        "{} pages in {} segments, {}: {verdict}\n",
        count(checked.pages),
        count(checked.segments),
        size(checked.bytes)
    )
}

fn join(flags: &Merge, talk: Talk) -> Result<Exit, Error> {
    for dir in &flags.dirs {
        plan::refuse_shared(&flags.out, dir)?;
    }
    let sources = flags
        .dirs
        .iter()
        .map(|dir| Index::read_only(dir))
        .collect::<Result<Vec<_>, _>>()?;
    let shingle = sources.first().map_or(0, Index::shingle);
    let merged = merge(&sources, Index::replace(&flags.out, shingle, flags.force)?)?;
    if talk.usual() {
        print(&told(&merged, talk))?;
    }
    Ok(Exit::Done)
}

fn told(merged: &Merged, talk: Talk) -> String {
    if talk.json() {
        return Line::new("merged", merged).render() + "\n";
    }
    table(&[
        ("pages", count(merged.pages)),
        ("runs", count(merged.runs)),
        ("left out, there already", count(merged.left_out)),
    ])
}

fn table(rows: &[(&str, String)]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("{name:<22}{value:>12}\n"))
        .collect();
    lines.concat()
}

fn print(text: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Error::stdout)
}
