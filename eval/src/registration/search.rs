//! The shift that explains a refined image best: a grid of shifts, then Gauss-Newton from the best.

use super::scene::Scene;
use super::tones::{Coefficients, Fit, Place, left};
use crate::fit::FitFailure;

/// Shifts of the grid, in smaller radii of the iris: the limbus is seen from so far.
const GRID_STEP: f64 = 1.0 / 4.5;
/// A shift at which less than this share of the unmoved part is in view is not tried.
const LEAST_IN_VIEW: f64 = 0.5;
/// Optima that are compared.
const STARTS: usize = 3;
/// Another optimum is not looked at where its start leaves more than so many times as much.
const CLOSE: f64 = 3.0;
/// Optima farther apart than this (cells) are two.
const APART: f64 = 1.0;
/// Twice the logarithm of the odds from which one of two optima is believed: 7 to 1.
const BELIEVED: f64 = 4.0;
/// Cells whose residuals are taken to be alike where optima are compared.
const ALIKE: f64 = 4.0;
/// Bounds of the cells whose residuals are found to be alike.
const FOUND_ALIKE: (f64, f64) = (2.5, 9.0);
/// What tones and interpolation do not explain counts as noise that is alike, too: known drifts of
/// `examples/qualify.rs` have errors of one standard error with this factor.
const MISFIT: f64 = 1.8;
/// Steps of Gauss-Newton at most, and the step that is none, cells.
const STEPS: usize = 12;
const NO_STEP: f64 = 0.01;
/// Tukey's constant, in spreads: 95 % as efficient as least squares where residuals are normal.
const TUKEY: f64 = 4.685;
/// Half a step of 8-bit levels: residuals are not known better.
const LEAST_SPREAD: f64 = 0.5;

/// An optimum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Right and down, cells.
    pub shift: [f64; 2],
    /// Of the shift, cells.
    pub standard_error: [f64; 2],
    /// Of the iris's size, as a share.
    pub growth: f64,
    /// Share of the refined part's variance that is left.
    pub left: f64,
    /// Cells in view.
    area: f64,
}

/// The best shift within `reach` (cells); of similar optima the shorter, where shifts of `expected`
/// (cells, standard deviation) are.
///
/// # Errors
/// If there is nothing to compare, or two shifts are about as good.
pub(super) fn search(scene: &Scene, reach: f64, expected: f64) -> Result<Found, FitFailure> {
    let mut places = Vec::new();
    let step = (GRID_STEP * scene.radius()).round().max(1.0);
    let steps = (reach / step) as usize;
    scene.places([0.0, 0.0], &mut places);
    let whole = area(&places);

    // Try the shifts of a grid.
    let side = 2 * steps + 1;
    let shift = |i: usize| [i % side, i / side].map(|k| (k as f64 - steps as f64) * step);
    let tried: Vec<f64> = (0..side * side)
        .map(|i| {
            scene.places(shift(i), &mut places);
            let seen = area(&places) >= LEAST_IN_VIEW * whole;
            if seen { left(&places).unwrap_or(f64::INFINITY) } else { f64::INFINITY }
        })
        .collect();

    // Go on from the lowest that no neighbour is below, and keep the likeliest end.
    let lowest_around = |i: usize| {
        let (x, y) = (i % side, i / side);
        let rows = y.saturating_sub(1)..(y + 2).min(side);
        let around = rows.map(|y| &tried[y * side..][x.saturating_sub(1)..(x + 2).min(side)]);
        around.flatten().copied().fold(f64::INFINITY, f64::min)
    };
    let mut starts: Vec<usize> = (0..tried.len())
        .filter(|&i| tried[i].is_finite() && tried[i] <= lowest_around(i))
        .collect();
    starts.sort_by(|&a, &b| tried[a].total_cmp(&tried[b]));
    let enough = starts.first().map_or(0.0, |&i| tried[i] * CLOSE);
    let starts = starts.into_iter().take(STARTS).filter(|&i| tried[i] <= enough).map(shift);
    let mut ends: Vec<(f64, Found)> = starts
        .filter_map(|shift| descend(scene, shift, &mut places))
        .map(|end| (surprise(&end, expected), end))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let &(least, best) = ends.first().ok_or(FitFailure::Unlike)?;
    let rival = |(surprise, end): &(f64, Found)| {
        let [right, down] = [0, 1].map(|i| end.shift[i] - best.shift[i]);
        right.hypot(down) > APART && surprise - least < BELIEVED
    };
    if ends.iter().any(rival) { Err(FitFailure::Unsure) } else { Ok(best) }
}

