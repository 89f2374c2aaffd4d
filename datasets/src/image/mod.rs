//! An image file as a luminance frame.

mod jpeg;
mod png;
mod tiff;

use crate::error::Error;
use crate::{memory, plausible, regular};
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use simulator::sample::Frame;
use std::io::{Cursor, Read};
use std::path::Path;

/// What the name of an image that is read may end in, in lower case.
pub(crate) const EXTENSIONS: [&str; 11] =
    ["png", "jpg", "jpeg", "jfif", "pgm", "ppm", "pnm", "bmp", "webp", "tif", "tiff"];
/// What the name of an image that is not read may end in, in lower case.
pub(crate) const OTHERS: [&str; 17] = [
    "gif", "heic", "heif", "avif", "jp2", "j2k", "jxl", "tga", "exr", "hdr", "pfm", "dng", "cr2",
    "nef", "arw", "raw", "psd",
];
/// Longest side of an image that is read, px.
pub(crate) const MAX_SIDE_PX: usize = 16_384;
/// Most memory that decoding one image may take, bytes.
const MAX_ALLOC: u64 = 256 << 20;
/// Largest image file that is read, bytes.
const MAX_FILE: u64 = 256 << 20;

/// Loads an image, brought to this width and height if they are given.
pub(crate) fn load(path: &Path, size: Option<(usize, usize)>) -> Result<Frame<u8>, Error> {
    scaled(path, decode(path)?, size)
}

fn scaled(path: &Path, image: GrayImage, size: Option<(usize, usize)>) -> Result<Frame<u8>, Error> {
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

/// The luminance of an image file, in 8 bits.
fn decode(path: &Path) -> Result<GrayImage, Error> {
    luminance(path, decoded(path)?)
}

/// As [`load`], of a file that lies in memory and has this name.
pub(crate) fn load_bytes(
    path: &Path,
    bytes: &[u8],
    size: Option<(usize, usize)>,
) -> Result<Frame<u8>, Error> {
    scaled(path, luminance(path, decoded_bytes(path, bytes)?)?, size)
}

/// The luminance of an image, in 8 bits. Levels that were meant for another range are refused.
fn luminance(path: &Path, image: DynamicImage) -> Result<GrayImage, Error> {
    let problem = |problem: String| Error::Image { path: path.to_owned(), problem };
    let deepest = |samples: &[u16]| samples.iter().copied().max().unwrap_or(0);
    match &image {
        DynamicImage::ImageLuma16(image) => plausible::levels16(deepest(image)).map_err(problem)?,
        DynamicImage::ImageRgb16(image) => plausible::levels16(deepest(image)).map_err(problem)?,
        DynamicImage::ImageLuma8(image) => {
            plausible::levels8(image.iter().copied().max().unwrap_or(0)).map_err(problem)?;
        }
        DynamicImage::ImageRgb32F(_) | DynamicImage::ImageRgba32F(_) => {
            let what = "its levels are floating-point numbers; save it in 8 or 16 bits";
            return Err(problem(what.to_owned()));
        }
        _ => {}
    }
    Ok(image.into_luma8())
}

/// The image in a file, as it is meant to be seen.
pub(crate) fn decoded(path: &Path) -> Result<DynamicImage, Error> {
    let file = regular::open(path).map_err(Error::io(path, "open the image"))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(Error::io(path, "read the image"))?;
    if bytes.len() as u64 > MAX_FILE {
        let problem = format!("the file has more than {} MB", MAX_FILE >> 20);
        return Err(Error::Image { path: path.to_owned(), problem });
    }
    decoded_bytes(path, &bytes)
}

/// The image in the bytes of a file of this name, turned as its orientation says.
pub(crate) fn decoded_bytes(path: &Path, bytes: &[u8]) -> Result<DynamicImage, Error> {
    let problem = |problem: String| Error::Image { path: path.to_owned(), problem };
    if bytes.starts_with(b"version https://git-lfs") {
        let what = "it is a pointer of Git LFS and no image: get the files by `git lfs pull`";
        return Err(problem(what.to_owned()));
    }
    if tiff::is_tiff(bytes) {
        return tiff::decode(bytes, MAX_ALLOC).map_err(problem);
    }
    if bytes.starts_with(b"\xff\xd8")
        && let Some((byte, fault)) = jpeg::fault(bytes)
    {
        return Err(Error::Binary { path: path.to_owned(), byte, problem: fault });
    }
    let bytes = match bytes.starts_with(b"\x89PNG") {
        true => png::without_texts(bytes),
        false => bytes.into(),
    };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(Error::io(path, "read the image"))?;
    if !matches!(
        reader.format(),
        Some(
            ImageFormat::Png
                | ImageFormat::Jpeg
                | ImageFormat::Pnm
                | ImageFormat::Bmp
                | ImageFormat::WebP
        )
    ) {
        return Err(problem("it is no PNG, JPEG, PGM, PPM, BMP, WebP or TIFF file".to_owned()));
    }

    // A header may claim any size; refuse it before memory is asked for.
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX as u32);
    limits.max_image_height = Some(MAX_SIDE_PX as u32);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| problem(e.to_string()))?;
    let needed = decoder.total_bytes();
    if needed > MAX_ALLOC {
        let (width, height) = decoder.dimensions();
        let most = MAX_ALLOC >> 20;
        return Err(problem(format!("{width}x{height} px need more than {most} MB of memory")));
    }
    // The picture, its luminance, and what it is scaled to.
    let held = memory::claim(3 * needed);
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|e| problem(e.to_string()))?;
    image.apply_orientation(orientation);
    drop(held);
    Ok(image)
}

