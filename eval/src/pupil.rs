//! Where the pupil is: the dark disk inside the iris.
//!
//! Glints are masked first; then the disk is searched; then its edge is found on rays, to a
//! fraction of a pixel and in two ways (the steepest place, and the half level between pupil and
//! iris), and an ellipse fitted to each. Only if both agree is the pupil measured.

use crate::disk;
use crate::edges::{Polar, crossing, length, steepest};
use crate::ellipse_fit;
use crate::fit::{FeatureFit, FitFailure};
use crate::glint;
use crate::surface::Surface;
use serde::{Deserialize, Serialize};
use simulator::sample::Ellipse;

/// Numbers of the pupil fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PupilOptions {
    /// How far from the iris's centre the pupil's is searched, in iris radii.
    pub search: f64,
    /// Smallest and greatest radius, in iris radii.
    pub radius_range: (f64, f64),
    /// Rays.
    pub rays: usize,
    /// Width of the Gaussian whose derivative finds the edges, px.
    pub sigma_px: f64,
    /// Least step between pupil and iris, grey levels.
    pub min_contrast: f64,
    /// Least step between pupil and iris, in standard deviations of the noise inside the iris.
    pub min_contrast_to_noise: f64,
    /// Least share of the rays that must meet the edge.
    pub min_share: f64,
    /// Greatest root mean square distance of the edge points from the ellipse, in pupil radii.
    pub max_residual: f64,
    /// Least ratio of the shorter to the longer axis, in units of the iris's.
    pub min_roundness: f64,
    /// Greatest distance between the centres that the two ways find, px.
    pub max_disagreement_px: f64,
}

impl Default for PupilOptions {
    fn default() -> Self {
        Self {
            search: 0.4,
            radius_range: (0.2, 0.68),
            rays: 48,
            sigma_px: 0.7,
            min_contrast: 12.0,
            min_contrast_to_noise: 5.0,
            min_share: 0.55,
            max_residual: 0.12,
            min_roundness: 0.7,
            max_disagreement_px: 0.4,
        }
    }
}

/// The disk is fitted to the pupil and this much around it, px.
const RIM_PX: f64 = 2.0;
/// An edge nearer than this to a glint is not used, px.
const NEAR_GLINT_PX: f64 = 0.7;
/// Nothing of the pupil lies beyond this, in iris radii: there the limbus begins.
const IN_IRIS: f64 = 0.88;

/// Finds the pupil inside an iris.
///
/// # Errors
/// The reason why it cannot be measured.
pub fn find(
    surface: &Surface,
    iris: &Ellipse,
    options: &PupilOptions,
) -> Result<FeatureFit, FitFailure> {
    let iris_polar = Polar::new(iris);
    let (surface, masked) = glint::remove(surface, iris);

    // Look for the darkest disk with a bright rim.
    let (disk, factor) = localize(&surface, &iris_polar, options).ok_or(FitFailure::LowContrast)?;

    // Two fits on the same rays, and again from the better centre.
    let mut polar = disk;
    let mut found = None;
    for range in [(0.4, 1.7), (0.55, 1.5)] {
        let fit = fit_edges(&surface, &masked, &iris_polar, &polar, range, options)?;
        polar = Polar::new(&fit.half_level);
        found = Some(fit);
    }
    let Some(Both { half_level, edges, residual_px, steepest }) = found else {
        return Err(FitFailure::TooFewEdges);
    };

    // Fit a blurred disk of the iris's proportions to the pixels.
    let radius_px = f64::from(half_level.mean_radius());
    let shape = iris_polar.moved(half_level.center.map(f64::from), radius_px / iris_polar.radius());
    let disk = disk::fit(&surface, &masked, &shape, 1.0 + RIM_PX / radius_px, |point| {
        length(iris_polar.relative(point)) < IN_IRIS
    })
    .ok_or(FitFailure::NotElliptic)?;

    // Refuse what cannot be trusted.
    let radius = disk.factor * shape.radius() / iris_polar.radius();
    let (low, high) = options.radius_range;
    if !(low..=high).contains(&radius) || !(0.5..=1.8).contains(&(radius / factor)) {
        return Err(FitFailure::RadiusImplausible);
    }
    let noise = disk.residual.max(noise_in(&surface, &iris_polar));
    if disk.contrast < options.min_contrast.max(options.min_contrast_to_noise * noise) {
        return Err(FitFailure::LowContrast);
    }
    let roundness = |e: &Ellipse| f64::from(e.semi_minor / e.semi_major);
    if residual_px > options.max_residual * radius_px
        || roundness(&half_level) < options.min_roundness * roundness(iris)
    {
        return Err(FitFailure::NotElliptic);
    }
    let away = |e: &Ellipse| {
        (f64::from(e.center[0]) - disk.center[0]).hypot(f64::from(e.center[1]) - disk.center[1])
    };
    if away(&half_level) > options.max_disagreement_px
        || away(&steepest) > 2.0 * options.max_disagreement_px
    {
        return Err(FitFailure::MethodsDisagree);
    }
    let size = radius as f32;
    let ellipse = Ellipse::new(
        disk.center.map(|v| v as f32),
        iris.semi_major * size,
        iris.semi_minor * size,
        iris.orientation,
    );
    Ok(FeatureFit { ellipse, edges, contrast: disk.contrast, residual_px })
}

