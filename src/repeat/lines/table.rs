//! Exact counts of repeated lines: on how many pages and distinct articles of a site each stands, where, and beside
//! which.
//!
//! What does not fit into memory goes to disk as sorted runs and is added up at the end: every count is a sum or a set
//! of the smallest, so the result depends on neither. Must not know what a count proves.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use crate::error::Error;
use crate::hash::{HashedMap, HashedSet};
use crate::repeat::lines::filter::Filter;
use crate::repeat::lines::key::Lines;
use crate::repeat::lines::row::{Line, LineKey, MOST_ARTICLES};
use crate::repeat::lines::template::{Site, Templates};
use crate::repeat::spill::Runs;

/// The site that holds every page: long sentences are looked for in the whole dump.
pub(super) const DUMP: u64 = u64::MAX;

/// Bytes that a row of the table takes in a map, near enough: key, row, and a third of the slots empty.
const LINE_BYTES: usize = 192;
const PAIR_BYTES: usize = 24;

/// A page of the dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// Its number in input order.
    pub page: u32,
    /// Its site's number.
    pub site: u64,
    /// The page that stands for all copies of its article.
    pub article: u32,
}

/// Counts pages, in any order.
#[derive(Debug)]
pub struct Table {
    memory: usize,
    lines: HashedMap<LineKey, Line>,
    pairs: HashedMap<u64, u32>,
    line_runs: Runs<LineKey, Line>,
    pair_runs: Runs<u64, u32>,
    articles: Vec<(u64, u32)>,
    pages: BTreeMap<u64, u32>,
}

impl Table {
    /// An empty table that keeps to about so many bytes of memory and puts the rest into files in `temp`.
    #[must_use]
    pub fn new(memory: usize, temp: &Path) -> Self {
        Self {
            memory,
            lines: HashedMap::default(),
            pairs: HashedMap::default(),
            line_runs: Runs::new(temp),
            pair_runs: Runs::new(temp),
            articles: Vec::new(),
            pages: BTreeMap::new(),
        }
    }

    /// Counts one page, and those of its lines that the filter calls repeated. It calls so a few that are not, which ones
    /// depends on its size: nothing may depend on them but what is counted of themselves.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be written.
    pub fn page(&mut self, at: At, lines: &Lines, filter: &Filter) -> Result<(), Error> {
        let repeated = |key: &Option<u64>| key.filter(|&key| filter.repeated(at.site, key));
        let keys: Vec<Option<u64>> = lines.keys().iter().map(repeated).collect();
        if lines.is_empty() {
            return Ok(());
        }
        self.articles.extend([(at.site, at.article), (DUMP, at.article)]);
        *self.pages.entry(at.site).or_default() += 1;
        *self.pages.entry(DUMP).or_default() += 1;
        if keys.iter().any(Option::is_some) {
            self.count_lines(at, &keys);
            self.count_pairs(at.site, &keys);
        }
        let sentences = (0..lines.len())
            .filter(|&i| lines.prose(i))
            .filter_map(|i| lines.keys()[i]);
        for key in sentences
            .filter(|&key| filter.repeated(DUMP, key))
            .collect::<HashedSet<u64>>()
        {
            self.add(LineKey { site: DUMP, key }, Line::sentence(at.article));
        }
        if self.lines.len() * LINE_BYTES + self.pairs.len() * PAIR_BYTES > self.memory {
            self.spill()?;
        }
        Ok(())
    }

    fn count_lines(&mut self, at: At, keys: &[Option<u64>]) {
        let mut here: BTreeMap<u64, (usize, usize, u32)> = BTreeMap::new();
        for (i, key) in keys.iter().enumerate() {
            if let Some(key) = *key {
                let (_, last, count) = here.entry(key).or_insert((i, i, 0));
                *last = i;
                *count += 1;
            }
        }
        for (key, (first, last, count)) in here {
            let line = Line::new(at.article, count, first, keys.len() - 1 - last);
            self.add(LineKey { site: at.site, key }, line);
        }
    }

