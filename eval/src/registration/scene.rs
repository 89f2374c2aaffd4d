//! Both images of a pair, and which of their cells count.

use super::RegistrationOptions;
use super::grid::{Grid, Layers};
use super::tones::Place;
use super::view::View;
use crate::fit::FitFailure;
use simulator::sample::{EyeGeometry, Frame};
use std::f64::consts::PI;
use std::ops::Range;

/// A weight below this is none.
const LEAST_WEIGHT: f64 = 1e-3;

/// A pair on its grid.
pub(super) struct Scene {
    view: View,
    rendered: Layers,
    refined: Grid,
    /// How much a cell counts by its distance from the lids, 0 to 1.
    open: Grid,
    /// Sclera around the limbus that counts, cells.
    ring: f64,
}

impl Scene {
    /// Of a label, for shifts up to `reach` (cells).
    ///
    /// # Errors
    /// If the render shows too little.
    pub fn new(
        rendered: &Frame<u8>,
        refined: &Frame<u8>,
        geometry: &EyeGeometry,
        factor: usize,
        reach: f64,
        options: &RegistrationOptions,
    ) -> Result<Self, FitFailure> {
        let [before, refined] = [rendered, refined].map(|frame| Grid::reduced(frame, factor));
        let (width, height) = (before.width, before.height);
        let view = View::new(geometry, factor, [width, height], reach + options.ring + 2.0);
        let open = Grid::from_fn(width, height, |x, y| {
            (view.between_lids.get(x, y) - options.lid_margin).clamp(0.0, 1.0)
        });

        // See what counts, and of which levels it is.
        let (mut area, mut low, mut high) = (0.0, f64::INFINITY, f64::NEG_INFINITY);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let weight = open.get(x, y) * view.near_iris([x as f64, y as f64], options.ring);
            area += weight;
            if weight > 0.5 {
                low = before.get(x, y).min(low);
                high = before.get(x, y).max(high);
            }
        }
        if area < options.min_view * PI * f64::from(view.iris.mean_radius()).powi(2) {
            return Err(FitFailure::Occluded);
        }
        if high - low < options.min_contrast {
            return Err(FitFailure::LowContrast);
        }
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        let levels = Grid::from_fn(width, height, |x, y| (before.get(x, y) - middle) / half);
        let rendered = Layers::new(&levels, &open);
        Ok(Self { view, rendered, refined, open, ring: options.ring })
    }

    /// Smaller radius of the iris, cells.
    pub fn radius(&self) -> f64 {
        f64::from(self.view.iris.semi_minor)
    }

    /// What both images show if the eyeball moved by a shift (cells): between the lids before and
    /// after, on the iris or near it.
    pub fn places(&self, shift: [f64; 2], places: &mut Vec<Place>) {
        let iris = &self.view.iris;
        let radius = f64::from(iris.semi_major);
        let center = [0, 1].map(|i| f64::from(iris.center[i]) + shift[i]);
        let reach = radius + self.ring + 1.0;
        let range = |i: usize, size: usize| -> Range<usize> {
            (center[i] - reach).max(0.0) as usize
                ..((center[i] + reach + 1.0).max(0.0) as usize).min(size)
        };
        let rendered = self.rendered.moved(shift);
        places.clear();
        for y in range(1, self.refined.height) {
            for x in range(0, self.refined.width) {
                let open = self.open.get(x, y);
                if open < LEAST_WEIGHT {
                    continue;
                }
                let before = [x as f64 - shift[0], y as f64 - shift[1]];
                let near = self.view.near_iris(before, self.ring);
                if near < LEAST_WEIGHT {
                    continue;
                }
                let Some(cell) = rendered(x, y) else { continue };
                let weight = open * near * cell.open;
                if weight < LEAST_WEIGHT {
                    continue;
                }
                places.push(Place {
                    at: [(x as f64 - center[0]) / radius, (y as f64 - center[1]) / radius],
                    radius,
                    level: cell.level,
                    slope: cell.slope,
                    blur: cell.blur,
                    refined: self.refined.get(x, y),
                    weight,
                });
            }
        }
    }
}
