//! What a run says about itself is true: the record, the audit, the dry run, the diff and `explain` all agree.
//! Holds for any judgement, so these tests do not change when the cleaner learns something.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)] // a run that cannot be set up has failed

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn textsieve(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_textsieve"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("XDG_CONFIG_HOME", "/does-not-exist")
        .args(args)
        .output()
        .unwrap()
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(bytes)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Cleans the samples and returns the record and the audit.
fn cleaned(out: &Path, extra: &[&str]) -> (Value, Vec<Value>) {
    let output = textsieve(&[&["clean", "samples/pages", "-o", out.to_str().unwrap()], extra].concat());
    assert!(output.status.success(), "{output:?}");
    let record = fs::read(out.join("_textsieve/run.json")).unwrap();
    let audit = fs::read(out.join("_textsieve/removed.jsonl")).unwrap();
    (serde_json::from_slice(&record).unwrap(), lines(&audit))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn the_audit_accounts_for_every_cut_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (record, audit) = cleaned(&folder.path().join("out"), &[]);
    let mut by_reason: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for cut in &audit {
        let length = text(&cut["text"]).len() as u64;
        assert_eq!(cut["end"].as_u64().unwrap() - cut["start"].as_u64().unwrap(), length);
        let sum = by_reason.entry(text(&cut["reason"])).or_default();
        *sum = (sum.0 + 1, sum.1 + length);
    }
    let place = |cut: &Value| (text(&cut["page"]).to_owned(), cut["start"].as_u64());
    assert!(audit.is_sorted_by_key(place));

    let told = record["stats"]["cuts"].as_object().unwrap();
    assert_eq!(told.len(), by_reason.len());
    for (reason, (cuts, bytes)) in by_reason {
        assert_eq!(
            (told[reason]["cuts"].as_u64(), told[reason]["bytes"].as_u64()),
            (Some(cuts), Some(bytes)),
            "{reason}"
        );
    }
}

#[test]
fn the_bytes_add_up_and_are_those_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (record, _) = cleaned(&out, &[]);
    let bytes = &record["stats"]["bytes"];
    let number = |key: &str| bytes[key].as_i64().unwrap();
    assert_eq!(
        number("read"),
        number("written") + number("cut") + number("set_aside") + number("normalised")
    );
    let on_disk = |folder: &Path| -> i64 {
        let pages = fs::read_dir(folder)
            .unwrap()
            .map(Result::unwrap)
            .filter(|entry| entry.path().is_file());
        pages.map(|page| page.metadata().unwrap().len().cast_signed()).sum()
    };
    assert_eq!(
        number("read"),
        on_disk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/pages"))
    );
    assert_eq!(number("written"), on_disk(&out));
}

#[test]
fn a_dry_run_and_a_diff_say_what_a_run_does_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (record, audit) = cleaned(&out, &[]);
    let dry = folder.path().join("dry");
    let output = textsieve(&[
        "clean",
        "samples/pages",
        "-o",
        dry.to_str().unwrap(),
        "-n",
        "--format",
        "json",
    ]);
    assert!(output.status.success() && !dry.exists());
    let summary = &lines(&output.stdout)[0];
    for key in ["pages", "bytes", "cuts", "kept", "encodings"] {
        assert_eq!(summary[key], record["stats"][key], "{key}");
    }

    let output = textsieve(&["clean", "samples/pages", "--diff", "--format", "json"]);
    let mut shown = lines(&output.stdout);
    assert_eq!(shown.pop().unwrap()["type"], "summary");
    for (mut cut, audited) in shown.into_iter().zip(audit) {
        let fields = cut.as_object_mut().unwrap();
        assert_eq!(fields.remove("type").unwrap(), "cut");
        assert_eq!(fields.remove("schema").unwrap(), 1);
        assert_eq!(cut, audited);
    }
}

#[test]
fn records_are_pages_in_all_that_a_run_says() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let run = textsieve(&["clean", "samples/records.jsonl", "-o", out.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(3));
    let record: Value = serde_json::from_slice(&fs::read(out.join("_textsieve/run.json")).unwrap()).unwrap();
    let dry = textsieve(&["clean", "samples/records.jsonl", "-n", "--format", "json"]);
    let summary = lines(&dry.stdout).pop().unwrap();
    for key in ["pages", "bytes", "cuts", "set_aside"] {
        assert_eq!(summary[key], record["stats"][key], "{key}");
    }
    assert_eq!(record["config"]["text-field"]["value"], "text");

    let (input, output) = (
        fs::read("samples/records.jsonl").unwrap(),
        fs::read(out.join("records.jsonl")).unwrap(),
    );
    let bytes = &record["stats"]["bytes"];
    assert_eq!(bytes["read"], input.len());
    assert_eq!(
        bytes["written"].as_u64().unwrap() + bytes["passed_on"].as_u64().unwrap(),
        output.len() as u64
    );
    let audit = lines(&fs::read(out.join("_textsieve/removed.jsonl")).unwrap());
    assert_eq!(audit.len(), 3);
    assert!(
        audit
            .iter()
            .all(|cut| cut["page"] == "records.jsonl:1" && cut["id"] == "bridge-1")
    );
}

#[test]
fn explain_gives_the_lines_that_clean_cuts() {
    let folder = tempfile::tempdir().unwrap();
    for profile in ["careful", "thorough"] {
        let (_, audit) = cleaned(&folder.path().join(profile), &["--profile", profile]);
        for page in ["de-menu.txt", "tr-doubled.txt", "en-poem.txt"] {
            let path = format!("samples/pages/{page}");
            let output = textsieve(&["explain", &path, "--profile", profile, "--format", "json"]);
            let explained = lines(&output.stdout);
            let place = |line: &Value| (line["line"].as_u64(), text(&line["reason"]).to_owned());
            let cut: Vec<_> = explained
                .iter()
                .filter(|line| line["verdict"] == "cut")
                .map(place)
                .collect();
            let removed: Vec<_> = audit.iter().filter(|cut| cut["page"] == page).map(place).collect();
            assert_eq!(cut, removed, "{page} {profile}");
        }
    }
}

#[test]
fn the_configuration_is_recorded_with_its_origins() {
    let folder = tempfile::tempdir().unwrap();
    let (record, audit) = cleaned(
        &folder.path().join("out"),
        &["--keep", "social,byline", "--keep", "tags", "-j1"],
    );
    let keep = &record["config"]["keep"];
    assert_eq!(
        *keep,
        serde_json::json!({"value": ["social", "byline", "tags"], "origin": "--keep"})
    );
    assert_eq!(record["config"]["profile"]["origin"], "default");
    assert_eq!(record["complete"], true);
    assert!(
        audit
            .iter()
            .all(|cut| !["social", "byline", "tags"].contains(&text(&cut["reason"])))
    );
}

#[test]
fn what_is_shown_cannot_steer_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page\u{1b}[2J.txt");
    fs::write(
        &page,
        "A line that turns around\u{202e} in the middle of a sentence, as a test of what is shown.\n",
    )
    .unwrap();
    let page = page.to_str().unwrap();
    let plain = textsieve(&["explain", page]);
    assert!(!plain.stdout.contains(&0x1b), "colours go to terminals only");
    assert!(!String::from_utf8_lossy(&plain.stdout).contains('\u{202e}'));
    let coloured = textsieve(&["explain", page, "--color", "always"]);
    assert!(coloured.stdout.starts_with(b"\x1b["));
    let error = textsieve(&["explain", &format!("{page}.missing")]);
    assert!(!error.stderr.contains(&0x1b) && !error.stderr.is_empty());
}
