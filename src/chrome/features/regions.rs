//! The region a unit lies in or next to: is that run of prose the article, with a headline above it, or a list of
//! teasers, comments, legal text?

use crate::chrome::features::scale::{count, log, logs, share};
use crate::chrome::segments::{Segment, maximal};
use crate::chrome::survey::{Survey, WORDS};

/// A headline is looked for so many units above a region …
const HEADLINE_REACH: usize = 14;
/// … and has at most so many words, or so many where it stands in the region itself.
const HEADLINE_WORDS: f32 = 30.0;
const FIRST_WORDS: f32 = 20.0;
/// Dates right above a region are looked for so many units above it.
const DATE_REACH: usize = 6;
/// Stems in more than this share of the page's units say nothing of a region, …
const COMMON_SHARE: f32 = 0.12;
/// … but this many units may have one.
const COMMON_LEAST: f32 = 4.0;
/// Another region counts as a rival from this share of a region's sum on.
const RIVAL: f32 = 0.3;

macro_rules! names {
    ($name:literal) => {
        &[
            concat!($name, "-headline-above"),
            concat!($name, "-relative"),
            concat!($name, "-of-all"),
            concat!($name, "-rivals-before"),
            concat!($name, "-units"),
            concat!($name, "-long"),
            concat!($name, "-copies"),
            concat!($name, "-dates"),
            concat!($name, "-date-above"),
            concat!($name, "-stops"),
            concat!($name, "-terminals"),
            concat!($name, "-phrases"),
            concat!($name, "-shared"),
            concat!($name, "-foreign"),
            concat!($name, "-headline-relative"),
            concat!($name, "-headline-before"),
        ]
    };
}

/// Names of the values of regions by words, and by words of sentences.
pub const NAMES: [&[&str]; 2] = [names!("region"), names!("talk")];
const WIDTH: usize = 16;

/// Both kinds of regions of a page.
pub struct Regions {
    kinds: [Kind; 2],
}

struct Kind {
    rows: Vec<[u8; WIDTH]>,
    /// The nearest region of each unit.
    nearest: Vec<u32>,
}

impl Regions {
    pub fn of(s: &Survey, phrases: &[f32]) -> Self {
        let common = common_stems(s);
        let sentences: Vec<f32> = (0..s.len())
            .map(|u| s.words[u].min(40.0) * if s.terminal[u] { 1.0 } else { 0.5 } - 7.0)
            .collect();
        Self {
            kinds: [
                Kind::of(s, phrases, &common, &s.families[WORDS].segments),
                Kind::of(s, phrases, &common, &maximal(&sentences)),
            ],
        }
    }

    pub fn push(&self, row: &mut Vec<u8>, u: usize) {
        for kind in &self.kinds {
            kind.push(row, u);
        }
    }
}

/// Stop words and whatever else most units say.
fn common_stems(s: &Survey) -> Vec<bool> {
    let limit = COMMON_LEAST.max(COMMON_SHARE * s.len() as f32);
    s.stems.holders(0..s.len()).iter().map(|&n| n as f32 > limit).collect()
}

/// What a region's headline is worth, and how many units above it stands.
#[derive(Clone, Copy)]
struct Headline {
    worth: f32,
    above: usize,
}

impl Kind {
    fn of(s: &Survey, phrases: &[f32], common: &[bool], segments: &[Segment]) -> Self {
        let mut said = Said::new(s, common);
        // In how many regions each stem stands.
        let mut regions = vec![0u32; common.len()];
        let (vocabularies, headlines): (Vec<Vec<u32>>, Vec<Headline>) = segments
            .iter()
            .map(|&segment| {
                let words = said.of(segment);
                for &word in &words {
                    regions[word as usize] += 1;
                }
                (words, said.headline(segment))
            })
            .unzip();
        let total: f32 = segments.iter().map(|g| g.sum).sum();
        let best = segments.iter().map(|g| g.sum).fold(0.0, f32::max);
        let (relative, before) = compare(segments, &headlines);
        let rivals = rivals(segments);
        let rows = (0..segments.len())
            .map(|k| {
                let (segment, headline) = (segments[k], headlines[k]);
                let words = &vocabularies[k];
                let shared = words.iter().filter(|&&w| regions[w as usize] > 1).count();
                let mut row = [0; WIDTH];
                row[..5].copy_from_slice(&[
                    logs(headline.above),
                    share(segment.sum / best),
                    share(segment.sum / total),
                    count(rivals[k]),
                    logs(segment.units()),
                ]);
                row[5..12].copy_from_slice(&texture(s, phrases, segment));
                row[12..].copy_from_slice(&[
                    share(shared as f32 / words.len().max(1) as f32),
                    foreign(s, segment),
                    share(relative[k]),
                    share(before[k]),
                ]);
                row
            })
            .collect();
        Self {
            nearest: nearest(segments, s.len()),
            rows,
        }
    }

    fn push(&self, row: &mut Vec<u8>, u: usize) {
        row.extend(self.rows.get(self.nearest[u] as usize).unwrap_or(&[0; WIDTH]));
    }
}

/// The stems of one region at a time, counted by unit.
struct Said<'s> {
    s: &'s Survey,
    common: &'s [bool],
    counts: Vec<u32>,
    last: Vec<u32>,
    touched: Vec<u32>,
}

