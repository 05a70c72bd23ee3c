//! Columns over the units of a page, each computed once: what context and features build on.
//!
//! Knows facts of blocks; must not know which features there are.

use crate::chrome::facts::Facts;
use crate::chrome::hints::{Group, Hints};
use crate::chrome::segments::{self, Segment};
use crate::chrome::shape::{Shape, letters_by_script};
use crate::chrome::stems::{StemSet, Stems};
use crate::chrome::tally::Tally;
use crate::chrome::units::Units;
use crate::hash::hash64;
use crate::page::Page;

/// A long unit has at least so many words and ends as a sentence does.
pub(super) const LONG_WORDS: f32 = 12.0;
/// On pages with fewer than two of them, so many words are enough.
pub(super) const LONG_WORDS_FALLBACK: f32 = 8.0;
/// A date in a unit narrower than this is a date line, near enough.
const DATE_WIDTH: u32 = 40;
/// A unit with a hit of the lexicon and at most so many words is a label rather than a sentence.
pub(crate) const LABEL_WORDS: f32 = 9.0;

/// The ways to value a unit whose best segments tell where the article is.
pub const FAMILIES: usize = 6;

/// The family of units by their words …
pub const WORDS: usize = 2;
/// … and of long sentences.
const PROSE: usize = 4;

/// One way to value the units: its segments and the best of them.
#[derive(Debug)]
pub struct Family {
    /// Its maximal segments, in order.
    pub segments: Vec<Segment>,
    /// The one with the greatest sum; of equals the first.
    pub best: Option<Segment>,
}

/// Columns over the units of a page.
#[derive(Debug)]
pub struct Survey {
    /// Which lines belong together.
    pub units: Units,
    /// The shape of each unit.
    pub shapes: Vec<Shape>,
    /// The stems of each unit.
    pub stems: Stems,
    /// The page's own stop words.
    pub stop: StemSet,
    /// Words of each unit.
    pub words: Vec<f32>,
    /// Whether each unit ends as a sentence does.
    pub terminal: Vec<bool>,
    /// Whether each unit is a long sentence.
    pub long: Vec<bool>,
    /// The page's own stop words in each unit: how many.
    pub stops: Vec<f32>,
    /// Their share of its stems.
    pub stop_share: Vec<f32>,
    /// The share of the ten most common ones.
    pub stop10_share: Vec<f32>,
    /// A short unit with a date or a time.
    pub date_short: Vec<bool>,
    /// How often the unit stands elsewhere on the page, digits masked.
    pub copies: Vec<u8>,
    /// Units to the nearest of these.
    pub nearest: Vec<u32>,
    /// Hits of the lexicon by group.
    pub hits: Vec<[u8; Group::COUNT]>,
    /// The script of the long units' letters.
    pub script: usize,
    /// The ways to value the units.
    pub families: [Family; FAMILIES],
}

impl Survey {
    /// Looks at the units of a page.
    #[must_use]
    pub fn of(page: &Page<'_>, facts: &Facts) -> Self {
        let units = Units::of(page, &facts.shapes);
        let n = units.len();
        let shapes = units.shapes(&facts.shapes);
        let stems = facts.stems.joined(&units);
        let words: Vec<f32> = shapes.iter().map(Shape::words).collect();
        let terminal: Vec<bool> = shapes.iter().map(Shape::terminal).collect();
        let long = long_units(&words, &terminal);
        let (stop, stop10) = stems.stop_words(&long);
        let stop10_share = stems.stop_shares(&stop10).0;
        let (stop_share, stops) = stems.stop_shares(&stop);
        let (copies, nearest) = copies(page, &units, &shapes);
        let families = families(&shapes, &words, &terminal, &stops);
        Self {
            script: script(&shapes, &long),
            date_short: (0..n)
                .map(|u| date_short(&shapes[u], &facts.hints, &units, u))
                .collect(),
            hits: (0..n).map(|u| hits(&facts.hints, &units, u)).collect(),
            units,
            shapes,
            stems,
            stop,
            words,
            terminal,
            long,
            stops,
            stop_share,
            stop10_share,
            copies,
            nearest,
            families,
        }
    }

    /// How many units the page has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether the page has no unit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The run that most likely holds the article: of long sentences if there are any, else by words.
    #[must_use]
    pub fn main(&self) -> Option<Segment> {
        self.families[PROSE].best.or(self.families[WORDS].best)
    }
}

