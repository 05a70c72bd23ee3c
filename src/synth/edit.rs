//! Makes an article nearly the same as another: words replaced here and there, a paragraph left out or added.
//!
//! How many edits a similarity asks for is computed: a replaced word changes as many shingles as it has tokens and four
//! more, the last word only as many as it has tokens. Then it is measured, and corrected a few times. Must not know pages.

use super::article::{Article, Line, Lines};
use super::language::{Language, push_capital};
use super::line::Kind;
use super::prose::Prose;
use super::rng::Rng;
use super::shingles::{SHINGLE, Set};
use crate::text::fold::fold;
use crate::text::tokens::tokens;

/// Of what a similarity may cost, at most this share is a paragraph that is left out or added.
const MOST_BY_PARAGRAPH: f64 = 0.6;
/// Edits are tried so often.
const MOST_TRIES: usize = 5;
/// So many shingles away from what was asked for is as near as it gets.
const NEAR_ENOUGH: f64 = 3.0;

/// A copy of an article whose similarity to it is `target`, as nearly as edits allow, and how similar it is.
#[must_use]
pub fn near(article: &Article, language: &Language, target: f64, rng: &mut Rng) -> (Article, f64) {
    let source = Set::of(&article.text);
    let (copy, lost, won) = match rng.below(4) {
        0 => without_last(article, &source, target),
        1 => with_another(article, &source, language, target, rng),
        _ => (article.clone(), 0, 0),
    };
    let n = source.len() as f64;
    // Of n shingles `lost` went and `won` came; x more are replaced: J = (n - lost - x) / (n + won + x).
    let replaced = |j: f64| (n * (1.0 - j) - lost as f64 - won as f64 * j) / (1.0 + j);
    let (wanted, mut asked) = (replaced(target).max(0.0), replaced(target).max(0.0));
    let mut best: Option<(Article, f64)> = None;
    for _ in 0..MOST_TRIES {
        let mut edited = copy.clone();
        replace(&mut edited, language, asked.round() as usize, &mut rng.clone());
        let similarity = source.jaccard(&Set::of(&edited.text));
        let off = (similarity - target).abs();
        if best.as_ref().is_none_or(|(_, so_far)| off < (so_far - target).abs()) {
            best = Some((edited, similarity));
        }
        if off * n < NEAR_ENOUGH {
            break;
        }
        // Words that have letters in common change fewer shingles than was asked for where letters are tokens.
        asked = (asked + wanted - replaced(similarity)).max(0.0);
    }
    best.unwrap_or((copy, 1.0))
}

/// How many shingles may come or go by a paragraph.
fn allowance(article: &Article, target: f64) -> usize {
    // A token is a shingle, nearly; to measure the article again would cost more than this is worth.
    (article.spots.len() as f64 * (1.0 - target) * MOST_BY_PARAGRAPH) as usize
}

/// The article without its last paragraph, if that is short enough, and the number of shingles that are lost.
fn without_last(article: &Article, source: &Set, target: f64) -> (Article, usize, usize) {
    let mut copy = article.clone();
    let Some(last) = copy.lines.pop() else {
        return (copy, 0, 0);
    };
    let kept = copy.spots.partition_point(|spot| spot.at < last.start);
    let ordinary = last.kind == Kind::Paragraph && copy.lines.last().is_some_and(|line| line.kind == Kind::Paragraph);
    if !ordinary || copy.spots.len() - kept > allowance(article, target) {
        return (article.clone(), 0, 0);
    }
    copy.spots.truncate(kept);
    copy.text.truncate(last.start as usize - 1);
    let lost = source.len() - Set::of(&copy.text).len();
    (copy, lost, 0)
}

/// The article with a sentence below its headline, if there is room for it, and the number of shingles that are won.
/// Its words are no spots: to replace those would make the copy no less similar.
fn with_another(
    article: &Article,
    source: &Set,
    language: &Language,
    target: f64,
    rng: &mut Rng,
) -> (Article, usize, usize) {
    let mut note = Prose::new(language, Rng::of(&[rng.bits()]), Rng::of(&[rng.bits()]));
    note.paragraph(1, false);
    let mut copy = article.clone();
    if note.spots.len() > allowance(article, target) || copy.lines.len() < 2 {
        return (copy, 0, 0);
    }
    note.text.push('\n');
    let start = copy.lines[1].start;
    let shift = note.text.len() as u32;
    copy.text.insert_str(start as usize, &note.text);
    for line in &mut copy.lines[1..] {
        line.start += shift;
        line.end += shift;
    }
    for spot in copy.spots.iter_mut().filter(|spot| spot.at >= start) {
        spot.at += shift;
    }
    let (kind, end) = (Kind::Paragraph, start + shift - 1);
    copy.lines.insert(1, Line { kind, start, end });
    let won = Set::of(&copy.text).len() - source.len();
    (copy, 0, won)
}

