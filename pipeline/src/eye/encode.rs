//! Labels → columns.

use super::cell::Cell;
use super::table::TABLE;
use super::{lights, mask};
use crate::cells::Fixed;
use crate::columns::value;
use crate::error::Error;
use crate::schema::{self, Column};
use arrow::array::{ArrayRef, StringArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{Float32Type, UInt8Type};
use simulator::sample::{EyeLabel, Modality, Sample, SampleId};
use std::sync::Arc;

/// One array for each column of the schema.
pub(super) fn labels<M: Modality<Label = EyeLabel>>(
    samples: &[Sample<M>],
) -> Result<Vec<ArrayRef>, Error> {
    // Tested: the table has the schema's columns in the schema's order.
    let columns = schema::EYE.iter().zip(TABLE);
    columns.map(|(column, (_, cell))| array(column, *cell, samples)).collect()
}

fn array<M: Modality<Label = EyeLabel>>(
    column: &Column,
    cell: Cell,
    samples: &[Sample<M>],
) -> Result<ArrayRef, Error> {
    let (count, width) = (samples.len(), column.kind.width());
    let labels = || samples.iter().map(|s| &s.label);
    match cell {
        Cell::Floats { get, .. } => {
            let n = width.map_or(1, |n| n as usize);
            let (mut flat, mut valid) = (Vec::with_capacity(count * n), Vec::with_capacity(count));
            for sample in samples {
                let numbers = get(&sample.label);
                valid.push(numbers.is_some());
                match numbers {
                    Some(numbers) => {
                        finite(sample.id, column.name, numbers)?;
                        flat.extend_from_slice(numbers);
                    }
                    None => flat.resize(flat.len() + n, 0.0),
                }
            }
            Ok(Fixed::<Float32Type>::encode(flat, valid, width))
        }
        Cell::Flags { get, .. } => {
            let n = width.map_or(1, |n| n as usize);
            let (mut flat, mut valid) = (Vec::with_capacity(count * n), Vec::with_capacity(count));
            for label in labels() {
                let flags = get(label);
                valid.push(flags.is_some());
                match flags {
                    Some(flags) => flat.extend(flags.iter().map(|&flag| flag as u8)),
                    None => flat.resize(flat.len() + n, 0),
                }
            }
            Ok(Fixed::<UInt8Type>::encode(flat, valid, width))
        }
        Cell::Number { get, .. } => {
            let wide: ArrayRef = Arc::new(labels().map(get).collect::<UInt64Array>());
            let first = samples.first().map_or(SampleId(0), |s| s.id);
            cast(&wide, &column.data_type()).map_err(|e| value(first, column.name, e.to_string()))
        }
        Cell::Text { get, .. } => Ok(Arc::new(labels().map(get).collect::<StringArray>())),
        Cell::Lights => lights::encode(column.name, samples),
        Cell::Mask => mask::encode(samples),
    }
}

/// Refuses NaN and infinities.
fn finite(id: SampleId, column: &'static str, numbers: &[f32]) -> Result<(), Error> {
    match numbers.iter().find(|v| !v.is_finite()) {
        None => Ok(()),
        Some(bad) => {
            let problem = format!("{bad} is not a finite number; leave unknown values out (None)");
            Err(value(id, column, problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::blank::GROUPS;
    use crate::schema::Kind;

    #[test]
    fn every_column_has_its_part_of_the_label_in_the_order_of_the_schema() {
        let names: Vec<_> = schema::EYE.iter().map(|column| column.name).collect();
        let cells: Vec<_> = TABLE.iter().map(|(name, _)| *name).collect();
        assert_eq!(cells, names);
    }

    #[test]
    fn every_number_has_a_place_of_its_own_and_every_column_its_length() {
        let mut label = EyeLabel::default();
        for (_, fill) in GROUPS {
            fill(&mut label);
        }
        let mut count = 0.0;
        for (column, (name, cell)) in schema::EYE.iter().zip(TABLE) {
            match cell {
                Cell::Floats { get, place } => {
                    assert!(matches!(column.kind, Kind::F32 | Kind::F32s(_)), "{name}");
                    let expected = column.kind.width().unwrap_or(1) as usize;
                    let numbers = place(&mut label).expect("all groups are there");
                    assert_eq!(numbers.len(), expected, "{name}");
                    for number in numbers {
                        assert_eq!(*number, 0.0, "{name} shares its place with another column");
                        count += 1.0;
                        *number = count;
                    }
                    assert_eq!(get(&label).and_then(|n| n.last().copied()), Some(count), "{name}");
                }
                Cell::Flags { get, place } => {
                    let expected = column.kind.width().unwrap_or(1) as usize;
                    assert!(matches!(column.kind, Kind::U8s(_)), "{name}");
                    assert_eq!(place(&mut label).map(|f| f.len()), Some(expected), "{name}");
                    assert_eq!(get(&label).map(<[_]>::len), Some(expected), "{name}");
                }
                Cell::Number { get, set } => {
                    for n in [1, 0] {
                        assert_eq!(set(&mut label, n), Some(()), "{name}");
                        assert_eq!(get(&label), Some(n), "{name}");
                    }
                }
                Cell::Text { get, .. } => {
                    assert_eq!(column.kind, Kind::Text);
                    assert!(get(&label).is_none_or(|text| !text.is_empty()), "{name}");
                }
                Cell::Lights | Cell::Mask => {}
            }
        }
        assert!(count > 400.0, "{count}");
    }
}
