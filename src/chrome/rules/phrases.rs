//! The rule for sure phrases of the lexicon: they cut where they may stand.

use super::{Evidence, Finding, Place, View};
use crate::chrome::shape::End;
use crate::lexicon::{Match, Phrase, Strength, Where};
use crate::reason::{Family, Reason};
use crate::text::tokens::tokens;

/// A phrase inside the article's run proves nothing if the block is longer than this, unless it is for sentences.
const INSIDE_WORDS: f32 = 14.0;

/// A pointer to another article holds its headline.
const INSIDE_POINTER_WORDS: f32 = 30.0;

pub(super) fn phrase(v: &View<'_>, i: usize) -> Option<Finding> {
    let mut likely = None;
    for (hit, phrase) in v.hints.hits(i, v.lexicon) {
        if phrase.strength == Strength::Sure && cuts_here(v, i, phrase) {
            if proves(phrase) {
                return Some(Finding::sure(phrase.reason, Evidence::Phrase(hit)));
            }
            likely = Some(Finding::supported(phrase.reason, Evidence::Phrase(hit)));
            continue;
        }
        let names = phrase.reason != Reason::LanguageSwitcher || v.words(i) <= 3.0;
        if names && (v.outside(i) || phrase.reason.family() != Family::Navigation) {
            likely.get_or_insert_with(|| Finding::likely(phrase.reason, Evidence::Phrase(hit)));
        }
    }
    likely
}

/// One word alone proves nothing on a page that is clean otherwise, but for the labels of credits and the like.
fn proves(phrase: &Phrase) -> bool {
    let words = tokens(&phrase.text).count();
    let label = phrase.matching == Match::Label
        && matches!(
            phrase.reason,
            Reason::MediaCredit | Reason::Tags | Reason::SourceLink | Reason::InlineRelated | Reason::RelatedHeader
        );
    words > 1 || label
}

/// A dash after a word is a label's only outside the article: "Photos – my life", she says.
fn clear_label(text: &str) -> bool {
    text.contains([':', '：', '|', '/', '©', '=', '／', '｜'])
}

fn cuts_here(v: &View<'_>, i: usize, phrase: &Phrase) -> bool {
    if v.headline == Some(i) {
        return false;
    }
    // A byline's own rule asks for a name and a place near the article.
    if phrase.reason == Reason::Byline {
        return false;
    }
    if phrase.matching == Match::Label && v.place(i) == Place::Inside && !clear_label(v.page.block(i)) {
        return false;
    }
    let here = match (phrase.place, v.place(i)) {
        (Where::Any, Place::Inside) => {
            let most = if phrase.reason == Reason::InlineRelated {
                INSIDE_POINTER_WORDS
            } else {
                INSIDE_WORDS
            };
            phrase.sentence || (v.words(i) <= most && v.shape(i).end != End::Stop)
        }
        (Where::Any, _) => true,
        (Where::Head, place) => place == Place::Head && v.has_article(),
        (Where::Tail, place) => place == Place::Tail && v.has_article(),
        (Where::Edge, place) => place != Place::Inside && v.has_article(),
    };
    // A page without prose has no edges; only whole lines and labels that may stand anywhere count there.
    here && (v.has_article() || matches!(phrase.matching, Match::Whole | Match::Label))
}
