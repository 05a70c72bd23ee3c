//! Faults of the judge. No page is known on which the program's own fails, so a run is given one that does; the command
//! ends with the number of the run's exit.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use textsieve::error::Error;
use textsieve::pipeline::plan::Plan;
use textsieve::pipeline::run::{Job, Observer, Output, PageReport, run};
use textsieve::read::Entry;
use textsieve::read::form::InputFormat;
use textsieve::read::text::Files;
use textsieve::{Cleaned, Cleaner, Options};

use super::{Bench, PROSE};

/// Who does not listen.
struct Nobody;

impl Observer for Nobody {
    fn page(&mut self, _: &PageReport) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn fault_19_a_panic_sets_one_page_aside_and_the_rest_goes_on() {
    let bench = Bench::new();
    let names = ["a.txt", "b.txt", "c.jsonl"];
    let record = |text: &str| serde_json::json!({ "text": text }).to_string() + "\n";
    let records = [record(PROSE), record("fail"), record(PROSE)].concat();
    bench
        .page("a.txt", PROSE)
        .page("b.txt", "fail")
        .page("c.jsonl", &records);
    let cleaner = Cleaner::new(Options::default()).unwrap();
    let judge = |text: &str| -> Cleaned {
        assert!(text != "fail", "a judge that fails");
        cleaner.clean(text)
    };
    let entry = |name: &str| Entry::new(Arc::from(bench.pages()), PathBuf::from(name), 0);
    let job = Job {
        plan: &Plan::default(),
        source: &Files::new(names.map(entry).to_vec(), InputFormat::Auto, 1 << 20),
        set_aside: Vec::new(),
        passed_over: BTreeMap::new(),
        judge,
        stop: &AtomicBool::new(false),
    };
    let finished = run(job, Output::Folder(&bench.out()), &mut Nobody).unwrap();
    assert_eq!(finished.exit.code(), 1);
    let aside = ["b.txt", "c.jsonl:2"].map(|page| (page.into(), "panic".into()));
    assert_eq!(bench.set_aside(), aside);
    assert_eq!(finished.stats.pages.written, 3);
    assert_eq!(fs::read_to_string(bench.out().join("c.jsonl")).unwrap(), records);
    assert!(bench.out().join("a.txt").exists() && !bench.out().join("b.txt").exists());
}
