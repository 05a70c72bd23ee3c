//! Files that appear whole, and names that cannot leave the folder.

use super::*;

#[test]
fn names_cannot_leave_the_folder() {
    for name in [
        "../a.txt",
        "a/../../b.txt",
        "/etc/passwd",
        "",
        ".",
        "..",
        "_textsieve/run.json",
        "a/.textsieve-x.tmp",
    ] {
        assert!(check_name(Path::new(name)).is_err(), "{name}");
    }
    for name in ["a.txt", "a/b/c.txt", "..a.txt", "a/_textsieve/b.txt", "a/./b.txt"] {
        assert_eq!(check_name(Path::new(name)), Ok(()), "{name}");
    }
}

#[test]
fn a_page_appears_whole_and_leaves_no_temporary_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = OutFolder::open(&folder.path().join("out"), true).unwrap();
    let staged = out.stage(Path::new("a/b.txt"), b"text").unwrap();
    let path = folder.path().join("out/a/b.txt");
    assert!(!path.exists());
    out.publish(vec![staged]).unwrap();
    assert_eq!(fs::read(path).unwrap(), b"text");
    assert_eq!(out.sweep().unwrap(), 0);
}

#[test]
fn many_pages_appear_at_once_and_unpublished_ones_never() {
    let folder = tempfile::tempdir().unwrap();
    let out = OutFolder::open(folder.path(), true).unwrap();
    let stage = |i: usize| out.stage(&PathBuf::from(format!("{i}.txt")), b"text").unwrap();
    let staged: Vec<Staged> = (0..=SYNC_EACH).map(stage).collect();
    drop(stage(99));
    out.publish(staged).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), SYNC_EACH + 2);
}

#[test]
fn only_stale_temporary_files_are_swept() {
    let folder = tempfile::tempdir().unwrap();
    let out = OutFolder::open(folder.path(), false).unwrap();
    for name in [".textsieve-abc.tmp", ".textsieve-abc.txt", "x.tmp"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    assert_eq!(out.sweep().unwrap(), 1);
    assert!(folder.path().join("x.tmp").exists());
}

#[test]
fn lines_are_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = OutFolder::open(folder.path(), false).unwrap();
    let mut lines = out.lines("x.jsonl", 0).unwrap();
    lines.push(&1).unwrap();
    let mark = lines.length();
    lines.append(&vec![b'x'; 100_000]).unwrap();
    lines.rewind(mark).unwrap();
    lines.push(&2).unwrap();
    lines.finish().unwrap();
    assert_eq!(fs::read(out.run_file("x.jsonl")).unwrap(), b"1\n2\n");
}

#[test]
fn lines_go_on_where_an_earlier_run_was_killed_or_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let out = OutFolder::open(folder.path(), false).unwrap();
    let mut lines = out.lines("x.jsonl", 0).unwrap();
    lines.append(b"1\n2\n").unwrap();
    lines.save().unwrap();
    lines.append(b"3").unwrap();
    drop(lines);
    assert!(!out.run_file("x.jsonl").exists());
    for (length, finished) in [(4, "1\n2\n5\n"), (2, "1\n5\n")] {
        let mut lines = out.lines("x.jsonl", length).unwrap();
        lines.append(b"5\n").unwrap();
        lines.finish().unwrap();
        assert_eq!(fs::read_to_string(out.run_file("x.jsonl")).unwrap(), finished);
    }
    assert!(out.lines("x.jsonl", 5).is_err(), "it is shorter than that");
}

#[test]
fn a_second_run_is_kept_out() {
    let folder = tempfile::tempdir().unwrap();
    let first = OutFolder::open(folder.path(), false).unwrap();
    let second = OutFolder::open(folder.path(), false);
    assert!(second.unwrap_err().to_string().starts_with("another run"));
    drop(first);
    assert!(OutFolder::open(folder.path(), false).is_ok());
}

#[test]
fn traces_of_a_run_that_never_began_are_blank() {
    let folder = tempfile::tempdir().unwrap();
    assert!(is_blank(&folder.path().join("missing")).unwrap());
    assert!(is_blank(folder.path()).unwrap());
    let run = folder.path().join(RUN_FOLDER);
    fs::create_dir(&run).unwrap();
    fs::write(run.join(".textsieve-abc.tmp"), "half").unwrap();
    assert!(is_blank(folder.path()).unwrap());
    fs::write(run.join("run.json"), "{}").unwrap();
    assert!(!is_blank(folder.path()).unwrap());
}
