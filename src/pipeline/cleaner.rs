//! One page in, one page out: the library's call. No I/O.

use crate::lexicon::{Lexicon, LexiconError};
use crate::page::Cut;
use crate::pipeline::options::Options;

/// Cleans pages. Make one and share it between threads.
///
/// ```
/// use textsieve::{Cleaner, Options};
///
/// let cleaner = Cleaner::new(Options::default())?;
/// let cleaned = cleaner.clean("A line of an article stays as it is.\n");
/// assert_eq!(cleaned.text, "A line of an article stays as it is.\n");
/// assert!(cleaned.cuts.is_empty());
/// # Ok::<(), textsieve::lexicon::LexiconError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cleaner {
    #[allow(dead_code)]
    options: Options,
    #[allow(dead_code)]
    lexicon: Lexicon,
}

/// A cleaned page.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaned {
    /// The clean text.
    pub text: String,
    /// The normalised page that `cuts` and `kept` point into.
    pub page: String,
    /// What was cut, in the order of the page, without overlap.
    pub cuts: Vec<Cut>,
    /// What was recognised but stays, because of the profile or of `keep`.
    pub kept: Vec<Cut>,
    /// Something that looked like chrome stayed because cutting it would have taken too much of the article.
    pub flagged: bool,
}

/// One line of [`Cleaner::explain`].
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Line number in the normalised page, from 1.
    pub line: usize,
    /// The line's text.
    pub text: String,
    /// How likely the line belongs to the article, 0 to 1.
    pub score: f32,
    /// The cut, or the recognised class that stays.
    pub verdict: Verdict,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Part of the article.
    Article,
    /// Recognised, but kept by the profile or by `keep`.
    Kept(Cut),
    /// Gone.
    Cut(Cut),
}

impl Cleaner {
    /// Prepares the lexicon.
    ///
    /// # Errors
    ///
    /// A lexicon of the user's is not one.
    pub fn new(options: Options) -> Result<Self, LexiconError> {
        let lexicon = if options.lexicons.is_empty() {
            Lexicon::built_in().clone()
        } else {
            Lexicon::with_files(&options.lexicons)?
        };
        Ok(Self { options, lexicon })
    }

    /// Cleans one page.
    #[must_use]
    pub fn clean(&self, text: &str) -> Cleaned {
        Cleaned { text: text.to_owned(), page: text.to_owned(), cuts: Vec::new(), kept: Vec::new(), flagged: false }
    }

    /// Cleans one page and says of every line what became of it and why.
    #[must_use]
    pub fn explain(&self, text: &str) -> Vec<Explained> {
        let _ = text;
        Vec::new()
    }
}
