//! Lights and glints ⇄ columns of lists: one entry for each light, in the same order in all of them.

use crate::cells::lists;
use crate::columns::{column, value};
use crate::error::Error;
use arrow::array::{
    Array, ArrayRef, AsArray, Float32Array, ListArray, RecordBatch, StringArray, UInt8Array,
};
use arrow::datatypes::{Float32Type, UInt8Type};
use simulator::sample::{EyeLabel, Glint, Light, LightKind, Modality, Sample, Visibility};
use std::sync::Arc;

/// The floats of a light that stand in one column.
fn floats<'a>(name: &str, light: &'a Light) -> &'a [f32] {
    match name {
        "light_vector" => &light.vector,
        "light_power" => std::slice::from_ref(&light.power),
        "glint_px" => &light.glint.at_px,
        _ => std::slice::from_ref(&light.glint.depth_mm),
    }
}

/// The array of one of the lights' columns.
pub(super) fn encode<M: Modality<Label = EyeLabel>>(
    name: &'static str,
    samples: &[Sample<M>],
) -> Result<ArrayRef, Error> {
    let rows = || samples.iter().map(|s| s.label.lights.as_deref());
    let all = || rows().flatten().flatten();
    let (values, width): (ArrayRef, usize) = match name {
        "light_kind" => (Arc::new(StringArray::from_iter_values(all().map(|l| l.kind.name()))), 1),
        "glint_visibility" => {
            (Arc::new(UInt8Array::from_iter_values(all().map(|l| l.glint.visibility as u8))), 1)
        }
        _ => {
            for sample in samples {
                let lights = sample.label.lights.iter().flatten();
                if let Some(bad) = lights.flat_map(|l| floats(name, l)).find(|v| !v.is_finite()) {
                    let problem = format!("{bad} is not a finite number");
                    return Err(value(sample.id, name, problem));
                }
            }
            let width = match name {
                "light_vector" => 3,
                "glint_px" => 2,
                _ => 1,
            };
            let flat = all().flat_map(|l| floats(name, l).iter().copied());
            (Arc::new(Float32Array::from_iter_values(flat)), width)
        }
    };
    let lengths: Vec<usize> = rows().map(|row| row.map_or(0, |l| l.len() * width)).collect();
    Ok(lists(values, &lengths, rows().map(|row| row.is_some()).collect()))
}

/// The lights' columns of one row group.
pub(super) struct LightColumns {
    kind: ListArray,
    vector: ListArray,
    power: ListArray,
    at: ListArray,
    depth: ListArray,
    visibility: ListArray,
}

impl LightColumns {
    /// The columns, `None` in a file that is older than they are.
    pub(super) fn new(batch: &RecordBatch) -> Option<Self> {
        let list = |name: &str| Some(column(batch, name)?.as_list::<i32>().clone());
        Some(Self {
            kind: list("light_kind")?,
            vector: list("light_vector")?,
            power: list("light_power")?,
            at: list("glint_px")?,
            depth: list("glint_depth_mm")?,
            visibility: list("glint_visibility")?,
        })
    }

    /// The lights in one row.
    pub(super) fn get(&self, row: usize) -> Result<Option<Vec<Light>>, String> {
        if self.kind.is_null(row) {
            return Ok(None);
        }
        let kinds = self.kind.value(row);
        let kinds = kinds.as_string::<i32>();
        let n = kinds.len();
        let floats = |name: &str, list: &ListArray, width: usize| {
            let values = list.value(row).as_primitive::<Float32Type>().values().clone();
            if list.is_valid(row) && values.len() == n * width {
                Ok(values)
            } else {
                Err(format!("column `{name}` has {} numbers for {n} lights", values.len()))
            }
        };
        let vector = floats("light_vector", &self.vector, 3)?;
        let power = floats("light_power", &self.power, 1)?;
        let at = floats("glint_px", &self.at, 2)?;
        let depth = floats("glint_depth_mm", &self.depth, 1)?;
        let flags = self.visibility.value(row);
        let flags = flags.as_primitive::<UInt8Type>().values();
        if flags.len() != n {
            return Err(format!(
                "column `glint_visibility` has {} flags for {n} lights",
                flags.len()
            ));
        }
        let light = |k: usize| {
            let kind = LightKind::from_name(kinds.value(k)).ok_or_else(|| {
                format!("column `light_kind` has the unknown value {:?}", kinds.value(k))
            })?;
            let visibility = Visibility::from_number(flags[k]).ok_or_else(|| {
                format!("column `glint_visibility` has the unknown value {}", flags[k])
            })?;
            Ok(Light {
                kind,
                vector: [vector[3 * k], vector[3 * k + 1], vector[3 * k + 2]],
                power: power[k],
                glint: Glint { at_px: [at[2 * k], at[2 * k + 1]], depth_mm: depth[k], visibility },
            })
        };
        (0..n).map(light).collect::<Result<_, String>>().map(Some)
    }
}
