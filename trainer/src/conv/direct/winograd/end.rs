//! The inverse transform: from the products at the positions to the outputs of a tile, and their epilogue.
#![expect(clippy::needless_range_loop, reason = "the loops over a tile are counted in its sizes")]

use super::super::simd::Simd;
use super::sweep::Sweep;
use super::{SEEN, TILE, transform};

/// The epilogue: what is done with each sum before it is written.
#[derive(Clone, Copy)]
pub(in super::super) struct Epilogue<'a> {
    /// Added to each channel.
    pub bias: Option<&'a [f32]>,
    /// Of the result's shape, added to it.
    pub add: Option<&'a [f32]>,
    /// Whether negative numbers then become zero.
    pub relu: bool,
    /// Of the result's shape: where it is not positive, the result becomes zero.
    pub mask: Option<&'a [f32]>,
}

/// Transforms the products of one tile and one vector of channels back and writes them.
///
/// # Safety
///
/// The CPU has the instructions of `S`, the tile is the caller's, `from` is readable at 36 multiples of `plane`, and `channel` is the first
/// of `LANES` channels.
#[inline(always)]
pub(super) unsafe fn inverse_transform<S: Simd>(
    sweep: &Sweep<'_>,
    from: *const f32,
    plane: usize,
    tile: usize,
    channel: usize,
) {
    let (picture, y, x) = sweep.tiles.place(tile);
    let channels = sweep.weights.to;
    let Epilogue { bias, add, relu, mask } = sweep.end;
    // SAFETY: see the contract above; pixels outside of the picture are not written.
    unsafe {
        let bias = match bias {
            Some(bias) => S::load(bias[channel..].as_ptr()),
            None => S::splat(0.0),
        };
        let mut tall = [[S::splat(0.0); SEEN]; TILE];
        for column in 0..SEEN {
            let mut m = [S::splat(0.0); SEEN];
            for row in 0..SEEN {
                m[row] = S::load(from.add((row * SEEN + column) * plane));
            }
            let m = transform::output::<S>(m);
            for row in 0..TILE {
                tall[row][column] = m[row];
            }
        }
        let (rows, columns) = (TILE.min(sweep.height - y), TILE.min(sweep.width - x));
        for row in 0..rows {
            let outputs = transform::output::<S>(tall[row]);
            let pixel = (picture * sweep.height + y + row) * sweep.width + x;
            for (column, &value) in outputs.iter().enumerate().take(columns) {
                let index = (pixel + column) * channels + channel;
                let mut value = S::add(value, bias);
                if let Some(add) = add {
                    value = S::add(value, S::load(add.as_ptr().add(index)));
                }
                if relu {
                    value = S::relu(value);
                }
                if let Some(mask) = mask {
                    value = S::keep_positive(S::load(mask.as_ptr().add(index)), value);
                }
                S::store(sweep.to.0.add(index), value);
            }
        }
    }
}
