//! Four floats in one SSE2 register, which every x86-64 has: no `unsafe` here depends on more.

use std::arch::x86_64::*;

/// Four floats, or four masks.
#[derive(Clone, Copy)]
pub(crate) struct Four(__m128);

macro_rules! binary {
    ($($method:ident $instruction:ident),*) => {
        $(#[inline(always)]
        pub(super) fn $method(self, other: Self) -> Self {
            // SAFETY: SSE2 is there.
            Self(unsafe { $instruction(self.0, other.0) })
        })*
    };
}

impl Four {
    binary!(
        add _mm_add_ps, sub _mm_sub_ps, mul _mm_mul_ps, div _mm_div_ps, min _mm_min_ps,
        max _mm_max_ps, less_than _mm_cmplt_ps, and _mm_and_ps
    );

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Self {
        // SAFETY: SSE2 is there.
        Self(unsafe { _mm_set1_ps(value) })
    }

    #[inline(always)]
    pub(super) fn from_array([a, b, c, d]: [f32; 4]) -> Self {
        // SAFETY: SSE2 is there.
        Self(unsafe { _mm_setr_ps(a, b, c, d) })
    }

    #[inline(always)]
    pub(super) fn to_array(self) -> [f32; 4] {
        let mut lanes = [0.0; 4];
        // SAFETY: there is room for four floats.
        unsafe { _mm_storeu_ps(lanes.as_mut_ptr(), self.0) };
        lanes
    }

    #[inline(always)]
    pub(super) fn neg(self) -> Self {
        // SAFETY: SSE2 is there.
        Self(unsafe { _mm_xor_ps(self.0, _mm_set1_ps(-0.0)) })
    }

    #[inline(always)]
    pub(super) fn abs(self) -> Self {
        // SAFETY: SSE2 is there.
        Self(unsafe { _mm_andnot_ps(_mm_set1_ps(-0.0), self.0) })
    }

    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        // SAFETY: SSE2 is there.
        Self(unsafe { _mm_sqrt_ps(self.0) })
    }

    /// Rounded down; everything that is rounded here is far below two billion.
    #[inline(always)]
    pub(super) fn floor(self) -> Self {
        // SAFETY: SSE2 is there.
        unsafe {
            let whole = _mm_cvtepi32_ps(_mm_cvttps_epi32(self.0));
            let above = _mm_and_ps(_mm_cmplt_ps(self.0, whole), _mm_set1_ps(1.0));
            Self(_mm_sub_ps(whole, above))
        }
    }

    #[inline(always)]
    pub(super) fn and_not(self, not: Self) -> Self {
        // SAFETY: SSE2 is there.
        Self(unsafe { _mm_andnot_ps(not.0, self.0) })
    }

    #[inline(always)]
    pub(super) fn select(mask: Self, yes: Self, no: Self) -> Self {
        // SAFETY: SSE2 is there.
        Self(unsafe { _mm_or_ps(_mm_and_ps(mask.0, yes.0), _mm_andnot_ps(mask.0, no.0)) })
    }

    #[inline(always)]
    pub(super) fn count(self) -> u32 {
        // SAFETY: SSE2 is there.
        unsafe { _mm_movemask_ps(self.0) }.count_ones()
    }
}
