//! Random numbers that are the same on every machine and in every release: `SplitMix64`.
//!
//! Everything is whole numbers, so no rounding of a processor or a library can change what is made. Each thing that is
//! made (a page's words, its place, a site) draws from a stream of its own, so that any of them can be made alone and
//! in any order. Must not know what is made.

/// The golden ratio in 64 bits: the step of the sequence.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of random numbers: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// The stream of these numbers: a seed, what is made, and its number.
    #[must_use]
    pub fn of(parts: &[u64]) -> Self {
        Self(
            parts
                .iter()
                .fold(0, |state, &part| mix(state.wrapping_add(STEP) ^ mix(part))),
        )
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `n`, which is at least 1. Multiplied, not divided: the bias is below 2^-32 for any `n` in use.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// An index into something of length `n`.
    pub fn index(&mut self, n: usize) -> usize {
        self.below(n as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.index(high - low + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// True with a chance.
    pub fn chance(&mut self, chance: Chance) -> bool {
        self.bits() >> 32 < chance.0
    }

    /// One of several things.
    pub fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.index(things.len())]
    }
}

/// A chance as a whole number of 2^-32, so that it compares alike everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance(u64);

impl Chance {
    /// The chance of a share from 0 to 1.
    #[must_use]
    pub fn of(share: f64) -> Self {
        Self((share.clamp(0.0, 1.0) * 4_294_967_296.0) as u64)
    }
}

/// The mixer of `SplitMix64` (variant 13 of Stafford).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_paper() {
        // The reference implementation's first numbers from seed 1234567.
        let mut rng = Rng(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| rng.bits()).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(first, published);
    }

    #[test]
    fn streams_differ_and_stay_in_range() {
        let mut seen = std::collections::HashSet::new();
        for i in 0..1000 {
            let mut rng = Rng::of(&[1, 2, i]);
            assert!(seen.insert(rng.bits()));
            assert!(rng.below(7) < 7);
            assert!((3..=5).contains(&rng.between(3, 5)));
        }
        assert!(!Rng::of(&[1]).chance(Chance::of(0.0)));
        assert!(Rng::of(&[1]).chance(Chance::of(1.0)));
    }
}
