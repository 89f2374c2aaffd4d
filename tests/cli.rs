//! Each command on a temporary folder: what it makes, and what it says when it can't.

use crate::support::{TINY_GAZE, TINY_SIMGAN, fails, ok, simreal};
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;

#[test]
fn real_images_in_the_place_of_renders_are_refused_by_what_their_manifest_says() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("simgan.toml"), TINY_SIMGAN).unwrap();
    ok(folder, &["render", "eyes", "--count", "24", "--out", "rendered"]);
    fs::create_dir(folder.join("camera")).unwrap();
    for i in 0..24u8 {
        let image = image::GrayImage::from_fn(60, 36, |x, y| image::Luma([(x * y) as u8 ^ i]));
        image.save(folder.join("camera").join(format!("{i}.png"))).unwrap();
    }
    ok(folder, &["ingest", "camera", "--out", "real"]);
    let swapped = ["--rendered", "real", "--real", "rendered"];
    let words = ["--rendered real", "manifest.json", "swapped", "--any-domain"];
    let settings = ["--config", "simgan.toml", "--iterations", "2"];
    let train = [&["train", "--out", "t"][..], &swapped, &settings].concat();
    fails(folder, &train, &words);
    fails(folder, &[&["ablate", "--out", "a"][..], &swapped].concat(), &words);
    assert!(!folder.join("t").exists() && !folder.join("a").exists());
    ok(folder, &[&train[..], &["--any-domain"]].concat());
    let refine = ["refine", "--training", "t", "--rendered", "real", "--out", "refined"];
    fails(folder, &refine, &words);
    // In the right order nothing is asked.
    let train = ["train", "--out", "u", "--rendered", "rendered", "--real", "real"];
    ok(folder, &[&train[..], &settings].concat());
}

#[test]
fn every_stage_works_alone() {
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
    let export = ["export", "--format", "safetensors", "--training", "training", "--out", "r.st"];
    ok(folder, &export);
    let exported = fs::read(folder.join("r.st")).unwrap();
    assert!(exported[8..].starts_with(b"{\"__metadata__\""));
    fails(folder, &export, &["r.st", "--out"]);
    let wrong = ["export", "--format", "safetensors", "--dataset", "rendered", "--out", "x"];
    fails(folder, &wrong, &["--training"]);
    let wrong = ["export", "--format", "unityeyes", "--training", "training", "--out", "x"];
    fails(folder, &wrong, &["--dataset"]);
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
fn a_trained_gaze_network_predicts_any_data_set_and_a_score_leaves_its_predictions() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("gaze.toml"), TINY_GAZE).unwrap();
    ok(folder, &["render", "eyes", "--count", "24", "--out", "rendered"]);
    ok(folder, &["render", "eyes", "--count", "24", "--seed", "2", "--out", "other"]);
    let train = ["gaze", "--train", "rendered", "--test", "other", "--config", "gaze.toml"];
    ok(folder, &[&train[..], &["--preset", "strong", "--seeds", "3", "--out", "gaze"]].concat());
    let apply = ["gaze", "--apply", "gaze/rendered-seed-3", "--out", "new/gaze.csv", "--dataset"];
    ok(folder, &[&apply[..], &["other"]].concat());

    // The same network on the same images says the same.
    let read = |file: &str| -> Vec<Vec<String>> {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let (scored, applied) = (read("gaze/rendered-seed-3.csv"), read("new/gaze.csv"));
    let truth = ["true_pitch_rad", "true_yaw_rad"];
    assert_eq!(applied[0], ["id", "pitch_rad", "yaw_rad", "subject", "source"]);
    assert_eq!(scored[0], [&applied[0][..3], &truth.map(str::to_owned), &applied[0][3..]].concat());
    assert_eq!((scored.len(), applied.len()), (25, 25));
    let dataset = pipeline::Dataset::<simulator::sample::Eye>::open(&folder.join("other")).unwrap();
    for ((scored, applied), sample) in scored[1..].iter().zip(&applied[1..]).zip(dataset.samples())
    {
        let sample = sample.unwrap();
        let gaze = sample.label.gaze.unwrap();
        assert_eq!(scored[..3], applied[..3]);
        assert_eq!(applied[0], sample.id.to_string());
        assert_eq!(scored[3..5], [gaze.pitch.to_string(), gaze.yaw.to_string()]);
    }

    let small = ["render", "eyes", "--count", "2", "--preset", "simgan", "--out", "small"];
    ok(folder, &small);
    fails(folder, &[&apply[..], &["small"]].concat(), &["small", "55x35", "--size 60x36"]);
    fails(
        folder,
        &["gaze", "--apply", "gaze", "--dataset", "other", "--out", "x"],
        &["gaze_net.json"],
    );
    for (args, word) in [
        ([&apply[..], &["other", "--train", "rendered"]].concat(), "--train"),
        (vec!["gaze", "--train", "rendered", "--out", "x"], "--test"),
        (vec!["gaze", "--apply", "gaze/rendered-seed-3", "--out", "x"], "--dataset"),
    ] {
        simreal(folder).args(args).assert().code(2).stderr(contains(word));
    }
}

