//! The truth about a corpus as rows: what is written beside it and what scores read.
//!
//! Must not know where rows are written or what is scored.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Kind, Page, Role, Row};
use crate::hash::hash128;

/// The files of the truth.
pub const SPEC: &str = "synth.json";
/// A row a page, in order.
pub const PAGES: &str = "pages.jsonl";
/// A row a line of a template.
pub const TEMPLATES: &str = "templates.jsonl";
/// A row a paragraph that stands in several articles.
pub const PARAGRAPHS: &str = "paragraphs.jsonl";

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// Its article is no copy.
    Original,
    /// The whole page is that of another: scraped again.
    Again,
    /// The article of another page under another template.
    Reprint,
    /// Nearly the article of another page.
    Near,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRow {
    /// What a run calls it: file and line of a dump, or the file below the folder.
    pub page: String,
    /// Its id.
    pub id: String,
    /// Its site.
    pub site: String,
    /// Its language.
    pub lang: String,
    /// What it is.
    pub kind: PageKind,
    /// The id of the page it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
    /// How similar a near copy should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// How similar it is: Jaccard of both articles' sets of 5-token shingles, to six decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similarity: Option<f64>,
    /// xxh3 of the article's lines, in hex.
    pub article: String,
    /// Its article stands there twice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubled: bool,
    /// The number of the paragraph it has in common with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u64>,
    /// A letter for each line; see [`Kind`].
    pub lines: String,
    /// The numbers of its template lines (letters `t` and `r`) in their order, as ranges: `4-7,12`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub templates: String,
}

impl PageRow {
    /// What is true of a page that a run calls `name`.
    #[must_use]
    pub fn new(page: &Page, name: String, site: &str) -> Self {
        let step = match page.role {
            Role::Near { target, .. } => Some(target),
            _ => None,
        };
        Self {
            page: name,
            id: page.id(),
            site: site.to_owned(),
            lang: page.language.to_owned(),
            kind: match page.role {
                Role::Original => PageKind::Original,
                Role::Exact { again: true, .. } => PageKind::Again,
                Role::Exact { again: false, .. } => PageKind::Reprint,
                Role::Near { .. } => PageKind::Near,
            },
            copy_of: page.role.source().map(super::id),
            step,
            similarity: page.similarity.map(rounded),
            article: format!("{:032x}", hash128(page.article.text.as_bytes())),
            doubled: page.doubled,
            paragraph: page.article.shared,
            lines: page.rows.iter().map(|row| row.kind.letter()).collect(),
            templates: ranges(&page.rows),
        }
    }

    /// What its lines are, from the first.
    ///
    /// # Errors
    ///
    /// A letter that says nothing, or template lines without numbers.
    pub fn rows(&self) -> Result<Vec<Row>, String> {
        line_rows(&self.lines, &self.templates)
    }
}

/// What lines are, by their letters and the numbers of those that are template.
///
/// # Errors
///
/// A letter that says nothing, or template lines without numbers.
pub fn line_rows(letters: &str, templates: &str) -> Result<Vec<Row>, String> {
    let mut numbers = numbers(templates)?.into_iter();
    letters
        .chars()
        .map(|letter| {
            let kind = Kind::of(letter).ok_or_else(|| format!("the letter `{letter}` says nothing of a line"))?;
            let template = if kind.is_template() { numbers.next() } else { None };
            if kind.is_template() && template.is_none() {
                return Err("`templates` has too few numbers".to_owned());
            }
            Ok(Row { kind, template })
        })
        .collect()
}

/// A line of a site's template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateRow {
    /// Its number.
    pub id: u32,
    /// Its site.
    pub site: String,
    /// The line.
    pub text: String,
    /// The pages of the site that have it, copies too.
    pub pages: u32,
}

/// A paragraph that stands in several articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParagraphRow {
    /// Its number.
    pub id: u64,
    /// As it stands in the first.
    pub text: String,
    /// Where it stands, in order; in articles that are no copies.
    pub places: Vec<PlaceRow>,
}

/// A place of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceRow {
    /// The page, as a run calls it.
    pub page: String,
    /// The line, from 1.
    pub line: u32,
    /// It has another date and other numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
}

/// A similarity as it is written: six decimals.
#[must_use]
pub fn rounded(similarity: f64) -> f64 {
    (similarity * 1e6).round() / 1e6
}

fn ranges(rows: &[Row]) -> String {
    let mut out = String::new();
    let mut numbers = rows.iter().filter_map(|row| row.template).peekable();
    while let Some(first) = numbers.next() {
        let mut last = first;
        while let Some(next) = numbers.next_if_eq(&(last + 1)) {
            last = next;
        }
        let comma = if out.is_empty() { "" } else { "," };
        // A `String` takes all that is written to it.
        let _ = if last > first {
            write!(out, "{comma}{first}-{last}")
        } else {
            write!(out, "{comma}{first}")
        };
    }
    out
}

fn numbers(ranges: &str) -> Result<Vec<u32>, String> {
    let mut out = Vec::new();
    for range in ranges.split(',').filter(|range| !range.is_empty()) {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| {
            text.parse::<u32>()
                .map_err(|_| format!("`{range}` is no range of numbers"))
        };
        out.extend(number(first)?..=number(last)?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_come_back() {
        let row = |template| Row {
            kind: Kind::Template,
            template,
        };
        let rows = [
            row(Some(4)),
            row(Some(5)),
            row(None),
            row(Some(6)),
            row(Some(2)),
            row(Some(9)),
        ];
        assert_eq!(ranges(&rows), "4-6,2,9");
        assert_eq!(numbers("4-6,2,9").unwrap(), [4, 5, 6, 2, 9]);
        assert!(numbers("4-x").is_err());
    }
}
