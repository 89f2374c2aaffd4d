//! Depth images: out of PNG files, and cut.

use crate::error::Error;
use crate::image;
use ::image::DynamicImage;
use simulator::sample::{Crop, Frame};
use std::fs;
use std::path::Path;

/// The depth in a 16-bit grey PNG, mm.
pub(super) fn load(path: &Path) -> Result<Frame<u16>, Error> {
    match decoded(path)? {
        DynamicImage::ImageLuma16(image) => {
            let (width, height) = (image.width() as usize, image.height() as usize);
            Frame::new(width, height, image.into_raw()).map_err(|e| problem(path, e.to_string()))
        }
        other => Err(problem(path, format!("it is {:?}, not depth in 16-bit grey", other.color()))),
    }
}

/// The depth in one of NYU's PNG files, mm: its upper byte is green, its lower one blue.
pub(super) fn load_packed(path: &Path) -> Result<Frame<u16>, Error> {
    match decoded(path)? {
        DynamicImage::ImageRgb8(image) => {
            let (width, height) = (image.width() as usize, image.height() as usize);
            let mm = image.pixels().map(|p| u16::from(p[1]) << 8 | u16::from(p[2])).collect();
            Frame::new(width, height, mm).map_err(|e| problem(path, e.to_string()))
        }
        other => {
            Err(problem(path, format!("it is {:?}, not depth in green and blue", other.color())))
        }
    }
}

fn problem(path: &Path, problem: String) -> Error {
    Error::Image { path: path.to_owned(), problem }
}

/// The image in a PNG file; of a damaged one the error says where.
fn decoded(path: &Path) -> Result<DynamicImage, Error> {
    image::decoded(path).map_err(|error| match (&error, crate::regular::read(path)) {
        (Error::Image { .. }, Ok(bytes)) => match png_fault(&bytes) {
            Some((byte, problem)) => Error::Binary { path: path.to_owned(), byte, problem },
            None => error,
        },
        _ => error,
    })
}

/// The first byte of what is wrong with the outer form of a PNG file: its signature, then chunks of a
/// length, a name, that many bytes and their CRC, up to `IEND` (PNG specification, section 5).
fn png_fault(bytes: &[u8]) -> Option<(usize, String)> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((0, "this is not a PNG file".into()));
    }
    let mut at = 8;
    loop {
        let chunk = &bytes[at..];
        let Some((length, rest)) = chunk.split_first_chunk::<4>() else {
            return Some((bytes.len(), "the file ends before its end chunk".into()));
        };
        let length = u32::from_be_bytes(*length) as usize;
        let Some((named, crc)) =
            rest.split_at_checked(length + 4).filter(|(_, crc)| crc.len() >= 4)
        else {
            let there = rest.len();
            let problem =
                format!("a chunk of {length} bytes starts and the file ends {there} later");
            return Some((at, problem));
        };
        let mut sum = flate2::Crc::new();
        sum.update(named);
        if sum.sum().to_be_bytes() != crc[..4] {
            return Some((
                at,
                "a chunk does not have the checksum that it was written with".into(),
            ));
        }
        if named.starts_with(b"IEND") {
            return None;
        }
        at += length + 12;
    }
}

/// Whether a file is a PNG of 16-bit grey, from its header.
pub(super) fn is_depth(path: &Path) -> bool {
    let mut header = [0; 26];
    let read = crate::regular::check(path)
        .and_then(|()| fs::File::open(path))
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut header));
    // After the signature, length and name of the first chunk: width, height, depth, colour type.
    read.is_ok() && header.starts_with(b"\x89PNG") && header[24..26] == [16, 0]
}

/// Nothing but what is at most `within_mm` behind the 2nd percentile of depth.
pub(super) fn foreground(frame: &Frame<u16>, within_mm: f32) -> Frame<u16> {
    let mut seen: Vec<u16> = frame.pixels().iter().copied().filter(|&mm| mm > 0).collect();
    if seen.is_empty() {
        return frame.clone();
    }
    let rank = seen.len() / 50;
    let near = f32::from(*seen.select_nth_unstable(rank).1);
    between(frame, 0.0, near + within_mm)
}

/// Nothing but what lies between these depths, mm.
pub(super) fn between(frame: &Frame<u16>, from_mm: f32, to_mm: f32) -> Frame<u16> {
    let kept = |mm: u16| if (from_mm..=to_mm).contains(&f32::from(mm)) { mm } else { 0 };
    Frame::from_fn(frame.width(), frame.height(), |x, y| kept(frame.get(x, y)))
}

/// The mean place (px) and depth (mm) of what is not 0; `None` if all is.
pub(super) fn middle(frame: &Frame<u16>) -> Option<([f32; 2], f32)> {
    let (mut sums, mut count) = ([0.0; 3], 0.0);
    for (k, &mm) in frame.pixels().iter().enumerate().filter(|(_, mm)| **mm > 0) {
        let (x, y) = (k % frame.width(), k / frame.width());
        for (sum, value) in sums.iter_mut().zip([x as f64, y as f64, f64::from(mm)]) {
            *sum += value;
        }
        count += 1.0;
    }
    let [x, y, z] = sums.map(|sum| (sum / count) as f32);
    (count > 0.0).then_some(([x, y], z))
}

/// The crop that shows a cube of this side (mm) around this place (px) in this depth (mm), in an image
/// of this size: its front fills the image in the shorter direction.
pub(super) fn crop_of_cube(
    side_mm: f32,
    middle_px: [f32; 2],
    depth_mm: f32,
    focal_px: [f32; 2],
    (width, height): (usize, usize),
) -> Crop {
    let px_per_mm = width.min(height) as f32 / side_mm;
    let scale = focal_px.map(|focal| px_per_mm * depth_mm / focal);
    let half = [width, height].map(|side| (side as f32 - 1.0) / 2.0);
    Crop { scale, shift_px: [0, 1].map(|i| half[i] - scale[i] * middle_px[i]) }
}

/// What a crop shows, each pixel the nearest of the sensor's; 0 beside the sensor's image.
pub(super) fn cut(frame: &Frame<u16>, crop: &Crop, (width, height): (usize, usize)) -> Frame<u16> {
    Frame::from_fn(width, height, |x, y| {
        let [u, v] = [x, y].map(|at| at as f32);
        let at = [(u - crop.shift_px[0]) / crop.scale[0], (v - crop.shift_px[1]) / crop.scale[1]];
        let at = at.map(f32::round);
        let within = |at: f32, side: usize| (0.0..side as f32).contains(&at);
        match within(at[0], frame.width()) && within(at[1], frame.height()) {
            true => frame.get(at[0] as usize, at[1] as usize),
            false => 0,
        }
    })
}

/// Where a point of the sensor's image (px) lies in the cut one.
pub(super) fn moved(crop: &Crop, point: [f32; 2]) -> [f32; 2] {
    [0, 1].map(|i| crop.scale[i] * point[i] + crop.shift_px[i])
}
