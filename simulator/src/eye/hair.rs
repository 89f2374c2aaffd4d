//! Lashes and brows: tapered curves, anti-aliased by the share of each pixel that they cover.

use super::render::{Canvas, Corners, class};
use super::scene::Scene;
use super::shade::Shade;
use crate::lanes::{Real, V3, widest};

/// Where a hair grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Root {
    /// On the edge of the upper or the lower lid, at this place between the corners.
    UpperLid(f32),
    LowerLid(f32),
    /// On the skin, at (x, v).
    Brow(f32, f32),
}

/// One hair, drawn. Lengths in mm.
#[derive(Debug, Clone)]
pub(crate) struct Hair {
    pub root: Root,
    pub length: f32,
    pub thickness: f32,
    /// Sideways part of its direction: towards the temple, relative to the part ahead.
    pub splay: f32,
    /// Sine and cosine of its first direction, upwards of straight ahead, and of the turn from
    /// segment to segment.
    pub rise: [f32; 2],
    pub turn: [f32; 2],
}

impl Hair {
    /// A hair that rises at first by this angle and turns by `curl` to its tip, radians.
    pub(crate) fn new(
        root: Root,
        length: f64,
        thickness: f64,
        splay: f64,
        rise: f64,
        curl: f64,
    ) -> Self {
        let turn = curl / SEGMENTS as f64;
        let pair = |angle: f64| [libm::sin(angle) as f32, libm::cos(angle) as f32];
        Self {
            root,
            length: length as f32,
            thickness: thickness as f32,
            splay: splay as f32,
            rise: pair(rise),
            turn: pair(turn),
        }
    }
}

/// Straight pieces of a hair.
pub(crate) const SEGMENTS: usize = 5;

/// A line thinner than this, px, is as wide as nothing.
const THIN_PX: f32 = 0.5;

/// Below this many px per mm no single hair is seen.
const COARSE_PX_PER_MM: f32 = 2.5;

/// Hairs as a camera of this scale sees them: where they are much finer than a pixel, bundles of two.
pub(crate) fn seen_at(px_per_mm: f32, hairs: Vec<Hair>) -> Vec<Hair> {
    if px_per_mm >= COARSE_PX_PER_MM {
        return hairs;
    }
    let bundle = |hair: Hair| Hair { thickness: 2.0 * hair.thickness, ..hair };
    hairs.into_iter().step_by(2).map(bundle).collect()
}

/// Draws all hairs over the picture of a face that is seen at the places `corners`.
pub(crate) fn draw(scene: &Scene, shade: &Shade, corners: &Corners, canvas: &mut Canvas) {
    if scene.hair_opacity == 0.0 {
        return;
    }
    let color = color(scene, shade);
    // Brow hair grows upwards: none that roots above the picture is seen.
    let highest = corners.v.iter().copied().fold(f32::MIN, f32::max) + 0.5;
    let roots = roots_of(true, scene);
    for (hair, root) in scene.hairs.iter().zip(roots) {
        let is_lash = match hair.root {
            Root::Brow(_, v) if v > highest => continue,
            Root::Brow(..) => false,
            _ => true,
        };
        let points = stroke(scene, shade, hair, root);
        for k in 0..SEGMENTS {
            // Thin out towards the tip.
            let taper = 1.0 - k as f32 / SEGMENTS as f32;
            let line = Line {
                from: points[k],
                to: points[k + 1],
                thickness_px: hair.thickness * taper * scene.px_per_mm,
            };
            line.cover(canvas.width, canvas.height, |x, y, cover| {
                let cover = cover * scene.hair_opacity;
                let at = y * canvas.stride + x;
                for (plane, color) in canvas.planes.iter_mut().zip(color) {
                    plane[at] += (color - plane[at]) * cover;
                }
                if is_lash && cover > 0.5 {
                    canvas.mask[y * canvas.width + x] = class::LASH;
                }
            });
        }
    }
}

