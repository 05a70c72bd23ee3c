//! Ends before the end: kills, signals, closed pipes.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{Bench, NOTES, PROSE, ends, files, stderr};

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
fn fault_21_a_killed_run_leaves_whole_files_and_goes_on_to_the_same_bytes() {
    let bench = Bench::new();
    bench.many(2000);
    ends(&bench.textsieve(["clean", "pages", "-o", "expected"]), 0, "");
    let expected = files(&bench.path("expected"));
    for round in 0..20 {
        let mut child = start(&bench, &["clean", "pages", "-o", "out", "--checkpoint", "0"]);
        sleep(Duration::from_millis(round * 25));
        child.kill().unwrap();
        child.wait().unwrap();
        if !bench.out().exists() {
            continue;
        }
        for (name, bytes) in files(&bench.out()) {
            let file = name.file_name().unwrap().to_string_lossy();
            let unfinished = file.starts_with(".textsieve-") || file.ends_with(".part") || NOTES.contains(&&*file);
            assert!(unfinished || expected[&name] == bytes, "{file} is not whole");
        }
        // A round that was not killed in time proves nothing about the next: begin anew.
        if bench.out().join("_textsieve/run.json").exists() && bench.record()["complete"] == true {
            fs::remove_dir_all(bench.out()).unwrap();
        }
    }
    ends(&bench.clean(&[]), 0, "");
    assert_eq!(files(&bench.out()), expected);
}

#[test]
fn fault_21_a_killed_run_goes_on_behind_its_last_checkpoint() {
    let bench = Bench::new();
    bench.many(1500);
    let flags = ["--no-exact", "--no-near", "--no-templates", "--checkpoint", "0"];
    let out = |name| [&["clean", "pages", "-o", name][..], &flags].concat();
    ends(&bench.textsieve(out("expected")), 0, "");
    let mut child = start(&bench, &[&out("out")[..], &["-j", "1"]].concat());
    while !bench.out().join("_textsieve/checkpoint.json").exists() {
        sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    // What a shell calls 137.
    assert_eq!(child.wait().unwrap().signal(), Some(9));
    let ended = bench.textsieve(out("out"));
    ends(&ended, 0, "going on behind the ");
    assert_eq!(files(&bench.out()), files(&bench.path("expected")));

    // Killed between its record and its last step, a run leaves its notes.
    for note in NOTES {
        fs::write(bench.out().join("_textsieve").join(note), "").unwrap();
    }
    ends(&bench.textsieve(out("out")), 0, "nothing to do");
    assert_eq!(files(&bench.out()), files(&bench.path("expected")));
    bench.page("one-more.txt", PROSE);
    ends(&bench.textsieve(out("out")), 2, "has changed");
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
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(code));
        let record = bench.record();
        assert_eq!(record["complete"], false);
        let notes = |name: &PathBuf| NOTES.iter().any(|note| name.ends_with(note));
        let written = files(&bench.out()).keys().filter(|name| !notes(name)).count() - 2;
        assert_eq!(record["stats"]["pages"]["written"].as_u64(), Some(written as u64));
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
