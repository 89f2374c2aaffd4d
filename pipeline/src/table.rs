//! A data set as columns, for whoever wants numbers by their names and no samples: one row group at a
//! time, generic over the columns of the schema.

use crate::columns::{Columns, column, common};
use crate::dataset::Dataset;
use crate::error::Error;
use crate::schema::{COMMON, Column};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, UInt64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// The rows of one row group.
pub struct Table {
    batch: RecordBatch,
}

/// The values of one column in a [`Table`], a row each.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Text; null where it is unknown.
    Text(Vec<Option<String>>),
    /// Numbers, as many to a row as the column has; null where they are unknown. Booleans are 0 and 1.
    Numbers(Vec<Option<Vec<f64>>>),
    /// The bytes of files: an image, a mask.
    Files(Vec<Option<Vec<u8>>>),
}

impl Table {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether there is no row: never.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of the rows.
    pub fn ids(&self) -> Vec<u64> {
        common(&self.batch, "id").as_primitive::<UInt64Type>().values().to_vec()
    }

    /// The values of a column with one value a row, as text; null where they are unknown.
    pub fn texts(&self, of: &Column) -> Vec<Option<String>> {
        let Some(array) = column(&self.batch, of.name) else { return vec![None; self.len()] };
        let options = FormatOptions::default();
        let Ok(format) = ArrayFormatter::try_new(array, &options) else {
            return vec![None; array.len()];
        };
        let text = |row| array.is_valid(row).then(|| format.value(row).to_string());
        (0..array.len()).map(text).collect()
    }

    /// The values of a column of the schema.
    pub fn cells(&self, of: &Column) -> Cells {
        let Some(array) = column(&self.batch, of.name) else {
            // The file is older than the column.
            return match of.data_type() {
                DataType::Utf8 => Cells::Text(vec![None; self.len()]),
                DataType::Struct(_) | DataType::Binary => Cells::Files(vec![None; self.len()]),
                _ => Cells::Numbers(vec![None; self.len()]),
            };
        };
        let rows = 0..array.len();
        match array.data_type() {
            DataType::Utf8 => {
                let texts = array.as_string::<i32>();
                let text = |row| texts.is_valid(row).then(|| texts.value(row).to_owned());
                Cells::Text(rows.map(text).collect())
            }
            DataType::Struct(_) => files(array.as_struct().column(0)),
            DataType::Binary => files(array),
            DataType::FixedSizeList(..) => {
                let lists = array.as_fixed_size_list();
                let (all, width) = (floats(lists.values()), lists.value_length() as usize);
                let first = |row: usize| lists.value_offset_at(row);
                numbers(array, |row| all[first(row)..first(row) + width].to_vec())
            }
            DataType::List(item) if item.data_type() == &DataType::Utf8 => {
                let lists = array.as_list::<i32>();
                let joined = |row: usize| {
                    let texts = lists.value(row);
                    let texts: Vec<_> = texts.as_string::<i32>().iter().flatten().collect();
                    texts.join(", ")
                };
                Cells::Text(rows.map(|k| array.is_valid(k).then(|| joined(k))).collect())
            }
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                let (all, ends) = (floats(lists.values()), lists.value_offsets());
                numbers(array, |row| all[ends[row] as usize..ends[row + 1] as usize].to_vec())
            }
            _ => {
                let all = floats(array);
                numbers(array, |row| vec![all[row]])
            }
        }
    }
}

fn numbers(array: &ArrayRef, row: impl Fn(usize) -> Vec<f64>) -> Cells {
    let number = |k| array.is_valid(k).then(|| row(k));
    Cells::Numbers((0..array.len()).map(number).collect())
}

fn files(array: &ArrayRef) -> Cells {
    let files = array.as_binary::<i32>();
    let file = |row| files.is_valid(row).then(|| files.value(row).to_vec());
    Cells::Files((0..array.len()).map(file).collect())
}

/// All numbers of an array; what has no number is 0.
fn floats(array: &ArrayRef) -> Vec<f64> {
    match cast(array, &DataType::Float64) {
        Ok(floats) => floats.as_primitive::<Float64Type>().values().to_vec(),
        Err(_) => vec![0.0; array.len()],
    }
}

impl Column {
    /// Whether a row has one number or text, and no list and no file.
    pub fn is_scalar(&self) -> bool {
        use DataType::{Binary, FixedSizeList, List, Struct};
        !matches!(self.data_type(), Struct(_) | Binary | FixedSizeList(..) | List(_))
    }

    /// How many values a row has, where all have as many.
    pub fn places(&self) -> Option<usize> {
        match self.data_type() {
            DataType::FixedSizeList(_, places) => Some(places as usize),
            DataType::List(_) => None,
            _ => Some(1),
        }
    }
}

impl<M: Columns> Dataset<M> {
    /// All columns, in the order of the file.
    pub fn columns() -> impl Iterator<Item = &'static Column> {
        COMMON.iter().chain(M::LABEL)
    }

    /// The row groups, in order of id.
    pub fn tables(&self) -> impl Iterator<Item = Result<Table, Error>> {
        self.tables_of((0..self.group_count()).collect())
    }

    /// So many of the row groups, spread evenly over all, that they hold about this many rows.
    pub fn spread_tables(&self, rows: usize) -> impl Iterator<Item = Result<Table, Error>> {
        let groups = self.group_count();
        let taken = (groups * rows).div_ceil(self.len()).clamp(1, groups);
        self.tables_of((0..taken).map(|k| k * groups / taken).collect())
    }

    fn tables_of(&self, groups: Vec<usize>) -> impl Iterator<Item = Result<Table, Error>> {
        let dataset = self.clone();
        groups.into_iter().map(move |group| Ok(Table { batch: dataset.batch(group)? }))
    }
}
