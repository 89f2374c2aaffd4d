//! Convolution and max-pooling in NHWC, as the networks call them.
//!
//! Burn's convolutions work on `[batch, channels, height, width]`; on the CPU they unfold every
//! window into a matrix, and have no gradient of their own. Here the pictures stay in
//! `[batch, height, width, channels]` from one layer to the next and [`direct`] computes on them
//! where they lie. It is hooked into Burn as a backend extension with a gradient written by hand;
//! backends other than the CPU's take Burn's own operations behind the same functions.
//!
//! The parameters stay in [`burn::nn::conv::Conv2d`], so that weights are initialised, saved and
//! exported as those of any other Burn network.
//!
//! ```
//! use burn::nn::{PaddingConfig2d, conv::Conv2dConfig};
//! use burn::tensor::{Device, Tensor};
//! use trainer::conv::{Activation, conv2d};
//!
//! let device = Device::flex();
//! let padding = PaddingConfig2d::Explicit(1, 1, 1, 1);
//! let layer = Conv2dConfig::new([1, 8], [3, 3]).with_padding(padding).init(&device);
//! let frames = Tensor::<4>::zeros([2, 35, 55, 1], &device);
//! assert_eq!(conv2d(frames, &layer, Activation::Relu).dims(), [2, 35, 55, 8]);
//! ```

mod autodiff;
mod backend;
pub mod direct;
mod fallback;
mod flex;
mod layer;
#[cfg(test)]
mod tests;

pub use layer::{Activation, conv2d, conv2d_add, max_pool2d, residual_block};