fn long_units(words: &[f32], terminal: &[bool]) -> Vec<bool> {
    let long: Vec<bool> = words
        .iter()
        .zip(terminal)
        .map(|(&w, &t)| t && w >= LONG_WORDS)
        .collect();
    if long.iter().filter(|&&l| l).count() >= 2 {
        return long;
    }
    words.iter().map(|&w| w >= LONG_WORDS_FALLBACK).collect()
}

fn date_short(shape: &Shape, hints: &Hints, units: &Units, u: usize) -> bool {
    shape.width < DATE_WIDTH && (shape.dates > 0 || shape.times > 0 || units.lines(u).any(|i| hints.dates[i].has))
}

fn hits(hints: &Hints, units: &Units, u: usize) -> [u8; Group::COUNT] {
    let mut sum = [0u8; Group::COUNT];
    for i in units.lines(u) {
        for (s, &c) in sum.iter_mut().zip(&hints.counts[i]) {
            *s = s.saturating_add(c);
        }
    }
    sum
}

fn script(shapes: &[Shape], long: &[bool]) -> usize {
    let totals = letters_by_script(shapes.iter().zip(long).filter(|&(_, &l)| l).map(|(shape, _)| shape));
    (0..totals.len()).rev().max_by_key(|&i| totals[i]).unwrap_or_default()
}

/// How often each unit stands elsewhere, with its digits masked, and how far the nearest one is.
fn copies(page: &Page<'_>, units: &Units, shapes: &[Shape]) -> (Vec<u8>, Vec<u32>) {
    const NONE: u32 = 99;
    let n = units.len();
    let mut tally = Tally::with_capacity(n);
    let mut masked = Vec::new();
    let mut nearest = vec![NONE; n];
    let slots: Vec<usize> = (0..n)
        .map(|u| {
            let key = key(page, units, shapes, u, &mut masked);
            let (slot, last) = tally.add(key, u as u32);
            if let Some(last) = last {
                let distance = u as u32 - last;
                nearest[u] = nearest[u].min(distance);
                nearest[last as usize] = nearest[last as usize].min(distance);
            }
            slot
        })
        .collect();
    let copies = slots
        .into_iter()
        .map(|slot| (tally.count(slot) - 1).min(9) as u8)
        .collect();
    (copies, nearest)
}

fn key(page: &Page<'_>, units: &Units, shapes: &[Shape], u: usize, masked: &mut Vec<u8>) -> u64 {
    let lines = units.lines(u);
    if shapes[u].digits == 0 {
        return lines.fold(0, |key: u64, i| key.rotate_left(5) ^ page.key(i));
    }
    masked.clear();
    for i in lines {
        for &b in page.folded(i).as_bytes() {
            let digit = b.is_ascii_digit();
            if !digit || masked.last() != Some(&b'0') {
                masked.push(if digit { b'0' } else { b });
            }
        }
        masked.push(b' ');
    }
    hash64(masked)
}

/// +width for a long line that ends a sentence, a small penalty for anything else: alone it scores
/// as well as an extractor that sees the HTML on whole-page dumps.
pub(super) fn prose_value(shape: &Shape) -> f32 {
    let width = shape.width as f32;
    if width >= 80.0 && shape.terminal() {
        width
    } else {
        -(20.0 + width).min(60.0)
    }
}

fn families(shapes: &[Shape], words: &[f32], terminal: &[bool], stops: &[f32]) -> [Family; FAMILIES] {
    let family = |value: &dyn Fn(usize) -> f32| {
        let values: Vec<f32> = (0..words.len()).map(value).collect();
        let segments = segments::maximal(&values);
        Family {
            best: segments::best(&segments),
            segments,
        }
    };
    let by_words = |least: f32| family(&|u| words[u] - least);
    [
        by_words(5.0),
        by_words(8.0),
        by_words(12.0),
        by_words(20.0),
        family(&|u| prose_value(&shapes[u])),
        family(&|u| {
            let spoken = if words[u] >= 5.0 { 2.5 * stops[u] } else { 0.0 };
            spoken - 5.0 + if terminal[u] { 2.0 } else { 0.0 }
        }),
    ]
}
