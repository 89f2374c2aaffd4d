//! Where the iris is: the limbus on the two sides that the lids leave free.
//!
//! Above and below, lids cut the iris, and their edges look just like its own. So only the rays to
//! the two sides are searched; a seeded RANSAC drops those that met a lash, a lid or the corner of
//! the eye; and the fit keeps the proportions of the start guess (a circle in its coordinates),
//! because two side arcs say little about the height of an ellipse but a lot about its centre.

use crate::edges::{Edge, Polar, length, steepest};
use crate::fit::{FeatureFit, FitFailure};
use crate::surface::Surface;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use simulator::sample::Ellipse;

/// Numbers of the iris fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IrisOptions {
    /// How far from the start guess the centre is searched, in iris radii.
    pub search: f64,
    /// Smallest and greatest radius searched, in radii of the start guess.
    pub radius_range: (f64, f64),
    /// The rays of a side reach this far above the horizontal, degrees.
    pub above_deg: f64,
    /// The rays of a side reach this far below the horizontal, degrees.
    pub below_deg: f64,
    /// Rays a side.
    pub rays_per_side: usize,
    /// Width of the Gaussian whose derivative finds the edges, px.
    pub sigma_px: f64,
    /// Width of the Gaussian whose derivative finds them a second time, px.
    pub wide_sigma_px: f64,
    /// Greatest distance between the centres that the two find, px.
    pub max_disagreement_px: f64,
    /// Least median step over the limbus, grey levels.
    pub min_contrast: f64,
    /// An edge belongs to the limbus within this distance of it, in iris radii.
    pub inlier: f64,
    /// Least share of the rays of each side that must meet the limbus.
    pub min_side_share: f64,
    /// The size of the start guess counts as much as this many edges. Where lids leave little of the
    /// sides, size and height of a circle trade off; a size that is the same for a render and its
    /// refinement stops that, and says nothing of the place.
    pub size_weight: f64,
    /// Draws of RANSAC.
    pub draws: usize,
    /// Seed of RANSAC.
    pub seed: u64,
}

impl Default for IrisOptions {
    fn default() -> Self {
        Self {
            search: 0.7,
            radius_range: (0.8, 1.25),
            above_deg: 35.0,
            below_deg: 50.0,
            rays_per_side: 24,
            sigma_px: 0.8,
            wide_sigma_px: 1.4,
            max_disagreement_px: 0.5,
            min_contrast: 12.0,
            inlier: 0.06,
            min_side_share: 0.3,
            size_weight: 20.0,
            draws: 200,
            seed: 0x6972_6973,
        }
    }
}

/// Radius of an iris in units of the image width, where no start guess says better: 11.8 mm across
/// at MPIIGaze's 1.6 px a millimetre and 60 px.
const TYPICAL_RADIUS: f64 = 5.9 * 1.6 / 60.0;

/// Finds the limbus.
///
/// # Errors
/// The reason why it cannot be measured.
pub fn find(
    surface: &Surface,
    start: Option<&Ellipse>,
    options: &IrisOptions,
) -> Result<FeatureFit, FitFailure> {
    // Look for the place and size with the greatest step on both sides.
    let polar = match start {
        Some(ellipse) => localize(surface, &Polar::new(ellipse), options, options.search),
        None => {
            let (width, height) = (surface.width() as f64, surface.height() as f64);
            let radius = (TYPICAL_RADIUS * width) as f32;
            let center = [(0.5 * width) as f32, (0.5 * height) as f32];
            let reach = (0.5 * width - f64::from(radius)) / f64::from(radius);
            localize(
                surface,
                &Polar::new(&Ellipse::new(center, radius, radius, 0.0)),
                options,
                reach,
            )
        }
    }
    .ok_or(FitFailure::Occluded)?;

    // Find the edges, fit, and find them again from the better centre.
    let size_for = |polar: &Polar| {
        start.map(|s| (Polar::new(s).radius() / polar.radius(), options.size_weight))
    };
    let mut fitted = polar;
    let mut inliers = Vec::new();
    for range in [(0.72, 1.3), (0.8, 1.2), (0.8, 1.2)] {
        let edges = side_edges(surface, &fitted, options, range);
        (fitted, inliers) = consensus(&fitted, &edges, size_for(&fitted), options)?;
    }

    // Find them once more with a wider derivative, and refuse if that moves the iris.
    let wide = IrisOptions { sigma_px: options.wide_sigma_px, ..options.clone() };
    let edges = side_edges(surface, &fitted, &wide, (0.8, 1.2));
    let (other, _) = consensus(&fitted, &edges, size_for(&fitted), options)?;
    let [dx, dy] = [0, 1].map(|i| other.center[i] - fitted.center[i]);
    if length([dx, dy]) > options.max_disagreement_px {
        return Err(FitFailure::MethodsDisagree);
    }
    fitted = fitted.moved([fitted.center[0] + 0.5 * dx, fitted.center[1] + 0.5 * dy], 1.0);

    // Refuse what cannot be trusted.
    for side in [false, true] {
        let met = inliers.iter().filter(|e| (e.angle.cos() < 0.0) == side).count();
        if (met as f64) < options.min_side_share * options.rays_per_side as f64 {
            return Err(FitFailure::Occluded);
        }
    }
    let mut contrasts: Vec<f64> = inliers.iter().map(|e| e.contrast).collect();
    contrasts.sort_by(f64::total_cmp);
    let contrast = contrasts[contrasts.len() / 2];
    if contrast < options.min_contrast {
        return Err(FitFailure::LowContrast);
    }
    let factor = ratio(&fitted, &polar);
    let from_start = start.map_or(1.0, |s| ratio(&fitted, &Polar::new(s)));
    let (low, high) = options.radius_range;
    if !(low..=high).contains(&from_start) || !(0.75..=1.35).contains(&factor) {
        return Err(FitFailure::RadiusImplausible);
    }
    let squares: f64 = inliers.iter().map(|e| miss(&fitted, e).powi(2)).sum();
    Ok(FeatureFit {
        ellipse: to_ellipse(&fitted, start),
        edges: inliers.len(),
        contrast,
        residual_px: (squares / inliers.len() as f64).sqrt() * fitted.radius(),
    })
}

