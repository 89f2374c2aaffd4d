//! Depth in the forms in which people have it.
use super::*;

#[test]
fn a_table_beside_depth_images_gives_the_same_as_the_table_alone() {
    let dir = tempfile::tempdir().unwrap();
    save_depth(&dir.path().join("a.png"), &square((80, 60), [20, 20, 21], 588));
    let names: Vec<String> = (0..21).flat_map(|k| [format!("u{k}"), format!("v{k}")]).collect();
    let table =
        |place: &str| format!("file,{}\na.png,{}\n", names.join(","), vec![place; 42].join(","));
    let path = dir.path().join("joints.csv");
    fs::write(&path, table("30")).unwrap();
    let from = |path: &Path| all(folder::read(path, &HandOptions::default()).unwrap());
    let samples = from(dir.path());
    assert!(samples[0].label.joints_common_px.is_some());
    assert_eq!(samples, from(&path));
    // Shares of the image, nothing at all, and another resolution.
    for (place, problem) in [("0.4", "between 0 and 1"), ("0", "(0, 0)"), ("900", "outside")] {
        fs::write(&path, table(place)).unwrap();
        let error = folder::read(dir.path(), &WHOLE).unwrap().find_map(Result::err).unwrap();
        let error = error.to_string();
        assert!(error.contains("joints.csv:2: field `u0`") && error.contains(problem), "{error}");
    }
}

#[test]
fn colour_beside_depth_is_passed_over_whichever_comes_first() {
    for (depth, colour) in [("a_depth.png", "b_color.png"), ("depth.png", "color.png")] {
        let dir = tempfile::tempdir().unwrap();
        save_depth(&dir.path().join(depth), &square((40, 30), [9, 9, 9], 600));
        ::image::RgbImage::new(40, 30).save(dir.path().join(colour)).unwrap();
        assert_eq!(detect(dir.path()), Layout::DepthFolder);
        let samples = folder::read(dir.path(), &WHOLE).unwrap();
        assert_eq!(samples.account().passed_over[0].file, colour);
        let samples = all(samples);
        assert_eq!((samples.len(), samples[0].label.source.as_deref()), (1, Some(depth)));
    }
}

#[test]
fn depth_comes_from_other_formats_and_in_other_units() {
    let dir = tempfile::tempdir().unwrap();
    let frame = square((40, 30), [9, 9, 9], 4000);
    let bytes: Vec<u8> = frame.pixels().iter().flat_map(|mm| mm.to_be_bytes()).collect();
    let pgm = [b"P5\n40 30\n65535\n".as_slice(), &bytes].concat();
    fs::write(dir.path().join("frame.pgm"), pgm).unwrap();
    assert_eq!(detect(dir.path()), Layout::DepthFolder);
    // A hand at 4 m is none, unless somebody says so.
    let error = folder::read(dir.path(), &WHOLE).unwrap().find_map(Result::err).unwrap();
    assert!(error.to_string().contains("4000 mm") && error.to_string().contains("--depth-unit"));
    for (unit, mm) in [(0.125, 500), (1.0, 4000)] {
        let options = HandOptions { depth_unit_mm: Some(unit), ..WHOLE };
        let samples = all(folder::read(dir.path(), &options).unwrap());
        assert_eq!(samples[0].frame.get(10, 10), mm);
    }
    let options = HandOptions { depth_unit_mm: Some(100.0), ..WHOLE };
    assert!(folder::read(dir.path(), &options).unwrap().next().unwrap().is_err());
}

#[test]
fn images_of_16_bits_whose_gaze_a_table_tells_are_eyes() {
    let dir = tempfile::tempdir().unwrap();
    let deep = ImageBuffer::from_fn(6, 4, |x, _| Luma([x as u16 * 257 * 40]));
    deep.save(dir.path().join("a.png")).unwrap();
    assert_eq!(detect(dir.path()), Layout::DepthFolder);
    fs::write(dir.path().join("m.csv"), "file,pitch_rad,yaw_rad\na.png,0.1,0\n").unwrap();
    assert_eq!(detect(dir.path()), Layout::Folder);
    let options = crate::folder::FolderOptions::default();
    let eyes: Vec<_> =
        crate::folder::read(dir.path(), &options).unwrap().map(Result::unwrap).collect();
    assert_eq!(eyes[0].frame.get(5, 0), 200);
}

