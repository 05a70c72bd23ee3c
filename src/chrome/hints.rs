//! What the lexicon says of each block: which phrases fired, counted by family.
//!
//! Knows the lexicon's answers; must not decide anything.

use crate::chrome::shape::Shape;
use crate::lexicon::dates::DateShape;
use crate::lexicon::{Hit, Lexicon, Phrase, Strength};
use crate::page::Page;
use crate::reason::{Family, Reason};

/// Groups of hints, one feature each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Group {
    /// Menus, search, pagination.
    Navigation,
    /// Share bars, counters.
    Social,
    /// Credits, placeholders, bylines, tags, sources.
    Credit,
    /// Headers of lists of other articles.
    Related,
    /// Comment sections.
    Comments,
    /// Newsletter, paywall, adverts, donations.
    Promotion,
    /// Consent, copyright, disclaimers, contact.
    Legal,
    /// Players, widgets, system messages.
    Residue,
}

impl Group {
    /// How many there are.
    pub const COUNT: usize = 8;

    fn of(reason: Reason) -> Self {
        match reason.family() {
            Family::Navigation => Self::Navigation,
            Family::Social => Self::Social,
            Family::Metadata => Self::Credit,
            Family::Related => Self::Related,
            Family::Comments => Self::Comments,
            Family::Promotion => Self::Promotion,
            Family::Legal | Family::Footer => Self::Legal,
            Family::Residue | Family::Repeat | Family::Place => Self::Residue,
        }
    }
}

/// The lexicon's answers for a page.
#[derive(Debug)]
pub struct Hints {
    hits: Vec<Hit>,
    bounds: Vec<usize>,
    /// Hits of each block by group.
    pub counts: Vec<[u8; Group::COUNT]>,
    /// Whether a sure phrase fired on each block.
    pub sure: Vec<bool>,
    /// The date shape of each block.
    pub dates: Vec<DateShape>,
}

impl Hints {
    /// Asks the lexicon about every block.
    #[must_use]
    pub fn of(page: &Page<'_>, shapes: &[Shape], lexicon: &Lexicon) -> Self {
        let n = page.len();
        let mut hints = Self {
            hits: Vec::new(),
            bounds: vec![0],
            counts: Vec::with_capacity(n),
            sure: Vec::with_capacity(n),
            dates: Vec::with_capacity(n),
        };
        for i in 0..n {
            let shape = &shapes[i];
            let from = hints.hits.len();
            lexicon.hits(
                page.block(i),
                page.folded(i),
                shape.words() as usize,
                shape.terminal(),
                &mut hints.hits,
            );
            let mut counts = [0u8; Group::COUNT];
            let mut sure = false;
            for &hit in &hints.hits[from..] {
                let phrase = lexicon.phrase(hit);
                let group = &mut counts[Group::of(phrase.reason) as usize];
                *group = group.saturating_add(1);
                sure |= phrase.strength == Strength::Sure;
            }
            hints.sure.push(sure);
            hints.counts.push(counts);
            hints.bounds.push(hints.hits.len());
            hints.dates.push(date_shape(page, i, shape, lexicon));
        }
        hints
    }

    /// The hints of the blocks that stay.
    #[must_use]
    pub fn without(&self, gone: &[bool]) -> Self {
        let mut kept = Self {
            hits: Vec::new(),
            bounds: vec![0],
            counts: Vec::new(),
            sure: Vec::new(),
            dates: Vec::new(),
        };
        for i in (0..self.counts.len()).filter(|&i| !gone[i]) {
            kept.hits
                .extend_from_slice(&self.hits[self.bounds[i]..self.bounds[i + 1]]);
            kept.bounds.push(kept.hits.len());
            kept.counts.push(self.counts[i]);
            kept.sure.push(self.sure[i]);
            kept.dates.push(self.dates[i]);
        }
        kept
    }

    /// The phrases that fired on block `i`.
    pub fn phrases<'l>(&self, i: usize, lexicon: &'l Lexicon) -> impl Iterator<Item = &'l Phrase> {
        self.hits[self.bounds[i]..self.bounds[i + 1]]
            .iter()
            .map(move |&hit| lexicon.phrase(hit))
    }

    /// The hits on block `i`, each with its phrase.
    pub fn hits<'l>(&self, i: usize, lexicon: &'l Lexicon) -> impl Iterator<Item = (Hit, &'l Phrase)> {
        self.hits[self.bounds[i]..self.bounds[i + 1]]
            .iter()
            .map(move |&hit| (hit, lexicon.phrase(hit)))
    }

    /// The first sure phrase that fired on block `i`.
    #[must_use]
    pub fn sure_phrase<'l>(&self, i: usize, lexicon: &'l Lexicon) -> Option<&'l Phrase> {
        self.phrases(i, lexicon).find(|p| p.strength == Strength::Sure)
    }

    /// Whether a phrase of this reason fired on block `i`.
    #[must_use]
    pub fn has(&self, i: usize, reason: Reason, lexicon: &Lexicon) -> bool {
        self.phrases(i, lexicon).any(|p| p.reason == reason)
    }
}

/// Only short blocks with a digit or few words can be date lines; the rest need no look.
fn date_shape(page: &Page<'_>, i: usize, shape: &Shape, lexicon: &Lexicon) -> DateShape {
    if shape.words() > 24.0 || (shape.digits == 0 && shape.words() > 4.0) {
        return DateShape::default();
    }
    lexicon.dates().shape(page.block(i), page.folded(i))
}
