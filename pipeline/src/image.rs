//! A frame as a small image file, and back.
//!
//! Two forms, both lossless, both opened by Pillow (so by Hugging Face `datasets`). PNG filters each
//! pixel against its neighbour, which a general compressor can't; binary PGM (P5) is a header and the
//! bare pixels, left to the column's zstd. On 1,700 real eyes of MPIIGaze (60x36 px) a row takes
//! 1.8 kB as PNG and 2.2 kB as PGM, and PGM is read two to three times as fast. PNG is the default
//! because every program shows it and it is still read faster than a network trains.

use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::{ColorType, ExtendedColorType, ImageDecoder, ImageEncoder};
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;
use std::io::Cursor;

/// Longest side of an image that is written or read, px.
pub const MAX_SIDE_PX: usize = 16_384;

/// How the pixels are stored. Every reader tells the two apart by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageCodec {
    /// PNG, fast compression.
    #[default]
    Png,
    /// Binary PGM (P5), compressed by the column (zstd).
    Pgm,
}

/// The file bytes of a luminance frame.
pub(crate) fn encode(frame: &Frame<u8>, codec: ImageCodec) -> Result<Vec<u8>, String> {
    let (width, height) = frame.size();
    let mut bytes = Vec::with_capacity(frame.pixels().len() + 64);
    match codec {
        ImageCodec::Pgm => {
            bytes.extend_from_slice(format!("P5\n{width} {height}\n255\n").as_bytes());
            bytes.extend_from_slice(frame.pixels());
        }
        ImageCodec::Png => {
            // One fixed filter: choosing one for each row makes writing three times and reading
            // 1.6 times slower, for 9 % of the size.
            PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Sub)
                .write_image(frame.pixels(), width as u32, height as u32, ExtendedColorType::L8)
                .map_err(|e| e.to_string())?;
        }
    }
    Ok(bytes)
}

/// The luminance frame in a PNG or PGM file, which must have this width and height.
pub(crate) fn decode(bytes: &[u8], size: (usize, usize)) -> Result<Frame<u8>, String> {
    let pixels = if bytes.starts_with(b"P5") {
        decode_pgm(bytes, size)?
    } else if bytes.starts_with(b"\x89PNG") {
        decode_png(bytes, size)?
    } else {
        return Err("the image is neither PNG nor binary PGM".to_owned());
    };
    Frame::new(size.0, size.1, pixels).map_err(|e| e.to_string())
}

fn wrong_size(found: (usize, usize), expected: (usize, usize)) -> String {
    let ((w, h), (width, height)) = (found, expected);
    format!("the image is {w}x{h} px and its columns say {width}x{height}")
}

fn decode_png(bytes: &[u8], size: (usize, usize)) -> Result<Vec<u8>, String> {
    let decoder = PngDecoder::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    // The size is checked before a byte is allocated for it.
    let found = decoder.dimensions();
    let found = (found.0 as usize, found.1 as usize);
    if found != size {
        return Err(wrong_size(found, size));
    }
    if decoder.color_type() != ColorType::L8 {
        return Err(format!("the image is {:?} and not 8-bit luminance", decoder.color_type()));
    }
    let mut pixels = vec![0; size.0 * size.1];
    decoder.read_image(&mut pixels).map_err(|e| e.to_string())?;
    Ok(pixels)
}

fn decode_pgm(bytes: &[u8], size: (usize, usize)) -> Result<Vec<u8>, String> {
    // The header that `encode` writes, and no other: constant for a whole data set.
    let header = format!("P5\n{} {}\n255\n", size.0, size.1);
    match bytes.strip_prefix(header.as_bytes()) {
        Some(pixels) => Ok(pixels.to_vec()),
        None => Err(format!("the PGM header is not that of {}x{} px", size.0, size.1)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn both_codecs_give_back_every_pixel() {
        for (width, height) in [(1, 1), (60, 36), (55, 35), (3, 200)] {
            let frame = Frame::from_fn(width, height, |x, y| (x * 31 + y * 17 + x * y) as u8);
            for codec in [ImageCodec::Png, ImageCodec::Pgm] {
                let bytes = encode(&frame, codec).unwrap();
                assert_eq!(decode(&bytes, (width, height)).unwrap(), frame);
                assert!(decode(&bytes, (width + 1, height)).is_err(), "the size is checked");
            }
        }
    }

    #[test]
    fn a_cut_file_is_an_error() {
        let frame = Frame::from_fn(12, 9, |x, y| (x * 20 + y) as u8);
        for codec in [ImageCodec::Png, ImageCodec::Pgm] {
            let bytes = encode(&frame, codec).unwrap();
            for n in 0..bytes.len() - 12 {
                assert!(decode(&bytes[..n], (12, 9)).is_err(), "{codec:?} cut at {n}");
            }
        }
    }
}
