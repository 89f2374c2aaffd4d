//! The importers on real files: 300 eyes of MPIIGaze in the layout of the original download, and the
//! same 300 as PNG files with `metadata.csv`; crops of UnityEyes with `labels.csv`; near-infrared patches
//! of MRL Eye with marked pupils.
//!
//! They lie in the folder that SIMREAL_DATA names, else in `../shared/data` beside the repository.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

use datasets::folder::{self, FolderOptions};
use datasets::hand::{self, HandOptions};
use datasets::mpiigaze::{self, MpiiGazeOptions};
use datasets::unityeyes::{self, UnityEyesOptions};
use datasets::{Layout, pupils};
use simulator::sample::{Eye, Gaze, Hand, Sample};
use std::path::PathBuf;

fn detect(path: &std::path::Path) -> Layout {
    datasets::detect(path).unwrap().layout
}

/// The folder of this data set, if it is there.
fn folder_of(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let data = std::env::var_os("SIMREAL_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let folder = data.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no {}; set SIMREAL_DATA", folder.display());
    None
}

#[test]
fn the_original_layout_and_the_images_are_the_same_samples() {
    let Some(folder) = folder_of("mpiigaze") else { return };
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

#[test]
fn the_original_files_of_unityeyes_are_read() {
    let Some(data) = folder_of("unityeyes") else { return };
    let full = data.join("full_800x600");
    if !full.is_dir() {
        eprintln!("skipped: there is no {}; set SIMREAL_DATA", full.display());
        return;
    }
    assert_eq!(detect(&full), Layout::UnityEyes);
    let options = UnityEyesOptions { size: Some((60, 36)), equalize: false };
    let samples: Vec<Sample<Eye>> =
        unityeyes::read(&full, &options).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(samples.len(), 248);
    assert!(samples.iter().all(|sample| sample.frame.size() == (60, 36)));
    // labels.csv: id,file,pitch_rad,yaw_rad,... of the same files.
    let table = std::fs::read_to_string(data.join("labels.csv")).unwrap();
    let mut compared = 0;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let id: u64 = cells[0].parse().unwrap();
        let Some(sample) = samples.iter().find(|sample| sample.id.0 == id) else { continue };
        let gaze = sample.label.gaze.unwrap();
        let table = Gaze { pitch: cells[2].parse().unwrap(), yaw: cells[3].parse().unwrap() };
        assert!(gaze.angle_to(table) < 1e-3, "{id}: {gaze:?}, not {table:?}");
        compared += 1;
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn unityeyes_crops_come_as_its_labels_csv_lists_them() {
    let Some(folder) = folder_of("unityeyes") else { return };
    let options = FolderOptions::default();
    let eyes: Vec<Sample<Eye>> =
        folder::read(&folder, &options).unwrap().take(300).collect::<Result<_, _>>().unwrap();
    assert_eq!(eyes[0].label.source.as_deref(), Some("crop60x36/1.png"));
    assert_eq!(eyes.len(), 300);
    for eye in &eyes {
        let gaze = eye.label.gaze.unwrap();
        assert_eq!(eye.frame.size(), (60, 36));
        assert!(gaze.pitch.abs() < 1.6 && gaze.yaw.abs() < 1.6, "{gaze:?} is not in radians");
    }
}

#[test]
fn marked_pupils_lie_in_their_images_of_many_sizes() {
    let Some(folder) = folder_of("mrl_eye") else { return };
    let images = pupils::read(&folder).unwrap();
    assert_eq!(images.len(), 2208);
    assert!(images.iter().all(|image| image.frame.contains(image.center_px)));
    let sides = images.iter().map(|image| image.frame.width());
    assert!(sides.clone().max() > sides.min());
}

#[test]
fn depth_hands_are_cut_out_with_all_of_their_reliable_joints() {
    let Some(folder) = folder_of("hand_depth") else { return };
    assert_eq!(detect(&folder.join("depth")), Layout::DepthFolder);
    let table = folder.join("labels_pseudo_joints.csv");
    assert_eq!(detect(&table), Layout::DepthFolder);
    let samples: Vec<Sample<Hand>> = hand::folder::read(&table, &HandOptions::default())
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let labelled: Vec<_> =
        samples.iter().filter_map(|s| Some((s, s.label.joints_common_px?))).collect();
    assert_eq!((samples.len(), labelled.len()), (1883, 1573));
    let (mut inside, mut on_hand, mut all) = (0, 0, 0);
    for (sample, joints) in &labelled {
        assert_eq!(sample.frame.size(), (224, 224));
        for point in joints {
            all += 1;
            if sample.frame.contains(*point) {
                inside += 1;
                let at = point.map(|v| v.round() as usize);
                on_hand += usize::from(sample.frame.get(at[0], at[1]) > 0);
            }
        }
        let hand = sample.frame.pixels().iter().filter(|&&mm| mm > 0).count();
        assert!((1_000..30_000).contains(&hand), "{hand} px of hand");
    }
    assert!(inside as f64 > 0.99 * all as f64, "{inside} of {all} joints are in the image");
    assert!(on_hand as f64 > 0.9 * all as f64, "{on_hand} of {all} joints are on the hand");

    let both = hand::folder::read(&folder, &HandOptions::default()).err().unwrap();
    assert!(matches!(both, datasets::Error::Ambiguous { .. }), "{both}");
}
