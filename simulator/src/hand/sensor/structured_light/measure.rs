//! From what the windows find to the depths that are told, eight pixels at a time.

use super::window::Found;
use super::{FARTHEST_JUMP_PX, StructuredLightConfig};
use crate::lanes::{Real, clamp01, widest};

/// Offsets of the lanes of a vector.
const OFFSETS: [f32; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

/// What rows are measured with.
pub(super) struct Measure<'a> {
    pub found: &'a [Found],
    /// The same of nearer surfaces beside each pixel; empty where those never win.
    pub nearer: &'a [Found],
    pub size_px: [usize; 2],
    /// Where the region's first pixel lies in the sensor's image.
    pub origin_px: [f32; 2],
    /// Focal length times baseline, px mm.
    pub reach: f32,
    pub steps: f32,
    pub axial: f32,
    pub lateral: f32,
    pub min_support: f32,
    pub near_share: f32,
    pub cos_grazing: f32,
    /// Of the hash that loses pixels.
    pub lost_seed: u32,
}

impl<'a> Measure<'a> {
    pub fn new(
        config: &StructuredLightConfig,
        [found, nearer]: [&'a [Found]; 2],
        size_px: [usize; 2],
        origin_px: [i64; 2],
        reach: f32,
        lost_seed: u32,
    ) -> Self {
        Self {
            found,
            nearer,
            size_px,
            origin_px: origin_px.map(|px| px as f32),
            reach,
            steps: config.steps_per_px as f32,
            axial: config.axial as f32,
            lateral: config.lateral as f32,
            min_support: config.min_support as f32,
            near_share: config.near_share as f32,
            cos_grazing: libm::cos(config.grazing_deg.to_radians()) as f32,
            lost_seed,
        }
    }
}

/// One row of pixels.
pub(super) struct Row<'a> {
    pub y: usize,
    /// Its columns that are measured; the first is a multiple of the lanes.
    pub from: usize,
    pub to: usize,
    pub cosines: &'a [f32],
    /// Smooth noise: of the jump along and down, of the support, along the ray.
    pub noise: [&'a [f32]; 4],
}

/// θ / (π/2 - θ), held to where Nguyen measured it. The angle is Abramowitz and Stegun's 4.4.45, whose
/// error is below 7e-5 rad.
#[inline(always)]
pub(super) fn steepness<R: Real>(cosine: R) -> R {
    let c = clamp01(cosine);
    let curve = R::splat(-0.018_729_3) * c + R::splat(0.074_261);
    let curve = (curve * c - R::splat(0.212_114_4)) * c + R::splat(1.570_728_8);
    let angle = ((R::splat(1.0) - c).sqrt() * curve).min(R::splat(1.3));
    angle / (R::splat(std::f32::consts::FRAC_PI_2) - angle)
}

/// Nguyen's deviation along the ray less what rounding adds by itself, mm.
#[inline(always)]
fn axial_mm<R: Real>(depth_mm: R, steepness: R) -> R {
    let z = depth_mm * R::splat(0.001);
    let beyond = z - R::splat(0.4);
    // θ² / (π/2 - θ)² is the square of the steepness.
    let slant = R::splat(0.1) / z.sqrt() * steepness * steepness;
    R::splat(1.2) + R::splat(1.9) * beyond * beyond + slant
}

/// Depth with its disparity rounded, mm. `reach` is focal length times baseline, px mm.
#[inline(always)]
pub(in super::super) fn quantised<R: Real>(depth_mm: R, reach: f32, steps: f32) -> R {
    let whole = (R::splat(steps * reach) / depth_mm + R::splat(0.5)).floor();
    R::splat(steps * reach) / whole.max(R::splat(1.0))
}

/// Where a match is found along an axis, px: a little beside.
#[inline(always)]
fn jumped<R: Real>(from: R, noise: R, across: R, length: usize) -> R {
    let most = R::splat(FARTHEST_JUMP_PX as f32);
    let jump = (noise * across + R::splat(0.5)).floor().min(most).max(-most);
    (from + jump).max(R::splat(0.0)).min(R::splat((length - 1) as f32))
}

#[inline(always)]
fn measured<R: Real>(m: &Measure<'_>, row: &Row<'_>, out: &mut [f32]) {
    let (zero, half) = (R::splat(0.0), R::splat(0.5));
    let [width, height] = m.size_px;
    let y = R::splat(row.y as f32);
    for first in (row.from..row.to).step_by(R::LANES) {
        let x = R::load(&OFFSETS) + R::splat(first as f32);
        let steepness = steepness(R::load(&row.cosines[first..]));
        let across = R::splat(m.lateral) * (R::splat(0.8) + R::splat(0.035) * steepness);
        let at_x = jumped(x, R::load(&row.noise[0][first..]), across, width);
        let at_y = jumped(y, R::load(&row.noise[1][first..]), across, height);
        let at = at_y * R::splat(width as f32) + at_x;
        let [mut disparity, mut share, cosine, _] = R::rows(m.found, at);
        let mut lost = R::splat(1.0) - cosine / R::splat(m.cos_grazing);

        // What is nearer wins where there is enough of it.
        let ragged = R::splat(1.0) + R::splat(0.25) * R::load(&row.noise[2][first..]);
        if !m.nearer.is_empty() {
            let [nearer, enough, ..] = R::rows(m.nearer, at);
            let none = enough.less_than(R::splat(m.near_share) * ragged);
            let won = R::and_not(zero.less_than(nearer), none);
            disparity = R::select(won, nearer, disparity);
            share = R::select(won, enough, share);
            lost = R::select(won, zero, lost);
        }
        // Lose what finds too little that agrees, and what the light only grazes.
        let found = R::and(zero.less_than(share), zero.less_than(disparity));
        let found = R::and_not(found, share.less_than(R::splat(m.min_support) * ragged));
        let [place_x, place_y] = [x + R::splat(m.origin_px[0]), y + R::splat(m.origin_px[1])];
        let unit = half + half * R::hash(m.lost_seed, place_x, place_y);
        let found = R::and_not(found, unit.less_than(lost));

        // Add the noise along the ray, and round the disparity.
        let depth_mm = R::splat(m.reach) / disparity;
        let sigma = R::splat(m.axial) * axial_mm(depth_mm, steepness);
        let noisy = depth_mm + sigma * R::load(&row.noise[3][first..]);
        let told = quantised(noisy.max(R::splat(1.0)), m.reach, m.steps);
        R::select(found, told, zero).store(&mut out[first..]);
    }
}

widest! {
    /// The depths of one row, mm; 0 = no return.
    pub(super) fn measure(m: &Measure<'_>, row: &Row<'_>, out: &mut [f32]) = measured
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steepness_is_the_angle_over_what_it_lacks_to_a_right_one() {
        for step in 0..=1000 {
            let cosine = f64::from(step) / 1000.0;
            let angle = libm::acos(cosine).min(1.3);
            let exact = angle / (std::f64::consts::FRAC_PI_2 - angle);
            assert!((steepness(cosine) - exact).abs() < 2e-3 * (1.0 + exact), "{cosine}");
        }
    }
}
