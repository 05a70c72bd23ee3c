//! What happens in order, on one thread: shards and the run's own files are written, numbers added, the observer told.
//!
//! A shard counts when it is whole. Until then its numbers are kept apart, and what it added to the run's files can be
//! taken back. Must not know how a batch came about.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::compress::{Compression, Packer, pack};
use crate::error::{Error, Place};
use crate::pipeline::batch::{Batch, Outcome, PageReport};
use crate::pipeline::checkpoint::{Border, Checkpoint, Checkpoints};
use crate::pipeline::dump::{CopyOf, Listing};
use crate::pipeline::feed::Whose;
use crate::pipeline::plan::Plan;
use crate::pipeline::records::{Done, Out};
use crate::pipeline::run::{DUPLICATES_FILE, Observer, SET_ASIDE_FILE, TEMPLATES_FILE};
use crate::pipeline::shard_out::ShardOut;
use crate::pipeline::stats::Stats;
use crate::pipeline::worker::cannot_compress;
use crate::read::form::Form;
use crate::read::records::End;
use crate::read::{Id, SetAside};
use crate::record::render::Rendering;
use crate::repeat::index::{Mark, SegmentWriter};
use crate::write::audit;
use crate::write::files::{Lines, OutFolder};
#[cfg(feature = "parquet")]
use crate::write::parquet::{TableFile, TableWriter};
use crate::write::shard::ShardFile;

/// So many keys are named when none is the text field.
const KEYS_TOLD: usize = 20;

/// What the thread that writes in order holds.
pub(super) struct Emit<'a, 'o> {
    plan: &'a Plan,
    /// The numbers of all that is whole.
    pub stats: Stats,
    pub folder: Option<&'a OutFolder>,
    pub audit: Option<Lines>,
    pub set_aside: Option<Lines>,
    /// The list of pages that are copies of others, if the dump was looked at as a whole.
    pub duplicates: Option<Lines>,
    /// Lines that stand on several articles.
    pub listing: Listing,
    /// What an index keeps of the pages that stay.
    pub index: Option<SegmentWriter>,
    pub stream: Option<&'o mut dyn Write>,
    pub observer: &'a mut dyn Observer,
    /// The shard in hand.
    pub open: Option<Open>,
    /// The file that pages are gathered in, if they are written as records.
    pub gathered: Option<Open>,
    /// Whether the stream has what its form begins with.
    pub headed: bool,
    /// Whether a record was seen already.
    pub records: bool,
    /// Where the run says how far it is, if it can be gone on with.
    pub checkpoints: Option<Checkpoints<'a>>,
    /// Whether the run was stopped within a shard: it has no rest, and nothing comes after it.
    pub broken: bool,
}

/// A shard that is being written.
pub(super) struct Open {
    out: ShardOut,
    stats: Stats,
    /// How long the run's files were before it: audit, pages set aside, duplicates.
    marks: [u64; 3],
    /// How far the index's segment was written before it.
    indexed: Option<Mark>,
}

impl<'a, 'o> Emit<'a, 'o> {
    /// Nothing is written yet, into a folder or a stream.
    pub(super) fn new(
        plan: &'a Plan,
        folder: Option<&'a OutFolder>,
        stream: Option<&'o mut dyn Write>,
        observer: &'a mut dyn Observer,
    ) -> Self {
        Self {
            plan,
            stats: Stats::default(),
            folder,
            audit: None,
            set_aside: None,
            duplicates: None,
            listing: Listing::default(),
            index: None,
            stream,
            observer,
            open: None,
            gathered: None,
            headed: false,
            records: false,
            checkpoints: None,
            broken: false,
        }
    }

