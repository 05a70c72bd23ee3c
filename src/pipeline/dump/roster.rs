//! Who is who in a dump: the number, name and site of every page, in a few bytes each.
//!
//! A page's number is its place in input order, behind the pages of an index if there are such. Names are not kept but worked out: a file's from the list of entries,
//! a record's from its shard and line. Must not know what pages say.

use std::ops::Range;

use crate::hash::Hash128;
use crate::pipeline::feed::Work;
use crate::read::Source;

/// Where the pages of a portion stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// Entries from this one on.
    Entries(usize),
    /// Records of a shard, which is an entry.
    Shard(usize),
    /// It has none.
    Nothing,
}

impl Of {
    pub(super) fn work(work: &Work) -> Self {
        match work {
            Work::Pages(range) => Self::Entries(range.start),
            Work::Piece(shard, _) => Self::Shard(shard.entry),
            #[cfg(feature = "parquet")]
            Work::Rows(sheet, _) => Self::Shard(sheet.entry),
            Work::End(..) | Work::Refused(_) => Self::Nothing,
        }
    }
}

/// What is known of a page beside its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub site: u64,
    pub line: u32,
    pub fingerprint: u32,
    pub shingles: u32,
}

/// All pages of a dump.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    /// So many numbers are taken by pages that are none of the dump.
    base: u32,
    /// The first page of each portion, and where the portion's pages stand.
    portions: Vec<(u32, Of)>,
    pages: Vec<Known>,
}

impl Roster {
    /// No pages yet; so many numbers are taken.
    pub(super) fn behind(base: u32) -> Self {
        Self {
            base,
            ..Self::default()
        }
    }

    /// The place of a page among those of the dump; nothing if it is none of them.
    pub(crate) fn own(&self, page: u32) -> Option<usize> {
        page.checked_sub(self.base).map(|own| own as usize)
    }

    fn known(&self, page: u32) -> Option<&Known> {
        self.pages.get(self.own(page)?)
    }

    /// A hash of the content of the dump.
    pub(super) fn run(&self) -> u128 {
        let mut run = Hash128::default();
        self.pages
            .iter()
            .for_each(|page| run.update(&page.fingerprint.to_le_bytes()));
        run.value()
    }

    pub(super) fn portion(&mut self, of: Of) {
        self.portions.push((self.len(), of));
    }

    /// Adds a page to the portion in hand, and returns its number.
    pub(super) fn page(&mut self, site: u64, line: u64, fingerprint: u32, shingles: u32) -> u32 {
        let number = self.len();
        self.pages.push(Known {
            site,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            fingerprint,
            shingles,
        });
        number
    }

    /// The number that the next page gets.
    pub(crate) fn len(&self) -> u32 {
        self.base + self.pages.len() as u32
    }

    /// The numbers of all pages of the dump.
    pub(super) fn pages(&self) -> Range<u32> {
        self.base..self.len()
    }

    /// The number of the first page of a portion, and of the page after its last.
    pub(crate) fn of_portion(&self, portion: usize) -> (u32, u32) {
        let first = self.portions.get(portion).map_or(self.len(), |&(first, _)| first);
        let end = self.portions.get(portion + 1).map_or(self.len(), |&(first, _)| first);
        (first, end)
    }

    /// The site of a page, as a number.
    pub(crate) fn site_of(&self, page: u32) -> u64 {
        self.known(page).map_or(0, |known| known.site)
    }

    /// How many shingles a page has; nothing if it is none of the dump.
    pub(crate) fn shingles_of(&self, page: u32) -> Option<usize> {
        self.known(page).map(|known| known.shingles as usize)
    }

    /// Whether a text is the one that was first met under this number.
    pub(crate) fn is(&self, page: u32, fingerprint: u32) -> bool {
        self.known(page).is_some_and(|known| known.fingerprint == fingerprint)
    }

    /// What a page is called, as in the audit and in reports.
    pub(crate) fn name<S: Source>(&self, source: &S, page: u32) -> String {
        let at = self
            .portions
            .partition_point(|&(first, _)| first <= page)
            .saturating_sub(1);
        match self.portions.get(at) {
            Some((first, Of::Entries(entry))) => source.entries()[entry + (page - first) as usize].label(),
            Some((_, Of::Shard(shard))) => {
                let label = source.entries()[*shard].label();
                format!("{label}:{}", self.known(page).map_or(0, |known| known.line))
            }
            _ => String::new(),
        }
    }

    /// The first page of each portion, and where the portion's pages stand.
    pub(super) fn portions(&self) -> &[(u32, Of)] {
        &self.portions
    }

    /// What is known of each page.
    pub(super) fn all(&self) -> &[Known] {
        &self.pages
    }

    /// A roster of these, of a dump that begins with page 0.
    pub(super) fn restored(portions: Vec<(u32, Of)>, pages: Vec<Known>) -> Self {
        Self {
            base: 0,
            portions,
            pages,
        }
    }
}
