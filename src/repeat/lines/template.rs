//! From counts to evidence: what do other pages say of each line of this page?
//!
//! Must not know how a page is judged.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::hash::HashedMap;
use crate::repeat::lines::company::Company;
use crate::repeat::lines::key::Lines;
use crate::repeat::lines::row::{Fact, LineKey, MOST_ARTICLES};
use crate::repeat::lines::table::{At, DUMP, pairs};

/// How much other pages say of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Nothing: it is only listed. A long sentence that other articles have, too.
    Listed,
    /// It repeats beside a line that does, as a template's lines do and content may.
    Supporting,
    /// It is the template's.
    Sure,
}

/// What other pages say of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineEvidence {
    /// How much that is.
    pub strength: Strength,
    /// Distinct articles that it stands on; at most [`MOST_ARTICLES`] are counted.
    pub articles: u32,
    /// Articles that there are: of the site, or of the dump for a line that is listed.
    pub of: u32,
    /// Pages that it stands on.
    pub pages: u32,
    /// Whether this article is the first that has it.
    pub first: bool,
}

impl LineEvidence {
    /// The evidence in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let least = if self.articles as usize >= MOST_ARTICLES && self.of > self.articles {
            "at least "
        } else {
            ""
        };
        let whose = if self.strength == Strength::Listed {
            "dump"
        } else {
            "site"
        };
        format!("on {least}{} of the {whose}'s {} articles", self.articles, self.of)
    }
}

/// How much there is of a site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Site {
    /// Pages counted.
    pub pages: u32,
    /// Distinct articles.
    pub articles: u32,
    /// Lines that stand on two articles or more.
    pub lines: u32,
}

/// The lines that repeat, by site.
#[derive(Debug)]
pub struct Templates {
    lines: HashedMap<LineKey, Fact>,
    pairs: HashedMap<u64, u32>,
    sites: BTreeMap<u64, Site>,
}

impl Templates {
    pub(super) fn new(lines: HashedMap<LineKey, Fact>, pairs: HashedMap<u64, u32>, sites: BTreeMap<u64, Site>) -> Self {
        Self { lines, pairs, sites }
    }

    /// What other pages of the dump say of each line of a page.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be read.
    pub fn evidence(&self, at: At, lines: &Lines) -> Result<Vec<Option<LineEvidence>>, Error> {
        let site = self.sites.get(&at.site).copied().unwrap_or_default();
        let company = self.company(at.site, site, lines);
        let template = company.template();
        let evidence = |i: usize| {
            // Alone between lines of the page's own a repeated line is a heading, a table's cell, a quotation.
            let accompanied = company.beside[i].max(company.beside[i + 1]) >= 2;
            match company.facts[i] {
                Some(fact) if template[i] => Some((Strength::Sure, fact, site)),
                Some(fact) if accompanied => Some((Strength::Supporting, fact, site)),
                _ => self.sentence(i, lines),
            }
        };
        Ok((0..lines.len())
            .map(|i| {
                evidence(i).map(|(strength, fact, site)| LineEvidence {
                    strength,
                    articles: u32::from(fact.articles),
                    of: site.articles,
                    pages: fact.pages,
                    first: fact.first == at.article,
                })
            })
            .collect())
    }

    /// A long sentence that stands on several articles of the dump.
    fn sentence(&self, i: usize, lines: &Lines) -> Option<(Strength, Fact, Site)> {
        let key = lines.keys()[i].filter(|_| lines.prose(i))?;
        let fact = self.fact(LineKey { site: DUMP, key })?;
        Some((
            Strength::Listed,
            fact,
            self.sites.get(&DUMP).copied().unwrap_or_default(),
        ))
    }

    fn company<'p>(&self, number: u64, site: Site, lines: &'p Lines) -> Company<'p> {
        let fact = |key: &Option<u64>| key.and_then(|key| self.fact(LineKey { site: number, key }));
        let count = |pair: &Option<u64>| pair.and_then(|pair| self.pairs.get(&pair)).copied().unwrap_or(0);
        Company {
            lines,
            facts: lines.keys().iter().map(fact).collect(),
            beside: pairs(number, lines.keys(), 1).iter().map(count).collect(),
            over: pairs(number, lines.keys(), 2).iter().map(count).collect(),
            site,
        }
    }

    fn fact(&self, key: LineKey) -> Option<Fact> {
        self.lines.get(&key).copied()
    }
}
