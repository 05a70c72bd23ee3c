//! The judge: puts score, rules and structure together and says of each block what it is.
//!
//! Order: context and headline, score, hard evidence, gate. Proposes; never edits text.

use crate::chrome::context::{Context, Run};
use crate::chrome::elsewhere::Elsewhere;
use crate::chrome::facts::Facts;
use crate::chrome::features::Features;
use crate::chrome::hints::{Group, Hints};
use crate::chrome::rules::footer::is_address;
use crate::chrome::rules::{self, Evidence, Finding, Place, Proof, View};
use crate::chrome::runs;
use crate::chrome::score::{Scorer, threshold};
use crate::chrome::shape::End;
use crate::chrome::survey::{LABEL_WORDS, Survey};
use crate::lexicon::Lexicon;
use crate::page::Page;
use crate::reason::{Family, Reason};

/// A short closing sentence has at least so many words …
const CLOSING_WORDS: f32 = 5.0;
/// … and is at least so likely; at most [`CLOSING_BLOCKS`] follow the last long sentence.
const CLOSING_SCORE: f32 = 0.1;
const CLOSING_BLOCKS: usize = 2;
/// A spoken answer has at most so many words.
const ANSWER_WORDS: f32 = 4.0;
/// A headline known by its shape alone is at least so wide.
const HEADLINE_WIDTH: u32 = 28;
/// A headline known by its shape alone stands at most so many blocks above the article.
const HEADLINE_REACH: usize = 6;

/// A line that ends with a colon announces a list if it is this likely part of the article …
const ANNOUNCES: f32 = 0.5;
/// … whose lines go by score only below this.
const LISTED_SCORE: f32 = 0.05;

/// A sure finding proves that a page holds chrome where the score is not sure of the contrary …
const PROVES_BELOW: f32 = 0.75;
/// … or, if authors have such lines, too, where the score thinks so itself: one clean article in sixty ends with a
/// copyright line, a credit or an address.
const PROVES_BELOW_OWN: f32 = 0.2;

/// For the gate, a block with a sure finding is as likely article as this times its score, …
const SURE_FACTOR: f32 = 0.1;
/// … one with a label of the lexicon as this times its score.
const LABEL_FACTOR: f32 = 0.2;

/// The score does not know a page where it would take more than this share of the words …
const UNSURE_SHARE: f32 = 0.2;
/// … which are more likely article than this on average. On the development pages that spares one in fifteen of
/// the clean pages touched and costs .05 points of F1 elsewhere.
const UNSURE_SCORE: f32 = 0.17;

/// A block is links if they are so much of it, in percent: separators between them are not. A choice: no pages of HTML
/// were labelled to fit it on, so links are a witness for the score and never cut alone.
const LINKS: u8 = 80;

/// A sentence that stands on no other page gains at most this factor of its odds: on whole news sites that spares
/// three in eight of the damaged pages and gains .5 points of F1; at 8 nothing changes.
const MOST_ODDS: f32 = 4.0;

/// How the judge decides; profiles are presets of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Whether the score cuts at all.
    pub by_score: bool,
    /// Factor on the page's threshold: above 1 cuts more.
    pub lean: f32,
    /// Inside the article, without a witness, only what is less likely than this goes by score.
    pub inside: f32,
    /// The gate: the score cuts only on pages with a block less likely than this.
    pub gate: f32,
    /// The gate: and only if what goes holds this share of the page's words.
    pub least_share: f32,
}

/// What the judge says of a page.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Probability of each block to be part of the article.
    pub scores: Vec<f32>,
    /// What goes, by block.
    pub verdicts: Vec<Option<Finding>>,
    /// What the rules recognised but the judge lets stand, by block.
    pub noted: Vec<Option<Finding>>,
    /// The headline's block.
    pub headline: Option<usize>,
    /// The page holds chrome beyond doubt.
    pub dirty: bool,
    /// The score would have taken too much and was overruled.
    pub overruled: bool,
}

