//! The guide is true: its commands are run in order, in a copy of the samples, and print what it shows.
//!
//! A block of ```` ```sh ```` is run by `sh -eu`; a block of ```` ```text ```` behind it is what comes out, in which a line
//! of `...` stands for any lines. Words behind `sh` name the tools that it needs. Other blocks with a name are files.
#![cfg(all(unix, feature = "cli", feature = "parquet"))]
#![allow(clippy::unwrap_used)] // a guide that cannot be read has failed

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// Fenced blocks: what stands behind the fence, the text, the line.
fn blocks(guide: &str) -> Vec<(Vec<&str>, String, usize)> {
    let mut blocks = Vec::new();
    let mut lines = (1..).zip(guide.lines());
    while let Some((number, line)) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let inner = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
            let text = inner.flat_map(|line| [line, "\n"]).collect();
            blocks.push((info.split_whitespace().collect(), text, number));
        }
    }
    blocks
}

/// Whether lines are as shown.
fn matches(shown: &[&str], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, after)| line == first && matches(rest, after)),
    }
}

fn is_there(tool: &str) -> bool {
    // The table is made below, by no tool.
    let found = Command::new("sh").args(["-c", "command -v \"$0\"", tool]).output();
    tool == "parquet" || found.unwrap().status.success()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A table of two rows, one with a line to cut.
fn table(path: &Path) {
    let schema = "message dump { required binary id (STRING); required binary content (STRING); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::default()).unwrap();
    let clean =
        "The ferry to the islands runs again from Saturday, three weeks after the storm that tore away its stage.\n";
    let other = "The council met on Monday and approved the new bridge over the river after a long debate in the hall.\n\n\
                 Work begins in spring and will take two years, the mayor told reporters who had waited outside.\n\n\
                 Share on Facebook\n";
    let mut group = writer.next_row_group().unwrap();
    for values in [["a", "b"], [clean, other]] {
        let mut column = group.next_column().unwrap().unwrap();
        let values = values.map(ByteArray::from);
        column
            .typed::<ByteArrayType>()
            .write_batch(&values, None, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn the_guide_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    copy(&root.join("samples"), &here.join("samples"));
    table(&here.join("crawl.parquet"));
    let program = Path::new(env!("CARGO_BIN_EXE_textsieve")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());

    let guide = fs::read_to_string(root.join("GUIDE.md")).unwrap();
    let blocks = blocks(&guide);
    let mut faults = Vec::new();
    for (at, (info, text, line)) in blocks.iter().enumerate() {
        match info.as_slice() {
            ["sh", tools @ ..] => {
                if let Some(missing) = tools.iter().find(|tool| !is_there(tool)) {
                    eprintln!("line {line} is not run: no {missing}");
                    continue;
                }
                let mut command = Command::new("sh");
                command.args(["-euc", text]).current_dir(here);
                command.env("PATH", &path).env("HOME", here).env("LC_ALL", "C");
                command
                    .env_remove("XDG_CONFIG_HOME")
                    .env_remove("MAKEFLAGS")
                    .env_remove("MAKELEVEL");
                let output = command.output().unwrap();
                let told = String::from_utf8_lossy(&output.stderr);
                if !output.status.success() {
                    faults.push(format!("line {line}: {}\n{told}", output.status));
                }
                let printed = String::from_utf8_lossy(&output.stdout);
                let shown = blocks.get(at + 1).filter(|(info, ..)| *info == ["text"]);
                let shown: Vec<&str> = shown.map_or_else(Vec::new, |(_, text, _)| text.lines().collect());
                if !matches(&shown, &printed.lines().collect::<Vec<_>>()) {
                    faults.push(format!("line {line} prints:\n{printed}{told}"));
                }
            }
            [_, name] => fs::write(here.join(name), text).unwrap(),
            ["text"] => {}
            other => panic!("line {line}: what is {other:?}?"),
        }
    }
    assert!(blocks.len() > 20);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
