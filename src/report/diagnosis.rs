//! What a sample of the input shows, as a table, and what there is to say about it.
//!
//! Must not know flags beyond those it advises, nor where it is printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::pipeline::sample::{Example, FieldSeen, Sample};
use crate::reason::Reason;
use crate::record::Fields;
use crate::report::summary::{Table, by_bytes, count, extensions, percent, plural, size};
use crate::text::json::Pointer;

/// Reasons that have a row of their own.
const REASONS: usize = 5;
/// Fields that have a row of their own.
const FIELDS: usize = 20;
/// Lines of the example: so many that go, and so many that stay between them.
const LINES: [usize; 2] = [6, 3];
/// A line is shown up to so many characters.
const WIDTH: usize = 90;

/// A sample, and what it is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Diagnosis<'a> {
    /// What was seen.
    pub sample: &'a Sample,
    /// The fields that were looked for.
    pub fields: &'a Fields,
    /// The text's field, if it was guessed since none is called as was said.
    pub guess: Option<&'a Pointer>,
    /// Files in folders that are not read because of their extension.
    pub passed_over: &'a BTreeMap<String, u64>,
}

/// Something to know before a run.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// A stable name.
    pub name: &'static str,
    /// What it is about, and what can be done.
    pub text: String,
}

/// A line of the example.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Shown<'a> {
    /// Its number, from 1.
    pub line: usize,
    /// Why it goes, if it does.
    pub reason: Option<Reason>,
    /// The line.
    pub text: &'a str,
}

