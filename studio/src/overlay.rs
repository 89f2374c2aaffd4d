//! A sample with its labels drawn on it.
//!
//! What is drawn is what the label says, and nothing that was found in the pixels: if an ellipse
//! does not lie on its pupil, the label is wrong.

mod ellipses;
mod eye;
mod hand;
mod points;

pub use ellipses::{Drawing, Found, ellipse_legend, with_ellipses};

use crate::ink::{Point, stroke};
use crate::{letter, sheet};
use image::{Rgb, RgbImage};
use simulator::sample::{Eye, Frame, Modality, Sample};

/// Colours and what they mean.
pub type Colors = &'static [(&'static str, Rgb<u8>)];

/// Images that can be drawn on.
pub trait Shown: Modality {
    /// What each colour of a label means, in the order of the legend.
    const LEGEND: Colors;
    /// What each colour of a mask means; the number of the class, that stands in masks, beside it.
    const MASK: &'static [(u8, &'static str, Rgb<u8>)];

    /// The frame, enlarged `scale` times; see [`sheet::enlarged`].
    fn enlarged(frame: &Frame<Self::Pixel>, scale: u32) -> RgbImage;
    /// Draws what the label knows.
    fn draw(pen: &Pen, image: &mut RgbImage, sample: &Sample<Self>);
    /// The class of each pixel, if the label has it.
    fn mask(label: &Self::Label) -> Option<&Frame<u8>>;
}

/// The sample's image, enlarged `scale` times, with all that its label knows drawn on it.
///
/// A rendered eye shows the pupil and the iris (as the cornea lets them be seen, also where a lid
/// hides them), the lid margins, the eyeball's centre with its optical axis, and the gaze. A real
/// eye shows its gaze alone, from the middle of the image, if it has one. Landmarks are dots, larger
/// where they can be seen; glints that can be seen are crosses. A hand shows its bones, and its joints
/// as dots, smaller where they are hidden.
pub fn with_labels<M: Shown>(sample: &Sample<M>, scale: u32) -> RgbImage {
    let scale = scale.max(1);
    let mut image = M::enlarged(&sample.frame, scale);
    let pen = Pen { scale: scale as f32, width_px: (scale as f32 * 0.22).max(1.2) };
    M::draw(&pen, &mut image, sample);
    image
}

/// Part of a mask's colour in a pixel, of 256.
const TINT: u16 = 140;

/// The sample's image, enlarged `scale` times, tinted by the class of each pixel; none if its label
/// has no mask.
pub fn with_mask<M: Shown>(sample: &Sample<M>, scale: u32) -> Option<RgbImage> {
    let mask = M::mask(&sample.label)?;
    let scale = scale.max(1);
    let mut image = M::enlarged(&sample.frame, scale);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let class = mask.get((x / scale) as usize, (y / scale) as usize);
        let color = M::MASK.iter().find(|(known, ..)| *known == class);
        if let Some((.., color)) = color {
            for (level, tint) in pixel.0.iter_mut().zip(color.0) {
                let mixed = u16::from(*level) * (256 - TINT) + u16::from(tint) * TINT;
                *level = (mixed / 256) as u8;
            }
        }
    }
    Some(image)
}

/// [`with_labels`] of many samples in so many columns, over a legend of the colours.
pub fn labelled_grid(samples: &[Sample<Eye>], columns: usize, scale: u32) -> RgbImage {
    let images: Vec<RgbImage> = samples.iter().map(|sample| with_labels(sample, scale)).collect();
    let grid = sheet::mosaic(&images, columns);
    let legend = legend::<Eye>(grid.width());
    let mut both = RgbImage::from_pixel(grid.width(), grid.height() + legend.height(), PAPER);
    image::imageops::replace(&mut both, &grid, 0, 0);
    image::imageops::replace(&mut both, &legend, 0, i64::from(grid.height()));
    both
}

const PAPER: Rgb<u8> = Rgb([255, 255, 255]);

/// The colours of [`with_labels`] and what they mean, as a strip of this width, px.
pub fn legend<M: Shown>(width_px: u32) -> RgbImage {
    legend_of(M::LEGEND, width_px)
}

/// As [`legend`], of the classes of [`with_mask`].
pub fn mask_legend<M: Shown>(width_px: u32) -> RgbImage {
    let entries: Vec<_> = M::MASK.iter().map(|&(_, name, color)| (name, color)).collect();
    legend_of(&entries, width_px)
}

fn legend_of(entries: &[(&str, Rgb<u8>)], width_px: u32) -> RgbImage {
    const SWATCH_PX: u32 = 26;
    const SPACE_PX: u32 = 22;
    // Place each entry behind the last one, or at the start of the next line.
    let mut places = Vec::new();
    let (mut left, mut line) = (sheet::GAP_PX, 0);
    for &(name, color) in entries {
        let width = SWATCH_PX + letter::CHARACTER_PX * name.chars().count() as u32 + SPACE_PX;
        if left > sheet::GAP_PX && left + width > width_px {
            (left, line) = (sheet::GAP_PX, line + 1);
        }
        places.push((name, color, left, sheet::GAP_PX + line * letter::LINE_PX));
        left += width;
    }
    // Draw them. Light colours need a dark bed to be seen on paper, as they have on the image.
    let height = 2 * sheet::GAP_PX + (line + 1) * letter::LINE_PX;
    let mut strip = RgbImage::from_pixel(width_px.max(1), height, PAPER);
    for (name, color, left, top) in places {
        let (x, y) = (left as f32, top as f32 + letter::LINE_PX as f32 / 2.0 - 1.0);
        stroke(&mut strip, &[[x + 6.0, y], [x + 14.0, y]], 12.0, Rgb([70, 70, 70]));
        stroke(&mut strip, &[[x + 5.0, y], [x + 15.0, y]], 3.5, color);
        letter::write(&mut strip, name, left + SWATCH_PX, top, Rgb([40, 40, 40]));
    }
    strip
}

/// Draws places of the frame on the enlarged image.
pub struct Pen {
    scale: f32,
    width_px: f32,
}

impl Pen {
    /// Where an image point of the frame lies in the enlarged image.
    fn place(&self, [x, y]: Point) -> Point {
        [(x + 0.5) * self.scale - 0.5, (y + 0.5) * self.scale - 0.5]
    }

    fn draw_line(&self, image: &mut RgbImage, points: &[Point], color: Rgb<u8>) {
        let points: Vec<Point> = points.iter().map(|&p| self.place(p)).collect();
        stroke(image, &points, self.width_px, color);
    }
}
