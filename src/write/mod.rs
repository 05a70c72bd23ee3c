//! Floor 2: files out. Atomic, durable, and never outside the output folder.
//!
//! Must not know where texts come from or why something was cut.

pub mod audit;
pub mod files;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod shard;
