//! What a worker does with a piece of a shard: find the text of every record, clean it, and put the clean text in its
//! place.
//!
//! Every other byte goes out as it came in: fields, blank lines, line ends, and records that are set aside. Must not
//! know where the piece goes.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::pipeline::batch::{Batch, Judged, Name, Went};
use crate::pipeline::feed::{Shard, Whose};
use crate::pipeline::fields;
use crate::pipeline::judge::Judge;
use crate::pipeline::outgoing::{Out, Outgoing};
use crate::pipeline::outputs::Outputs;
use crate::pipeline::plan::Plan;
use crate::pipeline::site;
use crate::pipeline::worker::{Fault, Verdict, Worker, lacking, nanos, slashed};
use crate::read::records::{Piece, PieceKind};
use crate::read::{SetAside, Source, Why};
use crate::record::{Located, Reading, Text};

/// A piece that was worked on.
#[derive(Debug)]
pub(super) struct Done {
    /// The shard it is of.
    pub shard: Whose,
    /// What goes out, if anything does.
    pub out: Option<Out>,
    /// What stands before the first record, if it is known from this piece and other files of the shard need it, too.
    pub head: Option<Vec<u8>>,
    /// So many bytes of the file were read for it.
    pub stored: u64,
    /// Whether there was a record in it.
    pub records: bool,
    /// The keys that its first record has, if no record in it has the text field.
    pub keys: Option<Vec<String>>,
}

/// A record, or what stands between records.
pub(super) struct Numbered<'a> {
    number: u64,
    bytes: &'a [u8],
    is_record: bool,
}

impl<'a> Numbered<'a> {
    /// Its number and its bytes, if it is a record.
    pub(super) fn record(&self) -> Option<(u64, &'a [u8])> {
        self.is_record.then_some((self.number, self.bytes))
    }
}

/// All that stands in a piece of whole records, without its head.
pub(super) fn parts<'a>(shard: &'a Shard, piece: &'a Piece) -> impl Iterator<Item = Numbered<'a>> {
    let (mut rest, mut number) = (&piece.bytes[piece.head..], piece.line);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let part = shard.layout.part(rest);
        let (bytes, after) = rest.split_at(part.length);
        let numbered = Numbered {
            number,
            bytes,
            is_record: part.is_record,
        };
        rest = after;
        number += part.advance;
        Some(numbered)
    })
}

