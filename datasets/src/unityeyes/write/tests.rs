#![allow(clippy::unwrap_used)]

use super::*;
use crate::unityeyes::file::{points, triple};
use crate::unityeyes::read::Pair;
use crate::unityeyes::{UnityEyesOptions, read};
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Eye, Sample};

/// Eyes of all directions.
fn eyes() -> Vec<Sample<Eye>> {
    EyeSampler::new(EyeConfig::preset("wide").unwrap(), 4).unwrap().render_range(0..40)
}

/// What readers do: y = height - y. Then half a pixel to our coordinates.
fn back(points: &[Triple], height: f64) -> Vec<[f64; 2]> {
    points.iter().map(|[x, y, _]| [x - 0.5, (height - y) - 0.5]).collect()
}

#[test]
fn what_is_exported_is_read_back_within_rounding() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let eyes = eyes();
    for eye in &eyes {
        write(dir, eye.id, Picture::Grey(&eye.frame), &eye.label).unwrap();
    }
    assert_eq!(crate::detect(dir).unwrap().layout, crate::Layout::UnityEyes);
    let options = UnityEyesOptions::default();
    let again: Vec<Sample<Eye>> = read(dir, &options).unwrap().map(Result::unwrap).collect();
    assert_eq!(again.len(), eyes.len());
    for (eye, again) in eyes.iter().zip(&again) {
        assert_eq!(again.id, eye.id);
        // Four decimals of a unit vector.
        let apart = |a: Gaze, b: Gaze| a.angle_to(b);
        assert!(apart(again.label.gaze.unwrap(), eye.label.gaze.unwrap()) < 2e-4);

        let path = dir.join(format!("{}.json", eye.id));
        let pair = Pair::read_file(&path, true).unwrap();
        let file: File = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let iris = points(&file.iris_2d, 32).unwrap();
        let geometry = eye.label.geometry.as_ref().unwrap();
        let [x, y, z] = pair.look;
        assert!(apart(Gaze::from_vector([x, -y, z].into()), geometry.optical_axis) < 2e-4);

        // The lids, corner to corner and back.
        let height = eye.frame.height() as f64;
        let margin = back(&pair.margin, height);
        let near = |a: [f64; 2], b: [f32; 2]| {
            let far = (a[0] - f64::from(b[0])).hypot(a[1] - f64::from(b[1]));
            assert!(far < 2e-4, "{a:?} is {far} px from {b:?}");
        };
        for k in 0..9 {
            near(margin[k], geometry.upper_lid[k]);
            near(margin[(16 - k) % 16], geometry.lower_lid[k]);
        }
        for point in back(&iris, height) {
            let rim = eye.label.geometric.unwrap().iris;
            let radius = rim.relative_radius([point[0] as f32, point[1] as f32]);
            assert!((radius - 1.0).abs() < 1e-3, "{radius}");
        }
        assert!(iris[0][0] < iris[16][0], "from the nasal end");
        assert!(iris[8][1] > iris[24][1], "upwards");
        assert_eq!(points(&file.caruncle_2d, 7).unwrap().len(), 7);
        triple(&file.head_pose).unwrap();
        // Depths in cm: those of an upright circle's points are its centre's in the mean.
        let depth_cm = iris.iter().map(|point| point[2]).sum::<f64>() / 32.0;
        let center_mm = eye.label.anatomy.as_ref().unwrap().iris_center_mm;
        assert!((depth_cm - f64::from(center_mm[2]) / 10.0).abs() < 1e-3, "{depth_cm} cm");

        // JPEG costs a few grey levels.
        let (a, b) = (eye.frame.pixels(), again.frame.pixels());
        let squares: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
        assert!((squares / a.len() as f64).sqrt() < 6.0);
    }
}

#[test]
fn the_camera_s_angles_are_those_of_the_head() {
    let close = |head: Gaze, expected: Triple| {
        for (a, b) in head_pose(head).iter().zip(expected) {
            assert!((a - b).abs() < 1e-3, "{head:?}: {:?}", head_pose(head));
        }
    };
    close(Gaze { pitch: 0.0, yaw: 0.0 }, [0.0, 180.0, 0.0]);
    // A head that faces up is seen from below, by a camera that is turned up: a negative angle of x.
    close(Gaze::from_degrees(10.0, 0.0), [350.0, 180.0, 0.0]);
    // One that faces the right of the image.
    close(Gaze::from_degrees(0.0, -30.0), [0.0, 210.0, 0.0]);
}

