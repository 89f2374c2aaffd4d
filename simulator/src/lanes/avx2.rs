//! Eight floats in one AVX2 register.
//!
//! The methods are inlined into functions that enable AVX2 and are entered only where the machine
//! has it (`eye::render`); that is what makes every `unsafe` here sound. Nothing is fused.

use super::Real;
use std::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Eight floats.
#[derive(Clone, Copy)]
pub(crate) struct Eight(__m256);

macro_rules! operator {
    ($trait:ident, $method:ident, $instruction:ident) => {
        impl $trait for Eight {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $instruction(self.0, other.0) })
            }
        }
    };
}
operator!(Add, add, _mm256_add_ps);
operator!(Sub, sub, _mm256_sub_ps);
operator!(Mul, mul, _mm256_mul_ps);
operator!(Div, div, _mm256_div_ps);

impl Neg for Eight {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_xor_ps(self.0, _mm256_set1_ps(-0.0)) })
    }
}

impl Real for Eight {
    type Mask = __m256;
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..8];
        // SAFETY: eight floats are there.
        Self(unsafe { _mm256_loadu_ps(from.as_ptr()) })
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        let to = &mut to[..8];
        // SAFETY: there is room for eight floats.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_sqrt_ps(self.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_min_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_max_ps(self.0, other.0) })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0) })
    }

    #[inline(always)]
    fn floor(self) -> Self {
        // SAFETY: see the module. Adding zero makes -0 what a conversion to whole numbers makes it.
        Self(unsafe { _mm256_add_ps(_mm256_floor_ps(self.0), _mm256_setzero_ps()) })
    }

    #[inline(always)]
    fn less(self, other: Self) -> __m256 {
        // SAFETY: see the module.
        unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn select(mask: __m256, yes: Self, no: Self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_blendv_ps(no.0, yes.0, mask) })
    }

    #[inline(always)]
    fn both(a: __m256, b: __m256) -> __m256 {
        // SAFETY: see the module.
        unsafe { _mm256_and_ps(a, b) }
    }

    #[inline(always)]
    fn but_not(a: __m256, b: __m256) -> __m256 {
        // SAFETY: see the module.
        unsafe { _mm256_andnot_ps(b, a) }
    }

    #[inline(always)]
    fn count(mask: __m256) -> u32 {
        // SAFETY: see the module.
        unsafe { _mm256_movemask_ps(mask) }.count_ones()
    }

    #[inline(always)]
    fn lookup(table: &[f32], index: Self) -> Self {
        // SAFETY: see the module; the index is held within the table.
        unsafe {
            let last = _mm256_set1_epi32(table.len() as i32 - 1);
            let index = _mm256_cvttps_epi32(index.0);
            let index = _mm256_max_epi32(_mm256_min_epi32(index, last), _mm256_setzero_si256());
            Self(_mm256_i32gather_ps::<4>(table.as_ptr(), index))
        }
    }

    #[inline(always)]
    fn hash(seed: u32, x: Self, y: Self) -> Self {
        // SAFETY: see the module.
        unsafe {
            let times = |v, by: u32| _mm256_mullo_epi32(v, _mm256_set1_epi32(by as i32));
            let x = times(_mm256_cvttps_epi32(x.0), 0x9E37_79B1);
            let y = times(_mm256_cvttps_epi32(y.0), 0x85EB_CA77);
            let h = _mm256_xor_si256(_mm256_xor_si256(_mm256_set1_epi32(seed as i32), x), y);
            let h = times(_mm256_xor_si256(h, _mm256_srli_epi32::<15>(h)), 0x2C1B_3C6D);
            let h = times(_mm256_xor_si256(h, _mm256_srli_epi32::<12>(h)), 0x297A_2D39);
            let h = _mm256_xor_si256(h, _mm256_srli_epi32::<15>(h));
            let unit = Self(_mm256_cvtepi32_ps(_mm256_srli_epi32::<8>(h)));
            unit * Self::splat(2.0 / 16_777_216.0) - Self::splat(1.0)
        }
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        let mut lanes = [0.0; 8];
        self.store(&mut lanes);
        super::sum8(lanes)
    }
}
