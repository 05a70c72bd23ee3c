//! A unit's company: what stands before and after it, and the page as a whole.

use crate::chrome::features::scale::{log, logs, share, signed};
use crate::chrome::features::topic::Topic;
use crate::chrome::shape::Start;
use crate::chrome::survey::Survey;

/// Distances beyond this are as far as can be.
const FAR: usize = 500;

/// What is summed over windows.
#[derive(Clone, Copy)]
enum Sum {
    Words,
    Sentences,
    Short,
    Copies,
    Dates,
    Stops,
    Terminals,
    Titles,
    Middle,
    Shared,
}
use Sum::{Copies, Dates, Middle, Sentences, Shared, Short, Stops, Terminals, Titles, Words};

/// Which units around one are looked at.
#[derive(Clone, Copy)]
enum Side {
    /// Those before it.
    Back,
    /// Those after it.
    On,
    /// Both and itself.
    Around,
    /// Those after it less those before it.
    Slope,
}
use Side::{Around, Back, On, Slope};

/// The windows that were worth their time: name, what is summed, how many units to a side, which.
const WINDOWS: &[(&str, Sum, usize, Side)] = &[
    ("words-3-around", Words, 3, Around),
    ("words-6-around", Words, 6, Around),
    ("words-50-back", Words, 50, Back),
    ("words-50-slope", Words, 50, Slope),
    ("sentences-3-back", Sentences, 3, Back),
    ("sentences-3-on", Sentences, 3, On),
    ("sentences-6-back", Sentences, 6, Back),
    ("short-3-back", Short, 3, Back),
    ("short-6-back", Short, 6, Back),
    ("short-12-back", Short, 12, Back),
    ("short-12-on", Short, 12, On),
    ("short-25-back", Short, 25, Back),
    ("short-50-on", Short, 50, On),
    ("copies-3-on", Copies, 3, On),
    ("copies-12-back", Copies, 12, Back),
    ("copies-12-on", Copies, 12, On),
    ("copies-25-back", Copies, 25, Back),
    ("copies-25-on", Copies, 25, On),
    ("copies-50-back", Copies, 50, Back),
    ("copies-50-on", Copies, 50, On),
    ("dates-3-back", Dates, 3, Back),
    ("dates-6-back", Dates, 6, Back),
    ("dates-6-on", Dates, 6, On),
    ("stops-3-back", Stops, 3, Back),
    ("stops-3-on", Stops, 3, On),
    ("stops-25-back", Stops, 25, Back),
    ("stops-50-back", Stops, 50, Back),
    ("terminals-3-on", Terminals, 3, On),
    ("terminals-12-back", Terminals, 12, Back),
    ("titles-12-back", Titles, 12, Back),
    ("middle-3-on", Middle, 3, On),
    ("middle-25-back", Middle, 25, Back),
    ("middle-50-back", Middle, 50, Back),
    ("topic-25-back", Shared, 25, Back),
];

/// Names of the values behind the windows.
const OTHERS: &[&str] = &[
    "long-back",
    "long-on",
    "long2-back",
    "prose-before",
    "prose-after",
    "prose-before-words",
    "kind-down",
    "kind-run",
    "position",
    "page-units",
    "page-long",
    "page-prose",
    "page-short",
    "page-long-words",
];

/// The names of [`Company::push`]'s values.
pub fn names() -> Vec<&'static str> {
    WINDOWS
        .iter()
        .map(|&(name, ..)| name)
        .chain(OTHERS.iter().copied())
        .collect()
}

/// Sums over the page up to each unit, of all quantities: a window is two lookups.
type Sums = [f32; Shared as usize + 1];

/// The company of every unit.
pub struct Company<'s> {
    s: &'s Survey,
    sums: Vec<Sums>,
    /// Words of long units up to each unit.
    prose: Vec<f32>,
    longs: Vec<usize>,
    /// How many long units stand before each.
    longs_before: Vec<u32>,
    /// Units of the same kind in a row up to each unit, and from it on.
    up: Vec<u32>,
    down: Vec<u32>,
    page: [u8; 5],
}

