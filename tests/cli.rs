//! Each command on a temporary folder: what it makes, and what it says when it can't.

use crate::support::{TINY_GAZE, TINY_SIMGAN, simreal};
use predicates::str::contains;
use std::fs;
use std::path::Path;

/// Runs a command that must succeed.
fn ok(folder: &Path, args: &[&str]) {
    simreal(folder).args(args).assert().success();
}

/// Runs a command that must fail with code 1 and say all of these.
fn fails(folder: &Path, args: &[&str], words: &[&str]) {
    let mut assert = simreal(folder).args(args).assert().code(1);
    for word in words {
        assert = assert.stderr(contains(*word));
    }
}

#[test]
fn every_station_works_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("simgan.toml"), TINY_SIMGAN).unwrap();
    fs::write(folder.join("gaze.toml"), TINY_GAZE).unwrap();
    let render = ["render", "eyes", "--count", "24", "--out"];
    ok(folder, &[&render[..], &["rendered"]].concat());
    ok(folder, &[&render[..], &["real", "--preset", "simulated-real", "--seed", "2"]].concat());
    ok(folder, &["inspect", "rendered", "--verify", "--out", "page.html"]);
    let train = ["train", "--rendered", "rendered", "--real", "real", "--out", "training"];
    ok(folder, &[&train[..], &["--config", "simgan.toml", "--iterations", "5"]].concat());
    ok(folder, &["refine", "--training", "training", "--rendered", "rendered", "--out", "refined"]);
    ok(folder, &["drift", "--rendered", "rendered", "--refined", "refined", "--out", "drift"]);
    // A name with a dot keeps its seeds apart.
    fs::rename(folder.join("refined"), folder.join("refined.v2")).unwrap();
    let gaze = ["gaze", "--test", "real", "--out", "gaze", "--config", "gaze.toml"];
    let on = |train| [&gaze[..], &["--seeds", "1,2", "--train", train]].concat();
    ok(folder, &on("refined.v2"));
    let result = |seed| fs::read(folder.join(format!("gaze/refined.v2-seed-{seed}.json"))).unwrap();
    assert_ne!(result(1), result(2));
    // Results are not mixed with those of other data.
    fails(folder, &on("rendered"), &["data.toml", "--out"]);
    for made in [
        "page.html",
        "training/curves.html",
        "training/sheets/iteration-000005.png",
        "training/checkpoints/final/refiner.bpk",
        "refined.v2/manifest.json",
        "drift/drift.json",
        "gaze/gaze.html",
    ] {
        assert!(folder.join(made).exists(), "{made}");
    }
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("data:image/png"));
}

#[test]
fn nothing_that_was_finished_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let render = ["render", "eyes", "--count", "3", "--out", "rendered"];
    ok(folder.path(), &render);
    let before = fs::read(folder.path().join("rendered/manifest.json")).unwrap();
    fails(folder.path(), &render, &["rendered", "--out"]);
    assert_eq!(fs::read(folder.path().join("rendered/manifest.json")).unwrap(), before);
}

#[test]
fn errors_name_the_file_the_field_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fails(folder, &["inspect", "nowhere"], &["nowhere"]);
    fails(folder, &["render", "eyes", "--preset", "list", "--out", "x"], &["mpiigaze", "list"]);
    fs::write(folder.join("eye.toml"), "[sensor]\nequalise = true\n").unwrap();
    let render = ["render", "eyes", "--config", "eye.toml", "--out", "x"];
    fails(folder, &render, &["eye.toml", "equalise", "equalize"]);
    fs::write(folder.join("eye.toml"), "samples_across = 0\n").unwrap();
    fails(folder, &render, &["samples_across"]);
    fails(folder, &["render", "eyes", "--config", "none.toml", "--out", "x"], &["none.toml"]);
    fs::create_dir(folder.join("empty")).unwrap();
    fails(folder, &["ingest", "empty", "--out", "x"], &["empty"]);
    ok(folder, &["render", "eyes", "--count", "2", "--out", "r"]);
    let train = ["train", "--rendered", "r", "--real", "r", "--out", "t"];
    let device = [&train[..], &["--device", "wgpu"]].concat();
    if !cfg!(feature = "wgpu") {
        fails(folder, &device, &["wgpu", "--features"]);
    }
    let refine = ["refine", "--training", "t", "--rendered", "r", "--out", "x"];
    fails(folder, &refine, &["no checkpoint", "train first"]);
    assert!(!folder.join("x").exists());
}

#[test]
fn wrong_arguments_are_told_from_failures_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    simreal(folder.path()).args(["render", "eyes"]).assert().code(2).stderr(contains("--out"));
    simreal(folder.path())
        .args(["ingest", ".", "--out", "x", "--size", "60by36"])
        .assert()
        .code(2)
        .stderr(contains("60x36"));
}

#[test]
fn help_teaches_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for (command, phrase) in [
        ("demo", "simulated-real"),
        ("experiment", "metadata.csv"),
        ("render", "eyes"),
        ("ingest", "Angles: (0, 0) looks into the camera"),
        ("inspect", "distribution of"),
        ("train", "simreal train --rendered rendered"),
        ("refine", "simreal refine --training training"),
        ("drift", "55 px eye width"),
        ("gaze", "k-nearest-neighbour"),
    ] {
        simreal(folder.path()).arg("--help").assert().stdout(contains(command));
        simreal(folder.path())
            .args([command, "--help"])
            .assert()
            .success()
            .stdout(contains(format!("Usage: simreal {command}")))
            .stdout(contains(phrase));
    }
}

#[test]
fn a_test_set_without_labels_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("photos")).unwrap();
    image::GrayImage::new(60, 36).save(folder.join("photos/a.png")).unwrap();
    ok(folder, &["ingest", "photos", "--out", "test"]);
    ok(folder, &["render", "eyes", "--count", "8", "--out", "r"]);
    fails(
        folder,
        &["gaze", "--train", "r", "--test", "test", "--out", "g"],
        &["a.png", "metadata.csv", "pitch_rad"],
    );
}
