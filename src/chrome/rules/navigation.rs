//! Rules for ways around a site and for social rows.

use super::{Evidence, Finding, Place, View};
use crate::chrome::hints::Group;
use crate::lexicon::Match;
use crate::page::Page;
use crate::reason::Reason;
use crate::text::chars::Script;

/// A flattened header has at least so many words.
const SOUP_WORDS: f32 = 4.0;
/// Page numbers in a row that make a pagination.
const PAGES: usize = 3;
/// A section label stands among the page's first blocks.
const LABEL_REACH: usize = 3;

/// Two networks named before the article, without a sentence.
pub(super) fn nav_soup(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    let social = v.hints.counts[i][Group::Social as usize] >= 2;
    if !social || !v.outside(i) || shape.terminal() || v.words(i) < SOUP_WORDS || v.headline == Some(i) {
        return None;
    }
    let mut networks: Vec<&str> = v
        .hints
        .phrases(i, v.lexicon)
        .filter(|p| p.reason == Reason::Social && p.matching == Match::Contains && &*p.lang == "any")
        .map(|p| p.text.as_str())
        .collect();
    networks.sort_unstable();
    networks.dedup();
    let few_stops = v.context.stop_share[i] < 0.15;
    match networks.len() {
        0 | 1 => None,
        2 if v.words(i) > 16.0 || !few_stops => Some(Finding::likely(Reason::NavSoup, "names two networks")),
        n => few_stops.then(|| Finding::sure(Reason::NavSoup, Evidence::Counted("names networks, no sentence", n))),
    }
}

/// Only numbers and arrows.
pub(super) fn pagination(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    if !v.outside(i) || shape.letters > 0 || shape.numbers as usize + usize::from(shape.separators > 0) < PAGES {
        return None;
    }
    let numbers: Vec<u32> = v.page.folded(i).split(' ').filter_map(|n| n.parse().ok()).collect();
    let rising = numbers.windows(2).filter(|w| w[1] == w[0] + 1).count();
    (rising + 1 >= PAGES.min(numbers.len()) && numbers.first().is_some_and(|&n| n < 100))
        .then(|| Finding::sure(Reason::Pagination, "page numbers in a row"))
}

/// A bare number outside the article.
pub(super) fn counter(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    let bare = shape.digits > 0 && shape.letters == 0 && shape.numbers <= 2 && shape.units == 0 && shape.chars <= 9;
    (bare && v.outside(i) && !v.hints.dates[i].whole).then(|| Finding::likely(Reason::Counter, "a number alone"))
}

/// Half of the words are handles or hashtags.
pub(super) fn social_handle(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    let marked = shape.handles + shape.hashtags;
    (marked > 0 && marked * 2 >= shape.runs && !shape.terminal() && v.outside(i))
        .then(|| Finding::sure(Reason::SocialHandle, "handles or hashtags"))
}

/// Two or more names of languages, and little else.
pub(super) fn language_switcher(v: &View<'_>, i: usize) -> Option<Finding> {
    if !v.outside(i) || v.shape(i).terminal() || v.words(i) > 40.0 {
        return None;
    }
    if is_language(v, i) && (i > 0 && is_language(v, i - 1) || i + 1 < v.context.len() && is_language(v, i + 1)) {
        return Some(Finding::sure(
            Reason::LanguageSwitcher,
            "a language's own name beside another's",
        ));
    }
    None
}

fn is_language(v: &View<'_>, i: usize) -> bool {
    v.words(i) <= 3.0 && v.hints.has(i, Reason::LanguageSwitcher, v.lexicon)
}

/// Above the headline: a breadcrumb, a label of the lexicon, or a label in letters the article does not use.
pub(super) fn section_label(v: &View<'_>, i: usize) -> Option<Finding> {
    let shape = v.shape(i);
    let above = v.headline.is_some_and(|h| i < h);
    if v.place(i) != Place::Head || !above || shape.terminal() || v.words(i) > 12.0 {
        return None;
    }
    if shape.separators >= 2 && shape.separators + 1 >= shape.runs.div_ceil(3) {
        return Some(Finding::sure(Reason::SectionLabel, "a breadcrumb above the headline"));
    }
    if i >= LABEL_REACH || v.words(i) > 3.0 {
        return None;
    }
    if let Some((hit, _)) = v
        .hints
        .hits(i, v.lexicon)
        .find(|(_, p)| p.reason == Reason::SectionLabel && p.matching == Match::Whole)
    {
        return Some(Finding::sure(
            Reason::SectionLabel,
            Evidence::SeenWith("above the headline", hit),
        ));
    }
    foreign_letters(v, i).then(|| {
        Finding::sure(
            Reason::SectionLabel,
            "above the headline, in letters that the article does not use",
        )
    })
}

/// Another script than the article's, or two accented letters where the article has next to none.
fn foreign_letters(v: &View<'_>, i: usize) -> bool {
    if v.context.foreign(i) {
        return true;
    }
    let accented = |page: &Page<'_>, j: usize| {
        page.block(j)
            .chars()
            .filter(|c| c.is_alphabetic() && !c.is_ascii())
            .count()
    };
    if v.context.script != Some(Script::Latin as usize) || accented(v.page, i) < 2 {
        return false;
    }
    let (mut foreign, mut letters) = (0, 0);
    for j in v.extent.start..v.extent.end {
        foreign += accented(v.page, j);
        letters += v.shape(j).letters as usize;
    }
    foreign * 200 < letters
}
