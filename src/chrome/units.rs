//! Units: lines that are one sentence or label, broken at inline elements, are looked at as one.
//!
//! Dumps that put every link on a line of its own cut sentences into pieces; a piece says little, the
//! whole much. Knows shapes; must not know scores, nor cut: a cut is made by line.

use crate::chrome::shape::{End, Shape, Start};
use crate::page::Page;

/// A link's text inside a sentence has at most so many words …
const SANDWICH_WORDS: f32 = 6.0;
/// … and follows at least so many words of it.
const SANDWICH_BEFORE: f32 = 4.0;

/// Which lines of a page belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    /// First line of each unit, and the number of lines.
    bounds: Vec<u32>,
    /// The unit of each line.
    of: Vec<u32>,
}

impl Units {
    /// Joins the lines of a page.
    ///
    /// Line `i` joins the line before if that does not end as a sentence or with a colon, and line `i`
    /// goes on in lower case or with a sign that only stands inside a sentence, or the line before ends
    /// with one; or line `i` is a short link's text between two such lines.
    #[must_use]
    pub fn of(page: &Page<'_>, shapes: &[Shape]) -> Self {
        let n = page.len();
        let mut units = Self {
            bounds: Vec::with_capacity(n + 1),
            of: Vec::with_capacity(n),
        };
        let goes_on: Vec<bool> = (0..n).map(|i| goes_on(page.block(i), &shapes[i])).collect();
        let ended = |i: usize| shapes[i].terminal() || shapes[i].end == End::Colon;
        let mut words = 0.0;
        for i in 0..n {
            let joins = i > 0 && !ended(i - 1) && {
                let sandwich = i + 1 < n
                    && goes_on[i + 1]
                    && !ended(i)
                    && words >= SANDWICH_BEFORE
                    && shapes[i].words() <= SANDWICH_WORDS;
                goes_on[i] || sandwich || is_open(page.block(i - 1))
            };
            if joins {
                words += shapes[i].words();
            } else {
                units.bounds.push(i as u32);
                words = shapes[i].words();
            }
            units.of.push(units.bounds.len() as u32 - 1);
        }
        units.bounds.push(n as u32);
        units
    }

    /// How many units there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The unit of a line.
    #[must_use]
    pub fn unit(&self, line: usize) -> usize {
        self.of[line] as usize
    }

    /// The lines of a unit.
    #[must_use]
    pub fn lines(&self, unit: usize) -> std::ops::Range<usize> {
        self.bounds[unit] as usize..self.bounds[unit + 1] as usize
    }

    /// The shapes of the units.
    #[must_use]
    pub fn shapes(&self, lines: &[Shape]) -> Vec<Shape> {
        (0..self.len())
            .map(|u| {
                let mut range = self.lines(u);
                // A unit has a first line.
                let mut shape = lines[range.next().unwrap_or_default()].clone();
                for i in range {
                    shape.join(&lines[i]);
                }
                shape
            })
            .collect()
    }
}

fn goes_on(line: &str, shape: &Shape) -> bool {
    shape.start == Start::Lower && line.starts_with(char::is_lowercase)
        || line.starts_with(|c| ",.;:)!?…，。；、）»”".contains(c))
}

fn is_open(line: &str) -> bool {
    line.ends_with(|c| ",(（，„“«-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<std::ops::Range<usize>> {
        let page = Page::new(text);
        let shapes: Vec<Shape> = (0..page.len()).map(|i| Shape::of(page.block(i))).collect();
        let units = Units::of(&page, &shapes);
        (0..units.len()).map(|u| units.lines(u)).collect()
    }

    #[test]
    fn a_sentence_broken_at_a_link_is_one_unit() {
        assert_eq!(
            units("Then he told the\nLorn Courier\nthat the bridge was safe.\nSport"),
            [0..3, 3..4]
        );
    }

    #[test]
    fn menus_and_sentences_stay_apart() {
        assert_eq!(units("Home\nNews\nIt rained.\nso they said"), [0..1, 1..2, 2..3, 3..4]);
    }

    #[test]
    fn the_empty_page_has_no_units() {
        assert!(units("").is_empty());
    }
}
