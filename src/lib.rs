//! textsieve turns dumps of scraped pages into clean text when only the text is left.

pub mod chrome;
#[cfg(feature = "cli")]
pub mod cli;
pub mod error;
pub mod hash;
pub mod lexicon;
pub mod page;
pub mod pipeline;
pub mod read;
pub mod reason;
pub mod repeat;
pub mod report;
pub mod text;
pub mod write;

pub use page::{Cut, Repeats};
pub use pipeline::cleaner::{Cleaned, Cleaner, Explained, Verdict};
pub use pipeline::options::{Options, Profile, Tidy};
pub use reason::Reason;
