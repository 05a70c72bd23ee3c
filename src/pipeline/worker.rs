//! What one worker does with a portion: read, decode, clean and write every page of it, and count.
//!
//! A page that cannot be cleaned is set aside, also if the cleaner panics; only output that cannot be written ends the
//! run. Must not know which batch comes before or after.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::compress::{Compression, pack_whole};
use crate::error::Error;
use crate::page::Page;
use crate::pipeline::batch::{Batch, Judged, Name, Went};
use crate::pipeline::checkpoint::Border;
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::dump::{CopyOf, Listing, Resolved};
use crate::pipeline::feed::{Portion, Whose, Work};
use crate::pipeline::fields;
use crate::pipeline::judge::Judge;
use crate::pipeline::outgoing::Outgoing;
use crate::pipeline::plan::Plan;
use crate::pipeline::records::Done;
use crate::pipeline::site;
use crate::read::form::Form;
use crate::read::records::End;
use crate::read::{Content, Entry, Id, SetAside, Source, Why};
use crate::record::Lacking;
use crate::record::render::Plain;
use crate::text::decode::{DecodeError, DecodeOptions, Decoded, decode};
use crate::text::html;
use crate::text::links::Marked;
use crate::write::audit::Removed;
use crate::write::files::{OutFolder, Staged, check_name};

/// What all workers share.
pub(super) struct Worker<'a, S, J> {
    pub plan: &'a Plan,
    pub source: &'a S,
    pub judge: &'a J,
    /// What is known of the dump as a whole, if it was looked at.
    pub dump: Option<&'a Resolved<'a>>,
    /// Whether an index is to keep what it needs of the pages that stay.
    pub indexes: bool,
    /// Where pages are written; without it they are only counted, or handed on.
    pub folder: Option<&'a OutFolder>,
    /// Whether clean texts are handed on, to be written in order.
    pub hand_on: bool,
    /// Somebody wants the run to stop.
    pub stop: &'a AtomicBool,
    /// Something failed, so the run has to stop.
    pub halt: AtomicBool,
}

/// A portion that was worked on.
#[derive(Debug)]
pub(super) struct Worked {
    pub batch: Batch,
    pub part: Part,
    /// Where it ends, if that is between two entries and all before is done.
    pub end: Option<Border>,
}

/// What a batch is of.
#[derive(Debug)]
pub(super) enum Part {
    /// Pages that are files.
    Pages,
    /// A piece of a shard.
    Piece(Done),
    /// A shard's end.
    End(Whose, End),
    /// A shard that was not opened.
    Refused(SetAside),
}

/// Why a page has no verdict.
pub(super) enum Fault {
    /// It is set aside.
    Page(SetAside),
    /// The run cannot go on.
    Run(Error),
}

impl From<SetAside> for Fault {
    fn from(aside: SetAside) -> Self {
        Self::Page(aside)
    }
}

/// What became of a page's text.
pub(super) enum Verdict {
    Judged(Judged),
    Dropped(CopyOf),
}

