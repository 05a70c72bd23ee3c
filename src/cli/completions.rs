//! `textsieve completions`: for packagers. Generated from the same definition as the help.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::error::{Error, Exit};

use super::args::Cli;

pub fn run(shell: clap_complete::Shell) -> Result<Exit, Error> {
    // Into memory first: the generator panics where its output is closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "textsieve", &mut script);
    io::stdout().write_all(&script).map_err(Error::stdout)?;
    Ok(Exit::Done)
}
