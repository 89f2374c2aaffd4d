//! Contact sheets: many small images on one.
//!
//! An eye of 60x36 px is a thumbnail; it is enlarged by a whole number with Catmull-Rom, which is
//! smooth and still sharp, and pasted into a grid with gaps. Every function here is total: frames
//! of different sizes are centred in cells of the largest, a missing frame leaves its cell empty,
//! and a scale or a number of columns of zero counts as one.

use crate::overlay::Shown;
use crate::{Error, letter};
use image::imageops::{self, FilterType};
use image::{GrayImage, ImageBuffer, Pixel, Rgb, RgbImage};
use simulator::sample::Frame;
use std::io::Cursor;
use std::path::Path;

pub use crate::overlay::with_labels;

/// Space around the sheet and between its cells, px.
pub const GAP_PX: u32 = 6;

/// Space between two neighbouring blocks of [`columns`], px.
const BLOCK_GAP_PX: u32 = 26;

const PAPER: Rgb<u8> = Rgb([255, 255, 255]);
const INK: Rgb<u8> = Rgb([40, 40, 40]);

/// The frame, enlarged `scale` times, grey as RGB.
///
/// Image point (x, y) of the frame lies at ((x + 0.5) scale - 0.5, (y + 0.5) scale - 0.5).
pub fn enlarged(frame: &Frame<u8>, scale: u32) -> RgbImage {
    let (width, height) = (frame.width() as u32, frame.height() as u32);
    let grey =
        GrayImage::from_fn(width, height, |x, y| image::Luma([frame.get(x as usize, y as usize)]));
    let grey = resized(grey, scale);
    RgbImage::from_fn(grey.width(), grey.height(), |x, y| {
        let level = grey.get_pixel(x, y).0[0];
        Rgb([level, level, level])
    })
}

/// As [`enlarged`], in colour.
pub fn enlarged_rgb(frame: &Frame<[u8; 3]>, scale: u32) -> RgbImage {
    let (width, height) = (frame.width() as u32, frame.height() as u32);
    let image = RgbImage::from_fn(width, height, |x, y| Rgb(frame.get(x as usize, y as usize)));
    resized(image, scale)
}

fn resized<P: Pixel<Subpixel = u8> + 'static>(
    image: ImageBuffer<P, Vec<u8>>,
    scale: u32,
) -> ImageBuffer<P, Vec<u8>> {
    let (width, height) = image.dimensions();
    match scale {
        0 | 1 => image,
        _ => imageops::resize(&image, width * scale, height * scale, FilterType::CatmullRom),
    }
}

/// All frames, enlarged `scale` times, row by row in so many columns.
pub fn grid(frames: &[Frame<u8>], columns: usize, scale: u32) -> RgbImage {
    let images: Vec<RgbImage> = frames.iter().map(|frame| enlarged(frame, scale)).collect();
    mosaic(&images, columns)
}

/// Images as they are, row by row in so many columns, [`GAP_PX`] apart.
pub fn mosaic(images: &[RgbImage], columns: usize) -> RgbImage {
    let columns = columns.clamp(1, images.len().max(1)) as u32;
    let rows = (images.len() as u32).div_ceil(columns);
    let (cell_width, cell_height) = largest(images.iter());
    let mut sheet = RgbImage::from_pixel(
        GAP_PX + columns * (cell_width + GAP_PX),
        GAP_PX + rows * (cell_height + GAP_PX),
        PAPER,
    );
    for (k, image) in images.iter().enumerate() {
        let (column, row) = (k as u32 % columns, k as u32 / columns);
        let left = GAP_PX + column * (cell_width + GAP_PX);
        let top = GAP_PX + row * (cell_height + GAP_PX);
        paste_centred(&mut sheet, image, left, top, (cell_width, cell_height));
    }
    sheet
}

/// Writes a sheet as a PNG file, whole or not at all. A file that is there is replaced.
///
/// # Errors
/// If its sides are zero, or the file cannot be written.
pub fn save(sheet: &RgbImage, path: &Path) -> Result<(), Error> {
    let mut png = Cursor::new(Vec::new());
    sheet
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|source| Error::Encode { alt: path.display().to_string(), source })?;
    Ok(durable::write(path, png.get_ref())?)
}

