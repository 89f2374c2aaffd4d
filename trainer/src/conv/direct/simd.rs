//! The vector instructions the kernels are written in, and which of them this machine has.

/// A set of vector instructions that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isa(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Isa {
    /// The fastest set of this machine.
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                return Self(Kind::Avx512);
            }
            if has_avx2() {
                return Self(Kind::Avx2);
            }
        }
        Self(Kind::Portable)
    }

    /// Every set of this machine, the fastest first.
    pub fn available() -> Vec<Self> {
        let mut sets = vec![Self::best()];
        #[cfg(target_arch = "x86_64")]
        if has_avx2() {
            sets.push(Self(Kind::Avx2));
        }
        sets.push(Self(Kind::Portable));
        sets.dedup();
        sets
    }

    /// `"avx512"`, `"avx2"` or `"portable"`.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            Kind::Portable => "portable",
        }
    }

    pub(super) fn kind(self) -> Kind {
        self.0
    }

    /// Numbers in a vector.
    pub(super) fn lanes(self) -> usize {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => Avx512::LANES,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => Avx2::LANES,
            Kind::Portable => Portable::LANES,
        }
    }

    /// Vectors of output channels that one register tile holds side by side.
    pub(super) fn tile_vectors(self) -> usize {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => Avx512::TILE_VECTORS,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => Avx2::TILE_VECTORS,
            Kind::Portable => Portable::TILE_VECTORS,
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// Defines a function that runs a kernel generic over [`Simd`] with the instructions of an [`Isa`].
///
/// The kernel must be `#[inline(always)]`: only inside the function that enables the instructions
/// are they compiled to instructions rather than to calls.
macro_rules! for_isa {
    ($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) runs $kernel:ident) => {
        $(#[$meta])*
        fn $name(isa: $crate::conv::direct::simd::Isa, $($arg: $type),*) {
            use $crate::conv::direct::simd;
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f")]
            fn avx512($($arg: $type),*) {
                // SAFETY: this function is entered only where AVX-512 is there.
                unsafe { $kernel::<simd::Avx512>($($arg),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $type),*) {
                // SAFETY: this function is entered only where AVX2 and FMA are there.
                unsafe { $kernel::<simd::Avx2>($($arg),*) }
            }
            match isa.kind() {
                // SAFETY: an `Isa` is made only for instructions that were detected.
                #[cfg(target_arch = "x86_64")]
                simd::Kind::Avx512 => unsafe { avx512($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                simd::Kind::Avx2 => unsafe { avx2($($arg),*) },
                // SAFETY: needs no instructions beyond those of the target.
                simd::Kind::Portable => unsafe { $kernel::<simd::Portable>($($arg),*) },
            }
        }
    };
}
pub(super) use for_isa;

/// One set of vector instructions.
///
/// # Safety
///
/// The methods may be called only where the CPU has the instructions. `load` reads and `store`
/// writes [`Simd::LANES`] numbers at any alignment.
pub(super) trait Simd: Copy {
    /// A vector.
    type Vector: Copy;
    /// Numbers in a vector.
    const LANES: usize;
    /// Vectors of output channels in a register tile: what 32 or 16 registers allow.
    const TILE_VECTORS: usize;

    unsafe fn splat(value: f32) -> Self::Vector;
    unsafe fn load(from: *const f32) -> Self::Vector;
    unsafe fn store(to: *mut f32, value: Self::Vector);
    /// `a * b + c`.
    unsafe fn multiply_add(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    unsafe fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn subtract(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    unsafe fn multiply(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `max(value, 0)`, and NaN for NaN.
    unsafe fn relu(value: Self::Vector) -> Self::Vector;
    /// `value` where `mask` is positive or NaN, else zero.
    unsafe fn keep_positive(mask: Self::Vector, value: Self::Vector) -> Self::Vector;
}

/// Not less than or equal, and no exception for NaN.
#[cfg(target_arch = "x86_64")]
const POSITIVE: i32 = std::arch::x86_64::_CMP_NLE_UQ;

/// # Safety
///
/// The CPU has AVX-512.
#[cfg(target_arch = "x86_64")]
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
#[cfg(target_arch = "x86_64")]
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
        #[cfg(target_arch = "x86_64")]
        #[derive(Clone, Copy)]
        pub(super) struct $name;

        // SAFETY (all blocks): the caller vouches for the instructions and the pointers.
        #[cfg(target_arch = "x86_64")]
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

/// Arrays that the compiler turns into whatever vectors the target has.
#[derive(Clone, Copy)]
pub(super) struct Portable;

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