#[test]
fn a_network_learns_from_several_data_sets_together_of_one_size() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("gaze.toml"), TINY_GAZE).unwrap();
    let render = |seed, preset, out| {
        let args =
            ["render", "eyes", "--count", "24", "--seed", seed, "--preset", preset, "--out", out];
        ok(folder, &args);
    };
    render("1", "mpiigaze", "a");
    render("2", "mpiigaze", "b");
    render("3", "simgan", "small");
    let base = ["gaze", "--test", "b", "--config", "gaze.toml", "--seeds", "1"];
    let on = |more: &[&'static str]| [&base[..], more].concat();
    ok(folder, &on(&["--train", "a", "--train", "b", "--out", "both"]));
    ok(folder, &on(&["--train", "a", "--out", "one"]));
    let result = |file: &str| fs::read(folder.join(file)).unwrap();
    assert_ne!(result("both/a+b-seed-1.json"), result("one/a-seed-1.json"));
    // What was learned from is noted, one by one.
    fails(folder, &on(&["--train", "a", "--out", "both"]), &["data.toml"]);
    let mixed = on(&["--train", "a", "--train", "small", "--out", "mixed"]);
    fails(folder, &mixed, &["--train", "60x36", "55x35"]);
}

#[test]
fn a_network_is_scored_by_places_on_a_screen_where_no_angle_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("gaze.toml"), TINY_GAZE).unwrap();
    ok(folder, &["render", "eyes", "--count", "24", "--out", "rendered"]);
    let images = ["export", "--format", "imagefolder", "--dataset", "rendered", "--out", "images"];
    ok(folder, &images);
    let mut names: Vec<String> = walk(&folder.join("images"));
    names.sort();
    assert_eq!(names.len(), 24);
    let row =
        |(i, name): (usize, &String)| format!("{name},{},{}\n", 300 * (i % 4), 200 * (i / 4 % 3));
    let rows: String = names.iter().enumerate().map(row).collect();
    fs::write(folder.join("screen.csv"), format!("file,screen_x_px,screen_y_px\n{rows}")).unwrap();
    fs::write(folder.join("other.csv"), "file,screen_x_px,screen_y_px\nx.png,1,2\n").unwrap();
    ok(folder, &["ingest", "images", "--out", "eyes"]);
    let train = ["gaze", "--train", "rendered", "--test", "rendered", "--config", "gaze.toml"];
    ok(folder, &[&train[..], &["--seeds", "1", "--out", "gaze"]].concat());
    let apply =
        ["gaze", "--apply", "gaze/rendered-seed-1", "--dataset", "eyes", "--out", "gaze.csv"];
    let told = simreal(folder).args([&apply[..], &["--screen", "screen.csv"]].concat()).assert();
    told.success()
        .stdout(contains("24 images of 12 places").and(contains("always the mean place")));
    fails(folder, &[&apply[..], &["--screen", "other.csv"]].concat(), &["--screen", "eyes"]);
}

/// The PNG files in a folder and below it.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![path.to_string_lossy().into_owned()],
        })
        .filter(|name| name.ends_with(".png"))
        .collect()
}