/// Groups of frames side by side under their titles, a sample to a row: "rendered | refined |
/// real".
///
/// Frame k of every group stands in the same row, so a group may be a refined version of its
/// neighbour, or something that is only to be compared with it. So that the sheet is wide rather
/// than long, the samples are dealt into several such blocks, left to right.
pub fn columns<M: Shown>(groups: &[(&str, &[Frame<M::Pixel>])], scale: u32) -> RgbImage {
    let images: Vec<Vec<RgbImage>> = groups
        .iter()
        .map(|(_, frames)| frames.iter().map(|frame| M::enlarged(frame, scale)).collect())
        .collect();
    let cell = largest(images.iter().flatten());
    let samples = images.iter().map(Vec::len).max().unwrap_or(0) as u32;
    let titles: Vec<Vec<String>> =
        groups.iter().map(|(title, _)| letter::wrapped(title, cell.0)).collect();
    let title_lines = titles.iter().map(Vec::len).max().unwrap_or(0) as u32;
    let title_height = title_lines * letter::LINE_PX + GAP_PX;

    // Deal the samples into blocks, and draw them.
    let block_width = groups.len() as u32 * (cell.0 + GAP_PX);
    let blocks = blocks_across(samples, block_width + BLOCK_GAP_PX, cell.1 + GAP_PX);
    let rows = samples.div_ceil(blocks);
    let mut sheet = RgbImage::from_pixel(
        GAP_PX + blocks * (block_width + BLOCK_GAP_PX) - BLOCK_GAP_PX,
        GAP_PX + title_height + rows * (cell.1 + GAP_PX),
        PAPER,
    );
    for block in 0..blocks {
        let block_left = GAP_PX + block * (block_width + BLOCK_GAP_PX);
        for (group, lines) in titles.iter().enumerate() {
            let left = block_left + group as u32 * (cell.0 + GAP_PX);
            for (line, text) in lines.iter().enumerate() {
                let top = GAP_PX + line as u32 * letter::LINE_PX;
                letter::write(&mut sheet, text, left, top, INK);
            }
            for row in 0..rows {
                let sample = (block * rows + row) as usize;
                if let Some(image) = images[group].get(sample) {
                    let top = GAP_PX + title_height + row * (cell.1 + GAP_PX);
                    paste_centred(&mut sheet, image, left, top, cell);
                }
            }
        }
    }
    sheet
}

/// What changed between two versions of an image, signed: grey 128 where nothing did, brighter
/// where `after` is brighter.
///
/// # Errors
/// If the frames differ in size.
pub fn difference(before: &Frame<u8>, after: &Frame<u8>) -> Result<Frame<u8>, Error> {
    let (before_size, after_size) = (before.size(), after.size());
    if before_size != after_size {
        return Err(Error::FrameSizes { before_size, after_size });
    }
    Ok(Frame::from_fn(before_size.0, before_size.1, |x, y| {
        let change = i32::from(after.get(x, y)) - i32::from(before.get(x, y));
        (128 + change).clamp(0, 255) as u8
    }))
}

/// How many blocks to set side by side, that the sheet comes closest to 3:2 and no block is empty.
fn blocks_across(samples: u32, block_width: u32, row_height: u32) -> u32 {
    let misfit = |blocks: u32| {
        let width = (blocks * block_width) as f64;
        let height = (samples.div_ceil(blocks) * row_height) as f64;
        (width / height / 1.5).ln().abs()
    };
    (1..=samples)
        .filter(|&blocks| (blocks - 1) * samples.div_ceil(blocks) < samples)
        .min_by(|&a, &b| misfit(a).total_cmp(&misfit(b)))
        .unwrap_or(1)
}

/// The largest width and the largest height, px.
fn largest<'a>(images: impl Iterator<Item = &'a RgbImage>) -> (u32, u32) {
    images.fold((0, 0), |(w, h), image| (w.max(image.width()), h.max(image.height())))
}

