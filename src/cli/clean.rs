//! `textsieve clean`: from inputs and flags to a run, and from its numbers to an exit status.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Exit};
use crate::hash::hash128;
use crate::pipeline::cleaner::Cleaner;
use crate::pipeline::dump::{DumpOptions, Estimate};
use crate::pipeline::journal::{self, Before};
use crate::pipeline::outputs::Outputs;
use crate::pipeline::plan::{self, Plan};
use crate::pipeline::refuse;
use crate::pipeline::run::{self, Finished, Job, Observer, Outcome, Output, PageReport};
use crate::pipeline::stats::Stats;
use crate::read::form::InputFormat;
use crate::read::text::{Files, Stdin};
use crate::read::walk::{Found, Walk};
use crate::read::{Entry, Id, Source};
use crate::record::render::Rendering;
use crate::report::summary::Summary;
use crate::write::audit::Removed;
use crate::write::files::RUN_FOLDER;

use super::args::{Clean, Global, Progress};
use super::config::{self, Settings};
use super::progress::Meter;
use super::signals::Watch;
use super::terminal::{BOLD, CYAN, DIM, Line, RED, Talk, escape, say, set_colours};

use crate::pipeline::plan::STDIN as STDIO;

/// Where the user wants clean pages.
enum Target {
    Nowhere,
    Stdout,
    Folder(PathBuf),
}

pub fn run(clean: &Clean, global: &Global, talk: Talk) -> Result<Exit, Error> {
    let settings = config::load_all(&clean.configuration, global)?;
    set_colours(settings.color);
    tell_config(&settings, talk);
    let from_stdin = wants_stdin(clean)?;
    if from_stdin && settings.input_format == InputFormat::Parquet {
        return Err(Error::usage(
            "a table in Parquet cannot be read from standard input, for its end says what stands where",
        )
        .hint("clean the file itself; -o - writes to standard output"));
    }
    let target = target(clean, from_stdin)?;
    let cleaner =
        Cleaner::new(settings.options.clone()).map_err(|e| Error::usage("the lexicon cannot be used").because(e))?;

    let mut plan = Plan {
        options: settings.options,
        decode: settings.decode,
        fields: settings.fields,
        outputs: settings.outputs,
        only_changed: settings.only_changed,
        dump: None,
        jobs: settings.jobs,
        sync: settings.fsync,
        checkpoints: Duration::from_secs(clean.checkpoint),
        show_cuts: clean.diff,
        force: clean.force,
        inputs: Vec::new(),
        config: settings.config,
    };
    let mut found = Found::default();
    if from_stdin {
        let input = Stdin::new(settings.input_format, settings.bounds);
        check_outputs(&plan, input.entries(), &target)?;
        plan.inputs.push(STDIO.to_owned());
    } else {
        let avoid = match &target {
            Target::Folder(out) => std::fs::canonicalize(out).ok(),
            Target::Nowhere | Target::Stdout => None,
        };
        let walk = Walk {
            extensions: &settings.ext,
            avoid: avoid.as_deref(),
            record: Some(RUN_FOLDER),
        };
        plan.inputs = find(clean, &walk, &mut found)?;
        if matches!(target, Target::Stdout) && found.entries.len() > 1 {
            plan.outputs = plan.outputs.joined();
        }
        check(&found, &target, plan.outputs, talk)?;
        check_outputs(&plan, &found.entries, &target)?;
    }
    if let Some(index) = &settings.dump.index {
        check_index(index, from_stdin, &found, &target)?;
    }
    if let Target::Folder(out) = &target {
        match journal::inspect(out, &plan, &found.entries)? {
            Before::Unfinished => talk.note("an unfinished run stands in the output folder; finishing it"),
            Before::Done(exit) => {
                talk.note("nothing to do: the output folder holds this run, finished; --force does it again");
                return Ok(exit);
            }
            Before::Blank | Before::Forced => {}
        }
    }

    let entries = std::mem::take(&mut found.entries);
    let bytes_total: u64 = entries.iter().map(Entry::size).sum();
    let progress = match settings.progress {
        // There is no telling how much will come.
        Progress::Auto if from_stdin => Progress::Never,
        progress => progress,
    };
    let format = settings.input_format;
    // Nobody knows how many records a shard holds.
    let counted = entries.iter().all(|entry| format.form(entry.name()).is_page());
    let pages_total = counted.then_some((entries.len() + found.set_aside.len()) as u64);
    // A stream cannot be read again, and one page is no dump, unless there were others before it.
    let dump = !from_stdin && (entries.len() > 1 || !counted || settings.dump.index.is_some());
    plan.dump = Some(settings.dump).filter(|options| dump && options.any());
    if let Some(options) = &plan.dump {
        let mut estimate = options.estimate(bytes_total, pages_total);
        if !matches!(target, Target::Folder(_)) {
            estimate.kept = 0;
        }
        tell_estimate(estimate, talk);
    }
    let passes = plan.dump.as_ref().map_or(1, DumpOptions::passes);
    quiet_page_panics(talk);
    let session = Session {
        clean,
        talk,
        plan: &plan,
        cleaner: &cleaner,
        target: &target,
    };
    let meter = Meter::new(progress, talk, pages_total, bytes_total * passes);
    if from_stdin {
        // Nothing to tidy up: a signal may end a filter that waits for its input.
        session.go(&Stdin::new(format, settings.bounds), found, &Watch::none(), meter)
    } else {
        let watch = Watch::start().map_err(|e| Error::failed("cannot watch for signals").because(e))?;
        session.go(&Files::new(entries, format, settings.bounds), found, &watch, meter)
    }
}

