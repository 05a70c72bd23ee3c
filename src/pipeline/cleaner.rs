//! One page in, one page out: the library's call. No I/O.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use crate::chrome::elsewhere::Elsewhere;
use crate::chrome::facts::Facts;
use crate::chrome::features::Features;
use crate::chrome::judge::{Judgement, Policy, judge};
use crate::chrome::rules::{Evidence, Finding, Proof};
use crate::chrome::score::{self, Scorer, Weight};
use crate::chrome::survey::Survey;
use crate::lexicon::{Lexicon, LexiconError};
use crate::page::{Cut, Page, apply};
use crate::pipeline::options::{Options, Profile, RepeatBlocks, Tidy};
use crate::reason::Reason;
use crate::repeat::lines::{LineEvidence, Strength};
use crate::repeat::within;
use crate::text::links::{LinkShares, Marked};
use crate::text::normalize::Normal;

/// Judging a page again without what was cut finds a little more on some pages. The rounds go on until
/// nothing changes, so that a cleaned page is clean; the bound is for hostile pages.
const MOST_ROUNDS: usize = 64;

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
    options: Options,
    policy: Policy,
    lexicon: Arc<Lexicon>,
    scorer: Arc<dyn Scorer>,
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
    /// The features that moved the score most, the strongest first; at most three.
    pub weights: Vec<Weight>,
    /// The cut, or the recognised class that stays.
    pub verdict: Verdict,
}

