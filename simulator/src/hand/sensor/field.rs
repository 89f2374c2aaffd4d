//! Noise that is a function of the sensor's pixel.

use crate::lanes::hash_word;

/// Noise over the pixels of one sensor image.
pub(super) struct Field {
    seed: u32,
    /// The region's first pixel.
    origin_px: [i64; 2],
}

impl Field {
    pub fn new(seed: u32, origin_px: [i64; 2]) -> Self {
        Self { seed, origin_px }
    }

    /// The seed of a kind of noise, for [`crate::lanes::Real::hash`] of places in the sensor's image.
    pub fn seed(&self, kind: u32) -> u32 {
        self.seed.wrapping_add(kind.wrapping_mul(0x9E37_79B9))
    }

    fn word(&self, kind: u32, x: i64, y: i64) -> u32 {
        hash_word(self.seed(kind), x as i32, y as i32)
    }

    /// A pixel of the region in the sensor's image.
    pub fn place(&self, x: usize, y: usize) -> [i64; 2] {
        [x as i64 + self.origin_px[0], y as i64 + self.origin_px[1]]
    }

    /// Of mean 0 and standard deviation 1, of a pixel of the region: the sum of four uniform numbers,
    /// which ends at 3.5 deviations.
    pub fn normal(&self, kind: u32, x: usize, y: usize) -> f32 {
        let [x, y] = self.place(x, y);
        self.lattice(kind, x, y)
    }

    /// As [`Self::normal`], of a place of any lattice.
    pub fn lattice(&self, kind: u32, x: i64, y: i64) -> f32 {
        // One word gives four uniform bytes; each has variance (256² - 1) / 12.
        let sum: u32 = self.word(kind, x, y).to_le_bytes().map(u32::from).iter().sum();
        (sum as f32 - 510.0) / 147.800_54
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: impl Iterator<Item = f32>) -> (f32, f32) {
        let values: Vec<f32> = values.collect();
        let n = values.len() as f32;
        let mean = values.iter().sum::<f32>() / n;
        (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n).sqrt())
    }

    #[test]
    fn noise_has_mean_0_and_deviation_1() {
        let field = Field::new(7, [-3, 11]);
        let pixels = || (0..200).flat_map(|y| (0..200).map(move |x| (x, y)));
        let (mean, sd) = moments(pixels().map(|(x, y)| field.normal(1, x, y)));
        assert!(mean.abs() < 0.02 && (sd - 1.0).abs() < 0.02, "{mean} {sd}");
    }

    #[test]
    fn it_belongs_to_the_sensors_pixel_and_not_to_the_regions() {
        let (whole, part) = (Field::new(7, [0, 0]), Field::new(7, [40, 30]));
        assert_eq!(whole.normal(1, 45, 33), part.normal(1, 5, 3));
    }
}