impl<S: Source, J: Judge> Worker<'_, S, J> {
    pub(super) fn piece(&self, shard: Arc<Shard>, piece: &Piece, mut batch: Batch) -> (Batch, Done) {
        let mut out = Outgoing::new(self.plan.outputs.rendering(shard.form));
        let (records, keys) = match piece.kind {
            PieceKind::Whole => self.records(&shard, piece, &mut batch, &mut out),
            PieceKind::Part { is_record } => {
                self.giant(&shard, piece, is_record, None, &mut batch, &mut out);
                (false, None)
            }
            PieceKind::LastPart { total, is_record } => {
                self.giant(&shard, piece, is_record, Some(total), &mut batch, &mut out);
                out.end_record();
                (false, None)
            }
        };
        let start = Instant::now();
        let compression = self.plan.outputs.compressed(shard.compression);
        let goes_out = self.folder.is_some() || self.hand_on;
        let same = !out.is_other_form();
        let members = shard.layout.gzip_member_each();
        let packed = goes_out.then(|| {
            let name = self.plan.outputs.name(&shard.name);
            out.finish(compression, members, self.folder, &name)
        });
        batch.stats.times.write_ns += nanos(start);
        let packed = packed.transpose().unwrap_or_else(|error| {
            batch.error = Some(error);
            None
        });
        let splits = self.plan.outputs.split.is_some() && same && piece.head > 0;
        let done = Done {
            shard: Whose::Shard(shard),
            out: packed,
            head: splits.then(|| piece.bytes[..piece.head].to_vec()),
            stored: piece.stored,
            records,
            keys,
        };
        (batch, done)
    }

    /// Cleans whole records. Says whether there was one, and which keys the first has if all lack the text field.
    fn records(
        &self,
        shard: &Shard,
        piece: &Piece,
        batch: &mut Batch,
        out: &mut Outgoing,
    ) -> (bool, Option<Vec<String>>) {
        if !out.is_other_form() {
            out.bytes().reserve(piece.bytes.len());
        }
        Self::pass(&piece.bytes[..piece.head], batch, out);
        let (mut records, mut lacking, mut first) = (0, 0, None);
        for part in parts(shard, piece) {
            if self.stopped() {
                batch.stopped = true;
                break;
            }
            if let Some((number, record)) = part.record() {
                first.get_or_insert(record);
                records += 1;
                lacking += usize::from(self.record(shard, number, record, batch, out) == Some(Why::NoText));
            } else {
                Self::pass(part.bytes, batch, out);
            }
            out.end_record();
        }
        let all_lack = records > 0 && records == lacking;
        let keys = first.filter(|_| all_lack).map(|first| shard.layout.keys(first));
        (records > 0, keys)
    }

    /// Deals with one record, and says why if it is set aside.
    fn record(&self, shard: &Shard, number: u64, record: &[u8], batch: &mut Batch, out: &mut Outgoing) -> Option<Why> {
        batch.stats.took(record.len());
        let start = Instant::now();
        let mut name = Name {
            page: format!("{}:{number}", shard.label),
            number,
            ..Name::default()
        };
        let located = located(record, shard, self.plan, &mut name);
        let site = name.site.take().unwrap_or_else(|| site::of_path(&shard.name));
        name.site = Some(site);
        if out.names_members() {
            name.file = slashed(&Outputs::record_file(&shard.name, number));
        }
        let judged = located.map_err(Fault::from).and_then(|text| {
            let verdict = self.verdict(&name, (&text).into(), batch)?;
            Ok((verdict, text))
        });
        batch.stats.times.clean_ns += nanos(start);
        match judged {
            Ok((Verdict::Dropped(copy), _)) => {
                batch.drop_copy(name, record.len(), copy);
                None
            }
            Ok((Verdict::Judged(judged), text)) => {
                let changed = !text.verbatim || judged.cleaned.text != text.value;
                let left_out = self.plan.only_changed && !changed;
                let written = if left_out {
                    0
                } else {
                    self.write_record(shard, record, text.range, &name, &judged, changed, out)
                };
                batch.stats.wrote(written);
                let went = Went {
                    input: record.len(),
                    output: written,
                    changed,
                    left_out,
                };
                let judged = Judged {
                    encoding: text.encoding,
                    invalid: text.invalid,
                    ..judged
                };
                batch.done(name, went, judged, self.plan.show_cuts);
                None
            }
            Err(Fault::Run(error)) => {
                batch.error = Some(error);
                None
            }
            Err(Fault::Page(aside)) => {
                let why = aside.reason;
                if self.passes_on(out) {
                    out.bytes().extend_from_slice(record);
                    batch.stats.passed_on(record.len());
                }
                batch.put_aside(name, aside.sized(record.len() as u64), true);
                Some(why)
            }
        }
    }

    /// Writes a record that was cleaned. Says how many bytes it has now.
    #[allow(clippy::too_many_arguments)] // all that is known of a record
    fn write_record(
        &self,
        shard: &Shard,
        record: &[u8],
        text: Range<usize>,
        name: &Name,
        judged: &Judged,
        changed: bool,
        out: &mut Outgoing,
    ) -> usize {
        let clean = &judged.cleaned.text;
        let told = self.told(judged, changed);
        if out.is_other_form() {
            let mut rest = shard.layout.rest(record, text, &self.plan.fields);
            fields::put(told, &mut rest);
            return out.push(&name.plain(clean, rest));
        }
        let bytes = out.bytes();
        let before = bytes.len();
        if changed {
            shard.layout.splice(record, text, clean, bytes);
        } else {
            bytes.extend_from_slice(record);
        }
        if let Some(told) = told {
            let with = shard.layout.with_field(&bytes[before..], fields::NAME, &told);
            bytes.truncate(before);
            bytes.extend(with);
        }
        bytes.len() - before
    }

    /// Whether what is set aside goes out as it came: not in another form, nor among what changed.
    fn passes_on(&self, out: &Outgoing) -> bool {
        !out.is_other_form() && !self.plan.only_changed
    }

    /// Hands on bytes that are no record's. In another form they have no place.
    fn pass(bytes: &[u8], batch: &mut Batch, out: &mut Outgoing) {
        batch.stats.took(bytes.len());
        if out.is_other_form() {
            return batch.stats.left_behind(bytes.len());
        }
        batch.stats.wrote(bytes.len());
        out.bytes().extend_from_slice(bytes);
    }

    /// Part of a record that is larger than a page may be. One that has a text is reported with its last, which knows the
    /// size of the whole.
    fn giant(
        &self,
        shard: &Shard,
        piece: &Piece,
        is_record: bool,
        total: Option<u64>,
        batch: &mut Batch,
        out: &mut Outgoing,
    ) {
        if !is_record {
            return Self::pass(&piece.bytes, batch, out);
        }
        let (head, part) = piece.bytes.split_at(piece.head);
        Self::pass(head, batch, out);
        batch.stats.took(part.len());
        if self.passes_on(out) {
            batch.stats.passed_on(part.len());
            out.bytes().extend_from_slice(part);
        }
        let Some(total) = total else {
            return;
        };
        let name = Name {
            page: format!("{}:{}", shard.label, piece.line),
            site: Some(site::of_path(&shard.name)),
            ..Name::default()
        };
        let aside = too_large(&name.page, shard.max_record).sized(total);
        batch.put_aside(name, aside, true);
    }
}

/// Finds the text of a record, and on the way what it is called and where it is from.
pub(super) fn located<'a>(record: &'a [u8], shard: &Shard, plan: &Plan, name: &mut Name) -> Result<Text<'a>, SetAside> {
    if content(record) as u64 > shard.max_record {
        return Err(too_large(&name.page, shard.max_record));
    }
    let reading = Reading {
        fields: &plan.fields,
        decode: &plan.decode,
        most: shard.max_record,
    };
    let Located { id, url, path, text } = shard.layout.locate(record, &reading);
    name.id = id;
    let folder = path.map(|path| site::of_path(Path::new(&path)));
    let folder = folder.filter(|folder| !folder.is_empty());
    name.site = url.as_ref().and_then(|url| site::of_url(url)).or(folder);
    name.url = url.filter(|_| plan.outputs.render.is_some()).map(Cow::into_owned);
    text.map_err(|without| lacking(name.page.clone(), without).called(name.id.clone()))
}

/// A record's length without the end of its last line.
fn content(record: &[u8]) -> usize {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record).len()
}

pub(super) fn too_large(page: &str, max: u64) -> SetAside {
    let detail = format!("larger than a record may be ({max} bytes)");
    SetAside::new(page, Why::TooLarge, detail).hint("raise --max-page if this is one record")
}
