//! How well a run found what was planted: scored by the truth alone, whatever the run did and however.
//!
//! Must not know where truth and records of a run are read from, or how scores are printed.

mod lines;
mod pages;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::shingles::Set;
use super::truth::{PageKind, PageRow, TemplateRow};
use super::{Row, Synth, VERSION, files::Made};
use crate::hash::{HashedMap, hash64};

pub use lines::{LineScores, Lines};
pub use pages::{Dropped, PageScores, Step};

/// How many were found that were to be found, how many that were not, how many are missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Found, and rightly so.
    pub found: u64,
    /// Found, but not there.
    pub wrong: u64,
    /// There, but not found.
    pub missed: u64,
}

impl Tally {
    /// Counts one that was to be found.
    pub fn count(&mut self, found: bool) {
        *(if found { &mut self.found } else { &mut self.missed }) += 1;
    }

    /// The share of what was found that is right, in per cent.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.found, self.found + self.wrong)
    }

    /// The share of what is there that was found, in per cent.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.found, self.found + self.missed)
    }

    /// The harmonic mean of both.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.found, 2 * self.found + self.wrong + self.missed)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Pages this similar are one page.
    pub near: f64,
    /// A line of a template stands on so many pages of its site before it has to be found.
    pub least_pages: u32,
}

/// A row of the run's list of dropped pages.
#[derive(Debug, Deserialize)]
pub struct Duplicate {
    /// The page that was dropped.
    pub page: String,
    /// The page that stays.
    pub kept: String,
    /// `exact` or `near`.
    pub kind: String,
    /// As the run measured it.
    pub similarity: Option<f64>,
}

/// A row of the run's audit.
#[derive(Debug, Deserialize)]
pub struct Removed {
    /// The page.
    pub page: String,
    /// The line, from 1.
    pub line: u32,
    /// Why.
    pub reason: String,
}

/// What is true of a page, as small as it gets.
#[derive(Debug)]
struct Known {
    kind: PageKind,
    language: u8,
    /// The page it is a copy of; itself, if it is none.
    source: u32,
    step: f32,
    similarity: f64,
    article: u64,
    paragraph: Option<u32>,
    lines: Box<str>,
    templates: Box<str>,
}

/// All that is true of a corpus.
#[derive(Debug, Default)]
pub struct Truth {
    pages: Vec<Known>,
    /// By the hash of what a run calls them, and of their ids.
    names: HashedMap<u64, u32>,
    languages: Vec<String>,
    /// On how many pages a line of a template stands, and its text.
    templates: HashMap<u32, (u32, String)>,
    /// Makes articles again whose similarity is not written down.
    synth: Option<Synth>,
}

impl Truth {
    /// Nothing yet. `made` lets articles be made again, if this program still makes the same.
    #[must_use]
    pub fn new(made: Option<&Made>) -> Self {
        let same = made.filter(|made| made.version == VERSION);
        Self {
            synth: same.and_then(|made| Synth::new(made.spec.clone()).ok()),
            ..Self::default()
        }
    }

    /// Adds a page; they come in order.
    ///
    /// # Errors
    ///
    /// The row does not fit to those before; the text says why.
    pub fn page(&mut self, row: PageRow) -> Result<(), String> {
        let number = u32::try_from(self.pages.len()).map_err(|_| "too many pages".to_owned())?;
        row.rows()?;
        let source = match &row.copy_of {
            None => number,
            Some(id) => self
                .place(id)
                .ok_or_else(|| format!("`{id}` comes later or not at all"))?,
        };
        let language = self
            .languages
            .iter()
            .position(|known| *known == row.lang)
            .unwrap_or_else(|| {
                self.languages.push(row.lang.clone());
                self.languages.len() - 1
            });
        self.names.insert(hash64(row.page.as_bytes()), number);
        self.names.insert(hash64(row.id.as_bytes()), number);
        self.pages.push(Known {
            kind: row.kind,
            language: u8::try_from(language).map_err(|_| "too many languages".to_owned())?,
            source,
            step: row.step.unwrap_or(1.0) as f32,
            similarity: row.similarity.unwrap_or(1.0),
            article: hash64(row.article.as_bytes()),
            paragraph: row.paragraph.map(|number| number as u32),
            lines: row.lines.into(),
            templates: row.templates.into(),
        });
        Ok(())
    }

    /// Adds a line of a template.
    pub fn template(&mut self, row: TemplateRow) {
        self.templates.insert(row.id, (row.pages, row.text));
    }

    /// How many pages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The page that a run calls so. Folders that the run saw above the corpus are passed over.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<u32> {
        let mut rest = name;
        loop {
            if let Some(&number) = self.names.get(&hash64(rest.as_bytes())) {
                return Some(number);
            }
            rest = rest.split_once('/')?.1;
        }
    }

    fn rows(&self, page: u32) -> Vec<Row> {
        let known = &self.pages[page as usize];
        super::truth::line_rows(&known.lines, &known.templates).unwrap_or_default()
    }

    /// How similar two pages' articles are; nothing if nobody can tell.
    fn similarity(&self, a: u32, b: u32) -> Option<f64> {
        let (one, other) = (&self.pages[a as usize], &self.pages[b as usize]);
        if one.article == other.article {
            return Some(1.0);
        }
        if one.source == other.source {
            // Exact copies are as similar to a near copy as what they are copies of.
            match (one.kind == PageKind::Near, other.kind == PageKind::Near) {
                (true, false) => return Some(one.similarity),
                (false, true) => return Some(other.similarity),
                _ => {}
            }
        }
        let synth = self.synth.as_ref()?;
        let set = |page: u32| Set::of(&synth.article(u64::from(page)).text);
        Some(set(a).jaccard(&set(b)))
    }
}

/// All scores of a run.
#[derive(Debug, Default)]
pub struct Scores {
    /// Of dropped pages, if the run lists any.
    pub pages: Option<PageScores>,
    /// Of cut lines, if the run has an audit.
    pub lines: Option<LineScores>,
    /// Rows that speak of pages which the truth does not know.
    pub unknown: u64,
}

/// A tally as fields, in per cent.
#[derive(Debug, Serialize)]
pub struct Rates {
    found: u64,
    wrong: u64,
    missed: u64,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
}

impl From<&Tally> for Rates {
    fn from(tally: &Tally) -> Self {
        let rounded = |rate: Option<f64>| rate.map(|rate| (rate * 1e4).round() / 1e4);
        Self {
            found: tally.found,
            wrong: tally.wrong,
            missed: tally.missed,
            precision: rounded(tally.precision()),
            recall: rounded(tally.recall()),
            f1: rounded(tally.f1()),
        }
    }
}

#[cfg(test)]
mod tests;
