//! What is counted of one line on one site, how two counts add up, and what follows for its place.
//!
//! Must not know what a count proves.

use std::hash::{Hash, Hasher};

use crate::repeat::lines::site_key;
use crate::repeat::spill::Record;

/// So many distinct articles are counted; more is "at least".
pub const MOST_ARTICLES: usize = 16;
/// A line further from the edge than this is as far.
const FAR: usize = 4095;

/// A line of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    /// The site.
    pub site: u64,
    /// The line's key.
    pub key: u64,
}

impl Hash for LineKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(site_key(self.site, self.key));
    }
}

/// What is counted of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The smallest numbers of the articles that have it, in order; at most [`MOST_ARTICLES`].
    pub articles: Vec<u32>,
    pages: u32,
    /// Pages that have it once, twice, three times.
    times: [u32; 3],
    copies: u64,
    /// Lines above its first copy, and below its last: sum and sum of squares.
    above: [u64; 2],
    below: [u64; 2],
}

impl Line {
    /// A line as one page has it.
    pub(super) fn new(article: u32, copies: u32, above: usize, below: usize) -> Self {
        let moments = |n: usize| {
            let n = n.min(FAR) as u64;
            [n, n * n]
        };
        Self {
            articles: vec![article],
            pages: 1,
            times: [1, 2, 3].map(|times| u32::from(copies == times)),
            copies: u64::from(copies),
            above: moments(above),
            below: moments(below),
        }
    }

    /// A long sentence, wherever it stands.
    pub(super) fn sentence(article: u32) -> Self {
        Self::new(article, 1, 0, 0)
    }

    /// Adds what other pages have.
    pub(super) fn add(&mut self, other: &Self) {
        for &article in &other.articles {
            if let Err(place) = self.articles.binary_search(&article) {
                self.articles.insert(place, article);
            }
        }
        self.articles.truncate(MOST_ARTICLES);
        self.pages += other.pages;
        for (mine, theirs) in self.times.iter_mut().zip(other.times) {
            *mine += theirs;
        }
        self.copies += other.copies;
        for i in 0..2 {
            self.above[i] += other.above[i];
            self.below[i] += other.below[i];
        }
    }

    /// What follows from the sums.
    pub(super) fn fact(&self) -> Fact {
        let n = f64::from(self.pages.max(1));
        let place = |[sum, squares]: [u64; 2]| {
            let mean = sum as f64 / n;
            Spot {
                mean: mean as f32,
                spread: (squares as f64 / n - mean * mean).max(0.0).sqrt() as f32,
            }
        };
        Fact {
            pages: self.pages,
            articles: self.articles.len() as u8,
            first: self.articles.first().copied().unwrap_or(0),
            steady: (f64::from(self.times.into_iter().fold(0, u32::max)) / n) as f32,
            copies: (self.copies as f64 / n) as f32,
            above: place(self.above),
            below: place(self.below),
        }
    }
}

/// Where a line stands, counted from one end of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Lines between, on average.
    pub mean: f32,
    /// Standard deviation of that.
    pub spread: f32,
}

/// What is known of a line that stands on two articles or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fact {
    /// Pages it stands on.
    pub pages: u32,
    /// Distinct articles, at most [`MOST_ARTICLES`].
    pub articles: u8,
    /// The first article that has it.
    pub first: u32,
    /// Share of its pages on which it stands as often as on most: once, twice or three times.
    pub steady: f32,
    /// Copies a page that has it, on average.
    pub copies: f32,
    /// Its first copy, from the top.
    pub above: Spot,
    /// Its last copy, from the bottom.
    pub below: Spot,
}

impl Record for LineKey {
    fn put(&self, out: &mut Vec<u8>) {
        self.site.put(out);
        self.key.put(out);
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        Some(Self {
            site: u64::take(bytes)?,
            key: u64::take(bytes)?,
        })
    }
}

impl Record for Line {
    fn put(&self, out: &mut Vec<u8>) {
        // MOST_ARTICLES fits into a byte.
        out.push(self.articles.len() as u8);
        for article in &self.articles {
            article.put(out);
        }
        self.pages.put(out);
        for times in self.times {
            times.put(out);
        }
        let sums = [self.copies, self.above[0], self.above[1], self.below[0], self.below[1]];
        for sum in sums {
            sum.put(out);
        }
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let (&count, rest) = bytes.split_first()?;
        *bytes = rest;
        let articles = (0..count).map(|_| u32::take(bytes)).collect::<Option<_>>()?;
        let mut small = || u32::take(bytes);
        let (pages, times) = (small()?, [small()?, small()?, small()?]);
        let mut sum = || u64::take(bytes);
        Some(Self {
            articles,
            pages,
            times,
            copies: sum()?,
            above: [sum()?, sum()?],
            below: [sum()?, sum()?],
        })
    }
}