/// The light of all hair: it is lit as the skin ahead of the eye is.
pub(crate) fn color(scene: &Scene, shade: &Shade) -> [f32; 3] {
    let up = V3::new(0.0, -0.45, -0.89);
    let mut light = scene.light.ambient::<f64, 3>(up);
    for lamp in &scene.light.lamps {
        let before = V3::new(0.0, -5.0, -14.0);
        let (toward, reach) = (lamp.toward(before), lamp.reach(before));
        for (sum, color) in light.iter_mut().zip(lamp.color) {
            *sum += 0.6 * reach * color as f64 * up.dot(toward).max(0.1);
        }
    }
    let open = shade.open(0.0, 8.0);
    std::array::from_fn(|b| (scene.hair_color[b] as f64 * light[b] * open) as f32)
}

widest! {
    /// Where hairs of the lids grow, head space, mm; no place for others.
    fn roots_of(scene: &Scene) -> Vec<[f32; 3]> = roots
}

#[inline(always)]
fn roots<R: Real>(scene: &Scene) -> Vec<[f32; 3]> {
    let lids = &scene.lids;
    let width = lids.outer[0] - lids.inner[0];
    let mut out = vec![[0.0; 3]; scene.hairs.len()];
    for (hairs, out) in scene.hairs.chunks(R::LANES).zip(out.chunks_mut(R::LANES)) {
        let (mut x, mut above) = ([0.0f32; 8], [0.0f32; 8]);
        let mut of_lids = false;
        for (n, hair) in hairs.iter().enumerate() {
            let (place, side) = match hair.root {
                Root::UpperLid(place) => (place, 1.0),
                Root::LowerLid(place) => (place, 0.0),
                Root::Brow(..) => continue,
            };
            of_lids = true;
            (x[n], above[n]) = (lids.inner[0] + width * place, side);
        }
        if !of_lids {
            continue;
        }
        let (x, above) = (R::load(&x), R::load(&above));
        let margins = lids.at(x);
        let upper = margins.upper + R::splat(0.8 * lids.upper_edge);
        let lower = margins.lower - R::splat(0.8 * lids.lower_edge);
        let v = R::select(R::splat(0.5).less_than(above), upper, lower);
        // A lid's edge is narrower than the cells of the shade.
        let height = scene.face.surface(lids, &margins, x, v);
        let (mut xs, mut vs, mut heights) = ([0.0; 8], [0.0; 8], [0.0; 8]);
        x.store(&mut xs);
        v.store(&mut vs);
        height.store(&mut heights);
        for (n, out) in out.iter_mut().enumerate() {
            *out = [xs[n], -vs[n], -heights[n]];
        }
    }
    out
}

/// The hair's points in the image, px.
fn stroke(scene: &Scene, shade: &Shade, hair: &Hair, root: [f32; 3]) -> [[f32; 2]; SEGMENTS + 1] {
    let mut point = root;
    if let Root::Brow(x, v) = hair.root {
        point = [x, -v, -shade.height(x, v)];
    }
    let step = hair.length / SEGMENTS as f32;
    let across = hair.splay / (1.0 + hair.splay * hair.splay).sqrt();
    let along = 1.0 / (1.0 + hair.splay * hair.splay).sqrt();
    // The direction turns by the same angle from segment to segment.
    let [mut sin, mut cos] = hair.rise;
    let [turn_sin, turn_cos] = hair.turn;
    std::array::from_fn(|_| {
        let here = point;
        point[0] += across * step;
        point[1] -= along * sin * step;
        point[2] -= along * cos * step;
        (sin, cos) = (sin * turn_cos + cos * turn_sin, cos * turn_cos - sin * turn_sin);
        if let Root::Brow(..) = hair.root {
            // Brow hair lies on the skin.
            point[2] = -shade.height(point[0], -point[1]) - 0.3;
        }
        scene.view.project(here)
    })
}

/// A piece of a hair.
struct Line {
    from: [f32; 2],
    to: [f32; 2],
    thickness_px: f32,
}

impl Line {
    /// Calls `paint(x, y, share)` for the pixels that it covers.
    fn cover(&self, width: usize, height: usize, paint: impl FnMut(usize, usize, f32)) {
        if self.thickness_px < THIN_PX {
            self.cover_thin(width, height, paint);
        } else {
            self.cover_thick(width, height, paint);
        }
    }

