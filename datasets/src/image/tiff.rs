//! Baseline TIFF: grey, RGB or palette in 8 or 16 bits, in strips or tiles, bare or packed by PackBits,
//! LZW or Deflate (TIFF 6.0, Adobe 1992; Deflate and the predictor as in its supplements).
//!
//! Here because the decoder of the image library that does the rest would bring another build of half of
//! the numerics with it.

mod unpack;

use image::{ColorType, DynamicImage, GrayImage, ImageBuffer, RgbImage, metadata::Orientation};

type Problem = String;

/// Whether these bytes start like a TIFF file.
pub(super) fn is_tiff(bytes: &[u8]) -> bool {
    bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*")
}

/// The kind of pixels of a TIFF file.
pub(super) fn color(bytes: &[u8]) -> Option<ColorType> {
    let layout = Layout::read(bytes).ok()?;
    Some(match (layout.bits, layout.colours()) {
        (16, 1) => ColorType::L16,
        (16, _) => ColorType::Rgb16,
        (_, 1) => ColorType::L8,
        _ => ColorType::Rgb8,
    })
}

/// The first image in a TIFF file, which may take so many bytes.
pub(super) fn decode(bytes: &[u8], most: u64) -> Result<DynamicImage, Problem> {
    let layout = Layout::read(bytes)?;
    let (width, height) = (layout.width, layout.height);
    let samples = width as u64 * height as u64 * layout.channels as u64;
    if samples * u64::from(layout.bits / 8) > most {
        return Err(format!("{width}x{height} px need more than {} MB of memory", most >> 20));
    }
    let _held = crate::memory::claim(3 * samples * u64::from(layout.bits / 8));
    let mut image = layout.image(&layout.samples(bytes)?)?;
    image.apply_orientation(layout.orientation);
    Ok(image)
}

/// What the directory of the first image says.
struct Layout {
    big_endian: bool,
    width: usize,
    height: usize,
    bits: u16,
    channels: usize,
    photometric: u32,
    compression: u32,
    predictor: u32,
    palette: Vec<u32>,
    orientation: Orientation,
    /// Width and height of a strip or a tile, px.
    part: (usize, usize),
    offsets: Vec<u32>,
    lengths: Vec<u32>,
}

fn number(bytes: &[u8], big_endian: bool) -> u32 {
    let sum = |sum: u32, &byte: &u8| sum << 8 | u32::from(byte);
    match big_endian {
        true => bytes.iter().fold(0, sum),
        false => bytes.iter().rev().fold(0, sum),
    }
}

/// The numbers under a tag of the first directory; none where there is no such tag.
fn tag(bytes: &[u8], big_endian: bool, wanted: u16) -> Result<Vec<u32>, Problem> {
    let cut = || "the file ends within its directory".to_owned();
    let read = |at: usize, length: usize| -> Result<&[u8], Problem> {
        at.checked_add(length).and_then(|end| bytes.get(at..end)).ok_or_else(cut)
    };
    let start = number(read(4, 4)?, big_endian) as usize;
    let count = number(read(start, 2)?, big_endian) as usize;
    for entry in read(start + 2, 12 * count)?.chunks_exact(12) {
        if number(&entry[..2], big_endian) != u32::from(wanted) {
            continue;
        }
        let width = match number(&entry[2..4], big_endian) {
            1 => 1,
            3 => 2,
            4 => 4,
            other => return Err(format!("tag {wanted} has numbers of the type {other}")),
        };
        let length = width * number(&entry[4..8], big_endian) as usize;
        let values = match length {
            0..=4 => &entry[8..8 + length],
            _ => read(number(&entry[8..], big_endian) as usize, length)?,
        };
        return Ok(values.chunks_exact(width).map(|v| number(v, big_endian)).collect());
    }
    Ok(Vec::new())
}

