//! The whole way of depth hands by one command, and its stages one by one.

use crate::support::{TINY_SIMGAN, real_data, simreal, store, tiny_simgan_of_a_plan};
use pipeline::Dataset;
use predicates::str::contains;
use serde_json::Value;
use simulator::hand::{HandConfig, HandSampler};
use simulator::sample::{Domain, Frame, Hand, HandLabel, Sample, SampleId};
use std::fs;
use std::path::Path;

/// Hands 48 px wide.
fn hands(seed: u64, count: u64) -> Vec<Sample<Hand>> {
    let mut config = HandConfig::preset("kinect").unwrap();
    config.image.crop_px = 48;
    HandSampler::new(config, seed).unwrap().render_range(0..count)
}

/// What a camera's images know: nothing, or where joints are in the image.
fn real(samples: Vec<Sample<Hand>>, labelled: bool) -> Vec<Sample<Hand>> {
    let places = |label: &HandLabel| {
        let camera = label.camera?;
        Some(label.joints_common?.map(|joint| joint.uvd(&camera)).map(|[u, v, _]| [u, v]))
    };
    let seen = |sample: Sample<Hand>| {
        let joints_common_px = places(&sample.label).filter(|_| labelled);
        let label = HandLabel { joints_common_px, ..HandLabel::default() };
        Sample { domain: Domain::Real, label, ..sample }
    };
    samples.into_iter().map(seen).collect()
}

/// A real side, and a plan of seconds.
fn prepared(folder: &Path) {
    let mut unlabelled = real(hands(7, 24), false);
    // A camera's stream has images without a hand.
    unlabelled[3].frame = Frame::from_fn(48, 48, |_, _| 0);
    store(&unlabelled, Domain::Real, &folder.join("unlabelled"));
    store(&real(hands(8, 10), true), Domain::Real, &folder.join("labelled"));
    let plan = format!(
        "renders = 30\nrefine = \"clean\"\ndrift_pairs = 12\nrealism_images = 20\npose_seeds = [1, 2]\n\
         [hand.image]\ncrop_px = 48\n\
         [pose]\nside_px = 32\nmap_px = 16\ndepth = 2\nfeatures = 4\nepochs = 1\n\
         [simgan]\niterations = 4\nrefiner_learning_rate = 0.02\nlambda = 0.5\n{}\n",
        // Four iterations must be seen in whole millimetres.
        tiny_simgan_of_a_plan().replace("residual = true", "residual = true\nresidual_limit = 0.2")
    );
    fs::write(folder.join("tiny.toml"), plan).unwrap();
}

fn experiment(folder: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = simreal(folder);
    command.args(["experiment", "--modality", "hand", "--config", "tiny.toml", "--out", "run"]);
    command.args(["--real", "unlabelled"]).args(more).assert()
}

fn report(folder: &Path) -> (Value, String) {
    let json = fs::read(folder.join("run/report.json")).unwrap();
    let page = fs::read_to_string(folder.join("run/report.html")).unwrap();
    (serde_json::from_slice(&json).unwrap(), page)
}

#[test]
fn an_experiment_with_hands_ends_with_a_report_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    let test = ["--test", "labelled"];
    experiment(folder, &test).success().stdout(contains("report: run/report.html"));
    let (found, page) = report(folder);
    assert_eq!((&found["renders"], &found["real"]), (&30.into(), &24.into()));
    assert_eq!(found["drift"]["pairs"], 12);
    for set in ["clean", "sensor", "refined"] {
        assert_eq!(found["pose"][set]["reports"].as_array().unwrap().len(), 2, "{set}");
        assert_eq!(found["realism"][set]["images"], 20);
    }
    assert_eq!(found["pose"]["refined_minus_clean"]["images"], 10);
    assert!(page.contains("mean place") && page.contains("Settings"));
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"), "self-contained");

    // What was refined are the exact images, under the labels of their renders.
    let open = |name: &str| -> Vec<Sample<Hand>> {
        let dataset: Dataset<Hand> = Dataset::open(&folder.join("run").join(name)).unwrap();
        dataset.samples().collect::<Result<_, _>>().unwrap()
    };
    let (rendered, clean, refined) = (open("rendered"), open("clean"), open("refined"));
    let mut changed = 0;
    for ((rendered, clean), refined) in rendered.iter().zip(&clean).zip(&refined) {
        assert_eq!(Some(&clean.frame), rendered.label.clean_mm.as_ref());
        assert_eq!((clean.id, refined.id), (rendered.id, rendered.id));
        assert_eq!(refined.domain, Domain::Refined);
        assert_eq!(refined.label.joints_common, rendered.label.joints_common);
        let refinement = refined.label.refinement.unwrap();
        assert!((0.0..=1.0).contains(&refinement.realism));
        assert!(refinement.drift_px.unwrap() < 10.0);
        changed += usize::from(refined.frame != clean.frame);
    }
    assert!(changed > 20, "{changed} changed");

    // What is there stays, and a result that is lost comes back as it was.
    fs::remove_dir_all(folder.join("run/refined")).unwrap();
    fs::remove_file(folder.join("run/pose/refined-seed-2.json")).unwrap();
    experiment(folder, &test).success().stderr(contains("clean-seed-1.json is there already"));
    let again = report(folder).0;
    assert_eq!((&again["pose"], &again["drift"]), (&found["pose"], &found["drift"]));
    // Another plan is refused.
    let other = ["--test", "labelled", "--renders", "31"];
    experiment(folder, &other).code(1).stderr(contains("experiment.toml"));
}

