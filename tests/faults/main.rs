//! What must not hurt a user: bad files, full disks, signals, wrong folders. Each case names the exit status, and
//! every case ends with nothing lost: inputs untouched, what was written whole.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used)] // a bench that cannot be set up has failed

mod input;
mod output;
mod packed;
mod records;
mod stops;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a run that did not come to its end leaves for the next, beside parts.
const NOTES: [&str; 2] = ["checkpoint.json", "survey.bin"];

const PROSE: &str = "The council met on Monday and approved the new bridge over the river after a long debate.\n";

/// The pages of these tests are much alike, and all are to be written; `tests/dump.rs` is about copies.
const ALIKE: [(&str, &str); 3] = [
    ("TEXTSIEVE_EXACT", "false"),
    ("TEXTSIEVE_NEAR", "0"),
    ("TEXTSIEVE_TEMPLATES", "false"),
];

/// A folder with `pages/` to read and `out/` to write.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        fs::create_dir(bench.pages()).unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn pages(&self) -> PathBuf {
        self.path("pages")
    }

    fn out(&self) -> PathBuf {
        self.path("out")
    }

    fn page(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.pages().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn many(&self, count: usize) -> &Self {
        for i in 0..count {
            self.page(
                &format!("{:02}/{i:05}.txt", i % 20),
                format!("Page {i}\n\n{}", PROSE.repeat(i % 7 + 1)),
            );
        }
        self
    }

    /// The program in the folder of the bench.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_textsieve"));
        command
            .current_dir(self.0.path())
            .env("XDG_CONFIG_HOME", self.path("no-config"))
            .envs(ALIKE)
            .stdin(Stdio::null());
        command
    }

    fn textsieve<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Output {
        self.command().args(args).output().unwrap()
    }

    fn clean(&self, extra: &[&str]) -> Output {
        self.textsieve([&["clean", "pages", "-o", "out"], extra].concat())
    }

    fn record(&self) -> Value {
        serde_json::from_slice(&fs::read(self.out().join("_textsieve/run.json")).unwrap()).unwrap()
    }

    /// Pages set aside and why.
    fn set_aside(&self) -> Vec<(String, String)> {
        let lines = fs::read_to_string(self.out().join("_textsieve/set-aside.jsonl")).unwrap();
        let parse = |line: &str| -> (String, String) {
            let value: Value = serde_json::from_str(line).unwrap();
            (
                value["page"].as_str().unwrap().into(),
                value["reason"].as_str().unwrap().into(),
            )
        };
        lines.lines().map(parse).collect()
    }
}

/// All files of a folder but the run's record, which holds times.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() && entry.file_name() != "run.json" {
            all.insert(
                entry.path().strip_prefix(folder).unwrap().to_owned(),
                fs::read(entry.path()).unwrap(),
            );
        }
    }
    all
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn ends(output: &Output, code: i32, says: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", stderr(output));
    assert!(stderr(output).contains(says), "`{says}` is not in: {}", stderr(output));
}
