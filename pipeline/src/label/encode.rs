//! Labels → columns.

use super::cell::{Cell, Row};
use super::{Stored, picture};
use crate::cells::Fixed;
use crate::columns::{Codec, value};
use crate::error::Error;
use crate::schema::Column;
use arrow::array::{ArrayRef, StringArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, Float32Type, UInt8Type};
use simulator::sample::{Modality, Sample, SampleId};
use std::sync::Arc;

/// One array for each column of the label.
pub(crate) fn labels<M: Codec>(samples: &[Sample<M>]) -> Result<Vec<ArrayRef>, Error> {
    let rows: Vec<Row<'_, M::Label>> = samples.iter().map(|s| (s.id, &s.label)).collect();
    // Tested: the table has the schema's columns in the schema's order.
    let columns = M::Label::COLUMNS.iter().zip(M::Label::TABLE);
    columns.map(|(column, (_, cell))| array(column, cell, &rows, samples)).collect()
}

fn array<M: Codec>(
    column: &Column,
    cell: &Cell<M::Label>,
    rows: &[Row<'_, M::Label>],
    samples: &[Sample<M>],
) -> Result<ArrayRef, Error> {
    let labels = || rows.iter().map(|(_, label)| *label);
    match cell {
        Cell::Floats { get, .. } => numbers::<Float32Type, M>(
            column,
            rows,
            |label, flat| get(label).map(|numbers| flat.extend_from_slice(numbers)),
            |number| number.is_finite(),
        ),
        Cell::Gathered { get, .. } => {
            numbers::<Float32Type, M>(column, rows, get, |number| number.is_finite())
        }
        Cell::Flags { get, .. } => numbers::<UInt8Type, M>(column, rows, get, |_| true),
        Cell::Number { get, .. } => {
            let wide: ArrayRef = Arc::new(labels().map(get).collect::<UInt64Array>());
            let first = rows.first().map_or(SampleId(0), |(id, _)| *id);
            cast(&wide, &column.data_type()).map_err(|e| value(first, column.name, e.to_string()))
        }
        Cell::Text { get, .. } => Ok(Arc::new(labels().map(get).collect::<StringArray>())),
        Cell::List { encode, .. } => encode(column.name, rows),
        Cell::Bytes { get, .. } => picture::encode(column.name, samples, *get),
        Cell::Shorts { get, .. } => picture::encode(column.name, samples, *get),
    }
}

/// The array of a column with one number or always as many. Each number must be `allowed`: NaN and
/// infinities are not.
fn numbers<T: ArrowPrimitiveType, M: Modality>(
    column: &Column,
    rows: &[Row<'_, M::Label>],
    append: impl Fn(&M::Label, &mut Vec<T::Native>) -> Option<()>,
    allowed: impl Fn(&T::Native) -> bool,
) -> Result<ArrayRef, Error> {
    let width = column.kind.width();
    let n = width.map_or(1, |n| n as usize);
    let (mut flat, mut valid) =
        (Vec::with_capacity(rows.len() * n), Vec::with_capacity(rows.len()));
    for (id, label) in rows {
        let start = flat.len();
        valid.push(append(label, &mut flat).is_some());
        if let Some(bad) = flat[start..].iter().find(|number| !allowed(number)) {
            let problem =
                format!("{bad:?} is not a finite number; leave unknown values out (None)");
            return Err(value(*id, column.name, problem));
        }
        flat.resize(start + n, T::Native::default());
    }
    Ok(Fixed::<T>::encode(flat, valid, width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Kind;
    use simulator::sample::{EyeLabel, HandLabel};

    #[test]
    fn every_column_has_its_part_of_the_label_in_the_order_of_the_schema() {
        fn check<L: Stored>() {
            let names: Vec<_> = L::COLUMNS.iter().map(|column| column.name).collect();
            let cells: Vec<_> = L::TABLE.iter().map(|(name, _)| *name).collect();
            assert_eq!(cells, names);
        }
        check::<EyeLabel>();
        check::<HandLabel>();
    }

    #[test]
    fn every_number_has_a_place_of_its_own_and_every_column_its_length() {
        assert!(numbers_in(&mut EyeLabel::default()) > 400.0);
        // Without the joints, whose numbers lie scattered.
        assert_eq!(numbers_in(&mut HandLabel::default()), 8.0 + 4.0 + 42.0 + 34.0 + 43.0 + 2.0);
    }

    /// Sets all numbers of a label to other ones; how many.
    fn numbers_in<L: Stored>(label: &mut L) -> f32 {
        for (_, fill) in L::GROUPS {
            fill(label);
        }
        let mut count = 0.0;
        for (column, (name, cell)) in L::COLUMNS.iter().zip(L::TABLE) {
            let expected = column.kind.width().unwrap_or(1) as usize;
            match cell {
                Cell::Floats { get, place } => {
                    assert!(matches!(column.kind, Kind::F32 | Kind::F32s(_)), "{name}");
                    let numbers = place(label).expect("all groups are there");
                    assert_eq!(numbers.len(), expected, "{name}");
                    for number in numbers {
                        assert_eq!(*number, 0.0, "{name} shares its place with another column");
                        count += 1.0;
                        *number = count;
                    }
                    assert_eq!(get(label).and_then(|n| n.last().copied()), Some(count), "{name}");
                }
                Cell::Gathered { get, .. } => {
                    let mut numbers = Vec::new();
                    assert!(matches!(column.kind, Kind::F32s(_)), "{name}");
                    assert_eq!(get(label, &mut numbers), Some(()), "{name}");
                    assert_eq!(numbers.len(), expected, "{name}");
                }
                Cell::Flags { get, set } => {
                    assert!(matches!(column.kind, Kind::U8s(_)), "{name}");
                    let (flags, mut back) = (vec![2; expected], Vec::new());
                    assert!(set(label, &flags).is_ok() && get(label, &mut back).is_some());
                    assert_eq!(back, flags, "{name}");
                    assert!(set(label, &vec![9; expected]).is_err(), "{name}");
                }
                Cell::Number { get, set } => {
                    for n in [1, 0] {
                        assert_eq!(set(label, n), Some(()), "{name}");
                        assert_eq!(get(label), Some(n), "{name}");
                    }
                }
                Cell::Text { get, .. } => {
                    assert_eq!(column.kind, Kind::Text);
                    assert!(get(label).is_none_or(|text| !text.is_empty()), "{name}");
                }
                Cell::Bytes { .. } | Cell::Shorts { .. } => assert_eq!(column.kind, Kind::Image),
                Cell::List { .. } => assert_eq!(column.kind.width(), None),
            }
        }
        count
    }
}
