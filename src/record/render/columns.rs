//! Records as rows of a table in Parquet: four columns of text, of which all but the text may be missing.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::schema::types::{Type, TypePtr};

use super::{COLUMNS, Plain};
use crate::record::rows::{Column, Rows, Values};

/// Which of [`COLUMNS`] every record has.
const REQUIRED: &str = "text";

/// The columns of the table.
///
/// # Errors
///
/// Never: it is the same one always.
pub fn schema() -> Result<TypePtr, ParquetError> {
    let column = |name: &str| {
        let repetition = if name == REQUIRED {
            Repetition::REQUIRED
        } else {
            Repetition::OPTIONAL
        };
        let column = Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(repetition)
            .with_logical_type(Some(LogicalType::String));
        column.build().map(Arc::new)
    };
    let columns = COLUMNS.into_iter().map(column).collect::<Result<_, _>>()?;
    let table = Type::group_type_builder("records").with_fields(columns).build()?;
    Ok(Arc::new(table))
}

/// Rows in the making.
#[derive(Debug, Default)]
pub struct Columns {
    cells: [Cells; COLUMNS.len()],
}

/// A column in the making.
#[derive(Debug, Default)]
struct Cells {
    values: Vec<ByteArray>,
    /// By row: whether there is a value.
    definition: Vec<i16>,
}

impl Cells {
    fn push(&mut self, value: Option<String>) {
        self.definition.push(i16::from(value.is_some()));
        self.values
            .extend(value.map(|value| ByteArray::from(value.into_bytes())));
    }
}

impl Columns {
    /// Adds a record.
    pub fn push(&mut self, record: &Plain<'_>) {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let [id, url, text, rest] = &mut self.cells;
        id.push(some(record.id_text().into_owned()));
        url.push(record.url.map(str::to_owned));
        text.push(Some(record.text.to_owned()));
        rest.push(some(record.rest()));
    }

    /// The rows.
    #[must_use]
    pub fn rows(self) -> Rows {
        let count = self.cells[0].definition.len();
        let columns = COLUMNS.into_iter().zip(self.cells).map(|(name, cells)| Column {
            values: Values::Bytes(cells.values),
            definition: if name == REQUIRED { Vec::new() } else { cells.definition },
            repetition: Vec::new(),
        });
        Rows {
            first: 1,
            count,
            columns: columns.collect(),
            ends_group: false,
            stored: 0,
        }
    }
}
