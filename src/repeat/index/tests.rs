use super::*;

fn text(seed: u64) -> String {
    let words: Vec<String> = (0..60)
        .map(|i| format!("w{}", (seed * 7919 + i * i * 31) % 1009))
        .collect();
    words.join(" ")
}

fn page(seed: u64) -> (Sketch, String, Shingles) {
    let (sketch, set) = Sketch::of(&text(seed), 5);
    (sketch, format!("page {seed}"), set)
}

fn push(writer: &mut SegmentWriter, seeds: Range<u64>) {
    for (sketch, name, set) in seeds.map(page) {
        writer.push(&sketch, &name, &set.to_bytes()).unwrap();
    }
}

/// Commits the pages of these seeds as a run.
fn add(dir: &Path, run: u128, seeds: Range<u64>) {
    let index = Index::open(dir, 5, false).unwrap();
    let mut writer = index.writer().unwrap();
    push(&mut writer, seeds);
    writer.commit(index, run).unwrap();
}

fn names(index: &Index) -> Vec<String> {
    (0..index.pages()).map(|page| index.name(page).unwrap()).collect()
}

fn expected(seeds: impl IntoIterator<Item = u64>) -> Vec<String> {
    seeds.into_iter().map(|seed| format!("page {seed}")).collect()
}

/// Every file with its bytes.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

fn faults(dir: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    let checked = verify(dir, |fault| faults.push(format!("{}: {}", fault.file, fault.what))).unwrap();
    assert_eq!(checked.faults, faults.len() as u64);
    faults
}

#[test]
fn what_was_put_in_comes_out() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("deep/index");
    add(&dir, 1, 0..700);
    add(&dir, 2, 700..703);
    let index = Index::read_only(&dir).unwrap();
    assert_eq!((index.pages(), index.segments().len(), index.shingle()), (703, 2, 5));
    assert_eq!(index.pages_of_run(2), Some(700..703));
    assert_eq!(index.pages_of_run(3), None);
    assert_eq!([index.run(699), index.run(700)], [1, 2]);
    let mut seed = 0;
    index
        .sketches(|sketch| {
            assert_eq!(*sketch, page(seed).0);
            seed += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!(seed, 703);
    assert_eq!(names(&index), expected(0..703));
    for page in [702, 0, 701, 511, 512] {
        assert_eq!(index.shingles(page).unwrap(), self::page(u64::from(page)).2);
    }
    assert!(faults(&dir).is_empty());
}

#[test]
fn a_run_that_comes_again_takes_its_own_place() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    add(dir, 1, 0..3);
    add(dir, 2, 3..5);
    add(dir, 1, 0..2);
    let index = Index::read_only(dir).unwrap();
    assert_eq!(names(&index), expected([0, 1, 3, 4]));
    // Nothing is left of what was replaced.
    assert_eq!(files(dir).len(), 3);
    drop(index);
    add(dir, 1, 0..0);
    assert_eq!(names(&Index::read_only(dir).unwrap()), expected([3, 4]));
    // An empty run leaves no trace.
    let before = files(dir);
    add(dir, 9, 0..0);
    assert_eq!(files(dir), before);
}

#[test]
fn pages_are_taken_back_to_the_mark() {
    let folder = tempfile::tempdir().unwrap();
    add(&folder.path().join("plain"), 1, 0..4);
    let dir = folder.path().join("taken");
    let index = Index::open(&dir, 5, false).unwrap();
    let mut writer = index.writer().unwrap();
    push(&mut writer, 0..2);
    let mark = writer.mark();
    push(&mut writer, 50..90);
    writer.rewind(&mark).unwrap();
    push(&mut writer, 2..4);
    writer.commit(index, 1).unwrap();
    assert_eq!(files(&dir), files(&folder.path().join("plain")));
    assert!(faults(&dir).is_empty());
}

#[test]
fn what_is_dropped_or_killed_leaves_the_index_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    add(dir, 1, 0..3);
    let before = files(dir);
    let index = Index::open(dir, 5, false).unwrap();
    let mut writer = index.writer().unwrap();
    push(&mut writer, 3..9);
    drop((writer, index));
    assert_eq!(files(dir), before);

    // Killed while a segment was written, and between its naming and the manifest.
    let index = Index::open(dir, 5, false).unwrap();
    let mut writer = index.writer().unwrap();
    push(&mut writer, 3..9);
    fs::write(dir.join(".textsieve-x1y2z3.tmp"), "half a segm").unwrap();
    writer.finish(2).unwrap();
    drop(index);
    assert_eq!(files(dir).len(), 4);
    assert_eq!(verify(dir, |_| ()).unwrap().garbage, 2);
    assert_eq!(names(&Index::read_only(dir).unwrap()), expected(0..3));
    drop(Index::open(dir, 5, false).unwrap());
    assert_eq!(files(dir), before);
}

#[test]
fn killed_in_its_first_commit_it_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let mut index = Index::open(dir, 5, false).unwrap();
    let mut writer = index.writer().unwrap();
    push(&mut writer, 0..2);
    index.begin().unwrap();
    writer.finish(1).unwrap();
    drop(index);
    assert_eq!(Index::open(dir, 5, false).unwrap().pages(), 0);
    add(dir, 1, 0..2);
    assert_eq!(names(&Index::read_only(dir).unwrap()), expected(0..2));
}

