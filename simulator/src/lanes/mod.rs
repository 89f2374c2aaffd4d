//! Numbers that are computed eight at a time, or one at a time in double precision.
//!
//! The renderer is written once, generic over [`Real`]. Three types fill it in: [`Eight`] with
//! AVX2, [`Portable`] with what every machine has, and `f64`, which is the
//! reference that the fast path is tested against. The first two do the same IEEE operations in the
//! same order, none of them fused, so a picture has the same bits on every machine.
//!
//! All code over [`Real`] is `#[inline(always)]`: it becomes AVX2 instructions only inside of a
//! function that enables them. A closure cannot be marked so; one that is called more than once
//! stays a function of its own, without the instructions, and costs fifty times as much. So there
//! are small functions here where a closure would be shorter.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(not(target_arch = "x86_64"))]
mod four;
mod math;
mod portable;
mod scalar;
#[cfg(target_arch = "x86_64")]
mod sse2;
mod vector;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Eight;
pub(crate) use math::{BELL_END, bell, clamp01, mix, noise, ramp, smooth_max, smoothstep};
pub(crate) use portable::Portable;
pub(crate) use vector::{V3, narrow};

/// Defines a function that runs a kernel over [`Real`] with the widest instructions of this machine.
///
/// The kernel is `#[inline(always)]` and becomes AVX2 inside of the function that enables it. Each
/// kernel is a function of its own, because one for a whole picture takes minutes to compile.
macro_rules! widest {
    ($(#[$meta:meta])* $vis:vis fn $name:ident $(<const $b:ident: usize>)? ($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? = $($kernel:ident)::+) => {
        $(#[$meta])*
        $vis fn $name $(<const $b: usize>)? (wide: bool, $($arg: $type),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2 $(<const $b: usize>)? ($($arg: $type),*) $(-> $out)? {
                $($kernel)::+::<$crate::lanes::Eight $(, $b)?>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            if wide && std::arch::is_x86_feature_detected!("avx2") {
                // SAFETY: the machine has AVX2.
                return unsafe { avx2 $(::<$b>)? ($($arg),*) };
            }
            let _ = wide;
            $($kernel)::+::<$crate::lanes::Portable $(, $b)?>($($arg),*)
        }
    };
}
pub(crate) use widest;

/// An array over the bands `b` of a generic `R: Real` and `const B`: a loop, because a closure's code
/// would not be compiled with the instructions of its caller.
macro_rules! bands {
    ($b:ident => $value:expr) => {{
        let mut out = [R::splat(0.0); B];
        #[allow(clippy::needless_range_loop)]
        for $b in 0..B {
            out[$b] = $value;
        }
        out
    }};
}
pub(crate) use bands;

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number, or eight of them side by side.
pub(crate) trait Real:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// One yes or no a lane.
    type Mask: Copy;
    /// Numbers side by side.
    const LANES: usize;

    /// The same number in all lanes.
    fn splat(value: f32) -> Self;
    /// The first [`Self::LANES`] numbers of a slice that holds as many.
    fn load(from: &[f32]) -> Self;
    /// Into the first [`Self::LANES`] numbers of a slice.
    fn store(self, to: &mut [f32]);
    /// Square root.
    fn sqrt(self) -> Self;
    /// The smaller one.
    fn min(self, other: Self) -> Self;
    /// The larger one.
    fn max(self, other: Self) -> Self;
    /// Without its sign.
    fn abs(self) -> Self;
    /// Rounded down.
    fn floor(self) -> Self;
    /// Where it is smaller than the other.
    fn less_than(self, other: Self) -> Self::Mask;
    /// `yes` where the mask is set, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// Where both are set.
    fn and(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Where the first is set and the second is not.
    fn and_not(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// How many lanes are set.
    fn count(mask: Self::Mask) -> u32;
    /// The four entries of a table's rows at whole-numbered places within it.
    fn rows(table: &[[f32; 4]], index: Self) -> [Self; 4];
    /// A grid's entry at a whole-numbered place within it, its right neighbour, and those `up`
    /// entries after both.
    fn square(grid: &[f32], index: Self, up: usize) -> [Self; 4];
    /// A well-mixed hash in [-1, 1) of a lattice point with whole-numbered coordinates.
    fn hash(seed: u32, x: Self, y: Self) -> Self;
    /// The sum over the lanes, in a fixed order.
    fn sum(self) -> f32;

    /// Whether any lane is set.
    #[inline(always)]
    fn any(mask: Self::Mask) -> bool {
        Self::count(mask) > 0
    }
}

/// The sum of eight numbers, by halves.
#[inline(always)]
fn sum8([a, b, c, d, e, f, g, h]: [f32; 8]) -> f32 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// The hash behind [`Real::hash`], of one lattice point.
#[inline(always)]
pub(crate) fn hash_word(seed: u32, x: i32, y: i32) -> u32 {
    let mut h = seed ^ (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
    h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
    h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
    h ^ (h >> 15)
}

/// A hash as a number in [-1, 1): 24 bits, which a float holds exactly.
#[inline(always)]
pub(crate) fn hash_unit(word: u32) -> f32 {
    (word >> 8) as f32 * (2.0 / 16_777_216.0) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs() -> ([f32; 8], [f32; 8]) {
        let a = [-7.25, -1.0, -0.3, 0.0, 0.4, 1.5, 2.75, 900.125];
        (a, std::array::from_fn(|k| 3.0 - a[7 - k] * 0.37))
    }

    /// Every operation on the inputs, lane by lane.
    #[inline(always)]
    fn everything<R: Real>(out: &mut Vec<f32>) {
        let (a, b) = inputs();
        for first in (0..8).step_by(R::LANES) {
            let (x, y) = (R::load(&a[first..]), R::load(&b[first..]));
            let small = x.less_than(y);
            let results = [
                x + y,
                x - y,
                x * y,
                x / y,
                -x,
                x.abs().sqrt(),
                x.min(y),
                x.max(y),
                x.floor(),
                R::select(small, x, y),
                R::select(R::and(small, x.less_than(R::splat(0.0))), x, y),
                R::select(R::and_not(small, x.less_than(R::splat(0.0))), x, y),
                R::hash(99, x.floor(), y.floor()),
                noise(7, x, y),
            ];
            let table: [[f32; 4]; 8] = std::array::from_fn(|n| [a[n], b[n], 3.0 * a[n], -b[n]]);
            let rows = R::rows(&table, (x.abs().min(R::splat(7.0))).floor());
            let square = R::square(&a, (x.abs().min(R::splat(3.0))).floor(), 3);
            let results = results.into_iter().chain(rows).chain(square);
            for r in results {
                let mut lanes = [0.0; 8];
                r.store(&mut lanes);
                out.extend(&lanes[..R::LANES]);
            }
        }
    }

    #[test]
    fn both_wide_types_have_the_same_bits() {
        let mut portable = Vec::new();
        everything::<Portable>(&mut portable);
        assert_eq!(portable.len(), 8 * 22);
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            let mut fast = Vec::new();
            everything::<Eight>(&mut fast);
            let bits = |v: &[f32]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&fast), bits(&portable));
        }
    }

    #[test]
    fn the_reference_agrees_to_single_precision() {
        let (mut wide, mut one) = (Vec::new(), Vec::new());
        everything::<Portable>(&mut wide);
        everything::<f64>(&mut one);
        for lane in 0..8 {
            for k in 0..22 {
                let (w, o) = (wide[k * 8 + lane], one[lane * 22 + k]);
                assert!((w - o).abs() <= 1e-4 * (1.0 + o.abs()), "lane {lane}, {k}: {w} {o}");
            }
        }
    }

    #[test]
    fn lanes_are_counted_and_summed() {
        let (a, _) = inputs();
        let x = Portable::load(&a);
        assert_eq!(Portable::count(x.less_than(Portable::splat(0.0))), 3);
        assert!((x.sum() - a.iter().sum::<f32>()).abs() < 1e-3);
    }
}
