//! The samples: every page under `samples/pages` comes out as its twin under `samples/expected`, by the library and
//! by the command, and what was cut can be found again in the page.
#![allow(clippy::unwrap_used)] // a test that cannot read the samples has failed

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use textsieve::{Cleaned, Cleaner, Options, Profile};

struct Sample {
    name: String,
    page: String,
    expected: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn names(of: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder(of))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    entries
        .map(|name| name.strip_suffix(".txt").expect("samples are .txt files").to_owned())
        .collect()
}

fn samples() -> Vec<Sample> {
    let read = |of: &str, name: &str| fs::read_to_string(folder(of).join(format!("{name}.txt"))).unwrap();
    let sample = |name: String| Sample {
        page: read("pages", &name),
        expected: read("expected", &name),
        name,
    };
    names("pages").into_iter().map(sample).collect()
}

/// Holds `check` against every sample and tells all that fail, not only the first.
fn every_sample(check: impl Fn(&Sample, &Cleaned) -> Result<(), String>) {
    let cleaner = Cleaner::new(Options::default()).unwrap();
    let samples = samples();
    assert!(!samples.is_empty());
    let faults: Vec<String> = samples
        .iter()
        .filter_map(|sample| {
            check(sample, &cleaner.clean(&sample.page))
                .err()
                .map(|e| format!("{}: {e}", sample.name))
        })
        .collect();
    assert!(
        faults.is_empty(),
        "{} samples fail\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// The first line where two texts part.
fn same(got: &str, expected: &str) -> Result<(), String> {
    if got == expected {
        return Ok(());
    }
    let mut lines = got.lines().zip(expected.lines()).enumerate();
    match lines.find(|(_, (got, expected))| got != expected) {
        Some((i, (got, expected))) => Err(format!("line {}\n     got {got:?}\nexpected {expected:?}", i + 1)),
        None => Err(format!(
            "{} bytes, expected {}; one is the beginning of the other",
            got.len(),
            expected.len()
        )),
    }
}

#[test]
fn every_page_comes_out_as_expected() {
    every_sample(|sample, cleaned| same(&cleaned.text, &sample.expected));
}

#[test]
fn a_clean_page_stays_as_it_is() {
    let cleaner = Cleaner::new(Options::default()).unwrap();
    every_sample(|sample, _| {
        let again = cleaner.clean(&sample.expected);
        same(&again.text, &sample.expected)?;
        if again.cuts.is_empty() {
            Ok(())
        } else {
            Err(format!("cuts from clean text: {:?}", again.cuts))
        }
    });
}

#[test]
fn lines_come_out_unchanged_and_in_order() {
    every_sample(|sample, cleaned| {
        let mut lines = sample.page.lines();
        for line in cleaned.text.lines().filter(|line| !line.is_empty()) {
            if !lines.any(|original| original == line) {
                return Err(format!("not a line of the page, or out of order: {line:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn a_cut_points_at_its_line() {
    every_sample(|_, cleaned| {
        let lines: Vec<&str> = cleaned.page.split('\n').collect();
        let mut end = 0;
        for cut in &cleaned.cuts {
            if cut.range.start < end {
                return Err(format!("overlaps the cut before it, or stands out of order: {cut:?}"));
            }
            end = cut.range.end;
            if cleaned.page[cut.range.clone()] != *lines[cut.line - 1].trim() {
                return Err(format!("is not line {}: {cut:?}", cut.line));
            }
        }
        Ok(())
    });
}

/// On real pages. On random mixes it need not hold: each round of a profile looks at what its own cuts left.
#[test]
fn a_bolder_profile_cuts_no_less() {
    let with = |profile| {
        Cleaner::new(Options {
            profile,
            ..Options::default()
        })
        .unwrap()
    };
    let (careful, thorough) = (with(Profile::Careful), with(Profile::Thorough));
    every_sample(|sample, balanced| {
        let lines = |cleaned: &Cleaned| cleaned.cuts.iter().map(|cut| cut.line).collect::<BTreeSet<_>>();
        let by_profile = [
            lines(&careful.clean(&sample.page)),
            lines(balanced),
            lines(&thorough.clean(&sample.page)),
        ];
        if by_profile.is_sorted_by(BTreeSet::is_subset) {
            return Ok(());
        }
        Err(format!("lines cut by the three profiles: {by_profile:?}"))
    });
}

#[test]
fn the_table_names_the_files_that_are_there() {
    let readme = fs::read_to_string(folder("README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| {
        line.strip_prefix("| `")?
            .split_once('`')
            .map(|(name, _)| name.to_owned())
    });
    let rows: Vec<String> = rows.collect();
    let listed: BTreeSet<String> = rows.iter().cloned().collect();
    assert_eq!(listed.len(), rows.len(), "a name stands twice in samples/README.md");
    assert_eq!(listed, names("pages"));
    assert_eq!(listed, names("expected"));
}

#[cfg(feature = "cli")]
mod command {
    use assert_cmd::Command;

    use super::*;

    /// Cleans all samples into a folder that is not there yet.
    fn clean(out: &Path, jobs: &str) {
        let mut command = Command::cargo_bin("textsieve").unwrap();
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("XDG_CONFIG_HOME", "/does-not-exist");
        command
            .args(["clean", "samples/pages", "-j", jobs, "-o"])
            .arg(out)
            .assert()
            .success()
            .stderr("");
    }

    #[test]
    fn one_run_writes_what_is_expected_whatever_the_number_of_threads() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        clean(&one, "1");
        clean(&two, "2");
        for sample in samples() {
            let file = format!("{}.txt", sample.name);
            for out in [&one, &two] {
                let got = fs::read_to_string(out.join(&file)).unwrap();
                assert_eq!(same(&got, &sample.expected), Ok(()), "{file}");
            }
        }
        for record in ["removed.jsonl", "set-aside.jsonl"] {
            let of = |out: &Path| fs::read(out.join("_textsieve").join(record)).unwrap();
            assert!(of(&one) == of(&two), "{record} depends on the number of threads");
        }
    }
}
