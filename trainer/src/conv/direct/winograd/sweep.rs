//! One sweep over the tiles of a result: the forward pass and the input gradient are such sweeps.

use std::ops::Range;

use rayon::prelude::*;

use super::super::panel::Block;
use super::super::simd::{Isa, Simd, for_isa};
use super::end::{Epilogue, inverse_transform};
use super::scratch::with_scratch;
use super::tiles::{Pictures, Tiles, fetch};
use super::weights::Weights;
use super::{POSITIONS, SEEN, product, transform};

/// What all tasks of a sweep share.
pub(super) struct Sweep<'a> {
    source: Pictures<'a>,
    padding: usize,
    pub weights: &'a Weights,
    pub end: Epilogue<'a>,
    pub height: usize,
    pub width: usize,
    pub tiles: Tiles,
    zeros: Vec<f32>,
    pub to: Shared,
}

/// The result, in which tasks write different tiles.
pub(super) struct Shared(pub *mut f32);
// SAFETY: no two tasks write the same pixel.
unsafe impl Sync for Shared {}

/// Tiles that are transformed before they are multiplied, so that both fit the second-level cache;
/// a multiple of the rows of every register tile.
const GROUP: usize = 12;
/// Tasks per thread, so that no thread waits long for the last one.
const TASKS_PER_THREAD: usize = 8;

/// Convolves `source`, `[batch, height, width, weights.from]`, with transformed weights.
pub(in super::super) fn convolve(
    isa: Isa,
    source: &[f32],
    [batch, height_in, width_in]: [usize; 3],
    padding: usize,
    weights: &Weights,
    end: Epilogue<'_>,
) -> Vec<f32> {
    let (height, width) = (height_in + 2 * padding - 2, width_in + 2 * padding - 2);
    let len = batch * height * width * weights.to;
    for of_result in [end.add, end.mask].into_iter().flatten() {
        assert_eq!(of_result.len(), len, "convolution: length of what is added or masks");
    }
    assert!(
        end.bias.is_none_or(|bias| bias.len() == weights.to),
        "convolution: length of the bias"
    );
    let mut result = Vec::with_capacity(len);
    let tiles = Tiles::covering(height, width);
    let sweep = Sweep {
        source: Pictures {
            values: source,
            height: height_in,
            width: width_in,
            channels: weights.from,
        },
        padding,
        weights,
        end,
        height,
        width,
        tiles,
        zeros: vec![0.0; weights.from.max(weights.to)],
        to: Shared(result.as_mut_ptr()),
    };
    let all = batch * tiles.per_picture();
    let groups = all.div_ceil(GROUP);
    let tasks = groups.min(rayon::current_num_threads() * TASKS_PER_THREAD);
    (0..tasks).into_par_iter().with_max_len(1).for_each(|task| {
        let start = task * groups / tasks * GROUP;
        let end = ((task + 1) * groups / tasks * GROUP).min(all);
        let seen = POSITIONS * GROUP * weights.from;
        let products = POSITIONS * GROUP * isa.tile_vectors() * isa.lanes();
        // Around the kernel and not in it: a closure is compiled without its instructions.
        with_scratch([seen, products], |[seen, products]| {
            run(isa, &sweep, start..end, seen, products);
        });
    });
    // SAFETY: the tiles cover all pixels, and each was written with all channels.
    unsafe { result.set_len(len) };
    result
}

for_isa! {
    fn run(sweep: &Sweep<'_>, tiles: Range<usize>, seen: &mut [f32], products: &mut [f32])
        runs run_tiles
}

/// # Safety
///
/// The CPU has the instructions of `S`, for which the weights were made.
#[inline(always)]
unsafe fn run_tiles<S: Simd>(
    sweep: &Sweep<'_>,
    tiles: Range<usize>,
    seen: &mut [f32],
    products: &mut [f32],
) {
    for start in tiles.clone().step_by(GROUP) {
        let group = start..tiles.end.min(start + GROUP);
        // SAFETY: passed on. The register tiles fit 32 or 16 registers.
        unsafe {
            input_transform::<S>(sweep, group.clone(), seen);
            for block in &sweep.weights.blocks {
                let group = group.clone();
                match (S::TILE_VECTORS, block.vectors) {
                    (4, 1) => multiply::<S, 12, 1>(sweep, block, group, seen, products),
                    (4, 2) => multiply::<S, 12, 2>(sweep, block, group, seen, products),
                    (4, 3) => multiply::<S, 6, 3>(sweep, block, group, seen, products),
                    (4, 4) => multiply::<S, 6, 4>(sweep, block, group, seen, products),
                    (_, 1) => multiply::<S, 12, 1>(sweep, block, group, seen, products),
                    (_, 2) => multiply::<S, 6, 2>(sweep, block, group, seen, products),
                    (most, n) => unreachable!("block of {n} vectors, most is {most}"),
                }
            }
        }
    }
}

impl Sweep<'_> {
    /// The pixels that a tile sees.
    #[inline(always)]
    fn pixels(&self, tile: usize, to: &mut [[*const f32; SEEN]; SEEN]) {
        let (picture, y, x) = self.tiles.place(tile);
        let padding = self.padding as isize;
        let corner = (y as isize - padding, x as isize - padding);
        self.source.pixels(picture, corner, &self.zeros, to);
    }
}

