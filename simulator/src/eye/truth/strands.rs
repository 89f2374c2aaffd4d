//! Hair, sample by sample: a point of the image is on a hair or is not.

use crate::eye::hair::{self, Hair, Root, SEGMENTS};
use crate::eye::scene::Scene;
use crate::eye::shade::Shade;
use nalgebra::Vector3;

/// Points across a ray's cell at which hair is looked for: hairs are thinner than the cells.
const FINER: usize = 4;

/// A straight piece of a hair in the image, px.
struct Piece {
    hair: usize,
    from: [f64; 2],
    along: [f64; 2],
    half_thickness: f64,
}

/// All hair before a scene.
pub(super) struct Strands {
    pub color: [f64; 3],
    opacity: f64,
    /// The pieces that may touch each pixel, from the first hair to the last.
    pieces: Vec<Vec<Piece>>,
}

impl Strands {
    pub(super) fn new(scene: &Scene, shade: &Shade) -> Self {
        let size = [scene.camera.width as usize, scene.camera.height as usize];
        let mut pieces: Vec<Vec<Piece>> = Vec::new();
        pieces.resize_with(size[0] * size[1], Vec::new);
        for (number, hair) in scene.hairs.iter().enumerate() {
            let points = points(scene, hair);
            for k in 0..SEGMENTS {
                let (a, b) = (points[k], points[k + 1]);
                let taper = 1.0 - k as f32 / SEGMENTS as f32;
                let half_thickness = 0.5 * (hair.thickness * taper * scene.px_per_mm) as f64;
                let span = |axis: usize| {
                    let reach = half_thickness + 0.5;
                    let (low, high) = (a[axis].min(b[axis]), a[axis].max(b[axis]));
                    let first = (low - reach).ceil().max(0.0) as usize;
                    let last = (high + reach).floor().min(size[axis] as f64 - 1.0) + 1.0;
                    first..last.max(0.0) as usize
                };
                for y in span(1) {
                    for x in span(0) {
                        pieces[y * size[0] + x].push(Piece {
                            hair: number,
                            from: a,
                            along: [b[0] - a[0], b[1] - a[1]],
                            half_thickness,
                        });
                    }
                }
            }
        }
        let opacity = scene.hair_opacity as f64;
        Self { color: hair::color(scene, shade).map(f64::from), opacity, pieces }
    }

    /// Share of hair's colour in a square cell around an image point of this pixel.
    pub(super) fn share(&self, pixel: usize, [x, y]: [f64; 2], cell: f64) -> f64 {
        let pieces = &self.pieces[pixel];
        if pieces.is_empty() || self.opacity == 0.0 {
            return 0.0;
        }
        let mut sum = 0.0;
        for n in 0..FINER * FINER {
            let off = |k: usize| ((k as f64 + 0.5) / FINER as f64 - 0.5) * cell;
            let point = [x + off(n % FINER), y + off(n / FINER)];
            // A hair covers once, however its pieces overlap.
            let (mut last, mut passes) = (usize::MAX, 1.0);
            for piece in pieces {
                if piece.hair != last && piece.covers(point) {
                    last = piece.hair;
                    passes *= 1.0 - self.opacity;
                }
            }
            sum += 1.0 - passes;
        }
        sum / (FINER * FINER) as f64
    }
}

impl Piece {
    fn covers(&self, [x, y]: [f64; 2]) -> bool {
        let (px, py) = (x - self.from[0], y - self.from[1]);
        let [dx, dy] = self.along;
        let squared = dx * dx + dy * dy;
        let t = (px * dx + py * dy) / squared.max(1e-12);
        let aside = (px * dy - py * dx).abs() / squared.max(1e-12).sqrt();
        (0.0..1.0).contains(&t) && aside < self.half_thickness
    }
}

/// A hair's points in the image, px, on the relief itself.
fn points(scene: &Scene, hair: &Hair) -> [[f64; 2]; SEGMENTS + 1] {
    let lids = &scene.lids;
    let height = |x: f64, v: f64| -> f64 { scene.face.height(lids, x, v) };
    let (x, v) = match hair.root {
        Root::UpperLid(place) => {
            let x = lids.x(place as f64);
            (x, lids.at(x).upper + 0.8 * lids.upper_edge as f64)
        }
        Root::LowerLid(place) => {
            let x = lids.x(place as f64);
            (x, lids.at(x).lower - 0.8 * lids.lower_edge as f64)
        }
        Root::Brow(x, v) => (x as f64, v as f64),
    };
    let mut point = Vector3::new(x, -v, -height(x, v));
    let (rise, turn) = (hair.rise.map(f64::from), hair.turn.map(f64::from));
    let rise = libm::atan2(rise[0], rise[1]);
    let turn = libm::atan2(turn[0], turn[1]);
    std::array::from_fn(|k| {
        let here = point;
        let angle = rise + turn * k as f64;
        let direction = Vector3::new(hair.splay as f64, -libm::sin(angle), -libm::cos(angle));
        // All hairs are as long as they are: sideways parts take from the part ahead.
        let norm = (1.0 + (hair.splay * hair.splay) as f64).sqrt();
        point += direction * (hair.length as f64 / (SEGMENTS as f64 * norm));
        if let Root::Brow(..) = hair.root {
            // Brow hair lies on the skin.
            point.z = -height(point.x, -point.y) - 0.3;
        }
        scene.project(here)
    })
}
