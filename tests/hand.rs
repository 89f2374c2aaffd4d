//! `hand`: a pose estimator learns from one data set and is scored on another.

use crate::support::{fails, simreal, store};
use predicates::str::contains;
use serde_json::Value;
use simulator::sample::{DepthCamera, Domain, Frame, Hand, HandLabel, Joint, Sample, SampleId};
use std::fs;
use std::path::Path;

const CAMERA: DepthCamera = DepthCamera { focal_px: [120.0, 120.0], center_px: [23.5, 23.5] };

/// Slanted discs, whose joints stand in a circle; of every fourth one no joint is known.
fn discs(count: u64, domain: Domain, in_space: bool) -> Vec<Sample<Hand>> {
    let disc = |id: u64| {
        let [x0, y0] = [id * 7 % 15, id * 11 % 13].map(|at| 17.0 + at as f32);
        let places: [[f32; 3]; 21] = std::array::from_fn(|i| {
            let (sin, cos) = (0.3 * i as f32).sin_cos();
            let p = CAMERA.unproject([x0 + 6.0 * cos, y0 + 6.0 * sin].map(f64::from), 800.0);
            [p.x as f32, p.y as f32, 800.0]
        });
        let frame = Frame::from_fn(48, 48, |x, y| {
            let (x, y) = (x as f32 - x0, y as f32 - y0);
            if x.hypot(y) < 10.0 { (800.0 + x) as u16 } else { 0 }
        });
        let joints = places.map(|place_mm| Joint { place_mm, visibility: None });
        let known = id % 4 != 3;
        let label = HandLabel {
            camera: in_space.then_some(CAMERA),
            joints_common: (known && in_space).then_some(joints),
            joints_common_px: (known && !in_space)
                .then(|| joints.map(|joint| joint.uvd(&CAMERA)).map(|[u, v, _]| [u, v])),
            ..HandLabel::default()
        };
        Sample { id: SampleId(id), domain, frame, label }
    };
    (0..count).map(disc).collect()
}

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("out/hand-seed-1.json")).unwrap()).unwrap()
}

#[test]
fn an_estimator_is_trained_and_scored_in_px_and_where_it_can_be_in_mm() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    store(&discs(24, Domain::Synthetic, true), Domain::Synthetic, &folder.join("rendered"));
    store(&discs(16, Domain::Real, true), Domain::Real, &folder.join("measured"));
    store(&discs(16, Domain::Real, false), Domain::Real, &folder.join("tracked"));
    fs::write(folder.join("tiny.toml"), "epochs = 2\nfeatures = 4\n").unwrap();
    for (test, in_mm) in [("measured", true), ("tracked", false)] {
        let train = ["hand", "--train", "rendered", "--preset", "demo", "--config", "tiny.toml"];
        simreal(folder)
            .args(train)
            .args(["--test", test, "--out", "out"])
            .assert()
            .success()
            .stdout(contains("Joints of 12 hands, 21 each"));
        let report = report(folder);
        assert_eq!((&report["frames"], &report["n_not_finite"]), (&12.into(), &0.into()));
        assert_eq!(report["mm"].is_object(), in_mm);
        assert!(report["px"]["joints"]["mean"].as_f64().unwrap() > 0.0);
        assert!(folder.join("out/hand-seed-1/hand_net.json").is_file());
        let others = [&train[..], &["--test", test, "--out", "out", "--joints", "nyu"]].concat();
        fails(folder, &others, &["data.toml", "joints"]);
        fs::remove_dir_all(folder.join("out")).unwrap();
    }
    simreal(folder)
        .args(["hand", "--train", "rendered", "--test", "measured", "--out", "out"])
        .args(["--joints", "nyu"])
        .assert()
        .failure()
        .stderr(contains("no image has NYU's joints"));
}
