//! Depth hands: [`nyu`], [`msra`], [`icvl`], and any [`folder`] of 16-bit depth images.
//!
//! # How a hand is cut out
//!
//! With [`HandOptions::size`], every image is brought to one size and one scale, as networks for
//! hands want it: what is not hand becomes 0, and the image shows a cube of [`HandOptions::cube_mm`]
//! around the hand, whose front fills it. So a millimetre has the same length in all images, whatever
//! the distance. Pixels are taken from the nearest of the sensor's: a mean over an edge would be a
//! depth where nothing is. Depth itself is never changed.
//!
//! | source | hand | middle of the cube |
//! | --- | --- | --- |
//! | NYU | what lies within the cube's depth | joint 32, the palm |
//! | ICVL | what lies within the cube's depth | joint 0, the palm |
//! | MSRA | all of the file's patch | mean of the hand's points |
//! | folder | what is at most [`HandOptions::foreground_mm`] behind the 2nd percentile of depth | mean of the hand's pixels and depth |
//!
//! The crop is in the label, so all labels in px are those of the cut image. Without a size, images
//! stay as the files have them.

pub mod folder;
mod frame;
pub mod icvl;
pub mod msra;
pub mod nyu;

#[cfg(test)]
mod tests;

/// What to do with the images.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HandOptions {
    /// Cut the hand out and bring it to this width and height, px; nothing leaves images whole.
    pub size: Option<(usize, usize)>,
    /// Side of the cube around the hand, mm. 300 mm hold all joints of every NYU test image.
    pub cube_mm: f32,
    /// In a folder: what is farther behind the nearest than this is not hand, mm.
    pub foreground_mm: f32,
    /// In a folder: focal length of the camera that nobody named, px. It decides about the scale
    /// alone; a first Kinect has 588 px.
    pub focal_px: f32,
    /// In a folder: how many mm one step of a pixel is. Nothing takes steps for mm and refuses what can
    /// then be no hand ([`HAND_MM`](crate::plausible::HAND_MM)).
    pub depth_unit_mm: Option<f32>,
    /// In a folder: pass over all tables beside the images.
    pub unlabelled: bool,
}

impl Default for HandOptions {
    fn default() -> Self {
        Self {
            size: Some((224, 224)),
            cube_mm: 300.0,
            foreground_mm: 250.0,
            focal_px: 588.0,
            depth_unit_mm: None,
            unlabelled: false,
        }
    }
}
