//! Floor 2: what stands elsewhere. Repeats inside one page, and pages that say the same.
//!
//! Knows pages; must not know what chrome is, nor files.

pub mod near;
pub mod shingle;
pub mod within;
