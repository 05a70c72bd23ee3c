//! Dumps of records: whatever else a record holds, only the bytes of its text change.
#![allow(clippy::unwrap_used)] // a dump that cannot be written has failed

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use serde_json::value::RawValue;
use textsieve::Cleaned;
use textsieve::error::{Error, Exit};
use textsieve::pipeline::plan::Plan;
use textsieve::pipeline::run::{Job, Observer, Output, PageReport, run};
use textsieve::read::Entry;
use textsieve::read::form::InputFormat;
use textsieve::read::text::Files;
use textsieve::text::json::{Pointer, literal, locate, text_of};

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just(""), 2 => Just(" "), 1 => Just("\t"), 1 => Just("  ")]
}

/// A string's literal, also with lone surrogates and every way to escape.
fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("text"),
        Just("é"),
        Just("🚀"),
        Just("\\ud800"),
        Just("\\uDC00"),
        Just("\\ud83d\\ude80"),
        Just("\\u0041"),
        Just("\\n"),
        Just("\\/"),
        Just("\\\""),
        Just("\\\\"),
        Just("{"),
        Just("]"),
        Just(":"),
        Just("\u{7f}"),
        Just("\u{2028}"),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        string(),
        prop::sample::select(
            &[
                "0",
                "-0",
                "1.10",
                "1e400",
                "-1.5E+3",
                "12345678901234567890123",
                "true",
                "false",
                "null"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let members = prop::collection::vec((string(), inner.clone(), space()), 0..4);
        prop_oneof![
            (prop::collection::vec(inner, 0..4), space())
                .prop_map(|(values, s)| format!("[{s}{}{s}]", values.join(","))),
            members.prop_map(|members| format!("{{{}}}", joined(&members))),
        ]
    })
}

