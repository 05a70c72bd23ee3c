//! `textsieve synth`: writes a corpus whose truth is known.
//!
//! Must not know how a page is made.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde::Serialize;

use crate::compress::Compression;
use crate::error::{Error, Exit};
use crate::synth::files::{self, Form, Totals};
use crate::synth::{CODES, Spec, Synth};

use super::args::{self, Global, Pack};
use super::progress::Meter;
use super::terminal::{Line, Talk, set_colours};

/// A site has about so many pages.
const PAGES_A_SITE: u64 = 200;
/// Pages, if nobody says how many.
const PAGES: u64 = 10_000;
/// A page's bytes before the first is made.
const GUESS: u64 = 4500;

pub fn run(synth: &args::Synth, global: &Global, talk: Talk) -> Result<Exit, Error> {
    set_colours(global.color.unwrap_or_default());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(synth.jobs)
        .build()
        .map_err(|e| Error::failed("cannot start threads").because(e))?;
    let begun = Instant::now();
    let made = made(synth)?;
    let progress = Shown::new(synth, made.spec(), talk);
    let totals = pool.install(|| {
        files::write(&made, &synth.out, form(synth), &|pages, bytes| {
            progress.add(pages, bytes);
        })
    });
    progress.finish();
    report(&totals?, begun.elapsed().as_secs_f64(), talk)
}

/// The spec of the flags, and what is made of it.
fn made(synth: &args::Synth) -> Result<Synth, Error> {
    let bytes = synth.bytes.map(|size| size.0);
    let refused = |what: String| Error::usage(what).hint("`textsieve help synth` has the flags");
    let mut spec = spec(synth, bytes.map_or(PAGES, |bytes| bytes.div_ceil(GUESS)));
    let made = Synth::new(spec.clone()).map_err(refused)?;
    let Some(bytes) = bytes else {
        return Ok(made);
    };
    // The sites stay as they are, so that the pages stay what they were when they were weighed.
    spec.pages = (bytes as f64 / made.mean_bytes()).ceil() as u64;
    Synth::new(spec).map_err(refused)
}

fn spec(synth: &args::Synth, pages: u64) -> Spec {
    let languages = synth
        .languages
        .clone()
        .unwrap_or_else(|| CODES.map(str::to_owned).to_vec());
    let pages = synth.pages.unwrap_or(pages);
    Spec {
        seed: synth.seed,
        pages,
        sites: synth
            .sites
            .unwrap_or_else(|| (pages / PAGES_A_SITE).max(2 * languages.len() as u64)),
        languages,
        exact: synth.exact,
        near: synth.near,
        similarity: synth.similarity.0.clone(),
        templates: synth.templates,
        paragraphs: synth.paragraphs,
        doubled: synth.doubled,
    }
}

fn form(synth: &args::Synth) -> Form {
    let compression = match synth.compress {
        None => Compression::None,
        Some(Pack::Gz) => Compression::Gzip,
        Some(Pack::Zst) => Compression::Zstd,
    };
    if synth.files {
        Form::Files(compression)
    } else {
        Form::Records(compression)
    }
}

/// Progress from many threads. It is told now and then only, so that nobody waits for the lock.
struct Shown {
    meter: Mutex<Meter>,
    pages: AtomicU64,
    bytes: AtomicU64,
}

impl Shown {
    fn new(synth: &args::Synth, spec: &Spec, talk: Talk) -> Self {
        let bytes = synth.bytes.map_or(spec.pages * GUESS, |size| size.0);
        let progress = synth.progress.unwrap_or_default();
        Self {
            meter: Mutex::new(Meter::new(progress, talk, Some(spec.pages), bytes)),
            pages: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        }
    }

    fn add(&self, pages: u64, bytes: u64) {
        self.pages.fetch_add(pages, Ordering::Relaxed);
        if self.bytes.fetch_add(bytes, Ordering::Relaxed) >> 20 != (self.bytes.load(Ordering::Relaxed) >> 20)
            && let Ok(mut meter) = self.meter.try_lock()
        {
            self.tell(&mut meter);
        }
    }

    fn tell(&self, meter: &mut Meter) {
        (0..self.pages.swap(0, Ordering::Relaxed)).for_each(|_| meter.page());
        meter.advance(self.bytes.swap(0, Ordering::Relaxed));
    }

    fn finish(&self) {
        if let Ok(mut meter) = self.meter.lock() {
            self.tell(&mut meter);
            meter.end();
        }
    }
}

#[derive(Serialize)]
struct Report<'t> {
    #[serde(flatten)]
    totals: &'t Totals,
    seconds: f64,
}

fn report(totals: &Totals, seconds: f64, talk: Talk) -> Result<Exit, Error> {
    if !talk.usual() {
        return Ok(Exit::Done);
    }
    let mut out = anstream::stdout().lock();
    let text = if talk.json() {
        let seconds = (seconds * 1000.0).round() / 1000.0;
        Line::new("synth", Report { totals, seconds }).render() + "\n"
    } else {
        table(totals)
    };
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Error::stdout)?;
    if !talk.json() {
        let speed = totals.bytes as f64 / 1e6 / seconds.max(1e-9);
        talk.note(&format!("{seconds:.2} s, {speed:.0} MB/s"));
    }
    Ok(Exit::Done)
}

/// The same for the same flags: it says nothing of time.
fn table(totals: &Totals) -> String {
    let mega = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let rows = [
        ("pages", totals.pages.to_string()),
        ("bytes", mega(totals.bytes)),
        ("bytes of text", mega(totals.text_bytes)),
        ("articles that are no copies", totals.originals.to_string()),
        ("pages scraped again", totals.again.to_string()),
        ("exact reprints", totals.reprints.to_string()),
        ("near copies", totals.near.to_string()),
        ("pages with the article twice", totals.doubled.to_string()),
        ("lines of templates", totals.template_lines.to_string()),
        ("paragraphs in several articles", totals.paragraphs.to_string()),
        ("  places where they stand", totals.paragraph_places.to_string()),
    ];
    let mut out = String::new();
    for (name, value) in rows {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{name:<32}{value:>12}");
    }
    out
}
