//! The flags about what a dump says more than once.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::RepeatBlocks;
use crate::cli::size::Size;
use crate::repeat::near::Keep;

/// Flags about pages and lines that stand on more than one page.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Across the dump")]
// Flags are what they are: each is on or off.
#[allow(clippy::struct_excessive_bools)]
pub struct Dumping {
    /// Keep pages whose clean text equals another page's
    ///
    /// Two texts are equal if they are after folding: case, marks, punctuation and spaces do not count.
    #[arg(long, overrides_with = "exact")]
    pub no_exact: bool,
    #[arg(long, hide = true, overrides_with = "no_exact")]
    pub exact: bool,
    /// Drop pages this similar to one that stays; 0 is off [default: 0.8]
    ///
    /// Similarity is that of Jaccard: shingles that both clean texts have, among those that either has. Every drop is
    /// checked shingle by shingle against the page that stays.
    #[arg(long, value_name = "SHARE", overrides_with = "no_near")]
    pub near: Option<f64>,
    /// Keep pages that are similar to others
    #[arg(long, overrides_with = "near")]
    pub no_near: bool,
    /// Tokens of a shingle: words, and single characters in scripts without spaces [default: 5]
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub shingle: Option<usize>,
    /// Which of several copies stays: first, longest or cleanest [default: first]
    #[arg(long, value_parser = keep_parser(), value_name = "WHICH", hide_possible_values = true)]
    pub keep_copy: Option<Keep>,
    /// Do not look which lines stand on many pages of a site
    #[arg(long, overrides_with = "templates")]
    pub no_templates: bool,
    #[arg(long, hide = true, overrides_with = "no_templates")]
    pub templates: bool,
    /// Lines on fewer distinct articles of a site are never taken for its template [default: 2]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=16), hide_short_help = true)]
    pub template_pages: Option<u32>,
    /// Paragraphs that other articles have, too: keep, first or drop-all [default: keep]
    ///
    /// `keep` only lists them: articles quote agencies and each other. `first` keeps each in the first article that has
    /// it, `drop-all` in none. Numbers in them may differ.
    #[arg(long, value_parser = blocks_parser(), value_name = "HOW", hide_possible_values = true)]
    pub repeat_blocks: Option<RepeatBlocks>,
    /// Memory for what pages leave behind; more goes to temporary files [default: 2G]
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<Size>,
    /// Compare with the pages of earlier dumps that DIR remembers, and add those that stay
    ///
    /// DIR is made if it is not there, and changed when the run is complete. The same dump takes its own place in it.
    /// See `textsieve index`.
    #[arg(long, value_name = "DIR")]
    pub index: Option<PathBuf>,
}

impl Dumping {
    /// The threshold that was asked for; 0 if there is to be none.
    pub fn near(&self) -> Option<f64> {
        self.near.or(self.no_near.then_some(0.0))
    }
}

/// One of a flag and its opposite, if one of them was given.
pub fn switch(on: bool, off: bool) -> Option<bool> {
    match (on, off) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn keep_parser() -> impl TypedValueParser<Value = Keep> {
    PossibleValuesParser::new(["first", "longest", "cleanest"]).map(|name| match name.as_str() {
        "longest" => Keep::Longest,
        "cleanest" => Keep::Cleanest,
        _ => Keep::First,
    })
}

fn blocks_parser() -> impl TypedValueParser<Value = RepeatBlocks> {
    PossibleValuesParser::new(["keep", "first", "drop-all"]).map(|name| match name.as_str() {
        "first" => RepeatBlocks::First,
        "drop-all" => RepeatBlocks::DropAll,
        _ => RepeatBlocks::Keep,
    })
}
