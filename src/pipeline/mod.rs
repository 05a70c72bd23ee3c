//! Floor 3: from settings to a finished run.

mod batch;
mod checkpoint;
pub mod cleaner;
pub mod dump;
mod emit;
mod feed;
pub mod journal;
pub mod judge;
pub mod options;
mod order;
pub mod outputs;
pub mod plan;
mod records;
#[cfg(feature = "parquet")]
mod rows;
pub mod run;
pub mod sample;
mod shard_out;
mod site;
pub mod stats;
mod worker;
