//! A table in columns, as Parquet has it: which of its columns hold what matters.
//!
//! Columns are leaves: a column of structs or lists is several, each called by the path that leads to it. Must not know
//! how a table is read or written.

use std::fmt;
use std::sync::Arc;

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

use super::{Fields, Kind, Lacking, Why};
use crate::text::json::Pointer;

/// What a file says of its columns.
pub struct Table {
    metadata: Arc<ParquetMetaData>,
    /// Where the text is, or why it is nowhere.
    text: Result<usize, Lacking>,
    id: Option<usize>,
    url: Option<usize>,
}

impl Table {
    /// The table of a file with this footer.
    #[must_use]
    pub fn new(metadata: Arc<ParquetMetaData>, fields: &Fields) -> Self {
        let schema = metadata.file_metadata().schema_descr();
        let column = |field: &Pointer, suits: fn(&ColumnDescriptor) -> bool| {
            find(schema, field).filter(|&at| suits(&schema.column(at)))
        };
        Self {
            text: text(schema, &fields.text),
            id: column(&fields.id, |column| {
                flat(column) && (is_string(column) || is_integer(column))
            }),
            url: column(&fields.url, |column| flat(column) && is_string(column)),
            metadata,
        }
    }

    /// The whole footer.
    #[must_use]
    pub fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    /// The columns and how they are nested.
    #[must_use]
    pub fn schema(&self) -> &SchemaDescriptor {
        self.metadata.file_metadata().schema_descr()
    }

    /// The column with the text.
    ///
    /// # Errors
    ///
    /// No column holds texts under this name.
    pub fn text(&self) -> Result<usize, &Lacking> {
        self.text.as_ref().copied()
    }

    /// The column that says what a row is called.
    #[must_use]
    pub fn id(&self) -> Option<usize> {
        self.id
    }

    /// The column with the address a row is from.
    #[must_use]
    pub fn url(&self) -> Option<usize> {
        self.url
    }

    /// What a column is called, and the type of its values.
    pub(super) fn member(&self, at: usize) -> (Pointer, Kind) {
        let column = self.schema().column(at);
        let kind = match column.physical_type() {
            _ if !flat(&column) => Kind::Array,
            Type::BOOLEAN => Kind::Boolean,
            Type::BYTE_ARRAY if is_string(&column) => Kind::String,
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => Kind::Bytes,
            Type::INT32 | Type::INT64 | Type::INT96 | Type::FLOAT | Type::DOUBLE => Kind::Number,
        };
        // A column's path is never empty.
        let (first, inner) = column
            .path()
            .parts()
            .split_first()
            .map_or(("", [].as_slice()), |(first, rest)| (first, rest));
        let field = inner.iter().fold(Pointer::key(first), |field, step| field.inner(step));
        (field, kind)
    }

    /// What the columns are called.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let columns = self.schema().columns().iter();
        columns.map(|column| path(column.path().parts())).collect()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("keys", &self.keys())
            .finish_non_exhaustive()
    }
}

/// Whether the values of a column are truths, numbers or strings, and mean nothing else: a time is no number.
pub(super) fn is_plain(column: &ColumnDescriptor) -> bool {
    let number = matches!(column.physical_type(), Type::BOOLEAN | Type::FLOAT | Type::DOUBLE);
    let column_of_its_own = column.path().parts().len() == 1;
    column_of_its_own && flat(column) && (number || is_integer(column) || is_string(column))
}

/// A column's path as `--text-field` takes it.
fn path(parts: &[String]) -> String {
    match parts {
        [name] => name.clone(),
        parts => parts.iter().flat_map(|part| ["/", part]).collect(),
    }
}

fn find(schema: &SchemaDescriptor, field: &Pointer) -> Option<usize> {
    let columns = schema.columns().iter();
    columns
        .into_iter()
        .position(|column| column.path().parts() == field.steps())
}

fn text(schema: &SchemaDescriptor, field: &Pointer) -> Result<usize, Lacking> {
    let not_string = |what: &str| Lacking::new(Why::TextNotString, format!("the column `{field}` holds {what}"));
    let Some(at) = find(schema, field) else {
        let mut columns = schema.columns().iter();
        return Err(
            if columns.any(|column| column.path().parts().starts_with(field.steps())) {
                not_string("other columns")
            } else {
                Lacking::new(Why::NoText, format!("no column `{field}`")).hint("--text-field names it")
            },
        );
    };
    let column = schema.column(at);
    if !flat(&column) {
        Err(not_string("lists"))
    } else if is_string(&column) {
        Ok(at)
    } else {
        Err(not_string(&column.physical_type().to_string()))
    }
}

/// Whether a column has at most one value a row.
fn flat(column: &ColumnDescriptor) -> bool {
    column.max_rep_level() == 0
}

/// Whether a column holds text. Some writers do not say so of theirs.
fn is_string(column: &ColumnDescriptor) -> bool {
    let said = match (column.logical_type_ref(), column.converted_type()) {
        (Some(logical), _) => matches!(logical, LogicalType::String | LogicalType::Enum | LogicalType::Json),
        (None, converted) => matches!(
            converted,
            ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
        ),
    };
    said && column.physical_type() == Type::BYTE_ARRAY
}

fn is_integer(column: &ColumnDescriptor) -> bool {
    let said = match (column.logical_type_ref(), column.converted_type()) {
        (Some(logical), _) => matches!(logical, LogicalType::Integer(_)),
        (None, converted) => !matches!(
            converted,
            ConvertedType::DECIMAL
                | ConvertedType::DATE
                | ConvertedType::TIME_MILLIS
                | ConvertedType::TIME_MICROS
                | ConvertedType::TIMESTAMP_MILLIS
                | ConvertedType::TIMESTAMP_MICROS
        ),
    };
    said && matches!(column.physical_type(), Type::INT32 | Type::INT64)
}

/// Whether a column's integers have no sign.
pub(super) fn is_unsigned(column: &ColumnDescriptor) -> bool {
    let logical = column.logical_type_ref();
    matches!(logical, Some(LogicalType::Integer(integer)) if !integer.is_signed)
        || matches!(
            column.converted_type(),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
        )
}
