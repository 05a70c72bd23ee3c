//! Compressed input and output: whole, in several members, cut off, damaged, padded, and made to hurt.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use textsieve::compress::{Compression, Limits, pack_whole, unpack};

use super::records::{dump, filter, page};
use super::{Bench, PROSE, ends, files, stderr};

const NAMES: [&str; 5] = ["gzip", "zstd", "xz", "bzip2", "lz4"];

fn packed(compression: Compression, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    pack_whole(compression, bytes.as_ref().to_vec()).unwrap()
}

fn unpacked(bytes: &[u8]) -> String {
    let reader = std::io::Cursor::new(bytes.to_vec());
    let unpacked = unpack(Compression::of(bytes), reader, Limits::default()).unwrap();
    std::io::read_to_string(unpacked).unwrap()
}

fn ending(name: &str, compression: Compression) -> String {
    compression.rename(Path::new(name)).display().to_string()
}

/// Few records without chrome, of some hundred bytes each.
fn rows(from: usize, to: usize) -> String {
    let text = |i: usize| {
        format!(
            "Report {i} of the harbour: {}",
            format!("crane {i} of berth {} moved; ", i * 7).repeat(9)
        )
    };
    (from..to)
        .map(|i| format!("{{\"id\":{i},\"text\":{}}}", serde_json::to_string(&text(i)).unwrap()) + "\n")
        .collect()
}

#[test]
fn fault_02_a_compressed_file_without_a_byte_is_set_aside() {
    let bench = Bench::new();
    for (i, compression) in Compression::PACKED.into_iter().enumerate() {
        bench.page(&ending(&format!("{i}.jsonl"), compression), "");
        // So is one of which hardly anything is left.
        let start = &packed(compression, PROSE)[..i % 2];
        bench.page(&ending(&format!("{i}.txt"), compression), start);
    }
    bench.page("z.txt", PROSE);
    ends(
        &bench.clean(&[]),
        3,
        "0.jsonl.gz: damaged: a compressed file is never empty",
    );
    let aside = bench.set_aside();
    assert!(
        aside.len() == 10 && aside.iter().all(|(_, why)| why == "damaged"),
        "{aside:?}"
    );
    assert_eq!(files(&bench.out()).len(), 1 + 2);
}

#[test]
fn fault_03_all_members_are_read_and_one_is_written() {
    let bench = Bench::new();
    for compression in Compression::PACKED {
        let members = |one: &str, two: &str| [packed(compression, one), packed(compression, two)].concat();
        bench.page(&ending("a.jsonl", compression), members(&rows(0, 3), &rows(3, 6)));
        let (head, tail) = (page(3), page(4));
        bench.page(&ending("a.txt", compression), members(&head, &tail));
        bench.page("plain.txt", head + &tail);
    }
    ends(&bench.clean(&["-j", "2"]), 0, "");
    let plain = fs::read(bench.out().join("plain.txt")).unwrap();
    for compression in Compression::PACKED {
        let shard = fs::read(bench.out().join(ending("a.jsonl", compression))).unwrap();
        assert_eq!(Compression::of(&shard), compression);
        assert_eq!(unpacked(&shard), rows(0, 6));
        let page = fs::read(bench.out().join(ending("a.txt", compression))).unwrap();
        assert_eq!(page, packed(compression, &plain), "{compression:?}");
    }
    assert_eq!(bench.record()["stats"]["pages"]["changed"], 6);
}

