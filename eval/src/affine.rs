//! Predictions against places that are known up to an affine map: a cursor on a screen whose camera nobody
//! measured.
//!
//! Where the camera's place and the screen's size are not known, no angle can be scored. But for a head that
//! stays about where it is, gaze and the place looked at on a plane differ by little more than an affine map.
//! So that map is fitted by least squares and scored on places that it was not fitted to. It forgives every
//! constant offset and scale: this score tells how much an estimator *sees*, not how right its angles are.

use crate::Error;
use crate::stats::{self, Summary};
use nalgebra::{Matrix3, Matrix3x2, RowVector3, Vector3};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Parts that places are dealt into.
pub const FOLDS: usize = 10;

/// What was predicted for an image, and the place that was looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Looked {
    /// Predicted [pitch, yaw], radians.
    pub predicted_rad: [f64; 2],
    /// The place [right, down], px of the screen.
    pub place_px: [f64; 2],
}

/// How well predictions tell places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceReport {
    /// Different places.
    pub places: usize,
    /// Distance of mapped predictions from the place, px of the screen.
    pub distance_px: Summary,
    /// What answering the mean of the other places gives, px of the screen.
    pub mean_place_px: f64,
    /// Correlation of mapped predictions with the place [right, down]; `None` where all are alike.
    pub correlation: [Option<f64>; 2],
}

/// Scores predictions after one affine map, each by a map that has not seen its place: all images of a place
/// are in one of [`FOLDS`] parts.
///
/// # Errors
/// If a number is not finite, there are fewer than four places, or those of the other parts lie on a line.
pub fn score(looked: &[Looked]) -> Result<PlaceReport, Error> {
    let finite = |l: &Looked| l.predicted_rad.iter().chain(&l.place_px).all(|v| v.is_finite());
    if let Some(at) = looked.iter().position(|l| !finite(l)) {
        return Err(Error::NotFinite { what: "a prediction or place", at });
    }
    let fold = folds(looked);
    let places = places(looked);
    if places < 4 {
        return Err(Error::TooFewPlaces { places });
    }
    let mut mapped = vec![[0.0; 2]; looked.len()];
    let mut middles = vec![0.0; looked.len()];
    for k in 0..FOLDS.min(places) {
        let others: Vec<&Looked> = at(looked, &fold, |f| f != k).map(|(_, l)| l).collect();
        let map = fit(&others).ok_or(Error::TooFewPlaces { places })?;
        let middle = [0, 1]
            .map(|axis| others.iter().map(|l| l.place_px[axis]).sum::<f64>() / others.len() as f64);
        for (i, l) in at(looked, &fold, |f| f == k) {
            mapped[i] = apply(&map, l.predicted_rad);
            middles[i] = distance(middle, l.place_px);
        }
    }
    let distances: Vec<f64> =
        mapped.iter().zip(looked).map(|(place, l)| distance(*place, l.place_px)).collect();
    let correlation = [0, 1].map(|axis| {
        let pairs: Vec<(f64, f64)> =
            mapped.iter().zip(looked).map(|(place, l)| (place[axis], l.place_px[axis])).collect();
        correlation(&pairs)
    });
    let distance_px = Summary::of(&distances).ok_or(Error::TooFewPlaces { places })?;
    let mean_place_px = stats::mean(&middles).ok_or(Error::TooFewPlaces { places })?;
    Ok(PlaceReport { places, distance_px, mean_place_px, correlation })
}

/// The part of each image: places in the order of their coordinates, dealt out in turn.
fn folds(looked: &[Looked]) -> Vec<usize> {
    let mut nth: BTreeMap<[u64; 2], usize> = looked.iter().map(|l| (key(l), 0)).collect();
    nth.values_mut().enumerate().for_each(|(i, part)| *part = i % FOLDS);
    looked.iter().map(|l| nth.get(&key(l)).copied().unwrap_or_default()).collect()
}

fn places(looked: &[Looked]) -> usize {
    looked.iter().map(key).collect::<std::collections::BTreeSet<_>>().len()
}

/// Equal for equal places; in the order of non-negative numbers.
fn key(looked: &Looked) -> [u64; 2] {
    looked.place_px.map(|v| (v + 0.0).to_bits())
}