#[test]
fn a_training_keeps_what_an_estimator_reads_and_another_one_says_whether_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let task = "[task]\nlimit_deg = 1.0\nrenders = 24\nepochs = 1\n";
    let settings =
        TINY_SIMGAN.replace("every = 0", "every = 2\nkeep_best = true\ntask_limit_deg = 90.0");
    fs::write(folder.join("simgan.toml"), settings + task).unwrap();
    let render = ["render", "eyes", "--count", "60", "--preset", "simulated-real", "--out"];
    ok(folder, &[&render[..], &["rendered"]].concat());
    ok(folder, &[&render[..], &["real", "--seed", "2"]].concat());
    let train = |iterations| {
        let data = ["--rendered", "rendered", "--real", "real", "--config", "simgan.toml"];
        ok(
            folder,
            &[&["train", "--iterations", iterations, "--out", "training"], &data[..]].concat(),
        );
    };
    train("4");
    let stamp = |name: &str| {
        fs::metadata(folder.join(format!("training/{name}/weights.bpk")))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = [stamp("keeper"), stamp("witness")];
    let table = fs::read_to_string(folder.join("training/metrics.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| {
        let at = rows[0].iter().position(|&column| column == name).unwrap();
        rows[1..].iter().filter(|row| !row[at].is_empty()).count()
    };
    assert!(column("train/task_change_deg") > 0 && column("held_out/task_change_deg") > 0);
    // A run that is over is passed by, and its estimators are not trained again.
    train("4");
    assert_eq!(before, [stamp("keeper"), stamp("witness")]);
    // Renders whose gaze is not known have nothing to keep.
    let images = ["export", "--format", "imagefolder", "--dataset", "rendered", "--out", "images"];
    ok(folder, &images);
    let unlabelled = folder.join("unlabelled");
    fs::create_dir(&unlabelled).unwrap();
    for (i, name) in walk(&folder.join("images")).iter().enumerate() {
        fs::copy(name, unlabelled.join(format!("{i}.png"))).unwrap();
    }
    ok(folder, &["ingest", "unlabelled", "--out", "bare"]);
    let bare = [
        "train",
        "--any-domain",
        "--rendered",
        "bare",
        "--real",
        "real",
        "--config",
        "simgan.toml",
        "--out",
        "x",
    ];
    fails(folder, &bare, &["bare", "no gaze", "limit_deg = 0"]);
}

#[test]
fn a_training_measures_on_images_it_does_not_see_and_a_table_of_settings_says_what_each_is_worth() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let measured =
        TINY_SIMGAN.replace("every = 0", "every = 2\nkeep_best = true\ndrift_limit_px = 0.0");
    fs::write(folder.join("simgan.toml"), &measured).unwrap();
    let render = ["render", "eyes", "--count", "60", "--preset", "simulated-real", "--out"];
    ok(folder, &[&render[..], &["rendered"]].concat());
    ok(folder, &[&render[..], &["real", "--seed", "2"]].concat());
    let data = ["--rendered", "rendered", "--real", "real", "--config", "simgan.toml"];
    let train = [&["train", "--iterations", "5", "--out", "training"], &data[..]].concat();
    ok(folder, &train);
    let measures = fs::read_to_string(folder.join("training/measures.json")).unwrap();
    let measures: serde_json::Value = serde_json::from_str(&measures).unwrap();
    let at: Vec<u64> =
        measures.as_array().unwrap().iter().map(|m| m["iteration"].as_u64().unwrap()).collect();
    assert_eq!(at, [0, 2, 4, 5]);
    assert!(measures[3]["kernel_distance"].is_f64() && measures[3]["drift_coverage"].is_number());
    let best =
        fs::read_to_string(folder.join("training/checkpoints/best/checkpoint.json")).unwrap();
    assert!(best.contains("\"reason\": \"kernel distance"), "{best}");
    let table = fs::read_to_string(folder.join("training/metrics.csv")).unwrap();
    assert!(table.lines().next().unwrap().contains("held_out/kernel_distance"));
    assert!(table.lines().all(|line| line.matches(',').count() == 21));

    let rows =
        "[[row]]\nname = \"as it is\"\n[[row]]\nname = \"K_g 1\"\nset = { refiner_updates = 1 }\n";
    fs::write(folder.join("table.toml"), rows).unwrap();
    let ablate = ["ablate", "--preset", "demo", "--out", "ablation", "--table", "table.toml"];
    let ablate = [&ablate[..], &["--updates", "18"], &data[..]].concat();
    simreal(folder).args(&ablate).assert().success().stdout(contains("K_g 1"));
    let json = fs::read_to_string(folder.join("ablation/ablation.json")).unwrap();
    let ablation: serde_json::Value = serde_json::from_str(&json).unwrap();
    let updates = |row: usize| {
        let run = &ablation["runs"][row];
        (run["refiner_updates"].as_u64().unwrap(), run["discriminator_updates"].as_u64().unwrap())
    };
    // Warm-ups of 3 and 3, then iterations of 2 + 1 and of 1 + 1.
    assert_eq!((updates(0), updates(1)), ((3 + 8, 3 + 4), (3 + 6, 3 + 6)));
    assert!(folder.join("ablation/ablation.html").is_file());
    // The same again finds everything done.
    ok(folder, &ablate);
    let again = fs::read_to_string(folder.join("ablation/ablation.json")).unwrap();
    assert_eq!(again, json);
    // Too few images to hold any out.
    ok(folder, &["render", "eyes", "--count", "12", "--out", "few"]);
    let few =
        ["train", "--rendered", "few", "--real", "real", "--out", "t", "--config", "simgan.toml"];
    fails(folder, &few, &["few", "12 images", "[measure]"]);
}

