//! `render` in shards: by many processes at once, killed and started again, on any number of threads.
//! The data set is the same, byte for byte.

use crate::support::{program, simreal};
use predicates::str::contains;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Four shards of 400 images.
const RENDER: [&str; 8] =
    ["render", "eyes", "--count", "1600", "--shards", "4", "--config", "small.toml"];

/// Images that take next to no time.
const SMALL: &str = "[camera]\nwidth = 8\nheight = 8\n";

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

fn render(folder: &Path, out: &str, more: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder).args(RENDER).args(["--out", out]).args(more);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn threads_processes_and_kills_make_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("small.toml"), SMALL).unwrap();
    for threads in ["1", "2", "7"] {
        assert!(render(folder, threads, &["--threads", threads]).status().unwrap().success());
    }
    let expected = files(&folder.join("1"));
    assert_eq!(expected.keys().filter(|name| name.ends_with(".parquet")).count(), 4);
    assert_eq!(files(&folder.join("2")), expected);
    assert_eq!(files(&folder.join("7")), expected);

    // Four processes at once, in the way of schedulers.
    let tasks = ["0", "1", "2", "3"].map(|index| {
        let mut task = render(folder, "tasks", &["--threads", "1"]);
        task.env("SLURM_ARRAY_TASK_ID", index).spawn().unwrap()
    });
    for mut task in tasks {
        assert_eq!(task.wait().unwrap().code(), Some(0));
    }
    assert_eq!(files(&folder.join("tasks")), expected);

    // One process, killed again and again after other times.
    let mut kills = 0;
    for attempt in 0.. {
        let mut run = render(folder, "killed", &["--threads", "1"]).spawn().unwrap();
        let end = Instant::now() + Duration::from_millis(20 + 37 * attempt);
        while Instant::now() < end && run.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        if run.try_wait().unwrap().is_some() {
            assert!(run.wait().unwrap().success());
            break;
        }
        run.kill().unwrap();
        run.wait().unwrap();
        kills += 1;
    }
    assert!(kills > 0, "it was killed at least once");
    assert_eq!(files(&folder.join("killed")), expected);

    // What is damaged is made again; what is whole is left alone.
    let part = folder.join("killed/data/part-00002.parquet");
    let other = folder.join("killed/data/part-00001.parquet");
    let written = fs::metadata(&other).unwrap().modified().unwrap();
    let mut bytes = fs::read(&part).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&part, bytes).unwrap();
    assert!(render(folder, "killed", &[]).status().unwrap().success());
    assert_eq!(files(&folder.join("killed")), expected);
    assert_eq!(fs::metadata(&other).unwrap().modified().unwrap(), written);
}

#[test]
fn a_run_that_is_stopped_says_whether_to_try_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("small.toml"), "[camera]\nwidth = 240\nheight = 160\n").unwrap();
    let stop = |mut run: std::process::Child| {
        std::thread::sleep(Duration::from_millis(300));
        let signal = Command::new("kill").args(["-TERM", &run.id().to_string()]).status();
        assert!(signal.unwrap().success());
        run.wait().unwrap().code()
    };
    assert_eq!(stop(render(folder, "a", &[]).spawn().unwrap()), Some(75), "a scheduler's task");
    let mut plain = Command::new(program());
    plain.current_dir(folder).args(["render", "eyes", "--count", "100000", "--out", "b"]);
    plain.args(["--config", "small.toml"]).stderr(Stdio::null());
    assert_eq!(stop(plain.spawn().unwrap()), Some(130), "a run at a terminal");
    assert!(!folder.join("a/manifest.json").exists() && !folder.join("b/manifest.json").exists());
}

#[test]
fn what_trying_again_does_not_mend_is_told_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("small.toml"), SMALL).unwrap();
    let few = ["render", "eyes", "--count", "20", "--config", "small.toml", "--out", "a"];
    let run = |more: &[&str]| {
        let mut command = simreal(folder);
        command.args(few).args(more);
        command
    };
    run(&["--shards", "2", "--shard-index", "1"]).assert().success();
    assert!(!folder.join("a/manifest.json").exists());
    let other = run(&["--shards", "2", "--seed", "2"]).assert().code(42);
    other.stderr(contains("render.toml")).stderr(contains("seed = 1")).stderr(contains("--out"));
    run(&["--shards", "2", "--shard-index", "2"]).assert().code(42).stderr(contains("0 to 1"));
    let told = run(&["--shards", "2"]).env("JOB_COMPLETION_INDEX", "two").assert().code(42);
    told.stderr(contains("JOB_COMPLETION_INDEX")).stderr(contains("--shard-index"));
    run(&["--shards", "2"]).assert().success().stdout(contains("20 images"));
    assert!(folder.join("a/manifest.json").exists());
    // The settings that a run writes out make the same data set again.
    let again = ["--config", "a/render.toml", "--out", "b", "--shards", "2"];
    simreal(folder).args(["render", "eyes", "--count", "20"]).args(again).assert().success();
    assert_eq!(files(&folder.join("b")), files(&folder.join("a")));
    simreal(folder).args(["render", "eyes", "--shard-index", "1", "--out", "c"]).assert().code(2);
}

#[test]
fn gaze_is_drawn_from_a_table_and_its_content_is_pinned() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("small.toml"), SMALL).unwrap();
    fs::write(folder.join("gaze.csv"), "pitch_rad,yaw_rad\n-0.2,0.3\n").unwrap();
    let run = |more: &[&str]| {
        let mut command = simreal(folder);
        command.args(["render", "eyes", "--count", "20", "--config", "small.toml"]).args(more);
        command
    };
    let render = ["--gaze", "gaze.csv", "--out", "a"];
    run(&render).assert().success();
    let dataset = pipeline::Dataset::<simulator::sample::Eye>::open(&folder.join("a")).unwrap();
    let row = simulator::sample::Gaze { pitch: -0.2, yaw: 0.3 };
    for sample in dataset.samples() {
        let off = sample.unwrap().label.gaze.unwrap().angle_to(row).to_degrees();
        assert!(off < 4.0, "{off} degrees from the only row");
    }
    let settings = fs::read_to_string(folder.join("a/render.toml")).unwrap();
    assert!(
        settings.contains("path = \"gaze.csv\"") && settings.contains("rows = 1"),
        "{settings}"
    );
    fs::write(folder.join("gaze.csv"), "pitch_rad,yaw_rad\n-0.2,0.4\n").unwrap();
    run(&render).assert().code(42).stderr(contains("blake3"));
    fs::write(folder.join("gaze.csv"), "pitch_rad,yaw_rad\n-0.2,12\n").unwrap();
    let bad = run(&["--gaze", "gaze.csv", "--out", "b"]).assert().code(42);
    bad.stderr(contains("gaze.csv:2: field `yaw_rad`"));
}
