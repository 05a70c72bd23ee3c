use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use super::files::{Form, write};
use super::shingles::Set;
use super::truth::{PageKind, PageRow, ParagraphRow, TemplateRow};
use super::*;
use crate::compress::Compression;
use crate::text::fold::fold;

fn spec(pages: u64) -> Spec {
    Spec {
        pages,
        sites: 14,
        exact: 0.2,
        near: 0.3,
        paragraphs: 0.3,
        doubled: 0.1,
        ..Spec::default()
    }
}

fn quiet(_: u64, _: u64) {}

fn written(spec: &Spec, form: Form, threads: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let synth = Synth::new(spec.clone()).unwrap();
    pool.install(|| write(&synth, folder.path(), form, &quiet)).unwrap();
    folder
}

fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn rows<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Vec<T> {
    let text = fs::read_to_string(folder.join("truth").join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(folder: &Path) -> HashMap<String, String> {
    let mut texts = HashMap::new();
    for (name, bytes) in bytes(&folder.join("pages")) {
        for (number, line) in String::from_utf8(bytes).unwrap().lines().enumerate() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            texts.insert(
                format!("{name}:{}", number + 1),
                record["text"].as_str().unwrap().to_owned(),
            );
        }
    }
    texts
}

/// The lines of an article as they stand on its page.
fn article_of(row: &PageRow, text: &str) -> String {
    let rows = row.rows().unwrap();
    assert_eq!(rows.len(), text.split('\n').count());
    let lines = text.split('\n').zip(rows).filter(|(_, row)| row.kind.is_content());
    lines.map(|(line, _)| line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_same_flags_give_the_same_bytes_whatever_the_threads() {
    for form in [Form::Records(Compression::Zstd), Form::Files(Compression::None)] {
        let spec = spec(if matches!(form, Form::Files(_)) {
            40
        } else {
            files::SHARD + 40
        });
        let one = bytes(written(&spec, form, 1).path());
        assert_eq!(one, bytes(written(&spec, form, 3).path()));
    }
    let other = Spec { seed: 2, ..spec(40) };
    let form = Form::Records(Compression::Gzip);
    assert_ne!(
        bytes(written(&spec(40), form, 1).path()),
        bytes(written(&other, form, 1).path())
    );
}

#[test]
fn pages_never_change_without_a_new_version() {
    let synth = Synth::new(spec(300)).unwrap();
    let all: Vec<u8> = (0..300).flat_map(|i| files::record(&synth.page(i))).collect();
    // If this fails on purpose, count `VERSION` up: the truth of older corpora is no longer theirs.
    assert_eq!((VERSION, crate::hash::hash64(&all)), (1, 1_933_071_350_856_341_495));
}

#[test]
fn copies_are_what_the_truth_says() {
    let folder = written(&spec(700), Form::Records(Compression::None), 2);
    let texts = texts(folder.path());
    let pages: Vec<PageRow> = rows(folder.path(), "pages.jsonl");
    assert_eq!(pages.len(), texts.len());
    let by_id: HashMap<&str, &PageRow> = pages.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut kinds: HashMap<PageKind, usize> = HashMap::new();
    for row in &pages {
        *kinds.entry(row.kind).or_default() += 1;
        let article = article_of(row, &texts[&row.page]);
        assert_eq!(
            row.article,
            format!("{:032x}", crate::hash::hash128(article.as_bytes()))
        );
        let Some(source) = row.copy_of.as_deref().map(|id| by_id[id]) else {
            assert_eq!(row.kind, PageKind::Original);
            continue;
        };
        assert_eq!(source.kind, PageKind::Original);
        let original = article_of(source, &texts[&source.page]);
        let similarity = Set::of(&article).jaccard(&Set::of(&original));
        assert!((similarity - row.similarity.unwrap()).abs() < 1e-6);
        match row.kind {
            PageKind::Again => assert_eq!(texts[&row.page], texts[&source.page]),
            PageKind::Near => {
                assert!(article != original);
                assert!((similarity - row.step.unwrap()).abs() < 0.02, "{similarity} {row:?}");
            }
            _ => assert_eq!(article, original),
        }
    }
    for (kind, share) in [(PageKind::Again, 0.1), (PageKind::Reprint, 0.1), (PageKind::Near, 0.3)] {
        assert!((kinds[&kind] as f64 / 700.0 - share).abs() < 0.05, "{kinds:?}");
    }
}

#[test]
fn articles_have_nothing_in_common_but_what_the_truth_says() {
    let spec = Spec {
        exact: 0.0,
        near: 0.0,
        doubled: 0.0,
        ..spec(400)
    };
    let synth = Synth::new(spec).unwrap();
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut sets: HashMap<&str, Vec<Set>> = HashMap::new();
    for i in 0..300 {
        let page = synth.page(i);
        for line in page.article.lines.iter().filter(|line| !line.kind.is_shared()) {
            assert!(lines.insert(fold(page.article.line(line)), i).is_none());
        }
        if page.article.shared.is_none() {
            sets.entry(page.language).or_default().push(Set::of(&page.article.text));
        }
    }
    for (language, sets) in sets {
        for (i, a) in sets.iter().enumerate() {
            let most = sets[..i].iter().map(|b| a.jaccard(b)).fold(0.0, f64::max);
            // Thai letters are tokens, and few: five in a row are a common syllable or two.
            assert!(most < if language == "th" { 0.05 } else { 0.01 }, "{language}: {most}");
        }
    }
}

#[test]
fn templates_and_paragraphs_stand_where_the_truth_says() {
    let folder = written(&spec(700), Form::Records(Compression::None), 2);
    let texts = texts(folder.path());
    let pages: Vec<PageRow> = rows(folder.path(), "pages.jsonl");
    let mut counted: HashMap<u32, u32> = HashMap::new();
    let templates: HashMap<u32, TemplateRow> = rows(folder.path(), "templates.jsonl")
        .into_iter()
        .map(|row: TemplateRow| (row.id, row))
        .collect();
    for page in &pages {
        for (line, row) in texts[&page.page].split('\n').zip(page.rows().unwrap()) {
            assert_eq!(line.is_empty(), row.kind == Kind::Blank);
            if let Some(id) = row.template {
                assert_eq!((line, &page.site), (templates[&id].text.as_str(), &templates[&id].site));
                *counted.entry(id).or_default() += 1;
            }
        }
    }
    assert_eq!(counted, templates.iter().map(|(id, row)| (*id, row.pages)).collect());
    let paragraphs: Vec<ParagraphRow> = rows(folder.path(), "paragraphs.jsonl");
    assert!(paragraphs.len() > 5);
    for paragraph in &paragraphs {
        assert!(paragraph.places.len() > 1 && paragraph.text.len() > 150);
        for place in &paragraph.places {
            let line = texts[&place.page].split('\n').nth(place.line as usize - 1).unwrap();
            if !place.changed && !paragraph.places[0].changed {
                assert_eq!(line, paragraph.text);
            }
            let words = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).count();
            // Months have names of other lengths; all else is the same.
            assert!(words(line).abs_diff(words(&paragraph.text)) < 12);
        }
    }
}

#[test]
fn pages_have_the_size_of_pages_and_come_through_tidying_as_they_are() {
    let synth = Synth::new(spec(200)).unwrap();
    let mean = synth.mean_bytes();
    assert!((3000.0..7000.0).contains(&mean), "{mean}");
    for i in 0..200 {
        let page = synth.page(i);
        assert_eq!(
            crate::text::normalize::normalize(&page.text).trim_end(),
            page.text,
            "{}",
            page.language
        );
    }
}

#[test]
fn what_cannot_be_made_is_refused() {
    let wrong = [
        Spec {
            languages: vec![],
            ..spec(1)
        },
        Spec {
            languages: vec!["xx".to_owned()],
            ..spec(1)
        },
        Spec { sites: 3, ..spec(1) },
        Spec {
            exact: 0.8,
            near: 0.4,
            ..spec(1)
        },
        Spec {
            similarity: vec![1.0],
            ..spec(1)
        },
        Spec {
            similarity: vec![],
            ..spec(1)
        },
    ];
    for spec in wrong {
        assert!(Synth::new(spec.clone()).is_err(), "{spec:?}");
    }
}
