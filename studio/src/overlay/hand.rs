//! What is drawn on depth hands.

use super::{Colors, Pen, Shown};
use crate::ink::{Point, disc, stroke};
use crate::sheet;
use image::{Rgb, RgbImage};
use simulator::sample::{
    Frame, Hand, HandLabel, HandPart, Joint, JointVisibility, NYU_EVALUATED, Sample,
};

// Okabe and Ito's palette, which colour-blind people can tell apart.
const PALM: Rgb<u8> = Rgb([213, 94, 0]);
const FOREARM: Rgb<u8> = Rgb([0, 114, 178]);
const THUMB: Rgb<u8> = Rgb([230, 159, 0]);
const INDEX: Rgb<u8> = Rgb([86, 180, 233]);
const MIDDLE: Rgb<u8> = Rgb([0, 190, 140]);
const RING: Rgb<u8> = Rgb([240, 228, 66]);
const LITTLE: Rgb<u8> = Rgb([204, 121, 167]);

/// Of the common joints: the finger's colour, in their order behind the wrist.
const FINGERS: [Rgb<u8>; 5] = [THUMB, INDEX, MIDDLE, RING, LITTLE];
/// Of NYU's joints: the colour of each six.
const SIXES: [Rgb<u8>; 6] = [LITTLE, RING, MIDDLE, INDEX, THUMB, PALM];

/// Depth of a step from one pixel to the next that is an edge and no slope, mm.
const EDGE_MM: f32 = 25.0;

impl Shown for Hand {
    const LEGEND: Colors = &[
        ("palm and wrist", PALM),
        ("thumb", THUMB),
        ("index", INDEX),
        ("middle", MIDDLE),
        ("ring", RING),
        ("little finger", LITTLE),
    ];

    const MASK: &'static [(u8, &'static str, Rgb<u8>)] = &[
        (HandPart::Palm as u8, "palm", PALM),
        (HandPart::Forearm as u8, "forearm", FOREARM),
        (HandPart::Thumb as u8, "thumb", THUMB),
        (HandPart::Index as u8, "index", INDEX),
        (HandPart::Middle as u8, "middle", MIDDLE),
        (HandPart::Ring as u8, "ring", RING),
        (HandPart::Little as u8, "little", LITTLE),
    ];

    fn enlarged(frame: &Frame<u16>, scale: u32) -> RgbImage {
        sheet::enlarged(&shaded(frame), scale)
    }

    fn draw(pen: &Pen, image: &mut RgbImage, sample: &Sample<Self>) {
        let label = &sample.label;
        if let Some((joints, seen)) = common_px(label) {
            pen.draw_bones(image, &joints, &seen);
        }
        if let (Some(joints), Some(camera)) = (&label.joints_nyu, &label.camera) {
            for (k, joint) in joints.iter().enumerate() {
                let [u, v, _] = joint.uvd(camera);
                let radius = if NYU_EVALUATED.contains(&k) { 2.2 } else { 1.2 };
                pen.draw_joint(image, [u, v], radius, is_seen(joint), SIXES[k / 6]);
            }
        }
    }

    fn mask(label: &HandLabel) -> Option<&Frame<u8>> {
        label.parts.as_ref()
    }
}

fn is_seen(joint: &Joint) -> bool {
    joint.visibility.is_none_or(|flag| flag == JointVisibility::Visible)
}

/// Where the common joints are in the image, and which can be seen.
fn common_px(label: &HandLabel) -> Option<([Point; 21], [bool; 21])> {
    match (&label.joints_common, &label.camera) {
        (Some(joints), Some(camera)) => {
            let place = |joint: Joint| {
                let [u, v, _] = joint.uvd(camera);
                [u, v]
            };
            Some((joints.map(place), joints.map(|joint| is_seen(&joint))))
        }
        _ => Some((label.joints_common_px?, [true; 21])),
    }
}

impl Pen {
    /// From the wrist along every finger.
    fn draw_bones(&self, image: &mut RgbImage, joints: &[Point; 21], seen: &[bool; 21]) {
        for (finger, color) in FINGERS.into_iter().enumerate() {
            let chain = (0..5).map(|k| if k == 0 { 0 } else { 4 * finger + k });
            let points: Vec<Point> = chain.map(|joint| self.place(joints[joint])).collect();
            stroke(image, &points, self.width_px, color);
        }
        for (k, (&at, &seen)) in joints.iter().zip(seen).enumerate() {
            let color = if k == 0 { PALM } else { FINGERS[(k - 1) / 4] };
            self.draw_joint(image, at, 1.8, seen, color);
        }
    }

    /// A dot of this radius in widths of the pen, smaller where the joint is hidden.
    fn draw_joint(&self, image: &mut RgbImage, at: Point, radius: f32, seen: bool, color: Rgb<u8>) {
        let radius = if seen { radius } else { 0.5 * radius };
        disc(image, self.place(at), self.width_px * radius, color);
    }
}