/// The place and size of the disk with the greatest step to its surroundings, and the size in iris
/// radii.
///
/// A step counts as the 30th percentile and the median of the rays: a lid, a lash or the limbus on
/// some of them must not decide.
fn localize(surface: &Surface, iris: &Polar, options: &PupilOptions) -> Option<(Polar, f64)> {
    const RAYS: usize = 20;
    const PLACES: i32 = 8;
    const SIZES: usize = 9;
    let turn = |i: usize| std::f64::consts::TAU * i as f64 / RAYS as f64;
    let rays: Vec<([f64; 2], [f64; 2])> =
        (0..RAYS).map(|i| (iris.reach(turn(i)), [turn(i).cos(), turn(i).sin()])).collect();
    let (low, high) = options.radius_range;
    let mut best: Option<(f64, Polar, f64)> = None;
    let mut steps = Vec::with_capacity(RAYS);
    for row in -PLACES..=PLACES {
        for column in -PLACES..=PLACES {
            let [u, v] = [column, row].map(|k| f64::from(k) / f64::from(PLACES) * options.search);
            if length([u, v]) > options.search {
                continue;
            }
            let center = iris.point(length([u, v]), v.atan2(u));
            for size in 0..SIZES {
                let factor = low + (high - low) * size as f64 / (SIZES - 1) as f64;
                steps.clear();
                for ([x, y], [cos, sin]) in &rays {
                    let (inside, outside) = (factor - 0.1, factor + 0.1);
                    let at = |r: f64| surface.at_fast([center[0] + r * x, center[1] + r * y]);
                    if length([u + outside * cos, v + outside * sin]) < IN_IRIS {
                        steps.push(at(outside) - at(inside));
                    }
                }
                if steps.len() * 3 < RAYS * 2 {
                    continue;
                }
                let (third, half) = (steps.len() * 3 / 10, steps.len() / 2);
                steps.sort_unstable_by(f64::total_cmp);
                let score = steps[third] + steps[half];
                if best.as_ref().is_none_or(|(s, ..)| score > *s) {
                    best = Some((score, iris.moved(center, factor), factor));
                }
            }
        }
    }
    best.filter(|(score, ..)| *score > 0.0).map(|(_, polar, factor)| (polar, factor))
}

/// The two fits.
struct Both {
    steepest: Ellipse,
    half_level: Ellipse,
    /// Points of the half level and their distance from it.
    edges: usize,
    residual_px: f64,
}

