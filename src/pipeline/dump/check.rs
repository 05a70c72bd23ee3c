//! The second pass: the input is read again for what sketches only make likely.
//!
//! Pairs of pages that may be nearly the same are compared shingle by shingle, and lines that may stand on several pages
//! are counted. Nothing is judged: which blocks stay is known from the first pass. Must not know what follows from it.

use crate::page::Page;
use crate::pipeline::dump::kept::Kept;
use crate::pipeline::dump::roster::Roster;
use crate::pipeline::dump::sketch::stored;
use crate::pipeline::dump::visit::{Visit, Visitor, visit};
use crate::pipeline::feed::Portion;
use crate::pipeline::plan::Plan;
use crate::pipeline::site;
use crate::read::Source;
use crate::repeat::lines::{Filter, Lines};
use crate::repeat::near::{Round, Shingles};
use crate::text::normalize::{repair, tidy};

/// What checking needs beside its input.
pub(super) struct Checker<'a, S> {
    pub plan: &'a Plan,
    pub source: &'a S,
    pub roster: &'a Roster,
    pub kept: &'a [Kept],
    /// Tokens of a shingle.
    pub shingle: usize,
    /// The pages whose shingles are wanted, if any are.
    pub round: Option<&'a Round>,
    /// Says which lines are worth counting, if lines are compared.
    pub filter: Option<&'a Filter>,
}

/// A portion that was looked at.
pub(super) struct Checked {
    pub pages: Vec<CheckedPage>,
    /// Bytes of the input, as they are stored.
    pub stored: u64,
}

/// A page that was looked at.
pub(super) struct CheckedPage {
    pub page: u32,
    /// Of what stays of it, if they are wanted.
    pub shingles: Option<Shingles>,
    /// All its lines, if one of them is worth counting.
    pub lines: Option<Lines>,
}

struct Checking<'a, S, F> {
    checker: &'a Checker<'a, S>,
    checked: &'a mut Checked,
    /// The number of the next page, and of the first page of the next portion.
    next: u32,
    end: u32,
    stopped: F,
}

impl<S: Source, F: Fn() -> bool> Visitor for Checking<'_, S, F> {
    fn wants(&mut self) -> bool {
        let Checker { round, filter, .. } = self.checker;
        let wanted = filter.is_some() || round.is_some_and(|round| round.needs(self.next));
        self.next += u32::from(!wanted);
        wanted
    }

    fn page(&mut self, seen: &Visit<'_>) -> bool {
        if self.next >= self.end {
            // More pages than there were: the input has grown meanwhile.
            return false;
        }
        self.checked.pages.extend(self.checker.page(self.next, seen));
        self.next += 1;
        !(self.stopped)()
    }
}

impl<S: Source> Checker<'_, S> {
    pub(super) fn portion(&self, number: usize, portion: &Portion, stopped: impl Fn() -> bool) -> Checked {
        let (next, end) = self.roster.of_portion(number);
        let mut checked = Checked {
            pages: Vec::new(),
            stored: stored(self.source, &portion.work),
        };
        let mut visitor = Checking {
            checker: self,
            checked: &mut checked,
            next,
            end,
            stopped,
        };
        visit(self.plan, self.source, &portion.work, &mut visitor);
        checked
    }

    fn page(&self, page: u32, seen: &Visit<'_>) -> Option<CheckedPage> {
        let wanted = self.round.is_some_and(|round| round.needs(page));
        let Some(text) = seen.text.filter(|_| self.roster.is(page, seen.fingerprint())) else {
            // What has changed meanwhile is a copy of nothing.
            return wanted.then(|| CheckedPage {
                page,
                shingles: Some(Shingles::default()),
                lines: None,
            });
        };
        let repaired = repair(text);
        let tidied = tidy(&repaired);
        let kept = self.roster.own(page).and_then(|own| self.kept.get(own))?;
        if kept.is_whole() && self.filter.is_none() {
            let shingles = Some(Shingles::of(&tidied, self.shingle));
            return Some(CheckedPage {
                page,
                shingles,
                lines: None,
            });
        }
        let blocks = Page::new(&tidied);
        let shingles = wanted.then(|| Shingles::of(&kept.clean(&blocks), self.shingle));
        let lines = self.filter.and_then(|filter| {
            let (site, lines) = (site::number(seen.site), Lines::of(&blocks));
            let counts = lines.keys().iter().flatten().any(|&key| filter.repeated(site, key));
            counts.then_some(lines)
        });
        Some(CheckedPage { page, shingles, lines })
    }
}
