//! The second pass: pages are sketched again, without the lines of their sites' templates.
//!
//! What the judge by itself leaves of two reprints differs by what it cannot know. Must not know what sketches are
//! compared for.

use crate::error::Error;
use crate::page::Page;
use crate::pipeline::dump::kept::Kept;
use crate::pipeline::dump::sketch::Left;
use crate::pipeline::dump::sketch::{sketch_of, stored};
use crate::pipeline::dump::visit::{Visit, Visitor, visit};
use crate::pipeline::dump::{OFTEN, at, evidence, lines_of};
use crate::pipeline::feed::Portion;
use crate::pipeline::plan::Plan;
use crate::read::Source;
use crate::repeat::lines::{Strength, Templates};
use crate::repeat::near::Sketch;
use crate::text::normalize::Normal;

/// What stands often does not make two pages alike (a request to subscribe between two paragraphs, with another price on
/// each site) if so much of the page is its own, in per cent of the bytes. Else it is compared as it stands.
/// On a synthetic dump of 20,000 pages with everything on, near copies at .85 and above were found to 98 %, and to 95 %
/// with only the templates' lines left out.
const LEAST_OWN: usize = 70;

/// What sketching again needs beside its input.
pub(super) struct Again<'a, S> {
    pub plan: &'a Plan,
    pub source: &'a S,
    /// What the first pass left.
    pub left: &'a Left,
    /// Tokens of a shingle.
    pub shingle: usize,
    /// By page: the page that stands for its article.
    pub articles: &'a [u32],
    pub templates: &'a Templates,
    /// Articles that have a line of a template, at least.
    pub template_pages: u32,
}

/// A portion that was sketched again.
pub(super) struct SketchedAgain {
    /// As many as there were when the portion was read first.
    pub pages: Result<Vec<(Option<Sketch>, Kept)>, Error>,
    /// Bytes of the input, as they are stored.
    pub stored: u64,
}

struct Sketching<'a, S, F> {
    again: &'a Again<'a, S>,
    pages: Result<Vec<(Option<Sketch>, Kept)>, Error>,
    /// The number of the first page, and of the first page of the next portion.
    first: u32,
    end: u32,
    stopped: F,
}

impl<S: Source, F: Fn() -> bool> Visitor for Sketching<'_, S, F> {
    fn page(&mut self, seen: &Visit<'_>) -> bool {
        let Ok(pages) = &mut self.pages else {
            return false;
        };
        let page = self.first + pages.len() as u32;
        if page >= self.end || (self.stopped)() {
            return false;
        }
        match self.again.page(page, seen) {
            Ok(left) => pages.push(left),
            Err(error) => self.pages = Err(error),
        }
        true
    }
}

impl<S: Source> Again<'_, S> {
    pub(super) fn portion(&self, number: usize, portion: &Portion, stopped: impl Fn() -> bool) -> SketchedAgain {
        let (first, end) = self.left.roster.of_portion(number);
        let mut visitor = Sketching {
            again: self,
            pages: Ok(Vec::new()),
            first,
            end,
            stopped,
        };
        visit(self.plan, self.source, &portion.work, &mut visitor);
        // Pages that are not there any more are like none.
        let missing = |mut pages: Vec<_>| {
            pages.resize_with((end - first) as usize, || (None, Kept::nothing()));
            pages
        };
        SketchedAgain {
            pages: visitor.pages.map(missing),
            stored: stored(self.source, &portion.work),
        }
    }

    fn page(&self, page: u32, seen: &Visit<'_>) -> Result<(Option<Sketch>, Kept), Error> {
        let Left {
            roster, kept, lines, ..
        } = self.left;
        let text = seen
            .text
            .map(|marked| marked.text)
            .filter(|_| roster.is(page, seen.fingerprint()));
        let own = roster.own(page);
        let (Some(text), Some(kept)) = (text, own.and_then(|own| kept.get(own))) else {
            return Ok((None, Kept::nothing()));
        };
        let normal = Normal::of(text);
        let blocks = Page::new(normal.tidied());
        let at = at(roster, self.articles, page);
        let lines = lines_of(lines, own, &blocks)?;
        let evidence = evidence(self.templates, self.template_pages, at, &lines)?;
        let sure = |i: usize| evidence[i].is_some_and(|evidence| evidence.strength == Strength::Sure);
        let often = |i: usize| evidence[i].is_some_and(|evidence| evidence.articles >= OFTEN);
        let kept = kept.without(blocks.len(), sure);
        let fewer = kept.without(blocks.len(), often);
        let kept = if 100 * fewer.bytes(&blocks) >= LEAST_OWN * kept.bytes(&blocks) {
            fewer
        } else {
            kept
        };
        let sketch = sketch_of(&kept.clean(&blocks), normal.tidied().len(), self.shingle);
        Ok((sketch.map(|(sketch, _)| sketch), kept))
    }
}
