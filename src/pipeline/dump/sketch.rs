//! The first pass: every page is judged by itself and leaves a sketch of what stays, and a trace of its lines.
//!
//! Workers sketch in any order; the results are entered in input order. Must not know what sketches are compared for.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Error;
use crate::page::Page;
use crate::pipeline::dump::kept::Kept;
use crate::pipeline::dump::roster::{Of, Roster};
use crate::pipeline::dump::visit::{Visit, Visitor, visit};
use crate::pipeline::feed::{Portion, Work};
use crate::pipeline::judge::Judge;
use crate::pipeline::plan::Plan;
use crate::pipeline::site;
use crate::read::Source;
use crate::read::records::End;
use crate::repeat::lines::{Filter, LineStore, Lines};
use crate::repeat::near::{Shingles, Sketch, Sketches};
use crate::text::links::Marked;
use crate::text::normalize::Normal;

/// What sketching needs beside its input.
pub(super) struct Sketcher<'a, S, J> {
    pub plan: &'a Plan,
    pub source: &'a S,
    pub judge: &'a J,
    /// Tokens of a shingle.
    pub shingle: usize,
    /// Where lines are noted, if lines are compared.
    pub filter: Option<&'a Filter>,
}

/// A portion that was sketched.
pub(super) struct Sketched {
    of: Of,
    /// A shard ends, and whether nothing of it counts.
    end: Option<bool>,
    /// So many of the pages are records without the text field.
    lacking: usize,
    pages: Vec<SketchedPage>,
    /// Bytes of the input, as they are stored.
    pub stored: u64,
}

struct SketchedPage {
    site: u64,
    line: u64,
    fingerprint: u32,
    /// Nothing if the page cannot be cleaned, or nothing is left of it.
    sketch: Option<Sketch>,
    kept: Kept,
    /// If lines are compared, and it is not set aside.
    lines: Lines,
}

impl<S: Source, J: Judge> Sketcher<'_, S, J> {
    pub(super) fn portion(&self, portion: &Portion, stopped: impl Fn() -> bool) -> Sketched {
        let work = &portion.work;
        let mut sketched = Sketched {
            of: Of::work(work),
            end: match work {
                Work::End(_, how) => Some(matches!(how, End::Void(_))),
                _ => None,
            },
            lacking: 0,
            pages: Vec::new(),
            stored: stored(self.source, work),
        };
        let mut visitor = Sketching {
            sketcher: self,
            sketched: &mut sketched,
            stopped,
        };
        visit(self.plan, self.source, work, &mut visitor);
        sketched
    }

    fn sketch(&self, seen: &Visit<'_>, met: Marked<'_>) -> (Option<Sketch>, Kept, Lines) {
        if self.judge.is_idle() {
            let normal = Normal::of(met.text);
            let tidied = normal.tidied();
            let lines = self.note_lines(seen, &Page::new(tidied));
            return (self.sketched(tidied, tidied.len()), Kept::default(), lines);
        }
        let cleaned = self.judge.alone(met);
        let page = Page::new(&cleaned.page);
        let lines = self.note_lines(seen, &page);
        let kept = Kept::of(&page, &cleaned.cuts);
        (self.sketched(&kept.clean(&page), cleaned.page.len()), kept, lines)
    }

    fn sketched(&self, clean: &str, page: usize) -> Option<Sketch> {
        sketch_of(clean, page, self.shingle).map(|(sketch, _)| sketch)
    }

    /// Notes the lines of a page, if lines are compared.
    fn note_lines(&self, seen: &Visit<'_>, page: &Page<'_>) -> Lines {
        let Some(filter) = self.filter else {
            return Lines::default();
        };
        let lines = Lines::of(page);
        filter.see(site::number(seen.site), &lines);
        lines
    }
}

struct Sketching<'a, S, J, F> {
    sketcher: &'a Sketcher<'a, S, J>,
    sketched: &'a mut Sketched,
    stopped: F,
}

