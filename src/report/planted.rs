//! The scores by what was planted, as a table and as fields of JSON lines.
//!
//! Must not know how they are counted, nor where they are printed.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::synth::score::{LineScores, PageScores, Rates, Scores, Tally};

/// What the rows of the table are called, and their numbers.
fn rows(scores: &Scores) -> Vec<(String, &Tally)> {
    let mut rows = Vec::new();
    if let Some(pages) = &scores.pages {
        rows.extend([
            ("exact pages".to_owned(), &pages.exact),
            ("  scraped again".to_owned(), &pages.again),
            ("  reprints".to_owned(), &pages.reprints),
            ("near pages".to_owned(), &pages.near),
        ]);
        rows.extend(
            pages
                .languages
                .iter()
                .map(|(language, (near, _))| (format!("  {language}"), near)),
        );
        rows.push(("near pages well above".to_owned(), &pages.well_above));
        rows.extend(
            pages
                .languages
                .iter()
                .map(|(language, (_, above))| (format!("  {language}"), above)),
        );
    }
    if let Some(lines) = &scores.lines {
        rows.push(("template lines".to_owned(), &lines.templates));
        rows.extend(
            lines
                .languages
                .iter()
                .map(|(language, tally)| (format!("  {language}"), tally)),
        );
        rows.extend([
            ("  other headlines".to_owned(), &lines.related),
            ("template lines listed".to_owned(), &lines.listed),
            ("article again".to_owned(), &lines.doubled),
            ("paragraphs, places".to_owned(), &lines.paragraphs),
            ("paragraphs, groups".to_owned(), &lines.groups),
        ]);
    }
    rows
}

/// The table, in per cent with two decimals.
#[must_use]
pub fn text(scores: &Scores) -> String {
    let mut out = format!(
        "{:24}{:>10}{:>10}{:>10}{:>11}{:>9}{:>9}\n",
        "", "found", "wrong", "missed", "precision", "recall", "F1"
    );
    let shown = |rate: Option<f64>| rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.2}"));
    for (name, tally) in rows(scores) {
        let (precision, recall, f1) = (shown(tally.precision()), shown(tally.recall()), shown(tally.f1()));
        let Tally { found, wrong, missed } = tally;
        // Writing to a `String` cannot fail, here and below.
        let _ = writeln!(
            out,
            "{name:24}{found:>10}{wrong:>10}{missed:>10}{precision:>11}{recall:>9}{f1:>9}"
        );
    }
    if let Some(pages) = &scores.pages {
        steps(pages, &mut out);
        sayings(pages, &mut out);
    }
    if let Some(lines) = &scores.lines {
        let LineScores { pages, content, .. } = lines;
        let lost = lines.templates.wrong;
        let share = 100.0 * lost as f64 / (*content).max(1) as f64;
        let _ = writeln!(
            out,
            "lines of {pages} pages that stayed: {lost} of {content} article lines lost, {share:.3} %"
        );
    }
    out
}

fn steps(pages: &PageScores, out: &mut String) {
    if pages.steps.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "{:24}{:>10}{:>10}{:>11}{:>9}",
        "similarity", "copies", "together", "per cent", "mean"
    );
    for (step, row) in &pages.steps {
        let share = 100.0 * row.together as f64 / row.pages.max(1) as f64;
        let mean = row.similarity / row.pages.max(1) as f64;
        let name = format!("  {:.3}", f64::from(*step) / 1000.0);
        let _ = writeln!(
            out,
            "{name:24}{:>10}{:>10}{share:>11.2}{mean:>9.4}",
            row.pages, row.together
        );
    }
}

fn sayings(pages: &PageScores, out: &mut String) {
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
    let _ = writeln!(
        out,
        "dropped {}: {} below the threshold by more than 0.02, lowest similarity {}, {} kept but dropped, {} unknown",
        pages.dropped,
        pages.chained,
        shown(pages.lowest),
        pages.kept_but_dropped,
        pages.unknown
    );
    let _ = writeln!(
        out,
        "similarity as listed is off by {} on average, {} at most; {} exact copies are listed as near",
        shown(pages.mean_off),
        shown(pages.farthest),
        pages.exact_as_near
    );
}

/// Each row of the table as type and fields.
#[must_use]
pub fn fields(scores: &Scores) -> Vec<(&'static str, Value)> {
    let mut out: Vec<(&'static str, Value)> = Vec::new();
    let mut group = String::new();
    for (name, tally) in rows(scores) {
        // An indented row is a part of the last that is not.
        let part = name.strip_prefix("  ").map(ToOwned::to_owned);
        if part.is_none() {
            group = name;
        }
        out.push(("score", json!({"of": group, "part": part, "rates": Rates::from(tally)})));
    }
    if let Some(pages) = &scores.pages {
        for (step, row) in &pages.steps {
            let mean = rounded(Some(row.similarity / row.pages.max(1) as f64));
            out.push((
                "step",
                json!({"step": f64::from(*step) / 1000.0, "copies": row.pages, "together": row.together, "mean": mean}),
            ));
        }
        out.push((
            "dropped",
            json!({
                "pages": pages.dropped, "chained": pages.chained, "lowest": rounded(pages.lowest),
                "kept_but_dropped": pages.kept_but_dropped, "unknown": pages.unknown,
                "mean_off": rounded(pages.mean_off), "farthest": rounded(pages.farthest),
                "exact_as_near": pages.exact_as_near,
            }),
        ));
    }
    if let Some(lines) = &scores.lines {
        let (pages, content, lost) = (lines.pages, lines.content, lines.templates.wrong);
        out.push((
            "lines",
            json!({"pages": pages, "article_lines": content, "article_lines_lost": lost}),
        ));
    }
    out
}

fn rounded(value: Option<f64>) -> Option<f64> {
    value.map(|value| (value * 1e6).round() / 1e6)
}
