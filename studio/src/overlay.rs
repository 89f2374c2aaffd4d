//! A sample with its labels drawn on it.
//!
//! What is drawn is what the label says, and nothing that was found in the pixels: if an ellipse
//! does not lie on its pupil, the label is wrong.

mod points;

pub use points::{MASK_COLORS, with_mask};

use crate::ink::{Point, disc, stroke};
use crate::{letter, sheet};
use image::{Rgb, RgbImage};
use nalgebra::Vector3;
use points::{CARUNCLE, GLINT};
use simulator::sample::{
    Ellipse, Eye, EyeGeometry, EyeLabel, EyeRgb, Frame, Gaze, Modality, PinholeCamera, Sample,
};

// Okabe and Ito's palette, which colour-blind people can tell apart.
const PUPIL: Rgb<u8> = Rgb([230, 159, 0]);
const IRIS: Rgb<u8> = Rgb([86, 180, 233]);
const LIDS: Rgb<u8> = Rgb([204, 121, 167]);
const OPTICAL: Rgb<u8> = Rgb([0, 190, 140]);
const VISUAL: Rgb<u8> = Rgb([240, 228, 66]);

/// What each colour means, in the order of the legend.
pub const LEGEND: [(&str, Rgb<u8>); 7] = [
    ("pupil", PUPIL),
    ("iris", IRIS),
    ("lids", LIDS),
    ("optical axis, from the eye's centre", OPTICAL),
    ("gaze (visual axis)", VISUAL),
    ("caruncle", CARUNCLE),
    ("glints", GLINT),
];

/// Length of the arrow of gaze beyond the pupil, mm: long enough that 5 degrees can be seen.
const ARROW_MM: f64 = 16.0;

/// Images of eyes that can be drawn on, grey or in colour.
pub trait Shown: Modality<Label = EyeLabel> {
    /// The frame, enlarged `scale` times; see [`sheet::enlarged`].
    fn enlarged(frame: &Frame<Self::Pixel>, scale: u32) -> RgbImage;
}

impl Shown for Eye {
    fn enlarged(frame: &Frame<u8>, scale: u32) -> RgbImage {
        sheet::enlarged(frame, scale)
    }
}

impl Shown for EyeRgb {
    fn enlarged(frame: &Frame<[u8; 3]>, scale: u32) -> RgbImage {
        sheet::enlarged_rgb(frame, scale)
    }
}

