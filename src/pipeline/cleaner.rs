//! One page in, one page out: the library's call. No I/O.

use std::borrow::Cow;
use std::sync::Arc;

use crate::chrome::facts::Facts;
use crate::chrome::features::Features;
use crate::chrome::judge::{Judgement, Policy, judge};
use crate::chrome::rules::{Finding, Proof};
use crate::chrome::score::{self, Scorer, Weight};
use crate::chrome::survey::Survey;
use crate::lexicon::{Lexicon, LexiconError};
use crate::page::{Cut, Page, apply};
use crate::pipeline::options::{Options, Profile, Tidy};
use crate::repeat::within;
use crate::text::normalize::{repair, tidy};

/// Judging a page again without what was cut finds a little more on some pages. The rounds go on until
/// nothing changes, so that a cleaned page is clean; the bound is for hostile pages.
const MOST_ROUNDS: usize = 16;

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

    /// Cleans one page.
    #[must_use]
    pub fn clean(&self, text: &str) -> Cleaned {
        let repaired = repair(text);
        let tidied = tidy(&repaired);
        let page = Page::new(&tidied);
        let decision = self.decide(&page);
        let text = if decision.cuts.is_empty() && self.options.tidy == Tidy::Auto {
            repaired.clone().into_owned()
        } else {
            apply(&page, &decision.cuts)
        };
        Cleaned {
            text,
            page: tidied.into_owned(),
            cuts: decision.cuts,
            kept: decision.kept,
            flagged: decision.flagged,
        }
    }

    /// Cleans one page and says of every line what became of it and why.
    #[must_use]
    pub fn explain(&self, text: &str) -> Vec<Explained> {
        let repaired = repair(text);
        let tidied = tidy(&repaired);
        let page = Page::new(&tidied);
        let decision = self.decide(&page);
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
                text: tidied[block.range.clone()].to_owned(),
                score,
                weights: score::weights(&*self.scorer, &features, i, WEIGHTS),
                verdict: verdict(block.line),
            })
            .collect()
    }

    fn decide(&self, page: &Page<'_>) -> Decision {
        let mut decision = Decision::default();
        let mut facts = Facts::of(page, &self.lexicon);
        let mut page = Cow::Borrowed(page);
        for round in 0..MOST_ROUNDS {
            if page.is_empty() {
                break;
            }
            let judgement = judge(&page, &facts, &self.lexicon, &*self.scorer, &self.policy);
            let gone = self.round(&page, &judgement, round == 0, &mut decision);
            if round == 0 {
                decision.scores.clone_from(&judgement.scores);
                decision.flagged = judgement.overruled;
            }
            if !gone.contains(&true) {
                break;
            }
            facts = facts.without(&gone);
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

    /// Adds the cuts of one round and says which blocks are gone.
    fn round(&self, page: &Page<'_>, judgement: &Judgement, first: bool, decision: &mut Decision) -> Vec<bool> {
        let goes = |f: &Option<Finding>| f.as_ref().is_some_and(|f| self.options.cuts(f.reason));
        let mut gone: Vec<bool> = judgement.verdicts.iter().map(goes).collect();
        let mut repeated = vec![None; page.len()];
        let placement: Vec<f32> = judgement
            .scores
            .iter()
            .zip(&gone)
            .map(|(&s, &g)| if g { -1.0 } else { s })
            .collect();
        for repeat in within::repeats(page, judgement.headline, &placement) {
            // What it repeats must stay, or both copies would vanish; alone it proves nothing on a clean page.
            let proven = judgement.dirty || !repeat.alone;
            if proven && !gone[repeat.of] && self.options.cuts(repeat.reason) {
                repeated[repeat.block] = Some(repeat);
            }
        }
        for i in 0..page.len() {
            let (verdict, noted) = (&judgement.verdicts[i], &judgement.noted[i]);
            match (&repeated[i], verdict) {
                (Some(repeat), None) => {
                    gone[i] = true;
                    decision.cuts.push(repeat.cut(page));
                }
                (Some(repeat), Some(finding)) if finding.proof != Proof::Sure => {
                    gone[i] = true;
                    decision.cuts.push(repeat.cut(page));
                }
                (_, Some(finding)) if gone[i] => decision.cuts.push(cut(page, i, judgement, finding, &self.lexicon)),
                (_, Some(finding)) if first => decision.kept.push(cut(page, i, judgement, finding, &self.lexicon)),
                (_, None) if first => {
                    if let Some(finding) = noted {
                        decision.kept.push(cut(page, i, judgement, finding, &self.lexicon));
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

fn cut(page: &Page<'_>, i: usize, judgement: &Judgement, finding: &Finding, lexicon: &Lexicon) -> Cut {
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
        evidence: finding.evidence.describe(lexicon),
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
