//! `simreal pupil`: what it learns, how it goes on, and what it refuses to mix.

use crate::support::{fails, ok, simreal};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::Path;

const PUPIL: [&str; 7] = ["pupil", "--train", "r", "--preset", "demo", "--config", "short.toml"];

/// A folder with renders and settings of a training that takes a second.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let short = "epochs = 1\nside_px = 16\nchannels = [2, 2, 2]\n";
    fs::write(folder.path().join("short.toml"), short).unwrap();
    ok(folder.path(), &["render", "eyes", "--count", "16", "--out", "r"]);
    folder
}

/// A table of one image whose pupil is marked here.
fn mark(folder: &Path, x: u32) {
    fs::create_dir_all(folder.join("marked")).unwrap();
    image::GrayImage::new(80, 70).save(folder.join("marked/a.png")).unwrap();
    let marks = format!("file,pupil_x,pupil_y\na.png,{x},30\n");
    fs::write(folder.join("marked/marks.csv"), marks).unwrap();
}

#[test]
fn a_pupil_localiser_learns_from_renders_and_is_scored_on_renders_and_on_marked_images() {
    let folder = prepared();
    let folder = folder.path();
    let pupil = [&PUPIL[..], &["--seeds", "1"]].concat();
    ok(folder, &[&pupil[..], &["--test", "r", "--out", "p"]].concat());
    for file in ["pupil.toml", "pupil-seed-1.json", "pupil-seed-1/weights.bpk"] {
        assert!(folder.join("p").join(file).is_file(), "no {file}");
    }
    mark(folder, 40);
    ok(folder, &[&pupil[..], &["--test", "marked", "--out", "q"]].concat());
    fails(folder, &[&pupil[..], &["--test", ".", "--out", "s"]].concat(), &["pupil_x", "CSV"]);
}

#[test]
fn a_seed_that_is_done_is_not_trained_again_and_a_missing_one_is() {
    let folder = prepared();
    let folder = folder.path();
    let pupil = [&PUPIL[..], &["--test", "r", "--out", "p"]].concat();
    ok(folder, &[&pupil[..], &["--seeds", "1,2"]].concat());
    let of = |file: &str| fs::read(folder.join("p").join(file)).unwrap();
    let [report, weights] = ["pupil-seed-2.json", "pupil-seed-2/weights.bpk"].map(of);
    fs::remove_file(folder.join("p/pupil-seed-2.json")).unwrap();
    // What a training would write over.
    fs::write(folder.join("p/pupil-seed-1/weights.bpk"), "kept").unwrap();
    simreal(folder)
        .args([&pupil[..], &["--seeds", "1,2"]].concat())
        .assert()
        .success()
        .stdout(contains("Seed 1. ").and(contains("Seed 2. ")));
    assert_eq!(of("pupil-seed-1/weights.bpk"), b"kept");
    assert_eq!(of("pupil-seed-2/weights.bpk"), weights);
    assert_eq!(of("pupil-seed-2.json"), report);
}

#[test]
fn a_folder_holds_the_reports_of_one_test_set_and_one_limit() {
    let folder = prepared();
    let folder = folder.path();
    let out = [&PUPIL[..], &["--seeds", "1", "--out", "p"]].concat();
    mark(folder, 40);
    ok(folder, &[&out[..], &["--test", "marked"]].concat());
    fails(folder, &[&out[..], &["--test", "r"]].concat(), &["data.toml", "it says"]);
    let wider = [&out[..], &["--test", "marked", "--min-visible", "0.5"]].concat();
    fails(folder, &wider, &["data.toml", "min_visible = 0.3", "min_visible = 0.5"]);
    // Another mark in the same image is another test.
    mark(folder, 41);
    fails(folder, &[&out[..], &["--test", "marked"]].concat(), &["data.toml"]);
    mark(folder, 40);
    ok(folder, &[&out[..], &["--test", "marked"]].concat());
}