impl Judgement {
    /// Of a page whose chrome is to stay: nothing goes but what other pages prove.
    #[must_use]
    pub fn unjudged(blocks: usize, elsewhere: &[Elsewhere]) -> Self {
        let mut verdicts = vec![None; blocks];
        from_elsewhere(elsewhere, &mut verdicts);
        Self {
            scores: vec![1.0; blocks],
            noted: vec![None; blocks],
            headline: None,
            dirty: verdicts.iter().any(Option::is_some),
            overruled: false,
            verdicts,
        }
    }
}

/// Judges the blocks of one page, by what it says alone and by what other pages say of its blocks; `elsewhere` is
/// empty or as long as the page.
#[must_use]
pub fn judge(
    page: &Page<'_>,
    facts: &Facts,
    elsewhere: &[Elsewhere],
    lexicon: &Lexicon,
    scorer: &dyn Scorer,
    policy: &Policy,
) -> Judgement {
    let survey = Survey::of(page, facts);
    let context = Context::of(facts, &survey);
    let hints = &facts.hints;
    let mut scores = scorer.score(&Features::of(facts, &survey));
    weigh_elsewhere(elsewhere, &context, &mut scores);
    let extent = extent(&context, hints, lexicon, &scores);
    let headline = context
        .headline_above(page, hints, extent)
        .or_else(|| plain_headline(&context, hints, extent));
    let headline_words = headline.map_or(0, |h| page.folded(h).split(' ').count());
    let addresses = (0..page.len())
        .filter(|&i| is_address(page.block(i), &facts.shapes[i]))
        .count();
    let view = View {
        page,
        context: &context,
        hints,
        lexicon,
        extent,
        headline,
        headline_words,
        addresses,
        scores: &scores,
    };
    let mut findings: Vec<Option<Finding>> = (0..page.len()).map(|i| rules::examine(&view, i)).collect();
    runs::examine(&view, &mut findings);
    inside_needs_support(&view, &mut findings);
    from_elsewhere(elsewhere, &mut findings);
    let t = threshold(&scores, &context.words, policy.lean);
    let mut low = low_scores(&view, &findings, t, policy);
    let open = policy.by_score && gate_opens(&view, &low, &findings, policy);
    let overruled = open && takes_all(&view, &low, &findings);
    let linked = from_links(&view, &facts.links, &mut findings);
    if !open || overruled {
        low.fill(false);
    } else if linked {
        // Now that it is known that the score cuts here: what is links decides nothing about that.
        let lower = low_scores(&view, &findings, t, policy);
        if !takes_all(&view, &lower, &findings) {
            low = lower;
        }
    }
    let dirty = open || proven(&view, &findings, policy);
    let (verdicts, noted) = findings
        .into_iter()
        .enumerate()
        .map(|(i, finding)| match finding {
            Some(f) if f.proof > Proof::Likely && dirty => (Some(f), None),
            Some(f) if low[i] => (Some(f), None),
            None if low[i] => (
                Some(Finding::likely(Reason::Boilerplate, Evidence::Score(scores[i], t))),
                None,
            ),
            other => (None, other),
        })
        .unzip();
    Judgement {
        scores,
        verdicts,
        noted,
        headline,
        dirty,
        overruled,
    }
}

/// From the first to the last long sentence that is more likely article than not. Sentences that only
/// consent notes and the like have are no ends of an article; a short sentence right after its end is.
fn extent(context: &Context<'_>, hints: &Hints, lexicon: &Lexicon, scores: &[f32]) -> Run {
    let notice = |i: usize| hints.sure_phrase(i, lexicon).is_some_and(|p| p.sentence);
    let likely = |i: &usize| context.long[*i] && scores[*i] >= 0.5 && !notice(*i);
    let n = context.len();
    let (Some(first), Some(last)) = ((0..n).find(likely), (0..n).rev().find(likely)) else {
        return context.main;
    };
    let closes = |i: usize| {
        context.shapes[i].end == End::Stop
            && context.words[i] >= CLOSING_WORDS
            && scores[i] >= CLOSING_SCORE
            && hints.counts[i] == [0; Group::COUNT]
    };
    let mut end = last + 1;
    while end < n && end <= last + CLOSING_BLOCKS && closes(end) {
        end += 1;
    }
    Run { start: first, end }
}

