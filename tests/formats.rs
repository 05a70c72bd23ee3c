//! The same pages in every form and compression, in and out: the same clean texts.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)] // what cannot be read has failed

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Nothing is judged and nothing compared: pages only change their form.
const AS_IT_IS: [&str; 5] = [
    "--no-chrome",
    "--no-repeats",
    "--no-exact",
    "--no-near",
    "--no-templates",
];
const FORMS: [(&str, &str); 4] = [("jsonl", "jsonl"), ("csv", "csv"), ("tsv", "tsv"), ("wet", "warc.wet")];
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

    /// Cleans a file or a folder into a folder, and returns the one file that comes out.
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
        let extension = FORMS.iter().find(|(name, _)| *name == form).unwrap().1;
        folder.join(format!("pages.{extension}{packed}"))
    }

    /// The texts of a file of records, in order.
    fn texts(&self, file: &Path, out: &str) -> Vec<String> {
        let lines = self.clean(file, out, "jsonl", 0, &AS_IT_IS);
        let rows = fs::read_to_string(lines).unwrap();
        let text = |row: &str| {
            let row: BTreeMap<String, Value> = serde_json::from_str(row).unwrap();
            row["text"].as_str().unwrap().to_owned()
        };
        rows.lines().map(text).collect()
    }
}

#[test]
fn clean_texts_are_the_same_in_every_form_and_compression() {
    let bench = Bench(tempfile::tempdir().unwrap());
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let folder = samples.join("pages");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    let expected: Vec<_> = names
        .iter()
        .map(|name| fs::read_to_string(samples.join("expected").join(name)).unwrap())
        .collect();

    for (i, (form, _)) in FORMS.into_iter().enumerate() {
        // From pages to records, and from these to every other form; the compressions go round.
        let raw = bench.clean(&folder, &format!("raw-{form}"), form, i, &AS_IT_IS);
        for (j, (to, _)) in FORMS.into_iter().enumerate() {
            let compression = (2 * i + j) % COMPRESSIONS.len();
            let clean = bench.clean(
                &raw,
                &format!("{form}-{to}"),
                to,
                compression,
                &["--no-exact", "--no-near"],
            );
            let texts = bench.texts(&clean, &format!("{form}-{to}-texts"));
            assert!(texts == expected, "{form} to {to}");
        }
    }
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
    for (form, heads) in [("jsonl", 0), ("csv", 1), ("tsv", 1)] {
        for (compress, name) in [("auto", form.to_owned()), ("zstd", format!("{form}.zst"))] {
            let output = Command::new(env!("CARGO_BIN_EXE_textsieve"))
                .current_dir(bench.0.path())
                .args(["clean", "a.txt", "b.jsonl", "c.csv", "d.txt", "e.jsonl.gz", "-o", "-"])
                .args(["--output-format", form, "--compress", compress])
                .args(AS_IT_IS)
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            if compress == "auto" {
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
