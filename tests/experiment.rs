//! The whole way by the two commands that users type first, with networks of toy size: what is
//! tested is the way, not the score.

use crate::support::{TINY_GAZE, eyes, real_data, simreal, store, tiny_simgan_of_a_plan};
use predicates::prelude::*;
use simulator::sample::{Domain, Eye, EyeLabel, HeadDirection, Sample};
use std::fs;
use std::path::Path;

/// A calibration of seconds.
const TINY_CALIBRATION: &str =
    "network_renders = 128\nnetwork_epochs = 1\nchannels = [2, 2, 2]\nrenders = 400\nrounds = 1";

/// A plan of seconds.
fn tiny_plan(folder: &Path, more: &str) {
    let simgan = tiny_simgan_of_a_plan();
    let plan = format!(
        "renders = 40\ndrift_pairs = 20\ngaze_seeds = [1, 2]\n{more}\n\
         [calibration]\n{TINY_CALIBRATION}\n\
         [gaze]\n{TINY_GAZE}\n[strong]\n{TINY_GAZE}\n[simgan]\niterations = 4\n{simgan}\n"
    );
    fs::write(folder.join("tiny.toml"), plan).unwrap();
}

/// The findings of a run, and its page.
fn report(folder: &Path, out: &str) -> (serde_json::Value, String) {
    let json = fs::read(folder.join(out).join("report.json")).unwrap();
    let page = fs::read_to_string(folder.join(out).join("report.html")).unwrap();
    (serde_json::from_slice(&json).unwrap(), page)
}

#[test]
fn the_demo_ends_with_a_report_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tiny_plan(folder, "[real.simulated]\nunlabelled = 30\nlabelled = 20\n");
    let demo = || {
        let mut command = simreal(folder);
        command.args(["demo", "--config", "tiny.toml"]).assert().success()
    };
    demo().stdout(predicates::str::contains("report: demo/report.html"));
    let (found, page) = report(folder, "demo");
    assert_eq!(found["simulated_real"], true);
    assert_eq!((&found["renders"], &found["test"]), (&40.into(), &20.into()));
    assert_eq!(found["gaze"]["refined"]["reports"].as_array().unwrap().len(), 2);
    assert_eq!(found["drift"]["pairs"], 20);
    // The demo's ladder is the weak network's: nothing says whether to refine.
    assert_eq!(names(&found), ["weak: renders", "weak: refined"]);
    assert_eq!(found["advice"], serde_json::Value::Null);
    assert!(page.contains("simulated-real"), "the page says what its real side is");
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"), "self-contained");

    // What is there stays: the same command again changes no figure.
    demo();
    assert_eq!(report(folder, "demo").0["gaze"], found["gaze"]);
    // The refiner never saw a label of the real side.
    let real =
        pipeline::Dataset::<simulator::sample::Eye>::open(&folder.join("demo/real")).unwrap();
    assert!(real.samples().all(|sample| sample.unwrap().label == Default::default()));
}

/// The names of the ladder's rows.
fn names(found: &serde_json::Value) -> Vec<&str> {
    let rows = found["ladder"].as_array().unwrap();
    rows.iter().map(|row| row["name"].as_str().unwrap()).collect()
}

/// So many images of four people, every second one with a turned head, with or without gaze.
fn people(seed: u64, count: u64, labelled: bool) -> Vec<Sample<Eye>> {
    let real = |sample: Sample<Eye>| {
        let label = EyeLabel {
            gaze: sample.label.gaze.filter(|_| labelled),
            subject: Some(format!("p{}", sample.id.0 % 4)),
            head: Some(HeadDirection { pitch: None, yaw: 0.26 * (sample.id.0 / 4 % 2) as f32 }),
            ..EyeLabel::default()
        };
        Sample { domain: Domain::Real, label, ..sample }
    };
    eyes("mpiigaze", seed, count).into_iter().map(real).collect()
}

