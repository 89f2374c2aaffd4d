//! What JPEG does to a picture: blocks of 8 x 8 pixels, their cosine transform rounded to steps.
//!
//! Only the lossy half is done, which is the whole of what can be seen: entropy coding gives back
//! what it got. Written out here because a library's decoder may round differently on another
//! processor.

use super::tone::rounded;
use std::sync::LazyLock;

/// ITU-T T.81, table K.1: steps for luminance at quality 50, row by row.
#[rustfmt::skip]
const LUMA_STEPS: [u16; 64] = [
    16, 11, 10, 16,  24,  40,  51,  61,
    12, 12, 14, 19,  26,  58,  60,  55,
    14, 13, 16, 24,  40,  57,  69,  56,
    14, 17, 22, 29,  51,  87,  80,  62,
    18, 22, 37, 56,  68, 109, 103,  77,
    24, 35, 55, 64,  81, 104, 113,  92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103,  99,
];

/// ITU-T T.81, table K.2: steps for chrominance at quality 50.
#[rustfmt::skip]
const CHROMA_STEPS: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

type Block = [[f32; 8]; 8];

/// The orthonormal cosine transform: row u, column x. With it and its transpose, two products of
/// matrices are a transform.
static COSINES: LazyLock<[Block; 2]> = LazyLock::new(|| {
    let entry = |u: usize, x: usize| {
        let angle = ((2 * x + 1) * u) as f64 * std::f64::consts::PI / 16.0;
        (libm::cos(angle) * if u == 0 { 0.125f64.sqrt() } else { 0.5 }) as f32
    };
    let rows = |f: &dyn Fn(usize, usize) -> f32| -> Block {
        std::array::from_fn(|i| std::array::from_fn(|j| f(i, j)))
    };
    [rows(&entry), rows(&|x, u| entry(u, x))]
});

/// Quantisation steps of a quality from 1 to 100, by the rule of the Independent JPEG Group.
fn steps(table: &[u16; 64], quality: u8) -> Block {
    let quality = u32::from(quality.clamp(1, 100));
    let scale = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    let step = |base: u16| ((u32::from(base) * scale + 50) / 100).clamp(1, 255) as f32;
    std::array::from_fn(|row| std::array::from_fn(|column| step(table[8 * row + column])))
}

#[inline(always)]
fn product(a: &Block, b: &Block) -> Block {
    let mut out = [[0.0f32; 8]; 8];
    for i in 0..8 {
        let mut sum = [0.0f32; 8];
        for k in 0..8 {
            let w = a[i][k];
            for j in 0..8 {
                sum[j] += w * b[k][j];
            }
        }
        out[i] = sum;
    }
    out
}

/// A plane of grey levels whose sides are whole numbers of blocks.
pub(super) struct Plane {
    pub width: usize,
    pub levels: Vec<f32>,
}

impl Plane {
    /// Compresses and decompresses with these steps, in place.
    fn quantize(&mut self, steps: &Block) {
        let [cosines, transposed] = &*COSINES;
        for strip in self.levels.chunks_exact_mut(8 * self.width) {
            for x in (0..self.width).step_by(8) {
                let mut block = [[0.0f32; 8]; 8];
                for i in 0..8 {
                    let line = &strip[i * self.width + x..][..8];
                    for j in 0..8 {
                        block[i][j] = line[j] - 128.0;
                    }
                }
                let mut waves = product(&product(cosines, &block), transposed);
                for i in 0..8 {
                    for j in 0..8 {
                        waves[i][j] = rounded(waves[i][j] / steps[i][j]) * steps[i][j];
                    }
                }
                let block = product(&product(transposed, &waves), cosines);
                for i in 0..8 {
                    let line = &mut strip[i * self.width + x..][..8];
                    for j in 0..8 {
                        line[j] = byte(block[i][j] + 128.0);
                    }
                }
            }
        }
    }

    /// Luminance, compressed and decompressed.
    pub fn quantize_luma(&mut self, quality: u8) {
        self.quantize(&steps(&LUMA_STEPS, quality));
    }

    /// A colour difference, compressed and decompressed.
    pub fn quantize_chroma(&mut self, quality: u8) {
        self.quantize(&steps(&CHROMA_STEPS, quality));
    }
}

/// A whole number from 0 to 255.
#[inline(always)]
pub(super) fn byte(level: f32) -> f32 {
    rounded(level.clamp(0.0, 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_orthonormal() {
        let [forward, back] = &*COSINES;
        let identity = product(forward, back);
        for (i, row) in identity.iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                assert!((value - f32::from(u8::from(i == j))).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn steps_are_those_of_the_group() {
        assert_eq!(steps(&LUMA_STEPS, 50)[0][..3], [16.0, 11.0, 10.0]);
        assert_eq!(steps(&LUMA_STEPS, 75)[0][..3], [8.0, 6.0, 5.0]);
        assert_eq!(steps(&LUMA_STEPS, 10)[7][7], 255.0);
        assert!(steps(&CHROMA_STEPS, 100).as_flattened().iter().all(|&s| s == 1.0));
    }
}
