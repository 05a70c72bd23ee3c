//! Floor 3: from settings to a finished run.

pub mod cleaner;
pub mod journal;
pub mod options;
pub mod plan;
pub mod run;
pub mod stats;
mod worker;
