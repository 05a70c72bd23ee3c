//! A look at part of the input: what is there, and what a run would make of it.
//!
//! Some files of each form are opened, spread over the list, and of a shard its first piece is read. Each page is judged by
//! itself, by the worker that a run has; nothing is written. Must not know how what was seen is told.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::AtomicBool;

use serde::Serialize;

use crate::compress::Compression;
use crate::error::Error;
use crate::hash::hash128;
use crate::pipeline::batch::{Outcome, PageReport};
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::feed::{Feed, Portion, Shard, Work};
use crate::pipeline::judge::Judge;
use crate::pipeline::plan::Plan;
use crate::pipeline::records::{parts, too_large};
use crate::pipeline::site;
use crate::pipeline::stats::Stats;
use crate::pipeline::worker::{Part, Worked, Worker};
use crate::read::form::Form;
use crate::read::records::{End, Piece, PieceKind};
use crate::read::{Entry, SetAside, Source};
use crate::record::{Kind, Member};
use crate::text::json::Pointer;

/// So many pages that are files are opened.
const PAGES: usize = 64;
/// So many shards of a form are opened: of each up to a mebibyte is cleaned, which takes a fraction of a second.
const SHARDS: usize = 8;
/// So many fields are told apart; a dump whose keys are data has any number.
const MOST_FIELDS: usize = 100;
/// So many pages set aside are kept with what was wrong; all are counted.
const MOST_ASIDES: usize = 10;
/// A text with less than so many characters is short: hardly more than a headline.
const SHORT: usize = 200;

/// What was seen.
#[derive(Debug, Default)]
pub struct Sample {
    /// The input by form.
    pub groups: Vec<Group>,
    /// The fields of the records that were read, as they were met.
    pub fields: Vec<FieldSeen>,
    /// How many records were read.
    pub records: u64,
    /// What cleaning them would do, each page by itself.
    pub stats: Stats,
    /// The first that would be set aside.
    pub set_aside: Vec<SetAside>,
    /// What is known of the pages that were cleaned.
    pub texts: Texts,
    /// One page that something is cut from, or any if there is none.
    pub example: Option<Example>,
}

/// The files of one form.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The form's name.
    pub form: &'static str,
    /// How many there are.
    pub files: u64,
    /// Their size, as they are stored.
    pub bytes: u64,
    /// How many were opened.
    pub opened: u64,
    /// Those by how they are compressed.
    pub compressions: BTreeMap<&'static str, u64>,
}

/// A field of records.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldSeen {
    /// Where it stands.
    pub field: Pointer,
    /// In how many records it has values of which type.
    pub kinds: BTreeMap<Kind, u64>,
    /// How many bytes of text it has in all.
    pub bytes: u64,
}

impl FieldSeen {
    /// In how many records it stands.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.kinds.values().sum()
    }

    /// In how many records it is a string.
    #[must_use]
    pub fn strings(&self) -> u64 {
        self.kinds.get(&Kind::String).copied().unwrap_or_default()
    }
}

/// What is known of the pages that were cleaned.
#[derive(Debug, Default)]
pub struct Texts {
    /// How many.
    pub pages: u64,
    /// Of those the ones that are files.
    pub files: u64,
    /// Their texts' bytes, normalised.
    pub bytes: u64,
    /// Very short ones.
    pub short: u64,
    /// Those whose text is that of a page before.
    pub same: u64,
    /// Those with a name of their own beside their place.
    pub ids: u64,
    /// Records whose address says which site they are of.
    pub addresses: u64,
    /// The sites.
    pub sites: BTreeSet<String>,
    known: HashSet<u128>,
}

/// A page and what cleaning it would do.
#[derive(Debug)]
pub struct Example {
    /// What it is called.
    pub page: String,
    /// How it came out.
    pub cleaned: Box<Cleaned>,
}

impl Sample {
    /// Looks at part of the input.
    ///
    /// # Errors
    ///
    /// A worker fails on anything but a page: a fault of this program.
    pub fn of<S: Source>(plan: &Plan, source: &S, judge: &impl Judge) -> Result<Self, Error> {
        let mut sample = Self::default();
        let worker = Worker {
            plan,
            source,
            judge,
            dump: None,
            indexes: false,
            folder: None,
            hand_on: false,
            stop: &AtomicBool::new(false),
            halt: AtomicBool::new(false),
        };
        for (form, entries) in by_form(source) {
            let all = source.entries();
            let mut group = Group {
                form,
                files: entries.len() as u64,
                bytes: entries.iter().map(|&at| all[at].size()).sum(),
                ..Group::default()
            };
            let is_pages = entries.first().is_some_and(|&at| source.form(&all[at]).is_page());
            for at in spread(&entries, if is_pages { PAGES } else { SHARDS }) {
                group.opened += 1;
                let portion = if is_pages {
                    Some(page(at))
                } else {
                    Feed::new(source, plan.wanted(true), at).next()
                };
                if let Some(portion) = portion {
                    sample.survey(&portion.work, &mut group);
                    sample.take(worker.portion(0, portion), &all[at], &mut group)?;
                }
            }
            sample.groups.push(group);
        }
        Ok(sample)
    }

    /// Notes what is told before a page is cleaned.
    fn survey(&mut self, work: &Work, group: &mut Group) {
        match work {
            Work::Piece(shard, piece) => {
                group.note(shard.compression);
                self.piece(shard, piece);
            }
            #[cfg(feature = "parquet")]
            Work::Rows(sheet, rows) => {
                // What compresses columns is the table's own business.
                group.note(Compression::None);
                self.records += rows.count as u64;
                for member in rows.members(&sheet.table) {
                    self.note(member);
                }
            }
            Work::Refused(aside) | Work::End(_, End::Early(aside) | End::Void(aside)) => self.put_aside(aside.clone()),
            Work::Pages(_) | Work::End(_, End::Whole { .. }) => {}
        }
    }

