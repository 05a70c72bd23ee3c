//! What a worker does with a piece of a shard: find the text of every record, clean it, and put the clean text in its
//! place.
//!
//! Every other byte goes out as it came in: fields, blank lines, line ends, and records that are set aside. Must not
//! know where the piece goes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use crate::compress::{Packed, pack};
use crate::error::Error;
use crate::pipeline::dump::{CopyOf, Listing};
use crate::pipeline::feed::Shard;
use crate::pipeline::judge::Judge;
use crate::pipeline::plan::Fields;
use crate::pipeline::site;
use crate::pipeline::worker::{Batch, Fault, Judged, Name, Verdict, Worker, nanos, panicked};
use crate::read::records::{Piece, PieceKind};
use crate::read::{Id, SetAside, Source, Why};
use crate::text::json::{Field, literal, locate, text_of};

/// So many keys are named when none is the text field.
const KEYS_TOLD: usize = 20;

/// A piece that was worked on.
#[derive(Debug)]
pub(super) struct Done {
    /// The shard it is of.
    pub shard: Arc<Shard>,
    /// What goes out, if anything does.
    pub packed: Option<Packed>,
    /// So many bytes of the file were read for it.
    pub stored: u64,
    /// Whether there was a record in it.
    pub records: bool,
    /// The keys that its first record has, if no record in it has the text field.
    pub keys: Option<Vec<String>>,
}

/// What a record says of itself.
pub(super) struct Located<'a> {
    /// The record before the text's literal, the literal, and what follows.
    parts: [&'a str; 3],
    pub(super) text: String,
}

impl<S: Source, J: Judge> Worker<'_, S, J> {
    pub(super) fn piece(&self, shard: Arc<Shard>, piece: Piece, mut batch: Batch) -> (Batch, Done) {
        let mut out = Vec::new();
        let stored = piece.stored;
        let (records, keys) = match piece.kind {
            PieceKind::Lines => self.lines(&shard, &piece, &mut batch, &mut out),
            PieceKind::Part | PieceKind::LastPart { .. } => {
                giant(&shard, &piece, &mut batch);
                out = piece.bytes;
                (false, None)
            }
        };
        let start = Instant::now();
        let packed = (self.folder.is_some() || self.hand_on).then(|| pack(shard.compression, out));
        batch.stats.times.write_ns += nanos(start);
        let packed = packed.transpose().unwrap_or_else(|error| {
            batch.error = Some(Error::failed("cannot compress").because(error));
            None
        });
        let done = Done {
            shard,
            packed,
            stored,
            records,
            keys,
        };
        (batch, done)
    }

    /// Cleans whole lines. Says whether there was a record, and which keys the first has if all lack the text field.
    fn lines(&self, shard: &Shard, piece: &Piece, batch: &mut Batch, out: &mut Vec<u8>) -> (bool, Option<Vec<String>>) {
        out.reserve(piece.bytes.len());
        pass(&piece.bytes[..piece.mark()], batch, out);
        let (mut records, mut lacking, mut first) = (0, 0, None);
        for (number, line) in piece.lines() {
            if self.stopped() {
                batch.stopped = true;
                break;
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                pass(line, batch, out);
                continue;
            }
            first.get_or_insert(line);
            records += 1;
            lacking += usize::from(self.line(shard, number, line, batch, out) == Some(Why::NoText));
        }
        let all_lack = records > 0 && records == lacking;
        (records > 0, first.filter(|_| all_lack).map(keys_of))
    }

    /// Deals with one record, and says why if it is set aside.
    fn line(&self, shard: &Shard, number: u64, line: &[u8], batch: &mut Batch, out: &mut Vec<u8>) -> Option<Why> {
        batch.stats.took(line.len());
        let start = Instant::now();
        let mut name = Name {
            page: format!("{}:{number}", shard.label),
            id: None,
            site: None,
        };
        let located = located(line, shard.max_line, &self.plan.fields, &mut name);
        let site = name.site.take().unwrap_or_else(|| site::of_path(&shard.name));
        name.site = Some(site);
        let judged = located.map_err(Fault::from).and_then(|located| {
            let number = batch.number();
            let judged = catch_unwind(AssertUnwindSafe(|| {
                self.record(number, &name, &located, &mut batch.listing)
            }));
            judged.unwrap_or_else(|panic| Err(panicked(&name, &*panic).into()))
        });
        batch.stats.times.clean_ns += nanos(start);
        let before = out.len();
        match judged {
            Ok(Record::Dropped(copy)) => {
                batch.drop_copy(name, line.len(), copy);
                None
            }
            Ok(Record::Judged(judged, page)) => {
                if page.changed {
                    let [head, _, tail] = page.parts;
                    for part in [head, &page.literal, tail] {
                        out.extend_from_slice(part.as_bytes());
                    }
                } else {
                    out.extend_from_slice(line);
                }
                let written = out.len() - before;
                batch.stats.wrote(written);
                batch.done(name, [line.len(), written], page.changed, judged, self.plan.show_cuts);
                None
            }
            Err(Fault::Run(error)) => {
                batch.error = Some(error);
                None
            }
            Err(Fault::Page(aside)) => {
                out.extend_from_slice(line);
                let why = aside.reason;
                batch.stats.passed_on(line.len());
                batch.put_aside(name, aside.sized(line.len() as u64), true);
                Some(why)
            }
        }
    }

    fn record<'a>(
        &self,
        number: u32,
        name: &Name,
        located: &Located<'a>,
        listing: &mut Listing,
    ) -> Result<Record<'a>, Fault> {
        let judged = match self.judge(number, name, &located.text, listing)? {
            Verdict::Judged(judged) => judged,
            Verdict::Dropped(copy) => return Ok(Record::Dropped(copy)),
        };
        let cleaned = &judged.cleaned;
        let changed = cleaned.text != located.text;
        let spliced = Spliced {
            parts: located.parts,
            literal: if changed {
                literal(&cleaned.text, located.parts[1])
            } else {
                String::new()
            },
            changed,
        };
        Ok(Record::Judged(judged, spliced))
    }
}

