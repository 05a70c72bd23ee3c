//! What a unit talks about: its stems in and outside the article's run, shared with a headline, with others.

use crate::chrome::features::scale::{between, share, signed};
use crate::chrome::survey::Survey;
use crate::chrome::tally::{Tally, spread};

/// Names of [`Topic::push`]'s values.
pub const NAMES: &[&str] = &[
    "topic",
    "topic-seen",
    "topic-elsewhere",
    "headline-shared",
    "headline-distance",
    "phrases-shared",
];

/// The headline is looked for so many units above the article's run.
const HEADLINE_REACH: usize = 25;
/// A headline has so many words.
const HEADLINE_WORDS: std::ops::RangeInclusive<f32> = 3.0..=25.0;

/// The topic of every unit.
pub struct Topic {
    odds: Vec<f32>,
    seen: Vec<f32>,
    elsewhere: Vec<f32>,
    /// Distinct stems of the unit that are no stop words.
    stems: Vec<f32>,
    headline: Option<usize>,
    with_headline: Vec<f32>,
    phrases: Vec<f32>,
}

impl Topic {
    pub fn of(s: &Survey) -> Self {
        let n = s.len();
        let mut topic = Self {
            odds: vec![0.0; n],
            seen: vec![0.0; n],
            elsewhere: vec![0.0; n],
            stems: vec![0.0; n],
            headline: None,
            with_headline: vec![0.0; n],
            phrases: phrases(s),
        };
        topic.weigh(s);
        topic.find_headline(s);
        topic
    }

    /// How much likelier each unit's stems are in the article's run than outside it, itself left out.
    fn weigh(&mut self, s: &Survey) {
        let inside = |u: usize| s.main().is_some_and(|m| m.contains(u));
        let distinct = s.stems.distinct();
        let (mut within, mut without) = (vec![0u32; distinct], vec![0u32; distinct]);
        let (mut all_within, mut all_without) = (10.0f32, 10.0f32);
        for u in 0..s.len() {
            let stems = s.stems.block(u);
            let (counts, all) = if inside(u) {
                (&mut within, &mut all_within)
            } else {
                (&mut without, &mut all_without)
            };
            *all += stems.len() as f32;
            for &stem in stems {
                counts[stem as usize] += 1;
            }
        }
        let base = log2(all_without) - log2(all_within);
        let mut own = vec![0u32; distinct];
        for u in 0..s.len() {
            let (stems, inside) = (s.stems.block(u), inside(u));
            for &stem in stems {
                own[stem as usize] += 1;
            }
            let (mut all, mut seen, mut elsewhere, mut odds) = (0u32, 0u32, 0u32, 0.0f32);
            for &stem in stems {
                let mine = std::mem::take(&mut own[stem as usize]);
                if mine == 0 || s.stop.contains(stem) {
                    continue;
                }
                let here = within[stem as usize] - if inside { mine } else { 0 };
                let there = without[stem as usize] - if inside { 0 } else { mine };
                all += 1;
                seen += u32::from(here > 0);
                elsewhere += u32::from(there > 0);
                odds += log2(here as f32 + 0.2) - log2(there as f32 + 0.2) + base;
            }
            self.stems[u] = all as f32;
            let all = all.max(1) as f32;
            self.odds[u] = odds / all;
            self.seen[u] = seen as f32 / all;
            self.elsewhere[u] = elsewhere as f32 / all;
        }
    }

    /// The unit above the run that shares most with it, and how much each unit shares with that.
    fn find_headline(&mut self, s: &Survey) {
        let Some(main) = s.main() else { return };
        let mut most = 0.0;
        for u in main.start.saturating_sub(HEADLINE_REACH)..(main.start + 1).min(s.len()) {
            let worth = self.seen[u] * self.stems[u].min(8.0);
            if HEADLINE_WORDS.contains(&s.words[u]) && worth > most {
                (most, self.headline) = (worth, Some(u));
            }
        }
        let Some(headline) = self.headline else { return };
        let mut said = vec![false; s.stems.distinct()];
        let mut length = 0u32;
        for &stem in s.stems.block(headline) {
            if !s.stop.contains(stem) && !said[stem as usize] {
                said[stem as usize] = true;
                length += 1;
            }
        }
        for u in 0..s.len() {
            let hits = s.stems.block(u).iter().filter(|&&stem| said[stem as usize]).count() as f32;
            let shorter = self.stems[u].min(length as f32).max(1.0);
            self.with_headline[u] = (hits / shorter).min(1.0);
        }
        self.with_headline[headline] = 1.5;
    }

    /// How many stems of a unit the article's run has, too.
    pub fn shared_stems(&self, u: usize) -> f32 {
        self.seen[u] * self.stems[u]
    }

    /// For each unit the share of its phrases that another unit has, too.
    pub fn phrases(&self) -> &[f32] {
        &self.phrases
    }

    pub fn push(&self, row: &mut Vec<u8>, u: usize) {
        row.extend([
            between(self.odds[u], -8.0, 8.0),
            share(self.seen[u]),
            share(self.elsewhere[u]),
            between(self.with_headline[u], 0.0, 1.5),
            self.headline.map_or(0, |h| signed(u as f32 - h as f32)),
            share(self.phrases[u]),
        ]);
    }
}

/// Logarithm to base 2, straight between powers of two: exact on every machine.
fn log2(x: f32) -> f32 {
    x.to_bits() as f32 / (1u32 << 23) as f32 - 127.0
}

/// For each unit the share of its phrases of three stems that another unit has, too.
fn phrases(s: &Survey) -> Vec<f32> {
    let stems = (0..s.len()).map(|u| s.stems.block(u).len()).sum();
    let mut tally = Tally::with_capacity(stems);
    let mut slots = Vec::with_capacity(stems);
    for u in 0..s.len() {
        for three in s.stems.block(u).windows(3) {
            let key = spread(u64::from(three[0]) << 32 | u64::from(three[1])) ^ u64::from(three[2]);
            slots.push(tally.add(spread(key), u as u32).0);
        }
    }
    let mut slots = slots.into_iter();
    (0..s.len())
        .map(|u| {
            let all = s.stems.block(u).len().saturating_sub(2);
            let shared = slots.by_ref().take(all).filter(|&slot| tally.count(slot) > 1).count();
            shared as f32 / all.max(1) as f32
        })
        .collect()
}