impl<'s> Said<'s> {
    fn new(s: &'s Survey, common: &'s [bool]) -> Self {
        Self {
            s,
            common,
            counts: vec![0; common.len()],
            last: vec![u32::MAX; common.len()],
            touched: Vec::new(),
        }
    }

    /// Counts a region's stems and returns them.
    fn of(&mut self, segment: Segment) -> Vec<u32> {
        for stem in self.touched.drain(..) {
            self.counts[stem as usize] = 0;
            self.last[stem as usize] = u32::MAX;
        }
        for u in segment.start..=segment.last {
            for &stem in self.s.stems.block(u) {
                let at = stem as usize;
                if self.common[at] || self.last[at] == u as u32 {
                    continue;
                }
                if self.counts[at] == 0 {
                    self.touched.push(stem);
                }
                self.last[at] = u as u32;
                self.counts[at] += 1;
            }
        }
        self.touched.clone()
    }

    /// The unit above the counted region, or its first one, that shares most with it.
    fn headline(&self, segment: Segment) -> Headline {
        let mut best = Headline { worth: 0.0, above: 30 };
        for u in segment.start.saturating_sub(HEADLINE_REACH)..=segment.start {
            let own = u == segment.start;
            if self.s.words[u] > if own { FIRST_WORDS } else { HEADLINE_WORDS } {
                continue;
            }
            let (mut stems, mut hits) = (0u32, 0u32);
            for &stem in self.s.stems.block(u).iter().filter(|&&w| !self.common[w as usize]) {
                stems += 1;
                hits += u32::from(self.counts[stem as usize] > u32::from(own));
            }
            let worth = hits as f32 / (stems as f32 + 1.0) * (hits as f32 / 3.0).min(1.0);
            if stems >= 2 && worth >= best.worth {
                best = Headline {
                    worth,
                    above: segment.start - u,
                };
            }
        }
        best
    }
}

/// The worth of each region's headline relative to the best one, and the best before it.
fn compare(segments: &[Segment], headlines: &[Headline]) -> (Vec<f32>, Vec<f32>) {
    // A headline above next to nothing is worth little: sums below fifty words count in proportion to their logarithm.
    let worth: Vec<f32> = segments
        .iter()
        .zip(headlines)
        .map(|(g, h)| h.worth * (f32::from(log(g.sum)) / 96.0).min(1.0))
        .collect();
    let best = worth.iter().copied().fold(1e-6, f32::max);
    let mut highest = 0.0f32;
    let before = worth
        .iter()
        .map(|&w| {
            let before = highest;
            highest = highest.max(w);
            before
        })
        .collect();
    (worth.iter().map(|w| w / best).collect(), before)
}

/// How many regions before each are no mere trifle against it.
fn rivals(segments: &[Segment]) -> Vec<u32> {
    // Regions beyond these are not counted: a page of a hundred thousand lines has as many regions.
    const MOST: usize = 64;
    (0..segments.len())
        .map(|k| {
            let before = &segments[k.saturating_sub(MOST)..k];
            before.iter().filter(|g| g.sum > RIVAL * segments[k].sum).count() as u32
        })
        .collect()
}

/// Long units, copies, dates, a date above, stop words, sentence ends, shared phrases.
fn texture(s: &Survey, phrases: &[f32], segment: Segment) -> [u8; 7] {
    let range = segment.start..segment.last + 1;
    let units = segment.units() as f32;
    let words: f32 = s.words[range.clone()].iter().sum::<f32>().max(1.0);
    let mean = |value: &dyn Fn(usize) -> bool| share(range.clone().filter(|&u| value(u)).count() as f32 / units);
    let weighted =
        |value: &dyn Fn(usize) -> f32| share(range.clone().map(|u| value(u) * s.words[u]).sum::<f32>() / words);
    let dated = |u: usize| s.shapes[u].dates > 0 || s.shapes[u].times > 0;
    let above = segment.start.saturating_sub(DATE_REACH)..segment.start;
    [
        mean(&|u| s.words[u] >= 12.0),
        mean(&|u| s.copies[u] > 0),
        mean(&|u| s.date_short[u]),
        u8::from(above.into_iter().any(dated)),
        weighted(&|u| s.stop_share[u]),
        weighted(&|u| f32::from(u8::from(s.terminal[u]))),
        weighted(&|u| phrases[u]),
    ]
}

fn foreign(s: &Survey, segment: Segment) -> u8 {
    let (mut main, mut all) = (0.0f32, 0.0f32);
    for shape in &s.shapes[segment.start..=segment.last] {
        main += f32::from(shape.scripts[s.script]);
        all += shape.scripts.iter().map(|&n| f32::from(n)).sum::<f32>();
    }
    share(1.0 - main / all.max(1.0))
}

/// The region each unit lies in or is nearest to; of equally near ones the first.
fn nearest(segments: &[Segment], n: usize) -> Vec<u32> {
    let mut nearest = vec![u32::MAX; n];
    let mut k = 0;
    if segments.is_empty() {
        return nearest;
    }
    for (u, own) in nearest.iter_mut().enumerate() {
        while k + 1 < segments.len() && segments[k + 1].start.saturating_sub(u) < u.saturating_sub(segments[k].last) {
            k += 1;
        }
        *own = k as u32;
    }
    nearest
}