/// Transforms what the tiles see to `[position][tile][channel]`.
///
/// # Safety
///
/// As for [`run_tiles`].
#[inline(always)]
unsafe fn input_transform<S: Simd>(sweep: &Sweep<'_>, tiles: Range<usize>, to: &mut [f32]) {
    let channels = sweep.weights.from;
    assert!(tiles.len() <= GROUP && to.len() == POSITIONS * GROUP * channels);
    let mut next = [[sweep.zeros.as_ptr(); SEEN]; SEEN];
    sweep.pixels(tiles.start, &mut next);
    for (index, tile) in tiles.clone().enumerate() {
        let pixels = next;
        sweep.pixels((tile + 1).min(tiles.end - 1), &mut next);
        let to = to[index * channels..].as_mut_ptr();
        for channel in (0..channels).step_by(S::LANES) {
            fetch(&next, channel);
            // SAFETY: each pixel is readable for all channels, a multiple of the vector; `to` is
            // as long as asserted above.
            unsafe {
                let mut tall = [[S::splat(0.0); SEEN]; SEEN];
                for column in 0..SEEN {
                    let mut d = [S::splat(0.0); SEEN];
                    for row in 0..SEEN {
                        d[row] = S::load(pixels[row][column].add(channel));
                    }
                    let d = transform::input::<S>(d);
                    for row in 0..SEEN {
                        tall[row][column] = d[row];
                    }
                }
                for (row, d) in tall.into_iter().enumerate() {
                    let d = transform::input::<S>(d);
                    for (column, &value) in d.iter().enumerate() {
                        let position = row * SEEN + column;
                        S::store(to.add(position * GROUP * channels + channel), value);
                    }
                }
            }
        }
    }
}

/// Multiplies what the tiles see with the weights of a block, and writes their outputs.
///
/// # Safety
///
/// As for [`run_tiles`], and the block has `N` vectors.
#[inline(always)]
unsafe fn multiply<S: Simd, const T: usize, const N: usize>(
    sweep: &Sweep<'_>,
    block: &Block,
    tiles: Range<usize>,
    seen: &[f32],
    products: &mut [f32],
) {
    const { assert!(GROUP.is_multiple_of(T)) };
    let (depth, width) = (sweep.weights.from, N * S::LANES);
    let weights = sweep.weights.of(block);
    assert!(weights.len() == POSITIONS * depth * width && seen.len() == POSITIONS * GROUP * depth);
    assert!(products.len() >= POSITIONS * GROUP * width);
    for position in 0..POSITIONS {
        let weights = weights[position * depth * width..].as_ptr();
        // The last register tile may hold rows of no tile; nobody reads what comes of them.
        for start in (0..tiles.len()).step_by(T) {
            let row = position * GROUP + start;
            let (a, to) = (seen[row * depth..].as_ptr(), products[row * width..].as_mut_ptr());
            // SAFETY: passed on; `T` rows of the group begin at `start`.
            unsafe { product::rows::<S, T, N>(a, depth, depth, weights, to) };
        }
    }
    for (index, tile) in tiles.enumerate() {
        for vector in 0..N {
            let from = products[index * width + vector * S::LANES..].as_ptr();
            // SAFETY: passed on; `from` is readable at every position of the tile, and the tile
            // is this task's.
            unsafe {
                inverse_transform::<S>(
                    sweep,
                    from,
                    GROUP * width,
                    tile,
                    block.first + vector * S::LANES,
                )
            };
        }
    }
}
