//! Which of the files beside images label them.
use super::*;

#[test]
fn labels_beside_images_are_used_or_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    save(dir, "a.png", 10);
    save(dir, "b.png", 20);
    let good = "file_name,pitch_rad,yaw_rad\na.png,0.1,-0.2\n";
    let with = |name: &str, text: &str, options: &FolderOptions| {
        std::fs::write(dir.join(name), text).unwrap();
        let samples = import(dir, options);
        std::fs::remove_file(dir.join(name)).unwrap();
        samples.map(|samples| samples[0].label.gaze).map_err(|error| error.to_string())
    };
    let options = FolderOptions::default();
    let gaze = Some(Gaze { pitch: 0.1, yaw: -0.2 });
    for name in ["metadata.csv", "Metadata.CSV", "gaze.csv", "labels.csv", "anything.tsv"] {
        let text = if name.ends_with("tsv") { good.replace(',', "\t") } else { good.to_owned() };
        assert_eq!(with(name, &text, &options), Ok(gaze), "{name}");
    }
    let line = "{\"file_name\": \"a.png\", \"pitch_rad\": 0.1, \"yaw_rad\": -0.2}\n";
    assert_eq!(with("metadata.jsonl", line, &options), Ok(gaze));
    let unlabelled = LabelOptions { unlabelled: true, ..LabelOptions::default() };
    let unlabelled = FolderOptions { labels: unlabelled, ..FolderOptions::default() };
    for (name, text) in [
        ("labels.csv", "image,pitch,yaw\na.png,0.1,-0.2\n"),
        ("gaze.csv", "pitch_rad,yaw_rad\n0.1,-0.2\n0.3,0\n"),
        ("metadata.csv", "file_name,pitch_rad,yaw_rad\nother/a.png,0.1,-0.2\n"),
        ("labels.txt", "a.png 0.1 -0.2\nb.png 0 0\n"),
        ("a.json", "{\"shapes\": []}"),
        ("a.txt", "0 0.5 0.5 0.1 0.1\n"),
        ("annotations.json", "{\"images\": [{\"file_name\": \"a.png\"}]}"),
        ("gaze.npy", "\u{93}NUMPY"),
        ("labels.xlsx", "PK"),
    ] {
        let error = with(name, text, &options).unwrap_err();
        assert!(error.contains(name) && error.contains("--unlabelled"), "{name}: {error}");
        assert_eq!(with(name, text, &unlabelled), Ok(None), "{name}");
    }
    // What has nothing to do with them is passed over with its name.
    for (name, text) in [("README.txt", "a.png is an eye"), ("note.txt", "x"), ("run.md", "a.png")]
    {
        std::fs::write(dir.join(name), text).unwrap();
        let account = read(dir, &options).unwrap().account().clone();
        assert!(account.passed_over.iter().any(|passed| passed.file == name), "{name}");
        std::fs::remove_file(dir.join(name)).unwrap();
    }
}

#[test]
fn splits_and_paths_below_are_read_with_where_they_are_from() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    for split in ["train", "test"] {
        std::fs::create_dir(dir.join(split)).unwrap();
        save(&dir.join(split), "a.png", 10);
    }
    save(&dir.join("train"), "b.png", 20);
    let table = "file_name,pitch_rad,yaw_rad,light\na.png,0.1,-0.2,dim\n";
    std::fs::write(dir.join("train/metadata.csv"), table).unwrap();
    let samples = read(dir, &FolderOptions::default()).unwrap();
    let account = samples.account().clone();
    assert_eq!(account.extra_columns, ["split", "light"]);
    let samples: Vec<_> = samples.map(Result::unwrap).collect();
    let sources: Vec<_> = samples.iter().map(|s| s.label.source.as_deref().unwrap()).collect();
    assert_eq!(sources, ["test/a.png", "train/a.png", "train/b.png"]);
    assert_eq!(account.extra[&samples[1].id], ["train", "dim"]);
    assert_eq!(samples[1].label.gaze, Some(Gaze { pitch: 0.1, yaw: -0.2 }));

    // One table above them all.
    std::fs::remove_file(dir.join("train/metadata.csv")).unwrap();
    let table = "file_name,pitch_rad,yaw_rad\ntrain\\b.png,0.3,0\ntrain/a.png,0.1,-0.2\n";
    std::fs::write(dir.join("metadata.csv"), table).unwrap();
    let samples = read(dir, &FolderOptions::default()).unwrap();
    let passed = samples.account().passed_over.clone();
    assert!(passed.iter().any(|passed| passed.file == "test/"), "{passed:?}");
    let samples: Vec<_> = samples.map(Result::unwrap).collect();
    assert_eq!(samples.len(), 2);
    assert_eq!(samples[1].label.source.as_deref(), Some("train/b.png"));
    assert_eq!(samples[1].label.gaze.unwrap().pitch, 0.3);
}
