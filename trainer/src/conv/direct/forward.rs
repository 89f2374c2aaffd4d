//! The forward pass.

use super::geometry::Geometry;
use super::panel::Panel;
use super::pass::{Pass, run};
use super::simd::Isa;
use super::window::Windows;
use super::winograd::{self, Direction, Epilogue, Weights};

/// Convolves `x` with `weight`, adds `bias` and `add`, which has the shape of the result, and, with
/// `relu`, replaces negative numbers by zero.
///
/// Returns `[batch, height_out, width_out, channels_out]`.
///
/// # Panics
///
/// If a slice has not the length that `geometry` gives it.
pub fn forward(
    isa: Isa,
    geometry: &Geometry,
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    add: Option<&[f32]>,
    relu: bool,
) -> Vec<f32> {
    let &Geometry { batch, height, width, channels_in, channels_out, kernel, stride, padding } =
        geometry;
    assert_eq!(x.len(), geometry.input_len(), "convolution: length of the input");
    assert_eq!(weight.len(), geometry.weight_len(), "convolution: length of the weights");
    assert_eq!(bias.len(), channels_out, "convolution: length of the bias");
    let len = geometry.output_len();
    assert!(add.is_none_or(|add| add.len() == len), "convolution: length of what is added");
    if winograd::applies(isa, geometry) {
        let weights = Weights::transform(isa, geometry, weight, Direction::Forward);
        let end = Epilogue { bias: Some(bias), add, relu, mask: None };
        return winograd::convolve(isa, x, [batch, height, width], padding, &weights, end);
    }
    let sizes = [kernel, kernel, channels_in, channels_out];
    let panel = Panel::pack(isa, sizes, Some(bias), |row, column, from, to| {
        weight[((to * channels_in + from) * kernel + row) * kernel + column]
    });
    let windows = Windows {
        source: x,
        height,
        width,
        channels: channels_in,
        rows: kernel,
        columns: kernel,
        step: stride,
        top: -(padding as isize),
        left: -(padding as isize),
    };
    let pass = Pass {
        windows,
        panel,
        add,
        relu,
        height: geometry.height_out(),
        width: geometry.width_out(),
        channels: channels_out,
        step: 1,
        phase: (0, 0),
    };
    run(isa, &[pass], batch)
}
