//! The numbers a scorer sees: one row a block, language-free but for the lexicon's hint counts.
//!
//! Must not know weights. [`NAMES`] and the order of `push` calls are one list; a test holds them together.

use crate::chrome::context::{Context, Run};
use crate::chrome::hints::{Group, Hints};
use crate::chrome::shape::{End, Start};

/// Names of the features, in the order of a row.
pub const NAMES: &[&str] = &[
    // The block itself.
    "log-words",
    "words-1-2",
    "words-3-4",
    "words-5-8",
    "words-9-15",
    "words-16-30",
    "words-31-",
    "terminal",
    "long",
    "short-terminal",
    "colon",
    "comma-end",
    "ellipsis",
    "call",
    "start-lower",
    "start-digit",
    "start-sign",
    "start-quote",
    "digit-share",
    "upper-share",
    "title-share",
    "caps-share",
    "log-separators",
    "log-commas",
    "log-inner-ends",
    "url",
    "email",
    "copyright",
    "handles",
    "code",
    "units",
    "glued",
    "unclosed",
    "quotes",
    "date-whole",
    "date-short",
    "foreign",
    "stop-share",
    "log-stops",
    "topic",
    "log-copies",
    // Where it stands.
    "votes-1",
    "votes-2",
    "votes-3",
    "in-prose",
    "in-wordy",
    "in-spoken",
    "in-prose-short",
    "in-prose-terminal",
    "out-long",
    "out-terminal",
    "segment",
    "out-segment-long",
    "log-before",
    "log-after",
    "log-before-short",
    "log-after-short",
    "log-after-long",
    "log-before-long",
    "prose-before",
    "prose-after",
    "sandwich",
    // Its company.
    "prose-3-back",
    "prose-3-on",
    "prose-8-back",
    "prose-8-on",
    "prose-20-back",
    "prose-20-on",
    "short-4-back",
    "short-4-on",
    "short-10-back",
    "short-10-on",
    "long-next",
    "long-previous",
    "date-near",
    "topic-near",
    "stop-near",
    // The headline.
    "headline",
    "above-headline",
    "log-below-headline",
    "headline-known",
    // The lexicon: own hits, and short blocks with hits nearby.
    "hint-navigation",
    "hint-social",
    "hint-credit",
    "hint-related",
    "hint-comments",
    "hint-promotion",
    "hint-legal",
    "hint-residue",
    "near-navigation",
    "near-social",
    "near-credit",
    "near-related",
    "near-comments",
    "near-promotion",
    "near-legal",
    "near-residue",
    "hint-long",
    "after-comments",
    "after-related",
    "near-any",
    // The page.
    "page-short",
    "page-long",
    "page-prose",
];

/// Rows of features, one a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    rows: Vec<f32>,
}

impl Features {
    /// Computes the features of every block.
    #[must_use]
    pub fn of(context: &Context<'_>, hints: &Hints) -> Self {
        let n = context.len();
        let company = Company::of(context, hints);
        let mut rows = Vec::with_capacity(n * NAMES.len());
        for i in 0..n {
            own(&mut rows, context, hints, i);
            place(&mut rows, context, &company, i);
            neighbours(&mut rows, context, &company, i);
            lexicon(&mut rows, context, hints, &company, i);
            rows.extend([
                company.short.share(0, n),
                company.long.share(0, n),
                company.prose.sum(0, n) / company.words.sum(0, n).max(1.0),
            ]);
        }
        debug_assert_eq!(rows.len(), n * NAMES.len());
        Self { rows }
    }

    /// The features of block `i`.
    #[must_use]
    pub fn row(&self, i: usize) -> &[f32] {
        &self.rows[i * NAMES.len()..(i + 1) * NAMES.len()]
    }
}

/// Sums over any range of blocks in constant time.
struct Sums(Vec<f32>);

impl Sums {
    fn of(values: impl Iterator<Item = f32>) -> Self {
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        for value in values {
            sum += value;
            sums.push(sum);
        }
        Self(sums)
    }

    fn sum(&self, from: usize, to: usize) -> f32 {
        self.0[to] - self.0[from]
    }

    fn share(&self, from: usize, to: usize) -> f32 {
        if to > from {
            self.sum(from, to) / (to - from) as f32
        } else {
            0.0
        }
    }