impl Layout {
    fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let big_endian = bytes.starts_with(b"MM");
        let all = |wanted| tag(bytes, big_endian, wanted);
        let one = |wanted, default: u32| -> Result<u32, Problem> {
            Ok(all(wanted)?.first().copied().unwrap_or(default))
        };
        let (width, height) = (one(256, 0)? as usize, one(257, 0)? as usize);
        let most = super::MAX_SIDE_PX;
        if !(1..=most).contains(&width) || !(1..=most).contains(&height) {
            return Err(format!("{width}x{height} px; a side has 1 to {most} px"));
        }
        let bits = all(258)?;
        let bits = match (bits.first().copied().unwrap_or(1), bits.windows(2).all(|b| b[0] == b[1]))
        {
            (bits @ (8 | 16), true) => bits as u16,
            _ => return Err(format!("a TIFF of {bits:?} bits; save it in 8 or 16")),
        };
        if one(339, 1)? != 1 {
            let what = "a TIFF whose levels are no unsigned integers; save it in 8 or 16 bits";
            return Err(what.to_owned());
        }
        let channels = one(277, 1)? as usize;
        if one(284, 1)? != 1 && channels > 1 || !(1..=5).contains(&channels) {
            return Err("a TIFF of several planes; save it as grey or RGB".to_owned());
        }
        let tiled = !all(324)?.is_empty();
        let part = match tiled {
            true => (one(322, 0)? as usize, one(323, 0)? as usize),
            false => (width, (one(278, u32::MAX)? as usize).min(height)),
        };
        let (offsets, lengths) =
            if tiled { (all(324)?, all(325)?) } else { (all(273)?, all(279)?) };
        let layout = Self {
            big_endian,
            width,
            height,
            bits,
            channels,
            photometric: one(262, 1)?,
            compression: one(259, 1)?,
            predictor: one(317, 1)?,
            palette: all(320)?,
            orientation: Orientation::from_exif(one(274, 1)? as u8)
                .unwrap_or(Orientation::NoTransforms),
            part,
            offsets,
            lengths,
        };
        layout.check()
    }

    fn check(self) -> Result<Self, Problem> {
        let (w, h) = self.part;
        if !(1..=super::MAX_SIDE_PX).contains(&w) || !(1..=super::MAX_SIDE_PX).contains(&h) {
            return Err(format!("strips or tiles of {w}x{h} px"));
        }
        let parts = self.width.div_ceil(w) * self.height.div_ceil(h);
        if self.offsets.len() < parts || self.lengths.len() < parts {
            return Err(format!("{} strips or tiles of {parts}", self.offsets.len()));
        }
        match self.photometric {
            0 | 1 => {}
            2 if self.channels >= 3 => {}
            3 if self.bits == 8 && self.palette.len() == 768 => {}
            other => return Err(format!("a TIFF of the colours {other}; save it as grey or RGB")),
        }
        Ok(self)
    }

    /// Grey is one, all else three.
    fn colours(&self) -> usize {
        if self.photometric < 2 { 1 } else { 3 }
    }

    /// All samples, row by row, channels interleaved.
    fn samples(&self, bytes: &[u8]) -> Result<Vec<u16>, Problem> {
        let (w, h) = self.part;
        let across = self.width.div_ceil(w);
        let row = self.width * self.channels;
        let mut samples = vec![0; row * self.height];
        for (k, (&offset, &length)) in self.offsets.iter().zip(&self.lengths).enumerate() {
            let (left, top) = (k % across * w, k / across * h);
            if top >= self.height {
                break;
            }
            let rows = if self.part.0 == self.width { h.min(self.height - top) } else { h };
            let start = offset as usize;
            let packed = start.checked_add(length as usize).and_then(|end| bytes.get(start..end));
            let packed = packed.ok_or("the file ends within its pixels: it was cut")?;
            let wanted = w * rows * self.channels * usize::from(self.bits / 8);
            let raw = unpack::part(self.compression, packed, wanted)?;
            let part = self.levels(&raw);
            let kept = w.min(self.width - left) * self.channels;
            for (y, line) in part.chunks_exact(w * self.channels).enumerate() {
                if top + y < self.height {
                    let at = (top + y) * row + left * self.channels;
                    samples[at..at + kept].copy_from_slice(&line[..kept]);
                }
            }
        }
        Ok(samples)
    }

    /// The samples of one strip or tile; the predictor stores differences from the pixel to the left.
    fn levels(&self, raw: &[u8]) -> Vec<u16> {
        let width = usize::from(self.bits / 8);
        let mut levels: Vec<u16> =
            raw.chunks_exact(width).map(|v| number(v, self.big_endian) as u16).collect();
        if self.predictor == 2 {
            let mask = if self.bits == 8 { 0xff } else { 0xffff };
            for line in levels.chunks_exact_mut(self.part.0 * self.channels) {
                for x in self.channels..line.len() {
                    line[x] = line[x].wrapping_add(line[x - self.channels]) & mask;
                }
            }
        }
        levels
    }

    fn image(&self, samples: &[u16]) -> Result<DynamicImage, Problem> {
        let (width, height) = (self.width as u32, self.height as u32);
        let most = if self.bits == 8 { 0xff } else { 0xffff };
        let pixels = samples.chunks_exact(self.channels);
        let deep: Vec<u16> = match self.photometric {
            0 => pixels.map(|p| most - p[0]).collect(),
            1 => pixels.map(|p| p[0]).collect(),
            2 => pixels.flat_map(|p| [p[0], p[1], p[2]]).collect(),
            _ => {
                let colour =
                    |p: u16, c: usize| (self.palette[256 * c + usize::from(p)] >> 8) as u16;
                pixels.flat_map(|p| [0, 1, 2].map(|c| colour(p[0], c))).collect()
            }
        };
        let image = match (self.bits, self.colours()) {
            (16, 1) => ImageBuffer::from_raw(width, height, deep).map(DynamicImage::ImageLuma16),
            (16, _) => ImageBuffer::from_raw(width, height, deep).map(DynamicImage::ImageRgb16),
            (_, colours) => {
                let bytes = deep.into_iter().map(|v| v as u8).collect();
                match colours {
                    1 => GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8),
                    _ => RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8),
                }
            }
        };
        image.ok_or_else(|| "its pixels do not fill it".to_owned())
    }
}

#[cfg(test)]
mod tests;
