//! What happens in order, on one thread: shards and the run's own files are written, numbers added, the observer told.
//!
//! A shard counts when it is whole. Until then its numbers are kept apart, and what it added to the run's files can be
//! taken back. Must not know how a batch came about.

use std::io::Write;

use serde::Serialize;

use crate::compress::Compression;
use crate::error::{Error, Place};
use crate::pipeline::batch::{Batch, Outcome, PageReport};
use crate::pipeline::checkpoint::{Border, Checkpoint, Checkpoints};
use crate::pipeline::dump::{CopyOf, Listing};
use crate::pipeline::feed::Whose;
use crate::pipeline::outgoing::Out;
use crate::pipeline::plan::Plan;
use crate::pipeline::records::Done;
use crate::pipeline::run::{DUPLICATES_FILE, Observer, SET_ASIDE_FILE, TEMPLATES_FILE};
use crate::pipeline::series::{Body, Making, Pipe, Series};
use crate::pipeline::stats::Stats;
use crate::read::form::Form;
use crate::read::records::End;
use crate::read::{Id, SetAside};
use crate::record::Format;
use crate::record::render::Rendering;
use crate::repeat::index::{Mark, SegmentWriter};
use crate::write::audit;
use crate::write::files::{Lines, OutFolder};
#[cfg(feature = "parquet")]
use crate::write::parquet::Design;

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
    /// The stream that several inputs go into, while none has it.
    joined: Option<Pipe>,
    /// Whether a record was seen already.
    pub records: bool,
    /// Where the run says how far it is, if it can be gone on with.
    pub checkpoints: Option<Checkpoints<'a>>,
    /// Whether the run was stopped within a shard: it has no rest, and nothing comes after it.
    pub broken: bool,
}

/// Where a shard goes.
enum Whither {
    /// What its form would add at the end is counted all the same.
    Nowhere(usize),
    Files(Box<Series>),
    Stream(Pipe),
}

/// A shard that is being written.
pub(super) struct Open {
    out: Whither,
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
            joined: None,
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
    pub(super) fn piece(&mut self, batch: Batch, done: Done) -> Result<(), Error> {
        self.broken |= batch.stopped;
        if self.broken {
            return Ok(());
        }
        if done.records && !std::mem::replace(&mut self.records, true) {
            refuse_other_keys(&done)?;
        }
        let mut open = self.opened(&done.shard)?;
        open.stats.merge(&batch.stats);
        if let Some(out) = done.out {
            self.push(&mut open, out)?;
        }
        if let (Some(head), Whither::Files(series)) = (done.head, &mut open.out) {
            series.repeat_head(&head);
        }
        self.open = Some(open);
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

    /// Adds what goes out of a piece.
    fn push(&mut self, open: &mut Open, out: Out) -> Result<(), Error> {
        match (&mut open.out, self.folder, self.stream.as_deref_mut()) {
            (Whither::Files(series), Some(folder), _) => open.stats.added(series.push(folder, out)?),
            (Whither::Stream(pipe), _, Some(stream)) => pipe.push(stream, &out).map_err(Error::stdout)?,
            _ => {}
        }
        Ok(())
    }

    fn close_shard(&mut self, shard: &Whose) -> Result<(), Error> {
        // A shard without a record is written too.
        let open = self.opened(shard)?;
        self.finish(open)
    }

    /// Brings a shard to its end, and counts it.
    fn finish(&mut self, open: Open) -> Result<(), Error> {
        self.stats.merge(&open.stats);
        match (open.out, self.folder) {
            (Whither::Files(series), Some(folder)) => {
                let (files, added) = series.finish(folder)?;
                self.stats.added(added);
                folder.publish(files)?;
            }
            (Whither::Stream(pipe), _) if self.plan.outputs.joined => self.joined = Some(pipe),
            (Whither::Stream(pipe), _) => self.end_stream(pipe)?,
            (Whither::Nowhere(foot), _) => self.stats.added(foot),
            (Whither::Files(_), None) => {}
        }
        Ok(())
    }

    fn end_stream(&mut self, pipe: Pipe) -> Result<(), Error> {
        if let Some(stream) = self.stream.as_deref_mut() {
            self.stats.added(pipe.finish(stream).map_err(Error::stdout)?);
        }
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
        if let (Whither::Files(series), Some(folder)) = (open.out, self.folder) {
            series.take_back(folder)?;
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
    fn opened(&mut self, shard: &Whose) -> Result<Open, Error> {
        match self.open.take() {
            Some(open) => Ok(open),
            None => self.begin(shard),
        }
    }

    fn begin(&mut self, shard: &Whose) -> Result<Open, Error> {
        // In a stream, one stands behind the other.
        if self.stream.is_some()
            && let Some(gathered) = self.gathered.take()
        {
            self.finish(gathered)?;
        }
        let outputs = &self.plan.outputs;
        let making = match shard {
            Whose::Shard(shard) => Making {
                name: outputs.name(&shard.name),
                compression: outputs.compressed(shard.compression),
                body: match outputs.rendering(shard.form) {
                    Some(rendering) => body(rendering)?,
                    None => Body::Bytes {
                        head: Vec::new(),
                        foot: shard.form.format().map_or(&[], Format::foot),
                        ends_itself: true,
                    },
                },
            },
            #[cfg(feature = "parquet")]
            Whose::Sheet(sheet) => Making {
                name: outputs.name(&sheet.name),
                compression: outputs.compressed(Compression::None),
                body: match outputs.rendering(Form::Table) {
                    Some(rendering) => body(rendering)?,
                    None => Body::Rows(Design::like(&sheet.table)),
                },
            },
        };
        self.open_as(making)
    }

    /// Begins files of this making, or goes on with the stream.
    fn open_as(&mut self, making: Making) -> Result<Open, Error> {
        let mut added = 0;
        let out = if self.folder.is_some() {
            Whither::Files(Box::new(Series::new(making, self.plan.outputs.split)))
        } else if self.stream.is_none() {
            let [head, foot] = making.added();
            added = head;
            Whither::Nowhere(foot)
        } else if let Some(pipe) = self.joined.take() {
            Whither::Stream(pipe)
        } else {
            let (pipe, head) = Pipe::new(making).map_err(Error::stdout)?;
            added = head;
            Whither::Stream(pipe)
        };
        let mut open = self.opening(out);
        open.stats.added(added);
        Ok(open)
    }

    fn opening(&self, out: Whither) -> Open {
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
            let outputs = &self.plan.outputs;
            self.open_as(Making {
                name: outputs.gathered().unwrap_or_default(),
                compression: outputs.compressed(Compression::None),
                body: body(rendering)?,
            })?
        };
        gathered.stats.merge(&batch.stats);
        if let Some(out) = batch.gathered.take() {
            self.push(&mut gathered, out)?;
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
        if let Some(pipe) = self.joined.take() {
            self.end_stream(pipe)?;
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

/// What stands in a file of records in another form.
fn body(rendering: Rendering) -> Result<Body, Error> {
    match rendering {
        Rendering::Stream(stream) => Ok(Body::Bytes {
            head: stream.head(),
            foot: stream.foot(),
            ends_itself: false,
        }),
        #[cfg(feature = "parquet")]
        Rendering::Parquet => Design::of_records()
            .map(Body::Rows)
            .map_err(|e| Error::failed("cannot begin a table").because(e)),
        #[cfg(not(feature = "parquet"))]
        Rendering::Parquet => Err(Error::usage("this program was built without the feature `parquet`")),
        Rendering::Files => Ok(Body::Files),
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
