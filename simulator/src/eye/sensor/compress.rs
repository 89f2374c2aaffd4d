//! JPEG of a whole picture: where its blocks lie, and its colours.

use super::color::BANDS;
use super::jpeg::{Plane, byte};

/// How a picture is compressed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compression {
    /// 1 to 100; 0: not at all.
    pub quality: u8,
    /// Pixels of the first block that lie left of and above the picture, which was cropped from a
    /// larger one.
    pub phase: [usize; 2],
    /// Side of the square of pixels that share their colour: 2 is 4:2:0, 1 is 4:4:4.
    pub shared: usize,
}

impl Compression {
    /// Compresses and decompresses planes of whole grey levels, 0 to 255, in place.
    pub fn apply(self, planes: &mut [f32], width: usize, height: usize) {
        if self.quality == 0 {
            return;
        }
        let area = width * height;
        if planes.len() == BANDS * area {
            self.apply_color(planes, width, height);
            return;
        }
        for plane in planes.chunks_exact_mut(area) {
            let frame = Padding::new(self.phase.map(|p| p % 8), width, height, 8);
            let mut padded = frame.pad(plane);
            padded.quantize_luma(self.quality);
            frame.crop(&padded, plane);
        }
    }

    fn apply_color(self, planes: &mut [f32], width: usize, height: usize) {
        let side = 8 * self.shared;
        let frame = Padding::new(self.phase.map(|p| p % side), width, height, side);
        let (red, rest) = planes.split_at_mut(width * height);
        let (green, blue) = rest.split_at_mut(width * height);
        // To luma and colour differences (JFIF), each a byte.
        for ((r, g), b) in red.iter_mut().zip(&mut *green).zip(&mut *blue) {
            let luma = 0.299 * *r + 0.587 * *g + 0.114 * *b;
            let to_blue = -0.168_736 * *r - 0.331_264 * *g + 0.5 * *b + 128.0;
            let to_red = 0.5 * *r - 0.418_688 * *g - 0.081_312 * *b + 128.0;
            (*r, *g, *b) = (byte(luma), byte(to_blue), byte(to_red));
        }
        let mut luma = frame.pad(red);
        luma.quantize_luma(self.quality);
        frame.crop(&luma, red);
        for difference in [&mut *green, &mut *blue] {
            let mut plane = frame.pad(difference);
            if self.shared == 2 {
                let mut half = halved(&plane);
                half.quantize_chroma(self.quality);
                plane = doubled(&half);
            } else {
                plane.quantize_chroma(self.quality);
            }
            frame.crop(&plane, difference);
        }
        for ((r, g), b) in red.iter_mut().zip(green).zip(blue) {
            let (luma, to_blue, to_red) = (*r, *g - 128.0, *b - 128.0);
            *r = byte(luma + 1.402 * to_red);
            *g = byte(luma - 0.344_136 * to_blue - 0.714_136 * to_red);
            *b = byte(luma + 1.772 * to_blue);
        }
    }
}

/// A picture in a frame of whole blocks; in the margins its edge goes on.
struct Padding {
    phase: [usize; 2],
    size: [usize; 2],
    padded: [usize; 2],
}

impl Padding {
    fn new(phase: [usize; 2], width: usize, height: usize, side: usize) -> Self {
        let size = [width, height];
        let padded = [0, 1].map(|axis| (phase[axis] + size[axis]).next_multiple_of(side));
        Self { phase, size, padded }
    }

    fn pad(&self, plane: &[f32]) -> Plane {
        let ([width, height], [wide, high]) = (self.size, self.padded);
        let mut levels = Vec::with_capacity(wide * high);
        for y in 0..high {
            let y_inside = y.saturating_sub(self.phase[1]).min(height - 1);
            let row = &plane[y_inside * width..][..width];
            levels.resize(levels.len() + self.phase[0], row[0]);
            levels.extend_from_slice(row);
            levels.resize((y + 1) * wide, row[width - 1]);
        }
        Plane { width: wide, levels }
    }

    fn crop(&self, from: &Plane, to: &mut [f32]) {
        let rows = from.levels.chunks_exact(from.width).skip(self.phase[1]);
        for (row, out) in rows.zip(to.chunks_exact_mut(self.size[0])) {
            out.copy_from_slice(&row[self.phase[0]..][..self.size[0]]);
        }
    }
}

/// The means of squares of 2 x 2.
fn halved(plane: &Plane) -> Plane {
    let width = plane.width / 2;
    let mut levels = Vec::with_capacity(plane.levels.len() / 4);
    for pair in plane.levels.chunks_exact(2 * plane.width) {
        let (top, bottom) = pair.split_at(plane.width);
        for x in 0..width {
            let sum = top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1];
            levels.push(byte(0.25 * sum));
        }
    }
    Plane { width, levels }
}