    fn add(&mut self, key: LineKey, line: Line) {
        match self.lines.entry(key) {
            Entry::Vacant(free) => {
                free.insert(line);
            }
            Entry::Occupied(mut known) => known.get_mut().add(&line),
        }
    }

    fn count_pairs(&mut self, site: u64, keys: &[Option<u64>]) {
        let near = pairs(site, keys, 1);
        let far = pairs(site, keys, 2);
        let all: HashedSet<u64> = near.into_iter().chain(far).flatten().collect();
        for pair in all {
            *self.pairs.entry(pair).or_default() += 1;
        }
    }

    fn spill(&mut self) -> Result<(), Error> {
        self.line_runs.write(self.lines.drain().collect(), Line::add)?;
        self.pair_runs.write(self.pairs.drain().collect(), |sum, n| *sum += n)
    }

    /// Bytes that went to disk so far.
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        self.line_runs.disk_bytes() + self.pair_runs.disk_bytes()
    }

    /// What follows from the counts. Lines of one article only are forgotten.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be written or read.
    pub fn finish(mut self) -> Result<Templates, Error> {
        let mut sites = self.sites();
        self.pages.clear();
        let mut lines = HashedMap::default();
        self.line_runs
            .merge(self.lines.drain().collect(), Line::add, |key, line| {
                if line.articles.len() >= 2 {
                    lines.insert(key, line.fact());
                }
            })?;
        let mut pairs = HashedMap::default();
        self.pair_runs.merge(
            self.pairs.drain().collect(),
            |sum, n| *sum += n,
            |pair, n| {
                if n >= 2 {
                    pairs.insert(pair, n);
                }
            },
        )?;
        for key in lines.keys() {
            sites.entry(key.site).or_default().lines += 1;
        }
        Ok(Templates::new(lines, pairs, sites))
    }

    fn sites(&mut self) -> BTreeMap<u64, Site> {
        self.articles.sort_unstable();
        self.articles.dedup();
        let mut sites: BTreeMap<u64, Site> = BTreeMap::new();
        for (site, _) in self.articles.drain(..) {
            sites.entry(site).or_default().articles += 1;
        }
        for (&site, &pages) in &self.pages {
            sites.entry(site).or_default().pages = pages;
        }
        sites
    }
}

