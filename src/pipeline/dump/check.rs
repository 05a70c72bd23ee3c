//! The second pass: the input is read again for what sketches only make likely.
//!
//! Pairs of pages that may be nearly the same are compared shingle by shingle, and lines that may stand on several pages
//! are counted. Nothing is judged: which blocks stay is known from the first pass. Must not know what follows from it.

use crate::page::Page;
use crate::pipeline::dump::kept::Kept;
use crate::pipeline::dump::roster::Roster;
use crate::pipeline::dump::sketch::{filter_site, stored};
use crate::pipeline::dump::visit::{Visit, visit};
use crate::pipeline::feed::Portion;
use crate::pipeline::plan::Plan;
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

impl<S: Source> Checker<'_, S> {
    pub(super) fn portion(&self, number: usize, portion: &Portion, stopped: impl Fn() -> bool) -> Checked {
        let (mut page, end) = self.roster.of_portion(number);
        let mut checked = Checked {
            pages: Vec::new(),
            stored: stored(self.source, &portion.work),
        };
        visit(self.plan, self.source, &portion.work, |seen| {
            if page >= end {
                // More pages than there were: the input has grown meanwhile.
                return false;
            }
            checked.pages.extend(self.page(page, &seen));
            page += 1;
            !stopped()
        });
        checked
    }

    fn page(&self, page: u32, seen: &Visit<'_>) -> Option<CheckedPage> {
        let wanted = self.round.is_some_and(|round| round.needs(page));
        let text = seen.text.filter(|_| self.roster.is(page, seen.fingerprint()));
        let Some(text) = text.filter(|_| wanted || self.filter.is_some()) else {
            // What has changed meanwhile is a copy of nothing.
            return wanted.then(|| CheckedPage {
                page,
                shingles: Some(Shingles::default()),
                lines: None,
            });
        };
        let repaired = repair(text);
        let tidied = tidy(&repaired);
        let blocks = Page::new(&tidied);
        let kept = self.roster.own(page).and_then(|own| self.kept.get(own)).filter(|_| wanted);
        let shingles = kept.map(|kept| Shingles::of(&kept.text(&blocks), self.shingle));
        let lines = self.filter.and_then(|filter| {
            let (site, lines) = (filter_site(seen.site), Lines::of(&blocks));
            let counts = lines.keys().iter().flatten().any(|&key| filter.repeated(site, key));
            counts.then_some(lines)
        });
        Some(CheckedPage { page, shingles, lines })
    }
}
