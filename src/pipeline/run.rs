//! A run: many pages on many threads, results in input order, memory bounded.
//!
//! The input is cut into numbered portions. Workers make batches of them in any order; results wait in a reorder step until
//! their turn comes, and a new portion is handed out only when one has left it, so that neither queue can grow.
//! The same bytes come out whatever the number of threads. Must not know what a cleaner does or how a run is shown.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::{Error, Exit};
use crate::pipeline::checkpoint::{self, Border, Checkpoint, Checkpoints, Known, listing_of};
use crate::pipeline::dump::{Resolved, Saved, Survey};
use crate::pipeline::emit::Emit;
use crate::pipeline::journal::Journal;
use crate::pipeline::judge::Judge;
use crate::pipeline::order::InOrder;
use crate::pipeline::plan::Plan;
use crate::pipeline::stats::Stats;
use crate::pipeline::worker::{Part, Worker, nanos};
use crate::read::{SetAside, Source, Why};
use crate::repeat::index::{Index, SegmentWriter};
use crate::text::decode::InvalidPolicy;
use crate::write::files::OutFolder;

pub use crate::pipeline::batch::{Outcome, PageReport};
pub use crate::pipeline::worker::{decoded, undecodable};

/// The list of pages that were set aside, in the run folder.
pub const SET_ASIDE_FILE: &str = "set-aside.jsonl";
/// The list of pages that are copies of others, in the run folder.
pub const DUPLICATES_FILE: &str = "duplicates.jsonl";
/// The list of lines that stand on many pages of a site, in the run folder.
pub const TEMPLATES_FILE: &str = "templates.jsonl";

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

    /// An earlier run that did not finish is gone on with; these are its numbers so far.
    fn resumed(&mut self, stats: &Stats) {
        let _ = stats;
    }

    /// What an earlier run found out about so many pages of the dump is used, and the dump not looked at again.
    fn found_before(&mut self, pages: usize) {
        let _ = pages;
    }

    /// Zeros stand behind the compressed data of a file, and were passed over.
    fn padded(&mut self, name: &str) {
        let _ = name;
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
    J: Judge,
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
    let look = matches!(output, Output::Nowhere);
    let index = open_index(plan, look)?;
    let pool = threads(plan.jobs)?;

    let (folder, stream) = match output {
        Output::Nowhere => (None, None),
        Output::Folder(root) => (Some(OutFolder::open(root, plan.sync)?), None),
        Output::Stream(stream) => (None, Some(stream)),
    };
    let known = Known {
        identity: plan.identity_hash(),
        input: listing_of(source.entries()),
    };
    let (mut journal, mut from, mut checkpoints) = (None, None, None);
    if let Some(folder) = &folder {
        let (begun, checkpoint) = begin(plan, folder, &known, can_go_on(plan, source), observer)?;
        (journal, from) = (Some(begun), checkpoint);
        checkpoints = can_go_on(plan, source).then(|| Checkpoints::new(folder, known.clone(), plan.checkpoints));
    }
    let saved = folder.as_ref().filter(|_| plan.can_read_again() && index.is_none());
    let saved = saved.map(|folder| Saved { folder, known: &known });
    let temp = folder
        .as_ref()
        .map_or_else(std::env::temp_dir, |folder| folder.run_file(""));
    let dump = match &plan.dump {
        Some(options) if options.any() => {
            let survey = Survey {
                plan,
                options,
                source,
                judge: &judge,
                pool: &pool,
                stop,
                temp: &temp,
                index: index.as_ref(),
                saved,
            };
            survey.run(observer)?
        }
        _ => None,
    };
    let adds = index.as_ref().filter(|_| dump.is_some() && !look);
    let index_writer = adds.map(Index::writer).transpose()?;
    let worker = Worker {
        plan,
        source,
        judge: &judge,
        dump: dump.as_ref(),
        indexes: index_writer.is_some(),
        folder: folder.as_ref(),
        hand_on: stream.is_some(),
        stop,
        halt: AtomicBool::new(false),
    };
    let mut sink = Emit::new(plan, folder.as_ref(), stream, observer);
    let border = from.as_ref().map(|from| from.border);
    sink.go_on(from, dump.is_some())?;
    sink.index = index_writer;
    if border.is_none() {
        sink.stats.passed_over = passed_over;
        sink.walked(set_aside)?;
    }
    sink.checkpoints = checkpoints;
    let whole = write(&pool, &worker, border.unwrap_or_default(), &mut sink);
    let whole = match (whole, journal.as_ref()) {
        (Err(refused), Some(journal)) if refused.exit() == Exit::Usage && sink.stats.pages.written == 0 => {
            // Nothing was done: the corrected command finds the folder as this one did.
            journal.withdraw()?;
            folder.as_ref().map_or(Ok(()), OutFolder::remove_parts)?;
            return Err(refused);
        }
        (whole, _) => whole?,
    };

    // A run that was stopped leaves the index as it was.
    let index_writer = sink.index.take().filter(|_| whole);
    let mut stats = sink.close(whole, |page| {
        dump.as_ref().map_or_else(String::new, |dump| dump.name(source, page))
    })?;
    stats.times.wall_ns = nanos(start);
    stats.check()?;
    // A signal that comes after the last page stops nothing.
    let stopped = !whole;
    let content = dump.as_ref().map(Resolved::run);
    remember(index_writer, index, content)?;
    let exit = status(&stats, plan);
    if let Some(journal) = journal {
        journal.end(whole.then_some(exit), &stats)?;
    }
    if let Some(folder) = folder.as_ref().filter(|_| whole) {
        checkpoint::remove(folder)?;
        Saved::remove(folder)?;
    }
    Ok(Finished { stats, stopped, exit })
}

