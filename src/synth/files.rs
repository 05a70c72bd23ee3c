//! Writes a corpus and its truth: shards or files below `pages/`, rows below `truth/`.
//!
//! Shards are made on all threads, rows are written in order: the bytes do not depend on how many there are. Must not
//! know how a page is made.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::truth::{self, PageKind, PageRow, ParagraphRow, PlaceRow, TemplateRow};
use super::{Page, Spec, Synth};
use crate::compress::{Compression, Packer, pack};
use crate::error::Error;

/// The folder of pages: what is cleaned.
pub const PAGES: &str = "pages";
/// The folder of what is true of them.
pub const TRUTH: &str = "truth";
/// Pages a shard: some 20 MB. Tests have small ones, for they are slow.
pub const SHARD: u64 = if cfg!(test) { 256 } else { 4096 };
/// Bytes that are packed at once.
const PIECE: usize = 1 << 20;

/// How pages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Shards of records.
    Records(Compression),
    /// A file a page, in a folder a site. The truth is compressed all the same.
    Files(Compression),
}

impl Form {
    fn compression(self) -> Compression {
        match self {
            Self::Records(compression) | Self::Files(compression) => compression,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Pages.
    pub pages: u64,
    /// Bytes of records or files, before they are compressed.
    pub bytes: u64,
    /// Bytes of their texts.
    pub text_bytes: u64,
    /// Pages that are no copies.
    pub originals: u64,
    /// Pages that were scraped again.
    pub again: u64,
    /// Articles under another template.
    pub reprints: u64,
    /// Near copies.
    pub near: u64,
    /// Pages whose article stands there twice.
    pub doubled: u64,
    /// Lines of templates that stand somewhere.
    pub template_lines: u64,
    /// Paragraphs that stand in several articles, and their places.
    pub paragraphs: u64,
    /// Their places.
    pub paragraph_places: u64,
}

impl Totals {
    fn count(&mut self, page: &Page, bytes: usize, kind: PageKind) {
        self.pages += 1;
        self.bytes += bytes as u64;
        self.text_bytes += page.text.len() as u64;
        self.doubled += u64::from(page.doubled);
        *match kind {
            PageKind::Original => &mut self.originals,
            PageKind::Again => &mut self.again,
            PageKind::Reprint => &mut self.reprints,
            PageKind::Near => &mut self.near,
        } += 1;
    }

    fn add(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.pages, other.pages),
            (&mut self.bytes, other.bytes),
            (&mut self.text_bytes, other.text_bytes),
            (&mut self.originals, other.originals),
            (&mut self.again, other.again),
            (&mut self.reprints, other.reprints),
            (&mut self.near, other.near),
            (&mut self.doubled, other.doubled),
        ] {
            *sum += part;
        }
    }
}

/// What `synth.json` holds: enough to make every page again.
#[derive(Debug, Serialize, Deserialize)]
pub struct Made {
    /// Of the generator.
    pub version: u32,
    /// What was asked for.
    pub spec: Spec,
    /// What was written.
    pub totals: Totals,
}

#[derive(Serialize)]
struct Record<'p> {
    id: String,
    url: &'p str,
    lang: &'p str,
    text: &'p str,
}

/// A page as a record, with its line end.
///
/// # Panics
///
/// Never: strings can be rendered.
#[must_use]
pub fn record(page: &Page) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.text.len() + page.text.len() / 16 + 128);
    push_record(page, &mut out);
    out
}

fn push_record(page: &Page, out: &mut Vec<u8>) {
    let record = Record {
        id: page.id(),
        url: &page.url,
        lang: page.language,
        text: &page.text,
    };
    // Only keys that are no strings and writers that fail can stop it: here are neither.
    serde_json::to_writer(&mut *out, &record).expect("strings can be rendered, and a vector takes all");
    out.push(b'\n');
}

