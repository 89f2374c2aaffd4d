//! The matrix products of the positions, as register tiles.
#![expect(clippy::needless_range_loop, reason = "the loops over a tile are counted in its sizes")]

use super::super::simd::{Simd, prefetch};

/// `to[t][n] = sum over j of a[t][j] * b[j][n]` for `T` rows of `a`, `stride` numbers apart, and
/// `N` vectors of `b`, whose rows follow each other without gaps, as those of `to`.
///
/// # Safety
///
/// The CPU has the instructions of `S`. `a` is readable for `T` rows of `depth` numbers, `b` for
/// `depth * N * LANES` and `to` writable for `T * N * LANES`.
#[inline(always)]
pub(super) unsafe fn rows<S: Simd, const T: usize, const N: usize>(
    a: *const f32,
    stride: usize,
    depth: usize,
    mut b: *const f32,
    to: *mut f32,
) {
    // SAFETY: see the contract above; the depth is a multiple of the vector length, which is even.
    unsafe {
        let mut sums = [[S::splat(0.0); N]; T];
        for j in (0..depth).step_by(2) {
            for step in 0..2 {
                let mut right = [S::splat(0.0); N];
                for n in 0..N {
                    right[n] = S::load(b.add(n * S::LANES));
                }
                // The next product's weights: there are too many for the first-level cache.
                prefetch(b.wrapping_add(depth * N * S::LANES));
                b = b.add(N * S::LANES);
                for t in 0..T {
                    let left = S::splat(*a.add(t * stride + j + step));
                    for n in 0..N {
                        sums[t][n] = S::multiply_add(left, right[n], sums[t][n]);
                    }
                }
            }
        }
        for t in 0..T {
            for n in 0..N {
                S::store(to.add((t * N + n) * S::LANES), sums[t][n]);
            }
        }
    }
}

/// Two matrices of `count` rows, whose columns are multiplied with each other.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    pub left: *const f32,
    pub left_stride: usize,
    pub right: *const f32,
    pub right_stride: usize,
    pub count: usize,
}

/// `sums[t][n] += sum over rows of left[row][t] * right[row][n]` for `T` columns of the left
/// matrix and `N` vectors of columns of the right one; rows of `sums` are `right_stride` apart.
///
/// # Safety
///
/// The CPU has the instructions of `S`, and from the pointers on, `T` and `N * LANES` columns are
/// readable, those of `sums` writable too.
#[inline(always)]
pub(super) unsafe fn columns<S: Simd, const T: usize, const N: usize>(
    with: &Columns,
    sums: *mut f32,
) {
    // SAFETY: see the contract above.
    unsafe {
        let mut held = [[S::splat(0.0); N]; T];
        for t in 0..T {
            for n in 0..N {
                held[t][n] = S::load(sums.add(t * with.right_stride + n * S::LANES));
            }
        }
        let (mut left, mut right) = (with.left, with.right);
        for _ in 0..with.count {
            let mut values = [S::splat(0.0); N];
            for n in 0..N {
                values[n] = S::load(right.add(n * S::LANES));
            }
            for t in 0..T {
                let factor = S::splat(*left.add(t));
                for n in 0..N {
                    held[t][n] = S::multiply_add(factor, values[n], held[t][n]);
                }
            }
            left = left.add(with.left_stride);
            right = right.add(with.right_stride);
        }
        for t in 0..T {
            for n in 0..N {
                S::store(sums.add(t * with.right_stride + n * S::LANES), held[t][n]);
            }
        }
    }
}
