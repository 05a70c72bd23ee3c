//! Floor 3: from settings to a finished run.

pub mod cleaner;
mod emit;
mod feed;
pub mod journal;
pub mod options;
pub mod plan;
mod records;
pub mod run;
mod site;
pub mod stats;
mod worker;
