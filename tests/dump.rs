//! Dumps that say things twice: copies go, what stays is named, and nothing depends on threads or memory.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)] // a run that cannot be set up has failed

#[path = "dump/index.rs"]
mod index;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A word that looks like one, by number.
fn word(mut n: u64) -> String {
    let mut word = String::new();
    for _ in 0..2 + n % 3 {
        word.push(char::from(b"bdfgklmnprstvz"[(n % 14) as usize]));
        n /= 14;
        word.push(char::from(b"aeiou"[(n % 5) as usize]));
        n /= 5;
    }
    word
}

/// A paragraph of its own for every number.
fn paragraph(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D;
    let words: Vec<String> = (0..45)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            word(state >> 33)
        })
        .collect();
    format!("The {}.", words.join(" "))
}

fn article(seed: u64) -> String {
    let paragraphs: Vec<String> = (0..8).map(|i| paragraph(seed * 100 + i)).collect();
    paragraphs.join("\n\n") + "\n"
}

/// The article with one word more in its third paragraph.
fn edited(seed: u64) -> String {
    article(seed).replacen("The ", "Then the ", 3)
}

struct Dump {
    folder: TempDir,
}

impl Dump {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn page(&self, name: &str, text: &str) {
        let path = self.path("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn clean(&self, out: &str, flags: &[&str]) -> Cleaned {
        self.clean_part("in", out, flags)
    }

    /// Cleans what is in one folder.
    fn clean_part(&self, part: &str, out: &str, flags: &[&str]) -> Cleaned {
        let out = self.path(out);
        let output = self.command(part, &out, flags).output().unwrap();
        Cleaned {
            status: output.status.code().unwrap(),
            said: String::from_utf8(output.stderr).unwrap(),
            out,
        }
    }

    fn command(&self, part: &str, out: &Path, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_textsieve"));
        command
            .current_dir(self.folder.path())
            .env("XDG_CONFIG_HOME", "/does-not-exist")
            .args(["clean", "--no-fsync", "--format", "json"])
            .arg(self.path(part))
            .arg("-o")
            .arg(out)
            .args(flags);
        command
    }
}

struct Cleaned {
    status: i32,
    said: String,
    out: PathBuf,
}

impl Cleaned {
    /// Every file that was written, but for the record with its times.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.out.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("_textsieve/run.json") {
                    files.insert(
                        path.strip_prefix(&self.out).unwrap().to_owned(),
                        fs::read(&path).unwrap(),
                    );
                }
            }
        }
        files
    }

    fn pages(&self) -> BTreeSet<String> {
        let names = self.files().into_keys().map(|path| path.to_str().unwrap().to_owned());
        names.filter(|name| !name.starts_with('_')).collect()
    }

    fn rows(&self, file: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.out.join("_textsieve").join(file)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Page and the page it is a copy of, with kind.
    fn copies(&self) -> Vec<(String, String, String)> {
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        let rows = self.rows("duplicates.jsonl");
        rows.iter()
            .map(|row| (text(row, "page"), text(row, "kept"), text(row, "kind")))
            .collect()
    }

    fn stats(&self) -> Value {
        let record = fs::read(self.out.join("_textsieve/run.json")).unwrap();
        serde_json::from_slice::<Value>(&record).unwrap()["stats"].clone()
    }
}

fn copy(page: &str, kept: &str, kind: &str) -> (String, String, String) {
    (page.to_owned(), kept.to_owned(), kind.to_owned())
}

/// Two articles of their own, an exact copy in capitals, a near copy.
fn small() -> Dump {
    let dump = Dump::new();
    dump.page("a.txt", &article(1));
    dump.page("b.txt", &article(2));
    dump.page("c.txt", &article(1).to_uppercase());
    dump.page("d.txt", &edited(2));
    dump
}

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn copies_go_and_are_named_and_what_stays_is_untouched() {
    let dump = small();
    let cleaned = dump.clean("out", &[]);
    assert_eq!(cleaned.status, 0, "{}", cleaned.said);
    assert_eq!(cleaned.pages(), names(&["a.txt", "b.txt"]));
    assert_eq!(
        cleaned.copies(),
        [copy("c.txt", "a.txt", "exact"), copy("d.txt", "b.txt", "near")]
    );
    let near = &cleaned.rows("duplicates.jsonl")[1];
    let similarity = near["similarity"].as_f64().unwrap();
    assert!((0.8..1.0).contains(&similarity), "{near}");
    assert_eq!(near["cluster"], 1);
    assert_eq!(fs::read_to_string(cleaned.out.join("a.txt")).unwrap(), article(1));
    let stats = cleaned.stats();
    assert_eq!(stats["pages"]["dropped"], 2);
    assert_eq!(stats["dropped"]["exact"], 1);
    assert_eq!(stats["dropped"]["near"], 1);
    let copies = (article(1).len() + edited(2).len()) as u64;
    assert_eq!(stats["bytes"]["dropped"], copies);
}

