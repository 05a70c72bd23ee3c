//! `textsieve reasons`: the closed list of reasons, or the manual of one.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use crate::Reason;
use crate::error::{Error, Exit};

use super::args::{Format, Global, When};
use super::terminal::{BOLD, CYAN, Line, set_colours};

pub fn run(name: Option<Reason>, global: &Global) -> Result<Exit, Error> {
    set_colours(global.color.unwrap_or(When::Auto));
    let mut out = BufWriter::new(anstream::stdout().lock());
    let reasons = name.as_ref().map_or(Reason::ALL, std::slice::from_ref);
    match (global.format, name) {
        (Format::Json, _) => json(reasons, &mut out),
        (Format::Text, Some(reason)) => manual(reason, &mut out),
        (Format::Text, None) => table(&mut out),
    }
    .and_then(|()| out.flush())
    .map_err(Error::stdout)?;
    Ok(Exit::Done)
}

fn table(out: &mut impl Write) -> io::Result<()> {
    let width = Reason::ALL.iter().map(|reason| reason.name().len()).max().unwrap_or(0);
    let mut family = None;
    for reason in Reason::ALL {
        if family.replace(reason.family()) != Some(reason.family()) {
            writeln!(out, "{BOLD}{}{BOLD:#}", reason.family().name())?;
        }
        writeln!(
            out,
            "  {CYAN}{:<width$}{CYAN:#}  {}",
            reason.name(),
            reason.manual().what
        )?;
    }
    Ok(())
}

fn manual(reason: Reason, out: &mut impl Write) -> io::Result<()> {
    let manual = reason.manual();
    writeln!(out, "{CYAN}{reason}{CYAN:#} ({})", reason.family().name())?;
    let parts = [
        ("What it is", manual.what),
        ("How it is recognised", manual.how),
        ("Example", manual.example),
        ("Not to be confused with", manual.not),
    ];
    for (heading, text) in parts {
        writeln!(out, "\n{BOLD}{heading}{BOLD:#}")?;
        for line in text.lines() {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Body {
    name: &'static str,
    family: &'static str,
    what: &'static str,
    how: &'static str,
    example: &'static str,
    not: &'static str,
}

fn json(reasons: &[Reason], out: &mut impl Write) -> io::Result<()> {
    for reason in reasons {
        let crate::reason::Manual {
            what,
            how,
            example,
            not,
        } = reason.manual();
        let body = Body {
            name: reason.name(),
            family: reason.family().name(),
            what,
            how,
            example,
            not,
        };
        writeln!(out, "{}", Line::new("reason", body).render())?;
    }
    Ok(())
}