impl<S: Source, J: Judge> Worker<'_, S, J> {
    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.halt.load(Ordering::Relaxed)
    }

    pub(super) fn portion(&self, number: usize, portion: Portion) -> Worked {
        let end = portion.next.map(|entry| Border {
            entry,
            portion: number + 1,
        });
        // A page's own panic is caught below. Should anything else panic, the run must hear of it and not wait for ever.
        let mut worked =
            catch_unwind(AssertUnwindSafe(|| self.work(number, portion.work))).unwrap_or_else(|panic| Worked {
                batch: Batch {
                    error: Some(Error::failed(format!("internal error: {}", message(&*panic)))),
                    ..Batch::default()
                },
                part: Part::Pages,
                end: None,
            });
        worked.end = end.filter(|_| !worked.batch.stopped);
        worked.batch.stats.times.read_ns += portion.read_ns;
        if worked.batch.error.is_some() {
            self.halt.store(true, Ordering::Relaxed);
        }
        worked
    }

    fn work(&self, number: usize, work: Work) -> Worked {
        let batch = Batch {
            first: self.dump.map_or(0, |dump| dump.first_of(number)),
            ..Batch::default()
        };
        let (batch, part) = match work {
            Work::Pages(range) => (self.pages(&self.source.entries()[range], batch), Part::Pages),
            Work::Piece(shard, piece) => {
                let (batch, done) = self.piece(shard, &piece, batch);
                (batch, Part::Piece(done))
            }
            #[cfg(feature = "parquet")]
            Work::Rows(sheet, rows) => {
                let (batch, done) = self.rows(&sheet, rows, batch);
                (batch, Part::Piece(done))
            }
            Work::End(shard, how) => (Batch::default(), Part::End(shard, how)),
            Work::Refused(aside) => (Batch::default(), Part::Refused(aside)),
        };
        Worked { batch, part, end: None }
    }

    fn pages(&self, entries: &[Entry], mut batch: Batch) -> Batch {
        let mut staged = Vec::new();
        let mut gathered = self
            .plan
            .outputs
            .rendering(Form::Page)
            .map(|form| Outgoing::new(Some(form)));
        for entry in entries {
            if self.stopped() {
                batch.stopped = true;
                break;
            }
            if let Err(error) = self.page(entry, &mut batch, &mut staged, gathered.as_mut()) {
                batch.error = Some(error);
                return batch;
            }
        }
        let start = Instant::now();
        if let Some(gathered) = gathered {
            let compression = self.plan.outputs.compressed(Compression::None);
            let goes_out = self.folder.is_some() || self.hand_on;
            let packed = goes_out.then(|| gathered.finish(compression, false, self.folder, Path::new("")));
            match packed.transpose() {
                Ok(packed) => batch.gathered = packed,
                Err(error) => batch.error = Some(error),
            }
        } else if let Some(folder) = self.folder {
            batch.error = folder.publish(staged).err();
        }
        batch.stats.times.write_ns += nanos(start);
        batch
    }

    fn page(
        &self,
        entry: &Entry,
        batch: &mut Batch,
        staged: &mut Vec<Staged>,
        gathered: Option<&mut Outgoing>,
    ) -> Result<(), Error> {
        let name = Name {
            page: entry.label(),
            site: Some(site::of_path(entry.name())),
            ..Name::default()
        };
        let form = self.source.form(entry);
        let start = Instant::now();
        let read = match check_name(entry.name()) {
            Ok(()) => self.source.read(entry),
            Err(why) => Err(unsafe_name(entry, why)),
        };
        batch.stats.times.read_ns += nanos(start);
        batch.stored += entry.size();
        let Content {
            bytes,
            compression,
            padded,
        } = match read {
            Ok(content) => content,
            Err(aside) => {
                batch.put_aside(name, aside, false);
                return Ok(());
            }
        };
        batch.stats.took(bytes.len());
        batch.compressions.push(compression);
        batch.padded.extend(padded.then(|| name.page.clone()));

        let start = Instant::now();
        let number = batch.number();
        let judged = catch_unwind(AssertUnwindSafe(|| {
            self.file(number, &name, form, &bytes, &mut batch.listing)
        }))
        .unwrap_or_else(|panic| Err(panicked(&name, &*panic).into()));
        batch.stats.times.clean_ns += nanos(start);
        let judged = match judged {
            Ok(Verdict::Judged(judged)) => judged,
            Ok(Verdict::Dropped(copy)) => {
                batch.drop_copy(name, bytes.len(), copy);
                return Ok(());
            }
            Err(Fault::Run(error)) => return Err(error),
            Err(Fault::Page(aside)) => {
                batch.put_aside(name, aside.sized(bytes.len() as u64), true);
                return Ok(());
            }
        };

        let start = Instant::now();
        let text = judged.cleaned.text.as_bytes();
        let changed = form == Form::Html || text != bytes;
        let left_out = self.plan.only_changed && !changed;
        let mut written = text.len();
        let outputs = &self.plan.outputs;
        if left_out {
            written = 0;
        } else if let Some(gathered) = gathered {
            written = self.gather(entry, &name, &judged, changed, gathered);
        } else if self.folder.is_some() || self.hand_on {
            let packed = packed(outputs.compressed(compression), text)?;
            match self.folder {
                Some(folder) => staged.push(folder.stage(&outputs.name(entry.name()), &packed)?),
                None => batch.text.extend_from_slice(&packed),
            }
        }
        batch.stats.times.write_ns += nanos(start);
        batch.stats.wrote(written);
        let went = Went {
            input: bytes.len(),
            output: written,
            changed,
            left_out,
        };
        batch.done(name, went, judged, self.plan.show_cuts);
        Ok(())
    }

    /// Adds a page to those that become records of one file. Says how many bytes it has there.
    fn gather(&self, entry: &Entry, name: &Name, judged: &Judged, changed: bool, gathered: &mut Outgoing) -> usize {
        let called = Id::named(&name.page);
        let file = if gathered.names_members() {
            slashed(&self.plan.outputs.page_file(entry.name()))
        } else {
            String::new()
        };
        let mut rest = Vec::new();
        fields::put(self.told(judged, changed), &mut rest);
        gathered.push(&Plain {
            id: called.as_ref(),
            file: &file,
            ..name.plain(&judged.cleaned.text, rest)
        })
    }

    /// The field that tells what was done, if the plan asks for it.
    pub(super) fn told(&self, judged: &Judged, changed: bool) -> Option<String> {
        let tells = self.plan.outputs.fields;
        tells.then(|| fields::told(&judged.cleaned, changed, judged.cluster))
    }

    fn file(
        &self,
        number: u32,
        name: &Name,
        form: Form,
        bytes: &[u8],
        listing: &mut Listing,
    ) -> Result<Verdict, Fault> {
        let decoded = decoded(form, bytes, &self.plan.decode).map_err(|error| undecodable(&name.page, error))?;
        let verdict = self.judge(number, name, (&decoded).into(), listing)?;
        Ok(match verdict {
            Verdict::Judged(judged) => Verdict::Judged(Judged {
                encoding: decoded.encoding,
                invalid: decoded.invalid,
                ..judged
            }),
            dropped @ Verdict::Dropped(_) => dropped,
        })
    }

    /// What becomes of the text of a record. One on which the judge fails is set aside.
    pub(super) fn verdict(&self, name: &Name, page: Marked<'_>, batch: &mut Batch) -> Result<Verdict, Fault> {
        let number = batch.number();
        catch_unwind(AssertUnwindSafe(|| self.judge(number, name, page, &mut batch.listing)))
            .unwrap_or_else(|panic| Err(panicked(name, &*panic).into()))
    }

    /// What becomes of the text of a page, by what is known of the dump.
    pub(super) fn judge(
        &self,
        number: u32,
        name: &Name,
        page: Marked<'_>,
        listing: &mut Listing,
    ) -> Result<Verdict, Fault> {
        let cleaned = match self.dump {
            None => self.judge.alone(page),
            Some(dump) => {
                if !dump.is_same(number, page.text) {
                    let detail = "it changed while the run was reading the dump";
                    let aside = SetAside::new(name.page.clone(), Why::Changed, detail);
                    let aside = aside.hint("pages may have been left out as copies of it: clean the dump again");
                    return Err(aside.called(name.id.clone()).into());
                }
                if let Some(copy) = dump.copy(self.source, number).map_err(Fault::Run)? {
                    return Ok(Verdict::Dropped(copy));
                }
                if dump.informs() {
                    let listing = RefCell::new(listing);
                    let known = |page: &Page<'_>| dump.known(number, page, *listing.borrow_mut());
                    self.judge.informed(page, &known).map_err(Fault::Run)?
                } else {
                    self.judge.alone(page)
                }
            }
        };
        let audit = audit_of(name, &cleaned);
        let dump = self.dump.filter(|_| self.indexes);
        let staying = dump.and_then(|dump| dump.staying(number, &cleaned.page)).map(Box::new);
        Ok(Verdict::Judged(Judged {
            cleaned,
            encoding: "UTF-8",
            invalid: 0,
            audit,
            staying,
            cluster: self
                .dump
                .filter(|_| self.plan.outputs.fields)
                .and_then(|dump| dump.cluster(number)),
        }))
    }
}