#[test]
fn fault_04_of_a_file_that_ends_too_early_whole_rows_are_kept() {
    let bench = Bench::new();
    let all = rows(0, 400);
    let members = |compression| -> Vec<u8> {
        let parts = (0..4).map(|i| packed(compression, rows(i * 100, i * 100 + 100)));
        parts.flatten().collect()
    };
    for compression in Compression::PACKED {
        let whole = members(compression);
        bench.page(&ending("a.jsonl", compression), &whole[..whole.len() * 2 / 3]);
        bench.page(&ending("b.jsonl", compression), &whole[..whole.len() - 1]);
        bench.page(&ending("c.txt", compression), &whole[..whole.len() / 2]);
    }
    bench.page("d.jsonl", rows(0, 1));
    let output = bench.clean(&[]);
    ends(
        &output,
        3,
        "set aside: a.jsonl.bz2: damaged: the bzip2 stream ends too early, ",
    );
    ends(&output, 3, "hint: get the file anew; the lines before that were read");
    let list = fs::read_to_string(bench.out().join("_textsieve/set-aside.jsonl")).unwrap();
    let (mut lines, mut lost) = (1, 0);
    for compression in Compression::PACKED {
        let out = fs::read(bench.out().join(ending("a.jsonl", compression))).unwrap();
        let kept = unpacked(&out);
        let rows = kept.lines().count();
        assert!(
            all.starts_with(&kept) && kept.ends_with('\n') && rows >= 200,
            "{compression:?}: {rows}"
        );
        // The line in which it ends, and the byte.
        let aside: serde_json::Value = list
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .find(|aside| aside["page"] == ending("a.jsonl", compression))
            .unwrap();
        let cut = aside["bytes"].as_u64().unwrap();
        let end = format!("line {} (byte {} unpacked)", rows + 1, kept.len() as u64 + cut);
        assert!(aside["detail"].as_str().unwrap().ends_with(&end), "{aside} {end}");
        let out = fs::read(bench.out().join(ending("b.jsonl", compression))).unwrap();
        assert!(unpacked(&out) == all, "only the end is missing: {compression:?}");
        assert!(!bench.out().join(ending("c.txt", compression)).exists());
        lines += rows + 400;
        lost += kept.len() as u64 + cut;
    }
    let stats = bench.record()["stats"].clone();
    assert_eq!(stats["pages"]["written"], lines);
    assert_eq!(stats["pages"]["set_aside"], 15);
    assert!(stats["bytes"]["read"].as_u64().unwrap() > lost);

    // What cannot be taken back need not be: the rows are whole.
    for (i, compression) in [Compression::Gzip, Compression::Zstd].into_iter().enumerate() {
        let whole = members(compression);
        let output = filter(&bench, &whole[..whole.len() * 2 / 3], &[]);
        let says = format!(
            "set aside: stdin.jsonl: damaged: the {} stream ends too early",
            NAMES[i]
        );
        ends(&output, 3, &says);
        let kept = unpacked(&output.stdout);
        assert!(all.starts_with(&kept) && kept.len() > 1000);
        ends(&filter(&bench, &whole[..12], &[]), 3, "ends too early");
    }
}

#[test]
fn fault_04_what_was_read_before_the_end_is_compared_as_well() {
    let bench = Bench::new();
    // The end comes after line 30 and within the second frame.
    let frame = |from, to| packed(Compression::Zstd, rows(from, to));
    let rest = frame(30, 60);
    bench.page("a.jsonl.zst", [&frame(0, 30), &rest[..rest.len() / 2]].concat());
    let mut wrong = packed(Compression::Gzip, rows(200, 230));
    let crc = wrong.len() - 6;
    wrong[crc] ^= 1;
    bench.page("b.jsonl.gz", wrong);
    bench.page("c.jsonl", rows(20, 40) + &rows(200, 205));
    let flags = ["--exact", "--near", "0.8"];
    for jobs in ["1", "3"] {
        let args = ["clean", "pages", "-o", jobs, "-j", jobs];
        ends(&bench.textsieve([&args[..], &flags].concat()), 3, "before line 31");
    }
    assert_eq!(files(&bench.path("1")), files(&bench.path("3")));
    let copies = fs::read_to_string(bench.path("1/_textsieve/duplicates.jsonl")).unwrap();
    let pair = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        (
            value["page"].as_str().unwrap().to_owned(),
            value["kept"].as_str().unwrap().to_owned(),
        )
    };
    let expected = (1..=10).map(|i| (format!("c.jsonl:{i}"), format!("a.jsonl.zst:{}", 20 + i)));
    assert_eq!(
        copies.lines().map(pair).collect::<Vec<_>>(),
        expected.collect::<Vec<_>>()
    );
    // Nothing of the damaged shard stands for another page.
    assert_eq!(
        fs::read_to_string(bench.path("1/c.jsonl")).unwrap(),
        rows(30, 40) + &rows(200, 205)
    );
    assert_eq!(unpacked(&fs::read(bench.path("1/a.jsonl.zst")).unwrap()), rows(0, 30));
}

