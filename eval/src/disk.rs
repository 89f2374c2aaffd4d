//! A blurred dark disk, fitted to the pixels themselves.
//!
//! An edge point uses the few pixels around it and leans on whatever lies there; a model of the
//! whole disk uses every pixel once, leaves out the hidden ones, and weighs down the odd ones. It
//! needs a start within about a pixel, which the edges give.

use crate::edges::Polar;
use crate::glint::Mask;
use crate::surface::Surface;
use nalgebra::{SMatrix, SVector};

/// Place and size: centre x and y in px, radius in units of the shape, width of the edge in px.
/// Look: level at the middle, ramp to the right, ramp downwards, step over the edge.
const PARAMETERS: usize = 8;
type Parameters = SVector<f64, PARAMETERS>;

const ITERATIONS: usize = 20;
/// A pixel nearer than this to a masked one is left out, px.
const GLINT_PX: f64 = 1.0;

/// The fitted disk.
pub(crate) struct Disk {
    /// Centre, px.
    pub center: [f64; 2],
    /// Radius in units of the shape.
    pub factor: f64,
    /// Outside minus inside, grey levels.
    pub contrast: f64,
    /// Robust standard deviation of what the model does not explain, grey levels.
    pub residual: f64,
}

/// Fits a disk of this shape to the pixels within `reach` of its radius, without the masked ones
/// and those where `usable` is false. `None` if it does not settle near its start.
pub(crate) fn fit(
    surface: &Surface,
    mask: &Mask,
    shape: &Polar,
    reach: f64,
    usable: impl Fn([f64; 2]) -> bool,
) -> Option<Disk> {
    // Collect the pixels.
    let mut pixels: Vec<([f64; 2], f64)> = Vec::new();
    for y in 0..surface.height() {
        for x in 0..surface.width() {
            let point = [x as f64, y as f64];
            let [u, v] = shape.relative(point);
            if u.hypot(v) < reach && usable(point) && !mask.near(point, GLINT_PX) {
                pixels.push((point, f64::from(surface.values()[y * surface.width() + x])));
            }
        }
    }
    if pixels.len() < 3 * PARAMETERS {
        return None;
    }

    // Start from the levels inside and outside.
    let radius_px = shape.radius();
    let [cx, cy] = shape.center;
    let mut p = Parameters::from([cx, cy, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    let mean = |inside: bool| {
        let side = pixels.iter().filter(|(point, _)| {
            let [u, v] = shape.relative(*point);
            (u.hypot(v) < 1.0) == inside
        });
        let (sum, count) = side.fold((0.0, 0.0), |(s, n), (_, value)| (s + value, n + 1.0));
        sum / f64::max(count, 1.0)
    };
    p[4] = 0.5 * (mean(false) + mean(true));
    p[7] = mean(false) - mean(true);

    // Levenberg-Marquardt: first with Huber's weights, which lead there from anywhere near; then with
    // Tukey's, which forget a faint glint altogether.
    settle(shape, &pixels, &mut p, huber)?;
    let spread = settle(shape, &pixels, &mut p, tukey)?;
    let sound = p.iter().all(|v| v.is_finite()) && (0.5..2.0).contains(&p[2]);
    let near = (p[0] - cx).hypot(p[1] - cy) < radius_px;
    (sound && near).then_some(Disk {
        center: [p[0], p[1]],
        factor: p[2],
        contrast: p[7],
        residual: spread,
    })
}

/// Cost and weight of a residual in standard deviations (Huber 1964).
fn huber(r: f64) -> (f64, f64) {
    const KNEE: f64 = 1.5;
    if r.abs() < KNEE { (r * r, 1.0) } else { (KNEE * (2.0 * r.abs() - KNEE), KNEE / r.abs()) }
}

/// Cost and weight of a residual in standard deviations (Beaton and Tukey 1974).
fn tukey(r: f64) -> (f64, f64) {
    const END: f64 = 4.685;
    let inside = (1.0 - (r / END).powi(2)).max(0.0);
    (END * END / 3.0 * (1.0 - inside.powi(3)), inside.powi(2))
}

/// Improves the parameters until they settle; the spread of the residuals then.
fn settle(
    shape: &Polar,
    pixels: &[([f64; 2], f64)],
    p: &mut Parameters,
    robust: fn(f64) -> (f64, f64),
) -> Option<f64> {
    let mut damping = 1e-2;
    let residuals_of = |p: &Parameters| -> Vec<f64> {
        pixels.iter().map(|(point, value)| value - model(shape, p, *point)).collect()
    };
    let cost = |residuals: &[f64], spread: f64| -> f64 {
        residuals.iter().map(|r| robust(r / spread).0).sum()
    };
    let mut residuals = residuals_of(p);
    let mut spread = spread_of(&residuals);
    for _ in 0..ITERATIONS {
        let mut normal = SMatrix::<f64, PARAMETERS, PARAMETERS>::zeros();
        let mut right = Parameters::zeros();
        for ((point, _), residual) in pixels.iter().zip(&residuals) {
            let weight = robust(residual / spread).1;
            let row = gradient(shape, p, *point);
            normal += weight * row * row.transpose();
            right += weight * residual * row;
        }
        for i in 0..PARAMETERS {
            normal[(i, i)] *= 1.0 + damping;
        }
        let step = normal.cholesky()?.solve(&right);
        let mut next = *p + step;
        next[3] = next[3].clamp(0.3, 3.0);
        let next_residuals = residuals_of(&next);
        if cost(&next_residuals, spread) <= cost(&residuals, spread) {
            (*p, residuals, damping) = (next, next_residuals, damping * 0.3);
            spread = spread_of(&residuals);
            if step[0].hypot(step[1]) < 1e-4 && step[2].abs() < 1e-4 {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > 1e6 {
                break;
            }
        }
    }
    Some(spread)
}

/// Luminance at a point: a ramp, and a step over the edge of the disk.
fn model(shape: &Polar, p: &Parameters, [x, y]: [f64; 2]) -> f64 {
    let ramp = p[4] + p[5] * (x - shape.center[0]) + p[6] * (y - shape.center[1]);
    ramp + 0.5 * p[7] * step(shape, p, [x, y])
}

/// From -1 inside to 1 outside.
fn step(shape: &Polar, p: &Parameters, point: [f64; 2]) -> f64 {
    let [u, v] = shape.moved([p[0], p[1]], p[2]).relative(point);
    let distance_px = (u.hypot(v) - 1.0) * p[2] * shape.radius();
    (distance_px / p[3]).tanh()
}

fn gradient(shape: &Polar, p: &Parameters, point: [f64; 2]) -> Parameters {
    const NUDGE: f64 = 1e-4;
    let mut row = Parameters::zeros();
    for i in 0..4 {
        let (mut more, mut less) = (*p, *p);
        more[i] += NUDGE;
        less[i] -= NUDGE;
        let difference = step(shape, &more, point) - step(shape, &less, point);
        row[i] = 0.5 * p[7] * difference / (2.0 * NUDGE);
    }
    row[4] = 1.0;
    row[5] = point[0] - shape.center[0];
    row[6] = point[1] - shape.center[1];
    row[7] = 0.5 * step(shape, p, point);
    row
}

fn spread_of(residuals: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    let middle = sizes.len() / 2;
    let median = *sizes.select_nth_unstable_by(middle, f64::total_cmp).1;
    (1.4826 * median).max(0.3)
}
