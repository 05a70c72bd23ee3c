//! One page: what came out against what is known of it.
//!
//! Words of the headline and of optional lines (byline, date, caption) are neutral: a tool may keep or cut them. Must
//! not know other pages.

use std::collections::{HashMap, HashSet};

use super::align::{contains, kept};
use super::tokens::{normal, split, words};
use super::{Prf, common, counted};

/// Words in a row that are compared for the order of words.
const SHINGLE: usize = 4;

/// What a line of a page is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Part of the article.
    Keep,
    /// Not part of it.
    Drop,
    /// A byline, a date, a caption: as one likes.
    Optional,
}

/// A page of which something is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Labelled<'a> {
    /// The page as it was scraped.
    pub text: &'a str,
    /// The headline; empty if it is not known.
    pub title: &'a str,
    /// The article, if it is known.
    pub gold: Option<&'a str>,
    /// What each line of `text` is, if that is known; empty if not.
    pub labels: &'a [Label],
    /// Strings that have to stay.
    pub with: &'a [String],
    /// Strings that have to go.
    pub without: &'a [String],
}

/// Lines that were dropped, or should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drops {
    /// Chrome that was dropped.
    pub right: usize,
    /// Lines of the article that were dropped.
    pub wrong: usize,
    /// Chrome that was not dropped.
    pub missed: usize,
}

/// The scores of a page whose article is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Article {
    /// Words.
    pub tokens: Prf,
    /// Precision of four words in a row; none if there was no output.
    pub shingle_precision: Option<f64>,
    /// Recall of four words in a row; none if the article has no words.
    pub shingle_recall: Option<f64>,
    /// Lines, if they have labels.
    pub drops: Option<Drops>,
}

/// Strings of the page that had to stay or to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strings {
    /// Those that had to stay and did.
    pub kept: usize,
    /// Those that had to stay.
    pub with: usize,
    /// Those that had to go and did.
    pub gone: usize,
    /// Those that had to go.
    pub without: usize,
}

/// All scores of a page, as far as something is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PageScore {
    /// Against the article.
    pub article: Option<Article>,
    /// Against the strings, if the page holds any of them.
    pub strings: Option<Strings>,
}

/// Scores what came out of a page.
///
/// ```
/// use textsieve::measure::page::{Labelled, score};
///
/// let page = Labelled { text: "Home\nIt rained all day.", gold: Some("It rained all day."), ..Labelled::default() };
/// let article = score(&page, "Home\nIt rained all day.").article.expect("the article is known");
/// assert_eq!((article.tokens.precision, article.tokens.recall), (0.8, 1.0));
/// ```
#[must_use]
pub fn score(page: &Labelled<'_>, out: &str) -> PageScore {
    let page_lines = lines(page.text);
    let out_lines = lines(out);
    let gold = page.gold.filter(|gold| !gold.is_empty());
    PageScore {
        article: gold.map(|gold| article(page, gold, &page_lines, out, &out_lines)),
        strings: strings(page, &page_lines, &out_lines),
    }
}

fn lines(text: &str) -> Vec<String> {
    text.split('\n').map(normal).collect()
}

fn article(page: &Labelled<'_>, gold: &str, page_lines: &[String], out: &str, out_lines: &[String]) -> Article {
    let neutral = Neutral::new(page, gold, page_lines);
    let gold_normal = normal(gold);
    let standing = out.split('\n').zip(out_lines);
    let standing = standing.filter(|(_, line)| !neutral.lines.contains(line.as_str()));
    let out_words: Vec<&str> = standing.flat_map(|(line, _)| words(line)).collect();
    let (shingle_precision, shingle_recall) = shingle_scores(&out_words, &words(gold).collect::<Vec<_>>());
    Article {
        tokens: token_scores(out_lines, &counted(split(&gold_normal)), &neutral.tokens),
        shingle_precision,
        shingle_recall,
        drops: (!page.labels.is_empty()).then(|| drops(page.labels, &kept(page_lines, out_lines))),
    }
}

