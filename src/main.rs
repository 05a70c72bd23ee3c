//! The `textsieve` command.
fn main() {}