/// Where nothing above the article shares its words: the nearest line above it that has a headline's shape
/// and that neither lexicon nor dates know.
fn plain_headline(context: &Context<'_>, hints: &Hints, extent: Run) -> Option<usize> {
    (extent.start.saturating_sub(HEADLINE_REACH)..extent.start)
        .rev()
        .find(|&i| {
            let shape = &context.shapes[i];
            shape.width >= HEADLINE_WIDTH
                && !shape.terminal()
                && shape.separators == 0
                && !hints.dates[i].has
                && hints.counts[i] == [0; Group::COUNT]
        })
}

/// What the score lets go. Inside the article it needs a witness, or a score well below the page's threshold:
/// subheads, short answers, lists and tables are what models lose.
fn low_scores(v: &View<'_>, findings: &[Option<Finding>], t: f32, policy: &Policy) -> Vec<bool> {
    let timeline = v.is_timeline();
    let listed = announced(v);
    (0..v.context.len())
        .map(|i| {
            let chapter = timeline && v.opens_chapter(i) && v.place(i) == Place::Inside;
            // "Yes." is a word of many lexicons; a short line that ends a sentence needs more than that.
            let answer = v.shape(i).terminal() && v.words(i) <= ANSWER_WORDS;
            let witness = !answer && (findings[i].is_some() || v.hints.counts[i] != [0; Group::COUNT]);
            let bar = match (v.place(i), witness) {
                (Place::Inside, false) if listed[i] => t.min(LISTED_SCORE),
                (Place::Inside, false) => t.min(policy.inside),
                _ => t,
            };
            v.headline != Some(i) && !chapter && v.scores[i] < bar
        })
        .collect()
}

/// The short lines right after a line of the article that ends with a colon: "The results:" and the table below it.
fn announced(v: &View<'_>) -> Vec<bool> {
    let mut open = false;
    (0..v.context.len())
        .map(|i| {
            let listed = open && !v.context.long[i];
            open = listed || (v.shape(i).end == End::Colon && v.scores[i] >= ANNOUNCES);
            listed
        })
        .collect()
}

/// Whether the rules alone prove that the page holds chrome: two blocks, or one that is no trifle. One line
/// in a long article that looks like a credit or a notice may be the author's own.
fn proven(v: &View<'_>, findings: &[Option<Finding>], policy: &Policy) -> bool {
    let below = |f: &Finding| match (f.reason.family(), f.reason) {
        (Family::Metadata, _) | (_, Reason::Copyright | Reason::Contact | Reason::SourceLink) => PROVES_BELOW_OWN,
        _ => PROVES_BELOW,
    };
    let proves = |f: &Finding, i: usize| f.proof == Proof::Sure && v.scores[i] < below(f);
    let sure = |i: &usize| findings[*i].as_ref().is_some_and(|f| proves(f, *i));
    let count = (0..v.context.len()).filter(sure).count();
    let going: f32 = (0..v.context.len()).filter(sure).map(|i| v.words(i)).sum();
    count >= 2 || (count == 1 && going >= policy.least_share * v.context.words.iter().sum::<f32>())
}

/// What repeats goes. It was scored with the rest of the page, since lines are known by their company. What share of the
/// chrome repeats is known then, and a sentence that does not is the less likely chrome by as much.
fn weigh_elsewhere(elsewhere: &[Elsewhere], context: &Context<'_>, scores: &mut [f32]) {
    let (mut chrome, mut fresh) = (0.0, 0.0);
    for (i, e) in elsewhere.iter().enumerate() {
        let words = context.words[i] * (1.0 - scores[i]);
        chrome += words;
        fresh += if *e == Elsewhere::None { words } else { 0.0 };
    }
    let odds = if fresh < chrome {
        (chrome / fresh.max(f32::MIN_POSITIVE)).min(MOST_ODDS)
    } else {
        1.0
    };
    for (i, e) in elsewhere.iter().enumerate() {
        if *e != Elsewhere::None {
            scores[i] = 0.0;
        } else if odds > 1.0 && context.long[i] {
            scores[i] = scores[i] * odds / (1.0 - scores[i] + scores[i] * odds);
        }
    }
}

