//! Sub-pixel edges along the rays of an ellipse.

use crate::surface::Surface;
use simulator::sample::Ellipse;

/// Distance between the samples of a profile, px.
const STEP_PX: f64 = 0.2;

/// A step from dark (inside) to bright (outside).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Edge {
    /// Where the step is steepest, px.
    pub point: [f64; 2],
    /// Direction of the ray from the centre, radians, from +x towards +y.
    pub angle: f64,
    /// Level outside minus level inside, grey levels.
    pub contrast: f64,
}

/// An ellipse as a frame of polar coordinates: relative radius 1 is the ellipse itself.
///
/// The map from the unit circle is symmetric, so that `angle` is nearly the direction in the image
/// however round the ellipse is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Polar {
    pub center: [f64; 2],
    matrix: [[f64; 2]; 2],
}

impl Polar {
    pub fn new(ellipse: &Ellipse) -> Self {
        let (sin, cos) = f64::from(ellipse.orientation).sin_cos();
        let (a, b) = (f64::from(ellipse.semi_major), f64::from(ellipse.semi_minor));
        let off = (a - b) * sin * cos;
        Self {
            center: ellipse.center.map(f64::from),
            matrix: [[a * cos * cos + b * sin * sin, off], [off, a * sin * sin + b * cos * cos]],
        }
    }

    /// The same shape elsewhere and at another size.
    pub fn moved(mut self, center: [f64; 2], factor: f64) -> Self {
        self.center = center;
        self.matrix = self.matrix.map(|row| row.map(|v| v * factor));
        self
    }

    /// Radius of the circle of the same area, px.
    pub fn radius(&self) -> f64 {
        let [[a, b], [_, d]] = self.matrix;
        (a * d - b * b).sqrt()
    }

    /// The vector from the centre to the ellipse in this direction, px.
    pub fn reach(&self, angle: f64) -> [f64; 2] {
        let (sin, cos) = angle.sin_cos();
        self.matrix.map(|row| row[0] * cos + row[1] * sin)
    }

    /// The point at a relative radius in a direction, px.
    pub fn point(&self, radius: f64, angle: f64) -> [f64; 2] {
        let [x, y] = self.reach(angle);
        [self.center[0] + radius * x, self.center[1] + radius * y]
    }

    /// Where a point lies in units of the ellipse: the unit circle is the ellipse.
    pub fn relative(&self, point: [f64; 2]) -> [f64; 2] {
        let [[a, b], [_, d]] = self.matrix;
        let determinant = a * d - b * b;
        let (x, y) = (point[0] - self.center[0], point[1] - self.center[1]);
        [(d * x - b * y) / determinant, (a * y - b * x) / determinant]
    }

    /// How the relative radius grows at a place given in relative coordinates, for a px to the right
    /// and for one downwards. 0 at the centre.
    pub fn ascent(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        let [[a, b], [_, d]] = self.matrix;
        let scale = (a * d - b * b) * length([u, v]).max(1e-12);
        [(d * u - b * v) / scale, (a * v - b * u) / scale]
    }
}

/// Length of a vector. (Numbers here are far from the ends of the range that `hypot` guards.)
pub(crate) fn length([x, y]: [f64; 2]) -> f64 {
    (x * x + y * y).sqrt()
}

/// The steepest rise of luminance along a ray between two relative radii, or `None` if nothing
/// rises to a steepest place, or if the ray leaves the image.
///
/// Steepness is measured with the derivative of a Gaussian of `sigma_px`, and the place of the
/// maximum between samples by a parabola.
pub(crate) fn steepest(
    surface: &Surface,
    polar: &Polar,
    angle: f64,
    (from, to): (f64, f64),
    sigma_px: f64,
) -> Option<Edge> {
    // Sample the profile, with room for the kernel at both ends.
    let [x, y] = polar.reach(angle);
    let length = length([x, y]);
    let margin = (2.5 * sigma_px / STEP_PX).ceil() as usize;
    let inner = ((to - from) * length / STEP_PX).ceil() as usize + 1;
    let radius = |i: f64| from + (i - margin as f64) * STEP_PX / length;
    let at = |radius: f64| [polar.center[0] + radius * x, polar.center[1] + radius * y];
    let last = at(radius((inner + 2 * margin - 1) as f64));
    if !surface.contains(last) || inner < 3 {
        return None;
    }
    let profile: Vec<f64> =
        (0..inner + 2 * margin).map(|i| surface.at(at(radius(i as f64).max(0.0)))).collect();

    // Convolve with the derivative of a Gaussian.
    let kernel: Vec<f64> = (1..=margin)
        .map(|i| (i as f64 * STEP_PX / sigma_px).powi(2))
        .zip(1..)
        .map(|(t, i)| i as f64 * (-0.5 * t).exp())
        .collect();
    let slope: Vec<f64> = (margin..margin + inner)
        .map(|i| (1..=margin).map(|k| kernel[k - 1] * (profile[i + k] - profile[i - k])).sum())
        .collect();

    // Take the steepest place that is not an end, to a fraction of a sample.
    let best = (1..inner - 1)
        .filter(|&i| slope[i] > 1e-6 && slope[i] >= slope[i - 1] && slope[i] >= slope[i + 1])
        .max_by(|&a, &b| slope[a].total_cmp(&slope[b]))?;
    let (before, peak, after) = (slope[best - 1], slope[best], slope[best + 1]);
    let curvature = before - 2.0 * peak + after;
    let offset = if curvature < 0.0 { 0.5 * (before - after) / curvature } else { 0.0 };
    let place = (best + margin) as f64 + offset;
    let point = at(radius(place));
    let low = profile[best..best + margin].iter().copied().fold(f64::INFINITY, f64::min);
    let high = profile[best + margin..=best + 2 * margin].iter().copied().fold(0.0, f64::max);
    Some(Edge { point, angle, contrast: high - low })
}

