//! Dumps in Parquet: the text's column is cleaned as in JSONL, and every other value comes out as it went in.
#![cfg(all(feature = "cli", feature = "parquet"))]
#![allow(clippy::unwrap_used)] // a table that cannot be made has failed

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue, ParquetMetaData, ParquetMetaDataWriter};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Field, Row};
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};
use tempfile::TempDir;
use textsieve::Cleaned;
use textsieve::error::{Error, Exit};
use textsieve::pipeline::plan::Plan;
use textsieve::pipeline::run::{self, Job, Observer, PageReport};
use textsieve::read::Entry;
use textsieve::read::form::InputFormat;
use textsieve::read::text::Files;

const SCHEMA: &str = "
message dump {
    optional binary id (STRING);
    required int64 number (INTEGER(64,false));
    optional binary url (STRING);
    optional group doc {
        optional int32 length;
        optional binary text (STRING);
    }
    optional binary text (STRING);
    optional group tags (LIST) {
        repeated group list {
            optional binary element (STRING);
        }
    }
    optional int64 seen (TIMESTAMP(MICROS,true));
    optional fixed_len_byte_array(6) price (DECIMAL(13,4));
    optional int96 old;
    required boolean flag;
    optional double score;
}";

/// Every page is cleaned by itself.
const ALONE: &[&str] = &["--no-exact", "--no-near", "--no-templates"];

/// A page of a dump.
#[derive(Clone)]
struct Page {
    id: String,
    url: String,
    text: Option<String>,
}

fn bytes(text: &str) -> ByteArray {
    ByteArray::from(text.as_bytes().to_vec())
}

/// A page's other values are made from its number; every few are null.
fn write_group(out: &mut SerializedFileWriter<File>, pages: &[Page], first: usize) {
    let numbers: Vec<usize> = (first..first + pages.len()).collect();
    let there = |every: usize| numbers.iter().copied().filter(move |n| n % every != 0);
    let levels =
        |every: usize, most: i16| -> Vec<i16> { numbers.iter().map(|n| most * i16::from(n % every != 0)).collect() };
    let texts: Vec<ByteArray> = pages
        .iter()
        .filter_map(|page| page.text.as_deref().map(bytes))
        .collect();
    let given = |most: i16| -> Vec<i16> { pages.iter().map(|page| most * i16::from(page.text.is_some())).collect() };
    let mut group = out.next_row_group().unwrap();
    let mut at = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        match (at, column.untyped()) {
            (0 | 2, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let name = |page: &Page| bytes(if at == 0 { &page.id } else { &page.url });
                let names: Vec<ByteArray> = pages.iter().map(name).collect();
                writer.write_batch(&names, Some(&vec![1; names.len()]), None).unwrap();
            }
            (1, ColumnWriter::Int64ColumnWriter(writer)) => {
                let all: Vec<i64> = numbers.iter().map(|&n| -(n as i64) - 1).collect();
                writer.write_batch(&all, None, None).unwrap();
            }
            (3, ColumnWriter::Int32ColumnWriter(writer)) => {
                // Of the structs some are null, and some of the numbers in the others.
                let level = |n: &usize| {
                    if n.is_multiple_of(5) {
                        0
                    } else {
                        1 + i16::from(!n.is_multiple_of(3))
                    }
                };
                let levels: Vec<i16> = numbers.iter().map(level).collect();
                let all: Vec<i32> = numbers.iter().filter(|n| level(n) == 2).map(|&n| n as i32).collect();
                writer.write_batch(&all, Some(&levels), None).unwrap();
            }
            (4, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let level = |n: usize, page: &Page| {
                    if n.is_multiple_of(5) {
                        0
                    } else {
                        1 + i16::from(page.text.is_some())
                    }
                };
                let all = || numbers.iter().zip(pages);
                let levels: Vec<i16> = all().map(|(&n, page)| level(n, page)).collect();
                let inner = all().filter(|&(&n, page)| level(n, page) == 2);
                let inner: Vec<ByteArray> = inner.map(|(_, page)| bytes(page.text.as_deref().unwrap())).collect();
                writer.write_batch(&inner, Some(&levels), None).unwrap();
            }
            (5, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                writer.write_batch(&texts, Some(&given(1)), None).unwrap();
            }
            (6, ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let (mut all, mut definition, mut repetition) = (Vec::new(), Vec::new(), Vec::new());
                for &n in &numbers {
                    // Null, empty, and lists in which every second is null.
                    let count = n % 4;
                    for i in 0..count.saturating_sub(1) {
                        repetition.push(i16::from(i > 0));
                        definition.push(2 + i16::from(i % 2 == 0));
                        if i % 2 == 0 {
                            all.push(bytes(&format!("tag {n} {i}")));
                        }
                    }
                    if count < 2 {
                        repetition.push(0);
                        definition.push(count as i16);
                    }
                }
                writer.write_batch(&all, Some(&definition), Some(&repetition)).unwrap();
            }
            (7, ColumnWriter::Int64ColumnWriter(writer)) => {
                let all: Vec<i64> = there(7).map(|n| 1_700_000_000_000_000 + n as i64).collect();
                writer.write_batch(&all, Some(&levels(7, 1)), None).unwrap();
            }
            (8, ColumnWriter::FixedLenByteArrayColumnWriter(writer)) => {
                let price = |n: usize| FixedLenByteArray::from((n as u64 * 977).to_be_bytes()[2..].to_vec());
                let all: Vec<FixedLenByteArray> = there(3).map(price).collect();
                writer.write_batch(&all, Some(&levels(3, 1)), None).unwrap();
            }
            (9, ColumnWriter::Int96ColumnWriter(writer)) => {
                // Beyond what nanoseconds in 64 bits can say.
                let old = |n: usize| Int96::from(vec![n as u32, 7, 5_373_484]);
                let all: Vec<Int96> = there(2).map(old).collect();
                writer.write_batch(&all, Some(&levels(2, 1)), None).unwrap();
            }
            (10, ColumnWriter::BoolColumnWriter(writer)) => {
                let all: Vec<bool> = numbers.iter().map(|n| n % 3 == 0).collect();
                writer.write_batch(&all, None, None).unwrap();
            }
            (11, ColumnWriter::DoubleColumnWriter(writer)) => {
                let all: Vec<f64> = there(4)
                    .map(|n| if n % 9 == 0 { -0.0 } else { n as f64 / 7.0 })
                    .collect();
                writer.write_batch(&all, Some(&levels(4, 1)), None).unwrap();
            }
            _ => unreachable!("{at}"),
        }
        column.close().unwrap();
        at += 1;
    }
    group.close().unwrap();
}