#[test]
fn without_labelled_images_nothing_is_scored_and_a_wrong_size_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    experiment(folder, &["--test", "unlabelled"]).code(1).stderr(contains("the common 21 joints"));
    let plan = fs::read_to_string(folder.join("tiny.toml")).unwrap();
    fs::write(folder.join("tiny.toml"), plan.replace("crop_px = 48", "crop_px = 40")).unwrap();
    experiment(folder, &[]).code(1).stderr(contains("crop_px = 48 in [hand.image]"));
    assert!(!folder.join("run/experiment.toml").exists());
    fs::write(folder.join("tiny.toml"), plan).unwrap();
    experiment(folder, &[]).success();
    let (found, page) = report(folder);
    assert!(found["pose"].is_null() && !page.contains("Does it help?"));
    // Eyes still need them.
    simreal(folder)
        .args(["experiment", "--real", "unlabelled"])
        .assert()
        .code(1)
        .stderr(contains("--test"));
}

#[test]
fn every_stage_takes_hands() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut rendered = hands(1, 60);
    rendered[5].frame = Frame::from_fn(48, 48, |_, _| 0);
    store(&rendered, Domain::Synthetic, &folder.join("rendered"));
    store(&real(hands(7, 60), false), Domain::Real, &folder.join("real"));
    let measured = TINY_SIMGAN.replace("every = 0", "every = 2\nheld_out = 100\nkeep_best = true");
    fs::write(folder.join("tiny.toml"), measured).unwrap();
    let both = ["--rendered", "rendered", "--real", "real", "--config", "tiny.toml"];
    let mut train = simreal(folder);
    train.arg("train").args(both).args(["--iterations", "4", "--out", "training"]);
    train.assert().success();
    let measures = fs::read(folder.join("training/measures.json")).unwrap();
    let measures: Value = serde_json::from_slice(&measures).unwrap();
    let last = measures.as_array().unwrap().last().unwrap().clone();
    assert!(last["drift_px"].as_f64().unwrap() < 30.0, "{last}");
    assert!(last["drift_coverage"].as_f64().unwrap() > 0.0 && last["kernel_distance"].is_number());
    let curves = fs::read_to_string(folder.join("training/curves.html")).unwrap();
    assert!(curves.contains("outlines") && !curves.contains("pupil and iris of held-out"));

    let refine = ["refine", "--training", "training", "--rendered", "rendered", "--out", "refined"];
    simreal(folder).args(refine).assert().success();
    let refined: Dataset<Hand> = Dataset::open(&folder.join("refined")).unwrap();
    let refined: Vec<_> = refined.samples().collect::<Result<_, _>>().unwrap();
    let empty = &refined[5];
    assert_eq!((empty.id, &empty.frame), (SampleId(5), &rendered[5].frame));
    assert_eq!(empty.label.refinement, None, "nothing to refine, nothing to judge");
    assert!(refined.iter().filter(|sample| sample.label.refinement.is_some()).count() == 59);

    let drift = ["drift", "--rendered", "rendered", "--refined", "refined", "--out", "drift"];
    simreal(folder).args(drift).assert().success().stdout(contains("Label drift of 60 hands"));
    let page = fs::read_to_string(folder.join("drift/drift.html")).unwrap();
    assert!(page.contains("depth at visible joints"));

    let table = "[[row]]\nname = \"as it is\"\n[[row]]\nname = \"soft\"\nset = { lambda = 0.2 }\n";
    fs::write(folder.join("table.toml"), table).unwrap();
    let mut ablate = simreal(folder);
    ablate.arg("ablate").args(both).args(["--table", "table.toml", "--updates", "20"]);
    ablate.args(["--out", "ablation"]).assert().success().stdout(contains("soft"));

    // Renders and real images of two kinds are refused.
    store(&crate::support::eyes("clean", 1, 12), Domain::Synthetic, &folder.join("eyes"));
    let mut train = simreal(folder);
    train.args(["train", "--rendered", "rendered", "--real", "eyes", "--out", "mixed"]);
    train.assert().code(1).stderr(contains("eye"));
}

#[test]
fn a_kinect_s_hands_are_read_by_the_experiment() {
    let (Some(unlabelled), Some(labelled)) =
        (real_data("hand_depth/unlabelled.csv"), real_data("hand_depth/labels_pseudo_joints.csv"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    prepared(folder);
    simreal(folder)
        .args(["experiment", "--modality", "hand", "--config", "tiny.toml", "--out", "run"])
        .args(["--seeds", "1"])
        .arg("--real")
        .arg(unlabelled)
        .arg("--test")
        .arg(labelled)
        .assert()
        .success();
    let (found, page) = report(folder);
    assert_eq!((&found["real"], &found["pose"]["test"]), (&1140.into(), &1573.into()));
    let mean = found["pose"]["clean"]["reports"][0]["predict_mean_px"]["joints"]["mean"].as_f64();
    assert!((8.0..40.0).contains(&mean.unwrap()), "the joints are read: {mean:?}");
    assert!(page.contains("Real hands of the score"));
}
