//! Rows of a table, column by column: values, and the levels that say where nulls are and where lists begin.
//!
//! Whole rows are taken out and texts replaced; what else the columns hold passes through as it is stored, whatever it
//! means. Must not know how columns are read or written.

use std::borrow::Cow;

use parquet::basic::Type;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::schema::types::ColumnDescriptor;

use super::table::{Table, is_plain, is_unsigned};
use super::{Id, Kind, Lacking, Member, Why};
use crate::text::json::literal;

/// Some rows of a table.
#[derive(Debug)]
pub struct Rows {
    /// The number of the first row, from 1.
    pub first: u64,
    /// How many there are.
    pub count: usize,
    /// All columns of the table; those that nobody asked for are empty.
    pub columns: Vec<Column>,
    /// Whether a row group ends with them.
    pub ends_group: bool,
    /// So many bytes of the file were read for them, as they are stored.
    pub stored: u64,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It stays as it is.
    Stays,
    /// It stays with another text.
    Changes(String),
    /// It is left out.
    Goes,
}

/// Part of a column.
#[derive(Debug)]
pub struct Column {
    /// The values that are there.
    pub values: Values,
    /// By place: how far the way to a value is there. Empty if all of it always is.
    pub definition: Vec<i16>,
    /// By place: in which list it stands; 0 begins a row. Empty in a column without lists.
    pub repetition: Vec<i16>,
}

/// The values of a column, as they are stored.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// Does the same with the values of any type.
macro_rules! with_values {
    ($values:expr, $name:ident => $do:expr) => {
        match $values {
            Values::Bool($name) => $do,
            Values::Int32($name) => $do,
            Values::Int64($name) => $do,
            Values::Int96($name) => $do,
            Values::Float($name) => $do,
            Values::Double($name) => $do,
            Values::Bytes($name) => $do,
            Values::Fixed($name) => $do,
        }
    };
}

impl Values {
    /// None yet, of this type.
    #[must_use]
    pub fn none(kind: Type) -> Self {
        match kind {
            Type::BOOLEAN => Self::Bool(Vec::new()),
            Type::INT32 => Self::Int32(Vec::new()),
            Type::INT64 => Self::Int64(Vec::new()),
            Type::INT96 => Self::Int96(Vec::new()),
            Type::FLOAT => Self::Float(Vec::new()),
            Type::DOUBLE => Self::Double(Vec::new()),
            Type::BYTE_ARRAY => Self::Bytes(Vec::new()),
            Type::FIXED_LEN_BYTE_ARRAY => Self::Fixed(Vec::new()),
        }
    }

    /// A plain value as JSON.
    fn json(&self, place: usize, unsigned: bool) -> Option<String> {
        match self {
            Self::Bool(values) => Some(values.get(place)?.to_string()),
            Self::Int32(values) if unsigned => Some(values.get(place)?.cast_unsigned().to_string()),
            Self::Int64(values) if unsigned => Some(values.get(place)?.cast_unsigned().to_string()),
            Self::Int32(values) => Some(values.get(place)?.to_string()),
            Self::Int64(values) => Some(values.get(place)?.to_string()),
            Self::Float(values) => values.get(place).filter(|value| value.is_finite()).map(f32::to_string),
            Self::Double(values) => values.get(place).filter(|value| value.is_finite()).map(f64::to_string),
            Self::Bytes(values) => Some(literal(str::from_utf8(values.get(place)?.data()).ok()?, "é")),
            Self::Int96(_) | Self::Fixed(_) => None,
        }
    }

    fn len(&self) -> usize {
        with_values!(self, values => values.len())
    }

    /// About how many bytes they are.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Bytes(values) => values.iter().map(ByteArray::len).sum(),
            Self::Fixed(values) => values.iter().map(|value| value.len()).sum(),
            Self::Bool(values) => values.len(),
            Self::Int32(values) => 4 * values.len(),
            Self::Float(values) => 4 * values.len(),
            Self::Int64(values) => 8 * values.len(),
            Self::Double(values) => 8 * values.len(),
            Self::Int96(values) => 12 * values.len(),
        }
    }
}

