//! Who is who in a dump: the number, name and site of every page, in a few bytes each.
//!
//! A page's number is its place in input order. Names are not kept but worked out: a file's from the list of entries,
//! a record's from its shard and line. Must not know what pages say.

use std::sync::Arc;

use crate::pipeline::feed::{Shard, Work};
use crate::read::Source;

/// Where the pages of a portion stand.
#[derive(Debug, Clone)]
pub(super) enum Of {
    /// Entries from this one on.
    Entries(usize),
    /// Lines of a shard.
    Shard(Arc<Shard>),
    /// It has none.
    Nothing,
}

impl Of {
    pub(super) fn work(work: &Work) -> Self {
        match work {
            Work::Pages(range) => Self::Entries(range.start),
            Work::Piece(shard, _) => Self::Shard(Arc::clone(shard)),
            Work::End(..) | Work::Refused(_) => Self::Nothing,
        }
    }
}

/// What is known of a page beside its text.
#[derive(Debug, Clone, Copy)]
struct Known {
    site: u32,
    line: u32,
    fingerprint: u32,
    shingles: u32,
}

/// All pages of a dump.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    /// The first page of each portion, and where the portion's pages stand.
    portions: Vec<(u32, Of)>,
    pages: Vec<Known>,
}

impl Roster {
    pub(super) fn portion(&mut self, of: Of) {
        self.portions.push((self.len(), of));
    }

    /// Adds a page to the portion in hand, and returns its number.
    pub(super) fn page(&mut self, site: u32, line: u64, fingerprint: u32, shingles: u32) -> u32 {
        let number = self.len();
        self.pages.push(Known {
            site,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            fingerprint,
            shingles,
        });
        number
    }

    /// How many pages there are.
    pub(crate) fn len(&self) -> u32 {
        self.pages.len() as u32
    }

    /// The number of the first page of a portion, and of the page after its last.
    pub(crate) fn of_portion(&self, portion: usize) -> (u32, u32) {
        let first = self.portions.get(portion).map_or(self.len(), |&(first, _)| first);
        let end = self.portions.get(portion + 1).map_or(self.len(), |&(first, _)| first);
        (first, end)
    }

    /// The site of a page, as a number.
    pub(crate) fn site_of(&self, page: u32) -> u32 {
        self.pages[page as usize].site
    }

    /// How many shingles a page has.
    pub(crate) fn shingles_of(&self, page: u32) -> usize {
        self.pages[page as usize].shingles as usize
    }

    /// Whether a text is the one that was first met under this number.
    pub(crate) fn is(&self, page: u32, fingerprint: u32) -> bool {
        self.pages.get(page as usize).is_some_and(|known| known.fingerprint == fingerprint)
    }

    /// What a page is called, as in the audit and in reports.
    pub(crate) fn name<S: Source>(&self, source: &S, page: u32) -> String {
        let at = self.portions.partition_point(|&(first, _)| first <= page).saturating_sub(1);
        match self.portions.get(at) {
            Some((first, Of::Entries(entry))) => source.entries()[entry + (page - first) as usize].label(),
            Some((_, Of::Shard(shard))) => format!("{}:{}", shard.label, self.pages[page as usize].line),
            _ => String::new(),
        }
    }
}
