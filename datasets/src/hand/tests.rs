//! The importers against files that these tests write.
#![allow(clippy::unwrap_used)]
use super::{HandOptions, folder, frame, icvl, msra, nyu};
use crate::Layout;
use crate::error::Error;
use crate::testing::{Mat, mat_file};
use ::image::{ImageBuffer, Luma, Rgb};
use simulator::sample::{DepthCamera, Frame, Hand, Sample};
use std::fs;
use std::path::Path;

mod forms;

const WHOLE: HandOptions = HandOptions {
    size: None,
    cube_mm: 300.0,
    foreground_mm: 250.0,
    focal_px: 588.0,
    depth_unit_mm: None,
    unlabelled: false,
};

fn all(samples: impl Iterator<Item = Result<Sample<Hand>, Error>>) -> Vec<Sample<Hand>> {
    samples.collect::<Result<_, _>>().unwrap()
}

fn detect(path: &Path) -> Layout {
    crate::detect(path).unwrap().layout
}

fn save_depth(path: &Path, frame: &Frame<u16>) {
    let (width, height) = (frame.width() as u32, frame.height() as u32);
    let image =
        ImageBuffer::from_fn(width, height, |x, y| Luma([frame.get(x as usize, y as usize)]));
    image.save(path).unwrap();
}

/// A square of hand of `side` px at (x0, y0) in this depth, before a wall 400 mm behind it.
fn square(size: (usize, usize), [x0, y0, side]: [usize; 3], mm: u16) -> Frame<u16> {
    Frame::from_fn(size.0, size.1, |x, y| {
        let within = (x0..x0 + side).contains(&x) && (y0..y0 + side).contains(&y);
        if within { mm } else { mm + 400 }
    })
}

#[test]
fn depth_images_of_a_folder_come_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let frame = Frame::from_fn(9, 5, |x, y| (300 + x * 7000 + y) as u16);
    save_depth(&dir.path().join("b.png"), &frame);
    save_depth(&dir.path().join("a.png"), &square((9, 5), [2, 1, 3], 700));
    assert_eq!(detect(dir.path()), Layout::DepthFolder);
    let samples = all(folder::read(dir.path(), &WHOLE).unwrap());
    assert_eq!((samples[1].id.0, &samples[1].frame), (1, &frame));
    assert_eq!(samples[0].label.source.as_deref(), Some("a.png"));
    assert_eq!(samples[0].label.crop, None);
}

#[test]
fn a_table_gives_gestures_and_reliable_joints_and_the_cut_moves_them() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("depth")).unwrap();
    save_depth(&dir.path().join("depth/a.png"), &square((80, 90), [20, 30, 21], 588));
    save_depth(&dir.path().join("depth/b.png"), &square((70, 60), [10, 10, 10], 1176));
    let names: Vec<String> = (0..21).flat_map(|k| [format!("u{k}"), format!("v{k}")]).collect();
    let places = |at: usize| vec![format!("{at}"); 42].join(",");
    let table = format!(
        "file,letter,reliability,width,height,{}\ndepth/a.png,k,ok,80,90,{}\ndepth/b.png,y,low,70,60,{}\n",
        names.join(","),
        places(30),
        places(14),
    );
    let path = dir.path().join("joints.csv");
    fs::write(&path, &table).unwrap();
    assert_eq!((detect(dir.path()), detect(&path)), (Layout::DepthFolder, Layout::DepthFolder));

    let options = HandOptions { size: Some((60, 60)), ..HandOptions::default() };
    let samples = all(folder::read(dir.path(), &options).unwrap());
    let label = &samples[0].label;
    assert_eq!(label.gesture.as_deref(), Some("k"));
    // One px of the sensor is 1 mm at 588 mm, and 60 px show 300 mm: a fifth. The square's middle,
    // (30, 40), goes to the middle of the image, (29.5, 29.5).
    let crop = label.crop.unwrap();
    assert!(crop.scale.iter().all(|scale| (scale - 0.2).abs() < 1e-6), "{crop:?}");
    let joints = label.joints_common_px.unwrap();
    assert!((joints[20][0] - 29.5).abs() < 1e-4 && (joints[20][1] - 27.5).abs() < 1e-4);
    // 21 px of the sensor are 4 of the image; the wall is gone.
    let hand = samples[0].frame.pixels();
    assert_eq!(hand.iter().filter(|&&mm| mm > 0).count(), 16);
    assert!(hand.iter().all(|&mm| mm == 0 || mm == 588));
    // Twice as far, a px is 2 mm wide: 10 px are 20 mm are 4 px. These joints are not reliable.
    assert_eq!(samples[1].label.joints_common_px, None);
    let side = (samples[1].frame.pixels().iter().filter(|&&mm| mm > 0).count() as f32).sqrt();
    assert!((side - 4.0).abs() < 0.5, "{side}");

    // Images of two sizes can't stay whole; a table of other images is wrong.
    let error = folder::read(&path, &WHOLE).unwrap().find_map(Result::err).unwrap();
    assert!(matches!(error, Error::Size { .. }), "{error}");
    fs::write(&path, table.replace("k,ok,80", "k,ok,81")).unwrap();
    let error = folder::read(&path, &options).unwrap().find_map(Result::err).unwrap().to_string();
    assert!(error.contains("joints.csv:2: field `width`: it is 81"), "{error}");
    // Two tables: which one is meant?
    fs::write(dir.path().join("more.csv"), "file\ndepth/a.png\n").unwrap();
    assert!(matches!(folder::read(dir.path(), &options), Err(Error::Ambiguous { .. })));
}