/// What is neither rewarded nor punished.
struct Neutral {
    tokens: HashMap<String, usize>,
    /// Whole lines, unless the article has them too.
    lines: HashSet<String>,
}

impl Neutral {
    fn new(page: &Labelled<'_>, gold: &str, page_lines: &[String]) -> Self {
        let title = normal(page.title);
        let optional = page_lines.iter().zip(page.labels);
        let optional = optional.filter(|&(_, &label)| label == Label::Optional);
        let neutral: Vec<&String> = std::iter::once(&title).chain(optional.map(|(line, _)| line)).collect();
        let of_article: HashSet<String> = lines(gold).into_iter().collect();
        let is_line = |line: &&&String| !line.is_empty() && !of_article.contains(line.as_str());
        Self {
            tokens: counted(neutral.iter().flat_map(|line| split(line)).map(ToOwned::to_owned)),
            lines: neutral.iter().filter(is_line).copied().cloned().collect(),
        }
    }
}

fn token_scores(out: &[String], gold: &HashMap<&str, usize>, neutral: &HashMap<String, usize>) -> Prf {
    let out = counted(out.iter().flat_map(|line| split(line)));
    let right = common(&out, gold);
    let extra: usize = out
        .iter()
        .map(|(&token, &count)| {
            let wanted = gold.get(token).copied().unwrap_or(0);
            let neutral = neutral.get(token).copied().unwrap_or(0);
            count.saturating_sub(wanted + neutral)
        })
        .sum();
    Prf::of(right, right + extra, gold.values().sum())
}

fn shingle_scores(out: &[&str], gold: &[&str]) -> (Option<f64>, Option<f64>) {
    let (out, gold) = (shingles(out), shingles(gold));
    let right = common(&out, &gold);
    let share = |all: &HashMap<_, usize>| {
        let all: usize = all.values().sum();
        (all > 0).then(|| right as f64 / all as f64)
    };
    (share(&out), share(&gold))
}

/// All runs of four words; a shorter text is one run.
fn shingles<'a, 'b>(words: &'b [&'a str]) -> HashMap<&'b [&'a str], usize> {
    counted(words.windows(SHINGLE.min(words.len()).max(1)))
}

fn drops(labels: &[Label], kept: &[bool]) -> Drops {
    let mut drops = Drops::default();
    for (label, kept) in labels.iter().zip(kept) {
        match (label, kept) {
            (Label::Drop, false) => drops.right += 1,
            (Label::Drop, true) => drops.missed += 1,
            (Label::Keep, false) => drops.wrong += 1,
            (Label::Keep, true) | (Label::Optional, _) => {}
        }
    }
    drops
}

/// Only strings that the page holds count.
fn strings(page: &Labelled<'_>, page_lines: &[String], out_lines: &[String]) -> Option<Strings> {
    if page.with.is_empty() && page.without.is_empty() {
        return None;
    }
    let (before, after) = (in_a_row(page_lines), in_a_row(out_lines));
    let found = |strings: &[String]| -> Vec<bool> {
        let strings = strings.iter().map(|string| normal(string));
        let strings = strings.filter(|string| !string.is_empty() && contains(&before, string));
        strings.map(|string| contains(&after, &string)).collect()
    };
    let (with, without) = (found(page.with), found(page.without));
    let strings = Strings {
        kept: with.iter().filter(|&&stays| stays).count(),
        with: with.len(),
        gone: without.iter().filter(|&&stays| !stays).count(),
        without: without.len(),
    };
    (strings.with + strings.without > 0).then_some(strings)
}

