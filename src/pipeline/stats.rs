//! The numbers of a run, and the proof that they add up.
//!
//! Every worker counts for itself and counts are merged, so no number depends on the order of work, except times.
//! Must not know how numbers are shown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::page::Cut;
use crate::read::{SetAside, Why};
use crate::reason::Reason;
use crate::repeat::near::Kind;

/// Everything that is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Pages by what became of them.
    pub pages: Pages,
    /// Bytes by where they went.
    pub bytes: Bytes,
    /// What was cut, by reason.
    pub cuts: BTreeMap<Reason, Tally>,
    /// What was recognised and stays, by reason.
    pub kept: BTreeMap<Reason, Tally>,
    /// Pages that were dropped, by how they are like the page that stays.
    pub dropped: BTreeMap<Kind, u64>,
    /// What was set aside, by why.
    pub set_aside: BTreeMap<Why, u64>,
    /// Pages by the encoding they were read as.
    pub encodings: BTreeMap<Cow<'static, str>, u64>,
    /// Byte sequences that were not valid, and the pages they stood on.
    pub invalid: Invalid,
    /// Files with zeros behind their compressed data, which were passed over.
    pub padded: u64,
    /// Files in folders that were not read because of their extension.
    pub passed_over: BTreeMap<String, u64>,
    /// Where the time went.
    pub times: Times,
}

/// Pages by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    /// All that were dealt with: written and set aside.
    pub read: u64,
    /// Cleaned and written (or, in a dry run, as good as written).
    pub written: u64,
    /// Of those written, the ones that differ from their input.
    pub changed: u64,
    /// Of those written, the ones that do not.
    pub unchanged: u64,
    /// Of those changed, the ones nothing is left of.
    pub emptied: u64,
    /// Of those written, the ones where something that looked like chrome stayed, because too much would have gone.
    pub flagged: u64,
    /// Not cleaned.
    pub set_aside: u64,
    /// Not written, since another page says the same.
    pub dropped: u64,
    /// Cleaned without a change, and not written, since only what changed is wanted.
    pub left_out: u64,
}

/// Bytes by where they went: `read = written + cut + set_aside + dropped + left_out + normalised`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    /// In all inputs, before they were compressed. Records count whole, with their other fields; rows of a table by their text.
    pub read: u64,
    /// In all outputs, without what was set aside.
    pub written: u64,
    /// In all cuts.
    pub cut: u64,
    /// In pages that were set aside, as far as their size is known.
    pub set_aside: u64,
    /// Of those set aside, the bytes of records: they stand in the output as they came.
    pub passed_on: u64,
    /// In pages that were dropped, with the whole record if they are one.
    pub dropped: u64,
    /// In pages that were left out, with the whole record if they are one.
    pub left_out: u64,
    /// What decoding and normalising took away (or, if negative, added), with the line ends around cuts, and what a
    /// record's text is longer as JSON.
    pub normalised: i64,
}

/// How many, and how many bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many cuts.
    pub cuts: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Invalid byte sequences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid {
    /// Pages with at least one.
    pub pages: u64,
    /// How many in all.
    pub sequences: u64,
}

/// Nanoseconds by stage, summed over all workers, and on the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// Reading files.
    pub read_ns: u64,
    /// Decoding, normalising, judging, cutting.
    pub clean_ns: u64,
    /// Writing files.
    pub write_ns: u64,
    /// On the clock, from the first page to the last.
    pub wall_ns: u64,
}

/// What a page that was cleaned adds to the numbers.
#[derive(Debug, Clone, Copy)]
pub struct CleanedPage<'a> {
    /// The input's length; of a record, all of it.
    pub input: usize,
    /// The output's length; of a record, all of it.
    pub output: usize,
    /// Whether the text differs from what came in.
    pub changed: bool,
    /// Whether nothing is left of it.
    pub empty: bool,
    /// What was cut.
    pub cuts: &'a [Cut],
    /// What was recognised and stays.
    pub kept: &'a [Cut],
    /// Whether chrome was suspected and left.
    pub flagged: bool,
}

