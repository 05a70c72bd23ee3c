//! The `textsieve` command: everything is in the library, behind the feature `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    textsieve::cli::main()
}
