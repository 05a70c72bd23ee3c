//! The pages of a portion, one after the other, as texts: what the passes before the writing one see.
//!
//! Numbers pages as the writing pass does: every file and every line that is not blank counts, whether it can be
//! cleaned or not. Must not know what is done with a text.

use crate::hash::hash64;
use crate::pipeline::batch::Name;
#[cfg(feature = "parquet")]
use crate::pipeline::feed::Sheet;
use crate::pipeline::feed::{Shard, Work};
use crate::pipeline::plan::Plan;
use crate::pipeline::records::{located, parts};
#[cfg(feature = "parquet")]
use crate::pipeline::rows;
use crate::pipeline::site;
use crate::pipeline::worker::decoded;
use crate::read::records::{Piece, PieceKind};
use crate::read::{Entry, Source, Why};
#[cfg(feature = "parquet")]
use crate::record::rows::Rows;
use crate::text::links::Marked;
use crate::write::files::check_name;

/// A page as it is met.
pub(super) struct Visit<'a> {
    /// The site it is of.
    pub site: &'a str,
    /// A record's line in its shard.
    pub line: u64,
    /// Its text, unless it is to be set aside.
    pub text: Option<Marked<'a>>,
    /// It is a record without the text field.
    pub lacks_text: bool,
}

impl Visit<'_> {
    /// Tells a text from what stands in its place when the input is read again.
    pub(super) fn fingerprint(&self) -> u32 {
        self.text.map_or(0, |page| hash64(page.text.as_bytes()) as u32)
    }
}

/// Who visits the pages of a portion.
pub(super) trait Visitor {
    /// Whether the next page is looked at. One that is not is passed over unread, and counts all the same.
    fn wants(&mut self) -> bool {
        true
    }

    /// A page. Says whether to go on.
    fn page(&mut self, seen: &Visit<'_>) -> bool;
}

/// Shows a visitor the pages of a portion, in order.
pub(super) fn visit<S: Source>(plan: &Plan, source: &S, work: &Work, visitor: &mut impl Visitor) {
    match work {
        Work::Pages(range) => {
            for entry in &source.entries()[range.clone()] {
                if visitor.wants() && !file(plan, source, entry, visitor) {
                    break;
                }
            }
        }
        Work::Piece(shard, piece) => match piece.kind {
            PieceKind::Whole => records(plan, shard, piece, visitor),
            PieceKind::LastPart { is_record: true, .. } => {
                visitor.page(&Visit {
                    site: &site::of_path(&shard.name),
                    line: piece.line,
                    text: None,
                    lacks_text: false,
                });
            }
            PieceKind::Part { .. } | PieceKind::LastPart { .. } => {}
        },
        #[cfg(feature = "parquet")]
        Work::Rows(sheet, rows) => table(sheet, rows, visitor),
        Work::End(..) | Work::Refused(_) => {}
    }
}

fn file<S: Source>(plan: &Plan, source: &S, entry: &Entry, visitor: &mut impl Visitor) -> bool {
    let content = check_name(entry.name()).ok().and_then(|()| source.read(entry).ok());
    let page = content
        .as_ref()
        .and_then(|content| decoded(source.form(entry), &content.bytes, &plan.decode).ok());
    visitor.page(&Visit {
        site: &site::of_path(entry.name()),
        line: 0,
        text: page.as_ref().map(Marked::from),
        lacks_text: false,
    })
}

fn records(plan: &Plan, shard: &Shard, piece: &Piece, visitor: &mut impl Visitor) {
    let folder = site::of_path(&shard.name);
    for (number, record) in parts(shard, piece).filter_map(|part| part.record()) {
        if !visitor.wants() {
            continue;
        }
        let mut name = Name::default();
        let found = located(record, shard, plan, &mut name);
        let lacks_text = found.as_ref().is_err_and(|aside| aside.reason == Why::NoText);
        let going_on = visitor.page(&Visit {
            site: name.site.as_deref().unwrap_or(&folder),
            line: number,
            text: found.as_ref().ok().map(Marked::from),
            lacks_text,
        });
        if !going_on {
            break;
        }
    }
}

#[cfg(feature = "parquet")]
fn table(sheet: &Sheet, rows: &Rows, visitor: &mut impl Visitor) {
    let folder = site::of_path(&sheet.name);
    let cells = rows.cells(&sheet.table);
    for row in 0..rows.count {
        if !visitor.wants() {
            continue;
        }
        let mut name = Name::default();
        let found = rows::located(sheet, rows, &cells, row, &mut name);
        let going_on = visitor.page(&Visit {
            site: name.site.as_deref().unwrap_or(&folder),
            line: rows.first + row as u64,
            text: found.as_ref().ok().copied().map(Marked::from),
            lacks_text: found.is_err_and(|aside| aside.reason == Why::NoText),
        });
        if !going_on {
            break;
        }
    }
}
