//! Text on a picture: Noto Sans Mono, 20 px, in the program itself.

use image::{Rgb, RgbImage};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster, get_raster_width};

/// Height of a line of text, px.
pub(crate) const LINE_PX: u32 = 22;

/// Width of every character, px.
pub(crate) const CHARACTER_PX: u32 =
    get_raster_width(FontWeight::Regular, RasterHeight::Size20) as u32;

/// Write `text` with its top left corner at (`left`, `top`). What falls outside is cut off, and a
/// character that the font has not becomes a question mark.
pub(crate) fn write(image: &mut RgbImage, text: &str, left: u32, top: u32, color: Rgb<u8>) {
    let glyph = |c| get_raster(c, FontWeight::Regular, RasterHeight::Size20);
    for (k, character) in text.chars().enumerate() {
        let Some(raster) = glyph(character).or_else(|| glyph('?')) else { continue };
        for (y, row) in raster.rows().enumerate() {
            for (x, &coverage) in row.iter().enumerate() {
                let x = left + k as u32 * CHARACTER_PX + x as u32;
                if let Some(pixel) = image.get_pixel_mut_checked(x, top + y as u32) {
                    blend(pixel, color, f32::from(coverage) / 255.0);
                }
            }
        }
    }
}

/// `text` in lines of at most `width_px`, broken at spaces; a longer word is cut.
pub(crate) fn wrapped(text: &str, width_px: u32) -> Vec<String> {
    let room = (width_px / CHARACTER_PX).max(1) as usize;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word: String = word.chars().take(room).collect();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// Lay `color` over a pixel; `coverage` 0 leaves the pixel, 1 replaces it.
pub(crate) fn blend(pixel: &mut Rgb<u8>, color: Rgb<u8>, coverage: f32) {
    for (below, above) in pixel.0.iter_mut().zip(color.0) {
        let mixed = f32::from(*below) + (f32::from(above) - f32::from(*below)) * coverage;
        *below = mixed.round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_drawn_where_it_is_said_and_cut_at_the_border() {
        let paper = Rgb([255; 3]);
        let mut image = RgbImage::from_pixel(40, 20, paper);
        write(&mut image, "I I I I I I", 4 * CHARACTER_PX - 3, 2, Rgb([0; 3]));
        assert!((0..20).all(|y| image.get_pixel(3 * CHARACTER_PX, y) == &paper));
        assert!(image.pixels().any(|p| p.0[0] < 100));
    }

    #[test]
    fn lines_break_at_spaces_and_never_exceed_the_width() {
        let lines = wrapped("real (the second camera model)", 12 * CHARACTER_PX);
        assert_eq!(lines, ["real (the", "second", "camera", "model)"]);
        assert_eq!(wrapped("incomprehensibilities", 5 * CHARACTER_PX), ["incom"]);
        assert!(wrapped("", 100).is_empty());
    }
}
