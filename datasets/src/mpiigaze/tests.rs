//! The importer on small files of its own making.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::testing::{Mat, mat_file};

/// A gaze that differs from row to row, in and between eyes.
fn gaze(row: usize) -> [f64; 3] {
    [0.1 * row as f64 + 0.05, -0.2, -0.9]
}

/// A pixel that says where it is.
fn pixel(row: usize, x: usize, y: usize) -> u8 {
    (row * 100 + y * 10 + x) as u8
}

/// One eye of 3x2 px, in MATLAB's order.
fn eye(rows: usize, double: bool, change: impl Fn(&mut Vec<f64>)) -> Mat {
    let (width, height) = (3, 2);
    let mut pixels = Vec::new();
    for x in 0..width {
        for y in 0..height {
            pixels.extend((0..rows).map(|row| pixel(row, x, y)));
        }
    }
    let mut gazes: Vec<f64> =
        (0..3).flat_map(|axis| (0..rows).map(move |row| gaze(row)[axis])).collect();
    change(&mut gazes);
    let dims = vec![rows, height, width];
    let image = match double {
        true => Mat::F64(dims, pixels.into_iter().map(f64::from).collect()),
        false => Mat::U8(dims, pixels),
    };
    let pose = Mat::F64(vec![rows, 3], vec![0.0; 3 * rows]);
    Mat::Struct(vec![("gaze", Mat::F64(vec![rows, 3], gazes)), ("image", image), ("pose", pose)])
}

fn data(left: Mat, right: Mat) -> Vec<u8> {
    mat_file(&[("data", Mat::Struct(vec![("left", left), ("right", right)]))], false, true)
}

