//! Where the pupil is: the dark disk inside the iris.
//!
//! Glints are masked first; then the disk is searched; then its edge is found on rays, to a
//! fraction of a pixel and in two ways (the steepest place, and the half level between pupil and
//! iris), and an ellipse fitted to each. Only if both agree is the pupil measured.

use crate::edges::{Polar, crossing, steepest};
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
            min_contrast_to_noise: 8.0,
            min_share: 0.6,
            max_residual: 0.12,
            min_roundness: 0.7,
            max_disagreement_px: 0.6,
        }
    }
}

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
    for _ in 0..2 {
        let fit = fit_edges(&surface, &masked, &iris_polar, &polar, options)?;
        polar = Polar::new(&fit.steepest.ellipse);
        found = Some(fit);
    }
    let Some(Both { steepest: fit, half_level, noise }) = found else {
        return Err(FitFailure::TooFewEdges);
    };

    // Refuse what cannot be trusted.
    let radius = f64::from(fit.ellipse.mean_radius() / iris.mean_radius());
    let (low, high) = options.radius_range;
    if !(low..=high).contains(&radius) || !(0.5..=1.8).contains(&(radius / factor)) {
        return Err(FitFailure::RadiusImplausible);
    }
    if fit.contrast < options.min_contrast.max(options.min_contrast_to_noise * noise) {
        return Err(FitFailure::LowContrast);
    }
    let roundness = |e: &Ellipse| f64::from(e.semi_minor / e.semi_major);
    if fit.residual_px > options.max_residual * f64::from(fit.ellipse.mean_radius())
        || roundness(&fit.ellipse) < options.min_roundness * roundness(iris)
    {
        return Err(FitFailure::NotElliptic);
    }
    if f64::from(fit.ellipse.center_distance(&half_level)) > options.max_disagreement_px {
        return Err(FitFailure::MethodsDisagree);
    }
    Ok(fit)
}

/// The place and size of the disk with the greatest step to its surroundings, and the size in iris
/// radii.
fn localize(surface: &Surface, iris: &Polar, options: &PupilOptions) -> Option<(Polar, f64)> {
    const RAYS: usize = 20;
    const PLACES: i32 = 8;
    let (low, high) = options.radius_range;
    let mut best: Option<(f64, Polar, f64)> = None;
    for row in -PLACES..=PLACES {
        for column in -PLACES..=PLACES {
            let (u, v) = (f64::from(column), f64::from(row));
            let offset = u.hypot(v) / f64::from(PLACES) * options.search;
            if offset > options.search {
                continue;
            }
            let center = iris.point(offset, v.atan2(u));
            for factor in (0..=8).map(|i| low + (high - low) * f64::from(i) / 8.0) {
                let candidate = iris.moved(center, 1.0);
                let mut steps: Vec<f64> = (0..RAYS)
                    .map(|ray| std::f64::consts::TAU * ray as f64 / RAYS as f64)
                    .map(|angle| {
                        let inside = surface.at_fast(candidate.point(factor - 0.1, angle));
                        let outside = surface.at_fast(candidate.point(factor + 0.1, angle));
                        outside - inside
                    })
                    .collect();
                // A lid or a lash on a few rays must not decide: leave out the extreme fifths.
                steps.sort_by(f64::total_cmp);
                let score: f64 = steps[RAYS / 5..RAYS - RAYS / 5].iter().sum();
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
    steepest: FeatureFit,
    half_level: Ellipse,
    noise: f64,
}

fn fit_edges(
    surface: &Surface,
    masked: &glint::Mask,
    iris: &Polar,
    polar: &Polar,
    options: &PupilOptions,
) -> Result<Both, FitFailure> {
    let range = (0.4, 1.7);
    let in_iris = |p: [f64; 2]| {
        let [u, v] = iris.relative(p);
        u.hypot(v) < 0.88
    };
    let angles = (0..options.rays).map(|i| std::f64::consts::TAU * i as f64 / options.rays as f64);

    // Steepest places.
    let edges: Vec<_> = angles
        .clone()
        .filter_map(|angle| steepest(surface, polar, angle, range, options.sigma_px))
        .filter(|e| in_iris(e.point) && !masked.contains(e.point))
        .collect();
    let enough = (options.min_share * options.rays as f64).ceil() as usize;
    if edges.len() < enough {
        return Err(FitFailure::TooFewEdges);
    }
    let mut points: Vec<[f64; 2]> = edges.iter().map(|e| e.point).collect();
    let ellipse = fit_most(&mut points, enough)?;
    let contrast = median(edges.iter().map(|e| e.contrast).collect());
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
        .filter(|&p| in_iris(p) && !masked.contains(p))
        .collect();
    if half.len() < enough {
        return Err(FitFailure::TooFewEdges);
    }
    let half_level = fit_most(&mut half, enough)?;

    let squares: f64 = points.iter().map(|&p| ellipse_fit::distance(&ellipse, p).powi(2)).sum();
    let steepest = FeatureFit {
        ellipse,
        edges: points.len(),
        contrast: contrast.min(outside - inside),
        residual_px: (squares / points.len() as f64).sqrt(),
    };
    Ok(Both { steepest, half_level, noise: noise_in(surface, iris) })
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
            let [u, v] = iris.relative([x as f64, y as f64]);
            if u.hypot(v) < 0.85 {
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
