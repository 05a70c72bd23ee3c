//! The passes over a dump, in their order, and what each leaves to the next.
//!
//! Copies are looked for in what is left of pages without their site's template, and a template in the lines of distinct
//! articles, which copies are not. So pages are sketched twice: roughly, as the judge leaves each by itself, to count
//! articles by; then without the template's lines, to be compared. Must not know how a page is read or written.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::Error;
use crate::pipeline::checkpoint::Border;
use crate::pipeline::dump::again::{Again, SketchedAgain};
use crate::pipeline::dump::check::{Checked, Checker};
use crate::pipeline::dump::kept::Kept;
use crate::pipeline::dump::roster::Roster;
use crate::pipeline::dump::saved::{Findings, Saved};
use crate::pipeline::dump::sketch::{Left, Sketcher};
use crate::pipeline::dump::{DumpOptions, Resolved, at, earlier, filter_bytes};
use crate::pipeline::feed::Portion;
use crate::pipeline::judge::Judge;
use crate::pipeline::order::InOrder;
use crate::pipeline::plan::Plan;
use crate::pipeline::run::Observer;
use crate::read::{Entry, Source};
use crate::repeat::index::Index;
use crate::repeat::lines::{Filter, LineStore, Table, Templates};
use crate::repeat::near::{Edge, Keep, Order, Rounds, Sketches, Verified, candidates, clusters};

/// Looks at a dump as a whole, in passes.
pub(in crate::pipeline) struct Survey<'a, S, J> {
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
    /// Where findings are kept for a run that is killed, unless there is an index.
    pub saved: Option<Saved<'a>>,
}

