//! Floor 3: from settings to a finished run.

mod batch;
mod checkpoint;
pub mod cleaner;
pub mod dump;
mod emit;
mod feed;
mod fields;
pub mod journal;
pub mod judge;
pub mod options;
mod order;
mod outgoing;
pub mod outputs;
pub mod plan;
mod records;
pub mod refuse;
#[cfg(feature = "parquet")]
mod rows;
pub mod run;
pub mod sample;
mod series;
mod site;
pub mod stats;
mod worker;
