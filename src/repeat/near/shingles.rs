//! The set of a page's shingles: every window of a few tokens of its folded text, hashed.
//!
//! Two pages are as similar as these sets overlap. Must not know sketches, nor which pages are compared.

use super::words::Words;

/// Tokens of a shingle, unless the user says otherwise.
pub const SHINGLE_TOKENS: usize = 5;

/// Odd, from the golden ratio: the base of the rolling polynomial over token hashes.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Below this many numbers comparing is as fast as strewing them.
const STREW_FROM: usize = 32;

/// More numbers than this in one bucket are left to the standard sort, for moving them one by one is quadratic.
const CROWD: u32 = 32;

/// Sorted, distinct shingles of one text.
///
/// They are 32 bits wide: two of a page's five hundred fall together once in 30,000 pages, and then the similarity
/// is wrong by a five-hundredth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shingles(Box<[u32]>);

impl Shingles {
    /// The shingles of `n` tokens of `text`.
    ///
    /// Lines are folded one by one, and windows run on over their ends. A text of fewer than `n` tokens, but at least
    /// one, is one shingle.
    ///
    /// ```
    /// use textsieve::repeat::near::Shingles;
    ///
    /// let one = Shingles::of("The quick brown fox jumps over the lazy dog.", 5);
    /// let other = Shingles::of("the quick brown fox jumps\nover the lazy CAT", 5);
    /// assert_eq!(one.len(), 5);
    /// assert_eq!(one.jaccard(&other), 4.0 / 6.0);
    /// ```
    #[must_use]
    pub fn of(text: &str, n: usize) -> Self {
        Self::of_tokens(&Words::of(text).hashes, n)
    }

    /// The shingles of hashed tokens.
    pub(super) fn of_tokens(hashes: &[u64], n: usize) -> Self {
        Self::from_values(windows(hashes, n.max(1)))
    }

    /// A set of any numbers, in any order.
    pub(super) fn from_values(mut values: Vec<u32>) -> Self {
        sort(&mut values);
        values.dedup();
        Self(values.into_boxed_slice())
    }

    /// A set of numbers that ascend strictly.
    pub(super) fn from_sorted(values: Vec<u32>) -> Self {
        debug_assert!(values.is_sorted_by(|a, b| a < b));
        Self(values.into_boxed_slice())
    }

    /// The numbers, in ascending order.
    pub(super) fn values(&self) -> &[u32] {
        &self.0
    }

    /// How many different shingles there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text had no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The share of the shingles of both that stand in both; nothing is similar to an empty set.
    #[must_use]
    pub fn jaccard(&self, other: &Self) -> f64 {
        let common = self.common(other);
        let all = self.len() + other.len() - common;
        if all == 0 { 0.0 } else { common as f64 / all as f64 }
    }

