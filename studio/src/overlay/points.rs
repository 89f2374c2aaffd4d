//! Landmarks, glints and class masks.

use super::{IRIS, LIDS, PUPIL, Pen, Shown};
use crate::ink::{disc, stroke};
use image::{Rgb, RgbImage};
use simulator::sample::{Landmarks, Light, MaskClass, Points, Sample, Visibility};

pub(super) const CARUNCLE: Rgb<u8> = Rgb([213, 94, 0]);
pub(super) const GLINT: Rgb<u8> = Rgb([255, 70, 200]);

/// The colour of each class; the skin has none.
pub const MASK_COLORS: [(MaskClass, Rgb<u8>); 8] = [
    (MaskClass::Sclera, Rgb([240, 240, 240])),
    (MaskClass::Iris, IRIS),
    (MaskClass::Pupil, PUPIL),
    (MaskClass::Glint, GLINT),
    (MaskClass::Lash, Rgb([60, 60, 60])),
    (MaskClass::Caruncle, CARUNCLE),
    (MaskClass::WetLine, LIDS),
    (MaskClass::Glasses, Rgb([0, 114, 178])),
];

/// Part of a mask's colour in a pixel, of 256.
const TINT: u16 = 140;

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

/// The sample's image, enlarged `scale` times, tinted by the class of each pixel; none if its label
/// has no mask.
pub fn with_mask<M: Shown>(sample: &Sample<M>, scale: u32) -> Option<RgbImage> {
    let mask = sample.label.mask.as_ref()?;
    let scale = scale.max(1);
    let mut image = M::enlarged(&sample.frame, scale);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        let class = mask.get((x / scale) as usize, (y / scale) as usize);
        let color = MASK_COLORS.iter().find(|(known, _)| *known as u8 == class);
        if let Some((_, color)) = color {
            for (level, tint) in pixel.0.iter_mut().zip(color.0) {
                let mixed = u16::from(*level) * (256 - TINT) + u16::from(tint) * TINT;
                *level = (mixed / 256) as u8;
            }
        }
    }
    Some(image)
}

#[cfg(test)]
mod tests {
    use super::*;
    use simulator::sample::{Domain, Eye, EyeLabel, Frame, Glint, LightKind, SampleId};

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
                super::super::with_labels(&sample(EyeLabel { lights, ..EyeLabel::default() }), 8);
            image.pixels().any(|pixel| pixel.0 != [100; 3])
        };
        assert!(drawn(Visibility::Visible) && !drawn(Visibility::Hidden));
    }
}