#[test]
fn fault_04_an_end_within_a_giant_line_is_told() {
    let bench = Bench::new();
    let giant = format!("{}{{\"text\":\"{}", rows(0, 2), "x".repeat(5 << 20));
    let whole = packed(Compression::Gzip, giant);
    bench.page("a.jsonl.gz", &whole[..whole.len() - 100]);
    let output = bench.clean(&["--max-page", "1M"]);
    ends(&output, 3, "a.jsonl.gz:3: too-large");
    ends(&output, 3, "the gzip stream ends too early, before line 4");
    assert!(unpacked(&fs::read(bench.out().join("a.jsonl.gz")).unwrap()).starts_with(&rows(0, 2)));
}

/// Part of the record is out before the end is met, so an archive would end in half a record.
#[test]
fn fault_04_an_archive_that_ends_within_a_giant_record_is_set_aside_whole() {
    let bench = Bench::new();
    let record = |kind: &str, text: &str| {
        let head = format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: text/plain\r\nContent-Length: ");
        format!("{head}{}\r\n\r\n{text}\r\n\r\n", text.len())
    };
    let archive = record("conversion", PROSE) + &record("resource", &"x".repeat(5 << 20));
    let whole = packed(Compression::Gzip, archive);
    bench.page("a.warc.gz", &whole[..whole.len() - 100]);
    ends(&bench.clean(&["--max-page", "1M"]), 3, "set aside: a.warc.gz: damaged");
    assert!(!bench.out().join("a.warc.gz").exists());
}

#[test]
fn fault_05_a_damaged_file_is_set_aside_whole() {
    let bench = Bench::new();
    bench.page("a.jsonl", dump(3));
    for compression in Compression::PACKED {
        // Several pieces, and the last bytes are wrong: all rows came before that was known.
        let few = if compression == Compression::Xz { 400 } else { 20 };
        let mut wrong = packed(compression, dump(few));
        let sum = wrong.len() - 3;
        wrong[sum] ^= 1;
        bench.page(&ending("b.jsonl", compression), &wrong);
        bench.page(&ending("b.txt", compression), &wrong);
        if compression == Compression::Gzip {
            let output = filter(&bench, &wrong, &[]);
            ends(
                &output,
                1,
                "error: cannot read to the end: stdin.jsonl: the gzip stream is damaged",
            );
        }
    }
    bench.page("z.jsonl", rows(0, 1));
    let output = bench.clean(&[]);
    ends(&output, 3, "b.jsonl.bz2: damaged: the bzip2 stream is damaged");
    ends(&output, 3, "hint: get the file anew; nothing of it was written");
    let aside = bench.set_aside();
    assert!(
        aside.len() == 10 && aside.iter().all(|(_, why)| why == "damaged"),
        "{aside:?}"
    );
    assert_eq!(files(&bench.out()).len(), 2 + 2, "two shards, the audit, the list");
    // What the damaged shards had added is taken back.
    let audit = fs::read_to_string(bench.out().join("_textsieve/removed.jsonl")).unwrap();
    assert!(audit.contains("a.jsonl:3") && !audit.contains("b.jsonl"));
    assert_eq!(bench.record()["stats"]["pages"]["written"], 4);
}