    /// Begins the run's own files, where an earlier run was, if there was one. `dump` says whether there are duplicates.
    pub(super) fn go_on(&mut self, from: Option<Checkpoint>, dump: bool) -> Result<(), Error> {
        let Some(folder) = self.folder else {
            return Ok(());
        };
        let [audit, aside, duplicates] = from.as_ref().map_or([0; 3], |from| from.lengths);
        self.audit = Some(folder.lines(audit::FILE, audit)?);
        self.set_aside = Some(folder.lines(SET_ASIDE_FILE, aside)?);
        if dump {
            self.duplicates = Some(folder.lines(DUPLICATES_FILE, duplicates)?);
        }
        if let Some(from) = from {
            self.observer.resumed(&from.stats);
            (self.stats, self.listing, self.records) = (from.stats, from.listing, from.records);
        }
        Ok(())
    }

    /// Everything before this border is done.
    pub(super) fn reached(&mut self, border: Border) -> Result<(), Error> {
        let Some(checkpoints) = self.checkpoints.as_mut().filter(|checkpoints| checkpoints.due()) else {
            return Ok(());
        };
        if self.broken || self.open.is_some() {
            return Ok(());
        }
        let mut files = [&mut self.audit, &mut self.set_aside, &mut self.duplicates];
        for lines in files.iter_mut().filter_map(|lines| lines.as_mut()) {
            lines.save()?;
        }
        let lengths = files.map(|lines| lines.as_ref().map_or(0, Lines::length));
        checkpoints.write(border, self.records, &self.stats, lengths, &self.listing)
    }

    /// Tells of what could not be walked.
    pub(super) fn walked(&mut self, set_aside: Vec<SetAside>) -> Result<(), Error> {
        set_aside.into_iter().try_for_each(|aside| self.aside(aside))
    }

    /// Something that is not read at all, or none of which counts.
    pub(super) fn aside(&mut self, aside: SetAside) -> Result<(), Error> {
        self.stats.put_aside(&aside, false);
        let report = PageReport {
            name: aside.page.clone(),
            id: None,
            site: None,
            bytes: aside.bytes,
            outcome: Outcome::SetAside(aside),
        };
        self.page(&report)
    }

    /// A batch of pages that are files.
    pub(super) fn pages(&mut self, batch: Batch) -> Result<(), Error> {
        let mut batch = batch;
        if !self.gather(&mut batch)? {
            self.stats.merge(&batch.stats);
            if let Some(stream) = &mut self.stream {
                stream.write_all(&batch.text).map_err(Error::stdout)?;
            }
        }
        let stored = batch.stored;
        self.told(batch)?;
        self.observer.advanced(stored);
        Ok(())
    }

    /// A piece of a shard.
    pub(super) fn piece(&mut self, batch: Batch, done: &Done) -> Result<(), Error> {
        self.broken |= batch.stopped;
        if self.broken {
            return Ok(());
        }
        if done.records && !std::mem::replace(&mut self.records, true) {
            refuse_other_keys(done)?;
        }
        self.opened(&done.shard)?.stats.merge(&batch.stats);
        if let Some(out) = &done.out {
            let stream = self.stream.as_deref_mut();
            if let Some(open) = &mut self.open {
                open.out.push(stream, out)?;
            }
        }
        self.told(batch)?;
        self.observer.advanced(done.stored);
        Ok(())
    }

    /// The end of a shard.
    pub(super) fn end(&mut self, shard: &Whose, how: End) -> Result<(), Error> {
        match how {
            _ if self.broken => Ok(()),
            End::Whole { padded } => {
                if padded {
                    self.padded(shard.label());
                }
                self.close_shard(shard)
            }
            End::Early(aside) => {
                // Nothing is written of one that ends in its first line.
                if self.open.is_some() {
                    self.close_shard(shard)?;
                }
                self.aside(aside)
            }
            End::Void(aside) => {
                self.abandon()?;
                if self.stream.is_some() {
                    return Err(half_written(&aside));
                }
                self.aside(aside)
            }
        }
    }

    fn padded(&mut self, name: &str) {
        self.stats.padded += 1;
        self.observer.padded(name);
    }

    fn close_shard(&mut self, shard: &Whose) -> Result<(), Error> {
        // A shard without a record is written too.
        self.opened(shard)?;
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        self.finish(open)
    }

