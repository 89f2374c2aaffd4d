//! The few curves that shapes and textures are made of.

use super::Real;

/// `a` at 0, `b` at 1.
#[inline(always)]
pub(crate) fn mix<R: Real>(a: R, b: R, t: R) -> R {
    a + (b - a) * t
}

/// Clamped to [0, 1].
#[inline(always)]
pub(crate) fn clamp01<R: Real>(x: R) -> R {
    x.max(R::splat(0.0)).min(R::splat(1.0))
}

/// 0 below `low`, 1 above `high`, smooth between.
#[inline(always)]
pub(crate) fn smoothstep<R: Real>(low: f32, high: f32, x: R) -> R {
    let t = clamp01((x - R::splat(low)) * R::splat(1.0 / (high - low)));
    t * t * (R::splat(3.0) - R::splat(2.0) * t)
}

/// Where [`bell`] has ended, and a little more.
pub(crate) const BELL_END: f32 = 2.24;

/// A bell around 0, 1 at its top, a quarter at 1 and 0 from sqrt(5) on: (1 - u^2/5)^6.
#[inline(always)]
pub(crate) fn bell<R: Real>(u: R) -> R {
    let t = (R::splat(1.0) - u * u * R::splat(0.2)).max(R::splat(0.0));
    let cube = t * t * t;
    cube * cube
}

/// 0 below 0, growing like a cube first, so that no crease shows, and like a line later.
#[inline(always)]
pub(crate) fn ramp<R: Real>(u: R) -> R {
    let u = u.max(R::splat(0.0));
    u * u * u / (R::splat(1.0) + u * u)
}

/// The larger of two surfaces, with a fillet of this radius.
#[inline(always)]
pub(crate) fn smooth_max<R: Real>(a: R, b: R, soft: f32) -> R {
    let gap = a - b;
    R::splat(0.5) * (a + b + (gap * gap + R::splat(soft * soft)).sqrt())
}

/// A step of length 1 without corners.
#[inline(always)]
fn fade<R: Real>(t: R) -> R {
    t * t * (R::splat(3.0) - R::splat(2.0) * t)
}

/// Value noise in [-1, 1] with lattice constant 1.
#[inline(always)]
pub(crate) fn noise<R: Real>(seed: u32, x: R, y: R) -> R {
    let (i, j) = (x.floor(), y.floor());
    let (u, w) = (fade(x - i), fade(y - j));
    let (i1, j1) = (i + R::splat(1.0), j + R::splat(1.0));
    let top = mix(R::hash(seed, i, j), R::hash(seed, i1, j), u);
    let bottom = mix(R::hash(seed, i, j1), R::hash(seed, i1, j1), u);
    mix(top, bottom, w)
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

    #[test]
    fn the_curves_have_their_ends() {
        assert_eq!((smoothstep(1.0, 3.0, 0.9), smoothstep(1.0, 3.0, 3.1)), (0.0, 1.0));
        assert!((smoothstep(1.0, 3.0, 2.0) - 0.5_f64).abs() < 1e-7);
        assert_eq!((bell(0.0_f64), bell(2.3_f64)), (1.0, 0.0));
        assert!((bell(1.0_f64) - 0.262).abs() < 1e-3);
        assert_eq!(ramp(-1.0_f64), 0.0);
        assert!(smooth_max(2.0_f64, 1.0, 0.1) > 2.0 && smooth_max(2.0_f64, 1.0, 0.1) < 2.01);
    }
}
