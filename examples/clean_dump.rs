//! Cleans JSONL pages of whole sites (`{"id", "style", "site", "text"}`) from stdin to stdout, each with the evidence of
//! its site's other pages, for measuring what that adds. All in memory; the command line does the same for any size.
//!
//! `cargo run --release --example clean_dump [MODEL.bin] < pages.jsonl > cleaned.jsonl`

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{BufRead, Write};
use std::sync::Arc;

use textsieve::chrome::score;
use textsieve::error::Error;
use textsieve::page::Page;
use textsieve::repeat::lines::{At, Filter, LineEvidence, Lines, Strength, Table, Templates};
use textsieve::repeat::near::{Keep, Order, SHINGLE_TOKENS, Sketch, Sketches, candidates};
use textsieve::{Cleaner, Options};

/// Enough for any site: nothing goes to the disk.
const MEMORY: usize = 1 << 30;

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    style: String,
    site: String,
    text: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::default();
    let cleaner = match std::env::args().nth(1) {
        Some(model) => Cleaner::with_scorer(options, Arc::new(score::read(&std::fs::read(model)?)?))?,
        None => Cleaner::new(options)?,
    };
    let mut sites: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line?)?;
        sites
            .entry(format!("{} {}", row.site, row.style))
            .or_default()
            .push(row);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for rows in sites.values() {
        site(&cleaner, rows, &mut out)?;
    }
    out.flush()?;
    Ok(())
}

fn site(cleaner: &Cleaner, rows: &[Row], out: &mut impl Write) -> Result<(), Box<dyn std::error::Error>> {
    let filter = Filter::new(1 << 22);
    let mut lines = Vec::new();
    let mut clean = Vec::new();
    for row in rows {
        let Ok(cleaned) = cleaner.clean_in(&row.text, |page| {
            let these = Lines::of(page);
            filter.see(0, &these);
            lines.push(these);
            Ok::<_, Infallible>(Vec::new())
        });
        clean.push(cleaned.text);
    }
    let articles = articles(&clean)?;
    let mut table = Table::new(MEMORY, &std::env::temp_dir());
    let at = |i: usize| At {
        page: i as u32,
        site: 0,
        article: articles[i],
    };
    for (i, lines) in lines.iter().enumerate() {
        table.page(at(i), lines, &filter)?;
    }
    let templates = table.finish()?;
    for (i, row) in rows.iter().enumerate() {
        write(cleaner, row, at(i), &templates, out)?;
    }
    Ok(())
}

fn write(
    cleaner: &Cleaner,
    row: &Row,
    at: At,
    templates: &Templates,
    out: &mut impl Write,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut evidence = String::new();
    let cleaned = cleaner.clean_in(&row.text, |page: &Page<'_>| {
        let found = templates.evidence(at, &Lines::of(page))?;
        evidence = found.iter().map(|line| sign(line.as_ref())).collect();
        Ok::<_, Error>(found)
    })?;
    let cuts: Vec<_> = cleaned
        .cuts
        .iter()
        .map(|c| {
            (
                c.reason.name(),
                c.score,
                &*c.evidence,
                &cleaned.page[c.range.clone()],
                c.line,
            )
        })
        .collect();
    let value = serde_json::json!({
        "id": row.id, "style": row.style, "text": cleaned.text, "cuts": cuts, "evidence": evidence, "article": at.article,
    });
    serde_json::to_writer(&mut *out, &value)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// What other pages say of a line, in one character.
fn sign(line: Option<&LineEvidence>) -> char {
    match line.map(|line| line.strength) {
        None => '-',
        Some(Strength::Listed) => 'l',
        Some(Strength::Supporting) => 's',
        Some(Strength::Sure) => 'S',
    }
}

/// Which pages are copies of one article, as the program tells: for each the page that stands for all.
fn articles(clean: &[String]) -> Result<Vec<u32>, Error> {
    let mut sketches = Sketches::new(MEMORY, &std::env::temp_dir());
    for text in clean {
        let (sketch, shingles) = Sketch::of(text, SHINGLE_TOKENS);
        sketches.push((!shingles.is_empty()).then_some(&sketch))?;
    }
    let order = Order::of(&sketches, Keep::First, 0)?;
    Ok(candidates(&sketches, &order, None, MEMORY)?.articles)
}