impl Column {
    /// An empty one, of this type.
    #[must_use]
    pub fn none(kind: Type) -> Self {
        Self {
            values: Values::none(kind),
            definition: Vec::new(),
            repetition: Vec::new(),
        }
    }

    /// Whether levels and values fit each other and the number of rows.
    #[must_use]
    pub fn is_sound(&self, descriptor: &ColumnDescriptor, rows: usize) -> bool {
        let (definition, repetition) = (&self.definition, &self.repetition);
        let within = |levels: &[i16], most: i16| levels.iter().all(|level| (0..=most).contains(level));
        let begun = if descriptor.max_rep_level() == 0 {
            repetition.is_empty()
        } else {
            repetition.len() == definition.len() && repetition.first().is_none_or(|&level| level == 0)
        };
        begun
            && within(definition, descriptor.max_def_level())
            && within(repetition, descriptor.max_rep_level())
            && self.rows() == rows
            && (definition.is_empty() || self.present(descriptor.max_def_level()).count() == self.values.len())
    }

    fn rows(&self) -> usize {
        if !self.repetition.is_empty() {
            self.repetition.iter().filter(|&&level| level == 0).count()
        } else if !self.definition.is_empty() {
            self.definition.len()
        } else {
            self.values.len()
        }
    }

    /// The places that have a value.
    fn present(&self, most: i16) -> impl Iterator<Item = usize> {
        let levels = self.definition.iter().enumerate();
        levels.filter(move |&(_, &level)| level == most).map(|(place, _)| place)
    }

    /// By row: which of the values is its, in a column without lists.
    fn places(&self, most: i16, rows: usize) -> Vec<Option<usize>> {
        if self.definition.is_empty() {
            return (0..rows).map(Some).collect();
        }
        let mut places = vec![None; rows];
        for (value, row) in self.present(most).enumerate() {
            places[row] = Some(value);
        }
        places
    }

    /// Takes rows out.
    fn retain(&mut self, most: i16, stays: &[bool]) {
        let places = self.definition.len().max(self.values.len());
        let mut row = 0;
        let (mut levels, mut values) = (Vec::with_capacity(places), Vec::with_capacity(self.values.len()));
        for place in 0..places {
            // Without lists every place is a row.
            let begins = self.repetition.get(place).is_none_or(|&level| level == 0);
            row += usize::from(begins);
            let stays = stays[row - 1];
            levels.push(stays);
            if self.definition.get(place).is_none_or(|&level| level == most) {
                values.push(stays);
            }
        }
        retain(&mut self.definition, &levels);
        retain(&mut self.repetition, &levels);
        with_values!(&mut self.values, all => retain(all, &values));
    }
}

fn retain<T>(all: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    all.retain(|_| stays.next().copied().unwrap_or(true));
}

impl Rows {
    /// About how many bytes their values are.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(|column| column.values.bytes()).sum()
    }

    /// What matters of the rows.
    #[must_use]
    pub fn cells<'a>(&'a self, table: &'a Table) -> Cells<'a> {
        let cells = |column: Option<usize>| {
            let column = column?;
            let most = table.schema().column(column).max_def_level();
            Some((column, self.columns[column].places(most, self.count)))
        };
        Cells {
            rows: self,
            table,
            text: cells(table.text().ok()),
            id: cells(table.id()),
            url: cells(table.url()),
        }
    }

    /// The columns beside text, name and address whose values can be said in JSON: those of plain values.
    #[must_use]
    pub fn others<'a>(&'a self, table: &'a Table) -> Others<'a> {
        let known = [table.text().ok(), table.id(), table.url()];
        let columns = table.schema().columns().iter().enumerate();
        let columns = columns.filter(|(at, column)| !known.contains(&Some(*at)) && is_plain(column));
        Others {
            rows: self,
            columns: columns
                .map(|(at, column)| {
                    let places = self.columns[at].places(column.max_def_level(), self.count);
                    (column.name(), is_unsigned(column), (at, places))
                })
                .collect(),
        }
    }

    /// The columns with the types of their values, as far as they were asked for.
    #[must_use]
    pub fn members(&self, table: &Table) -> Vec<Member> {
        let mut members = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let (field, kind) = table.member(at);
            let mut note = |kind, records: usize, bytes: usize| {
                if records > 0 {
                    let (records, bytes) = (records as u64, bytes as u64);
                    let field = field.clone();
                    members.push(Member {
                        field,
                        kind,
                        records,
                        bytes,
                    });
                }
            };
            if kind == Kind::Array {
                note(kind, column.rows(), 0);
                continue;
            }
            let (rows, values) = (column.rows(), column.values.len());
            let text = if kind == Kind::String { column.values.bytes() } else { 0 };
            note(kind, values, text);
            note(Kind::Null, rows - values.min(rows), 0);
        }
        members
    }

    /// Lets each row have its fate.
    pub fn apply(&mut self, table: &Table, fates: Vec<Fate>) {
        let stays: Vec<bool> = fates.iter().map(|fate| *fate != Fate::Goes).collect();
        let schema = table.schema();
        if let Ok(text) = table.text() {
            let places = self.columns[text].places(schema.column(text).max_def_level(), self.count);
            for (fate, place) in fates.into_iter().zip(places) {
                if let (Fate::Changes(clean), Some(place), Values::Bytes(texts)) =
                    (fate, place, &mut self.columns[text].values)
                {
                    texts[place] = ByteArray::from(clean.into_bytes());
                }
            }
        }
        if stays.contains(&false) {
            for (column, descriptor) in self.columns.iter_mut().zip(schema.columns()) {
                column.retain(descriptor.max_def_level(), &stays);
            }
            self.count = stays.iter().filter(|&&stays| stays).count();
        }
    }
}