    /// Mean over the `k` blocks before `i`; blocks beyond the page's start count as nothing.
    fn back(&self, i: usize, k: usize) -> f32 {
        self.sum(i.saturating_sub(k), i) / k as f32
    }

    /// Mean over the `k` blocks after `i`.
    fn on(&self, i: usize, k: usize) -> f32 {
        let n = self.0.len() - 1;
        self.sum((i + 1).min(n), (i + 1 + k).min(n)) / k as f32
    }

    fn near(&self, i: usize, k: usize) -> f32 {
        let n = self.0.len() - 1;
        self.sum(i.saturating_sub(k), (i + 1 + k).min(n)) - self.sum(i, i + 1)
    }
}

struct Company {
    prose: Sums,
    words: Sums,
    short: Sums,
    long: Sums,
    dates: Sums,
    topic: Sums,
    stops: Sums,
    groups: [Sums; Group::COUNT],
    any: Sums,
    comments_from: usize,
    related_from: usize,
}

impl Company {
    fn of(context: &Context<'_>, hints: &Hints) -> Self {
        let n = context.len();
        let main = context.main();
        let short_hit = |i: usize, g: usize| f32::from(u8::from(hints.counts[i][g] > 0 && context.words[i] <= 9.0));
        let first_after = |group: Group| {
            (main.end..n)
                .find(|&i| hints.counts[i][group as usize] > 0 && context.words[i] <= 9.0)
                .unwrap_or(n)
        };
        Self {
            prose: Sums::of((0..n).map(|i| {
                if context.long[i] {
                    context.words[i].min(60.0)
                } else {
                    0.0
                }
            })),
            words: Sums::of(context.words.iter().copied()),
            short: Sums::of(context.words.iter().map(|&w| f32::from(u8::from(w <= 4.0)))),
            long: Sums::of(context.long.iter().map(|&l| f32::from(u8::from(l)))),
            dates: Sums::of(
                hints
                    .dates
                    .iter()
                    .zip(&context.words)
                    .map(|(d, &w)| f32::from(u8::from(d.has && w <= 9.0))),
            ),
            topic: Sums::of(context.topic.iter().copied()),
            stops: Sums::of(context.stop_count.iter().map(|&s| s.min(10.0))),
            groups: std::array::from_fn(|g| Sums::of((0..n).map(|i| short_hit(i, g)))),
            any: Sums::of((0..n).map(|i| (0..Group::COUNT).map(|g| short_hit(i, g)).sum::<f32>().min(2.0))),
            comments_from: first_after(Group::Comments),
            related_from: first_after(Group::Related),
        }
    }
}

fn flag(value: bool) -> f32 {
    f32::from(u8::from(value))
}

fn own(row: &mut Vec<f32>, context: &Context<'_>, hints: &Hints, i: usize) {
    let (shape, w) = (&context.shapes[i], context.words[i]);
    let chars = shape.chars.max(1) as f32;
    let runs = shape.runs.max(1) as f32;
    let within = |low: f32, high: f32| flag(w > low && w <= high);
    row.extend([
        w.ln_1p(),
        within(0.0, 2.0),
        within(2.0, 4.0),
        within(4.0, 8.0),
        within(8.0, 15.0),
        within(15.0, 30.0),
        flag(w > 30.0),
    ]);
    row.extend([
        flag(shape.terminal()),
        flag(context.long[i]),
        flag(shape.terminal() && w < 8.0),
        flag(shape.end == End::Colon),
        flag(shape.end == End::Comma),
        flag(shape.end == End::Ellipsis),
        flag(shape.end == End::Call),
    ]);
    row.extend([
        flag(shape.start == Start::Lower),
        flag(shape.start == Start::Digit),
        flag(shape.start == Start::Sign),
        flag(shape.start == Start::Quote),
    ]);
    row.extend([
        shape.digits as f32 / chars,
        shape.upper as f32 / shape.letters.max(1) as f32,
        shape.title as f32 / runs,
        shape.caps as f32 / runs,
        (shape.separators as f32).ln_1p(),
        (shape.commas as f32).ln_1p(),
        (shape.inner_ends as f32).ln_1p(),
    ]);
    row.extend([
        flag(shape.url),
        flag(shape.email),
        flag(shape.copyright),
        ((shape.handles + shape.hashtags) as f32).ln_1p(),
        (shape.code as f32).ln_1p(),
        flag(shape.units > 0),
        flag(shape.glued > 0),
        flag(shape.unclosed),
        flag(shape.quotes > 0),
    ]);
    row.extend([
        flag(hints.dates[i].whole),
        flag(hints.dates[i].has && w < 9.0),
        flag(context.foreign(i)),
        context.stop_share[i],
        context.stop_count[i].ln_1p(),
        context.topic[i],
        (context.copies[i] as f32).ln(),
    ]);
}