fn paste_centred(
    sheet: &mut RgbImage,
    image: &RgbImage,
    left: u32,
    top: u32,
    (cell_width, cell_height): (u32, u32),
) {
    let x = left + (cell_width - image.width()) / 2;
    let y = top + (cell_height - image.height()) / 2;
    imageops::replace(sheet, image, i64::from(x), i64::from(y));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use simulator::sample::Eye;

    fn flat(width: usize, height: usize, level: u8) -> Frame<u8> {
        Frame::from_fn(width, height, |_, _| level)
    }

    #[test]
    fn a_grid_has_the_size_and_the_pixels_that_its_geometry_says() {
        let frames: Vec<_> = (0..5).map(|k| flat(4, 3, 10 * k + 5)).collect();
        let sheet = grid(&frames, 2, 5);
        assert_eq!(sheet.dimensions(), (3 * GAP_PX + 2 * 20, 4 * GAP_PX + 3 * 15));
        // Frame 3 is row 1, column 1: its four corners, and the gap just outside of them.
        let (left, top) = (2 * GAP_PX + 20, 2 * GAP_PX + 15);
        for (x, y) in [(left, top), (left + 19, top), (left, top + 14), (left + 19, top + 14)] {
            assert_eq!(sheet.get_pixel(x, y), &Rgb([35; 3]));
        }
        assert_eq!(sheet.get_pixel(left - 1, top), &PAPER);
        assert_eq!(sheet.get_pixel(left, top - 1), &PAPER);
        // The sixth cell stays empty.
        assert_eq!(sheet.get_pixel(left + 5, top + 15 + GAP_PX + 5), &PAPER);
    }

    #[test]
    fn enlarging_keeps_a_constant_and_the_place_of_an_edge() {
        assert!(enlarged(&flat(3, 2, 77), 4).pixels().all(|p| p.0 == [77; 3]));
        // An edge between columns 3 and 4 (image x = 3.5) lies at 3.5 + 0.5 = 4 cells = 16 px.
        let edge = Frame::from_fn(8, 4, |x, _| if x < 4 { 0 } else { 200 });
        let big = enlarged(&edge, 4);
        let middle = |x: u32| big.get_pixel(x, 8).0[0];
        assert!(middle(15) < 100 && middle(16) > 100, "{} {}", middle(15), middle(16));
        assert_eq!(u32::from(middle(15)) + u32::from(middle(16)), 200);
    }

    #[test]
    fn columns_stand_in_rows_of_one_sample() {
        let rendered: Vec<_> = (0..3).map(|k| flat(60, 36, 10 + k)).collect();
        let refined: Vec<_> = (0..3).map(|k| flat(60, 36, 110 + k)).collect();
        let sheet = columns::<Eye>(&[("rendered", &rendered), ("refined", &refined)], 2);
        let pitch = 120 + GAP_PX;
        // Three samples of two columns: two blocks of two rows come nearest to 3:2.
        let blocks = blocks_across(3, 2 * pitch + BLOCK_GAP_PX, 72 + GAP_PX);
        let rows = 3u32.div_ceil(blocks);
        let top = 2 * GAP_PX + letter::LINE_PX;
        assert_eq!(sheet.height(), top + rows * (72 + GAP_PX));
        for sample in 0..3u32 {
            let x = GAP_PX + (sample / rows) * (2 * pitch + BLOCK_GAP_PX) + 60;
            let y = top + (sample % rows) * (72 + GAP_PX) + 36;
            assert_eq!(sheet.get_pixel(x, y).0[0], 10 + sample as u8);
            assert_eq!(sheet.get_pixel(x + pitch, y).0[0], 110 + sample as u8);
        }
        // The title is there: ink in the strip above the first cell.
        let inked =
            (0..60).any(|x| (0..16).any(|y| sheet.get_pixel(GAP_PX + x, GAP_PX + y).0[0] < 90));
        assert!(inked);
    }

    #[test]
    fn a_sheet_is_wide_and_has_no_empty_block() {
        for samples in 1..60 {
            let blocks = blocks_across(samples, 600, 116);
            let rows = samples.div_ceil(blocks);
            assert!((blocks - 1) * rows < samples);
        }
        assert_eq!(blocks_across(1, 600, 116), 1);
        // 24 rows of 116 px in blocks of 600: 3 blocks are 1800 x 928.
        assert_eq!(blocks_across(24, 600, 116), 3);
    }

    #[test]
    fn nothing_makes_an_empty_sheet_rather_than_a_panic() {
        assert_eq!(grid(&[], 4, 3).dimensions(), (2 * GAP_PX, GAP_PX));
        let sheet = columns::<Eye>(&[], 0);
        assert!(sheet.width() > 0 && sheet.height() > 0);
        let short: [Frame<u8>; 0] = [];
        columns::<Eye>(&[("rendered", &[flat(6, 4, 1)]), ("real", &short)], 3);
    }

    #[test]
    fn a_difference_is_grey_where_nothing_changed_and_signed_where_it_did() {
        let before = flat(3, 1, 100);
        let after = Frame::new(3, 1, vec![100, 130, 0]).unwrap();
        assert_eq!(difference(&before, &after).unwrap().pixels(), [128, 158, 28]);
        assert!(difference(&before, &flat(2, 1, 0)).is_err());
    }
}
