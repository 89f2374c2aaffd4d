//! Smooth noise from a hash, for textures.

/// A well-mixed hash of a lattice point.
#[inline]
fn hash(seed: u32, x: i32, y: i32) -> f32 {
    let mut h = seed ^ (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
    h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
    h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    h as f32 * (2.0 / 4_294_967_296.0) - 1.0
}

/// Value noise in [-1, 1] with lattice constant 1.
#[inline]
pub(crate) fn noise(seed: u32, x: f64, y: f64) -> f64 {
    // Rounded down without a call of `floor`, which the baseline instruction set does not have.
    let down = |t: f64| t as i32 - i32::from(t < (t as i32) as f64);
    let (i, j) = (down(x), down(y));
    let (fx, fy) = (i as f64, j as f64);
    let fade = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, w) = (fade((x - fx) as f32), fade((y - fy) as f32));
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let top = mix(hash(seed, i, j), hash(seed, i + 1, j), u);
    let bottom = mix(hash(seed, i, j + 1), hash(seed, i + 1, j + 1), u);
    mix(top, bottom, w) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_centred_bounded_and_continuous() {
        let mut sum = 0.0;
        for k in 0..10_000 {
            let (x, y) = (k as f64 * 0.37 - 900.0, (k % 97) as f64 * 0.71);
            let value = noise(5, x, y);
            assert!(value.abs() <= 1.0);
            assert!((noise(5, x + 1e-5, y) - value).abs() < 1e-3);
            sum += value;
        }
        assert!((sum / 1e4).abs() < 0.03);
    }
}
