//! `textsieve doctor`: what an input holds, what `clean` would do with a sample of it, and the command to type.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::Reason;
use crate::error::{Error, Exit};
use crate::pipeline::cleaner::Cleaner;
use crate::pipeline::plan::{self, Plan, STDIN};
use crate::pipeline::run::threads;
use crate::pipeline::sample::Sample;
use crate::pipeline::stats::Tally;
use crate::read::text::Files;
use crate::read::walk::{Found, Walk};
use crate::report::diagnosis::{Diagnosis, Shown};
use crate::text::json::Pointer;
use crate::write::files::RUN_FOLDER;

use super::args::{self, Global};
use super::config::{self, Settings, Surroundings};
use super::terminal::{BOLD, CYAN, DIM, GREEN, Line, RED, Talk, YELLOW, escape, set_colours};

pub fn run(doctor: &args::Doctor, global: &Global, talk: Talk) -> Result<Exit, Error> {
    let settings = config::load(
        &doctor.cleaning,
        None,
        Some(&doctor.reading),
        None,
        global,
        &Surroundings::of_process(),
    )?;
    set_colours(settings.color);
    if doctor.inputs.iter().any(|input| input.as_os_str() == STDIN) {
        return Err(
            Error::usage("standard input cannot be looked at, for what is read of it is gone").hint("name a file"),
        );
    }
    let mut found = found(doctor, &settings);
    super::clean::refuse_nothing(&found, talk)?;
    let cleaner =
        Cleaner::new(settings.options.clone()).map_err(|e| Error::usage("the lexicon cannot be used").because(e))?;
    let source = Files::new(
        std::mem::take(&mut found.entries),
        settings.input_format,
        settings.bounds,
    );
    let mut plan = Plan {
        options: settings.options.clone(),
        decode: settings.decode,
        fields: settings.fields.clone(),
        show_cuts: true,
        ..Plan::default()
    };
    super::clean::quiet_page_panics(talk);
    // On a thread whose panics are told as what they are: pages set aside.
    let pool = threads(1)?;
    let mut sample = pool.install(|| Sample::of(&plan, &source, &cleaner))?;
    let guess = guess(&sample, &plan.fields.text);
    if let Some(guess) = &guess {
        plan.fields.text = guess.clone();
        sample = pool.install(|| Sample::of(&plan, &source, &cleaner))?;
    }
    for aside in found.set_aside.drain(..) {
        sample.put_aside(aside);
    }
    let diagnosis = Diagnosis {
        sample: &sample,
        fields: &settings.fields,
        guess: guess.as_ref(),
        passed_over: &found.passed_over,
    };
    let command = command(doctor, &settings, guess.as_ref(), &found.folders);
    let mut out = BufWriter::new(anstream::stdout().lock());
    let told = if talk.json() {
        json(&diagnosis, &command, &mut out)
    } else {
        text(&diagnosis, &command, &mut out)
    };
    told.and_then(|()| out.flush()).map_err(Error::stdout)?;
    let well = sample.stats.pages.set_aside == 0 && guess.is_none();
    Ok(if well { Exit::Done } else { Exit::SetAside })
}

fn found(doctor: &args::Doctor, settings: &Settings) -> Found {
    let mut found = Found::default();
    let walk = Walk {
        extensions: &settings.ext,
        avoid: None,
        record: Some(RUN_FOLDER),
    };
    for input in &doctor.inputs {
        walk.input(input, &mut found);
    }
    found
}

/// The field that is the text instead, if none is called as was said.
fn guess(sample: &Sample, text: &Pointer) -> Option<Pointer> {
    let longest = sample.longest().filter(|_| !sample.has_text(text));
    longest.map(|seen| seen.field.clone())
}

fn text(diagnosis: &Diagnosis<'_>, command: &str, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", escaped_lines(&diagnosis.table()))?;
    for aside in &diagnosis.sample.set_aside {
        let (page, detail) = (escape(&aside.page), escape(&aside.detail));
        writeln!(out, "  {YELLOW}{page}{YELLOW:#}: {}: {detail}", aside.reason.name())?;
    }
    if let Some(example) = &diagnosis.sample.example {
        writeln!(out, "{BOLD}for example {}{BOLD:#}", escape(&example.page))?;
        for Shown { line, reason, text } in diagnosis.lines(example) {
            let text = escape(text);
            match reason {
                Some(reason) => writeln!(
                    out,
                    "{DIM}{line:>5}{DIM:#} {RED}-{RED:#} {CYAN}[{reason}]{CYAN:#} {text}"
                )?,
                None => writeln!(out, "{DIM}{line:>5}{DIM:#} {GREEN}+{GREEN:#} {text}")?,
            }
        }
    }
    for warning in diagnosis.warnings() {
        writeln!(out, "{YELLOW}warning:{YELLOW:#} {}", escape(&warning.text))?;
    }
    writeln!(out, "{command}")
}

