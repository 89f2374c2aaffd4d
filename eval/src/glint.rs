//! Reflections of lamps and windows in the cornea: small bright spots that no edge may sit on.

use crate::edges::{Polar, length};
use crate::surface::Surface;
use simulator::sample::Ellipse;

/// Relative radius (of the iris) up to which bright pixels are taken for glints.
const INSIDE: f64 = 0.9;
/// A glint is brighter than the median of the iris by this share of the way to white.
const BRIGHT: f32 = 0.35;

/// The pixels that a glint covers.
pub(crate) struct Mask {
    /// Centres of the covered pixels, row by row.
    centers: Vec<[f64; 2]>,
}

impl Mask {
    /// True if a covered pixel lies within this distance: an edge measured over it would lean on
    /// what was filled in.
    pub fn near(&self, [x, y]: [f64; 2], distance_px: f64) -> bool {
        self.centers.iter().any(|[column, row]| length([column - x, row - y]) <= distance_px)
    }
}

/// Finds the glints inside an iris and fills them from their rims, so that they neither attract nor
/// repel a search. Edges must still be refused inside the mask.
pub(crate) fn remove(surface: &Surface, iris: &Ellipse) -> (Surface, Mask) {
    let (width, height) = (surface.width(), surface.height());
    let polar = Polar::new(iris);
    let inside = |x: usize, y: usize| length(polar.relative([x as f64, y as f64])) < INSIDE;
    let pixels: Vec<(usize, usize)> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .filter(|&(x, y)| inside(x, y))
        .collect();
    let mut filled = surface.clone();
    if pixels.is_empty() {
        return (filled, Mask { centers: Vec::new() });
    }

    // Mark what is much brighter than the iris, and its blurred rim.
    let value = |x: usize, y: usize| surface.values()[y * width + x];
    let mut levels: Vec<f32> = pixels.iter().map(|&(x, y)| value(x, y)).collect();
    let middle = levels.len() / 2;
    let median = *levels.select_nth_unstable_by(middle, f32::total_cmp).1;
    let mut covered = vec![false; width * height];
    let limit = median + BRIGHT * (255.0 - median);
    for &(x, y) in pixels.iter().filter(|&&(x, y)| value(x, y) > limit) {
        for j in y.saturating_sub(1)..=(y + 1).min(height - 1) {
            for i in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                covered[j * width + i] = true;
            }
        }
    }

    // Fill them as a membrane held at the rim (Laplace's equation, Gauss-Seidel).
    let holes: Vec<usize> = (0..width * height).filter(|&i| covered[i]).collect();
    let values = filled.values_mut();
    holes.iter().for_each(|&i| values[i] = median);
    for _ in 0..40 {
        for &i in &holes {
            let (x, y) = (i % width, i / width);
            let left = values[y * width + x.saturating_sub(1)];
            let right = values[y * width + (x + 1).min(width - 1)];
            let above = values[y.saturating_sub(1) * width + x];
            let below = values[(y + 1).min(height - 1) * width + x];
            values[i] = 0.25 * (left + right + above + below);
        }
    }
    let center = |&i: &usize| [(i % width) as f64, (i / width) as f64];
    (filled, Mask { centers: holes.iter().map(center).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use simulator::sample::Frame;

    #[test]
    fn a_glint_is_covered_and_filled_and_nothing_else_is() {
        let frame = Frame::from_fn(60, 36, |x, y| {
            let r = (x as f64 - 30.0).hypot(y as f64 - 18.0);
            match () {
                _ if (x, y) == (32, 17) || (x, y) == (33, 17) => 250,
                _ if r < 3.5 => 40,
                _ if r < 9.0 => 80,
                _ => 200,
            }
        });
        let iris = Ellipse::new([30.0, 18.0], 9.0, 9.0, 0.0);
        let (filled, mask) = remove(&Surface::new(&frame), &iris);
        assert!(mask.near([32.2, 17.3], 0.5) && mask.near([34.0, 16.0], 0.5));
        assert!(!mask.near([30.0, 18.0], 0.8) && mask.near([30.0, 18.0], 1.1));
        assert_eq!(mask.centers.len(), 12);
        assert!(filled.at([32.0, 17.0]) < 90.0 && filled.at([50.0, 18.0]) == 200.0);
    }
}
