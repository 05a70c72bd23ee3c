//! The same pages in every form and compression, in and out: the same clean texts.
#![cfg(all(feature = "cli", feature = "parquet"))]
#![allow(clippy::unwrap_used)] // what cannot be read has failed

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Nothing is judged and nothing compared: pages only change their form.
const AS_IT_IS: [&str; 5] = [
    "--no-chrome",
    "--no-repeats",
    "--no-exact",
    "--no-near",
    "--no-templates",
];
/// Forms, and what a file of each is called; of one there is a folder of files.
const FORMS: [(&str, Option<&str>); 7] = [
    ("jsonl", Some("pages.jsonl")),
    ("csv", Some("pages.csv")),
    ("tsv", Some("pages.tsv")),
    ("wet", Some("pages.warc.wet")),
    ("tar", Some("pages.tar")),
    ("parquet", Some("pages.parquet")),
    ("text", None),
];
const COMPRESSIONS: [(&str, &str); 6] = [
    ("none", ""),
    ("gzip", ".gz"),
    ("zstd", ".zst"),
    ("xz", ".xz"),
    ("bzip2", ".bz2"),
    ("lz4", ".lz4"),
];

struct Bench(tempfile::TempDir);

impl Bench {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Cleans a file or a folder into a folder, and returns the one file that comes out, or that folder.
    #[track_caller]
    fn clean(&self, input: &Path, out: &str, form: &str, compression: usize, flags: &[&str]) -> PathBuf {
        let folder = self.path(out);
        let (compress, packed) = COMPRESSIONS[compression];
        let output = Command::new(env!("CARGO_BIN_EXE_textsieve"))
            .current_dir(self.0.path())
            .env_remove("TEXTSIEVE_PROFILE")
            .args([
                "clean",
                "--output-format",
                form,
                "--compress",
                compress,
                "--no-fsync",
                "-q",
            ])
            .args(flags)
            .arg(input)
            .arg("-o")
            .arg(&folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        match FORMS.iter().find(|(name, _)| *name == form).unwrap().1 {
            None => folder,
            // It is compressed within.
            Some(file) if form == "parquet" => folder.join(file),
            Some(file) => folder.join(format!("{file}{packed}")),
        }
    }

    /// What a run wrote into a folder, in order, without its record.
    fn written(&self, out: &str) -> Vec<PathBuf> {
        let mut found = files(&self.path(out));
        found.retain(|path| !path.starts_with(self.path(out).join("_textsieve")));
        found.sort();
        found
    }

    /// Runs `clean`, without judging.
    fn command(&self, flags: &[&str]) -> Output {
        let mut flags = flags.to_vec();
        flags.extend(AS_IT_IS);
        self.judging(&flags)
    }

    fn judging(&self, flags: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_textsieve"))
            .current_dir(self.0.path())
            .args(["clean", "--no-fsync"])
            .args(flags)
            .output()
            .unwrap()
    }

    #[track_caller]
    fn run(&self, flags: &[&str]) {
        let output = self.command(flags);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    #[track_caller]
    fn run_judging(&self, flags: &[&str]) {
        let output = self.judging(flags);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The texts of a file of records under any name, in order.
    fn texts_of(&self, file: &Path, out: &str) -> Vec<String> {
        let output = self.command(&[file.to_str().unwrap(), "-o", "-", "--output-format", "jsonl"]);
        assert!(
            output.status.success(),
            "{out}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        texts(str::from_utf8(&output.stdout).unwrap())
    }

    /// The texts of a file of records, in order.
    fn texts(&self, file: &Path, out: &str) -> Vec<String> {
        let lines = self.clean(file, out, "jsonl", 0, &AS_IT_IS);
        if file.is_dir() {
            // Records and pages may have become two files.
            let rows: String = self
                .written(out)
                .iter()
                .map(|path| fs::read_to_string(path).unwrap())
                .collect();
            return texts(&rows);
        }
        texts(&fs::read_to_string(lines).unwrap())
    }
}

/// The texts of lines of JSON.
fn texts(rows: &str) -> Vec<String> {
    let text = |row: &str| {
        let row: BTreeMap<String, Value> = serde_json::from_str(row).unwrap();
        row["text"].as_str().unwrap().to_owned()
    };
    rows.lines().filter(|row| !row.is_empty()).map(text).collect()
}

/// Brings a folder of pages into every form, and cleans it from there into others, `directions` from each; the
/// compressions go round.
fn same_everywhere(bench: &Bench, folder: &Path, expected: &[String], directions: usize) {
    for (i, (form, _)) in FORMS.into_iter().enumerate() {
        let raw = bench.clean(folder, &format!("raw-{form}"), form, i % COMPRESSIONS.len(), &AS_IT_IS);
        for j in 0..directions {
            let (to, _) = FORMS[(i + j) % FORMS.len()];
            let compression = (2 * i + j) % COMPRESSIONS.len();
            let out = format!("{form}-{to}");
            let clean = bench.clean(&raw, &out, to, compression, &["--no-exact", "--no-near"]);
            let texts = bench.texts(&clean, &format!("{out}-texts"));
            assert!(texts == expected, "{form} to {to}");
        }
    }
}

/// The pages of a folder, by name.
fn pages(folder: &Path) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let texts = paths.into_iter().filter(|path| path.is_file());
    texts.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn clean_texts_are_the_same_in_every_form_and_compression() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    same_everywhere(&bench, &samples.join("pages"), &pages(&samples.join("expected")), 2);
}

/// `cargo test --release --test formats -- --ignored`
#[test]
#[ignore = "cleans 50,000 pages"]
fn a_thousand_pages_are_the_same_in_all_directions() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let made = Command::new(env!("CARGO_BIN_EXE_textsieve"))
        .args(["synth", "--pages", "1000", "-q"])
        .arg(bench.path("corpus"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    bench.run(&["corpus/pages", "-o", "flat", "--output-format", "text"]);
    // What is known of a site goes by folders, so pages stand beside each other.
    let flat = bench.path("flat/part-00000");
    assert_eq!(files(&flat).len(), 1000);
    let clean = bench.clean(&flat, "clean", "text", 0, &["--no-exact", "--no-near"]);
    same_everywhere(&bench, &flat, &pages(&clean), FORMS.len());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    below.collect()
}

/// Lines that begin with a mark or have no end, a compressed shard, pages before and after: a stream has one form.
#[test]
fn several_inputs_go_to_standard_output_one_behind_the_other() {
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::write(bench.path("a.txt"), "Page one.\n").unwrap();
    fs::write(
        bench.path("b.jsonl"),
        "\u{feff}{\"text\": \"Two.\"}\n\n{\"text\": \"Three.\"}",
    )
    .unwrap();
    fs::write(bench.path("c.csv"), "text,n\nFour.,4").unwrap();
    fs::write(bench.path("d.txt"), "Page five.\n").unwrap();
    let packed = bench.clean(&bench.path("b.jsonl"), "packed", "jsonl", 1, &AS_IT_IS);
    fs::rename(packed.with_file_name("b.jsonl.gz"), bench.path("e.jsonl.gz")).unwrap();
    for (form, heads) in [("jsonl", 0), ("csv", 1), ("tsv", 1), ("tar", 0), ("parquet", 0)] {
        for (compress, name) in [("auto", form.to_owned()), ("zstd", format!("{form}.zst"))] {
            let name = if form == "parquet" { form.to_owned() } else { name };
            let output = Command::new(env!("CARGO_BIN_EXE_textsieve"))
                .current_dir(bench.0.path())
                .args(["clean", "a.txt", "b.jsonl", "c.csv", "d.txt", "e.jsonl.gz", "-o", "-"])
                .args(["--output-format", form, "--compress", compress])
                .args(AS_IT_IS)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            if compress == "auto" && form != "parquet" {
                let lines = str::from_utf8(&output.stdout).unwrap();
                let is_head = |line: &&str| line.starts_with("id,url") || line.starts_with("id\turl");
                assert_eq!(lines.lines().filter(is_head).count(), heads, "{lines}");
            }
            let joined = bench.path(&format!("pages.{name}"));
            fs::write(&joined, output.stdout).unwrap();
            let texts = bench.texts(&joined, &format!("texts-{form}-{compress}"));
            assert_eq!(
                texts,
                [
                    "Page one.\n",
                    "Two.",
                    "Three.",
                    "Four.",
                    "Page five.\n",
                    "Two.",
                    "Three."
                ]
            );
            fs::remove_file(joined).unwrap();
        }
    }
}

#[test]
fn what_a_record_has_beside_its_text_comes_along() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let rows = "{\"id\": 12345678901234567890123, \"n\": 1.10, \"text\": \"One.\", \"url\": \"https://a.example/x\", \
                \"deep\": {\"b\": [1, 2]}}\n\n{\"text\": \"Two.\"}\n\
                {\"id\": {\"$oid\": \"7f\"}, \"url\": null, \"text\": \"Three.\"}\n";
    fs::write(bench.path("pages.jsonl"), rows).unwrap();
    let table = bench.clean(&bench.path("pages.jsonl"), "csv", "csv", 0, &AS_IT_IS);
    assert_eq!(
        fs::read_to_string(&table).unwrap(),
        "id,url,text,rest\n\
         12345678901234567890123,https://a.example/x,One.,\"{\"\"n\"\":1.10,\"\"deep\"\":{\"\"b\"\": [1, 2]}}\"\n\
         ,,Two.,\n\
         ,,Three.,\"{\"\"id\"\":{\"\"$oid\"\": \"\"7f\"\"},\"\"url\"\":null}\"\n"
    );
    let lines = bench.clean(&table, "jsonl", "jsonl", 0, &AS_IT_IS);
    assert!(
        fs::read_to_string(lines)
            .unwrap()
            .starts_with("{\"id\":\"12345678901234567890123\",\"url\":")
    );
}

#[test]
fn a_shard_is_split_into_files_that_can_stand_alone() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let row = |n| {
        format!(
            "{n},\"A sentence, of some length, that says number {n}.{}\"\r\n",
            " And so on.".repeat(200)
        )
    };
    let head = "\u{feff}n,text\r\n".to_owned();
    let rows = [head]
        .into_iter()
        .chain((0..1500).map(row))
        .collect::<Vec<_>>()
        .concat();
    fs::write(bench.path("a.csv"), &rows).unwrap();
    let expected: Vec<String> = bench.texts_of(&bench.path("a.csv"), "whole");
    assert_eq!(expected.len(), 1500);
    for form in ["same", "jsonl", "tar", "parquet", "wet"] {
        let out = format!("split-{form}");
        bench.run(&["a.csv", "-o", &out, "--output-format", form, "--split", "1M"]);
        let parts = bench.written(&out);
        assert!(parts.len() >= 3, "{form}: {parts:?}");
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name(&parts[0]).starts_with("a-00000."), "{form}: {parts:?}");
        let mut found = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            found.extend(bench.texts_of(part, &format!("{out}-{i}")));
        }
        assert!(found == expected, "{form}");
    }
    // What is not split in another form has every byte.
    let whole: Vec<u8> = (0..)
        .map_while(|n| fs::read(bench.path(&format!("split-same/a-{n:05}.csv"))).ok())
        .enumerate()
        .flat_map(|(n, part)| part[if n == 0 { 0 } else { "\u{feff}n,text\r\n".len() }..].to_vec())
        .collect();
    assert!(whole == rows.as_bytes());
}