/// The sample's image, enlarged `scale` times, with all that its label knows drawn on it.
///
/// A rendered eye shows the pupil and the iris (as the cornea lets them be seen, also where a lid
/// hides them), the lid margins, the eyeball's centre with its optical axis, and the gaze. A real
/// eye shows its gaze alone, from the middle of the image, if it has one. Landmarks are dots, larger
/// where they can be seen; glints that can be seen are crosses.
pub fn with_labels<M: Shown>(sample: &Sample<M>, scale: u32) -> RgbImage {
    let scale = scale.max(1);
    let mut image = M::enlarged(&sample.frame, scale);
    let pen = Pen { scale: scale as f32, width_px: (scale as f32 * 0.22).max(1.2) };
    match &sample.label.geometry {
        Some(geometry) => pen.draw_geometry(&mut image, geometry, sample.label.gaze),
        None => {
            if let Some(gaze) = sample.label.gaze {
                let (width, height) = sample.frame.size();
                let middle = [(width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0];
                pen.draw_gaze_alone(&mut image, middle, width as f32 * 0.4, gaze);
            }
        }
    }
    if let Some(landmarks) = &sample.label.landmarks {
        pen.draw_landmarks(&mut image, landmarks);
    }
    pen.draw_glints(&mut image, sample.label.lights.as_deref().unwrap_or_default());
    image
}

/// [`with_labels`] of many samples in so many columns, over a legend of the colours.
pub fn labelled_grid(samples: &[Sample<Eye>], columns: usize, scale: u32) -> RgbImage {
    let images: Vec<RgbImage> = samples.iter().map(|sample| with_labels(sample, scale)).collect();
    let grid = sheet::mosaic(&images, columns);
    let legend = legend(grid.width());
    let mut both = RgbImage::from_pixel(grid.width(), grid.height() + legend.height(), PAPER);
    image::imageops::replace(&mut both, &grid, 0, 0);
    image::imageops::replace(&mut both, &legend, 0, i64::from(grid.height()));
    both
}

const PAPER: Rgb<u8> = Rgb([255, 255, 255]);

/// The colours and what they mean, as a strip of this width, px.
pub fn legend(width_px: u32) -> RgbImage {
    legend_of(&LEGEND, width_px)
}

/// As [`legend`], of the classes of [`with_mask`].
pub fn mask_legend(width_px: u32) -> RgbImage {
    legend_of(&MASK_COLORS.map(|(class, color)| (class.name(), color)), width_px)
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

struct Pen {
    scale: f32,
    width_px: f32,
}

impl Pen {
    /// Where an image point of the frame lies in the enlarged image.
    fn place(&self, [x, y]: Point) -> Point {
        [(x + 0.5) * self.scale - 0.5, (y + 0.5) * self.scale - 0.5]
    }

    fn draw_geometry(&self, image: &mut RgbImage, eye: &EyeGeometry, gaze: Option<Gaze>) {
        self.draw_line(image, &eye.upper_lid, LIDS);
        self.draw_line(image, &eye.lower_lid, LIDS);
        self.draw_ellipse(image, &eye.iris, IRIS);
        self.draw_ellipse(image, &eye.pupil, PUPIL);

        // The optical axis leaves the eyeball's centre and passes through the pupil's.
        let center = vector(eye.eye_center_mm);
        let pupil = vector(eye.pupil_center_mm);
        let tip = pupil + eye.optical_axis.to_vector() * ARROW_MM;
        let [from, to] = [center, tip].map(|p| self.place(project(&eye.camera, p)));
        self.draw_arrow(image, from, to, OPTICAL);
        disc(image, from, self.width_px * 1.6, OPTICAL);

        // The visual axis is drawn from the pupil.
        if let Some(gaze) = gaze {
            let tip = pupil + gaze.to_vector() * ARROW_MM;
            let [from, to] = [pupil, tip].map(|p| self.place(project(&eye.camera, p)));
            self.draw_arrow(image, from, to, VISUAL);
        }
    }

    /// Without a camera, an arrow whose length is the sine of the angle to the camera.
    fn draw_gaze_alone(&self, image: &mut RgbImage, from: Point, length_px: f32, gaze: Gaze) {
        let g = gaze.to_vector();
        let to = [from[0] + length_px * g.x as f32, from[1] + length_px * g.y as f32];
        self.draw_arrow(image, self.place(from), self.place(to), VISUAL);
    }

    fn draw_line(&self, image: &mut RgbImage, points: &[Point], color: Rgb<u8>) {
        let points: Vec<Point> = points.iter().map(|&p| self.place(p)).collect();
        stroke(image, &points, self.width_px, color);
    }

    fn draw_ellipse(&self, image: &mut RgbImage, ellipse: &Ellipse, color: Rgb<u8>) {
        const SIDES: usize = 72;
        let turn = std::f32::consts::TAU / SIDES as f32;
        let points: Vec<Point> = (0..=SIDES).map(|k| ellipse.point(k as f32 * turn)).collect();
        self.draw_line(image, &points, color);
    }

    /// An arrow between places in the enlarged image; only its tip as a dot where it points at us.
    fn draw_arrow(&self, image: &mut RgbImage, from: Point, to: Point, color: Rgb<u8>) {
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let length = dx.hypot(dy);
        let head = self.width_px * 5.0;
        if length < head {
            stroke(image, &[from, to], self.width_px, color);
            disc(image, to, self.width_px * 1.3, color);
            return;
        }
        let (ux, uy) = (dx / length * head, dy / length * head);
        let wing = |side: f32| [to[0] - ux - side * uy * 0.5, to[1] - uy + side * ux * 0.5];
        stroke(image, &[from, to], self.width_px, color);
        stroke(image, &[wing(1.0), to, wing(-1.0)], self.width_px, color);
    }
}

fn vector([x, y, z]: [f32; 3]) -> Vector3<f64> {
    Vector3::new(x.into(), y.into(), z.into())
}

fn project(camera: &PinholeCamera, point: Vector3<f64>) -> Point {
    camera.project(point).map(|v| v as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use simulator::sample::{Domain, EyeLabel, Frame, LID_POINTS, SampleId};
    use std::f32::consts::TAU;

    /// A grey image of a label in which nothing lies on anything else.
    fn sample(geometry: bool, gaze: Option<Gaze>) -> Sample<Eye> {
        let geometry = geometry.then(|| EyeGeometry {
            optical_axis: Gaze::from_degrees(0.0, 0.0),
            head: Gaze::from_degrees(0.0, 0.0),
            eye_center_mm: [-10.0, -5.0, 600.0],
            cornea_center_mm: [-10.0, -5.0, 594.0],
            pupil_center_mm: [-10.0, -5.0, 590.0],
            pupil_radius_mm: 2.0,
            iris_radius_mm: 6.0,
            pupil: Ellipse::new([30.0, 18.0], 5.0, 4.0, 0.6),
            iris: Ellipse::new([31.0, 17.5], 11.0, 9.0, 0.2),
            pupil_visible: 1.0,
            iris_visible: 1.0,
            upper_lid: std::array::from_fn(|k| [4.0 + 6.0 * k as f32, 2.0]),
            lower_lid: std::array::from_fn(|k| [4.0 + 6.0 * k as f32, 33.0]),
            camera: PinholeCamera::MPIIGAZE,
        });
        let label = EyeLabel { gaze, geometry, ..EyeLabel::default() };
        let frame = Frame::from_fn(60, 36, |_, _| 128);
        Sample { id: SampleId(0), domain: Domain::Synthetic, frame, label }
    }

    /// How far the pixel nearest to an image point of the frame is from this colour, 0 to 255.
    fn distance(image: &RgbImage, scale: f32, [x, y]: Point, color: Rgb<u8>) -> u8 {
        let at = |v: f32| ((v + 0.5) * scale - 0.5).round() as u32;
        let pixel = image.get_pixel(at(x), at(y));
        let apart = pixel.0.iter().zip(color.0).map(|(a, b)| a.abs_diff(b));
        apart.max().unwrap_or(0)
    }

    #[test]
    fn ellipses_and_lids_are_drawn_where_the_label_says() {
        let sample = sample(true, None);
        for scale in [5, 10] {
            let image = with_labels(&sample, scale);
            assert_eq!(image.dimensions(), (60 * scale, 36 * scale));
            let eye = sample.label.geometry.as_ref().expect("it has one");
            let far = |point, color| distance(&image, scale as f32, point, color);
            for k in 0..24 {
                let t = k as f32 * TAU / 24.0;
                assert!(far(eye.pupil.point(t), PUPIL) < 90, "pupil at {t}");
                assert!(far(eye.iris.point(t), IRIS) < 90, "iris at {t}");
            }
            for k in 0..LID_POINTS {
                assert!(far(eye.upper_lid[k], LIDS) < 90 && far(eye.lower_lid[k], LIDS) < 90);
            }
            // Inside the pupil, and between pupil and iris, the image is untouched.
            for point in [eye.pupil.center, [23.5, 17.5], [31.0, 30.0]] {
                assert_eq!(far(point, Rgb([128; 3])), 0, "{point:?}");
            }
        }
    }

    #[test]
    fn the_eyeball_s_centre_is_projected_by_the_camera() {
        let image = with_labels(&sample(true, None), 8);
        // -10 mm and -5 mm at 1.6 px a millimetre from (30, 18).
        assert_eq!(distance(&image, 8.0, [14.0, 10.0], OPTICAL), 0);
    }

    #[test]
    fn a_real_eye_shows_its_gaze_alone_and_to_the_right_side() {
        // Positive yaw is to the left of the image, positive pitch is up.
        let image = with_labels(&sample(false, Some(Gaze::from_degrees(20.0, 30.0))), 6);
        let drawn = || image.enumerate_pixels().filter(|(_, _, p)| p.0 != [128; 3]);
        assert!(drawn().count() > 50);
        assert!(drawn().all(|(x, y, _)| x < 186 && y < 114), "right or below of the middle");
        let plain = with_labels(&sample(false, None), 6);
        assert_eq!(plain, sheet::enlarged(&sample(false, None).frame, 6));
    }

    #[test]
    fn a_legend_names_all_colours_and_wraps() {
        let (wide, narrow) = (legend(2000), legend(200));
        assert_eq!((wide.width(), narrow.width()), (2000, 200));
        assert!(narrow.height() > wide.height());
        for (name, color) in LEGEND {
            assert!(wide.pixels().any(|p| *p == color), "{name} is missing");
        }
        let grid = labelled_grid(&[sample(true, None), sample(true, None)], 2, 2);
        assert_eq!(grid.width(), 3 * sheet::GAP_PX + 2 * 120);
    }
}
