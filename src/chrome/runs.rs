//! Structure: runs of blocks that are something together. Lists of other articles, menus.
//!
//! Language-free but for the headers the lexicon knows. Finds, never cuts.

use crate::chrome::context::Run;
use crate::chrome::rules::{Finding, Place, Proof, View};
use crate::chrome::shape::End;
use crate::lexicon::{Match, Strength};
use crate::reason::Reason;

/// Headlines in a row that make a list of other articles.
const LEAST_ITEMS: usize = 3;
/// With a header, a list may be shorter.
const LEAST_ITEMS_UNDER_HEADER: usize = 1;
/// Short lines in a row that make a menu.
const LEAST_MENU: usize = 4;
/// A menu's entry is at most so wide.
const MENU_WIDTH: u32 = 28;
/// A headline has so many words.
const ITEM_WORDS: std::ops::RangeInclusive<f32> = 3.0..=28.0;
/// A related header has at most so many words.
const HEADER_WORDS: f32 = 6.0;

/// Adds what structure says to the findings of single blocks.
pub fn examine(v: &View<'_>, findings: &mut [Option<Finding>]) {
    glued_header(v, findings);
    consent(v, findings);
    lists(v, findings);
    tag_rows(v, findings);
    menus(v, findings);
}

fn set(findings: &mut [Option<Finding>], i: usize, finding: Finding) {
    let weaker = findings[i].as_ref().is_none_or(|old| old.proof < finding.proof);
    if weaker {
        findings[i] = Some(finding);
    }
}

/// The shape of a headline: no sentence end, a few words, no list signs.
fn is_item(v: &View<'_>, i: usize) -> bool {
    let shape = v.shape(i);
    ITEM_WORDS.contains(&v.words(i))
        && !matches!(shape.end, End::Stop | End::Comma | End::Colon)
        && !shape.url
        && !v.hints.dates[i].whole
}

fn is_header(v: &View<'_>, i: usize) -> bool {
    v.words(i) <= HEADER_WORDS && !v.shape(i).terminal() && v.hints.has(i, Reason::RelatedHeader, v.lexicon)
}

fn sure_header(v: &View<'_>, i: usize) -> bool {
    v.hints
        .phrases(i, v.lexicon)
        .any(|p| p.reason == Reason::RelatedHeader && p.strength == Strength::Sure && p.matching == Match::Whole)
}

/// A header that the next line begins with, without a space: "Latest newsRail strike enters third day".
fn glued_header(v: &View<'_>, findings: &mut [Option<Finding>]) {
    for i in 0..v.context.len().saturating_sub(1) {
        let (head, next) = (v.page.block(i), v.page.block(i + 1));
        if v.words(i) > HEADER_WORDS || v.shape(i).letters < 4 || !v.outside(i) || v.shape(i).terminal() {
            continue;
        }
        let Some(rest) = next.strip_prefix(head) else { continue };
        let glued = head.chars().next_back().is_some_and(char::is_lowercase)
            && rest
                .chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || "«“\"„".contains(c));
        if glued {
            set(
                findings,
                i,
                Finding::sure(Reason::RelatedHeader, "the next line begins with it, glued"),
            );
            set(
                findings,
                i + 1,
                Finding::sure(Reason::RelatedItem, "begins with the line before, glued"),
            );
        }
    }
}

/// Sentences of a consent banner: outside the article, one that the lexicon suspects next to another one.
fn consent(v: &View<'_>, findings: &mut [Option<Finding>]) {
    let found: Vec<bool> = findings
        .iter()
        .map(|f| f.as_ref().is_some_and(|f| f.reason == Reason::Consent))
        .collect();
    for (i, finding) in findings.iter_mut().enumerate().filter(|&(i, _)| v.outside(i)) {
        let beside = i > 0 && found[i - 1] || found.get(i + 1) == Some(&true);
        if let Some(finding) = finding
            .as_mut()
            .filter(|f| found[i] && beside && f.proof == Proof::Likely)
        {
            finding.proof = Proof::Supported;
        }
    }
}