#[test]
fn a_cut_or_changed_png_is_named_with_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.png");
    save_depth(&path, &Frame::from_fn(40, 30, |x, y| (x * y * 37) as u16));
    let whole = fs::read(&path).unwrap();
    let fault = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        frame::load(&path, 1.0).unwrap_err()
    };
    for cut in [0, 7, 20, 50, whole.len() / 2, whole.len() - 13] {
        let error = fault(&whole[..cut]);
        assert!(matches!(error, Error::Binary { .. }), "cut at {cut}: {error}");
        assert!(error.to_string().contains("a.png: byte "), "{error}");
    }
    let mut changed = whole.clone();
    changed[60] ^= 4;
    match fault(&changed) {
        // The header's chunk ends at byte 33.
        Error::Binary { byte, problem, .. } => {
            assert_eq!(byte, 33);
            assert!(problem.contains("checksum"), "{problem}");
        }
        error => panic!("{error}"),
    }
    ::image::GrayImage::new(3, 3).save(&path).unwrap();
    let error = frame::load(&path, 1.0).unwrap_err().to_string();
    assert!(error.contains("not depth in 16-bit grey"), "{error}");
}

/// A folder in NYU's form with image 2 of view 1 and image 1 of view 2, and joints at these places.
fn nyu_folder(place: impl Fn(usize, usize, usize) -> [f64; 3]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut xyz = vec![0.0; 3 * 2 * 36 * 3];
    for view in 0..3 {
        for image in 0..2 {
            for joint in 0..36 {
                for (axis, value) in place(view, image, joint).into_iter().enumerate() {
                    xyz[view + 3 * (image + 2 * (joint + 36 * axis))] = value;
                }
            }
        }
    }
    let file = mat_file(&[("joint_xyz", Mat::F64(vec![3, 2, 36, 3], xyz))], false, true);
    fs::write(dir.path().join("joint_data.mat"), file).unwrap();
    for name in ["depth_1_0000002.png", "depth_2_0000001.png"] {
        let image = ImageBuffer::from_fn(640, 480, |x, y| {
            let mm = 700 + x as u16 / 8 + y as u16 / 8;
            Rgb([9u8, (mm >> 8) as u8, mm as u8])
        });
        image.save(dir.path().join(name)).unwrap();
    }
    dir
}

