//! The transforms of F(4x4, 3x3) along one side, on whole vectors of channels.
//!
//! The interpolation points are 0, ±1/√2, ±√2 and ∞ in place of the usual 0, ±1, ±2 and ∞: with
//! points that are each other's inverses the matrices hold smaller numbers, which saves digits.
#![expect(clippy::excessive_precision, reason = "the digits of the definition")]

use super::super::simd::Simd;

/// √2 and its halves.
const ROOT: f32 = std::f32::consts::SQRT_2;
const HALF_ROOT: f32 = std::f32::consts::FRAC_1_SQRT_2;
const QUARTER_ROOT: f32 = 0.353_553_390_593;
const THIRD_ROOT: f32 = 0.471_404_520_791;
const SIXTH_ROOT: f32 = 0.235_702_260_396;

/// A sum and a difference of the even and the odd part of a polynomial: its values at ±x.
///
/// # Safety
///
/// The CPU has the instructions of `S`; so for all functions below.
#[inline(always)]
unsafe fn both<S: Simd>(even: S::Vector, odd: S::Vector) -> [S::Vector; 2] {
    unsafe { [S::add(even, odd), S::subtract(even, odd)] }
}

#[inline(always)]
unsafe fn times_plus<S: Simd>(factor: f32, a: S::Vector, b: S::Vector) -> S::Vector {
    unsafe { S::multiply_add(S::splat(factor), a, b) }
}

#[inline(always)]
unsafe fn times<S: Simd>(factor: f32, a: S::Vector) -> S::Vector {
    unsafe { S::multiply(S::splat(factor), a) }
}

/// Rows of a transformed tile, in the order of the points: the rows of 0 and ∞ together, those of
/// ±1/√2, and those of ±√2, which share most of their work.
pub(super) const PAIRS: [[usize; 2]; 3] = [[0, 5], [1, 2], [3, 4]];

/// The rows [`PAIRS`]`[PAIR]` of Bᵀ d, where d are six inputs.
#[inline(always)]
pub(super) unsafe fn input_pair<S: Simd, const PAIR: usize>(d: [S::Vector; 6]) -> [S::Vector; 2] {
    unsafe {
        match PAIR {
            0 => [
                times_plus::<S>(-2.5, d[2], S::add(d[0], d[4])),
                times_plus::<S>(-2.5, d[3], S::add(d[1], d[5])),
            ],
            1 => both::<S>(
                times_plus::<S>(-2.0, d[2], d[4]),
                times_plus::<S>(HALF_ROOT, d[3], times::<S>(-ROOT, d[1])),
            ),
            _ => both::<S>(
                times_plus::<S>(-0.5, d[2], d[4]),
                times_plus::<S>(ROOT, d[3], times::<S>(-HALF_ROOT, d[1])),
            ),
        }
    }
}

/// Bᵀ d.
#[inline(always)]
pub(super) unsafe fn input<S: Simd>(d: [S::Vector; 6]) -> [S::Vector; 6] {
    unsafe {
        let [first, last] = input_pair::<S, 0>(d);
        let [plus_low, minus_low] = input_pair::<S, 1>(d);
        let [plus_high, minus_high] = input_pair::<S, 2>(d);
        [first, plus_low, minus_low, plus_high, minus_high, last]
    }
}

/// The rows [`PAIRS`]`[PAIR]` of A y, where y are four gradients of outputs.
#[inline(always)]
pub(super) unsafe fn spread_pair<S: Simd, const PAIR: usize>(y: [S::Vector; 4]) -> [S::Vector; 2] {
    unsafe {
        match PAIR {
            0 => [y[0], y[3]],
            1 => both::<S>(
                times_plus::<S>(0.5, y[2], y[0]),
                times_plus::<S>(QUARTER_ROOT, y[3], times::<S>(HALF_ROOT, y[1])),
            ),
            _ => both::<S>(
                times_plus::<S>(2.0, y[2], y[0]),
                times_plus::<S>(2.0 * ROOT, y[3], times::<S>(ROOT, y[1])),
            ),
        }
    }
}

/// A y.
#[inline(always)]
pub(super) unsafe fn spread<S: Simd>(y: [S::Vector; 4]) -> [S::Vector; 6] {
    unsafe {
        let [first, last] = spread_pair::<S, 0>(y);
        let [plus_low, minus_low] = spread_pair::<S, 1>(y);
        let [plus_high, minus_high] = spread_pair::<S, 2>(y);
        [first, plus_low, minus_low, plus_high, minus_high, last]
    }
}

/// Aᵀ m: four outputs from six products.
#[inline(always)]
pub(super) unsafe fn output<S: Simd>(m: [S::Vector; 6]) -> [S::Vector; 4] {
    unsafe {
        let (low, high) = (S::add(m[1], m[2]), S::add(m[3], m[4]));
        let (low_odd, high_odd) = (S::subtract(m[1], m[2]), S::subtract(m[3], m[4]));
        [
            S::add(m[0], S::add(low, high)),
            times_plus::<S>(HALF_ROOT, low_odd, times::<S>(ROOT, high_odd)),
            times_plus::<S>(0.5, low, times::<S>(2.0, high)),
            times_plus::<S>(QUARTER_ROOT, low_odd, times_plus::<S>(2.0 * ROOT, high_odd, m[5])),
        ]
    }
}

/// G g, where g are three weights.
#[inline(always)]
pub(super) unsafe fn weight<S: Simd>(g: [S::Vector; 3]) -> [S::Vector; 6] {
    unsafe {
        let [plus_low, minus_low] = both::<S>(
            times_plus::<S>(-2.0 / 3.0, g[0], times::<S>(-1.0 / 3.0, g[2])),
            times::<S>(-THIRD_ROOT, g[1]),
        );
        let [plus_high, minus_high] = both::<S>(
            times_plus::<S>(1.0 / 6.0, g[0], times::<S>(1.0 / 3.0, g[2])),
            times::<S>(SIXTH_ROOT, g[1]),
        );
        [g[0], plus_low, minus_low, plus_high, minus_high, g[2]]
    }
}

/// Gᵀ s: three gradients of weights from six sums.
#[inline(always)]
pub(super) unsafe fn gather<S: Simd>(s: [S::Vector; 6]) -> [S::Vector; 3] {
    unsafe {
        let (low, high) = (S::add(s[1], s[2]), S::add(s[3], s[4]));
        let (low_odd, high_odd) = (S::subtract(s[1], s[2]), S::subtract(s[3], s[4]));
        [
            times_plus::<S>(-2.0 / 3.0, low, times_plus::<S>(1.0 / 6.0, high, s[0])),
            times_plus::<S>(-THIRD_ROOT, low_odd, times::<S>(SIXTH_ROOT, high_odd)),
            times_plus::<S>(-1.0 / 3.0, low, times_plus::<S>(1.0 / 3.0, high, s[5])),
        ]
    }
}
