//! A run: many pages on many threads, results in input order, memory bounded.
//!
//! Entries are cut into numbered batches. Workers take batches in any order; results wait in a reorder step until
//! their turn comes, and a new batch is handed out only when one has left it, so that neither queue can grow.
//! The same bytes come out whatever the number of threads. Must not know what a cleaner does or how a run is shown.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use crate::error::{Error, Exit};
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::journal::Journal;
use crate::pipeline::plan::Plan;
use crate::pipeline::stats::Stats;
use crate::pipeline::worker::{Batch, Worker};
use crate::read::{Entry, SetAside, Source, Why};
use crate::text::decode::InvalidPolicy;
use crate::write::audit;
use crate::write::files::{Lines, OutFolder};

pub use crate::pipeline::worker::{Outcome, PageReport, undecodable};

/// The list of pages that were set aside, in the run folder.
pub const SET_ASIDE_FILE: &str = "set-aside.jsonl";

/// A batch ends with the page that makes it this large: enough work to outweigh the hand-over.
const BATCH_BYTES: u64 = 1 << 20;
/// A batch of small pages ends here, so that progress is seen and a stop is soon.
const BATCH_PAGES: usize = 128;

/// Where clean pages go.
pub enum Output<'a> {
    /// Nowhere: pages are only judged and counted.
    Nowhere,
    /// Into a folder, each a file, with the run's record beside them.
    Folder(&'a Path),
    /// One after the other into a stream.
    Stream(&'a mut dyn Write),
}

/// Follows a run. Called on one thread, in input order.
pub trait Observer {
    /// A page has been dealt with.
    ///
    /// # Errors
    ///
    /// Ends the run.
    fn page(&mut self, report: &PageReport) -> Result<(), Error>;

    /// A temporary file of an earlier run, or more, was swept.
    fn swept(&mut self, files: usize) {
        let _ = files;
    }
}

/// All that a run needs.
pub struct Job<'a, S, J> {
    /// What to do.
    pub plan: &'a Plan,
    /// What to read.
    pub source: &'a S,
    /// What could not be walked, to be reported first.
    pub set_aside: Vec<SetAside>,
    /// Files that were passed over, by extension, to be reported.
    pub passed_over: BTreeMap<String, u64>,
    /// The cleaner.
    pub judge: J,
    /// Set from outside to stop the run after the pages in hand.
    pub stop: &'a AtomicBool,
}

/// How a run ended.
#[derive(Debug)]
pub struct Finished {
    /// Its numbers.
    pub stats: Stats,
    /// Whether it was stopped before its end.
    pub stopped: bool,
    /// What the exit status should say, unless it was stopped.
    pub exit: Exit,
}

/// Runs a job to its end.
///
/// # Errors
///
/// The output cannot be written, the observer fails, or the numbers do not add up. The folder's record then says that
/// the run is not complete; pages that were written are whole.
pub fn run<S, J>(job: Job<'_, S, J>, output: Output<'_>, observer: &mut dyn Observer) -> Result<Finished, Error>
where
    S: Source,
    J: Fn(&str) -> Cleaned + Sync,
{
    let start = Instant::now();
    let Job {
        plan,
        source,
        set_aside,
        passed_over,
        judge,
        stop,
    } = job;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(plan.jobs)
        .thread_name(|i| format!("{THREAD_NAME}{i}"))
        .build()
        .map_err(|e| Error::failed("cannot start threads").because(e))?;

    let (folder, stream) = match output {
        Output::Nowhere => (None, None),
        Output::Folder(root) => (Some(OutFolder::open(root, plan.sync)?), None),
        Output::Stream(stream) => (None, Some(stream)),
    };
    let journal = folder
        .as_ref()
        .map(|folder| begin(plan, folder, observer))
        .transpose()?;
    let worker = Worker {
        plan,
        source,
        judge: &judge,
        folder: folder.as_ref(),
        hand_on: stream.is_some(),
        stop,
        halt: AtomicBool::new(false),
    };
    let mut sink = Emit {
        stats: Stats {
            passed_over,
            ..Stats::default()
        },
        audit: folder.as_ref().map(|folder| folder.lines(audit::FILE)).transpose()?,
        set_aside: folder.as_ref().map(|folder| folder.lines(SET_ASIDE_FILE)).transpose()?,
        stream,
        observer,
    };
    let expected = set_aside.len() + source.entries().len();
    sink.walked(set_aside)?;
    in_order(&pool, &worker, pool.current_num_threads() * 2 + 1, |batch| {
        sink.batch(batch)
    })?;

    let mut stats = sink.close()?;
    stats.times.wall_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    stats.check()?;
    // A signal that comes after the last page stops nothing.
    let stopped = stats.pages.read < expected as u64;
    if let Some(journal) = journal {
        journal.end(!stopped, &stats)?;
    }
    let exit = status(&stats, plan);
    Ok(Finished { stats, stopped, exit })
}

