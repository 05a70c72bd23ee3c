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
use crate::read::records::{Piece, Records};
use crate::read::{Entry, SetAside, Source};
use crate::record::Layout;
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
}

pub(super) enum Work {
    /// Pages, by their place among the entries.
    Pages(Range<usize>),
    /// A piece of a shard.
    Piece(Arc<Shard>, Piece),
    /// A shard has come to its end, or it turned out that it cannot be read and none of it counts.
    End(Arc<Shard>, Result<(), SetAside>),
    /// What cannot be opened or holds no records.
    Refused(SetAside),
}

/// What is known of a shard.
#[derive(Debug)]
pub(super) struct Shard {
    pub name: PathBuf,
    pub label: String,
    pub compression: Compression,
    pub layout: Arc<dyn Layout>,
    pub max_record: u64,
}

/// The input, cut into portions.
pub(super) struct Feed<'a, S> {
    source: &'a S,
    next: usize,
    open: Option<(Arc<Shard>, Records)>,
}

impl<'a, S: Source> Feed<'a, S> {
    pub(super) fn new(source: &'a S) -> Self {
        Self {
            source,
            next: 0,
            open: None,
        }
    }

    /// The next portion, or nothing at the end.
    pub(super) fn next(&mut self) -> Option<Portion> {
        let start = Instant::now();
        let work = match self.open.take() {
            Some((shard, records)) => self.piece(shard, records),
            None => self.entry()?,
        };
        Some(Portion {
            work,
            read_ns: nanos(start),
        })
    }

    fn piece(&mut self, shard: Arc<Shard>, mut records: Records) -> Work {
        match records.next(&self.source.entries()[self.next - 1]) {
            Ok(Some(piece)) => {
                self.open = Some((Arc::clone(&shard), records));
                Work::Piece(shard, piece)
            }
            Ok(None) => Work::End(shard, Ok(())),
            Err(aside) => Work::End(shard, Err(aside)),
        }
    }

    fn entry(&mut self) -> Option<Work> {
        let entries = self.source.entries();
        let entry = entries.get(self.next)?;
        if self.source.form(entry).is_page() {
            let range = self.next..self.next + self.pages(&entries[self.next..]);
            self.next = range.end;
            return Some(Work::Pages(range));
        }
        self.next += 1;
        let opened = match check_name(entry.name()) {
            Ok(()) => self.source.records(entry),
            Err(why) => Err(unsafe_name(entry, why)),
        };
        Some(match opened {
            Ok(records) => {
                let shard = Shard {
                    name: entry.name().to_owned(),
                    label: entry.label(),
                    compression: records.compression(),
                    layout: Arc::clone(records.layout()),
                    max_record: records.max_record(),
                };
                self.piece(Arc::new(shard), records)
            }
            Err(aside) => Work::Refused(aside),
        })
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
