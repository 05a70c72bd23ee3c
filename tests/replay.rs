//! Inputs that once broke a promise, replayed: `fuzz/crashes/TARGET/` holds them.

#![allow(clippy::unwrap_used)] // a folder that cannot be read has failed

use std::fs;
use std::path::Path;

#[path = "../fuzz/promises.rs"]
mod promises;

type Promise = fn(&[u8]);

const TARGETS: [(&str, Promise); 9] = [
    ("decode", promises::decode),
    ("normalise", promises::normalise),
    ("clean", promises::clean),
    ("jsonl", promises::jsonl),
    ("csv", promises::csv),
    ("warc", promises::warc),
    ("tar", promises::tar),
    ("html", promises::html),
    ("unpack", promises::unpack),
];

#[test]
fn every_input_that_broke_a_promise_keeps_it_now() {
    let crashes = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/crashes");
    let entries = fs::read_dir(&crashes).unwrap().map(Result::unwrap);
    for folder in entries.filter(|entry| entry.path().is_dir()) {
        let name = folder.file_name().into_string().unwrap();
        let (_, promise) = TARGETS.iter().find(|(target, _)| *target == name).unwrap();
        for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            promise(&fs::read(file.path()).unwrap());
        }
    }
}

#[test]
fn every_target_is_replayed() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/targets");
    for file in fs::read_dir(targets).unwrap().map(Result::unwrap) {
        let name = file.path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(TARGETS.iter().any(|(target, _)| *target == name), "{name}");
    }
}

/// What crashes are made of, so that the promises themselves are seen to hold.
#[test]
fn promises_hold_for_odd_bytes() {
    let odd: [&[u8]; 12] = [
        b"",
        b"\n",
        b"\xff\xfe",
        b"\"",
        b"{\"text\":\"\\ud800\"}\n{\"text\":\"a\",\"text\":\"b\"}\n{\"text\":\"x\"",
        b"{\"text\":\"a\\u0000b\"}\r\n\r\n[1]\n",
        b"id,text\n1,\"a\nb\"\n2,c\r\n",
        b"text\n\"",
        b"text\n\"\"\"\"\n",
        b"\xef\xbb\xbftext\nx",
        b"a\r\rb\r\n\xc2\xa0c\0",
        b"Home\n\nShare\n\nHome\n",
    ];
    for bytes in odd {
        for (_, promise) in TARGETS {
            promise(bytes);
        }
    }
}
