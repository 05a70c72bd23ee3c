//! What there is to read, as portions of work in input order.
//!
//! Pages are read by whoever works on them, so a portion of pages is a range of entries. A shard is a stream: its
//! pieces are read here, one after the other, and it is told where it ends and how. How the input is cut into portions
//! depends on the input alone. Must not know what is done with a portion.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::compress::Compression;
use crate::pipeline::worker::{nanos, unsafe_name};
#[cfg(not(feature = "parquet"))]
use crate::read::Why;
use crate::read::form::Form;
#[cfg(feature = "parquet")]
use crate::read::parquet::TableReader;
use crate::read::records::{End, Piece, Records};
use crate::read::{Entry, SetAside, Source, Wanted};
use crate::record::Layout;
#[cfg(feature = "parquet")]
use crate::record::{rows::Rows, table::Table};
use crate::write::files::check_name;

/// A batch ends with the page that makes it this large: enough work to outweigh the hand-over.
const BATCH_BYTES: u64 = 1 << 20;
/// A batch of small pages ends here, so that progress is seen and a stop is soon.
const BATCH_PAGES: usize = 128;

/// One portion of work.
pub(super) struct Portion {
    pub work: Work,
    /// What reading it has cost so far.
    pub read_ns: u64,
    /// The entry that comes next, if this portion ends with one.
    pub next: Option<usize>,
}

pub(super) enum Work {
    /// Pages, by their place among the entries.
    Pages(Range<usize>),
    /// A piece of a shard.
    Piece(Arc<Shard>, Piece),
    /// Some rows of a table.
    #[cfg(feature = "parquet")]
    Rows(Arc<Sheet>, Rows),
    /// A shard has come to an end, which may not be where it should.
    End(Whose, End),
    /// What cannot be opened or holds no records.
    Refused(SetAside),
}

/// What is known of a shard of records that stand one behind the other.
#[derive(Debug)]
pub(super) struct Shard {
    /// Its place among the entries.
    pub entry: usize,
    pub name: PathBuf,
    pub label: String,
    pub form: Form,
    /// How it is stored.
    pub compression: Compression,
    pub layout: Arc<dyn Layout>,
    pub max_record: u64,
}

/// What is known of a shard that is a table.
#[cfg(feature = "parquet")]
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its place among the entries.
    pub entry: usize,
    pub name: PathBuf,
    pub label: String,
    pub table: Arc<Table>,
    pub max_record: u64,
}

/// Which shard something is of.
#[derive(Debug, Clone)]
pub(super) enum Whose {
    Shard(Arc<Shard>),
    #[cfg(feature = "parquet")]
    Sheet(Arc<Sheet>),
}

impl Whose {
    /// What the shard is called.
    pub(super) fn label(&self) -> &str {
        match self {
            Self::Shard(shard) => &shard.label,
            #[cfg(feature = "parquet")]
            Self::Sheet(sheet) => &sheet.label,
        }
    }
}

/// The input, cut into portions.
pub(super) struct Feed<'a, S> {
    source: &'a S,
    #[cfg_attr(not(feature = "parquet"), expect(dead_code))]
    wanted: Wanted<'a>,
    next: usize,
    open: Option<Open>,
}

/// A shard that is being read.
enum Open {
    Shard(Arc<Shard>, Box<Records>),
    #[cfg(feature = "parquet")]
    Sheet(Arc<Sheet>, Box<TableReader>),
}

impl<'a, S: Source> Feed<'a, S> {
    /// The input from this entry on; of tables not more than is wanted will be read.
    pub(super) fn new(source: &'a S, wanted: Wanted<'a>, entry: usize) -> Self {
        Self {
            source,
            wanted,
            next: entry,
            open: None,
        }
    }

    /// The next portion, or nothing at the end.
    pub(super) fn next(&mut self) -> Option<Portion> {
        let start = Instant::now();
        let work = match self.open.take() {
            Some(open) => self.piece(open),
            None => self.entry()?,
        };
        Some(Portion {
            work,
            read_ns: nanos(start),
            next: self.open.is_none().then_some(self.next),
        })
    }

    fn piece(&mut self, mut open: Open) -> Work {
        let entry = &self.source.entries()[self.next - 1];
        let (work, whose) = match &mut open {
            Open::Shard(shard, records) => {
                let work = |piece| Work::Piece(Arc::clone(shard), piece);
                (records.next(entry).map(work), Whose::Shard(Arc::clone(shard)))
            }
            #[cfg(feature = "parquet")]
            Open::Sheet(sheet, table) => {
                let work = |rows| Work::Rows(Arc::clone(sheet), rows);
                (table.next(entry).map(work), Whose::Sheet(Arc::clone(sheet)))
            }
        };
        match work {
            Ok(work) => {
                self.open = Some(open);
                work
            }
            Err(end) => Work::End(whose, end),
        }
    }

    fn entry(&mut self) -> Option<Work> {
        let entries = self.source.entries();
        let entry = entries.get(self.next)?;
        let form = self.source.form(entry);
        if form.is_page() {
            let range = self.next..self.next + self.pages(&entries[self.next..]);
            self.next = range.end;
            return Some(Work::Pages(range));
        }
        self.next += 1;
        let opened = match check_name(entry.name()) {
            Ok(()) if form == Form::Table => self.table(entry),
            Ok(()) => self.records(entry),
            Err(why) => Err(unsafe_name(entry, why)),
        };
        Some(match opened {
            Ok(open) => self.piece(open),
            Err(aside) => Work::Refused(aside),
        })
    }

    fn records(&self, entry: &Entry) -> Result<Open, SetAside> {
        let records = self.source.records(entry)?;
        let shard = Shard {
            entry: self.next - 1,
            name: entry.name().to_owned(),
            label: entry.label(),
            form: self.source.form(entry),
            compression: records.compression(),
            layout: Arc::clone(records.layout()),
            max_record: records.max_record(),
        };
        Ok(Open::Shard(Arc::new(shard), Box::new(records)))
    }

    #[cfg(feature = "parquet")]
    fn table(&self, entry: &Entry) -> Result<Open, SetAside> {
        let table = self.source.table(entry, self.wanted)?;
        let sheet = Sheet {
            entry: self.next - 1,
            name: entry.name().to_owned(),
            label: entry.label(),
            table: Arc::clone(table.table()),
            max_record: table.max_record(),
        };
        Ok(Open::Sheet(Arc::new(sheet), Box::new(table)))
    }

    #[cfg(not(feature = "parquet"))]
    #[expect(clippy::unused_self)]
    fn table(&self, entry: &Entry) -> Result<Open, SetAside> {
        let detail = "this program was built without the feature `parquet`";
        Err(SetAside::new(entry.label(), Why::Unreadable, detail).sized(entry.size()))
    }

    /// How many of the next entries are a batch of pages, by number and bytes.
    fn pages(&self, entries: &[Entry]) -> usize {
        let mut bytes = 0;
        entries
            .iter()
            .take(BATCH_PAGES)
            .take_while(|entry| {
                let open = bytes < BATCH_BYTES;
                bytes += entry.size();
                open && self.source.form(entry).is_page()
            })
            .count()
    }
}
