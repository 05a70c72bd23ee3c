//! Promises of the whole way from sketches to what is dropped.

#![allow(clippy::float_cmp)] // similarities are quotients of the same counts

use super::*;
use crate::repeat::near::{Duplicate, Keep, Rounds, Shingles, Sketch, clusters};

/// Numbers that look random and are the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        super::super::shingles::mix(self.0) % n
    }
}

/// The first of 80 letters of a script; of Latin, words are made.
const SCRIPTS: [char; 4] = ['a', '\u{4E00}', '\u{3042}', '\u{E01}'];

fn token(first: char, random: &mut Random) -> String {
    if first == 'a' {
        return format!("w{}", random.below(5000));
    }
    let letters = if first == '\u{E01}' { 46 } else { 80 };
    char::from_u32(u32::from(first) + random.below(letters) as u32)
        .unwrap()
        .to_string()
}

fn page(first: char, tokens: &[String]) -> (Sketch, Shingles) {
    Sketch::of(&tokens.join(if first == 'a' { " " } else { "" }), 5)
}

fn tokens(first: char, n: usize, random: &mut Random) -> Vec<String> {
    (0..n).map(|_| token(first, random)).collect()
}

fn store(pages: &[(Sketch, Shingles)], memory: usize) -> Sketches {
    let mut sketches = Sketches::new(memory, &std::env::temp_dir());
    for (sketch, _) in pages {
        sketches.push(Some(sketch)).unwrap();
    }
    sketches
}

/// Everything from sketches to what is dropped.
fn dropped(pages: &[(Sketch, Shingles)], keep: Keep, memory: usize) -> Vec<Duplicate> {
    let sketches = store(pages, memory);
    let order = Order::of(&sketches, keep, 0).unwrap();
    let found = candidates(&sketches, &order, Some(0.8), memory).unwrap();
    let rounds = Rounds::plan(found.edges, |page| pages[page as usize].1.len(), memory);
    let mut verified = Vec::new();
    for round in rounds.rounds() {
        let mut sweep = round.sweep(0.8);
        for page in (0..pages.len() as u32).filter(|&page| round.needs(page)) {
            sweep.push(page, pages[page as usize].1.clone(), &mut |pair| verified.push(pair));
        }
    }
    clusters(&order, &found.exact, &verified)
}

#[test]
fn pairs_at_the_threshold_are_found_in_any_script_and_at_any_length() {
    let mut random = Random(1);
    for first in SCRIPTS {
        for length in [30, 100, 1000] {
            let mut pages = Vec::new();
            for i in 0..300 {
                let one = tokens(first, length, &mut random);
                let mut other = one.clone();
                // New text at the end: up to one shingle in nine, so that the similarity is .8 and more.
                let changed = (length - 4) * (i % 10) / 90;
                other.truncate(length - changed);
                other.extend(tokens(first, changed, &mut random));
                pages.extend([page(first, &one), page(first, &other)]);
            }
            let sketches = store(&pages, usize::MAX);
            let order = Order::of(&sketches, Keep::First, 0).unwrap();
            let found = candidates(&sketches, &order, Some(0.8), 1 << 26).unwrap();
            let near = |i: usize| pages[2 * i].1.jaccard(&pages[2 * i + 1].1) >= 0.8;
            let missed = (0..300).filter(|&i| near(i)).filter(|&i| {
                let edge = Edge::between(2 * i as u32, 2 * i as u32 + 1);
                let same = found.exact.iter().any(|copy| copy.page == edge.later);
                !same && found.edges.binary_search(&edge).is_err()
            });
            assert!(missed.count() <= 1, "{first} {length}");
            assert!(found.edges.len() <= 300);
        }
    }
}

#[test]
fn strangers_are_not_proposed() {
    let mut random = Random(2);
    let pages: Vec<_> = (0..2000).map(|_| page('a', &tokens('a', 60, &mut random))).collect();
    let sketches = store(&pages, usize::MAX);
    let order = Order::of(&sketches, Keep::First, 0).unwrap();
    let found = candidates(&sketches, &order, Some(0.8), 1 << 26).unwrap();
    assert!(found.edges.is_empty() && found.exact.is_empty());
    assert!(
        found
            .articles
            .iter()
            .enumerate()
            .all(|(page, &first)| page == first as usize)
    );
}

/// Families of pages with a common core, and their exact copies, strewn.
fn families(random: &mut Random) -> Vec<(Sketch, Shingles)> {
    let mut pages = Vec::new();
    for _ in 0..14 {
        let core = tokens('a', 150, random);
        for _ in 0..random.below(60) {
            let mut text = core.clone();
            let own = random.below(40) as usize;
            text.truncate(150 - own);
            text.extend(tokens('a', own + random.below(5) as usize, random));
            pages.push(page('a', &text));
        }
        pages.push(page('a', &core));
        pages.push(page('a', &core));
    }
    for i in (1..pages.len()).rev() {
        pages.swap(i, random.below(i as u64 + 1) as usize);
    }
    pages
}

#[test]
fn memory_changes_nothing() {
    let pages = families(&mut Random(3));
    for keep in [Keep::First, Keep::Longest, Keep::Cleanest] {
        let all = dropped(&pages, keep, 1 << 30);
        assert!(all.len() > pages.len() / 4);
        for memory in [20_000, 200_000] {
            assert!(dropped(&pages, keep, memory) == all, "{keep:?} {memory}");
        }
    }
}

#[test]
fn a_dropped_page_is_at_the_threshold_to_the_page_that_stays_for_it() {
    let pages = families(&mut Random(4));
    for keep in [Keep::First, Keep::Longest] {
        let found = dropped(&pages, keep, 1 << 30);
        let gone: Vec<u32> = found.iter().map(|copy| copy.page).collect();
        for copy in &found {
            let similarity = pages[copy.page as usize].1.jaccard(&pages[copy.kept as usize].1);
            assert!(similarity == copy.similarity && similarity >= 0.8);
            assert!(gone.binary_search(&copy.kept).is_err());
        }
        // And hardly anything stays that should go: families above the founders' number lose a pair now and then.
        let kept: Vec<usize> = (0..pages.len())
            .filter(|&page| gone.binary_search(&(page as u32)).is_err())
            .collect();
        let alike =
            |&(i, &one): &(usize, &usize)| kept[..i].iter().any(|&two| pages[one].1.jaccard(&pages[two].1) >= 0.8);
        let left = kept.iter().enumerate().filter(alike).count();
        assert!(left * 200 <= found.len(), "{left} of {}", found.len());
    }
}

#[test]
fn large_families_have_few_candidates() {
    let mut random = Random(5);
    let core = tokens('a', 100, &mut random);
    let family = (0..600).map(|i| {
        let mut text = core.clone();
        text[20] = format!("day{i}");
        page('a', &text)
    });
    let family: Vec<_> = family.collect();
    let sketches = store(&family, usize::MAX);
    let order = Order::of(&sketches, Keep::First, 0).unwrap();
    let found = candidates(&sketches, &order, Some(0.8), 1 << 26).unwrap();
    assert!(found.edges.len() <= 2 * PAIRS * 600);
    assert!(found.articles.iter().all(|&first| first == 0));
    assert_eq!(dropped(&family, Keep::First, 1 << 26).len(), 599);
}
