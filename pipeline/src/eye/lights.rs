//! Lights and glints ⇄ columns of lists: one entry for each light, in the same order in all of them.

use crate::cells::lists;
use crate::columns::value;
use crate::error::Error;
use crate::label::Row;
use arrow::array::{Array, ArrayRef, AsArray, Float32Array, ListArray, StringArray, UInt8Array};
use arrow::datatypes::{Float32Type, UInt8Type};
use simulator::sample::{EyeLabel, Glint, Light, LightKind, Visibility};
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

/// The same, to be written.
fn floats_mut<'a>(name: &str, light: &'a mut Light) -> &'a mut [f32] {
    match name {
        "light_vector" => &mut light.vector,
        "light_power" => std::slice::from_mut(&mut light.power),
        "glint_px" => &mut light.glint.at_px,
        _ => std::slice::from_mut(&mut light.glint.depth_mm),
    }
}

/// A light before its columns fill it in.
const BLANK: Light = Light {
    kind: LightKind::Point,
    vector: [0.0; 3],
    power: 0.0,
    glint: Glint { at_px: [0.0; 2], depth_mm: 0.0, visibility: Visibility::Hidden },
};

/// The array of one of the lights' columns.
pub(super) fn encode(name: &'static str, labels: &[Row<'_, EyeLabel>]) -> Result<ArrayRef, Error> {
    let rows = || labels.iter().map(|(_, label)| label.lights.as_deref());
    let all = || rows().flatten().flatten();
    let (values, width): (ArrayRef, usize) = match name {
        "light_kind" => (Arc::new(StringArray::from_iter_values(all().map(|l| l.kind.name()))), 1),
        "glint_visibility" => {
            (Arc::new(UInt8Array::from_iter_values(all().map(|l| l.glint.visibility as u8))), 1)
        }
        _ => {
            for (id, label) in labels {
                let lights = label.lights.iter().flatten();
                if let Some(bad) = lights.flat_map(|l| floats(name, l)).find(|v| !v.is_finite()) {
                    let problem = format!("{bad} is not a finite number");
                    return Err(value(*id, name, problem));
                }
            }
            let width = floats(name, &BLANK).len();
            let flat = all().flat_map(|l| floats(name, l).iter().copied());
            (Arc::new(Float32Array::from_iter_values(flat)), width)
        }
    };
    let lengths: Vec<usize> = rows().map(|row| row.map_or(0, |l| l.len() * width)).collect();
    Ok(lists(values, &lengths, rows().map(|row| row.is_some()).collect()))
}

/// Puts what one of the lights' columns has in this row into the label; their kinds come first.
pub(super) fn fill(
    name: &'static str,
    column: &ListArray,
    row: usize,
    label: &mut EyeLabel,
) -> Result<(), String> {
    if name == "light_kind" {
        if column.is_valid(row) {
            let kinds = column.value(row);
            let light = |kind: Option<&str>| match kind.and_then(LightKind::from_name) {
                Some(kind) => Ok(Light { kind, ..BLANK }),
                None => Err(format!("column `light_kind` has the unknown value {kind:?}")),
            };
            label.lights =
                Some(kinds.as_string::<i32>().iter().map(light).collect::<Result<_, _>>()?);
        }
        return Ok(());
    }
    let Some(lights) = &mut label.lights else { return Ok(()) };
    let wrong =
        |found: usize, n: usize| Err(format!("column `{name}` has {found} values for {n} lights"));
    let values = column.value(row);
    if name == "glint_visibility" {
        let flags = values.as_primitive::<UInt8Type>().values();
        if flags.len() != lights.len() {
            return wrong(flags.len(), lights.len());
        }
        for (light, &flag) in lights.iter_mut().zip(flags) {
            light.glint.visibility = Visibility::from_number(flag)
                .ok_or_else(|| format!("column `{name}` has the unknown value {flag}"))?;
        }
        return Ok(());
    }
    let values = values.as_primitive::<Float32Type>().values();
    let width = floats(name, &BLANK).len();
    if column.is_null(row) || values.len() != lights.len() * width {
        return wrong(values.len(), lights.len());
    }
    for (light, values) in lights.iter_mut().zip(values.chunks_exact(width)) {
        floats_mut(name, light).copy_from_slice(values);
    }
    Ok(())
}