/// The place nearest to `near` (a relative radius) where the ray crosses `level` upwards.
pub(crate) fn crossing(
    surface: &Surface,
    polar: &Polar,
    angle: f64,
    (from, to): (f64, f64),
    level: f64,
    near: f64,
) -> Option<[f64; 2]> {
    let [x, y] = polar.reach(angle);
    let step = STEP_PX / length([x, y]);
    let samples = ((to - from) / step).ceil() as usize + 1;
    let at = |radius: f64| [polar.center[0] + radius * x, polar.center[1] + radius * y];
    let value = |i: usize| surface.at(at(from + i as f64 * step));
    let mut best: Option<f64> = None;
    let mut previous = value(0);
    for i in 1..samples {
        let next = value(i);
        if previous < level && next >= level {
            let place = from + (i as f64 - (next - level) / (next - previous)) * step;
            if best.is_none_or(|b| (place - near).abs() < (b - near).abs()) {
                best = Some(place);
            }
        }
        previous = next;
    }
    best.map(at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use simulator::sample::Frame;

    /// A blurred dark disk at (30.3, 17.6) of radius 8.4 px.
    fn disk() -> Surface {
        Surface::new(&Frame::from_fn(60, 36, |x, y| {
            let r = (x as f64 - 30.3).hypot(y as f64 - 17.6);
            (40.0 + 120.0 / (1.0 + (-(r - 8.4) / 0.6).exp())).round() as u8
        }))
    }

    #[test]
    fn the_edge_of_a_disk_is_found_from_an_off_centre_start() {
        let start = Polar::new(&Ellipse::new([31.0, 17.0], 8.0, 8.0, 0.0));
        for k in 0..32 {
            let angle = f64::from(k) * 0.19;
            let edge = steepest(&disk(), &start, angle, (0.6, 1.4), 0.7).unwrap();
            let r = (edge.point[0] - 30.3).hypot(edge.point[1] - 17.6);
            assert!((r - 8.4).abs() < 0.12, "{r} at {angle}");
            assert!((edge.contrast - 120.0).abs() < 20.0, "{}", edge.contrast);
            let half = crossing(&disk(), &start, angle, (0.6, 1.4), 100.0, 1.0).unwrap();
            let r = (half[0] - 30.3).hypot(half[1] - 17.6);
            assert!((r - 8.4).abs() < 0.06, "{r} at {angle}");
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_rises() {
        let polar = Polar::new(&Ellipse::new([30.0, 18.0], 8.0, 8.0, 0.0));
        let flat = Surface::new(&Frame::from_fn(60, 36, |_, _| 90));
        assert_eq!(steepest(&flat, &polar, 0.3, (0.6, 1.4), 0.7), None);
        let bright = Surface::new(&Frame::from_fn(60, 36, |x, _| 250 - 4 * x as u8));
        assert_eq!(steepest(&bright, &polar, 0.0, (0.6, 1.4), 0.7), None);
    }

    #[test]
    fn relative_coordinates_undo_points() {
        let polar = Polar::new(&Ellipse::new([30.0, 18.0], 8.0, 5.0, 0.7));
        for k in 0..8 {
            let angle = f64::from(k);
            let [u, v] = polar.relative(polar.point(1.3, angle));
            assert!((u - 1.3 * angle.cos()).abs() < 1e-9 && (v - 1.3 * angle.sin()).abs() < 1e-9);
        }
    }
}