/// Writes pages as a table, so many rows a group.
fn write_table(path: &Path, pages: &[Page], rows: usize, codec: Compression) {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(codec)
        .set_key_value_metadata(Some(vec![KeyValue::new("about".into(), "a test".to_owned())]))
        .set_data_page_row_count_limit(37)
        .set_write_batch_size(16)
        .build();
    let mut out = SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties)).unwrap();
    for (i, group) in pages.chunks(rows).enumerate() {
        write_group(&mut out, group, i * rows);
    }
    out.close().unwrap();
}

fn write_lines(path: &Path, pages: &[Page]) {
    let line = |page: &Page| json!({"id": page.id, "url": page.url, "text": page.text}).to_string() + "\n";
    fs::write(path, pages.iter().map(line).collect::<String>()).unwrap();
}

struct Table {
    metadata: ParquetMetaData,
    rows: Vec<Vec<(String, Field)>>,
}

fn read_table(path: &Path) -> Table {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    Table {
        rows: rows.map(Row::into_columns).collect(),
        metadata: reader.metadata().clone(),
    }
}

fn text(field: &Field) -> Option<&str> {
    match field {
        Field::Str(text) => Some(text),
        _ => None,
    }
}

impl Table {
    fn column(&self, name: &str) -> Vec<&Field> {
        let rows = self.rows.iter();
        rows.map(|row| &row.iter().find(|(key, _)| key == name).unwrap().1)
            .collect()
    }

    fn texts(&self) -> Vec<Option<&str>> {
        self.column("text").into_iter().map(text).collect()
    }

    /// By id: all but the text.
    fn others(&self) -> BTreeMap<&str, Vec<&(String, Field)>> {
        let rows = self.rows.iter();
        rows.map(|row| {
            let others = row.iter().filter(|(key, _)| key != "text").collect();
            (text(&row[0].1).unwrap(), others)
        })
        .collect()
    }
}

struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn textsieve(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_textsieve"));
        command
            .current_dir(self.0.path())
            .env("XDG_CONFIG_HOME", self.path("no-config"))
            .stdin(Stdio::null())
            .args(args);
        command.output().unwrap()
    }

    /// Cleans, and ends as expected.
    #[track_caller]
    fn clean(&self, input: &str, out: &str, flags: &[&str], status: i32) -> Output {
        let args = [&["clean", input, "-o", out, "--no-fsync"], flags].concat();
        let output = self.textsieve(&args);
        assert_eq!(output.status.code(), Some(status), "{}", said(&output));
        output
    }

    /// One of the lists that a run leaves.
    fn list(&self, out: &str, name: &str) -> String {
        fs::read_to_string(self.path(out).join("_textsieve").join(name)).unwrap()
    }

    fn record(&self, out: &str) -> Value {
        serde_json::from_str(&self.list(out, "run.json")).unwrap()
    }

    /// A made-up dump with templates and copies, in which some texts are null.
    fn dump(&self, pages: usize) -> Vec<Page> {
        let count = pages.to_string();
        let made = self.textsieve(&[
            "synth",
            "corpus",
            "--pages",
            &count,
            "--languages",
            "en,de",
            "--sites",
            "2",
        ]);
        assert!(made.status.success(), "{}", said(&made));
        let lines = fs::read_to_string(self.path("corpus/pages/part-00000.jsonl")).unwrap();
        let page = |(i, line): (usize, &str)| {
            let value: Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| value[name].as_str().unwrap().to_owned();
            Page {
                id: field("id"),
                url: field("url"),
                text: (i % 20 != 9).then(|| field("text")),
            }
        };
        lines.lines().enumerate().map(page).collect()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_table_is_cleaned_as_lines_are_and_all_else_stays() {
    let bench = Bench::new();
    let pages = bench.dump(120);
    let zstd = Compression::ZSTD(ZstdLevel::default());
    write_table(&bench.path("a.parquet"), &pages, 50, zstd);
    write_lines(&bench.path("a.jsonl"), &pages);
    bench.clean("a.parquet", "rows", &[], 3);
    bench.clean("a.jsonl", "lines", &[], 3);

    let (before, after) = (
        read_table(&bench.path("a.parquet")),
        read_table(&bench.path("rows/a.parquet")),
    );
    let lines = fs::read_to_string(bench.path("lines/a.jsonl")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected: Vec<Option<&str>> = lines.iter().map(|line| line["text"].as_str()).collect();
    assert_eq!(after.texts(), expected);
    assert!(after.rows.len() < before.rows.len(), "no copies");
    assert_ne!(after.texts(), before.texts()[..after.rows.len()]);
    let (stood, stand) = (before.others(), after.others());
    for (id, others) in &stand {
        // Two NaN would not be equal; there are none.
        assert_eq!(stood[id], *others, "{id}");
    }

    for list in ["removed.jsonl", "duplicates.jsonl", "templates.jsonl"] {
        let rows = bench.list("rows", list).replace("a.parquet:", "a.jsonl:");
        assert!(!rows.is_empty());
        assert_eq!(rows, bench.list("lines", list), "{list}");
    }
    let (rows, lines) = (bench.record("rows"), bench.record("lines"));
    assert_eq!(rows["stats"]["pages"], lines["stats"]["pages"]);
    assert_eq!(rows["stats"]["set_aside"], json!({"text-not-string": 6}));
    let length: usize = pages
        .iter()
        .filter_map(|page| page.text.as_ref().map(String::len))
        .sum();
    assert_eq!(rows["stats"]["bytes"]["read"], json!(length));

    let (old, new) = (before.metadata.file_metadata(), after.metadata.file_metadata());
    assert_eq!(old.schema(), new.schema());
    assert_eq!(old.key_value_metadata(), new.key_value_metadata());
    assert_eq!(after.metadata.num_row_groups(), 3);
    let codecs = after
        .metadata
        .row_group(0)
        .columns()
        .iter()
        .map(ColumnChunkMetaData::compression);
    assert!(codecs.into_iter().all(|codec| matches!(codec, Compression::ZSTD(_))));
}

#[test]
fn threads_memory_and_the_way_out_change_no_byte() {
    let bench = Bench::new();
    let pages = bench.dump(60);
    write_table(&bench.path("a.parquet"), &pages, 40, Compression::SNAPPY);
    let out = |out: &str, flags: &[&str]| {
        bench.clean("a.parquet", out, flags, 3);
        fs::read(bench.path(out).join("a.parquet")).unwrap()
    };
    let one = out("one", &["-j", "1"]);
    assert!(one == out("two", &["-j", "2"]));
    assert!(one == out("little", &["-j", "2", "--memory", "16K"]));
    let piped = bench.clean("a.parquet", "-", &[], 3);
    assert!(one == piped.stdout);

    // A dry run counts the same and writes nothing.
    let dry = bench.textsieve(&["clean", "a.parquet", "-n", "--format", "json"]);
    assert_eq!(dry.status.code(), Some(3), "{}", said(&dry));
    let dry: Value = serde_json::from_slice(&dry.stdout).unwrap();
    assert_eq!(dry["bytes"], bench.record("one")["stats"]["bytes"], "{dry}");
}

#[test]
fn every_codec_is_read_and_written() {
    let bench = Bench::new();
    let pages = bench.dump(30);
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::BROTLI(parquet::basic::BrotliLevel::default()),
        Compression::LZ4_RAW,
        Compression::LZ4,
    ];
    fs::create_dir(bench.path("in")).unwrap();
    for (i, codec) in codecs.into_iter().enumerate() {
        write_table(&bench.path(&format!("in/{i}.parquet")), &pages, 20, codec);
    }
    bench.clean("in", "out", ALONE, 3);
    let first = read_table(&bench.path("out/0.parquet"));
    assert_eq!(first.rows.len(), 30);
    for (i, codec) in codecs.into_iter().enumerate() {
        let table = read_table(&bench.path(&format!("out/{i}.parquet")));
        assert_eq!(table.rows, first.rows);
        let expected = if codec == Compression::LZ4 {
            Compression::LZ4_RAW
        } else {
            codec
        };
        assert_eq!(table.metadata.row_group(0).column(5).compression(), expected);
    }
}

#[test]
fn the_text_may_stand_in_a_struct() {
    let bench = Bench::new();
    let pages = bench.dump(60);
    write_table(&bench.path("a.parquet"), &pages, 25, Compression::SNAPPY);
    let flags = ["--text-field", "/doc/text", "--id-field", "number"];
    bench.clean("a.parquet", "out", &[&flags, ALONE].concat(), 3);
    let (before, after) = (
        read_table(&bench.path("a.parquet")),
        read_table(&bench.path("out/a.parquet")),
    );
    assert_eq!(before.texts(), after.texts(), "the other column of that name");
    let inner = |table: &Table| -> Vec<Option<String>> {
        let inner = |field: &Field| match field {
            Field::Group(row) => row
                .get_column_iter()
                .find(|(key, _)| *key == "text")
                .and_then(|(_, it)| text(it).map(str::to_owned)),
            _ => None,
        };
        table.column("doc").into_iter().map(inner).collect()
    };
    assert_ne!(inner(&before), inner(&after));
    let nulls = |table: &Table| -> Vec<bool> { inner(table).iter().map(Option::is_none).collect() };
    assert_eq!(nulls(&before), nulls(&after));
    // An id is named as it is read: without a sign.
    assert!(bench.list("out", "removed.jsonl").contains("\"id\":18446744073709551"));
}

#[test]
fn a_column_that_holds_no_text_is_named() {
    let bench = Bench::new();
    let pages = bench.dump(20);
    write_table(&bench.path("a.parquet"), &pages, 25, Compression::SNAPPY);
    let refused = bench.clean("a.parquet", "out", &["--text-field", "body"], 2);
    assert!(
        said(&refused).contains("no record has the text field"),
        "{}",
        said(&refused)
    );
    assert!(
        said(&refused).contains("id, number, url, /doc/length, /doc/text, text"),
        "{}",
        said(&refused)
    );
    assert!(!bench.path("out/a.parquet").exists());
    for (field, what) in [
        ("number", "INT64"),
        ("doc", "other columns"),
        ("/tags/list/element", "lists"),
    ] {
        bench.clean(
            "a.parquet",
            field.rsplit('/').next().unwrap(),
            &["--text-field", field],
            3,
        );
        let aside = bench.list(field.rsplit('/').next().unwrap(), "set-aside.jsonl");
        assert_eq!(aside.lines().count(), 20);
        assert!(aside.contains("text-not-string") && aside.contains(what), "{aside}");
    }
    let piped = bench.textsieve(&["clean", "-", "--input-format", "parquet"]);
    assert_eq!(piped.status.code(), Some(2));
    assert!(said(&piped).contains("standard input"), "{}", said(&piped));
}

#[test]
fn texts_that_are_too_large_or_not_utf8_stay_as_they_are() {
    let bench = Bench::new();
    let mut pages = bench.dump(20);
    pages[3].text = Some("Share\n".repeat(50_000));
    write_table(&bench.path("a.parquet"), &pages, 25, Compression::UNCOMPRESSED);
    bench.clean("a.parquet", "out", &["--max-page", "100K"], 3);
    let after = read_table(&bench.path("out/a.parquet"));
    assert!(after.texts().contains(&pages[3].text.as_deref()));
    assert!(bench.list("out", "set-aside.jsonl").contains("a.parquet:4"));
    assert_eq!(bench.record("out")["stats"]["bytes"]["passed_on"], json!(300_000));
}

#[test]
fn tables_without_rows_and_groups_of_which_none_stay_are_written() {
    let bench = Bench::new();
    fs::create_dir(bench.path("in")).unwrap();
    let pages = bench.dump(40);
    write_table(&bench.path("in/a.parquet"), &[], 10, Compression::SNAPPY);
    write_table(&bench.path("in/b.parquet"), &pages, 20, Compression::SNAPPY);
    // All of its second row group says what its first does.
    let twice = [&pages[..10], &pages[..10], &pages[10..12]].concat();
    write_table(&bench.path("in/c.parquet"), &twice, 10, Compression::SNAPPY);
    bench.clean("in", "out", &["--no-near", "--no-templates"], 3);
    assert_eq!(read_table(&bench.path("out/a.parquet")).rows.len(), 0);
    let c = read_table(&bench.path("out/c.parquet"));
    // A page without a text is a copy of nothing.
    assert_eq!(c.texts(), [None, None]);
    assert_eq!(c.metadata.num_row_groups(), 2);
}

#[test]
fn an_index_remembers_rows() {
    let bench = Bench::new();
    let pages = bench.dump(40);
    write_table(&bench.path("a.parquet"), &pages[..25], 10, Compression::SNAPPY);
    write_table(&bench.path("b.parquet"), &pages[15..], 10, Compression::SNAPPY);
    bench.clean("a.parquet", "a", &["--index", "seen"], 3);
    bench.clean("b.parquet", "b", &["--index", "seen"], 3);
    let ids = |out: &str| -> Vec<String> {
        let table = read_table(&bench.path(out));
        table
            .column("id")
            .into_iter()
            .map(|id| text(id).unwrap().to_owned())
            .collect()
    };
    let (first, second) = (ids("a/a.parquet"), ids("b/b.parquet"));
    let again: Vec<&String> = second.iter().filter(|id| first.contains(id)).collect();
    // Rows without a text stay in both.
    assert!(again.len() <= 2, "{again:?}");
    assert!(second.len() > 5);
}

/// Follows a run and remembers nothing.
struct Nobody;

impl Observer for Nobody {
    fn page(&mut self, _: &PageReport) -> Result<(), Error> {
        Ok(())
    }
}

/// Cleans a table in this process, and says how that ended and why it was set aside.
fn judged(folder: &Path, name: &str, out: &Path) -> (Exit, Vec<String>) {
    let size = fs::metadata(folder.join(name)).unwrap().len();
    let entry = Entry::new(Arc::from(folder), PathBuf::from(name), size);
    let source = Files::new(vec![entry], InputFormat::Auto, 1 << 20);
    let plan = Plan {
        jobs: 1,
        force: true,
        ..Plan::default()
    };
    let job = Job {
        plan: &plan,
        source: &source,
        set_aside: Vec::new(),
        passed_over: BTreeMap::new(),
        judge: |text: &str| Cleaned {
            text: text.replace("Share\n", ""),
            page: text.to_owned(),
            cuts: Vec::new(),
            kept: Vec::new(),
            flagged: false,
        },
        stop: &AtomicBool::new(false),
    };
    let finished = match run::run(job, run::Output::Folder(out), &mut Nobody) {
        Ok(finished) => finished,
        // What is damaged may be the name of the text's column.
        Err(refused) => return (refused.exit(), vec![refused.to_string()]),
    };
    let why = finished
        .stats
        .set_aside
        .keys()
        .map(|why| why.name().to_owned())
        .collect();
    (finished.exit, why)
}

#[test]
fn a_damaged_table_is_set_aside_whole() {
    let bench = Bench::new();
    let mut pages = bench.dump(12);
    for page in &mut pages {
        page.text = Some("The council met on Monday.\nShare\n".to_owned());
    }
    write_table(&bench.path("a.parquet"), &pages, 5, Compression::SNAPPY);
    let whole = fs::read(bench.path("a.parquet")).unwrap();
    fs::create_dir(bench.path("bad")).unwrap();
    let try_it = |bytes: &[u8]| {
        fs::write(bench.path("bad/b.parquet"), bytes).unwrap();
        // A folder of its own: another test's child may hold the lock for a moment.
        let out = tempfile::tempdir().unwrap();
        let (exit, why) = judged(&bench.path("bad"), "b.parquet", out.path());
        let written = why != ["damaged"] && exit != Exit::Usage;
        assert_eq!(out.path().join("b.parquet").exists(), written, "{why:?}");
        (exit, why)
    };
    assert_eq!(try_it(&whole).0, Exit::Done);
    for end in (0..whole.len()).step_by(97).chain(whole.len() - 12..whole.len()) {
        assert_eq!(
            try_it(&whole[..end]),
            (Exit::SetAside, vec!["damaged".to_owned()]),
            "{end}"
        );
    }
    // A bit here and there. Most of the values have no checksum, so not every one is noticed; none may do harm.
    for at in (0..whole.len()).step_by(11) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        let (exit, why) = try_it(&bytes);
        let other_name = exit == Exit::Usage && why[0].contains("no record has the text field");
        assert!(
            matches!(exit, Exit::Done | Exit::SetAside) || other_name,
            "{at}: {exit:?} {why:?}"
        );
    }
}

