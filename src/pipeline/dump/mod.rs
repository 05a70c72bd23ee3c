//! What a dump says as a whole, found out before anything is written: which pages are copies of others, and which lines
//! stand on many pages.
//!
//! Two passes over the input: `sketch` judges every page by itself and keeps a few bytes of it, `check` looks again where
//! the sketches say that it may be worth it. What follows is [`Resolved`], which the writing pass asks about every page.
//! Must not know how pages are written.

mod check;
mod earlier;
mod kept;
mod listing;
mod roster;
mod sketch;
mod visit;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use crate::error::Error;
use crate::hash::hash64;
use crate::page::Page;
use crate::pipeline::judge::Judge;
use crate::pipeline::order::in_order;
use crate::pipeline::plan::Plan;
use crate::pipeline::run::Observer;
use crate::read::{Entry, Source};
use crate::repeat::index::Index;
use crate::repeat::lines::{At, Filter, LineEvidence, Lines, Table, Templates};
use crate::repeat::near::{
    Duplicate, Found, Keep, Kind, Order, Round, Rounds, SHINGLE_TOKENS, Sketch, Sketches, Verified, candidates, clusters,
};

pub(crate) use earlier::Staying;

use check::{Checked, Checker};
use kept::Kept;
pub(super) use listing::Listing;
use roster::Roster;
use sketch::{Left, Sketcher};

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
        2 + u64::from(self.checks())
    }

    /// Whether what sketches say is looked at again.
    fn checks(&self) -> bool {
        self.near.is_some() || self.templates
    }

    /// Whether there is anything to look for, or to keep for later.
    #[must_use]
    pub fn any(&self) -> bool {
        self.exact || self.near.is_some() || self.templates || self.index.is_some()
    }
}

/// A page that says what another says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Copy {
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
    templates: Option<Templates>,
    /// By page: the page that stands for all copies of its article.
    articles: Vec<u32>,
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
    pub(super) fn copy<S: Source>(&self, source: &S, page: u32) -> Result<Option<Copy>, Error> {
        let Ok(at) = self.duplicates.binary_search_by_key(&page, |found| found.page) else {
            return Ok(None);
        };
        let found = &self.duplicates[at];
        let Some(place) = self.roster.own(found.kept) else {
            return self.copy_of_earlier(found);
        };
        Ok(Some(Copy {
            kept: self.roster.name(source, found.kept),
            kind: found.kind,
            similarity: earlier::rounded(found.similarity),
            cluster: place as u32,
            run: None,
        }))
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
        let (at, lines) = (self.at(number), Lines::of(page));
        let known = templates.evidence(at, &lines)?;
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

fn at(roster: &Roster, articles: &[u32], page: u32) -> At {
    At {
        page,
        site: roster.site_of(page),
        article: articles[page as usize],
    }
}

/// Looks at a dump as a whole, in passes.
pub(super) struct Survey<'a, S, J> {
    pub plan: &'a Plan,
    pub options: &'a DumpOptions,
    pub source: &'a S,
    pub judge: &'a J,
    pub pool: &'a rayon::ThreadPool,
    /// Set from outside to stop.
    pub stop: &'a AtomicBool,
    /// Where temporary files go.
    pub temp: &'a Path,
    /// What is kept of earlier dumps.
    pub index: Option<&'a Index>,
}