/// So many features are named for each line.
const WEIGHTS: usize = 3;

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
        let scorer: Arc<dyn Scorer> = score::built_in().clone();
        Self::with_scorer(options, scorer)
    }

    /// The same with a scorer other than the built-in one.
    ///
    /// # Errors
    ///
    /// A lexicon of the user's is not one.
    pub fn with_scorer(options: Options, scorer: Arc<dyn Scorer>) -> Result<Self, LexiconError> {
        let lexicon = if options.lexicons.is_empty() {
            Arc::clone(Lexicon::built_in())
        } else {
            Arc::new(Lexicon::with_files(&options.lexicons)?)
        };
        let policy = policy(options.profile);
        Ok(Self {
            options,
            policy,
            lexicon,
            scorer,
        })
    }

    /// Cleans one page: a text, or what was made of HTML, whose links are evidence then.
    ///
    /// ```
    /// use textsieve::text::html::render;
    /// use textsieve::{Cleaner, Options};
    ///
    /// let page = render("<p>A line of an article stays, <a href=/b>links</a> or not.</p>");
    /// let cleaned = Cleaner::new(Options::default())?.clean(&page);
    /// assert_eq!(cleaned.text, "A line of an article stays, links or not.\n");
    /// # Ok::<(), textsieve::lexicon::LexiconError>(())
    /// ```
    #[must_use]
    pub fn clean<'p>(&self, page: impl Into<Marked<'p>>) -> Cleaned {
        let page = page.into();
        if self.is_idle() {
            return self.normalised(page.text);
        }
        let alone = |_: &Page<'_>| Ok::<_, Infallible>(Vec::new());
        let Ok(cleaned) = self.clean_in(page, alone);
        cleaned
    }

    /// Whether nothing is cut from a page by itself.
    pub(super) fn is_idle(&self) -> bool {
        !self.options.chrome && !self.options.repeats
    }

    fn normalised(&self, text: &str) -> Cleaned {
        let normal = Normal::of(text);
        Cleaned {
            text: match self.options.tidy {
                Tidy::Auto => normal.repaired(),
                Tidy::Always => normal.tidied(),
            }
            .to_owned(),
            page: normal.tidied().to_owned(),
            cuts: Vec::new(),
            kept: Vec::new(),
            flagged: false,
        }
    }

    /// Cleans one page of a dump. `elsewhere` is asked once, before the page is judged, what other pages say of its
    /// lines; no answer at all (an empty list) is as good as [`Cleaner::clean`].
    ///
    /// # Errors
    ///
    /// `elsewhere` failed.
    pub fn clean_in<'p, E>(
        &self,
        page: impl Into<Marked<'p>>,
        elsewhere: impl FnOnce(&Page<'_>) -> Result<Vec<Option<LineEvidence>>, E>,
    ) -> Result<Cleaned, E> {
        let Marked { text, links } = page.into();
        let normal = Normal::of(text);
        let page = Page::new(normal.tidied());
        let decision = self.decide(&page, &self.links(links, text, &normal), elsewhere(&page)?);
        let text = if decision.cuts.is_empty() && self.options.tidy == Tidy::Auto {
            normal.repaired().to_owned()
        } else {
            apply(&page, &decision.cuts)
        };
        Ok(Cleaned {
            text,
            page: normal.tidied().to_owned(),
            cuts: decision.cuts,
            kept: decision.kept,
            flagged: decision.flagged,
        })
    }

    /// Cleans one page and says of every line what became of it and why.
    #[must_use]
    pub fn explain<'p>(&self, page: impl Into<Marked<'p>>) -> Vec<Explained> {
        let Marked { text, links } = page.into();
        let normal = Normal::of(text);
        let page = Page::new(normal.tidied());
        let decision = self.decide(&page, &self.links(links, text, &normal), Vec::new());
        let verdict = |line: usize| {
            let at = |cuts: &[Cut]| {
                cuts.binary_search_by_key(&line, |c| c.line)
                    .ok()
                    .map(|i| cuts[i].clone())
            };
            match (at(&decision.cuts), at(&decision.kept)) {
                (Some(cut), _) => Verdict::Cut(cut),
                (None, Some(cut)) => Verdict::Kept(cut),
                (None, None) => Verdict::Article,
            }
        };
        let facts = Facts::of(&page, &self.lexicon);
        let features = Features::of(&facts, &Survey::of(&page, &facts));
        page.blocks()
            .iter()
            .zip(&decision.scores)
            .enumerate()
            .map(|(i, (block, &score))| Explained {
                line: block.line,
                text: normal.tidied()[block.range.clone()].to_owned(),
                score,
                weights: score::weights(&*self.scorer, &features, i, WEIGHTS),
                verdict: verdict(block.line),
            })
            .collect()
    }

    /// How much of each block is links, as far as the judge is to know.
    fn links(&self, links: &LinkShares, text: &str, normal: &Normal<'_>) -> Vec<u8> {
        if self.options.chrome {
            links.left(text, normal)
        } else {
            Vec::new()
        }
    }

    fn decide(&self, page: &Page<'_>, links: &[u8], mut lines: Vec<Option<LineEvidence>>) -> Decision {
        let mut decision = Decision::default();
        if self.is_idle() && lines.is_empty() {
            return decision;
        }
        let mut facts = self
            .options
            .chrome
            .then(|| Facts::of(page, &self.lexicon).with_links(links));
        let mut page = Cow::Borrowed(page);
        for round in 0..MOST_ROUNDS {
            if page.is_empty() {
                break;
            }
            let elsewhere: Vec<Elsewhere> = lines.iter().map(|line| self.weigh(line.as_ref())).collect();
            let judgement = match &facts {
                Some(facts) => judge(&page, facts, &elsewhere, &self.lexicon, &*self.scorer, &self.policy),
                None => Judgement::unjudged(page.len(), &elsewhere),
            };
            let gone = self.round(&page, &judgement, &lines, round == 0, &mut decision);
            if round == 0 {
                decision.scores.clone_from(&judgement.scores);
                decision.flagged = judgement.overruled;
            }
            if !gone.contains(&true) {
                break;
            }
            facts = facts.map(|facts| facts.without(&gone));
            let mut stays = gone.iter().map(|gone| !gone);
            lines.retain(|_| stays.next().unwrap_or(true));
            page = Cow::Owned(page.without(&gone));
        }
        decision.cuts.sort_by_key(|cut| cut.range.start);
        decision.kept.sort_by_key(|cut| cut.range.start);
        decision.kept.retain(|kept| {
            decision
                .cuts
                .binary_search_by_key(&kept.range.start, |c| c.range.start)
                .is_err()
        });
        decision
    }

    /// What the judge is told of a line; nothing if templates stay.
    fn weigh(&self, line: Option<&LineEvidence>) -> Elsewhere {
        match line.map(|line| line.strength) {
            Some(Strength::Sure) if self.options.cuts(Reason::Template) => Elsewhere::Proves,
            Some(Strength::Supporting) if self.options.cuts(Reason::Template) => Elsewhere::Supports,
            _ => Elsewhere::None,
        }
    }

    /// Whether a sentence goes because other articles have it.
    fn drops(&self, line: &LineEvidence) -> bool {
        match self.options.repeat_blocks {
            RepeatBlocks::Keep => false,
            RepeatBlocks::First => !line.first,
            RepeatBlocks::DropAll => true,
        }
    }

    /// Adds the cuts of one round and says which blocks are gone.
    fn round(
        &self,
        page: &Page<'_>,
        judgement: &Judgement,
        lines: &[Option<LineEvidence>],
        first: bool,
        decision: &mut Decision,
    ) -> Vec<bool> {
        let goes = |f: &Option<Finding>| f.as_ref().is_some_and(|f| self.options.cuts(f.reason));
        let mut gone: Vec<bool> = judgement.verdicts.iter().map(goes).collect();
        let mut repeated = vec![None; page.len()];
        let placement: Vec<f32> = judgement
            .scores
            .iter()
            .zip(&gone)
            .map(|(&s, &g)| if g { -1.0 } else { s })
            .collect();
        let repeats = if self.options.repeats {
            within::repeats(page, judgement.headline, &placement)
        } else {
            Vec::new()
        };
        for repeat in repeats {
            // What it repeats must stay, or both copies would vanish; alone it proves nothing on a clean page.
            let proven = judgement.dirty || !repeat.alone;
            if proven && !gone[repeat.of] && self.options.cuts(repeat.reason) {
                repeated[repeat.block] = Some(repeat);
            }
        }
        let cut = |i: usize, finding: &Finding| cut(page, i, judgement, finding, &self.lexicon, lines);
        for i in 0..page.len() {
            let (verdict, noted) = (&judgement.verdicts[i], &judgement.noted[i]);
            if let (None, Some(line)) = (verdict, across(lines, i)) {
                let also = across_pages(page, i, line);
                if self.drops(line) {
                    gone[i] = true;
                    decision.cuts.push(also);
                    continue;
                } else if first && repeated[i].is_none() {
                    decision.kept.push(also);
                    continue;
                }
            }
            match (&repeated[i], verdict) {
                (Some(repeat), None) => {
                    gone[i] = true;
                    decision.cuts.push(repeat.cut(page));
                }
                (Some(repeat), Some(finding)) if finding.proof != Proof::Sure => {
                    gone[i] = true;
                    decision.cuts.push(repeat.cut(page));
                }
                (_, Some(finding)) if gone[i] => decision.cuts.push(cut(i, finding)),
                (_, Some(finding)) if first => decision.kept.push(cut(i, finding)),
                (_, None) if first => {
                    if let Some(finding) = noted {
                        decision.kept.push(cut(i, finding));
                    }
                }
                _ => {}
            }
        }
        gone
    }
}