/// Daugman's integro-differential search on the two sides (PAMI 1993): the place and size at which
/// the luminance rises most from inside to outside, where both sides count.
fn localize(surface: &Surface, shape: &Polar, options: &IrisOptions, reach: f64) -> Option<Polar> {
    const RAYS: usize = 9;
    const SIZES: usize = 7;
    let rays = [false, true].map(|left| -> Vec<[f64; 2]> {
        angles(left, RAYS, options).map(|angle| shape.reach(angle)).collect()
    });
    let (low, high) = options.radius_range;
    let reach_px = reach * shape.radius();
    let steps = reach_px.ceil() as i32;
    let mut best: Option<(f64, Polar)> = None;
    for row in -steps..=steps {
        for column in -steps..=steps {
            let (dx, dy) = (f64::from(column), f64::from(row));
            let center = [shape.center[0] + dx, shape.center[1] + dy];
            if length([dx, dy]) > reach_px + 1.0 || !surface.contains(center) {
                continue;
            }
            for size in 0..SIZES {
                let factor = low + (high - low) * size as f64 / (SIZES - 1) as f64;
                let score = side_contrast(surface, center, factor, &rays);
                if best.as_ref().is_none_or(|(s, _)| score > *s) {
                    best = Some((score, shape.moved(center, factor)));
                }
            }
        }
    }
    best.filter(|(score, _)| *score > 0.0).map(|(_, polar)| polar)
}

/// How much brighter it is outside than inside: the sum of both sides, and the lesser once more, so
/// that one bright side alone does not win.
fn side_contrast(
    surface: &Surface,
    center: [f64; 2],
    factor: f64,
    rays: &[Vec<[f64; 2]>; 2],
) -> f64 {
    let [left, right] = rays.each_ref().map(|rays| {
        let (mut sum, mut count) = (0.0, 0);
        for [x, y] in rays {
            let at = |r: f64| [center[0] + factor * r * x, center[1] + factor * r * y];
            if surface.contains(at(1.13)) {
                sum += surface.at_fast(at(1.13)) - surface.at_fast(at(0.87));
                count += 1;
            }
        }
        if 2 * (count as usize) < rays.len() { f64::NEG_INFINITY } else { sum / f64::from(count) }
    });
    left + right + left.min(right)
}

/// Directions of the rays of one side, radians; +y is down.
fn angles(left: bool, rays: usize, options: &IrisOptions) -> impl Iterator<Item = f64> {
    let (above, below) = (options.above_deg.to_radians(), options.below_deg.to_radians());
    (0..rays).map(move |i| {
        let angle = -above + (above + below) * (i as f64 + 0.5) / rays as f64;
        if left { std::f64::consts::PI - angle } else { angle }
    })
}

fn side_edges(
    surface: &Surface,
    polar: &Polar,
    options: &IrisOptions,
    range: (f64, f64),
) -> Vec<Edge> {
    [false, true]
        .into_iter()
        .flat_map(|left| angles(left, options.rays_per_side, options))
        .filter_map(|angle| steepest(surface, polar, angle, range, options.sigma_px))
        .filter(|edge| edge.contrast >= 0.5 * options.min_contrast)
        .collect()
}