#[test]
fn archives_are_split_between_members() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let row = |n| format!("{{\"text\": \"{n}{}\"}}\n", " words".repeat(80));
    let rows: Vec<String> = (0..3000).map(row).collect();
    fs::write(bench.path("a.jsonl"), rows.concat()).unwrap();
    bench.run(&["a.jsonl", "-o", "tar", "--output-format", "tar"]);
    bench.run(&["tar/a.tar", "-o", "split", "--split", "1M"]);
    let mut numbers = Vec::new();
    for n in 0..3 {
        let part = bench.path(&format!("split/a-{n:05}.tar"));
        assert!(fs::read(&part).unwrap().ends_with(&[0; 1024]), "{n}");
        numbers.extend(bench.texts_of(&part, &format!("part-{n}")));
    }
    let first = |text: &String| text.split(' ').next().unwrap().parse::<usize>().unwrap();
    assert!(numbers.iter().map(first).eq(0..3000));
}

#[test]
fn records_become_files_by_their_numbers() {
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::create_dir(bench.path("in")).unwrap();
    fs::write(
        bench.path("in/a.jsonl"),
        "{\"text\": \"One.\"}\n\n{\"n\": 1}\n{\"text\": \"Two.\\n\"}\n",
    )
    .unwrap();
    fs::write(bench.path("in/b.txt"), "Three.\n").unwrap();
    let output = bench.command(&["in", "-o", "out", "--output-format", "text", "--compress", "gzip"]);
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let found = bench.written("out");
    let expected = ["out/a/000001.txt.gz", "out/a/000004.txt.gz", "out/b.txt.gz"].map(|name| bench.path(name));
    assert_eq!(found, expected);
    let texts = bench.texts(&bench.path("out"), "texts");
    assert_eq!(texts, ["One.", "Two.\n", "Three.\n"]);
}

