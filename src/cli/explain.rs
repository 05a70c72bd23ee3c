//! `textsieve explain`: every line of a page, what became of it and why.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use crate::chrome::score::Weight;
use crate::error::{Error, Exit};
use crate::pipeline::cleaner::{Cleaner, Explained, Verdict};
use crate::pipeline::run::{decoded, undecodable};
use crate::read::form::InputFormat;
use crate::read::text::{Stdin, read_one};
use crate::read::{SetAside, Source};
use crate::write::audit::rounded;
use crate::{Cut, Reason};

use super::args::{Explain, Format, Global};
use super::clean::refuse_terminal;
use super::config::{self, Surroundings};
use super::terminal::{CYAN, DIM, GREEN, Line, RED, YELLOW, escape, set_colours};

pub fn run(explain: &Explain, global: &Global) -> Result<Exit, Error> {
    let settings = config::load(&explain.cleaning, None, None, None, global, &Surroundings::of_process())?;
    set_colours(settings.color);
    let cleaner = Cleaner::new(settings.options).map_err(|e| Error::usage("the lexicon cannot be used").because(e))?;
    let content = if explain.input.as_os_str() == "-" {
        refuse_terminal("textsieve explain FILE")?;
        let stdin = Stdin::new(InputFormat::Text, settings.bounds);
        stdin.read(&stdin.entries()[0])
    } else {
        read_one(&explain.input, settings.bounds)
    };
    let content = content.map_err(|aside| no_page(explain, aside))?;
    let form = InputFormat::Auto.form(&explain.input);
    let page = decoded(form, &content.bytes, &settings.decode)
        .map_err(|error| no_page(explain, undecodable(&explain.input.to_string_lossy(), error)))?;

    let mut out = BufWriter::new(anstream::stdout().lock());
    print(&cleaner.explain(&page), global.format, &mut out)
        .and_then(|()| out.flush())
        .map_err(Error::stdout)?;
    Ok(Exit::Done)
}

/// What sets a page aside in a run is an error where there is only one page.
fn no_page(explain: &Explain, aside: SetAside) -> Error {
    let error = Error::failed("cannot explain").at(&explain.input).because(aside.detail);
    match aside.hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn print(lines: &[Explained], format: Format, out: &mut impl Write) -> io::Result<()> {
    let digits = lines.last().map_or(1, |line| line.line.to_string().len()).max(3);
    for line in lines {
        match format {
            Format::Text => text(line, digits, out)?,
            Format::Json => writeln!(out, "{}", Line::new("line", Body::new(line)).render())?,
        }
    }
    Ok(())
}

fn text(line: &Explained, digits: usize, out: &mut impl Write) -> io::Result<()> {
    let (mark, style, cut) = match &line.verdict {
        Verdict::Article => ('+', GREEN, None),
        Verdict::Kept(cut) => ('~', YELLOW, Some(cut)),
        Verdict::Cut(cut) => ('-', RED, Some(cut)),
    };
    let (number, score) = (line.line, line.score);
    write!(out, "{DIM}{number:>digits$}{DIM:#} {style}{mark}{style:#} {score:.2} ")?;
    match cut {
        None => write!(out, "{}", escape(&line.text))?,
        Some(cut) => write!(
            out,
            "{CYAN}[{}]{CYAN:#} {style}{}{style:#}  {DIM}({}){DIM:#}",
            cut.reason,
            escape(&line.text),
            escape(&cut.evidence)
        )?,
    }
    for (i, weight) in line.weights.iter().enumerate() {
        let (before, Weight { feature, value, logits }) = (if i == 0 { "  " } else { ", " }, weight);
        write!(out, "{DIM}{before}{feature} {value} {logits:+.1}{DIM:#}")?;
    }
    writeln!(out)
}

/// A line as JSON.
#[derive(Serialize)]
struct Body<'a> {
    line: usize,
    verdict: &'static str,
    score: f64,
    reason: Option<Reason>,
    evidence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<&'a crate::Repeats>,
    weights: Vec<WeightBody>,
    text: &'a str,
}

/// A feature that moved the score: its value on its scale, and by how many logits.
#[derive(Serialize)]
struct WeightBody {
    feature: &'static str,
    value: u8,
    logits: f64,
}

impl<'a> Body<'a> {
    fn new(line: &'a Explained) -> Self {
        let (verdict, cut): (_, Option<&Cut>) = match &line.verdict {
            Verdict::Article => ("article", None),
            Verdict::Kept(cut) => ("kept", Some(cut)),
            Verdict::Cut(cut) => ("cut", Some(cut)),
        };
        Self {
            line: line.line,
            verdict,
            score: rounded(line.score),
            reason: cut.map(|cut| cut.reason),
            evidence: cut.map(|cut| &*cut.evidence),
            repeats: cut.and_then(|cut| cut.repeats.as_ref()),
            weights: line.weights.iter().map(WeightBody::new).collect(),
            text: &line.text,
        }
    }
}

impl WeightBody {
    fn new(weight: &Weight) -> Self {
        Self {
            feature: weight.feature,
            value: weight.value,
            logits: (weight.logits * 1e3).round() / 1e3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_its_verdict_its_reason_and_no_control_characters() {
        let cut = Cut {
            range: 0..5,
            line: 7,
            reason: Reason::Social,
            score: 0.9,
            evidence: "en: share".into(),
            repeats: None,
        };
        let line = Explained {
            line: 7,
            text: "Share\u{1b}[0m".into(),
            score: 0.1,
            weights: vec![Weight {
                feature: "words",
                value: 16,
                logits: -2.25,
            }],
            verdict: Verdict::Cut(cut),
        };
        let mut out = anstream::StripStream::new(Vec::new());
        print(std::slice::from_ref(&line), Format::Text, &mut out).unwrap();
        let text = String::from_utf8(out.into_inner()).unwrap();
        assert_eq!(
            text,
            "  7 - 0.10 [social] Share\\u{1b}[0m  (en: share)  words 16 -2.2\n"
        );
    }

    #[test]
    fn json_holds_the_text_as_it_is() {
        let line = Explained {
            line: 1,
            text: "a\tb".into(),
            score: 0.999_96,
            weights: Vec::new(),
            verdict: Verdict::Article,
        };
        let mut out = Vec::new();
        print(&[line], Format::Json, &mut out).unwrap();
        let expected = concat!(
            r#"{"type":"line","schema":1,"line":1,"verdict":"article","score":1.0,"#,
            r#""reason":null,"evidence":null,"weights":[],"text":"a\tb"}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
