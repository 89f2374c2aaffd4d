//! Transforms tiles of inputs and of gradients, a third of the positions at a time.

use super::super::super::simd::Simd;
use super::super::tiles::fetch;
use super::super::{SEEN, TILE, transform};
use super::{GROUP, OWN, Pixels};

/// Two rows of Bᵀ d B of a tile, to `[position][tile][channel]`.
///
/// # Safety
///
/// The CPU has the instructions of `S`, whose vectors the channels fill, and the pixels are readable
/// for all channels.
#[inline(always)]
pub(super) unsafe fn input_transform<S: Simd, const PAIR: usize>(
    channels: usize,
    pixels: &Pixels<SEEN>,
    next: &Pixels<SEEN>,
    to: &mut [f32],
) {
    assert!(to.len() >= (OWN - 1) * GROUP * channels + channels);
    for channel in (0..channels).step_by(S::LANES) {
        fetch(next, channel);
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
/// The CPU has the instructions of `S`, whose vectors the channels fill, and the pixels are readable
/// for all channels.
#[inline(always)]
pub(super) unsafe fn gradient_transform<S: Simd, const PAIR: usize>(
    channels: usize,
    pixels: &Pixels<TILE>,
    next: &Pixels<TILE>,
    to: &mut [f32],
    mut bias: Option<&mut [f32]>,
) {
    assert!(to.len() >= (OWN - 1) * GROUP * channels + channels);
    for channel in (0..channels).step_by(S::LANES) {
        fetch(next, channel);
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
