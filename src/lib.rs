//! textsieve turns dumps of scraped pages into clean text when only the text is left.
pub mod text;
