//! Where a unit stands among the page's runs of prose: the best segments of six families.

use crate::chrome::features::scale::{count, logs, share, signed};
use crate::chrome::survey::{FAMILIES, Family, Survey};

macro_rules! family {
    ($name:literal) => {
        &[
            concat!($name, "-distance"),
            concat!($name, "-ratio"),
            concat!($name, "-rank"),
            concat!($name, "-length"),
            concat!($name, "-from-start"),
            concat!($name, "-to-end"),
            concat!($name, "-share"),
        ]
    };
}

/// Names of [`Runs::push`]'s values, for each family; then `votes`.
pub const NAMES: [&[&str]; FAMILIES] = [
    family!("words5"),
    family!("words8"),
    family!("words12"),
    family!("words20"),
    family!("prose"),
    family!("spoken"),
];

/// The rank of a unit in no run, and the last that is told from others.
const NO_RANK: u8 = 20;

/// The place of every unit in every family.
pub struct Runs<'s> {
    families: Vec<Placed<'s>>,
}

struct Placed<'s> {
    family: &'s Family,
    /// Segment of each unit, if any.
    own: Vec<u32>,
    ranks: Vec<u8>,
    share: u8,
}

impl<'s> Runs<'s> {
    pub fn of(s: &'s Survey) -> Self {
        Self {
            families: s.families.iter().map(|f| Placed::of(f, s.len())).collect(),
        }
    }

    pub fn push(&self, row: &mut Vec<u8>, u: usize) {
        for placed in &self.families {
            placed.push(row, u);
        }
        let votes = |p: &&Placed<'_>| p.family.best.is_some_and(|b| b.contains(u));
        row.push(self.families.iter().filter(votes).count() as u8);
    }
}

impl<'s> Placed<'s> {
    fn of(family: &'s Family, n: usize) -> Self {
        let mut own = vec![u32::MAX; n];
        for (k, segment) in family.segments.iter().enumerate() {
            own[segment.start..=segment.last].fill(k as u32);
        }
        let mut order: Vec<usize> = (0..family.segments.len()).collect();
        order.sort_by(|&a, &b| family.segments[b].sum.total_cmp(&family.segments[a].sum));
        let mut ranks = vec![0; order.len()];
        for (rank, k) in order.into_iter().enumerate() {
            ranks[k] = count(rank as u32).min(NO_RANK);
        }
        let total: f32 = family.segments.iter().map(|s| s.sum).sum();
        Self {
            family,
            own,
            ranks,
            share: family.best.map_or(0, |b| share(b.sum / total)),
        }
    }

    fn push(&self, row: &mut Vec<u8>, u: usize) {
        let Some(best) = self.family.best else {
            row.extend([255, 0, NO_RANK, 0, 0, 0, 0]);
            return;
        };
        let distance = if u < best.start {
            u as f32 - best.start as f32
        } else {
            u.saturating_sub(best.last) as f32
        };
        let own = self.own[u] as usize;
        let inside = self.family.segments.get(own).map_or([0, NO_RANK, 0, 0, 0], |s| {
            [
                share(s.sum / best.sum).max(1),
                self.ranks[own],
                logs(s.units()),
                logs(u - s.start),
                logs(s.last - u),
            ]
        });
        row.push(signed(distance));
        row.extend(inside);
        row.push(self.share);
    }
}
