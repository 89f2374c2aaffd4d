//! `Sample<Eye>` ⇄ columns.

use crate::columns::{Codec, Columns, Floats, column, value};
use crate::error::Error;
use crate::image::{self, ImageCodec};
use crate::schema::{self, Column};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::UInt32Type;
use simulator::sample::{
    Ellipse, Eye, EyeGeometry, EyeLabel, Frame, Gaze, LID_POINTS, PinholeCamera, Sample,
};
use std::slice::from_mut;
use std::sync::Arc;

/// The numbers of a geometry that stand in one column, to read or to write.
type Field = fn(&mut EyeGeometry) -> &mut [f32];

/// Which column holds which part of [`EyeGeometry`]; the order is of no consequence.
const FIELDS: [(&str, Field); 25] = [
    ("optical_pitch_rad", |g| from_mut(&mut g.optical_axis.pitch)),
    ("optical_yaw_rad", |g| from_mut(&mut g.optical_axis.yaw)),
    ("head_pitch_rad", |g| from_mut(&mut g.head.pitch)),
    ("head_yaw_rad", |g| from_mut(&mut g.head.yaw)),
    ("eye_center_mm", |g| &mut g.eye_center_mm),
    ("cornea_center_mm", |g| &mut g.cornea_center_mm),
    ("pupil_center_mm", |g| &mut g.pupil_center_mm),
    ("pupil_radius_mm", |g| from_mut(&mut g.pupil_radius_mm)),
    ("iris_radius_mm", |g| from_mut(&mut g.iris_radius_mm)),
    ("pupil_x_px", |g| from_mut(&mut g.pupil.center[0])),
    ("pupil_y_px", |g| from_mut(&mut g.pupil.center[1])),
    ("pupil_semi_major_px", |g| from_mut(&mut g.pupil.semi_major)),
    ("pupil_semi_minor_px", |g| from_mut(&mut g.pupil.semi_minor)),
    ("pupil_orientation_rad", |g| from_mut(&mut g.pupil.orientation)),
    ("iris_x_px", |g| from_mut(&mut g.iris.center[0])),
    ("iris_y_px", |g| from_mut(&mut g.iris.center[1])),
    ("iris_semi_major_px", |g| from_mut(&mut g.iris.semi_major)),
    ("iris_semi_minor_px", |g| from_mut(&mut g.iris.semi_minor)),
    ("iris_orientation_rad", |g| from_mut(&mut g.iris.orientation)),
    ("pupil_visible", |g| from_mut(&mut g.pupil_visible)),
    ("iris_visible", |g| from_mut(&mut g.iris_visible)),
    ("upper_lid_px", |g| g.upper_lid.as_flattened_mut()),
    ("lower_lid_px", |g| g.lower_lid.as_flattened_mut()),
    ("camera_focal_px", |g| from_mut(&mut g.camera.focal_px)),
    ("camera_center_px", |g| &mut g.camera.center_px),
];

/// A geometry to fill in, field by field.
const BLANK: EyeGeometry = {
    let gaze = Gaze { pitch: 0.0, yaw: 0.0 };
    let ellipse = Ellipse { center: [0.0; 2], semi_major: 0.0, semi_minor: 0.0, orientation: 0.0 };
    EyeGeometry {
        optical_axis: gaze,
        head: gaze,
        eye_center_mm: [0.0; 3],
        cornea_center_mm: [0.0; 3],
        pupil_center_mm: [0.0; 3],
        pupil_radius_mm: 0.0,
        iris_radius_mm: 0.0,
        pupil: ellipse,
        iris: ellipse,
        pupil_visible: 0.0,
        iris_visible: 0.0,
        upper_lid: [[0.0; 2]; LID_POINTS],
        lower_lid: [[0.0; 2]; LID_POINTS],
        camera: PinholeCamera { width: 0, height: 0, focal_px: 0.0, center_px: [0.0; 2] },
    }
};

/// The label columns of one row group.
pub struct EyeColumns {
    pitch: Floats,
    yaw: Floats,
    subject: StringArray,
    source: StringArray,
    geometry: Vec<Floats>,
    camera_width: UInt32Array,
    camera_height: UInt32Array,
}

impl Columns for Eye {}

impl Codec for Eye {
    const LABEL: &'static [Column] = schema::EYE;
    type Labels = EyeColumns;

    fn encode_image(frame: &Frame<u8>, codec: ImageCodec) -> Result<Vec<u8>, String> {
        image::encode(frame, codec)
    }

    fn decode_image(bytes: &[u8], size: (usize, usize)) -> Result<Frame<u8>, String> {
        image::decode(bytes, size)
    }

    fn encode_labels(samples: &[Sample<Eye>]) -> Result<Vec<ArrayRef>, Error> {
        Self::LABEL.iter().map(|column| encode_column(column, samples)).collect()
    }

