//! Runs over pages in memory, with cleaners made for the case.

use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::page::Cut;
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::feed::{Feed, Work};
use crate::pipeline::stats::Times;
use crate::read::{Content, Entry};
use crate::reason::Reason;
use crate::write::audit;

struct Memory {
    entries: Vec<Entry>,
    pages: Vec<Vec<u8>>,
}

impl Memory {
    fn new(pages: Vec<Vec<u8>>) -> Self {
        let root: Arc<Path> = Arc::from(Path::new(""));
        let entries = pages
            .iter()
            .enumerate()
            .map(|(i, page)| {
                Entry::new(
                    Arc::clone(&root),
                    PathBuf::from(format!("{i:04}.txt")),
                    page.len() as u64,
                )
            })
            .collect();
        Self { entries, pages }
    }
}

impl Source for Memory {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&self, entry: &Entry) -> Result<Content, SetAside> {
        let index: usize = entry.label()[..4].parse().unwrap();
        Ok(self.pages[index].clone().into())
    }
}

#[derive(Default)]
struct Names(Vec<String>);

impl Observer for Names {
    fn page(&mut self, report: &PageReport) -> Result<(), Error> {
        self.0.push(report.name.clone());
        Ok(())
    }
}

/// Cuts the first line, panics where it is told to.
fn first_line(text: &str) -> Cleaned {
    assert!(!text.starts_with("panic"), "a judge that fails");
    let end = text.find('\n').unwrap_or(text.len());
    let cut = Cut {
        range: 0..end,
        line: 1,
        reason: Reason::Menu,
        score: 1.0,
        evidence: "first".into(),
        repeats: None,
    };
    Cleaned {
        text: text[end..].trim_start().to_owned(),
        page: text.to_owned(),
        cuts: vec![cut],
        kept: Vec::new(),
        flagged: false,
    }
}

fn job<'a, J>(plan: &'a Plan, source: &'a Memory, judge: J, stop: &'a AtomicBool) -> Job<'a, Memory, J> {
    Job {
        plan,
        source,
        set_aside: Vec::new(),
        passed_over: BTreeMap::new(),
        judge,
        stop,
    }
}

static GO: AtomicBool = AtomicBool::new(false);

fn pages(count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|i| format!("menu {i}\n{}\n", "text ".repeat(i % 700)).into_bytes())
        .collect()
}

