//! From the sums at the positions back to the weights.
#![expect(clippy::needless_range_loop, reason = "the loops over a tile are counted in its sizes")]

use super::super::super::simd::Simd;
use super::super::{SEEN, transform};
use super::{OWN, PAIRS};

/// Gᵀ S G of every pair of channels.
///
/// # Safety
///
/// The CPU has the instructions of `S`, whose vectors the channels fill.
#[inline(always)]
pub(super) unsafe fn gather_all<S: Simd>(
    sums: &[f32],
    slab: usize,
    weight: &mut [f32],
    from: usize,
) {
    let to = weight.len() / (from * 9);
    assert!(sums.len() == PAIRS * slab && slab >= OWN * from * to);
    let mut taps = [[0.0f32; 16]; 9];
    const { assert!(S::LANES <= 16) };
    for channel in 0..from {
        for first in (0..to).step_by(S::LANES) {
            // SAFETY: passed on; the indices are inside of the slabs.
            unsafe {
                let mut tall = [[S::splat(0.0); SEEN]; 3];
                for column in 0..SEEN {
                    let mut s = [S::splat(0.0); SEEN];
                    for (pair, rows) in transform::PAIRS.into_iter().enumerate() {
                        for (own_row, row) in rows.into_iter().enumerate() {
                            let position = own_row * SEEN + column;
                            let index = pair * slab + (position * from + channel) * to + first;
                            s[row] = S::load(sums.as_ptr().add(index));
                        }
                    }
                    let s = transform::gather::<S>(s);
                    for row in 0..3 {
                        tall[row][column] = s[row];
                    }
                }
                for (row, s) in tall.into_iter().enumerate() {
                    let s = transform::gather::<S>(s);
                    for (column, &value) in s.iter().enumerate() {
                        S::store(taps[row * 3 + column].as_mut_ptr(), value);
                    }
                }
            }
            for lane in 0..S::LANES {
                let pair = (first + lane) * from + channel;
                for (tap, value) in weight[pair * 9..pair * 9 + 9].iter_mut().enumerate() {
                    *value = taps[tap][lane];
                }
            }
        }
    }
}
