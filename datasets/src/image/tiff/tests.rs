//! Files that these tests write, in every form that is read.
#![allow(clippy::unwrap_used)]
use super::*;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// What a file is made of.
struct Made {
    big_endian: bool,
    bits: u16,
    channels: usize,
    photometric: u32,
    compression: u32,
    predictor: u32,
    /// Rows of a strip; with a tile width, of a tile.
    rows: usize,
    tile: Option<usize>,
}

const PLAIN: Made = Made {
    big_endian: false,
    bits: 8,
    channels: 1,
    photometric: 1,
    compression: 1,
    predictor: 1,
    rows: 3,
    tile: None,
};

/// The sample of a pixel's channel.
fn level(x: usize, y: usize, c: usize, bits: u16) -> u16 {
    let level = x * 7 + y * 31 + c * 50;
    if bits == 8 { (level % 256) as u16 } else { (level * 301 % 65_536) as u16 }
}

impl Made {
    fn number(&self, value: u32, width: usize) -> Vec<u8> {
        let bytes = if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        if self.big_endian { bytes[4 - width..].to_vec() } else { bytes[..width].to_vec() }
    }

    fn packed(&self, raw: Vec<u8>) -> Vec<u8> {
        match self.compression {
            1 => raw,
            8 => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(&raw).unwrap();
                encoder.finish().unwrap()
            }
            // Runs of one byte each, and a repeated one in front.
            32773 => [vec![-128i8 as u8], raw.iter().flat_map(|&b| [0, b]).collect()].concat(),
            // Codes of 9 bits; anew before they grow.
            _ => {
                let mut codes = Vec::new();
                for (k, &byte) in raw.iter().enumerate() {
                    if k % 200 == 0 {
                        codes.push(256u32);
                    }
                    codes.push(u32::from(byte));
                }
                codes.push(257);
                let bits: Vec<bool> =
                    codes.iter().flat_map(|c| (0..9).rev().map(move |b| c >> b & 1 == 1)).collect();
                let byte = |bits: &[bool]| {
                    (0..8).fold(0, |sum, k| sum << 1 | u8::from(bits.get(k) == Some(&true)))
                };
                bits.chunks(8).map(byte).collect()
            }
        }
    }

    /// The bytes of one strip or tile.
    fn part(&self, left: usize, top: usize, (w, h): (usize, usize)) -> Vec<u8> {
        let mut raw = Vec::new();
        for y in top..top + h {
            for x in left..left + w {
                for c in 0..self.channels {
                    let mut value = level(x, y, c, self.bits);
                    if self.predictor == 2 && x > left {
                        value = value.wrapping_sub(level(x - 1, y, c, self.bits));
                    }
                    raw.extend(
                        self.number(u32::from(value), 4)
                            [if self.big_endian { 4 - usize::from(self.bits / 8) } else { 0 }..]
                            [..usize::from(self.bits / 8)]
                            .to_vec(),
                    );
                }
            }
        }
        self.packed(raw)
    }

    fn file(&self, width: usize, height: usize) -> Vec<u8> {
        let part = (self.tile.unwrap_or(width), self.rows);
        let mut bytes =
            if self.big_endian { b"MM\0*\0\0\0\0".to_vec() } else { b"II*\0\0\0\0\0".to_vec() };
        let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
        for top in (0..height).step_by(part.1) {
            for left in (0..width).step_by(part.0) {
                let rows = if self.tile.is_some() { part.1 } else { part.1.min(height - top) };
                let packed = self.part(left, top, (part.0, rows));
                offsets.push(bytes.len() as u32);
                lengths.push(packed.len() as u32);
                bytes.extend(packed);
            }
        }
        let (first, second) = if self.tile.is_some() { (324, 325) } else { (273, 279) };
        let mut tags: Vec<(u16, Vec<u32>)> = vec![
            (256, vec![width as u32]),
            (257, vec![height as u32]),
            (258, vec![u32::from(self.bits); self.channels]),
            (259, vec![self.compression]),
            (262, vec![self.photometric]),
            (277, vec![self.channels as u32]),
            (278, vec![self.rows as u32]),
            (317, vec![self.predictor]),
            (first, offsets),
            (second, lengths),
        ];
        if let Some(tile) = self.tile {
            tags.extend([(322, vec![tile as u32]), (323, vec![self.rows as u32])]);
        }
        if self.photometric == 3 {
            tags.push((320, (0..768).map(|k| (k % 256) << 8).collect()));
        }
        let mut entries = Vec::new();
        for (tag, values) in &tags {
            let data: Vec<u8> = values.iter().flat_map(|&v| self.number(v, 4)).collect();
            let place = match data.len() {
                4 => data,
                _ => {
                    let place = self.number(bytes.len() as u32, 4);
                    bytes.extend(data);
                    place
                }
            };
            entries.extend(self.number(u32::from(*tag), 2));
            entries.extend(self.number(4, 2));
            entries.extend(self.number(values.len() as u32, 4));
            entries.extend(place);
        }
        let start = self.number(bytes.len() as u32, 4);
        bytes[4..8].copy_from_slice(&start);
        bytes.extend(self.number(tags.len() as u32, 2));
        bytes.extend(entries);
        bytes
    }
}

