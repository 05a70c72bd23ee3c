//! The lexicon is data, and this is what it must be: complete, sorted, and harmless to what articles say.
//!
//! `tests/lexicon/LANG.txt` holds lines as articles have them, under `# sentences` and `# subheads`: near the words
//! of menus and notices on purpose. No phrase of any language that cuts by itself may fire on one.
#![allow(clippy::unwrap_used)] // a test that cannot read the lexicon has failed

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use textsieve::Reason;
use textsieve::lexicon::load::{BUILT_IN, File, parse};
use textsieve::lexicon::{Lexicon, Match, Phrase, Strength};
use textsieve::text::chars::{is_closer, is_terminal, is_wide};
use textsieve::text::fold::fold;

/// Fewer would mean that files were lost.
const LEAST_LANGUAGES: usize = 30;

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files of a folder with this extension: name without it, and text.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let paths = fs::read_dir(in_repository(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

fn lexicon_files() -> Vec<(String, File)> {
    files("data/lexicon", "toml")
        .into_iter()
        .map(|(lang, text)| (lang.clone(), parse(&lang, &text).unwrap()))
        .collect()
}

/// Holds `faults` against every file and tells all it finds.
fn every_file(faults: impl Fn(&File) -> Vec<String>) {
    let mut all = Vec::new();
    for (lang, file) in lexicon_files() {
        all.extend(faults(&file).into_iter().map(|fault| format!("{lang}.toml: {fault}")));
    }
    assert!(all.is_empty(), "{} faults\n{}", all.len(), all.join("\n"));
}

#[test]
fn every_file_is_compiled_in() {
    let there: BTreeSet<String> = files("data/lexicon", "toml")
        .into_iter()
        .map(|(lang, _)| lang)
        .collect();
    let built_in: BTreeSet<String> = BUILT_IN.iter().map(|&(lang, _)| lang.to_owned()).collect();
    assert_eq!(
        built_in, there,
        "src/lexicon/load.rs lists the left, data/lexicon holds the right"
    );
    assert!(there.len() > LEAST_LANGUAGES);
}

#[test]
fn a_file_is_named_after_its_language_and_has_lines_to_hold_against_it() {
    let tested: BTreeSet<String> = files("tests/lexicon", "txt")
        .into_iter()
        .map(|(lang, _)| lang)
        .collect();
    for (lang, file) in lexicon_files() {
        assert_eq!(file.meta.lang, lang);
        assert!(!file.meta.name.is_empty(), "{lang}.toml has no name");
        assert!(tested.contains(&lang), "tests/lexicon/{lang}.txt is missing");
    }
}

#[test]
fn a_year_has_twelve_months_and_a_week_seven_days() {
    every_file(|file| {
        let rows = [
            ("months", &file.dates.months, 12),
            ("weekdays", &file.dates.weekdays, 7),
        ];
        let wrong = rows
            .into_iter()
            .filter(|(_, rows, n)| !rows.is_empty() && (rows.len() != *n || rows.iter().any(Vec::is_empty)));
        wrong
            .map(|(name, rows, n)| format!("{name} has {} rows, or an empty one; {n} are needed", rows.len()))
            .collect()
    });
}

#[test]
fn phrases_are_sorted_and_unique() {
    every_file(|file| {
        let pairs = file
            .rules
            .iter()
            .flat_map(|rule| rule.phrases.windows(2).map(move |pair| (rule, pair)));
        let wrong = pairs.filter(|(_, pair)| pair[0] >= pair[1]);
        wrong
            .map(|(rule, pair)| {
                format!(
                    "{} {:?}: {:?} stands before {:?}",
                    rule.reason, rule.matching, pair[0], pair[1]
                )
            })
            .collect()
    });
}

#[test]
fn a_phrase_is_words_and_never_an_address_or_a_number() {
    every_file(|file| {
        let odd = |phrase: &&String| {
            let folded = fold(phrase);
            let address = ["://", "www.", ".com", ".org", ".net", "@"]
                .iter()
                .any(|sign| phrase.contains(sign));
            // Numbers at a line's ends are ignored, and others are what changes from page to page.
            let number = folded.split(' ').any(|word| word.chars().all(char::is_numeric));
            address || number || folded.is_empty()
        };
        file.rules
            .iter()
            .flat_map(|rule| rule.phrases.iter().filter(odd))
            .map(|phrase| format!("{phrase:?}"))
            .collect()
    });
}

#[test]
fn a_phrase_fires_where_it_stands_alone() {
    every_file(|file| {
        let mut faults = Vec::new();
        for rule in file.rules.iter().filter(|rule| rule.strength != Strength::Off) {
            let end = if rule.matching == Match::Label { ":" } else { "" };
            let dead = rule.phrases.iter().filter(|phrase| {
                let same = |hit: &Phrase| hit.reason == rule.reason && hit.matching == rule.matching;
                let fires = hits(&format!("{phrase}{end}"))
                    .into_iter()
                    .any(|hit| same(hit) && hit.text == fold(phrase));
                !fires
            });
            faults.extend(dead.map(|phrase| format!("{} {:?} {phrase:?} never fires", rule.reason, rule.matching)));
        }
        faults
    });
}

/// The kind of a line under `tests/lexicon`.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Sentence,
    Subhead,
}

/// The lines of a file with their kinds.
fn lines(text: &str) -> Vec<(Kind, &str)> {
    let mut kind = Kind::Sentence;
    let mut all = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line {
            "# sentences" => kind = Kind::Sentence,
            "# subheads" => kind = Kind::Subhead,
            _ => {
                assert!(!line.starts_with('#'), "no section is called {line:?}");
                all.push((kind, line));
            }
        }
    }
    all
}

/// Words as the judge counts them: what spaces part, and half a word for a character of a script without spaces.
fn words(line: &str) -> usize {
    let wide = line.chars().filter(|&c| is_wide(c)).count();
    if wide > 0 {
        wide / 2
    } else {
        line.split_whitespace().count()
    }
}

/// Whether a phrase can cut on a line of this kind. A byline's own rule asks for more than its phrase; a subhead with
/// a colon is a label to anyone who does not know the article.
fn cuts(kind: Kind, phrase: &Phrase) -> bool {
    let may = phrase.strength == Strength::Sure && phrase.reason != Reason::Byline;
    may && (kind == Kind::Sentence || phrase.matching != Match::Label)
}

/// The phrases that fire on a line.
fn hits(line: &str) -> Vec<&'static Phrase> {
    let lexicon = Lexicon::built_in();
    let ends = line.chars().rev().find(|&c| !is_closer(c)).is_some_and(is_terminal);
    let mut hits = Vec::new();
    lexicon.hits(line, &fold(line), words(line), ends, &mut hits);
    hits.into_iter().map(|hit| lexicon.phrase(hit)).collect()
}

#[test]
fn what_cuts_by_itself_spares_what_articles_say() {
    let (mut faults, mut held) = (Vec::new(), 0);
    for (lang, text) in files("tests/lexicon", "txt") {
        for (kind, line) in lines(&text) {
            let fired = hits(line).into_iter().filter(|phrase| cuts(kind, phrase));
            faults.extend(fired.map(|p| {
                format!(
                    "{lang}.txt: {line}\n    {} {:?} `{}` ({})",
                    p.reason,
                    p.matching,
                    p.text,
                    p.id()
                )
            }));
            held += 1;
        }
    }
    assert!(held > 20 * LEAST_LANGUAGES, "only {held} lines were found");
    assert!(
        faults.is_empty(),
        "{} faults: make these phrases hints\n{}",
        faults.len(),
        faults.join("\n")
    );
}
