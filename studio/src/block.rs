//! The parts of a page.

use crate::Error;
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{GrayImage, ImageFormat, Luma, RgbImage};
use std::io::Cursor;

/// Something in a section.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Block {
    /// A picture. [`Block::picture`] makes one of an image.
    Picture(Picture),
    /// A chart of [`crate::chart`].
    Chart {
        /// The SVG. It is put into the page as it is.
        svg: String,
        /// Under the chart.
        caption: String,
    },
    /// A table. A column of numbers is set to the right, see [`Block::table`].
    Table {
        /// Over the table.
        caption: String,
        /// A name to each column.
        header: Vec<String>,
        /// The rows, as long as the header.
        rows: Vec<Vec<String>>,
    },
    /// A remark that must not be overlooked.
    Note(String),
    /// A command or a setting, word for word.
    Code(String),
}

/// A PNG with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    png: Vec<u8>,
    alt: String,
    caption: String,
    size: (u32, u32),
}

impl Block {
    /// A picture of an image.
    ///
    /// # Errors
    /// If a side of the image is zero.
    pub fn picture(
        image: &RgbImage,
        alt: impl Into<String>,
        caption: impl Into<String>,
    ) -> Result<Self, Error> {
        let alt = alt.into();
        let mut png = Cursor::new(Vec::new());
        // A sheet of grey frames is stored as grey, in half the bytes.
        let is_grey = image.pixels().all(|p| p.0[0] == p.0[1] && p.0[1] == p.0[2]);
        let written = if is_grey {
            let grey = GrayImage::from_fn(image.width(), image.height(), |x, y| {
                Luma([image.get_pixel(x, y).0[0]])
            });
            grey.write_to(&mut png, ImageFormat::Png)
        } else {
            image.write_to(&mut png, ImageFormat::Png)
        };
        match written {
            Ok(()) => Self::png(png.into_inner(), alt, caption),
            Err(source) => Err(Error::Encode { alt, source }),
        }
    }

    /// A picture from the bytes of a PNG file.
    ///
    /// # Errors
    /// If they are no PNG.
    pub fn png(
        png: Vec<u8>,
        alt: impl Into<String>,
        caption: impl Into<String>,
    ) -> Result<Self, Error> {
        let alt = alt.into();
        match png_size(&png) {
            Some(size) => Ok(Self::Picture(Picture { png, alt, caption: caption.into(), size })),
            None => Err(Error::NotPng { alt, bytes: png.len() }),
        }
    }

    /// A chart of [`crate::chart`]. Its SVG is put into the page as it is.
    pub fn chart(svg: impl Into<String>, caption: impl Into<String>) -> Self {
        Self::Chart { svg: svg.into(), caption: caption.into() }
    }

    /// A table.
    ///
    /// A column in which every cell begins with a number ("9.1°", "−0.3 ± 0.1", "95 %") or is a
    /// dash is a column of numbers and set to the right.
    pub fn table<S: Into<String>>(
        caption: impl Into<String>,
        header: impl IntoIterator<Item = S>,
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Self {
        Self::Table {
            caption: caption.into(),
            header: header.into_iter().map(Into::into).collect(),
            rows: rows.into_iter().collect(),
        }
    }

    /// A remark that must not be overlooked.
    pub fn note(text: impl Into<String>) -> Self {
        Self::Note(text.into())
    }

    /// A command or a setting, word for word.
    pub fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }
}

impl Picture {
    pub(crate) fn alt(&self) -> &str {
        &self.alt
    }

    pub(crate) fn caption(&self) -> &str {
        &self.caption
    }

    pub(crate) fn base64(&self) -> String {
        STANDARD.encode(&self.png)
    }

    pub(crate) fn width(&self) -> u32 {
        self.size.0
    }

    pub(crate) fn height(&self) -> u32 {
        self.size.1
    }

    /// A frame that nobody enlarged: the page does so, pixel by pixel.
    pub(crate) fn is_thumbnail(&self) -> bool {
        self.size.0 <= 128
    }
}

/// Does each cell of this column begin with a number, or stand for one that is missing?
pub(crate) fn is_numeric(rows: &[Vec<String>], column: usize) -> bool {
    let cells = || rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim());
    let is_missing = |cell: &str| matches!(cell, "" | "-" | "–" | "—");
    let is_number = |cell: &str| {
        let unsigned = cell.trim_start_matches(['+', '-', '−', '±', '<', '>', '≤', '≥', ' ']);
        unsigned.starts_with(|c: char| c.is_ascii_digit())
    };
    cells().all(|cell| is_missing(cell) || is_number(cell)) && cells().any(is_number)
}

/// Width and height from the header of a PNG (PNG specification, 11.2.2: signature, then the chunk
/// IHDR with two big-endian numbers).
fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.get(..24)?;
    if !header.starts_with(b"\x89PNG\r\n\x1a\n") || &header[12..16] != b"IHDR" {
        return None;
    }
    let number = |at: usize| header[at..at + 4].iter().fold(0, |n, &b| n << 8 | u32::from(b));
    Some((number(16), number(20)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_picture_comes_back_from_its_base64() {
        let coloured = RgbImage::from_fn(300, 7, |x, y| image::Rgb([x as u8, y as u8, 9]));
        let grey = RgbImage::from_fn(300, 7, |x, y| image::Rgb([(x + y) as u8; 3]));
        for image in [coloured, grey] {
            let Block::Picture(picture) = Block::picture(&image, "eyes", "").unwrap() else {
                panic!("a picture is a picture");
            };
            assert_eq!((picture.width(), picture.height()), (300, 7));
            let png = STANDARD.decode(picture.base64()).unwrap();
            assert_eq!(image::load_from_memory(&png).unwrap().to_rgb8(), image);
        }
    }

    #[test]
    fn what_is_no_png_is_refused_by_name() {
        let error = Block::png(vec![7; 100], "a jpeg", "").unwrap_err();
        assert!(error.to_string().contains("a jpeg"), "{error}");
        assert!(Block::png(vec![], "nothing", "").is_err());
        assert!(Block::picture(&RgbImage::new(0, 0), "empty", "").is_err());
    }

    #[test]
    fn columns_of_numbers_are_told_from_columns_of_words() {
        let row = |cells: [&str; 4]| cells.map(String::from).to_vec();
        let rows =
            [row(["rendered", "9.1°", "–", "p00"]), row(["refined", "−0.3 ± 1", "12", "p1"])];
        let numeric: Vec<bool> = (0..5).map(|column| is_numeric(&rows, column)).collect();
        assert_eq!(numeric, [false, true, true, false, false]);
    }
}
