//! Floor 2: what stands elsewhere. Repeats inside one page.
//!
//! Knows pages; must not know what chrome is, nor files.

pub mod shingle;
pub mod within;
