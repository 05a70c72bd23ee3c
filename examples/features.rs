//! Writes the features of every block of JSONL pages (`{"text": …}`) as binary rows, for fitting the score.
//!
//! `cargo run --release --example features < pages.jsonl > features.bin`: for each page the number of
//! blocks (u32), then each block's line number (u32) and its features (f32), little-endian.

use std::io::{BufRead, Write};

use textsieve::chrome::{context::Context, features::Features, hints::Hints};
use textsieve::lexicon::Lexicon;
use textsieve::page::Page;

#[derive(serde::Deserialize)]
struct Row {
    text: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lexicon = Lexicon::built_in();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line?)?;
        let page = Page::new(&row.text);
        let context = Context::of(&page);
        let hints = Hints::of(&page, &context, lexicon);
        let features = Features::of(&context, &hints);
        out.write_all(&u32::try_from(page.len())?.to_le_bytes())?;
        for (i, block) in page.blocks().iter().enumerate() {
            out.write_all(&u32::try_from(block.line)?.to_le_bytes())?;
            for value in features.row(i) {
                out.write_all(&value.to_le_bytes())?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
