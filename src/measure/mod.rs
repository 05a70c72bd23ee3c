//! Floor 1: how good a cleaned page is, told by a page whose article is known.
//!
//! Words are counted against the article, lines against their labels; [`table`] makes means of pages. All is computed
//! from texts in memory. Must not know how a page is cleaned, what chrome is, nor where texts come from.

pub mod align;
pub mod loss;
pub mod page;
pub mod table;
pub mod tokens;

use std::collections::HashMap;

/// Precision, recall and their harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prf {
    /// The part of what came out that is right.
    pub precision: f64,
    /// The part of what is right that came out.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

impl Prf {
    /// From what is right in the output, what is in the output, and what should be there.
    #[must_use]
    pub fn of(right: usize, out: usize, wanted: usize) -> Self {
        let share = |part: usize, whole: usize| part as f64 / whole as f64;
        let precision = match (out, wanted) {
            (0, 0) => 1.0,
            (0, _) => 0.0,
            _ => share(right, out),
        };
        let recall = if wanted == 0 { 1.0 } else { share(right, wanted) };
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Self { precision, recall, f1 }
    }
}

/// How often each thing occurs.
fn counted<T: Eq + std::hash::Hash>(things: impl Iterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    for thing in things {
        *counts.entry(thing).or_insert(0) += 1;
    }
    counts
}

/// How many things two bags have in common.
fn common<T: Eq + std::hash::Hash>(one: &HashMap<T, usize>, other: &HashMap<T, usize>) -> usize {
    one.iter()
        .map(|(thing, &count)| count.min(other.get(thing).copied().unwrap_or(0)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_out_is_perfect_only_if_nothing_was_wanted() {
        let prf = |right, out, wanted| {
            let Prf { precision, recall, f1 } = Prf::of(right, out, wanted);
            [precision, recall, f1]
        };
        assert_eq!(prf(0, 0, 0).map(f64::to_bits), [1.0, 1.0, 1.0].map(f64::to_bits));
        assert_eq!(prf(0, 0, 5).map(f64::to_bits), [0.0, 0.0, 0.0].map(f64::to_bits));
        assert_eq!(prf(2, 4, 2).map(f64::to_bits), [0.5, 1.0, 2.0 / 3.0].map(f64::to_bits));
    }
}
