//! The command line as files: each `tests/cmd/*.toml` is a command, what it prints and how it ends. The commands that
//! the README shows with their output print just that.
//! After a change on purpose, `TRYCMD=overwrite cargo test --test cli` writes them anew; read the diff.
#![cfg(feature = "cli")]

#[test]
fn commands() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("README.md");
}