/// Replaces words so that about `shingles` shingles are others.
fn replace(article: &mut Article, language: &Language, shingles: usize, rng: &mut Rng) {
    let editable = editable(article);
    if editable.is_empty() {
        return;
    }
    let mean = editable
        .iter()
        .map(|&i| language.tokens(article.spots[i].word))
        .sum::<usize>()
        / editable.len();
    let window = mean.max(1) + SHINGLE - 1;
    // The last words take what no whole window is left for.
    let count = (shingles / window).min(editable.len() / 2);
    let mut chosen = Vec::with_capacity(count + 4);
    let mut left = shingles;
    for i in 0..count {
        let from = i * editable.len() / count;
        let to = ((i + 1) * editable.len() / count).max(from + 1);
        // A gap at the end of each cell, so that no shingle is counted twice.
        let room = (to - from).saturating_sub(SHINGLE).max(1);
        let spot = editable[from + rng.index(room)];
        let cost = language.tokens(article.spots[spot].word) + SHINGLE - 1;
        if cost > left {
            break;
        }
        left -= cost;
        chosen.push(spot);
    }
    let taken = chosen.last().copied().unwrap_or(0);
    let mut end = article.text.len();
    for &spot in editable.iter().rev().take_while(|&&spot| spot > taken) {
        // All from here on is in other shingles: small words between those that are replaced, too.
        let at = article.spots[spot].at as usize;
        let tokens = tokens(&fold(&article.text[at..end])).count();
        if left < tokens {
            break;
        }
        left -= tokens;
        end = at;
        chosen.push(spot);
    }
    chosen.sort_unstable();
    rewrite(article, language, &chosen, rng);
}

/// The content words outside paragraphs that other articles have, too: those stay as they are.
fn editable(article: &Article) -> Vec<usize> {
    let mut lines = article.lines.iter().peekable();
    let mut out = Vec::with_capacity(article.spots.len());
    for (i, spot) in article.spots.iter().enumerate() {
        while lines.next_if(|line| line.end <= spot.at).is_some() {}
        if lines.peek().is_some_and(|line| !line.kind.is_shared()) {
            out.push(i);
        }
    }
    out
}

/// Writes the article anew with other words in the chosen places.
fn rewrite(article: &mut Article, language: &Language, chosen: &[usize], rng: &mut Rng) {
    let old = std::mem::take(&mut article.text);
    let mut text = String::with_capacity(old.len() + 64);
    let (mut lines, mut next) = (Lines::default(), 0);
    let mut chosen = chosen.iter().copied().peekable();
    for line in &article.lines {
        let mut from = line.start as usize;
        while let Some(spot) = article.spots.get_mut(next).filter(|spot| spot.at < line.end) {
            let at = spot.at as usize;
            text.push_str(&old[from..at]);
            from = at + language.word(spot.word).len();
            spot.at = text.len() as u32;
            if chosen.next_if_eq(&next).is_some() {
                let word = another(spot.word, language, rng);
                let capital = old[at..].chars().next().is_some_and(char::is_uppercase);
                if capital {
                    push_capital(language.word(word), &mut text);
                } else {
                    text.push_str(language.word(word));
                }
                spot.word = word;
            } else {
                text.push_str(&old[at..from]);
            }
            next += 1;
        }
        text.push_str(&old[from..line.end as usize]);
        lines.end(line.kind, &mut text);
    }
    text.pop();
    article.text = text;
    article.lines = lines.0;
}

/// A word of as many tokens that is another: its shingles are as many.
fn another(word: u16, language: &Language, rng: &mut Rng) -> u16 {
    for _ in 0..100 {
        let other = Language::draw(rng);
        if other != word && language.tokens(other) == language.tokens(word) {
            return other;
        }
    }
    // A number of tokens that hardly any word has.
    if word == 0 { 1 } else { word - 1 }
}

#[cfg(test)]
mod tests {
    use super::super::language::CODES;
    use super::*;

    #[test]
    fn copies_are_as_similar_as_they_should_be() {
        for code in CODES {
            let language = Language::of(code).unwrap();
            let mut worst: f64 = 0.0;
            for i in 0..20 {
                let article = Article::write(&language, Rng::of(&[5, i]), None);
                let source = Set::of(&article.text);
                for target in [0.5, 0.65, 0.8, 0.85, 0.95] {
                    let (copy, similarity) = near(&article, &language, target, &mut Rng::of(&[6, i]));
                    assert_eq!(similarity.to_bits(), source.jaccard(&Set::of(&copy.text)).to_bits());
                    worst = worst.max((similarity - target).abs());
                    check_lines(&copy, &language);
                }
            }
            assert!(worst < 0.025, "{code}: {worst}");
        }
    }

    fn check_lines(article: &Article, language: &Language) {
        let lines: Vec<&str> = article.text.split('\n').collect();
        let known: Vec<&str> = article.lines.iter().map(|line| article.line(line)).collect();
        assert_eq!(lines, known);
        for spot in &article.spots {
            let word = language.word(spot.word);
            let there = &article.text[spot.at as usize..][..word.len()];
            assert_eq!(there.to_lowercase(), word.to_lowercase());
        }
    }
}
