//! 3x3 convolutions of stride 1 with a quarter of the multiplications: F(4x4, 3x3) of Lavin and
//! Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016).
//!
//! A tile of 4x4 outputs sees 6x6 inputs d. With the matrices of [`transform`] it is
//! `Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A`: 36 multiplications in place of 144 for a pair of channels. Over
//! many tiles and all channels, each of the 36 positions is a matrix product of its own. The
//! gradient of the weights is the derivative of the same formula,
//! `Gᵀ [Σ over tiles (Bᵀ d B) ⊙ (A dy Aᵀ)] G`; that of the input is a convolution of `dy`.
//!
//! The transforms cost accuracy: the tests hold results to 3e-5 of their root mean square, where
//! direct sums in f32 keep 1e-5.

mod end;
mod gradient;
mod product;
mod scratch;
mod sweep;
#[cfg(test)]
mod tests;
mod tiles;
mod transform;
mod weights;

pub(super) use end::Epilogue;
pub(super) use gradient::weight_gradient;
pub(super) use sweep::convolve;
pub(super) use weights::{Direction, Weights};

use super::geometry::Geometry;
use super::simd::Isa;

/// Side of a tile of outputs.
const TILE: usize = 4;
/// Side of what a tile sees; its square is the number of matrix products.
const SEEN: usize = 6;
/// Positions of a transformed tile.
const POSITIONS: usize = SEEN * SEEN;

/// Whether a convolution and its gradients can take this way: channels fill whole vectors.
pub(super) fn applies(isa: Isa, geometry: &Geometry) -> bool {
    let &Geometry { channels_in, channels_out, kernel, stride, padding, .. } = geometry;
    kernel == 3
        && stride == 1
        && padding <= 2
        && channels_in.is_multiple_of(isa.lanes())
        && channels_out.is_multiple_of(isa.lanes())
}
