//! Depth relative to the cube around a hand: what the networks see of a depth image.

use crate::Error;
use crate::pixel::{Kind, Pixel, Sealed};
use simulator::sample::{Cube, Frame};

/// Depth relative to a cube, in 65,535 steps from its near side to its far side (of a 300 mm cube
/// 0.0046 mm each), and one level for the background.
///
/// As a number from -1 to 1 it is (d - z) / (side / 2) for the depth d of the cube's centre z, as in
/// DeepPrior++ (Oberweger and Lepetit, 2017): one mm is as much in every image, whatever else is in
/// it. Background (no return, or behind the cube) is 1, farther than any surface; what is in front of
/// the cube is moved to its near side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RelativeDepth(u16);

/// Steps of the scale.
const STEPS: f64 = 65535.0;

impl RelativeDepth {
    /// Nothing came back, or what did stands behind the cube.
    pub const BACKGROUND: Self = Self(0);

    /// Whether the pixel shows no surface in the cube.
    pub fn is_background(self) -> bool {
        self == Self::BACKGROUND
    }

    /// The number that a network sees, -1 (near) to 1 (background).
    pub fn value(self) -> f32 {
        <Self as Pixel>::value(self.0)
    }

    /// A depth image, mm, 0 = no return, relative to this cube.
    ///
    /// # Errors
    /// If the cube has no size, or its place is not a number.
    pub fn in_cube(frame_mm: &Frame<u16>, cube: &Cube) -> Result<Frame<Self>, Error> {
        let (z, half) = depths(cube)?;
        let relative = |mm: u16| {
            let share = (f64::from(mm) - z + half) / (2.0 * half);
            if mm == 0 || share > 1.0 {
                return Self::BACKGROUND;
            }
            // The far side itself has the last level.
            Self(1 + (share * STEPS).round().clamp(0.0, STEPS - 1.0) as u16)
        };
        Ok(mapped(frame_mm, relative))
    }

    /// Back to mm, 0 = background. A depth within the cube that no network has changed comes back
    /// as it was, in cubes of less than 30 m.
    ///
    /// # Errors
    /// As [`Self::in_cube`].
    pub fn to_mm(frame: &Frame<Self>, cube: &Cube) -> Result<Frame<u16>, Error> {
        let (z, half) = depths(cube)?;
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

fn mapped<A: Copy, B: Copy>(frame: &Frame<A>, map: impl Fn(A) -> B) -> Frame<B> {
    Frame::from_fn(frame.width(), frame.height(), |x, y| map(frame.get(x, y)))
}

/// Depth of the cube's centre and half its side, mm.
fn depths(cube: &Cube) -> Result<(f64, f64), Error> {
    let (z, side) = (f64::from(cube.center_mm[2]), f64::from(cube.side_mm));
    if z.is_finite() && side.is_finite() && side > 0.0 {
        return Ok((z, side / 2.0));
    }
    Err(Error::Data {
        problem: format!("a cube of {side} mm at a depth of {z} mm has no inside"),
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

    fn cube(z: f32, side_mm: f32) -> Cube {
        Cube { center_mm: [10.0, -20.0, z], side_mm }
    }

    /// Depths 1 to 65535 mm would not fit into a cube; these do, and 0.
    fn ramp(cube: &Cube) -> Frame<u16> {
        let near = (cube.center_mm[2] - cube.side_mm / 2.0).ceil() as usize;
        let count = cube.side_mm as usize;
        Frame::from_fn(count, 2, |x, y| if y == 0 { (near + x) as u16 } else { 0 })
    }

    #[test]
    fn every_millimetre_in_the_cube_survives_the_way_through_a_tensor() {
        for cube in [cube(909.0, 300.0), cube(764.37, 250.0), cube(400.21, 7.3), cube(5e3, 9e3)] {
            let frame = ramp(&cube);
            let relative = RelativeDepth::in_cube(&frame, &cube).unwrap();
            let tensor = to_tensor(&[&relative], Scale::Range, &Device::flex());
            let back = to_frames::<RelativeDepth>(tensor).unwrap();
            assert_eq!(back[0], relative);
            assert_eq!(RelativeDepth::to_mm(&back[0], &cube).unwrap(), frame, "{cube:?}");
        }
    }

    #[test]
    fn a_value_is_the_distance_from_the_centre_in_half_sides() {
        let cube = cube(900.0, 300.0);
        let mm = [0, 600, 750, 825, 900, 1000, 1050, 1051, 5000];
        let frame = Frame::new(9, 1, mm.to_vec()).unwrap();
        let relative = RelativeDepth::in_cube(&frame, &cube).unwrap();
        let values = relative.pixels().iter().map(|depth| depth.value());
        let expected = [1.0, -1.0, -1.0, -0.5, 0.0, 2.0 / 3.0, 1.0, 1.0, 1.0];
        for ((value, expected), mm) in values.zip(expected).zip(mm) {
            assert!((value - expected).abs() < 4e-5, "{mm} mm: {value}");
        }
        let background: Vec<bool> = relative.pixels().iter().map(|d| d.is_background()).collect();
        let behind = [true, false, false, false, false, false, false, true, true];
        assert_eq!(background, behind, "only 0 and what is behind the cube");
    }

    #[test]
    fn what_a_network_pushes_to_the_far_side_is_lost_and_nothing_becomes_zero_otherwise() {
        assert_eq!(RelativeDepth::nearest(1.0), 0);
        assert_eq!(RelativeDepth::nearest(1.3), 0);
        assert_eq!(RelativeDepth::nearest(1.0 - 3e-5), 65535);
        assert_eq!(RelativeDepth::nearest(-1.2), 1);
        let near = Frame::from_fn(1, 1, |_, _| RelativeDepth(1));
        let touching = cube(50.0, 100.0);
        assert_eq!(RelativeDepth::to_mm(&near, &touching).unwrap().pixels(), [1]);
    }

    #[test]
    fn a_cube_without_an_inside_is_refused() {
        let frame = Frame::from_fn(2, 2, |_, _| 900u16);
        for cube in [cube(900.0, 0.0), cube(f32::NAN, 300.0)] {
            let message = RelativeDepth::in_cube(&frame, &cube).unwrap_err().to_string();
            assert!(message.contains("a cube of"), "{message}");
        }
    }
}
