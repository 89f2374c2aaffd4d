//! The gradients with respect to the input, the weights and the bias.

mod input;
mod weight;

pub use input::input_gradient;
pub use weight::weight_gradient;

use rayon::prelude::*;

/// The gradient before a ReLU with output `y`: zero where `y <= 0`.
///
/// # Panics
///
/// If the lengths differ.
pub fn mask_relu(gradient: &mut [f32], y: &[f32]) {
    assert_eq!(gradient.len(), y.len(), "convolution: the gradient is not as long as the output");
    const PER_TASK: usize = 1 << 15;
    gradient.par_chunks_mut(PER_TASK).zip(y.par_chunks(PER_TASK)).for_each(|(gradient, y)| {
        for (gradient, &y) in gradient.iter_mut().zip(y) {
            *gradient = if y <= 0.0 { 0.0 } else { *gradient };
        }
    });
}
