//! One sweep over the rows of a result: the forward pass and the input gradient are such sweeps.

use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::kernel::{TileEnd, tile};
use super::panel::{Block, Panel};
use super::simd::{Isa, Simd, for_isa};
use super::window::{Edges, Windows};

/// Fills the pixels `(y, x)` with `y % step == phase_y` and `x % step == phase_x` of a picture
/// from the windows of pixel `(y / step, x / step)`.
pub(super) struct Pass<'a> {
    pub windows: Windows<'a>,
    pub panel: Panel,
    /// What is added to the picture, in its layout, before `relu`.
    pub add: Option<&'a [f32]>,
    pub relu: bool,
    /// Rows, columns and channels of the picture that is filled.
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub step: usize,
    pub phase: (usize, usize),
}

/// Pixels that a task should have, so that its last, partly filled tile does not matter.
const PIXELS_PER_TASK: usize = 96;
/// Tasks per thread, so that no thread waits long for the last task.
const TASKS_PER_THREAD: usize = 8;

/// Runs `passes`, which together fill every pixel of `[batch, height, width, channels]`.
pub(super) fn run(isa: Isa, passes: &[Pass<'_>], batch: usize) -> Vec<f32> {
    let Some(Pass { height, width, channels, .. }) = passes.first() else { return Vec::new() };
    let (rows, row_len) = (batch * height, width * channels);
    let len = rows * row_len;
    let mut result = Vec::with_capacity(len);
    if len == 0 {
        return result;
    }
    // Cut by rows: every pixel is computed the same way wherever the cuts are.
    let tasks = rayon::current_num_threads() * TASKS_PER_THREAD;
    let task_rows = rows.div_ceil(tasks).max(PIXELS_PER_TASK.div_ceil(*width));
    result.spare_capacity_mut()[..len].par_chunks_mut(task_rows * row_len).enumerate().for_each(
        |(task, rows)| {
            for pass in passes {
                fill_rows(isa, pass, task * task_rows, rows);
            }
        },
    );
    // SAFETY: every pixel belongs to the phase of one pass, which wrote all its channels.
    unsafe { result.set_len(len) };
    result
}

for_isa! {
    /// Fills whole rows, counted through all pictures, from `first_row` on.
    fn fill_rows(pass: &Pass<'_>, first_row: usize, rows: &mut [MaybeUninit<f32>]) runs fill
}

/// # Safety
///
/// The CPU has the instructions of `S`, for which the panel was packed.
#[inline(always)]
unsafe fn fill<S: Simd>(pass: &Pass<'_>, first_row: usize, rows: &mut [MaybeUninit<f32>]) {
    for block in &pass.panel.blocks {
        // SAFETY: passed on. The tiles fit the registers: with 32 of them the sums take 24 or 16,
        // with 16 of them 12 or 8.
        unsafe {
            match (S::TILE_VECTORS, block.vectors) {
                (_, 1) => fill_block::<S, 8, 1>(pass, block, first_row, rows),
                (4, 2) => fill_block::<S, 8, 2>(pass, block, first_row, rows),
                (4, 3) => fill_block::<S, 8, 3>(pass, block, first_row, rows),
                (4, 4) => fill_block::<S, 6, 4>(pass, block, first_row, rows),
                (_, 2) => fill_block::<S, 6, 2>(pass, block, first_row, rows),
                (most, vectors) => unreachable!("block of {vectors} vectors, most is {most}"),
            }
        }
    }
}

/// # Safety
///
/// The CPU has the instructions of `S`, and the panel was packed for them with `N` vectors in
/// `block`.
#[inline(always)]
unsafe fn fill_block<S: Simd, const T: usize, const N: usize>(
    pass: &Pass<'_>,
    block: &Block,
    first_row: usize,
    rows: &mut [MaybeUninit<f32>],
) {
    let Pass { windows, panel, width, channels, step, .. } = pass;
    let run = windows.run();
    let (weights, bias) = (panel.weights_of(block), panel.bias_of(block));
    assert!(block.vectors == N && bias.len() == N * S::LANES);
    assert!(weights.len() == windows.rows * run * N * S::LANES);

    let mut edges = Edges::new(T * windows.rows, run);
    let mut lines = Vec::with_capacity(windows.rows);
    let mut seen = vec![[std::ptr::null(); T]; windows.rows];
    let mut end = TileEnd {
        to: [std::ptr::null_mut(); T],
        add: [std::ptr::null(); T],
        adds: pass.add.is_some(),
        channels: block.channels,
        pixels: 0,
        relu: pass.relu,
    };
    for (row, line) in rows.chunks_exact_mut(width * channels).enumerate() {
        let row = first_row + row;
        let (image, y) = (row / pass.height, row % pass.height);
        if y % step != pass.phase.0 {
            continue;
        }
        let i = y / step;
        lines.clear();
        lines.extend((0..windows.rows).map(|window_row| windows.line(image, i, window_row)));
        for (j, x) in (pass.phase.1..*width).step_by(*step).enumerate() {
            for (seen, &line) in seen.iter_mut().zip(&lines) {
                seen[end.pixels] = windows.row(line, j, &mut edges);
            }
            let pixel = &mut line[x * channels + block.first..][..block.channels];
            end.to[end.pixels] = pixel.as_mut_ptr().cast();
            if let Some(add) = pass.add {
                let start = (row * width + x) * channels + block.first;
                end.add[end.pixels] = add[start..start + block.channels].as_ptr();
            }
            end.pixels += 1;
            if end.pixels == T {
                // SAFETY: the windows and pixels were sliced with their sizes just now, those of
                // weights and bias are asserted above, and `edges` keeps its copies until cleared.
                unsafe { tile::<S, T, N>(&seen, run, weights.as_ptr(), bias.as_ptr(), &end) };
                edges.clear();
                end.pixels = 0;
            }
        }
    }
    if end.pixels > 0 {
        for seen in &mut seen {
            for pixel in end.pixels..T {
                seen[pixel] = seen[0];
            }
        }
        // SAFETY: as above; the pixels that are missing read the first one's window and are not
        // written.
        unsafe { tile::<S, T, N>(&seen, run, weights.as_ptr(), bias.as_ptr(), &end) };
    }
}
