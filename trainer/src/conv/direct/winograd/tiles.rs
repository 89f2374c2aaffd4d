//! Where the tiles of a picture lie, and what they see.

use super::super::simd::prefetch;
use super::TILE;

/// Numbers in a cache line.
const LINE: usize = 16;

/// Pictures, `[batch, height, width, channels]`.
#[derive(Clone, Copy)]
pub(super) struct Pictures<'a> {
    pub values: &'a [f32],
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

/// The tiles that cover pictures of a size, counted through all pictures, row by row.
#[derive(Clone, Copy)]
pub(super) struct Tiles {
    pub rows: usize,
    pub columns: usize,
}

impl Tiles {
    pub fn covering(height: usize, width: usize) -> Self {
        Self { rows: height.div_ceil(TILE), columns: width.div_ceil(TILE) }
    }

    /// Tiles in one picture.
    pub fn per_picture(&self) -> usize {
        self.rows * self.columns
    }

    /// The picture of a tile, and its first output pixel `(y, x)` there.
    pub fn place(&self, tile: usize) -> (usize, usize, usize) {
        let (picture, within) = (tile / self.per_picture(), tile % self.per_picture());
        (picture, within / self.columns * TILE, within % self.columns * TILE)
    }
}

impl Pictures<'_> {
    /// The channels of the `SIDE` x `SIDE` pixels from `(y, x)` on, row by row; `zeros`, which is
    /// as long as the channels, for those outside.
    #[inline(always)]
    pub fn pixels<const SIDE: usize>(
        &self,
        picture: usize,
        (y, x): (isize, isize),
        zeros: &[f32],
        to: &mut [[*const f32; SIDE]; SIDE],
    ) {
        debug_assert!(zeros.len() >= self.channels);
        for (i, row) in to.iter_mut().enumerate() {
            let y = y + i as isize;
            if y < 0 || y >= self.height as isize {
                *row = [zeros.as_ptr(); SIDE];
                continue;
            }
            let line = (picture * self.height + y as usize) * self.width * self.channels;
            let line = &self.values[line..line + self.width * self.channels];
            for (j, pixel) in row.iter_mut().enumerate() {
                let x = x + j as isize;
                *pixel = if x < 0 || x >= self.width as isize {
                    zeros.as_ptr()
                } else {
                    line[x as usize * self.channels..].as_ptr()
                };
            }
        }
    }
}

/// Asks for one cache line of each pixel of the next tile that this one does not share, where a
/// line begins: the strides between rows are too long for the processor to guess them.
#[inline(always)]
pub(super) fn fetch<const SIDE: usize>(next: &[[*const f32; SIDE]; SIDE], channel: usize) {
    if channel.is_multiple_of(LINE) {
        for row in next {
            for pixel in &row[SIDE - TILE..] {
                prefetch(pixel.wrapping_add(channel));
            }
        }
    }
}