/// All tokens with a space before and behind each.
fn in_a_row(lines: &[String]) -> String {
    let mut row = String::from(" ");
    for line in lines.iter().filter(|line| !line.is_empty()) {
        row.push_str(line);
        row.push(' ');
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: &[Label] = &[
        Label::Drop,
        Label::Optional,
        Label::Optional,
        Label::Keep,
        Label::Keep,
        Label::Drop,
    ];

    fn page() -> Labelled<'static> {
        Labelled {
            text: "Home\nThe Bridge\nBy Ann Lee\nThe bridge is open.\nPeople cheered.\nShare this",
            title: "The Bridge",
            gold: Some("The bridge is open.\nPeople cheered."),
            labels: LABELS,
            ..Labelled::default()
        }
    }

    fn article(out: &str) -> Article {
        score(&page(), out).article.unwrap()
    }

    fn close(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-12
    }

    #[test]
    fn headline_and_byline_cost_nothing_and_chrome_does() {
        let clean = article("The Bridge\nBy Ann Lee\nThe bridge is open.\nPeople cheered.");
        assert!(close(clean.tokens.precision, 1.0) && close(clean.tokens.recall, 1.0));
        assert_eq!(clean.shingle_precision, Some(1.0));
        let expected = Drops {
            right: 2,
            wrong: 0,
            missed: 0,
        };
        assert_eq!(clean.drops, Some(expected));
        // Six words of the article, three of chrome: "home", "share", "this".
        let all = article(page().text);
        assert!(close(all.tokens.precision, 6.0 / 9.0) && close(all.tokens.recall, 1.0));
        assert_eq!(all.drops.unwrap().missed, 2);
        // A neutral word is neutral as often as it stands there; the second byline is chrome.
        let twice = article("By Ann Lee\nBy Ann Lee\nThe bridge is open.\nPeople cheered.");
        assert!(close(twice.tokens.precision, 6.0 / 9.0));
    }

    #[test]
    fn a_lost_paragraph_costs_recall() {
        let lost = article("The bridge is open.");
        assert!(close(lost.tokens.precision, 1.0) && close(lost.tokens.recall, 4.0 / 6.0));
        // One run of four words of the article's three.
        assert_eq!(
            (lost.shingle_precision, lost.shingle_recall),
            (Some(1.0), Some(1.0 / 3.0))
        );
        assert_eq!(lost.drops.unwrap().wrong, 1);
        let nothing = article("");
        assert!(close(nothing.tokens.f1, 0.0));
        assert_eq!((nothing.shingle_precision, nothing.shingle_recall), (None, Some(0.0)));
    }

    #[test]
    fn an_optional_line_that_the_article_has_too_is_no_neutral_line() {
        let page = Labelled {
            text: "Open\nOpen",
            title: "Open",
            gold: Some("Open"),
            labels: &[Label::Keep, Label::Optional],
            ..Labelled::default()
        };
        let article = score(&page, "Open").article.unwrap();
        assert_eq!(article.shingle_precision, Some(1.0));
        assert!(close(article.tokens.f1, 1.0));
    }

    #[test]
    fn wide_scripts_are_counted_by_character() {
        let page = Labelled {
            text: "分享\n今天下雨。",
            gold: Some("今天下雨。"),
            ..Labelled::default()
        };
        let article = score(&page, page.text).article.unwrap();
        assert!(close(article.tokens.precision, 4.0 / 6.0), "{article:?}");
        assert_eq!(article.drops, None);
    }

    #[test]
    fn strings_count_only_if_the_page_holds_them() {
        let with = ["the bridge is OPEN".to_owned(), "not there".to_owned()];
        let without = ["Share this!".to_owned(), "Home".to_owned(), "—".to_owned()];
        let page = Labelled {
            gold: None,
            with: &with,
            without: &without,
            ..page()
        };
        let score = score(&page, "Home\nThe bridge is open.");
        let expected = Strings {
            kept: 1,
            with: 1,
            gone: 1,
            without: 2,
        };
        assert_eq!(score.strings, Some(expected));
        assert_eq!(score.article, None);
    }
}