/// Blocks between block `i` and the run: (before it, after it), one of them or both 0.
fn distance(run: Run, i: usize) -> (usize, usize) {
    (
        run.start.saturating_sub(i),
        if run.is_empty() {
            0
        } else {
            (i + 1).saturating_sub(run.end)
        },
    )
}

fn place(row: &mut Vec<f32>, context: &Context<'_>, company: &Company, i: usize) {
    let n = context.len();
    let votes = context.votes(i);
    let (long, terminal, w) = (context.long[i], context.shapes[i].terminal(), context.words[i]);
    let (prose, wordy, spoken) = (
        context.prose.contains(i),
        context.wordy.contains(i),
        context.spoken.contains(i),
    );
    row.extend([
        flag(votes == 1),
        flag(votes == 2),
        flag(votes == 3),
        flag(prose),
        flag(wordy),
        flag(spoken),
    ]);
    let outside = !prose && !wordy;
    row.extend([
        flag(prose && w < 8.0),
        flag(prose && terminal),
        flag(outside && long),
        flag(outside && terminal),
        context.segment[i],
        if outside && long { context.segment[i] } else { 0.0 },
    ]);
    let (before, after) = distance(context.main(), i);
    let (before, after) = ((before as f32).ln_1p(), (after as f32).ln_1p());
    row.extend([
        before,
        after,
        if long { 0.0 } else { before },
        if long { 0.0 } else { after },
        if long { after } else { 0.0 },
        if long { before } else { 0.0 },
    ]);
    let all = company.prose.sum(0, n).max(1.0);
    let (earlier, later) = (company.prose.sum(0, i) / all, company.prose.sum(i + 1, n) / all);
    row.extend([earlier, later, (4.0 * earlier * later).min(1.0)]);
}

fn neighbours(row: &mut Vec<f32>, context: &Context<'_>, company: &Company, i: usize) {
    let n = context.len();
    for k in [3, 8, 20] {
        row.extend([company.prose.back(i, k) / 20.0, company.prose.on(i, k) / 20.0]);
    }
    for k in [4, 10] {
        row.extend([company.short.back(i, k), company.short.on(i, k)]);
    }
    row.extend([
        flag(i + 1 < n && context.long[i + 1]),
        flag(i > 0 && context.long[i - 1]),
        company.dates.near(i, 3).min(3.0),
        company.topic.near(i, 3) / 6.0,
        company.stops.near(i, 3).ln_1p(),
    ]);
    let below = context.headline.map(|h| i as i64 - h as i64);
    row.extend([
        flag(below == Some(0)),
        flag(below.is_some_and(|d| d < 0)),
        below.map_or(0.0, |d| (d.max(0) as f32).ln_1p()),
        flag(below.is_some()),
    ]);
}

fn lexicon(row: &mut Vec<f32>, context: &Context<'_>, hints: &Hints, company: &Company, i: usize) {
    let counts = &hints.counts[i];
    row.extend(counts.iter().map(|&c| f32::from(c.min(3))));
    row.extend(company.groups.iter().map(|sums| sums.near(i, 4).min(4.0)));
    let hits: u32 = counts.iter().map(|&c| u32::from(c)).sum();
    row.extend([
        if context.words[i] > 9.0 {
            (hits as f32).ln_1p()
        } else {
            0.0
        },
        flag(i >= company.comments_from),
        flag(i >= company.related_from),
        company.any.near(i, 6).ln_1p(),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chrome::facts::Facts;
    use crate::lexicon::Lexicon;
    use crate::page::Page;

    #[test]
    fn a_row_has_a_value_for_every_name() {
        let page = Page::new("One line here\n\nAnother line, longer, with a stop at its very end.\nx");
        let facts = Facts::of(&page, Lexicon::built_in());
        let features = Features::of(&Context::of(&page, &facts), &facts.hints);
        assert_eq!(features.rows.len(), page.len() * NAMES.len());
        assert!(features.rows.iter().all(|v| v.is_finite()));
    }
}
