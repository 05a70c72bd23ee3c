//! What the lexicon says of a unit and around it: hits by group, and how far the nearest label is.

use crate::chrome::features::scale::{logs, share};
use crate::chrome::hints::Group;
use crate::chrome::survey::{LABEL_WORDS, Survey};

/// How many units before one are looked at for hits.
const REACH: [usize; 2] = [4, 12];
/// No label on this side.
const NONE: usize = 400;

macro_rules! group {
    ($name:literal) => {
        [
            concat!($name, "-hits"),
            concat!($name, "-density"),
            concat!($name, "-4-back"),
            concat!($name, "-12-back"),
            concat!($name, "-label-back"),
            concat!($name, "-label-on"),
            concat!($name, "-labels-before"),
            concat!($name, "-labels-after"),
        ]
    };
}

/// Names of [`Cues::push`]'s values, for each group.
pub const NAMES: [[&str; 8]; Group::COUNT] = [
    group!("navigation"),
    group!("social"),
    group!("credit"),
    group!("related"),
    group!("comments"),
    group!("promotion"),
    group!("legal"),
    group!("residue"),
];

/// The lexicon's hits around every unit.
pub struct Cues<'s> {
    s: &'s Survey,
    /// Units with a hit up to each unit, by group.
    sums: Vec<[u32; Group::COUNT]>,
    /// Labels with a hit before each unit, by group.
    before: Vec<[u32; Group::COUNT]>,
    /// Units that are labels with a hit, by group.
    labels: [Vec<u32>; Group::COUNT],
}

impl<'s> Cues<'s> {
    pub fn of(s: &'s Survey) -> Self {
        let mut cues = Self {
            s,
            sums: Vec::with_capacity(s.len() + 1),
            before: Vec::with_capacity(s.len()),
            labels: Default::default(),
        };
        let (mut sums, mut before) = ([0; Group::COUNT], [0; Group::COUNT]);
        for u in 0..s.len() {
            cues.sums.push(sums);
            cues.before.push(before);
            for (group, &hits) in s.hits[u].iter().enumerate().filter(|&(_, &hits)| hits > 0) {
                sums[group] += 1;
                if s.words[u] <= LABEL_WORDS && hits > 0 {
                    before[group] += 1;
                    cues.labels[group].push(u as u32);
                }
            }
        }
        cues.sums.push(sums);
        cues
    }

    pub fn push(&self, row: &mut Vec<u8>, u: usize) {
        let words = self.s.words[u].max(3.0);
        for group in 0..Group::COUNT {
            let (labels, before) = (&self.labels[group], self.before[u][group] as usize);
            let upto = before + usize::from(labels.get(before) == Some(&(u as u32)));
            let back = before.checked_sub(1).map_or(NONE, |k| u - labels[k] as usize);
            let on = labels.get(upto).map_or(NONE, |&v| v as usize - u);
            let hits = self.s.hits[u][group];
            let sums = |from: usize| logs((self.sums[u][group] - self.sums[from][group]) as usize);
            row.extend([
                hits,
                if hits == 0 { 0 } else { share(f32::from(hits) / words) },
                sums(u.saturating_sub(REACH[0])),
                sums(u.saturating_sub(REACH[1])),
                logs(back.min(NONE)),
                logs(on.min(NONE)),
                logs(upto),
                logs(labels.len() - upto),
            ]);
        }
    }
}