#[test]
fn fault_06_zeros_behind_the_end_are_told_once() {
    let bench = Bench::new();
    for compression in Compression::PACKED {
        let padded = |text: &str| [packed(compression, text), vec![0; 512]].concat();
        bench.page(&ending("a.jsonl", compression), padded(&rows(0, 3)));
        bench.page(&ending("a.txt", compression), padded(PROSE));
    }
    let output = bench.clean(&["--exact"]);
    ends(
        &output,
        0,
        "a.jsonl.bz2: zeros behind the compressed data were passed over",
    );
    assert_eq!(stderr(&output).matches("zeros behind").count(), 1);
    assert_eq!(bench.record()["stats"]["padded"], 10);
    let mut followed = packed(Compression::Gzip, rows(0, 3));
    followed.extend(b"\0\0and more");
    let bench = Bench::new();
    bench.page("a.jsonl.gz", followed);
    ends(
        &bench.clean(&[]),
        3,
        "what follows the compressed data is not part of it",
    );
}

#[test]
fn fault_07_a_bomb_is_stopped() {
    let bench = Bench::new();
    let bomb = packed(Compression::Zstd, vec![b' '; 80 << 20]);
    bench
        .page("a.jsonl.zst", &bomb)
        .page("b.txt.zst", &bomb)
        .page("c.txt", PROSE);
    let output = bench.clean(&["--max-page", "1M"]);
    ends(
        &output,
        3,
        "a.jsonl.zst: expands: what is in the zstd stream is more than 1000 times as large",
    );
    ends(&output, 3, "hint: raise --max-expand");
    let why = |name: &str, why: &str| (name.to_owned(), why.to_owned());
    assert_eq!(
        bench.set_aside(),
        [why("a.jsonl.zst", "expands"), why("b.txt.zst", "too-large")]
    );
    assert_eq!(files(&bench.out()).len(), 1 + 2);
    let output = bench.textsieve(["clean", "pages/b.txt.zst", "-o", "two", "--max-page", "1G"]);
    ends(&output, 3, "b.txt.zst: expands");
    let allowed = [
        "clean",
        "pages/b.txt.zst",
        "-n",
        "--max-page",
        "1G",
        "--max-expand",
        "1000000",
    ];
    ends(&bench.textsieve(allowed), 0, "");
}

/// Under a limit that what the files hold would break.
#[test]
#[cfg(target_os = "linux")]
fn fault_07_and_09_memory_is_flat_whatever_a_file_holds() {
    let bench = Bench::new();
    let bomb = packed(Compression::Zstd, vec![b'x'; 16 << 20]).repeat(32);
    bench
        .page("a.jsonl.zst", &bomb)
        .page("b.txt.zst", &bomb)
        .page("c.txt", PROSE);
    let flags = "-n -j 1 --max-page 1M --max-expand 1000000";
    let script = format!(
        "ulimit -v 300000; exec {} clean pages {flags}",
        env!("CARGO_BIN_EXE_textsieve")
    );
    let mut sh = bench.command_by(Command::new("sh"));
    let output = sh.args(["-c", &script]).output().unwrap();
    ends(&output, 3, "a.jsonl.zst:1: too-large");
    ends(&output, 3, "b.txt.zst: too-large");
}

#[test]
fn fault_08_a_window_that_is_too_large_names_the_option() {
    let bench = Bench::new();
    let long = fs::read(fixture("zst")).unwrap();
    bench.page("a.jsonl.zst", &long).page("b.txt", PROSE);
    let output = bench.clean(&[]);
    ends(
        &output,
        3,
        "a.jsonl.zst: window: unpacking the zstd stream needs more than 134217728 bytes",
    );
    ends(&output, 3, "hint: raise --max-window");
    ends(&bench.clean(&["-f", "--max-window", "256M"]), 0, "");
    assert!(bench.out().join("a.jsonl.zst").exists());
    ends(&bench.clean(&["-f", "--max-window", "4G"]), 2, "hint: give 1K to 2G");
}

