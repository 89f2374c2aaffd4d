//! Shot, read and row noise: a hash of (key, pixel) into a table of normal numbers.

use crate::seed::normal_quantile;
use std::sync::LazyLock;

/// Quantiles of the normal distribution at evenly spaced shares, with a variance of exactly 1.
/// The ends are at 3.7 deviations.
static NORMAL: LazyLock<[f32; SIZE]> = LazyLock::new(|| {
    let mut table = [0.0f64; SIZE];
    // From one half, so that the two halves are alike to the last bit.
    for k in 0..SIZE / 2 {
        let value = normal_quantile((k as f64 + 0.5) / SIZE as f64);
        (table[k], table[SIZE - 1 - k]) = (value, -value);
    }
    let deviation = (table.iter().map(|v| v * v).sum::<f64>() / SIZE as f64).sqrt();
    table.map(|v| (v / deviation) as f32)
});

const SIZE: usize = 4096;

/// The noise of one exposure.
pub(super) struct Noise {
    key: u32,
    /// Variance of the light's noise at white, and in the dark.
    shot: f32,
    read: f32,
    /// Deviation of a row's offset.
    row: f32,
    table: &'static [f32; SIZE],
}

impl Noise {
    /// Deviations relative to white. The key decides the grain.
    pub fn new(key: u32, shot: f64, read: f64, row: f64) -> Self {
        let square = |v: f64| (v * v) as f32;
        Self { key, shot: square(shot), read: square(read), row: row as f32, table: &NORMAL }
    }

    /// Adds noise of variance a * light + b to one row of one band, in place. A row's offset is the
    /// same in all bands.
    pub fn add(&self, light: &mut [f32], band: usize, y: usize) {
        if self.shot == 0.0 && self.read == 0.0 && self.row == 0.0 {
            return;
        }
        let offset = self.row * self.normal(mix(self.key ^ 0x5EED_0F05, y as u32));
        let row_key = mix(self.key, (y * 4 + band) as u32);
        for (x, p) in light.iter_mut().enumerate() {
            let deviation = (self.shot * p.max(0.0) + self.read).sqrt();
            *p += deviation * self.normal(mix(row_key, x as u32)) + offset;
        }
    }

    fn normal(&self, hash: u32) -> f32 {
        self.table[(hash >> 20) as usize]
    }
}

/// A well-mixed hash (the finaliser of Chris Wellons's lowbias32).
#[inline]
fn mix(key: u32, index: u32) -> u32 {
    let mut h = key ^ index.wrapping_mul(0x9E37_79B1);
    h = (h ^ (h >> 16)).wrapping_mul(0x7FEB_352D);
    h = (h ^ (h >> 15)).wrapping_mul(0x846C_A68B);
    h ^ (h >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, deviation and correlation with the neighbour to the right and below.
    fn moments(noise: &Noise, light: f32) -> [f64; 4] {
        const N: usize = 300;
        let mut plane = vec![light; N * N];
        plane.chunks_exact_mut(N).enumerate().for_each(|(y, row)| noise.add(row, 0, y));
        let values: Vec<f64> = plane.iter().map(|&p| f64::from(p - light)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let product = |lag: usize| {
            let pairs = values.iter().zip(&values[lag..]);
            pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / (values.len() - lag) as f64
        };
        let variance = product(0);
        [mean, variance.sqrt(), product(1) / variance, product(N) / variance]
    }

    #[test]
    fn variance_is_a_times_light_plus_b_and_the_grain_is_white() {
        let noise = Noise::new(77, 0.06, 0.03, 0.0);
        for (light, expected) in
            [(0.0, 0.03), (0.25, 0.03f64.hypot(0.03)), (1.0, 0.03f64.hypot(0.06))]
        {
            let [mean, deviation, right, below] = moments(&noise, light);
            assert!(mean.abs() < 4.0 * expected / 300.0, "{light}: {mean}");
            assert!((deviation / expected - 1.0).abs() < 0.01, "{light}: {deviation}");
            assert!(right.abs() < 0.015 && below.abs() < 0.015, "{light}: {right} {below}");
        }
    }

    #[test]
    fn rows_share_their_offset() {
        let [_, deviation, right, below] = moments(&Noise::new(5, 0.0, 0.0, 0.02), 0.5);
        assert!((deviation / 0.02 - 1.0).abs() < 0.15, "{deviation}");
        assert!(right > 0.95 && below.abs() < 0.2, "{right} {below}");
    }

    #[test]
    fn the_table_is_symmetric_and_its_variance_is_one() {
        let variance = NORMAL.iter().map(|v| f64::from(v * v)).sum::<f64>() / SIZE as f64;
        assert!((variance - 1.0).abs() < 1e-6);
        assert!((0..SIZE).all(|k| NORMAL[k] == -NORMAL[SIZE - 1 - k]));
    }

    #[test]
    fn another_key_another_band_and_another_row_are_another_grain() {
        let grain = |key, band, y| {
            let mut row = [0.5; 8];
            Noise::new(key, 0.1, 0.1, 0.0).add(&mut row, band, y);
            row
        };
        assert_eq!(grain(1, 0, 0), grain(1, 0, 0));
        for other in [grain(2, 0, 0), grain(1, 1, 0), grain(1, 0, 1)] {
            assert_ne!(grain(1, 0, 0), other);
        }
    }
}
