//! The vector instructions the kernels are written in, and which of them this machine has.

#[cfg(target_arch = "x86_64")]
mod intel;
mod portable;

#[cfg(target_arch = "x86_64")]
pub(super) use intel::{Avx2, Avx512};
pub(super) use portable::Portable;

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

/// Asks for the cache line of an address that will be read soon.
#[inline(always)]
pub(super) fn prefetch(address: *const f32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: part of every x86-64 CPU, and allowed for any address.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}
