//! Floor 2: what stands elsewhere. Repeats inside one page, pages that say the same, and lines that stand on many.
//!
//! Knows pages; must not know what chrome is, nor the files that pages come from.

pub mod index;
pub mod lines;
pub mod near;
pub mod overflow;
pub mod shingle;
pub mod spill;
pub mod within;
