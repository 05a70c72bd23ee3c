//! From counts to evidence: is this line of this page its site's template?
//!
//! Must not know how a page is judged.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::repeat::lines::key::Lines;
use crate::repeat::lines::table::{At, MOST_ARTICLES, Row, pairs};

/// How much other pages say of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Nothing: it is only listed. A long sentence that other articles have, too.
    Listed,
    /// It repeats, as a template's lines do and content may.
    Supporting,
    /// It is the template's.
    Sure,
}

/// What other pages say of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineEvidence {
    /// How much that is.
    pub strength: Strength,
    /// Distinct articles of the site that it stands on; at most [`MOST_ARTICLES`] are counted.
    pub articles: u32,
    /// Articles that the site has.
    pub of: u32,
    /// Pages of the site that it stands on.
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
        format!("on {least}{} of the site's {} articles", self.articles, self.of)
    }
}

/// The lines that repeat, by site.
#[derive(Debug)]
pub struct Templates {
    rows: BTreeMap<(u32, u64), Row>,
    articles: BTreeMap<u32, u32>,
}

impl Templates {
    pub(super) fn new(rows: BTreeMap<(u32, u64), Row>, articles: BTreeMap<u32, u32>) -> Self {
        Self { rows, articles }
    }

    /// What other pages of the site say of each line of a page.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be read.
    pub fn evidence(&self, at: At, lines: &Lines) -> Result<Vec<Option<LineEvidence>>, Error> {
        let rows: Vec<Option<&Row>> = lines
            .keys()
            .iter()
            .map(|key| key.and_then(|key| self.rows.get(&(at.site, key))))
            .collect();
        let pairs: Vec<bool> = pairs(lines.keys())
            .iter()
            .map(|pair| pair.is_some_and(|pair| self.rows.contains_key(&(at.site, pair))))
            .collect();
        let of = self.articles.get(&at.site).copied().unwrap_or(0);
        let evidence = |(i, row): (usize, &Option<&Row>)| {
            row.map(|row| LineEvidence {
                strength: match (pairs[i] || pairs[i + 1], lines.prose(i)) {
                    (true, false) => Strength::Sure,
                    (false, false) => Strength::Supporting,
                    (_, true) => Strength::Listed,
                },
                articles: row.articles.len() as u32,
                of,
                pages: row.pages,
                first: row.first == at.article,
            })
        };
        Ok(rows.iter().enumerate().map(evidence).collect())
    }
}