fn fit_edges(
    surface: &Surface,
    masked: &glint::Mask,
    iris: &Polar,
    polar: &Polar,
    range: (f64, f64),
    options: &PupilOptions,
) -> Result<Both, FitFailure> {
    let in_iris = |p: [f64; 2]| length(iris.relative(p)) < IN_IRIS;
    let angles = (0..options.rays).map(|i| std::f64::consts::TAU * i as f64 / options.rays as f64);

    // Steepest places.
    let edges: Vec<_> = angles
        .clone()
        .filter_map(|angle| steepest(surface, polar, angle, range, options.sigma_px))
        .filter(|e| in_iris(e.point) && !masked.near(e.point, NEAR_GLINT_PX))
        .collect();
    let enough = (options.min_share * options.rays as f64).ceil() as usize;
    if edges.len() < enough {
        return Err(FitFailure::TooFewEdges);
    }
    let mut points: Vec<[f64; 2]> = edges.iter().map(|e| e.point).collect();
    let ellipse = fit_most(&mut points, enough)?;
    let fitted = Polar::new(&ellipse);

    // Half level between the inside and the outside of what was found.
    let ring = |radius: f64| {
        median(angles.clone().map(|a| surface.at(fitted.point(radius, a))).collect::<Vec<_>>())
    };
    let (inside, outside) = (ring(0.4), ring(1.4));
    let level = 0.5 * (inside + outside);
    let mut half: Vec<[f64; 2]> = angles
        .clone()
        .filter_map(|angle| crossing(surface, &fitted, angle, range, level, 1.0))
        .filter(|&p| in_iris(p) && !masked.near(p, NEAR_GLINT_PX))
        .collect();
    if half.len() < enough {
        return Err(FitFailure::TooFewEdges);
    }
    let half_level = fit_most(&mut half, enough)?;

    let squares: f64 = half.iter().map(|&p| ellipse_fit::distance(&half_level, p).powi(2)).sum();
    Ok(Both {
        steepest: ellipse,
        half_level,
        edges: half.len(),
        residual_px: (squares / half.len() as f64).sqrt(),
    })
}

/// Fits an ellipse, drops the points far from it, and fits again, three times.
fn fit_most(points: &mut Vec<[f64; 2]>, enough: usize) -> Result<Ellipse, FitFailure> {
    let refused = |_| FitFailure::NotElliptic;
    let mut ellipse = ellipse_fit::fit(points).map_err(refused)?;
    for _ in 0..3 {
        let away = |p: &[f64; 2]| ellipse_fit::distance(&ellipse, *p).abs();
        let limit = (2.5 * 1.4826 * median(points.iter().map(away).collect())).max(0.15);
        points.retain(|p| away(p) <= limit);
        if points.len() < enough {
            return Err(FitFailure::NotElliptic);
        }
        ellipse = ellipse_fit::fit(points).map_err(refused)?;
    }
    Ok(ellipse)
}

fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Standard deviation of the noise inside the iris, grey levels: Immerkær's mask (1996), which sees
/// no ramps, with the median in place of the mean so that edges do not count.
fn noise_in(surface: &Surface, iris: &Polar) -> f64 {
    let (width, values) = (surface.width(), surface.values());
    let mut responses = Vec::new();
    for y in 1..surface.height() - 1 {
        for x in 1..width - 1 {
            if length(iris.relative([x as f64, y as f64])) < 0.85 {
                let at =
                    |dx: usize, dy: usize| f64::from(values[(y + dy - 1) * width + x + dx - 1]);
                let corners = at(0, 0) + at(2, 0) + at(0, 2) + at(2, 2);
                let sides = at(1, 0) + at(0, 1) + at(2, 1) + at(1, 2);
                responses.push((corners - 2.0 * sides + 4.0 * at(1, 1)).abs());
            }
        }
    }
    // The mask amplifies white noise by 6; the median of |normal| is 0.6745 sd.
    median(responses) / (6.0 * 0.6745)
}
