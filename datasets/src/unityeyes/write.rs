//! Samples → `N.jpg`, `N.json`.

use super::file::{EyeDetails, File, Lighting, Region, Triple, direction, text};
use crate::error::Error;
use ::image::codecs::jpeg::JpegEncoder;
use ::image::{ExtendedColorType, ImageEncoder};
use simulator::sample::{
    EyeGeometry, EyeLabel, Frame, Gaze, Landmarks, Points, RIM_POINTS, SampleId,
};
use std::fs;
use std::path::Path;

/// Of the JPEG files: as fine as they get before the file grows by much.
const JPEG_QUALITY: u8 = 95;
/// What `iris_size` is in units of.
const IRIS_UNIT_MM: f32 = 6.0;

/// The image of a sample, grey or in colour.
#[derive(Debug, Clone, Copy)]
pub enum Picture<'a> {
    /// One band.
    Grey(&'a Frame<u8>),
    /// Red, green and blue.
    Rgb(&'a Frame<[u8; 3]>),
}

impl<'a> From<&'a Frame<u8>> for Picture<'a> {
    fn from(frame: &'a Frame<u8>) -> Self {
        Self::Grey(frame)
    }
}

impl<'a> From<&'a Frame<[u8; 3]>> for Picture<'a> {
    fn from(frame: &'a Frame<[u8; 3]>) -> Self {
        Self::Rgb(frame)
    }
}

/// Writes `ID.jpg` and `ID.json` into `dir`. Several threads may do so at once.
///
/// # Errors
/// [`Error::Unlabelled`] if the label has no geometry, [`Error::Image`] or [`Error::Io`] if a file
/// can't be written.
pub fn write(
    dir: &Path,
    id: SampleId,
    picture: Picture<'_>,
    label: &EyeLabel,
) -> Result<(), Error> {
    let Some(geometry) = &label.geometry else { return Err(Error::Unlabelled { id }) };
    let (size, color) = match picture {
        Picture::Grey(frame) => (frame.size(), ExtendedColorType::L8),
        Picture::Rgb(frame) => (frame.size(), ExtendedColorType::Rgb8),
    };
    let pixels = match picture {
        Picture::Grey(frame) => frame.pixels(),
        Picture::Rgb(frame) => frame.pixels().as_flattened(),
    };
    let path = dir.join(format!("{id}.jpg"));
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)
        .write_image(pixels, size.0 as u32, size.1 as u32, color)
        .map_err(|e| Error::Image { path: path.clone(), problem: e.to_string() })?;
    fs::write(&path, jpeg).map_err(Error::io(&path, "write the image"))?;

    let path = dir.join(format!("{id}.json"));
    let file = file(label, geometry, size.1 as f64);
    // Plain data with string keys always has a JSON form.
    let json = serde_json::to_string_pretty(&file).expect("plain data");
    fs::write(&path, json).map_err(Error::io(&path, "write the labels"))
}

fn file(label: &EyeLabel, eye: &EyeGeometry, height: f64) -> File {
    // A head of which nothing is known faces the camera.
    let head = label.head.map_or(Gaze { pitch: 0.0, yaw: 0.0 }, |head| Gaze {
        pitch: head.pitch.unwrap_or(0.0),
        yaw: head.yaw,
    });
    // From the centre of the upper left pixel to the lower left corner.
    let place = |[x, y]: [f32; 2], depth_mm: f32| -> String {
        text([f64::from(x) + 0.5, height - (f64::from(y) + 0.5), f64::from(depth_mm) / 10.0])
    };
    let outline = match &label.landmarks {
        Some(landmarks) => Outline::of_landmarks(landmarks),
        None => Outline::of(eye),
    };
    let texts = |points: &[([f32; 2], f32)]| -> Vec<String> {
        points.iter().map(|&(at, depth)| place(at, depth)).collect()
    };
    File {
        interior_margin_2d: texts(&outline.margin),
        caruncle_2d: texts(&outline.caruncle),
        iris_2d: texts(&outline.iris),
        eye_details: EyeDetails {
            look_vec: direction(y_up(eye.optical_axis)),
            gaze_vec: label.gaze.map(|gaze| direction(y_up(gaze))),
            pupil_size: format!("{:.4}", eye.pupil_radius_mm),
            iris_size: format!("{:.4}", eye.iris_radius_mm / IRIS_UNIT_MM),
            iris_texture: "simreal".to_owned(),
        },
        lighting_details: Lighting {
            skybox_texture: "simreal".to_owned(),
            skybox_exposure: "1.0".to_owned(),
            skybox_rotation: "0".to_owned(),
            ambient_intensity: "1.0".to_owned(),
            light_rotation: "(0.0, 0.0, 0.0)".to_owned(),
            light_intensity: "1.0".to_owned(),
        },
        eye_region_details: Region {
            pca_shape_coeffs: vec!["0".to_owned(); 20],
            primary_skin_texture: "simreal".to_owned(),
        },
        head_pose: text(head_pose(head)),
    }
}

