//! Eyes and depth hands from other people's files, and to them.
//!
//! | data set | where from | licence | labels |
//! | --- | --- | --- | --- |
//! | a [`folder`] of images | anywhere; the form of Hugging Face's ImageFolder | yours | gaze, subject, head, in `metadata.csv`, `labels.csv` or a table; or none |
//! | [`pupils`]: images with a table of pupil centres | anywhere | yours | the pupil's centre |
//! | [`places`]: a table of places on a screen | anywhere | yours | the place looked at |
//! | [`mpiigaze`]: 213,659 eyes of 15 people at their laptops | the perceptual user interfaces group of MPI Informatics and Bonn (search for "MPIIGaze") | CC BY-NC-SA 4.0: not for commercial use, and what is made from it is shared alike | gaze, subject |
//! | [`unityeyes`]: pairs of image and JSON | the program UnityEyes; also written here | for research, not for commercial use; ours as you like | gaze |
//! | [`hand::folder`] of 16-bit depth images | anywhere | yours | gesture, 21 joints in px, in a table; or none |
//! | [`hand::nyu`]: 81,009 hands of 2 people, three Kinects each | New York University (search for "NYU hand pose dataset") | CC BY 4.0 | 36 joints in mm |
//! | [`hand::msra`]: 76,375 hands of 9 people, time of flight | Microsoft Research Asia (Sun et al., CVPR 2015) | for research | 21 joints in mm, gesture, subject |
//!
//! The one design decision: **an importer is an iterator of samples** and knows nothing of where
//! they go. An exporter ([`unityeyes::write`], [`imagefolder`]) writes into the empty folder that it is
//! given, and nowhere else. All eyes come out as left eyes, inner corner on the left of the
//! image, with the gaze of [`simulator::sample::Gaze`]; hands come out as they are, with y down; what
//! is unknown is `None`.
//!
//! # A folder of images
//!
//! ```
//! use datasets::folder::{self, FolderOptions};
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path();
//! # let save = |name: &str| image::GrayImage::new(120, 72).save(dir.join(name));
//! save("a.png")?;
//! save("b.jpg")?;
//! std::fs::write(dir.join("metadata.csv"), "file_name,pitch_rad,yaw_rad\nb.jpg,0.1,-0.2\n")?;
//!
//! let options = FolderOptions { size: Some((60, 36)), ..FolderOptions::default() };
//! let samples: Vec<_> = folder::read(dir, &options)?.collect::<Result<_, _>>()?;
//! assert_eq!(samples[0].label.gaze, None);
//! assert_eq!(samples[1].label.gaze.map(|gaze| gaze.yaw), Some(-0.2));
//! assert_eq!(samples[1].frame.size(), (60, 36));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # MPIIGaze
//!
//! ```no_run
//! use datasets::mpiigaze::{self, MpiiGazeOptions};
//! let options = MpiiGazeOptions { subjects: vec!["p00".into()] };
//! for sample in mpiigaze::read("MPIIGaze".as_ref(), &options)? {
//!     let sample = sample?;
//!     assert_eq!(sample.frame.size(), (60, 36));
//! }
//! # Ok::<(), datasets::Error>(())
//! ```

mod chunks;
mod error;
pub mod folder;
pub mod gaze_table;
pub mod hand;
mod image;
pub mod imagefolder;
mod labels;
mod mat;
pub mod mpiigaze;
pub mod places;
pub mod pupils;
mod regular;
mod table;
#[cfg(test)]
mod testing;
pub mod unityeyes;

pub use error::Error;

use std::path::Path;

/// How the files of a data set are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The original download of MPIIGaze: [`mpiigaze::read`].
    MpiiGaze,
    /// Pairs of UnityEyes: [`unityeyes::read`].
    UnityEyes,
    /// NYU's depth hands: [`hand::nyu::read`].
    NyuHands,
    /// MSRA's depth hands: [`hand::msra::read`].
    MsraHands,
    /// 16-bit depth images of hands: [`hand::folder::read`].
    DepthFolder,
    /// Images in a folder: [`folder::read`].
    Folder,
}

/// Which importer the files in `dir` are for.
pub fn detect(dir: &Path) -> Layout {
    if dir.join(mpiigaze::FOLDER).is_dir() {
        Layout::MpiiGaze
    } else if unityeyes::is_layout(dir) {
        Layout::UnityEyes
    } else if hand::nyu::is_layout(dir) {
        Layout::NyuHands
    } else if hand::msra::is_layout(dir) {
        Layout::MsraHands
    } else if hand::folder::is_layout(dir) {
        Layout::DepthFolder
    } else {
        Layout::Folder
    }
}
