//! Structured light: a projector's dots, found again by a camera beside it (Kinect v1).

mod measure;
mod window;

use super::Seen;
use super::smooth::Smooth;
#[cfg(test)]
pub(super) use measure::quantised;
use measure::{Measure, Row};
use serde::{Deserialize, Serialize};

/// Numbers of a structured-light sensor.
///
/// Sources: Nguyen, Izadi and Lovell 2012 (noise along and across the ray), Barron and Malik 2013 and
/// Handa et al. 2014 (jitter and disparity in eighths of a pixel), and "ours" where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StructuredLightConfig {
    /// From the camera to the projector, to the right, mm. Kinect: 75.
    pub baseline_mm: f64,
    /// Steps of disparity in a pixel. Kinect: 8.
    pub steps_per_px: f64,
    /// Factor on Nguyen's deviation along the ray.
    pub axial: f64,
    /// Factor on Nguyen's deviation across the ray, which makes edges ragged.
    pub lateral: f64,
    /// Side of the window that is matched, px. Barron and Malik: 9. The pixel gets the mean disparity of
    /// what agrees in it, so shadows narrower than the window are filled.
    pub window_px: usize,
    /// Pixels of the window agree whose disparities differ by no more than this, px. Ours: at 0.8 m it
    /// is 15 mm of depth.
    pub agree_px: f64,
    /// Share of the window that must agree and be lit for its pixel to be found: below it, thin things
    /// vanish. Ours.
    pub min_support: f64,
    /// Share of the window from which on a nearer surface wins over the pixel's own, so that hands look
    /// thicker and narrow gaps between fingers close; 1: never. Ours.
    pub near_share: f64,
    /// Angle between normal and ray from which pixels begin to be lost, degrees; at 90 all are. Ours, on
    /// Nguyen's range of validity, 60 to 70.
    pub grazing_deg: f64,
    /// Whether there is no depth where the projector's light does not reach.
    pub shadow: bool,
}

impl Default for StructuredLightConfig {
    fn default() -> Self {
        Self {
            baseline_mm: 75.0,
            steps_per_px: 8.0,
            axial: 1.0,
            lateral: 1.0,
            window_px: 9,
            agree_px: 1.0,
            min_support: 0.25,
            near_share: 1.0,
            grazing_deg: 65.0,
            shadow: true,
        }
    }
}

/// No pixel jumps farther than this, px.
const FARTHEST_JUMP_PX: usize = 8;
/// Kinds of smooth noise: how far a pixel jumps along and down, how much support it needs, along the ray.
const SMOOTH: [u32; 4] = [1, 2, 5, 3];
/// The kind of noise that loses pixels.
const LOST: u32 = 4;

/// The sensor's depths, mm, row by row; 0 = no return.
pub(super) fn image(config: &StructuredLightConfig, seen: &Seen<'_>) -> Vec<f32> {
    let (width, height) = (seen.width, seen.height);
    let stride = width.next_multiple_of(8);
    let reach = seen.cast.camera.focal_px[0] * config.baseline_mm as f32;
    let [found, nearer] = window::found(config, seen, reach);
    let lost = seen.field.seed(LOST);
    let origin_px = seen.field.place(0, 0);
    let size_px = [width, height];
    let measure = Measure::new(config, [&found, &nearer], size_px, origin_px, reach, lost);
    // Pixels jump together: the matching window moves on slowly.
    let mut noise = SMOOTH.map(|kind| Smooth::new(&seen.field, kind, stride));

    let mut image = vec![0.0; width * height];
    let mut depths = vec![0.0; stride];
    for y in 0..height {
        let reached =
            if seen.wall_shows { Some(0..width) } else { seen.hand_around(y, FARTHEST_JUMP_PX) };
        let Some(columns) = reached else { continue };
        let [a, b, c, d] = &mut noise;
        let noise = [a.row(y), b.row(y), c.row(y), d.row(y)];
        let (from, to) = (columns.start / 8 * 8, columns.end);
        let row = Row { y, from, to, cosines: seen.cast.row_cosines(y), noise };
        measure::measure(seen.wide, &measure, &row, &mut depths);
        image[y * width..][columns.clone()].copy_from_slice(&depths[columns]);
    }
    image
}