/// What UnityEyes knows of the image, in our coordinates: places in px and depths in mm.
struct Outline {
    margin: Vec<([f32; 2], f32)>,
    caruncle: Vec<([f32; 2], f32)>,
    iris: Vec<([f32; 2], f32)>,
}

impl Outline {
    fn of_landmarks(landmarks: &Landmarks) -> Self {
        // Ours begin at the temporal end of the rim and go on downwards.
        let mut iris = joined(&landmarks.iris_geometric);
        iris.rotate_left(RIM_POINTS / 2);
        let (margin, caruncle) = (joined(&landmarks.margin), joined(&landmarks.caruncle));
        Self { margin, caruncle, iris }
    }

    /// Of what is known without landmarks.
    fn of(eye: &EyeGeometry) -> Self {
        // Inner corner, upper margin, outer corner, and the lower margin back.
        let (upper, lower) = (&eye.upper_lid, &eye.lower_lid);
        let back = lower[1..lower.len() - 1].iter().rev();
        let margin: Vec<_> = upper.iter().chain(back).copied().collect();
        // The two lines of the inner corner, three points on each.
        let toward = |from: [f32; 2], to: [f32; 2], share: f32| {
            [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
        };
        let shares = [0.75, 0.5, 0.25];
        let above = shares.map(|share| toward(upper[0], upper[1], share));
        let below = shares.map(|share| toward(upper[0], lower[1], 1.0 - share));
        let caruncle = above.into_iter().chain([upper[0]]).chain(below);
        // From the nasal end upwards.
        let turn = |k: u8| std::f32::consts::PI + f32::from(k) * std::f32::consts::TAU / 32.0;
        let iris = (0..32).map(|k| eye.iris.point(turn(k) - eye.iris.orientation));
        let at_pupil = |point| (point, eye.pupil_center_mm[2]);
        Self {
            margin: margin.into_iter().map(at_pupil).collect(),
            caruncle: caruncle.map(at_pupil).collect(),
            iris: iris.map(at_pupil).collect(),
        }
    }
}

fn joined<const N: usize>(points: &Points<N>) -> Vec<([f32; 2], f32)> {
    points.at_px.iter().copied().zip(points.depth_mm).collect()
}

/// A direction with y up.
fn y_up(gaze: Gaze) -> Triple {
    let g = gaze.to_vector();
    [g.x, -g.y, g.z]
}

/// The Euler angles (x, y, z; degrees, 0 to 360) of Unity's camera that sees a head face this way.
///
/// Unity turns by y, then x. A head that faces (0, 0, 1) in the world faces
/// (-sin y, cos y sin x, cos y cos x) in the frame of a camera with these angles, y up.
fn head_pose(head: Gaze) -> Triple {
    let [x, y, z] = y_up(head);
    let yaw = (-x).atan2(-(1.0 - x * x).max(0.0).sqrt());
    let pitch = (-y).atan2(-z);
    [pitch.to_degrees().rem_euclid(360.0), yaw.to_degrees().rem_euclid(360.0), 0.0]
}

#[cfg(test)]
mod tests;
