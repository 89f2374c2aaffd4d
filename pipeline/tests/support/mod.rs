//! Small data sets for the tests and the bench, none of which needs all of it.
#![allow(dead_code)]

use pipeline::{Dataset, DatasetWriter, Origin, WriterOptions};
use simulator::sample::{
    Domain, Ellipse, Eye, EyeGeometry, EyeLabel, Frame, Gaze, LID_POINTS, PinholeCamera, Sample,
    SampleId,
};
use std::path::Path;

/// What made the test data.
pub fn origin() -> Origin {
    let config = serde_json::json!({"pupil_radius_mm": [1.0, 4.0]});
    Origin { domain: Domain::Synthetic, made_by: "pipeline's tests".into(), config, seed: Some(5) }
}

/// A sample with all of its label, each number another one.
pub fn sample(id: u64) -> Sample<Eye> {
    let mut next = id as f32;
    let mut number = || {
        next += 0.37;
        next
    };
    let mut gaze = || Gaze { pitch: number(), yaw: number() };
    let (visual, optical_axis, head) = (gaze(), gaze(), gaze());
    let mut ellipse = || Ellipse {
        center: [number(), number()],
        semi_major: number(),
        semi_minor: number(),
        orientation: number(),
    };
    let (pupil, iris) = (ellipse(), ellipse());
    let geometry = EyeGeometry {
        optical_axis,
        head,
        eye_center_mm: std::array::from_fn(|_| number()),
        cornea_center_mm: std::array::from_fn(|_| number()),
        pupil_center_mm: std::array::from_fn(|_| number()),
        pupil_radius_mm: number(),
        iris_radius_mm: number(),
        pupil,
        iris,
        pupil_visible: number(),
        iris_visible: number(),
        upper_lid: std::array::from_fn::<_, LID_POINTS, _>(|_| [number(), number()]),
        lower_lid: std::array::from_fn::<_, LID_POINTS, _>(|_| [number(), number()]),
        camera: PinholeCamera::MPIIGAZE,
    };
    let label = EyeLabel {
        gaze: Some(visual),
        subject: Some(format!("p{:02}", id % 15)),
        source: None,
        geometry: Some(geometry),
    };
    let frame = Frame::from_fn(60, 36, |x, y| (x * 3 + y * 5 + id as usize * 7) as u8);
    Sample { id: SampleId(id), domain: Domain::Synthetic, frame, label }
}

/// A finished data set of these samples.
pub fn write(dir: &Path, samples: &[Sample<Eye>], options: WriterOptions) -> Dataset<Eye> {
    let mut writer = DatasetWriter::create_with(dir, origin(), options).unwrap();
    for sample in samples {
        writer.write(sample).unwrap();
    }
    writer.finish().unwrap()
}

/// Options that cut files this small.
pub fn cut(row_group_rows: usize, shard_rows: usize) -> WriterOptions {
    WriterOptions { row_group_rows, shard_rows, ..WriterOptions::default() }
}