    /// What a thin line covers of a pixel is its length within it, times its thickness.
    fn cover_thin(&self, width: usize, height: usize, mut paint: impl FnMut(usize, usize, f32)) {
        let (a, b) = (self.from, self.to);
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = (dx * dx + dy * dy).sqrt();
        // Pixels that the line touches between two of its coordinates. (Casts hold at 0.)
        let touched = |low: f32, high: f32, size: usize| {
            ((low + 0.5) as usize)..((high + 1.5) as usize).min(size)
        };
        for y in touched(a[1].min(b[1]), a[1].max(b[1]), height) {
            let (enter, leave) = shares_within(y as f32 - a[1], dy);
            let (first, last) = (enter.max(0.0), leave.min(1.0));
            if first >= last {
                continue;
            }
            let (p, q) = (a[0] + first * dx, a[0] + last * dx);
            for x in touched(p.min(q), p.max(q), width) {
                let (enter, leave) = shares_within(x as f32 - a[0], dx);
                let share = leave.min(last) - enter.max(first);
                if share > 0.0 {
                    paint(x, y, (share * length * self.thickness_px).min(1.0));
                }
            }
        }
    }

    /// A thicker line covers pixels by their distance from it.
    fn cover_thick(&self, width: usize, height: usize, mut paint: impl FnMut(usize, usize, f32)) {
        let (a, b) = (self.from, self.to);
        // A line thinner than a pixel is a pixel-wide tent of the same area.
        let thick = self.thickness_px;
        let (half, gain) = if thick < 1.0 { (0.5, thick) } else { (0.5 * thick, 1.0) };
        let reach = half + 0.5;
        // Whole numbers within a reach of two ends. (Casts hold at 0 and at the largest number.)
        let span = |low: f32, high: f32, size: usize| {
            let first = (low - reach + 1.0) as usize;
            first..((high + reach + 1.0) as usize).min(size)
        };
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let inv = 1.0 / (dx * dx + dy * dy).max(1e-12);
        let flat = dy.abs() <= 1e-3 * dx.abs();
        for y in span(a[1].min(b[1]), a[1].max(b[1]), height) {
            let py = y as f32 - a[1];
            // Columns within reach of the line on this row.
            let (low, high) = if flat {
                (a[0].min(b[0]), a[0].max(b[0]))
            } else {
                let at = |edge: f32| a[0] + (edge / dy).clamp(0.0, 1.0) * dx;
                let (p, q) = (at(py - reach), at(py + reach));
                (p.min(q), p.max(q))
            };
            for x in span(low, high, width) {
                let px = x as f32 - a[0];
                let t = (px * dx + py * dy) * inv;
                // The end belongs to the next segment, so that no joint is painted twice.
                if !(0.0..1.0).contains(&t) {
                    continue;
                }
                let (ox, oy) = (px - t * dx, py - t * dy);
                let cover = gain * (reach - (ox * ox + oy * oy).sqrt()).clamp(0.0, 1.0);
                if cover > 0.0 {
                    paint(x, y, cover);
                }
            }
        }
    }
}

/// Where a line that moves by `d` enters and leaves the strip of one pixel around `at`, as shares of
/// the line: the first is larger if it never does.
fn shares_within(at: f32, d: f32) -> (f32, f32) {
    if d.abs() > 1e-6 {
        let per_px = 1.0 / d;
        let (p, q) = ((at - 0.5) * per_px, (at + 0.5) * per_px);
        (p.min(q), p.max(q))
    } else if at.abs() <= 0.5 {
        (0.0, 1.0)
    } else {
        (1.0, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_covers_its_own_area() {
        for (to, length) in [([10.2, 54.0], 50.0), ([50.2, 34.0], 50.0), ([60.2, 4.0], 50.0)] {
            for thickness in [0.2, 0.9, 1.0, 3.5] {
                let mut area = 0.0;
                let line = Line { from: [10.2, 4.0], to, thickness_px: thickness };
                line.cover(70, 64, |_, _, c| area += c);
                let expected = length * thickness;
                assert!((area - expected).abs() < 0.03 * 50.0, "{to:?} {thickness}: {area}");
            }
        }
    }
}
