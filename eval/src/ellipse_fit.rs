//! The ellipse through points, by direct least squares.
//!
//! Of all conics it is the one with the least algebraic distance that is an ellipse
//! (Fitzgibbon, Pilu and Fisher, PAMI 1999), with the parameters split as Halir and Flusser (WSCG
//! 1998) did for stability. The points decide the accuracy, not the method: at this size the usual
//! fits agree within 0.01 px.

use nalgebra::{DMatrix, Matrix3, SymmetricEigen, Vector3};
use simulator::sample::Ellipse;
use thiserror::Error;

/// Why no ellipse goes through these points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EllipseFitError {
    /// Five points define an ellipse.
    #[error("an ellipse needs 5 points and got {0}")]
    TooFewPoints(usize),
    /// A point is NaN or infinite.
    #[error("a point is not finite")]
    NotFinite,
    /// The points lie on a line, or on fewer than five places.
    #[error("the points do not define an ellipse")]
    Degenerate,
}

/// Ridge on the scatter matrix, relative to its trace: keeps the matrix positive definite where the
/// points lie on an ellipse exactly, and moves the result by less than 1e-9 of its size.
const RIDGE: f64 = 1e-13;

/// Fits an ellipse to points (px). Needs five or more, in any order.
///
/// ```
/// use simulator::sample::Ellipse;
/// let truth = Ellipse::new([30.0, 18.0], 6.0, 5.0, 0.4);
/// let points: Vec<[f64; 2]> =
///     (0..12).map(|k| truth.point(k as f32 * 0.5).map(f64::from)).collect();
/// let fit = eval::ellipse_fit::fit(&points)?;
/// assert!(fit.center_distance(&truth) < 1e-4);
/// # Ok::<(), eval::ellipse_fit::EllipseFitError>(())
/// ```
///
/// # Errors
/// If there are fewer than five points, one is not finite, or they define no ellipse.
pub fn fit(points: &[[f64; 2]]) -> Result<Ellipse, EllipseFitError> {
    if points.len() < 5 {
        return Err(EllipseFitError::TooFewPoints(points.len()));
    }
    if points.iter().flatten().any(|v| !v.is_finite()) {
        return Err(EllipseFitError::NotFinite);
    }

    // Move the points to the origin and scale them to unit spread.
    let n = points.len() as f64;
    let center = [0, 1].map(|i| points.iter().map(|p| p[i]).sum::<f64>() / n);
    let spread = points.iter().map(|p| (p[0] - center[0]).powi(2) + (p[1] - center[1]).powi(2));
    let scale = (spread.sum::<f64>() / n).sqrt();
    if scale < 1e-9 {
        return Err(EllipseFitError::Degenerate);
    }

    // Halir-Flusser split: the linear columns first, so that QR eliminates them.
    let design = DMatrix::from_fn(points.len().max(6), 6, |row, column| {
        let Some(p) = points.get(row) else { return 0.0 };
        let (x, y) = ((p[0] - center[0]) / scale, (p[1] - center[1]) / scale);
        [x, y, 1.0, x * x, x * y, y * y][column]
    });
    let r = design.qr().r();
    let linear: Matrix3<f64> = r.fixed_view::<3, 3>(0, 0).into_owned();
    let mixed: Matrix3<f64> = r.fixed_view::<3, 3>(0, 3).into_owned();
    let quadratic: Matrix3<f64> = r.fixed_view::<3, 3>(3, 3).into_owned();

    // Minimise |quadratic a|^2 under 4 a0 a2 - a1^2 = 1. With the Cholesky factor L of the scatter
    // this is a symmetric eigenproblem with exactly one positive eigenvalue.
    let mut scatter = quadratic.transpose() * quadratic;
    scatter += Matrix3::identity() * (RIDGE * linear.norm_squared());
    let lower = scatter.cholesky().ok_or(EllipseFitError::Degenerate)?.l();
    let lower_inverse = lower.try_inverse().ok_or(EllipseFitError::Degenerate)?;
    let constraint = Matrix3::new(0.0, 0.0, 2.0, 0.0, -1.0, 0.0, 2.0, 0.0, 0.0);
    let eigen = SymmetricEigen::new(lower_inverse * constraint * lower_inverse.transpose());
    let best = eigen.eigenvalues.imax();
    if eigen.eigenvalues[best] <= 0.0 {
        return Err(EllipseFitError::Degenerate);
    }
    let a: Vector3<f64> = lower_inverse.transpose() * eigen.eigenvectors.column(best);
    let b = -linear.try_inverse().ok_or(EllipseFitError::Degenerate)? * (mixed * a);

    let ellipse = from_conic([a[0], a[1], a[2], b[0], b[1], b[2]], center, scale)?;
    // Points on a line give an ellipse that is a line.
    if ellipse.semi_minor < 1e-3 * ellipse.semi_major {
        return Err(EllipseFitError::Degenerate);
    }
    Ok(ellipse)
}