#[test]
fn the_ladder_has_a_row_for_each_arm_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&people(7, 60, false), Domain::Real, &folder.join("real"));
    store(&people(8, 24, true), Domain::Real, &folder.join("test"));
    tiny_plan(folder, "strong_seeds = [1]\nstrong_renders = 20\npeople_epochs = 1");
    let experiment = || {
        let mut command = simreal(folder);
        command.args(["experiment", "--config", "tiny.toml", "--out", "run"]);
        command.args(["--real", "real", "--test", "test"]).assert().success()
    };
    experiment().stdout(predicates::str::contains("Refine: "));
    let (found, page) = report(folder, "run");
    let expected = [
        "weak: renders",
        "weak: calibrated + refined",
        "strong: renders",
        "strong: renders, aligned",
        "strong: calibrated",
        "strong: calibrated, aligned",
        "strong: calibrated + refined",
        "strong: calibrated + refined, aligned",
        "strong: real labels",
    ];
    assert_eq!(names(&found), expected);
    for row in found["ladder"].as_array().unwrap() {
        assert!(row["mean_deg"]["mean"].is_number() && row["error_without_bias_deg"].is_number());
        assert!(row["interval_over_people_deg"]["low"].is_number(), "people are known: {row}");
        assert_eq!(row["groups"].as_array().unwrap().len(), 2, "frontal and turned: {row}");
    }
    let steps = found["ladder_steps"].as_array().unwrap();
    let changes: Vec<_> = steps.iter().map(|step| step["change"].as_str().unwrap()).collect();
    let expected = [
        "calibration-and-refinement",
        "strong-network",
        "calibration",
        "refinement",
        "alignment",
        "alignment",
        "alignment",
        "refinement",
        "real-labels",
    ];
    assert_eq!(changes, expected);
    assert!(found["advice"]["refine"].is_boolean());
    let (ladder, pictures) = (page.find("What each step gives"), page.find("The pictures"));
    assert!(ladder.is_some() && ladder < pictures, "the ladder comes first");

    // What is there stays, and what is missing is made as it was.
    fs::remove_dir_all(folder.join("run/gaze/strong-calibrated-refined-aligned")).unwrap();
    experiment();
    assert_eq!(report(folder, "run").0["ladder"], found["ladder"]);
}

#[test]
fn a_camera_is_calibrated_and_renders_take_its_settings() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&people(7, 60, false), Domain::Real, &folder.join("real"));
    let tiny = format!("[eye]\n[calibration]\n{TINY_CALIBRATION}\n");
    fs::write(folder.join("tiny.toml"), tiny).unwrap();
    fs::write(folder.join("gaze.csv"), "pitch_rad,yaw_rad\n-0.1,0.02\n-0.2,-0.02\n").unwrap();
    let calibrate = |out: &str, more: &[&str]| {
        let mut command = simreal(folder);
        command.args(["calibrate", "--real", "real", "--config", "tiny.toml", "--out", out]);
        command.args(more).assert()
    };
    let says = predicates::str::contains::<&str>;
    calibrate("camera", &[]).code(1).stderr(says("--out camera")).stderr(says(".toml"));
    calibrate("cams/a.toml", &[]).success().stdout(says("pose.distance_mm"));
    let json = fs::read(folder.join("cams/a.json")).unwrap();
    let found: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&found["real"], &found["people"]), (&60.into(), &4.into()));
    assert!(fs::read_to_string(folder.join("cams/a.html")).unwrap().contains("Mean images"));

    // Gaze that was measured stays, and renders take the settings.
    calibrate("b.toml", &["--gaze", "gaze.csv", "--people", "2"]).success();
    let text = fs::read_to_string(folder.join("b.toml")).unwrap();
    let eye: toml::Table = text.parse().unwrap();
    let pitch_deg = eye["pose"]["gaze_pitch_deg"]["mean"].as_float().unwrap();
    assert!((pitch_deg + 0.15f64.to_degrees()).abs() < 1.0, "{pitch_deg}");
    let mut render = simreal(folder);
    render.args(["render", "eyes", "--count", "3", "--config", "b.toml", "--out", "r"]);
    render.assert().success();
}

