//! Landmarks and glints of eyes.

use super::Pen;
use super::eye::{IRIS, LIDS, PUPIL};
use crate::ink::{disc, stroke};
use image::{Rgb, RgbImage};
use simulator::sample::{Landmarks, Light, Points, Visibility};

pub(super) const CARUNCLE: Rgb<u8> = Rgb([213, 94, 0]);
pub(super) const GLINT: Rgb<u8> = Rgb([255, 70, 200]);

impl Pen {
    /// Points that can be seen are filled, those that are hidden are small.
    pub(super) fn draw_landmarks(&self, image: &mut RgbImage, landmarks: &Landmarks) {
        self.draw_points(image, &landmarks.pupil, PUPIL);
        self.draw_points(image, &landmarks.iris, IRIS);
        self.draw_points(image, &landmarks.margin, LIDS);
        self.draw_points(image, &landmarks.caruncle, CARUNCLE);
        self.draw_points(image, &landmarks.canthi, LIDS);
    }

    fn draw_points<const N: usize>(
        &self,
        image: &mut RgbImage,
        points: &Points<N>,
        color: Rgb<u8>,
    ) {
        for (&at, &visibility) in points.at_px.iter().zip(&points.visibility) {
            let radius = if visibility == Visibility::Visible { 1.1 } else { 0.5 };
            disc(image, self.place(at), self.width_px * radius, color);
        }
    }

    /// A cross on each glint that can be seen.
    pub(super) fn draw_glints(&self, image: &mut RgbImage, lights: &[Light]) {
        for glint in lights.iter().map(|light| light.glint) {
            if glint.visibility == Visibility::Visible {
                let [x, y] = self.place(glint.at_px);
                let arm = self.width_px * 3.0;
                stroke(image, &[[x - arm, y], [x + arm, y]], self.width_px, GLINT);
                stroke(image, &[[x, y - arm], [x, y + arm]], self.width_px, GLINT);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlay::with_mask;
    use simulator::sample::{
        Domain, Eye, EyeLabel, Frame, Glint, LightKind, MaskClass, Sample, SampleId,
    };

    fn sample(label: EyeLabel) -> Sample<Eye> {
        let frame = Frame::from_fn(8, 6, |_, _| 100);
        Sample { id: SampleId(0), domain: Domain::Synthetic, frame, label }
    }

    #[test]
    fn a_mask_tints_its_pixels_and_no_others() {
        let mask = Frame::from_fn(8, 6, |x, _| if x < 3 { MaskClass::Pupil as u8 } else { 0 });
        let image = with_mask(&sample(EyeLabel { mask: Some(mask), ..EyeLabel::default() }), 4);
        let image = image.expect("it has a mask");
        assert_ne!(image.get_pixel(11, 5).0, [100; 3]);
        assert_eq!(image.get_pixel(12, 5).0, [100; 3]);
        assert!(with_mask(&sample(EyeLabel::default()), 4).is_none());
    }

    #[test]
    fn a_glint_that_is_hidden_is_not_drawn() {
        let light = |visibility| Light {
            kind: LightKind::Distant,
            vector: [0.0, 0.0, -1.0],
            power: 1.0,
            glint: Glint { at_px: [4.0, 3.0], depth_mm: 590.0, visibility },
        };
        let drawn = |visibility| {
            let lights = Some(vec![light(visibility)]);
            let image =
                crate::overlay::with_labels(&sample(EyeLabel { lights, ..EyeLabel::default() }), 8);
            image.pixels().any(|pixel| pixel.0 != [100; 3])
        };
        assert!(drawn(Visibility::Visible) && !drawn(Visibility::Hidden));
    }
}
