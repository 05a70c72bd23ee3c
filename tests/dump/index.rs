//! A dump in several runs: what earlier runs kept is remembered, and the index is whole whatever happens.

use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::Instant;

use super::*;

impl Dump {
    fn page_of(&self, part: &str, name: &str, text: &str) {
        let path = self.path(part).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file of a folder, by name.
    fn files_in(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.path(folder)).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    fn textsieve(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_textsieve"));
        command.current_dir(self.folder.path()).args(args).output().unwrap()
    }

    #[track_caller]
    fn verify(&self, pages: u64) {
        let output = self.textsieve(&["index", "verify", "seen", "--format", "json"]);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (output.status.code(), said["faults"].as_u64()),
            (Some(0), Some(0)),
            "{said}"
        );
        assert_eq!(said["pages"].as_u64(), Some(pages), "{said}");
    }
}

/// So many times a run is killed, sooner and later.
const ROUNDS: u32 = 8;

const SEEN: &[&str] = &["--index", "seen"];

/// A corpus of 90 pages with exact and near copies within and across its parts, as (name, text).
fn corpus() -> Vec<(String, String)> {
    let text = |i: u64| match i % 9 {
        8 => article(i.saturating_sub(26)),
        7 if i > 40 => edited(i - 40),
        5 => edited(i.saturating_sub(20)),
        4 => edited(i / 3).replacen("The ", "This time the ", 2),
        _ => article(i),
    };
    (0..90).map(|i| (format!("{i:02}.txt"), text(i))).collect()
}

#[test]
fn files_in_two_runs_keep_what_one_run_keeps() {
    let dump = Dump::new();
    for (i, (name, text)) in corpus().iter().enumerate() {
        dump.page(name, text);
        dump.page_of(if i < 50 { "one" } else { "two" }, name, text);
    }
    let all = dump.clean("all", &[]);
    let one = dump.clean_part("one", "first", SEEN);
    assert_eq!(one.status, 0, "{}", one.said);
    dump.verify(one.pages().len() as u64);
    let two = dump.clean_part("two", "second", SEEN);
    assert_eq!(two.status, 0, "{}", two.said);
    let kept: BTreeSet<String> = one.pages().union(&two.pages()).cloned().collect();
    assert_eq!(kept, all.pages());
    dump.verify(kept.len() as u64);

    // Some went for pages of the first run, both ways, and their rows say so.
    let rows = two.rows("duplicates.jsonl");
    let earlier: Vec<&Value> = rows.iter().filter(|row| row["run"].is_string()).collect();
    for kind in ["exact", "near"] {
        assert!(earlier.iter().any(|row| row["kind"] == kind), "{kind}");
    }
    for row in &rows {
        let kept = row["kept"].as_str().unwrap();
        let folder = if row["run"].is_string() { &one } else { &two };
        assert!(folder.pages().contains(kept), "{row}");
    }
    let number = |row: &&Value| row["cluster"].as_u64().unwrap();
    assert!(earlier.iter().map(number).all(|cluster| cluster >= 40));
}

#[test]
fn records_in_three_runs_keep_what_one_run_keeps() {
    let dump = Dump::new();
    let lines: Vec<String> = corpus()
        .iter()
        .map(|(name, text)| serde_json::json!({"id": name, "text": text}).to_string() + "\n")
        .collect();
    dump.page("a.jsonl", &lines.concat());
    for (part, lines) in [("one", &lines[..30]), ("two", &lines[30..33]), ("three", &lines[33..])] {
        dump.page_of(part, "a.jsonl", &lines.concat());
    }
    let read = |cleaned: &Cleaned| fs::read_to_string(cleaned.out.join("a.jsonl")).unwrap();
    let all = read(&dump.clean("all", &["--no-templates"]));
    let mut parts = String::new();
    for part in ["one", "two", "three"] {
        let flags = [SEEN, &["--no-templates", "--memory", "16K"]].concat();
        parts += &read(&dump.clean_part(part, &format!("out-{part}"), &flags));
    }
    assert!(
        parts == all,
        "{} lines for {}",
        parts.lines().count(),
        all.lines().count()
    );
    dump.verify(all.lines().count() as u64);
}

