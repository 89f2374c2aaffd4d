//! What frames are made of, as the networks see it.

use crate::Error;
use serde::{Deserialize, Serialize};
use simulator::sample::Frame;

/// One pixel: a grey level (`u8`), red, green and blue (`[u8; 3]`), or a depth relative to a range
/// ([`RelativeDepth`](crate::RelativeDepth)).
///
/// Each of its numbers is a *level*, an integer that can be stored; its *value* is the number from -1
/// to 1 that stands in a tensor.
pub trait Pixel: Sealed + Copy + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// What networks for this pixel are for.
    const KIND: Kind;

    /// Numbers a pixel.
    const CHANNELS: usize = Self::KIND.channels();

    /// One of its numbers.
    type Level: Level;

    /// The numbers of these pixels, one pixel after the other.
    fn levels(pixels: &[Self]) -> impl Iterator<Item = Self::Level>;

    /// The pixels of these numbers.
    fn from_levels(levels: Vec<Self::Level>) -> Vec<Self>;

    /// The value of a level, -1 to 1.
    fn value(level: Self::Level) -> f32;

    /// The level whose value is nearest to this number, which is finite.
    fn nearest(value: f32) -> Self::Level;
}

/// An integer that is a part of a pixel.
pub trait Level: Copy + Into<f64> + Send + Sync + 'static {
    /// Its size, bytes.
    const BYTES: usize;

    /// Appends it, little end first.
    fn write(self, bytes: &mut Vec<u8>);

    /// The level of so many bytes.
    fn read(bytes: &[u8]) -> Self;
}

/// Only what a network can be built for is a pixel.
pub trait Sealed {}
impl Sealed for u8 {}
impl Sealed for [u8; 3] {}

/// What the images of a network show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Brightness.
    Grey,
    /// Red, green and blue.
    Colour,
    /// Distance from the camera.
    Depth,
}

impl Kind {
    /// Numbers a pixel.
    pub const fn channels(self) -> usize {
        match self {
            Self::Grey | Self::Depth => 1,
            Self::Colour => 3,
        }
    }

    /// What images of so many channels were before there was depth.
    pub(crate) fn of_channels(channels: usize) -> Self {
        if channels == 1 { Self::Grey } else { Self::Colour }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Colour => "colour",
            Self::Depth => "depth",
        }
    }
}

impl Level for u8 {
    const BYTES: usize = 1;

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.push(self);
    }

    fn read(bytes: &[u8]) -> Self {
        bytes[0]
    }
}

impl Level for u16 {
    const BYTES: usize = 2;

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self::from_le_bytes([bytes[0], bytes[1]])
    }
}

/// 0 to 255 becomes -1 to 1.
fn of_grey(level: u8) -> f32 {
    level as f32 / 127.5 - 1.0
}

fn nearest_grey(value: f32) -> u8 {
    ((value + 1.0) * 127.5).round().clamp(0.0, 255.0) as u8
}

impl Pixel for u8 {
    const KIND: Kind = Kind::Grey;
    type Level = u8;

    fn levels(pixels: &[Self]) -> impl Iterator<Item = u8> {
        pixels.iter().copied()
    }

    fn from_levels(levels: Vec<u8>) -> Vec<Self> {
        levels
    }

    fn value(level: u8) -> f32 {
        of_grey(level)
    }

    fn nearest(value: f32) -> u8 {
        nearest_grey(value)
    }
}

impl Pixel for [u8; 3] {
    const KIND: Kind = Kind::Colour;
    type Level = u8;

    fn levels(pixels: &[Self]) -> impl Iterator<Item = u8> {
        pixels.as_flattened().iter().copied()
    }

    fn from_levels(levels: Vec<u8>) -> Vec<Self> {
        levels.as_chunks().0.to_vec()
    }

    fn value(level: u8) -> f32 {
        of_grey(level)
    }

    fn nearest(value: f32) -> u8 {
        nearest_grey(value)
    }
}

/// The frame of this size whose pixels have these numbers, of which there must be as many.
pub(crate) fn frame_of<P: Pixel>(
    (width, height): (usize, usize),
    levels: Vec<P::Level>,
) -> Frame<P> {
    let pixels = P::from_levels(levels);
    Frame::from_fn(width, height, |x, y| pixels[y * width + x])
}

/// Checks that frames of `P` show what a network is for.
pub(crate) fn check_kind<P: Pixel>(kind: Kind) -> Result<(), Error> {
    if P::KIND == kind {
        return Ok(());
    }
    Err(Error::Data {
        problem: format!(
            "the frames are {} and the refiner learned from {} ones",
            P::KIND.name(),
            kind.name()
        ),
        remedy: "give a data set of the kind it was trained on",
    })
}
