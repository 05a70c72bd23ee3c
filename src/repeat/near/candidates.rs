//! From sketches to pairs of pages that are worth a look at their full sets.
//!
//! Pages with equal texts are grouped first; one of each group goes on. Pages that agree in a band of four bins of
//! their signatures meet in a bucket (locality-sensitive hashing, Indyk and Motwani 1998), and a pair whose signatures
//! estimate it near the threshold is a candidate.
//!
//! Must not know texts, nor decide: what is proposed here is verified elsewhere.

mod buckets;
mod exact;
mod pairs;
mod union;

use std::cmp::Ordering;

use self::buckets::{Bands, Member, in_buckets};
use self::exact::equal_texts;
use self::pairs::Pairs;
use self::union::Union;
use super::order::Order;
use super::signature::{BINS, Signature};
use super::sketches::Sketches;
use crate::error::Error;

/// Two pages that may be near copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The page that comes first in input order.
    pub earlier: u32,
    /// The other.
    pub later: u32,
}

/// A page whose text another one has, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact {
    /// The page that is not needed.
    pub page: u32,
    /// The most preferred page with this text.
    pub first: u32,
}

/// What the sketches tell.
#[derive(Debug, Default)]
pub struct Found {
    /// Exact copies, by page.
    pub exact: Vec<Exact>,
    /// Candidates for near copies, by later, then earlier page. Exact copies have none.
    pub edges: Vec<Edge>,
    /// For every page the first page that has the same article: an equal text, or one that looks at least half alike,
    /// perhaps over others between them. Nothing is verified: this is for counting articles, not for dropping.
    pub articles: Vec<u32>,
}

/// From this estimated similarity pages count as one article.
const ARTICLE: f64 = 0.5;

/// Standard deviations of the estimate that a candidate may lie below the threshold: of pairs at it, .998 are found.
const SLACK: f64 = 3.0;

/// In each bucket the first so many members meet all others. Families up to this size have all their pairs.
const FOUNDERS: usize = 32;

/// And every member meets the last so many that were unlike all before them: copies often come close together.
const RECENT: usize = 32;

/// A member of a full bucket that is surely a copy of so many leaders need not meet more.
const SURE: usize = 4;

/// Pairs proposed for a page: so many of the most similar, and as many with the most preferred pages, which are the
/// likeliest to be kept. With [`FOUNDERS`] and [`RECENT`] this keeps families of any size linear.
const PAIRS: usize = 16;

/// Finds exact copies, candidates at a similarity of `near` (none if it is not asked for), and articles.
///
/// Takes about `memory` bytes, and 24 bytes a page for what it returns and for marks; more only for dumps in which
/// most pages have dozens of candidates. The result does not depend on `memory`.
///
/// # Errors
///
/// If the sketches cannot be read.
pub fn candidates(sketches: &Sketches, order: &Order, near: Option<f64>, memory: usize) -> Result<Found, Error> {
    let exact = equal_texts(sketches, order, memory)?;
    let mut alone = vec![true; sketches.len()];
    let mut union = Union::new(sketches.len());
    for copy in &exact {
        alone[copy.page as usize] = false;
        union.join(copy.page, copy.first);
    }
    let limits = Limits::at(near);
    let bands = Bands::at(near);
    let mut pairs = Pairs::default();
    let mut bucket = Bucket::default();
    in_buckets(sketches, order, &alone, bands, memory, |event| match event {
        buckets::Event::Member(member) => bucket.take(&member, &limits, &mut union, &mut pairs),
        buckets::Event::BandEnd => {
            bucket = Bucket::default();
            pairs.settle();
        }
    })?;
    Ok(Found {
        exact,
        edges: pairs.edges(order),
        articles: union.representatives(),
    })
}

/// What numbers of equal bins mean.
struct Limits {
    /// Below this a pair is no candidate.
    candidate: u32,
    /// From this on a pair is at the threshold, but for one in a thousand.
    sure: u32,
    article: u32,
    /// The threshold, for the bound that sizes give.
    near: f64,
}

impl Limits {
    fn at(near: Option<f64>) -> Self {
        let bins = BINS as f64;
        let article = Signature::bins(ARTICLE).round() as u32;
        let Some(near) = near else {
            let never = BINS as u32 + 1;
            return Self {
                candidate: never,
                sure: never,
                article,
                near: f64::INFINITY,
            };
        };
        let slack = SLACK * (near * (1.0 - near) / bins).sqrt();
        Self {
            candidate: Signature::bins((near - slack).max(0.0)).floor() as u32,
            sure: Signature::bins(near + slack).ceil().min(bins) as u32,
            article,
            near,
        }
    }

    /// Whether sets of these sizes can be similar enough: at best the smaller is a part of the larger.
    fn sizes(&self, one: u32, other: u32) -> bool {
        f64::from(one.min(other)) / f64::from(one.max(other)) >= self.near
    }
}

/// The bucket that is being filled, in the order of preference.
#[derive(Default)]
struct Bucket {
    key: u32,
    /// The members that others are compared with.
    leaders: Vec<Member>,
    /// Where the next leader goes when there are enough.
    oldest: usize,
    /// The leaders of one member, by rank, with the bins that are equal.
    proposed: Vec<(u32, u32)>,
}

impl Bucket {
    fn take(&mut self, member: &Member, limits: &Limits, union: &mut Union, pairs: &mut Pairs) {
        if member.key != self.key {
            self.leaders.clear();
            self.oldest = 0;
            self.key = member.key;
        }
        let full = self.leaders.len() >= FOUNDERS;
        let mut sure = 0;
        self.proposed.clear();
        for leader in &self.leaders {
            let equal = leader.signature.equal(&member.signature);
            if equal >= limits.article {
                union.join(leader.page, member.page);
            }
            if equal >= limits.candidate && limits.sizes(leader.shingles, member.shingles) {
                self.proposed.push((leader.rank, equal));
                sure += usize::from(equal >= limits.sure);
                if full && sure == SURE {
                    break;
                }
            }
        }
        pairs.propose(member.rank, &mut self.proposed);
        if !full || sure == 0 {
            self.lead(member.clone());
        }
    }

    fn lead(&mut self, member: Member) {
        if self.leaders.len() < FOUNDERS + RECENT {
            self.leaders.push(member);
        } else {
            self.leaders[FOUNDERS + self.oldest] = member;
            self.oldest = (self.oldest + 1) % RECENT;
        }
    }
}

impl Edge {
    /// The edge between two different pages.
    #[must_use]
    pub fn between(one: u32, other: u32) -> Self {
        Self {
            earlier: one.min(other),
            later: one.max(other),
        }
    }
}

impl Ord for Edge {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.later, self.earlier).cmp(&(other.later, other.earlier))
    }
}

impl PartialOrd for Edge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests;
