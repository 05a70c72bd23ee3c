//! Hard evidence: rules that look at one block in its place and say what it is.
//!
//! A rule returns a finding or nothing; it never cuts. Each rule is one function named after its reason.
//! Must not know the threshold or the profile.

pub(super) mod footer;
mod metadata;
mod navigation;
mod phrases;

use std::borrow::Cow;

use crate::chrome::context::{Context, Run};
use crate::chrome::hints::Hints;
use crate::chrome::shape::Shape;
use crate::lexicon::{Hit, Lexicon};
use crate::page::Page;
use crate::reason::Reason;

/// How much a finding proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Names the block if the score lets it go.
    Likely,
    /// Cuts on a page that holds other chrome beyond doubt.
    Supported,
    /// Cuts by itself, unless it is one line that is a trifle in a long page.
    Sure,
}

/// What a rule saw; put into words only for cuts that are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Evidence {
    /// A shape or a place.
    Seen(&'static str),
    /// A shape, and a number of words or names.
    Counted(&'static str, usize),
    /// A phrase of the lexicon.
    Phrase(Hit),
    /// A shape, and the phrase of the lexicon in it.
    SeenWith(&'static str, Hit),
    /// The score and the page's threshold.
    Score(f32, f32),
    /// How much of it is links, in percent.
    Links(u8),
    /// What other pages say; who asked them has the words.
    Elsewhere,
}

impl From<&'static str> for Evidence {
    fn from(seen: &'static str) -> Self {
        Self::Seen(seen)
    }
}

impl Evidence {
    /// The evidence in words.
    #[must_use]
    pub fn describe(self, lexicon: &Lexicon) -> Cow<'static, str> {
        match self {
            Self::Seen(seen) => seen.into(),
            Self::Counted(seen, n) => format!("{seen} ({n})").into(),
            Self::Phrase(hit) => {
                let phrase = lexicon.phrase(hit);
                format!("phrase `{}` ({})", phrase.text, phrase.id()).into()
            }
            Self::SeenWith(seen, hit) => format!("{seen} ({})", lexicon.phrase(hit).id()).into(),
            Self::Links(share) => format!("{share} % of it is links").into(),
            Self::Elsewhere => "on other pages of the site".into(),
            Self::Score(score, t) => format!("score {score:.3} is below the page's threshold {t:.2}").into(),
        }
    }
}

/// What a rule found about a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// What the block is.
    pub reason: Reason,
    /// How sure that is.
    pub proof: Proof,
    /// What was seen.
    pub evidence: Evidence,
}

impl Finding {
    /// A finding that cuts by itself.
    pub fn sure(reason: Reason, evidence: impl Into<Evidence>) -> Self {
        Self {
            reason,
            proof: Proof::Sure,
            evidence: evidence.into(),
        }
    }

    /// A finding that cuts where there is other chrome.
    pub fn supported(reason: Reason, evidence: impl Into<Evidence>) -> Self {
        Self {
            reason,
            proof: Proof::Supported,
            evidence: evidence.into(),
        }
    }

    /// A finding that names a block which the score lets go.
    pub fn likely(reason: Reason, evidence: impl Into<Evidence>) -> Self {
        Self {
            reason,
            proof: Proof::Likely,
            evidence: evidence.into(),
        }
    }
}

/// Where a block stands relative to the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before its first long sentence.
    Head,
    /// Between its first and its last long sentence.
    Inside,
    /// After its last long sentence.
    Tail,
}

/// Everything a rule may look at.
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    /// The page.
    pub page: &'v Page<'v>,
    /// Its context.
    pub context: &'v Context<'v>,
    /// What the lexicon says.
    pub hints: &'v Hints,
    /// The lexicon.
    pub lexicon: &'v Lexicon,
    /// From the first to the last long sentence of the article.
    pub extent: Run,
    /// The article's headline.
    pub headline: Option<usize>,
    /// Words of the headline, folded.
    pub headline_words: usize,
    /// How many blocks of the page are bare addresses.
    pub addresses: usize,
    /// Probability of each block to be part of the article.
    pub scores: &'v [f32],
}

impl<'v> View<'v> {
    /// Block `i`'s shape.
    #[must_use]
    pub fn shape(&self, i: usize) -> &'v Shape {
        &self.context.shapes[i]
    }

    /// Block `i`'s words.
    #[must_use]
    pub fn words(&self, i: usize) -> f32 {
        self.context.words[i]
    }

    /// Where block `i` stands.
    #[must_use]
    pub fn place(&self, i: usize) -> Place {
        if self.extent.is_empty() || i >= self.extent.end {
            Place::Tail
        } else if i < self.extent.start {
            Place::Head
        } else {
            Place::Inside
        }
    }

    /// Whether the page has an article at all: without one nothing is before or after it.
    #[must_use]
    pub fn has_article(&self) -> bool {
        !self.extent.is_empty()
    }

    /// Whether block `i` is a date or time right before prose, inside the article.
    #[must_use]
    pub fn opens_chapter(&self, i: usize) -> bool {
        let next = i + 1;
        self.hints.dates[i].whole
            && next < self.context.len()
            && (self.context.long[next] || self.shape(next).terminal())
    }

    /// Whether date lines inside the article open its chapters: a timeline, a live report.
    #[must_use]
    pub fn is_timeline(&self) -> bool {
        (self.extent.start..self.extent.end)
            .filter(|&j| self.opens_chapter(j))
            .take(2)
            .count()
            == 2
    }

    /// Whether block `i` is outside the article and the page has one.
    #[must_use]
    pub fn outside(&self, i: usize) -> bool {
        self.has_article() && self.place(i) != Place::Inside
    }
}

type Rule = fn(&View<'_>, usize) -> Option<Finding>;

/// All rules; of several findings the surest counts, of equals the first.
const RULES: &[Rule] = &[
    footer::separator,
    footer::source_link,
    footer::empty_slots,
    metadata::image_placeholder,
    footer::syndication_footer,
    metadata::dateline,
    metadata::media_credit,
    metadata::source_date,
    metadata::tags,
    metadata::byline,
    navigation::nav_soup,
    navigation::pagination,
    navigation::counter,
    navigation::social_handle,
    navigation::language_switcher,
    footer::error_report,
    footer::contact,
    footer::copyright,
    footer::player,
    footer::code_residue,
    phrases::phrase,
    navigation::section_label,
];

/// What the rules say of block `i`.
#[must_use]
pub fn examine(view: &View<'_>, i: usize) -> Option<Finding> {
    let mut best: Option<Finding> = None;
    for rule in RULES {
        if let Some(finding) = rule(view, i) {
            if finding.proof == Proof::Sure {
                return Some(finding);
            }
            if best.as_ref().is_none_or(|b| b.proof < finding.proof) {
                best = Some(finding);
            }
        }
    }
    best
}