/// What other pages prove needs no other proof, and what they support has a name if it goes by score; a rule's name for
/// it stays if the rule is as sure.
fn from_elsewhere(elsewhere: &[Elsewhere], findings: &mut [Option<Finding>]) {
    for (finding, elsewhere) in findings.iter_mut().zip(elsewhere) {
        match elsewhere {
            Elsewhere::Proves if !is_sure(finding.as_ref()) => {
                *finding = Some(Finding::sure(Reason::Template, Evidence::Elsewhere));
            }
            Elsewhere::Supports if finding.is_none() => {
                *finding = Some(Finding::likely(Reason::Template, Evidence::Elsewhere));
            }
            _ => {}
        }
    }
}

/// What is next to nothing but links, and no sentence, has a witness for the score, and a name if it goes by it. A list
/// that the article announces is the author's own, of links or not. Says whether there is any such block.
fn from_links(v: &View<'_>, shares: &[u8], findings: &mut [Option<Finding>]) -> bool {
    if shares.is_empty() {
        return false;
    }
    let mut any = false;
    for (i, announced) in announced(v).into_iter().enumerate() {
        let (share, finding) = (shares[i], &mut findings[i]);
        if share >= LINKS && !v.context.long[i] && !announced && finding.is_none() {
            *finding = Some(Finding::likely(Reason::Boilerplate, Evidence::Links(share)));
            any = true;
        }
    }
    any
}

fn is_sure(finding: Option<&Finding>) -> bool {
    finding.is_some_and(|f| f.proof == Proof::Sure)
}

/// Facts about the article that stand inside it (a picture's credit between paragraphs) may be what the
/// author wrote: they go on pages that hold other chrome.
fn inside_needs_support(v: &View<'_>, findings: &mut [Option<Finding>]) {
    for (i, finding) in findings.iter_mut().enumerate() {
        if let Some(f) = finding
            .as_mut()
            .filter(|f| f.proof == Proof::Sure && f.reason.family() == Family::Metadata)
            && v.place(i) == Place::Inside
        {
            f.proof = Proof::Supported;
        }
    }
}

/// A clean page has no block that is surely chrome, or next to nothing would go. And where much would go that
/// the score is not sure of, it does not know this kind of page (lists of products, of dates). In each case
/// nothing goes by score.
fn gate_opens(v: &View<'_>, low: &[bool], findings: &[Option<Finding>], policy: &Policy) -> bool {
    let doubt = |i: usize| {
        let label = v.hints.counts[i] != [0; Group::COUNT] && v.words(i) <= LABEL_WORDS;
        // A dateline or a credit is the author's own more often than "Related articles" is.
        let metadata = findings[i]
            .as_ref()
            .is_some_and(|f| f.reason.family() == Family::Metadata);
        v.scores[i]
            * if is_sure(findings[i].as_ref()) && !metadata {
                SURE_FACTOR
            } else if label {
                LABEL_FACTOR
            } else {
                1.0
            }
    };
    let lowest = (0..v.context.len()).map(doubt).fold(1.0, f32::min);
    let (mut going, mut likely) = (0.0, 0.0);
    for i in (0..v.context.len()).filter(|&i| low[i]) {
        going += v.words(i);
        likely += v.words(i) * v.scores[i];
    }
    let share = going / v.context.words.iter().sum::<f32>().max(1.0);
    let unsure = likely > UNSURE_SCORE * going && share > UNSURE_SHARE;
    lowest <= policy.gate && share >= policy.least_share && !unsure
}

/// Whether nothing would be left: then the page is no page that the score knows.
fn takes_all(v: &View<'_>, low: &[bool], findings: &[Option<Finding>]) -> bool {
    (0..v.context.len()).all(|i| low[i] || is_sure(findings[i].as_ref()))
}

#[cfg(test)]
mod tests;
