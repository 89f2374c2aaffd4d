//! The transformed weights, in the order in which the matrix products read them.
#![expect(clippy::needless_range_loop, reason = "the loops over a tile are counted in its sizes")]

use super::super::aligned::Aligned;
use super::super::geometry::Geometry;
use super::super::panel::{Block, blocks};
use super::super::simd::{Isa, Simd, for_isa};
use super::transform;
use super::{POSITIONS, SEEN};

/// Which way the weights are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Direction {
    /// From input to output channels.
    Forward,
    /// From output to input channels, upside down: the input gradient.
    Backward,
}

/// G g Gᵀ as `[block][position][channel_from][channel_to in the block]`.
pub(in super::super) struct Weights {
    pub(super) blocks: Vec<Block>,
    pub(super) values: Aligned,
    /// Channels that are summed over.
    pub(super) from: usize,
    /// Channels that come out.
    pub(super) to: usize,
    lanes: usize,
}

impl Weights {
    /// Transforms `weight`, `[channels_out, channels_in, 3, 3]`.
    pub fn transform(isa: Isa, geometry: &Geometry, weight: &[f32], direction: Direction) -> Self {
        let &Geometry { channels_in, channels_out, .. } = geometry;
        let (from, to) = match direction {
            Direction::Forward => (channels_in, channels_out),
            Direction::Backward => (channels_out, channels_in),
        };
        let values = Aligned::zeros(POSITIONS * from * to);
        let mut weights = Self { blocks: blocks(to, isa), values, from, to, lanes: isa.lanes() };
        fill(isa, &mut weights, weight, direction);
        weights
    }

    /// The weights of a block.
    pub(super) fn of(&self, block: &Block) -> &[f32] {
        let start = block.first * POSITIONS * self.from;
        &self.values[start..start + POSITIONS * self.from * block.vectors * self.lanes]
    }
}

for_isa! {
    fn fill(weights: &mut Weights, weight: &[f32], direction: Direction) runs transform_all
}

/// # Safety
///
/// The CPU has the instructions of `S`, for which the blocks were made.
#[inline(always)]
unsafe fn transform_all<S: Simd>(weights: &mut Weights, weight: &[f32], direction: Direction) {
    let (from, to) = (weights.from, weights.to);
    assert!(weight.len() == from * to * 9 && to.is_multiple_of(S::LANES));
    assert!(weights.values.len() == POSITIONS * from * to);
    // Nine taps of one vector of output channels.
    let mut taps = [[0.0f32; 16]; 9];
    const { assert!(S::LANES <= 16) };
    for block in &weights.blocks {
        let width = block.vectors * S::LANES;
        let of_block = weights.values[block.first * POSITIONS * from..].as_mut_ptr();
        for channel in 0..from {
            for vector in 0..block.vectors {
                let first = block.first + vector * S::LANES;
                for lane in 0..S::LANES {
                    let pair = match direction {
                        Direction::Forward => (first + lane) * from + channel,
                        Direction::Backward => channel * to + first + lane,
                    };
                    for (tap, &value) in weight[pair * 9..pair * 9 + 9].iter().enumerate() {
                        let tap = if direction == Direction::Forward { tap } else { 8 - tap };
                        taps[tap][lane] = value;
                    }
                }
                // SAFETY: passed on; positions, channels and vectors are those of the block.
                unsafe {
                    let mut tall = [[S::splat(0.0); 3]; SEEN];
                    for column in 0..3 {
                        let [top, middle, bottom] = [0, 3, 6].map(|row| row + column);
                        let g = [
                            S::load(taps[top].as_ptr()),
                            S::load(taps[middle].as_ptr()),
                            S::load(taps[bottom].as_ptr()),
                        ];
                        let g = transform::weight::<S>(g);
                        for row in 0..SEEN {
                            tall[row][column] = g[row];
                        }
                    }
                    for (row, g) in tall.into_iter().enumerate() {
                        let g = transform::weight::<S>(g);
                        for (column, &value) in g.iter().enumerate() {
                            let position = row * SEEN + column;
                            let index = (position * from + channel) * width + vector * S::LANES;
                            S::store(of_block.add(index), value);
                        }
                    }
                }
            }
        }
    }
}
