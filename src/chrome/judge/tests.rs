//! What links change of a judgement, with scores that are given.

use super::*;

/// Says what it was told.
#[derive(Debug)]
struct Given(Vec<f32>);

impl Scorer for Given {
    fn score(&self, _: &Features) -> Vec<f32> {
        self.0.clone()
    }
}

const POLICY: Policy = Policy {
    by_score: true,
    lean: 0.8,
    inside: 0.3,
    gate: 0.02,
    least_share: 0.02,
};

const SENTENCE: &str =
    "The council met on Monday and approved the new bridge over the river after a debate of nearly five hours.";
/// Stands inside the article.
const LINE: usize = 2;

/// Judges a headline, sentences with a line between them, and words below them.
fn judged(line: (&str, f32, u8), below: (&str, f32), sentences: usize) -> Judgement {
    let article = vec![SENTENCE; sentences].join("\n");
    let page = format!(
        "Council approves the bridge\n{SENTENCE}\n{}\n{article}\n{}",
        line.0, below.0
    );
    let page = Page::new(&page);
    let mut scores = vec![0.99; page.len()];
    let mut links = vec![0; page.len()];
    (scores[LINE], links[LINE]) = (line.1, line.2);
    scores[page.len() - 1] = below.1;
    let lexicon = Lexicon::built_in();
    let facts = Facts::of(&page, lexicon).with_links(&links);
    judge(&page, &facts, &[], lexicon, &Given(scores), &POLICY)
}

/// Something that goes by score on any page.
const CHROME: (&str, f32) = ("Lorn Dell Morrow Fenwick Harrow Quill Tarn Wold Peel Skerry", 0.001);

#[test]
fn a_line_of_links_goes_where_the_score_doubts_it() {
    let line = |score, links| judged(("Ferries of the Lorn", score, links), CHROME, 3).verdicts[LINE];
    assert_eq!(line(0.35, 0), None);
    assert_eq!(line(0.35, LINKS - 1), None);
    assert_eq!(
        line(0.35, LINKS),
        Some(Finding::likely(Reason::Boilerplate, Evidence::Links(LINKS)))
    );
    assert_eq!(line(0.45, 100), None, "above the page's threshold");
    assert_eq!(line(0.05, 0).map(|f| f.reason), Some(Reason::Boilerplate));
}

#[test]
fn a_long_sentence_of_links_has_no_witness() {
    assert_eq!(judged((SENTENCE, 0.35, 100), CHROME, 3).verdicts[LINE], None);
}

#[test]
fn links_alone_cut_nothing() {
    let clean = ("The band played until midnight.", 0.9);
    for score in [0.03, 0.2, 0.35] {
        let judgement = judged(("Ferries of the Lorn", score, 100), clean, 3);
        assert_eq!(judgement.verdicts, vec![None; judgement.verdicts.len()], "{score}");
        assert!(!judgement.dirty);
    }
}

#[test]
fn what_links_let_go_does_not_open_the_gate() {
    let names = ["Ferries of the Lorn"; 8].join(" ");
    let trifle = ("Dell", 0.001);
    let judgement = judged((&names, 0.35, 100), trifle, 60);
    assert_eq!(judgement.verdicts, vec![None; judgement.verdicts.len()]);
    assert_eq!(
        judgement.noted[LINE].map(|f| f.evidence),
        Some(Evidence::Links(100)),
        "it is noted all the same"
    );
}

#[test]
fn shares_of_other_blocks_say_nothing() {
    let page = Page::new("One\nTwo\nThree");
    let facts = Facts::of(&page, Lexicon::built_in());
    assert!(facts.with_links(&[100, 100]).links.is_empty());
    let facts = Facts::of(&page, Lexicon::built_in()).with_links(&[1, 2, 3]);
    assert_eq!(facts.without(&[false, true, false]).links, [1, 3]);
}
