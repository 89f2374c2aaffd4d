//! An image on a coarser grid, and the layers of a render between which a registration interpolates.

use crate::surface::cubic;
use simulator::sample::Frame;

/// Real numbers on a grid. Cell centres lie at integers.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub width: usize,
    pub height: usize,
    values: Vec<f64>,
}

impl Grid {
    /// The means of squares of `factor` pixels a side; what is left over at the right and at the
    /// bottom is left out.
    pub fn reduced(frame: &Frame<u8>, factor: usize) -> Self {
        let (width, height) = (frame.width() / factor, frame.height() / factor);
        let mut values = vec![0.0; width * height];
        for y in 0..height * factor {
            let line = &frame.pixels()[y * frame.width()..y * frame.width() + width * factor];
            let cells = &mut values[y / factor * width..(y / factor + 1) * width];
            for (cell, pixels) in cells.iter_mut().zip(line.chunks_exact(factor)) {
                *cell += pixels.iter().map(|&p| f64::from(p)).sum::<f64>();
            }
        }
        let area = (factor * factor) as f64;
        values.iter_mut().for_each(|v| *v /= area);
        Self { width, height, values }
    }

    /// A value for each cell.
    pub fn from_fn(width: usize, height: usize, mut f: impl FnMut(usize, usize) -> f64) -> Self {
        let values = (0..width * height).map(|i| f(i % width, i / width)).collect();
        Self { width, height, values }
    }

    /// The value of a cell.
    pub fn get(&self, x: usize, y: usize) -> f64 {
        self.values[y * self.width + x]
    }

    /// The value of the cell so many to the right and below; outside, that of the cell at the border.
    fn beside(&self, x: usize, y: usize, [right, down]: [isize; 2]) -> f64 {
        let x = x.saturating_add_signed(right).min(self.width - 1);
        let y = y.saturating_add_signed(down).min(self.height - 1);
        self.get(x, y)
    }
}

/// What is known of each cell of a render.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    /// Its level.
    pub level: f64,
    /// Slopes of the level, to the right and down, a cell.
    pub slope: [f64; 2],
    /// The level blurred by (1, 2, 1) / 4 in both directions, minus the level.
    pub blur: f64,
    /// How surely it is in view, 0 to 1.
    pub open: f64,
}

/// A render with its slopes, to be read between its cells.
pub(super) struct Layers {
    width: usize,
    height: usize,
    cells: Vec<[f64; 5]>,
}

impl Layers {
    /// Of levels, with slopes by central differences.
    pub fn new(levels: &Grid, open: &Grid) -> Self {
        let (width, height) = (levels.width, levels.height);
        let cell = |i: usize| {
            let (x, y) = (i % width, i / width);
            let at = |right, down| levels.beside(x, y, [right, down]);
            let (left, right, above, below) = (at(-1, 0), at(1, 0), at(0, -1), at(0, 1));
            let slope = |near: f64, far: f64| (8.0 * near - far) / 12.0;
            let level = at(0, 0);
            let across = slope(right - left, at(2, 0) - at(-2, 0));
            let down = slope(below - above, at(0, 2) - at(0, -2));
            let corners = at(-1, -1) + at(1, -1) + at(-1, 1) + at(1, 1);
            let blurred = (4.0 * level + 2.0 * (left + right + above + below) + corners) / 16.0;
            [level, across, down, blurred - level, open.get(x, y)]
        };
        Self { width, height, cells: (0..width * height).map(cell).collect() }
    }

    /// All layers moved by a shift (cells): what lies at a cell minus the shift, by cubic
    /// interpolation; `None` where that needs cells outside of the image.
    pub fn moved(&self, shift: [f64; 2]) -> impl Fn(usize, usize) -> Option<Cell> {
        let base = shift.map(|s| (-s).floor());
        let [columns, rows] = [0, 1].map(|i| cubic(-shift[i] - base[i]));
        let whole = (0..2).all(|i| -shift[i] == base[i]);
        move |x, y| {
            let x = x.checked_add_signed(base[0] as isize - 1)?;
            let y = y.checked_add_signed(base[1] as isize - 1)?;
            if x + 4 > self.width || y + 4 > self.height {
                return None;
            }
            let mut sums = [0.0; 5];
            if whole {
                sums = self.cells[(y + 1) * self.width + x + 1];
            } else {
                for (j, row) in rows.iter().enumerate() {
                    let line = &self.cells[(y + j) * self.width + x..][..4];
                    for (cell, column) in line.iter().zip(columns) {
                        let weight = row * column;
                        sums.iter_mut().zip(cell).for_each(|(sum, v)| *sum += weight * v);
                    }
                }
            }
            let [level, right, down, blur, open] = sums;
            Some(Cell { level, slope: [right, down], blur, open: open.clamp(0.0, 1.0) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_plane_is_read_where_it_was_with_its_own_slopes() {
        let plane = Grid::from_fn(20, 20, |x, y| 3.0 * x as f64 - 2.0 * y as f64);
        let layers = Layers::new(&plane, &Grid::from_fn(20, 20, |_, _| 1.0));
        for shift in [[0.3, -1.6], [2.0, 0.0], [0.0, 0.0]] {
            let cell = layers.moved(shift)(10, 9).expect("far from the border");
            let expected = 3.0 * (10.0 - shift[0]) - 2.0 * (9.0 - shift[1]);
            assert!((cell.level - expected).abs() < 1e-9, "{shift:?}");
            assert!((cell.slope[0] - 3.0).abs() + (cell.slope[1] + 2.0).abs() < 1e-9);
            assert!(cell.blur.abs() < 1e-9 && (cell.open - 1.0).abs() < 1e-9);
        }
        assert!(layers.moved([12.0, 0.0])(10, 9).is_none());
        assert!(layers.moved([-9.5, 0.0])(10, 9).is_none());
    }

    #[test]
    fn a_reduced_image_holds_means() {
        let frame = Frame::from_fn(7, 4, |x, y| (x + 10 * y) as u8);
        let grid = Grid::reduced(&frame, 2);
        assert_eq!((grid.width, grid.height), (3, 2));
        assert!((grid.get(1, 1) - (2.5 + 25.0)).abs() < 1e-12);
    }
}
