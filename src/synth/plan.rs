//! Which page is a copy of which: told for any page from the seed and its number alone.
//!
//! A copy comes after what it copies, and what it copies is no copy. Must not know what stands on a page.

use super::Spec;
use super::Stream;
use super::rng::{Chance, Rng};

/// So many draws find a page that is no copy, or the first page is taken.
const DRAWS: usize = 200;
/// Copies in a hundred that go to a few often copied pages: families grow large there.
const POPULAR: u64 = 12;

/// What a page is to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// No copy.
    Original,
    /// The article of another page.
    Exact {
        /// That page.
        of: u64,
        /// The whole page is the same: it was scraped again. Else it is a reprint under another template.
        again: bool,
    },
    /// Nearly the article of another page.
    Near {
        /// That page.
        of: u64,
        /// How similar it should be.
        target: f64,
    },
}

impl Role {
    /// The page that it is a copy of.
    #[must_use]
    pub fn source(self) -> Option<u64> {
        match self {
            Self::Original => None,
            Self::Exact { of, .. } | Self::Near { of, .. } => Some(of),
        }
    }

    /// The page that this one, `number`, looks like: itself, unless it was scraped again.
    #[must_use]
    pub fn model(self, number: u64) -> u64 {
        match self {
            Self::Exact { of, again: true } => of,
            _ => number,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Original,
    Exact,
    Near,
}

/// The roles of all pages.
#[derive(Debug)]
pub struct Plan {
    seed: u64,
    exact: Chance,
    /// Of pages that are no exact copies.
    near: Chance,
    similarity: Vec<f64>,
}

impl Plan {
    /// The plan of a spec.
    #[must_use]
    pub fn new(spec: &Spec) -> Self {
        let rest = (1.0 - spec.exact).max(f64::EPSILON);
        Self {
            seed: spec.seed,
            exact: Chance::of(spec.exact),
            near: Chance::of(spec.near / rest),
            similarity: spec.similarity.clone(),
        }
    }

    /// What a page is to another.
    #[must_use]
    pub fn role(&self, number: u64) -> Role {
        let mut rng = Rng::of(&[self.seed, Stream::Role as u64, number]);
        match self.kind(number, &mut rng) {
            Kind::Original => Role::Original,
            Kind::Exact => Role::Exact {
                of: self.source(number, &mut rng),
                again: rng.percent(50),
            },
            Kind::Near => Role::Near {
                of: self.source(number, &mut rng),
                target: *rng.pick(&self.similarity),
            },
        }
    }

    fn kind(&self, number: u64, rng: &mut Rng) -> Kind {
        let (exact, near) = (rng.chance(self.exact), rng.chance(self.near));
        match (number, exact, near) {
            (0, ..) | (_, false, false) => Kind::Original,
            (_, true, _) => Kind::Exact,
            _ => Kind::Near,
        }
    }

    fn source(&self, number: u64, rng: &mut Rng) -> u64 {
        let among = if rng.percent(POPULAR) {
            number.isqrt().max(1)
        } else {
            number
        };
        for _ in 0..DRAWS {
            let source = rng.below(among);
            let mut own = Rng::of(&[self.seed, Stream::Role as u64, source]);
            if self.kind(source, &mut own) == Kind::Original {
                return source;
            }
        }
        0
    }
}
