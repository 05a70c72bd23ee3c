//! What a worker does with rows of a table: clean the text of every row, and leave out the rows that go.
//!
//! All other columns go out as they came in. Of a row the bytes of its text count, and nothing else: what the other
//! columns weigh in a file depends on all rows. Must not know where the rows go.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use crate::compress::Compression;
use crate::pipeline::batch::{Batch, Name, Went};
use crate::pipeline::feed::{Sheet, Whose};
use crate::pipeline::fields;
use crate::pipeline::judge::Judge;
use crate::pipeline::outgoing::{Out, Outgoing, What};
use crate::pipeline::outputs::Outputs;
use crate::pipeline::records::{Done, too_large};
use crate::pipeline::site;
use crate::pipeline::worker::{Fault, Verdict, Worker, lacking, nanos, slashed};
use crate::read::form::Form;
use crate::read::{SetAside, Source, Why};
use crate::record::rows::{Cells, Fate, Others, Rows};

impl<S: Source, J: Judge> Worker<'_, S, J> {
    pub(super) fn rows(&self, sheet: &Arc<Sheet>, mut rows: Rows, mut batch: Batch) -> (Batch, Done) {
        let (mut fates, mut lacking) = (Vec::with_capacity(rows.count), 0);
        let cells = rows.cells(&sheet.table);
        let mut rendered = self.plan.outputs.rendering(Form::Table).map(|rendering| Rendered {
            others: rows.others(&sheet.table),
            out: Outgoing::new(Some(rendering)),
        });
        for row in 0..rows.count {
            if self.stopped() {
                batch.stopped = true;
                break;
            }
            match self.row(sheet, &rows, &cells, row, &mut rendered, &mut batch) {
                Ok(fate) => fates.push(fate),
                Err(why) => {
                    lacking += usize::from(why == Why::NoText);
                    fates.push(if self.plan.only_changed {
                        Fate::Goes
                    } else {
                        Fate::Stays
                    });
                }
            }
        }
        let whole = fates.len() == rows.count;
        let all_lack = rows.count > 0 && rows.count == lacking;
        let mut done = Done {
            shard: Whose::Sheet(Arc::clone(sheet)),
            out: None,
            head: None,
            stored: rows.stored,
            records: rows.count > 0,
            keys: all_lack.then(|| sheet.table.keys()),
        };
        drop(cells);
        let rendered = rendered.map(|rendered| rendered.out);
        if whole && (self.folder.is_some() || self.hand_on) {
            let start = Instant::now();
            if let Some(out) = rendered {
                let compression = self.plan.outputs.compressed(Compression::None);
                match out.finish(compression, false, self.folder, &self.plan.outputs.name(&sheet.name)) {
                    Ok(out) => done.out = Some(out),
                    Err(error) => batch.error = Some(error),
                }
            } else {
                rows.apply(&sheet.table, fates);
                let size = rows.bytes() as u64;
                let what = What::Rows(rows);
                done.out = Some(Out { what, size });
            }
            batch.stats.times.write_ns += nanos(start);
        }
        (batch, done)
    }

    /// Deals with one row, or says why it is set aside.
    fn row(
        &self,
        sheet: &Sheet,
        rows: &Rows,
        cells: &Cells<'_>,
        row: usize,
        rendered: &mut Option<Rendered<'_>>,
        batch: &mut Batch,
    ) -> Result<Fate, Why> {
        let size = cells.size(row);
        batch.stats.took(size);
        let start = Instant::now();
        let mut name = Name {
            id: cells.id(row),
            number: rows.first + row as u64,
            ..Name::default()
        };
        let located = located(sheet, rows, cells, row, &mut name);
        name.site.get_or_insert_with(|| site::of_path(&sheet.name));
        let judged = located.map_err(Fault::from).and_then(|text| {
            let verdict = self.verdict(&name, text.into(), batch)?;
            Ok((verdict, text))
        });
        batch.stats.times.clean_ns += nanos(start);
        match judged {
            Ok((Verdict::Dropped(copy), _)) => {
                batch.drop_copy(name, size, copy);
                Ok(Fate::Goes)
            }
            Ok((Verdict::Judged(judged), text)) => {
                let clean = &judged.cleaned.text;
                let changed = clean != text;
                let left_out = self.plan.only_changed && !changed;
                let mut written = if left_out { 0 } else { clean.len() };
                if let Some(rendered) = rendered.as_mut().filter(|_| !left_out) {
                    name.url = cells.url(row).map(Cow::into_owned);
                    if rendered.out.names_members() {
                        name.file = slashed(&Outputs::record_file(&sheet.name, name.number));
                    }
                    let mut rest = rendered.others.of(row);
                    fields::put(self.told(&judged, changed), &mut rest);
                    written = rendered.out.push(&name.plain(clean, rest));
                }
                let fate = match changed {
                    true => Fate::Changes(clean.clone()),
                    false if left_out => Fate::Goes,
                    false => Fate::Stays,
                };
                batch.stats.wrote(written);
                let went = Went {
                    input: size,
                    output: written,
                    changed,
                    left_out,
                };
                batch.done(name, went, judged, self.plan.show_cuts);
                Ok(fate)
            }
            Err(Fault::Run(error)) => {
                batch.error = Some(error);
                Ok(Fate::Stays)
            }
            Err(Fault::Page(aside)) => {
                let why = aside.reason;
                if rendered.is_none() && !self.plan.only_changed {
                    batch.stats.passed_on(size);
                }
                batch.put_aside(name, aside.sized(size as u64), true);
                Err(why)
            }
        }
    }
}

/// Rows in another form than a table.
struct Rendered<'a> {
    others: Others<'a>,
    out: Outgoing,
}

/// Finds the text of a row, and on the way the row's name and where it is from.
pub(super) fn located<'a>(
    sheet: &Sheet,
    rows: &Rows,
    cells: &Cells<'a>,
    row: usize,
    name: &mut Name,
) -> Result<&'a str, SetAside> {
    name.page = format!("{}:{}", sheet.label, rows.first + row as u64);
    name.site = cells.url(row).and_then(|url| site::of_url(&url));
    if cells.size(row) as u64 > sheet.max_record {
        return Err(too_large(&name.page, sheet.max_record).called(name.id.clone()));
    }
    let text = cells.text(row);
    text.map_err(|without| lacking(name.page.clone(), without).called(name.id.clone()))
}
