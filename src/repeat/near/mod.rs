//! Pages that say the same, or nearly: from clean texts to which page is a copy of which.
//!
//! Similarity is the field's: Jaccard of the sets of 5-token shingles of the folded text. The way of a dump:
//!
//! 1. [`Sketch::of`] makes a page's sketch; [`Sketches`] keeps those of all pages, in memory or in a temporary file.
//! 2. [`candidates`] groups equal texts and proposes pairs whose sketches look alike.
//! 3. [`Rounds`] say which pages to read again, and a [`Sweep`] over them verifies every pair by its full sets.
//! 4. [`clusters`] decides what is dropped as a copy of what.
//!
//! Sketches only propose: what is dropped is exactly equal, or verified to be at the threshold to the very page that
//! is kept. Nothing depends on threads or on how much memory there is.
//!
//! Pages are numbers in input order. Must not know chrome, files of the dump, or how a text was cleaned.

mod candidates;
mod cluster;
mod codec;
mod letters;
mod order;
mod shingles;
mod signature;
mod sketch;
mod sketches;
mod verify;
mod words;

pub use candidates::{Edge, Exact, Found, candidates};
pub use cluster::{Duplicate, Kind, clusters};
pub use order::{Keep, Order};
pub use shingles::{SHINGLE_TOKENS, Shingles};
pub use signature::{BINS, Signature};
pub use sketch::Sketch;
pub use sketches::Sketches;
pub use verify::{Round, Rounds, Sweep, Verified};
