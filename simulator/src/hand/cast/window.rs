//! Which pixels a shape may cover.

use super::super::surface::Ball;
use crate::sample::DepthCamera;
use nalgebra::Vector3;
use std::ops::Range;

/// Rows are this many numbers longer than a multiple of it.
pub(super) const LANES: usize = 8;

/// The image of a ball.
#[derive(Clone, Copy)]
pub(super) struct Disc {
    /// The image of its centre, px.
    center: [f64; 2],
    /// No pixel of it is farther from there than this, px; infinite where that is not known.
    reach: f64,
    /// A box around it, px.
    low: [f64; 2],
    high: [f64; 2],
}

impl Disc {
    pub fn of(camera: &DepthCamera, ball: &Ball) -> Self {
        let (p, r) = (ball.center_mm, ball.radius_mm);
        let (near, far) = ((p.z - r).max(1.0), (p.z + r).max(1.0));
        let focal = camera.focal_px.map(f64::from);
        let middle = camera.center_px.map(f64::from);
        let (mut low, mut high) = ([0.0; 2], [0.0; 2]);
        for i in 0..2 {
            let (least, most) = (p[i] - r, p[i] + r);
            low[i] = middle[i] + focal[i] * least / if least < 0.0 { near } else { far };
            high[i] = middle[i] + focal[i] * most / if most > 0.0 { near } else { far };
        }
        // Rays to the ball are within an angle of the ray to its centre; outwards the tangent grows most.
        let depth = p.z.max(1.0);
        let off = (p.x * p.x + p.y * p.y) / (depth * depth);
        let tangent = r / (p.norm_squared() - r * r).max(0.0).sqrt();
        let rest = 1.0 - tangent * off.sqrt();
        let known = p.z > r + 1.0 && rest > 0.0;
        let spread = if known { tangent * (1.0 + off) / rest } else { f64::INFINITY };
        let center = [0, 1].map(|i| middle[i] + focal[i] * p[i] / depth);
        Self { center, reach: focal[0].max(focal[1]) * spread, low, high }
    }
}

/// The pixels that a shape may cover.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    pub columns: Range<usize>,
    pub rows: Range<usize>,
    /// Of a long shape: its axis lies at x = start + slope y, px, and it ends `half` px beside it.
    start: f32,
    slope: f32,
    half: f32,
}

impl Window {
    /// The part of a box that lies in an image of this size.
    fn within([width, height]: [usize; 2], low: [f64; 2], high: [f64; 2]) -> Option<Self> {
        // Non-negative, so truncation is floor; a little more than the box does no harm.
        let range = |i: usize, length: usize| {
            low[i].max(0.0) as usize..((high[i] + 2.0).max(0.0) as usize).min(length)
        };
        let (columns, rows) = (range(0, width), range(1, height));
        let empty = columns.is_empty() || rows.is_empty();
        (!empty).then_some(Self { columns, rows, start: 0.0, slope: 0.0, half: f32::INFINITY })
    }

    /// The pixels of a ball.
    pub fn of_ball(size_px: [usize; 2], disc: &Disc) -> Option<Self> {
        Self::within(size_px, disc.low, disc.high)
    }

    /// The pixels of the hull of two balls.
    pub fn of_hull(size_px: [usize; 2], a: &Disc, b: &Disc) -> Option<Self> {
        let window = Self::of_discs(size_px, [a, b].into_iter())?;
        let [along, down] = [0, 1].map(|i| b.center[i] - a.center[i]);
        let reach = a.reach.max(b.reach) + 0.5;
        if down.abs() < 1e-3 * reach || !reach.is_finite() {
            return Some(window);
        }
        let slope = along / down;
        Some(Self {
            start: (a.center[0] - slope * a.center[1]) as f32,
            slope: slope as f32,
            half: (reach * (1.0 + slope * slope).sqrt()) as f32,
            ..window
        })
    }

    /// The box around all of these.
    pub fn of_discs<'a>(
        size_px: [usize; 2],
        discs: impl Iterator<Item = &'a Disc>,
    ) -> Option<Self> {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for disc in discs {
            for i in 0..2 {
                (low[i], high[i]) = (low[i].min(disc.low[i]), high[i].max(disc.high[i]));
            }
        }
        Self::within(size_px, low, high)
    }

    /// The pixels of a triangle.
    pub fn of_points(
        size_px: [usize; 2],
        camera: &DepthCamera,
        corners_mm: &[Vector3<f64>; 3],
    ) -> Option<Self> {
        let points = corners_mm.map(|p| camera.project(Vector3::new(p.x, p.y, p.z.max(1.0))));
        let [a, b, c] = points;
        let low = [0, 1].map(|i| a[i].min(b[i]).min(c[i]));
        let high = [0, 1].map(|i| a[i].max(b[i]).max(c[i]));
        Self::within(size_px, low, high)
    }

    /// Where groups of lanes begin that hold all of its pixels in a row.
    #[inline(always)]
    pub fn groups(&self, y: usize) -> impl Iterator<Item = usize> {
        let (mut first, mut end) = (self.columns.start, self.columns.end);
        if self.half < 1e6 {
            let middle = self.start + self.slope * y as f32;
            first = first.max((middle - self.half).max(0.0) as usize);
            end = end.min((middle + self.half + 2.0).max(0.0) as usize);
        }
        (first / LANES * LANES..end).step_by(LANES)
    }
}

/// Rays from the camera through pixels, with z = 1, so that the parameter of a hit is its depth.
pub(super) struct Rays {
    center: [f32; 2],
    /// From one pixel to the next.
    pub step: [f32; 2],
}

impl Rays {
    pub fn of(camera: &DepthCamera) -> Self {
        Self { center: camera.center_px, step: camera.focal_px.map(|focal| 1.0 / focal) }
    }

    /// x or y of the rays through a column or row.
    #[inline(always)]
    pub fn at(&self, axis: usize, px: usize) -> f32 {
        (px as f32 - self.center[axis]) * self.step[axis]
    }
}