    fn piece(&mut self, shard: &Shard, piece: &Piece) {
        if let PieceKind::Part { is_record: true } = piece.kind {
            // The rest of it, with which a run would tell this, is not read.
            let name = format!("{}:{}", shard.label, piece.line);
            self.put_aside(too_large(&name, shard.max_record));
        }
        if piece.kind != PieceKind::Whole {
            return;
        }
        for (_, record) in parts(shard, piece).filter_map(|part| part.record()) {
            self.records += 1;
            for member in shard.layout.members_of(record) {
                self.note(member);
            }
        }
    }

    fn note(&mut self, member: Member) {
        let known = self.fields.iter().position(|seen| seen.field == member.field);
        let at = known.unwrap_or(self.fields.len());
        if known.is_none() {
            if at == MOST_FIELDS {
                return;
            }
            self.fields.push(FieldSeen {
                field: member.field,
                kinds: BTreeMap::new(),
                bytes: 0,
            });
        }
        let seen = &mut self.fields[at];
        *seen.kinds.entry(member.kind).or_default() += member.records;
        seen.bytes += member.bytes;
    }

    /// What of a file or a shard is told of as a whole.
    pub(crate) fn put_aside(&mut self, aside: SetAside) {
        self.stats.put_aside(&aside, false);
        self.told(aside);
    }

    fn told(&mut self, aside: SetAside) {
        if self.set_aside.len() < MOST_ASIDES {
            self.set_aside.push(aside);
        }
    }

    /// Takes the pages of a portion that was worked on.
    fn take(&mut self, worked: Worked, entry: &Entry, group: &mut Group) -> Result<(), Error> {
        if let Some(error) = worked.batch.error {
            return Err(error);
        }
        self.stats.merge(&worked.batch.stats);
        for compression in worked.batch.compressions {
            group.note(compression);
        }
        let folder = site::of_path(entry.name());
        let is_record = matches!(worked.part, Part::Piece(_));
        for report in worked.batch.pages {
            self.page(report, &folder, is_record);
        }
        Ok(())
    }

    fn page(&mut self, report: PageReport, folder: &str, is_record: bool) {
        let cleaned = match report.outcome {
            Outcome::Cleaned(Some(cleaned)) => cleaned,
            Outcome::SetAside(aside) => return self.told(aside),
            Outcome::Cleaned(None) | Outcome::Dropped(_) => return,
        };
        let texts = &mut self.texts;
        texts.pages += 1;
        texts.files += u64::from(!is_record);
        texts.ids += u64::from(report.id.is_some());
        let site = report.site.unwrap_or_default();
        texts.addresses += u64::from(is_record && site != folder);
        texts.sites.insert(site);
        texts.bytes += cleaned.page.len() as u64;
        texts.short += u64::from(cleaned.page.chars().take(SHORT).count() < SHORT);
        texts.same += u64::from(!texts.known.insert(hash128(cleaned.page.as_bytes())));
        let better = self
            .example
            .as_ref()
            .is_none_or(|example| example.cleaned.cuts.is_empty());
        if better && (self.example.is_none() || !cleaned.cuts.is_empty()) {
            self.example = Some(Example {
                page: report.name,
                cleaned,
            });
        }
    }

    /// Whether a field with this name holds strings, or nobody knows what the records hold.
    #[must_use]
    pub fn has_text(&self, field: &Pointer) -> bool {
        self.fields.is_empty()
            || self
                .fields
                .iter()
                .any(|seen| seen.field == *field && seen.strings() > 0)
    }

    /// The field with the longest strings: the text, if any is.
    #[must_use]
    pub fn longest(&self) -> Option<&FieldSeen> {
        let strings = self.fields.iter().filter(|seen| seen.bytes > 0);
        // Of equals the first.
        strings.reduce(|best, seen| if seen.bytes > best.bytes { seen } else { best })
    }
}

impl Group {
    fn note(&mut self, compression: Compression) {
        *self.compressions.entry(compression.name()).or_default() += 1;
    }
}

/// The places of entries by the name of their form, forms as they are met.
fn by_form<S: Source>(source: &S) -> Vec<(&'static str, Vec<usize>)> {
    let mut groups: Vec<(&'static str, Vec<usize>)> = Vec::new();
    for (at, entry) in source.entries().iter().enumerate() {
        let name = match source.form(entry) {
            Form::Page => "text",
            Form::Html => "HTML",
            Form::Records(format) => format.name(),
            Form::RecordsIfSo => "JSON",
            Form::Table => "Parquet",
        };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, entries)) => entries.push(at),
            None => groups.push((name, vec![at])),
        }
    }
    groups
}

/// At most so many of these, the first and then at even distances.
fn spread(entries: &[usize], most: usize) -> impl Iterator<Item = usize> {
    let taken = entries.len().min(most);
    (0..taken).map(move |i| entries[i * entries.len() / taken])
}

/// A page as work.
fn page(at: usize) -> Portion {
    Portion {
        work: Work::Pages(at..at + 1),
        read_ns: 0,
        next: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_over_the_list() {
        let all: Vec<usize> = (0..10).collect();
        assert_eq!(spread(&all, 4).collect::<Vec<_>>(), [0, 2, 5, 7]);
        assert_eq!(spread(&all, 99).count(), 10);
        assert_eq!(spread(&[], 4).count(), 0);
    }
}
