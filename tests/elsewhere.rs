//! What other pages say of a page's lines changes what becomes of them, and nothing else does.

#![allow(clippy::unwrap_used)] // a test that cannot clean has failed

use std::convert::Infallible;

use textsieve::page::Page;
use textsieve::repeat::lines::{LineEvidence, Strength};
use textsieve::{Cleaned, Cleaner, Options, Reason, RepeatBlocks};

const ARTICLE: &str = "\
Council approves the bridge
The council of Lornby met on Monday evening and voted for the new bridge over the river, after years of quarrels.
Work is to begin in spring, said the mayor, and will take two years if nothing goes wrong with the ground.
Our paper is printed on the banks of the river and is read by half of the town, as it has been since the war.
The opposition asked where the money was to come from, and left the hall before the vote was taken at midnight.
";

/// Cleans the article with this evidence for its fourth line.
fn cleaned(options: Options, strength: Strength, first: bool) -> Cleaned {
    let evidence = LineEvidence {
        strength,
        articles: 7,
        of: 9,
        pages: 12,
        first,
    };
    let fourth = |page: &Page<'_>| {
        let mut lines = vec![None; page.len()];
        lines[3] = Some(evidence);
        Ok::<_, Infallible>(lines)
    };
    Cleaner::new(options).unwrap().clean_in(ARTICLE, fourth).unwrap()
}

fn dropping(repeat_blocks: RepeatBlocks) -> Options {
    Options {
        repeat_blocks,
        ..Options::default()
    }
}

#[test]
fn a_page_of_which_nothing_is_known_elsewhere_is_judged_alone() {
    let cleaner = Cleaner::new(Options::default()).unwrap();
    let nothing = |page: &Page<'_>| Ok::<_, Infallible>(vec![None; page.len()]);
    assert_eq!(cleaner.clean_in(ARTICLE, nothing).unwrap(), cleaner.clean(ARTICLE));
}

#[test]
fn a_templates_line_goes_and_the_cut_says_on_how_many_articles_it_stands() {
    let cleaned = cleaned(Options::default(), Strength::Sure, true);
    let cuts: Vec<_> = cleaned
        .cuts
        .iter()
        .map(|cut| (cut.line, cut.reason, &*cut.evidence))
        .collect();
    assert_eq!(cuts, [(4, Reason::Template, "on 7 of the site's 9 articles")]);
}

#[test]
fn templates_stay_if_the_user_keeps_them() {
    let keep = Options {
        keep: vec![Reason::Template],
        ..Options::default()
    };
    assert_eq!(cleaned(keep, Strength::Sure, true).text, ARTICLE);
}

#[test]
fn a_paragraph_of_other_articles_stays_and_is_listed() {
    let cleaned = cleaned(Options::default(), Strength::Listed, false);
    assert_eq!(cleaned.text, ARTICLE);
    let listed: Vec<_> = cleaned.kept.iter().map(|cut| (cut.line, cut.reason)).collect();
    assert_eq!(listed, [(4, Reason::RepeatedAcrossPages)]);
}

#[test]
fn a_paragraph_of_other_articles_goes_if_asked_for() {
    for (blocks, first, goes) in [
        (RepeatBlocks::First, true, false),
        (RepeatBlocks::First, false, true),
        (RepeatBlocks::DropAll, true, true),
    ] {
        let cleaned = cleaned(dropping(blocks), Strength::Listed, first);
        assert_eq!(cleaned.cuts.len(), usize::from(goes), "{blocks:?}, first: {first}");
    }
}
