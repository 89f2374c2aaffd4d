//! Without special instructions.

use super::Simd;

/// Arrays that the compiler turns into whatever vectors the target has.
#[derive(Clone, Copy)]
pub(in super::super) struct Portable;

// SAFETY (all blocks): the caller vouches for the pointers.
impl Simd for Portable {
    type Vector = [f32; 8];
    const LANES: usize = 8;
    const TILE_VECTORS: usize = 2;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self::Vector {
        [value; 8]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self::Vector {
        unsafe { from.cast::<[f32; 8]>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store(to: *mut f32, value: Self::Vector) {
        unsafe { to.cast::<[f32; 8]>().write_unaligned(value) }
    }
    #[inline(always)]
    unsafe fn multiply_add(a: Self::Vector, b: Self::Vector, mut c: Self::Vector) -> Self::Vector {
        for lane in 0..8 {
            c[lane] += a[lane] * b[lane];
        }
        c
    }
    #[inline(always)]
    unsafe fn add(mut a: Self::Vector, b: Self::Vector) -> Self::Vector {
        for lane in 0..8 {
            a[lane] += b[lane];
        }
        a
    }
    #[inline(always)]
    unsafe fn subtract(mut a: Self::Vector, b: Self::Vector) -> Self::Vector {
        for lane in 0..8 {
            a[lane] -= b[lane];
        }
        a
    }
    #[inline(always)]
    unsafe fn multiply(mut a: Self::Vector, b: Self::Vector) -> Self::Vector {
        for lane in 0..8 {
            a[lane] *= b[lane];
        }
        a
    }
    #[inline(always)]
    unsafe fn relu(mut value: Self::Vector) -> Self::Vector {
        for lane in &mut value {
            *lane = if *lane < 0.0 { 0.0 } else { *lane };
        }
        value
    }
    #[inline(always)]
    unsafe fn keep_positive(mask: Self::Vector, mut value: Self::Vector) -> Self::Vector {
        for lane in 0..8 {
            value[lane] = if mask[lane] <= 0.0 { 0.0 } else { value[lane] };
        }
        value
    }
}