/// What a page's judges decided, before anything is applied.
#[derive(Debug, Default)]
struct Decision {
    cuts: Vec<Cut>,
    kept: Vec<Cut>,
    scores: Vec<f32>,
    flagged: bool,
}

/// A sentence that other articles have, too.
fn across(lines: &[Option<LineEvidence>], i: usize) -> Option<&LineEvidence> {
    lines.get(i)?.as_ref().filter(|line| line.strength == Strength::Listed)
}

fn across_pages(page: &Page<'_>, i: usize, line: &LineEvidence) -> Cut {
    let block = &page.blocks()[i];
    Cut {
        range: block.range.clone(),
        line: block.line,
        reason: Reason::RepeatedAcrossPages,
        score: 1.0,
        evidence: line.describe().into(),
        repeats: None,
    }
}

fn cut(
    page: &Page<'_>,
    i: usize,
    judgement: &Judgement,
    finding: &Finding,
    lexicon: &Lexicon,
    lines: &[Option<LineEvidence>],
) -> Cut {
    let block = &page.blocks()[i];
    let score = if finding.proof > Proof::Likely {
        1.0
    } else {
        1.0 - judgement.scores[i]
    };
    Cut {
        range: block.range.clone(),
        line: block.line,
        reason: finding.reason,
        score,
        evidence: match (finding.evidence, lines.get(i)) {
            (Evidence::Elsewhere, Some(Some(line))) => line.describe().into(),
            (evidence, _) => evidence.describe(lexicon),
        },
        repeats: None,
    }
}

/// Presets; figures on the development pages are in `data/model/README.md`.
fn policy(profile: Profile) -> Policy {
    let balanced = Policy {
        by_score: true,
        lean: 0.8,
        inside: 0.3,
        gate: 0.02,
        least_share: 0.02,
    };
    match profile {
        Profile::Careful => Policy {
            by_score: false,
            ..balanced
        },
        Profile::Balanced => balanced,
        Profile::Thorough => Policy {
            lean: 1.2,
            gate: 0.08,
            least_share: 0.0,
            ..balanced
        },
    }
}
