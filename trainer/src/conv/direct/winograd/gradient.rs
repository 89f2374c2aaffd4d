//! The gradient of the weights and the bias.

mod gather;
mod look;

use std::ops::Range;

use rayon::prelude::*;

use self::gather::gather_all;
use self::look::{gradient_transform, input_transform};
use super::super::aligned::Aligned;
use super::super::geometry::Geometry;
use super::super::simd::{Isa, Simd, for_isa};
use super::product::{Columns, columns};
use super::scratch::with_scratch;
use super::tiles::{Pictures, Tiles};
use super::{POSITIONS, SEEN, TILE, transform};

/// Parts of the tiles that are summed apart, and then in order. Fixed, so that the result does not
/// depend on the number of threads.
const PARTS: usize = 8;
/// Tiles that are transformed before they are multiplied: more of them would not fit the
/// second-level cache with the sums, fewer would read and write the sums more often.
const GROUP: usize = 24;
/// Each part is worked on in three tasks, one for each of [`transform::PAIRS`], so that the sums
/// of a task fit the second-level cache.
const PAIRS: usize = transform::PAIRS.len();
/// Positions that one task sums.
const OWN: usize = POSITIONS / PAIRS;

struct Sweep<'a> {
    x: Pictures<'a>,
    dy: Pictures<'a>,
    padding: usize,
    tiles: Tiles,
    zeros: Vec<f32>,
}

/// Where the channels of a square of pixels lie.
type Pixels<const SIDE: usize> = [[*const f32; SIDE]; SIDE];

impl Sweep<'_> {
    /// The pixels of x that a tile sees, and its gradients.
    #[inline(always)]
    fn pixels(&self, tile: usize) -> (Pixels<SEEN>, Pixels<TILE>) {
        let (picture, y, x) = self.tiles.place(tile);
        let (y, x, padding) = (y as isize, x as isize, self.padding as isize);
        let mut seen = [[self.zeros.as_ptr(); SEEN]; SEEN];
        self.x.pixels(picture, (y - padding, x - padding), &self.zeros, &mut seen);
        let mut gradients = [[self.zeros.as_ptr(); TILE]; TILE];
        self.dy.pixels(picture, (y, x), &self.zeros, &mut gradients);
        (seen, gradients)
    }
}

/// The gradients of the weights, `[channels_out, channels_in, 3, 3]`, and of the bias.
pub(in super::super) fn weight_gradient(
    isa: Isa,
    geometry: &Geometry,
    x: &[f32],
    dy: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let &Geometry { batch, height, width, channels_in, channels_out, padding, .. } = geometry;
    let (height_out, width_out) = (geometry.height_out(), geometry.width_out());
    let tiles = Tiles::covering(height_out, width_out);
    let sweep = Sweep {
        x: Pictures { values: x, height, width, channels: channels_in },
        dy: Pictures { values: dy, height: height_out, width: width_out, channels: channels_out },
        padding,
        tiles,
        zeros: vec![0.0; channels_in.max(channels_out)],
    };
    let all = batch * tiles.per_picture();
    let parts = PARTS.min(all.div_ceil(GROUP)).max(1);
    // [part][pair][position, channel_in][channel_out], the bias behind the positions.
    let own = OWN * channels_in * channels_out;
    let slab = own + channels_out;
    let mut sums = Aligned::zeros(parts * PAIRS * slab);
    sums.par_chunks_mut(slab).with_max_len(1).enumerate().for_each(|(task, sums)| {
        let (part, pair) = (task / PAIRS, task % PAIRS);
        let tiles = part * all / parts..(part + 1) * all / parts;
        let lens = [OWN * GROUP * channels_in, OWN * GROUP * channels_out];
        with_scratch(lens, |[seen, spread]| add(isa, &sweep, tiles, pair, sums, seen, spread));
    });
    let (first, others) = sums.split_at_mut(PAIRS * slab);
    const PER_TASK: usize = 1 << 12;
    first.par_chunks_mut(PER_TASK).enumerate().for_each(|(task, sums)| {
        for part in others.chunks_exact(PAIRS * slab) {
            for (sum, value) in sums.iter_mut().zip(&part[task * PER_TASK..]) {
                *sum += value;
            }
        }
    });
    let bias = first[own..slab].to_vec();
    let mut weight = vec![0.0; channels_out * channels_in * 9];
    gather(isa, first, slab, &mut weight, channels_in);
    (weight, bias)
}

for_isa! {
    fn add(
        sweep: &Sweep<'_>,
        tiles: Range<usize>,
        pair: usize,
        sums: &mut [f32],
        seen: &mut [f32],
        spread: &mut [f32],
    ) runs add_tiles
}

