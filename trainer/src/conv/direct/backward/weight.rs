//! The gradient with respect to the weights and the bias.

use std::ops::Range;

use rayon::prelude::*;

use super::super::aligned::Aligned;
use super::super::geometry::Geometry;
use super::super::kernel::{outer, total};
use super::super::panel::{Block, blocks};
use super::super::simd::{Isa, Simd, for_isa};
use super::super::window::{Edges, Windows};
use super::super::winograd;

/// Parts of the batch that are summed apart, and then in order. Fixed, so that the result does not
/// depend on the number of threads.
const PARTS: usize = 16;
/// Pixels that are summed in registers: their gradients fit the first-level cache.
const PIXELS: usize = 64;

/// The gradients of the weights, `[channels_out, channels_in, kernel, kernel]`, and of the bias
/// from the input `x` and the gradient `dy` of the output.
///
/// # Panics
///
/// If a slice has not the length that `geometry` gives it.
pub fn weight_gradient(
    isa: Isa,
    geometry: &Geometry,
    x: &[f32],
    dy: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let &Geometry { height, width, channels_in, channels_out, kernel, stride, padding, .. } =
        geometry;
    assert_eq!(x.len(), geometry.input_len(), "convolution: length of the input");
    assert_eq!(dy.len(), geometry.output_len(), "convolution: length of the output's gradient");
    if winograd::applies(isa, geometry) {
        return winograd::weight_gradient(isa, geometry, x, dy);
    }
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
    let sweep = Sweep {
        windows,
        dy,
        height: geometry.height_out(),
        width: geometry.width_out(),
        channels: channels_out,
        blocks: blocks(channels_out, isa),
    };
    let padded = channels_out.div_ceil(isa.lanes()) * isa.lanes();
    let sums = sweep.sums(isa, geometry.batch * sweep.height, kernel, padded);
    sweep.unpack(isa, &sums, kernel, padded)
}

struct Sweep<'a> {
    windows: Windows<'a>,
    dy: &'a [f32],
    height: usize,
    width: usize,
    channels: usize,
    blocks: Vec<Block>,
}

impl Sweep<'_> {
    /// Numbers in one slab: the weights of one kernel row, and in the first slab the bias behind
    /// them, as `[block][column, channel_in][channel_out in the block]`.
    fn slab_len(&self, padded: usize) -> usize {
        (self.windows.run() + 1) * padded
    }

    /// One slab per kernel row.
    fn sums(&self, isa: Isa, rows: usize, kernel: usize, padded: usize) -> Vec<f32> {
        let parts = PARTS.min(rows).max(1);
        let slab_len = self.slab_len(padded);
        let mut apart = vec![0.0; parts * kernel * slab_len];
        apart.par_chunks_mut(slab_len).enumerate().for_each(|(task, slab)| {
            let (part, kernel_row) = (task / kernel, task % kernel);
            let rows = part * rows / parts..(part + 1) * rows / parts;
            add_rows(isa, self, rows, kernel_row, slab);
        });
        let (first, others) = apart.split_at_mut(kernel * slab_len);
        const PER_TASK: usize = 1 << 12;
        first.par_chunks_mut(PER_TASK).enumerate().for_each(|(task, sums)| {
            for part in others.chunks_exact(kernel * slab_len) {
                for (sum, value) in sums.iter_mut().zip(&part[task * PER_TASK..]) {
                    *sum += value;
                }
            }
        });
        apart.truncate(kernel * slab_len);
        apart
    }

    fn unpack(&self, isa: Isa, sums: &[f32], kernel: usize, padded: usize) -> (Vec<f32>, Vec<f32>) {
        let (run, channels_in) = (self.windows.run(), self.windows.channels);
        let mut weight = vec![0.0; self.channels * channels_in * kernel * kernel];
        let mut bias = vec![0.0; self.channels];
        for (row, slab) in sums.chunks_exact(self.slab_len(padded)).enumerate() {
            for block in &self.blocks {
                let width = block.vectors * isa.lanes();
                let lines = slab[block.first * (run + 1)..].chunks_exact(width).take(run + 1);
                for (index, line) in lines.enumerate() {
                    let (column, from) = (index / channels_in, index % channels_in);
                    for (to, &value) in (block.first..).zip(&line[..block.channels]) {
                        if index < run {
                            let tap = row * kernel + column;
                            weight[(to * channels_in + from) * kernel * kernel + tap] = value;
                        } else if row == 0 {
                            bias[to] = value;
                        }
                    }
                }
            }
        }
        (weight, bias)
    }
}