/// Everything that a run of this command needs beside its source.
struct Session<'a> {
    clean: &'a Clean,
    talk: Talk,
    plan: &'a Plan,
    cleaner: &'a Cleaner,
    target: &'a Target,
}

impl Session<'_> {
    fn go<S: Source>(&self, source: &S, found: Found, watch: &Watch, meter: Meter) -> Result<Exit, Error> {
        let mut stdout = io::stdout().lock();
        let output = match self.target {
            Target::Nowhere => Output::Nowhere,
            Target::Folder(out) => Output::Folder(out),
            Target::Stdout => Output::Stream(&mut stdout),
        };
        let job = Job {
            plan: self.plan,
            source,
            set_aside: found.set_aside,
            passed_over: found.passed_over,
            judge: self.cleaner.clone(),
            stop: watch.stop(),
        };
        let mut view = View {
            talk: self.talk,
            meter,
            diff: self.clean.diff,
            set_aside: 0,
            padded: false,
        };
        let finished = run::run(job, output, &mut view);
        view.meter.end();
        let finished = finished?;
        self.talk.not_told(finished.stats.pages.set_aside);
        self.sum_up(&finished)?;
        if finished.stopped {
            self.talk
                .note("stopped; the same command does the run again to its end");
            return Ok(watch.exit());
        }
        Ok(finished.exit)
    }

    /// The table is the result if standard output carries no other.
    fn sum_up(&self, finished: &Finished) -> Result<(), Error> {
        let filter = matches!(self.target, Target::Stdout);
        let json = self.talk.json();
        if !self.talk.usual() || (filter && !json && !self.talk.detailed()) {
            return Ok(());
        }
        let dry = matches!(self.target, Target::Nowhere);
        let summary = Summary::new(&finished.stats, dry, !finished.stopped);
        let text = if json { summary.json() + "\n" } else { summary.text() };
        if filter || (self.clean.diff && !json) {
            say(text.trim_end());
            return Ok(());
        }
        io::stdout().write_all(text.as_bytes()).map_err(Error::stdout)
    }
}

/// Follows a run for the user.
struct View {
    talk: Talk,
    meter: Meter,
    diff: bool,
    set_aside: u64,
    /// It was told already that a file is padded.
    padded: bool,
}

impl Observer for View {
    fn page(&mut self, report: &PageReport) -> Result<(), Error> {
        match &report.outcome {
            Outcome::SetAside(aside) => {
                self.meter.aside(|| self.talk.set_aside(aside, self.set_aside));
                self.set_aside += 1;
            }
            Outcome::Cleaned(Some(cleaned)) if self.diff && !cleaned.cuts.is_empty() => {
                let mut shown = Ok(());
                let id = report.id.as_ref().map(Id::literal);
                let cuts = cleaned
                    .cuts
                    .iter()
                    .map(|cut| Removed::new(&report.name, id, &cleaned.page, cut));
                self.meter
                    .aside(|| shown = show_cuts(&report.name, id, cuts, self.talk.json()));
                shown.map_err(Error::stdout)?;
            }
            Outcome::Cleaned(_) | Outcome::Dropped(_) => {}
        }
        self.meter.page();
        Ok(())
    }