/// The circle (in the coordinates of `polar`) with the most edges near it, and those edges.
fn consensus(
    polar: &Polar,
    edges: &[Edge],
    size: Size,
    options: &IrisOptions,
) -> Result<(Polar, Vec<Edge>), FitFailure> {
    if edges.len() < 8 {
        return Err(FitFailure::TooFewEdges);
    }
    let points: Vec<[f64; 2]> = edges.iter().map(|e| polar.relative(e.point)).collect();
    let is_near = |circle: &[f64; 3], i: usize| off(circle, points[i]).abs() < options.inlier;
    let near = |circle: &[f64; 3]| -> Vec<usize> {
        (0..points.len()).filter(|&i| is_near(circle, i)).collect()
    };

    // Draw three edges, see how many agree.
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
    let mut best: Option<([f64; 3], usize)> = None;
    for _ in 0..options.draws {
        let drawn = [0; 3].map(|_| points[rng.random_range(0..points.len())]);
        let Some(circle) = circle_of(&drawn) else { continue };
        if !(0.75..=1.35).contains(&circle[2]) {
            continue;
        }
        let agreeing = (0..points.len()).filter(|&i| is_near(&circle, i)).count();
        if best.is_none_or(|(_, most)| agreeing > most) {
            best = Some((circle, agreeing));
        }
    }
    let mut best = best.map_or(Vec::new(), |(circle, _)| near(&circle));

    // Fit those that agree, and take in what is near the fit.
    for _ in 0..3 {
        let agreeing: Vec<[f64; 2]> = best.iter().map(|&i| points[i]).collect();
        let circle = circle_through(&agreeing, size).ok_or(FitFailure::NotElliptic)?;
        best = near(&circle);
        if best.len() < 8 {
            return Err(FitFailure::NotElliptic);
        }
    }
    let agreeing: Vec<[f64; 2]> = best.iter().map(|&i| points[i]).collect();
    let [u, v, r] = circle_through(&agreeing, size).ok_or(FitFailure::NotElliptic)?;
    let center = polar.point(length([u, v]), v.atan2(u));
    Ok((polar.moved(center, r), best.into_iter().map(|i| edges[i]).collect()))
}

/// The radius expected, and the number of edges whose say in it that is worth.
type Size = Option<(f64, f64)>;

fn off(circle: &[f64; 3], point: [f64; 2]) -> f64 {
    length([point[0] - circle[0], point[1] - circle[1]]) - circle[2]
}

/// The circle [x, y, radius] through three points; `None` if they lie on a line.
fn circle_of(&[a, b, c]: &[[f64; 2]; 3]) -> Option<[f64; 3]> {
    let ([ux, uy], [vx, vy]) = ([b[0] - a[0], b[1] - a[1]], [c[0] - a[0], c[1] - a[1]]);
    let (twice_area, uu, vv) = (ux * vy - uy * vx, ux * ux + uy * uy, vx * vx + vy * vy);
    let center = [vy * uu - uy * vv, ux * vv - vx * uu].map(|along| along / (2.0 * twice_area));
    let circle = [a[0] + center[0], a[1] + center[1], length(center)];
    circle.iter().all(|v| v.is_finite()).then_some(circle)
}

/// The circle [x, y, radius] with the least squared distance to the points (and from the expected
/// size): Kåsa's algebraic circle
/// (1976), then Gauss-Newton on the true distance. `None` if the points lie on a line.
fn circle_through(points: &[[f64; 2]], size: Size) -> Option<[f64; 3]> {
    use nalgebra::{Matrix3, Vector3};
    // Algebraic: x² + y² = 2 u x + 2 v y + w.
    let mut normal = Matrix3::zeros();
    let mut right = Vector3::zeros();
    for &[x, y] in points {
        let row = Vector3::new(2.0 * x, 2.0 * y, 1.0);
        normal += row * row.transpose();
        right += row * (x * x + y * y);
    }
    let s = normal.cholesky()?.solve(&right);
    let mut circle = [s[0], s[1], (s[2] + s[0] * s[0] + s[1] * s[1]).sqrt()];

    // Geometric: a few steps are enough from so near.
    for _ in 0..5 {
        let mut normal = Matrix3::zeros();
        let mut right = Vector3::zeros();
        if let Some((expected, weight)) = size {
            normal[(2, 2)] += weight;
            right[2] += weight * (expected - circle[2]);
        }
        for &point in points {
            let (dx, dy) = (point[0] - circle[0], point[1] - circle[1]);
            let distance = length([dx, dy]).max(1e-9);
            let row = Vector3::new(dx / distance, dy / distance, 1.0);
            normal += row * row.transpose();
            right += row * off(&circle, point);
        }
        let step = normal.cholesky()?.solve(&right);
        circle = [circle[0] + step[0], circle[1] + step[1], circle[2] + step[2]];
    }
    circle.iter().all(|v| v.is_finite()).then_some(circle)
}

fn miss(polar: &Polar, edge: &Edge) -> f64 {
    length(polar.relative(edge.point)) - 1.0
}

fn ratio(polar: &Polar, other: &Polar) -> f64 {
    polar.radius() / other.radius()
}

fn to_ellipse(polar: &Polar, start: Option<&Ellipse>) -> Ellipse {
    let center = polar.center.map(|v| v as f32);
    let radius = polar.radius() as f32;
    match start {
        Some(s) => {
            let factor = radius / s.mean_radius();
            Ellipse::new(center, s.semi_major * factor, s.semi_minor * factor, s.orientation)
        }
        None => Ellipse::new(center, radius, radius, 0.0),
    }
}
