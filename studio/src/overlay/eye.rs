//! What is drawn on eyes.

use super::points::{CARUNCLE, GLINT};
use super::{Colors, Pen, Shown};
use crate::ink::{Point, disc, stroke};
use crate::sheet;
use image::{Rgb, RgbImage};
use nalgebra::Vector3;
use simulator::sample::{
    Ellipse, Eye, EyeGeometry, EyeLabel, EyeRgb, Frame, Gaze, MaskClass, PinholeCamera, Sample,
};

// Okabe and Ito's palette, which colour-blind people can tell apart.
pub(super) const PUPIL: Rgb<u8> = Rgb([230, 159, 0]);
pub(super) const IRIS: Rgb<u8> = Rgb([86, 180, 233]);
pub(super) const LIDS: Rgb<u8> = Rgb([204, 121, 167]);
const OPTICAL: Rgb<u8> = Rgb([0, 190, 140]);
const VISUAL: Rgb<u8> = Rgb([240, 228, 66]);

const LEGEND: Colors = &[
    ("pupil", PUPIL),
    ("iris", IRIS),
    ("lids", LIDS),
    ("optical axis, from the eye's centre", OPTICAL),
    ("gaze (visual axis)", VISUAL),
    ("caruncle", CARUNCLE),
    ("glints", GLINT),
];

/// The colour of each class; the skin has none.
const MASK: &[(u8, &str, Rgb<u8>)] = &[
    class(MaskClass::Sclera, "sclera", Rgb([240, 240, 240])),
    class(MaskClass::Iris, "iris", IRIS),
    class(MaskClass::Pupil, "pupil", PUPIL),
    class(MaskClass::Glint, "glint", GLINT),
    class(MaskClass::Lash, "lash", Rgb([60, 60, 60])),
    class(MaskClass::Caruncle, "caruncle", CARUNCLE),
    class(MaskClass::WetLine, "wet-line", LIDS),
    class(MaskClass::Glasses, "glasses", Rgb([0, 114, 178])),
];

const fn class(
    class: MaskClass,
    name: &'static str,
    color: Rgb<u8>,
) -> (u8, &'static str, Rgb<u8>) {
    (class as u8, name, color)
}

/// Length of the arrow of gaze beyond the pupil, mm: long enough that 5 degrees can be seen.
const ARROW_MM: f64 = 16.0;

impl Shown for Eye {
    const LEGEND: Colors = LEGEND;
    const MASK: &'static [(u8, &'static str, Rgb<u8>)] = MASK;

    fn enlarged(frame: &Frame<u8>, scale: u32) -> RgbImage {
        sheet::enlarged(frame, scale)
    }

    fn draw(pen: &Pen, image: &mut RgbImage, sample: &Sample<Self>) {
        pen.draw_eye(image, sample.frame.size(), &sample.label);
    }

    fn mask(label: &EyeLabel) -> Option<&Frame<u8>> {
        label.mask.as_ref()
    }
}

impl Shown for EyeRgb {
    const LEGEND: Colors = LEGEND;
    const MASK: &'static [(u8, &'static str, Rgb<u8>)] = MASK;

    fn enlarged(frame: &Frame<[u8; 3]>, scale: u32) -> RgbImage {
        sheet::enlarged_rgb(frame, scale)
    }

    fn draw(pen: &Pen, image: &mut RgbImage, sample: &Sample<Self>) {
        pen.draw_eye(image, sample.frame.size(), &sample.label);
    }

    fn mask(label: &EyeLabel) -> Option<&Frame<u8>> {
        label.mask.as_ref()
    }
}

impl Pen {
    fn draw_eye(&self, image: &mut RgbImage, (width, height): (usize, usize), label: &EyeLabel) {
        match &label.geometry {
            Some(geometry) => self.draw_geometry(image, geometry, label.gaze),
            None => {
                if let Some(gaze) = label.gaze {
                    let middle = [(width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0];
                    self.draw_gaze_alone(image, middle, width as f32 * 0.4, gaze);
                }
            }
        }
        if let Some(landmarks) = &label.landmarks {
            self.draw_landmarks(image, landmarks);
        }
        self.draw_glints(image, label.lights.as_deref().unwrap_or_default());
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

    pub(super) fn draw_ellipse(&self, image: &mut RgbImage, ellipse: &Ellipse, color: Rgb<u8>) {
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
    use crate::overlay::{labelled_grid, legend, with_labels};
    use simulator::sample::{Domain, LID_POINTS, SampleId};
    use std::f32::consts::TAU;

    /// A grey image of a label in which nothing lies on anything else.
    fn sample(geometry: bool, gaze: Option<Gaze>) -> Sample<Eye> {
        let geometry = geometry.then(|| EyeGeometry {
            optical_axis: Gaze::from_degrees(0.0, 0.0),
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
    fn masks_name_their_classes() {
        for &(number, name, _) in MASK {
            assert_eq!(MaskClass::from_name(name).map(|class| class as u8), Some(number));
        }
    }

    #[test]
    fn a_legend_names_all_colours_and_wraps() {
        let (wide, narrow) = (legend::<Eye>(2000), legend::<Eye>(200));
        assert_eq!((wide.width(), narrow.width()), (2000, 200));
        assert!(narrow.height() > wide.height());
        for &(name, color) in LEGEND {
            assert!(wide.pixels().any(|p| *p == color), "{name} is missing");
        }
        let grid = labelled_grid(&[sample(true, None), sample(true, None)], 2, 2);
        assert_eq!(grid.width(), 3 * sheet::GAP_PX + 2 * 120);
    }
}
