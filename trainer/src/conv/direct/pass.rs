//! One sweep over the rows of a result: the forward pass and the input gradient are such sweeps.

use std::mem::MaybeUninit;
use std::ops::Range;

use rayon::prelude::*;

use super::kernel::{TileEnd, TileWeights, tile};
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

/// Pixels whose windows are looked up before their tiles are computed: whole tiles of 6 and 8.
const GROUP: usize = 48;

/// # Safety
///
/// The CPU has the instructions of `S`, for which the panel was packed.
#[inline(always)]
unsafe fn fill<S: Simd>(pass: &Pass<'_>, first_row: usize, rows: &mut [MaybeUninit<f32>]) {
    let mut group = Group::new(&pass.windows);
    let row_len = pass.width * pass.channels;
    let add = pass.add.map(|add| &add[first_row * row_len..][..rows.len()]);
    for row in 0..rows.len() / row_len {
        let mut columns = 0..pass.columns(first_row + row);
        while !columns.is_empty() {
            group.look_up(pass, first_row, row, &mut columns);
            if group.is_full() {
                // SAFETY: passed on.
                unsafe { fill_group::<S>(pass, &mut group, add, rows) };
            }
        }
    }
    // SAFETY: passed on.
    unsafe { fill_group::<S>(pass, &mut group, add, rows) };
}

impl Pass<'_> {
    /// Pixels of the phase in a row.
    fn columns(&self, row: usize) -> usize {
        if row % self.height % self.step == self.phase.0 {
            (self.width - self.phase.1).div_ceil(self.step)
        } else {
            0
        }
    }
}

/// Pixels that wait for being computed.
struct Group {
    /// The rows of the window of each pixel.
    windows: Vec<*const f32>,
    /// Where the channels of each pixel begin in the rows of the task.
    indices: Vec<usize>,
    edges: Edges,
}

impl Group {
    fn new(windows: &Windows<'_>) -> Self {
        Self {
            windows: Vec::with_capacity(GROUP * windows.rows),
            indices: Vec::with_capacity(GROUP),
            edges: Edges::new(GROUP * windows.rows, windows.run()),
        }
    }

    fn is_full(&self) -> bool {
        self.indices.len() == GROUP
    }

    /// Takes as many pixels from the front of `columns` as there is room for.
    fn look_up(
        &mut self,
        pass: &Pass<'_>,
        first_row: usize,
        row: usize,
        columns: &mut Range<usize>,
    ) {
        let windows = &pass.windows;
        let (image, y) = ((first_row + row) / pass.height, (first_row + row) % pass.height);
        let taken = columns.start..columns.end.min(columns.start + GROUP - self.indices.len());
        columns.start = taken.end;
        let first = self.indices.len() * windows.rows;
        self.windows.resize(first + taken.len() * windows.rows, std::ptr::null());
        for window_row in 0..windows.rows {
            let places = self.windows[first + window_row..].iter_mut().step_by(windows.rows);
            let pixel_row = (image, y / pass.step);
            windows.look_up(pixel_row, window_row, taken.clone(), places, &mut self.edges);
        }
        let start = row * pass.width + pass.phase.1;
        self.indices.extend(taken.map(|j| (start + j * pass.step) * pass.channels));
    }

    fn clear(&mut self) {
        self.windows.clear();
        self.indices.clear();
        self.edges.clear();
    }
}

/// # Safety
///
/// The CPU has the instructions of `S`, for which the panel was packed.
#[inline(always)]
unsafe fn fill_group<S: Simd>(
    pass: &Pass<'_>,
    group: &mut Group,
    add: Option<&[f32]>,
    rows: &mut [MaybeUninit<f32>],
) {
    for block in &pass.panel.blocks {
        // SAFETY: passed on. The tiles fit the registers: with 32 of them the sums take 24 or 16,
        // with 16 of them 12 or 8.
        unsafe {
            match (S::TILE_VECTORS, block.vectors) {
                (_, 1) => fill_block::<S, 8, 1>(pass, block, group, add, rows),
                (4, 2) => fill_block::<S, 8, 2>(pass, block, group, add, rows),
                (4, 3) => fill_block::<S, 8, 3>(pass, block, group, add, rows),
                (4, 4) => fill_block::<S, 6, 4>(pass, block, group, add, rows),
                (_, 2) => fill_block::<S, 6, 2>(pass, block, group, add, rows),
                (most, vectors) => unreachable!("block of {vectors} vectors, most is {most}"),
            }
        }
    }
    group.clear();
}

/// # Safety
///
/// The CPU has the instructions of `S`, and the panel was packed for them with `N` vectors in
/// `block`.
#[inline(always)]
unsafe fn fill_block<S: Simd, const T: usize, const N: usize>(
    pass: &Pass<'_>,
    block: &Block,
    group: &mut Group,
    add: Option<&[f32]>,
    rows: &mut [MaybeUninit<f32>],
) {
    let Pass { windows, panel, relu, .. } = pass;
    let (weights, bias) = (panel.weights_of(block), panel.bias_of(block));
    assert!(block.vectors == N && bias.len() == N * S::LANES);
    assert!(weights.len() == windows.rows * windows.run() * N * S::LANES);
    let pixels = group.indices.len();
    let Some(&last) = group.indices.iter().max() else { return };
    assert!(last + block.first + block.channels <= rows.len());
    assert!(add.is_none_or(|add| add.len() == rows.len()));
    // The last tile sees the last pixel as often as is missing to `T` pixels.
    for _ in pixels..pixels.next_multiple_of(T) {
        let window = group.windows.len() - windows.rows;
        group.windows.extend_from_within(window..);
    }
    let with = TileWeights {
        weights: weights.as_ptr(),
        bias: bias.as_ptr(),
        rows: windows.rows,
        run: windows.run(),
    };
    let end = TileEnd {
        to: rows[block.first..].as_mut_ptr().cast(),
        add: add.map_or(std::ptr::null(), |add| add[block.first..].as_ptr()),
        channels: block.channels,
        relu: *relu,
    };
    for start in (0..pixels).step_by(T) {
        let (seen, indices) =
            (group.windows[start * windows.rows..].as_ptr(), &group.indices[start..]);
        // SAFETY: the windows come from `Windows::row`, the sizes of weights and bias and the
        // largest index are asserted above, and the windows are filled up to whole tiles.
        unsafe { tile::<S, T, N>(seen, &with, &end, indices.as_ptr(), T.min(indices.len())) };
    }
    group.windows.truncate(pixels * windows.rows);
}
