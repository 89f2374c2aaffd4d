//! `simreal ingest` on other people's data: small folders in the forms that they have, made here.

use crate::support::simreal;
use image::{GrayImage, ImageBuffer, Luma};
use pipeline::Dataset;
use predicates::str::contains;
use simulator::sample::{Domain, Eye, Gaze, Hand, Sample, Side};
use std::fs;
use std::path::Path;

/// An image with a left and a right.
fn save(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    GrayImage::from_fn(60, 36, |x, y| Luma([(20 + 3 * x + y) as u8])).save(path).unwrap();
}

fn save_depth(path: &Path, mm: u16) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let hand = |x, y| (40..80).contains(&x) && (30..70).contains(&y);
    let image = ImageBuffer::from_fn(160, 120, |x, y| Luma([if hand(x, y) { mm } else { 0 }]));
    image.save(path).unwrap();
}

/// What the program says of this folder on its way to `out`.
fn ingest(folder: &Path, args: &[&str]) -> String {
    let _ = fs::remove_dir_all(folder.join("out"));
    let output = simreal(folder).args(["ingest", "--out", "out"]).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(folder: &Path, args: &[&str], phrases: &[&str]) {
    let mut run = simreal(folder).args(["ingest", "--out", "out"]).args(args).assert().failure();
    for phrase in phrases {
        run = run.stderr(contains(*phrase));
    }
    assert!(!folder.join("out").exists());
}

fn eyes(folder: &Path) -> Vec<Sample<Eye>> {
    let dataset = Dataset::<Eye>::open(&folder.join("out")).unwrap();
    dataset.samples().map(Result::unwrap).collect()
}

fn hands(folder: &Path) -> Vec<Sample<Hand>> {
    let dataset = Dataset::<Hand>::open(&folder.join("out")).unwrap();
    dataset.samples().map(Result::unwrap).collect()
}

fn gaze(pitch: f32, yaw: f32) -> Option<Gaze> {
    Some(Gaze { pitch, yaw })
}

#[test]
fn what_was_read_and_passed_over_is_said_and_kept_and_a_dry_run_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["a.png", "b.webp", "c.tif"] {
        let path = folder.join("in").join(name);
        save(&path.with_extension("png"));
        match name {
            "b.webp" => {
                image::open(path.with_extension("png")).unwrap().to_rgb8().save(&path).unwrap()
            }
            "c.tif" => fs::write(&path, tiff(&GrayImage::new(60, 36))).unwrap(),
            _ => continue,
        }
        fs::remove_file(path.with_extension("png")).unwrap();
    }
    for name in ["._a.png", ".DS_Store", "Thumbs.db", "note.txt", "d.heic"] {
        fs::write(folder.join("in").join(name), "x").unwrap();
    }
    let said = ingest(folder, &["in"]);
    assert!(
        said.contains("read as a folder of images of eyes") && said.contains("3 images"),
        "{said}"
    );
    assert!(said.contains("grey levels 0 to") && said.contains("1 .heic"), "{said}");
    assert_eq!(eyes(folder).len(), 3);
    let table = fs::read_to_string(folder.join("out/ingest.csv")).unwrap();
    assert!(table.starts_with("file,id,status,reason\n"), "{table}");
    for line in ["a.png,0,read,", "d.heic,,passed over,", "._a.png,,passed over,"] {
        assert!(table.contains(line), "{table}");
    }
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("out/ingest.json")).unwrap()).unwrap();
    assert_eq!(json["images"], 3);
    simreal(folder)
        .args(["inspect", "out", "--verify", "--out", "out/page.html"])
        .assert()
        .success();

    fs::remove_dir_all(folder.join("out")).unwrap();
    let run = simreal(folder).args(["ingest", "in", "--dry-run"]).assert().success();
    run.stdout(contains("3 images")).stdout(contains("nothing was written"));
    let entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(entries, ["in"]);
}

