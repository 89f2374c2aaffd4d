//! What JPEG leaves of a frame.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};
use simulator::sample::Frame;

/// The frame as it is after it was stored as a JPEG of this quality, 1 to 100. One that can't be stored so
/// (there is none of a size that networks take) stays as it is.
pub(crate) fn compressed(frame: Frame<u8>, quality: u8) -> Frame<u8> {
    stored(&frame, quality).unwrap_or(frame)
}

fn stored(frame: &Frame<u8>, quality: u8) -> Option<Frame<u8>> {
    let (width, height) = frame.size();
    let (columns, rows) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(frame.pixels(), columns, rows, ExtendedColorType::L8)
        .ok()?;
    let read = image::load_from_memory_with_format(&file, ImageFormat::Jpeg).ok()?.into_luma8();
    (read.dimensions() == (columns, rows))
        .then(|| Frame::from_fn(width, height, |x, y| read.get_pixel(x as u32, y as u32).0[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(quality: u8) -> f64 {
        let frame = Frame::from_fn(61, 37, |x, y| ((x * x * 3 + y * 11) % 200) as u8);
        let after = compressed(frame.clone(), quality);
        assert_eq!(after.size(), frame.size());
        let squares = frame.pixels().iter().zip(after.pixels());
        let squares = squares.map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>();
        (squares / frame.pixels().len() as f64).sqrt()
    }

    #[test]
    fn the_lower_the_quality_the_less_is_left() {
        let [fine, usual, coarse] = [100, 75, 10].map(off);
        assert!(fine < 2.0 && fine < usual && usual < coarse, "{fine} {usual} {coarse}");
        let flat = Frame::from_fn(40, 30, |_, _| 128u8);
        assert_eq!(compressed(flat.clone(), 30), flat);
    }
}
