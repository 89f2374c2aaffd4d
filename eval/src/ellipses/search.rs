//! Where an iris may be, without any hint: the same question asked of every place and size.
//!
//! An iris is a dark disk with white on two sides. So a place and a size score by how much brighter it is
//! outside than inside on both sides (Daugman's integro-differential operator, PAMI 1993, on the arcs that
//! lids leave free), and by how dark the disk is; and a little by how near the middle of the image and how near
//! a usual size. Brows, lashes and frames of glasses score well too, so several places are handed on, and
//! the fits decide.

use super::SearchOptions;
use super::scaled::Scaled;

/// A place and size, px of the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub center: [f64; 2],
    pub radius: f64,
}

/// The score of every place and size.
pub(super) struct Scores {
    width: usize,
    height: usize,
    /// Px of the image to a px here.
    factor: f64,
    /// Radii here, px, and the scores with them, row by row.
    maps: Vec<(f64, Vec<f32>)>,
}

/// Rays of a side.
const RAYS: usize = 12;
/// Rays and rings of the disk.
const SPOKES: usize = 8;
const RINGS: [f64; 2] = [0.4, 0.75];
/// Half of the distance over which a rise is measured, in radii.
pub(super) const HALF_STEP: f64 = 0.13;
/// Width of the Gaussian before a radius is looked for, in radii.
const BLUR: f64 = 0.1;
/// A rise counts up to this share of the range of grey levels: a glint or a bright cheek must not decide.
pub(super) const MOST_RISE: f32 = 0.4;
/// Smallest radius that is looked for, px here.
const LEAST_RADIUS: f64 = 2.5;

impl Scores {
    /// Of an image whose grey levels are 0 to 1.
    pub fn of(image: &Scaled, options: &SearchOptions) -> Self {
        let side = options.side_px.max(16) as f64;
        let longest = image.width.max(image.height) as f64;
        let small = image.shrunk((longest / side).max(1.0));
        let longest = small.width.max(small.height) as f64;
        let (low, high) = options.radius_range;
        let sizes = options.sizes.max(2);
        let maps = (0..sizes)
            .map(|k| low * (high / low).powf(k as f64 / (sizes - 1) as f64))
            .filter(|share| share * longest >= LEAST_RADIUS)
            .map(|share| (share * longest, scores_at(&small, share, share * longest, options)))
            .collect();
        let factor = image.width as f64 / small.width as f64;
        Self { width: small.width, height: small.height, factor, maps }
    }

    /// The best places, best first, far enough from each other to be different answers.
    pub fn best(&self, count: usize) -> Vec<Place> {
        let mut maps: Vec<Vec<f32>> = self.maps.iter().map(|(_, map)| map.clone()).collect();
        let mut places = Vec::new();
        while places.len() < count {
            let top =
                |map: &Vec<f32>| map.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
            let tops = maps.iter().enumerate().filter_map(|(k, map)| top(map).map(|t| (k, t)));
            let Some((size, (at, score))) = tops.max_by(|a, b| a.1.1.total_cmp(&b.1.1)) else {
                break;
            };
            if score == f32::NEG_INFINITY {
                break;
            }
            let (radius, x, y) = (self.maps[size].0, at % self.width, at / self.width);
            let image = |v: usize| (v as f64 + 0.5) * self.factor - 0.5;
            places.push(Place { center: [image(x), image(y)], radius: radius * self.factor });
            for ((other, _), map) in self.maps.iter().zip(&mut maps) {
                if (other / radius).ln().abs() < 0.2 {
                    self.forget(map, [x, y], 0.35 * radius);
                }
            }
        }
        places
    }

    fn forget(&self, map: &mut [f32], [x, y]: [usize; 2], reach: f64) {
        for (i, score) in map.iter_mut().enumerate() {
            let (dx, dy) = (i % self.width, i / self.width);
            if (dx as f64 - x as f64).hypot(dy as f64 - y as f64) < reach {
                *score = f32::NEG_INFINITY;
            }
        }
    }

    /// The score at the nearest place and size that was looked at.
    pub fn at(&self, place: &Place) -> f64 {
        let here = |v: f64, side: usize| {
            let at = ((v + 0.5) / self.factor - 0.5).round().max(0.0);
            (at as usize).min(side - 1)
        };
        let [x, y] = [here(place.center[0], self.width), here(place.center[1], self.height)];
        let away = |radius: f64| (radius * self.factor / place.radius).ln().abs();
        let nearest = self.maps.iter().min_by(|a, b| away(a.0).total_cmp(&away(b.0)));
        nearest.map_or(f64::NEG_INFINITY, |(_, map)| f64::from(map[y * self.width + x]))
    }
}

/// The scores of one radius: as a share of the longer side, and in px.
fn scores_at(image: &Scaled, share: f64, radius: f64, options: &SearchOptions) -> Vec<f32> {
    let (width, height) = (image.width, image.height);
    let margin = (radius * (1.0 + HALF_STEP)).ceil() as usize + 2;
    let padded = image.blurred((BLUR * radius).max(0.5)).padded(margin);
    let (above, below) = (options.above_deg.to_radians(), options.below_deg.to_radians());
    let side = |sign: f64| {
        let mut sum = vec![0.0f32; width * height];
        for ray in 0..RAYS {
            let angle = -above + (above + below) * (ray as f64 + 0.5) / RAYS as f64;
            let at = |r: f64| [sign * r * angle.cos(), r * angle.sin()];
            let outer = padded.shifted(margin, at(radius * (1.0 + HALF_STEP)), width, height);
            let inner = padded.shifted(margin, at(radius * (1.0 - HALF_STEP)), width, height);
            for ((sum, outer), inner) in sum.iter_mut().zip(outer).zip(inner) {
                *sum += (outer - inner).clamp(-MOST_RISE, MOST_RISE) / RAYS as f32;
            }
        }
        sum
    };
    let (left, right) = (side(-1.0), side(1.0));
    let mut level = vec![0.0f32; width * height];
    for ring in RINGS {
        for spoke in 0..SPOKES {
            let angle = std::f64::consts::TAU * spoke as f64 / SPOKES as f64;
            let at = [ring * radius * angle.cos(), ring * radius * angle.sin()];
            let there = padded.shifted(margin, at, width, height);
            level.iter_mut().zip(there).for_each(|(sum, v)| *sum += v);
        }
    }
    let by_size = options.size_weight * (share / options.usual_radius).ln().powi(2);
    let distance_from_middle = |at: usize, side: usize| (at as f64 + 0.5) / side as f64 - 0.5;
    (0..width * height)
        .map(|i| {
            let off = distance_from_middle(i % width, width).powi(2)
                + distance_from_middle(i / width, height).powi(2);
            let dark = options.darkness_weight as f32 * level[i] / (RINGS.len() * SPOKES) as f32;
            let rise = left[i] + right[i] + left[i].min(right[i]);
            rise - dark - (options.middle_weight * off + by_size) as f32
        })
        .collect()
}
