//! Structured light: a projector's dots, found again by a camera beside it (Kinect v1).

use super::Seen;
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
    /// Side of the window that is matched, px. Barron and Malik: 9.
    pub window_px: usize,
    /// Share of the window that must be the hand for a pixel of it to be found: below it, thin things
    /// vanish. Ours.
    pub min_support: f64,
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
            min_support: 0.3,
            grazing_deg: 65.0,
            shadow: true,
        }
    }
}

/// Pixels jump together over this many, px: the matching window moves on slowly. Ours.
const PATCH_PX: i64 = 3;
/// No pixel jumps farther than this, px.
const FARTHEST_JUMP_PX: usize = 8;
/// Kinds of noise.
const ACROSS: [u32; 2] = [1, 2];
const ALONG: u32 = 3;
const LOST: u32 = 4;
const RAGGED: u32 = 5;

/// The sensor's depths, mm, row by row; 0 = no return.
pub(super) fn image(config: &StructuredLightConfig, seen: &Seen<'_>) -> Vec<f32> {
    let (width, height) = (seen.width, seen.height);
    let focal_px = seen.cast.camera.focal_px[0];
    let reach = focal_px * config.baseline_mm as f32;
    let lit = if config.shadow { lit(seen, reach) } else { vec![true; width * height] };
    let support = Support::new(seen, config.window_px);
    let cos_grazing = libm::cos(config.grazing_deg.to_radians()) as f32;

    let mut image = vec![0.0; width * height];
    for y in 0..height {
        for x in 0..width {
            if !seen.wall_shows && !support.any(x, y, FARTHEST_JUMP_PX) {
                continue;
            }
            // Look where the match is found, a little beside.
            let cosine =
                if seen.hand[y * width + x] { seen.cast.cosine(seen.surface, x, y) } else { 1.0 };
            let angle = steepness(cosine);
            let across = config.lateral as f32 * (0.8 + 0.035 * angle);
            let [dx, dy] = ACROSS.map(|kind| {
                let far = seen.field.smooth(kind, PATCH_PX, x, y) * across;
                let most = FARTHEST_JUMP_PX as f32;
                (far + 0.5).floor().clamp(-most, most) as i64
            });
            let (at_x, at_y) = seen.clamped(x as i64 + dx, y as i64 + dy);
            let at = at_y * width + at_x;
            let depth_mm = seen.depth_mm[at];
            if !depth_mm.is_finite() || !lit[at] {
                continue;
            }
            // Lose what is thin, and what the light only grazes.
            if seen.hand[at] {
                let ragged = 1.0 + 0.25 * seen.field.smooth(RAGGED, PATCH_PX, x, y);
                if support.share(at_x, at_y) < config.min_support as f32 * ragged {
                    continue;
                }
                let lost = 1.0 - seen.cast.cosine(seen.surface, at_x, at_y) / cos_grazing;
                if seen.field.unit(LOST, x, y) < lost {
                    continue;
                }
            }
            // Add the noise along the ray, and round the disparity.
            let noise = seen.field.smooth(ALONG, PATCH_PX, x, y);
            let sigma = config.axial as f32 * axial_mm(depth_mm, angle);
            let noisy = (depth_mm + sigma * noise).max(1.0);
            image[y * width + x] = quantised(noisy, reach, config.steps_per_px as f32);
        }
    }
    image
}

/// θ / (π/2 - θ), held to where Nguyen measured it.
fn steepness(cosine: f32) -> f32 {
    let angle = libm::acosf(cosine.clamp(0.0, 1.0)).min(1.3);
    angle / (std::f32::consts::FRAC_PI_2 - angle)
}

/// Nguyen's deviation along the ray less what rounding adds by itself, mm.
fn axial_mm(depth_mm: f32, steepness: f32) -> f32 {
    let z = depth_mm / 1000.0;
    // θ² / (π/2 - θ)² is the square of the steepness.
    let sigma = 0.0012 + 0.0019 * (z - 0.4) * (z - 0.4) + 0.0001 / z.sqrt() * steepness * steepness;
    1000.0 * sigma
}

/// Depth with its disparity rounded, mm. `reach` is focal length times baseline, px mm.
pub(super) fn quantised(depth_mm: f32, reach: f32, steps: f32) -> f32 {
    let disparity = (steps * reach / depth_mm + 0.5).floor().max(1.0);
    steps * reach / disparity
}

/// Whether the projector, to the camera's right, lights each pixel: along a row its rays keep their order
/// but for what a nearer thing covers.
fn lit(seen: &Seen<'_>, reach: f32) -> Vec<bool> {
    let mut lit = vec![true; seen.depth_mm.len()];
    for (row, lit) in seen.depth_mm.chunks(seen.width).zip(lit.chunks_mut(seen.width)) {
        let mut leftmost = f32::INFINITY;
        for x in (0..row.len()).rev() {
            let from_projector = x as f32 - reach / row[x];
            lit[x] = from_projector < leftmost;
            leftmost = leftmost.min(from_projector);
        }
    }
    lit
}

/// How much of the window around a pixel is the hand.
struct Support {
    /// Hand pixels above and to the left, row by row, one row and column more than the image.
    sums: Vec<u32>,
    width: usize,
    height: usize,
    half: usize,
}

impl Support {
    fn new(seen: &Seen<'_>, window_px: usize) -> Self {
        let (width, height) = (seen.width, seen.height);
        let mut sums = vec![0; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut along = 0;
            for x in 0..width {
                along += u32::from(seen.hand[y * width + x]);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + along;
            }
        }
        Self { sums, width, height, half: window_px / 2 }
    }

    /// Share of the window around a pixel.
    fn share(&self, x: usize, y: usize) -> f32 {
        let (inside, all) = self.count(x, y, self.half);
        inside as f32 / all as f32
    }

    /// Whether the hand is within so many px.
    fn any(&self, x: usize, y: usize, half: usize) -> bool {
        self.count(x, y, half).0 > 0
    }

    /// Pixels of the hand around a pixel, and all of them.
    fn count(&self, x: usize, y: usize, half: usize) -> (u32, usize) {
        let (left, right) = (x.saturating_sub(half), (x + half + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(half), (y + half + 1).min(self.height));
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let inside = at(right, bottom) + at(left, top) - at(right, top) - at(left, bottom);
        (inside, (right - left) * (bottom - top))
    }
}
