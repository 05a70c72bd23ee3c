//! What a dump says as a whole, found out before anything is written: which pages are copies of others, and which lines
//! stand on many pages.
//!
//! `Survey` reads the input several times: `sketch` judges every page by itself and keeps a few bytes of it and of each
//! of its lines, `again` sketches what is left without the lines of templates, `check` looks again where sketches say
//! that it may be worth it.
//! What follows is `Resolved`, which the writing pass asks about every page.
//! Must not know how pages are written.

mod again;
mod check;
mod earlier;
mod kept;
mod listing;
mod roster;
mod saved;
mod sketch;
mod survey;
mod visit;

use std::path::PathBuf;
use std::sync::OnceLock;

use serde::Serialize;

use crate::error::Error;
use crate::hash::hash64;
use crate::page::Page;
use crate::read::Source;
use crate::repeat::index::Index;
use crate::repeat::lines::key::LINE_BYTES;
use crate::repeat::lines::{At, LineEvidence, LineStore, Lines, Strength, Templates};
use crate::repeat::near::{Duplicate, Keep, Kind, SHINGLE_TOKENS, Sketch};

pub(crate) use earlier::Staying;
pub(super) use listing::Listing;
pub(super) use saved::{FILE as SURVEY_FILE, Saved};
pub(super) use survey::Survey;

use kept::Kept;
use roster::Roster;

/// A line that so many articles have stands often, whether it is a template's or not.
const OFTEN: u32 = 5;

/// What is looked for in a dump.
#[derive(Debug, Clone, PartialEq)]
pub struct DumpOptions {
    /// Drop pages whose clean text equals another's, case, marks and punctuation aside.
    pub exact: bool,
    /// Drop pages that are this similar to one that stays (Jaccard of their sets of shingles).
    pub near: Option<f64>,
    /// Tokens of a shingle.
    pub shingle: usize,
    /// Which of several copies stays.
    pub keep: Keep,
    /// Whether lines that stand on many pages of a site are evidence of chrome.
    pub templates: bool,
    /// A line on fewer distinct articles of its site is none of its template's.
    pub template_pages: u32,
    /// Bytes of memory for what pages leave behind; more goes to temporary files.
    pub memory: u64,
    /// A folder with what is kept of earlier dumps: this one is cleaned against them, and what stays of it is added.
    pub index: Option<PathBuf>,
}

impl Default for DumpOptions {
    fn default() -> Self {
        Self {
            exact: true,
            near: Some(0.8),
            shingle: SHINGLE_TOKENS,
            keep: Keep::First,
            templates: true,
            template_pages: 2,
            memory: 2 << 30,
            index: None,
        }
    }
}

impl DumpOptions {
    /// How often the input is read, at least.
    #[must_use]
    pub fn passes(&self) -> u64 {
        let again = self.templates && self.compares();
        2 + u64::from(again) + u64::from(self.near.is_some())
    }

    /// Whether pages are compared.
    fn compares(&self) -> bool {
        self.exact || self.near.is_some() || self.index.is_some()
    }

    /// Whether there is anything to look for, or to keep for later.
    #[must_use]
    pub fn any(&self) -> bool {
        self.exact || self.near.is_some() || self.templates || self.index.is_some()
    }
}

/// A page that says what another says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CopyOf {
    /// The page that stays.
    pub kept: String,
    /// How the two are alike.
    pub kind: Kind,
    /// Jaccard similarity of the two sets of shingles, to three decimals.
    pub similarity: f64,
    /// The number of the cluster: the place in the dump of the page that stays, or a number behind all of these.
    pub cluster: u32,
    /// The run that the page that stays is of, if it is one of the index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// The pages of which one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Cluster {
    /// Its number: the place in the dump of the page that stays.
    pub cluster: u32,
    /// How many others there are.
    pub copies: u32,
}

/// What is known of a dump when its pages are written.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    index: Option<&'a Index>,
    roster: Roster,
    /// What of the pages was compared, if an index is to keep it.
    kept: Vec<Kept>,
    shingle: usize,
    /// By page.
    duplicates: Vec<Duplicate>,
    /// The page that stays, by page that goes, in order; known if somebody asks for clusters.
    stays: OnceLock<Vec<u32>>,
    templates: Option<Templates>,
    template_pages: u32,
    /// By page: the page that stands for all copies of its article.
    articles: Vec<u32>,
    /// By place among the pages of the dump.
    lines: LineStore,
}

