//! textsieve turns dumps of scraped pages into clean text when only the text is left.

pub mod chrome;
pub mod hash;
pub mod lexicon;
pub mod page;
pub mod pipeline;
pub mod reason;
pub mod repeat;
pub mod text;

pub use page::{Cut, Repeats};
pub use pipeline::cleaner::{Cleaned, Cleaner, Explained, Verdict};
pub use pipeline::options::{Options, Profile, Tidy};
pub use reason::Reason;