#[test]
fn two_do_not_write_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    add(dir, 1, 0..1);
    let one = Index::open(dir, 5, false).unwrap();
    let refused = [
        Index::open(dir, 5, false).unwrap_err(),
        Index::look(dir, 5).unwrap_err(),
        Index::read_only(dir).unwrap_err(),
    ];
    for error in refused {
        assert!(error.to_string().contains("another run uses the index"), "{error}");
    }
    drop(one);
    let readers = [Index::look(dir, 5).unwrap(), Index::read_only(dir).unwrap()];
    assert!(Index::open(dir, 5, false).is_err());
    drop(readers);
    assert!(Index::open(dir, 5, false).is_ok());
}

#[test]
fn what_is_no_index_or_another_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let message = |error: Error| error.to_string();
    assert_eq!(Index::look(&dir, 5).unwrap().pages(), 0);
    assert!(!dir.exists());
    assert!(message(Index::read_only(&dir).unwrap_err()).contains("there is no index"));
    add(&dir, 1, 0..1);
    assert!(message(Index::open(&dir, 4, false).unwrap_err()).contains("shingles of 5 tokens, not of 4"));
    let manifest = fs::read_to_string(dir.join("index.json")).unwrap();
    let write = |text: &str| fs::write(dir.join("index.json"), text).unwrap();
    write(&manifest.replace("\"schema\": 1", "\"schema\": 2"));
    assert!(message(Index::open(&dir, 5, false).unwrap_err()).contains("newer version"));
    write(&manifest.replace("segment-000001.tsi", "../secret"));
    assert!(message(Index::open(&dir, 5, false).unwrap_err()).contains("no name of a segment"));
    fs::remove_file(dir.join("index.json")).unwrap();
    let before = files(&dir);
    assert!(message(Index::open(&dir, 5, false).unwrap_err()).contains("index.json is missing"));
    assert_eq!(files(&dir), before);
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    assert!(message(Index::open(folder.path(), 5, false).unwrap_err()).contains("something else"));
}

#[test]
fn no_flipped_byte_goes_unseen() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    add(dir, 1, 0..3);
    let path = dir.join("segment-000001.tsi");
    let bytes = fs::read(&path).unwrap();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&path, flipped).unwrap();
        assert!(!faults(dir).is_empty(), "byte {at}");
        // Nor is it used: what is read is checked.
        let used = Index::look(dir, 5).and_then(|index| {
            index.sketches(|_| Ok(()))?;
            (0..3).try_for_each(|page| index.shingles(page).map(|_| ()))
        });
        // Four bytes of head and foot mean nothing yet.
        let unused = [12, bytes.len() - 28]
            .iter()
            .any(|&from| (from..from + 4).contains(&at));
        assert_eq!(used.is_err(), !unused, "byte {at}");
    }
}

#[test]
fn a_truncated_segment_is_refused_and_says_where_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    add(dir, 1, 0..3);
    let path = dir.join("segment-000001.tsi");
    let bytes = fs::read(&path).unwrap();
    for length in [0, 10, 63, 64, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        let error = Index::open(dir, 5, false).unwrap_err();
        let instead = format!("it has {length} bytes instead of {}", bytes.len());
        assert!(error.to_string().contains(&instead), "{error}");
        assert!(error.to_string().contains("segment-000001.tsi"), "{error}");
        assert!(error.advice().unwrap().contains("textsieve index verify"));
        assert_eq!(faults(dir).len(), 1);
    }
    fs::remove_file(&path).unwrap();
    assert!(Index::open(dir, 5, false).unwrap_err().to_string().contains("missing"));
}

#[test]
fn indexes_are_merged_without_pages_that_are_there_already() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
    add(&a, 1, 0..4);
    add(&a, 2, 4..6);
    add(&b, 3, 2..8);
    add(&b, 1, 0..5);
    let open = || [Index::read_only(&a).unwrap(), Index::read_only(&b).unwrap()];
    let merged = merge(&open(), Index::replace(&c, 5, false).unwrap()).unwrap();
    assert_eq!((merged.runs, merged.pages, merged.left_out), (3, 8, 9));
    let index = Index::read_only(&c).unwrap();
    assert_eq!(names(&index), expected([0, 1, 2, 3, 4, 5, 6, 7]));
    assert_eq!(index.pages_of_run(1), Some(0..5));
    drop(index);
    assert!(faults(&c).is_empty());

    assert!(Index::replace(&c, 5, false).is_err());
    let again = merge(&open()[1..], Index::replace(&c, 5, true).unwrap()).unwrap();
    assert_eq!(again.pages, 8);
    assert_eq!(
        names(&Index::read_only(&c).unwrap()),
        expected([2, 3, 4, 5, 6, 7, 0, 1])
    );
    assert_eq!(files(&c).len(), 3);
}

#[test]
fn a_damaged_index_is_not_merged() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
    add(&a, 1, 0..4);
    add(&b, 2, 5..6);
    let before = files(&b);
    let path = a.join("segment-000001.tsi");
    let mut bytes = fs::read(&path).unwrap();
    bytes[30] ^= 4;
    fs::write(&path, bytes).unwrap();
    let sources = [Index::read_only(&a).unwrap()];
    assert!(merge(&sources, Index::replace(&b, 5, true).unwrap()).is_err());
    assert_eq!(files(&b), before);
}
