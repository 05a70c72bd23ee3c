//! Faults of dumps: records that are none, and what must not come of them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{ALIKE, Bench, NOTES, PROSE, ends, files};

const CHROME: &str = "Home > World > Europe\n\nCouncil approves the bridge\n\n06 February 2026, 19:46\n\n";

/// So much beside the text that a dump of some hundred records is read in several pieces.
const PAD: usize = 6000;

pub(super) fn page(number: usize) -> String {
    format!("{CHROME}{}\nShare on Facebook\n", PROSE.repeat(number % 7 + 2))
}

/// A record with fields around its text that no parser would give back as they are.
pub(super) fn record(number: usize, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    let pad = "x".repeat(PAD);
    format!(
        r#"{{"n": 1.10, "id":"page-{number}","x":"\ud800" ,"pad":"{pad}","big":12345678901234567890123, "text" : {text},"n":2}}"#
    )
}

pub(super) fn dump(count: usize) -> String {
    (0..count).map(|i| record(i, &page(i)) + "\n").collect()
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(bytes.as_ref(), 1).unwrap()
}

fn unzstd(bytes: &[u8]) -> String {
    String::from_utf8(zstd::decode_all(bytes).unwrap()).unwrap()
}

pub(super) fn filter(bench: &Bench, input: &[u8], args: &[&str]) -> Output {
    let mut child = bench
        .command()
        .args(["clean", "-", "--input-format", "jsonl"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    // A filter that refuses its input closes the pipe early.
    let _ = writer.join().unwrap();
    output
}

#[test]
fn records_and_text_files_come_out_alike_whatever_the_compression_and_the_threads() {
    let bench = Bench::new();
    let count = 400;
    for i in 0..count {
        bench.page(&format!("{i:04}.txt"), page(i));
    }
    ends(&bench.clean(&[]), 0, "");
    let texts = files(&bench.out());
    let expected: String = (0..count)
        .map(|i| {
            let text = &texts[std::path::Path::new(&format!("{i:04}.txt"))];
            record(i, str::from_utf8(text).unwrap()) + "\n"
        })
        .collect();

    fs::create_dir(bench.path("dump")).unwrap();
    let half = dump(count).find(r#""id":"page-200""#).unwrap();
    let half = dump(count)[..half].rfind('\n').unwrap() + 1;
    let (one, two) = (&dump(count)[..half], &dump(count)[half..]);
    fs::write(bench.path("dump/a.jsonl"), dump(count)).unwrap();
    fs::write(bench.path("dump/a.jsonl.gz"), [gzip(one), gzip(two)].concat()).unwrap();
    fs::write(bench.path("dump/a.jsonl.zst"), [zstd(one), zstd(two)].concat()).unwrap();
    fs::write(bench.path("dump/c4.json.gz"), gzip(dump(count))).unwrap();
    fs::write(bench.path("dump/page.txt"), page(3)).unwrap();
    let mut outputs = Vec::new();
    for jobs in ["1", "4"] {
        ends(&bench.textsieve(["clean", "dump", "-o", jobs, "-j", jobs]), 0, "");
        outputs.push(files(&bench.path(jobs)));
    }
    assert!(outputs[0] == outputs[1]);
    let out = |name: &str| outputs[0][std::path::Path::new(name)].clone();
    assert!(String::from_utf8(out("a.jsonl")).unwrap() == expected);
    assert!(gunzip(&out("a.jsonl.gz")) == expected);
    assert!(unzstd(&out("a.jsonl.zst")) == expected);
    assert!(gunzip(&out("c4.json.gz")) == expected);
    assert_eq!(out("page.txt"), texts[std::path::Path::new("0003.txt")]);
    assert_eq!(files(&bench.path("1")).len(), 5 + 2);

    let filtered = filter(&bench, &gzip(dump(count)), &[]);
    ends(&filtered, 0, "");
    assert!(gunzip(&filtered.stdout) == expected);
}

#[test]
fn fault_13_to_16_what_is_no_record_stands_as_it_came_and_is_told() {
    let bench = Bench::new();
    let lines: [(&[u8], &str); 11] = [
        (b"{\"id\":1,\"text\":\"fine\"}", ""),
        (b"not json", "not-json"),
        (b"{\"id\":7,\"txt\":\"x\"}", "no-text"),
        (b"{\"text\":null}", "text-not-string"),
        (b"{\"text\":[\"x\"]}", "text-not-string"),
        (b"{\"text\":\"a\",\"text\":\"b\"}", "text-twice"),
        (b"{\"text\":\"half \\ud800\"}", "lone-surrogate"),
        (b"{\"text\":\"\xFF\"}", "invalid-text"),
        (b"[\"text\"]", "no-text"),
        (b"{\"text\":\"open", "not-json"),
        (b"   ", ""),
    ];
    let nested = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let mut all: Vec<u8> = lines.iter().flat_map(|(line, _)| [*line, b"\n"].concat()).collect();
    all.extend(nested.as_bytes());
    bench.page("a.jsonl", &all);
    ends(
        &bench.clean(&[]),
        3,
        "set aside: a.jsonl:2: not-json: column 1: no value",
    );
    assert_eq!(fs::read(bench.out().join("a.jsonl")).unwrap(), all);
    let mut expected: Vec<(String, String)> = (1..)
        .zip(lines)
        .filter(|(_, (_, why))| !why.is_empty())
        .map(|(number, (_, why))| (format!("a.jsonl:{number}"), why.to_owned()))
        .collect();
    expected.push(("a.jsonl:12".into(), "not-json".into()));
    assert_eq!(bench.set_aside(), expected);
    let list = fs::read_to_string(bench.out().join("_textsieve/set-aside.jsonl")).unwrap();
    assert!(
        list.contains(r#"{"page":"a.jsonl:3","id":7,"reason":"no-text""#),
        "{list}"
    );
    let bytes = &bench.record()["stats"]["bytes"];
    assert_eq!(bytes["set_aside"], bytes["passed_on"]);
    let out = bytes["written"].as_u64().unwrap() + bytes["passed_on"].as_u64().unwrap();
    assert_eq!(out, all.len() as u64);
    ends(&bench.clean(&["--force", "--invalid", "fail"]), 1, "invalid-text");
}

#[test]
fn fault_15_fields_that_no_parser_gives_back_come_out_as_they_are() {
    let bench = Bench::new();
    let before = format!(r#"{{"a":"\ud83d","\udc00":[1e999,-0,{}],"text":"#, "9".repeat(5000));
    let after = ",\"a\":1.10}\n";
    let text = serde_json::to_string(&page(3)).unwrap();
    bench.page("a.jsonl", [&*before, &text, after].concat());
    ends(&bench.clean(&[]), 0, "");
    let out = fs::read_to_string(bench.out().join("a.jsonl")).unwrap();
    let clean = out.strip_prefix(&before).unwrap().strip_suffix(after).unwrap();
    assert!(clean.contains("The council met") && !clean.contains("Share"), "{clean}");
}

#[test]
fn fault_16_a_text_field_that_no_record_has_is_refused_and_can_be_mended() {
    let bench = Bench::new();
    bench.page("a.jsonl", "{\"url\":\"u\",\"content\":\"x\"}\n".repeat(5000));
    ends(&bench.clean(&[]), 2, "error: no record has the text field: a.jsonl");
    ends(
        &bench.clean(&[]),
        2,
        "hint: --text-field names it; the records have: content, url",
    );
    assert!(!bench.out().join("a.jsonl").exists());
    ends(&bench.clean(&["--text-field", "content"]), 0, "");
    assert_eq!(bench.record()["stats"]["pages"]["written"], 5000);
    ends(&bench.clean(&["--text-field", "/a~2", "-f"]), 2, "is not a field");
}

#[test]
fn fault_09_a_giant_line_is_handed_on_and_told() {
    let bench = Bench::new();
    let giant = format!("{{\"text\":\"{}\"}}", "x".repeat(9 << 20));
    let all = [record(1, &page(1)), giant.clone(), record(2, CHROME)].join("\n");
    bench.page("a.jsonl", &all).page("b.jsonl.gz", gzip(&giant));
    ends(&bench.clean(&["--max-page", "2M"]), 3, "a.jsonl:2: too-large");
    let expected = ["a.jsonl:2", "b.jsonl.gz:1"].map(|page| (page.into(), "too-large".into()));
    assert_eq!(bench.set_aside(), expected);
    let out = fs::read_to_string(bench.out().join("a.jsonl")).unwrap();
    assert!(out.contains(&giant) && out.lines().count() == 3);
    assert!(gunzip(&fs::read(bench.out().join("b.jsonl.gz")).unwrap()) == giant);
}

#[test]
fn a_file_of_the_current_folder_is_named_without_one() {
    let bench = Bench::new();
    fs::write(bench.path("a.jsonl"), dump(1)).unwrap();
    ends(&bench.textsieve(["clean", "a.jsonl", "-o", "out"]), 0, "");
    assert!(bench.out().join("a.jsonl").exists());
    ends(
        &bench.textsieve(["clean", "a.jsonl", "-o", "."]),
        2,
        "the input stands inside the output folder",
    );
}

#[test]
fn a_json_file_that_holds_no_records_is_told() {
    let bench = Bench::new();
    bench
        .page("array.json.gz", gzip("[{\"text\":\"x\"}]"))
        .page("a.txt", PROSE);
    ends(&bench.clean(&[]), 3, "set aside: array.json.gz: not-jsonl");
    assert!(!bench.out().join("array.json.gz").exists());
}

#[test]
fn fault_21_a_killed_run_leaves_no_part_of_a_shard() {
    let bench = Bench::new();
    bench.page("a.jsonl", dump(500)).page("b.jsonl.gz", gzip(dump(500)));
    ends(&bench.textsieve(["clean", "pages", "-o", "expected"]), 0, "");
    let expected = files(&bench.path("expected"));
    for round in 0..8 {
        let mut child = bench
            .command()
            .args(["clean", "pages", "-o", "out", "--checkpoint", "0"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(round * 100));
        child.kill().unwrap();
        child.wait().unwrap();
        if !bench.out().exists() {
            continue;
        }
        for (name, bytes) in files(&bench.out()) {
            let file = name.file_name().unwrap().to_string_lossy();
            let unfinished = file.starts_with(".textsieve-") || file.ends_with(".part") || NOTES.contains(&&*file);
            assert!(
                unfinished || expected[&name] == bytes,
                "{} is not whole",
                name.display()
            );
        }
        if bench.out().join("_textsieve/run.json").exists() && bench.record()["complete"] == true {
            fs::remove_dir_all(bench.out()).unwrap();
        }
    }
    ends(&bench.clean(&[]), 0, "");
    assert!(files(&bench.out()) == expected);
}

#[test]
fn fault_22_a_stopped_run_counts_whole_shards_only() {
    let bench = Bench::new();
    bench.page("a.jsonl", dump(50)).page("b.jsonl", dump(2000));
    let mut child = bench
        .command()
        .args(["clean", "pages", "-o", "out"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !bench.out().join("a.jsonl").exists() {
        sleep(Duration::from_millis(1));
    }
    let pid = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let record = bench.record();
    assert_eq!(record["complete"], false);
    assert_eq!(record["stats"]["pages"]["written"], 50);
    assert!(!bench.out().join("b.jsonl").exists());
    ends(&bench.clean(&[]), 0, "an unfinished run stands");
    assert_eq!(bench.record()["stats"]["pages"]["written"], 2050);
}

#[test]
fn fault_20_a_folder_that_cannot_be_written_and_a_full_disk_are_told() {
    let bench = Bench::new();
    bench.page("a.jsonl", dump(400));
    let script = format!(
        "ulimit -f 64; exec {} clean pages -o out",
        env!("CARGO_BIN_EXE_textsieve")
    );
    let limited = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(bench.0.path())
        .envs(ALIKE)
        .output()
        .unwrap();
    ends(&limited, 1, "error: cannot write: out/a.jsonl: File too large");
    assert!(!bench.out().join("a.jsonl").exists());
    ends(&bench.clean(&[]), 0, "an unfinished run stands in the output folder");

    let closed = bench.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if let Some(mut command) = bench.unprivileged() {
        let output = command.args(["clean", "pages", "-o", "closed/out"]).output().unwrap();
        ends(&output, 1, "Permission denied");
    }
}

#[test]
fn a_filter_streams_and_a_closed_pipe_is_no_error() {
    let bench = Bench::new();
    let mut child = bench
        .command()
        .args(["clean", "--input-format", "jsonl", "-j", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text = dump(2000);
    // More than can be in flight: something must come out before the input ends.
    let feeder = std::thread::spawn(move || {
        let _ = stdin.write_all(text.as_bytes());
        stdin
    });
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 1000];
    stdout.read_exact(&mut first).unwrap();
    assert!(first.starts_with(b"{\"n\": 1.10, \"id\":\"page-0\""));
    drop(stdout);
    drop(feeder.join().unwrap());
    ends(&child.wait_with_output().unwrap(), 0, "");
}
