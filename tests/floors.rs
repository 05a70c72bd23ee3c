//! The floors of the house: a module uses only lower floors. This test reads `src/` and says who does not.

#![allow(clippy::unwrap_used)] // a test that cannot read the sources has failed

use std::fs;
use std::path::{Path, PathBuf};

/// Every module at the root, by floor. Modules of one floor do not know one another.
const FLOORS: &[&[&str]] = &[
    &["compress", "error", "hash", "reason", "text"],
    &["page", "lexicon", "measure", "record", "synth"],
    &["chrome", "repeat", "read", "write"],
    &["pipeline"],
    &["report"],
    &["cli"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// A file's code without comments and tests.
fn code(text: &str) -> String {
    let tested = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = tested.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The first part of every path below `crate::`.
fn uses(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => found.push(first_name(rest)),
            Some(group) => found.extend(group_names(group)),
        }
    }
    found
}

fn first_name(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The names at the top of `a, b::{c, d}, e}`.
fn group_names(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(first_name(&group[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Whether a file goes by `super` to where floors cannot be seen any more.
fn climbs_to_the_root(code: &str, relative: &Path) -> bool {
    let depth = relative.components().count() - usize::from(relative.ends_with("mod.rs"));
    code.contains(&"super::".repeat(depth))
}

#[test]
fn a_module_uses_only_lower_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 20);
    let mut faults = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let top = relative.components().next().unwrap().as_os_str().to_string_lossy();
        let module = top.strip_suffix(".rs").unwrap_or(&top);
        if matches!(module, "lib" | "main") {
            continue;
        }
        let Some(own) = floor(module) else {
            faults.push(format!(
                "{module} stands on no floor: add it to this test and to ARCHITECTURE.md"
            ));
            continue;
        };
        let code = code(&fs::read_to_string(&file).unwrap());
        for used in uses(&code) {
            // What the root re-exports is for users of the library; inside, only the top floor may speak so.
            let allowed = match floor(&used) {
                _ if used == module => true,
                Some(other) => other < own,
                None => module == "cli",
            };
            if !allowed {
                faults.push(format!("{} uses crate::{used}", relative.display()));
            }
        }
        if climbs_to_the_root(&code, relative) {
            faults.push(format!("{} climbs to the root by super", relative.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn uses_are_found_in_groups_and_paths_but_not_in_comments_and_tests() {
    let text = "use crate::{page::{Cut, Page}, reason};\n// crate::cli\nfn f() { crate::hash::x() }\n#[cfg(test)]\nuse crate::cli;";
    assert_eq!(uses(&code(text)), ["page", "reason", "hash"]);
}
