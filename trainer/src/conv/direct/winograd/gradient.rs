//! The gradient of the weights and the bias.

use std::ops::Range;

use rayon::prelude::*;

use super::super::aligned::Aligned;
use super::super::geometry::Geometry;
use super::super::simd::{Isa, Simd, for_isa};
use super::product::{Columns, columns};
use super::scratch::with_scratch;
use super::tiles::{Pictures, Tiles};
use super::{GROUP, POSITIONS, SEEN, TILE, transform};

/// Parts of the tiles that are summed apart, and then in order. Fixed, so that the result does not
/// depend on the number of threads.
const PARTS: usize = 8;
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
        for (index, tile) in group.clone().enumerate() {
            // SAFETY: passed on; both buffers have room for `GROUP` tiles.
            unsafe {
                look::<S, PAIR>(sweep, tile, &mut seen[index * from..]);
                let bias = (PAIR == 0).then_some(&mut *bias);
                look_back::<S, PAIR>(sweep, tile, &mut spread[index * to..], bias);
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

/// Two rows of Bᵀ d B of a tile, to `[position][tile][channel]`.
///
/// # Safety
///
/// As for [`add_tiles`].
#[inline(always)]
unsafe fn look<S: Simd, const PAIR: usize>(sweep: &Sweep<'_>, tile: usize, to: &mut [f32]) {
    let channels = sweep.x.channels;
    let (picture, y, x) = sweep.tiles.place(tile);
    let padding = sweep.padding as isize;
    let corner = (y as isize - padding, x as isize - padding);
    let mut pixels = [[std::ptr::null(); SEEN]; SEEN];
    sweep.x.pixels(picture, corner, &sweep.zeros, &mut pixels);
    assert!(to.len() >= (OWN - 1) * GROUP * channels + channels);
    for channel in (0..channels).step_by(S::LANES) {
        // SAFETY: each pixel is readable for all channels, and `to` as long as asserted.
        unsafe {
            let mut tall = [[S::splat(0.0); SEEN]; 2];
            for column in 0..SEEN {
                let mut d = [S::splat(0.0); SEEN];
                for row in 0..SEEN {
                    d[row] = S::load(pixels[row][column].add(channel));
                }
                let d = transform::input_pair::<S, PAIR>(d);
                tall[0][column] = d[0];
                tall[1][column] = d[1];
            }
            for (row, d) in tall.into_iter().enumerate() {
                let d = transform::input::<S>(d);
                for (column, &value) in d.iter().enumerate() {
                    let index = (row * SEEN + column) * GROUP * channels + channel;
                    S::store(to.as_mut_ptr().add(index), value);
                }
            }
        }
    }
}

/// Two rows of A dy Aᵀ of a tile, to `[position][tile][channel]`, and the sum of dy to the bias.
///
/// # Safety
///
/// As for [`add_tiles`].
#[inline(always)]
unsafe fn look_back<S: Simd, const PAIR: usize>(
    sweep: &Sweep<'_>,
    tile: usize,
    to: &mut [f32],
    mut bias: Option<&mut [f32]>,
) {
    let channels = sweep.dy.channels;
    let (picture, y, x) = sweep.tiles.place(tile);
    let mut pixels = [[std::ptr::null(); TILE]; TILE];
    sweep.dy.pixels(picture, (y as isize, x as isize), &sweep.zeros, &mut pixels);
    assert!(to.len() >= (OWN - 1) * GROUP * channels + channels);
    for channel in (0..channels).step_by(S::LANES) {
        // SAFETY: each pixel is readable for all channels, and `to` as long as asserted.
        unsafe {
            let mut tall = [[S::splat(0.0); TILE]; 2];
            let mut total = S::splat(0.0);
            for column in 0..TILE {
                let mut d = [S::splat(0.0); TILE];
                for row in 0..TILE {
                    d[row] = S::load(pixels[row][column].add(channel));
                }
                total = S::add(total, S::add(S::add(d[0], d[1]), S::add(d[2], d[3])));
                let d = transform::spread_pair::<S, PAIR>(d);
                tall[0][column] = d[0];
                tall[1][column] = d[1];
            }
            for (row, d) in tall.into_iter().enumerate() {
                let d = transform::spread::<S>(d);
                for (column, &value) in d.iter().enumerate() {
                    let index = (row * SEEN + column) * GROUP * channels + channel;
                    S::store(to.as_mut_ptr().add(index), value);
                }
            }
            if let Some(bias) = &mut bias {
                let sum = bias[channel..channel + S::LANES].as_mut_ptr();
                S::store(sum, S::add(S::load(sum), total));
            }
        }
    }
}

for_isa! {
    fn gather(sums: &[f32], slab: usize, weight: &mut [f32], from: usize) runs gather_all
}

/// Gᵀ S G of every pair of channels.
///
/// # Safety
///
/// As for [`add_tiles`].
#[inline(always)]
unsafe fn gather_all<S: Simd>(sums: &[f32], slab: usize, weight: &mut [f32], from: usize) {
    let to = weight.len() / (from * 9);
    assert!(sums.len() == PAIRS * slab && slab >= OWN * from * to);
    let mut taps = [[0.0f32; 16]; 9];
    const { assert!(S::LANES <= 16) };
    for channel in 0..from {
        for first in (0..to).step_by(S::LANES) {
            // SAFETY: passed on; the indices are inside of the slabs.
            unsafe {
                let mut tall = [[S::splat(0.0); SEEN]; 3];
                for column in 0..SEEN {
                    let mut s = [S::splat(0.0); SEEN];
                    for (pair, rows) in transform::PAIRS.into_iter().enumerate() {
                        for (own_row, row) in rows.into_iter().enumerate() {
                            let position = own_row * SEEN + column;
                            let index = pair * slab + (position * from + channel) * to + first;
                            s[row] = S::load(sums.as_ptr().add(index));
                        }
                    }
                    let s = transform::gather::<S>(s);
                    for row in 0..3 {
                        tall[row][column] = s[row];
                    }
                }
                for (row, s) in tall.into_iter().enumerate() {
                    let s = transform::gather::<S>(s);
                    for (column, &value) in s.iter().enumerate() {
                        S::store(taps[row * 3 + column].as_mut_ptr(), value);
                    }
                }
            }
            for lane in 0..S::LANES {
                let pair = (first + lane) * from + channel;
                for (tap, value) in weight[pair * 9..pair * 9 + 9].iter_mut().enumerate() {
                    *value = taps[tap][lane];
                }
            }
        }
    }
}