#[test]
fn files_of_a_shard_that_is_damaged_at_its_end_are_taken_back() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let row = |n| {
        format!(
            "{{\"text\": \"Sentence number {n} of them.{}\"}}\n",
            " And so on.".repeat(200)
        )
    };
    let rows: Vec<String> = (0..1200).map(row).collect();
    fs::write(bench.path("a.jsonl"), rows.concat()).unwrap();
    let mut packed = fs::read(
        bench
            .clean(&bench.path("a.jsonl"), "packed", "csv", 1, &AS_IT_IS)
            .with_file_name("a.csv.gz"),
    )
    .unwrap();
    let sum = packed.len() - 8;
    packed[sum] ^= 1;
    fs::write(bench.path("a.csv.gz"), packed).unwrap();
    fs::create_dir_all(bench.path("out/a")).unwrap();
    fs::write(bench.path("out/a/mine.txt"), "mine").unwrap();
    let output = bench.command(&["a.csv.gz", "-o", "out", "--output-format", "text", "--force"]);
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(files(&bench.path("out/a")), [bench.path("out/a/mine.txt")]);
}

#[test]
fn a_record_tells_what_was_done_to_it() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let changed = pages(&samples.join("pages"))
        .into_iter()
        .zip(pages(&samples.join("expected")));
    let (page, _) = changed.into_iter().find(|(page, clean)| page != clean).unwrap();
    let page = Value::from(page);
    let article = "An article of a few words that says nothing of any other page in this dump, and ends here. It goes on \
                   for one more sentence, so that there is something to compare with others of its kind.";
    let rows = format!(
        "{{\"text\": {page}, \"textsieve\": 1}}\n{{\"text\": {article:?} }}\n{{\"text\": {article:?}, \"n\": 2}}\n"
    );
    fs::write(bench.path("a.jsonl"), &rows).unwrap();
    for form in ["same", "csv", "parquet"] {
        let out = format!("told-{form}");
        bench.run_judging(&["a.jsonl", "-o", &out, "--add-fields", "--output-format", form]);
        if form != "same" {
            continue;
        }
        let told = fs::read_to_string(bench.path(&out).join("a.jsonl")).unwrap();
        let told: Vec<Value> = told.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
        assert_eq!(told.len(), 2);
        let first = &told[0]["textsieve"];
        assert_eq!(first["changed"], true);
        let cuts = first["cuts"].as_array().unwrap();
        assert!(!cuts.is_empty() && cuts[0]["reason"].is_string() && cuts[0]["line"].is_u64());
        let bytes: u64 = cuts.iter().map(|cut| cut["bytes"].as_u64().unwrap()).sum();
        assert_eq!(first["cut_bytes"], bytes);
        let second = serde_json::json!({"changed": false, "cut_bytes": 0, "cuts": [], "cluster": 1, "copies": 1});
        assert_eq!(told[1]["textsieve"], second);
    }
    let csv = fs::read_to_string(bench.path("told-csv/a.csv")).unwrap();
    assert_eq!(csv.matches("\"\"textsieve\"\":{\"\"changed\"\":").count(), 2, "{csv}");
    let table = bench.command(&["told-parquet/a.parquet", "-o", "-", "--output-format", "jsonl"]);
    let rows = String::from_utf8(table.stdout).unwrap();
    assert_eq!(rows.matches("\\\"textsieve\\\":{\\\"changed\\\":").count(), 2, "{rows}");
    for form in ["wet", "tar", "text"] {
        let output = bench.command(&["a.jsonl", "-o", "none", "--add-fields", "--output-format", form]);
        assert_eq!(output.status.code(), Some(2));
        assert!(!bench.path("none").exists());
    }
}

