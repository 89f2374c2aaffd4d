//! `ellipses`: pupils and irises in any data set, found without labels and scored where there are some.

use crate::support::{eyes, real_data, simreal, store};
use image::{GrayImage, Luma};
use predicates::str::contains;
use serde_json::Value;
use simulator::sample::Domain;
use std::fs;
use std::path::Path;

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("ellipses.json")).unwrap()).unwrap()
}

/// The number at this path of a report.
fn number(report: &Value, path: &str) -> f64 {
    let value = report.pointer(path).and_then(Value::as_f64);
    value.unwrap_or_else(|| panic!("no number at {path} in {report:#}"))
}

#[test]
fn renders_are_found_by_id_and_scored_against_their_own_outlines() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = eyes("mpiigaze", 3, 60);
    store(&rendered, Domain::Synthetic, &folder.path().join("rendered"));
    let mut command = simreal(folder.path());
    command.args(["ellipses", "--dataset", "rendered", "--out", "out"]).assert().success();
    let out = folder.path().join("out");
    let found = report(&out);
    assert_eq!(number(&found, "/images"), 60.0);
    assert!(number(&found, "/iris/score/coverage") > 0.9, "{found:#}");
    assert!(number(&found, "/iris/score/errors/center_px/median") < 1.0, "{found:#}");
    assert!(number(&found, "/iris/score/errors/center_at_55_px/median") < 1.2, "{found:#}");
    let radius = number(&found, "/iris/score/errors/radius_ratio/median");
    assert!((radius - 1.0).abs() < 0.06, "{radius}");

    // A row an image, in their order, with a place or a reason for each feature.
    let table = fs::read_to_string(out.join("ellipses.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|head| *head == name).unwrap();
    assert_eq!(rows.len(), 61);
    for (k, row) in rows[1..].iter().enumerate() {
        assert_eq!((row.len(), row[0].parse::<usize>().unwrap()), (rows[0].len(), k));
        for feature in ["iris", "pupil"] {
            let place = row[column(&format!("{feature}_x_px"))];
            let refused = row[column(&format!("{feature}_refused"))];
            assert!(place.is_empty() != refused.is_empty(), "{row:?}");
        }
    }
    let page = fs::read_to_string(out.join("ellipses.html")).unwrap();
    assert!(page.contains("data:image/png") && page.contains("radius ratio"));

    // The same again is the same; other settings and other images are refused.
    let before = fs::read(out.join("ellipses.csv")).unwrap();
    command.assert().success();
    assert_eq!(fs::read(out.join("ellipses.csv")).unwrap(), before);
    fs::write(folder.path().join("few.toml"), "[search]\nplaces = 2\n").unwrap();
    simreal(folder.path())
        .args(["ellipses", "--dataset", "rendered", "--out", "out", "--config", "few.toml"])
        .assert()
        .failure()
        .stderr(contains("places"));
    store(&rendered[..9], Domain::Synthetic, &folder.path().join("others"));
    simreal(folder.path())
        .args(["ellipses", "--dataset", "others", "--out", "out"])
        .assert()
        .failure()
        .stderr(contains("data.toml"));
}

/// A drawn iris of this radius in a bright eye in skin.
fn drawn(center: [f64; 2], radius: f64) -> GrayImage {
    GrayImage::from_fn(120, 80, |x, y| {
        let (dx, dy) = (f64::from(x) - center[0], f64::from(y) - center[1]);
        let open = (dx / 45.0).hypot(dy / 14.0) < 1.0;
        let edge = 1.0 / (1.0 + (-(dx.hypot(dy) - radius) / 0.8).exp());
        let white = if open { 225.0 } else { 150.0 };
        Luma([if open { 50.0 + (white - 50.0) * edge } else { white } as u8])
    })
}

#[test]
fn a_table_of_labels_follows_the_images_through_ingest_and_a_wrong_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("img")).unwrap();
    let mut table = "file,iris_x,iris_y,iris_rx,iris_ry\n".to_owned();
    for k in 0..12u32 {
        let center = [50.0 + f64::from(k), 40.0 + 0.25 * f64::from(k)];
        drawn(center, 15.0).save(folder.path().join(format!("img/{k}.png"))).unwrap();
        table += &format!("img/{k}.png,{},{},15,15\n", center[0], center[1]);
    }
    fs::write(folder.path().join("labels.csv"), table).unwrap();
    fs::write(folder.path().join("wrong.csv"), "file,width,height,iris_x,iris_y\nz.png,9,9,3,3\n")
        .unwrap();
    simreal(folder.path())
        .args(["ingest", "img", "--size", "60x40", "--mirror", "--out", "real"])
        .assert()
        .success();
    let with = |labels: &str, out: &str| {
        let mut command = simreal(folder.path());
        command.args(["ellipses", "--dataset", "real", "--labels", labels, "--out", out]).assert()
    };
    with("labels.csv", "out").success().stdout(contains("against 12 labels"));
    let found = report(&folder.path().join("out"));
    assert!(number(&found, "/iris/score/coverage") > 0.9, "{found:#}");
    assert!(number(&found, "/iris/score/errors/center_px/max") < 0.6, "{found:#}");
    with("wrong.csv", "out2").failure().stderr(contains("none of its 1 images"));
}

#[test]
fn irises_of_many_people_in_colour_photographs_are_found() {
    let Some(source) = real_data("eye_ellipses_colour") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("real");
    simreal(folder.path())
        .arg("ingest")
        .args([source.join("img").as_os_str(), "--out".as_ref(), data.as_os_str()])
        .assert()
        .success();
    simreal(folder.path())
        .args(["ellipses", "--dataset", "real", "--out", "out", "--labels"])
        .arg(source.join("metadata.csv"))
        .assert()
        .success();
    let found = report(&folder.path().join("out"));
    assert_eq!(number(&found, "/images"), 798.0);
    assert!(number(&found, "/iris/score/coverage") > 0.9, "{found:#}");
    assert!(number(&found, "/iris/score/errors/center_px/median") < 2.0, "{found:#}");
    assert!(number(&found, "/iris/score/within/1") > 0.7, "{found:#}");
}

#[test]
fn marked_pupils_in_near_infrared_are_found_nearer_than_the_middle_of_the_image() {
    let Some(source) = real_data("mrl_eye") else { return };
    let folder = tempfile::tempdir().unwrap();
    simreal(folder.path())
        .arg("ingest")
        .arg(source.join("pupil"))
        .args(["--size", "84x84", "--out", "real"])
        .assert()
        .success();
    simreal(folder.path())
        .args(["ellipses", "--dataset", "real", "--out", "out", "--labels"])
        .arg(source.join("pupil_labels.csv"))
        .assert()
        .success();
    let found = report(&folder.path().join("out"));
    assert!(number(&found, "/center/score/coverage") > 0.8, "{found:#}");
    let median = number(&found, "/center/score/errors/center_px/median");
    let middle = number(&found, "/center/score/middle_px/median");
    assert!(median < 0.7 * middle, "{median} px, and the middle {middle} px");
}