/// Twice as large by linear interpolation (3/4 of the nearer, 1/4 of the farther, along each axis),
/// as decoders do.
fn doubled(half: &Plane) -> Plane {
    let height = half.levels.len() / half.width;
    let width = 2 * half.width;
    let mut levels = Vec::with_capacity(4 * half.levels.len());
    let row = |y: usize| &half.levels[y * half.width..][..half.width];
    let mut line = vec![0.0f32; half.width];
    let farther = |k: usize, n: usize| {
        if k.is_multiple_of(2) { (k / 2).saturating_sub(1) } else { (k / 2 + 1).min(n - 1) }
    };
    for y in 0..2 * height {
        let (near, far) = (row(y / 2), row(farther(y, height)));
        for ((p, a), b) in line.iter_mut().zip(near).zip(far) {
            *p = 0.75 * a + 0.25 * b;
        }
        for (x, &near) in line.iter().enumerate() {
            for far in [line[x.saturating_sub(1)], line[(x + 1).min(half.width - 1)]] {
                levels.push(byte(0.75 * near + 0.25 * far));
            }
        }
    }
    Plane { width, levels }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, ImageFormat};

    const SIZE: [usize; 2] = [51, 38];

    /// Edges, a gradient and grain; interleaved.
    fn picture(bands: usize) -> Vec<u8> {
        let [width, height] = SIZE;
        let mut bytes = Vec::new();
        for k in 0..width * height {
            let (x, y) = (k % width, k / width);
            let disc = (x as f64 - 25.0).hypot(y as f64 - 18.0) < 9.0;
            for band in 0..bands {
                let base = if disc { 40 + 30 * band } else { 120 + 2 * x - y };
                bytes.push((base + (k * 7919 + band * 31) % 11).min(255) as u8);
            }
        }
        bytes
    }

    fn ours(bytes: &[u8], bands: usize, compression: Compression) -> Vec<u8> {
        let area = bytes.len() / bands;
        let mut planes: Vec<f32> =
            (0..bytes.len()).map(|k| f32::from(bytes[k % area * bands + k / area])).collect();
        compression.apply(&mut planes, SIZE[0], SIZE[1]);
        (0..bytes.len()).map(|k| planes[k % bands * area + k / bands] as u8).collect()
    }

    #[test]
    fn a_library_s_encoder_and_decoder_give_the_same_picture() {
        for (bands, color) in [(1, ExtendedColorType::L8), (3, ExtendedColorType::Rgb8)] {
            for quality in [30, 60, 75, 95, 100] {
                let bytes = picture(bands);
                let mut file = Vec::new();
                JpegEncoder::new_with_quality(&mut file, quality)
                    .encode(&bytes, SIZE[0] as u32, SIZE[1] as u32, color)
                    .unwrap();
                let theirs = image::load_from_memory_with_format(&file, ImageFormat::Jpeg).unwrap();
                let theirs = if bands == 1 {
                    theirs.into_luma8().into_raw()
                } else {
                    theirs.into_rgb8().into_raw()
                };
                // The library's encoder does not share colours: 4:4:4.
                let compression = Compression { quality, phase: [0, 0], shared: 1 };
                let ours = ours(&bytes, bands, compression);
                let differences: Vec<u8> =
                    ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).collect();
                let mean = differences.iter().map(|&d| f64::from(d)).sum::<f64>()
                    / differences.len() as f64;
                // The library transforms in whole numbers: where a wave lies half-way between two
                // steps, the two may choose differently, and that block differs by a step.
                let near = differences.iter().filter(|&&d| d <= 2).count() as f64;
                let near = near / differences.len() as f64;
                assert!(mean < 0.8 && near > 0.93, "{bands} at {quality}: {mean}, {near}");
            }
        }
    }

    #[test]
    fn blocks_begin_where_the_phase_says() {
        // A step between columns 2 and 3 costs nothing if a block begins there: -100 and 100 about
        // the middle are whole steps of a block's mean.
        let [width, height] = SIZE;
        let step = |k: usize| if k % width < 3 { 28 } else { 228 };
        let bytes: Vec<u8> = (0..width * height).map(step).collect();
        let error = |phase| {
            let back = ours(&bytes, 1, Compression { quality: 10, phase, shared: 2 });
            bytes.iter().zip(back).map(|(a, b)| a.abs_diff(b)).max().unwrap()
        };
        assert_eq!((error([5, 0]), error([5, 3])), (0, 0));
        assert!(error([0, 5]) > 12, "{}", error([0, 5]));
    }

    #[test]
    fn shared_colours_lose_detail_in_colour_and_not_in_grey() {
        let compression = Compression { quality: 100, phase: [3, 7], shared: 2 };
        let grey: Vec<u8> = picture(1).iter().flat_map(|&v| [v; 3]).collect();
        let back = ours(&grey, 3, compression);
        assert!(grey.iter().zip(&back).all(|(a, b)| a.abs_diff(*b) <= 2));
        let stripes: Vec<u8> =
            (0..SIZE[0] * SIZE[1]).flat_map(|k| [[220, 60, 60], [60, 60, 220]][k % 2]).collect();
        let back = ours(&stripes, 3, compression);
        assert!(stripes.iter().zip(&back).any(|(a, b)| a.abs_diff(*b) > 40));
    }
}
