//! A Parquet file, handed out in pieces of whole rows: a row group may be larger than any memory.
//!
//! Columns are read side by side, page by page, as values and levels: what these mean matters for three columns only,
//! and what is not understood cannot be harmed. Where a piece ends depends on the file and the name of the text's
//! column. Must not know what is done with a row.

use std::cell::Cell;
use std::fs::{File, Metadata};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescriptor;

use super::records::End;
use super::text::{Fault, same};
use super::{Entry, Wanted};
use crate::record::rows::{Column, Rows, Values};
use crate::record::table::Table;

/// A piece of longer texts ends here: enough work to outweigh the hand-over.
const PIECE_BYTES: usize = 1 << 20;
/// A piece of shorter ones ends here: each may leave a report of its own.
const MOST_ROWS: usize = 1 << 14;
/// So many texts are read before their length is looked at.
const STEP: usize = 16;

/// A table that is being read.
pub struct TableReader {
    file: File,
    before: Metadata,
    reader: SerializedFileReader<File>,
    table: Arc<Table>,
    max_record: u64,
    /// By column: whether somebody asked for it, or rows are counted by it.
    wanted: Vec<bool>,
    next_group: usize,
    open: Option<Group>,
    /// Rows that were handed out, of all there are.
    done: u64,
    total: u64,
}

/// A row group that is being read.
struct Group {
    columns: Vec<Option<ColumnReader>>,
    left: usize,
    /// A piece has no more rows than this.
    most: usize,
}

impl TableReader {
    /// Opens a file.
    pub(super) fn open(path: &Path, wanted: Wanted<'_>, max_record: u64) -> Result<Self, Fault> {
        let file = super::text::open(path)?;
        let before = file.metadata()?;
        let ours = file.try_clone()?;
        let reader = unharmed(|| Ok(SerializedFileReader::new(ours)?))?;
        let metadata = Arc::new(reader.metadata().clone());
        let groups = metadata.row_groups().iter();
        let rows = groups.map(|group| group.num_rows().max(0).cast_unsigned());
        let total = rows.fold(0, u64::saturating_add);
        let table = Table::new(metadata, wanted.fields);
        let needed = [table.text().ok(), table.url()];
        let columns = 0..table.schema().num_columns();
        let mut wanted: Vec<bool> = columns.map(|at| wanted.all || needed.contains(&Some(at))).collect();
        // The footer may claim any number of rows: some column must show that they are there.
        if let (false, Some(first)) = (wanted.contains(&true), wanted.first_mut()) {
            *first = true;
        }
        Ok(Self {
            file,
            before,
            reader,
            wanted,
            table: Arc::new(table),
            max_record,
            next_group: 0,
            open: None,
            done: 0,
            total,
        })
    }

    /// What the file says of its columns.
    #[must_use]
    pub fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// The largest text that is cleaned.
    #[must_use]
    pub fn max_record(&self) -> u64 {
        self.max_record
    }

    /// The next rows, unless the file has come to an end. `entry` is what was opened.
    ///
    /// # Errors
    ///
    /// There are no more rows.
    pub fn next(&mut self, entry: &Entry) -> Result<Rows, End> {
        let next = unharmed(|| self.rows());
        // A file that somebody writes to looks damaged.
        let next = match (next, self.unchanged()) {
            (Ok(Some(rows)), _) => Ok(Some(rows)),
            (Ok(None) | Err(_), Err(changed)) => Err(changed),
            (next, Ok(())) => next,
        };
        match next {
            Ok(Some(rows)) => Ok(rows),
            Ok(None) => Err(End::Whole { padded: false }),
            Err(fault) => Err(End::Void(fault.of(entry))),
        }
    }

    fn rows(&mut self) -> Result<Option<Rows>, Fault> {
        let Some(mut group) = self.group()? else {
            return Ok(None);
        };
        let schema = self.table.schema();
        let most = group.most.min(group.left);
        let mut columns: Vec<Column> = schema
            .columns()
            .iter()
            .map(|it| Column::none(it.physical_type()))
            .collect();
        let text = self.table.text().ok();
        let count = match text.and_then(|text| Some((text, group.columns[text].as_mut()?))) {
            Some((text, reader)) => texts(reader, &mut columns[text], most)?,
            None => most,
        };
        group.left -= count;
        for (at, reader) in group.columns.iter_mut().enumerate() {
            let (Some(reader), column, descriptor) = (reader, &mut columns[at], schema.column(at)) else {
                continue;
            };
            if text != Some(at) {
                read(reader, column, count)?;
            }
            if !column.is_sound(&descriptor, count) {
                return Err(unsound(&descriptor, "levels and values do not fit"));
            }
            if group.left == 0 && read(reader, &mut Column::none(descriptor.physical_type()), 1)? > 0 {
                return Err(unsound(&descriptor, "more rows than the row group has"));
            }
        }
        let rows = Rows {
            first: self.done + 1,
            count,
            columns,
            ends_group: group.left == 0,
            stored: self.stored(self.done.saturating_add(count as u64)) - self.stored(self.done),
        };
        self.done += count as u64;
        self.open = (group.left > 0).then_some(group);
        Ok(Some(rows))
    }

