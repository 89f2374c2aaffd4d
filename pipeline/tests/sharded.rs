//! A data set that is made shard by shard: the same bytes whoever makes them and however often.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use pipeline::{Dataset, Error, Job, ShardedWriter, WriterOptions};
use simulator::sample::{Eye, Sample};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use support::{cut, origin, sample};

fn job() -> Job {
    let settings = ("render.toml", "seed = 5\n".to_owned());
    let (shards, options) = (Some(5), cut(4, 100));
    Job { origin: origin(), ids: 10..73, by_position: false, shards, options, settings }
}

fn samples(ids: Range<u64>) -> Vec<Sample<Eye>> {
    ids.map(sample).collect()
}

fn make(ids: Range<u64>) -> Option<Vec<Sample<Eye>>> {
    Some(samples(ids))
}

fn open(dir: &Path, job: Job) -> ShardedWriter<Eye> {
    ShardedWriter::open(dir, job).unwrap()
}

/// Every file below, hidden ones too.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            all.extend(files(&path).into_iter().map(|(file, b)| (format!("{name}/{file}"), b)));
            all.entry(name).or_default();
        } else {
            all.insert(name, fs::read(path).unwrap());
        }
    }
    all
}

/// The files of a run that nobody disturbed.
fn undisturbed(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let writer = open(dir, job());
    for shard in 0..5 {
        assert!(writer.write(shard, make, |_| {}).unwrap());
    }
    writer.finish().unwrap().unwrap();
    files(dir)
}

#[test]
fn it_holds_every_sample_once_in_shards_of_like_size() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = undisturbed(&folder.path().join("a")).into_keys().collect();
    let parts = (0..5).map(|k| format!("data/part-{k:05}.parquet"));
    let expected = ["README.md".to_owned(), "data".to_owned()].into_iter().chain(parts);
    let expected: Vec<String> =
        expected.chain(["manifest.json".into(), "render.toml".into()]).collect();
    assert_eq!(names, expected, "and nothing else");

    let dataset: Dataset<Eye> = Dataset::open(&folder.path().join("a")).unwrap();
    let samples: Vec<_> = dataset.samples().collect::<Result<_, _>>().unwrap();
    assert_eq!(samples, self::samples(10..73));
    let rows: Vec<u64> = dataset.manifest().shards.iter().map(|shard| shard.rows).collect();
    assert_eq!(rows, [12, 13, 12, 13, 13]);
}

#[test]
fn any_order_any_number_of_threads_and_processes_at_once_make_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let expected = undisturbed(&folder.path().join("a"));
    for threads in [1, 2, 7] {
        let dir = folder.path().join(format!("{threads}"));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for shard in [3, 0, 4, 1] {
            let writer = open(&dir, job());
            assert!(pool.install(|| writer.write(shard, make, |_| {})).unwrap());
            assert!(writer.finish().unwrap().is_none(), "one is missing");
        }
        pool.install(|| open(&dir, job()).write(2, make, |_| {})).unwrap();
        assert!(open(&dir, job()).finish().unwrap().is_some());
        assert_eq!(files(&dir), expected, "{threads} threads");
    }
    for time in 0..10 {
        let dir = &folder.path().join(format!("at-once-{time}"));
        std::thread::scope(|scope| {
            for shard in 0..5 {
                scope.spawn(move || {
                    let writer = open(dir, job());
                    writer.write(shard, make, |_| {}).unwrap();
                    writer.finish().unwrap();
                });
            }
        });
        assert_eq!(files(dir), expected);
    }
}

#[test]
fn a_stop_leaves_nothing_of_its_shard_and_all_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let expected = undisturbed(&folder.path().join("a"));
    let dir = folder.path().join("b");
    let writer = open(&dir, job());
    assert!(writer.write(1, make, |_| {}).unwrap());
    let first = writer.ids(2).start;
    let stops = |ids: Range<u64>| (ids.start < first + 8).then(|| samples(ids));
    assert!(!writer.write(2, stops, |written| assert!(written <= 8)).unwrap());
    assert_eq!(writer.missing(0..5).unwrap(), [0, 2, 3, 4]);
    // Kills leave files under names that are not theirs yet.
    fs::write(dir.join(".render.toml.0123456789abcdef.tmp"), "seed").unwrap();
    fs::write(dir.join("data/.part-00004.parquet.partial"), "PAR1").unwrap();
    assert!(!dir.join("data/.part-00002.parquet.partial").exists());
    for shard in [0, 2, 3, 4] {
        writer.write(shard, make, |_| {}).unwrap();
    }
    writer.finish().unwrap().unwrap();
    assert_eq!(files(&dir), expected);
}

