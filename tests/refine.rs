//! `refine`: ids and labels of the renders, killed and started again, and no other refiner in between.

use crate::support::{TINY_SIMGAN, eyes, program, simreal, store};
use pipeline::{Cells, Dataset};
use predicates::str::contains;
use simulator::sample::{Domain, Eye, EyeLabel, Sample, SampleId};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Renders with gaps between their ids, and a refiner that was trained a little on them, twice.
fn prepared(folder: &Path, count: u64) -> Vec<Sample<Eye>> {
    let mut renders = eyes("clean", 1, count);
    for sample in &mut renders {
        sample.id = SampleId(sample.id.0 * 3 + 100);
    }
    store(&renders, Domain::Synthetic, &folder.join("rendered"));
    store(&eyes("simulated-real", 2, 24), Domain::Synthetic, &folder.join("real"));
    // Steps so large that nine of them show.
    let config = format!("refiner_learning_rate = 0.02\n{TINY_SIMGAN}");
    fs::write(folder.join("tiny.toml"), config).unwrap();
    for (out, seed) in [("training", "1"), ("other", "2")] {
        let train = ["train", "--rendered", "rendered", "--real", "real", "--config", "tiny.toml"];
        let more = ["--iterations", "3", "--seed", seed, "--out", out];
        simreal(folder).args(train).args(more).assert().success();
    }
    renders
}

fn refine(folder: &Path, out: &str, more: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder).args([
        "refine",
        "--rendered",
        "rendered",
        "--training",
        "training",
    ]);
    command.args(["--out", out]).args(more).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Every file of a data set, hidden ones too, by its path.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            all.extend(files(&path).into_iter().map(|(file, b)| (format!("{name}/{file}"), b)));
        } else {
            all.insert(name, fs::read(path).unwrap());
        }
    }
    all
}

#[test]
fn ids_and_labels_are_those_of_the_renders_and_every_image_says_how_it_turned_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let renders = prepared(folder, 40);
    assert!(refine(folder, "refined", &[]).status().unwrap().success());
    let refined: Dataset<Eye> = Dataset::open(&folder.join("refined")).unwrap();
    assert_eq!(refined.len(), renders.len());
    let (mut changed, mut measured) = (0, 0);
    for (before, after) in renders.iter().zip(refined.samples().map(Result::unwrap)) {
        assert_eq!((after.id, after.domain), (before.id, Domain::Refined));
        assert_eq!(after.frame.size(), before.frame.size());
        changed += usize::from(after.frame != before.frame);
        let refinement = after.label.refinement.unwrap();
        assert!((0.0..=1.0).contains(&refinement.realism));
        if let Some(drift_px) = refinement.drift_px {
            // A refiner of three iterations moves nothing far.
            assert!((0.0..5.0).contains(&drift_px), "{drift_px}");
            measured += 1;
        }
        assert_eq!(EyeLabel { refinement: None, ..after.label }, before.label);
    }
    assert!(changed > 30 && measured > 10, "{changed} changed, {measured} measured");
    // They are columns, shown with the others.
    let table = refined.tables().next().unwrap().unwrap();
    let column = Dataset::<Eye>::columns().find(|c| c.name == "refine_realism").unwrap();
    assert!(matches!(table.cells(column), Cells::Numbers(n) if n.iter().all(Option::is_some)));
    simreal(folder).args(["inspect", "refined", "--out", "page.html"]).assert().success();
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("refine_realism") && page.contains("refine_drift_px"));
}

#[test]
fn kills_processes_and_folders_make_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder, 400);
    let shards = ["--shards", "4"];
    assert!(refine(folder, "whole", &shards).status().unwrap().success());
    let expected = files(&folder.join("whole"));
    assert_eq!(expected.keys().filter(|name| name.ends_with(".parquet")).count(), 4);

    // Killed after its first shard, then again and again after other times.
    let receipt = folder.join("killed/.shards/00000.json");
    let mut run = refine(folder, "killed", &shards).spawn().unwrap();
    let started = Instant::now();
    while !receipt.exists() && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(run.try_wait().unwrap().is_none(), "it was still going when it was killed");
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(!folder.join("killed/manifest.json").exists());
    let first = folder.join("killed/data/part-00000.parquet");
    let written = fs::metadata(&first).unwrap().modified().unwrap();
    assert!(refine(folder, "killed", &shards).status().unwrap().success());
    assert_eq!(files(&folder.join("killed")), expected);
    assert_eq!(fs::metadata(&first).unwrap().modified().unwrap(), written, "it is not made again");

    // One process a shard, from folders of other names.
    fs::rename(folder.join("rendered"), folder.join("moved")).unwrap();
    for index in ["3", "1", "0", "2"] {
        let more = ["--rendered", "moved", "--training", "training", "--out", "tasks"];
        let one = ["--shards", "4", "--shard-index", index];
        simreal(folder).arg("refine").args(more).args(one).assert().success();
    }
    assert_eq!(files(&folder.join("tasks")), expected);
}

#[test]
fn another_refiner_or_other_images_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let renders = prepared(folder, 12);
    let one = ["--shards", "2", "--shard-index", "1"];
    assert!(refine(folder, "refined", &one).status().unwrap().success());
    store(&renders[..11], Domain::Synthetic, &folder.join("fewer"));
    for (training, rendered, word) in
        [("other", "rendered", "refiner_blake3"), ("training", "fewer", "images = 12")]
    {
        let more = ["--training", training, "--rendered", rendered, "--out", "refined"];
        let mut command = simreal(folder);
        let assert = command.arg("refine").args(more).args(["--shards", "2"]).assert().code(42);
        assert.stderr(contains("refine.toml")).stderr(contains(word)).stderr(contains("--out"));
    }
    // The right ones still go on, and a damaged checkpoint is told.
    assert!(refine(folder, "refined", &["--shards", "2"]).status().unwrap().success());
    let weights = folder.join("other/checkpoints/final/refiner.bpk");
    let mut bytes = fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&weights, bytes).unwrap();
    let more = ["--training", "other", "--rendered", "rendered", "--out", "damaged"];
    let mut command = simreal(folder);
    command.arg("refine").args(more).assert().code(42).stderr(contains("refiner.bpk"));
    assert!(!folder.join("damaged").exists());
}