impl Sweep<'_> {
    /// Looks up one row of the windows of `pixels`, counted through all pictures.
    fn look_up(
        &self,
        pixels: Range<usize>,
        kernel_row: usize,
        seen: &mut Vec<*const f32>,
        edges: &mut Edges,
    ) {
        edges.clear();
        seen.clear();
        seen.resize(pixels.len(), std::ptr::null());
        let (mut pixel, mut places) = (pixels.start, &mut seen[..]);
        while pixel < pixels.end {
            let (row, first) = (pixel / self.width, pixel % self.width);
            let last = self.width.min(first + pixels.end - pixel);
            let (here, rest) = places.split_at_mut(last - first);
            let pixel_row = (row / self.height, row % self.height);
            self.windows.look_up(pixel_row, kernel_row, first..last, here.iter_mut(), edges);
            (pixel, places) = (pixel + last - first, rest);
        }
    }
}

for_isa! {
    /// Adds what the output rows `rows`, counted through all pictures, give to one slab.
    fn add_rows(sweep: &Sweep<'_>, rows: Range<usize>, kernel_row: usize, slab: &mut [f32])
        runs add
}

/// # Safety
///
/// The CPU has the instructions of `S`, for which the blocks were made.
#[inline(always)]
unsafe fn add<S: Simd>(sweep: &Sweep<'_>, rows: Range<usize>, kernel_row: usize, slab: &mut [f32]) {
    let windows = &sweep.windows;
    let mut edges = Edges::new(PIXELS, windows.run());
    let mut seen = Vec::with_capacity(PIXELS);
    let mut gradients = Aligned::zeros(PIXELS * S::TILE_VECTORS * S::LANES);
    for start in (rows.start * sweep.width..rows.end * sweep.width).step_by(PIXELS) {
        let end = (rows.end * sweep.width).min(start + PIXELS);
        sweep.look_up(start..end, kernel_row, &mut seen, &mut edges);
        for block in &sweep.blocks {
            let width = block.vectors * S::LANES;
            let slab = &mut slab[block.first * (windows.run() + 1)..];
            let slab = &mut slab[..width * (windows.run() + 1)];
            let lines = &sweep.dy[start * sweep.channels..(start + seen.len()) * sweep.channels];
            let (gradients, stride) = if block.channels == width {
                (&lines[block.first..], sweep.channels)
            } else {
                copy_block(block, lines, sweep.channels, width, &mut gradients);
                (&gradients[..seen.len() * width], width)
            };
            let part = Part { seen: &seen, gradients, stride, slab, bias: kernel_row == 0 };
            // SAFETY: passed on.
            unsafe {
                match (S::TILE_VECTORS, block.vectors) {
                    (4, 1) => part.add::<S, 12, 1>(),
                    (4, 2) => part.add::<S, 12, 2>(),
                    (4, 3) => part.add::<S, 8, 3>(),
                    (4, 4) => part.add::<S, 6, 4>(),
                    (_, 1) => part.add::<S, 8, 1>(),
                    (_, 2) => part.add::<S, 6, 2>(),
                    (most, vectors) => unreachable!("block of {vectors} vectors, most is {most}"),
                }
            }
        }
    }
}

/// Copies the channels of a block that does not fill its vectors side by side, with zeros behind
/// the last one.
fn copy_block(block: &Block, lines: &[f32], channels: usize, width: usize, to: &mut [f32]) {
    for (to, line) in to.chunks_exact_mut(width).zip(lines.chunks_exact(channels)) {
        to[..block.channels].copy_from_slice(&line[block.first..][..block.channels]);
        to[block.channels..].fill(0.0);
    }
}

/// Pixels whose part of the sums is added to the slab of one block.
struct Part<'a> {
    seen: &'a [*const f32],
    gradients: &'a [f32],
    /// Numbers from one pixel's gradients to the next one's.
    stride: usize,
    slab: &'a mut [f32],
    bias: bool,
}

impl Part<'_> {
    /// # Safety
    ///
    /// The CPU has the instructions of `S`; `seen` is readable for a run; `gradients` has a
    /// line of `N * LANES` numbers for each of `seen`, and the slab `run + 1` of them.
    #[inline(always)]
    unsafe fn add<S: Simd, const T: usize, const N: usize>(self) {
        let width = N * S::LANES;
        let run = self.slab.len() / width - 1;
        let (seen, gradients) = (self.seen, (self.gradients.as_ptr(), self.stride));
        assert!(seen.is_empty() || self.gradients.len() >= (seen.len() - 1) * self.stride + width);
        let slab = self.slab.as_mut_ptr();
        let mut at = 0;
        // SAFETY: `at` and the tile's height never exceed the run, and line `run` is the bias.
        unsafe {
            while at + T <= run {
                outer::<S, T, N>(seen, at, gradients, slab.add(at * width));
                at += T;
            }
            while at + 3 <= run {
                outer::<S, 3, N>(seen, at, gradients, slab.add(at * width));
                at += 3;
            }
            while at < run {
                outer::<S, 1, N>(seen, at, gradients, slab.add(at * width));
                at += 1;
            }
            if self.bias {
                total::<S, N>(seen.len(), gradients, slab.add(run * width));
            }
        }
    }
}
