//! The whole way by the two commands that users type first, with networks of toy size: what is
//! tested is the way, not the score.

use crate::support::{TINY_GAZE, real_data, simreal, tiny_simgan_of_a_plan};
use std::fs;
use std::path::Path;

/// A plan of seconds.
fn tiny_plan(folder: &Path, more: &str) {
    let simgan = tiny_simgan_of_a_plan();
    let plan = format!(
        "renders = 40\ndrift_pairs = 20\ngaze_seeds = [1, 2]\n{more}\n\
         [gaze]\n{TINY_GAZE}\n[simgan]\niterations = 4\n{simgan}\n"
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

#[test]
fn a_mistake_on_the_real_side_leaves_the_folder_free_for_the_corrected_command() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, gaze) in [("unlabelled", None), ("labelled", Some("0.1,-0.2"))] {
        fs::create_dir(folder.join(name)).unwrap();
        let mut table = "file_name,pitch_rad,yaw_rad\n".to_owned();
        for i in 0..6u8 {
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
        command.args(["experiment", "--config", "tiny.toml", "--out", "run"]);
        command.args(["--real", real, "--test", test]);
        command.assert()
    };
    let says = predicates::str::contains::<&str>;
    experiment("unlabeled", "labelled").code(1).stderr(says("--real")).stderr(says("unlabeled"));
    experiment("unlabelled", "unlabelled").code(1).stderr(says("metadata.csv"));
    assert!(!folder.join("run/experiment.toml").exists());
    experiment("unlabelled", "labelled").success();
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