#[test]
fn a_damaged_shard_is_made_again_before_and_after_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("a");
    let expected = undisturbed(&dir);
    let path = dir.join("data/part-00003.parquet");
    let damages: [fn(&mut Vec<u8>); 3] = [|b| b[100] ^= 4, |b| b.truncate(50), |b| b.clear()];
    for damage in damages {
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        let writer = open(&dir, job());
        assert_eq!(writer.missing(0..5).unwrap(), [3]);
        assert!(writer.write(3, make, |_| {}).unwrap());
        writer.finish().unwrap().unwrap();
        assert_eq!(files(&dir), expected);
    }
    fs::remove_file(&path).unwrap();
    let writer = open(&dir, job());
    let mirrored = |sample: Sample<Eye>| Sample { frame: sample.frame.mirrored(), ..sample };
    let other = |ids| Some(samples(ids).into_iter().map(mirrored).collect());
    let error = writer.write(3, other, |_| {}).unwrap_err();
    assert!(matches!(error, Error::Changed { .. }) && !error.is_transient(), "{error}");

    // Before there is a manifest, a lost receipt costs its shard and nothing else.
    let dir = folder.path().join("b");
    let writer = open(&dir, job());
    writer.write(0, make, |_| {}).unwrap();
    writer.write(1, make, |_| {}).unwrap();
    fs::write(dir.join(".shards/00001.json"), "{\"key\": \"cut").unwrap();
    assert_eq!(open(&dir, job()).missing(0..5).unwrap(), [1, 2, 3, 4]);
}

#[test]
fn other_settings_and_other_peoples_folders_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("a");
    undisturbed(&dir);
    let open = |dir: &Path, job: Job| ShardedWriter::<Eye>::open(dir, job).err().unwrap();
    let settings = ("render.toml", "seed = 6\n".to_owned());
    let error = open(&dir, Job { settings, ..job() }).to_string();
    assert!(error.contains("render.toml") && error.contains("seed = 5"), "{error}");
    let error = open(&dir, Job { shards: Some(4), ..job() });
    assert!(matches!(error, Error::Settings { .. }), "{error}");

    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert!(matches!(open(folder.path(), job()), Error::Exists { .. }));
    assert!(matches!(open(&folder.path().join("notes.txt"), job()), Error::Exists { .. }));
    let many = Job { shards: Some(64), ..job() };
    assert!(open(&folder.path().join("b"), many).to_string().contains("1 to 63"));
    let none = Job { ids: 3..3, ..job() };
    assert!(matches!(open(&folder.path().join("b"), none), Error::Empty { .. }));
    assert!(!folder.path().join("b").exists());
}

#[test]
fn a_row_group_of_large_images_is_small() {
    assert_eq!(WriterOptions::for_images(60, 36, 1), WriterOptions::default());
    let large = WriterOptions::for_images(640, 480, 3);
    assert_eq!((large.row_group_rows, large.shard_rows), (16, 49 * 16));
    assert_eq!(WriterOptions::for_images(16_384, 16_384, 3).row_group_rows, 1);
}

