//! What is known of each block by itself: shape, stems, what the lexicon says, and of HTML how much of it is links.
//! Computed once a page.
//!
//! The judge looks at a page again without what it cut; these facts stay true then.

use crate::chrome::hints::Hints;
use crate::chrome::shape::Shape;
use crate::chrome::stems::Stems;
use crate::lexicon::Lexicon;
use crate::page::Page;

/// The facts of a page's blocks, in order.
#[derive(Debug)]
pub struct Facts {
    /// The shape of each block.
    pub shapes: Vec<Shape>,
    /// The stems of each block.
    pub stems: Stems,
    /// What the lexicon says of each block.
    pub hints: Hints,
    /// How much of each block is links, in percent; empty if nobody knows.
    pub links: Vec<u8>,
}

impl Facts {
    /// Looks at every block.
    #[must_use]
    pub fn of(page: &Page<'_>, lexicon: &Lexicon) -> Self {
        let shapes: Vec<Shape> = (0..page.len()).map(|i| Shape::of(page.block(i))).collect();
        Self {
            stems: Stems::of(page),
            hints: Hints::of(page, &shapes, lexicon),
            shapes,
            links: Vec::new(),
        }
    }

    /// With how much of each block is links, in percent. Shares that are not as many as the blocks are of other blocks, and
    /// say nothing.
    #[must_use]
    pub fn with_links(mut self, shares: &[u8]) -> Self {
        if shares.len() == self.shapes.len() {
            self.links = shares.to_vec();
        }
        self
    }

    /// The facts of the blocks that stay.
    #[must_use]
    pub fn without(&self, gone: &[bool]) -> Self {
        let shapes = self
            .shapes
            .iter()
            .zip(gone)
            .filter(|&(_, &g)| !g)
            .map(|(s, _)| s.clone())
            .collect();
        Self {
            shapes,
            stems: self.stems.without(gone),
            hints: self.hints.without(gone),
            links: self
                .links
                .iter()
                .zip(gone)
                .filter(|&(_, &g)| !g)
                .map(|(&l, _)| l)
                .collect(),
        }
    }
}
