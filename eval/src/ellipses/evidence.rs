//! How much speaks for an iris that was fitted, so that fits at several places can compete.

use super::EvidenceWeights;
use super::search::{HALF_STEP, MOST_RISE};
use crate::edges::Polar;
use crate::fit::FeatureFit;
use crate::surface::Surface;

/// Rays around the whole circle.
const RAYS: usize = 48;
/// Sines of the directions, down positive, between which a ray belongs to a side: 35 degrees above the
/// horizontal to 50 below it. Beyond lies what a lid covers first.
const SIDE: (f64, f64) = (-0.57, 0.77);
/// Radii at which the disk is looked at.
const DISK: [f64; 4] = [0.2, 0.4, 0.6, 0.75];

/// What the image shows of a circle. Levels are shares of the range of grey levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Evidence {
    /// Share of the rays of both sides that meet the limbus.
    support: f64,
    /// Mean rise over the limbus on the side where it is less.
    side: f64,
    /// Mean rise at the lower quarter.
    below: f64,
    /// Mean level of the disk.
    level: f64,
}

impl Evidence {
    /// What speaks for this fit; `rays` is how many were looked at.
    pub fn of(surface: &Surface, fit: &FeatureFit, rays: usize) -> Self {
        let circle = Polar::new(&fit.ellipse);
        let at = |r: f64, angle: f64| surface.at_fast(circle.point(r, angle)) / 255.0;
        let turn = |k: usize| std::f64::consts::TAU * (k as f64 + 0.5) / RAYS as f64;
        let most = f64::from(MOST_RISE);
        let rise = |keep: &dyn Fn(f64, f64) -> bool| {
            let angles = (0..RAYS).map(turn).filter(|a| keep(a.cos(), a.sin()));
            mean(
                angles
                    .map(|a| (at(1.0 + HALF_STEP, a) - at(1.0 - HALF_STEP, a)).clamp(-most, most)),
            )
        };
        let beside = |y: f64| SIDE.0 < y && y < SIDE.1;
        let left = rise(&|x, y| x < 0.0 && beside(y));
        let right = rise(&|x, y| x > 0.0 && beside(y));
        let disk = DISK.into_iter().flat_map(|r| (0..RAYS).step_by(2).map(move |k| (r, k)));
        Self {
            support: fit.edges as f64 / rays.max(1) as f64,
            side: left.min(right),
            below: rise(&|_, y| y > SIDE.1),
            level: mean(disk.map(|(r, k)| at(r, turn(k)))),
        }
    }

    /// All of it in one number, with what the search says of the place, and the logarithm of the radius over
    /// the usual one.
    pub fn weighed(&self, searched: f64, size: f64, weights: &EvidenceWeights) -> f64 {
        weights.searched * searched
            + weights.support * self.support
            + weights.side * self.side
            + weights.below * self.below
            - weights.level * self.level
            - weights.size * size * size
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
    sum / f64::max(count, 1.0)
}