/// A bare TIFF of one strip.
fn tiff(image: &GrayImage) -> Vec<u8> {
    let mut bytes = b"II*\0".to_vec();
    bytes.extend((8 + image.len() as u32).to_le_bytes());
    bytes.extend(image.as_raw());
    let tags = [
        (256, image.width()),
        (257, image.height()),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, image.height()),
        (279, image.len() as u32),
    ];
    bytes.extend((tags.len() as u16).to_le_bytes());
    for (tag, value) in tags {
        bytes.extend((tag as u16).to_le_bytes());
        bytes.extend(4u16.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes
}

#[test]
fn a_damaged_frame_is_left_out_and_named_up_to_a_share() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for k in 0..150 {
        save(&folder.join(format!("in/{k:03}.jpg")));
    }
    let cut = fs::read(folder.join("in/070.jpg")).unwrap();
    fs::write(folder.join("in/070.jpg"), &cut[..cut.len() * 19 / 20]).unwrap();
    let said = ingest(folder, &["in"]);
    assert!(said.contains("149 images") && said.contains("1 images can't be read"), "{said}");
    let eyes = eyes(folder);
    assert_eq!((eyes.len(), eyes[70].id.0), (149, 71));
    let table = fs::read_to_string(folder.join("out/ingest.csv")).unwrap();
    assert!(table.contains("070.jpg,,damaged,") && table.contains("it was cut"), "{table}");
    fs::remove_dir_all(folder.join("out")).unwrap();
    refused(folder, &["in", "--max-bad", "0"], &["070.jpg", "it was cut", "--max-bad"]);
    fs::write(folder.join("in/071.jpg"), "").unwrap();
    refused(folder, &["in"], &["2 of 150 images"]);
}

#[test]
fn a_wrong_level_or_a_single_file_is_told_what_to_give() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let day = folder.join("in/MPIIGaze/Data/Normalized/p00/day01.mat");
    fs::create_dir_all(day.parent().unwrap()).unwrap();
    fs::write(&day, "MATLAB 5.0").unwrap();
    for path in [
        "in",
        "in/MPIIGaze/Data",
        "in/MPIIGaze/Data/Normalized",
        "in/MPIIGaze/Data/Normalized/p00/day01.mat",
    ] {
        refused(folder, &[path], &["MPIIGaze lies in", "give in/MPIIGaze\n"]);
    }
    save(&folder.join("eyes/crops/a.png"));
    refused(folder, &["eyes"], &["give eyes/crops"]);
    refused(folder, &["eyes/crops/a.png"], &["give eyes/crops"]);
    for (name, remedy) in [
        ("gaze.h5", "examples/unpack_gaze.py"),
        ("gaze.npz", "examples/unpack_gaze.py"),
        ("eyes.tar", "tar -xf"),
        ("eyes.zip", "unzip"),
        ("eyes.mp4", "ffmpeg -i"),
        ("eyes.arrow", "to_parquet"),
        ("eyes.docx", "no file that is read"),
    ] {
        fs::create_dir_all(folder.join("files")).unwrap();
        fs::write(folder.join("files").join(name), "x").unwrap();
        refused(folder, &[&format!("files/{name}")], &[name, remedy]);
        fs::remove_file(folder.join("files").join(name)).unwrap();
    }
    refused(folder, &["files"], &["nothing to read here", "Looked for", "MPIIGaze", "--as"]);
    refused(folder, &["eyes/crops", "--as", "cats"], &["--as cats", "mpiigaze"]);
}