#[test]
fn only_what_changes_is_written_if_only_that_is_wanted() {
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::create_dir(bench.path("in")).unwrap();
    // One to be repaired, one that is clean, one without a text.
    let rows = "{\"text\": \"caf\u{e9}\"}\n\n{\"text\": \"caf\\u00e9\\r\\n\"}\n{\"n\": 1}\n";
    fs::write(bench.path("in/a.jsonl"), rows).unwrap();
    fs::write(bench.path("in/b.txt"), "caf\u{e9}\r\n").unwrap();
    fs::write(bench.path("in/c.txt"), "clean\n").unwrap();
    for form in ["same", "parquet"] {
        let out = format!("out-{form}");
        let output = bench.command(&["in", "-o", &out, "--only-changed", "--output-format", form]);
        assert_eq!(
            output.status.code(),
            Some(3),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let table = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            table.contains("left out                         2  unchanged"),
            "{table}"
        );
        assert_eq!(
            bench.texts(&bench.path(&out), &format!("texts-{form}")),
            ["caf\u{e9}\n", "caf\u{e9}\n"]
        );
    }
    assert_eq!(
        fs::read_to_string(bench.path("out-same/a.jsonl")).unwrap(),
        "\n{\"text\": \"caf\\u00e9\\n\"}\n"
    );
    assert!(!bench.path("out-same/c.txt").exists());
}