/// Writes the corpus. `tell` hears of pages and bytes as they are written.
///
/// # Errors
///
/// `folder` holds something, or cannot be written to.
pub fn write(synth: &Synth, folder: &Path, form: Form, tell: &(dyn Fn(u64, u64) + Sync)) -> Result<Totals, Error> {
    refuse_full(folder)?;
    let pages = folder.join(PAGES);
    make_folder(&pages)?;
    make_folder(&folder.join(TRUTH))?;
    if matches!(form, Form::Files(_)) {
        (0..synth.spec.sites as usize).try_for_each(|site| make_folder(&pages.join(synth.host(site))))?;
    }
    let corpus = Corpus {
        synth,
        pages,
        form,
        counts: (0..synth.template_lines()).map(|_| AtomicU32::new(0)).collect(),
        tell,
    };
    let mut rows = Rows::create(&folder.join(TRUTH), truth::PAGES, form.compression())?;
    let (mut totals, mut paragraphs) = (Totals::default(), BTreeMap::new());
    let shards: Vec<u64> = (0..synth.spec.pages.div_ceil(SHARD)).collect();
    // A wave of shards at a time: rows wait for their turn in memory.
    for wave in shards.chunks(2 * rayon::current_num_threads()) {
        let made: Vec<Shard> = wave
            .par_iter()
            .map(|&shard| corpus.shard(shard))
            .collect::<Result<_, _>>()?;
        for shard in made {
            rows.push(shard.rows)?;
            totals.add(&shard.totals);
            shard.places.into_iter().for_each(|place| note(&mut paragraphs, place));
        }
    }
    rows.finish()?;
    paragraphs.retain(|_, row| row.places.len() > 1);
    totals.paragraphs = paragraphs.len() as u64;
    totals.paragraph_places = paragraphs.values().map(|row| row.places.len() as u64).sum();
    let templates = corpus.templates();
    totals.template_lines = templates.len() as u64;
    let truth = folder.join(TRUTH);
    Rows::all(&truth, truth::PARAGRAPHS, form.compression(), paragraphs.values())?;
    Rows::all(&truth, truth::TEMPLATES, form.compression(), templates.iter())?;
    // Last, so that what has this file is whole.
    let made = Made {
        version: super::VERSION,
        spec: synth.spec.clone(),
        totals,
    };
    Rows::all(&truth, truth::SPEC, Compression::None, std::iter::once(&made))?;
    Ok(totals)
}

/// A paragraph in a place.
struct Place {
    number: u64,
    text: String,
    row: PlaceRow,
}

fn note(paragraphs: &mut BTreeMap<u64, ParagraphRow>, place: Place) {
    let row = paragraphs.entry(place.number).or_insert_with(|| ParagraphRow {
        id: place.number,
        text: place.text,
        places: Vec::new(),
    });
    row.places.push(place.row);
}

/// What is true of the pages of a shard.
#[derive(Default)]
struct Shard {
    rows: Vec<u8>,
    totals: Totals,
    places: Vec<Place>,
}

struct Corpus<'s> {
    synth: &'s Synth,
    pages: PathBuf,
    form: Form,
    /// On how many pages each line of a template stands.
    counts: Vec<AtomicU32>,
    tell: &'s (dyn Fn(u64, u64) + Sync),
}