fn read(made: &Made) -> DynamicImage {
    decode(&made.file(13, 8), 1 << 20).unwrap()
}

#[test]
fn every_form_of_grey_gives_the_same_pixels() {
    for big_endian in [false, true] {
        for compression in [1, 5, 8, 32773] {
            for (bits, predictor, tile) in
                [(8, 1, None), (8, 2, Some(16)), (16, 1, Some(16)), (16, 2, None)]
            {
                let made = Made { big_endian, compression, bits, predictor, tile, ..PLAIN };
                let image = read(&made);
                for (x, y) in [(0, 0), (12, 0), (5, 4), (12, 7)] {
                    let expected = level(x, y, 0, bits);
                    let found = match &image {
                        DynamicImage::ImageLuma8(image) => image[(x as u32, y as u32)][0].into(),
                        DynamicImage::ImageLuma16(image) => image[(x as u32, y as u32)][0],
                        other => panic!("{:?}", other.color()),
                    };
                    assert_eq!(
                        found, expected,
                        "{big_endian} {compression} {bits} {tile:?} {x} {y}"
                    );
                }
            }
        }
    }
}

#[test]
fn colours_white_for_zero_and_palettes_are_read() {
    let rgb = read(&Made { channels: 3, photometric: 2, ..PLAIN }).into_rgb8();
    assert_eq!(rgb[(5, 4)].0, [0, 1, 2].map(|c| level(5, 4, c, 8) as u8));
    let white = read(&Made { photometric: 0, ..PLAIN }).into_luma8();
    assert_eq!(white[(5, 4)][0], 255 - level(5, 4, 0, 8) as u8);
    let palette = read(&Made { photometric: 3, ..PLAIN }).into_rgb8();
    assert_eq!(palette[(5, 4)].0, [level(5, 4, 0, 8) as u8; 3]);
}

#[test]
fn what_is_cut_changed_or_huge_is_an_error_and_never_a_panic() {
    for compression in [1, 5, 8, 32773] {
        let whole = Made { compression, ..PLAIN }.file(13, 8);
        for cut in 0..whole.len() {
            let _ = decode(&whole[..cut], 1 << 20);
        }
        for k in 0..whole.len() {
            for change in [1, 0x0f, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[k] ^= change;
                let _ = decode(&bytes, 1 << 20);
            }
        }
    }
    assert!(decode(&PLAIN.file(13, 8), 50).unwrap_err().contains("memory"));
    let pages = Made { bits: 8, compression: 7, ..PLAIN }.file(13, 8);
    assert!(decode(&pages, 1 << 20).unwrap_err().contains("packed by 7"));
}
