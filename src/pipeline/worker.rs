//! What one worker does with a batch: read, decode, clean and write every page of it, and count.
//!
//! A page that cannot be cleaned is set aside, also if the cleaner panics; only output that cannot be written ends the
//! run. Must not know which batch comes before or after.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::Error;
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::plan::Plan;
use crate::pipeline::stats::{CleanedPage, Stats};
use crate::read::{Entry, SetAside, Source, Why};
use crate::text::decode::{DecodeError, decode};
use crate::write::audit::Removed;
use crate::write::files::{OutFolder, Staged, check_name};

/// What became of a page.
#[derive(Debug)]
pub struct PageReport {
    /// Its name.
    pub name: String,
    /// Its size in the input, as far as it is known.
    pub bytes: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a page.
#[derive(Debug)]
pub enum Outcome {
    /// It was cleaned. The cuts are there if the plan asks for them.
    Cleaned(Option<Box<Cleaned>>),
    /// It was set aside.
    SetAside(SetAside),
}

/// What all workers share.
pub(super) struct Worker<'a, S, J> {
    pub plan: &'a Plan,
    pub source: &'a S,
    pub judge: &'a J,
    /// Where pages are written; without it they are only counted, or handed on.
    pub folder: Option<&'a OutFolder>,
    /// Whether clean texts are handed on, to be written in order.
    pub hand_on: bool,
    /// Somebody wants the run to stop.
    pub stop: &'a AtomicBool,
    /// Something failed, so the run has to stop.
    pub halt: AtomicBool,
}

/// A batch that was worked on: everything that has to happen in order.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub pages: Vec<PageReport>,
    pub stats: Stats,
    /// Audit lines.
    pub audit: Vec<u8>,
    /// Clean texts, if they are handed on.
    pub text: Vec<u8>,
    /// What ended the run.
    pub error: Option<Error>,
}

/// A page that came out of the cleaner.
struct Judged {
    cleaned: Cleaned,
    encoding: &'static str,
    invalid: usize,
    audit: Vec<u8>,
}

impl<S: Source, J: Fn(&str) -> Cleaned + Sync> Worker<'_, S, J> {
    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.halt.load(Ordering::Relaxed)
    }

    pub(super) fn batch(&self, entries: &[Entry]) -> Batch {
        // A page's own panic is caught below. Should anything else panic, the run must hear of it and not wait for ever.
        let batch = catch_unwind(AssertUnwindSafe(|| self.pages(entries))).unwrap_or_else(|panic| Batch {
            error: Some(Error::failed(format!("internal error: {}", message(&*panic)))),
            ..Batch::default()
        });
        if batch.error.is_some() {
            self.halt.store(true, Ordering::Relaxed);
        }
        batch
    }

    fn pages(&self, entries: &[Entry]) -> Batch {
        let mut batch = Batch::default();
        let mut staged = Vec::new();
        for entry in entries {
            if self.stopped() {
                break;
            }
            if let Err(error) = self.page(entry, &mut batch, &mut staged) {
                batch.error = Some(error);
                return batch;
            }
        }
        if let Some(folder) = self.folder {
            let start = Instant::now();
            batch.error = folder.publish(staged).err();
            batch.stats.times.write_ns += nanos(start);
        }
        batch
    }

    fn page(&self, entry: &Entry, batch: &mut Batch, staged: &mut Vec<Staged>) -> Result<(), Error> {
        let name = entry.label();
        let start = Instant::now();
        let read = match check_name(entry.name()) {
            Ok(()) => self.source.read(entry),
            Err(why) => {
                Err(SetAside::new(name.clone(), Why::UnsafeName, format!("the name {why}")).sized(entry.size()))
            }
        };
        batch.stats.times.read_ns += nanos(start);
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(aside) => {
                batch.put_aside(aside, false);
                return Ok(());
            }
        };
        batch.stats.took(bytes.len());

        let start = Instant::now();
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge(&name, &bytes))).unwrap_or_else(|panic| {
            Err(SetAside::new(name.clone(), Why::Panic, message(&*panic))
                .hint("please report this page; the others are not affected"))
        });
        batch.stats.times.clean_ns += nanos(start);
        let judged = match judged {
            Ok(judged) => judged,
            Err(aside) => {
                batch.put_aside(aside.sized(bytes.len() as u64), true);
                return Ok(());
            }
        };

        let text = judged.cleaned.text.as_bytes();
        if let Some(folder) = self.folder {
            let start = Instant::now();
            staged.push(folder.stage(entry.name(), text)?);
            batch.stats.times.write_ns += nanos(start);
        } else if self.hand_on {
            batch.text.extend_from_slice(text);
        }
        batch.stats.wrote(text.len());
        batch.done(name, &bytes, judged, self.plan.show_cuts);
        Ok(())
    }

    fn judge(&self, name: &str, bytes: &[u8]) -> Result<Judged, SetAside> {
        let decoded = decode(bytes, &self.plan.decode).map_err(|error| undecodable(name, error))?;
        let cleaned = (self.judge)(&decoded.text);
        let mut audit = Vec::new();
        for cut in &cleaned.cuts {
            // Writing to memory fails only if serialising does, which these plain fields cannot.
            Removed::new(name, &cleaned.page, cut)
                .write(&mut audit)
                .expect("an audit line is serialisable");
        }
        Ok(Judged {
            cleaned,
            encoding: decoded.encoding,
            invalid: decoded.invalid,
            audit,
        })
    }
}

impl Batch {
    fn put_aside(&mut self, aside: SetAside, taken: bool) {
        self.stats.put_aside(&aside, taken);
        self.pages.push(PageReport {
            name: aside.page.clone(),
            bytes: aside.bytes,
            outcome: Outcome::SetAside(aside),
        });
    }

    fn done(&mut self, name: String, input: &[u8], judged: Judged, show_cuts: bool) {
        let Judged {
            cleaned,
            encoding,
            invalid,
            audit,
        } = judged;
        self.stats.decoded(encoding, invalid);
        self.stats.cleaned(&CleanedPage {
            input,
            page: cleaned.page.len(),
            output: &cleaned.text,
            cuts: &cleaned.cuts,
            kept: &cleaned.kept,
            flagged: cleaned.flagged,
        });
        self.audit.extend_from_slice(&audit);
        self.pages.push(PageReport {
            name,
            bytes: input.len() as u64,
            outcome: Outcome::Cleaned(show_cuts.then(|| Box::new(cleaned))),
        });
    }
}

/// A page that is no text, as a page set aside.
#[must_use]
pub fn undecodable(name: &str, error: DecodeError) -> SetAside {
    let detail = error.to_string();
    match error {
        DecodeError::Binary { .. } => {
            SetAside::new(name, Why::Binary, detail).hint("if it is text, name its encoding with --encoding")
        }
        DecodeError::Invalid { .. } => SetAside::new(name, Why::InvalidText, detail)
            .hint("--invalid replace reads on with U+FFFD in place of what is wrong"),
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

fn nanos(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