/// A table of numbers, a row a group, or one without columns. Its footer says that the groups have other numbers of rows.
fn lies(schema: &str, groups: &[i64]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let columns = schema.get_fields().len();
    let mut out = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    for _ in groups {
        let mut group = out.next_row_group().unwrap();
        for _ in 0..columns {
            let mut column = group.next_column().unwrap().unwrap();
            let ColumnWriter::Int64ColumnWriter(writer) = column.untyped() else {
                unreachable!("{columns}")
            };
            writer.write_batch(&[7], None, None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    let metadata = out.finish().unwrap();
    let told = metadata.row_groups().iter().zip(groups);
    let told = told.map(|(group, &rows)| group.clone().into_builder().set_num_rows(rows).build().unwrap());
    let metadata = metadata.clone().into_builder().set_row_groups(told.collect()).build();
    let mut bytes = out.inner().clone();
    ParquetMetaDataWriter::new(&mut bytes, &metadata).finish().unwrap();
    bytes
}

#[test]
fn a_footer_that_claims_rows_without_end_is_damage() {
    const MOST: i64 = (1 << 62) - 1;
    let numbers = "message dump { required int64 number; required int64 other; }";
    let mut many = lies(numbers, &[MOST, -MOST - 1, MOST, -MOST - 1, MOST, -MOST - 1]);
    // The crate sums them up; with this bit gone all are the same, and their sum is beyond 64 bits.
    for at in 0..many.len() - 9 {
        if many[at..at + 9] == [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f] {
            many[at] = 0xfe;
        }
    }
    let bench = Bench::new();
    fs::create_dir(bench.path("bad")).unwrap();
    for (bytes, expected) in [
        (lies(numbers, &[1]), Exit::Usage),
        (lies(numbers, &[1 << 62]), Exit::SetAside),
        (lies(numbers, &[2]), Exit::SetAside),
        (lies(numbers, &[-1]), Exit::SetAside),
        (many, Exit::SetAside),
        (lies("message dump { }", &[1 << 62]), Exit::SetAside),
    ] {
        fs::write(bench.path("bad/b.parquet"), &bytes).unwrap();
        let out = tempfile::tempdir().unwrap();
        let (exit, why) = judged(&bench.path("bad"), "b.parquet", out.path());
        assert_eq!(exit, expected, "{why:?}");
        assert!(expected == Exit::Usage || why == ["damaged"], "{why:?}");
    }
}