/// What rows have beside what matters of them.
pub struct Others<'a> {
    rows: &'a Rows,
    /// Name, whether numbers have no sign, and where the values are.
    columns: Vec<(&'a str, bool, Place)>,
}

impl<'a> Others<'a> {
    /// The fields of a row: names and JSON values.
    #[must_use]
    pub fn of(&self, row: usize) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let fields = self.columns.iter();
        fields
            .map(|(name, unsigned, (column, places))| {
                let value = places[row].and_then(|place| self.rows.columns[*column].values.json(place, *unsigned));
                (Cow::Borrowed(*name), value.map_or(Cow::Borrowed("null"), Cow::Owned))
            })
            .collect()
    }
}

/// A column and, by row, which of its values is the row's.
type Place = (usize, Vec<Option<usize>>);

/// What matters of rows: the texts, what they are called, where they are from.
pub struct Cells<'a> {
    rows: &'a Rows,
    table: &'a Table,
    text: Option<Place>,
    id: Option<Place>,
    url: Option<Place>,
}

impl<'a> Cells<'a> {
    /// How long the text of a row is; 0 if it has none.
    #[must_use]
    pub fn size(&self, row: usize) -> usize {
        self.bytes(self.text.as_ref(), row).map_or(0, <[u8]>::len)
    }

    /// The text of a row.
    ///
    /// # Errors
    ///
    /// It has none.
    pub fn text(&self, row: usize) -> Result<&'a str, Lacking> {
        self.table.text().map_err(Lacking::clone)?;
        let bytes = self
            .bytes(self.text.as_ref(), row)
            .ok_or_else(|| Lacking::new(Why::TextNotString, "the text is null"))?;
        str::from_utf8(bytes).map_err(|error| {
            let detail = format!("byte {}: not UTF-8", error.valid_up_to() + 1);
            Lacking::new(Why::InvalidText, detail)
        })
    }

    /// What a row is called.
    #[must_use]
    pub fn id(&self, row: usize) -> Option<Id> {
        let (column, places) = self.id.as_ref()?;
        let place = places[row]?;
        let unsigned = is_unsigned(&self.table.schema().column(*column));
        Id::of(&self.rows.columns[*column].values.json(place, unsigned)?)
    }

    /// The address a row is from.
    #[must_use]
    pub fn url(&self, row: usize) -> Option<Cow<'a, str>> {
        self.bytes(self.url.as_ref(), row).map(String::from_utf8_lossy)
    }

    fn bytes(&self, place: Option<&Place>, row: usize) -> Option<&'a [u8]> {
        let (column, places) = place?;
        match &self.rows.columns[*column].values {
            Values::Bytes(values) => Some(values.get(places[row]?)?.data()),
            _ => None,
        }
    }
}
