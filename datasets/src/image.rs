//! An image file as a luminance frame.

use crate::error::Error;
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageReader, Limits};
use simulator::sample::Frame;
use std::path::Path;

/// What an image's name may end in, in lower case.
pub(crate) const EXTENSIONS: [&str; 5] = ["png", "jpg", "jpeg", "pgm", "bmp"];
/// Longest side of an image that is read, px.
pub(crate) const MAX_SIDE_PX: usize = 16_384;
/// Most memory that decoding one image may take, bytes.
const MAX_ALLOC: u64 = 256 << 20;

/// Loads an image, brought to this width and height if they are given.
pub(crate) fn load(path: &Path, size: Option<(usize, usize)>) -> Result<Frame<u8>, Error> {
    let image = decode(path)?;
    let image = match size {
        Some(size) if (image.width() as usize, image.height() as usize) != size => {
            fit(&image, size)
        }
        _ => image,
    };
    frame(path, image)
}

/// Loads a part of an image, scaled to this width and height. The part is left, bottom, width and
/// height in px, counted from the lower left corner; what reaches out of the image is moved into it.
pub(crate) fn cut(
    path: &Path,
    [left, bottom, width, height]: [f64; 4],
    size: (usize, usize),
) -> Result<Frame<u8>, Error> {
    let image = decode(path)?;
    let side = |length: f64, most: u32| (length.round() as u32).clamp(1, most);
    let (w, h) = (side(width, image.width()), side(height, image.height()));
    let start = |first: f64, most: u32| (first.round().max(0.0) as u32).min(most);
    let x = start(left, image.width() - w);
    let y = start(f64::from(image.height()) - bottom - height, image.height() - h);
    let part = imageops::crop_imm(&image, x, y, w, h);
    frame(path, fit(&part.to_image(), size))
}

fn frame(path: &Path, image: GrayImage) -> Result<Frame<u8>, Error> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    Frame::new(width, height, image.into_raw())
        .map_err(|e| Error::Image { path: path.to_owned(), problem: e.to_string() })
}

/// Whether images can be brought to this size.
pub(crate) fn check_size(size: Option<(usize, usize)>) -> Result<(), Error> {
    let max = MAX_SIDE_PX;
    match size {
        Some((width, height)) if width.min(height) < 1 || width.max(height) > max => {
            Err(Error::TargetSize { width, height, max })
        }
        _ => Ok(()),
    }
}

fn decode(path: &Path) -> Result<GrayImage, Error> {
    Ok(decoded(path)?.into_luma8())
}

/// The image in a file, as it is stored.
pub(crate) fn decoded(path: &Path) -> Result<DynamicImage, Error> {
    let problem = |problem: String| Error::Image { path: path.to_owned(), problem };
    let reader = crate::regular::check(path).and_then(|()| ImageReader::open(path));
    let reader = reader.map_err(Error::io(path, "open the image"))?;
    let mut reader = reader.with_guessed_format().map_err(Error::io(path, "read the image"))?;

    // A header may claim any size; refuse it before memory is asked for.
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX as u32);
    limits.max_image_height = Some(MAX_SIDE_PX as u32);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    reader.decode().map_err(|e| problem(e.to_string()))
}

/// The middle of an image in the shape of `size`, scaled to it.
fn fit(image: &GrayImage, (width, height): (usize, usize)) -> GrayImage {
    // Cut what is too wide, or too high.
    let (w, h) = (image.width() as usize, image.height() as usize);
    let (cut_w, cut_h) = if w * height > h * width {
        (((h * width + height / 2) / height).clamp(1, w), h)
    } else {
        (w, ((w * height + width / 2) / width).clamp(1, h))
    };
    let (x, y) = ((w - cut_w) / 2, (h - cut_h) / 2);
    let cut = imageops::crop_imm(image, x as u32, y as u32, cut_w as u32, cut_h as u32);

    // A triangle averages what falls into a pixel; CatmullRom keeps edges when pixels are made.
    let filter = if cut_w >= width { FilterType::Triangle } else { FilterType::CatmullRom };
    imageops::resize(&*cut, width as u32, height as u32, filter)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use image::{ImageBuffer, Luma, Rgb};

    #[test]
    fn sixteen_bits_and_colours_become_luminance() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let deep = ImageBuffer::from_fn(3, 1, |x, _| Luma([[0u16, 32_896, 65_535][x as usize]]));
        deep.save(&path).unwrap();
        assert_eq!(load(&path, None).unwrap().pixels(), [0, 128, 255]);

        // Rec. 709: green is the brightest, blue the darkest.
        let primaries = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [90, 90, 90]];
        let colour = ImageBuffer::from_fn(4, 1, |x, _| Rgb::<u8>(primaries[x as usize]));
        colour.save(&path).unwrap();
        assert_eq!(load(&path, None).unwrap().pixels(), [54, 182, 18, 90]);
    }

    #[test]
    fn the_content_counts_and_not_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        std::fs::write(&path, b"P5\n2 1\n255\n\x07\x09").unwrap();
        assert_eq!(load(&path, None).unwrap().pixels(), [7, 9]);
    }

    #[test]
    fn fitting_keeps_the_middle_and_the_proportions() {
        // A dark disc in the middle of a wide image stays round and in the middle.
        let disc = GrayImage::from_fn(300, 100, |x, y| {
            let radius = (x as f32 - 149.5).hypot(y as f32 - 49.5);
            Luma([if radius < 25.0 { 0 } else { 200 }])
        });
        let small = fit(&disc, (60, 36));
        assert_eq!(small.dimensions(), (60, 36));
        let dark: Vec<_> = small.enumerate_pixels().filter(|(_, _, p)| p[0] < 100).collect();
        let mean = |f: fn(u32, u32) -> u32| {
            dark.iter().map(|&(x, y, _)| f(x, y) as f32).sum::<f32>() / dark.len() as f32
        };
        assert!((mean(|x, _| x) - 29.5).abs() < 0.2 && (mean(|_, y| y) - 17.5).abs() < 0.2);
        // Its radius was a quarter of the height, and still is.
        let radius = (dark.len() as f32 / std::f32::consts::PI).sqrt();
        assert!((radius - 9.0).abs() < 0.3, "{radius}");
    }

    #[test]
    fn a_flat_image_stays_flat_in_any_size() {
        let flat = GrayImage::from_pixel(17, 31, Luma([93]));
        for size in [(60, 36), (5, 40), (1, 1), (17, 31)] {
            let fitted = fit(&flat, size);
            assert_eq!((fitted.width() as usize, fitted.height() as usize), size);
            assert!(fitted.pixels().all(|p| p[0] == 93), "{size:?}");
        }
    }

    #[test]
    fn a_header_that_claims_a_huge_image_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for header in ["P5\n100000 10\n255\n", "P5\n16000 16384\n65535\n"] {
            let path = folder.path().join("bomb.pgm");
            std::fs::write(&path, header).unwrap();
            let error = load(&path, None).unwrap_err();
            assert!(matches!(error, Error::Image { .. }), "{error}");
            assert!(error.to_string().contains("bomb.pgm"), "{error}");
        }
    }
}
