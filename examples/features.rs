//! Writes the features of every block of JSONL pages (`{"text": …}`) as binary rows, for training the score.
//!
//! `cargo run --release --example features < pages.jsonl > features.bin`: for each page the number of
//! blocks (u32), then each block's line number (u32, little-endian) and its features (bytes).

use std::io::{BufRead, Write};

use textsieve::chrome::{facts::Facts, features::Features, survey::Survey};
use textsieve::lexicon::Lexicon;
use textsieve::page::Page;

#[derive(serde::Deserialize)]
struct Row {
    text: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lexicon = Lexicon::built_in();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if std::env::args().nth(1).as_deref() == Some("--names") {
        for name in textsieve::chrome::features::names() {
            writeln!(out, "{name}")?;
        }
        return Ok(());
    }
    for line in std::io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line?)?;
        let page = Page::new(&row.text);
        let facts = Facts::of(&page, lexicon);
        let features = Features::of(&facts, &Survey::of(&page, &facts));
        out.write_all(&u32::try_from(page.len())?.to_le_bytes())?;
        for (i, block) in page.blocks().iter().enumerate() {
            out.write_all(&u32::try_from(block.line)?.to_le_bytes())?;
            out.write_all(features.row(i))?;
        }
    }
    out.flush()?;
    Ok(())
}
