//! What must not hurt a user: bad files, full disks, signals, wrong folders. Each case names the exit status, and
//! every case ends with nothing lost: inputs untouched, what was written whole.
#![cfg(all(feature = "cli", unix))]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

const PROSE: &str =
    "The council met on Monday and approved the new bridge over the river after a long debate.\n";

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

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_textsieve"));
        command
            .current_dir(self.0.path())
            .env("XDG_CONFIG_HOME", self.path("no-config"))
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
    for entry in walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
    {
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
    assert!(
        stderr(output).contains(says),
        "`{says}` is not in: {}",
        stderr(output)
    );
}

#[test]
fn fault_01_no_input_matched() {
    let bench = Bench::new();
    bench.page("a.html", PROSE);
    let output = bench.clean(&[]);
    ends(&output, 2, "error: no input matched");
    ends(
        &output,
        2,
        "hint: 1 files were passed over by their extension",
    );
    assert!(!bench.out().exists());
}

#[test]
fn fault_02_an_empty_file_is_a_page() {
    let bench = Bench::new();
    bench.page("empty.txt", "");
    ends(&bench.clean(&[]), 0, "");
    assert_eq!(fs::read(bench.out().join("empty.txt")).unwrap(), b"");
}

#[test]
fn fault_09_reading_is_bounded() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE);
    let large = fs::File::create(bench.pages().join("b.txt")).unwrap();
    large.set_len(8 << 30).unwrap();
    ends(&bench.clean(&[]), 3, "too-large");
    assert_eq!(bench.set_aside(), [("b.txt".into(), "too-large".into())]);
    assert!(bench.out().join("a.txt").exists());

    let endless = bench
        .command()
        .args(["clean", "--max-page", "1M"])
        .stdin(fs::File::open("/dev/zero").unwrap())
        .output();
    ends(&endless.unwrap(), 3, "stdin.txt: too-large");
}

#[test]
fn fault_10_invalid_bytes_by_policy() {
    let bench = Bench::new();
    let bytes = [
        PROSE.as_bytes(),
        "Ґрунт \u{457}жака ".as_bytes(),
        b"\xFF\n",
        PROSE.as_bytes(),
    ]
    .concat();
    bench.page("a.txt", bytes).page("b.txt", PROSE);
    for (policy, code, says) in [
        ("replace", 0, ""),
        ("drop", 3, ""),
        ("fail", 1, "invalid-text"),
    ] {
        ends(&bench.clean(&["--force", "--invalid", policy]), code, says);
        assert!(bench.out().join("b.txt").exists());
        let sequences = bench.record()["stats"]["invalid"]["sequences"]
            .as_u64()
            .unwrap();
        assert_eq!(sequences, u64::from(policy != "fail"), "{policy}");
    }
}

#[test]
fn fault_11_other_encodings_are_read_and_counted() {
    let bench = Bench::new();
    let utf16: Vec<u8> = "\u{feff}Київ і Львів\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let cyrillic =
        "Рада схвалила новий міст через річку після довгих дебатів у понеділок.\n".repeat(4);
    bench
        .page("mark.txt", format!("\u{feff}{PROSE}"))
        .page("utf16.txt", utf16);
    bench.page("cp1251.txt", encoding_rs::WINDOWS_1251.encode(&cyrillic).0);
    ends(&bench.clean(&[]), 0, "");
    assert_eq!(
        fs::read_to_string(bench.out().join("mark.txt")).unwrap(),
        PROSE
    );
    assert_eq!(
        fs::read_to_string(bench.out().join("utf16.txt")).unwrap(),
        "Київ і Львів\n"
    );
    assert_eq!(
        fs::read_to_string(bench.out().join("cp1251.txt")).unwrap(),
        cyrillic
    );
    let encodings = &bench.record()["stats"]["encodings"];
    assert_eq!(encodings["UTF-8"].as_u64(), Some(1), "{encodings}");
    assert_eq!(encodings["UTF-16LE"].as_u64(), Some(1), "{encodings}");
}

