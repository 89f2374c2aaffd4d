//! An image file as a luminance frame.

use crate::error::Error;
use image::imageops::{self, FilterType};
use image::{GrayImage, ImageReader, Limits};
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
    let problem = |problem: String| Error::Image { path: path.to_owned(), problem };
    let reader = ImageReader::open(path).map_err(Error::io(path, "open the image"))?;
    let mut reader = reader.with_guessed_format().map_err(Error::io(path, "read the image"))?;

    // A header may claim any size; refuse it before memory is asked for.
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX as u32);
    limits.max_image_height = Some(MAX_SIDE_PX as u32);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);

    let image = reader.decode().map_err(|e| problem(e.to_string()))?.into_luma8();
    let image = match size {
        Some(size) if (image.width() as usize, image.height() as usize) != size => {
            fit(&image, size)
        }
        _ => image,
    };
    let (width, height) = (image.width() as usize, image.height() as usize);
    Frame::new(width, height, image.into_raw()).map_err(|e| problem(e.to_string()))
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