fn fixture(extension: &str) -> PathBuf {
    let name = format!("tests/packed/records.jsonl.{extension}");
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn files_of_other_tools_are_read_and_they_read_ours() {
    let bench = Bench::new();
    let plain = fs::read(fixture("gz").with_extension("")).unwrap();
    bench.page("records.jsonl", &plain);
    for compression in Compression::PACKED {
        let file = fixture(compression.extension());
        bench.page(&ending("records.jsonl", compression), fs::read(file).unwrap());
    }
    ends(&bench.clean(&["--max-window", "256M"]), 0, "");
    let clean = fs::read_to_string(bench.out().join("records.jsonl")).unwrap();
    assert!(!clean.contains("Home > World") && clean.contains("ferry to the island"));
    for (compression, tool) in Compression::PACKED.into_iter().zip(NAMES) {
        let path = bench.out().join(ending("records.jsonl", compression));
        assert_eq!(unpacked(&fs::read(&path).unwrap()), clean, "{tool}");
        // Where the tool is not installed there is nothing to ask.
        let Ok(output) = Command::new(tool)
            .args(["-d", "-c"])
            .arg(&path)
            .stderr(Stdio::null())
            .output()
        else {
            continue;
        };
        assert_eq!(String::from_utf8_lossy(&output.stdout), clean, "{tool}");
        assert!(
            Command::new(tool)
                .arg("-t")
                .arg(&path)
                .stderr(Stdio::null())
                .status()
                .unwrap()
                .success()
        );
    }
}

#[test]
fn output_is_compressed_as_asked_for_and_named_so() {
    let bench = Bench::new();
    let all = rows(0, 20);
    bench
        .page("a.jsonl", &all)
        .page("b.jsonl.gz", packed(Compression::Gzip, &all))
        .page("deep/c.txt.bz2", packed(Compression::Bzip2, PROSE))
        .page("d.txt", PROSE);
    for (i, how) in ["none"].into_iter().chain(NAMES).enumerate() {
        let compression = i.checked_sub(1).map_or(Compression::None, |i| Compression::PACKED[i]);
        ends(
            &bench.textsieve(["clean", "pages", "-o", how, "--compress", how]),
            0,
            "",
        );
        for (name, text) in [
            ("a.jsonl", &*all),
            ("b.jsonl", &all),
            ("deep/c.txt", PROSE),
            ("d.txt", PROSE),
        ] {
            let out = fs::read(bench.path(how).join(ending(name, compression))).unwrap();
            assert_eq!(Compression::of(&out), compression);
            assert_eq!(unpacked(&out), *text, "{how} {name}");
        }
        assert_eq!(files(&bench.path(how)).len(), 4 + 2);
        let out = filter(&bench, &packed(Compression::Xz, &all), &["--compress", how]);
        ends(&out, 0, "");
        assert_eq!(Compression::of(&out.stdout), compression);
        assert_eq!(unpacked(&out.stdout), all);
    }
    // The names of two outputs may be the same though those of the inputs are not.
    bench.page("a.jsonl.xz", packed(Compression::Xz, &all));
    ends(&bench.clean(&["-n"]), 0, "");
    let refused = bench.clean(&["--compress", "zst"]);
    ends(
        &refused,
        2,
        "two inputs would be written to a.jsonl.zst: pages/a.jsonl and pages/a.jsonl.xz",
    );
    fs::write(bench.path("_textsieve.gz"), packed(Compression::Gzip, &all)).unwrap();
    let own = [
        "clean",
        "_textsieve.gz",
        "-o",
        "out",
        "--compress",
        "none",
        "--input-format",
        "jsonl",
    ];
    ends(&bench.textsieve(own), 2, "which lies among the run's own files");
    assert!(!bench.out().exists());
}

#[test]
fn a_page_from_standard_input_goes_out_as_it_came() {
    let bench = Bench::new();
    for compression in [Compression::Xz, Compression::Lz4] {
        let mut child = bench
            .command()
            .arg("clean")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = packed(compression, page(3));
        child.stdin.take().unwrap().write_all(&input).unwrap();
        let output = child.wait_with_output().unwrap();
        let clean = unpacked(&output.stdout);
        assert!(clean.contains(PROSE.trim_end()) && !clean.contains("Share"), "{clean}");
        assert_eq!(output.stdout, packed(compression, clean));
    }
    bench.page("a.txt.xz", packed(Compression::Xz, page(3)));
    ends(&bench.textsieve(["explain", "pages/a.txt.xz"]), 0, "");
}
