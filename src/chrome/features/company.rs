//! A unit's company: its neighbours, what stands before and after it, and the page as a whole.

use crate::chrome::features::scale::{flag, log, logs, share, signed};
use crate::chrome::survey::Survey;
use crate::chrome::features::topic::Topic;

/// Windows reach so many units to each side.
const REACH: [usize; 5] = [3, 6, 12, 25, 50];
/// What is summed over windows.
const SUMS: [&str; 10] = [
    "words", "sentences", "short", "copies", "dates", "stops", "terminals", "titles", "middle", "topic",
];
/// Distances beyond this are as far as can be.
const FAR: usize = 500;

/// Sums over the page up to each unit, of one quantity.
struct Sums(Vec<f32>);

impl Sums {
    fn of(values: impl Iterator<Item = f32>) -> Self {
        let mut sum = 0.0;
        let rest = values.map(|v| {
            sum += v;
            sum
        });
        Self(std::iter::once(0.0).chain(rest).collect())
    }

    fn between(&self, from: usize, to: usize) -> f32 {
        self.0[to] - self.0[from]
    }
}

/// The company of every unit.
pub struct Company<'s> {
    s: &'s Survey,
    sums: Vec<Sums>,
    prose: Sums,
    longs: Vec<usize>,
    /// How many long units stand before each.
    longs_before: Vec<u32>,
    /// Kind of each unit: length, date, sign at the start.
    kinds: Vec<u8>,
    up: Vec<u32>,
    down: Vec<u32>,
    page: [u8; 7],
}

/// The names of [`Company::push`]'s values.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for k in REACH {
        for name in SUMS {
            names.push(format!("{name}-{k}-back"));
            names.push(format!("{name}-{k}-on"));
        }
        names.push(format!("words-{k}-slope"));
        names.push(format!("words-{k}-around"));
    }
    names.extend(
        [
            "long-back", "long-on", "long2-back", "long2-on", "long4-back", "long4-on",
            "prose-before", "prose-after", "prose-before-words", "prose-after-words",
            "kind-up", "kind-down", "kind-run", "period2", "period3", "period4",
            "position", "page-units", "page-long", "page-prose", "page-prose-share", "page-short",
            "page-longs", "page-long-words",
        ]
        .map(str::to_owned),
    );
    names
}

impl<'s> Company<'s> {
    pub fn of(s: &'s Survey, topic: &Topic) -> Self {
        let n = s.len();
        let sum = |value: &dyn Fn(usize) -> f32| Sums::of((0..n).map(value));
        let one = |b: bool| f32::from(u8::from(b));
        let title = |u: usize| s.shapes[u].title as f32 > 0.6 * s.shapes[u].runs as f32 && s.words[u] >= 2.0;
        let sums = vec![
            sum(&|u| s.words[u].min(60.0)),
            sum(&|u| one(s.words[u] >= 10.0 && s.terminal[u])),
            sum(&|u| one(s.words[u] <= 4.0)),
            sum(&|u| one(s.copies[u] > 0)),
            sum(&|u| one(s.date_short[u])),
            sum(&|u| s.stops[u]),
            sum(&|u| one(s.terminal[u])),
            sum(&|u| one(title(u))),
            sum(&|u| one(s.words[u] > 4.0 && s.words[u] <= 16.0 && !s.terminal[u])),
            sum(&|u| topic.seen[u] * topic.stems[u].min(10.0)),
        ];
        let mut before = 0;
        let longs_before = s.long.iter().map(|&l| {
            before += u32::from(l);
            before - u32::from(l)
        });
        let kinds: Vec<u8> = (0..n).map(|u| kind(s, u)).collect();
        let mut company = Self {
            longs_before: longs_before.collect(),
            longs: (0..n).filter(|&u| s.long[u]).collect(),
            prose: sum(&|u| if s.long[u] { s.words[u] } else { 0.0 }),
            up: runs(kinds.iter()),
            down: runs(kinds.iter().rev()).into_iter().rev().collect(),
            kinds,
            sums,
            s,
            page: [0; 7],
        };
        company.page = company.page();
        company
    }

    fn page(&self) -> [u8; 7] {
        let n = self.s.len();
        let (longs, prose) = (self.longs.len() as f32, self.prose.between(0, n));
        let words: f32 = self.s.words.iter().sum();
        [
            logs(n),
            share(longs / n as f32),
            log(prose),
            share(prose / words.max(1.0)),
            share(self.sums[2].between(0, n) / n as f32),
            log(longs),
            log(prose / longs.max(1.0)),
        ]
    }

    pub fn push(&self, row: &mut Vec<u8>, u: usize) {
        let n = self.s.len();
        for k in REACH {
            let (from, to) = (u.saturating_sub(k), (u + 1 + k).min(n));
            for sums in &self.sums {
                row.extend([log(sums.between(from, u)), log(sums.between(u + 1, to))]);
            }
            let words = &self.sums[0];
            row.extend([
                signed(words.between(u + 1, to) - words.between(from, u)),
                log(words.between(from, to)),
            ]);
        }
        let back = self.longs_before[u] as usize;
        let on = back + usize::from(self.s.long[u]);
        for q in [1, 2, 4] {
            let behind = back.checked_sub(q).map_or(FAR, |k| u - self.longs[k]);
            let ahead = self.longs.get(on + q - 1).map_or(FAR, |&v| v - u);
            row.extend([logs(behind.min(FAR)), logs(ahead.min(FAR))]);
        }
        let (before, after) = (self.prose.between(0, u), self.prose.between(u + 1, n));
        let all = self.prose.between(0, n).max(1.0);
        row.extend([share(before / all), share(after / all), log(before), log(after)]);
        let (up, down) = (self.up[u] as usize, self.down[u] as usize);
        row.extend([logs(up), logs(down), logs(up + down - 1)]);
        row.extend([2, 3, 4].map(|period| self.period(u, period)));
        row.push(share(u as f32 / (n.max(2) - 1) as f32));
        row.extend(self.page);
    }

    /// On how many sides a unit of the same kind stands so far off, and one of another kind next.
    fn period(&self, u: usize, period: usize) -> u8 {
        let kind = |i: usize| self.kinds.get(i).copied();
        let back = u >= period && kind(u - period) == kind(u) && kind(u - 1) != kind(u);
        let on = u + period < self.s.len() && kind(u + period) == kind(u) && kind(u + 1) != kind(u);
        flag(back) + flag(on)
    }
}

fn kind(s: &Survey, u: usize) -> u8 {
    use crate::chrome::shape::Start;
    let length = match (s.long[u], s.terminal[u], s.words[u] <= 4.0) {
        (true, ..) => 3,
        (_, true, _) => 2,
        (_, _, true) => 0,
        _ => 1,
    };
    let sign = matches!(s.shapes[u].start, Start::Sign | Start::Quote);
    length + 4 * flag(s.date_short[u]) + 8 * flag(sign)
}

/// How many of the same kind stand in a row up to each unit.
fn runs<'k>(kinds: impl Iterator<Item = &'k u8>) -> Vec<u32> {
    let mut run = (None, 0);
    kinds
        .map(|&k| {
            run = if run.0 == Some(k) { (run.0, run.1 + 1) } else { (Some(k), 1) };
            run.1
        })
        .collect()
}