    /// The row group in hand, or the next one that has rows.
    fn group(&mut self) -> Result<Option<Group>, Fault> {
        if let Some(open) = self.open.take() {
            return Ok(Some(open));
        }
        while self.next_group < self.table.metadata().num_row_groups() {
            let metadata = self.table.metadata().row_group(self.next_group);
            let rows = self.reader.get_row_group(self.next_group)?;
            self.next_group += 1;
            let left = usize::try_from(metadata.num_rows()).map_err(|_| damaged("a row group of less than no rows"))?;
            if left == 0 {
                continue;
            }
            if self.wanted.is_empty() {
                return Err(damaged("rows without columns"));
            }
            let columns = self.wanted.iter().enumerate();
            let columns: Result<_, ParquetError> = columns
                .map(|(at, wanted)| wanted.then(|| rows.get_column_reader(at)).transpose())
                .collect();
            return Ok(Some(Group {
                columns: columns?,
                left,
                most: most_rows(metadata),
            }));
        }
        Ok(None)
    }

    /// So much of the file counts as read when so many rows are.
    fn stored(&self, rows: u64) -> u64 {
        let (rows, total) = (rows.min(self.total), self.total.max(1));
        let share = u128::from(self.before.len()) * u128::from(rows) / u128::from(total);
        u64::try_from(share).unwrap_or(self.before.len())
    }

    fn unchanged(&self) -> Result<(), Fault> {
        let after = self.file.metadata()?;
        if same(&self.before, &after) {
            Ok(())
        } else {
            Err(Fault::Changed { bytes: after.len() })
        }
    }
}

/// How many rows a piece has at most: so many that its columns are of a piece's size if the rows are alike.
fn most_rows(group: &RowGroupMetaData) -> usize {
    let bytes = u128::from(group.total_byte_size().max(1).cast_unsigned());
    let rows = u128::from(group.num_rows().max(0).cast_unsigned());
    // Texts decide; this is for what stands beside them.
    let piece = 16 * PIECE_BYTES as u128;
    usize::try_from(piece * rows / bytes).map_or(MOST_ROWS, |rows| rows.clamp(1, MOST_ROWS))
}

/// Reads texts until they are a piece, and says how many rows that is.
fn texts(reader: &mut ColumnReader, column: &mut Column, most: usize) -> Result<usize, Fault> {
    let (mut rows, mut seen, mut bytes) = (0, 0, 0);
    while rows < most && bytes < PIECE_BYTES {
        let step = STEP.min(most - rows);
        if read(reader, column, step)? != step {
            return Err(damaged("the text's column ends before its row group"));
        }
        rows += step;
        if let Values::Bytes(texts) = &column.values {
            bytes += texts[seen..].iter().map(ByteArray::len).sum::<usize>();
            seen = texts.len();
        }
    }
    Ok(rows)
}

/// Reads some rows of a column, and says how many were there.
fn read(reader: &mut ColumnReader, column: &mut Column, rows: usize) -> Result<usize, Fault> {
    fn typed<T: DataType>(
        reader: &mut ColumnReaderImpl<T>,
        values: &mut Vec<T::T>,
        levels: [&mut Vec<i16>; 2],
        rows: usize,
    ) -> Result<usize, Fault> {
        let [definition, repetition] = levels;
        let (read, ..) = reader.read_records(rows, Some(definition), Some(repetition), values)?;
        Ok(read)
    }
    let levels = [&mut column.definition, &mut column.repetition];
    match (reader, &mut column.values) {
        (ColumnReader::BoolColumnReader(reader), Values::Bool(values)) => typed(reader, values, levels, rows),
        (ColumnReader::Int32ColumnReader(reader), Values::Int32(values)) => typed(reader, values, levels, rows),
        (ColumnReader::Int64ColumnReader(reader), Values::Int64(values)) => typed(reader, values, levels, rows),
        (ColumnReader::Int96ColumnReader(reader), Values::Int96(values)) => typed(reader, values, levels, rows),
        (ColumnReader::FloatColumnReader(reader), Values::Float(values)) => typed(reader, values, levels, rows),
        (ColumnReader::DoubleColumnReader(reader), Values::Double(values)) => typed(reader, values, levels, rows),
        (ColumnReader::ByteArrayColumnReader(reader), Values::Bytes(values)) => typed(reader, values, levels, rows),
        (ColumnReader::FixedLenByteArrayColumnReader(reader), Values::Fixed(values)) => {
            typed(reader, values, levels, rows)
        }
        _ => Err(damaged("a column is of another type than the schema says")),
    }
}

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in the decoder, so that a panic is a damaged file and nothing worse.
#[must_use]
pub fn is_decoding() -> bool {
    DECODING.get()
}

/// Runs the decoder, which panics on some files that are damaged.
fn unharmed<T>(decode: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    DECODING.set(true);
    // What is left half done is not used again: a fault ends the file.
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(false);
    decoded.unwrap_or_else(|_| Err(damaged("the decoder fails on it")))
}

fn unsound(column: &ColumnDescriptor, what: &str) -> Fault {
    damaged(&format!("column `{}`: {what}", column.path()))
}

fn damaged(what: &str) -> Fault {
    Fault::NoForm(format!("not sound Parquet: {what}"))
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(cause) => match cause.downcast::<io::Error>() {
                // What the system reports has a number; what a decoder reports has none.
                Ok(error) if error.raw_os_error().is_some() => Self::Io(*error),
                Ok(error) => damaged(&error.to_string()),
                Err(cause) => damaged(&cause.to_string()),
            },
            ParquetError::General(what) | ParquetError::EOF(what) | ParquetError::NYI(what) => damaged(&what),
            other => damaged(&other.to_string()),
        }
    }
}