#[test]
fn the_eye_is_cut_out_between_its_corners() {
    let folder = tempfile::tempdir().unwrap();
    let eye = eyes().remove(0);
    write(folder.path(), eye.id, Picture::Grey(&eye.frame), &eye.label).unwrap();
    let options = UnityEyesOptions { size: Some((30, 18)), equalize: true };
    let cut = read(folder.path(), &options).unwrap().next().unwrap().unwrap();
    assert_eq!(cut.frame.size(), (30, 18));
    let range = (cut.frame.pixels().iter().min(), cut.frame.pixels().iter().max());
    assert_eq!(range, (Some(&0), Some(&255)));
}

#[test]
fn a_file_that_is_wrong_is_named_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let eye = eyes().remove(0);
    write(folder.path(), eye.id, Picture::Grey(&eye.frame), &eye.label).unwrap();
    let path = folder.path().join("0.json");
    let text = fs::read_to_string(&path).unwrap();
    let error = |text: String| {
        fs::write(&path, text).unwrap();
        let mut samples = read(folder.path(), &UnityEyesOptions::default()).unwrap();
        samples.next().unwrap().unwrap_err().to_string()
    };
    let long = error(text.replacen("\"look_vec\": \"(", "\"look_vec\": \"(9", 1));
    assert!(long.contains("0.json") && long.contains("look_vec"), "{long}");
    let gone = error(text.replacen("look_vec", "look", 1));
    assert!(gone.contains("0.json") && gone.contains("look_vec"), "{gone}");
    // The whole image needs no points; the cut needs the lids' margin.
    fs::write(&path, text.replacen("interior_margin_2d", "margin", 1)).unwrap();
    let read_with = |size| {
        let options = UnityEyesOptions { size, equalize: false };
        read(folder.path(), &options).unwrap().next().unwrap()
    };
    assert!(read_with(None).is_ok());
    assert!(read_with(Some((30, 18))).unwrap_err().to_string().contains("interior_margin_2d"));
    let label = EyeLabel::default();
    let error = write(folder.path(), eye.id, Picture::Grey(&eye.frame), &label).unwrap_err();
    assert!(error.to_string().contains("imagefolder"), "{error}");
}

#[test]
fn pairs_are_known_by_their_content_whatever_they_are_called() {
    let eyes = eyes();
    for (names, ids) in [
        (["000007", "000011"], [7, 11]),
        (["img_000007", "img_000011"], [7, 11]),
        (["a_1", "b_1"], [0, 1]),
        (["left", "right"], [0, 1]),
    ] {
        for extension in ["jpg", "JPG", "png"] {
            let folder = tempfile::tempdir().unwrap();
            let dir = folder.path();
            for (eye, name) in eyes.iter().zip(names) {
                write(dir, eye.id, Picture::Grey(&eye.frame), &eye.label).unwrap();
                let picture = dir.join(format!("{name}.{extension}"));
                match extension {
                    "png" => ::image::open(dir.join(format!("{}.jpg", eye.id)))
                        .unwrap()
                        .save(picture)
                        .unwrap(),
                    _ => {
                        fs::copy(dir.join(format!("{}.jpg", eye.id)), picture).map(|_| ()).unwrap()
                    }
                }
                let json = fs::read_to_string(dir.join(format!("{}.json", eye.id))).unwrap();
                fs::write(dir.join(format!("{name}.json")), format!("\u{feff}{json}")).unwrap();
                for old in ["jpg", "json"] {
                    fs::remove_file(dir.join(format!("{}.{old}", eye.id))).unwrap();
                }
            }
            fs::copy(dir.join(format!("{}.{extension}", names[0])), dir.join("alone.jpg")).unwrap();
            assert_eq!(crate::detect(dir).unwrap().layout, crate::Layout::UnityEyes);
            let samples = read(dir, &UnityEyesOptions::default()).unwrap();
            assert_eq!(samples.account().passed_over[0].file, "alone.jpg");
            let samples: Vec<Sample<Eye>> = samples.map(Result::unwrap).collect();
            for ((sample, eye), id) in samples.iter().zip(&eyes).zip(ids) {
                assert_eq!(sample.id, SampleId(id), "{names:?}");
                assert!(sample.label.gaze.unwrap().angle_to(eye.label.gaze.unwrap()) < 2e-4);
            }
        }
    }
}
