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

impl Eight {
    /// The numbers as whole ones, held to 0 to `last`.
    #[inline(always)]
    fn places(self, last: usize) -> [u32; 8] {
        let mut at = [0; 8];
        // SAFETY: see the module; there is room for eight numbers.
        unsafe {
            let index =
                _mm256_min_epi32(_mm256_cvttps_epi32(self.0), _mm256_set1_epi32(last as i32));
            let index = _mm256_max_epi32(index, _mm256_setzero_si256());
            _mm256_storeu_si256(at.as_mut_ptr().cast(), index);
        }
        at
    }
}

/// The columns of eight rows of four. Gathering each column by itself takes three times as long.
///
/// # Safety
/// The machine has AVX2.
#[inline(always)]
unsafe fn columns([a, b, c, d, e, f, g, h]: [__m128; 8]) -> [Eight; 4] {
    // SAFETY: as above.
    unsafe {
        let ae = _mm256_set_m128(e, a);
        let bf = _mm256_set_m128(f, b);
        let cg = _mm256_set_m128(g, c);
        let dh = _mm256_set_m128(h, d);
        let (ab0, ab2) = (_mm256_unpacklo_ps(ae, bf), _mm256_unpackhi_ps(ae, bf));
        let (cd0, cd2) = (_mm256_unpacklo_ps(cg, dh), _mm256_unpackhi_ps(cg, dh));
        [
            Eight(_mm256_shuffle_ps::<0x44>(ab0, cd0)),
            Eight(_mm256_shuffle_ps::<0xEE>(ab0, cd0)),
            Eight(_mm256_shuffle_ps::<0x44>(ab2, cd2)),
            Eight(_mm256_shuffle_ps::<0xEE>(ab2, cd2)),
        ]
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
    fn less_than(self, other: Self) -> __m256 {
        // SAFETY: see the module.
        unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(self.0, other.0) }
    }

    #[inline(always)]
    fn select(mask: __m256, yes: Self, no: Self) -> Self {
        // SAFETY: see the module.
        Self(unsafe { _mm256_blendv_ps(no.0, yes.0, mask) })
    }

    #[inline(always)]
    fn and(a: __m256, b: __m256) -> __m256 {
        // SAFETY: see the module.
        unsafe { _mm256_and_ps(a, b) }
    }

    #[inline(always)]
    fn and_not(a: __m256, b: __m256) -> __m256 {
        // SAFETY: see the module.
        unsafe { _mm256_andnot_ps(b, a) }
    }

    #[inline(always)]
    fn count(mask: __m256) -> u32 {
        // SAFETY: see the module.
        unsafe { _mm256_movemask_ps(mask) }.count_ones()
    }

    #[inline(always)]
    fn rows(table: &[[f32; 4]], index: Self) -> [Self; 4] {
        let at = index.places(table.len() - 1);
        // SAFETY: see the module; every place is within the table.
        unsafe { columns(at.map(|at| _mm_loadu_ps(table.as_ptr().add(at as usize).cast::<f32>()))) }
    }

    #[inline(always)]
    fn square(grid: &[f32], index: Self, up: usize) -> [Self; 4] {
        let at = index.places(grid.len() - up - 2);
        // SAFETY: see the module; every place has the other three behind it.
        unsafe {
            columns(at.map(|at| {
                let from = grid.as_ptr().add(at as usize);
                let low = _mm_castpd_ps(_mm_load_sd(from.cast()));
                _mm_castpd_ps(_mm_loadh_pd(_mm_castps_pd(low), from.add(up).cast()))
            }))
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
