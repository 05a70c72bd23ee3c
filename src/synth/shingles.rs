//! How similar two texts are: Jaccard of the sets of five tokens in a row.
//!
//! Written apart from the program's own near-duplicate search on purpose: this is what that search is checked against.
//! A shingle is 64 bits here, and no set is sampled. Must not know what is compared.

use crate::hash::hash64;
use crate::text::fold::fold_into;
use crate::text::tokens::tokens;

/// Tokens a shingle.
pub const SHINGLE: usize = 5;

/// The distinct shingles of a text, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set(Vec<u64>);

impl Set {
    /// The shingles of a text; they run on over line ends. A text of fewer tokens is one shingle.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (mut hashes, mut folded) = (Vec::with_capacity(text.len() / 4), String::new());
        for line in text.lines() {
            folded.clear();
            fold_into(line, &mut folded);
            hashes.extend(tokens(&folded).map(|token| hash64(token.as_bytes())));
        }
        let windows = hashes.len().min(SHINGLE);
        let mut set: Vec<u64> = if windows == 0 {
            Vec::new()
        } else {
            hashes.windows(windows).map(joined).collect()
        };
        set.sort_unstable();
        set.dedup();
        Self(set)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text has no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The share of shingles in either that stand in both; 1 for two texts without any.
    #[must_use]
    pub fn jaccard(&self, other: &Self) -> f64 {
        let (mut a, mut b, mut both) = (0, 0, 0usize);
        while a < self.0.len() && b < other.0.len() {
            let (x, y) = (self.0[a], other.0[b]);
            a += usize::from(x <= y);
            b += usize::from(y <= x);
            both += usize::from(x == y);
        }
        let either = self.len() + other.len() - both;
        if either == 0 { 1.0 } else { both as f64 / either as f64 }
    }
}

/// One number for a window of tokens, in order.
fn joined(window: &[u64]) -> u64 {
    window.iter().fold(0, |sum: u64, &token| {
        let sum = (sum.rotate_left(23) ^ token).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        sum ^ (sum >> 29)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::text::fold::fold;

    /// By strings and sets, as the definition reads.
    fn by_definition(a: &str, b: &str) -> f64 {
        let set = |text: &str| -> HashSet<Vec<String>> {
            let folded: Vec<String> = text.lines().map(fold).collect();
            let all: Vec<String> = folded.iter().flat_map(|line| tokens(line)).map(str::to_owned).collect();
            match all.len() {
                0 => HashSet::new(),
                n => all.windows(n.min(5)).map(<[String]>::to_vec).collect(),
            }
        };
        let (a, b) = (set(a), set(b));
        let either = a.union(&b).count();
        if either == 0 {
            1.0
        } else {
            a.intersection(&b).count() as f64 / either as f64
        }
    }

    proptest! {
        #[test]
        fn similarity_is_that_of_the_definition(a in "[abc东京ก ,.\n]{0,60}", b in "[abc东京ก ,.\n]{0,60}") {
            let (x, y) = (Set::of(&a), Set::of(&b));
            prop_assert_eq!(x.jaccard(&y).to_bits(), by_definition(&a, &b).to_bits());
        }
    }
}
