//! What the lids let through: their margins in the image.

use super::circle::{CHORDS, SUNFLOWER};
use crate::eye::scene::Scene;
use crate::sample::{Ellipse, Visibility};
use nalgebra::Vector3;

/// Places along a margin at which its height over the face is looked up.
const PLACES: usize = 16;
/// Pieces that a projected margin consists of.
const PIECES: usize = 2 * PLACES;
/// A face seen from farther aside (cosine of 35 degrees; the nose begins to hide the inner corner at
/// about 45, the brow the upper lid later), or from nearer (mm), may hide parts of itself.
const STEEP_COS: f64 = 0.82;
const NEAR_MM: f64 = 150.0;

/// One margin: inner to outer corner.
pub(super) struct Margin {
    /// Points of head space, mm.
    pub points: [Vector3<f64>; PLACES + 1],
    /// Heights over the eyeball's centre at even places, mm.
    pub heights: [f64; PIECES + 1],
    /// The margin in the image, px, from left to right.
    line: [[f64; 2]; PIECES + 1],
}

/// The opening between both margins.
pub(super) struct Opening<'a> {
    scene: &'a Scene,
    pub upper: Margin,
    pub lower: Margin,
    /// Whether nose and brow may hide what the lids let through.
    steep: bool,
}

impl<'a> Opening<'a> {
    pub(super) fn new(scene: &'a Scene) -> Self {
        let o = scene.observer;
        Self {
            scene,
            upper: Margin::new(scene, |place| scene.lids.margins(place).0),
            lower: Margin::new(scene, |place| scene.lids.margins(place).1),
            steep: -o.z < STEEP_COS * o.norm() || o.norm() < NEAR_MM,
        }
    }

    /// Whether what is behind the lids can be seen at an image point.
    pub(super) fn passes(&self, px: [f64; 2]) -> bool {
        if self.steep {
            let guess = -self.upper.points[PLACES / 2].z;
            let (x, v, _) = self.scene.surface(self.scene.ray(px), guess, 4);
            let (upper, lower) = self.scene.lids.depths(x, v);
            return upper > 0.0 && lower > 0.0;
        }
        match (self.upper.at(px[0]), self.lower.at(px[0])) {
            (Some(upper), Some(lower)) => (upper..lower).contains(&px[1]),
            _ => false,
        }
    }

    /// Visibility of a point of the eyeball seen at an image point.
    pub(super) fn behind(&self, px: [f64; 2]) -> Visibility {
        match self.outside(px) {
            true => Visibility::Outside,
            false if self.passes(px) => Visibility::Visible,
            false => Visibility::Hidden,
        }
    }

    /// Visibility of a point of the face (head space) seen at an image point.
    pub(super) fn on_face(&self, point: Vector3<f64>, px: [f64; 2]) -> Visibility {
        if self.outside(px) {
            return Visibility::Outside;
        }
        if self.steep {
            // Something stands clearly before it.
            let (_, _, height) = self.scene.surface(self.scene.ray(px), -point.z, 4);
            if height > 0.5 - point.z {
                return Visibility::Hidden;
            }
        }
        Visibility::Visible
    }

    fn outside(&self, [x, y]: [f64; 2]) -> bool {
        let (width, height) = (self.scene.camera.width as f64, self.scene.camera.height as f64);
        !((-0.5..width - 0.5).contains(&x) && (-0.5..height - 0.5).contains(&y))
    }

    /// Share of an ellipse's area that can be seen.
    pub(super) fn share(&self, ellipse: &Ellipse) -> f32 {
        let [cx, cy] = ellipse.center.map(f64::from);
        let (a, b) = (f64::from(ellipse.semi_major), f64::from(ellipse.semi_minor));
        let turn = f64::from(ellipse.orientation);
        let (sin, cos) = (libm::sin(turn), libm::cos(turn));
        if self.steep {
            let seen = SUNFLOWER.iter().filter(|[x, y]| {
                let (along, across) = (a * x, b * y);
                self.passes([cx + along * cos - across * sin, cy + along * sin + across * cos])
            });
            return seen.count() as f32 / SUNFLOWER.len() as f32;
        }
        // Vertical chords: their middle moves by `shear` a px, their halves shrink to the sides.
        let across = a * a * cos * cos + b * b * sin * sin;
        let shear = (a * a - b * b) * cos * sin / across;
        let half_width = across.sqrt();
        let half_height = a * b / half_width;
        let (mut seen, mut whole) = (0.0, 0.0);
        for [cos, sin] in *CHORDS {
            let (dx, half) = (half_width * cos, half_height * sin);
            let middle = cy + shear * dx;
            whole += 2.0 * half * sin;
            if let (Some(upper), Some(lower)) = (self.upper.at(cx + dx), self.lower.at(cx + dx)) {
                let length = (middle + half).min(lower) - (middle - half).max(upper);
                seen += length.max(0.0) * sin;
            }
        }
        (seen / whole) as f32
    }
}

impl Margin {
    fn new(scene: &Scene, height: impl Fn(f64) -> f64) -> Self {
        let heights = std::array::from_fn(|k| height(k as f64 / PIECES as f64));
        let points = std::array::from_fn(|k| {
            let (x, v) = (scene.lids.x(k as f64 / PLACES as f64), heights[2 * k]);
            Vector3::new(x, -v, -scene.face.height(&scene.lids, x, v))
        });
        let line = std::array::from_fn(|k| {
            let (before, after): (Vector3<f64>, _) = (points[k / 2], points[k.div_ceil(2)]);
            let place = k as f64 / PIECES as f64;
            let depth = 0.5 * (before.z + after.z);
            scene.project(Vector3::new(scene.lids.x(place), -heights[k], depth))
        });
        Self { points, heights, line }
    }

    /// Height (y) of the projected margin at x, px; `None` beyond the corners.
    fn at(&self, x: f64) -> Option<f64> {
        let (first, last) = (self.line[0][0], self.line[PIECES][0]);
        if !(first..last).contains(&x) {
            return None;
        }
        // Perspective is weak: the piece is where it would be without, or beside.
        let guess = (x - first) / (last - first) * PIECES as f64;
        let mut k = (guess as usize).min(PIECES - 1);
        while k > 0 && self.line[k][0] > x {
            k -= 1;
        }
        while k < PIECES - 1 && self.line[k + 1][0] <= x {
            k += 1;
        }
        let ([x0, y0], [x1, y1]) = (self.line[k], self.line[k + 1]);
        Some(y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0))
    }
}