#[test]
fn the_same_bytes_come_out_in_input_order_whatever_the_threads() {
    let source = Memory::new(pages(900));
    let mut outputs = Vec::new();
    for jobs in [1, 2, 7] {
        let plan = Plan {
            jobs,
            ..Plan::default()
        };
        let mut text = Vec::new();
        let mut names = Names::default();
        let finished = run(
            job(&plan, &source, first_line, &GO),
            Output::Stream(&mut text),
            &mut names,
        )
        .unwrap();
        assert!(names.0.is_sorted());
        let stats = Stats {
            times: Times::default(),
            ..finished.stats
        };
        outputs.push((text, stats, names.0.len()));
    }
    assert_eq!(outputs[0].2, 900);
    assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_panic_in_a_judge_sets_that_page_aside_and_no_other() {
    let mut all = pages(300);
    all[7] = b"panic here\n".to_vec();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let plan = Plan::default();
    let source = Memory::new(all);
    let finished = run(
        job(&plan, &source, first_line, &GO),
        Output::Folder(&out),
        &mut Names::default(),
    )
    .unwrap();
    assert_eq!(finished.exit, Exit::Failed);
    assert_eq!((finished.stats.pages.written, finished.stats.pages.set_aside), (299, 1));
    assert!(!out.join("0007.txt").exists() && out.join("0008.txt").exists());
    let listed = std::fs::read_to_string(out.join("_textsieve").join(SET_ASIDE_FILE)).unwrap();
    assert!(
        listed.starts_with(r#"{"page":"0007.txt","reason":"panic","detail":"a judge that fails""#),
        "{listed}"
    );
    let audit = std::fs::read_to_string(out.join("_textsieve").join(audit::FILE)).unwrap();
    assert_eq!(audit.lines().count(), 299);
}

#[test]
fn a_stopped_run_is_not_complete_and_says_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        jobs: 1,
        ..Plan::default()
    };
    let source = Memory::new(pages(2000));
    let stop = AtomicBool::new(false);
    let judge = |text: &str| {
        if text.starts_with("menu 500\n") {
            stop.store(true, Ordering::Relaxed);
        }
        first_line(text)
    };
    let finished = run(
        job(&plan, &source, judge, &stop),
        Output::Folder(folder.path()),
        &mut Names::default(),
    )
    .unwrap();
    assert!(finished.stopped);
    assert_eq!(finished.stats.pages.written, 501);
    let record = std::fs::read_to_string(folder.path().join("_textsieve/run.json")).unwrap();
    assert!(record.contains(r#""complete": false"#));
}

#[test]
fn a_stream_that_fails_ends_the_run() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let plan = Plan::default();
    let source = Memory::new(pages(900));
    let error = run(
        job(&plan, &source, first_line, &GO),
        Output::Stream(&mut Full),
        &mut Names::default(),
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "cannot write: standard output: no storage space");
}

#[test]
fn portions_cover_every_entry_once() {
    let mut all = pages(500);
    all[10] = vec![b'x'; 3 << 20];
    let source = Memory::new(all);
    let plan = Plan::default();
    let mut feed = Feed::new(&source, plan.wanted(true), 0);
    let portions = std::iter::from_fn(|| feed.next());
    let ranges: Vec<_> = portions
        .map(|portion| match portion.work {
            Work::Pages(range) => range,
            _ => panic!("no records"),
        })
        .collect();
    assert!(ranges.len() > 4);
    assert_eq!(
        ranges.iter().cloned().flatten().collect::<Vec<_>>(),
        (0..500).collect::<Vec<_>>()
    );
}

#[test]
fn an_observer_that_has_gone_leaves_the_run_incomplete() {
    struct Gone;
    impl Observer for Gone {
        fn page(&mut self, _: &PageReport) -> Result<(), Error> {
            Err(Error::stdout(std::io::ErrorKind::BrokenPipe.into()))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan::default();
    let source = Memory::new(pages(900));
    let output = Output::Folder(folder.path());
    let error = run(job(&plan, &source, first_line, &GO), output, &mut Gone).unwrap_err();
    assert!(error.is_closed_pipe());
    let record = std::fs::read_to_string(folder.path().join("_textsieve/run.json")).unwrap();
    assert!(record.contains(r#""complete": false"#));
}

/// A source whose second page says something else each time it is read.
struct Fickle {
    memory: Memory,
    reads: std::sync::atomic::AtomicUsize,
}

impl Source for Fickle {
    fn entries(&self) -> &[Entry] {
        self.memory.entries()
    }

    fn read(&self, entry: &Entry) -> Result<Content, SetAside> {
        let mut content = self.memory.read(entry)?;
        if entry.label().starts_with("0001") {
            let number = self.reads.fetch_add(1, Ordering::Relaxed);
            let more = format!("and number {number}\n");
            content.bytes.extend_from_slice(more.as_bytes());
        }
        Ok(content)
    }
}

#[test]
fn a_page_that_changes_between_the_passes_is_set_aside() {
    let source = Fickle {
        memory: Memory::new(pages(4)),
        reads: std::sync::atomic::AtomicUsize::new(0),
    };
    let plan = Plan {
        dump: Some(crate::pipeline::dump::DumpOptions::default()),
        ..Plan::default()
    };
    let job = Job {
        plan: &plan,
        source: &source,
        set_aside: Vec::new(),
        passed_over: BTreeMap::new(),
        judge: first_line,
        stop: &GO,
    };
    let mut text = Vec::new();
    let finished = run(job, Output::Stream(&mut text), &mut Names::default()).unwrap();
    assert_eq!(finished.stats.set_aside[&Why::Changed], 1);
    assert_eq!(finished.exit, Exit::SetAside);
    assert!(!String::from_utf8(text).unwrap().contains("and number"));
}

/// What is written below a folder, by name.
fn written(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file() && entry.file_name() != "run.json");
    let bytes = |path: &Path| std::fs::read(path).unwrap();
    files
        .map(|file| (file.path().strip_prefix(folder).unwrap().to_owned(), bytes(file.path())))
        .collect()
}

/// A run that fails while it writes leaves what it found out about the dump, and the next takes that up: it reads every
/// page once. What is damaged is not believed.
#[test]
fn what_a_dump_has_in_common_is_not_looked_for_again() {
    struct Until(usize, usize);
    impl Observer for Until {
        fn page(&mut self, _: &PageReport) -> Result<(), Error> {
            self.0 = self.0.checked_sub(1).ok_or_else(|| Error::failed("enough"))?;
            Ok(())
        }

        fn found_before(&mut self, pages: usize) {
            self.1 = pages;
        }
    }
    let words = [
        "bridge", "ferry", "kiosk", "orchard", "harbour", "theatre", "library", "tram",
    ];
    let page = |i: usize| {
        let [one, two] = [words[i % 8], words[i / 8 % 8]];
        let article = format!(
            "The {one} of the {two} opens on Friday, number {i} of its kind.\nNobody but the {one} knew that the {two} had been closed since the storm.\n"
        );
        format!("Menu of the gazette\nNews and sport\n{article}Imprint of the gazette\nPrivacy at the gazette\n")
            .into_bytes()
    };
    let mut pages: Vec<Vec<u8>> = (0..40).map(page).collect();
    pages.extend((0..5).map(page));
    let source = Memory::new(pages);
    let plan = Plan {
        dump: Some(crate::pipeline::dump::DumpOptions::default()),
        ..Plan::default()
    };
    let cleaner = crate::pipeline::cleaner::Cleaner::new(crate::pipeline::options::Options::default()).unwrap();
    let go = |out: &Path, until| {
        let mut observer = Until(until, 0);
        let ended = run(
            job(&plan, &source, cleaner.clone(), &GO),
            Output::Folder(out),
            &mut observer,
        );
        (ended.is_ok(), observer.1)
    };
    let folder = tempfile::tempdir().unwrap();
    let [undisturbed, killed] = ["undisturbed", "killed"].map(|name| folder.path().join(name));
    assert_eq!(go(&undisturbed, usize::MAX), (true, 0));
    let expected = written(&undisturbed);
    assert!(!expected[Path::new("_textsieve/templates.jsonl")].is_empty());
    assert_eq!(written(&undisturbed).len(), 40 + 4);

    let survey = killed.join("_textsieve/survey.bin");
    assert_eq!(go(&killed, 7), (false, 0));
    assert!(survey.exists());
    assert_eq!(go(&killed, 20), (false, 45));
    let mut bytes = std::fs::read(&survey).unwrap();
    assert_eq!(go(&killed, usize::MAX), (true, 45));
    assert_eq!(written(&killed), expected);

    assert_eq!(go(&killed, 7), (false, 0));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&survey, &bytes).unwrap();
    assert_eq!(go(&killed, usize::MAX), (true, 0));
    assert_eq!(written(&killed), expected);
}
