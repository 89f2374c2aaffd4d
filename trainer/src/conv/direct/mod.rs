//! Direct convolution on NHWC slices for the CPU, without Burn.
//!
//! A picture lies as `[batch, height, width, channels]`, so that one row of a pixel's window is a
//! single run of `kernel * channels` numbers. No picture is padded or unfolded: the kernels read
//! the runs where they lie, and only windows that reach over an edge are copied. 3x3 kernels of
//! stride 1 whose channels fill vectors take the shorter way of `winograd`.
//!
//! Every result is a function of its arguments and of [`Isa`]; the number of threads does not
//! change a bit of it.

mod aligned;
mod backward;
mod forward;
mod geometry;
mod kernel;
mod panel;
mod pass;
mod peak;
mod pool;
mod simd;
#[cfg(test)]
mod tests;
mod window;
mod winograd;

pub use backward::{input_gradient, mask_relu, weight_gradient};
pub use forward::forward;
pub use geometry::Geometry;
pub use peak::{multiply_adds, multiply_adds_per_round};
pub use pool::{PoolGeometry, max_pool, max_pool_gradient};
pub use simd::Isa;
