//! What must not hurt a user: bad files, full disks, signals, wrong folders. Each case names the exit status, and
//! every case ends with nothing lost: inputs untouched, what was written whole.
//!
//! Which test shows which fault, and the exit status; [`every_fault_is_shown`] keeps this true.
//!
//! | fault | exit | tests |
//! | --- | --- | --- |
//! | 1. no input matched | 2 | `fault_01_no_input_matched` |
//! | 2. a file without a byte: plain; compressed | 0; 3 | `fault_02_an_empty_file_is_a_page`, `fault_02_a_compressed_file_without_a_byte_is_set_aside` |
//! | 3. several members, several frames | 0 | `fault_03_all_members_are_read_and_one_is_written` |
//! | 4. a compressed file ends early: whole rows stay | 3 | `fault_04_of_a_file_that_ends_too_early_whole_rows_are_kept`, `fault_04_what_was_read_before_the_end_is_compared_as_well`, `fault_04_an_end_within_a_giant_line_is_told`, `fault_04_an_archive_that_ends_within_a_giant_record_is_set_aside_whole` |
//! | 5. a wrong checksum: set aside whole (1 where rows are out already, in a pipe) | 3 | `fault_05_a_damaged_file_is_set_aside_whole` |
//! | 6. padding behind the last member: told once | 0 | `fault_06_zeros_behind_the_end_are_told_once` |
//! | 7. a bomb: stopped by ratio and by size, memory flat | 3 | `fault_07_a_bomb_is_stopped`, `fault_07_and_09_memory_is_flat_whatever_a_file_holds` |
//! | 8. a window too large: the hint names the option | 3 | `fault_08_a_window_that_is_too_large_names_the_option` |
//! | 9. a file or a line of any size: reading is bounded | 3 | `fault_09_reading_is_bounded`, `fault_09_a_giant_line_is_handed_on_and_told`, `fault_07_and_09_memory_is_flat_whatever_a_file_holds` |
//! | 10. invalid bytes: replaced; dropped; refused | 0; 3; 1 | `fault_10_invalid_bytes_by_policy` |
//! | 11. byte order marks, UTF-16, code pages: read, counted | 0 | `fault_11_other_encodings_are_read_and_counted` |
//! | 12. binary files, NULs | 3 | `fault_12_binary_files_are_set_aside` |
//! | 13. no JSON: file, line, column | 3 | `fault_13_to_16_what_is_no_record_stands_as_it_came_and_is_told` |
//! | 14. JSON nested 100,000 deep | 3 | `fault_13_to_16_what_is_no_record_stands_as_it_came_and_is_told` |
//! | 15. lone surrogates, huge numbers in other fields: as they are | 0 | `fault_15_fields_that_no_parser_gives_back_come_out_as_they_are` |
//! | 16. no text, null, no string, twice; in every record | 3; 2 | `fault_13_to_16_what_is_no_record_stands_as_it_came_and_is_told`, `fault_16_a_text_field_that_no_record_has_is_refused_and_can_be_mended` |
//! | 17. hostile Unicode: linear time | 0 | `fault_17_hostile_unicode_takes_linear_time` |
//! | 18. a wrong key, phrase, reason or field: refused before reading | 2 | `fault_18_a_wrong_configuration_is_refused_before_reading` |
//! | 19. the judge panics: that page is set aside | 1 | `fault_19_a_panic_sets_one_page_aside_and_the_rest_goes_on` |
//! | 20. a full disk, a limit on files, a closed folder | 1 | `fault_20_a_full_disk_is_told`, `fault_20_a_folder_that_cannot_be_written_and_a_full_disk_are_told` |
//! | 21. SIGKILL: nothing partial, then the same bytes | 137 | `fault_21_a_killed_run_leaves_whole_files_and_goes_on_to_the_same_bytes`, `fault_21_a_killed_run_goes_on_behind_its_last_checkpoint`, `fault_21_a_killed_run_leaves_no_part_of_a_shard` |
//! | 22. Ctrl-C; SIGTERM | 130; 143 | `fault_22_a_signal_stops_tidily_and_the_run_can_be_finished`, `fault_22_a_stopped_run_counts_whole_shards_only` |
//! | 23. a closed pipe | 0 | `fault_23_a_closed_pipe_is_no_error` |
//! | 24. output is input, in it, collides, is another run's (0, with nothing done, if it is the same run's and whole) | 2 | `fault_24_the_output_is_refused_before_work`, `fault_24_a_second_run_needs_force_and_a_changed_one_is_named` |
//! | 25. loops, FIFOs, devices, closed folders, `../` in names, files that change | 3 | `fault_25_what_is_no_plain_file_is_set_aside`, `fault_25_unreadable_files_and_folders_are_set_aside`, `fault_25_names_from_a_list_cannot_leave_the_output`, `fault_25_names_in_an_archive_cannot_leave_it`, `fault_25_a_file_that_is_not_as_long_as_it_says_is_set_aside` |
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used)] // a bench that cannot be set up has failed

mod input;
mod judge;
mod output;
mod packed;
mod records;
mod stops;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
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
        self.command_by(Command::new(env!("CARGO_BIN_EXE_textsieve")))
    }

    /// Another program there, which starts ours.
    fn command_by(&self, mut command: Command) -> Command {
        command
            .current_dir(self.0.path())
            .env("XDG_CONFIG_HOME", self.path("no-config"))
            .envs(ALIKE)
            .stdin(Stdio::null());
        command
    }

    /// The program with no more rights than the modes of files give. Root has more, and may give them up where the tool
    /// for that is installed; else there is nothing to test.
    fn unprivileged(&self) -> Option<Command> {
        let probe = self.path("probe");
        fs::write(&probe, "").unwrap();
        fs::set_permissions(&probe, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::read(&probe).is_err() {
            return Some(self.command());
        }
        let mut command = self.command_by(Command::new("setpriv"));
        command.args(["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]);
        let output = Command::new("setpriv")
            .args(command.get_args())
            .arg("cat")
            .arg(&probe)
            .output();
        // That it cannot read this is what is asked for.
        let gave_up = output.is_ok_and(|output| stderr(&output).contains("Permission denied"));
        command.arg(env!("CARGO_BIN_EXE_textsieve"));
        gave_up.then_some(command)
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

#[test]
fn every_fault_is_shown() {
    let sources = [
        include_str!("input.rs"),
        include_str!("judge.rs"),
        include_str!("output.rs"),
        include_str!("packed.rs"),
        include_str!("records.rs"),
        include_str!("stops.rs"),
    ];
    let names = |line: &str| -> Vec<String> {
        let parts = line.split('`').filter(|part| part.starts_with("fault_"));
        parts.map(str::to_owned).collect()
    };
    let rows: Vec<Vec<String>> = (1..=25)
        .map(|fault| {
            let begins = format!("//! | {fault}. ");
            let row = include_str!("main.rs").lines().find(|line| line.starts_with(&begins));
            names(row.unwrap())
        })
        .collect();
    assert!(rows.iter().all(|tests| !tests.is_empty()));
    let told: BTreeSet<String> = rows.into_iter().flatten().collect();
    let defined = |line: &str| Some(line.strip_prefix("fn fault_")?.split_once('(')?.0.to_owned());
    let found: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| source.lines().filter_map(defined))
        .map(|name| format!("fault_{name}"))
        .collect();
    assert_eq!(told, found);
}
