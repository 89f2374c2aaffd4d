//! AVX2 and AVX-512.

use super::Simd;

/// Not less than or equal, and no exception for NaN.
const POSITIVE: i32 = std::arch::x86_64::_CMP_NLE_UQ;

/// # Safety
///
/// The CPU has AVX-512.
#[inline(always)]
unsafe fn keep_positive_512(
    mask: std::arch::x86_64::__m512,
    value: std::arch::x86_64::__m512,
) -> std::arch::x86_64::__m512 {
    use std::arch::x86_64::{_mm512_cmp_ps_mask, _mm512_maskz_mov_ps, _mm512_setzero_ps};
    // SAFETY: passed on.
    unsafe { _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<POSITIVE>(mask, _mm512_setzero_ps()), value) }
}

/// # Safety
///
/// The CPU has AVX.
#[inline(always)]
unsafe fn keep_positive_256(
    mask: std::arch::x86_64::__m256,
    value: std::arch::x86_64::__m256,
) -> std::arch::x86_64::__m256 {
    use std::arch::x86_64::{_mm256_and_ps, _mm256_cmp_ps, _mm256_setzero_ps};
    // SAFETY: passed on.
    unsafe { _mm256_and_ps(_mm256_cmp_ps::<POSITIVE>(mask, _mm256_setzero_ps()), value) }
}

macro_rules! intel {
    ($(#[$doc:meta])* $name:ident, $vector:ident, $lanes:literal, $tile_vectors:literal, $splat:ident, $load:ident,
     $store:ident, $multiply_add:ident, $add:ident, $subtract:ident, $multiply:ident, $max:ident,
     $keep_positive:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(in super::super) struct $name;

        // SAFETY (all blocks): the caller vouches for the instructions and the pointers.
        impl Simd for $name {
            type Vector = std::arch::x86_64::$vector;
            const LANES: usize = $lanes;
            const TILE_VECTORS: usize = $tile_vectors;

            #[inline(always)]
            unsafe fn splat(value: f32) -> Self::Vector {
                unsafe { std::arch::x86_64::$splat(value) }
            }
            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self::Vector {
                unsafe { std::arch::x86_64::$load(from) }
            }
            #[inline(always)]
            unsafe fn store(to: *mut f32, value: Self::Vector) {
                unsafe { std::arch::x86_64::$store(to, value) }
            }
            #[inline(always)]
            unsafe fn multiply_add(
                a: Self::Vector,
                b: Self::Vector,
                c: Self::Vector,
            ) -> Self::Vector {
                unsafe { std::arch::x86_64::$multiply_add(a, b, c) }
            }
            #[inline(always)]
            unsafe fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector {
                unsafe { std::arch::x86_64::$add(a, b) }
            }
            #[inline(always)]
            unsafe fn subtract(a: Self::Vector, b: Self::Vector) -> Self::Vector {
                unsafe { std::arch::x86_64::$subtract(a, b) }
            }
            #[inline(always)]
            unsafe fn multiply(a: Self::Vector, b: Self::Vector) -> Self::Vector {
                unsafe { std::arch::x86_64::$multiply(a, b) }
            }
            #[inline(always)]
            unsafe fn relu(value: Self::Vector) -> Self::Vector {
                // The instruction returns its second operand when one of them is NaN.
                unsafe { std::arch::x86_64::$max(std::arch::x86_64::$splat(0.0), value) }
            }
            #[inline(always)]
            unsafe fn keep_positive(mask: Self::Vector, value: Self::Vector) -> Self::Vector {
                unsafe { $keep_positive(mask, value) }
            }
        }
    };
}

intel!(
    /// 32 registers of 16 numbers.
    Avx512, __m512, 16, 4, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_fmadd_ps,
    _mm512_add_ps, _mm512_sub_ps, _mm512_mul_ps, _mm512_max_ps, keep_positive_512
);
intel!(
    /// 16 registers of 8 numbers.
    Avx2, __m256, 8, 2, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_fmadd_ps,
    _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps, _mm256_max_ps, keep_positive_256
);