#[test]
fn every_judge_has_its_switch() {
    let dump = small();
    let kept = |out: &str, flags: &[&str]| dump.clean(out, flags).pages();
    assert_eq!(kept("1", &["--no-near"]), names(&["a.txt", "b.txt", "d.txt"]));
    assert_eq!(kept("2", &["--no-near", "--no-exact"]).len(), 4);
    // Equal texts are near copies, too, if only near copies are looked for.
    let near = dump.clean("3", &["--no-exact"]);
    assert_eq!(
        near.copies(),
        [copy("c.txt", "a.txt", "near"), copy("d.txt", "b.txt", "near")]
    );
    assert_eq!(kept("4", &["--near", "0.99"]), names(&["a.txt", "b.txt", "d.txt"]));
    let none = dump.clean("5", &["--no-near", "--no-exact", "--no-templates"]);
    assert_eq!(none.pages().len(), 4);
    assert!(!none.out.join("_textsieve/duplicates.jsonl").exists());
    let wrong = dump.clean("6", &["--near", "80"]);
    assert_eq!(wrong.status, 2, "{}", wrong.said);
}

#[test]
fn which_copy_stays_is_a_choice() {
    let dump = Dump::new();
    dump.page("a.txt", &article(3));
    dump.page("b.txt", &(article(3) + "\n" + &paragraph(900)));
    let kept = |out: &str, flags: &[&str]| dump.clean(out, flags).copies();
    assert_eq!(kept("1", &[]), [copy("b.txt", "a.txt", "near")]);
    assert_eq!(kept("2", &["--keep-copy", "longest"]), [copy("a.txt", "b.txt", "near")]);

    let chrome = "Home > News > Europe\n\nShare on Facebook\n\nSubscribe to our newsletter\n\n";
    let dump = Dump::new();
    dump.page("a.txt", &(chrome.to_owned() + &article(4)));
    dump.page("b.txt", &article(4));
    let cleanest = dump.clean("out", &["--keep-copy", "cleanest"]);
    assert_eq!(cleanest.copies(), [copy("a.txt", "b.txt", "exact")]);
}

#[test]
fn no_page_is_dropped_for_one_it_is_not_like() {
    // Each page shares seven of eight paragraphs with the next, and less with those behind it.
    let dump = Dump::new();
    for i in 0..12 {
        let paragraphs: Vec<String> = (0..30).map(|j| paragraph(5000 + 2 * i + j)).collect();
        dump.page(&format!("{i:02}.txt"), &paragraphs.join("\n\n"));
    }
    let cleaned = dump.clean("out", &["--near", "0.8"]);
    let copies = cleaned.copies();
    assert!(!copies.is_empty());
    let number = |name: &str| name[..2].parse::<i64>().unwrap();
    for (page, kept, _) in copies {
        assert!(cleaned.pages().contains(&kept));
        // One step is 28 shared of 32, two are 26 of 34.
        assert_eq!((number(&page) - number(&kept)).abs(), 1, "{page} for {kept}");
    }
}

/// Records of two sites with templates, copies and near copies, and other bytes in between.
fn records() -> Vec<u8> {
    let mut dump = Vec::new();
    for i in 0..160u64 {
        let (site, seed) = (i % 2, if i % 10 == 9 { i - 4 } else { i });
        let body = if i % 15 == 14 { edited(i - 6) } else { article(seed) };
        let text = format!("The gazette of site {site} online\n\n{body}\nRead more services of site {site}\n");
        let record = serde_json::json!({"id": i, "url": format!("https://s{site}.example/{i}"), "text": text});
        dump.extend_from_slice(record.to_string().replacen(':', ": ", 1).as_bytes());
        dump.extend_from_slice(if i % 7 == 0 { b"\r\n\n" } else { b"\n" });
    }
    dump
}

#[test]
fn the_same_bytes_come_out_whatever_the_threads_and_the_memory() {
    let dump = Dump::new();
    fs::create_dir_all(dump.path("in/more")).unwrap();
    fs::write(dump.path("in/a.jsonl"), records()).unwrap();
    for i in 0..60 {
        dump.page(&format!("more/{i}.txt"), &article(i % 40 + 100));
    }
    let first = dump.clean("first", &["-j", "1"]);
    assert_eq!(first.status, 0, "{}", first.said);
    assert!(first.copies().len() > 20, "{:?}", first.copies());
    for (out, flags) in [("j2", ["-j", "2"]), ("j7", ["-j", "7"]), ("small", ["--memory", "16K"])] {
        assert!(dump.clean(out, &flags).files() == first.files(), "{out}");
    }
}