impl Stats {
    /// Counts a page that was cleaned. The bytes written are counted by [`Stats::wrote`], where they are written.
    pub fn cleaned(&mut self, page: &CleanedPage<'_>) {
        let before = self.bytes.cut;
        for cut in page.cuts {
            tally(&mut self.cuts, cut);
            self.bytes.cut += cut.range.len() as u64;
        }
        for cut in page.kept {
            tally(&mut self.kept, cut);
        }
        let cut = (self.bytes.cut - before).cast_signed();
        self.bytes.normalised += signed(page.input) - cut - signed(page.output);

        let changed = page.changed;
        self.pages.read += 1;
        self.pages.written += 1;
        self.pages.changed += u64::from(changed);
        self.pages.unchanged += u64::from(!changed);
        self.pages.emptied += u64::from(changed && page.empty);
        self.pages.flagged += u64::from(page.flagged);
    }

    /// Counts a page that was cleaned without a change, and is not written.
    pub fn left_out(&mut self, page: &CleanedPage<'_>) {
        for cut in page.kept {
            tally(&mut self.kept, cut);
        }
        self.pages.read += 1;
        self.pages.left_out += 1;
        self.bytes.left_out += page.input as u64;
    }

    /// Counts bytes that a source handed out.
    pub fn took(&mut self, bytes: usize) {
        self.bytes.read += bytes as u64;
    }

    /// Counts bytes that reached an output.
    pub fn wrote(&mut self, bytes: usize) {
        self.bytes.written += bytes as u64;
    }

    /// Counts bytes that were set aside and reached an output all the same.
    pub fn passed_on(&mut self, bytes: usize) {
        self.bytes.passed_on += bytes as u64;
    }

    /// Counts bytes that have no place in the form of the output.
    pub fn left_behind(&mut self, bytes: usize) {
        self.bytes.normalised += signed(bytes);
    }

    /// Counts bytes that the form of the output wants, and no input had.
    pub fn added(&mut self, bytes: usize) {
        self.bytes.written += bytes as u64;
        self.bytes.normalised -= signed(bytes);
    }

    /// Counts how a page was decoded.
    pub fn decoded(&mut self, encoding: &'static str, invalid: usize) {
        *self.encodings.entry(Cow::Borrowed(encoding)).or_default() += 1;
        self.invalid.pages += u64::from(invalid > 0);
        self.invalid.sequences += invalid as u64;
    }

    /// Counts a page that was set aside. `taken` says whether its bytes were counted as read already.
    pub fn put_aside(&mut self, page: &SetAside, taken: bool) {
        self.pages.read += 1;
        self.pages.set_aside += 1;
        self.bytes.set_aside += page.bytes;
        if !taken {
            self.bytes.read += page.bytes;
        }
        *self.set_aside.entry(page.reason).or_default() += 1;
    }

    /// Counts a page that was dropped; its bytes were counted as read already.
    pub fn dropped(&mut self, kind: Kind, bytes: usize) {
        self.pages.read += 1;
        self.pages.dropped += 1;
        self.bytes.dropped += bytes as u64;
        *self.dropped.entry(kind).or_default() += 1;
    }

    /// Adds the numbers of another worker.
    pub fn merge(&mut self, other: &Self) {
        self.pages.merge(&other.pages);
        self.bytes.merge(&other.bytes);
        merge_tallies(&mut self.cuts, &other.cuts);
        merge_tallies(&mut self.kept, &other.kept);
        merge_counts(&mut self.dropped, &other.dropped);
        merge_counts(&mut self.set_aside, &other.set_aside);
        merge_counts(&mut self.encodings, &other.encodings);
        merge_counts(&mut self.passed_over, &other.passed_over);
        self.padded += other.padded;
        self.invalid.pages += other.invalid.pages;
        self.invalid.sequences += other.invalid.sequences;
        self.times.read_ns += other.times.read_ns;
        self.times.clean_ns += other.times.clean_ns;
        self.times.write_ns += other.times.write_ns;
    }

