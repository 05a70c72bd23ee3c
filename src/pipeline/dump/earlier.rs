//! The pages of an index in the passes over a dump: earlier pages, which are there already and stay.
//!
//! They have the first numbers. Their sketches come from the index, and so do their sets when pairs are verified. Pages
//! of the dump go for them, never the other way round. Must not know how an index is kept.

use std::borrow::Cow;

use crate::error::Error;
use crate::page::Page;
use crate::pipeline::dump::sketch::{Left, sketch_of};
use crate::pipeline::dump::{CopyOf, DumpOptions, Resolved};
use crate::repeat::index::Index;
use crate::repeat::near::{Duplicate, Found, Round, Sketch, Sketches, Sweep, Verified};

/// A page that stays, as an index keeps it.
#[derive(Debug)]
pub(crate) struct Staying {
    pub sketch: Sketch,
    /// Its set of shingles.
    pub set: Vec<u8>,
}

impl DumpOptions {
    /// Opens the index, if there is to be one: to add to it, or to look only.
    pub(crate) fn open_index(&self, look: bool, sync: bool) -> Result<Option<Index>, Error> {
        let open = |dir: &std::path::PathBuf| {
            if look {
                Index::look(dir, self.shingle)
            } else {
                Index::open(dir, self.shingle, sync)
            }
        };
        self.index.as_ref().map(open).transpose()
    }
}

/// Enters the sketches of all pages of an index.
pub(super) fn enter(index: Option<&Index>, sketches: &mut Sketches) -> Result<(), Error> {
    index.map_or(Ok(()), |index| index.sketches(|sketch| sketches.push(Some(sketch))))
}

impl Left {
    /// If this dump is in the index already, it is compared with what was there before it only: it would be nothing but
    /// copies of itself, and what came later was cleaned against it. So it comes out as it did the first time.
    pub(super) fn leave_own_run_out(&mut self, index: Option<&Index>) {
        if let Some(index) = index
            && let Some(own) = index.pages_of_run(self.roster.run())
        {
            self.void(own.start..index.pages());
        }
    }
}

/// Leaves out what was found among earlier pages alone: they stay, all of them.
pub(super) fn only_of_dump(found: &mut Found, first: u32) {
    found.exact.retain(|copy| copy.page >= first);
    found.edges.retain(|edge| edge.later >= first);
}

/// Gives a sweep the sets of the earlier pages that it needs.
pub(super) fn sweep_first(
    index: Option<&Index>,
    round: &Round,
    sweep: &mut Sweep<'_>,
    verified: &mut Vec<Verified>,
) -> Result<(), Error> {
    let Some(index) = index else {
        return Ok(());
    };
    for page in (0..index.pages()).filter(|&page| round.needs(page)) {
        sweep.push(page, index.shingles(page)?, &mut |pair| verified.push(pair));
    }
    Ok(())
}

impl Resolved<'_> {
    /// The hash of the dump's content, which names it in an index.
    pub(crate) fn run(&self) -> u128 {
        self.roster.run()
    }

    /// What an index keeps of a page that stays, from its normalised text: what it was compared by, which is the clean
    /// text as the page alone gives it. Nothing if there was nothing to compare.
    pub(crate) fn staying(&self, number: u32, normalised: &str) -> Option<Staying> {
        let kept = self.kept.get(self.roster.own(number)?)?;
        let clean = if kept.is_whole() {
            Cow::Borrowed(normalised)
        } else {
            kept.clean(&Page::new(normalised))
        };
        let (sketch, shingles) = sketch_of(&clean, normalised.len(), self.shingle)?;
        Some(Staying {
            sketch,
            set: shingles.to_bytes(),
        })
    }

    /// What a page is a copy of, if that page is in the index.
    pub(super) fn copy_of_earlier(&self, found: &Duplicate) -> Result<Option<CopyOf>, Error> {
        let Some(index) = self.index.filter(|_| self.roster.own(found.kept).is_none()) else {
            return Ok(None);
        };
        Ok(Some(CopyOf {
            kept: index.name(found.kept)?,
            kind: found.kind,
            similarity: rounded(found.similarity),
            // Behind all pages of the dump, whose clusters thus have the same numbers with an index and without.
            cluster: (self.roster.len() - index.pages()).saturating_add(found.kept),
            run: Some(format!("{:032x}", index.run(found.kept))),
        }))
    }
}

/// A similarity as it is written: to three decimals.
pub(super) fn rounded(similarity: f64) -> f64 {
    (similarity * 1000.0).round() / 1000.0
}
