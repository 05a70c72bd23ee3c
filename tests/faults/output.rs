//! Faults of where pages are written: full disks, and folders that are refused before any work.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::{ALIKE, Bench, PROSE, ends, files};

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
        .envs(ALIKE)
        .output()
        .unwrap();
    ends(&output, 1, "error: cannot write: out/a.txt: File too large");
    assert!(!bench.out().join("a.txt").exists());
    assert_eq!(bench.record()["complete"], false);

    ends(&bench.clean(&[]), 0, "an unfinished run stands in the output folder");
    assert_eq!(bench.record()["complete"], true);
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
    ends(&bench.clean(&[]), 0, "nothing to do");
    ends(&bench.clean(&["--profile", "careful"]), 2, "holds a finished run");
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
    ends(&bench.clean(&["--jobs", "1"]), 0, "an unfinished run stands");
    fs::write(&record, "{").unwrap();
    ends(&bench.clean(&[]), 2, "damaged");
}

#[test]
fn the_same_bytes_come_out_whatever_the_number_of_threads() {
    let bench = Bench::new();
    bench.many(700).page("bad.txt", b"one\0two\0three\0\n");
    let mut outputs = Vec::new();
    for jobs in ["1", "2", "5"] {
        ends(&bench.textsieve(["clean", "pages", "-o", jobs, "-j", jobs]), 3, "");
        outputs.push(files(&bench.path(jobs)));
    }
    assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
}
