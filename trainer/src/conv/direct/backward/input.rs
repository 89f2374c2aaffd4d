//! The gradient with respect to the input.

use super::super::geometry::Geometry;
use super::super::panel::Panel;
use super::super::pass::{Pass, run};
use super::super::simd::Isa;
use super::super::window::Windows;
use super::super::winograd::{self, Direction, Epilogue, Weights};
use super::mask_relu;

/// The gradient of the input from that of the output, `dy`.
///
/// Input row `y` meets output row `o` through kernel row `r = y + padding - o * stride`. The rows
/// with the same `(y + padding) % stride` use the same rows of the kernel, every `stride`-th, so
/// each of these phases is a convolution of `dy` with stride 1 and nothing is multiplied by
/// inserted zeros.
///
/// `add`, of the input's shape, is added to it: the gradient that came another way. Then, with `mask`
/// of the same shape, it becomes zero where the mask is not positive: the gradient before a ReLU
/// whose output was the mask.
///
/// # Panics
///
/// If a slice has not the length that `geometry` gives it.
pub fn input_gradient(
    isa: Isa,
    geometry: &Geometry,
    weight: &[f32],
    dy: &[f32],
    add: Option<&[f32]>,
    mask: Option<&[f32]>,
) -> Vec<f32> {
    let &Geometry { batch, height, width, channels_in, channels_out, kernel, stride, .. } =
        geometry;
    assert_eq!(dy.len(), geometry.output_len(), "convolution: length of the output's gradient");
    assert_eq!(weight.len(), geometry.weight_len(), "convolution: length of the weights");
    if winograd::applies(isa, geometry) {
        let weights = Weights::transform(isa, geometry, weight, Direction::Backward);
        let size = [batch, geometry.height_out(), geometry.width_out()];
        let end = Epilogue { bias: None, add, relu: false, mask };
        return winograd::convolve(isa, dy, size, 2 - geometry.padding, &weights, end);
    }
    if let Some(add) = add {
        assert_eq!(add.len(), geometry.input_len(), "convolution: length of what is added");
    }
    let mut passes = Vec::with_capacity(stride * stride);
    for phase_y in 0..stride.min(height) {
        for phase_x in 0..stride.min(width) {
            let (down, across) = (Phase::new(geometry, phase_y), Phase::new(geometry, phase_x));
            let sizes = [down.taps, across.taps, channels_out, channels_in];
            let panel = Panel::pack(isa, sizes, None, |row, column, from, to| {
                let tap = down.kernel_index(row) * kernel + across.kernel_index(column);
                weight[(from * channels_in + to) * kernel * kernel + tap]
            });
            let windows = Windows {
                source: dy,
                height: geometry.height_out(),
                width: geometry.width_out(),
                channels: channels_out,
                rows: down.taps,
                columns: across.taps,
                step: 1,
                top: down.origin,
                left: across.origin,
            };
            passes.push(Pass {
                windows,
                panel,
                add,
                relu: false,
                height,
                width,
                channels: channels_in,
                step: stride,
                phase: (phase_y, phase_x),
            });
        }
    }
    let mut dx = run(isa, &passes, batch);
    if let Some(mask) = mask {
        mask_relu(&mut dx, mask);
    }
    dx
}

/// What one side of the kernel is to the input rows `phase, phase + stride, phase + 2 stride, ..`.
struct Phase {
    /// Kernel rows that meet these input rows; none if the stride is longer than the kernel.
    taps: usize,
    /// The output row that the window of the first of these input rows begins with.
    origin: isize,
    /// The first of the kernel rows.
    first: usize,
    stride: usize,
}

impl Phase {
    fn new(geometry: &Geometry, phase: usize) -> Self {
        let &Geometry { kernel, stride, padding, .. } = geometry;
        let first = (phase + padding) % stride;
        let taps = kernel.saturating_sub(first).div_ceil(stride);
        let origin = ((phase + padding) / stride) as isize - (taps as isize - 1);
        Self { taps, origin, first, stride }
    }

    /// The kernel row of a row of the window: later output rows meet earlier kernel rows.
    fn kernel_index(&self, row: usize) -> usize {
        self.first + self.stride * (self.taps - 1 - row)
    }
}
