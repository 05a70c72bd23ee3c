//! The short table at the end of a run, as text and as JSON.
//!
//! Must not know where it is printed, nor look at anything but a run's numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::pipeline::stats::{Stats, Tally};
use crate::reason::Reason;
use crate::repeat::near::Kind;

/// Counts up when the meaning of a field changes.
pub const SCHEMA: u32 = 1;

/// Reasons that have a row of their own.
const SHOWN: usize = 12;

/// What the table says beside the numbers.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Summary<'a> {
    /// `summary`, so that the line can be told from others.
    r#type: &'static str,
    schema: u32,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
    /// Whether the run came to its end.
    pub complete: bool,
    #[serde(flatten)]
    stats: &'a Stats,
    /// Megabytes (10⁶ bytes) of input a second, on the clock.
    mb_per_s: f64,
}

impl<'a> Summary<'a> {
    /// The summary of a run.
    #[must_use]
    pub fn new(stats: &'a Stats, dry_run: bool, complete: bool) -> Self {
        Self {
            r#type: "summary",
            schema: SCHEMA,
            dry_run,
            complete,
            stats,
            mb_per_s: (speed(stats) * 10.0).round() / 10.0,
        }
    }

    /// One line of JSON, without its end.
    ///
    /// # Panics
    ///
    /// Never: numbers and names can always be rendered.
    #[must_use]
    pub fn json(&self) -> String {
        // As said above: there is nothing in it that could fail.
        serde_json::to_string(self).expect("numbers and names can be rendered")
    }

    /// The table.
    #[must_use]
    pub fn text(&self) -> String {
        let mut table = Table::default();
        self.pages(&mut table);
        self.cuts(&mut table);
        self.losses(&mut table);
        let wall = self.stats.times.wall().as_secs_f64();
        table.row("time", format!("{wall:.2} s"), format!("{:.1} MB/s", self.mb_per_s));
        if !self.complete {
            table.0.push_str("stopped before the end\n");
        }
        table.text()
    }

    fn pages(&self, table: &mut Table) {
        let Stats { pages, bytes, .. } = self.stats;
        let mut detail = vec![
            format!("{} changed", count(pages.changed)),
            format!("{} unchanged", count(pages.unchanged)),
        ];
        for (number, what) in [(pages.emptied, "emptied"), (pages.flagged, "flagged")] {
            if number > 0 {
                detail.push(format!("{} {what}", count(number)));
            }
        }
        let verb = if self.dry_run { "would write" } else { "written" };
        let written = format!("{verb} {} ({})", count(pages.written), detail.join(", "));
        table.row("pages", count(pages.read), written);
        table.row("bytes in", size(bytes.read), "");
        table.row("bytes out", size(bytes.written), percent(bytes.written, bytes.read));
    }

    fn cuts(&self, table: &mut Table) {
        let bytes = self.stats.bytes;
        table.row("cut", size(bytes.cut), percent(bytes.cut, bytes.read));
        let tallies = by_bytes(self.stats);
        let (shown, others) = tallies.split_at(tallies.len().min(SHOWN));
        for (reason, tally) in shown {
            table.row(&format!("  {reason}"), size(tally.bytes), plural(tally.cuts, "cut"));
        }
        if !others.is_empty() {
            let bytes = others.iter().map(|(_, tally)| tally.bytes).sum();
            let cuts = others.iter().map(|(_, tally)| tally.cuts).sum();
            let name = format!("  {} more reasons", others.len());
            table.row(&name, size(bytes), plural(cuts, "cut"));
        }
    }

