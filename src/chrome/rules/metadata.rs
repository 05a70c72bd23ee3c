//! Rules for facts about the article: date, source, credit, picture texts, tags, author.

use super::footer::contains_words;
use super::{Evidence, Finding, Place, View};
use crate::chrome::shape::End;
use crate::lexicon::Strength;
use crate::reason::Reason;
use crate::text::chars::is_dash;
use crate::text::fold::fold;

/// A placeholder is the headline and at most so many other words.
const PLACEHOLDER_WORDS: usize = 4;
/// A caption with a credit has at most so many words.
const CAPTION_WORDS: f32 = 45.0;
/// The credit at a caption's end has at most so many words.
const CREDIT_WORDS: usize = 7;
/// A byline stands at most so many blocks from the headline or the article's ends.
const BYLINE_REACH: usize = 3;

/// The whole line is a date. Outside the article it goes; inside, a date may open a chapter.
pub(super) fn dateline(v: &View<'_>, i: usize) -> Option<Finding> {
    if !v.hints.dates[i].whole {
        return None;
    }
    match v.place(i) {
        Place::Inside => None,
        _ if !v.has_article() => Some(Finding::likely(Reason::Dateline, "the line is a date")),
        Place::Head if i + 1 == v.extent.start && v.is_timeline() => None,
        _ if !v.hints.dates[i].day => Some(Finding::supported(Reason::Dateline, "the line is a time")),
        _ => Some(Finding::sure(Reason::Dateline, "the line is a date")),
    }
}

/// "Evening Courier (3 May 2020)".
pub(super) fn source_date(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    let dates = v.hints.dates[i];
    if !dates.has || dates.whole || v.words(i) > 7.0 || shape.end == End::Stop || !v.outside(i) {
        return None;
    }
    let text = v.page.block(i);
    let bracketed = text.ends_with(')')
        && text
            .rfind('(')
            .is_some_and(|at| v.lexicon.dates().shape(&text[at..], &fold(&text[at..])).whole);
    if bracketed && near_article(v, i) {
        return Some(Finding::sure(Reason::SourceDate, "few words and a date in brackets"));
    }
    Some(Finding::likely(Reason::SourceDate, "few words and a date"))
}

/// Labels are the lexicon's; here the caption that ends in a label and a name, or in ©.
pub(super) fn media_credit(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if shape.partings == 0 || v.words(i) > CAPTION_WORDS || v.words(i) < 2.0 {
        return None;
    }
    let text = v.page.block(i);
    // The last sign that may part caption and credit.
    let at = text
        .char_indices()
        .rev()
        .find(|&(at, c)| matches!(c, '|' | '(' | '©' | '/' | '[') || (is_dash(c) && text[..at].ends_with(' ')))?;
    let tail = text[at.0 + at.1.len_utf8()..].trim_end_matches([')', ']', ' ', '.']);
    let tail_words = tail.split_whitespace().count();
    if at.0 == 0 || tail_words == 0 || tail_words > CREDIT_WORDS {
        return None;
    }
    let mut hits = Vec::new();
    v.lexicon.hits(tail, &fold(tail), tail_words, false, &mut hits);
    let credit = hits.into_iter().find(|&h| {
        let phrase = v.lexicon.phrase(h);
        phrase.reason == Reason::MediaCredit && phrase.strength == Strength::Sure
    })?;
    let sentence = shape.end == End::Stop && !text.ends_with([')', ']']) && v.words(i) >= 8.0;
    if sentence {
        return Some(Finding::likely(
            Reason::MediaCredit,
            Evidence::SeenWith("ends in a credit", credit),
        ));
    }
    Some(Finding::sure(
        Reason::MediaCredit,
        Evidence::SeenWith("ends in a credit", credit),
    ))
}

pub(super) fn image_placeholder(v: &View<'_>, i: usize) -> Option<Finding> {
    let text = v.page.block(i);
    if is_image_file(text) {
        return Some(Finding::sure(Reason::ImagePlaceholder, "the name of a picture's file"));
    }
    let h = v.headline?;
    if i == h {
        return None;
    }
    let (line, headline) = (v.page.folded(i), v.page.folded(h));
    if v.headline_words < 3
        || line.len() <= headline.len()
        || !line.starts_with(headline)
        || !contains_words(line, headline)
    {
        return None;
    }
    let more = &line[headline.len()..];
    let words = more.split_whitespace().count();
    let numbered = more
        .split(' ')
        .any(|w| !w.is_empty() && w.chars().all(char::is_numeric));
    (words <= PLACEHOLDER_WORDS && (numbered || !v.shape(i).terminal()) && v.place(i) != Place::Tail).then(|| {
        Finding::sure(
            Reason::ImagePlaceholder,
            Evidence::Counted("the headline and few words more", words),
        )
    })
}

fn is_image_file(text: &str) -> bool {
    if text.len() > 200 || !text.contains('.') || text.contains(' ') {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"]
        .iter()
        .any(|e| lower.ends_with(e))
}

/// After the article: words glued together as neighbouring links leave them, or a row of hashtags.
pub(super) fn tags(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if v.place(i) != Place::Tail
        || !v.has_article()
        || shape.terminal()
        || v.words(i) > 14.0
        || shape.url
        || shape.email
    {
        return None;
    }
    if shape.glued > 0 && shape.end == End::Open && !known_brand(v.page.block(i)) {
        return Some(Finding::sure(Reason::Tags, "words glued together, after the article"));
    }
    let listed = shape.commas >= 2 && shape.commas + 1 >= shape.runs.div_ceil(3);
    (listed && shape.end == End::Open).then(|| Finding::likely(Reason::Tags, "a list of words, after the article"))
}

/// One Latin word in camel case is a brand's name (`YouTube`, `LinkedIn`), not two tags.
fn known_brand(text: &str) -> bool {
    let glued: Vec<&str> = text
        .split_whitespace()
        .filter(|w| {
            w.chars()
                .zip(w.chars().skip(1))
                .any(|(a, b)| a.is_lowercase() && b.is_uppercase())
        })
        .collect();
    glued.iter().all(|w| w.is_ascii() && w.len() < 12)
}

/// The lexicon's labels near the headline or the article's ends; "by NAME" needs no colon.
pub(super) fn byline(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if v.words(i) > 8.0 || v.words(i) < 2.0 || shape.terminal() || !v.outside(i) || v.headline == Some(i) {
        return None;
    }
    let (hit, _) = v.hints.hits(i, v.lexicon).find(|(_, p)| p.reason == Reason::Byline)?;
    let name = shape.title + 1 >= shape.runs || shape.wide > 0 || shape.upper == 0;
    (name && near_article(v, i)).then(|| Finding::sure(Reason::Byline, Evidence::SeenWith("a label and a name", hit)))
}

/// Between the headline and the prose, or within a few blocks of either end.
pub(super) fn near_article(v: &View<'_>, i: usize) -> bool {
    let near = |edge: usize| i.abs_diff(edge) <= BYLINE_REACH;
    let below_headline = v.headline.is_some_and(|h| near(h) || (i > h && i < v.extent.start));
    below_headline || near(v.extent.start) || near(v.extent.end.saturating_sub(1))
}
