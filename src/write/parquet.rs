//! A Parquet file that is written row group by row group, and appears when it is whole.
//!
//! It has the schema, the key-value metadata and the codecs of the file that its rows are from, or the columns of records
//! in another form. Values are written as they are stored, so a column that nobody understands comes out as it went in.
//! Must not know what a row says.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type, ZstdLevel};
use parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, ColumnWriterImpl, get_column_writer};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::{ColumnDescPtr, TypePtr};
use tempfile::NamedTempFile;

use super::files::{OutFolder, Staged, cannot_write, temp_beside};
use crate::error::Error;
use crate::record::render::columns;
use crate::record::rows::{Column, Rows, Values};
use crate::record::table::Table;

/// A row group ends where one of the input ends, or when its values are so many bytes: it is held, packed, until then.
const GROUP_BYTES: usize = 1 << 27;
/// Readers go by row groups when they share out work.
const GROUP_ROWS: usize = 1 << 20;
/// zstd's own.
const ZSTD_LEVEL: i32 = 3;
const CREATED_BY: &str = concat!("textsieve version ", env!("CARGO_PKG_VERSION"));

/// Writes a table into a stream.
pub struct TableWriter<W: Write + Send> {
    out: SerializedFileWriter<W>,
    properties: WriterPropertiesPtr,
    /// The columns of the row group in hand, if it has any rows.
    group: Vec<ColumnPages>,
    rows: usize,
    bytes: usize,
}

/// What a table is like: its columns, and how its pages are written.
#[derive(Debug, Clone)]
pub struct Design {
    schema: TypePtr,
    properties: WriterPropertiesPtr,
}

impl Design {
    /// That of another table.
    #[must_use]
    pub fn like(table: &Table) -> Self {
        Self {
            schema: table.schema().root_schema_ptr(),
            properties: Arc::new(properties(table.metadata())),
        }
    }

