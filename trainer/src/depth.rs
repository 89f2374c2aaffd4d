//! Depth relative to the middle of a hand: what the networks see of a depth image.

use crate::Error;
use crate::pixel::{Kind, Pixel, Sealed};
use simulator::sample::{Cube, Frame};

/// The depths of an image that a network sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DepthRange {
    /// The middle, mm.
    pub center_mm: f32,
    /// How far it reaches to the front and to the back, mm.
    pub half_mm: f32,
}

impl From<Cube> for DepthRange {
    /// What lies in the cube.
    fn from(cube: Cube) -> Self {
        Self { center_mm: cube.center_mm[2], half_mm: cube.side_mm / 2.0 }
    }
}

impl DepthRange {
    /// Half the side of the cube that holds every hand of NYU, mm.
    pub const HAND_HALF_MM: f32 = 150.0;

    /// Whether a depth (mm) is one that a network sees as it is.
    pub fn contains(&self, mm: u16) -> bool {
        (f32::from(mm) - self.center_mm).abs() <= self.half_mm
    }

    /// Around the median of what an image (mm, 0 = no return) shows, for images without a cube; `None`
    /// where it shows nothing. Renders and real images have to be given their ranges by the same rule:
    /// a cube's centre and the median differ by some mm.
    pub fn around(frame_mm: &Frame<u16>, half_mm: f32) -> Option<Self> {
        let mut seen: Vec<u16> = frame_mm.pixels().iter().copied().filter(|&mm| mm > 0).collect();
        let middle = seen.len() / 2;
        let median = (!seen.is_empty()).then(|| *seen.select_nth_unstable(middle).1)?;
        Some(Self { center_mm: f32::from(median), half_mm })
    }
}

/// Depth relative to a range, in 65,535 steps from its front to its back (of 300 mm 0.0046 mm each),
/// and one level for the background.
///
/// As a number from -1 to 1 it is (d - center) / half for the depth d, as in DeepPrior++ (Oberweger
/// and Lepetit, 2017): one mm is as much in every image, whatever else is in it. Background (no
/// return, or behind the range) is 1, farther than any surface; what is in front of the range is moved
/// to its front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RelativeDepth(u16);

/// Steps of the scale.
const STEPS: f64 = 65535.0;

impl RelativeDepth {
    /// Nothing came back, or what did stands behind the range.
    pub const BACKGROUND: Self = Self(0);

    /// Whether the pixel shows no surface in the range.
    pub fn is_background(self) -> bool {
        self == Self::BACKGROUND
    }

    /// The number that a network sees, -1 (near) to 1 (background).
    pub fn value(self) -> f32 {
        <Self as Pixel>::value(self.0)
    }

    /// A depth image, mm, 0 = no return, relative to this range.
    ///
    /// # Errors
    /// If the range has no size, or its middle is not a number.
    pub fn from_mm(frame_mm: &Frame<u16>, range: DepthRange) -> Result<Frame<Self>, Error> {
        let (z, half) = depths(range)?;
        let relative = |mm: u16| {
            let share = (f64::from(mm) - z + half) / (2.0 * half);
            if mm == 0 || share > 1.0 {
                return Self::BACKGROUND;
            }
            // The back itself has the last level.
            Self(1 + (share * STEPS).round().clamp(0.0, STEPS - 1.0) as u16)
        };
        Ok(mapped(frame_mm, relative))
    }

    /// Back to mm, 0 = background. A depth within the range that no network has changed comes back
    /// as it was, in ranges of less than 30 m.
    ///
    /// # Errors
    /// As [`Self::from_mm`].
    pub fn to_mm(frame: &Frame<Self>, range: DepthRange) -> Result<Frame<u16>, Error> {
        let (z, half) = depths(range)?;
        let mm = |depth: Self| match depth.0 {
            0 => 0,
            // A surface is never 0.
            level => {
                let share = f64::from(level - 1) / STEPS;
                (z - half + 2.0 * half * share).round().clamp(1.0, 65535.0) as u16
            }
        };
        Ok(mapped(frame, mm))
    }
}

impl RelativeDepth {
    /// As [`Self::to_mm`], of a refined image whose render is `before_mm`: what the render shows outside
    /// of the range no network has seen, so it stays.
    ///
    /// # Errors
    /// As [`Self::from_mm`]; and if the sizes differ.
    pub fn to_mm_over(
        refined: &Frame<Self>,
        range: DepthRange,
        before_mm: &Frame<u16>,
    ) -> Result<Frame<u16>, Error> {
        if refined.size() != before_mm.size() {
            return Err(Error::Data {
                problem: format!("{:?} px were refined to {:?}", before_mm.size(), refined.size()),
                remedy: "give the image that was refined",
            });
        }
        let mm = Self::to_mm(refined, range)?;
        Ok(Frame::from_fn(mm.width(), mm.height(), |x, y| match before_mm.get(x, y) {
            before if before > 0 && !range.contains(before) => before,
            _ => mm.get(x, y),
        }))
    }
}

fn mapped<A: Copy, B: Copy>(frame: &Frame<A>, map: impl Fn(A) -> B) -> Frame<B> {
    Frame::from_fn(frame.width(), frame.height(), |x, y| map(frame.get(x, y)))
}

/// Middle and half of a range, mm.
fn depths(range: DepthRange) -> Result<(f64, f64), Error> {
    let (z, half) = (f64::from(range.center_mm), f64::from(range.half_mm));
    if z.is_finite() && half.is_finite() && half > 0.0 {
        return Ok((z, half));
    }
    Err(Error::Data {
        problem: format!("a range of {half} mm around a depth of {z} mm has no inside"),
        remedy: "give every depth image a cube with a side of 300 mm, say",
    })
}