/// Minus twice the logarithm of a shift's likelihood, but for a constant.
fn surprise(found: &Found, expected: f64) -> f64 {
    let [right, down] = found.shift.map(|v| v / expected);
    found.area / ALIKE * found.left.ln() + right * right + down * down
}

/// Gauss-Newton with Tukey's weights.
fn descend(scene: &Scene, start: [f64; 2], places: &mut Vec<Place>) -> Option<Found> {
    let mut shift = start;
    scene.places(shift, places);
    let mut coefficients = Fit::new(places, None, 0.0)?.coefficients();
    let (mut standard_error, mut growth) = ([f64::INFINITY; 2], 0.0);
    for _ in 0..STEPS {
        // Weigh down what the tones do not explain, and fit tones and motion together.
        let (spread, alike) = weigh_down(places, &coefficients)?;
        let fit = Fit::new(places, Some(&coefficients), spread)?;
        coefficients = fit.coefficients();
        standard_error = fit.variances().map(|v| spread * (alike * v).sqrt());
        let (step, grown) = fit.motion();
        growth = grown;

        // Move, by a cell at most.
        let length = step[0].hypot(step[1]);
        shift = [0, 1].map(|i| shift[i] + step[i] / length.max(1.0));
        scene.places(shift, places);
        if length < NO_STEP {
            break;
        }
    }
    let left = left(places)?;
    let found = Found { shift, standard_error, growth, left, area: area(places) };
    let numbers = [shift[0], shift[1], standard_error[0], standard_error[1], growth, left];
    numbers.iter().all(|v| v.is_finite()).then_some(found)
}

/// Gives each place Tukey's weight. The spread of the residuals, grey levels, and how many cells have
/// residuals that are alike; `None` of no place.
fn weigh_down(places: &mut [Place], coefficients: &Coefficients) -> Option<(f64, f64)> {
    let residuals: Vec<f64> = places.iter().map(|place| place.residual(coefficients)).collect();
    let mut sizes: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
    let middle = sizes.len() / 2;
    if sizes.is_empty() {
        return None;
    }
    // The median size of a normal residual is 0.6745 of its standard deviation.
    let median = *sizes.select_nth_unstable_by(middle, f64::total_cmp).1;
    let spread = (median / 0.6745).max(LEAST_SPREAD);
    // What a refiner adds is a texture, not white noise. Of a first-order autoregression with this
    // correlation of neighbours, so many values say as much as an independent one.
    let bounded = |r: &f64| r.clamp(-3.0 * spread, 3.0 * spread);
    let products = residuals.windows(2).map(|pair| bounded(&pair[0]) * bounded(&pair[1]));
    let squares: f64 = residuals.iter().map(|r| bounded(r).powi(2)).sum();
    let correlation = (products.sum::<f64>() / squares.max(f64::MIN_POSITIVE)).min(0.9);
    let alike = MISFIT * (1.0 + correlation) / (1.0 - correlation);
    for (place, residual) in places.iter_mut().zip(residuals) {
        let relative = (residual / (TUKEY * spread)).powi(2);
        place.weight *= (1.0 - relative).max(0.0).powi(2);
    }
    Some((spread, alike.clamp(FOUND_ALIKE.0, FOUND_ALIKE.1)))
}

fn area(places: &[Place]) -> f64 {
    places.iter().map(|place| place.weight).sum()
}