#[test]
fn nyu_may_be_unpacked_to_grey_or_have_an_alpha_channel() {
    let dir = nyu_folder(|_, _, joint| [joint as f64, 0.0, 750.0]);
    let grey = ImageBuffer::from_fn(640, 480, |x, y| Luma([700 + x as u16 / 8 + y as u16 / 8]));
    let before = all(nyu::read(dir.path(), &WHOLE).unwrap());
    grey.save(dir.path().join("depth_1_0000002.png")).unwrap();
    let alpha = ImageBuffer::from_fn(640, 480, |x, y| {
        let mm = 700 + x as u16 / 8 + y as u16 / 8;
        ::image::Rgba([9u8, (mm >> 8) as u8, mm as u8, 255])
    });
    alpha.save(dir.path().join("depth_2_0000001.png")).unwrap();
    assert_eq!(all(nyu::read(dir.path(), &WHOLE).unwrap()), before);
}

#[test]
fn icvl_is_read_with_its_sixteen_joints() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("Depth/s1")).unwrap();
    save_depth(&dir.path().join("Depth/s1/image_0000.png"), &square((320, 240), [60, 40, 30], 500));
    let joints: Vec<String> =
        (0..16).map(|k| format!("{}.000 {}.000 505.000", 70 + k, 50 + k)).collect();
    let labels = format!("s1/image_0000.png {}\n\n", joints.join(" "));
    fs::write(dir.path().join("labels.txt"), &labels).unwrap();
    for path in ["", "labels.txt"] {
        assert_eq!(detect(&dir.path().join(path)), Layout::IcvlHands);
    }
    let samples = icvl::read(dir.path(), &HandOptions::default()).unwrap();
    let account = samples.account().clone();
    assert_eq!(account.extra_columns[..4], ["u0_px", "v0_px", "d0_mm", "u1_px"]);
    let samples = all(samples);
    let cells = &account.extra[&samples[0].id];
    assert_eq!((cells.len(), &cells[45..]), (48, &["85", "65", "505"].map(String::from)[..]));
    // The palm stands in the middle of the cut image.
    let (label, crop) = (&samples[0].label, samples[0].label.crop.unwrap());
    let at = frame::moved(&crop, [70.0, 50.0]);
    assert!(at.iter().all(|v| (v - 111.5).abs() < 1e-3), "{at:?}");
    assert_eq!(label.cube.unwrap().center_mm[2], 505.0);
    assert!(samples[0].frame.pixels().iter().all(|&mm| mm == 0 || mm == 500));
    fs::write(dir.path().join("labels.txt"), format!("{labels}s1/b.png 1 2\n")).unwrap();
    let error = icvl::read(dir.path(), &WHOLE).err().unwrap().to_string();
    assert!(error.contains("labels.txt:3: field `joints`: 2 finite numbers"), "{error}");
}

#[test]
fn a_few_bytes_that_claim_a_huge_sensor_are_refused() {
    let (dir, _) = msra_folder();
    let header = [16_384u32, 16_384, 5, 5, 6, 6].map(u32::to_le_bytes).concat();
    let patch = [header, 400f32.to_le_bytes().to_vec()].concat();
    fs::write(dir.path().join("P3/IP/000000_depth.bin"), patch).unwrap();
    let error = msra::read(dir.path(), &WHOLE).unwrap().find_map(Result::err).unwrap().to_string();
    assert!(error.contains("000000_depth.bin: byte 0") && error.contains("4096"), "{error}");
}

#[test]
fn a_folder_above_train_and_test_names_the_one_that_is_read() {
    let nyu = nyu_folder(|_, _, joint| [joint as f64, 0.0, 750.0]);
    let root = tempfile::tempdir().unwrap();
    for split in ["test", "train"] {
        fs::create_dir(root.path().join(split)).unwrap();
        for entry in fs::read_dir(nyu.path()).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, root.path().join(split).join(path.file_name().unwrap())).unwrap();
        }
    }
    let error = crate::detect(root.path()).unwrap_err().to_string();
    assert!(error.contains("NYU's hands lie in") && error.ends_with("test"), "{error}");
    // The same with depth alone, which is no folder of eyes in splits.
    for split in ["test", "train"] {
        fs::remove_dir_all(root.path().join(split)).unwrap();
        fs::create_dir(root.path().join(split)).unwrap();
        save_depth(&root.path().join(split).join("a.png"), &square((40, 30), [9, 9, 9], 600));
    }
    let error = crate::detect(root.path()).unwrap_err().to_string();
    assert!(error.contains("depth images lie in") && error.contains("1 folders"), "{error}");
}