#[test]
fn what_cannot_be_is_refused_before_work() {
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::create_dir_all(bench.path("in/a")).unwrap();
    fs::write(bench.path("in/a.jsonl"), "{\"text\": \"One.\"}\n").unwrap();
    fs::write(bench.path("in/a/x.txt"), "Two.\n").unwrap();
    fs::write(bench.path("in/a/x.html"), "<p>Three.").unwrap();
    for (flags, what) in [
        (
            &["in/a.jsonl", "-o", "-", "--output-format", "text"][..],
            "cannot go to standard output",
        ),
        (
            &["in/a.jsonl", "-o", "-", "--split", "1M"],
            "cannot go to standard output",
        ),
        (
            &["in/a.jsonl", "-o", "out", "--split", "9K"],
            "files of 9K are too small",
        ),
        (
            &[
                "in/a.jsonl",
                "-o",
                "out",
                "--add-fields",
                "--text-field",
                "/textsieve/text",
            ],
            "would be overwritten",
        ),
        (
            &[
                "in/a/x.txt",
                "in/a.jsonl",
                "in/a/x.html",
                "-o",
                "-",
                "--output-format",
                "tar",
            ],
            "to one place",
        ),
        (
            &["in/a.jsonl", "in/a/x.txt", "-o", "out", "--add-fields"],
            "no place for a field",
        ),
        (
            &["in", "-o", "out", "--output-format", "text", "--ext", "txt,jsonl"],
            "to one place",
        ),
        (
            &["in", "-o", "out", "--output-format", "tar", "--ext", "txt,html"],
            "to one place",
        ),
    ] {
        let output = bench.command(flags);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {told}");
        assert!(told.contains(what), "{flags:?}: {told}");
        assert!(!bench.path("out").exists(), "{flags:?}");
    }
}

