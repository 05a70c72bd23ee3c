//! What cleaning takes from a text that is all article, and should have come back as it was.
//!
//! Must not know where articles come from.

use super::tokens::{normal, split};
use super::{common, counted};

/// Below this share of words an article counts as damaged.
pub const DAMAGED: f64 = 0.8;

/// What became of one article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Whether it came back byte for byte.
    pub same: bool,
    /// Its words.
    pub words: usize,
    /// Those of them that came back.
    pub kept: usize,
}

impl Loss {
    /// Compares an article with what came back.
    #[must_use]
    pub fn of(article: &str, cleaned: &str) -> Self {
        let before = normal(article);
        let after = normal(cleaned);
        let words = counted(split(&before));
        Self {
            same: article == cleaned,
            words: words.values().sum(),
            kept: common(&words, &counted(split(&after))),
        }
    }

    /// The share of its words that came back.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.words == 0 {
            1.0
        } else {
            self.kept as f64 / self.words as f64
        }
    }
}

/// What became of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Losses {
    /// Articles.
    pub articles: usize,
    /// Those that came back byte for byte.
    pub same: usize,
    /// Those that lost more than a fifth of their words.
    pub damaged: usize,
    /// The words of all.
    pub words: usize,
    /// Those of them that came back.
    pub kept: usize,
}

impl FromIterator<Loss> for Losses {
    fn from_iter<I: IntoIterator<Item = Loss>>(losses: I) -> Self {
        losses.into_iter().fold(Self::default(), |sum, loss| Self {
            articles: sum.articles + 1,
            same: sum.same + usize::from(loss.same),
            damaged: sum.damaged + usize::from(loss.share() < DAMAGED),
            words: sum.words + loss.words,
            kept: sum.kept + loss.kept,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_lost_are_counted_and_bytes_that_differ_are_seen() {
        let same = Loss::of("One two, two.\n", "One two, two.\n");
        assert_eq!((same.same, same.words, same.kept), (true, 3, 3));
        let tidied = Loss::of("One  two, two.", "One two, two.");
        assert_eq!((tidied.same, tidied.words, tidied.kept), (false, 3, 3));
        let cut = Loss::of("One two, two.\nThree four.", "One two.");
        assert_eq!((cut.same, cut.words, cut.kept), (false, 5, 2));
        let all: Losses = [same, tidied, cut].into_iter().collect();
        let expected = Losses {
            articles: 3,
            same: 1,
            damaged: 1,
            words: 11,
            kept: 8,
        };
        assert_eq!(all, expected);
    }
}