impl<'a, S: Source, J: Judge> Survey<'a, S, J> {
    /// All passes. Nothing is returned if they were stopped, or if there is nothing to learn from this input.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be written or read, or the observer fails.
    pub(super) fn run(&self, observer: &mut dyn Observer) -> Result<Option<Resolved<'a>>, Error> {
        let bytes = self.source.entries().iter().map(Entry::size).sum();
        let filter = self.options.templates.then(|| Filter::new(filter_bytes(bytes, self.options.memory)));
        let Some(left) = self.sketch(filter.as_ref(), observer)? else {
            return Ok(None);
        };
        let first = self.index.map_or(0, Index::pages);
        let order = Order::of(&left.sketches, self.options.keep, first)?;
        let mut found = candidates(&left.sketches, &order, self.options.near, self.options.share(4))?;
        earlier::only_of_dump(&mut found, first);
        let Some((verified, templates)) = self.check(&left, &mut found, filter.as_ref(), observer)? else {
            return Ok(None);
        };
        let duplicates = self.options.dropped(clusters(&order, &found.exact, &verified));
        Ok(Some(Resolved {
            index: self.index,
            roster: left.roster,
            kept: self.index.map_or_else(Vec::new, |_| left.kept),
            shingle: self.options.shingle,
            duplicates,
            templates,
            articles: found.articles,
        }))
    }

    /// The first pass.
    fn sketch(&self, filter: Option<&Filter>, observer: &mut dyn Observer) -> Result<Option<Left>, Error> {
        let sketcher = Sketcher {
            plan: self.plan,
            source: self.source,
            judge: self.judge,
            shingle: self.options.shingle,
            filter,
        };
        let mut sketches = Sketches::new(self.options.share(2), self.temp);
        earlier::enter(self.index, &mut sketches)?;
        let mut left = Left::new(sketches);
        let halt = AtomicBool::new(false);
        let stopped = || self.stopped(&halt);
        let whole = in_order(
            self.pool,
            self.source,
            stopped,
            || halt.store(true, Ordering::Relaxed),
            |_, portion| sketcher.portion(&portion, stopped),
            |sketched| {
                observer.advanced(sketched.stored);
                left.enter(sketched)?;
                halt.fetch_or(left.hopeless, Ordering::Relaxed);
                Ok(())
            },
        )?;
        left.leave_own_run_out(self.index);
        Ok((whole && !stopped()).then_some(left))
    }

    /// The second pass, or as many as memory for shingles asks for.
    #[allow(clippy::type_complexity)] // two results that have nothing to do with one another
    fn check(
        &self,
        left: &Left,
        found: &mut Found,
        filter: Option<&Filter>,
        observer: &mut dyn Observer,
    ) -> Result<Option<(Vec<Verified>, Option<Templates>)>, Error> {
        let earlier = |page| left.sketches.get(page).ok().flatten().map_or(0, |sketch| sketch.shingles as usize);
        let size = |page| left.roster.shingles_of(page).unwrap_or_else(|| earlier(page));
        let rounds = Rounds::plan(std::mem::take(&mut found.edges), size, self.options.share(4));
        let mut table = filter.map(|_| Table::new(self.options.share(4), self.temp));
        let mut verified = Vec::new();
        for number in 0..rounds.rounds().len().max(usize::from(table.is_some())) {
            let mut pass = Pass {
                survey: self,
                left,
                articles: &found.articles,
                round: rounds.rounds().get(number),
                filter: filter.filter(|_| number == 0),
            };
            let counted = table.as_mut().filter(|_| number == 0);
            if !pass.run(&mut verified, counted, observer)? {
                return Ok(None);
            }
        }
        if rounds.rounds().is_empty() && table.is_none() && self.options.checks() {
            // Nothing to check: as good as read.
            observer.advanced(self.source.entries().iter().map(Entry::size).sum());
        }
        Ok(Some((verified, table.map(Table::finish).transpose()?)))
    }

    fn stopped(&self, halt: &AtomicBool) -> bool {
        self.stop.load(Ordering::Relaxed) || halt.load(Ordering::Relaxed)
    }
}

/// One reading of the input for [`check`].
struct Pass<'a, S, J> {
    survey: &'a Survey<'a, S, J>,
    left: &'a Left,
    articles: &'a [u32],
    round: Option<&'a Round>,
    filter: Option<&'a Filter>,
}

impl<S: Source, J: Judge> Pass<'_, S, J> {
    /// Says whether it came to its end.
    fn run(
        &mut self,
        verified: &mut Vec<Verified>,
        mut table: Option<&mut Table>,
        observer: &mut dyn Observer,
    ) -> Result<bool, Error> {
        let Survey {
            plan,
            options,
            source,
            pool,
            ..
        } = *self.survey;
        let roster = &self.left.roster;
        let checker = Checker {
            plan,
            source,
            roster,
            kept: &self.left.kept,
            shingle: options.shingle,
            round: self.round,
            filter: self.filter,
        };
        let mut sweep = self.round.map(|round| round.sweep(options.near.unwrap_or(1.0)));
        if let (Some(round), Some(sweep)) = (self.round, &mut sweep) {
            earlier::sweep_first(self.survey.index, round, sweep, verified)?;
        }
        let halt = AtomicBool::new(false);
        let stopped = || self.survey.stopped(&halt);
        let take = |checked: Checked| {
            observer.advanced(checked.stored);
            for page in checked.pages {
                if let (Some(sweep), Some(shingles)) = (&mut sweep, page.shingles) {
                    sweep.push(page.page, shingles, &mut |pair| verified.push(pair));
                }
                if let (Some(table), Some(lines), Some(filter)) = (&mut table, page.lines, self.filter) {
                    table.page(at(roster, self.articles, page.page), &lines, filter)?;
                }
            }
            Ok(())
        };
        let whole = in_order(
            pool,
            source,
            stopped,
            || halt.store(true, Ordering::Relaxed),
            |number, portion| checker.portion(number, &portion, stopped),
            take,
        )?;
        Ok(whole && !stopped())
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
}

impl DumpOptions {
    /// What is to be expected of so many bytes of input; `pages` if their number is known.
    #[must_use]
    pub fn estimate(&self, bytes: u64, pages: Option<u64>) -> Estimate {
        let pages = pages.unwrap_or(bytes / PAGE);
        let sketches = pages * Sketch::BYTES as u64;
        let resident = sketches.min(self.share(2) as u64);
        let filter = if self.templates { filter_bytes(bytes, self.memory) as u64 } else { 0 };
        Estimate {
            pages,
            memory: resident + filter + pages * KNOWN,
            disk: sketches - resident,
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
/// Bytes that are known of a page beside its sketch: where it stands, and which of its blocks stay.
const KNOWN: u64 = 40;

/// A line of a page is 60 bytes in the mean, and a slot is two bits: four slots a line leave one in ten that is counted
/// for nothing.
fn filter_bytes(input: u64, memory: u64) -> usize {
    (input / 60).clamp(1 << 12, (memory / 8).max(1 << 12)) as usize
}
