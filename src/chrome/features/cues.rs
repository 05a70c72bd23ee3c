//! What the lexicon says of a unit and around it: hits by group, and how far the nearest label is.

use crate::chrome::features::scale::{count, log, logs, share};
use crate::chrome::survey::{LABEL_WORDS, Survey};
use crate::chrome::hints::Group;

/// The groups' names.
const GROUPS: [&str; Group::COUNT] = [
    "navigation", "social", "credit", "related", "comments", "promotion", "legal", "residue",
];
/// Windows reach so many units to each side.
const REACH: [usize; 2] = [4, 12];
/// No label on this side.
const NONE: usize = 400;

/// The names of [`Cues::push`]'s values.
pub fn names() -> Vec<String> {
    let values = [
        "hits", "density", "4-back", "4-on", "12-back", "12-on", "label-back", "label-on", "labels-before",
        "labels-after",
    ];
    GROUPS
        .iter()
        .flat_map(|group| values.map(|value| format!("{group}-{value}")))
        .collect()
}

/// The lexicon's hits around every unit.
pub struct Cues<'s> {
    s: &'s Survey,
    groups: Vec<Hits>,
}

struct Hits {
    /// Units with a hit up to each unit.
    sums: Vec<u32>,
    /// Units that are labels with a hit.
    labels: Vec<usize>,
    /// Labels before each unit.
    before: Vec<u32>,
}

impl<'s> Cues<'s> {
    pub fn of(s: &'s Survey) -> Self {
        let groups = (0..Group::COUNT).map(|group| Hits::of(s, group)).collect();
        Self { s, groups }
    }

    pub fn push(&self, row: &mut Vec<u8>, u: usize) {
        let n = self.s.len();
        for (hits, &own) in self.groups.iter().zip(&self.s.hits[u]) {
            row.extend([
                count(u32::from(own)),
                share(f32::from(own) / self.s.words[u].max(3.0)),
            ]);
            for k in REACH {
                let (from, to) = (u.saturating_sub(k), (u + 1 + k).min(n));
                row.extend([
                    log((hits.sums[u] - hits.sums[from]) as f32),
                    log((hits.sums[to] - hits.sums[u + 1]) as f32),
                ]);
            }
            let before = hits.before[u] as usize;
            let upto = before + usize::from(hits.labels.get(before) == Some(&u));
            let back = before.checked_sub(1).map_or(NONE, |k| (u - hits.labels[k]).min(NONE));
            let on = hits.labels.get(upto).map_or(NONE, |&v| (v - u).min(NONE));
            row.extend([logs(back), logs(on), logs(upto), logs(hits.labels.len() - upto)]);
        }
    }
}

impl Hits {
    fn of(s: &Survey, group: usize) -> Self {
        let mut hits = Self {
            sums: Vec::with_capacity(s.len() + 1),
            labels: Vec::new(),
            before: Vec::with_capacity(s.len()),
        };
        let mut sum = 0;
        hits.sums.push(0);
        for u in 0..s.len() {
            hits.before.push(hits.labels.len() as u32);
            if s.hits[u][group] > 0 {
                sum += 1;
                if s.words[u] <= LABEL_WORDS {
                    hits.labels.push(u);
                }
            }
            hits.sums.push(sum);
        }
        hits
    }
}
