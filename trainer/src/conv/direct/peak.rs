//! The yardstick of the kernels: nothing but multiplications and additions in registers.

use rayon::prelude::*;

use super::simd::{Isa, Simd, for_isa};

/// Vectors that are multiplied in turn, enough to hide the latency of a multiply-add.
const CHAINS: usize = 12;

/// Does `rounds` times [`multiply_adds_per_round`] multiply-adds on every thread of the pool, as
/// fast as the arithmetic units allow. Returns a number that depends on all of them.
pub fn multiply_adds(isa: Isa, rounds: usize) -> f32 {
    let threads = rayon::current_num_threads();
    (0..threads)
        .into_par_iter()
        .with_max_len(1)
        .map(|_| {
            let mut sum = 0.0;
            run(isa, rounds, &mut sum);
            sum
        })
        .sum()
}

/// Multiply-adds of one thread in a round of [`multiply_adds`].
pub fn multiply_adds_per_round(isa: Isa) -> usize {
    CHAINS * isa.lanes()
}

for_isa! {
    /// One thread's share.
    fn run(rounds: usize, sum: &mut f32) runs chains
}

/// # Safety
///
/// The CPU has the instructions of `S`.
#[inline(always)]
unsafe fn chains<S: Simd>(rounds: usize, sum: &mut f32) {
    // SAFETY: passed on; the buffer has room for the longest vector.
    unsafe {
        let (factor, term) = (S::splat(0.999), S::splat(0.001));
        let mut held = [S::splat(0.5); CHAINS];
        for _ in 0..rounds {
            for value in &mut held {
                *value = S::multiply_add(*value, factor, term);
            }
        }
        for value in held {
            let mut buffer = [0.0f32; 64];
            S::store(buffer.as_mut_ptr(), value);
            *sum += buffer[..S::LANES].iter().sum::<f32>();
        }
    }
}