#[test]
fn a_record_that_is_dropped_leaves_the_others_byte_for_byte() {
    let dump = Dump::new();
    fs::create_dir_all(dump.path("in")).unwrap();
    let line = |id: &str, text: &str| {
        format!(
            "{{ \"id\":{id},\"n\":1.10, \"text\": {} }}\r\n",
            serde_json::json!(text)
        )
    };
    let lines = [
        line("1", &article(1)),
        line("2", &article(1)),
        "\n".to_owned(),
        line("3", &article(2)),
        "not json\n".to_owned(),
        line("4", &edited(2)),
    ];
    fs::write(dump.path("in/a.jsonl"), lines.concat()).unwrap();
    let cleaned = dump.clean("out", &[]);
    assert_eq!(cleaned.status, 3, "{}", cleaned.said);
    let kept = [&lines[0], &lines[2], &lines[3], &lines[4]]
        .map(String::as_str)
        .concat();
    assert_eq!(fs::read_to_string(cleaned.out.join("a.jsonl")).unwrap(), kept);
    assert_eq!(
        cleaned.copies(),
        [
            copy("a.jsonl:2", "a.jsonl:1", "exact"),
            copy("a.jsonl:6", "a.jsonl:4", "near")
        ]
    );
    assert_eq!(cleaned.rows("duplicates.jsonl")[1]["id"], 4);
}

#[test]
fn a_page_of_a_damaged_shard_stands_for_no_other() {
    let dump = Dump::new();
    fs::create_dir_all(dump.path("in")).unwrap();
    let record = serde_json::json!({"id": 1, "text": article(1)}).to_string() + "\n";
    let packed = zstd::encode_all((record.repeat(40) + &article(7)).as_bytes(), 1).unwrap();
    fs::write(dump.path("in/a.jsonl.zst"), [&packed[..], b"more"].concat()).unwrap();
    fs::write(dump.path("in/b.jsonl"), &record).unwrap();
    let cleaned = dump.clean("out", &[]);
    assert_eq!(cleaned.status, 3, "{}", cleaned.said);
    assert_eq!(cleaned.pages(), names(&["b.jsonl"]));
    assert_eq!(fs::read_to_string(cleaned.out.join("b.jsonl")).unwrap(), record);
    assert!(cleaned.copies().is_empty());
}

#[test]
fn pages_with_nothing_left_are_no_copies_of_one_another() {
    let dump = Dump::new();
    for name in ["a.txt", "b.txt", "c.txt"] {
        dump.page(name, if name == "b.txt" { "…\n" } else { "" });
    }
    let cleaned = dump.clean("out", &[]);
    assert_eq!(cleaned.pages().len(), 3, "{}", cleaned.said);
    assert!(cleaned.copies().is_empty());
}

#[test]
fn a_wrong_text_field_is_refused_before_the_dump_is_read_to_its_end() {
    let dump = Dump::new();
    fs::create_dir_all(dump.path("in")).unwrap();
    fs::write(dump.path("in/a.jsonl"), "{\"body\": \"text\"}\n".repeat(1000)).unwrap();
    let refused = dump.clean("out", &[]);
    assert_eq!(refused.status, 2);
    assert!(refused.said.contains("the records have: body"), "{}", refused.said);
    assert!(
        Path::new(&dump.path("out"))
            .read_dir()
            .is_ok_and(|mut files| files.all(|file| { file.unwrap().path().read_dir().unwrap().next().is_none() }))
    );
}

#[test]
fn lines_of_a_template_go_and_say_where_else_they_stand() {
    let dump = Dump::new();
    for i in 0..12 {
        let page = format!(
            "The gazette of the river online\n\n{}\nRead more services of the gazette\n",
            article(i + 50)
        );
        dump.page(&format!("river/{i:02}.txt"), &page);
    }
    let cleaned = dump.clean("out", &[]);
    assert_eq!(
        fs::read_to_string(cleaned.out.join("river/03.txt")).unwrap(),
        article(53)
    );
    let cuts = cleaned.rows("removed.jsonl");
    let template = cuts.iter().find(|cut| cut["reason"] == "template").unwrap();
    assert!(
        template["evidence"].as_str().unwrap().contains("12 articles"),
        "{template}"
    );

    let alone = dump.clean("alone", &["--no-templates"]);
    assert!(
        alone
            .rows("removed.jsonl")
            .iter()
            .all(|cut| cut["reason"] != "template")
    );
}
