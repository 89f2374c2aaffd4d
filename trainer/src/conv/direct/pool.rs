//! Max-pooling without padding.

use rayon::prelude::*;

use super::simd::{Isa, Simd, for_isa};

/// Sizes of a max-pooling with square windows. Pictures are `[batch, height, width, channels]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolGeometry {
    /// Number of pictures.
    pub batch: usize,
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// Channels of the input and the output.
    pub channels: usize,
    /// Side of the windows, in pixels.
    pub kernel: usize,
    /// Step between windows, in pixels.
    pub stride: usize,
}

impl PoolGeometry {
    /// Rows of the output.
    pub fn height_out(&self) -> usize {
        self.output_side(self.height)
    }

    /// Columns of the output.
    pub fn width_out(&self) -> usize {
        self.output_side(self.width)
    }

    fn output_side(&self, side: usize) -> usize {
        assert!(self.kernel > 0 && self.stride > 0, "pooling: kernel and stride must be positive");
        assert!(
            side >= self.kernel,
            "pooling: {side} pixels are less than the window's {}",
            self.kernel
        );
        (side - self.kernel) / self.stride + 1
    }

    fn input_len(&self) -> usize {
        self.height * self.width * self.channels
    }

    fn output_len(&self) -> usize {
        self.height_out() * self.width_out() * self.channels
    }

    /// Starts in a picture of the channels of the pixels of window `(i, j)`, row by row.
    fn window(&self, i: usize, j: usize) -> impl Iterator<Item = usize> {
        let Self { width, channels, kernel, stride, .. } = *self;
        (0..kernel * kernel).map(move |tap| {
            let (y, x) = (i * stride + tap / kernel, j * stride + tap % kernel);
            (y * width + x) * channels
        })
    }

    /// `(i, j)` of all windows, row by row.
    fn windows(&self) -> impl Iterator<Item = (usize, usize)> {
        let (rows, columns) = (self.height_out(), self.width_out());
        (0..rows).flat_map(move |i| (0..columns).map(move |j| (i, j)))
    }
}

/// The largest value of each window and channel; NaN if one of them is.
///
/// # Panics
///
/// If `x` has not the length that `geometry` gives it.
pub fn max_pool(geometry: &PoolGeometry, x: &[f32]) -> Vec<f32> {
    let (len_in, len_out) = (geometry.input_len(), geometry.output_len());
    assert_eq!(x.len(), geometry.batch * len_in, "pooling: length of the input");
    let mut result = vec![0.0; geometry.batch * len_out];
    if result.is_empty() {
        return result;
    }
    let pictures = result.par_chunks_mut(len_out).zip(x.par_chunks(len_in));
    pictures.for_each(|(y, x)| pool_picture(Isa::best(), geometry, x, y));
    result
}

for_isa! {
    fn pool_picture(geometry: &PoolGeometry, x: &[f32], y: &mut [f32]) runs pool
}

/// # Safety
///
/// The CPU has the instructions of `S`. (They are the compiler's to use: nothing here is written in
/// vectors.)
#[inline(always)]
unsafe fn pool<S: Simd>(geometry: &PoolGeometry, x: &[f32], y: &mut [f32]) {
    for ((i, j), y) in geometry.windows().zip(y.chunks_exact_mut(geometry.channels)) {
        y.fill(f32::NEG_INFINITY);
        for start in geometry.window(i, j) {
            for (best, &value) in y.iter_mut().zip(&x[start..]) {
                *best = if exceeds(value, *best) { value } else { *best };
            }
        }
    }
}

/// The gradient of the input of [`max_pool`]: each window passes its gradient to its largest
/// value, the first one of equals.
///
/// # Panics
///
/// If a slice has not the length that `geometry` gives it.
pub fn max_pool_gradient(geometry: &PoolGeometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let (len_in, len_out) = (geometry.input_len(), geometry.output_len());
    assert_eq!(x.len(), geometry.batch * len_in, "pooling: length of the input");
    assert_eq!(dy.len(), geometry.batch * len_out, "pooling: length of the output's gradient");
    let mut result = vec![0.0; x.len()];
    if result.is_empty() {
        return result;
    }
    let pictures = x.par_chunks(len_in).zip(dy.par_chunks(len_out));
    result.par_chunks_mut(len_in).zip(pictures).for_each(|(dx, (x, dy))| {
        unpool_picture(Isa::best(), geometry, x, dy, dx);
    });
    result
}

for_isa! {
    fn unpool_picture(geometry: &PoolGeometry, x: &[f32], dy: &[f32], dx: &mut [f32]) runs unpool
}

/// # Safety
///
/// As for [`pool`].
#[inline(always)]
unsafe fn unpool<S: Simd>(geometry: &PoolGeometry, x: &[f32], dy: &[f32], dx: &mut [f32]) {
    let mut best = vec![0.0; geometry.channels];
    let mut place = vec![0u32; geometry.channels];
    for ((i, j), dy) in geometry.windows().zip(dy.chunks_exact(geometry.channels)) {
        best.fill(f32::NEG_INFINITY);
        place.fill(0);
        for (tap, start) in geometry.window(i, j).enumerate() {
            let found = best.iter_mut().zip(&mut place);
            for ((best, place), &value) in found.zip(&x[start..]) {
                let better = exceeds(value, *best);
                *best = if better { value } else { *best };
                *place = if better { tap as u32 } else { *place };
            }
        }
        // Every tap is visited, in place of one place per channel: whole vectors at a time.
        for (tap, start) in geometry.window(i, j).enumerate() {
            let from = dx[start..].iter_mut().zip(&place).zip(dy);
            for ((dx, &place), &dy) in from {
                *dx += if place == tap as u32 { dy } else { 0.0 };
            }
        }
    }
}

/// Whether `value` takes the place of `best`: NaN takes every number's place and keeps it.
fn exceeds(value: f32, best: f32) -> bool {
    value > best || (value.is_nan() && !best.is_nan())
}
