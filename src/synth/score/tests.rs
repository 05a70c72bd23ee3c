use super::super::Kind;
use super::*;
use crate::synth::truth::{ParagraphRow, PlaceRow};
use crate::synth::{CODES, Spec, Synth, id};

fn spec() -> Spec {
    Spec {
        pages: 400,
        sites: 14,
        exact: 0.2,
        near: 0.3,
        paragraphs: 0.3,
        doubled: 0.1,
        languages: CODES[..2].iter().map(|code| (*code).to_owned()).collect(),
        ..Spec::default()
    }
}

fn corpus(spec: Spec) -> (Synth, Truth, HashMap<u32, ParagraphRow>) {
    let synth = Synth::new(spec.clone()).unwrap();
    let made = Made {
        version: VERSION,
        spec,
        totals: crate::synth::files::Totals::default(),
    };
    let mut truth = Truth::new(Some(&made));
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let mut paragraphs: HashMap<u32, ParagraphRow> = HashMap::new();
    for number in 0..400 {
        let page = synth.page(number);
        let row = PageRow::new(&page, format!("a.jsonl:{}", number + 1), synth.host(page.site));
        page.rows
            .iter()
            .filter_map(|row| row.template)
            .for_each(|id| *counts.entry(id).or_default() += 1);
        if let (Some(shared), true) = (page.article.shared, row.kind == PageKind::Original) {
            let line = page.rows.iter().position(|row| row.kind.is_shared()).unwrap();
            let text = page.text.split('\n').nth(line).unwrap().to_owned();
            let paragraph = paragraphs.entry(shared as u32);
            let paragraph = paragraph.or_insert(ParagraphRow {
                id: shared,
                text,
                places: Vec::new(),
            });
            paragraph.places.push(PlaceRow {
                page: row.page.clone(),
                line: line as u32 + 1,
                changed: false,
            });
        }
        truth.page(row).unwrap();
    }
    for (id, pages) in counts {
        let (text, site) = synth.template_line(id);
        truth.template(TemplateRow {
            id,
            pages,
            text: text.to_owned(),
            site: site.to_owned(),
        });
    }
    (synth, truth, paragraphs)
}

const LIMITS: Limits = Limits {
    near: 0.8,
    least_pages: 5,
};

/// What a perfect run lists: copies at the threshold, for the page that they are copies of.
fn perfect(truth: &Truth) -> Vec<Duplicate> {
    let copies = truth
        .pages
        .iter()
        .enumerate()
        .filter(|(_, known)| known.kind != PageKind::Original);
    let similar = copies.filter(|(_, known)| known.similarity >= LIMITS.near);
    similar
        .map(|(page, known)| Duplicate {
            page: format!("some/folder/a.jsonl:{}", page + 1),
            kept: id(u64::from(known.source)),
            kind: if known.kind == PageKind::Near { "near" } else { "exact" }.to_owned(),
            similarity: Some(known.similarity),
        })
        .collect()
}

fn tally(found: u64, wrong: u64, missed: u64) -> Tally {
    Tally { found, wrong, missed }
}

#[test]
fn a_perfect_run_has_perfect_scores_and_each_fault_shows() {
    let (_, truth, _) = corpus(spec());
    let score = |rows| PageScores::of(&truth, &Dropped::of(&truth, rows).0, LIMITS);
    let scores = score(perfect(&truth));
    assert_eq!(scores.exact.f1(), Some(100.0));
    assert_eq!(
        (scores.near.precision(), scores.near.recall()),
        (Some(100.0), Some(100.0))
    );
    assert_eq!((scores.chained, scores.kept_but_dropped, scores.unknown), (0, 0, 0));
    assert!(scores.lowest.unwrap() >= 0.8 && scores.steps.len() == 10 && scores.near.found > 20);
    assert_eq!(scores.exact.found, scores.again.found + scores.reprints.found);
    assert!(scores.steps[&950].together == scores.steps[&950].pages && scores.steps[&500].together == 0);

    let nothing = score(Vec::new());
    assert_eq!(nothing.exact, tally(0, 0, scores.exact.found));
    assert_eq!(nothing.near, tally(0, 0, scores.near.found));

    // A page that is similar to nothing is dropped, for a page that is dropped.
    let mut rows = perfect(&truth);
    let kept = rows[0].page.clone();
    let victim = (0..400)
        .rev()
        .find(|&page| truth.pages[page].kind == PageKind::Original)
        .unwrap();
    rows.push(Duplicate {
        page: id(victim as u64),
        kept,
        kind: "near".to_owned(),
        similarity: Some(0.9),
    });
    let faulty = score(rows);
    assert_eq!((faulty.chained, faulty.kept_but_dropped, faulty.near.wrong), (1, 1, 1));
    assert!(faulty.lowest.unwrap() < 0.1 && faulty.farthest.unwrap() > 0.8);
}

