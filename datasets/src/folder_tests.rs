#![allow(clippy::unwrap_used)]
use super::*;
use ::image::{GrayImage, Luma};
use simulator::sample::Frame;

#[path = "folder_label_tests.rs"]
mod labels;

/// An image that says which one it is and has a left and a right.
fn save(dir: &Path, name: &str, level: u8) {
    save_as(dir, name, level, (6, 4));
}

fn save_as(dir: &Path, name: &str, level: u8, (width, height): (u32, u32)) {
    let image = GrayImage::from_fn(width, height, |x, _| Luma([level + x as u8]));
    image.save(dir.join(name)).unwrap();
}

fn import(dir: &Path, options: &FolderOptions) -> Result<Vec<Sample<Eye>>, Error> {
    read(dir, options)?.collect()
}

#[test]
fn images_come_by_name_with_their_labels() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    save(dir, "b.png", 20);
    save(dir, "a.PNG", 10);
    save(dir, "c.pgm", 30);
    save(dir, "d.bmp", 40);
    std::fs::write(dir.join("notes.txt"), "no image").unwrap();
    std::fs::write(
        dir.join("metadata.csv"),
        "\u{feff}file_name,pitch_rad,yaw_rad,subject\nc.pgm,0.1,-0.2,me\n",
    )
    .unwrap();
    let samples = import(dir, &FolderOptions::default()).unwrap();
    let sources: Vec<_> = samples.iter().map(|s| s.label.source.as_deref().unwrap()).collect();
    assert_eq!(sources, ["a.PNG", "b.png", "c.pgm", "d.bmp"]);
    for (k, sample) in samples.iter().enumerate() {
        assert_eq!((sample.id, sample.domain), (SampleId(k as u64), Domain::Real));
        assert_eq!(sample.frame, Frame::from_fn(6, 4, |x, _| (10 * (k + 1) + x) as u8));
        assert_eq!(sample.label.gaze.is_some(), k == 2);
    }
    assert_eq!(samples[2].label.gaze, Some(Gaze { pitch: 0.1, yaw: -0.2 }));
    assert_eq!(samples[2].label.subject.as_deref(), Some("me"));
}

#[test]
fn a_labels_csv_names_the_images_that_lie_below() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    std::fs::create_dir(dir.join("crops")).unwrap();
    save(dir, "sheet.png", 90);
    save(&dir.join("crops"), "2.png", 20);
    save(&dir.join("crops"), "10.png", 10);
    let table = "id,file,pitch_rad,yaw_rad\n2,crops/2.png,0.1,-0.2\n10,crops/10.png,0.3,0\n";
    std::fs::write(dir.join("labels.csv"), table).unwrap();
    let samples = import(dir, &FolderOptions::default()).unwrap();
    let found: Vec<_> = samples
        .iter()
        .map(|s| (s.label.source.as_deref().unwrap(), s.frame.get(0, 0), s.label.gaze.unwrap()))
        .collect();
    let gaze = |pitch, yaw| Gaze { pitch, yaw };
    let expected = [("crops/2.png", 20, gaze(0.1, -0.2)), ("crops/10.png", 10, gaze(0.3, 0.0))];
    assert_eq!(found, expected);

    // A second table that names images is one too many.
    std::fs::write(dir.join("metadata.csv"), "file_name,person\nsheet.png,me\n").unwrap();
    let error = import(dir, &FolderOptions::default()).unwrap_err();
    assert!(matches!(error, Error::Ambiguous { .. }), "{error}");
}

#[test]
fn any_table_names_images_in_its_own_folder_or_in_the_one_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    std::fs::create_dir(dir.join("unlabelled")).unwrap();
    save(&dir.join("unlabelled"), "a.png", 10);
    save(&dir.join("unlabelled"), "b.png", 20);
    let people = |table: &str| -> Vec<(Option<String>, Option<Gaze>)> {
        let samples = import(&dir.join(table), &FolderOptions::default()).unwrap();
        samples.into_iter().map(|s| (s.label.subject, s.label.gaze)).collect()
    };
    let expected = [(Some("me".to_owned()), None), (Some("you".to_owned()), None)];
    std::fs::write(dir.join("unlabelled.csv"), "file_name,person\nb.png,me\na.png,you\n").unwrap();
    assert_eq!(people("unlabelled.csv"), expected);
    let table = "file,person\nunlabelled/b.png,me\nunlabelled/a.png,you\n";
    std::fs::write(dir.join("all.csv"), table).unwrap();
    assert_eq!(people("all.csv"), expected);
    assert_eq!(crate::detect(&dir.join("all.csv")).unwrap().layout, crate::Layout::Folder);

    // In a folder it is a metadata.csv, and needs no gaze either.
    std::fs::write(dir.join("unlabelled/metadata.csv"), "file_name,person\nb.png,me\n").unwrap();
    assert_eq!(people("unlabelled"), [(None, None), expected[0].clone()]);
}

