//! Dropped pages against the truth: exact copies, near copies by similarity and language, and whether what was dropped
//! is as similar as promised to what stays.
//!
//! Must not know lines.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Duplicate, Known, Limits, Tally, Truth};
use crate::synth::truth::PageKind;

/// A run measures cleaned pages, the truth articles: what is below the threshold by less is no chain.
const SLACK: f64 = 0.02;
/// The similarity that is well above the threshold.
const WELL_ABOVE: f64 = 0.05;

/// What became of near copies that are about as similar.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Step {
    /// Copies.
    pub pages: u64,
    /// Those in a cluster with what they are copies of.
    pub together: u64,
    /// Their similarities added up.
    pub similarity: f64,
}

/// Scores of the dropped pages.
#[derive(Debug, Default)]
pub struct PageScores {
    /// Pages that were dropped.
    pub dropped: u64,
    /// Pages that were scraped again.
    pub again: Tally,
    /// Articles under another template.
    pub reprints: Tally,
    /// Both, and what is listed as exact but is none; reprints that are listed as near count as found.
    pub exact: Tally,
    /// Exact copies that are listed as near: what stands around the article was not all cut.
    pub exact_as_near: u64,
    /// Near copies at least as similar as the threshold, and all that was dropped below it.
    pub near: Tally,
    /// Those that are well above it, for recall.
    pub well_above: Tally,
    /// The two by language.
    pub languages: BTreeMap<String, (Tally, Tally)>,
    /// Near copies by the similarity they should have, in thousandths.
    pub steps: BTreeMap<u32, Step>,
    /// Dropped pages that are less similar than the threshold to the page that stays, by more than a trifle.
    pub chained: u64,
    /// Pages that stay for others but are dropped themselves.
    pub kept_but_dropped: u64,
    /// The lowest similarity of a dropped page to the one that stays.
    pub lowest: Option<f64>,
    /// The farthest that the run's similarity of near pages is from the truth, and the mean.
    pub farthest: Option<f64>,
    /// The mean of that.
    pub mean_off: Option<f64>,
    /// Dropped pages whose similarity nobody can tell.
    pub unknown: u64,
}

/// A dropped page.
#[derive(Clone, Copy)]
struct Drop {
    kept: u32,
    exact: bool,
    said: Option<f64>,
    /// The true similarity.
    truly: Option<f64>,
}

/// Which pages were dropped, and for which.
pub struct Dropped(Vec<Option<Drop>>);

impl Dropped {
    /// From the run's rows; also how many speak of pages that the truth does not know.
    pub fn of(truth: &Truth, rows: impl IntoIterator<Item = Duplicate>) -> (Self, u64) {
        let (mut drops, mut unknown) = (vec![None; truth.len()], 0);
        for row in rows {
            let Some((page, kept)) = truth.place(&row.page).zip(truth.place(&row.kept)) else {
                unknown += 1;
                continue;
            };
            drops[page as usize] = Some(Drop {
                kept,
                exact: row.kind == "exact",
                said: row.similarity,
                truly: None,
            });
        }
        drops.par_iter_mut().enumerate().for_each(|(page, drop)| {
            if let Some(drop) = drop {
                drop.truly = truth.similarity(page as u32, drop.kept);
            }
        });
        (Self(drops), unknown)
    }

    /// Whether a page was dropped.
    #[must_use]
    pub fn contains(&self, page: u32) -> bool {
        self.0.get(page as usize).is_some_and(Option::is_some)
    }

    /// The page that stays for this one.
    fn leader(&self, page: u32) -> u32 {
        self.0[page as usize].map_or(page, |drop| drop.kept)
    }
}

impl PageScores {
    /// Scores them.
    #[must_use]
    pub fn of(truth: &Truth, dropped: &Dropped, limits: Limits) -> Self {
        let mut scores = Self::default();
        let mut offs = Vec::new();
        for (page, drop) in dropped
            .0
            .iter()
            .enumerate()
            .filter_map(|(page, drop)| Some((page, (*drop)?)))
        {
            scores.dropped += 1;
            scores.kept_but_dropped += u64::from(dropped.contains(drop.kept));
            scores.listed(truth, page as u32, drop, limits);
            if let (false, Some(said), Some(truly)) = (drop.exact, drop.said, drop.truly) {
                offs.push((said - truly).abs());
            }
        }
        scores.farthest = offs.iter().copied().reduce(f64::max);
        scores.mean_off = (!offs.is_empty()).then(|| offs.iter().sum::<f64>() / offs.len() as f64);
        for (page, known) in truth.pages.iter().enumerate() {
            scores.planted(truth, dropped, page as u32, known, limits);
        }
        scores
    }

    /// What the run lists: is it right?
    fn listed(&mut self, truth: &Truth, page: u32, drop: Drop, limits: Limits) {
        let known = &truth.pages[page as usize];
        let Some(truly) = drop.truly else {
            self.unknown += 1;
            return;
        };
        if self.lowest.is_none_or(|lowest| truly < lowest) {
            self.lowest = Some(truly);
        }
        self.chained += u64::from(truly < limits.near - SLACK);
        if drop.exact {
            self.exact.wrong += u64::from(truly < 1.0);
        } else {
            let wrong = u64::from(truly < limits.near);
            let (near, _) = self.language(truth, known);
            near.wrong += wrong;
            self.near.wrong += wrong;
            self.exact_as_near += u64::from(truly >= 1.0);
        }
    }

    /// What was planted: was it found?
    fn planted(&mut self, truth: &Truth, dropped: &Dropped, page: u32, known: &Known, limits: Limits) {
        if known.kind == PageKind::Original {
            return;
        }
        let together = dropped.leader(page) == dropped.leader(known.source);
        if known.kind != PageKind::Near {
            let again = known.kind == PageKind::Again;
            (if again { &mut self.again } else { &mut self.reprints }).count(together);
            self.exact.count(together);
            return;
        }
        let step = (f64::from(known.step) * 1000.0).round() as u32;
        let step = self.steps.entry(step).or_default();
        step.pages += 1;
        step.together += u64::from(together);
        step.similarity += known.similarity;
        if known.similarity < limits.near || (!together && settled(truth, dropped, page, known.source, limits)) {
            return;
        }
        let well_above = known.similarity >= limits.near + WELL_ABOVE;
        self.near.count(together);
        let (near, above) = self.language(truth, known);
        near.count(together);
        if well_above {
            above.count(together);
            self.well_above.count(together);
        }
    }

    fn language(&mut self, truth: &Truth, known: &Known) -> &mut (Tally, Tally) {
        let language = &truth.languages[usize::from(known.language)];
        self.languages.entry(language.clone()).or_default()
    }
}

/// Whether one of the two was dropped for a page that the other is not similar to: then the other stays with reason.
fn settled(truth: &Truth, dropped: &Dropped, page: u32, source: u32, limits: Limits) -> bool {
    let apart = |a: u32, b: u32| {
        let leader = dropped.leader(a);
        leader != a
            && truth
                .similarity(b, leader)
                .is_some_and(|similarity| similarity < limits.near)
    };
    apart(page, source) || apart(source, page)
}