    fn common(&self, other: &Self) -> usize {
        let (a, b) = (&*self.0, &*other.0);
        let (mut i, mut j, mut common) = (0, 0, 0);
        // Without branches: which side goes on is a coin's toss wherever the texts differ.
        while i < a.len() && j < b.len() {
            let (x, y) = (a[i], b[j]);
            common += usize::from(x == y);
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        common
    }
}

/// The hashes of all windows of `n` tokens: a rolling polynomial (Karp and Rabin 1987), mixed.
fn windows(hashes: &[u64], n: usize) -> Vec<u32> {
    let n = n.min(hashes.len());
    let power = (0..n).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut rolling = 0u64;
    let mut out = Vec::with_capacity(hashes.len() + 1 - n.min(hashes.len()));
    for (i, &hash) in hashes.iter().enumerate() {
        rolling = rolling.wrapping_mul(BASE).wrapping_add(hash);
        if i >= n {
            rolling = rolling.wrapping_sub(hashes[i - n].wrapping_mul(power));
        }
        if i + 1 >= n {
            out.push((mix(rolling) >> 32) as u32);
        }
    }
    out
}

/// The finaliser of xxh3: every input bit reaches every output bit.
pub(super) fn mix(mut h: u64) -> u64 {
    h ^= h >> 37;
    h = h.wrapping_mul(0x1656_6791_9E37_79F9);
    h ^ (h >> 32)
}

/// Sorts hashes: their high bits put them nearly in place, and the rest is moving a few past one another. A fifth of the
/// time of comparing.
fn sort(values: &mut Vec<u32>) {
    if values.len() < STREW_FROM {
        values.sort_unstable();
        return;
    }
    let bits = (values.len().ilog2() + 1).min(16);
    let bucket = |value: u32| (value >> (32 - bits)) as usize;
    let mut starts = vec![0u32; 1 << bits];
    for &value in &*values {
        starts[bucket(value)] += 1;
    }
    let mut start = 0;
    let mut most = 0;
    for slot in &mut starts {
        most = most.max(*slot);
        start += std::mem::replace(slot, start);
    }
    if most > CROWD {
        // A text that repeats itself, or one of more tokens than there are buckets.
        values.sort_unstable();
        return;
    }
    let mut strewn = vec![0u32; values.len()];
    for &value in &*values {
        let slot = &mut starts[bucket(value)];
        strewn[*slot as usize] = value;
        *slot += 1;
    }
    for i in 1..strewn.len() {
        let value = strewn[i];
        let mut at = i;
        while at > 0 && strewn[at - 1] > value {
            strewn[at] = strewn[at - 1];
            at -= 1;
        }
        strewn[at] = value;
    }
    *values = strewn;
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // similarities are quotients of the same counts
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_never_change() {
        // Sets are kept on disk.
        let set = Shingles::of("The quick brown fox jumps over 1,000 lazy 东京 extraordinarily", 5);
        assert_eq!(set.values()[..2], [135_757_881, 481_479_764]);
    }

    #[test]
    fn windows_run_on_over_line_ends() {
        let one = Shingles::of("a b c d e f g", 5);
        assert_eq!(one, Shingles::of("A b, c\n\n(d e)\nf “g”.", 5));
        assert_eq!(one.len(), 3);
    }

    #[test]
    fn every_wide_character_is_a_token() {
        assert_eq!(Shingles::of("東京の空は青い", 5).len(), 3);
        assert_eq!(Shingles::of("ภาษาไทย", 5).len(), 3);
        assert_eq!(Shingles::of("한국어 문장 하나", 5).len(), 1);
    }

    #[test]
    fn a_short_text_is_one_shingle_and_an_empty_one_none() {
        assert_eq!(Shingles::of("One two", 5).len(), 1);
        assert_eq!(Shingles::of("One two", 5), Shingles::of("one TWO", 5));
        assert_ne!(Shingles::of("One two", 5), Shingles::of("two one", 5));
        assert!(Shingles::of(" — \n", 5).is_empty());
        let none = Shingles::default();
        assert!(none.jaccard(&none) == 0.0);
    }

    #[test]
    fn a_text_that_repeats_itself_has_few() {
        assert_eq!(Shingles::of(&"again and ".repeat(10_000), 5).len(), 2);
    }

    proptest! {
        #[test]
        fn sorting_sorts(values in prop::collection::vec(prop_oneof![any::<u32>(), 0u32..9], 0..600)) {
            let set: BTreeSet<u32> = values.iter().copied().collect();
            let ours = Shingles::from_values(values);
            prop_assert!(ours.values().iter().eq(&set));
        }

        #[test]
        fn jaccard_is_shared_by_all(a in prop::collection::btree_set(0u32..60, 0..40), b in prop::collection::btree_set(0u32..60, 0..40)) {
            let similarity = set(&a).jaccard(&set(&b));
            let all = a.union(&b).count().max(1) as f64;
            prop_assert!(similarity == a.intersection(&b).count() as f64 / all);
            prop_assert!(similarity == set(&b).jaccard(&set(&a)));
        }
    }

    fn set(values: &BTreeSet<u32>) -> Shingles {
        Shingles::from_sorted(values.iter().copied().collect())
    }
}