/// The writing pass. Says whether it came to the end.
fn write<S: Source, J: Judge>(
    pool: &rayon::ThreadPool,
    worker: &Worker<'_, S, J>,
    from: Border,
    sink: &mut Emit<'_, '_>,
) -> Result<bool, Error> {
    let mut stopped_within = false;
    let all = InOrder {
        pool,
        source: worker.source,
        wanted: worker.plan.wanted(true),
        from,
    };
    let ended = all.run(
        || worker.stopped(),
        || worker.halt.store(true, Ordering::Relaxed),
        |number, portion| worker.portion(number, portion),
        |worked| {
            stopped_within |= worked.batch.stopped;
            match worked.part {
                Part::Pages => sink.pages(worked.batch),
                Part::Piece(done) => sink.piece(worked.batch, done),
                Part::End(shard, how) => sink.end(&shard, how),
                Part::Refused(aside) => sink.aside(aside),
            }?;
            worked.end.map_or(Ok(()), |border| sink.reached(border))
        },
    )?;
    Ok(ended && !stopped_within)
}

/// How the threads that work on pages are called; a number follows.
pub const THREAD_NAME: &str = "page-worker-";

/// A pool of so many threads that work on pages; 0 is one for every core.
///
/// # Errors
///
/// They cannot be started.
pub fn threads(jobs: usize) -> Result<rayon::ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .thread_name(|i| format!("{THREAD_NAME}{i}"))
        .build()
        .map_err(|e| Error::failed("cannot start threads").because(e))
}

fn begin<'a>(
    plan: &'a Plan,
    folder: &'a OutFolder,
    known: &Known,
    goes_on: bool,
    observer: &mut dyn Observer,
) -> Result<(Journal<'a>, Option<Checkpoint>), Error> {
    let swept = folder.sweep()?;
    if swept > 0 {
        observer.swept(swept);
    }
    // Whoever forces a run wants it done again.
    let from = Checkpoint::of(folder, known).filter(|_| goes_on && !plan.force);
    if from.is_none() {
        checkpoint::remove(folder)?;
        folder.remove_parts()?;
    }
    if plan.force {
        Saved::remove(folder)?;
    }
    Ok((Journal::begin(plan, folder, &known.input)?, from))
}

/// Whether a run of this kind can be gone on with. What an index is to keep is written in one go, and so is a file that
/// pages are gathered in.
fn can_go_on<S: Source>(plan: &Plan, source: &S) -> bool {
    let indexes = plan.dump.as_ref().is_some_and(|dump| dump.index.is_some());
    let is_page = |entry| source.form(entry).is_page();
    let gathers = plan.outputs.gathered().is_some() && source.entries().iter().any(is_page);
    plan.can_read_again() && !indexes && !gathers
}

/// Opens the index, before anything is done: one that does not suit ends the run.
fn open_index(plan: &Plan, look: bool) -> Result<Option<Index>, Error> {
    let options = plan.dump.as_ref();
    options.map_or(Ok(None), |options| options.open_index(look, plan.sync))
}

/// Puts the pages that stay into the index, if the run is whole and has one.
///
/// This comes before the run's record. Killed between the two, the run is done again: it is in the index then, so it
/// leaves its own pages out, gives the same bytes and takes its own place. The other way round the run would be
/// complete, and its pages would never come into the index.
fn remember(writer: Option<SegmentWriter>, index: Option<Index>, content: Option<u128>) -> Result<(), Error> {
    match (writer, index, content) {
        (Some(writer), Some(index), Some(content)) => writer.commit(index, content),
        _ => Ok(()),
    }
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

#[cfg(test)]
mod tests;
