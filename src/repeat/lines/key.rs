//! The key of a line: what two lines of a site have in common when a template wrote both.
//!
//! Folded, with every number masked: "12 comments" and "7 comments" have one key. Must not know what is counted.

use std::borrow::Cow;

use crate::hash::hash64;
use crate::page::Page;
use crate::text::chars::{Script, is_closer, is_terminal, script};
use crate::text::tokens::tokens;

/// A sentence of so many tokens may be what an article says; fewer are a label or a headline's worth.
pub const PROSE_TOKENS: u16 = 12;

/// The key of a folded line; none for a line without a letter, since the cells of tables repeat by chance.
///
/// ```
/// use textsieve::repeat::lines::key::key;
///
/// assert_eq!(key("page 1 of 12"), key("page 3 of 9"));
/// assert_eq!(key("2011 12"), None);
/// ```
#[must_use]
pub fn key(folded: &str) -> Option<u64> {
    let (mut letters, mut numbers) = (false, false);
    for c in folded.chars() {
        match Sort::of(c) {
            Sort::Letter => letters = true,
            Sort::Number => numbers = true,
            Sort::Other => {}
        }
    }
    match (letters, numbers) {
        (false, _) => None,
        (true, false) => Some(hash64(folded.as_bytes())),
        (true, true) => Some(hash64(masked(folded).as_bytes())),
    }
}

/// The key of a long sentence: dates are masked with the names of their months, whatever the language. A name of up to
/// [`MONTH`] letters between two numbers is one, and a word before two numbers with nothing between.
fn sentence_key(folded: &str) -> Option<u64> {
    let plain = key(folded)?;
    let number = |token: &str| token.chars().all(|c| Sort::of(c) == Sort::Number);
    let all: Vec<&str> = tokens(folded).collect();
    let numbers: Vec<usize> = (0..all.len()).filter(|&i| number(all[i])).collect();
    if numbers.len() < 2 {
        return Some(plain);
    }
    let mut masked: Vec<bool> = all.iter().map(|token| number(token)).collect();
    for two in numbers.windows(2) {
        let between = two[0] + 1..two[1];
        let letters: usize = all[between.clone()].iter().map(|token| token.chars().count()).sum();
        if letters <= MONTH {
            masked[between].fill(true);
        }
        if two[1] == two[0] + 1 && two[0] > 0 {
            masked[two[0] - 1] = true;
        }
    }
    let mut text = String::with_capacity(folded.len());
    for i in 0..all.len() {
        match (masked[i], i > 0 && masked[i - 1]) {
            (true, true) => continue,
            (true, false) => text.push('0'),
            (false, _) => text.push_str(&masked_token(all[i])),
        }
        text.push(' ');
    }
    Some(hash64(text.as_bytes()))
}

/// Letters of the longest name of a month, with its case ending.
const MONTH: usize = 12;

fn masked_token(token: &str) -> Cow<'_, str> {
    if token.chars().any(|c| Sort::of(c) == Sort::Number) {
        Cow::Owned(masked(token))
    } else {
        Cow::Borrowed(token)
    }
}

/// Every run of numbers is a nought.
fn masked(folded: &str) -> String {
    let mut masked = String::with_capacity(folded.len());
    let mut in_number = false;
    for c in folded.chars() {
        let number = Sort::of(c) == Sort::Number;
        if !number {
            masked.push(c);
        } else if !in_number {
            masked.push('0');
        }
        in_number = number;
    }
    masked
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letter,
    Number,
    Other,
}

impl Sort {
    /// As Unicode has it. The blocks that most text is of are known beforehand: looking each character up took a third
    /// of the time that counting lines takes.
    fn of(c: char) -> Self {
        match c {
            'a'..='z'
            | '\u{df}'..='\u{f6}'
            | '\u{100}'..='\u{17f}'
            | '\u{3b1}'..='\u{3c9}'
            | '\u{430}'..='\u{44f}'
            | '\u{e01}'..='\u{e3a}'
            | '\u{e40}'..='\u{e46}'
            | '\u{3005}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}' => Self::Letter,
            '0'..='9' => Self::Number,
            '\u{e47}'..='\u{e4c}' => Self::Other,
            _ if c.is_ascii() => Self::Other,
            _ if c.is_numeric() => Self::Number,
            _ if c.is_alphabetic() => Self::Letter,
            _ => Self::Other,
        }
    }
}

/// The lines of a page as they are counted: one entry a block.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    keys: Vec<Option<u64>>,
    tokens: Vec<u16>,
    prose: Vec<bool>,
    paths: Vec<bool>,
}