fn at<'a>(
    looked: &'a [Looked],
    fold: &'a [usize],
    holds: impl Fn(usize) -> bool + 'a,
) -> impl Iterator<Item = (usize, &'a Looked)> {
    looked.iter().enumerate().filter(move |(i, _)| holds(fold[*i]))
}

/// The affine map with the least squared distance; `None` if the predictions don't determine one.
fn fit(looked: &[&Looked]) -> Option<Matrix3x2<f64>> {
    let mut normal = Matrix3::zeros();
    let mut right = Matrix3x2::zeros();
    for l in looked {
        let [pitch, yaw] = l.predicted_rad;
        let row = Vector3::new(pitch, yaw, 1.0);
        normal += row * row.transpose();
        right += row * nalgebra::RowVector2::from(l.place_px);
    }
    let map = normal.cholesky()?.solve(&right);
    map.iter().all(|v| v.is_finite()).then_some(map)
}

fn apply(map: &Matrix3x2<f64>, [pitch, yaw]: [f64; 2]) -> [f64; 2] {
    (RowVector3::new(pitch, yaw, 1.0) * map).into()
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Pearson's.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| -> f64 { pairs.iter().map(|p| of(p.0 - x, p.1 - y)).sum() };
    let r = sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt();
    r.is_finite().then_some(r)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Looks at a 5x4 grid, three each, seen by some affine map and moved by `noise`, radians.
    fn grid(noise: f64) -> Vec<Looked> {
        (0..60)
            .map(|i| {
                let (column, row, turn) = (i % 5, i / 5 % 4, i as f64 * 2.4);
                let place_px = [300.0 * column as f64, 250.0 * row as f64];
                let [x, y] = place_px;
                let pitch = 0.2 - 0.0003 * y + 0.00002 * x + noise * turn.sin();
                let yaw = 0.3 - 0.0004 * x + 0.00005 * y + noise * turn.cos();
                Looked { predicted_rad: [pitch, yaw], place_px }
            })
            .collect()
    }

    #[test]
    fn an_affine_map_is_forgiven_whole() {
        let report = score(&grid(0.0)).unwrap();
        assert_eq!(report.places, 20);
        assert!(report.distance_px.mean < 1e-6, "{report:?}");
        assert!(report.correlation.iter().all(|r| (r.unwrap() - 1.0).abs() < 1e-9));
        assert!(report.mean_place_px > 400.0);
    }

    #[test]
    fn noise_costs_what_it_is_worth_on_the_screen() {
        // A radian is 1 / 0.0004 px to the right and 1 / 0.0003 px down, about; a little more for places
        // that the map has not seen.
        let report = score(&grid(0.02)).unwrap();
        let about = 0.02 * (0.5 / 0.0004f64.powi(2) + 0.5 / 0.0003f64.powi(2)).sqrt();
        let ratio = report.distance_px.mean / about;
        assert!((0.85..1.25).contains(&ratio), "{ratio}");
    }

    #[test]
    fn predictions_that_say_nothing_are_as_good_as_the_mean_place() {
        let blind: Vec<Looked> = grid(0.0)
            .into_iter()
            .enumerate()
            .map(|(i, l)| Looked {
                predicted_rad: [(i as f64 * 1.7).sin(), (i as f64 * 2.9).cos()],
                ..l
            })
            .collect();
        let report = score(&blind).unwrap();
        assert!((report.distance_px.mean / report.mean_place_px - 1.0).abs() < 0.15, "{report:?}");
    }

    #[test]
    fn too_few_places_and_no_numbers_are_refused() {
        let three: Vec<Looked> =
            grid(0.0).into_iter().filter(|l| l.place_px[0] < 1.0).take(3).collect();
        assert!(score(&three).unwrap_err().to_string().contains("3 places"));
        assert!(score(&[]).is_err());
        // All on one line, so that one axis of the map is anybody's guess.
        let line: Vec<Looked> = (0..40)
            .map(|i| Looked {
                predicted_rad: [0.0, 0.01 * f64::from(i)],
                place_px: [f64::from(i), 0.0],
            })
            .collect();
        assert!(score(&line).is_err());
        let mut odd = grid(0.0);
        odd[7].predicted_rad[1] = f64::NAN;
        assert!(score(&odd).unwrap_err().to_string().contains('7'));
    }
}