/// The ellipse a x² + b x y + c y² + d x + e y + f = 0, scaled and moved.
fn from_conic(conic: [f64; 6], origin: [f64; 2], scale: f64) -> Result<Ellipse, EllipseFitError> {
    let [a, b, c, d, e, f] = conic;
    // The centre is where the gradient vanishes.
    let discriminant = 4.0 * a * c - b * b;
    let x = (b * e - 2.0 * c * d) / discriminant;
    let y = (b * d - 2.0 * a * e) / discriminant;
    // In the axes of the quadratic form: l1 u^2 + l2 v^2 = -value at the centre.
    let at_center = f + 0.5 * (d * x + e * y);
    let form = SymmetricEigen::new(nalgebra::Matrix2::new(a, b / 2.0, b / 2.0, c));
    let axes = form.eigenvalues.map(|l| (-at_center / l).sqrt() * scale);
    let angle = form.eigenvectors[(1, 0)].atan2(form.eigenvectors[(0, 0)]);
    let center = [(x * scale + origin[0]) as f32, (y * scale + origin[1]) as f32];
    let sound = axes.iter().all(|&l| l.is_finite() && l > 0.0);
    if !sound || center.iter().any(|v| !v.is_finite()) {
        return Err(EllipseFitError::Degenerate);
    }
    Ok(Ellipse::new(center, axes[0] as f32, axes[1] as f32, angle as f32))
}

/// Distance of a point from an ellipse, px, positive outside, to first order: the algebraic
/// distance over its gradient (Sampson 1982). Good to a few percent near the ellipse.
pub fn distance(ellipse: &Ellipse, point: [f64; 2]) -> f64 {
    let (sin, cos) = f64::from(ellipse.orientation).sin_cos();
    let dx = point[0] - f64::from(ellipse.center[0]);
    let dy = point[1] - f64::from(ellipse.center[1]);
    let (a, b) = (f64::from(ellipse.semi_major), f64::from(ellipse.semi_minor));
    let (u, v) = ((dx * cos + dy * sin) / a, (dy * cos - dx * sin) / b);
    let level = u * u + v * v - 1.0;
    let gradient = 2.0 * (u / a).hypot(v / b);
    if gradient < 1e-12 { -b } else { level / gradient }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use std::f32::consts::TAU;

    fn points_on(e: &Ellipse, n: usize, from: f32, to: f32) -> Vec<[f64; 2]> {
        (0..n).map(|k| e.point(from + (to - from) * k as f32 / n as f32).map(f64::from)).collect()
    }

    #[test]
    fn an_ellipse_comes_back_from_its_points() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..1000 {
            let axis = rng.random_range(2.0..12.0f32);
            let truth = Ellipse::new(
                [rng.random_range(-50.0..600.0), rng.random_range(-50.0..600.0)],
                axis,
                axis * rng.random_range(0.3..0.98),
                rng.random_range(0.0..3.1),
            );
            let fit = fit(&points_on(&truth, 24, 0.0, TAU)).unwrap();
            assert!(fit.center_distance(&truth) < 1e-3, "{truth:?} became {fit:?}");
            assert!((fit.semi_major - truth.semi_major).abs() < 2e-3);
            assert!((fit.semi_minor - truth.semi_minor).abs() < 2e-3);
            let turn = (fit.orientation - truth.orientation).sin().abs();
            assert!(turn * (truth.semi_major - truth.semi_minor) < 5e-3);
        }
    }

    #[test]
    fn five_points_and_half_an_arc_are_enough_when_exact() {
        let truth = Ellipse::new([30.0, 18.0], 9.0, 7.0, 1.0);
        assert!(fit(&points_on(&truth, 5, 0.0, TAU)).unwrap().center_distance(&truth) < 1e-3);
        assert!(fit(&points_on(&truth, 20, 0.0, 3.1)).unwrap().center_distance(&truth) < 1e-2);
    }

    #[test]
    fn a_circle_is_an_ellipse() {
        let truth = Ellipse::new([5.0, 5.0], 4.0, 4.0, 0.0);
        let fit = fit(&points_on(&truth, 16, 0.0, TAU)).unwrap();
        assert!((fit.mean_radius() - 4.0).abs() < 1e-4);
    }

    #[test]
    fn what_is_no_ellipse_is_refused() {
        assert_eq!(fit(&[[0.0, 0.0]; 4]), Err(EllipseFitError::TooFewPoints(4)));
        assert_eq!(fit(&[[1.0, 2.0]; 9]), Err(EllipseFitError::Degenerate));
        let line: Vec<[f64; 2]> = (0..20).map(|k| [k as f64, 2.0 * k as f64 + 1.0]).collect();
        assert_eq!(fit(&line), Err(EllipseFitError::Degenerate));
        let mut points = points_on(&Ellipse::new([0.0, 0.0], 3.0, 2.0, 0.0), 8, 0.0, TAU);
        points[3][1] = f64::NAN;
        assert_eq!(fit(&points), Err(EllipseFitError::NotFinite));
    }

    #[test]
    fn the_distance_is_signed_and_zero_on_the_ellipse() {
        let e = Ellipse::new([10.0, 10.0], 4.0, 3.0, 0.0);
        assert!((distance(&e, [14.5, 10.0]) - 0.5).abs() < 0.05);
        assert!((distance(&e, [10.0, 12.8]) + 0.2).abs() < 0.02);
        assert!(distance(&e, e.point(1.0).map(f64::from)).abs() < 1e-5);
    }
}
