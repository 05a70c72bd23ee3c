//! A cut, and the one function that applies cuts.
//!
//! Judges propose cuts; nobody else edits text. Must not know who proposed a cut.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use crate::page::Page;
use crate::reason::Reason;

/// Where the text that a cut repeats stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeats {
    /// Line of the copy that stays, from 1, in the same normalised page.
    pub line: usize,
}

/// A byte range of a page, why it goes, and the evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// Bytes in the normalised page.
    pub range: Range<usize>,
    /// Line, from 1, in the normalised page.
    pub line: usize,
    /// Why.
    pub reason: Reason,
    /// How sure: 1 is certain that this is no part of the article.
    pub score: f32,
    /// What was seen, for people: a phrase's id, a shape, a distance.
    pub evidence: Cow<'static, str>,
    /// What it repeats, for the reasons of the repeat family.
    pub repeats: Option<Repeats>,
}

/// The page's text without the cuts.
///
/// A block goes with its line end. Where blocks went, the kept neighbours are parted by a blank line
/// exactly if a blank line stood anywhere between them. No blank lines at the start or the end;
/// the result ends with a line end exactly if the page does (an empty result is empty).
///
/// Cuts are expected in order and without overlap; each is a whole block's range.
#[must_use]
pub fn apply(page: &Page<'_>, cuts: &[Cut]) -> String {
    let mut out = String::with_capacity(page.text().len());
    let mut cuts = cuts.iter().peekable();
    let mut blank = false;
    for block in page.blocks() {
        blank |= block.blank_before > 0;
        while cuts.next_if(|cut| cut.range.end <= block.range.start).is_some() {}
        if cuts.peek().is_some_and(|cut| cut.range.start <= block.range.start) {
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        out.push_str(&page.text()[block.range.clone()]);
        blank = false;
    }
    if !out.is_empty() && page.text().ends_with('\n') {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(page: &Page<'_>, i: usize) -> Cut {
        let block = &page.blocks()[i];
        Cut {
            range: block.range.clone(),
            line: block.line,
            reason: Reason::Boilerplate,
            score: 1.0,
            evidence: "test".into(),
            repeats: None,
        }
    }

    #[test]
    fn a_gap_that_held_a_blank_line_keeps_one() {
        let page = Page::new("one\n\ntwo\nthree\nfour\n");
        assert_eq!(apply(&page, &[cut(&page, 1)]), "one\n\nthree\nfour\n");
        assert_eq!(apply(&page, &[cut(&page, 2)]), "one\n\ntwo\nfour\n");
        assert_eq!(apply(&page, &[cut(&page, 0)]), "two\nthree\nfour\n");
        assert_eq!(apply(&page, &[cut(&page, 3)]), "one\n\ntwo\nthree\n");
    }

    #[test]
    fn the_end_of_the_file_is_as_it_was() {
        let page = Page::new("one\ntwo");
        assert_eq!(apply(&page, &[cut(&page, 1)]), "one");
        assert_eq!(apply(&page, &[cut(&page, 0), cut(&page, 1)]), "");
        assert_eq!(apply(&page, &[]), "one\ntwo");
    }
}