#[test]
fn a_mistake_on_the_real_side_leaves_the_folder_free_for_the_corrected_command() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sides = [("unlabelled", None, 0), ("labelled", Some("0.1,-0.2"), 64)];
    for (name, gaze, first) in sides.into_iter().chain([("seen", Some("0.1,-0.2"), 5)]) {
        fs::create_dir(folder.join(name)).unwrap();
        let mut table = "file_name,pitch_rad,yaw_rad\n".to_owned();
        for i in first..first + 6u8 {
            let image = image::GrayImage::from_fn(60, 36, |x, y| image::Luma([(x * y) as u8 ^ i]));
            image.save(folder.join(name).join(format!("{i}.png"))).unwrap();
            table += &gaze.map_or(String::new(), |gaze| format!("{i}.png,{gaze}\n"));
        }
        if gaze.is_some() {
            fs::write(folder.join(name).join("metadata.csv"), table).unwrap();
        }
    }
    tiny_plan(folder, "");
    let experiment = |real: &str, test: &str| {
        let mut command = simreal(folder);
        command.args(["experiment", "--config", "tiny.toml", "--out", "run", "--no-calibration"]);
        command.args(["--real", real, "--test", test]);
        command.assert()
    };
    let says = predicates::str::contains::<&str>;
    experiment("unlabeled", "labelled").code(1).stderr(says("--real")).stderr(says("unlabeled"));
    experiment("unlabelled", "unlabelled").code(1).stderr(says("metadata.csv"));
    // One image is on both sides.
    let seen = experiment("unlabelled", "seen").code(1);
    seen.stderr(says("1 of its images").and(says("5.png")).and(says("take them out")));
    assert!(!folder.join("run/experiment.toml").exists());
    experiment("unlabelled", "labelled").success();
}

#[test]
fn people_and_heads_of_real_images_are_read_with_gaze_and_without() {
    let Some(source) = real_data("columbia_gaze") else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let labels = |from: &str, out: &str| -> Vec<EyeLabel> {
        let mut command = simreal(folder);
        command.arg("ingest").arg(source.join(from)).args(["--equalize", "--out", out]);
        command.assert().success();
        let dataset = pipeline::Dataset::<Eye>::open(&folder.join(out)).unwrap();
        dataset.samples().map(|sample| sample.unwrap().label).collect()
    };
    let people = |labels: &[EyeLabel]| {
        let names = labels.iter().map(|label| label.subject.clone().unwrap());
        names.collect::<std::collections::BTreeSet<_>>().len()
    };
    let (test, real) = (labels("validation", "test"), labels("unlabelled.csv", "real"));
    assert_eq!((people(&test), people(&real)), (8, 24));
    assert!(test.iter().all(|label| label.gaze.is_some() && label.mirrored.is_some()));
    assert!(real.iter().all(|label| label.gaze.is_none()));
    let turns = |label: &EyeLabel| label.head.unwrap().yaw.to_degrees().round().abs();
    assert!(test.iter().chain(&real).all(|label| [0.0, 15.0].contains(&turns(label))));
}

#[test]
fn an_unknown_name_in_the_plan_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    tiny_plan(folder.path(), "[real.simulated]\nunlabeled = 30\n");
    simreal(folder.path())
        .args(["demo", "--config", "tiny.toml"])
        .assert()
        .code(1)
        .stderr(predicates::str::contains("unlabeled"));
}

#[test]
fn an_experiment_reads_real_images() {
    let (Some(real), Some(test)) =
        (real_data("mpiigaze/unlabelled"), real_data("mpiigaze/validation"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    tiny_plan(folder, "");
    simreal(folder)
        .args(["experiment", "--config", "tiny.toml", "--out", "run"])
        .arg("--real")
        .arg(real)
        .arg("--test")
        .arg(test)
        .assert()
        .success();
    let (found, page) = report(folder, "run");
    assert_eq!((&found["real"], &found["test"]), (&1700.into(), &300.into()));
    assert_eq!(found["simulated_real"], false);
    let mean = found["knn_rendered"]["predict_mean_gaze_deg"].as_f64().unwrap();
    assert!((7.5..9.0).contains(&mean), "the labels are read: {mean}");
    assert!(!page.contains("simulated-real"));
}
