//! How training frames are varied before a network sees them, anew in every epoch.
//!
//! Each network says what may happen to its frames: [`GazeAugment`], [`PupilAugment`],
//! [`HandAugment`]. What can happen is written once: where a frame is looked at ([`View`](crate::view)),
//! and what light ([`tone`], [`shading`], [`reflection`]) and camera ([`blur`], [`noise`]) do to it.
//! Everything drawn comes from a generator of (seed, epoch, frame), so no order of frames and no
//! number of threads changes a bit.

mod blur;
mod compression;
mod draw;
mod gaze;
mod hand;
mod noise;
mod pupil;
mod reflection;
mod shading;
mod tone;

pub use gaze::GazeAugment;
pub use hand::HandAugment;
pub use pupil::PupilAugment;

pub(crate) use draw::between;
pub(crate) use tone::jittered;

/// Grey levels of a picture on their way from one frame to another: not rounded, and free to leave 0
/// to 255 until they are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Levels {
    width: usize,
    height: usize,
    /// Row by row.
    pub(crate) values: Vec<f32>,
}

impl Levels {
    /// Row by row.
    pub(crate) fn new((width, height): (usize, usize), values: Vec<f32>) -> Self {
        assert_eq!(values.len(), width * height, "a level for each pixel");
        Self { width, height, values }
    }

    /// Each rounded to the nearest grey level.
    pub(crate) fn rounded(self) -> simulator::sample::Frame<u8> {
        simulator::sample::Frame::from_fn(self.width, self.height, |x, y| {
            self.values[y * self.width + x].round().clamp(0.0, 255.0) as u8
        })
    }
}
