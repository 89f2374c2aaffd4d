//! Convolution and max-pooling in NHWC, as the networks call them.

mod layer;

pub use layer::{Activation, conv2d, max_pool2d};
