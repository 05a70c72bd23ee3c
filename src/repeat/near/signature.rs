//! Sixty-four bytes that tell how similar two sets are.
//!
//! Fast Similarity Sketching (Dahlgaard, Knudsen, Thorup, FOCS 2017): every element is thrown into a random bin with a
//! random value, and a bin keeps its smallest; rounds go on until no bin is empty. So the share of equal bins is an
//! unbiased estimate for sets of any size, with the deviation of 64 independent tries at most, at the price of about
//! one hash an element. Of the value in a bin eight bits are kept: unequal ones agree once in 256 (Li and König 2010).
//!
//! Must not know what the elements are.

use super::shingles::{Shingles, mix};

/// Bins, and bytes, of a signature.
pub const BINS: usize = 64;

/// How often unequal elements have equal bytes.
const CHANCE: f64 = 1.0 / 256.0;

/// Bits of a key below the round's number.
const VALUE_BITS: u32 = 56;

/// What is left of a set: a byte a bin. Two empty sets have equal signatures; whoever compares has to leave them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub(super) [u8; BINS]);

impl Signature {
    /// The signature of a set.
    #[must_use]
    pub fn of(shingles: &Shingles) -> Self {
        let mut bins = [u64::MAX; BINS];
        // After as many rounds as there are bins a round fills its own bin: sets of one element end, too.
        for round in 0..2 * BINS {
            let forced = round.checked_sub(BINS);
            if forced.is_some_and(|bin| bins[bin] != u64::MAX) {
                continue;
            }
            throw(shingles.values(), round as u64, forced, &mut bins);
            if bins.iter().all(|&key| key != u64::MAX) {
                break;
            }
        }
        // The order was decided by the high bits, so the low ones are as good as random.
        Self(bins.map(|key| key as u8))
    }

    /// How similar the sets are, as far as these bytes tell: at a true similarity of .8 within .05 two times in three.
    #[must_use]
    pub fn estimate(&self, other: &Self) -> f64 {
        ((f64::from(self.equal(other)) / BINS as f64 - CHANCE) / (1.0 - CHANCE)).max(0.0)
    }

    /// How many bins are equal.
    pub(super) fn equal(&self, other: &Self) -> u32 {
        let equal = self.0.iter().zip(&other.0).map(|(a, b)| u8::from(a == b));
        u32::from(equal.sum::<u8>())
    }

    /// The number of equal bins that an estimate of `similarity` stands for.
    pub(super) fn bins(similarity: f64) -> f64 {
        (similarity + (1.0 - similarity) * CHANCE) * BINS as f64
    }
}

/// One round: every value into a bin, which keeps the smallest of the first round that reached it.
fn throw(values: &[u32], round: u64, forced: Option<usize>, bins: &mut [u64; BINS]) {
    let seed = mix(round.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    for &value in values {
        let hash = mix((u64::from(value) << 32 | u64::from(value)) ^ seed);
        let bin = forced.unwrap_or((hash >> (64 - BINS.ilog2())) as usize);
        let key = round << VALUE_BITS | hash & ((1 << VALUE_BITS) - 1);
        bins[bin] = bins[bin].min(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sets of `size` numbers each that share all but `own`, different for every seed.
    fn pair(seed: u64, size: u64, own: u64) -> (Shingles, Shingles) {
        let number = |i: u64| (mix(mix(seed + 1).wrapping_add(i.wrapping_mul(0x9E37_79B9_7F4A_7C15))) >> 32) as u32;
        let one = (0..size).map(number).collect();
        let other = (own..size + own).map(number).collect();
        (Shingles::from_values(one), Shingles::from_values(other))
    }

    #[test]
    fn the_estimate_is_unbiased_and_as_narrow_as_64_tries_at_any_size() {
        for (size, own) in [
            (1, 0),
            (1, 1),
            (5, 1),
            (26, 3),
            (64, 9),
            (100, 10),
            (500, 150),
            (3000, 300),
        ] {
            let (mut sum, mut squares, mut truth) = (0.0, 0.0, 0.0);
            let tries = 400;
            for seed in 0..tries {
                let (one, other) = pair(seed, size, own);
                let off = Signature::of(&one).estimate(&Signature::of(&other)) - one.jaccard(&other);
                truth += one.jaccard(&other) / tries as f64;
                sum += off;
                squares += off * off;
            }
            let sigma = (truth * (1.0 - truth) / 64.0).sqrt();
            let (mean, deviation) = (sum / tries as f64, (squares / tries as f64).sqrt());
            assert!(mean.abs() < 0.01, "{size} {own}: mean {mean}");
            assert!(deviation < 1.15 * sigma + 0.01, "{size} {own}: {deviation} for {sigma}");
        }
    }

    #[test]
    fn equal_sets_have_equal_signatures() {
        let (one, other) = pair(7, 40, 0);
        assert_eq!(Signature::of(&one), Signature::of(&other));
        assert_eq!(Signature::of(&one).equal(&Signature::of(&other)), 64);
    }
}