    fn advanced(&mut self, stored: u64) {
        self.meter.advance(stored);
    }

    fn resumed(&mut self, stats: &Stats) {
        let pages = stats.pages.read;
        self.talk
            .note(&format!("going on behind the {pages} pages that are done already"));
    }

    fn found_before(&mut self, pages: usize) {
        self.talk
            .note(&format!("what the {pages} pages have in common is known already"));
    }

    fn padded(&mut self, name: &str) {
        if !std::mem::replace(&mut self.padded, true) {
            let told =
                format!("{name}: zeros behind the compressed data were passed over; of other files this is not told");
            self.meter.aside(|| self.talk.note(&told));
        }
    }

    fn swept(&mut self, files: usize) {
        self.talk
            .note(&format!("swept {files} temporary files of a run that was killed"));
    }
}

/// The cuts of one page, as lines of a diff or as JSON.
fn show_cuts<'a>(page: &str, id: Option<&str>, cuts: impl Iterator<Item = Removed<'a>>, json: bool) -> io::Result<()> {
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    if json {
        for cut in cuts {
            writeln!(out, "{}", Line::new("cut", cut).render())?;
        }
        return out.flush();
    }
    let id = id.map(|id| format!(" {id}")).unwrap_or_default();
    writeln!(out, "{BOLD}--- {}{}{BOLD:#}", escape(page), escape(&id))?;
    for cut in cuts {
        for (i, line) in cut.text.lines().enumerate() {
            let number = cut.line + i;
            writeln!(
                out,
                "{RED}-{RED:#}{DIM}{number:>5}{DIM:#} {CYAN}[{}]{CYAN:#} {RED}{}{RED:#}",
                cut.reason,
                escape(line)
            )?;
        }
    }
    out.flush()
}

/// Whether the page comes from standard input. Never waits for somebody to type one.
fn wants_stdin(clean: &Clean) -> Result<bool, Error> {
    let dash = clean.inputs.iter().any(|input| input.as_os_str() == STDIO);
    let wanted = dash || (clean.inputs.is_empty() && clean.files_from.is_none());
    if !wanted {
        return Ok(false);
    }
    if clean.inputs.len() > 1 || (dash && clean.files_from.is_some()) {
        return Err(Error::usage(
            "standard input cannot be cleaned together with other inputs",
        ));
    }
    refuse_terminal("textsieve clean INPUT... -o OUT")?;
    Ok(true)
}

/// Refuses to wait for a page that somebody would have to type.
pub fn refuse_terminal(usage: &str) -> Result<(), Error> {
    if io::stdin().is_terminal() {
        return Err(Error::usage("no input, and standard input is a terminal").hint(format!("usage: {usage}")));
    }
    Ok(())
}

fn target(clean: &Clean, from_stdin: bool) -> Result<Target, Error> {
    match &clean.out {
        _ if clean.dry_run => Ok(Target::Nowhere),
        Some(out) if out.as_os_str() == STDIO && clean.diff => Err(Error::usage(
            "the clean page and the diff cannot both go to standard output",
        )
        .hint("leave out -o to see the diff alone")),
        Some(out) if out.as_os_str() == STDIO => Ok(Target::Stdout),
        Some(out) => Ok(Target::Folder(out.clone())),
        None if clean.diff => Ok(Target::Nowhere),
        None if from_stdin => Ok(Target::Stdout),
        None => Err(Error::usage("no output").hint("give a folder with -o, or try without writing: -n")),
    }
}

/// Lists the inputs, and returns what the record calls them.
fn find(clean: &Clean, walk: &Walk<'_>, found: &mut Found) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for input in &clean.inputs {
        walk.input(input, found);
        names.push(input.to_string_lossy().into_owned());
    }
    if let Some(list) = &clean.files_from {
        let bytes = read_list(list)?;
        names.push(format!("--files-from {} ({:032x})", list.display(), hash128(&bytes)));
        let separator = if clean.null { 0 } else { b'\n' };
        for name in bytes.split(|&byte| byte == separator) {
            let name = if clean.null {
                name
            } else {
                name.strip_suffix(b"\r").unwrap_or(name)
            };
            if !name.is_empty() {
                walk.listed(&path_from(name), found);
            }
        }
    }
    Ok(names)
}