#[test]
fn the_same_run_again_gives_the_same_bytes_and_takes_its_own_place() {
    let dump = Dump::new();
    for (i, (name, text)) in corpus().iter().enumerate() {
        dump.page_of(["one", "two", "three"][i / 30], name, text);
    }
    let clean = |part: &str, flags: &[&str]| dump.clean_part(part, &format!("out-{part}"), &[SEEN, flags].concat());
    let first: Vec<_> = ["one", "two", "three"].map(|part| clean(part, &[]).files()).into();
    let pages = |folder: &str| -> BTreeSet<Vec<u8>> {
        let files = dump
            .files_in(folder)
            .into_iter()
            .filter(|(name, _)| name != "index.json");
        files.map(|(_, bytes)| bytes).collect()
    };
    let seen = pages("seen");
    // Whichever it is, and though its copies have come since.
    for part in [2, 0, 1, 1] {
        let again = clean(["one", "two", "three"][part], &["--force", "-j", "3"]);
        assert_eq!(again.status, 0, "{}", again.said);
        assert!(again.files() == first[part], "part {part}");
    }
    assert_eq!(pages("seen"), seen);
}

#[test]
fn a_page_goes_for_an_earlier_one_whatever_is_preferred() {
    let dump = Dump::new();
    dump.page_of("one", "a.txt", &article(3));
    dump.page_of("two", "b.txt", &(article(3) + "\n" + &paragraph(900)));
    dump.page_of("two", "c.txt", &article(4));
    dump.clean_part("one", "first", SEEN);
    let two = dump.clean_part("two", "second", &["--index", "seen", "--keep-copy", "longest"]);
    assert_eq!(two.copies(), [copy("b.txt", "a.txt", "near")]);
    // One page is compared, too, if there were others before it.
    dump.page_of("three", "d.txt", &edited(4));
    let three = dump.clean_part("three", "third", SEEN);
    assert_eq!(three.copies(), [copy("d.txt", "c.txt", "near")]);
    dump.verify(2);
}

#[test]
fn what_the_index_has_is_no_template_of_the_dump() {
    let dump = Dump::new();
    let page = |i: u64| format!("The gazette of the river online\n\n{}", article(i));
    for i in 0..6 {
        dump.page_of("one", &format!("river/{i}.txt"), &page(i));
    }
    dump.page_of("two", "river/7.txt", &page(7));
    dump.clean_part("one", "first", SEEN);
    let with = dump.clean_part("two", "with", SEEN);
    let without = dump.clean_part("two", "without", &[]);
    assert_eq!(with.pages(), names(&["river/7.txt"]));
    assert_eq!(
        with.files()[Path::new("river/7.txt")],
        without.files()[Path::new("river/7.txt")]
    );
}

#[test]
fn another_shingle_length_is_refused_and_nothing_is_done() {
    let dump = small();
    assert_eq!(dump.clean("first", SEEN).status, 0);
    let before = dump.files_in("seen");
    let refused = dump.clean("second", &["--index", "seen", "--shingle", "4"]);
    assert_eq!(refused.status, 2);
    assert!(
        refused.said.contains("shingles of 5 tokens, not of 4"),
        "{}",
        refused.said
    );
    assert!(!refused.out.exists());
    assert_eq!(dump.files_in("seen"), before);
}

#[test]
fn a_dry_run_compares_and_leaves_no_index() {
    let dump = small();
    assert_eq!(dump.clean("first", &["--index", "seen", "-n"]).status, 0);
    assert!(!dump.path("seen").exists());
    dump.clean("first", SEEN);
    let before = dump.files_in("seen");
    dump.page("e.txt", &edited(1));
    let output = dump
        .command("in", &dump.path("second"), &["--index", "seen", "-n"])
        .output()
        .unwrap();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["pages"]["dropped"], 5, "{summary}");
    assert_eq!(dump.files_in("seen"), before);
}

