//! Rules for what stands below an article, and for residue.

use super::{Evidence, Finding, Place, View};
use crate::chrome::shape::Shape;
use crate::reason::Reason;

/// More bare addresses on a page are a list of links or of references.
const MOST_ADDRESSES: usize = 2;
/// A footer that names the article holds the headline and at most so many other words.
const SYNDICATION_WORDS: usize = 8;

pub(super) fn separator(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if shape.letters + shape.digits > 0 {
        return None;
    }
    match v.place(i) {
        Place::Inside => None,
        _ if v.has_article() => Some(Finding::supported(Reason::Separator, "no letter and no digit")),
        _ => None,
    }
}

/// A bare address after the article. Several may be an essay's references or a list's links: there the score decides.
pub(super) fn source_link(v: &View<'_>, i: usize) -> Option<Finding> {
    if !is_address(v.page.block(i), v.shape(i)) {
        return None;
    }
    if v.addresses > MOST_ADDRESSES || v.place(i) == Place::Inside {
        return Some(Finding::likely(
            Reason::SourceLink,
            "an address among addresses, or inside the article",
        ));
    }
    Some(Finding::sure(Reason::SourceLink, "the line is an address"))
}

/// "at – Source: – Read the original": a template whose slots stayed empty.
pub(super) fn empty_slots(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if v.place(i) != Place::Tail || !v.has_article() || shape.terminal() || v.words(i) > 16.0 {
        return None;
    }
    let text = v.page.block(i);
    let empty = [": –", ": -", ": —", ": |", "– –", "- -", "— —", "| |"]
        .iter()
        .any(|slot| text.contains(slot));
    empty.then(|| Finding::sure(Reason::SourceLink, "a label whose value is missing, after the article"))
}

pub(in crate::chrome) fn is_address(text: &str, shape: &Shape) -> bool {
    let text = text.trim_matches(|c: char| matches!(c, '<' | '>' | '(' | ')' | '[' | ']') || c.is_whitespace());
    shape.url && !text.contains(char::is_whitespace) && (text.starts_with("http"))
}

pub(super) fn syndication_footer(v: &View<'_>, i: usize) -> Option<Finding> {
    let h = v.headline?;
    if v.place(i) != Place::Tail || i == h {
        return None;
    }
    let (line, headline) = (v.page.folded(i), v.page.folded(h));
    let headline_words = v.headline_words;
    if headline_words < 3 || line.len() <= headline.len() || !contains_words(line, headline) {
        return None;
    }
    let more = line.split(' ').count().saturating_sub(headline_words);
    (more <= SYNDICATION_WORDS).then(|| {
        Finding::sure(
            Reason::SyndicationFooter,
            Evidence::Counted("the headline and few words more, after the article", more),
        )
    })
}

/// Whether `part` stands in `whole` between word borders.
pub(super) fn contains_words(whole: &str, part: &str) -> bool {
    whole.match_indices(part).any(|(at, _)| {
        let before = at == 0 || whole[..at].ends_with(' ');
        let end = at + part.len();
        before && (end == whole.len() || whole[end..].starts_with(' '))
    })
}

pub(super) fn error_report(v: &View<'_>, i: usize) -> Option<Finding> {
    let folded = v.page.folded(i);
    (v.outside(i) && v.words(i) < 40.0 && contains_words(folded, "ctrl") && contains_words(folded, "enter"))
        .then(|| Finding::sure(Reason::ErrorReport, "Ctrl and Enter"))
}

pub(super) fn contact(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if !v.outside(i) || shape.terminal() {
        return None;
    }
    if shape.email && v.words(i) <= 6.0 {
        return Some(Finding::supported(Reason::Contact, "an e-mail address and few words"));
    }
    let phone = shape.digits >= 7 && shape.letters <= 6 && !v.hints.dates[i].has && v.page.block(i).contains('+');
    phone.then(|| Finding::sure(Reason::Contact, "a telephone number"))
}

pub(super) fn copyright(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    let text = v.page.block(i);
    let sign = shape.copyright || text.starts_with("(c) ") || text.starts_with("(C) ");
    if !sign || !v.outside(i) || v.words(i) > 40.0 {
        return None;
    }
    if has_year(text) {
        return Some(Finding::sure(Reason::Copyright, "© and a year, outside the article"));
    }
    (v.words(i) <= 8.0 && !shape.terminal())
        .then(|| Finding::supported(Reason::Copyright, "© and few words, outside the article"))
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")))
}

/// Times such as `0:00 / 3:25` and nothing else.
pub(super) fn player(v: &View<'_>, i: usize) -> Option<Finding> {
    let text = v.page.block(i);
    if !v.outside(i) || !text.contains("0:00") {
        return None;
    }
    let times = text
        .split_whitespace()
        .all(|w| w == "/" || w == "-" || w == "–" || is_play_time(w));
    times.then(|| Finding::sure(Reason::Player, "a player's times"))
}

fn is_play_time(word: &str) -> bool {
    word.contains(':') && word.chars().all(|c| c.is_ascii_digit() || c == ':')
}

pub(super) fn code_residue(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if shape.code < 2 || !v.outside(i) {
        return None;
    }
    let text = v.page.block(i);
    let template =
        text.contains("{{") || text.contains("{%") || text.contains("function(") || text.contains("function (");
    let tag = text.starts_with('<') && text.ends_with('>') && !shape.url && (text.contains('=') || text.contains("</"));
    if template || tag {
        return Some(Finding::sure(Reason::CodeResidue, "signs of a template or script"));
    }
    (shape.code as f32 > 0.05 * shape.chars as f32).then(|| Finding::likely(Reason::CodeResidue, "many signs of code"))
}