/// Depth as a picture: brighter where it is nearer and where the surface faces the upper left, black
/// where nothing came back. The nearest and the farthest of the image span the levels.
fn shaded(frame: &Frame<u16>) -> Frame<u8> {
    let known = || frame.pixels().iter().copied().filter(|&mm| mm > 0).map(f32::from);
    let (near, far) = (known().fold(f32::MAX, f32::min), known().fold(0.0, f32::max));
    Frame::from_fn(frame.width(), frame.height(), |x, y| {
        let mm = f32::from(frame.get(x, y));
        if mm == 0.0 {
            return 0;
        }
        let [right, down] = slope(frame, x, y);
        // A slope of 1 mm in a pixel is about 40 degrees.
        let facing =
            (1.0 + 0.5 * (right + down)) / (1.0 + right * right + down * down).sqrt() / 1.3;
        let nearness = (far - mm) / (far - near).max(1.0);
        (55.0 + 100.0 * nearness + 95.0 * facing.clamp(0.0, 1.0)) as u8
    })
}

/// How much depth grows to the right and downwards, mm a pixel; 0 across edges.
fn slope(frame: &Frame<u16>, x: usize, y: usize) -> [f32; 2] {
    let here = f32::from(frame.get(x, y));
    let step = |x: usize, y: usize| {
        let there = f32::from(frame.get(x, y));
        (there > 0.0 && (there - here).abs() < EDGE_MM).then_some(there - here)
    };
    let mean = |back: Option<f32>, on: Option<f32>| match (back, on) {
        (Some(back), Some(on)) => (on - back) / 2.0,
        (None, Some(on)) => on,
        (Some(back), None) => -back,
        (None, None) => 0.0,
    };
    let (width, height) = frame.size();
    let left = x.checked_sub(1).and_then(|x| step(x, y));
    let right = (x + 1 < width).then(|| step(x + 1, y)).flatten();
    let up = y.checked_sub(1).and_then(|y| step(x, y));
    let down = (y + 1 < height).then(|| step(x, y + 1)).flatten();
    [mean(left, right), mean(up, down)]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::overlay::{with_labels, with_mask};
    use simulator::sample::{DepthCamera, Domain, SampleId};

    fn sample(label: HandLabel) -> Sample<Hand> {
        let frame = Frame::from_fn(40, 30, |_, _| 0);
        Sample { id: SampleId(0), domain: Domain::Synthetic, frame, label }
    }

    #[test]
    fn joints_are_drawn_where_the_camera_sees_them() {
        let camera = DepthCamera { focal_px: [100.0, 100.0], center_px: [20.0, 15.0] };
        let joint = |k: usize, visibility| Joint {
            place_mm: [k as f32 - 10.0, 5.0, 100.0],
            visibility: Some(visibility),
        };
        let label = |visibility| HandLabel {
            camera: Some(camera),
            joints_common: Some(std::array::from_fn(|k| joint(k, visibility))),
            ..HandLabel::default()
        };
        let image = with_labels(&sample(label(JointVisibility::Visible)), 8);
        // Joint k lies at (10 + k, 20); the tip of the little finger is the last.
        assert_eq!(*image.get_pixel(30 * 8 + 4, 20 * 8 + 4), LITTLE);
        assert_eq!(*image.get_pixel(10 * 8 + 2, 20 * 8 + 4), PALM);
        assert!(image.enumerate_pixels().all(|(_, y, p)| y.abs_diff(164) < 8 || p.0 == [0; 3]));
        let hidden = with_labels(&sample(label(JointVisibility::Hidden)), 8);
        let drawn = |image: &RgbImage| image.pixels().filter(|p| p.0 != [0; 3]).count();
        assert!(drawn(&hidden) < drawn(&image));
        // The same places without depth are drawn alike.
        let places = std::array::from_fn(|k| [10.0 + k as f32, 20.0]);
        let flat = HandLabel { joints_common_px: Some(places), ..HandLabel::default() };
        assert_eq!(with_labels(&sample(flat), 8), image);
    }

    #[test]
    fn nearer_is_brighter_nothing_is_black_and_slopes_have_a_side() {
        let flat = Frame::from_fn(9, 3, |x, _| [0, 700, 900][x / 3]);
        let picture = shaded(&flat);
        assert_eq!(picture.get(1, 1), 0);
        assert!(picture.get(4, 1) > picture.get(7, 1) && picture.get(7, 1) > 0);
        let ridge = Frame::from_fn(21, 3, |x, _| 800 + 2 * (x as i32 - 10).unsigned_abs() as u16);
        let picture = shaded(&ridge);
        assert!(picture.get(15, 1) != picture.get(5, 1), "both sides are as bright");
    }

    #[test]
    fn parts_tint_their_pixels_and_have_their_names() {
        let parts = Frame::from_fn(40, 30, |x, _| if x < 9 { HandPart::Thumb as u8 } else { 0 });
        let label = HandLabel { parts: Some(parts), ..HandLabel::default() };
        let image = with_mask(&sample(label), 2).unwrap();
        assert!(image.get_pixel(17, 4).0[0] > 100 && image.get_pixel(18, 4).0 == [0; 3]);
        for &(number, name, _) in Hand::MASK {
            assert_eq!(HandPart::from_name(name).map(|part| part as u8), Some(number));
        }
    }
}
