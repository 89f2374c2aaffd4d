//! Noise that is alike in neighbouring pixels, row after row.

use super::field::Field;

/// Noise is drawn on a lattice of this many px and interpolated.
pub(super) const SPACING_PX: usize = 3;

/// Smooth noise of a region, of mean 0 and standard deviation 1 on average.
pub(super) struct Smooth<'a> {
    field: &'a Field,
    kind: u32,
    width: usize,
    /// The lattice's row above the pixels', and the one below.
    rows: [Vec<f32>; 2],
    /// Which one is above.
    above: Option<i64>,
    /// A row of pixels, from a column of the lattice on.
    pixels: Vec<f32>,
}

impl<'a> Smooth<'a> {
    /// Noise over a region of this width.
    pub fn new(field: &'a Field, kind: u32, width: usize) -> Self {
        let cells = (width + 2 * SPACING_PX - 2) / SPACING_PX;
        let row = || vec![0.0; cells + 1];
        let pixels = vec![0.0; cells * SPACING_PX];
        Self { field, kind, width, rows: [row(), row()], above: None, pixels }
    }

    /// The noise of a row of the region's pixels. Rows that follow each other cost least.
    pub fn row(&mut self, y: usize) -> &[f32] {
        let spacing_px = SPACING_PX as i64;
        let [x, y] = self.field.place(0, y);
        let (column, row) = (x.div_euclid(spacing_px), y.div_euclid(spacing_px));
        if self.above != Some(row) {
            if self.above == Some(row - 1) {
                self.rows.swap(0, 1);
            } else {
                self.fill(0, column, row);
            }
            self.fill(1, column, row + 1);
            self.above = Some(row);
        }
        // Interpolation keeps 2/3 of the variance along each axis, a little more on a lattice.
        let n = SPACING_PX as f32;
        let scale = 3.0 * n * n / (2.0 * n * n + 1.0);
        let down = y.rem_euclid(spacing_px) as f32 / n;
        let [above, below] = &self.rows;
        let node = |k: usize| scale * (above[k] + (below[k] - above[k]) * down);
        let mut left = node(0);
        for (k, cell) in self.pixels.as_chunks_mut::<SPACING_PX>().0.iter_mut().enumerate() {
            let right = node(k + 1);
            for (step, pixel) in cell.iter_mut().enumerate() {
                *pixel = left + (right - left) * (step as f32 / n);
            }
            left = right;
        }
        &self.pixels[x.rem_euclid(spacing_px) as usize..][..self.width]
    }

    fn fill(&mut self, which: usize, column: i64, row: i64) {
        for (k, node) in self.rows[which].iter_mut().enumerate() {
            *node = self.field.lattice(self.kind, column + k as i64, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smooth_noise_has_mean_0_and_deviation_1_and_neighbours_are_alike() {
        let field = Field::new(7, [-3, 11]);
        let mut smooth = Smooth::new(&field, 2, 200);
        let rows: Vec<Vec<f32>> = (0..200).map(|y| smooth.row(y).to_vec()).collect();
        let all = || rows.iter().flatten().copied();
        let mean = all().sum::<f32>() / 40_000.0;
        let variance = all().map(|v| (v - mean).powi(2)).sum::<f32>() / 40_000.0;
        assert!(mean.abs() < 0.05 && (variance.sqrt() - 1.0).abs() < 0.05, "{mean} {variance}");
        for [one, next] in rows.array_windows::<2>() {
            let beside = one.iter().zip(&one[1..]).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
            let below = one.iter().zip(next).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
            assert!(beside < 150.0 && below < 150.0, "{beside} {below}: of strangers it is 400");
        }
    }

    #[test]
    fn it_belongs_to_the_sensors_pixel_whatever_row_came_before() {
        let (whole, part) = (Field::new(7, [0, 0]), Field::new(7, [40, 29]));
        let (mut whole, mut part) = (Smooth::new(&whole, 1, 90), Smooth::new(&part, 1, 17));
        for y in [3, 4, 9, 0, 1, 2, 3] {
            assert_eq!(whole.row(y + 29)[40..57], *part.row(y), "row {y}");
        }
    }
}