    /// Brings a file to its end, and counts it.
    fn finish(&mut self, open: Open) -> Result<(), Error> {
        let (staged, rest) = open.out.finish()?;
        if let (Some(folder), Some(staged)) = (self.folder, staged) {
            folder.publish(vec![staged])?;
        }
        if let (Some(stream), Some(rest)) = (&mut self.stream, rest) {
            stream.write_all(&rest).map_err(Error::stdout)?;
        }
        self.stats.merge(&open.stats);
        Ok(())
    }

    /// Takes back what is known of the shard in hand. What a stream was given cannot be taken back, and counts.
    fn abandon(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        if self.stream.is_some() {
            self.stats.merge(&open.stats);
            return Ok(());
        }
        let files = [&mut self.audit, &mut self.set_aside, &mut self.duplicates];
        for (lines, mark) in files.into_iter().zip(open.marks) {
            if let Some(lines) = lines {
                lines.rewind(mark)?;
            }
        }
        if let (Some(index), Some(mark)) = (&mut self.index, &open.indexed) {
            index.rewind(mark)?;
        }
        Ok(())
    }

    /// The shard in hand, begun if it is a new one.
    fn opened(&mut self, shard: &Whose) -> Result<&mut Open, Error> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.begin(shard)?,
        };
        Ok(self.open.insert(open))
    }

    fn begin(&mut self, shard: &Whose) -> Result<Open, Error> {
        // In a stream, one stands behind the other.
        if self.stream.is_some()
            && let Some(gathered) = self.gathered.take()
        {
            self.finish(gathered)?;
        }
        let outputs = &self.plan.outputs;
        match shard {
            Whose::Shard(shard) => {
                let rendering = outputs.rendering(shard.form);
                self.begin_records(&outputs.name(&shard.name), shard.compression, rendering)
            }
            #[cfg(feature = "parquet")]
            Whose::Sheet(sheet) => match (outputs.rendering(Form::Table), self.folder) {
                (rendering @ Some(_), _) => {
                    self.begin_records(&outputs.name(&sheet.name), Compression::None, rendering)
                }
                (None, Some(folder)) => {
                    let file = TableFile::begin(folder, &sheet.name, &sheet.table)?;
                    Ok(self.opening(ShardOut::TableFile(Box::new(file))))
                }
                (None, None) if self.stream.is_some() => {
                    let writer = TableWriter::new(Vec::new(), &sheet.table).map_err(Error::stdout)?;
                    Ok(self.opening(ShardOut::TableStream(Box::new(writer))))
                }
                (None, None) => Ok(self.opening(ShardOut::Nowhere)),
            },
        }
    }

    /// Begins a file of records, with what its form begins with.
    fn begin_records(&mut self, name: &Path, stored: Compression, rendering: Option<Rendering>) -> Result<Open, Error> {
        let compression = self.plan.outputs.compressed(stored);
        let out = if let Some(folder) = self.folder {
            ShardOut::File(Box::new(ShardFile::begin(folder, name, compression)?))
        } else if self.stream.is_some() {
            let packer = Packer::new(compression, Vec::new()).map_err(Error::stdout)?;
            ShardOut::Stream(Box::new(packer))
        } else {
            ShardOut::Nowhere
        };
        let mut open = self.opening(out);
        let head = rendering.map_or_else(Vec::new, Rendering::head);
        // A stream of several files has one head.
        let headed = self.stream.is_some() && std::mem::replace(&mut self.headed, true);
        if !head.is_empty() && !headed {
            open.stats.added(head.len());
            let head = pack(compression, head).map_err(cannot_compress)?;
            open.out.push(self.stream.as_deref_mut(), &Out::Packed(head))?;
        }
        Ok(open)
    }

    fn opening(&self, out: ShardOut) -> Open {
        let length = |lines: &Option<Lines>| lines.as_ref().map_or(0, Lines::length);
        Open {
            out,
            stats: Stats::default(),
            marks: [&self.audit, &self.set_aside, &self.duplicates].map(length),
            indexed: self.index.as_ref().map(SegmentWriter::mark),
        }
    }

    /// Adds pages to the file that they are gathered in. Says whether there is one.
    fn gather(&mut self, batch: &mut Batch) -> Result<bool, Error> {
        let Some(rendering) = self.plan.outputs.rendering(Form::Page) else {
            return Ok(false);
        };
        let mut gathered = if let Some(gathered) = self.gathered.take() {
            gathered
        } else {
            let name = self.plan.outputs.gathered().unwrap_or_default();
            self.begin_records(&name, Compression::None, Some(rendering))?
        };
        gathered.stats.merge(&batch.stats);
        if let Some(packed) = batch.gathered.take() {
            gathered.out.push(self.stream.as_deref_mut(), &Out::Packed(packed))?;
        }
        self.gathered = Some(gathered);
        Ok(true)
    }

    /// What every batch tells: its audit, and what became of its pages.
    fn told(&mut self, mut batch: Batch) -> Result<(), Error> {
        self.listing.merge(std::mem::take(&mut batch.listing));
        if let Some(audit) = &mut self.audit {
            audit.append(&batch.audit)?;
        }
        if let Some(index) = &mut self.index {
            for (name, staying) in &batch.staying {
                index.push(&staying.sketch, name, &staying.set)?;
            }
        }
        for name in &batch.padded {
            self.padded(name);
        }
        for report in &batch.pages {
            self.page(report)?;
        }
        batch.error.map_or(Ok(()), Err)
    }

    fn page(&mut self, report: &PageReport) -> Result<(), Error> {
        match (&report.outcome, &mut self.set_aside, &mut self.duplicates) {
            (Outcome::SetAside(aside), Some(lines), _) => lines.push(aside)?,
            (Outcome::Dropped(copy), _, Some(lines)) => lines.push(&DuplicateRow {
                page: &report.name,
                id: report.id.as_ref(),
                copy,
            })?,
            _ => {}
        }
        self.observer.page(report)
    }

    /// Finishes the run's files. A shard that did not come to its end was stopped, and does not count.
    pub(super) fn close(mut self, whole: bool, name: impl Fn(u32) -> String) -> Result<Stats, Error> {
        self.abandon()?;
        // What was gathered of pages that are not all there has no name, and does not count.
        if let Some(gathered) = self.gathered.take().filter(|_| whole || self.stream.is_some()) {
            self.finish(gathered)?;
        }
        if let (Some(folder), Some(_)) = (self.folder, &self.duplicates) {
            let mut lines = folder.lines(TEMPLATES_FILE, 0)?;
            self.listing.rows(name).try_for_each(|row| lines.push(&row))?;
            lines.finish()?;
        }
        if let Some(stream) = self.stream {
            stream.flush().map_err(Error::stdout)?;
        }
        for lines in [self.audit, self.set_aside, self.duplicates].into_iter().flatten() {
            lines.finish()?;
        }
        Ok(self.stats)
    }
}

/// A line of the list of duplicates.
#[derive(Serialize)]
struct DuplicateRow<'a> {
    page: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Id>,
    #[serde(flatten)]
    copy: &'a CopyOf,
}

/// If not one record of the first piece has the text field, another one is meant.
fn refuse_other_keys(done: &Done) -> Result<(), Error> {
    let Some(keys) = &done.keys else {
        return Ok(());
    };
    let error = Error::usage("no record has the text field").place(Place::Named(done.shard.label().to_owned()));
    Err(if keys.is_empty() {
        error.hint("--text-field names it")
    } else {
        let told = keys[..keys.len().min(KEYS_TOLD)].join(", ");
        error.hint(format!("--text-field names it; the records have: {told}"))
    })
}

/// A stream cannot do without its end: part of it may be out already, and the rest will never come.
fn half_written(aside: &SetAside) -> Error {
    Error::failed("cannot read to the end")
        .place(Place::Named(aside.page.clone()))
        .because(aside.detail.clone())
        .hint("what was written so far is not the whole output")
}
