//! Cleans JSONL pages (`{"id", "style", "text"}`) from stdin to stdout, for measuring quality with labelled pages.
//!
//! `cargo run --release --example clean_jsonl [MODEL.bin] < pages.jsonl > cleaned.jsonl`

use std::io::{BufRead, Write};
use std::sync::Arc;

use textsieve::chrome::score;
use textsieve::{Cleaner, Options};

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    style: String,
    text: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::default();
    let cleaner = match std::env::args().nth(1) {
        Some(model) => Cleaner::with_scorer(options, Arc::new(score::read(&std::fs::read(model)?)?))?,
        None => Cleaner::new(options)?,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let mut row: Row = serde_json::from_str(&line?)?;
        let cleaned = cleaner.clean(&row.text);
        let cuts: Vec<_> = cleaned
            .cuts
            .iter()
            .map(|c| (c.reason.name(), c.score, &*c.evidence, &cleaned.page[c.range.clone()]))
            .collect();
        row.text.clone_from(&cleaned.text);
        serde_json::to_writer(
            &mut out,
            &serde_json::json!({"id": row.id, "style": row.style, "text": row.text, "cuts": cuts}),
        )?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
