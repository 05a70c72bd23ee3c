//! The input is read again for what sketches only make likely: pairs of pages that may be nearly the same are compared
//! shingle by shingle.
//!
//! Nothing is judged: which blocks stay is known from the first pass. Must not know what follows from it.

use crate::page::Page;
use crate::pipeline::dump::kept::Kept;
use crate::pipeline::dump::roster::Roster;
use crate::pipeline::dump::sketch::stored;
use crate::pipeline::dump::visit::{Visit, Visitor, visit};
use crate::pipeline::feed::Portion;
use crate::pipeline::plan::Plan;
use crate::read::Source;
use crate::repeat::near::{Round, Shingles};
use crate::text::normalize::Normal;

/// What checking needs beside its input.
pub(super) struct Checker<'a, S> {
    pub plan: &'a Plan,
    pub source: &'a S,
    pub roster: &'a Roster,
    pub kept: &'a [Kept],
    /// Tokens of a shingle.
    pub shingle: usize,
    /// The pages whose shingles are wanted.
    pub round: &'a Round,
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
    /// Of what stays of it.
    pub shingles: Shingles,
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
        let wanted = self.checker.round.needs(self.next);
        self.next += u32::from(!wanted);
        wanted
    }

    fn page(&mut self, seen: &Visit<'_>) -> bool {
        if self.next >= self.end {
            // More pages than there were: the input has grown meanwhile.
            return false;
        }
        let (page, shingles) = (self.next, self.checker.shingles(self.next, seen));
        self.checked.pages.push(CheckedPage { page, shingles });
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

    fn shingles(&self, page: u32, seen: &Visit<'_>) -> Shingles {
        let text = seen
            .text
            .map(|marked| marked.text)
            .filter(|_| self.roster.is(page, seen.fingerprint()));
        let kept = self.roster.own(page).and_then(|own| self.kept.get(own));
        let (Some(text), Some(kept)) = (text, kept) else {
            // What has changed meanwhile is a copy of nothing.
            return Shingles::default();
        };
        let normal = Normal::of(text);
        if kept.is_whole() {
            Shingles::of(normal.tidied(), self.shingle)
        } else {
            Shingles::of(&kept.clean(&Page::new(normal.tidied())), self.shingle)
        }
    }
}
