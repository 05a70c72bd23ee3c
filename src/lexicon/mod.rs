//! Floor 1: the lexicon. Phrases that sites print, in many languages, and the words of date lines.
//!
//! Knows reasons and folded text; must not know pages or decide anything. A hit is evidence.

pub mod dates;
pub mod load;
mod phrases;
mod word_starts;

use std::sync::{Arc, LazyLock};

use rayon::prelude::*;

pub use load::{LexiconError, Match, Strength, Where};
pub use phrases::{Hit, Phrase};

use dates::DateWords;
use phrases::Phrases;

/// All phrases and date words, folded and ready to match.
#[derive(Debug, Clone)]
pub struct Lexicon {
    phrases: Phrases,
    dates: DateWords,
}

static BUILT_IN: LazyLock<Arc<Lexicon>> = LazyLock::new(|| {
    // The files are compiled in and a test parses each, so a failure here is a broken build.
    Arc::new(Lexicon::with_files(&[]).expect("the built-in lexicon parses"))
});

impl Lexicon {
    /// The lexicon that comes with textsieve.
    #[must_use]
    pub fn built_in() -> &'static Arc<Self> {
        &BUILT_IN
    }

    /// The built-in lexicon and the user's files (name, text). A user's phrase replaces a built-in
    /// one of the same reason and match; `strength = "off"` switches it off.
    ///
    /// # Errors
    ///
    /// A file that is not a lexicon: not TOML, an unknown key, an unknown reason.
    pub fn with_files(user: &[(String, String)]) -> Result<Self, LexiconError> {
        // Two megabytes of TOML: parsed on all cores, it is half of what a start costs.
        let mut files = load::BUILT_IN
            .par_iter()
            .map(|(lang, text)| load::parse(lang, text))
            .collect::<Result<Vec<_>, _>>()?;
        for (name, text) in user {
            files.push(load::parse(name, text)?);
        }
        let mut dates = DateWords::default();
        for file in &files {
            dates.add(&file.dates);
        }
        Ok(Self {
            phrases: Phrases::new(&files, load::BUILT_IN.len()),
            dates,
        })
    }

    /// Every phrase that fires on a line, in the order found. `folded` is the fold of `raw`.
    pub fn hits(&self, raw: &str, folded: &str, words: usize, ends_sentence: bool, out: &mut Vec<Hit>) {
        self.phrases.hits(raw, folded, words, ends_sentence, out);
    }

    /// A phrase by the index in a [`Hit`].
    #[must_use]
    pub fn phrase(&self, hit: Hit) -> &Phrase {
        self.phrases.get(hit)
    }

    /// The words of date lines.
    #[must_use]
    pub fn dates(&self) -> &DateWords {
        &self.dates
    }

    /// How many phrases are active.
    #[must_use]
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Whether there is no phrase at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The codes of the built-in languages.
    #[must_use]
    pub fn languages() -> Vec<&'static str> {
        load::BUILT_IN.iter().map(|&(lang, _)| lang).collect()
    }
}