fn joined(members: &[(String, String, &'static str)]) -> String {
    let members = members
        .iter()
        .map(|(key, value, s)| format!("{s}{key}{s}:{s}{value}{s}"));
    members.collect::<Vec<_>>().join(",")
}

fn members() -> impl Strategy<Value = Vec<(String, String, &'static str)>> {
    let key = string().prop_filter("the text is put in elsewhere", |key| {
        text_of(key).as_deref() != Some("text")
    });
    prop::collection::vec((key, value(), space()), 0..4)
}

/// A record around its text: what stands before the literal, the literal, and what follows.
fn record() -> impl Strategy<Value = [String; 3]> {
    let text = prop_oneof![
        string(),
        prop::sample::select(&["\"Share\"", "\"\\u0053hare\"", "\"a\\nb \\\"c\\\"\"", "\"ПРАВДА\""][..])
            .prop_map(str::to_owned),
    ];
    (members(), members(), text, space()).prop_map(|(before, after, text, s)| {
        let comma = |members: &[_]| if members.is_empty() { "" } else { "," };
        let head = format!("{s}{{{}{}{s}\"text\"{s}:{s}", joined(&before), comma(&before));
        let tail = format!("{s}{}{}}}{s}", comma(&after), joined(&after));
        [head, text, tail]
    })
}

/// Where pages are from.
#[derive(Default)]
struct Sites(Vec<Option<String>>);

impl Observer for Sites {
    fn page(&mut self, report: &PageReport) -> Result<(), Error> {
        self.0.push(report.site.clone());
        Ok(())
    }
}

/// Runs a dump through a judge that takes away all that is in lower case.
fn shouted(dump: &[u8]) -> (Vec<u8>, Exit) {
    let (out, exit, _) = observed("a.jsonl", dump);
    (out, exit)
}

fn observed(name: &str, dump: &[u8]) -> (Vec<u8>, Exit, Sites) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, dump).unwrap();
    let root: Arc<Path> = Arc::from(folder.path());
    let entry = Entry::new(root, PathBuf::from(name), dump.len() as u64);
    let source = Files::new(vec![entry], InputFormat::Auto, 1 << 20);
    let mut out = Vec::new();
    let job = Job {
        plan: &Plan::default(),
        source: &source,
        set_aside: Vec::new(),
        passed_over: BTreeMap::new(),
        judge: |text: &str| Cleaned {
            text: text.chars().filter(|c| !c.is_lowercase()).collect(),
            page: text.to_owned(),
            cuts: Vec::new(),
            kept: Vec::new(),
            flagged: false,
        },
        stop: &AtomicBool::new(false),
    };
    let mut sites = Sites::default();
    let finished = run(job, Output::Stream(&mut out), &mut sites).unwrap();
    (out, finished.exit, sites)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_serde_json_accepts_is_a_record_and_nothing_else(
        text in value(), at in any::<prop::sample::Index>(), with in prop::sample::select(&["", "\"", "{", "}", ",", "0", "\\", "-", ".", "e", "u", " ", "\n"][..]), harm in 0..3
    ) {
        let mut text = text;
        if harm > 0 {
            let borders: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
            let i = at.index(borders.len());
            let end = if harm == 1 { borders[i] } else { borders.get(i + 1).copied().unwrap_or(text.len()) };
            text.replace_range(borders[i]..end, with);
        }
        let accepted = serde_json::from_str::<&RawValue>(&text).is_ok();
        let none = Pointer::key("none");
        prop_assert_eq!(locate(&text, [&none]).is_ok(), accepted, "{}", text);
    }

    #[test]
    fn the_text_is_found_where_it_stands([head, text, tail] in record()) {
        let line = [&*head, &*text, &*tail].concat();
        let field = Pointer::key("text");
        let [found] = locate(&line, [&field]).unwrap();
        prop_assert_eq!(found.value, Some(head.len()..head.len() + text.len()));
        prop_assert!(!found.twice);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_the_bytes_of_the_text_change(records in prop::collection::vec((record(), any::<bool>()), 1..60)) {
        let (mut dump, mut expected) = (Vec::new(), Vec::new());
        for ([head, text, tail], crlf) in &records {
            let end = if *crlf { "\r\n" } else { "\n\n" };
            let clean = text_of(text).map(|text| text.chars().filter(|c| !c.is_lowercase()).collect::<String>());
            let changed = clean.filter(|clean| Some(clean) != text_of(text).as_ref());
            let clean = changed.map_or_else(|| text.clone(), |clean| literal(&clean, text));
            dump.extend([head, text, tail, end].concat().into_bytes());
            expected.extend([head, &*clean, tail, end].concat().into_bytes());
        }
        let (out, exit) = shouted(&dump);
        prop_assert_eq!(String::from_utf8(out).unwrap(), String::from_utf8(expected).unwrap());
        let lone = records.iter().any(|([_, text, _], _)| text_of(text).is_none());
        prop_assert_eq!(exit, if lone { Exit::SetAside } else { Exit::Done });
    }
}

#[test]
fn odd_bytes_around_records_survive() {
    for dump in [
        &b""[..],
        b"\n",
        b"\xEF\xBB\xBF{\"text\":\"A\"}",
        b"  \r\n{\"text\":\"A\"}\r\n\t\n",
        b"{\"text\":\"A\"}\n{\"text\":5}\n\xFF\nnonsense\n{\"text\":\"A\",\"text\":\"b\"}",
    ] {
        assert_eq!(String::from_utf8_lossy(&shouted(dump).0), String::from_utf8_lossy(dump));
    }
}

#[test]
fn a_page_is_of_the_host_of_its_address_or_of_its_folder() {
    let dump = b"{\"text\":\"A\",\"url\":\"https://News.Example/a\"}\n{\"text\":\"B\"}\n{\"url\":7,\"text\":0}\n";
    let (_, _, sites) = observed("deep/a.jsonl", dump);
    let expected = ["news.example", "deep", "deep"].map(|site| Some(site.to_owned()));
    assert_eq!(sites.0, expected);
}
