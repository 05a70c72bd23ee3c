//! Cleans scraped pages when only their text is left: no HTML, no links, one line after the other.
//!
//! Given a page as text, textsieve says of every line whether it belongs to the article or to what stands around it
//! (menus, share bars, datelines, credits, lists of other articles, notices, footers, text that stands there twice),
//! and cuts the latter. Lines go or stay as a whole and in order. Every cut carries a reason from a closed list, a
//! score and the evidence.
//!
//! # Usage
//!
//! The command line is behind the feature `cli`, which is on by default. A library does without:
//!
//! ```toml
//! [dependencies]
//! textsieve = { version = "0.1", default-features = false }
//! ```
//!
//! # Example: clean a page
//!
//! A [`Cleaner`] is made once and shared between threads. It does no I/O.
//!
//! ```
//! use textsieve::{Cleaner, Options, Reason};
//!
//! let page = "\
//! Home > World > Europe
//!
//! Council approves the bridge
//!
//! 06 February 2026, 19:46
//!
//! The council met on Monday and approved the new bridge over the river after a debate of nearly five hours.
//!
//! Work begins in spring and will take two years, the mayor told reporters who had waited outside since noon.
//!
//! Share on Facebook
//! ";
//!
//! let cleaner = Cleaner::new(Options::default())?;
//! let cleaned = cleaner.clean(page);
//!
//! assert!(cleaned.text.starts_with("Council approves the bridge\n\nThe council met"));
//! let reasons: Vec<Reason> = cleaned.cuts.iter().map(|cut| cut.reason).collect();
//! assert_eq!(reasons, [Reason::SectionLabel, Reason::Dateline, Reason::Social]);
//! # Ok::<(), textsieve::lexicon::LexiconError>(())
//! ```
//!
//! # Example: keep what you need
//!
//! [`Options`] choose a [`Profile`], and single reasons to keep or to drop. What is kept is still recognised:
//! [`Cleaned::kept`] has it, with its place in [`Cleaned::page`].
//!
//! ```
//! # let page = "Home > World > Europe\n\nCouncil approves the bridge\n\n06 February 2026, 19:46\n\n\
//! #     The council met on Monday and approved the new bridge over the river after a debate of nearly five hours.\n\n\
//! #     Work begins in spring and will take two years, the mayor told reporters who had waited outside since noon.\n\n\
//! #     Share on Facebook\n";
//! use textsieve::{Cleaner, Options, Reason};
//!
//! let cleaner = Cleaner::new(Options { keep: vec![Reason::Dateline], ..Options::default() })?;
//! let cleaned = cleaner.clean(page);
//! let date = cleaned.kept.iter().find(|cut| cut.reason == Reason::Dateline).expect("the page has a date");
//! assert_eq!(&cleaned.page[date.range.clone()], "06 February 2026, 19:46");
//! # Ok::<(), textsieve::lexicon::LexiconError>(())
//! ```
//!
//! # Example: ask why
//!
//! [`Cleaner::explain`] answers for every line, also for those that stay.
//!
//! ```
//! use textsieve::{Cleaner, Options, Verdict};
//!
//! let cleaner = Cleaner::new(Options::default())?;
//! for line in cleaner.explain("It rained all day, and the river rose until the evening.\n") {
//!     assert_eq!(line.verdict, Verdict::Article);
//! }
//! # Ok::<(), textsieve::lexicon::LexiconError>(())
//! ```
//!
//! # What holds for every page
//!
//! * The lines of [`Cleaned::text`] are lines of [`Cleaned::page`], in order; the rest is in [`Cleaned::cuts`].
//! * Cutting settles: cleaning the cleaned text cuts nothing more.
//! * A page from which nothing is cut comes back byte for byte, but for damage that is repaired
//!   ([`text::normalize::repair`]), unless [`Tidy::Always`] is asked for.
//! * The same text, options and version give the same result, in any thread and in any company.
//!
//! # Many pages
//!
//! [`pipeline::run`] is what the command line runs: pages from a [`read::Source`], on all cores, written in input order
//! with an audit and numbers that add up.
//!
//! # Performance
//!
//! Make one [`Cleaner`] and keep it: the built-in lexicon is prepared once a process, on first use, which takes around a
//! tenth of a second; a cleaner with lexicons of its own prepares all of it anew. Cleaning is dominated by folding and
//! by one pass over each line's characters; it takes no locks. Beside a few copies of the text it needs up to a kilobyte
//! a line, most of it for features, so a page of very short lines takes many times its size.
//! Cleaning several pages on several threads scales with the cores, since a page depends on nothing but itself.
//!
//! # Untrusted input
//!
//! Pages are expected to be hostile. No text makes the cleaner panic, loop or take more than time and memory linear in
//! its length: repeats look at a bounded number of candidates, rounds and normalising steps are bounded, and no regular
//! expression is run on a page. Bound the length of what you hand in if you take it from others; the command line sets
//! aside pages above `--max-page`.
//!
//! Lexicon files are data too, but they decide what is cut: take them from whom you trust.
//!
//! The crate is written without `unsafe` code.

pub mod chrome;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compress;
pub mod error;
pub mod hash;
pub mod lexicon;
pub mod measure;
pub mod page;
pub mod pipeline;
pub mod read;
pub mod reason;
pub mod record;
pub mod repeat;
pub mod report;
pub mod synth;
pub mod text;
pub mod write;

pub use page::{Cut, Repeats};
pub use pipeline::cleaner::{Cleaned, Cleaner, Explained, Verdict};
pub use pipeline::options::{Options, Profile, RepeatBlocks, Tidy};
pub use reason::Reason;
