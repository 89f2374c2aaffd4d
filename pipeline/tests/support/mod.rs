//! Small data sets for the tests and the bench, none of which needs all of it.
#![allow(dead_code, clippy::unwrap_used)]

use pipeline::{Columns, Dataset, DatasetWriter, Origin, WriterOptions};
use simulator::sample::{
    Anatomy, Appearance, Axes, Coverage, Crop, Cube, DepthCamera, DepthSensor, Domain, Ellipse,
    Environment, Exposure, Eye, EyeGeometry, EyeLabel, EyeRgb, Frame, Gaze, GeometricRims, Glint,
    Hand, HandLabel, HandPose, HandShape, HeadDirection, HeadPose, IrisColor, Joint,
    JointVisibility, Landmarks, LidState, Light, LightKind, NormalizedGaze, PinholeCamera, Points,
    Refinement, Sample, SampleId, SequencePlace, Side, Spectrum, Sun, Visibility,
};
use std::path::Path;

/// What made the test data.
pub fn origin() -> Origin {
    let config = serde_json::json!({"pupil_radius_mm": [1.0, 4.0]});
    Origin { domain: Domain::Synthetic, made_by: "pipeline's tests".into(), config, seed: Some(5) }
}

/// A sample with all of its label, each number another one.
pub fn sample(id: u64) -> Sample<Eye> {
    let frame = Frame::from_fn(60, 36, |x, y| (x * 3 + y * 5 + id as usize * 7) as u8);
    Sample { id: SampleId(id), domain: Domain::Synthetic, frame, label: label(id) }
}

/// The same in colour.
pub fn colored(id: u64) -> Sample<EyeRgb> {
    let frame = Frame::from_fn(60, 36, |x, y| [x as u8 * 3, y as u8 * 5, id as u8 * 7]);
    Sample { id: SampleId(id), domain: Domain::Synthetic, frame, label: label(id) }
}

/// A depth hand with all of its label.
pub fn hand(id: u64) -> Sample<Hand> {
    let depth = |x: usize, y: usize| (x * 311 + y * 57 + id as usize * 4099) as u16;
    let mut next = id as f32;
    let label = HandLabel {
        clean_mm: Some(Frame::from_fn(40, 30, |x, y| depth(y, x))),
        parts: Some(Frame::from_fn(40, 30, |x, y| ((x / 7 + y / 5 + id as usize) % 8) as u8)),
        ..full_hand(id, &mut || {
            next += 0.37;
            next
        })
    };
    let frame = Frame::from_fn(40, 30, depth);
    Sample { id: SampleId(id), domain: Domain::Synthetic, frame, label }
}

/// The label of a hand of which all is known but its pictures, made of these numbers.
pub fn full_hand(id: u64, number: &mut dyn FnMut() -> f32) -> HandLabel {
    let flag = |k: usize| {
        use JointVisibility::{Hidden, Outside, Visible};
        [Some(Hidden), Some(Visible), Some(Outside), None][(k + id as usize) % 4]
    };
    // Nothing projects a point in the pinhole's plane.
    let joint = |k: usize, number: &mut dyn FnMut() -> f32| Joint {
        place_mm: [number(), number(), 600.0 + k as f32],
        visibility: flag(k),
    };
    HandLabel {
        camera: Some(DepthCamera { focal_px: [588.03, 587.07], center_px: [20.5, 15.25] }),
        crop: Some(Crop { scale: floats(number), shift_px: floats(number) }),
        cube: Some(Cube { center_mm: floats(number), side_mm: number() }),
        joints_nyu: Some(std::array::from_fn(|k| joint(k, number))),
        joints_common: Some(std::array::from_fn(|k| joint(k, number))),
        joints_common_px: Some(std::array::from_fn(|_| floats(number))),
        clean_mm: None,
        parts: None,
        pose: Some(HandPose {
            angles_rad: floats(number),
            camera_from_hand: floats(number),
            wrist_mm: floats(number),
        }),
        shape: Some(HandShape {
            length_mm: number(),
            breadth_mm: number(),
            bones_mm: floats(number),
            radii_mm: floats(number),
        }),
        side: Some(Side::ALL[id as usize % 2]),
        mirrored: Some(id % 2 == 1),
        sensor: Some(DepthSensor::ALL[id as usize % 3]),
        gesture: Some(format!("sign {}", id % 24)),
        subject: Some(format!("p{:02}", id % 15)),
        source: None,
        seed: Some(u64::MAX - 5),
        refinement: Some(Refinement {
            drift_px: (!id.is_multiple_of(3)).then(&mut *number),
            realism: number(),
        }),
    }
}

/// A label of which all is known.
pub fn label(id: u64) -> EyeLabel {
    let mut next = id as f32;
    full(id, &mut || {
        next += 0.37;
        next
    })
}

