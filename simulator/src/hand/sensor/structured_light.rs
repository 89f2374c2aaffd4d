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

/// Pixels jump together over this many, px: the matching window moves on slowly. Ours.
const PATCH_PX: i64 = 3;
/// Every so many px of the matching window are looked at, along each axis.
const EVERY_PX: usize = 2;
/// So far beside a pixel nearer surfaces are looked for, px.
const BESIDE_PX: usize = 2;
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
    let window = Window::new(config, seen, &lit, reach);
    let cos_grazing = libm::cos(config.grazing_deg.to_radians()) as f32;

    let reached = reached(seen);

    let mut image = vec![0.0; width * height];
    for y in 0..height {
        let (from, to) = if seen.wall_shows { (0, width) } else { reached[y] };
        for x in from..to {
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
            let ragged = 1.0 + 0.25 * seen.field.smooth(RAGGED, PATCH_PX, x, y);
            // What is nearer wins where there is enough of it.
            let own = window.exact[at];
            let nearer = window.nearest(at_x, at_y);
            let won = Some(nearer).filter(|nearer| *nearer > own + config.agree_px as f32);
            let won = won.map(|nearer| window.matched(at_x, at_y, nearer));
            let won = won.filter(|(_, share)| *share >= config.near_share as f32 * ragged);
            if won.is_none() && !(seen.hand[at] || seen.wall_shows) {
                continue;
            }
            // Lose what finds too little that agrees, and what the light only grazes.
            let (disparity, share) = won.unwrap_or_else(|| window.matched(at_x, at_y, own));
            if disparity <= 0.0 || share == 0.0 || share < config.min_support as f32 * ragged {
                continue;
            }
            if seen.hand[at] && won.is_none() {
                let lost = 1.0 - seen.cast.cosine(seen.surface, at_x, at_y) / cos_grazing;
                if seen.field.unit(LOST, x, y) < lost {
                    continue;
                }
            }
            // Add the noise along the ray, and round the disparity.
            let depth_mm = reach / disparity;
            let noise = seen.field.smooth(ALONG, PATCH_PX, x, y);
            let sigma = config.axial as f32 * axial_mm(depth_mm, angle);
            let noisy = (depth_mm + sigma * noise).max(1.0);
            image[y * width + x] = quantised(noisy, reach, config.steps_per_px as f32);
        }
    }
    image
}

/// The columns that a jump may reach the hand from, of each row.
fn reached(seen: &Seen<'_>) -> Vec<(usize, usize)> {
    let far = FARTHEST_JUMP_PX;
    let hand = |row: &[bool]| {
        let first = row.iter().position(|&hand| hand);
        first.zip(row.iter().rposition(|&hand| hand))
    };
    let hands: Vec<_> = seen.hand.chunks(seen.width).map(hand).collect();
    let around = |y: usize| {
        let near = hands[y.saturating_sub(far)..].iter().take(y.min(far) + far + 1);
        near.flatten().fold((seen.width, 0), |(from, to), &(first, last)| {
            (from.min(first.saturating_sub(far)), to.max((last + far + 1).min(seen.width)))
        })
    };
    (0..seen.height).map(around).collect()
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

/// What the matching window around a pixel sees.
struct Window {
    /// Disparity, px, row by row, as wide as the window too many on each side; infinite where the
    /// projector's light does not reach, and beside the image.
    lit: Vec<f32>,
    /// The same of everything, and without the margin.
    exact: Vec<f32>,
    width: usize,
    height: usize,
    margin: usize,
    /// Whether nearer surfaces may win.
    nearer_wins: bool,
    /// Places in the window that are looked at, as steps in `lit` from its first.
    places: Vec<usize>,
    agree_px: f32,
}

impl Window {
    fn new(config: &StructuredLightConfig, seen: &Seen<'_>, lit: &[bool], reach: f32) -> Self {
        let (width, height, margin) = (seen.width, seen.height, config.window_px / 2);
        let exact: Vec<f32> = seen.depth_mm.iter().map(|depth_mm| reach / depth_mm).collect();
        let stride = width + 2 * margin;
        let mut padded = vec![f32::INFINITY; stride * (height + 2 * margin)];
        for y in 0..height {
            for x in 0..width {
                if lit[y * width + x] {
                    padded[(y + margin) * stride + x + margin] = exact[y * width + x];
                }
            }
        }
        let side = (0..=2 * margin).step_by(EVERY_PX);
        let places = side.clone().flat_map(|y| side.clone().map(move |x| y * stride + x)).collect();
        let agree_px = config.agree_px as f32;
        let nearer_wins = config.near_share < 1.0;
        Self { lit: padded, exact, width, height, margin, nearer_wins, places, agree_px }
    }

    /// The largest disparity a little beside a pixel, px; 0 where it is not to be looked for.
    fn nearest(&self, x: usize, y: usize) -> f32 {
        if !self.nearer_wins {
            return 0.0;
        }
        let [left, right] = [x.saturating_sub(BESIDE_PX), (x + BESIDE_PX).min(self.width - 1)];
        let [above, below] = [y.saturating_sub(BESIDE_PX), (y + BESIDE_PX).min(self.height - 1)];
        let at = |x: usize, y: usize| self.exact[y * self.width + x];
        let sides = [at(left, y), at(right, y), at(x, above), at(x, below)];
        let corners = [at(left, above), at(right, above), at(left, below), at(right, below)];
        sides.into_iter().chain(corners).fold(0.0, f32::max)
    }

    /// The mean disparity of what is lit and agrees with this one around a pixel, and the window's share
    /// of that.
    fn matched(&self, x: usize, y: usize, own: f32) -> (f32, f32) {
        let first = &self.lit[y * (self.width + 2 * self.margin) + x..];
        let (mut sum, mut count) = (0.0, 0.0);
        for &place in &self.places {
            let off = first[place] - own;
            let agrees = off.abs() <= self.agree_px;
            sum += if agrees { off } else { 0.0 };
            count += f32::from(u8::from(agrees));
        }
        (own + sum / f32::max(count, 1.0), count / self.places.len() as f32)
    }
}
