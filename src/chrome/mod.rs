//! Floor 2: what a block is. Judges the blocks of one page by shape, context and lexicon.
//!
//! Knows pages and the lexicon; must not know files, nor how it is found what stands elsewhere: it is told.

pub mod context;
pub mod elsewhere;
pub mod facts;
pub mod features;
pub mod forest;
pub mod hints;
pub mod judge;
pub mod rules;
pub mod runs;
pub mod score;
pub mod segments;
pub mod shape;
pub mod stems;
pub mod survey;
mod tally;
pub mod units;
