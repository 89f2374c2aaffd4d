//! Whether rows are what the manifest says, beyond their bytes: of its size and domain, with ids that
//! ascend over the whole data set and numbers that are numbers. A hash tells damage, not nonsense.

use crate::columns::{column, common};
use crate::manifest::Manifest;
use crate::schema::Column;
use arrow::array::{Array, ArrayRef, AsArray, Float32Array, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, UInt16Type, UInt64Type};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The first and the last id of each row group that was read, by its place.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    ends: Mutex<BTreeMap<usize, (u64, u64)>>,
}

impl Agreement {
    /// Checks the row group at this place; `Err` says what is wrong with it.
    pub(crate) fn check(
        &self,
        place: usize,
        batch: &RecordBatch,
        manifest: &Manifest,
        label: &[Column],
    ) -> Result<(), String> {
        self.ids(place, common(batch, "id"))?;
        for (name, expected) in [("width", manifest.width_px), ("height", manifest.height_px)] {
            let sides = common(batch, name).as_primitive::<UInt16Type>();
            if let Some(found) = sides.values().iter().find(|&&side| u32::from(side) != expected) {
                return Err(format!(
                    "column `{name}` has {found}, and all images are to have {expected} px"
                ));
            }
        }
        let (domains, expected) =
            (common(batch, "domain").as_string::<i32>(), manifest.origin.domain.name());
        if let Some(found) = domains.iter().flatten().find(|found| *found != expected) {
            return Err(format!(
                "column `domain` has {found:?}, and all samples are to be {expected}"
            ));
        }
        label.iter().try_for_each(|of| match column(batch, of.name) {
            Some(array) => finite(of.name, array),
            None => Ok(()),
        })
    }

    /// Ids ascend in the row group, and from those before it to those behind it, as far as they were read.
    fn ids(&self, place: usize, array: &ArrayRef) -> Result<(), String> {
        let ids = array.as_primitive::<UInt64Type>().values();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(format!("id {} comes after {}; ids ascend", pair[1], pair[0]));
        }
        let (Some(&first), Some(&last)) = (ids.first(), ids.last()) else { return Ok(()) };
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let before = ends.range(..place).next_back().map(|(_, (_, last))| *last);
        let behind = ends.range(place + 1..).next().map(|(_, (first, _))| *first);
        if let Some(before) = before.filter(|before| *before >= first) {
            return Err(format!("id {first} comes after {before}; ids ascend"));
        }
        if let Some(behind) = behind.filter(|behind| *behind <= last) {
            return Err(format!("id {behind} comes after {last}; ids ascend"));
        }
        ends.insert(place, (first, last));
        Ok(())
    }
}

/// Whether all numbers of a column are finite.
fn finite(name: &str, array: &ArrayRef) -> Result<(), String> {
    let floats: &Float32Array = match array.data_type() {
        DataType::Float32 => array.as_primitive::<Float32Type>(),
        DataType::FixedSizeList(item, _) if item.data_type() == &DataType::Float32 => {
            array.as_fixed_size_list().values().as_primitive()
        }
        DataType::List(item) if item.data_type() == &DataType::Float32 => {
            array.as_list::<i32>().values().as_primitive()
        }
        _ => return Ok(()),
    };
    match floats.iter().flatten().find(|value| !value.is_finite()) {
        Some(found) => Err(format!("column `{name}` has {found}, which is no finite number")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::columns::{Codec, encode};
    use crate::image::ImageCodec;
    use crate::manifest::Origin;
    use crate::schema::{SCHEMA_VERSION, arrow_schema};
    use simulator::sample::{Domain, Eye, EyeLabel, Frame, Gaze, Sample, SampleId};
    use std::sync::Arc;

    fn batch() -> RecordBatch {
        let sample = |id| {
            let label =
                EyeLabel { gaze: Some(Gaze { pitch: 0.1, yaw: 0.2 }), ..EyeLabel::default() };
            let frame = Frame::from_fn(4, 3, |x, y| (x + y) as u8);
            Sample { id: SampleId(id), domain: Domain::Synthetic, frame, label }
        };
        let samples: Vec<Sample<Eye>> = (5..8).map(sample).collect();
        encode(&Arc::new(arrow_schema(Eye::LABEL)), &samples, ImageCodec::Png).unwrap()
    }

    fn manifest() -> Manifest {
        let origin = Origin {
            domain: Domain::Synthetic,
            made_by: "test".into(),
            config: serde_json::Value::Null,
            seed: None,
        };
        Manifest {
            schema_version: SCHEMA_VERSION,
            modality: "eye".into(),
            origin,
            rows: 3,
            width_px: 4,
            height_px: 3,
            image: ImageCodec::Png,
            shards: Vec::new(),
        }
    }

    /// The batch with another column of this name.
    fn with(name: &str, values: ArrayRef) -> RecordBatch {
        let batch = batch();
        let index = batch.schema().index_of(name).unwrap();
        let mut columns = batch.columns().to_vec();
        columns[index] = values;
        RecordBatch::try_new(batch.schema(), columns).unwrap()
    }

    fn problem(batch: &RecordBatch) -> String {
        Agreement::default().check(0, batch, &manifest(), Eye::LABEL).unwrap_err()
    }

    #[test]
    fn numbers_that_are_none_and_ids_that_fall_are_named() {
        Agreement::default().check(0, &batch(), &manifest(), Eye::LABEL).unwrap();
        for wrong in [f32::NAN, f32::INFINITY] {
            let array = Arc::new(Float32Array::from(vec![0.1, wrong, 0.3]));
            let problem = problem(&with("gaze_pitch_rad", array));
            assert!(problem.contains("`gaze_pitch_rad`"), "{problem}");
        }
        let ids = |ids: [u64; 3]| Arc::new(arrow::array::UInt64Array::from(ids.to_vec()));
        assert!(problem(&with("id", ids([5, 7, 7]))).contains("id 7 comes after 7"));
        assert!(problem(&with("id", ids([5, 7, 6]))).contains("id 6 comes after 7"));
    }

    #[test]
    fn row_groups_are_compared_with_their_neighbours_in_whatever_order_they_are_read() {
        let agreement = Agreement::default();
        let check = |place| agreement.check(place, &batch(), &manifest(), Eye::LABEL);
        check(3).unwrap();
        check(3).unwrap();
        assert!(check(7).unwrap_err().contains("id 5 comes after 7"));
        assert!(check(1).unwrap_err().contains("id 5 comes after 7"));
    }
}