#[test]
fn fault_12_binary_files_are_set_aside() {
    let bench = Bench::new();
    bench
        .page("a.txt", PROSE)
        .page(
            "b.txt",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0",
        )
        .page("c.txt", b"one\0two\0three\0\n");
    ends(&bench.clean(&[]), 3, "set aside: b.txt: binary:");
    assert_eq!(
        bench.set_aside(),
        [
            ("b.txt".into(), "binary".into()),
            ("c.txt".into(), "binary".into())
        ]
    );
    assert!(!bench.out().join("b.txt").exists());
}

#[test]
fn fault_17_hostile_unicode_takes_linear_time() {
    let bench = Bench::new();
    let marks = format!("a{}\n{PROSE}", "\u{301}".repeat(2_000_000));
    let bidi = format!("{}\n{PROSE}", "\u{202e}\u{2066}".repeat(100_000));
    bench.page("marks.txt", marks).page("bidi.txt", bidi);
    let start = Instant::now();
    ends(&bench.clean(&[]), 0, "");
    assert!(start.elapsed() < Duration::from_mins(1));
}

#[test]
fn fault_18_a_wrong_configuration_is_refused_before_reading() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE);
    fs::write(
        bench.path("textsieve.toml"),
        "profile = \"careful\"\ndorp = [\"tags\"]\n",
    )
    .unwrap();
    ends(&bench.clean(&[]), 2, "textsieve.toml:2");
    fs::write(bench.path("textsieve.toml"), "keep = [\"datelines\"]\n").unwrap();
    ends(&bench.clean(&[]), 2, "did you mean `dateline`?");
    fs::remove_file(bench.path("textsieve.toml")).unwrap();
    fs::write(bench.path("my.toml"), "nonsense = 1\n").unwrap();
    ends(&bench.clean(&["--lexicon", "my.toml"]), 2, "my.toml");
    assert!(!bench.out().exists());
}

#[test]
fn fault_20_a_full_disk_is_told() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE.repeat(2000));
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = bench
        .command()
        .args(["clean", "pages/a.txt", "-o", "-"])
        .stdout(full)
        .output()
        .unwrap();
    ends(
        &output,
        1,
        "error: cannot write: standard output: No space left on device",
    );

    // SIGXFSZ must not kill the run without a word.
    let script = format!(
        "ulimit -f 64; exec {} clean pages -o out",
        env!("CARGO_BIN_EXE_textsieve")
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(bench.0.path())
        .output()
        .unwrap();
    ends(&output, 1, "error: cannot write: out/a.txt: File too large");
    assert!(!bench.out().join("a.txt").exists());
    assert_eq!(bench.record()["complete"], false);

    ends(
        &bench.clean(&[]),
        0,
        "an unfinished run stands in the output folder",
    );
    assert_eq!(bench.record()["complete"], true);
}

fn start(bench: &Bench, args: &[&str]) -> Child {
    bench
        .command()
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn fault_21_a_killed_run_leaves_whole_files_and_is_done_again_to_the_same_bytes() {
    let bench = Bench::new();
    bench.many(2000);
    ends(
        &bench.textsieve(["clean", "pages", "-o", "expected"]),
        0,
        "",
    );
    let expected = files(&bench.path("expected"));
    for round in 0..20 {
        let mut child = start(&bench, &["clean", "pages", "-o", "out", "-f"]);
        sleep(Duration::from_millis(round * 12));
        child.kill().unwrap();
        child.wait().unwrap();
        if !bench.out().exists() {
            continue;
        }
        for (name, bytes) in files(&bench.out()) {
            let temporary = name
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with(".textsieve-");
            assert!(
                temporary || expected[&name] == bytes,
                "{} is not whole",
                name.display()
            );
        }
    }
    ends(&bench.clean(&["-f"]), 0, "");
    assert_eq!(files(&bench.out()), expected);
}

#[test]
fn fault_22_a_signal_stops_tidily_and_the_run_can_be_finished() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let bench = Bench::new();
        bench.many(4000);
        let mut child = start(&bench, &["clean", "pages", "-o", "out", "-j", "1"]);
        let first = bench.out().join("00/00000.txt");
        while !first.exists() {
            sleep(Duration::from_millis(1));
        }
        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(child.wait().unwrap().code(), Some(code));
        let record = bench.record();
        assert_eq!(record["complete"], false);
        let written = files(&bench.out()).len() - 2;
        assert_eq!(
            record["stats"]["pages"]["written"].as_u64(),
            Some(written as u64)
        );
        assert!(written < 4000);
        ends(&bench.clean(&[]), 0, "an unfinished run stands");
        assert_eq!(files(&bench.out()).len() - 2, 4000);
    }
}