#[test]
fn colours_are_trained_and_refined_end_to_end_and_not_mixed_with_grey() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let settings = TINY_SIMGAN
        .replace("every = 0", "every = 3")
        .replace("[measure]", "[self_regularization]\npsi = \"channel-mean\"\n[measure]");
    fs::write(folder.join("simgan.toml"), settings).unwrap();
    fs::write(folder.join("eye.toml"), "spectrum = \"rgb\"\n").unwrap();
    let render = [
        "render",
        "eyes",
        "--count",
        "60",
        "--preset",
        "unityeyes",
        "--config",
        "eye.toml",
        "--out",
    ];
    ok(folder, &[&render[..], &["rendered"]].concat());
    ok(folder, &[&render[..], &["real", "--seed", "2"]].concat());
    ok(folder, &["render", "eyes", "--count", "60", "--out", "grey"]);
    let train = |real: &'static str| {
        [
            "train",
            "--rendered",
            "rendered",
            "--config",
            "simgan.toml",
            "--iterations",
            "5",
            "--real",
        ]
        .into_iter()
        .chain([real, "--out", "training"])
        .collect::<Vec<_>>()
    };
    fails(folder, &train("grey"), &["grey", "`eye`", "`eye-rgb`"]);
    ok(folder, &train("real"));
    ok(folder, &["refine", "--training", "training", "--rendered", "rendered", "--out", "refined"]);
    let refined =
        pipeline::Dataset::<simulator::sample::EyeRgb>::open(&folder.join("refined")).unwrap();
    assert_eq!(refined.len(), 60);
    let grey = ["refine", "--training", "training", "--rendered", "grey", "--out", "x"];
    fails(folder, &grey, &["frames are grey", "colour"]);
    let sheet = image::open(folder.join("training/sheets/iteration-000005.png")).unwrap().to_rgb8();
    assert!(sheet.pixels().any(|p| p.0[0].abs_diff(p.0[2]) > 8), "the sheet is in colour");
}

#[test]
fn nothing_that_was_finished_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let render = ["render", "eyes", "--count", "3", "--out", "rendered"];
    ok(folder.path(), &render);
    let before = fs::read(folder.path().join("rendered/manifest.json")).unwrap();
    ok(folder.path(), &render);
    let other = [&render[..], &["--seed", "2"]].concat();
    fails(folder.path(), &other, &["rendered", "seed = 1", "--out"]);
    fs::create_dir(folder.path().join("notes")).unwrap();
    fs::write(folder.path().join("notes/mine.txt"), "mine").unwrap();
    fails(folder.path(), &["render", "eyes", "--out", "notes"], &["notes", "--out"]);
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
    fs::write(folder.join("eye.toml"), "[camera]\nwidth = 0\n").unwrap();
    fails(folder, &render, &["camera.width"]);
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
        ("export", "load_dataset"),
        ("train", "simreal train --rendered rendered"),
        ("ablate", "[[row]]"),
        ("refine", "simreal refine --training training"),
        ("drift", "55 px eye width"),
        ("gaze", "k-nearest-neighbour"),
        ("pupil", "columns file, pupil_x"),
        ("hand", "stacked hourglass"),
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

#[test]
fn an_export_is_there_whole_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ok(folder, &["render", "eyes", "--count", "30", "--out", "rendered"]);
    for format in ["unityeyes", "imagefolder"] {
        let export = ["export", "--dataset", "rendered", "--format", format, "--out", format];
        ok(folder, &export);
        fails(folder, &export, &[format, "--out"]);
        let back = format!("{format}-back");
        ok(folder, &["ingest", format, "--out", &back]);
        let gaze = |dataset: &str| -> Vec<_> {
            let dataset = pipeline::Dataset::<simulator::sample::Eye>::open(&folder.join(dataset));
            let samples = dataset.unwrap().samples();
            samples.map(|sample| sample.unwrap().label.gaze.unwrap()).collect()
        };
        let (before, after) = (gaze("rendered"), gaze(&back));
        assert_eq!(after.len(), 30);
        assert!(before.iter().zip(&after).all(|(a, b)| a.angle_to(*b) < 2e-4), "{format}");
    }
    let table = fs::read_to_string(folder.join("imagefolder/metadata.csv")).unwrap();
    let header = table.lines().next().unwrap();
    assert!(header.starts_with("file_name,id,domain,width,height,pitch_rad,yaw_rad"), "{header}");
    assert!(
        header.contains("pupil_semi_major_px") && table.contains("\n000000029.png,29,synthetic,")
    );
    fails(
        folder,
        &["export", "--dataset", "none", "--format", "unityeyes", "--out", "x"],
        &["none"],
    );
    let names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{names:?}");
}

#[test]
fn inspect_shows_every_column_of_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    ok(folder, &["render", "eyes", "--count", "12", "--out", "rendered"]);
    ok(folder, &["inspect", "rendered", "--out", "page.html"]);
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    for column in pipeline::Dataset::<simulator::sample::Eye>::columns() {
        assert!(page.contains(column.name), "{}", column.name);
    }
    assert!(page.contains("All 12 images"));
}