#[test]
fn tables_are_written_anew_for_a_field_more() {
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::write(bench.path("a.csv"), "n,text\n1,One.\n").unwrap();
    bench.run(&["a.csv", "-o", "out", "--output-format", "csv", "--add-fields"]);
    let table = fs::read_to_string(bench.path("out/a.csv")).unwrap();
    assert!(
        table.starts_with("id,url,text,rest\n,,One.,\"{\"\"n\"\":\"\"1\"\",\"\"textsieve\"\":{"),
        "{table}"
    );
}

#[test]
fn fewer_files_of_a_split_shard_take_the_place_of_more() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let row = |n| format!("{{\"text\": \"{n}{}\"}}\n", " words".repeat(400));
    let rows: Vec<String> = (0..1500).map(row).collect();
    fs::write(bench.path("a.jsonl"), rows.concat()).unwrap();
    bench.run(&["a.jsonl", "-o", "out", "--split", "1M"]);
    fs::write(bench.path("out/a-mine.jsonl"), "").unwrap();
    let split = |size| {
        bench.run(&["a.jsonl", "-o", "out", "--split", size, "--force"]);
        (0..9)
            .filter(|n| bench.path(&format!("out/a-{n:05}.jsonl")).exists())
            .count()
    };
    let (fewer, more) = (split("3M"), split("1M"));
    assert!(fewer < more && split("3M") == fewer);
    assert!(bench.path("out/a-mine.jsonl").exists());
}

/// A dry run says how much would be written.
#[test]
fn a_dry_run_counts_what_a_form_adds() {
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::write(bench.path("a.jsonl"), "{\"text\": \"One.\"}\n").unwrap();
    for form in ["csv", "tar", "parquet", "wet"] {
        let written = |flags: &[&str]| {
            let output = bench.command(&[&["a.jsonl", "--output-format", form, "--format", "json"], flags].concat());
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let told: Value = serde_json::from_slice(&output.stdout).unwrap();
            told["bytes"]["written"].as_u64().unwrap()
        };
        assert_eq!(written(&["-n"]), written(&["-o", form]), "{form}");
    }
}

/// Each has its own output, though a message shows both alike.
#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_kept_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::create_dir(bench.path("in")).unwrap();
    let name = |byte: u8, rest: &str| [&[byte][..], rest.as_bytes()].concat();
    for byte in [0xfe, 0xff] {
        let file = bench.path("in").join(OsStr::from_bytes(&name(byte, ".jsonl")));
        fs::write(file, format!("{{\"text\": \"{byte}\"}}\n")).unwrap();
    }
    bench.run(&["in", "-o", "split", "--split", "1M"]);
    bench.run(&["in", "-o", "text", "--output-format", "text"]);
    for byte in [0xfe, 0xff] {
        let part = bench.path("split").join(OsStr::from_bytes(&name(byte, "-00000.jsonl")));
        assert_eq!(fs::read_to_string(part).unwrap(), format!("{{\"text\": \"{byte}\"}}\n"));
        let text = bench.path("text").join(OsStr::from_bytes(&name(byte, "/000001.txt")));
        assert_eq!(fs::read_to_string(text).unwrap(), byte.to_string());
    }
}
