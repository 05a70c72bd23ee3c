//! The command line as files: each `tests/cmd/*.toml` is a command, what it prints and how it ends.
//! After a change on purpose, `TRYCMD=overwrite cargo test --test cli` writes them anew; read the diff.
#![cfg(feature = "cli")]

#[test]
fn commands() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