/// Items and dates of items after the article.
fn lists(v: &View<'_>, findings: &mut [Option<Finding>]) {
    if !v.has_article() {
        return;
    }
    let mut i = v.extent.end;
    while i < v.context.len() {
        let header = is_header(v, i);
        let from = i + usize::from(header);
        let list = list_from(v, from);
        let items = (list.start..list.end).filter(|&j| is_item(v, j)).count();
        let dates = (list.start..list.end).filter(|&j| v.hints.dates[j].whole).count();
        let least = if header { LEAST_ITEMS_UNDER_HEADER } else { LEAST_ITEMS };
        if items >= least {
            let evidence = if dates * 3 >= items {
                "headlines and dates in turn, after the article"
            } else {
                "a run of headlines, after the article"
            };
            // Without a sure header or dates in turn it may be the article's own list: there the score decides.
            mark(
                v,
                findings,
                list,
                evidence,
                (header && sure_header(v, i)) || (dates >= 2 && dates * 3 >= items),
            );
        }
        if header {
            set(
                findings,
                i,
                Finding::likely(Reason::RelatedHeader, "a header of the lexicon, after the article"),
            );
        }
        i = list.end.max(i + 1);
    }
}

fn list_from(v: &View<'_>, from: usize) -> Run {
    let mut end = from;
    while end < v.context.len() && (is_item(v, end) || v.hints.dates[end].whole) && !is_header(v, end) {
        end += 1;
    }
    Run { start: from, end }
}

fn mark(v: &View<'_>, findings: &mut [Option<Finding>], list: Run, evidence: &'static str, sure: bool) {
    for (j, slot) in findings.iter_mut().enumerate().take(list.end).skip(list.start) {
        let reason = if v.hints.dates[j].whole {
            Reason::RelatedDate
        } else {
            Reason::RelatedItem
        };
        // Where the score is sure of the contrary it may be the article's own list after all.
        let finding = if sure && v.scores[j] < 0.5 {
            Finding::sure(reason, evidence)
        } else {
            Finding::likely(reason, evidence)
        };
        // A phrase or a narrower rule already named it: keep that name.
        if slot
            .as_ref()
            .is_none_or(|old| old.proof < finding.proof || old.reason == Reason::Dateline)
        {
            *slot = Some(finding);
        }
    }
}

/// Short lines under a heading "Tags", after the article.
fn tag_rows(v: &View<'_>, findings: &mut [Option<Finding>]) {
    for i in 0..v.context.len() {
        let heading = findings[i]
            .as_ref()
            .is_some_and(|f| f.reason == Reason::Tags && f.proof == Proof::Sure);
        if !heading || v.place(i) != Place::Tail || v.words(i) > HEADER_WORDS * 2.0 {
            continue;
        }
        let row = (i + 1..v.context.len()).take_while(|&j| {
            let shape = v.shape(j);
            shape.width <= MENU_WIDTH
                && shape.end == End::Open
                && findings[j].as_ref().is_none_or(|f| f.proof == Proof::Likely)
        });
        for j in row.collect::<Vec<_>>() {
            set(
                findings,
                j,
                Finding::sure(Reason::Tags, "a short line under a heading for tags"),
            );
        }
    }
}

/// Runs of short lines outside the article.
fn menus(v: &View<'_>, findings: &mut [Option<Finding>]) {
    let n = v.context.len();
    let short = |i: usize| {
        let shape = v.shape(i);
        shape.width <= MENU_WIDTH
            && shape.end == End::Open
            && v.context.stop_share[i] < 0.34
            && v.outside(i)
            && v.headline != Some(i)
    };
    let mut i = 0;
    while i < n {
        let mut end = i;
        while end < n && short(end) {
            end += 1;
        }
        // A colon before it introduces a list of the article's own.
        let introduced = i > 0 && v.shape(i - 1).end == End::Colon && v.place(i) == Place::Tail;
        if end - i >= LEAST_MENU && !introduced {
            for slot in &mut findings[i..end] {
                slot.get_or_insert(Finding::likely(
                    Reason::Menu,
                    "a run of short lines outside the article",
                ));
            }
        }
        i = end.max(i + 1);
    }
}