/// What became of a record.
enum Record<'a> {
    Judged(Judged, Spliced<'a>),
    Dropped(CopyOf),
}

/// A record and what takes the place of its text.
struct Spliced<'a> {
    parts: [&'a str; 3],
    literal: String,
    changed: bool,
}

/// Hands on bytes that are no record's.
fn pass(bytes: &[u8], batch: &mut Batch, out: &mut Vec<u8>) {
    batch.stats.took(bytes.len());
    batch.stats.wrote(bytes.len());
    out.extend_from_slice(bytes);
}

/// Finds the text of a record, and on the way what it is called and where it is from.
pub(super) fn located<'a>(line: &'a [u8], max: u64, fields: &Fields, name: &mut Name) -> Result<Located<'a>, SetAside> {
    let page = name.page.clone();
    let aside = |why, detail: String| SetAside::new(page.clone(), why, detail);
    if content(line) as u64 > max {
        return Err(too_large(&page, max));
    }
    let record = simdutf8::compat::from_utf8(line).map_err(|error| {
        aside(
            Why::InvalidText,
            format!("column {}: not UTF-8", error.valid_up_to() + 1),
        )
    })?;
    let [text, id, url] = locate(record, [&fields.text, &fields.id, &fields.url])
        .map_err(|malformed| aside(Why::NotJson, malformed.to_string()))?;
    let value = |field: Field| field.value.map(|range| &record[range]);
    name.id = value(id).and_then(Id::of);
    name.site = value(url).and_then(text_of).and_then(|url| site::of_url(&url));

    let aside = |why, detail: String| aside(why, detail).called(name.id.clone());
    let Some(range) = text.value else {
        return Err(aside(Why::NoText, format!("no field `{}`", fields.text)).hint("--text-field names it"));
    };
    if text.twice {
        return Err(aside(
            Why::TextTwice,
            format!("the field `{}` stands there twice", fields.text),
        ));
    }
    let parts = [&record[..range.start], &record[range.clone()], &record[range.end..]];
    if !parts[1].starts_with('"') {
        return Err(aside(Why::TextNotString, format!("the text is {}", kind(parts[1]))));
    }
    match text_of(parts[1]) {
        Some(text) => Ok(Located { parts, text }),
        None => Err(aside(
            Why::LoneSurrogate,
            "half of a surrogate pair in the text".to_owned(),
        )),
    }
}

/// A line's length without its end.
fn content(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

fn kind(literal: &str) -> &'static str {
    match literal.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'n') => "null",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    }
}

/// Part of a line that is larger than a page may be; it is reported with its last.
fn giant(shard: &Shard, piece: &Piece, batch: &mut Batch) {
    batch.stats.took(piece.bytes.len());
    let PieceKind::LastPart { total } = piece.kind else {
        return batch.stats.passed_on(piece.bytes.len());
    };
    batch.stats.passed_on(piece.bytes.len());
    let name = Name {
        page: format!("{}:{}", shard.label, piece.line),
        id: None,
        site: Some(site::of_path(&shard.name)),
    };
    let aside = too_large(&name.page, shard.max_line).sized(total);
    batch.put_aside(name, aside, true);
}

fn too_large(page: &str, max: u64) -> SetAside {
    let detail = format!("larger than a record may be ({max} bytes)");
    SetAside::new(page, Why::TooLarge, detail).hint("raise --max-page if this is one record")
}

/// The keys of a record that lacks the one that was asked for.
fn keys_of(line: &[u8]) -> Vec<String> {
    let keys: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(line);
    let keys = keys.map(|map| map.into_iter().map(|(key, _)| key).take(KEYS_TOLD).collect());
    keys.unwrap_or_default()
}