impl Corpus<'_> {
    fn shard(&self, number: u64) -> Result<Shard, Error> {
        let mut shard = Shard::default();
        let end = ((number + 1) * SHARD).min(self.synth.spec.pages);
        match self.form {
            Form::Files(_) => {
                for page in number * SHARD..end {
                    let page = self.synth.page(page);
                    let name = format!("{}/{}.txt", self.synth.host(page.site), page.id());
                    let path = self.pages.join(&name);
                    fs::write(&path, &page.text).map_err(|e| Error::io("cannot write", &path, e))?;
                    self.note(&mut shard, &page, name, page.text.len());
                    (self.tell)(1, page.text.len() as u64);
                }
            }
            Form::Records(compression) => {
                let name = compression.rename(Path::new(&format!("part-{number:05}.jsonl")));
                let name = name.display().to_string();
                let mut out = Rows::create(&self.pages, &name, compression)?;
                let mut piece = Vec::with_capacity(PIECE + (1 << 16));
                for (line, page) in (number * SHARD..end).enumerate() {
                    let (page, before) = (self.synth.page(page), piece.len());
                    push_record(&page, &mut piece);
                    self.note(&mut shard, &page, format!("{name}:{}", line + 1), piece.len() - before);
                    (self.tell)(1, (piece.len() - before) as u64);
                    if piece.len() >= PIECE {
                        out.push(std::mem::replace(&mut piece, Vec::with_capacity(PIECE + (1 << 16))))?;
                    }
                }
                out.push(piece)?;
                out.finish()?;
            }
        }
        Ok(shard)
    }

    fn note(&self, shard: &mut Shard, page: &Page, name: String, bytes: usize) {
        for template in page.rows.iter().filter_map(|row| row.template) {
            // A sum: the order of the threads does not show in it.
            self.counts[template as usize].fetch_add(1, Ordering::Relaxed);
        }
        let row = PageRow::new(page, name, self.synth.host(page.site));
        shard.totals.count(page, bytes, row.kind);
        push_row(&mut shard.rows, &row);
        let Some(number) = page.article.shared.filter(|_| row.kind == PageKind::Original) else {
            return;
        };
        let line = page.rows.iter().position(|row| row.kind.is_shared());
        let text = page.article.lines.iter().find(|line| line.kind.is_shared());
        if let Some((line, text)) = line.zip(text) {
            shard.places.push(Place {
                number,
                text: page.article.line(text).to_owned(),
                row: PlaceRow {
                    page: row.page,
                    line: line as u32 + 1,
                    changed: page.rows[line].kind == super::Kind::SharedChanged,
                },
            });
        }
    }

    /// The lines that stand on a page.
    fn templates(&self) -> Vec<TemplateRow> {
        let counts = self.counts.iter().enumerate();
        counts
            .map(|(id, pages)| (id as u32, pages.load(Ordering::Relaxed)))
            .filter(|&(_, pages)| pages > 0)
            .map(|(id, pages)| {
                let (text, site) = self.synth.template_line(id);
                TemplateRow {
                    id,
                    site: site.to_owned(),
                    text: text.to_owned(),
                    pages,
                }
            })
            .collect()
    }
}

/// A file of lines that is written in pieces.
struct Rows {
    path: PathBuf,
    compression: Compression,
    packer: Packer<BufWriter<File>>,
}

impl Rows {
    fn create(folder: &Path, name: &str, compression: Compression) -> Result<Self, Error> {
        let path = folder.join(compression.rename(Path::new(name)));
        let packer = File::create(&path).and_then(|file| Packer::new(compression, BufWriter::new(file)));
        let packer = packer.map_err(|e| Error::io("cannot write", &path, e))?;
        Ok(Self {
            path,
            compression,
            packer,
        })
    }

    fn push(&mut self, piece: Vec<u8>) -> Result<(), Error> {
        let pushed = pack(self.compression, piece).and_then(|packed| self.packer.push(&packed));
        pushed.map_err(|e| Error::io("cannot write", &self.path, e))
    }

    fn finish(self) -> Result<(), Error> {
        let finished = self.packer.finish().and_then(|mut out| out.flush());
        finished.map_err(|e| Error::io("cannot write", &self.path, e))
    }

    /// Writes a file at once.
    fn all<'r, T: Serialize + 'r>(
        folder: &Path,
        name: &str,
        compression: Compression,
        rows: impl Iterator<Item = &'r T>,
    ) -> Result<(), Error> {
        let mut file = Self::create(folder, name, compression)?;
        let mut bytes = Vec::new();
        rows.for_each(|row| push_row(&mut bytes, row));
        file.push(bytes)?;
        file.finish()
    }
}

fn push_row(out: &mut Vec<u8>, row: &impl Serialize) {
    // Only keys that are no strings and writers that fail can stop it: here are neither.
    serde_json::to_writer(&mut *out, row).expect("strings and numbers can be rendered, and a vector takes all");
    out.push(b'\n');
}

fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|e| Error::io("cannot make a folder", path, e))
}

/// What stands there already would be mixed with the corpus.
fn refuse_full(folder: &Path) -> Result<(), Error> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(false) => Ok(()),
        Ok(true) => Err(Error::usage("the output folder is not empty")
            .at(folder)
            .hint("name a new one")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io("cannot look into the output folder", folder, error)),
    }
}
