//! The importers on real files: 300 eyes of MPIIGaze in the layout of the original download, and the
//! same 300 as PNG files with `metadata.csv`.
//!
//! They lie in the folder that SIMREAL_DATA names, else in `../shared/data` beside the repository.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

use datasets::folder::{self, FolderOptions};
use datasets::mpiigaze::{self, MpiiGazeOptions};
use datasets::{Layout, detect};
use simulator::sample::{Eye, Sample};
use std::path::PathBuf;

/// The folder of MPIIGaze, if it is there.
fn mpiigaze_folder() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let data = std::env::var_os("SIMREAL_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let folder = data.join("mpiigaze");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no {}; set SIMREAL_DATA", folder.display());
    None
}

#[test]
fn the_original_layout_and_the_images_are_the_same_samples() {
    let Some(folder) = mpiigaze_folder() else { return };
    let (native, images) = (folder.join("native_layout"), folder.join("validation"));
    assert_eq!((detect(&native), detect(&images)), (Layout::MpiiGaze, Layout::Folder));

    let options = MpiiGazeOptions::default();
    let native: Vec<Sample<Eye>> =
        mpiigaze::read(&native, &options).unwrap().collect::<Result<_, _>>().unwrap();
    let options = FolderOptions::default();
    let images: Vec<Sample<Eye>> =
        folder::read(&images, &options).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!((native.len(), images.len()), (300, 300));

    // The images are all left eyes, then all right eyes, each in the order of the original.
    let side = |side: &'static str| {
        native.iter().filter(move |s| s.label.source.as_ref().unwrap().ends_with(side))
    };
    for (original, image) in side("/left").chain(side("/right")).zip(&images) {
        let source = original.label.source.as_ref().unwrap();
        assert_eq!(original.frame, image.frame, "{source}");
        // The table has six decimals.
        let angle = original.label.gaze.unwrap().angle_to(image.label.gaze.unwrap());
        assert!(angle < 2e-6, "{source} is {angle} rad off");
        assert_eq!(original.label.subject.as_deref(), Some("p00"));
    }
}