/// A path whose steps are parted as in archives.
pub(super) fn slashed(path: &Path) -> String {
    let steps = path.iter().map(|step| step.to_string_lossy());
    steps.collect::<Vec<_>>().join("/")
}

/// A page as it is stored.
fn packed(compression: Compression, text: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if compression == Compression::None {
        return Ok(Cow::Borrowed(text));
    }
    let packed = pack_whole(compression, text.to_vec());
    packed.map(Cow::Owned).map_err(cannot_compress)
}

/// An encoder failed.
pub(super) fn cannot_compress(error: io::Error) -> Error {
    Error::failed("cannot compress").because(error)
}

/// The audit lines of a page.
pub(super) fn audit_of(name: &Name, cleaned: &Cleaned) -> Vec<u8> {
    let mut audit = Vec::new();
    let id = name.id.as_ref().map(Id::literal);
    for cut in &cleaned.cuts {
        // Writing to memory fails only if serialising does, which these plain fields cannot.
        Removed::new(&name.page, id, &cleaned.page, cut)
            .write(&mut audit)
            .expect("an audit line is serialisable");
    }
    audit
}

/// A page on which the cleaner failed.
pub(super) fn panicked(name: &Name, panic: &(dyn Any + Send)) -> SetAside {
    SetAside::new(name.page.clone(), Why::Panic, message(panic))
        .hint("please report this page; the others are not affected")
        .called(name.id.clone())
}

/// An entry that may not be written under its name.
pub(super) fn unsafe_name(entry: &Entry, why: &str) -> SetAside {
    SetAside::new(entry.label(), Why::UnsafeName, format!("the name {why}")).sized(entry.size())
}

/// The text of a page that is a file of this form.
///
/// # Errors
///
/// It is no text.
pub fn decoded<'a>(form: Form, bytes: &'a [u8], options: &DecodeOptions) -> Result<Decoded<'a>, DecodeError> {
    match form {
        Form::Html => html::read(bytes, None, options),
        Form::Page | Form::Records(_) | Form::RecordsIfSo | Form::Table => decode(bytes, options),
    }
}

/// A page that is no text, as a page set aside.
#[must_use]
pub fn undecodable(name: &str, error: DecodeError) -> SetAside {
    lacking(name.to_owned(), error.into())
}

/// A page without a text, as a page set aside.
pub(super) fn lacking(name: String, lacking: Lacking) -> SetAside {
    let mut aside = SetAside::new(name, lacking.why, lacking.detail);
    aside.hint = lacking.hint.map(str::to_owned);
    aside
}

fn message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

/// The time since then.
pub(super) fn nanos(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