#[test]
fn fault_23_a_closed_pipe_is_no_error() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE.repeat(20_000));
    for args in [
        &["clean", "pages/a.txt", "-o", "-"][..],
        &["reasons"],
        &["completions", "bash"],
        &["man"],
    ] {
        let mut child = bench
            .command()
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        ends(&output, 0, "");
        assert_eq!(stderr(&output), "", "{args:?}");
    }
}

#[test]
fn fault_24_the_output_is_refused_before_work() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE).page("sub/b.txt", PROSE);
    let before = files(&bench.pages());
    ends(
        &bench.textsieve(["clean", "pages", "-o", "pages"]),
        2,
        "the output is the input",
    );
    ends(
        &bench.textsieve(["clean", "pages", "-o", "pages/out"]),
        2,
        "stands inside the input",
    );
    ends(
        &bench.textsieve(["clean", "pages/sub", "-o", "pages", "-f"]),
        2,
        "stands inside the output folder",
    );
    ends(
        &bench.textsieve(["clean", "pages/a.txt", "-o", "pages", "-f"]),
        2,
        "stands inside the output folder",
    );
    ends(
        &bench.textsieve(["clean", "pages/a.txt", "-o", "pages/a.txt"]),
        2,
        "not a folder",
    );
    symlink("pages", bench.path("link")).unwrap();
    ends(
        &bench.textsieve(["clean", "pages", "-o", "link/new"]),
        2,
        "stands inside the input",
    );
    assert_eq!(files(&bench.pages()), before);

    fs::create_dir(bench.path("more")).unwrap();
    fs::write(bench.path("more/a.txt"), "another").unwrap();
    let output = bench.textsieve(["clean", "pages", "more", "-o", "out"]);
    ends(
        &output,
        2,
        "two inputs would be written to a.txt: pages/a.txt and more/a.txt",
    );
    assert!(!bench.out().exists());

    fs::create_dir(bench.out()).unwrap();
    fs::write(bench.out().join("thesis.txt"), "years of work").unwrap();
    ends(&bench.clean(&[]), 2, "holds no run of textsieve");
    assert_eq!(fs::read_dir(bench.out()).unwrap().count(), 1);
}

#[test]
fn fault_24_a_second_run_needs_force_and_a_changed_one_is_named() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE);
    ends(&bench.clean(&[]), 0, "");
    ends(&bench.clean(&[]), 2, "holds a finished run");
    ends(&bench.clean(&["--force"]), 0, "");

    let record = bench.out().join("_textsieve/run.json");
    let unfinished = fs::read_to_string(&record)
        .unwrap()
        .replace("\"complete\": true", "\"complete\": false");
    fs::write(&record, &unfinished).unwrap();
    ends(
        &bench.clean(&["--profile", "careful"]),
        2,
        r#"(profile: "balanced" → "careful")"#,
    );
    ends(
        &bench.clean(&["--jobs", "1"]),
        0,
        "an unfinished run stands",
    );
    fs::write(&record, "{").unwrap();
    ends(&bench.clean(&[]), 2, "damaged");
}

