//! What each stage of cleaning one page costs, on one thread: bytes and lines a second.

// divan hands arguments over by reference.
#![allow(clippy::trivially_copy_pass_by_ref)]

mod corpus;

use corpus::Corpus;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use textsieve::chrome::facts::Facts;
use textsieve::chrome::features::Features;
use textsieve::chrome::hints::Hints;
use textsieve::chrome::judge::{Judgement, Policy, judge};
use textsieve::chrome::score::{self, Scorer};
use textsieve::chrome::shape::Shape;
use textsieve::chrome::stems::Stems;
use textsieve::chrome::survey::Survey;
use textsieve::lexicon::Lexicon;
use textsieve::page::{Page, apply};
use textsieve::repeat::within;
use textsieve::text::blocks;
use textsieve::text::decode::{DecodeOptions, decode};
use textsieve::text::fold::fold_into;
use textsieve::text::normalize::{repair, tidy};
use textsieve::{Cleaner, Options};

fn main() {
    divan::main();
}

/// Runs `stage` over every element of what was prepared; counts the bytes and lines of the pages.
fn run<T, O>(bencher: Bencher<'_, '_>, pages: &[String], prepared: &[T], stage: impl Fn(&T) -> O) {
    bencher
        .counter(BytesCount::new(corpus::bytes(pages)))
        .counter(ItemsCount::new(corpus::lines(pages)))
        .bench_local(|| {
            for each in prepared {
                black_box(stage(black_box(each)));
            }
        });
}

/// The pages as the judges see them.
fn normal(corpus: Corpus) -> Vec<String> {
    corpus
        .pages()
        .iter()
        .map(|page| tidy(&repair(page)).into_owned())
        .collect()
}

fn split(pages: &[String]) -> Vec<Page<'_>> {
    pages.iter().map(|page| Page::new(page)).collect()
}

fn facts<'p>(pages: &'p [Page<'p>]) -> Vec<(&'p Page<'p>, Facts)> {
    let lexicon = Lexicon::built_in();
    pages.iter().map(|page| (page, Facts::of(page, lexicon))).collect()
}

/// As the balanced profile judges.
const POLICY: Policy = Policy {
    by_score: true,
    lean: 0.8,
    inside: 0.3,
    gate: 0.02,
    least_share: 0.02,
};

fn judged(page: &Page<'_>, facts: &Facts) -> Judgement {
    judge(page, facts, &[], Lexicon::built_in(), &**score::built_in(), &POLICY)
}

#[divan::bench(name = "01 decode", args = Corpus::ALL)]
fn stage_decode(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = corpus.pages();
    run(bencher, &pages, &pages, |page| {
        decode(page.as_bytes(), &DecodeOptions::default()).is_ok()
    });
}

#[divan::bench(name = "02 repair", args = Corpus::ALL)]
fn stage_repair(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = corpus.pages();
    run(bencher, &pages, &pages, |page| repair(page).len());
}

#[divan::bench(name = "03 tidy", args = Corpus::ALL)]
fn stage_tidy(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages: Vec<String> = corpus.pages().iter().map(|page| repair(page).into_owned()).collect();
    run(bencher, &pages, &pages, |page| tidy(page).len());
}

#[divan::bench(name = "04 blocks", args = Corpus::ALL)]
fn stage_blocks(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    run(bencher, &pages, &pages, |page| blocks::lines(page));
}

#[divan::bench(name = "05 fold", args = Corpus::ALL)]
fn stage_fold(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    run(bencher, &pages, &split, |page| {
        let mut folded = String::with_capacity(page.text().len());
        for i in 0..page.len() {
            fold_into(page.block(i), &mut folded);
        }
        folded
    });
}

#[divan::bench(name = "06 Page::new", args = Corpus::ALL)]
fn stage_page(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    run(bencher, &pages, &pages, |page| Page::new(page).len());
}

#[divan::bench(name = "07 shapes", args = Corpus::ALL)]
fn stage_shapes(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    run(bencher, &pages, &split, shapes);
}

fn shapes(page: &Page<'_>) -> Vec<Shape> {
    (0..page.len()).map(|i| Shape::of(page.block(i))).collect()
}

#[divan::bench(name = "08 stems", args = Corpus::ALL)]
fn stage_stems(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    run(bencher, &pages, &split, |page| Stems::of(page));
}

#[divan::bench(name = "09 lexicon hits", args = Corpus::ALL)]
fn stage_hits(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    let prepared: Vec<_> = split.iter().map(|page| (page, shapes(page))).collect();
    let lexicon = Lexicon::built_in();
    run(bencher, &pages, &prepared, |(page, shapes)| {
        Hints::of(page, shapes, lexicon)
    });
}

#[divan::bench(name = "10 survey", args = Corpus::ALL)]
fn stage_survey(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    let prepared = facts(&split);
    run(bencher, &pages, &prepared, |(page, facts)| {
        Survey::of(page, facts).len()
    });
}

#[divan::bench(name = "11 features", args = Corpus::ALL)]
fn stage_features(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    let known = facts(&split);
    let prepared: Vec<_> = known
        .iter()
        .map(|(page, facts)| (facts, Survey::of(page, facts)))
        .collect();
    run(bencher, &pages, &prepared, |(facts, survey)| {
        Features::of(facts, survey)
    });
}

#[divan::bench(name = "12 forest", args = Corpus::ALL)]
fn stage_score(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    let prepared: Vec<_> = facts(&split)
        .iter()
        .map(|(page, facts)| Features::of(facts, &Survey::of(page, facts)))
        .collect();
    run(bencher, &pages, &prepared, |features| {
        Scorer::score(&**score::built_in(), features)
    });
}

/// Survey, features, forest, context and rules: one round of judging.
#[divan::bench(name = "13 judge (10 to 12 and rules)", args = Corpus::ALL)]
fn stage_judge(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    let prepared = facts(&split);
    run(bencher, &pages, &prepared, |(page, facts)| judged(page, facts));
}

#[divan::bench(name = "14 repeats", args = Corpus::ALL)]
fn stage_repeats(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let pages = normal(*corpus);
    let split = split(&pages);
    let prepared: Vec<_> = facts(&split)
        .iter()
        .map(|(page, facts)| (*page, judged(page, facts)))
        .collect();
    run(bencher, &pages, &prepared, |(page, judgement)| {
        within::repeats(page, judgement.headline, &judgement.scores)
    });
}

#[divan::bench(name = "15 apply", args = Corpus::ALL)]
fn stage_apply(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let cleaner = Cleaner::new(Options::default()).expect("the built-in lexicon parses");
    let pages = normal(*corpus);
    let prepared: Vec<_> = split(&pages)
        .into_iter()
        .map(|page| {
            let cuts = cleaner.clean(page.text()).cuts;
            (page, cuts)
        })
        .collect();
    run(bencher, &pages, &prepared, |(page, cuts)| apply(page, cuts));
}