#[test]
fn an_index_has_a_folder_of_its_own() {
    let dump = small();
    for index in ["in", "in/seen", "out", "out/seen", "."] {
        let refused = dump.clean("out", &["--index", index]);
        assert_eq!(refused.status, 2, "{index}");
        assert!(refused.said.contains("a folder of its own"), "{}", refused.said);
    }
    fs::create_dir(dump.path("home")).unwrap();
    fs::write(dump.path("home/thesis.txt"), "years of work").unwrap();
    let refused = dump.clean("out", &["--index", "home"]);
    assert_eq!(refused.status, 2);
    assert!(
        refused.said.contains("something else than an index"),
        "{}",
        refused.said
    );
    assert!(!dump.path("out").exists());
    assert_eq!(dump.files_in("home").len(), 1);
}

#[test]
fn a_damaged_shard_leaves_no_page_in_the_index() {
    let dump = Dump::new();
    let line = |i: u64| serde_json::json!({"text": article(i)}).to_string() + "\n";
    fs::create_dir_all(dump.path("in")).unwrap();
    // Long enough that pieces of it are written before its end is seen to be damaged.
    let long: String = (0..900).map(line).collect();
    let packed = zstd::encode_all(long.as_bytes(), 1).unwrap();
    fs::write(dump.path("in/b.jsonl.zst"), [&packed[..], b"more"].concat()).unwrap();
    fs::write(dump.path("in/a.jsonl"), line(2000)).unwrap();
    fs::write(dump.path("in/c.jsonl"), line(2001) + &line(5)).unwrap();
    let cleaned = dump.clean("out", SEEN);
    assert_eq!(cleaned.status, 3, "{}", cleaned.said);
    assert_eq!(cleaned.pages(), names(&["a.jsonl", "c.jsonl"]));
    dump.verify(3);
}

#[test]
fn a_killed_run_leaves_the_index_as_it_was_and_is_done_again_to_the_same_bytes() {
    let dump = Dump::new();
    for i in 0..120 {
        dump.page_of("one", &format!("{i}.txt"), &article(i % 40));
        dump.page_of("two", &format!("{i}.txt"), &article(20 + i % 100));
    }
    dump.clean_part("one", "first", SEEN);
    let before = dump.files_in("seen");
    let start = Instant::now();
    let two = dump.clean_part("two", "expected", SEEN);
    let takes = start.elapsed();
    let after = dump.files_in("seen");
    dump.verify(120);
    let expected = two.files();
    // As it was before the second run.
    let reset = || {
        fs::remove_dir_all(dump.path("seen")).unwrap();
        fs::create_dir(dump.path("seen")).unwrap();
        for (name, bytes) in &before {
            fs::write(dump.path("seen").join(name), bytes).unwrap();
        }
    };
    let ours = |name: &String| !name.starts_with(".textsieve-");
    for round in 0..ROUNDS {
        reset();
        let mut command = dump.command("two", &dump.path("killed"), &[SEEN, &["--force"]].concat());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(takes * round / (ROUNDS - 1));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut found = dump.files_in("seen");
        found.retain(|name, _| ours(name));
        if found["index.json"] == before["index.json"] {
            // What was not committed is garbage at most.
            assert!(
                before.iter().all(|(name, bytes)| found[name] == *bytes),
                "round {round}"
            );
        } else {
            assert_eq!(found, after, "round {round}");
        }
        let again = dump.clean_part("two", "killed", &[SEEN, &["--force"]].concat());
        assert_eq!(again.status, 0, "{}", again.said);
        assert!(again.files() == expected, "round {round}");
        let names: BTreeSet<String> = dump.files_in("seen").into_keys().collect();
        assert_eq!(names.len(), 3, "{names:?}");
        dump.verify(120);
    }
}
