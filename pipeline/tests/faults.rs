//! What must not happen: half a data set, a lost one, a wrong pixel.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use pipeline::{Dataset, DatasetWriter, Error};
use simulator::sample::{Domain, Eye, Frame, Gaze, Sample, SampleId};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use support::{cut, origin, sample, write};

fn entries(dir: &Path) -> Vec<String> {
    let name =
        |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(name).collect();
    names.sort();
    names
}

fn create(dir: &Path) -> Result<DatasetWriter<Eye>, Error> {
    DatasetWriter::create_with(dir, origin(), cut(2, 4))
}

/// Every sample that comes out is one that went in, and something is found to be wrong.
fn assert_detected(dir: &Path, samples: &[Sample<Eye>], what: &str) {
    let Ok(dataset) = Dataset::<Eye>::open(dir) else { return };
    let mut found = false;
    for (k, read) in dataset.samples().enumerate() {
        match read {
            Ok(read) => assert_eq!(read, samples[k], "{what}: a wrong sample"),
            Err(error) => {
                found = true;
                assert!(error.to_string().contains(".parquet"), "names the file: {error}");
            }
        }
    }
    assert!(found, "{what} was not found while reading");
    assert!(dataset.verify().is_err(), "{what} was not found by verify");
    let shuffled = dataset.shuffled(1, 0).take(samples.len());
    assert!(shuffled.filter_map(Result::ok).all(|sample| samples.contains(&sample)), "{what}");
}

#[test]
fn a_flipped_bit_anywhere_in_a_shard_is_found_before_a_pixel_of_it_is_used() {
    let samples: Vec<_> = (0..6).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    write(&dir, &samples, cut(2, 4));
    let path = dir.join("data/part-00001.parquet");
    let whole = fs::read(&path).unwrap();
    for k in (0..whole.len()).step_by(211).chain(0..8).chain(whole.len() - 8..whole.len()) {
        let mut bytes = whole.clone();
        bytes[k] ^= 1 << (k % 8);
        fs::write(&path, bytes).unwrap();
        assert_detected(&dir, &samples, &format!("a flipped bit in byte {k}"));
    }
    fs::write(&path, whole).unwrap();
    Dataset::<Eye>::open(&dir).unwrap().verify().unwrap();
}

#[test]
fn a_shard_that_is_cut_or_longer_or_swapped_or_missing_is_found() {
    let samples: Vec<_> = (0..8).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    write(&dir, &samples, cut(2, 4));
    let [first, second] = [0, 1].map(|k| dir.join(format!("data/part-0000{k}.parquet")));
    let whole = fs::read(&first).unwrap();
    for percent in 0..100 {
        fs::write(&first, &whole[..whole.len() * percent / 100]).unwrap();
        assert_detected(&dir, &samples, &format!("a shard cut at {percent} %"));
    }
    fs::write(&first, [&whole[..], b"x"].concat()).unwrap();
    assert_detected(&dir, &samples, "a byte too many");

    fs::write(&first, fs::read(&second).unwrap()).unwrap();
    fs::write(&second, &whole).unwrap();
    assert_detected(&dir, &samples, "two shards swapped");

    fs::remove_file(&second).unwrap();
    assert_detected(&dir, &samples, "a shard missing");
}

#[test]
fn after_an_error_the_streams_end() {
    let samples: Vec<_> = (0..6).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    let dataset = write(&dir, &samples, cut(2, 4));
    fs::remove_file(dir.join("data/part-00001.parquet")).unwrap();
    let read: Vec<_> = dataset.samples().collect();
    assert!(read.len() == 5 && read[..4].iter().all(Result::is_ok) && read[4].is_err());
    let shuffled: Vec<_> = Dataset::<Eye>::open(&dir).unwrap().shuffled(0, 0).take(9).collect();
    assert!(shuffled.len() == 1 && shuffled[0].is_err());
}

/// Not a test by itself: the process that `a_killed_writer_...` starts and kills.
#[test]
#[ignore = "started by another test"]
fn a_writer_that_never_ends() {
    let Some(dir) = std::env::var_os("DATASET_UNDER_TEST") else { return };
    let mut writer = create(Path::new(&dir)).unwrap();
    for id in 0.. {
        writer.write(&sample(id)).unwrap();
    }
}

