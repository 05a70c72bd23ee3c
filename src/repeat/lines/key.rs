//! The key of a line: what two lines of a site have in common when a template wrote both.
//!
//! Folded, with every number masked: "12 comments" and "7 comments" have one key. Must not know what is counted.

use crate::hash::hash64;
use crate::page::Page;
use crate::text::chars::{is_closer, is_terminal};
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
    if !folded.bytes().any(|b| b.is_ascii_digit() || b >= 0x80) {
        return (!folded.is_empty()).then(|| hash64(folded.as_bytes()));
    }
    let mut masked = String::with_capacity(folded.len());
    let mut letters = false;
    let mut in_number = false;
    for c in folded.chars() {
        let number = c.is_numeric();
        if !number {
            masked.push(c);
            letters |= c.is_alphabetic();
        } else if !in_number {
            masked.push('0');
        }
        in_number = number;
    }
    letters.then(|| hash64(masked.as_bytes()))
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
            lines.keys.push(key(folded));
            lines.tokens.push(count);
            lines.prose.push(count >= PROSE_TOKENS && ends_sentence(page.block(i)));
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