/// How the threads that work on pages are called; a number follows.
pub const THREAD_NAME: &str = "page-worker-";

fn begin<'a>(plan: &'a Plan, folder: &'a OutFolder, observer: &mut dyn Observer) -> Result<Journal<'a>, Error> {
    let swept = folder.sweep()?;
    if swept > 0 {
        observer.swept(swept);
    }
    Journal::begin(plan, folder)
}

/// What the exit status should say of a run that came to its end.
fn status(stats: &Stats, plan: &Plan) -> Exit {
    let has = |why| stats.set_aside.contains_key(&why);
    let dropped = plan.decode.invalid == InvalidPolicy::Drop && stats.invalid.sequences > 0;
    if has(Why::Panic) || has(Why::InvalidText) {
        Exit::Failed
    } else if stats.pages.set_aside > 0 || dropped {
        Exit::SetAside
    } else {
        Exit::Done
    }
}

/// Hands batches to the pool and results to `emit`, in order, with at most `room` of them between the two.
fn in_order<S, J>(
    pool: &rayon::ThreadPool,
    worker: &Worker<'_, S, J>,
    room: usize,
    mut emit: impl FnMut(Batch) -> Result<(), Error>,
) -> Result<(), Error>
where
    S: Source,
    J: Fn(&str) -> Cleaned + Sync,
{
    let entries = worker.source.entries();
    let (send, receive) = mpsc::channel();
    pool.in_place_scope(|scope| {
        let mut batches = batches(entries).enumerate();
        let mut waiting: BTreeMap<usize, Batch> = BTreeMap::new();
        let (mut handed_out, mut emitted) = (0, 0);
        let mut result = Ok(());
        loop {
            while handed_out - emitted < room && !worker.stopped() {
                let Some((number, range)) = batches.next() else {
                    break;
                };
                let send = send.clone();
                scope.spawn(move |_| {
                    // Nobody listens any more only if the run has ended already.
                    let _ = send.send((number, worker.batch(&entries[range])));
                });
                handed_out += 1;
            }
            if handed_out == emitted {
                return result;
            }
            // `send` is alive in this scope, so the channel is never closed.
            let (number, batch) = receive.recv().expect("a batch is on its way");
            waiting.insert(number, batch);
            while let Some(batch) = waiting.remove(&emitted) {
                emitted += 1;
                if result.is_ok() {
                    result = emit(batch);
                }
                if result.is_err() {
                    worker.halt.store(true, Ordering::Relaxed);
                }
            }
        }
    })
}

/// Cuts the entries into batches by number and bytes.
fn batches(entries: &[Entry]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let length = entries[start..]
            .iter()
            .take(BATCH_PAGES)
            .take_while(|entry| {
                let open = bytes < BATCH_BYTES;
                bytes += entry.size();
                open
            })
            .count();
        let range = start..start + length;
        start = range.end;
        (length > 0).then_some(range)
    })
}

/// What happens in order, on one thread.
struct Emit<'a, 'o> {
    stats: Stats,
    audit: Option<Lines>,
    set_aside: Option<Lines>,
    stream: Option<&'o mut dyn Write>,
    observer: &'a mut dyn Observer,
}

impl Emit<'_, '_> {
    fn walked(&mut self, set_aside: Vec<SetAside>) -> Result<(), Error> {
        for aside in set_aside {
            self.stats.put_aside(&aside, false);
            self.page(&PageReport {
                name: aside.page.clone(),
                bytes: aside.bytes,
                outcome: Outcome::SetAside(aside),
            })?;
        }
        Ok(())
    }

    fn batch(&mut self, batch: Batch) -> Result<(), Error> {
        self.stats.merge(&batch.stats);
        if let Some(audit) = &mut self.audit {
            audit.append(&batch.audit)?;
        }
        if let Some(stream) = &mut self.stream {
            stream.write_all(&batch.text).map_err(Error::stdout)?;
        }
        for report in &batch.pages {
            self.page(report)?;
        }
        batch.error.map_or(Ok(()), Err)
    }

    fn page(&mut self, report: &PageReport) -> Result<(), Error> {
        if let (Outcome::SetAside(aside), Some(lines)) = (&report.outcome, &mut self.set_aside) {
            lines.push(aside)?;
        }
        self.observer.page(report)
    }

    fn close(self) -> Result<Stats, Error> {
        if let Some(stream) = self.stream {
            stream.flush().map_err(Error::stdout)?;
        }
        for lines in [self.audit, self.set_aside].into_iter().flatten() {
            lines.finish()?;
        }
        Ok(self.stats)
    }
}

#[cfg(test)]
mod tests;