impl Diagnosis<'_> {
    /// The table, without the example and the warnings.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = Table::default();
        for group in &self.sample.groups {
            let ways = group.compressions.iter();
            let ways: Vec<String> = ways.map(|(name, n)| format!("{} {name}", count(*n))).collect();
            let opened = format!(
                "{}; {} opened: {}",
                size(group.bytes),
                count(group.opened),
                ways.join(", ")
            );
            table.row(group.form, plural(group.files, "file"), opened.trim_end_matches(": "));
        }
        let passed: u64 = self.passed_over.values().sum();
        if passed > 0 {
            let detail = format!("by extension ({})", extensions(self.passed_over));
            table.row("passed over", count(passed), detail);
        }
        self.rows_of_fields(&mut table);
        self.cleaning(&mut table);
        table.text()
    }

    fn rows_of_fields(&self, table: &mut Table) {
        let Sample { fields, records, .. } = self.sample;
        if *records > 0 {
            table.row("records read", count(*records), "");
        }
        for seen in fields.iter().take(FIELDS) {
            let kinds: Vec<_> = seen.kinds.keys().map(|kind| kind.name()).collect();
            let mut detail = kinds.join(", ");
            if seen.strings() > 0 {
                let mean = seen.bytes / seen.strings();
                // Writing to a string cannot fail.
                let _ = write!(detail, ", {} each", size(mean));
            }
            if let Some(part) = self.part(seen) {
                let _ = write!(detail, "  ← {part}");
            }
            table.row(&format!("  {}", seen.field), percent(seen.records(), *records), detail);
        }
        if fields.len() > FIELDS {
            table.row(&format!("  {} more fields", fields.len() - FIELDS), "", "");
        }
    }

    /// What a field is to a run.
    fn part(&self, seen: &FieldSeen) -> Option<&'static str> {
        let Fields { text, id, url } = self.fields;
        match &seen.field {
            field if Some(field) == self.guess => Some("the text, as a guess"),
            field if field == text => Some("the text"),
            field if field == id => Some("the id"),
            field if field == url => Some("the address"),
            _ => None,
        }
    }

    fn cleaning(&self, table: &mut Table) {
        let Sample { stats, texts, .. } = self.sample;
        table.row("texts cleaned", count(texts.pages), size(texts.bytes));
        let encodings: Vec<_> = stats
            .encodings
            .iter()
            .map(|(name, n)| format!("{name} {}", count(*n)))
            .collect();
        if texts.files > 0 || stats.encodings.len() > 1 {
            table.row("  encodings", count(stats.encodings.len() as u64), encodings.join(", "));
        }
        let of_sites = if texts.addresses > 0 { "by address" } else { "by folder" };
        table.row("  sites", count(texts.sites.len() as u64), of_sites);
        let share = percent(stats.bytes.cut, texts.bytes);
        table.row("would go", size(stats.bytes.cut), format!("{share}, each by itself"));
        for (reason, tally) in by_bytes(stats).into_iter().take(REASONS) {
            table.row(&format!("  {reason}"), size(tally.bytes), plural(tally.cuts, "cut"));
        }
        let whys = stats
            .set_aside
            .iter()
            .map(|(why, n)| format!("{} {}", count(*n), why.name()));
        let whys: Vec<_> = whys.collect();
        if !whys.is_empty() {
            table.row("would be set aside", count(stats.pages.set_aside), whys.join(", "));
        }
    }

    /// What is worth knowing before a run.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut warn = |name, text: String| warnings.push(Warning { name, text });
        let Sample {
            stats, texts, groups, ..
        } = self.sample;
        let files: u64 = groups.iter().map(|group| group.files).sum();
        if let Some(guess) = self.guess {
            let text = &self.fields.text;
            warn(
                "text-field",
                format!("no record has a text in `{text}`; the longest is in `{guess}`: --text-field {guess}"),
            );
        }
        if self.sample.records == 0 && texts.pages == 0 && stats.pages.set_aside == 0 {
            warn(
                "no-text",
                "what was read of the shards holds no text: it would be passed on as it is".to_owned(),
            );
        }
        if files == 1 && texts.files == 1 {
            warn(
                "one-page",
                "a single page is no dump: what it shares with others is not seen".to_owned(),
            );
        }
        if texts.pages > 1 && texts.sites.len() == 1 && texts.addresses == 0 {
            let hint = if texts.files == texts.pages {
                "all pages stand in one folder, which counts as one site: give each site a folder of its own"
            } else {
                "no addresses: all records count as one site; --url-field names the field that has them"
            };
            warn("one-site", hint.to_owned());
        }
        let passed: u64 = self.passed_over.values().sum();
        if passed > 0 {
            let which = extensions(self.passed_over);
            warn(
                "passed-over",
                format!(
                    "{} not read because of the extension ({which}): --ext",
                    plural(passed, "file")
                ),
            );
        }
        if texts.pages > 1 && texts.short * 2 > texts.pages {
            let (short, all) = (count(texts.short), count(texts.pages));
            warn(
                "short",
                format!("{short} of {all} texts have fewer than 200 characters: is this the right field?"),
            );
        }
        if texts.same * 10 >= texts.pages && texts.same > 0 {
            let (same, all) = (count(texts.same), count(texts.pages));
            warn(
                "same",
                format!("{same} of {all} texts equal another one read: copies are left out (--no-exact)"),
            );
        }
        if stats.bytes.cut * 2 > texts.bytes {
            warn(
                "much",
                "more than half would go: are these articles? --no-chrome leaves rules about copies".to_owned(),
            );
        }
        if stats.invalid.pages > 0 {
            let pages = plural(stats.invalid.pages, "text");
            warn(
                "invalid",
                format!("{pages} with bytes that are not valid: --encoding, --invalid"),
            );
        }
        warnings
    }

    /// Some lines of the example.
    #[must_use]
    pub fn lines<'a>(&self, example: &'a Example) -> Vec<Shown<'a>> {
        let [mut goes, mut stays] = LINES;
        let (page, mut start) = (&example.cleaned.page, 0);
        let mut cuts = example.cleaned.cuts.iter().peekable();
        let mut shown = Vec::new();
        for (number, line) in (1..).zip(page.split_inclusive('\n')) {
            let begin = start;
            start += line.len();
            while cuts.next_if(|cut| cut.range.end <= begin).is_some() {}
            let reason = cuts.peek().filter(|cut| cut.range.start < start).map(|cut| cut.reason);
            let left = if reason.is_some() { &mut goes } else { &mut stays };
            let text = line.trim();
            if text.is_empty() || *left == 0 {
                continue;
            }
            *left -= 1;
            let end = text.char_indices().nth(WIDTH).map_or(text.len(), |(end, _)| end);
            shown.push(Shown {
                line: number,
                reason,
                text: &text[..end],
            });
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cleaner, Options};

    #[test]
    fn an_example_shows_some_lines_with_their_reasons() {
        let page = "Home > World > Europe\n\nThe council met on Monday and approved the new bridge over the river.\n\n\
                    Work begins in spring and will take two years, the mayor told reporters outside.\n\nShare on Facebook\n";
        let cleaned = Box::new(Cleaner::new(Options::default()).unwrap().clean(page));
        let example = Example {
            page: "a".to_owned(),
            cleaned,
        };
        let diagnosis = Diagnosis {
            sample: &Sample::default(),
            fields: &Fields::default(),
            guess: None,
            passed_over: &BTreeMap::new(),
        };
        let shown = diagnosis.lines(&example);
        assert_eq!(shown.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 3, 5, 7]);
        assert_eq!(shown[3].reason, Some(Reason::Social));
        assert_eq!(shown[1].reason, None);
    }
}
