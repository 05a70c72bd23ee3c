//! Faults of what is read: no page of these may hurt another.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Bench, PROSE, ends, files};

#[test]
fn fault_01_no_input_matched() {
    let bench = Bench::new();
    bench.page("a.md", PROSE);
    let output = bench.clean(&[]);
    ends(&output, 2, "error: no input matched");
    ends(&output, 2, "hint: 1 files were passed over by their extension");
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
    for (policy, code, says) in [("replace", 0, ""), ("drop", 3, ""), ("fail", 1, "invalid-text")] {
        ends(&bench.clean(&["--force", "--invalid", policy]), code, says);
        assert!(bench.out().join("b.txt").exists());
        let sequences = bench.record()["stats"]["invalid"]["sequences"].as_u64().unwrap();
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
    let cyrillic = "Рада схвалила новий міст через річку після довгих дебатів у понеділок.\n".repeat(4);
    bench
        .page("mark.txt", format!("\u{feff}{PROSE}"))
        .page("utf16.txt", utf16);
    bench.page("cp1251.txt", encoding_rs::WINDOWS_1251.encode(&cyrillic).0);
    ends(&bench.clean(&[]), 0, "");
    assert_eq!(fs::read_to_string(bench.out().join("mark.txt")).unwrap(), PROSE);
    assert_eq!(
        fs::read_to_string(bench.out().join("utf16.txt")).unwrap(),
        "Київ і Львів\n"
    );
    assert_eq!(fs::read_to_string(bench.out().join("cp1251.txt")).unwrap(), cyrillic);
    let encodings = &bench.record()["stats"]["encodings"];
    assert_eq!(encodings["UTF-8"].as_u64(), Some(1), "{encodings}");
    assert_eq!(encodings["UTF-16LE"].as_u64(), Some(1), "{encodings}");
    assert_eq!(encodings["windows-1251"].as_u64(), Some(1), "{encodings}");
}

#[test]
fn fault_12_binary_files_are_set_aside() {
    let bench = Bench::new();
    bench
        .page("a.txt", PROSE)
        .page("b.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0")
        .page("c.txt", b"one\0two\0three\0\n");
    ends(&bench.clean(&[]), 3, "set aside: b.txt: binary:");
    assert_eq!(
        bench.set_aside(),
        [("b.txt".into(), "binary".into()), ("c.txt".into(), "binary".into())]
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
    let pattern = "[meta]\nlang = \"xx\"\nname = \"Mine\"\n[[rule]]\nreason = \"social\"\nstrength = \"sure\"\n";
    for (phrases, says) in [
        ("match = \"regex\"\nphrases = [\"a\"]\n", "unknown variant `regex`"),
        ("match = \"whole\"\nphrases = [\"»\"]\n", "`»` is no phrase"),
    ] {
        fs::write(bench.path("my.toml"), [pattern, phrases].concat()).unwrap();
        ends(&bench.clean(&["--lexicon", "my.toml"]), 2, says);
    }
    ends(&bench.clean(&["--keep", "datelines"]), 2, "datelines");
    ends(&bench.clean(&["--text-field", "/a~2"]), 2, "is not a field");
    assert!(!bench.out().exists());
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
    assert_eq!(bench.set_aside(), expected.map(|(page, why)| (page.into(), why.into())));
    let written: Vec<PathBuf> = files(&bench.out())
        .into_keys()
        .filter(|name| !name.starts_with("_textsieve"))
        .collect();
    assert_eq!(
        written,
        [Path::new("a.txt"), Path::new("deep/b.txt"), Path::new("linked.txt")]
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
        fs::set_permissions(bench.pages().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("closed.txt", 0);
    mode("shut", 0);
    let Some(mut command) = bench.unprivileged() else {
        return mode("shut", 0o755);
    };
    let output = command.args(["clean", "pages", "-o", "out"]).output().unwrap();
    ends(&output, 3, "Permission denied");
    let expected = [("shut", "unreadable"), ("closed.txt", "unreadable")];
    assert_eq!(bench.set_aside(), expected.map(|(page, why)| (page.into(), why.into())));
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
        [("pages/sub/../../pages/sub/b.txt".into(), "unsafe-name".into())]
    );
    assert!(bench.out().join("pages/a.txt").exists() && bench.out().join("pages/sub/b.txt").exists());
}

#[test]
fn fault_25_names_in_an_archive_cannot_leave_it() {
    let bench = Bench::new();
    let archive = tar(&[("a.txt", PROSE), ("../b.txt", PROSE), ("/c.txt", PROSE)]);
    bench.page("a.tar", &archive);
    ends(&bench.clean(&[]), 3, "a.tar:2: unsafe-name");
    assert_eq!(
        bench.set_aside(),
        [2, 3].map(|i| (format!("a.tar:{i}"), "unsafe-name".into()))
    );
    assert_eq!(fs::read(bench.out().join("a.tar")).unwrap(), archive);
    assert!(!bench.path("b.txt").exists());
}

/// An archive of plain files.
fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in files {
        let mut header = [0; 512];
        let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
        put(0, name);
        put(100, "0000644");
        put(124, &format!("{:011o}", content.len()));
        put(136, "00000000000");
        put(148, "        ");
        put(156, "0");
        put(257, "ustar\x0000");
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend(header);
        archive.extend(content.as_bytes());
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

#[test]
fn fault_25_a_file_that_is_not_as_long_as_it_says_is_set_aside() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let bench = Bench::new();
    // Files of /proc have no size, yet they can be read: the same as a file that grows under the reader.
    ends(&bench.textsieve(["clean", "/proc/version", "-o", "out"]), 3, "changed");
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