    fn losses(&self, table: &mut Table) {
        let Stats {
            pages, bytes, invalid, ..
        } = self.stats;
        for (kind, &number) in &self.stats.dropped {
            let what = match kind {
                Kind::Exact => "equal to another page",
                Kind::Near => "nearly so",
            };
            table.row(&format!("dropped {}", kind.name()), count(number), what);
        }
        if pages.left_out > 0 {
            table.row("left out", count(pages.left_out), "unchanged");
        }
        if pages.set_aside > 0 {
            let whys = self.stats.set_aside.iter();
            let whys: Vec<_> = whys.map(|(why, n)| format!("{} {}", count(*n), why.name())).collect();
            let detail = format!("{} ({})", plural(pages.set_aside, "page"), whys.join(", "));
            table.row("set aside", size(bytes.set_aside), detail);
        }
        if invalid.pages > 0 {
            let detail = format!("byte sequences on {}", plural(invalid.pages, "page"));
            table.row("invalid", count(invalid.sequences), detail);
        }
        let passed: u64 = self.stats.passed_over.values().sum();
        if passed > 0 {
            let detail = format!("by extension ({})", extensions(&self.stats.passed_over));
            table.row("passed over", count(passed), detail);
        }
    }
}

/// Lines of name, value and detail.
#[derive(Default)]
pub(super) struct Table(String);

impl Table {
    pub(super) fn row(&mut self, name: &str, value: impl AsRef<str>, detail: impl AsRef<str>) {
        let line = format!("{name:<22}{:>12}  {}", value.as_ref(), detail.as_ref());
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    pub(super) fn text(self) -> String {
        self.0
    }
}

/// Reasons, the ones that took the most bytes first.
pub(super) fn by_bytes(stats: &Stats) -> Vec<(Reason, Tally)> {
    let mut tallies: Vec<_> = stats.cuts.iter().map(|(&reason, &tally)| (reason, tally)).collect();
    tallies.sort_by_key(|&(reason, tally)| (std::cmp::Reverse(tally.bytes), reason));
    tallies
}

pub(super) fn extensions(passed_over: &BTreeMap<String, u64>) -> String {
    let mut counts: Vec<_> = passed_over.iter().collect();
    counts.sort_by_key(|&(name, &count)| (std::cmp::Reverse(count), name));
    let shown: Vec<String> = counts
        .iter()
        .take(4)
        .map(|(name, n)| {
            if name.is_empty() {
                format!("none: {n}")
            } else {
                format!(".{name}: {n}")
            }
        })
        .collect();
    let more = if counts.len() > 4 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

pub(super) fn plural(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A number with its thousands parted.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size in decimal units, as disks and `MB/s` are counted.
pub(crate) fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    for unit in ["kB", "MB", "GB"] {
        value /= 1000.0;
        if value < 999.95 {
            return format!("{value:.1} {unit}");
        }
    }
    format!("{:.1} TB", value / 1000.0)
}

pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    format!("{:.1} %", part as f64 * 100.0 / whole as f64)
}

fn speed(stats: &Stats) -> f64 {
    let seconds = stats.times.wall().as_secs_f64();
    if seconds > 0.0 {
        stats.bytes.read as f64 / 1e6 / seconds
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_for_people() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1000), "1.0 kB");
        assert_eq!(size(999_999), "1.0 MB");
        assert_eq!(size(2_500_000_000_000), "2.5 TB");
    }

    #[test]
    fn the_table_leads_with_what_took_most() {
        let mut stats = Stats::default();
        stats.cuts.insert(Reason::Menu, Tally { cuts: 1, bytes: 10 });
        stats.cuts.insert(Reason::Tags, Tally { cuts: 2, bytes: 2000 });
        let text = Summary::new(&stats, false, true).text();
        let tags = text.find("2.0 kB  2 cuts").unwrap();
        let menu = text.find("10 B  1 cut").unwrap();
        assert!(tags < menu, "{text}");
    }

    #[test]
    fn the_json_says_its_type_and_schema() {
        let json = Summary::new(&Stats::default(), true, true).json();
        assert!(
            json.starts_with(r#"{"type":"summary","schema":1,"dry_run":true,"complete":true,"pages":{"#),
            "{json}"
        );
    }
}
