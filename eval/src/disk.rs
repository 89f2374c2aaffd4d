//! A blurred dark disk, fitted to the pixels themselves.
//!
//! An edge point uses the few pixels around it and leans on whatever lies there; a model of the
//! whole disk uses every pixel once, leaves out the hidden ones, and weighs down the odd ones. It
//! needs a start within about a pixel, which the edges give.

use crate::edges::{Polar, length};
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
            if length(shape.relative(point)) < reach && usable(point) && !mask.near(point, GLINT_PX)
            {
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
        let side =
            pixels.iter().filter(|(point, _)| (length(shape.relative(*point)) < 1.0) == inside);
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
    let near = length([p[0] - cx, p[1] - cy]) < radius_px;
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
            if length([step[0], step[1]]) < 1e-4 && step[2].abs() < 1e-4 {
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
    let relative = shape.moved([p[0], p[1]], 1.0).relative(point);
    let distance_px = (length(relative) - p[2]) * shape.radius();
    (distance_px / p[3]).tanh()
}

/// The derivatives of [`model`] by its parameters.
fn gradient(shape: &Polar, p: &Parameters, [x, y]: [f64; 2]) -> Parameters {
    // Of the step's argument, the distance from the edge in widths of it.
    let there = shape.moved([p[0], p[1]], 1.0);
    let relative = there.relative([x, y]);
    let per_width = shape.radius() / p[3];
    let widths = (length(relative) - p[2]) * per_width;
    let away = there.ascent(relative).map(|along| along * per_width);

    // Of the step, tanh; then of what it is multiplied by and added to.
    let step = widths.tanh();
    let slope = 0.5 * p[7] * (1.0 - step * step);
    let ramp = [x - shape.center[0], y - shape.center[1]];
    let [right, down, size, width] = [-away[0], -away[1], -per_width, -widths / p[3]];
    let by_place = [right, down, size, width].map(|by| slope * by);
    let [right, down, size, width] = by_place;
    Parameters::from([right, down, size, width, 1.0, ramp[0], ramp[1], 0.5 * step])
}

fn spread_of(residuals: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    let middle = sizes.len() / 2;
    let median = *sizes.select_nth_unstable_by(middle, f64::total_cmp).1;
    (1.4826 * median).max(0.3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use simulator::sample::Ellipse;

    #[test]
    fn the_gradient_is_that_of_the_model() {
        let shape = Polar::new(&Ellipse::new([30.0, 18.0], 8.0, 5.0, 0.7));
        let p = Parameters::from([30.4, 17.7, 0.9, 1.3, 80.0, 0.2, -0.4, 60.0]);
        for point in [[24.0, 15.0], [33.0, 22.5], [30.0, 12.0], [38.0, 19.0]] {
            let exact = gradient(&shape, &p, point);
            for i in 0..PARAMETERS {
                let at = |by: f64| {
                    let mut nudged = p;
                    nudged[i] += by;
                    model(&shape, &nudged, point)
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((exact[i] - difference).abs() < 1e-5, "{i} at {point:?}: {exact}");
            }
        }
    }
}