/// The number of each line together with the one `step` below it, where both have a key; the page's ends count as
/// lines. Entry 0 begins with the upper end.
#[must_use]
pub(super) fn pairs(site: u64, keys: &[Option<u64>], step: usize) -> Vec<Option<u64>> {
    const EDGE: u64 = 0x6564_6765;
    let mut all = vec![Some(EDGE)];
    all.extend(keys);
    all.push(Some(EDGE));
    let number = |a: u64, b: u64| {
        // Neither the same the other way round, nor at another distance, nor on another site.
        let salt = site << 2 | step as u64;
        (a.rotate_left(23) ^ salt.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ b
    };
    all.windows(step + 1)
        .map(|window| match (window[0], window[step]) {
            (Some(a), Some(b)) => Some(number(a, b)),
            _ => None,
        })
        .collect()
}

const _: () = assert!(MOST_ARTICLES < 256, "counted in a byte on disk");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page;
    use crate::repeat::lines::template::{LineEvidence, Strength};

    /// An article of a site under its template; what is between menu and imprint is its own.
    fn page(i: u32) -> String {
        let word = ["one", "two", "three", "four", "five", "six", "seven", "eight"][i as usize % 8];
        let things = |most: usize, about: &str| -> String {
            let nth = ["first", "second", "third", "fourth"].iter().take(1 + most % 4);
            let line = |nth| format!("The {nth} {about} of {word} is that nobody had heard of it before, said {word}.");
            nth.map(line).collect::<Vec<_>>().join("\n")
        };
        let (above, below) = (things(i as usize * 5, "cause"), things(i as usize * 3 / 2, "outcome"));
        format!("Home\nNews\nSport\nWeather\nThe tale of {word}\n{above}\nParameters\n{below}\nImprint\nPrivacy\n")
    }

    fn evidence(memory: usize, articles: &[u32]) -> Vec<Vec<Option<LineEvidence>>> {
        let pages: Vec<String> = articles.iter().map(|&article| page(article)).collect();
        evidence_of(memory, 1 << 12, articles, &pages)
    }

    fn evidence_of(memory: usize, filter: usize, articles: &[u32], pages: &[String]) -> Vec<Vec<Option<LineEvidence>>> {
        let filter = Filter::new(filter);
        let at = |i: usize| At {
            page: i as u32,
            site: 3,
            article: articles[i],
        };
        let pages: Vec<Lines> = pages.iter().map(|page| Lines::of(&Page::new(page))).collect();
        for lines in &pages {
            filter.see(3, lines);
        }
        let mut table = Table::new(memory, &std::env::temp_dir());
        for (i, lines) in pages.iter().enumerate() {
            table.page(at(i), lines, &filter).unwrap();
        }
        assert_eq!(memory == 0, table.disk_bytes() > 0);
        let templates = table.finish().unwrap();
        let evidence = |(i, lines)| templates.evidence(at(i), lines).unwrap();
        pages.iter().enumerate().map(evidence).collect()
    }

    #[test]
    fn a_sites_frame_is_its_template_and_what_its_articles_say_is_not() {
        for lines in evidence(1 << 20, &[0, 1, 2, 3, 4, 5]) {
            let strengths: Vec<Option<Strength>> = lines.iter().map(|l| l.map(|l| l.strength)).collect();
            let (sure, n) = (Some(Strength::Sure), lines.len());
            assert_eq!(strengths[..4], [sure; 4]);
            assert_eq!(strengths[4..6], [None; 2]);
            assert!(
                strengths[4..n - 2].iter().all(Option::is_none),
                "`Parameters` stands amid prose"
            );
            assert_eq!(strengths[n - 2..], [sure; 2]);
            assert_eq!(lines[0].unwrap().describe(), "on 6 of the site's 6 articles");
        }
    }

    #[test]
    fn copies_of_one_article_make_no_template() {
        for lines in evidence(1 << 20, &[4, 4, 4, 4, 4]) {
            assert!(lines.iter().all(Option::is_none));
        }
    }

    #[test]
    fn memory_changes_nothing() {
        let articles = [0, 1, 1, 2, 3, 0, 5];
        assert_eq!(evidence(0, &articles), evidence(1 << 20, &articles));
    }

    /// A filter that is too small calls lines repeated that are not.
    #[test]
    fn the_size_of_the_filter_changes_nothing() {
        let own = |i: u32| {
            let word = |n: u32| format!("{}{n}", ["lamp", "harbour", "ferry", "orchard"][n as usize % 4]);
            let line = |n| {
                format!(
                    "Nobody but {} had ever written of the {} before that.\n",
                    word(i),
                    word(i * 9 + n)
                )
            };
            (0..4).map(line).collect::<String>()
        };
        let mut pages: Vec<String> = (0..6).map(page).collect();
        // Every fourth of these shares a sentence with another, and nothing else with anything.
        let shared = |i: u32| {
            format!(
                "It was the third of the year, said the keeper of lock number {} on Monday.",
                i / 8
            )
        };
        pages.extend((6..60).map(|i| own(i) + &if i % 4 == 0 { shared(i) } else { String::new() }));
        let articles: Vec<u32> = (0..60).collect();
        let all = evidence_of(1 << 20, 1 << 20, &articles, &pages);
        assert_eq!(all[0][0].unwrap().describe(), "on 6 of the site's 60 articles");
        for filter in [8, 64, 512] {
            assert_eq!(evidence_of(1 << 20, filter, &articles, &pages), all, "{filter}");
        }
    }
}
