//! Weights in the order in which the register tile reads them.

use super::aligned::Aligned;
use super::simd::Isa;

/// Output channels that one register tile computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The first of its channels, a multiple of the vector length.
    pub first: usize,
    /// Its channels; those that are missing to full vectors are computed and thrown away.
    pub channels: usize,
    /// Vectors that hold its channels.
    pub vectors: usize,
}

/// Splits `channels` into blocks of nearly equal width.
pub(super) fn blocks(channels: usize, isa: Isa) -> Vec<Block> {
    let lanes = isa.lanes();
    let vectors = channels.div_ceil(lanes);
    let count = vectors.div_ceil(isa.tile_vectors());
    (0..count)
        .map(|block| {
            let (start, end) = (block * vectors / count, (block + 1) * vectors / count);
            let first = start * lanes;
            Block { first, channels: channels.min(end * lanes) - first, vectors: end - start }
        })
        .collect()
}

/// Weights as `[block][row][column][channel_from][channel_to in the block]`.
pub(super) struct Panel {
    pub blocks: Vec<Block>,
    pub weights: Aligned,
    /// Zeros after the last channel up to full vectors.
    pub bias: Vec<f32>,
    /// Weights per output channel: rows * columns * channels_from.
    pub depth: usize,
    lanes: usize,
}

impl Panel {
    /// Packs `weight(row, column, channel_from, channel_to)` for `[rows, columns, from, to]`.
    pub fn pack(
        isa: Isa,
        [rows, columns, from, to]: [usize; 4],
        bias: Option<&[f32]>,
        weight: impl Fn(usize, usize, usize, usize) -> f32,
    ) -> Self {
        let blocks = blocks(to, isa);
        let lanes = isa.lanes();
        let depth = rows * columns * from;
        let padded = to.div_ceil(lanes) * lanes;
        let mut weights = Aligned::zeros(depth * padded);
        for block in &blocks {
            let width = block.vectors * lanes;
            let start = block.first * depth;
            let packed = weights[start..start + width * depth].chunks_exact_mut(width);
            for (tap, line) in packed.enumerate() {
                let (row, column) = (tap / (columns * from), tap / from % columns);
                for (offset, value) in line[..block.channels].iter_mut().enumerate() {
                    *value = weight(row, column, tap % from, block.first + offset);
                }
            }
        }
        let mut bias = bias.map_or_else(Vec::new, <[f32]>::to_vec);
        bias.resize(padded, 0.0);
        Self { blocks, weights, bias, depth, lanes }
    }

    /// The weights of a block.
    pub fn weights_of(&self, block: &Block) -> &[f32] {
        let start = block.first * self.depth;
        &self.weights[start..start + block.vectors * self.lanes * self.depth]
    }

    /// The bias of a block.
    pub fn bias_of(&self, block: &Block) -> &[f32] {
        &self.bias[block.first..block.first + block.vectors * self.lanes]
    }
}
