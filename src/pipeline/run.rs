//! A run: many pages on many threads, results in input order, memory bounded.
//!
//! The input is cut into numbered portions. Workers make batches of them in any order; results wait in a reorder step until
//! their turn comes, and a new portion is handed out only when one has left it, so that neither queue can grow.
//! The same bytes come out whatever the number of threads. Must not know what a cleaner does or how a run is shown.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use crate::error::{Error, Exit};
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::emit::Emit;
use crate::pipeline::feed::Feed;
use crate::pipeline::journal::Journal;
use crate::pipeline::plan::Plan;
use crate::pipeline::stats::Stats;
use crate::pipeline::worker::{Part, Worked, Worker, nanos};
use crate::read::{SetAside, Source, Why};
use crate::text::decode::InvalidPolicy;
use crate::write::audit;
use crate::write::files::OutFolder;

pub use crate::pipeline::worker::{Outcome, PageReport, undecodable};

/// The list of pages that were set aside, in the run folder.
pub const SET_ASIDE_FILE: &str = "set-aside.jsonl";

/// Where clean pages go.
pub enum Output<'a> {
    /// Nowhere: pages are only judged and counted.
    Nowhere,
    /// Into a folder, under the names of what they come from, with the run's record beside them.
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

    /// So many bytes of the input, as they are stored, have been dealt with.
    fn advanced(&mut self, stored: u64) {
        let _ = stored;
    }

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
        folder: folder.as_ref(),
        audit: folder.as_ref().map(|folder| folder.lines(audit::FILE)).transpose()?,
        set_aside: folder.as_ref().map(|folder| folder.lines(SET_ASIDE_FILE)).transpose()?,
        stream,
        observer,
        open: None,
        records: false,
        broken: false,
    };
    sink.walked(set_aside)?;
    let room = pool.current_num_threads() * 2 + 1;
    let whole = in_order(&pool, &worker, room, |worked| match worked.part {
        Part::Pages => sink.pages(worked.batch),
        Part::Piece(done) => sink.piece(worked.batch, &done),
        Part::End(shard, how) => sink.end(&shard, how),
        Part::Refused(aside) => sink.aside(aside),
    });
    let whole = match (whole, journal.as_ref()) {
        (Err(refused), Some(journal)) if refused.exit() == Exit::Usage && sink.stats.pages.written == 0 => {
            // Nothing was done: the corrected command finds the folder as this one did.
            journal.withdraw()?;
            return Err(refused);
        }
        (whole, _) => whole?,
    };

    let mut stats = sink.close()?;
    stats.times.wall_ns = nanos(start);
    stats.check()?;
    // A signal that comes after the last page stops nothing.
    let stopped = !whole;
    if let Some(journal) = journal {
        journal.end(whole, &stats)?;
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
    let refused = plan.decode.invalid == InvalidPolicy::Fail && has(Why::InvalidText);
    if has(Why::Panic) || refused {
        Exit::Failed
    } else if stats.pages.set_aside > 0 || dropped {
        Exit::SetAside
    } else {
        Exit::Done
    }
}

/// Hands portions to the pool and results to `emit`, in order, with at most `room` of them between the two. Says
/// whether it came to the end.
fn in_order<S, J>(
    pool: &rayon::ThreadPool,
    worker: &Worker<'_, S, J>,
    room: usize,
    mut emit: impl FnMut(Worked) -> Result<(), Error>,
) -> Result<bool, Error>
where
    S: Source,
    J: Fn(&str) -> Cleaned + Sync,
{
    let (send, receive) = mpsc::channel();
    pool.in_place_scope(|scope| {
        let mut feed = Feed::new(worker.source);
        let mut waiting: BTreeMap<usize, Worked> = BTreeMap::new();
        let (mut handed_out, mut emitted) = (0, 0);
        let (mut result, mut whole, mut fed) = (Ok(()), true, false);
        loop {
            while !fed && handed_out - emitted < room && !worker.stopped() {
                let Some(portion) = feed.next() else {
                    fed = true;
                    break;
                };
                let (send, number) = (send.clone(), handed_out);
                scope.spawn(move |_| {
                    // Nobody listens any more only if the run has ended already.
                    let _ = send.send((number, worker.portion(portion)));
                });
                handed_out += 1;
            }
            if handed_out == emitted {
                // Stopped, there may be nothing more to read: that is the end as well.
                let ended = fed || feed.next().is_none();
                return result.map(|()| whole && ended);
            }
            // `send` is alive in this scope, so the channel is never closed.
            let (number, worked) = receive.recv().expect("a batch is on its way");
            waiting.insert(number, worked);
            while let Some(worked) = waiting.remove(&emitted) {
                emitted += 1;
                whole &= !worked.batch.stopped;
                if result.is_ok() {
                    result = emit(worked);
                }
                if result.is_err() {
                    worker.halt.store(true, Ordering::Relaxed);
                }
            }
        }
    })
}

#[cfg(test)]
mod tests;