fn read_list(list: &Path) -> Result<Vec<u8>, Error> {
    let unreadable = |e| Error::usage("cannot read the list of files").at(list).because(e);
    if list.as_os_str() != STDIO {
        return std::fs::read(list).map_err(unreadable);
    }
    refuse_terminal("find … | textsieve clean --files-from - -o OUT")?;
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(unix)]
fn path_from(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn path_from(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}

/// Refuses what is bound to go wrong, before anything is read or written.
fn check(found: &Found, target: &Target, outputs: Outputs, talk: Talk) -> Result<(), Error> {
    refuse_nothing(found, talk)?;
    match target {
        Target::Nowhere => {}
        Target::Stdout if found.entries.len() == 1 => return Ok(()),
        Target::Stdout if outputs.render.is_some_and(|render| render != Rendering::Files) => {
            return refuse::refuse_same_files(&found.entries, &outputs);
        }
        Target::Stdout => {
            let files = found.entries.len();
            return Err(Error::usage(format!("{files} files cannot go to standard output"))
                .hint("give a folder with -o, or --output-format jsonl"));
        }
        Target::Folder(out) => {
            plan::refuse_overlap(out, &found.folders, &parents(found))?;
        }
    }
    refuse::refuse_collisions(&found.entries, &outputs)
}

/// Refuses a form that some of the output cannot have.
fn check_outputs(plan: &Plan, entries: &[Entry], target: &Target) -> Result<(), Error> {
    if matches!(target, Target::Stdout) {
        refuse::refuse_files(entries, plan.outputs)?;
    }
    refuse::refuse_no_field(entries, plan)
}

/// Refuses inputs among which there is no file to read.
pub fn refuse_nothing(found: &Found, talk: Talk) -> Result<(), Error> {
    if !found.entries.is_empty() {
        return Ok(());
    }
    for (told, aside) in (0..).zip(&found.set_aside) {
        talk.set_aside(aside, told);
    }
    let passed: u64 = found.passed_over.values().sum();
    let error = Error::usage("no input matched");
    Err(match passed {
        0 => error,
        n => error.hint(format!(
            "{n} files were passed over by their extension; --ext says which are read"
        )),
    })
}

/// Refuses an index where it cannot be, or cannot be used.
fn check_index(index: &Path, from_stdin: bool, found: &Found, target: &Target) -> Result<(), Error> {
    if from_stdin {
        return Err(
            Error::usage("standard input cannot be compared with an index, for it cannot be read twice")
                .hint("clean a file instead"),
        );
    }
    let out = match target {
        Target::Folder(out) => Some(out),
        Target::Nowhere | Target::Stdout => None,
    };
    found
        .folders
        .iter()
        .chain(out)
        .try_for_each(|folder| plan::refuse_shared(index, folder))
}

/// The folders that files stand in which were named one by one.
fn parents(found: &Found) -> BTreeSet<PathBuf> {
    let mut parents = BTreeSet::new();
    for entry in &found.entries {
        let path = entry.path();
        if !found.folders.iter().any(|folder| path.starts_with(folder)) {
            parents.extend(path.parent().map(Path::to_owned));
        }
    }
    parents
}

/// Says what a dump will need: always if it will need the disk, else on demand.
fn tell_estimate(estimate: Estimate, talk: Talk) {
    // What is kept of small dumps is no news.
    const NEWS: u64 = 100_000_000;
    if talk.detailed() || estimate.disk > 0 || estimate.kept > NEWS {
        let mega = |bytes: u64| bytes.div_ceil(1_000_000);
        talk.note(&format!(
            "about {} pages: {} MB of memory, {} MB of temporary files",
            estimate.pages,
            mega(estimate.memory),
            mega(estimate.disk + estimate.kept)
        ));
    }
}

fn tell_config(settings: &Settings, talk: Talk) {
    if talk.everything() {
        for (key, setting) in settings.config.iter() {
            talk.note(&format!("{key} = {} ({})", setting.value, setting.origin));
        }
    }
}

/// A panic on a page or on a damaged table is told when that is set aside; the message in between would only alarm.
pub fn quiet_page_panics(talk: Talk) {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let on_page = std::thread::current()
            .name()
            .is_some_and(|name| name.starts_with(run::THREAD_NAME));
        #[cfg(feature = "parquet")]
        let on_page = on_page || crate::read::parquet::is_decoding();
        if !on_page || talk.detailed() {
            hook(info);
        }
    }));
}
