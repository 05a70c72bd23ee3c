//! `textsieve config`: the effective settings, each with where it came from.
//!
//! What is printed is a configuration file: saved as `textsieve.toml` it says the same.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Exit};
use crate::pipeline::plan::Setting;

use super::args::{Configuration, Format, Global};
use super::config;
use super::terminal::{DIM, Line, escape, set_colours};

pub fn run(configuration: &Configuration, global: &Global) -> Result<Exit, Error> {
    let settings = config::load_all(configuration, global)?;
    set_colours(settings.color);
    let mut out = BufWriter::new(anstream::stdout().lock());
    let mut each = settings.config.iter();
    each.try_for_each(|(key, setting)| match global.format {
        Format::Json => writeln!(out, "{}", Line::new("setting", Row { key, setting }).render()),
        Format::Text => written(key, setting, &mut out),
    })
    .and_then(|()| out.flush())
    .map_err(Error::stdout)?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    #[serde(flatten)]
    setting: &'a Setting,
}

/// A line of TOML. JSON's strings, numbers and lists of them are TOML's as well; what is not set has no line.
fn written(key: &str, setting: &Setting, out: &mut impl Write) -> io::Result<()> {
    let origin = escape(&setting.origin);
    match &setting.value {
        Value::Null => writeln!(out, "{DIM}# {key} is not set{DIM:#}"),
        value => writeln!(out, "{key} = {}  {DIM}# {origin}{DIM:#}", escape(&value.to_string())),
    }
}
