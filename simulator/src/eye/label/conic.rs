//! The ellipse through points.

use crate::sample::Ellipse;
use nalgebra::{Matrix5, Vector5};

/// The ellipse closest to points that lie on one but for the cornea's small aberration.
///
/// Least squares of a conic `a (x² - y²) + b xy + d x + e y + f = -y²`: the normalisation that the
/// coefficients of x² and y² sum to 1 does not turn with the axes and excludes no ellipse.
pub(super) fn fit_ellipse(points: &[[f64; 2]]) -> Ellipse {
    // Centre and scale, so that the equations are well conditioned.
    let n = points.len() as f64;
    let mean = [0, 1].map(|k| points.iter().map(|p| p[k]).sum::<f64>() / n);
    let length = |x: f64, y: f64| (x * x + y * y).sqrt();
    let spread = points.iter().map(|p| length(p[0] - mean[0], p[1] - mean[1])).sum::<f64>() / n;
    // Solve the normal equations.
    let (mut matrix, mut right) = (Matrix5::zeros(), Vector5::zeros());
    for p in points {
        let (x, y) = ((p[0] - mean[0]) / spread, (p[1] - mean[1]) / spread);
        let row = Vector5::new(x * x - y * y, x * y, x, y, 1.0);
        matrix += row * row.transpose();
        right -= row * (y * y);
    }
    let k = matrix.lu().solve(&right).unwrap_or_else(Vector5::zeros);
    let (a, b, c, d, e, f) = (k[0], k[1], 1.0 - k[0], k[2], k[3], k[4]);
    // Read centre, axes and angle off the conic a x² + b xy + c y² + d x + e y + f = 0.
    let det = 4.0 * a * c - b * b;
    let (x, y) = ((b * e - 2.0 * c * d) / det, (b * d - 2.0 * a * e) / det);
    let level = -(f + 0.5 * (d * x + e * y));
    let (mid, swing) = (0.5 * (a + c), 0.5 * length(a - c, b));
    let axis = |curvature: f64| (spread * (level / curvature).sqrt()) as f32;
    let angle = 0.5 * libm::atan2(b, a - c); // of the steepest direction, which is the minor axis
    Ellipse::new(
        [(mean[0] + spread * x) as f32, (mean[1] + spread * y) as f32],
        axis(mid + swing),
        axis(mid - swing),
        angle as f32,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::PI;

    #[test]
    fn a_conic_fit_gives_an_ellipse_back() {
        for orientation in [0.0, 0.5, 1.57, 2.4] {
            let ellipse = Ellipse::new([31.0, 14.5], 6.0, 4.5, orientation);
            let points: Vec<[f64; 2]> =
                (0..20).map(|k| ellipse.point(k as f32 * 0.31).map(|c| c as f64)).collect();
            let fit = fit_ellipse(&points);
            assert!(fit.center_distance(&ellipse) < 1e-4);
            assert!((fit.semi_major - 6.0).abs() < 1e-4 && (fit.semi_minor - 4.5).abs() < 1e-4);
            let turn = (fit.orientation - ellipse.orientation).abs();
            assert!(turn < 1e-3 || (turn - PI).abs() < 1e-3, "{orientation}: {fit:?}");
        }
    }
}