/// A download with these files.
fn download(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = root.path().join(FOLDER).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

fn import(root: &Path, subjects: &[&str]) -> Result<Vec<Sample<Eye>>, Error> {
    let subjects = subjects.iter().map(|s| s.to_string()).collect();
    read(root, &MpiiGazeOptions { subjects })?.collect()
}

#[test]
fn samples_come_by_person_day_index_left_before_right() {
    let day = || data(eye(1, false, |_| {}), eye(2, true, |_| {}));
    let root = download(&[
        ("p01/day01.mat", day()),
        ("p00/day02.mat", day()),
        ("p00/day01.mat", day()),
        ("p00/readme.txt", vec![]),
    ]);
    let samples = import(root.path(), &[]).unwrap();
    let sources: Vec<_> = samples.iter().map(|s| s.label.source.clone().unwrap()).collect();
    assert_eq!(
        sources,
        [
            "p00/day01.mat#0/left",
            "p00/day01.mat#0/right",
            "p00/day01.mat#1/right",
            "p00/day02.mat#0/left",
            "p00/day02.mat#0/right",
            "p00/day02.mat#1/right",
            "p01/day01.mat#0/left",
            "p01/day01.mat#0/right",
            "p01/day01.mat#1/right",
        ]
    );
    assert!(samples.iter().map(|s| s.id.0).eq(0..9));
    assert_eq!(samples[6].label.subject.as_deref(), Some("p01"));
    assert_eq!(import(root.path(), &["p01"]).unwrap().len(), 3);
}

#[test]
fn right_eyes_are_mirrored_with_their_gaze_and_left_ones_are_not() {
    let root = download(&[("p00/day01.mat", data(eye(2, false, |_| {}), eye(2, true, |_| {})))]);
    let samples = import(root.path(), &[]).unwrap();
    for row in 0..2 {
        let (left, right) = (&samples[2 * row], &samples[2 * row + 1]);
        assert_eq!(left.frame, Frame::from_fn(3, 2, |x, y| pixel(row, x, y)));
        assert_eq!(right.frame, left.frame.mirrored());
        let expected = Gaze::from_vector(Vector3::from(gaze(row)));
        assert_eq!(left.label.gaze, Some(expected));
        assert_eq!(right.label.gaze, Some(Gaze { yaw: -expected.yaw, ..expected }));
    }
}

#[test]
fn a_gaze_that_is_no_direction_is_unknown() {
    let missing = |gaze: &mut Vec<f64>| gaze[1] = f64::NAN;
    let zero = |gaze: &mut Vec<f64>| gaze.fill(0.0);
    let root = download(&[("p00/day01.mat", data(eye(3, false, missing), eye(1, false, zero)))]);
    let known: Vec<_> =
        import(root.path(), &[]).unwrap().iter().map(|s| s.label.gaze.is_some()).collect();
    assert_eq!(known, [true, false, false, true]);
}

#[test]
fn errors_name_the_file_and_what_is_wrong() {
    let error = |bytes: Vec<u8>| {
        let root = download(&[("p00/day01.mat", bytes)]);
        let error = import(root.path(), &[]).unwrap_err().to_string();
        assert!(error.contains("p00/day01.mat"), "{error}");
        error
    };
    let other = mat_file(&[("data", Mat::Struct(vec![("middle", Mat::Empty)]))], false, true);
    let text = error(other);
    assert!(
        text.contains("neither `data.left` nor") && !text.contains("get the file again"),
        "{text}"
    );
    let no_image = Mat::Struct(vec![("left", Mat::Struct(vec![("gaze", Mat::Empty)]))]);
    let text = error(mat_file(&[("data", no_image)], false, true));
    assert!(text.contains("`data.left.image` is missing"), "{text}");
    assert!(error(mat_file(&[], false, true)).contains("no variable `data`"));
    let short = |gaze: &mut Vec<f64>| gaze.truncate(3);
    let odd = match eye(2, false, short) {
        Mat::Struct(mut fields) => {
            fields[0].1 = Mat::F64(vec![1, 3], vec![0.0; 3]);
            Mat::Struct(fields)
        }
        _ => unreachable!(),
    };
    assert!(error(data(odd, eye(1, false, |_| {}))).contains("[2, 2, 3] and gaze of [1, 3]"));
    let good = data(eye(1, false, |_| {}), eye(1, false, |_| {}));
    assert!(error(good[..good.len() - 20].to_vec()).contains("byte 136: "));
    assert!(error(b"not a mat file".repeat(20)).contains("byte 126: "));
    assert!(error([b"MATLAB 7.3".as_slice(), &[0; 200]].concat()).contains("-v7"));
}

#[test]
fn a_wrong_root_or_subject_is_told_what_is_there() {
    let good = data(eye(1, false, |_| {}), eye(1, false, |_| {}));
    let root = download(&[("p00/day01.mat", good)]);
    let error = import(root.path(), &["p77"]).unwrap_err().to_string();
    assert!(error.contains("no subject \"p77\"; there are p00"), "{error}");
    let error = import(&root.path().join("Data"), &[]).unwrap_err();
    assert!(matches!(error, Error::Empty { .. }), "{error}");
}

#[test]
fn a_day_may_hold_one_eye_and_each_sample_says_which_it_is() {
    let one = |name| Mat::Struct(vec![(name, eye(2, false, |_| {}))]);
    let file = |name| mat_file(&[("data", one(name))], false, true);
    let empty = Mat::Struct(vec![("left", Mat::Empty), ("right", eye(1, false, |_| {}))]);
    let root = download(&[
        ("p00/day01.mat", file("right")),
        ("p00/day02.mat", file("left")),
        ("p00/day03.mat", mat_file(&[("data", empty)], false, true)),
        ("p00/._day01.mat", vec![0; 10]),
    ]);
    let samples = import(root.path(), &[]).unwrap();
    let told: Vec<_> = samples.iter().map(|s| (s.label.side, s.label.mirrored)).collect();
    let (right, left) = ((Some(Which::Right), Some(true)), (Some(Which::Left), Some(false)));
    assert_eq!(told, [right, right, left, left, right]);
}

#[test]
fn levels_from_0_to_1_are_no_levels() {
    let unit = Mat::F64(vec![1, 1, 2], vec![0.25, 1.0]);
    let gaze = Mat::F64(vec![1, 3], vec![0.0, 0.0, -1.0]);
    let left = Mat::Struct(vec![("image", unit), ("gaze", gaze)]);
    let file = mat_file(&[("data", Mat::Struct(vec![("left", left)]))], false, true);
    let root = download(&[("p00/day01.mat", file)]);
    assert!(import(root.path(), &[]).unwrap_err().to_string().contains("multiply them by 255"));
}