/// Whether a file holds grey in 16 bits, as depth does, from its head; `None` if it is no image that is
/// read.
pub(crate) fn is_deep_grey(path: &Path) -> Option<bool> {
    let mut head = Vec::new();
    regular::open(path).ok()?.take(4096).read_to_end(&mut head).ok()?;
    if tiff::is_tiff(&head) {
        return Some(tiff::color(&regular::read(path).ok()?)? == ColorType::L16);
    }
    deep_grey(&head)
}

/// As [`is_deep_grey`], of a file that lies in memory.
pub(crate) fn is_deep_grey_bytes(bytes: &[u8]) -> bool {
    match tiff::is_tiff(bytes) {
        true => tiff::color(bytes) == Some(ColorType::L16),
        false => deep_grey(&bytes[..bytes.len().min(4096)]) == Some(true),
    }
}

fn deep_grey(head: &[u8]) -> Option<bool> {
    // After the signature, length and name of the first chunk: width, height, depth, colour type.
    if head.starts_with(b"\x89PNG") {
        return Some(head.get(24..26)? == [16, 0]);
    }
    let reader = ImageReader::new(Cursor::new(head)).with_guessed_format().ok()?;
    match reader.format()? {
        ImageFormat::Pnm => Some(reader.into_decoder().ok()?.color_type() == ColorType::L16),
        ImageFormat::Jpeg | ImageFormat::Bmp | ImageFormat::WebP => Some(false),
        _ => None,
    }
}

/// The part of an image of this size that has the shape of another: left, top, width and height, px. What is
/// too wide, or too high, is cut off on both sides.
pub(crate) fn middle(
    (w, h): (usize, usize),
    (width, height): (usize, usize),
) -> (usize, usize, usize, usize) {
    let (cut_w, cut_h) = if w * height > h * width {
        (((h * width + height / 2) / height).clamp(1, w), h)
    } else {
        (w, ((w * height + width / 2) / width).clamp(1, h))
    };
    ((w - cut_w) / 2, (h - cut_h) / 2, cut_w, cut_h)
}

/// Width and height of the image in a file as it is meant to be seen, px.
pub(crate) fn size(path: &Path) -> Result<(usize, usize), Error> {
    let image = decoded(path)?;
    Ok((image.width() as usize, image.height() as usize))
}

/// The middle of an image in the shape of `size`, scaled to it.
fn fit(image: &GrayImage, (width, height): (usize, usize)) -> GrayImage {
    let whole = (image.width() as usize, image.height() as usize);
    let (x, y, cut_w, cut_h) = middle(whole, (width, height));
    let cut = imageops::crop_imm(image, x as u32, y as u32, cut_w as u32, cut_h as u32);

    // A triangle averages what falls into a pixel; CatmullRom keeps edges when pixels are made.
    let filter = if cut_w >= width { FilterType::Triangle } else { FilterType::CatmullRom };
    imageops::resize(&*cut, width as u32, height as u32, filter)
}

#[cfg(test)]
mod tests;