/// # Safety
///
/// The CPU has the instructions of `S`, whose vectors the channels fill.
#[inline(always)]
unsafe fn add_tiles<S: Simd>(
    sweep: &Sweep<'_>,
    tiles: Range<usize>,
    pair: usize,
    sums: &mut [f32],
    seen: &mut [f32],
    spread: &mut [f32],
) {
    // SAFETY: passed on.
    unsafe {
        match pair {
            0 => add_pair::<S, 0>(sweep, tiles, sums, seen, spread),
            1 => add_pair::<S, 1>(sweep, tiles, sums, seen, spread),
            _ => add_pair::<S, 2>(sweep, tiles, sums, seen, spread),
        }
    }
}

/// # Safety
///
/// As for [`add_tiles`].
#[inline(always)]
unsafe fn add_pair<S: Simd, const PAIR: usize>(
    sweep: &Sweep<'_>,
    tiles: Range<usize>,
    sums: &mut [f32],
    seen: &mut [f32],
    spread: &mut [f32],
) {
    let (from, to) = (sweep.x.channels, sweep.dy.channels);
    let (sums, bias) = sums.split_at_mut(OWN * from * to);
    for start in tiles.clone().step_by(GROUP) {
        let group = start..tiles.end.min(start + GROUP);
        let (mut next, mut next_dy) = sweep.pixels(start);
        for (index, tile) in group.clone().enumerate() {
            let (pixels, pixels_dy) = (next, next_dy);
            (next, next_dy) = sweep.pixels((tile + 1).min(group.end - 1));
            // SAFETY: passed on; both buffers have room for `GROUP` tiles.
            unsafe {
                input_transform::<S, PAIR>(from, &pixels, &next, &mut seen[index * from..]);
                let bias = (PAIR == 0).then_some(&mut *bias);
                gradient_transform::<S, PAIR>(
                    to,
                    &pixels_dy,
                    &next_dy,
                    &mut spread[index * to..],
                    bias,
                );
            }
        }
        for position in 0..OWN {
            let with = Columns {
                left: seen[position * GROUP * from..][..GROUP * from].as_ptr(),
                left_stride: from,
                right: spread[position * GROUP * to..][..GROUP * to].as_ptr(),
                right_stride: to,
                count: group.len(),
            };
            let sums = &mut sums[position * from * to..][..from * to];
            // SAFETY: passed on; the matrices have `from` and `to` columns.
            unsafe { multiply::<S>(&with, sums.as_mut_ptr()) };
        }
    }
}

/// Adds the product of two matrices to sums, cut into register tiles.
///
/// # Safety
///
/// The CPU has the instructions of `S`; `with.left_stride` and `with.right_stride` are the numbers
/// of columns, multiples of the vector length, and there are sums for each pair of columns.
#[inline(always)]
unsafe fn multiply<S: Simd>(with: &Columns, sums: *mut f32) {
    let mut vector = 0;
    let vectors = with.right_stride / S::LANES;
    while vector < vectors {
        let n = S::TILE_VECTORS.min(vectors - vector);
        // SAFETY: `n` vectors of columns begin here.
        unsafe {
            let column = vector * S::LANES;
            let with = Columns { right: with.right.add(column), ..*with };
            let sums = sums.add(column);
            match n {
                1 => multiply_block::<S, 1>(&with, sums),
                2 => multiply_block::<S, 2>(&with, sums),
                3 => multiply_block::<S, 3>(&with, sums),
                _ => multiply_block::<S, 4>(&with, sums),
            }
        }
        vector += n;
    }
}

/// # Safety
///
/// As for [`multiply`], with `N` vectors of columns.
#[inline(always)]
unsafe fn multiply_block<S: Simd, const N: usize>(with: &Columns, sums: *mut f32) {
    let mut at = 0;
    // SAFETY: at most as many columns as the left matrix has, a multiple of four.
    unsafe {
        // Six columns at a time as long as what remains is a multiple of four.
        while at + 12 <= with.left_stride {
            for _ in 0..2 {
                let with = Columns { left: with.left.add(at), ..*with };
                columns::<S, 6, N>(&with, sums.add(at * with.right_stride));
                at += 6;
            }
        }
        while at + 4 <= with.left_stride {
            let with = Columns { left: with.left.add(at), ..*with };
            columns::<S, 4, N>(&with, sums.add(at * with.right_stride));
            at += 4;
        }
    }
}

for_isa! {
    fn gather(sums: &[f32], slab: usize, weight: &mut [f32], from: usize) runs gather_all
}