/// Names of fields come from the input.
fn escaped_lines(table: &str) -> String {
    table.lines().flat_map(|line| [escape(line), "\n".into()]).collect()
}

/// What cleaning the sample would do, as JSON.
#[derive(Serialize)]
struct Numbers<'a> {
    texts: u64,
    files: u64,
    records: u64,
    bytes: u64,
    cut: u64,
    set_aside: u64,
    ids: u64,
    addresses: u64,
    sites: usize,
    encodings: &'a BTreeMap<std::borrow::Cow<'static, str>, u64>,
    cuts: &'a BTreeMap<Reason, Tally>,
    passed_over: &'a BTreeMap<String, u64>,
    text_field: &'a Pointer,
    guess: Option<&'a Pointer>,
}

fn json(diagnosis: &Diagnosis<'_>, command: &str, out: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Page<'a> {
        page: &'a str,
        lines: Vec<Shown<'a>>,
    }
    #[derive(Serialize)]
    struct Command<'a> {
        command: &'a str,
    }
    let sample = diagnosis.sample;
    for group in &sample.groups {
        writeln!(out, "{}", Line::new("files", group).render())?;
    }
    for field in &sample.fields {
        writeln!(out, "{}", Line::new("field", field).render())?;
    }
    for aside in &sample.set_aside {
        writeln!(out, "{}", Line::new("set-aside", aside).render())?;
    }
    let numbers = Numbers {
        texts: sample.texts.pages,
        files: sample.texts.files,
        records: sample.records,
        bytes: sample.texts.bytes,
        cut: sample.stats.bytes.cut,
        set_aside: sample.stats.pages.set_aside,
        ids: sample.texts.ids,
        addresses: sample.texts.addresses,
        sites: sample.texts.sites.len(),
        encodings: &sample.stats.encodings,
        cuts: &sample.stats.cuts,
        passed_over: diagnosis.passed_over,
        text_field: &diagnosis.fields.text,
        guess: diagnosis.guess,
    };
    writeln!(out, "{}", Line::new("sample", numbers).render())?;
    if let Some(example) = &sample.example {
        let page = Page {
            page: &example.page,
            lines: diagnosis.lines(example),
        };
        writeln!(out, "{}", Line::new("example", page).render())?;
    }
    for warning in diagnosis.warnings() {
        writeln!(out, "{}", Line::new("warning", warning).render())?;
    }
    writeln!(out, "{}", Line::new("command", Command { command }).render())
}

/// The command that cleans this input, with the flags that were given.
fn command(doctor: &args::Doctor, settings: &Settings, guess: Option<&Pointer>, folders: &[PathBuf]) -> String {
    let mut words = vec!["textsieve".to_owned(), "clean".to_owned()];
    words.extend(doctor.inputs.iter().map(|input| input.to_string_lossy().into_owned()));
    words.extend(["-o".to_owned(), output(folders)]);
    let mut flag = |key: &str, value: String| words.extend([format!("--{key}"), value]);
    for lexicon in doctor.cleaning.lexicon.iter().flatten() {
        flag("lexicon", lexicon.to_string_lossy().into_owned());
    }
    if let Some(config) = &doctor.cleaning.config {
        flag("config", config.to_string_lossy().into_owned());
    }
    if let Some(guess) = guess {
        flag("text-field", guess.to_string());
    }
    for (key, setting) in settings.config.iter() {
        let said = setting.origin == format!("--{key}");
        if !said || matches!(key, "lexicon" | "color") || (key == "text-field" && guess.is_some()) {
            continue;
        }
        match &setting.value {
            Value::Bool(false) => words.push(format!("--no-{key}")),
            Value::Bool(true) => words.push(format!("--{key}")),
            value => words.extend([format!("--{key}"), written(value)]),
        }
    }
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// A folder that `clean` will take: one that is not there, and not inside the input.
fn output(folders: &[PathBuf]) -> String {
    let names = ["clean", "clean-2", "clean-3", "../clean", "../clean-2"];
    let free = |name: &&str| {
        let path = Path::new(name);
        !path.exists() && plan::refuse_overlap(path, folders, &BTreeSet::new()).is_ok()
    };
    names.into_iter().find(free).unwrap_or("OUT").to_owned()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:=+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", escape(word).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        assert_eq!(quoted("pages/a.txt"), "pages/a.txt");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
