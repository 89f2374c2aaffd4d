//! Lashes: tapered strokes, anti-aliased by the share of each pixel that they cover.

use super::scene::Scene;
use nalgebra::Vector3;

/// One lash, drawn. Places are between the corners, lengths in mm, angles in radians.
#[derive(Debug, Clone)]
pub(crate) struct Lash {
    pub upper: bool,
    pub place: f64,
    pub length: f64,
    pub thickness: f64,
    /// Lean towards the nearer corner.
    pub splay: f64,
    /// First direction, upwards of straight ahead, and how much it turns to the tip.
    pub rise: f64,
    pub curl: f64,
}

const SEGMENTS: usize = 5;

/// Light that a lash returns, relative to white.
const LASH_RADIANCE: f64 = 0.02;

/// Draws all lashes over the picture.
pub(crate) fn draw(scene: &Scene, width: usize, height: usize, pixels: &mut [f32]) {
    if scene.lash_opacity == 0.0 {
        return;
    }
    for lash in &scene.lashes {
        let points = stroke(scene, lash);
        for k in 0..SEGMENTS {
            // Thin out towards the tip.
            let taper = 1.0 - k as f64 / SEGMENTS as f64;
            let thickness_px = lash.thickness * taper * scene.px_per_mm();
            segment(points[k], points[k + 1], thickness_px, width, height, |at, cover| {
                let cover = cover * scene.lash_opacity as f32;
                pixels[at] += (LASH_RADIANCE as f32 - pixels[at]) * cover;
            });
        }
    }
}

/// The stroke's points, px.
fn stroke(scene: &Scene, lash: &Lash) -> [[f64; 2]; SEGMENTS + 1] {
    let lids = &scene.lids;
    let x = lids.x(lash.place);
    let (upper, lower) = lids.margins(lash.place);
    let v = if lash.upper { upper } else { lower };
    let mut point = Vector3::new(x, -v, -scene.face.height(lids, x, v));
    let step = lash.length / SEGMENTS as f64;
    std::array::from_fn(|k| {
        let here = point;
        let angle = lash.rise + lash.curl * k as f64 / SEGMENTS as f64;
        let direction = Vector3::new(lash.splay, -angle.sin(), -angle.cos());
        point += direction * step;
        scene.project(here)
    })
}

/// Calls `paint(pixel, share)` for the pixels that a line of this thickness covers.
fn segment(
    a: [f64; 2],
    b: [f64; 2],
    thickness: f64,
    width: usize,
    height: usize,
    mut paint: impl FnMut(usize, f32),
) {
    // A line thinner than a pixel is a pixel-wide tent of the same area.
    let (half, gain) = if thickness < 1.0 { (0.5, thickness) } else { (0.5 * thickness, 1.0) };
    let reach = half + 0.5;
    let span = |low: f64, high: f64, size: usize| {
        let first = (low - reach).ceil().max(0.0) as usize;
        let last = (high + reach).floor().min(size as f64 - 1.0);
        first..(last + 1.0).max(0.0) as usize
    };
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length_squared = (dx * dx + dy * dy).max(1e-12);
    for y in span(a[1].min(b[1]), a[1].max(b[1]), height) {
        for x in span(a[0].min(b[0]), a[0].max(b[0]), width) {
            let (px, py) = (x as f64 - a[0], y as f64 - a[1]);
            let t = (px * dx + py * dy) / length_squared;
            // The end belongs to the next segment, so that no joint is painted twice.
            if !(0.0..1.0).contains(&t) {
                continue;
            }
            let distance = ((px - t * dx).powi(2) + (py - t * dy).powi(2)).sqrt();
            let cover = gain * (reach - distance).clamp(0.0, 1.0);
            if cover > 0.0 {
                paint(y * width + x, cover as f32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_covers_its_own_area() {
        for thickness in [0.2, 0.9, 1.0, 3.5] {
            let mut area = 0.0;
            segment([10.2, 4.0], [10.2, 54.0], thickness, 60, 60, |_, c| area += c as f64);
            assert!((area - 50.0 * thickness).abs() < 0.02 * 50.0, "{thickness}: {area}");
        }
    }
}