#[test]
fn fault_25_what_is_no_plain_file_is_set_aside() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE).page("deep/b.txt", PROSE);
    symlink("..", bench.pages().join("deep/up")).unwrap();
    symlink("/dev/zero", bench.pages().join("zero.txt")).unwrap();
    symlink("nowhere.txt", bench.pages().join("gone.txt")).unwrap();
    symlink("a.txt", bench.pages().join("linked.txt")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(bench.pages().join("fifo.txt"))
            .status()
            .unwrap()
            .success()
    );
    ends(&bench.clean(&[]), 3, "");
    let expected = [
        ("deep/up", "link-loop"),
        ("fifo.txt", "not-a-file"),
        ("gone.txt", "unreadable"),
        ("zero.txt", "not-a-file"),
    ];
    assert_eq!(
        bench.set_aside(),
        expected.map(|(page, why)| (page.into(), why.into()))
    );
    let written: Vec<PathBuf> = files(&bench.out())
        .into_keys()
        .filter(|name| !name.starts_with("_textsieve"))
        .collect();
    assert_eq!(
        written,
        [
            Path::new("a.txt"),
            Path::new("deep/b.txt"),
            Path::new("linked.txt")
        ]
    );
}

#[test]
fn fault_25_unreadable_files_and_folders_are_set_aside() {
    let bench = Bench::new();
    bench
        .page("a.txt", PROSE)
        .page("closed.txt", PROSE)
        .page("shut/b.txt", PROSE);
    let mode = |name: &str, mode| {
        fs::set_permissions(bench.pages().join(name), fs::Permissions::from_mode(mode)).unwrap()
    };
    mode("closed.txt", 0);
    mode("shut", 0);
    if fs::read(bench.pages().join("closed.txt")).is_ok() {
        return mode("shut", 0o755); // root reads everything
    }
    ends(&bench.clean(&[]), 3, "Permission denied");
    let expected = [("shut", "unreadable"), ("closed.txt", "unreadable")];
    assert_eq!(
        bench.set_aside(),
        expected.map(|(page, why)| (page.into(), why.into()))
    );
    mode("shut", 0o755);
}

#[test]
fn fault_25_names_from_a_list_cannot_leave_the_output() {
    let bench = Bench::new();
    bench.page("a.txt", PROSE).page("sub/b.txt", PROSE);
    let list = "pages/a.txt\npages/sub/../../pages/sub/b.txt\n./pages/sub/b.txt\n";
    fs::write(bench.path("list"), list).unwrap();
    ends(
        &bench.textsieve(["clean", "--files-from", "list", "-o", "out"]),
        3,
        "unsafe-name",
    );
    assert_eq!(
        bench.set_aside(),
        [(
            "pages/sub/../../pages/sub/b.txt".into(),
            "unsafe-name".into()
        )]
    );
    assert!(
        bench.out().join("pages/a.txt").exists() && bench.out().join("pages/sub/b.txt").exists()
    );
}

#[test]
fn fault_25_a_file_that_is_not_as_long_as_it_says_is_set_aside() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let bench = Bench::new();
    // Files of /proc have no size, yet they can be read: the same as a file that grows under the reader.
    ends(
        &bench.textsieve(["clean", "/proc/version", "-o", "out"]),
        3,
        "changed",
    );
}

#[test]
fn a_list_may_come_from_standard_input_separated_by_nul() {
    let bench = Bench::new();
    bench.page("a\nb.txt", PROSE).page("c.txt", PROSE);
    let mut child = bench
        .command()
        .args(["clean", "--files-from", "-", "-0", "-o", "out"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"pages/a\nb.txt\0pages/c.txt\0")
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(bench.out().join("pages/a\nb.txt").exists());
}

#[test]
fn the_same_bytes_come_out_whatever_the_number_of_threads() {
    let bench = Bench::new();
    bench.many(700).page("bad.txt", b"one\0two\0three\0\n");
    let mut outputs = Vec::new();
    for jobs in ["1", "2", "5"] {
        ends(
            &bench.textsieve(["clean", "pages", "-o", jobs, "-j", jobs]),
            3,
            "",
        );
        outputs.push(files(&bench.path(jobs)));
    }
    assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
}
