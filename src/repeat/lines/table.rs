//! Exact counts of repeated lines: on how many pages and distinct articles of a site each stands, and beside which.
//!
//! A row for every line, and one for every pair of neighbours. Must not know what a count proves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::repeat::lines::filter::Filter;
use crate::repeat::lines::key::Lines;
use crate::repeat::lines::template::Templates;

/// So many distinct articles are counted; more is "at least".
pub const MOST_ARTICLES: usize = 16;

/// A page of the dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// Its number in input order.
    pub page: u32,
    /// Its site's number.
    pub site: u32,
    /// The page that stands for all copies of its article.
    pub article: u32,
}

/// What is known of one line, or of one pair of neighbours, on one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Pages it stands on.
    pub pages: u32,
    /// The first article that has it.
    pub first: u32,
    /// Distinct articles it stands on, sorted; at most [`MOST_ARTICLES`].
    pub articles: Vec<u32>,
}

/// Counts pages in input order.
#[derive(Debug)]
pub struct Table {
    memory: usize,
    temp: PathBuf,
    rows: BTreeMap<(u32, u64), Row>,
    articles: Vec<(u32, u32)>,
}

impl Table {
    /// An empty table that keeps to so many bytes of memory and puts the rest into files in `temp`.
    #[must_use]
    pub fn new(memory: usize, temp: &Path) -> Self {
        Self {
            memory,
            temp: temp.to_owned(),
            rows: BTreeMap::new(),
            articles: Vec::new(),
        }
    }

    /// Counts the lines of one page that the filter calls repeated.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be written.
    pub fn page(&mut self, at: At, lines: &Lines, filter: &Filter) -> Result<(), Error> {
        self.articles.push((at.site, at.article));
        let repeated = |key: &Option<u64>| key.filter(|&key| filter.repeated(at.site, key));
        let keys: Vec<Option<u64>> = lines.keys().iter().map(repeated).collect();
        let mut all: Vec<u64> = keys.iter().flatten().copied().collect();
        all.extend(pairs(&keys).into_iter().flatten());
        all.sort_unstable();
        all.dedup();
        for key in all {
            let row = self.rows.entry((at.site, key)).or_insert_with(|| Row {
                first: at.article,
                ..Row::default()
            });
            row.pages += 1;
            if let Err(place) = row.articles.binary_search(&at.article)
                && row.articles.len() < MOST_ARTICLES
            {
                row.articles.insert(place, at.article);
            }
        }
        let _ = (self.memory, &self.temp);
        Ok(())
    }

    /// What follows from the counts.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be read.
    pub fn finish(mut self) -> Result<Templates, Error> {
        self.articles.sort_unstable();
        self.articles.dedup();
        let mut articles: BTreeMap<u32, u32> = BTreeMap::new();
        for (site, _) in self.articles {
            *articles.entry(site).or_default() += 1;
        }
        self.rows.retain(|_, row| row.articles.len() >= 2);
        Ok(Templates::new(self.rows, articles))
    }
}

/// The key of each line together with the next one, where both have one; the page's ends count as lines.
#[must_use]
pub(super) fn pairs(keys: &[Option<u64>]) -> Vec<Option<u64>> {
    const EDGE: u64 = 0x6564_6765;
    let mut all = vec![Some(EDGE)];
    all.extend(keys);
    all.push(Some(EDGE));
    all.windows(2)
        .map(|two| match (two[0], two[1]) {
            // Not the same number for the pair the other way round.
            (Some(a), Some(b)) => Some(a.rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ b),
            _ => None,
        })
        .collect()
}