impl<'a, S: Source, J: Judge> Survey<'a, S, J> {
    /// All passes. Nothing is returned if they were stopped, or if there is nothing to learn from this input.
    ///
    /// # Errors
    ///
    /// A temporary file cannot be written or read, or the observer fails.
    pub(in crate::pipeline) fn run(&self, observer: &mut dyn Observer) -> Result<Option<Resolved<'a>>, Error> {
        let start = Instant::now();
        if let Some(saved) = &self.saved
            && let Some(found) = self.found_before(saved)?
        {
            observer.advanced(self.bytes() * (self.options.passes() - 1));
            observer.found_before(found.roster.pages().len());
            return Ok(Some(found));
        }
        let found = self.look(observer)?;
        // What is found again as fast need not be kept.
        if let (Some(saved), Some(found)) = (&self.saved, &found)
            && start.elapsed() >= self.plan.checkpoints
        {
            saved.save(found)?;
        }
        Ok(found)
    }

    /// What an earlier run found out that was killed while it wrote.
    fn found_before(&self, saved: &Saved<'_>) -> Result<Option<Resolved<'a>>, Error> {
        let mut lines = LineStore::new(self.options.share(8), self.temp);
        let Some(found) = saved.load(&mut lines) else {
            return Ok(None);
        };
        let mut templates = None;
        if self.options.templates {
            let filter = self.filter();
            for (own, page) in found.roster.pages().enumerate() {
                filter.see(found.roster.site_of(page), &lines.get(own)?);
            }
            templates = self.count(&found.roster, &lines, &found.articles, &filter)?;
            if templates.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(self.resolved(found, Vec::new(), templates, lines)))
    }

    /// All that was found, for the writing pass.
    fn resolved(
        &self,
        found: Findings,
        kept: Vec<Kept>,
        templates: Option<Templates>,
        lines: LineStore,
    ) -> Resolved<'a> {
        Resolved {
            index: self.index,
            roster: found.roster,
            kept,
            shingle: self.options.shingle,
            duplicates: found.duplicates,
            stays: OnceLock::new(),
            templates,
            template_pages: self.options.template_pages,
            articles: found.articles,
            lines,
        }
    }

    /// Bytes of the input, as they are stored.
    fn bytes(&self) -> u64 {
        self.source.entries().iter().map(Entry::size).sum()
    }

    /// Which lines stand on two pages; its size depends on the input and the memory alone.
    fn filter(&self) -> Filter {
        Filter::new(filter_bytes(self.bytes(), self.options.memory))
    }

    /// All passes, with nothing known before.
    fn look(&self, observer: &mut dyn Observer) -> Result<Option<Resolved<'a>>, Error> {
        let filter = self.options.templates.then(|| self.filter());
        let Some(mut left) = self.sketch(filter.as_ref(), observer)? else {
            return Ok(None);
        };
        let (mut templates, mut articles) = (None, Vec::new());
        if let Some(filter) = filter {
            articles = self.articles(&left)?;
            templates = self.count(&left.roster, &left.lines, &articles, &filter)?;
            // Its memory is wanted for other things.
            drop(filter);
            let Some(templates) = &templates else {
                return Ok(None);
            };
            if self.options.compares() && !self.sketch_again(&mut left, &articles, templates, observer)? {
                return Ok(None);
            }
        }
        let first = self.index.map_or(0, Index::pages);
        let order = Order::of(&left.sketches, self.options.keep, first)?;
        let mut found = candidates(&left.sketches, &order, self.options.near, self.options.share(4))?;
        earlier::only_of_dump(&mut found, first);
        let Some(verified) = self.verify(&left, found.edges, observer)? else {
            return Ok(None);
        };
        let duplicates = self.options.dropped(clusters(&order, &found.exact, &verified));
        let findings = Findings {
            roster: left.roster,
            articles,
            duplicates,
        };
        let kept = self.index.map_or_else(Vec::new, |_| left.kept);
        Ok(Some(self.resolved(findings, kept, templates, left.lines)))
    }

    fn sketches(&self) -> Result<Sketches, Error> {
        let mut sketches = Sketches::new(self.options.share(2), self.temp);
        earlier::enter(self.index, &mut sketches)?;
        Ok(sketches)
    }

    /// The first pass: every page by itself.
    fn sketch(&self, filter: Option<&Filter>, observer: &mut dyn Observer) -> Result<Option<Left>, Error> {
        let sketcher = Sketcher {
            plan: self.plan,
            source: self.source,
            judge: self.judge,
            shingle: self.options.shingle,
            filter,
        };
        let lines = LineStore::new(self.options.share(8), self.temp);
        let mut left = Left::new(self.sketches()?, lines);
        let hopeless = AtomicBool::new(false);
        let stopped = || self.stop.load(Ordering::Relaxed) || hopeless.load(Ordering::Relaxed);
        let whole = self.read(
            |_, portion| sketcher.portion(portion, stopped),
            |sketched| {
                observer.advanced(sketched.stored);
                left.enter(sketched)?;
                hopeless.store(left.hopeless, Ordering::Relaxed);
                Ok(())
            },
            &stopped,
        )?;
        left.leave_own_run_out(self.index);
        Ok(whole.then_some(left))
    }

    /// By page: the page that stands for all copies of its article, as far as rough sketches tell.
    fn articles(&self, left: &Left) -> Result<Vec<u32>, Error> {
        let order = Order::of(&left.sketches, Keep::First, 0)?;
        Ok(candidates(&left.sketches, &order, None, self.options.share(4))?.articles)
    }

    /// Lines that may stand on several pages are counted.
    fn count(
        &self,
        roster: &Roster,
        lines: &LineStore,
        articles: &[u32],
        filter: &Filter,
    ) -> Result<Option<Templates>, Error> {
        let mut table = Table::new(self.options.share(4), self.temp);
        for (own, page) in roster.pages().enumerate() {
            if self.stopped() {
                return Ok(None);
            }
            table.page(at(roster, articles, page), &lines.get(own)?, filter)?;
        }
        table.finish().map(Some)
    }

    /// The second pass: what is left of pages without the lines of templates. Says whether it came to its end.
    fn sketch_again(
        &self,
        left: &mut Left,
        articles: &[u32],
        templates: &Templates,
        observer: &mut dyn Observer,
    ) -> Result<bool, Error> {
        // The rough ones have done their work: both would take the memory of one.
        left.sketches = Sketches::new(0, self.temp);
        let mut sketches = self.sketches()?;
        let mut kept = Vec::with_capacity(left.kept.len());
        let again = Again {
            plan: self.plan,
            source: self.source,
            left,
            shingle: self.options.shingle,
            articles,
            templates,
            template_pages: self.options.template_pages,
        };
        let whole = self.read(
            |number, portion| again.portion(number, portion, || self.stopped()),
            |sketched: SketchedAgain| {
                observer.advanced(sketched.stored);
                for (sketch, rest) in sketched.pages? {
                    sketches.push(sketch.as_ref())?;
                    kept.push(rest);
                }
                Ok(())
            },
            &|| self.stopped(),
        )?;
        left.replace(sketches, kept);
        Ok(whole)
    }

    /// The third pass, or as many as memory for shingles asks for: pairs of pages are compared.
    fn verify(
        &self,
        left: &Left,
        edges: Vec<Edge>,
        observer: &mut dyn Observer,
    ) -> Result<Option<Vec<Verified>>, Error> {
        // Of the dump's own pages the rough sketches are remembered, which have hardly less. This only plans: a sketch of an
        // earlier page that cannot be read is an error where its set is.
        let earlier = |page| {
            left.sketches
                .get(page)
                .ok()
                .flatten()
                .map_or(0, |sketch| sketch.shingles as usize)
        };
        let size = |page| left.roster.shingles_of(page).unwrap_or_else(|| earlier(page));
        let rounds = Rounds::plan(edges, size, self.options.share(4));
        let mut verified = Vec::new();
        for round in rounds.rounds() {
            let checker = Checker {
                plan: self.plan,
                source: self.source,
                roster: &left.roster,
                kept: &left.kept,
                shingle: self.options.shingle,
                round,
            };
            let mut sweep = round.sweep(self.options.near.unwrap_or(1.0));
            earlier::sweep_first(self.index, round, &mut sweep, &mut verified)?;
            let whole = self.read(
                |number, portion| checker.portion(number, portion, || self.stopped()),
                |checked: Checked| {
                    observer.advanced(checked.stored);
                    for page in checked.pages {
                        sweep.push(page.page, page.shingles, &mut |pair| verified.push(pair));
                    }
                    Ok(())
                },
                &|| self.stopped(),
            )?;
            if !whole {
                return Ok(None);
            }
        }
        if rounds.rounds().is_empty() && self.options.near.is_some() {
            // Nothing to compare: as good as read.
            observer.advanced(self.bytes());
        }
        Ok(Some(verified))
    }

    /// Reads the input once. Says whether it came to its end.
    fn read<W: Send>(
        &self,
        work: impl Fn(usize, &Portion) -> W + Sync,
        take: impl FnMut(W) -> Result<(), Error>,
        stopped: &impl Fn() -> bool,
    ) -> Result<bool, Error> {
        let halt = AtomicBool::new(false);
        let all = InOrder {
            pool: self.pool,
            source: self.source,
            wanted: self.plan.wanted(false),
            from: Border::default(),
        };
        let whole = all.run(
            || stopped() || halt.load(Ordering::Relaxed),
            || halt.store(true, Ordering::Relaxed),
            |number, portion| work(number, &portion),
            take,
        )?;
        Ok(whole && !stopped())
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