    /// That of a table of records.
    ///
    /// # Errors
    ///
    /// The codec or the columns cannot be had.
    pub fn of_records() -> io::Result<Self> {
        let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(cause)?;
        let properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_owned())
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_dictionary_enabled(false);
        Ok(Self {
            schema: columns::schema().map_err(cause)?,
            properties: Arc::new(properties.build()),
        })
    }
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a table of this design.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn new(out: W, design: &Design) -> io::Result<Self> {
        let Design { schema, properties } = design.clone();
        Ok(Self {
            out: SerializedFileWriter::new(out, schema, Arc::clone(&properties)).map_err(cause)?,
            properties,
            group: Vec::new(),
            rows: 0,
            bytes: 0,
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    ///
    /// The stream fails.
    pub fn push(&mut self, rows: &Rows) -> io::Result<()> {
        if rows.count > 0 {
            if self.group.is_empty() {
                let columns = self.out.schema_descr().columns().iter();
                let column = |descriptor| ColumnPages::new(Arc::clone(descriptor), &self.properties);
                self.group = columns.map(column).collect();
            }
            for (pages, column) in self.group.iter_mut().zip(&rows.columns) {
                pages.push(column).map_err(cause)?;
            }
            self.rows += rows.count;
            self.bytes += rows.bytes();
        }
        if rows.ends_group || self.bytes >= GROUP_BYTES || self.rows >= GROUP_ROWS {
            self.end_group().map_err(cause)?;
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), ParquetError> {
        if self.group.is_empty() {
            return Ok(());
        }
        let mut group = self.out.next_row_group()?;
        for pages in std::mem::take(&mut self.group) {
            pages.end(|bytes, closed| group.append_column(bytes, closed))?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// Where the table goes.
    pub fn get_mut(&mut self) -> &mut W {
        self.out.inner_mut()
    }

    /// Ends the table.
    ///
    /// # Errors
    ///
    /// The stream fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.end_group().map_err(cause)?;
        self.out.into_inner().map_err(cause)
    }
}

/// A table under a temporary name. Dropped, it is gone.
pub struct TableFile {
    writer: TableWriter<NamedTempFile>,
    path: PathBuf,
}

impl TableFile {
    /// Begins a table that is to be called `name`.
    ///
    /// # Errors
    ///
    /// The name leads out of the folder, or writing fails.
    pub fn begin(folder: &OutFolder, name: &Path, design: &Design) -> Result<Self, Error> {
        let path = folder.path(name)?;
        match temp_beside(&path).and_then(|temp| TableWriter::new(temp, design)) {
            Ok(writer) => Ok(Self { writer, path }),
            Err(error) => Err(cannot_write(&path, error)),
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn push(&mut self, rows: &Rows) -> Result<(), Error> {
        self.writer.push(rows).map_err(|e| cannot_write(&self.path, e))
    }

    /// Ends the table. It has no name yet: [`OutFolder::publish`] gives it.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn finish(self) -> Result<Staged, Error> {
        let Self { writer, path } = self;
        match writer.finish() {
            Ok(temp) => Ok(Staged {
                temp: temp.into_temp_path(),
                path,
            }),
            Err(error) => Err(cannot_write(&path, error)),
        }
    }
}

/// A column of a row group, page by page.
struct ColumnPages {
    writer: ColumnWriter<'static>,
    pages: Pages,
}

/// Pages that were packed. The column's writer holds one end, and whoever joins the columns the other.
#[derive(Clone)]
struct Pages(Arc<Mutex<TrackedWrite<Vec<u8>>>>);

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec, ParquetError> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        SerializedPageWriter::new(&mut *bytes).write_page(page)
    }

    fn close(&mut self) -> Result<(), ParquetError> {
        Ok(())
    }
}

impl ColumnPages {
    fn new(descriptor: ColumnDescPtr, properties: &WriterPropertiesPtr) -> Self {
        let pages = Pages(Arc::new(Mutex::new(TrackedWrite::new(Vec::new()))));
        let writer = get_column_writer(descriptor, Arc::clone(properties), Box::new(pages.clone()));
        Self { writer, pages }
    }

    fn push(&mut self, column: &Column) -> Result<(), ParquetError> {
        fn typed<T: DataType>(
            writer: &mut ColumnWriterImpl<'_, T>,
            values: &[T::T],
            [definition, repetition]: [&[i16]; 2],
        ) -> Result<(), ParquetError> {
            let some = |levels| Some(levels).filter(|levels: &&[i16]| !levels.is_empty());
            writer.write_batch(values, some(definition), some(repetition))?;
            Ok(())
        }
        let levels = [&*column.definition, &*column.repetition];
        match (&mut self.writer, &column.values) {
            (ColumnWriter::BoolColumnWriter(writer), Values::Bool(values)) => typed(writer, values, levels),
            (ColumnWriter::Int32ColumnWriter(writer), Values::Int32(values)) => typed(writer, values, levels),
            (ColumnWriter::Int64ColumnWriter(writer), Values::Int64(values)) => typed(writer, values, levels),
            (ColumnWriter::Int96ColumnWriter(writer), Values::Int96(values)) => typed(writer, values, levels),
            (ColumnWriter::FloatColumnWriter(writer), Values::Float(values)) => typed(writer, values, levels),
            (ColumnWriter::DoubleColumnWriter(writer), Values::Double(values)) => typed(writer, values, levels),
            (ColumnWriter::ByteArrayColumnWriter(writer), Values::Bytes(values)) => typed(writer, values, levels),
            (ColumnWriter::FixedLenByteArrayColumnWriter(writer), Values::Fixed(values)) => {
                typed(writer, values, levels)
            }
            _ => Err(ParquetError::General(
                "a column is of another type than the schema says".into(),
            )),
        }
    }

    /// Ends the column and hands its pages on.
    fn end(self, join: impl FnOnce(&Bytes, ColumnCloseResult) -> Result<(), ParquetError>) -> Result<(), ParquetError> {
        let Self { writer, pages } = self;
        let closed = writer.close()?;
        let mut bytes = pages.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = std::mem::replace(&mut *bytes, TrackedWrite::new(Vec::new())).into_inner()?;
        join(&Bytes::from(bytes), closed)
    }
}

/// How a table is written that is like the one with this footer. Nothing in it tells of a time or a machine.
fn properties(metadata: &ParquetMetaData) -> WriterProperties {
    let file = metadata.file_metadata();
    let mut properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_key_value_metadata(file.key_value_metadata().cloned());
    // The first row group speaks for all: writers do not change their mind.
    let columns = metadata.row_groups().first().map_or(&[][..], |group| group.columns());
    for column in columns {
        let path = || column.column_path().clone();
        properties = properties
            .set_column_compression(path(), codec(column.compression()))
            .set_column_dictionary_enabled(path(), has_dictionary(column))
            .set_column_statistics_enabled(path(), statistics(column));
        let kind = column.column_type();
        if let Some(encoding) = column.encodings().find(|&encoding| is_chosen(encoding, kind)) {
            properties = properties.set_column_encoding(path(), encoding);
        }
    }
    properties.build()
}

fn codec(codec: Compression) -> Compression {
    match codec {
        // Its frame was never settled; this is the same codec with one that is.
        Compression::LZ4 => Compression::LZ4_RAW,
        // Nobody here could have read it.
        Compression::LZO => Compression::UNCOMPRESSED,
        codec => codec,
    }
}

fn has_dictionary(column: &ColumnChunkMetaData) -> bool {
    let dictionary = |encoding| matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
    column.encodings().any(dictionary)
}

/// Whether an encoding is one that somebody chose for a column of this type, and neither a default nor that of levels.
fn is_chosen(encoding: Encoding, kind: Type) -> bool {
    use Type::{BYTE_ARRAY, DOUBLE, FIXED_LEN_BYTE_ARRAY, FLOAT, INT32, INT64};
    match encoding {
        Encoding::DELTA_BINARY_PACKED => matches!(kind, INT32 | INT64),
        Encoding::DELTA_LENGTH_BYTE_ARRAY => kind == BYTE_ARRAY,
        Encoding::DELTA_BYTE_ARRAY => matches!(kind, BYTE_ARRAY | FIXED_LEN_BYTE_ARRAY),
        Encoding::BYTE_STREAM_SPLIT => matches!(kind, FLOAT | DOUBLE | INT32 | INT64 | FIXED_LEN_BYTE_ARRAY),
        _ => false,
    }
}

fn statistics(column: &ColumnChunkMetaData) -> EnabledStatistics {
    if column.column_index_offset().is_some() {
        EnabledStatistics::Page
    } else if column.statistics().is_some() {
        EnabledStatistics::Chunk
    } else {
        EnabledStatistics::None
    }
}

fn cause(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        error => io::Error::other(error),
    }
}
