//! Which part of the eyeball a render shows, from its label.

use super::grid::Grid;
use simulator::sample::{Ellipse, EyeGeometry, LID_POINTS};

type Lid = [[f32; 2]; LID_POINTS];

/// The iris, and how far the cells of a grid are from the lids.
pub(super) struct View {
    /// The limbus, cells.
    pub iris: Ellipse,
    /// Its axes as unit vectors, over their halves.
    axes: [[f64; 2]; 2],
    /// Distance of each cell from the nearest lid margin, cells, negative behind the lids.
    pub between_lids: Grid,
}

impl View {
    /// Of a label, on a grid whose cells are squares of `factor` pixels. A label whose lids are single
    /// points knows no lids, and all is in view that is within `near` (cells) of the iris.
    pub fn new(
        geometry: &EyeGeometry,
        factor: usize,
        [width, height]: [usize; 2],
        near: f64,
    ) -> Self {
        let factor = factor as f32;
        let to_cell = |px: [f32; 2]| px.map(|v| (v - 0.5 * (factor - 1.0)) / factor);
        let iris = Ellipse {
            center: to_cell(geometry.iris.center),
            semi_major: geometry.iris.semi_major / factor,
            semi_minor: geometry.iris.semi_minor / factor,
            orientation: geometry.iris.orientation,
        };
        let lids = [&geometry.upper_lid, &geometry.lower_lid].map(|lid| lid.map(to_cell));
        let unknown = lids.iter().any(|lid| lid.iter().all(|point| point == &lid[0]));
        // Only cells to which the iris may move are looked at.
        let far = iris.semi_major + near as f32;
        let between_lids = Grid::from_fn(width, height, |x, y| {
            let point = [x as f32, y as f32];
            match () {
                _ if (0..2).any(|i| (point[i] - iris.center[i]).abs() > far) => f64::NEG_INFINITY,
                _ if unknown => f64::INFINITY,
                _ => depth(point, &lids),
            }
        });
        let (sin, cos) = f64::from(iris.orientation).sin_cos();
        let [major, minor] = [iris.semi_major, iris.semi_minor].map(f64::from);
        let axes = [[cos / major, sin / major], [-sin / minor, cos / minor]];
        Self { iris, axes, between_lids }
    }

    /// How much a place counts by its distance from the limbus, 0 to 1: all within `ring` outside of
    /// it, then less over one cell.
    pub fn near_iris(&self, place: [f64; 2], ring: f64) -> f64 {
        let (x, y) =
            (place[0] - f64::from(self.iris.center[0]), place[1] - f64::from(self.iris.center[1]));
        let [major, minor] = &self.axes;
        let (along, across) = (x * major[0] + y * major[1], x * minor[0] + y * minor[1]);
        let relative = (along * along + across * across).sqrt();
        let outside = (relative - 1.0) * f64::from(self.iris.mean_radius());
        (ring + 1.0 - outside).clamp(0.0, 1.0)
    }
}

/// Distance from the nearer of two lids, negative behind them.
fn depth(point: [f32; 2], [upper, lower]: &[Lid; 2]) -> f64 {
    let nearest = f64::from(square(point, upper).min(square(point, lower))).sqrt();
    let open = match (height(upper, point[0]), height(lower, point[0])) {
        (Some(upper), Some(lower)) => (upper..lower).contains(&point[1]),
        _ => false,
    };
    if open { nearest } else { -nearest }
}

/// Squared distance of a point from a chain of straight pieces.
fn square([x, y]: [f32; 2], lid: &Lid) -> f32 {
    let squares = lid.windows(2).map(|piece| {
        let ([ax, ay], [bx, by]) = (piece[0], piece[1]);
        let (ux, uy) = (bx - ax, by - ay);
        let along = ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy).max(1e-9);
        let t = along.clamp(0.0, 1.0);
        let (dx, dy) = (x - ax - t * ux, y - ay - t * uy);
        dx * dx + dy * dy
    });
    squares.fold(f32::INFINITY, f32::min)
}

/// Where a margin crosses a column.
fn height(lid: &Lid, x: f32) -> Option<f32> {
    lid.windows(2).find_map(|piece| {
        let ([ax, ay], [bx, by]) = (piece[0], piece[1]);
        let crosses = (ax.min(bx)..=ax.max(bx)).contains(&x) && ax != bx;
        crosses.then(|| ay + (by - ay) * (x - ax) / (bx - ax))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lid(y: f32) -> Lid {
        std::array::from_fn(|k| [5.0 * k as f32, y])
    }

    #[test]
    fn between_straight_lids_the_distance_is_that_of_the_nearer_one() {
        let lids = [lid(10.0), lid(20.0)];
        for (point, expected) in
            [([20.0, 13.0], 3.0), ([17.0, 18.5], 1.5), ([20.0, 7.0], -3.0), ([43.0, 6.0], -5.0)]
        {
            assert!((depth(point, &lids) - expected).abs() < 1e-6, "{point:?}");
        }
    }
}
