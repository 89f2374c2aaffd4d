//! The tone curve: clipping, a power, and a blend towards a smooth S; then 8 bits.

/// Steps of the table.
const STEPS: usize = 128;

/// A table over the fourth root of light, where the curve is smooth even at black: linear
/// between its entries it is right to 0.15 grey levels.
pub(super) struct Tone([f32; STEPS + 2]);

impl Tone {
    /// Output is light^(1/gamma), blended by `contrast` with an S-shaped curve of itself.
    pub fn new(gamma: f64, contrast: f64) -> Self {
        let exponent = (4.0 / gamma) as f32;
        let contrast = contrast as f32;
        // Powers of k / STEPS; those of an even k come from the half of it.
        let (unit, double) = (libm::powf(STEPS as f32, -exponent), libm::powf(2.0, exponent));
        let mut levels = [0.0f32; STEPS + 2];
        for k in 1..STEPS {
            levels[k] = if k % 2 == 0 {
                levels[k / 2] * double
            } else {
                libm::powf(k as f32, exponent) * unit
            };
        }
        levels[STEPS..].fill(1.0);
        for level in &mut levels {
            let value = *level;
            let s = value * value * (3.0 - 2.0 * value);
            *level = 255.0 * (value + (s - value) * contrast);
        }
        Self(levels)
    }

    /// Light to grey levels, whole numbers from 0 to 255, in place.
    #[expect(clippy::manual_clamp, reason = "`clamp` would keep a NaN; this makes it black")]
    pub fn digitize(&self, row: &mut [f32]) {
        for p in row.iter_mut() {
            *p = p.max(0.0).min(1.0).sqrt().sqrt() * STEPS as f32;
        }
        for p in row.iter_mut() {
            let k = *p as usize;
            let low = self.0[k];
            *p = rounded(low + (self.0[k + 1] - low) * (*p - k as f32));
        }
    }
}

/// To a float of this size adding rounds to whole numbers, on every machine alike. Unlike
/// `f32::round` it is no call, and a loop of it is vectorised.
const MAGIC: f32 = 12_582_912.0;

/// The nearest whole number (of two equally near, the even one), for |x| < 2^22.
#[inline(always)]
pub(super) fn rounded(x: f32) -> f32 {
    (x + MAGIC) - MAGIC
}

/// The same as a byte, for x from 0 to 255: the sum's lowest bits.
#[inline(always)]
pub(super) fn nearest(x: f32) -> u8 {
    (x + MAGIC).to_bits() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_formula() {
        for (gamma, contrast) in [(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (2.2, 0.4), (4.0, 0.9)] {
            let tone = Tone::new(gamma, contrast);
            for k in 0..=1000 {
                let light = k as f64 / 1000.0;
                let value = light.powf(1.0 / gamma);
                let s = value * value * (3.0 - 2.0 * value);
                let mut row = [light as f32];
                tone.digitize(&mut row);
                let exact = 255.0 * (value + (s - value) * contrast);
                assert!((row[0] as f64 - exact).abs() < 0.65, "{gamma} {contrast} {light}");
            }
        }
    }

    #[test]
    fn black_white_and_order_stay() {
        let tone = Tone::new(2.2, 0.5);
        let mut row = [0.0, -0.3, f32::NAN, 1.0, 7.0];
        tone.digitize(&mut row);
        assert_eq!(row, [0.0, 0.0, 0.0, 255.0, 255.0]);
        let mut ramp: Vec<f32> = (0..5000).map(|k| k as f32 / 4999.0).collect();
        tone.digitize(&mut ramp);
        assert!(ramp.is_sorted());
    }

    #[test]
    fn rounding_is_to_the_nearest_even() {
        for x in [-3.5f32, -0.2, 0.5, 1.5, 2.49, 200.7] {
            assert_eq!(rounded(x), x.round_ties_even());
            assert_eq!(nearest(x.abs()), x.abs().round_ties_even() as u8);
        }
    }
}
