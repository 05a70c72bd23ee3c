//! `textsieve man`: for packagers. Generated from the same definition as the help.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::error::{Error, Exit};

use super::args::Cli;

pub fn run(command: Option<&str>) -> Result<Exit, Error> {
    let mut cli = Cli::command();
    cli.build();
    let page = match command {
        None => cli,
        Some(name) => cli
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Error::usage(format!("no command is called `{name}`")))?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .and_then(|()| io::stdout().write_all(&text))
        .map_err(Error::stdout)?;
    Ok(Exit::Done)
}
