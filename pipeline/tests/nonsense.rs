//! What is under right hashes and can't be true: it is found before a value of it is used.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use pipeline::{Dataset, Error};
use simulator::sample::{Domain, Eye, Sample};
use std::fs;
use std::path::Path;
use support::{cut, sample, write};

/// A data set of two shards of two row groups each.
fn data_set(dir: &Path) {
    let samples: Vec<Sample<Eye>> = (0..8).map(sample).collect();
    write(dir, &samples, cut(2, 4));
}

/// The manifest with this change, under a right hash.
fn reseal(dir: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let path = dir.join("manifest.json");
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest.as_object_mut().unwrap().remove("blake3");
    change(&mut manifest);
    let text = durable::seal::append(&serde_json::to_string_pretty(&manifest).unwrap());
    fs::write(path, text).unwrap();
}

/// The error of whoever reads all of it, in order, as a table or shuffled.
fn refused(dir: &Path) -> Vec<String> {
    let dataset = match Dataset::<Eye>::open(dir) {
        Ok(dataset) => dataset,
        Err(error) => return vec![error.to_string()],
    };
    let reopened = || Dataset::<Eye>::open(dir).unwrap();
    vec![
        dataset.samples().find_map(Result::err).expect("read in order").to_string(),
        reopened().tables().find_map(Result::err).expect("read as a table").to_string(),
        reopened().shuffled(1, 0).take(8).find_map(Result::err).expect("shuffled").to_string(),
        reopened().range(0..99).map(|_| ()).expect_err("by position").to_string(),
    ]
}

fn assert_refused(dir: &Path, words: &str) {
    for error in refused(dir) {
        assert!(error.contains("manifest.json") && error.contains(words), "{error}");
    }
}

#[test]
fn sides_and_rows_that_no_image_has_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    data_set(&dir);
    for (width, height, words) in [
        (0, 0, "`width_px` is 0"),
        (60, 1 << 20, "`height_px` is 1048576"),
        (61, 36, "column `width` has 60, and all images are to have 61 px"),
    ] {
        reseal(&dir, |manifest| {
            manifest["width_px"] = width.into();
            manifest["height_px"] = height.into();
        });
        assert_refused(&dir, words);
    }
}

#[test]
fn a_number_of_rows_that_is_not_there_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    for (first, words) in [(1_u64 << 60, "row group 0 has"), (3, "whose hashes fit, says [3, 2]")] {
        let _ = fs::remove_dir_all(&dir);
        data_set(&dir);
        reseal(&dir, |manifest| {
            manifest["rows"] = (first + 6).into();
            manifest["shards"][0]["rows"] = (first + 2).into();
            manifest["shards"][0]["row_groups"][0]["rows"] = first.into();
        });
        assert_refused(&dir, words);
    }
}

#[test]
fn ids_that_fall_or_repeat_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    data_set(&dir);
    reseal(&dir, |manifest| manifest["shards"].as_array_mut().unwrap().swap(0, 1));
    assert_refused(&dir, "ids ascend");

    reseal(&dir, |manifest| {
        manifest["rows"] = 16.into();
        let shards = manifest["shards"].as_array_mut().unwrap();
        shards.extend(shards.clone());
    });
    assert_refused(&dir, "is listed twice");

    // The same bytes under another name.
    fs::copy(dir.join("data/part-00000.parquet"), dir.join("data/part-00002.parquet")).unwrap();
    reseal(&dir, |manifest| {
        manifest["rows"] = 12.into();
        let shards = manifest["shards"].as_array_mut().unwrap();
        shards.truncate(2);
        shards.sort_by_key(|shard| shard["file"].as_str().unwrap().to_owned());
        let mut again = shards[0].clone();
        again["file"] = "data/part-00002.parquet".into();
        shards.push(again);
    });
    for error in refused(&dir) {
        assert!(error.contains("manifest.json") && error.contains("ids ascend"), "{error}");
    }
}

#[test]
fn another_domain_than_the_rows_have_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    data_set(&dir);
    reseal(&dir, |manifest| {
        manifest["origin"]["domain"] = serde_json::to_value(Domain::Real).unwrap();
    });
    assert_refused(&dir, "column `domain`");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_an_error_and_no_wait() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    data_set(&dir);
    for file in ["data/part-00000.parquet", "manifest.json"] {
        let path = dir.join(file);
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let error = match Dataset::<Eye>::open(&dir) {
            Err(error) => error,
            Ok(dataset) => dataset.verify().unwrap_err(),
        };
        assert!(matches!(error, Error::Io { .. } | Error::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(file), "{error}");
    }
}