#[test]
fn samples_of_gaps_between_their_ids_are_cut_by_position_and_read_back_by_position() {
    let folder = tempfile::tempdir().unwrap();
    let id = |position: u64| position * position + 3;
    let job = || Job { ids: 0..40, by_position: true, ..job() };
    let writer = open(&folder.path().join("a"), job());
    for shard in 0..5 {
        let make = |positions: Range<u64>| Some(positions.map(|p| sample(id(p))).collect());
        assert!(writer.write(shard, make, |_| {}).unwrap());
    }
    let dataset: Dataset<Eye> = writer.finish().unwrap().unwrap();
    let all: Vec<Sample<Eye>> = dataset.samples().map(Result::unwrap).collect();
    assert!(all.iter().map(|sample| sample.id.0).eq((0..40).map(id)));
    for range in [0..40, 0..1, 3..5, 7..9, 1..23, 39..40, 5..5, 38..99, 40..41] {
        let expected = &all[range.start as usize..range.end.min(40) as usize];
        assert_eq!(dataset.range(range).unwrap(), expected);
    }

    // Ids that do not ascend, within a row group and from one to the next.
    let writer = open(&folder.path().join("b"), job());
    for wrong in [1, 4] {
        let swapped = |p: u64| if p == wrong { id(p - 1) } else { id(p) };
        let make = |positions: Range<u64>| Some(positions.map(|p| sample(swapped(p))).collect());
        let error = writer.write(0, make, |_| {}).unwrap_err();
        assert!(matches!(error, Error::Order { .. }), "{error}");
    }
}

#[test]
fn a_receipt_with_a_flipped_bit_is_none_and_the_data_set_ends_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let expected = undisturbed(&folder.path().join("a"));
    let dir = folder.path().join("b");
    let writer = open(&dir, job());
    (0..5).for_each(|shard| assert!(writer.write(shard, make, |_| {}).unwrap()));
    let receipt = dir.join(".shards/00002.json");
    let text = fs::read(&receipt).unwrap();
    for at in 0..text.len() {
        let mut flipped = text.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&receipt, flipped).unwrap();
        assert_eq!(writer.missing(0..5).unwrap(), [2], "byte {at}");
    }
    assert!(open(&dir, job()).finish().unwrap().is_none());

    // One of before there was a seal is none either.
    let unsealed: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let mut unsealed = unsealed.as_object().unwrap().clone();
    assert!(unsealed.remove("blake3").is_some());
    fs::write(&receipt, serde_json::to_vec_pretty(&unsealed).unwrap()).unwrap();
    assert_eq!(writer.missing(0..5).unwrap(), [2]);
    assert!(writer.write(2, make, |_| {}).unwrap());
    writer.finish().unwrap().unwrap();
    assert_eq!(files(&dir), expected);
}

#[test]
fn a_damaged_manifest_is_built_again_from_shards_that_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("a");
    let expected = undisturbed(&dir);
    let manifest = dir.join("manifest.json");
    let text = fs::read(&manifest).unwrap();
    let mut made_again = 0;
    for at in (0..text.len()).step_by(97) {
        let mut flipped = text.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&manifest, flipped).unwrap();
        assert!(Dataset::<Eye>::open(&dir).is_err(), "byte {at}");
        let writer = open(&dir, job());
        // A hash that was hit proves nothing: its shard is made again, the others are not.
        let missing = writer.missing(0..5).unwrap();
        made_again += missing.len();
        for shard in missing {
            assert!(writer.write(shard, make, |_| {}).unwrap());
        }
        writer.finish().unwrap().unwrap();
        assert_eq!(files(&dir), expected, "byte {at}");
    }
    assert!(made_again > 0 && made_again < text.len() / 97 * 5, "{made_again}");

    // A shard that is damaged too is not taken over.
    fs::write(&manifest, [&text[..], b" "].concat()).unwrap();
    let shard = dir.join("data/part-00001.parquet");
    let mut bytes = fs::read(&shard).unwrap();
    bytes[200] ^= 1;
    fs::write(&shard, bytes).unwrap();
    let writer = open(&dir, job());
    assert_eq!(writer.missing(0..5).unwrap(), [1]);
    assert!(writer.write(1, make, |_| {}).unwrap());
    writer.finish().unwrap().unwrap();
    assert_eq!(files(&dir), expected);
}

#[test]
fn more_samples_or_shards_than_can_be_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("a");
    let refused = |job: Job| ShardedWriter::<Eye>::open(&dir, job).err().unwrap().to_string();
    let error = refused(Job { ids: 0..1 << 63, shards: None, ..job() });
    assert!(error.contains("number of samples is 9223372036854775808"), "{error}");
    let error = refused(Job { ids: 0..1 << 30, shards: Some(1 << 25), ..job() });
    assert!(error.contains("number of shards is 33554432; set it to 1 to 1000000"), "{error}");
    assert!(!dir.exists());
}