impl Sealed for RelativeDepth {}

impl Pixel for RelativeDepth {
    const KIND: Kind = Kind::Depth;
    type Level = u16;

    fn levels(pixels: &[Self]) -> impl Iterator<Item = u16> {
        pixels.iter().map(|depth| depth.0)
    }

    fn from_levels(levels: Vec<u16>) -> Vec<Self> {
        levels.into_iter().map(Self).collect()
    }

    fn value(level: u16) -> f32 {
        match level {
            0 => 1.0,
            level => (f64::from(level - 1) / STEPS * 2.0 - 1.0) as f32,
        }
    }

    fn nearest(value: f32) -> u16 {
        match ((f64::from(value) + 1.0) / 2.0 * STEPS).round() {
            step if step < STEPS => 1 + step.max(0.0) as u16,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::batch::{Scale, to_frames, to_tensor};
    use burn::tensor::Device;

    fn range(center_mm: f32, side_mm: f32) -> DepthRange {
        DepthRange::from(Cube { center_mm: [10.0, -20.0, center_mm], side_mm })
    }

    /// Every mm in the range, and 0.
    fn ramp(range: DepthRange) -> Frame<u16> {
        let near = (range.center_mm - range.half_mm).ceil() as usize;
        let count = (2.0 * range.half_mm) as usize;
        Frame::from_fn(count, 2, |x, y| if y == 0 { (near + x) as u16 } else { 0 })
    }

    #[test]
    fn every_millimetre_in_the_range_survives_the_way_through_a_tensor() {
        for range in
            [range(909.0, 300.0), range(764.37, 250.0), range(400.21, 7.3), range(5e3, 9e3)]
        {
            let frame = ramp(range);
            let relative = RelativeDepth::from_mm(&frame, range).unwrap();
            let tensor = to_tensor(&[&relative], Scale::Range, &Device::flex());
            let back = to_frames::<RelativeDepth>(tensor).unwrap();
            assert_eq!(back[0], relative);
            assert_eq!(RelativeDepth::to_mm(&back[0], range).unwrap(), frame, "{range:?}");
        }
    }

    #[test]
    fn a_value_is_the_distance_from_the_centre_in_half_sides() {
        let range = range(900.0, 300.0);
        let mm = [0, 600, 750, 825, 900, 1000, 1050, 1051, 5000];
        let frame = Frame::new(9, 1, mm.to_vec()).unwrap();
        let relative = RelativeDepth::from_mm(&frame, range).unwrap();
        let values = relative.pixels().iter().map(|depth| depth.value());
        let expected = [1.0, -1.0, -1.0, -0.5, 0.0, 2.0 / 3.0, 1.0, 1.0, 1.0];
        for ((value, expected), mm) in values.zip(expected).zip(mm) {
            assert!((value - expected).abs() < 4e-5, "{mm} mm: {value}");
        }
        let background: Vec<bool> = relative.pixels().iter().map(|d| d.is_background()).collect();
        let behind = [true, false, false, false, false, false, false, true, true];
        assert_eq!(background, behind, "only 0 and what is behind the range");
    }

    #[test]
    fn what_a_network_pushes_to_the_far_side_is_lost_and_nothing_becomes_zero_otherwise() {
        assert_eq!(RelativeDepth::nearest(1.0), 0);
        assert_eq!(RelativeDepth::nearest(1.3), 0);
        assert_eq!(RelativeDepth::nearest(1.0 - 3e-5), 65535);
        assert_eq!(RelativeDepth::nearest(-1.2), 1);
        let near = Frame::from_fn(1, 1, |_, _| RelativeDepth(1));
        let touching = range(50.0, 100.0);
        assert_eq!(RelativeDepth::to_mm(&near, touching).unwrap().pixels(), [1]);
    }

    #[test]
    fn a_hand_that_nothing_has_changed_comes_back_whole_also_outside_of_the_range() {
        let range = range(900.0, 300.0);
        let before = Frame::new(6, 1, vec![0, 600, 760, 900, 1050, 1200]).unwrap();
        let relative = RelativeDepth::from_mm(&before, range).unwrap();
        assert_ne!(RelativeDepth::to_mm(&relative, range).unwrap(), before);
        assert_eq!(RelativeDepth::to_mm_over(&relative, range, &before).unwrap(), before);
        // What was refined is what was refined, at its ends too.
        let gone = Frame::from_fn(6, 1, |_, _| RelativeDepth::BACKGROUND);
        let left = RelativeDepth::to_mm_over(&gone, range, &before).unwrap();
        assert_eq!(left.pixels(), [0, 600, 0, 0, 0, 1200]);
        let small = Frame::from_fn(2, 1, |_, _| RelativeDepth::BACKGROUND);
        assert!(RelativeDepth::to_mm_over(&small, range, &before).is_err());
    }

    #[test]
    fn a_range_without_an_inside_is_refused() {
        let frame = Frame::from_fn(2, 2, |_, _| 900u16);
        for range in [range(900.0, 0.0), range(f32::NAN, 300.0)] {
            let message = RelativeDepth::from_mm(&frame, range).unwrap_err().to_string();
            assert!(message.contains("a range of"), "{message}");
        }
    }

    #[test]
    fn without_a_cube_the_range_is_around_the_median_of_what_is_seen() {
        let frame = Frame::new(7, 1, vec![0, 0, 900, 0, 910, 1400, 0]).unwrap();
        let around = DepthRange::around(&frame, DepthRange::HAND_HALF_MM);
        assert_eq!(around, Some(DepthRange { center_mm: 910.0, half_mm: 150.0 }));
        assert_eq!(DepthRange::around(&Frame::from_fn(3, 3, |_, _| 0), 150.0), None);
    }
}