impl Resolved<'_> {
    /// The number of a portion's first page.
    pub(super) fn first_of(&self, portion: usize) -> u32 {
        self.roster.of_portion(portion).0
    }

    /// Whether a text is the one that was looked at under this number.
    pub(super) fn is_same(&self, page: u32, text: &str) -> bool {
        self.roster.is(page, hash64(text.as_bytes()) as u32)
    }

    /// What a page is a copy of, if it is to go.
    pub(super) fn copy<S: Source>(&self, source: &S, page: u32) -> Result<Option<CopyOf>, Error> {
        let Ok(at) = self.duplicates.binary_search_by_key(&page, |found| found.page) else {
            return Ok(None);
        };
        let found = &self.duplicates[at];
        let Some(place) = self.roster.own(found.kept) else {
            return self.copy_of_earlier(found);
        };
        Ok(Some(CopyOf {
            kept: self.roster.name(source, found.kept),
            kind: found.kind,
            similarity: earlier::rounded(found.similarity),
            cluster: place as u32,
            run: None,
        }))
    }

    /// The cluster of a page that stays, if others go for it.
    pub(super) fn cluster(&self, page: u32) -> Option<Cluster> {
        let stays = self.stays.get_or_init(|| {
            let mut stays: Vec<u32> = self.duplicates.iter().map(|duplicate| duplicate.kept).collect();
            stays.sort_unstable();
            stays
        });
        let begin = stays.partition_point(|&kept| kept < page);
        let copies = stays[begin..].partition_point(|&kept| kept == page);
        let place = self.roster.own(page).filter(|_| copies > 0)?;
        Some(Cluster {
            cluster: place as u32,
            copies: copies as u32,
        })
    }

    /// Whether anything is known of blocks.
    pub(super) fn informs(&self) -> bool {
        self.templates.is_some()
    }

    /// What other pages say of the blocks of a page. What stands on several articles is listed.
    pub(super) fn known(
        &self,
        number: u32,
        page: &Page<'_>,
        listing: &mut Listing,
    ) -> Result<Vec<Option<LineEvidence>>, Error> {
        let Some(templates) = &self.templates else {
            return Ok(Vec::new());
        };
        let (at, lines) = (self.at(number), lines_of(&self.lines, self.roster.own(number), page)?);
        let known = evidence(templates, self.template_pages, at, &lines)?;
        listing.note(at, page, &lines, &known);
        Ok(known)
    }

    /// What a page is called.
    pub(super) fn name<S: Source>(&self, source: &S, page: u32) -> String {
        self.roster.name(source, page)
    }

    fn at(&self, page: u32) -> At {
        at(&self.roster, &self.articles, page)
    }
}

/// The lines of a page as they were kept. A page that has another number of them is not the one that was met, and only
/// has the same fingerprint.
fn lines_of(kept: &LineStore, own: Option<usize>, page: &Page<'_>) -> Result<Lines, Error> {
    let lines = own.map_or(Ok(Lines::default()), |own| kept.get(own))?;
    Ok(if lines.len() == page.len() {
        lines
    } else {
        Lines::of(page)
    })
}

/// What other pages say of each line. On fewer articles than `least` a line is none of its site's template.
fn evidence(templates: &Templates, least: u32, at: At, lines: &Lines) -> Result<Vec<Option<LineEvidence>>, Error> {
    let mut known = templates.evidence(at, lines)?;
    for evidence in known.iter_mut().flatten() {
        if evidence.strength == Strength::Sure && evidence.articles < least {
            evidence.strength = Strength::Supporting;
        }
    }
    Ok(known)
}

fn at(roster: &Roster, articles: &[u32], page: u32) -> At {
    At {
        page,
        site: roster.site_of(page),
        article: articles[page as usize],
    }
}

/// What a dump is expected to leave behind, before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Pages.
    pub pages: u64,
    /// Bytes in memory.
    pub memory: u64,
    /// Bytes in temporary files.
    pub disk: u64,
    /// Bytes of what is kept, while the dump is written, for a run that is killed.
    pub kept: u64,
}

impl DumpOptions {
    /// What is to be expected of so many bytes of input; `pages` if their number is known.
    #[must_use]
    pub fn estimate(&self, bytes: u64, pages: Option<u64>) -> Estimate {
        let pages = pages.unwrap_or(bytes / PAGE);
        let sketches = pages * Sketch::BYTES as u64;
        let resident = sketches.min(self.share(2) as u64);
        let (filter, lines) = if self.templates {
            (
                filter_bytes(bytes, self.memory) as u64,
                bytes / LINE * LINE_BYTES as u64,
            )
        } else {
            (0, 0)
        };
        let lines_resident = lines.min(self.share(8) as u64);
        Estimate {
            pages,
            memory: resident + filter + lines_resident + pages * KNOWN,
            disk: sketches - resident + lines - lines_resident,
            kept: if self.index.is_none() { lines + pages * KEPT } else { 0 },
        }
    }

    /// One part in so many of the memory.
    fn share(&self, parts: u64) -> usize {
        usize::try_from(self.memory / parts).unwrap_or(usize::MAX)
    }

    /// What is dropped of what was found: without the exact judge equal texts are near copies, if those are dropped.
    fn dropped(&self, found: Vec<Duplicate>) -> Vec<Duplicate> {
        let mut found = found;
        if !self.exact {
            found.retain(|_| self.near.is_some());
            for duplicate in &mut found {
                duplicate.kind = Kind::Near;
            }
        }
        found
    }
}

/// Bytes of a record, when nobody knows.
const PAGE: u64 = 4096;
/// Bytes of a line, in the mean.
const LINE: u64 = 60;
/// Bytes that are known of a page beside its sketch: where it stands (24), which of its blocks stay (16 and some bits),
/// where its lines are (8), which page stands for its article (4).
const KNOWN: u64 = 56;

/// Bytes that are kept of a page: who it is (20), which page stands for its article (4), how many lines it has (8).
const KEPT: u64 = 32;

/// A slot is two bits: four slots a line leave one in ten that is counted for nothing.
fn filter_bytes(input: u64, memory: u64) -> usize {
    (input / LINE).clamp(1 << 12, (memory / 8).max(1 << 12)) as usize
}