impl<S: Source, J: Judge, F: Fn() -> bool> Visitor for Sketching<'_, S, J, F> {
    fn page(&mut self, seen: &Visit<'_>) -> bool {
        self.sketched.lacking += usize::from(seen.lacks_text);
        // A page on which the judge fails is set aside when it is written; here it only leaves nothing.
        let sketch = |met| catch_unwind(AssertUnwindSafe(|| self.sketcher.sketch(seen, met))).ok();
        let nothing = || (None, Kept::nothing(), Lines::default());
        let (sketch, kept, lines) = seen.text.and_then(sketch).unwrap_or_else(nothing);
        self.sketched.pages.push(SketchedPage {
            site: site::number(seen.site),
            line: seen.line,
            fingerprint: seen.fingerprint(),
            sketch,
            kept,
            lines,
        });
        !(self.stopped)()
    }
}

/// The sketch and the shingles of a clean text that is left of a page of so many bytes, if anything is.
pub(super) fn sketch_of(clean: &str, page: usize, shingle: usize) -> Option<(Sketch, Shingles)> {
    let (mut sketch, shingles) = Sketch::of(clean, shingle);
    sketch.kept = (clean.len() * usize::from(u16::MAX) / page.max(clean.len()).max(1)) as u16;
    (!shingles.is_empty()).then_some((sketch, shingles))
}

/// So many bytes of the input are dealt with when this is.
pub(super) fn stored<S: Source>(source: &S, work: &Work) -> u64 {
    match work {
        Work::Pages(range) => source.entries()[range.clone()]
            .iter()
            .map(crate::read::Entry::size)
            .sum(),
        Work::Piece(_, piece) => piece.stored,
        #[cfg(feature = "parquet")]
        Work::Rows(_, rows) => rows.stored,
        Work::End(..) | Work::Refused(_) => 0,
    }
}

/// What all pages left.
pub(super) struct Left {
    pub roster: Roster,
    pub sketches: Sketches,
    /// By place among the pages of the dump.
    pub kept: Vec<Kept>,
    /// By place among the pages of the dump, too.
    pub lines: LineStore,
    /// Pages that stand for no other.
    void: Vec<Range<u32>>,
    /// The first page of the shard in hand.
    shard: Option<u32>,
    /// Whether a record was seen already.
    records: bool,
    /// Not one record of the first that were seen has the text field: the writing pass will refuse.
    pub hopeless: bool,
}

impl Left {
    /// Nothing of the dump yet. The sketches that are there already are those of earlier pages.
    pub(super) fn new(sketches: Sketches, lines: LineStore) -> Self {
        Self {
            roster: Roster::behind(sketches.len() as u32),
            sketches,
            kept: Vec::new(),
            lines,
            void: Vec::new(),
            shard: None,
            records: false,
            hopeless: false,
        }
    }

    /// Enters a portion; called in input order.
    pub(super) fn enter(&mut self, sketched: Sketched) -> Result<(), Error> {
        let first = self.roster.len();
        if matches!(sketched.of, Of::Shard(_)) {
            self.shard.get_or_insert(first);
            if !sketched.pages.is_empty() && !std::mem::replace(&mut self.records, true) {
                self.hopeless = sketched.lacking == sketched.pages.len();
            }
        }
        self.roster.portion(sketched.of);
        for page in sketched.pages {
            let shingles = page.sketch.as_ref().map_or(0, |sketch| sketch.shingles);
            self.roster.page(page.site, page.line, page.fingerprint, shingles);
            self.sketches.push(page.sketch.as_ref())?;
            self.kept.push(page.kept);
            self.lines.push(&page.lines)?;
        }
        if let Some(void) = sketched.end
            && let Some(begin) = self.shard.take()
            && void
        {
            // A damaged shard is set aside whole: none of its pages may stand for another. What was read of one that ends
            // too early counts.
            self.void(begin..first);
        }
        Ok(())
    }

    /// Takes the sketches of some pages back.
    pub(super) fn void(&mut self, pages: Range<u32>) {
        self.sketches.void(pages.clone());
        self.void.push(pages);
    }

    /// Puts other sketches of the same pages in the place of these, and what is left of each.
    pub(super) fn replace(&mut self, mut sketches: Sketches, kept: Vec<Kept>) {
        self.void.iter().for_each(|pages| sketches.void(pages.clone()));
        self.sketches = sketches;
        self.kept = kept;
    }
}