    fn typed(batch: &RecordBatch) -> EyeColumns {
        EyeColumns {
            pitch: Floats::new(batch, "gaze_pitch_rad"),
            yaw: Floats::new(batch, "gaze_yaw_rad"),
            subject: column(batch, "subject").as_string().clone(),
            source: column(batch, "source").as_string().clone(),
            geometry: FIELDS.iter().map(|(name, _)| Floats::new(batch, name)).collect(),
            camera_width: column(batch, "camera_width_px").as_primitive::<UInt32Type>().clone(),
            camera_height: column(batch, "camera_height_px").as_primitive::<UInt32Type>().clone(),
        }
    }

    fn decode_label(columns: &EyeColumns, row: usize) -> Result<EyeLabel, String> {
        let gaze = match (columns.pitch.get(row), columns.yaw.get(row)) {
            (Some(&[pitch]), Some(&[yaw])) => Some(Gaze { pitch, yaw }),
            (None, None) => None,
            _ => return Err("only one of `gaze_pitch_rad` and `gaze_yaw_rad` is null".to_owned()),
        };
        let text = |array: &StringArray| array.is_valid(row).then(|| array.value(row).to_owned());
        Ok(EyeLabel {
            gaze,
            subject: text(&columns.subject),
            source: text(&columns.source),
            geometry: decode_geometry(columns, row)?,
        })
    }
}

/// The array of one label column.
fn encode_column(column: &Column, samples: &[Sample<Eye>]) -> Result<ArrayRef, Error> {
    let text = |get: fn(&EyeLabel) -> Option<&str>| -> ArrayRef {
        Arc::new(samples.iter().map(|s| get(&s.label)).collect::<StringArray>())
    };
    let camera = |get: fn(&PinholeCamera) -> u32| -> ArrayRef {
        let cameras = samples.iter().map(|s| s.label.geometry.as_ref().map(|g| get(&g.camera)));
        Arc::new(cameras.collect::<UInt32Array>())
    };
    match column.name {
        "subject" => Ok(text(|label| label.subject.as_deref())),
        "source" => Ok(text(|label| label.source.as_deref())),
        "camera_width_px" => Ok(camera(|c| c.width)),
        "camera_height_px" => Ok(camera(|c| c.height)),
        "gaze_pitch_rad" => floats(column, samples, |label| Some(vec![label.gaze?.pitch])),
        "gaze_yaw_rad" => floats(column, samples, |label| Some(vec![label.gaze?.yaw])),
        name => {
            let (_, field) =
                FIELDS.iter().find(|(n, _)| *n == name).expect("tested: all are there");
            floats(column, samples, |label| Some(field(&mut label.geometry.clone()?).to_vec()))
        }
    }
}

/// The array of a column of floats, all of which must be finite.
fn floats(
    column: &Column,
    samples: &[Sample<Eye>],
    get: impl Fn(&EyeLabel) -> Option<Vec<f32>>,
) -> Result<ArrayRef, Error> {
    let rows: Vec<Option<Vec<f32>>> = samples.iter().map(|s| get(&s.label)).collect();
    for (sample, values) in samples.iter().zip(&rows) {
        if let Some(bad) = values.iter().flatten().find(|v| !v.is_finite()) {
            let problem = format!("{bad} is not a finite number; leave unknown values out (None)");
            return Err(value(sample.id, column.name, problem));
        }
    }
    Ok(Floats::encode(column, &rows))
}

/// The geometry in one row: all of its columns, or none.
fn decode_geometry(columns: &EyeColumns, row: usize) -> Result<Option<EyeGeometry>, String> {
    let camera = &columns.camera_width;
    if camera.is_null(row) {
        return Ok(None);
    }
    let mut geometry = BLANK;
    geometry.camera.width = camera.value(row);
    geometry.camera.height = columns.camera_height.value(row);
    for ((name, field), column) in FIELDS.iter().zip(&columns.geometry) {
        match column.get(row) {
            Some(values) => field(&mut geometry).copy_from_slice(values),
            None => return Err(format!("column `{name}` is null beside a known geometry")),
        }
    }
    Ok(Some(geometry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Kind;

    #[test]
    fn every_geometry_column_has_a_field_of_its_length_and_every_number_its_own_place() {
        let mut geometry = BLANK;
        let mut count = 0.0;
        for (name, field) in FIELDS {
            let column = schema::EYE.iter().find(|c| c.name == name);
            let expected = match column.map(|c| c.kind) {
                Some(Kind::F32) => 1,
                Some(Kind::F32s(n)) => n as usize,
                other => panic!("{name} is {other:?}"),
            };
            let numbers = field(&mut geometry);
            assert_eq!(numbers.len(), expected, "{name}");
            for number in numbers {
                assert_eq!(*number, 0.0, "{name} shares its place with another column");
                count += 1.0;
                *number = count;
            }
        }
        let others = ["gaze_pitch_rad", "gaze_yaw_rad", "subject", "source"];
        let others = others.into_iter().chain(["camera_width_px", "camera_height_px"]);
        assert_eq!(FIELDS.len() + others.count(), schema::EYE.len());
    }
}