impl<'s> Company<'s> {
    pub fn of(s: &'s Survey, topic: &Topic) -> Self {
        let n = s.len();
        let kinds: Vec<u8> = (0..n).map(|u| kind(s, u)).collect();
        let mut company = Self {
            s,
            sums: Vec::with_capacity(n + 1),
            prose: Vec::with_capacity(n + 1),
            longs: Vec::new(),
            longs_before: Vec::with_capacity(n),
            up: runs(kinds.iter()),
            down: runs(kinds.iter().rev()).into_iter().rev().collect(),
            page: [0; 5],
        };
        let (mut sums, mut prose) = (Sums::default(), 0.0);
        for u in 0..n {
            company.sums.push(sums);
            company.prose.push(prose);
            company.longs_before.push(company.longs.len() as u32);
            if s.long[u] {
                company.longs.push(u);
                prose += s.words[u];
            }
            for (sum, value) in sums.iter_mut().zip(quantities(s, topic, u)) {
                *sum += value;
            }
        }
        company.sums.push(sums);
        company.prose.push(prose);
        company.page = company.page();
        company
    }

    fn page(&self) -> [u8; 5] {
        let n = self.s.len();
        let (longs, prose) = (self.longs.len() as f32, self.prose[n]);
        [
            logs(n),
            share(longs / n as f32),
            log(prose),
            share(self.sums[n][Short as usize] / n as f32),
            log(prose / longs.max(1.0)),
        ]
    }

    pub fn push(&self, row: &mut Vec<u8>, u: usize) {
        let n = self.s.len();
        for &(_, sum, reach, side) in WINDOWS {
            let at = |i: usize| self.sums[i][sum as usize];
            let (from, to) = (u.saturating_sub(reach), (u + 1 + reach).min(n));
            row.push(match side {
                Back => log(at(u) - at(from)),
                On => log(at(to) - at(u + 1)),
                Around => log(at(to) - at(from)),
                Slope => signed(at(to) - at(u + 1) - at(u) + at(from)),
            });
        }
        let back = self.longs_before[u] as usize;
        let behind = |q: usize| back.checked_sub(q).map_or(FAR, |k| u - self.longs[k]).min(FAR);
        let ahead = self
            .longs
            .get(back + usize::from(self.s.long[u]))
            .map_or(FAR, |&v| v - u);
        let (before, after) = (self.prose[u], self.prose[n] - self.prose[u + 1]);
        let all = self.prose[n].max(1.0);
        row.extend([
            logs(behind(1)),
            logs(ahead.min(FAR)),
            logs(behind(2)),
            share(before / all),
            share(after / all),
            log(before),
            logs(self.down[u] as usize),
            logs((self.up[u] + self.down[u] - 1) as usize),
            share(u as f32 / (n.max(2) - 1) as f32),
        ]);
        row.extend(self.page);
    }
}

fn quantities(s: &Survey, topic: &Topic, u: usize) -> Sums {
    let (words, terminal, shape) = (s.words[u], s.terminal[u], &s.shapes[u]);
    let one = |b: bool| f32::from(u8::from(b));
    let mut sums = Sums::default();
    sums[Words as usize] = words.min(60.0);
    sums[Sentences as usize] = one(words >= 10.0 && terminal);
    sums[Short as usize] = one(words <= 4.0);
    sums[Copies as usize] = one(s.copies[u] > 0);
    sums[Dates as usize] = one(s.date_short[u]);
    sums[Stops as usize] = s.stops[u];
    sums[Terminals as usize] = one(terminal);
    sums[Titles as usize] = one(shape.title as f32 > 0.6 * shape.runs as f32 && words >= 2.0);
    sums[Middle as usize] = one(words > 4.0 && words <= 16.0 && !terminal);
    sums[Shared as usize] = topic.shared_stems(u).min(10.0);
    sums
}

/// What a unit is like at first sight: length, date, sign at the start.
fn kind(s: &Survey, u: usize) -> u8 {
    let length = match (s.long[u], s.terminal[u], s.words[u] <= 4.0) {
        (true, ..) => 3,
        (_, true, _) => 2,
        (_, _, true) => 0,
        _ => 1,
    };
    let sign = matches!(s.shapes[u].start, Start::Sign | Start::Quote);
    length + 4 * u8::from(s.date_short[u]) + 8 * u8::from(sign)
}

/// How many of the same kind stand in a row up to each unit.
fn runs<'k>(kinds: impl Iterator<Item = &'k u8>) -> Vec<u32> {
    let mut run = (None, 0);
    kinds
        .map(|&k| {
            run = if run.0 == Some(k) {
                (run.0, run.1 + 1)
            } else {
                (Some(k), 1)
            };
            run.1
        })
        .collect()
}