#[test]
fn a_copy_that_stays_because_its_source_went_for_another_is_no_miss() {
    let (_, truth, _) = corpus(Spec {
        near: 0.7,
        similarity: vec![0.82],
        ..spec()
    });
    let near = |page: &usize| {
        let known = &truth.pages[*page];
        known.kind == PageKind::Near && (0.8..0.87).contains(&known.similarity)
    };
    let pairs = (0..400)
        .filter(near)
        .flat_map(|a| (0..a).filter(near).map(move |b| (a, b)));
    let (a, b) = pairs
        .clone()
        .find(|&(a, b)| truth.pages[a].source == truth.pages[b].source)
        .unwrap();
    let row = |page: u64, kept: u64| Duplicate {
        page: id(page),
        kept: id(kept),
        kind: "near".to_owned(),
        similarity: None,
    };
    let source = u64::from(truth.pages[a].source);
    let dropped = Dropped::of(&truth, [row(source, a as u64)]).0;
    let scores = PageScores::of(&truth, &dropped, LIMITS);
    let all = PageScores::of(&truth, &Dropped::of(&truth, Vec::new()).0, LIMITS);
    assert!(truth.similarity(a as u32, b as u32).unwrap() < 0.8);
    assert!(scores.near.missed < all.near.missed, "{b}");
    assert_eq!(scores.near.wrong, 0);
}

#[test]
fn similarities_that_are_not_written_down_are_made_again() {
    let (synth, truth, _) = corpus(spec());
    for (a, b) in [(3, 300), (17, 20), (5, 5)] {
        let set = |page| Set::of(&synth.page(page).article.text);
        assert_eq!(
            truth.similarity(a, b),
            Some(set(u64::from(a)).jaccard(&set(u64::from(b))))
        );
    }
}

#[test]
fn lines_are_scored_by_what_they_are() {
    let (_, truth, paragraphs) = corpus(spec());
    let dropped = Dropped::of(&truth, perfect(&truth)).0;
    let none = Lines::default().score(&truth, &paragraphs, &dropped, LIMITS);
    assert_eq!(
        (none.templates.found, none.templates.wrong, none.paragraphs.found),
        (0, 0, 0)
    );
    assert!(none.templates.missed > 1000 && none.doubled.missed > 10 && none.groups.missed > 3);

    let cut = |page: u32, line: usize, reason: &str| Removed {
        page: id(u64::from(page)),
        line: line as u32 + 1,
        reason: reason.to_owned(),
    };
    // All of templates goes, the second article goes, and of each paragraph all places but the first.
    let (mut lines, mut seen) = (Lines::default(), std::collections::HashSet::new());
    for page in (0..400).filter(|&page| !dropped.contains(page)) {
        for (line, row) in truth.rows(page).iter().enumerate() {
            let first = row.kind.is_shared() && seen.insert(truth.pages[page as usize].paragraph);
            let reason = if row.kind.is_shared() {
                "repeated-across-pages"
            } else {
                "template"
            };
            if row.kind.is_template() || row.kind == Kind::Doubled || (row.kind.is_shared() && !first) {
                assert!(lines.cut(&truth, &cut(page, line, reason)));
            }
        }
    }
    let all = lines.score(&truth, &paragraphs, &dropped, LIMITS);
    assert_eq!(all.templates.f1(), Some(100.0));
    assert_eq!(all.doubled.f1(), Some(100.0));
    assert_eq!((all.paragraphs.f1(), all.groups.f1()), (Some(100.0), Some(100.0)));
    assert_eq!(all.templates.found, none.templates.missed);

    // A headline goes.
    let page = (0..400)
        .find(|&page| !dropped.contains(page) && !truth.pages[page as usize].lines.contains('d'))
        .unwrap();
    let headline = truth.pages[page as usize].lines.find('h').unwrap();
    let mut lines = Lines::default();
    lines.cut(&truth, &cut(page, headline, "boilerplate"));
    assert_eq!(lines.score(&truth, &paragraphs, &dropped, LIMITS).templates.wrong, 1);
    assert!(!lines.cut(
        &truth,
        &Removed {
            page: "x".to_owned(),
            line: 1,
            reason: String::new()
        }
    ));
}
