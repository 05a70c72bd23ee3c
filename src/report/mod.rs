//! Floor 4: run data as something to read. Must not know terminals.

pub mod diagnosis;
pub mod planted;
pub mod scores;
pub mod summary;
