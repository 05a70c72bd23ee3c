//! Floor 5: the command line. It alone knows flags, configuration files, progress and the terminal.
//!
//! Each command is a function that returns how the process should end; whatever goes wrong arrives here as an
//! [`Error`] and is printed in one place.

mod args;
mod clean;
mod completions;
mod config;
mod configuration;
mod doctor;
mod eval;
mod explain;
mod features;
mod index;
mod man;
mod progress;
mod reasons;
mod signals;
mod size;
mod synth;
mod terminal;
mod version;

use std::process::ExitCode;

use clap::Parser;

use crate::error::{Error, Exit};
use args::{Cli, Command, Format};
use terminal::Talk;

/// Runs the command line of this process and says how it should end.
#[must_use]
pub fn main() -> ExitCode {
    signals::write_errors_not_death();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let talk = Talk::new(&cli.global);
    let exit = match run(&cli, talk) {
        Ok(exit) => exit,
        // Whoever read the output has seen enough.
        Err(error) if error.is_closed_pipe() => Exit::Done,
        Err(error) => {
            talk.error(&error);
            error.exit()
        }
    };
    ExitCode::from(exit.code())
}

fn run(cli: &Cli, talk: Talk) -> Result<Exit, Error> {
    match &cli.command {
        Command::Clean(clean) => clean::run(clean, &cli.global, talk),
        Command::Doctor(doctor) => doctor::run(doctor, &cli.global, talk),
        Command::Explain(explain) => explain::run(explain, &cli.global),
        Command::Eval(eval) => eval::run(eval, &cli.global, talk),
        Command::Synth(synth) => synth::run(synth, &cli.global, talk),
        Command::Index(index) => index::run(index, &cli.global, talk),
        Command::Config(configuration) => configuration::run(configuration, &cli.global),
        Command::Features(features) => features::run(features),
        Command::Reasons { name } => reasons::run(*name, &cli.global),
        Command::Completions { shell } => completions::run(*shell),
        Command::Man { command } => man::run(command.as_deref()),
    }
}

/// Help and version come this way too; clap knows which stream and status they want.
fn refused(error: &clap::Error) -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let json = words.iter().any(|word| word == "--format=json")
        || words.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
    if json && error.use_stderr() {
        let text = error.to_string();
        let what = text.lines().next().unwrap_or_default();
        let error = Error::usage(what.trim_start_matches("error: "));
        Talk::plain(Format::Json).error(&error);
    } else {
        // Nobody is left to be told that help could not be printed.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage.code()))
}