/// A label of which all is known, made of these numbers.
pub fn full(id: u64, number: &mut dyn FnMut() -> f32) -> EyeLabel {
    let visual = gaze(number);
    let geometry = geometry(number);
    let light = |number: &mut dyn FnMut() -> f32| Light {
        kind: LightKind::ALL[id as usize % 2],
        vector: floats(number),
        power: number(),
        glint: Glint { at_px: floats(number), depth_mm: number(), visibility: Visibility::Visible },
    };
    EyeLabel {
        gaze: Some(visual),
        subject: Some(format!("p{:02}", id % 15)),
        source: None,
        side: Some(Side::ALL[id as usize % 2]),
        mirrored: Some(id % 2 == 1),
        spectrum: Some(Spectrum::ALL[id as usize % 3]),
        target_mm: Some(floats(number)),
        geometry: Some(geometry),
        head: Some(HeadDirection {
            pitch: (!id.is_multiple_of(5)).then(&mut *number),
            yaw: number(),
        }),
        axes: Some(Axes { optical: floats(number), visual: floats(number), fovea: floats(number) }),
        normalized: Some(NormalizedGaze {
            gaze_2018: gaze(number),
            gaze_2015: gaze(number),
            head: gaze(number),
            rotation: floats(number),
            scale: number(),
        }),
        head_pose: Some(HeadPose {
            rotation: floats(number),
            rotation_vector: floats(number),
            origin_mm: floats(number),
            roll: number(),
            interpupillary_mm: number(),
        }),
        anatomy: Some(Anatomy {
            iris_center_mm: floats(number),
            eyeball_radius_mm: number(),
            cornea_radius_mm: number(),
            cornea_asphericity: number(),
            refractive_index: number(),
            iris_depth_mm: number(),
            kappa_nasal: number(),
            kappa_up: number(),
        }),
        geometric: Some(GeometricRims { pupil: ellipse(number), iris: ellipse(number) }),
        landmarks: Some(Landmarks {
            pupil: points(number),
            iris: points(number),
            iris_geometric: points(number),
            margin: points(number),
            caruncle: points(number),
            canthi: points(number),
        }),
        lids: Some(LidState {
            aperture_mm: number(),
            closure: number(),
            fissure_width_mm: number(),
            canthal_tilt: number(),
        }),
        coverage: Some(Coverage { pupil: number(), iris: number(), sclera: number() }),
        mask: Some(Frame::from_fn(60, 36, |x, y| ((x / 7 + y / 5 + id as usize) % 9) as u8)),
        lights: Some((0..id % 4).map(|_| light(number)).collect()),
        environment: Some(Environment {
            id: id / 3,
            harmonics: floats(number),
            sun: id
                .is_multiple_of(2)
                .then(|| Sun { direction: floats(number), rgb: floats(number) }),
        }),
        appearance: Some(Appearance {
            skin_melanin: number(),
            skin_haemoglobin: number(),
            skin_ita: number(),
            iris_color: IrisColor::ALL[id as usize % 6],
            iris_rgb: floats(number),
            upper_lashes: 90 + (id % 70) as u16,
            lower_lashes: 70,
            glasses: id.is_multiple_of(5),
        }),
        exposure: Some(Exposure {
            blur_px: number(),
            defocus_radius_px: number(),
            motion_px: floats(number),
            pixel_pitch_px: number(),
            exposure: number(),
            gain: number(),
            white_balance: floats(number),
            shot_noise: number(),
            read_noise: number(),
            row_noise: number(),
            gamma: number(),
            contrast: number(),
            jpeg_quality: id.is_multiple_of(3).then_some(90),
        }),
        seed: Some(u64::MAX - 5),
        sequence: Some(SequencePlace { id, frame: 3, timestamp_s: number() }),
        partner: Some(SampleId(id ^ 1)),
        refinement: Some(Refinement {
            drift_px: (!id.is_multiple_of(3)).then(&mut *number),
            realism: number(),
        }),
    }
}

fn geometry(number: &mut dyn FnMut() -> f32) -> EyeGeometry {
    let lid = |number: &mut dyn FnMut() -> f32| std::array::from_fn(|_| floats(number));
    EyeGeometry {
        optical_axis: gaze(number),
        eye_center_mm: floats(number),
        cornea_center_mm: floats(number),
        pupil_center_mm: floats(number),
        pupil_radius_mm: number(),
        iris_radius_mm: number(),
        pupil: ellipse(number),
        iris: ellipse(number),
        pupil_visible: number(),
        iris_visible: number(),
        upper_lid: lid(number),
        lower_lid: lid(number),
        camera: PinholeCamera {
            width: 60,
            height: 36,
            focal_px: number(),
            center_px: floats(number),
        },
    }
}

fn floats<const N: usize>(number: &mut dyn FnMut() -> f32) -> [f32; N] {
    std::array::from_fn(|_| number())
}

fn gaze(number: &mut dyn FnMut() -> f32) -> Gaze {
    Gaze { pitch: number(), yaw: number() }
}

fn ellipse(number: &mut dyn FnMut() -> f32) -> Ellipse {
    Ellipse {
        center: floats(number),
        semi_major: number(),
        semi_minor: number(),
        orientation: number(),
    }
}

fn points<const N: usize>(number: &mut dyn FnMut() -> f32) -> Points<N> {
    let flag = |k: usize| Visibility::from_number(k as u8 % 3).unwrap();
    Points {
        at_px: std::array::from_fn(|_| floats(number)),
        depth_mm: floats(number),
        visibility: std::array::from_fn(flag),
    }
}

/// A finished data set of these samples.
pub fn write<M: Columns>(dir: &Path, samples: &[Sample<M>], options: WriterOptions) -> Dataset<M> {
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