#[test]
fn labels_come_along_whatever_the_table_s_dialect() {
    for (name, text) in [
        ("metadata.csv", "file_name;pitch_rad;yaw_rad\na.png;0,1;-0,2\n"),
        ("labels.csv", "\u{feff}File,Pitch_Rad,Yaw_Rad\r\n./train\\a.png,0.1,-0.2\r\n"),
        ("metadata.csv", "file_name,pitch_rad,yaw_rad\ntrain/a.png,0.1,-0.2\n"),
        (
            "train/metadata.jsonl",
            "{\"file_name\": \"a.png\", \"pitch_rad\": 0.1, \"yaw_rad\": -0.2}\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let below = if text.contains(';') { "in/a.png" } else { "in/train/a.png" };
        save(&folder.join(below));
        fs::write(folder.join("in").join(name), text).unwrap();
        ingest(folder, &["in"]);
        let eyes = eyes(folder);
        assert_eq!((eyes.len(), eyes[0].label.gaze), (1, gaze(0.1, -0.2)), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    save(&folder.join("in/a.png"));
    fs::write(folder.join("in/labels.csv"), "image,pitch,yaw,mood\na.png,0.1,-0.2,calm\n").unwrap();
    refused(folder, &["in"], &["labels.csv", "--columns file=image,pitch=pitch,yaw=yaw"]);
    let said = ingest(folder, &["in", "--columns", "file=image,pitch=pitch,yaw=yaw"]);
    assert!(said.contains("1 with gaze") && said.contains("mood"), "{said}");
    assert_eq!(eyes(folder)[0].label.gaze, gaze(0.1, -0.2));
    let table = fs::read_to_string(folder.join("out/ingest.csv")).unwrap();
    assert_eq!(table, "file,id,status,reason,mood\na.png,0,read,,calm\n");
    assert!(ingest(folder, &["in", "--unlabelled"]).contains("none with a label"));
}

#[test]
fn depth_is_never_filed_as_eyes_nor_renders_as_real() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    save_depth(&folder.join("hands/depth_0.png"), 500);
    save(&folder.join("hands/color_0.png"));
    let said = ingest(folder, &["hands"]);
    assert!(
        said.contains("depth images of hands") && said.contains("depth mm 500 to 500"),
        "{said}"
    );
    assert_eq!(hands(folder).len(), 1);
    fs::remove_dir_all(folder.join("out")).unwrap();
    save_depth(&folder.join("far/0.png"), 4000);
    refused(folder, &["far"], &["4000 mm", "--depth-unit"]);
    ingest(folder, &["far", "--depth-unit", "0.125"]);
    assert_eq!(hands(folder)[0].frame.pixels().iter().max(), Some(&500));

    // What a table says of where pixels come from is kept.
    save(&folder.join("sim/a.png"));
    fs::write(folder.join("sim/metadata.csv"), "file_name,domain\na.png,synthetic\n").unwrap();
    ingest(folder, &["sim"]);
    assert_eq!(eyes(folder)[0].domain, Domain::Synthetic);
}

#[test]
fn side_and_mirror_are_kept_where_they_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    save(&folder.join("in/a.png"));
    ingest(folder, &["in", "--mirror"]);
    let label = &eyes(folder)[0].label;
    assert_eq!((label.side, label.mirrored), (Some(Side::Right), Some(true)));
    fs::write(folder.join("in/metadata.csv"), "file_name,side,mirrored\na.png,right,1\n").unwrap();
    ingest(folder, &["in"]);
    let label = &eyes(folder)[0].label;
    assert_eq!((label.side, label.mirrored), (Some(Side::Right), Some(true)));
}

#[test]
fn a_data_set_s_own_parquet_comes_back_without_its_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    simreal(folder).args(["render", "eyes", "--count", "5", "--out", "r"]).assert().success();
    refused(folder, &["r"], &["data set already"]);
    fs::create_dir(folder.join("bare")).unwrap();
    fs::rename(folder.join("r/data"), folder.join("bare/data")).unwrap();
    simreal(folder).args(["inspect", "bare"]).assert().failure().stderr(contains("ingest"));
    let said = ingest(folder, &["bare"]);
    assert!(said.contains("5 with gaze"), "{said}");
    let eyes = eyes(folder);
    assert!(eyes.len() == 5 && eyes.iter().all(|eye| eye.domain == Domain::Synthetic));
}
