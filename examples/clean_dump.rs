//! Cleans JSONL pages of whole sites (`{"id", "style", "site", "text"}`) from stdin to stdout, each with the evidence of
//! its site's other pages, for measuring what that adds. All in memory; the command line does the same for any size.
//!
//! `cargo run --release --example clean_dump [MODEL.bin] < pages.jsonl > cleaned.jsonl`

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::io::{BufRead, Write};
use std::sync::Arc;

use textsieve::chrome::score;
use textsieve::hash::hash64;
use textsieve::page::Page;
use textsieve::repeat::lines::{At, Filter, LineEvidence, Lines, Strength, Table, Templates};
use textsieve::text::fold::fold;
use textsieve::text::tokens::tokens;
use textsieve::{Cleaner, Options};

/// Pages whose clean texts share this part of their shingles are copies of one article.
const SAME: f64 = 0.5;

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
    let articles = articles(&clean);
    let mut table = Table::new(1 << 30, &std::env::temp_dir());
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
        Ok::<_, textsieve::error::Error>(found)
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

/// Which pages are copies of one article: for each the first of them.
fn articles(clean: &[String]) -> Vec<u32> {
    let sets: Vec<Vec<u64>> = clean.iter().map(|text| shingles(text)).collect();
    let mut holders: HashMap<u64, Vec<u32>> = HashMap::new();
    for (i, set) in sets.iter().enumerate() {
        for &shingle in set {
            holders.entry(shingle).or_default().push(i as u32);
        }
    }
    let mut parent: Vec<u32> = (0..clean.len() as u32).collect();
    for (i, set) in sets.iter().enumerate() {
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for shingle in set {
            for &other in holders[shingle].iter().filter(|&&j| (j as usize) < i) {
                *shared.entry(other).or_default() += 1;
            }
        }
        for (other, both) in shared {
            let all = set.len() + sets[other as usize].len() - both;
            if both as f64 >= SAME * all as f64 {
                let (a, b) = (root(&parent, i as u32), root(&parent, other));
                parent[a.max(b) as usize] = a.min(b);
            }
        }
    }
    (0..clean.len() as u32).map(|i| root(&parent, i)).collect()
}

fn root(parent: &[u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        i = parent[i as usize];
    }
    i
}

fn shingles(text: &str) -> Vec<u64> {
    let folded: Vec<String> = text.lines().map(fold).collect();
    let all: Vec<&str> = folded.iter().flat_map(|line| tokens(line)).collect();
    let mut set: Vec<u64> = if all.len() < 5 {
        vec![hash64(all.join(" ").as_bytes())]
    } else {
        all.windows(5).map(|five| hash64(five.join(" ").as_bytes())).collect()
    };
    set.sort_unstable();
    set.dedup();
    set
}
