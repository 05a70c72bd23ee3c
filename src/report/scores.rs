//! The scores of cleaned pages as a table and as fields of JSON lines.
//!
//! Must not know how pages are scored, nor where the table is printed.

use std::fmt::Write as _;

use serde::Serialize;

use crate::measure::Prf;
use crate::measure::loss::Losses;
use crate::measure::table::{By, Group, Summary};

/// The columns' names.
const COLUMNS: [&str; 14] = [
    "pages", "articles", "tokP", "tokR", "tokF", "gramF", "dropP", "dropR", "dropF", "dmg%", "chr%", "with", "w/o",
    "both",
];

/// The table, in per cent with one decimal.
#[must_use]
pub fn text(rows: &[(Group<'_>, Summary)]) -> String {
    let names: Vec<String> = rows.iter().map(|(group, _)| name(group)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut out = line(width, "", &COLUMNS.map(ToOwned::to_owned));
    for (name, (_, summary)) in names.iter().zip(rows) {
        out.push_str(&line(width, name, &cells(summary)));
    }
    out
}

fn line(width: usize, name: &str, cells: &[String]) -> String {
    let mut line = format!("{name:width$}");
    for (cell, column) in cells.iter().zip(COLUMNS) {
        let width = column.len().max(5) + 2;
        // Writing to a `String` cannot fail.
        let _ = write!(line, "{cell:>width$}");
    }
    line + "\n"
}

fn cells(summary: &Summary) -> [String; 14] {
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
    let [tok_p, tok_r, tok_f] = parts(summary.tokens).map(shown);
    let [drop_p, drop_r, drop_f] = parts(summary.drops).map(shown);
    [
        summary.pages.to_string(),
        summary.articles.to_string(),
        tok_p,
        tok_r,
        tok_f,
        shown(summary.shingle_f1),
        drop_p,
        drop_r,
        drop_f,
        shown(summary.damaged),
        shown(summary.chrome_left),
        shown(summary.with),
        shown(summary.without),
        shown(summary.strings),
    ]
}

fn parts(prf: Option<Prf>) -> [Option<f64>; 3] {
    [
        prf.map(|prf| prf.precision),
        prf.map(|prf| prf.recall),
        prf.map(|prf| prf.f1),
    ]
}

fn name(group: &Group<'_>) -> String {
    match group {
        Group::All => "all".to_owned(),
        Group::Style(style) => (*style).to_owned(),
        Group::Part(style, by, value) => format!("{style} {}={value}", by_name(*by)),
        Group::Languages(style) => format!("{style} mean of languages"),
    }
}

fn by_name(by: By) -> &'static str {
    match by {
        By::Style => "style",
        By::Lang => "lang",
        By::Source => "source",
    }
}

/// A row of the table as fields, in per cent with four decimals.
#[derive(Debug, Serialize)]
pub struct Row<'a> {
    style: Option<&'a str>,
    by: Option<&'static str>,
    group: Option<&'a str>,
    pages: usize,
    articles: usize,
    token_precision: Option<f64>,
    token_recall: Option<f64>,
    token_f1: Option<f64>,
    four_gram_f1: Option<f64>,
    drop_precision: Option<f64>,
    drop_recall: Option<f64>,
    drop_f1: Option<f64>,
    damaged: Option<f64>,
    chrome_left: Option<f64>,
    with: Option<f64>,
    without: Option<f64>,
    with_and_without: Option<f64>,
}

impl<'a> Row<'a> {
    /// The fields of a row.
    #[must_use]
    pub fn new((group, summary): &(Group<'a>, Summary)) -> Self {
        let (style, by, part) = match *group {
            Group::All => (None, None, None),
            Group::Style(style) => (Some(style), None, None),
            Group::Part(style, by, value) => (Some(style), Some(by_name(by)), Some(value)),
            Group::Languages(style) => (Some(style), Some("mean-of-languages"), None),
        };
        let rounded = |value: Option<f64>| value.map(rounded);
        let [token_precision, token_recall, token_f1] = parts(summary.tokens).map(rounded);
        let [drop_precision, drop_recall, drop_f1] = parts(summary.drops).map(rounded);
        Self {
            style,
            by,
            group: part,
            pages: summary.pages,
            articles: summary.articles,
            token_precision,
            token_recall,
            token_f1,
            four_gram_f1: rounded(summary.shingle_f1),
            drop_precision,
            drop_recall,
            drop_f1,
            damaged: rounded(summary.damaged),
            chrome_left: rounded(summary.chrome_left),
            with: rounded(summary.with),
            without: rounded(summary.without),
            with_and_without: rounded(summary.strings),
        }
    }
}

/// Four decimals: more than anybody reads, fewer than summing in another order would change.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// What cleaning does to texts that are all article.
#[derive(Debug, Serialize)]
pub struct CleanArticles {
    articles: usize,
    unchanged: usize,
    unchanged_percent: f64,
    words: usize,
    words_kept: usize,
    words_kept_percent: f64,
    damaged: usize,
}

impl CleanArticles {
    /// From the sums.
    #[must_use]
    pub fn new(losses: &Losses) -> Self {
        let percent = |part: usize, whole: usize| {
            if whole == 0 {
                100.0
            } else {
                100.0 * part as f64 / whole as f64
            }
        };
        Self {
            articles: losses.articles,
            unchanged: losses.same,
            unchanged_percent: rounded(percent(losses.same, losses.articles)),
            words: losses.words,
            words_kept: losses.kept,
            words_kept_percent: rounded(percent(losses.kept, losses.words)),
            damaged: losses.damaged,
        }
    }

    /// One line for people.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "clean articles {}: {:.1} % byte for byte, {:.2} % of words kept ({} of {} lost), {} damaged\n",
            self.articles,
            self.unchanged_percent,
            self.words_kept_percent,
            self.words - self.words_kept,
            self.words,
            self.damaged,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_decimal_and_a_dash_for_what_is_not_known() {
        let summary = Summary {
            pages: 3400,
            articles: 2,
            tokens: Some(Prf::of(1, 2, 1)),
            damaged: Some(6.25),
            ..Summary::default()
        };
        let text = text(&[(Group::All, summary), (Group::Part("wet", By::Lang, "de"), summary)]);
        let lines: Vec<&str> = text.lines().collect();
        let start = "all           3400         2    0.5    1.0    0.7      -";
        assert!(lines[1].starts_with(start), "{text}");
        assert!(lines[2].starts_with("wet lang=de "), "{text}");
        // A tie goes to the even digit.
        assert!(lines[1].contains("    6.2      -"), "{text}");
    }
}