#[test]
fn a_killed_writer_leaves_no_data_set_and_the_next_one_clears_its_traces() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    let shard = folder.path().join(".eyes.partial/data/part-00001.parquet");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_writer_that_never_ends", "--ignored"])
        .env("DATASET_UNDER_TEST", &dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !shard.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the writer ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }

    // While it lives, nobody else writes there.
    assert!(matches!(create(&dir), Err(Error::Busy { .. })));
    assert!(matches!(Dataset::<Eye>::open(&dir), Err(Error::Missing { .. })));

    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(entries(folder.path()), [".eyes.partial"]);
    assert!(matches!(Dataset::<Eye>::open(&dir), Err(Error::Missing { .. })));

    let mut writer = create(&dir).unwrap();
    writer.write(&sample(3)).unwrap();
    let dataset = writer.finish().unwrap();
    assert_eq!(dataset.len(), 1);
    assert_eq!(entries(folder.path()), ["eyes"]);
    assert_eq!(entries(&dir), ["README.md", "data", "manifest.json"]);
    assert_eq!(entries(&dir.join("data")), ["part-00000.parquet"]);
}

#[test]
fn a_finished_data_set_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    let dataset = write(&dir, &[sample(0)], cut(2, 4));
    let error = create(&dir).err().unwrap();
    assert!(matches!(error, Error::Exists { .. }), "{error}");
    assert!(error.to_string().contains("choose another --out"), "{error}");
    dataset.verify().unwrap();

    // Neither is a file, nor a folder of something else; an empty folder is no obstacle.
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert!(matches!(create(&file), Err(Error::Exists { .. })));
    assert!(matches!(create(folder.path()), Err(Error::Exists { .. })));
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    write(&empty, &[sample(0)], cut(2, 4));
}

#[test]
fn what_appears_meanwhile_is_not_overwritten_either() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    let mut writer = create(&dir).unwrap();
    writer.write(&sample(0)).unwrap();
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    assert!(matches!(writer.finish(), Err(Error::Exists { .. })));
    assert_eq!(entries(&dir), ["notes.txt"]);
}

#[test]
fn without_finish_or_without_samples_there_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    let mut writer = create(&dir).unwrap();
    for id in 0..9 {
        writer.write(&sample(id)).unwrap();
    }
    drop(writer);
    assert!(entries(folder.path()).is_empty());

    assert!(matches!(create(&dir).unwrap().finish(), Err(Error::Empty { .. })));
    assert!(entries(folder.path()).is_empty());
}

#[test]
fn a_sample_that_does_not_fit_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |samples: &[Sample<Eye>]| {
        let mut writer = create(&folder.path().join("eyes")).unwrap();
        let mut written = samples.iter().map(|sample| writer.write(sample));
        match written.find_map(Result::err) {
            Some(error) => error.to_string(),
            None => writer.finish().unwrap_err().to_string(),
        }
    };
    for ids in [[5, 5], [5, 4]] {
        let error = refused(&ids.map(sample));
        assert!(error.contains(&format!("sample {} came after sample 5", ids[1])), "{error}");
    }

    let real = Sample { domain: Domain::Real, ..sample(1) };
    let error = refused(&[sample(0), real]);
    assert!(error.contains("sample 1 is real, but this data set is synthetic"), "{error}");

    let small = Sample { frame: Frame::from_fn(55, 35, |_, _| 0), ..sample(1) };
    let error = refused(&[sample(0), small]);
    assert!(error.contains("sample 1 is 55x35 px, but this data set holds 60x36 px"), "{error}");

    let mut unknown = sample(1);
    unknown.label.gaze = Some(Gaze { pitch: 0.0, yaw: f32::NAN });
    let error = refused(&[sample(0), unknown]);
    assert!(error.contains("sample 1, column `gaze_yaw_rad`: NaN is not a finite"), "{error}");

    let wide = Frame::from_fn(20_000, 1, |_, _| 0);
    let error = refused(&[Sample { id: SampleId(7), frame: wide, ..sample(7) }]);
    assert!(error.contains("sample 7, column `image`"), "{error}");
}

#[test]
fn options_out_of_range_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    let error = DatasetWriter::<Eye>::create_with(&dir, origin(), cut(0, 4)).err().unwrap();
    assert!(error.to_string().contains("row_group_rows is 0"), "{error}");
    assert!(entries(folder.path()).is_empty());
}