#[test]
fn mirroring_turns_image_and_gaze_and_equalising_comes_last() {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "a.png", 10);
    std::fs::write(
        folder.path().join("metadata.csv"),
        "file_name,pitch_rad,yaw_rad,head_yaw_rad\na.png,0.1,-0.2,0.3\n",
    )
    .unwrap();
    let plain = import(folder.path(), &FolderOptions::default()).unwrap().remove(0);
    let options = FolderOptions { mirror: true, equalize: true, ..FolderOptions::default() };
    let turned = import(folder.path(), &options).unwrap().remove(0);
    assert_eq!(turned.frame, plain.frame.mirrored().equalized());
    assert_eq!(turned.label.gaze, Some(Gaze { pitch: 0.1, yaw: 0.2 }));
    assert_eq!(turned.label.head, Some(HeadDirection { pitch: None, yaw: -0.3 }));
    assert_eq!((plain.label.mirrored, turned.label.mirrored), (None, Some(true)));
    assert_eq!((plain.label.side, turned.label.side), (None, Some(Side::Right)));

    // The grey levels are spread after scaling: darkest and brightest are 0 and 255.
    let options = FolderOptions { equalize: true, size: Some((12, 8)), ..options };
    let scaled = import(folder.path(), &options).unwrap().remove(0).frame;
    let range = (scaled.pixels().iter().min(), scaled.pixels().iter().max());
    assert_eq!((scaled.size(), range), ((12, 8), (Some(&0), Some(&255))));
}

#[test]
fn the_first_image_of_another_size_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    save(dir, "a.png", 1);
    save(dir, "b.png", 1);
    save_as(dir, "c.png", 1, (5, 4));
    let error = import(dir, &FolderOptions::default()).unwrap_err().to_string();
    assert!(
        error.contains("c.png is 5x4 px, but ") && error.contains("a.png is 6x4 px"),
        "{error}"
    );
    assert!(error.contains("--size 6x4"), "{error}");
    let options = FolderOptions { size: Some((6, 4)), ..FolderOptions::default() };
    assert_eq!(import(dir, &options).unwrap().len(), 3);
}

#[test]
fn more_images_than_one_chunk_stay_in_order() {
    let folder = tempfile::tempdir().unwrap();
    for k in 0..crate::chunks::CHUNK + 3 {
        save(folder.path(), &format!("{k:04}.pgm"), (k % 250) as u8);
    }
    let samples = import(folder.path(), &FolderOptions::default()).unwrap();
    assert_eq!(samples.len(), crate::chunks::CHUNK + 3);
    assert!(
        samples
            .iter()
            .enumerate()
            .all(|(k, s)| { s.id.0 == k as u64 && s.frame.get(0, 0) == (k % 250) as u8 })
    );
}

#[test]
fn no_images_a_broken_one_and_a_silly_size_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let options = FolderOptions::default();
    assert!(matches!(import(dir, &options), Err(Error::Empty { .. })));
    assert!(matches!(import(&dir.join("nowhere"), &options), Err(Error::Io { .. })));
    save(dir, "a.png", 1);
    std::fs::write(dir.join("b.png"), "no image").unwrap();
    let results: Vec<_> = read(dir, &options).unwrap().collect();
    assert!(results.len() == 2 && matches!(results[1], Err(Error::Image { .. })));
    assert!(results[1].as_ref().unwrap_err().is_of_one_image());
    let options = FolderOptions { size: Some((0, 36)), ..options };
    assert!(matches!(import(dir, &options), Err(Error::TargetSize { .. })));
}

#[test]
fn a_damaged_image_is_an_error_in_its_place_and_the_others_keep_their_ids() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for k in [0, 2, 3] {
        save(dir, &format!("{k}.png"), k);
    }
    std::fs::write(dir.join("1.png"), "no image").unwrap();
    std::fs::write(
        dir.join("metadata.csv"),
        "file_name,pitch_rad,yaw_rad\n4.png,0,0\n3.png,0.1,0\n",
    )
    .unwrap();
    let samples = read(dir, &FolderOptions::default()).unwrap();
    assert_eq!(samples.account().total, Some(5));
    let results: Vec<_> = samples.collect();
    let ids: Vec<_> = results.iter().flatten().map(|sample| sample.id.0).collect();
    assert_eq!(ids, [0, 2, 3]);
    let missing = results[4].as_ref().unwrap_err().to_string();
    assert!(missing.contains("4.png: it is not there"), "{missing}");
    // A name in other letters is said, and not taken for the same.
    std::fs::write(dir.join("metadata.csv"), "file_name\n3.PNG\n0.png\n").unwrap();
    let errors: Vec<_> =
        read(dir, &FolderOptions::default()).unwrap().filter_map(Result::err).collect();
    assert!(errors.iter().any(|e| e.to_string().contains("but \"3.png\" is")), "{errors:?}");
}

#[test]
fn pixels_are_as_they_are_meant_to_be_seen() {
    use ::image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    // EXIF that says: turn by 90 degrees to the right.
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0".to_vec();
    exif.extend([0; 4]);
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.write_image(&[10, 20, 30, 40, 50, 60], 3, 2, ExtendedColorType::L8).unwrap();
    std::fs::write(dir.join("a.png"), &file).unwrap();
    let frame = import(dir, &FolderOptions::default()).unwrap().remove(0).frame;
    assert_eq!((frame.size(), frame.pixels()), ((2, 3), &[40, 10, 50, 20, 60, 30][..]));

    // The forms of one image.
    std::fs::remove_file(dir.join("a.png")).unwrap();
    for name in ["a.pgm", "b.ppm", "c.webp", "d.bmp", "e.png"] {
        let grey = GrayImage::from_fn(6, 4, |x, y| Luma([(40 * x + y) as u8]));
        match name {
            "b.ppm" | "c.webp" => ::image::DynamicImage::from(grey).to_rgb8().save(dir.join(name)),
            _ => grey.save(dir.join(name)),
        }
        .unwrap();
    }
    let samples = import(dir, &FolderOptions::default()).unwrap();
    assert!(samples.len() == 5 && samples.iter().all(|s| s.frame == samples[0].frame));
}