impl Lines {
    /// Looks at every block of a page.
    #[must_use]
    pub fn of(page: &Page<'_>) -> Self {
        let mut lines = Self::default();
        for i in 0..page.len() {
            let folded = page.folded(i);
            let count = tokens(folded).take(usize::from(u16::MAX)).count() as u16;
            let prose = (count >= PROSE_TOKENS && ends_sentence(page.block(i))) || is_unstopped_prose(folded);
            lines.keys.push(if prose { sentence_key(folded) } else { key(folded) });
            lines.tokens.push(count);
            lines.prose.push(prose);
            lines.paths.push(is_path(page.block(i)));
        }
        lines
    }

    /// How many lines the page has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key of each line.
    #[must_use]
    pub fn keys(&self) -> &[Option<u64>] {
        &self.keys
    }

    /// Tokens of line `i`.
    #[must_use]
    pub fn tokens(&self, i: usize) -> u16 {
        self.tokens[i]
    }

    /// Whether line `i` is words parted by signs, as breadcrumbs are.
    #[must_use]
    pub fn path(&self, i: usize) -> bool {
        self.paths[i]
    }

    /// Whether line `i` is a long sentence: what articles are made of.
    #[must_use]
    pub fn prose(&self, i: usize) -> bool {
        self.prose[i]
    }
}

/// A sign between spaces that stands between the names in breadcrumbs and menus.
fn is_path(text: &str) -> bool {
    text.split(' ')
        .any(|word| matches!(word, ">" | "»" | "›" | "|" | "·" | "•" | "/"))
}

/// Thai, Lao, Khmer and Burmese have no full stop that every sentence ends in. So many of their letters are no headline.
/// Of paragraphs that several articles of a synthetic dump share, 99 % are listed, and 86 % were without this.
fn is_unstopped_prose(folded: &str) -> bool {
    const LETTERS: usize = 80;
    // Each takes three bytes.
    folded.len() >= LETTERS * 3
        && folded
            .chars()
            .filter(|&c| c >= '\u{e00}' && script(c) == Script::SouthEastAsian)
            .count()
            >= LETTERS
}

fn ends_sentence(text: &str) -> bool {
    text.chars()
        .rev()
        .find(|&c| !is_closer(c) && !c.is_whitespace())
        .is_some_and(is_terminal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_known_beforehand_are_letters_to_unicode() {
        for c in '\0'..='\u{ffff}' {
            let sort = match c {
                _ if c.is_numeric() => Sort::Number,
                _ if c.is_alphabetic() => Sort::Letter,
                _ => Sort::Other,
            };
            // Folded text has neither capitals nor superscripts.
            if !c.is_ascii_uppercase() {
                assert!(Sort::of(c) == sort, "{c:?}");
            }
        }
    }

    #[test]
    fn a_date_does_not_tell_sentences_apart() {
        for (one, other) in [
            (
                "on 5 january 2017 the council met and",
                "on 24 march 2020 the council met and",
            ),
            (
                "on january 5 2017 the council met and",
                "on september 24 2020 the council met and",
            ),
            ("24 ноября 2022 года совет собрался", "3 мая 2019 года совет собрался"),
            ("เมื่อวันที่ 17 พฤศจิกายน 2024 และ", "เมื่อวันที่ 3 มีนาคม 2019 และ"),
            ("2017年1月5日 会議", "2020年12月24日 会議"),
        ] {
            assert_eq!(sentence_key(one), sentence_key(other), "{one}");
        }
        let (one, other) = ("5 january 2017 the council met", "5 january 2017 the mayor met");
        assert_ne!(sentence_key(one), sentence_key(other));
    }

    #[test]
    fn numbers_do_not_tell_lines_apart_and_alone_are_no_key() {
        assert_eq!(key("12 comments"), key("7 comments"));
        assert_eq!(key("第3页"), key("第12页"));
        assert_ne!(key("12 comments"), key("12 views"));
        for folded in ["", "2011", "12 30", "½ 3"] {
            assert_eq!(key(folded), None, "{folded}");
        }
    }

    #[test]
    fn a_long_sentence_is_prose_and_a_long_menu_is_not() {
        let page = Page::new(
            "The council of Lornby met on Monday evening and voted for the new bridge.\n\
             Home News Sport Weather Culture Travel Food Opinion Video Games Jobs Cars Homes",
        );
        let lines = Lines::of(&page);
        assert!(lines.prose(0));
        assert!(!lines.prose(1));
    }
}
