//! What a worker does with rows of a table: clean the text of every row, and leave out the rows that go.
//!
//! All other columns go out as they came in. Of a row the bytes of its text count, and nothing else: what the other
//! columns weigh in a file depends on all rows. Must not know where the rows go.

use std::sync::Arc;
use std::time::Instant;

use crate::pipeline::feed::{Sheet, Whose};
use crate::pipeline::judge::Judge;
use crate::pipeline::records::{Done, Out, too_large};
use crate::pipeline::site;
use crate::pipeline::worker::{Batch, Fault, Name, Verdict, Worker, nanos};
use crate::read::{SetAside, Source, Why};
use crate::record::rows::{Cells, Fate, Rows};

impl<S: Source, J: Judge> Worker<'_, S, J> {
    pub(super) fn rows(&self, sheet: &Arc<Sheet>, mut rows: Rows, mut batch: Batch) -> (Batch, Done) {
        let (mut fates, mut lacking) = (Vec::with_capacity(rows.count), 0);
        let cells = rows.cells(&sheet.table);
        for row in 0..rows.count {
            if self.stopped() {
                batch.stopped = true;
                break;
            }
            match self.row(sheet, &rows, &cells, row, &mut batch) {
                Ok(fate) => fates.push(fate),
                Err(why) => {
                    lacking += usize::from(why == Why::NoText);
                    fates.push(Fate::Stays);
                }
            }
        }
        let whole = fates.len() == rows.count;
        let all_lack = rows.count > 0 && rows.count == lacking;
        let mut done = Done {
            shard: Whose::Sheet(Arc::clone(sheet)),
            out: None,
            stored: rows.stored,
            records: rows.count > 0,
            keys: all_lack.then(|| sheet.table.keys()),
        };
        drop(cells);
        if whole && (self.folder.is_some() || self.hand_on) {
            let start = Instant::now();
            rows.apply(&sheet.table, fates);
            done.out = Some(Out::Rows(rows));
            batch.stats.times.write_ns += nanos(start);
        }
        (batch, done)
    }

    /// Deals with one row, or says why it is set aside.
    fn row(&self, sheet: &Sheet, rows: &Rows, cells: &Cells<'_>, row: usize, batch: &mut Batch) -> Result<Fate, Why> {
        let size = cells.size(row);
        batch.stats.took(size);
        let start = Instant::now();
        let mut name = Name {
            id: cells.id(row),
            ..Name::default()
        };
        let located = located(sheet, rows, cells, row, &mut name);
        name.site.get_or_insert_with(|| site::of_path(&sheet.name));
        let judged = located.map_err(Fault::from).and_then(|text| {
            let verdict = self.verdict(&name, text, batch)?;
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
                let (changed, written) = (clean != text, clean.len());
                let fate = if changed {
                    Fate::Changes(clean.clone())
                } else {
                    Fate::Stays
                };
                batch.stats.wrote(written);
                batch.done(name, [size, written], changed, judged, self.plan.show_cuts);
                Ok(fate)
            }
            Err(Fault::Run(error)) => {
                batch.error = Some(error);
                Ok(Fate::Stays)
            }
            Err(Fault::Page(aside)) => {
                let why = aside.reason;
                batch.stats.passed_on(size);
                batch.put_aside(name, aside.sized(size as u64), true);
                Err(why)
            }
        }
    }
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
    cells.text(row).map_err(|lacking| {
        let mut aside = SetAside::new(name.page.clone(), lacking.why, lacking.detail).called(name.id.clone());
        aside.hint = lacking.hint.map(str::to_owned);
        aside
    })
}
