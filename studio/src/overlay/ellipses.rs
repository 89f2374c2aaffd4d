//! Ellipses that were found in an image, beside those that its label has.

use super::eye::{IRIS, PUPIL};
use super::{Colors, Pen, Shown, legend_of};
use crate::ink::{disc, stroke};
use image::{Rgb, RgbImage};
use simulator::sample::{Ellipse, Frame};

const LABEL: Rgb<u8> = Rgb([255, 70, 200]);

const LEGEND: Colors = &[
    ("found: iris", IRIS),
    ("found: pupil", PUPIL),
    ("the label, dashed; a cross: its centre", LABEL),
];

/// What is drawn of one image.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Found {
    /// The iris that was found.
    pub iris: Option<Ellipse>,
    /// The pupil that was found.
    pub pupil: Option<Ellipse>,
    /// The ellipses of iris and pupil that the label has.
    pub labels: [Option<Ellipse>; 2],
    /// The centre that the label has where it has no ellipse.
    pub mark: Option<[f32; 2]>,
}

/// An image with something drawn on it.
pub type Drawing = RgbImage;

/// Dashes of a labelled ellipse.
const DASHES: usize = 24;

/// The frame, enlarged `scale` times, with what was found in it and its label.
pub fn with_ellipses<M: Shown>(frame: &Frame<M::Pixel>, found: &Found, scale: u32) -> RgbImage {
    let scale = scale.max(1);
    let mut image = M::enlarged(frame, scale);
    let pen = Pen { scale: scale as f32, width_px: (scale as f32 * 0.2).max(1.2) };
    for label in found.labels.iter().flatten() {
        let turn = std::f32::consts::TAU / (8 * DASHES) as f32;
        for dash in 0..DASHES {
            let points: Vec<_> =
                (0..=4).map(|k| pen.place(label.point((8 * dash + k) as f32 * turn))).collect();
            stroke(&mut image, &points, pen.width_px, LABEL);
        }
    }
    if let Some(mark) = found.mark {
        let ([x, y], arm) = (pen.place(mark), pen.width_px * 3.0);
        stroke(&mut image, &[[x - arm, y], [x + arm, y]], pen.width_px, LABEL);
        stroke(&mut image, &[[x, y - arm], [x, y + arm]], pen.width_px, LABEL);
    }
    for (ellipse, color) in [(found.iris, IRIS), (found.pupil, PUPIL)] {
        if let Some(ellipse) = ellipse {
            pen.draw_ellipse(&mut image, &ellipse, color);
            disc(&mut image, pen.place(ellipse.center), pen.width_px, color);
        }
    }
    image
}

/// What the colours of [`with_ellipses`] mean, as a strip of this width, px.
pub fn ellipse_legend(width_px: u32) -> RgbImage {
    legend_of(LEGEND, width_px)
}

#[cfg(test)]
mod tests {
    use super::*;
    use simulator::sample::Eye;

    #[test]
    fn found_and_labelled_are_drawn_where_they_are() {
        let frame = Frame::from_fn(60, 36, |_, _| 128);
        let (iris, label) =
            (Ellipse::new([30.0, 18.0], 10.0, 9.0, 0.0), Ellipse::new([20.0, 14.0], 4.0, 4.0, 0.0));
        let found = Found { iris: Some(iris), labels: [Some(label), None], ..Found::default() };
        let image = with_ellipses::<Eye>(&frame, &found, 6);
        let at = |[x, y]: [f32; 2]| {
            let place = |v: f32| ((v + 0.5) * 6.0 - 0.5).round() as u32;
            image.get_pixel(place(x), place(y)).0
        };
        let near = |pixel: [u8; 3], color: Rgb<u8>| {
            pixel.iter().zip(color.0).all(|(a, b)| a.abs_diff(b) < 90)
        };
        assert!((0..24).all(|k| near(at(iris.point(k as f32 * 0.26)), IRIS)));
        assert!(near(at(label.point(0.02)), LABEL));
        // Between two dashes, and where nothing is.
        assert_eq!(at(label.point(6.0 * std::f32::consts::TAU / 192.0)), [128; 3]);
        assert_eq!(at([50.0, 5.0]), [128; 3]);
        assert_eq!(ellipse_legend(500).width(), 500);
    }
}
