//! Columns → labels.

use super::Stored;
use super::cell::{Cell, Problem};
use super::picture::Pictures;
use crate::cells::Fixed;
use crate::columns::column;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StringArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, UInt8Type, UInt64Type};
use std::marker::PhantomData;

/// The label columns of one row group, typed.
pub struct LabelColumns<L> {
    /// Beside each entry of the table, its column; `None` in a file that is older than it is.
    columns: Vec<Option<Typed>>,
    /// Beside each group, where its key column is null; `None` if it is null in all rows.
    groups: Vec<Option<Option<NullBuffer>>>,
    label: PhantomData<fn() -> L>,
}

enum Typed {
    Floats(Fixed<Float32Type>),
    Flags(Fixed<UInt8Type>),
    Number(UInt64Array),
    Text(StringArray),
    List(ListArray),
    Pictures(Pictures),
}

impl<L: Stored> LabelColumns<L> {
    /// The columns of a batch whose schema has been checked.
    pub(crate) fn new(batch: &RecordBatch) -> Self {
        let typed = |(name, cell): &(&str, Cell<L>)| {
            let array = column(batch, name)?;
            Some(match cell {
                Cell::Floats { .. } | Cell::Gathered { .. } => Typed::Floats(Fixed::new(array)),
                Cell::Flags { .. } => Typed::Flags(Fixed::new(array)),
                Cell::Number { .. } => Typed::Number(widened(array)),
                Cell::Text { .. } => Typed::Text(array.as_string().clone()),
                Cell::List { .. } => Typed::List(array.as_list().clone()),
                Cell::Bytes { .. } | Cell::Shorts { .. } => {
                    Typed::Pictures(Pictures::new(batch, name)?)
                }
            })
        };
        let known = |name: &str| Some(column(batch, name)?.nulls().cloned());
        Self {
            columns: L::TABLE.iter().map(typed).collect(),
            groups: L::GROUPS.iter().map(|(key, _)| known(key)).collect(),
            label: PhantomData,
        }
    }

    /// The label in one row, of an image of this width and height.
    pub(crate) fn label(&self, row: usize, size: (usize, usize)) -> Result<L, String> {
        let mut label = L::default();
        for ((_, fill), nulls) in L::GROUPS.iter().zip(&self.groups) {
            if nulls.as_ref().is_some_and(|n| n.as_ref().is_none_or(|n| n.is_valid(row))) {
                fill(&mut label);
            }
        }
        for ((name, cell), typed) in L::TABLE.iter().zip(&self.columns) {
            if let Some(typed) = typed {
                fill(name, cell, typed, (row, size), &mut label)?;
            }
        }
        Ok(label)
    }
}

/// Puts one value into its place.
fn fill<L>(
    name: &'static str,
    cell: &Cell<L>,
    typed: &Typed,
    (row, size): (usize, (usize, usize)),
    label: &mut L,
) -> Result<(), String> {
    let missing = || Err(format!("column `{name}` is null and those beside it are not"));
    let alone = || Err(format!("column `{name}` is known and those beside it are null"));
    let set = |done: Result<(), Problem>, value: &dyn std::fmt::Debug| match done {
        Ok(()) => Ok(()),
        Err(Problem::Unknown) => Err(format!("column `{name}` has the unknown value {value:?}")),
        Err(Problem::NoGroup) => alone(),
    };
    let picture = |problem| format!("column `{name}`: {problem}");
    match (cell, typed) {
        (Cell::Floats { place, .. }, Typed::Floats(column)) => {
            match (column.get(row), place(label)) {
                (Some(values), Some(numbers)) => numbers.copy_from_slice(values),
                (None, None) => {}
                (None, Some(_)) => return missing(),
                (Some(_), None) => return alone(),
            }
        }
        (Cell::Gathered { get, set }, Typed::Floats(column)) => match column.get(row) {
            Some(values) if set(label, values).is_none() => return alone(),
            None if get(label, &mut Vec::new()).is_some() => return missing(),
            _ => {}
        },
        (Cell::Flags { get, set: put }, Typed::Flags(column)) => match column.get(row) {
            Some(flags) => set(put(label, flags), &flags)?,
            None if get(label, &mut Vec::new()).is_some() => return missing(),
            None => {}
        },
        (Cell::Number { get, set }, Typed::Number(column)) => {
            if column.is_valid(row) {
                if set(label, column.value(row)).is_none() {
                    return alone();
                }
            } else if get(label).is_some() {
                return missing();
            }
        }
        (Cell::Text { get, set: put }, Typed::Text(column)) => {
            if column.is_valid(row) {
                set(put(label, column.value(row)), &column.value(row))?;
            } else if get(label).is_some() {
                return missing();
            }
        }
        (Cell::List { fill, .. }, Typed::List(column)) => fill(name, column, row, label)?,
        (Cell::Bytes { set, .. }, Typed::Pictures(pictures)) => {
            if let Some(frame) = pictures.get(row, size).map_err(picture)? {
                set(label, frame);
            }
        }
        (Cell::Shorts { set, .. }, Typed::Pictures(pictures)) => {
            if let Some(frame) = pictures.get(row, size).map_err(picture)? {
                set(label, frame);
            }
        }
        _ => unreachable!("made beside each other in `LabelColumns::new`"),
    }
    Ok(())
}

/// Whole numbers or truth values as the widest of them.
fn widened(array: &ArrayRef) -> UInt64Array {
    let wide = cast(array, &DataType::UInt64).expect("unsigned and truth values widen");
    wide.as_primitive::<UInt64Type>().clone()
}
