//! Columns → labels.

use super::blank::GROUPS;
use super::cell::{Cell, Problem};
use super::lights::LightColumns;
use super::mask::Masks;
use super::table::TABLE;
use crate::cells::Fixed;
use crate::columns::column;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, UInt8Type, UInt64Type};
use simulator::sample::{EyeLabel, Visibility};

/// The label columns of one row group, typed.
pub struct EyeColumns {
    /// Beside each entry of the table, its column; `None` in a file that is older than it is.
    columns: Vec<Option<Typed>>,
    /// Beside each group, where its key column is null; `None` if it is null in all rows.
    groups: Vec<Option<Option<NullBuffer>>>,
    lights: Option<LightColumns>,
    masks: Option<Masks>,
}

enum Typed {
    Floats(Fixed<Float32Type>),
    Flags(Fixed<UInt8Type>),
    Number(UInt64Array),
    Text(StringArray),
}

impl EyeColumns {
    /// The columns of a batch whose schema has been checked.
    pub(super) fn new(batch: &RecordBatch) -> Self {
        let typed = |(name, cell): &(&str, Cell)| {
            let array = column(batch, name)?;
            match cell {
                Cell::Floats { .. } => Some(Typed::Floats(Fixed::new(array))),
                Cell::Flags { .. } => Some(Typed::Flags(Fixed::new(array))),
                Cell::Number { .. } => Some(Typed::Number(widened(array))),
                Cell::Text { .. } => Some(Typed::Text(array.as_string().clone())),
                Cell::Lights | Cell::Mask => None,
            }
        };
        let known = |name: &str| Some(column(batch, name)?.nulls().cloned());
        Self {
            columns: TABLE.iter().map(typed).collect(),
            groups: GROUPS.iter().map(|(key, _)| known(key)).collect(),
            lights: LightColumns::new(batch),
            masks: Masks::new(batch),
        }
    }

    /// The label in one row, of an image of this width and height.
    pub(super) fn label(&self, row: usize, size: (usize, usize)) -> Result<EyeLabel, String> {
        let mut label = EyeLabel::default();
        for ((_, fill), nulls) in GROUPS.iter().zip(&self.groups) {
            if nulls.as_ref().is_some_and(|n| n.as_ref().is_none_or(|n| n.is_valid(row))) {
                fill(&mut label);
            }
        }
        for ((name, cell), typed) in TABLE.iter().zip(&self.columns) {
            if let Some(typed) = typed {
                fill(name, *cell, typed, row, &mut label)?;
            }
        }
        if let Some(lights) = &self.lights {
            label.lights = lights.get(row)?;
        }
        if let Some(masks) = &self.masks {
            label.mask = masks.get(row, size)?;
        }
        Ok(label)
    }
}

/// Puts one value into its place.
fn fill(
    name: &str,
    cell: Cell,
    typed: &Typed,
    row: usize,
    label: &mut EyeLabel,
) -> Result<(), String> {
    let missing = || Err(format!("column `{name}` is null and those beside it are not"));
    let alone = || Err(format!("column `{name}` is known and those beside it are null"));
    let unknown = |value: &dyn std::fmt::Debug| {
        Err(format!("column `{name}` has the unknown value {value:?}"))
    };
    match (cell, typed) {
        (Cell::Floats { place, .. }, Typed::Floats(column)) => {
            match (column.get(row), place(label)) {
                (Some(values), Some(numbers)) => numbers.copy_from_slice(values),
                (None, None) => {}
                (None, Some(_)) => return missing(),
                (Some(_), None) => return alone(),
            }
        }
        (Cell::Flags { place, .. }, Typed::Flags(column)) => {
            match (column.get(row), place(label)) {
                (Some(values), Some(flags)) => {
                    for (flag, value) in flags.iter_mut().zip(values) {
                        match Visibility::from_number(*value) {
                            Some(known) => *flag = known,
                            None => return unknown(value),
                        }
                    }
                }
                (None, None) => {}
                (None, Some(_)) => return missing(),
                (Some(_), None) => return alone(),
            }
        }
        (Cell::Number { get, set }, Typed::Number(column)) => {
            if column.is_valid(row) {
                if set(label, column.value(row)).is_none() {
                    return alone();
                }
            } else if get(label).is_some() {
                return missing();
            }
        }
        (Cell::Text { get, set }, Typed::Text(column)) => {
            if column.is_valid(row) {
                match set(label, column.value(row)) {
                    Ok(()) => {}
                    Err(Problem::Unknown) => return unknown(&column.value(row)),
                    Err(Problem::NoGroup) => return alone(),
                }
            } else if get(label).is_some() {
                return missing();
            }
        }
        _ => unreachable!("made beside each other in `EyeColumns::new`"),
    }
    Ok(())
}

/// Whole numbers or truth values as the widest of them.
fn widened(array: &ArrayRef) -> UInt64Array {
    let wide = cast(array, &DataType::UInt64).expect("unsigned and truth values widen");
    wide.as_primitive::<UInt64Type>().clone()
}