    /// Whether the numbers add up. Reading, writing and cutting are counted apart, so a lost page or a lost cut shows.
    ///
    /// # Errors
    ///
    /// They do not: a fault of this program.
    pub fn check(&self) -> Result<(), Error> {
        let Self { pages, bytes, .. } = self;
        let plus = |parts: &[u64]| parts.iter().copied().map(i128::from).sum::<i128>();
        let by_reason = self.cuts.values().map(|tally| i128::from(tally.bytes)).sum();
        let by_why = self.set_aside.values().copied().map(i128::from).sum();
        let by_kind = self.dropped.values().copied().map(i128::from).sum();
        let gone = [bytes.cut, bytes.set_aside, bytes.dropped, bytes.left_out];
        let bytes_out = i128::from(bytes.written) + plus(&gone) + i128::from(bytes.normalised);
        let sums = [
            ("bytes", bytes.read, bytes_out),
            ("bytes cut", bytes.cut, by_reason),
            (
                "pages",
                pages.read,
                plus(&[pages.written, pages.set_aside, pages.dropped, pages.left_out]),
            ),
            ("pages written", pages.written, plus(&[pages.changed, pages.unchanged])),
            ("pages set aside", pages.set_aside, by_why),
            ("pages dropped", pages.dropped, by_kind),
        ];
        match sums.into_iter().find(|&(_, left, right)| i128::from(left) != right) {
            None => Ok(()),
            Some((what, left, right)) => Err(Error::failed(format!(
                "internal error: the numbers do not add up: {what}: {left} is not {right}"
            ))
            .hint("please report this; the output cannot be trusted")),
        }
    }
}

impl Pages {
    fn merge(&mut self, other: &Self) {
        self.read += other.read;
        self.written += other.written;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.emptied += other.emptied;
        self.flagged += other.flagged;
        self.set_aside += other.set_aside;
        self.dropped += other.dropped;
        self.left_out += other.left_out;
    }
}

impl Bytes {
    fn merge(&mut self, other: &Self) {
        self.read += other.read;
        self.written += other.written;
        self.cut += other.cut;
        self.set_aside += other.set_aside;
        self.passed_on += other.passed_on;
        self.dropped += other.dropped;
        self.left_out += other.left_out;
        self.normalised += other.normalised;
    }
}

impl Times {
    /// Time on the clock.
    #[must_use]
    pub fn wall(&self) -> Duration {
        Duration::from_nanos(self.wall_ns)
    }
}

fn signed(length: usize) -> i64 {
    (length as u64).cast_signed()
}

fn tally(tallies: &mut BTreeMap<Reason, Tally>, cut: &Cut) {
    let tally = tallies.entry(cut.reason).or_default();
    tally.cuts += 1;
    tally.bytes += cut.range.len() as u64;
}

fn merge_tallies(into: &mut BTreeMap<Reason, Tally>, from: &BTreeMap<Reason, Tally>) {
    for (&reason, tally) in from {
        let sum = into.entry(reason).or_default();
        sum.cuts += tally.cuts;
        sum.bytes += tally.bytes;
    }
}

fn merge_counts<K: Ord + Clone>(into: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
    for (key, count) in from {
        *into.entry(key.clone()).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(cuts: &[Cut]) -> CleanedPage<'_> {
        CleanedPage {
            input: b"\xEF\xBB\xBFone\r\ntwo\r\n".len(),
            output: "one\n".len(),
            changed: true,
            empty: false,
            cuts,
            kept: &[],
            flagged: false,
        }
    }

    fn cut() -> Cut {
        Cut {
            range: 4..7,
            line: 2,
            reason: Reason::Social,
            score: 1.0,
            evidence: "".into(),
            repeats: None,
        }
    }

    #[test]
    fn a_page_with_a_mark_and_foreign_line_ends_adds_up() {
        let mut stats = Stats::default();
        let cuts = [cut()];
        stats.took(13);
        stats.cleaned(&page(&cuts));
        stats.wrote(4);
        stats.check().unwrap();
        assert_eq!(
            stats.bytes,
            Bytes {
                read: 13,
                written: 4,
                cut: 3,
                set_aside: 0,
                passed_on: 0,
                dropped: 0,
                left_out: 0,
                normalised: 6
            }
        );
    }

    #[test]
    fn a_page_that_was_not_written_is_noticed() {
        let mut stats = Stats::default();
        let cuts = [cut()];
        stats.took(13);
        stats.cleaned(&page(&cuts));
        assert!(stats.check().unwrap_err().to_string().contains("do not add up"));
    }

    #[test]
    fn merging_is_adding() {
        let mut one = Stats::default();
        let cuts = [cut()];
        one.took(13);
        one.cleaned(&page(&cuts));
        one.wrote(4);
        one.decoded("UTF-8", 2);
        one.put_aside(&SetAside::new("b", Why::Binary, "a NUL").sized(7), false);
        let mut two = one.clone();
        two.merge(&one);
        two.check().unwrap();
        assert_eq!(two.cuts[&Reason::Social], Tally { cuts: 2, bytes: 6 });
        assert_eq!(two.encodings["UTF-8"], 2);
        assert_eq!(two.bytes.set_aside, 14);
    }
}