#[test]
fn nyu_is_read_with_its_bytes_its_order_and_its_y() {
    let dir = nyu_folder(|view, image, joint| {
        [10.0 * view as f64 + joint as f64, 20.0 + image as f64, 750.0]
    });
    assert_eq!(detect(dir.path()), Layout::NyuHands);
    let samples = all(nyu::read(dir.path(), &WHOLE).unwrap());
    assert_eq!(samples.iter().map(|s| s.id.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(samples[0].frame.get(80, 16), 712);
    let label = &samples[1].label;
    let joint = label.joints_nyu.unwrap()[7];
    assert_eq!(joint.place_mm, [17.0, -20.0, 750.0]);
    // NYU's own formula: u = x fx / z + cx, v = cy - y fy / z with y up.
    let [u, v, d] = joint.uvd(&label.camera.unwrap());
    assert!((u - (17.0 * 588.03 / 750.0 + 320.0)).abs() < 1e-3);
    assert!((v - (240.0 - 20.0 * 587.07 / 750.0)).abs() < 1e-3 && d == 750.0);

    // Cut out, the palm stands in the middle and what is out of the cube's depth is gone.
    let cut = all(nyu::read(dir.path(), &HandOptions::default()).unwrap());
    let label = &cut[0].label;
    let [u, v, _] = label.joints_nyu.unwrap()[32].uvd(&label.camera.unwrap());
    assert!((u - 111.5).abs() < 1e-2 && (v - 111.5).abs() < 1e-2, "{u} {v}");
    assert!(label.cube.unwrap().contains(label.joints_nyu.unwrap()[35].place_mm));
    assert!(cut[0].frame.pixels().iter().all(|&mm| mm == 0 || (600..=900).contains(&mm)));
    // A pixel of the cut image is the sensor's nearest one.
    let crop = label.crop.unwrap();
    let at = frame::moved(&crop, [300.0, 250.0]).map(|v| v.round() as usize);
    assert!(cut[0].frame.get(at[0], at[1]).abs_diff(700 + 37 + 31) <= 1);
}

#[test]
fn a_wrong_joint_data_mat_is_named() {
    let dir = nyu_folder(|_, _, _| [0.0, 0.0, -5.0]);
    let error = nyu::read(dir.path(), &WHOLE).err().unwrap().to_string();
    assert!(error.contains("joint_data.mat: the palm"), "{error}");
    let path = dir.path().join("joint_data.mat");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = nyu::read(dir.path(), &WHOLE).err().unwrap().to_string();
    assert!(error.contains("joint_data.mat: byte 1"), "{error}");
}

/// A folder in MSRA's form: one gesture of one person, one patch of 4x3 px at (150, 100).
fn msra_folder() -> (tempfile::TempDir, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let gesture = dir.path().join("P3/IP");
    fs::create_dir_all(&gesture).unwrap();
    let joint = |k: usize| format!("{k} {} -400.5", 10 + k);
    let line: Vec<String> = (0..21).map(joint).collect();
    fs::write(gesture.join("joint.txt"), format!("1\n{}\n", line.join(" "))).unwrap();
    let header = [320u32, 240, 150, 100, 154, 103].map(u32::to_le_bytes).concat();
    let depth: Vec<u8> = (0..12).flat_map(|k| (400.0 + k as f32).to_le_bytes()).collect();
    let patch = [header, depth].concat();
    fs::write(gesture.join("000000_depth.bin"), &patch).unwrap();
    (dir, patch)
}

#[test]
fn msra_is_read_with_its_patch_its_order_and_its_axes() {
    let (dir, _) = msra_folder();
    for path in ["", "P3", "P3/IP"] {
        assert_eq!(detect(&dir.path().join(path)), Layout::MsraHands, "{path}");
    }
    let samples = all(msra::read(dir.path(), &WHOLE).unwrap());
    let (frame, label) = (&samples[0].frame, &samples[0].label);
    assert_eq!((frame.size(), frame.get(150, 100), frame.get(153, 102)), ((320, 240), 400, 411));
    assert_eq!(frame.pixels().iter().filter(|&&mm| mm > 0).count(), 12);
    let joints = label.joints_common.unwrap();
    // Wrist, thumb (17 to 20 of the file), index (1 to 4), ..., little finger (13 to 16).
    for (ours, theirs) in [(0, 0), (1, 17), (4, 20), (5, 1), (20, 16)] {
        let k = theirs as f32;
        assert_eq!(joints[ours].place_mm, [k, -10.0 - k, 400.5]);
    }
    assert_eq!((label.gesture.as_deref(), label.subject.as_deref()), (Some("IP"), Some("P3")));
    assert_eq!(label.camera, Some(DepthCamera::ICVL));

    let cut = all(msra::read(dir.path(), &HandOptions::default()).unwrap());
    let middle = cut[0].label.cube.unwrap().center_mm.map(f64::from);
    let seen = cut[0].label.camera.unwrap().project(middle.into());
    assert!(seen.iter().all(|at| (at - 111.5).abs() < 1e-3), "{seen:?}");
    assert!(cut[0].frame.get(112, 112) > 400);
}

#[test]
fn a_patch_that_is_cut_or_wrong_is_named_with_the_byte() {
    let (dir, patch) = msra_folder();
    let path = dir.path().join("P3/IP/000000_depth.bin");
    let fault = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        msra::read(dir.path(), &WHOLE).unwrap().find_map(Result::err).unwrap().to_string()
    };
    for cut in 0..patch.len() {
        let byte = if cut < 24 { cut } else { 24 };
        let error = fault(&patch[..cut]);
        assert!(error.contains(&format!("000000_depth.bin: byte {byte}: ")), "{cut}: {error}");
    }
    let changed = |at: usize, bytes: [u8; 4]| {
        let mut patch = patch.clone();
        patch[at..at + 4].copy_from_slice(&bytes);
        fault(&patch)
    };
    assert!(changed(0, u32::MAX.to_le_bytes()).contains("byte 0: an image of 4294967295x240 px"));
    assert!(changed(16, 321u32.to_le_bytes()).contains("byte 8: a patch of 150 to 321"));
    assert!(changed(32, f32::NAN.to_le_bytes()).contains("byte 32: a depth of NaN mm"));
    assert!(changed(28, (-1f32).to_le_bytes()).contains("byte 28: a depth of -1 mm"));
}

#[test]
fn a_wrong_joint_txt_is_named_with_the_line() {
    let (dir, _) = msra_folder();
    let path = dir.path().join("P3/IP/joint.txt");
    let whole = fs::read_to_string(&path).unwrap();
    for (text, expected) in [
        (whole.replace("1\n0", "2\n0"), "joint.txt:1: field `count`: 2 images"),
        (whole.replace("1\n0", "one\n0"), "joint.txt:1: field `count`: \"one\""),
        (whole.replace("400.5", "x"), "joint.txt:2: field `joints`: 42 finite numbers of 63"),
        (whole.replace("-400.5", "400.5"), "joint.txt:2: field `joints`: joint 0 lies behind"),
    ] {
        fs::write(&path, text).unwrap();
        let error = msra::read(dir.path(), &WHOLE).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
