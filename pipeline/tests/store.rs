//! What goes in comes out: bit for bit, in order, whatever the threads and the cut.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use pipeline::{Cells, Dataset, DatasetWriter, ImageCodec, WriterOptions};
use proptest::prelude::*;
use simulator::sample::{
    Domain, Eye, EyeLabel, EyeRgb, Frame, Hand, HandLabel, Modality, Sample, SampleId,
};
use std::collections::HashSet;
use std::path::Path;
use support::{colored, cut, hand, sample, write};

/// Any finite float: tiny, huge, subnormal, negative zero.
fn finite(bits: u64) -> f32 {
    let value = f32::from_bits(bits as u32);
    if value.is_finite() { value } else { -0.0 }
}

/// Labels of which each part is known or not, of any numbers.
fn label() -> impl Strategy<Value = EyeLabel> {
    let text = || proptest::option::of(".{0,9}");
    (any::<u64>(), any::<u32>(), text(), text()).prop_map(|(seed, known, subject, source)| {
        let mut state = seed;
        let mut number = || {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            finite(z ^ (z >> 31))
        };
        let mut label = EyeLabel { subject, source, ..support::full(seed, &mut number) };
        // Masks are as large as their image; another test has them.
        label.mask = None;
        let forget: [fn(&mut EyeLabel); 22] = [
            |l| l.gaze = None,
            |l| l.side = None,
            |l| l.mirrored = None,
            |l| l.spectrum = None,
            |l| l.target_mm = None,
            |l| l.geometry = None,
            |l| l.head = None,
            |l| l.axes = None,
            |l| l.normalized = None,
            |l| l.head_pose = None,
            |l| l.anatomy = None,
            |l| l.geometric = None,
            |l| l.landmarks = None,
            |l| l.lids = None,
            |l| l.coverage = None,
            |l| l.lights = None,
            |l| l.environment = None,
            |l| l.appearance = None,
            |l| l.exposure = None,
            |l| (l.seed, l.partner) = (None, None),
            |l| l.sequence = None,
            |l| l.refinement = None,
        ];
        for (k, forget) in forget.into_iter().enumerate() {
            if known >> k & 1 == 0 {
                forget(&mut label);
            }
        }
        label
    })
}

/// Samples of one size, with gaps between their ids.
fn samples() -> impl Strategy<Value = Vec<Sample<Eye>>> {
    (1usize..12, 1usize..12).prop_flat_map(|(width, height)| {
        let pixels = proptest::collection::vec(any::<u8>(), width * height);
        proptest::collection::vec((1u64..1 << 40, pixels, label()), 1..24).prop_map(move |rows| {
            let mut id = 0;
            let sample = |(gap, pixels, label)| {
                id += gap;
                let frame = Frame::new(width, height, pixels).unwrap();
                Sample { id: SampleId(id), domain: Domain::Synthetic, frame, label }
            };
            rows.into_iter().map(sample).collect()
        })
    })
}

/// Debug text tells 0.0 from -0.0, which `==` does not; floats are printed exactly.
fn exact<M: Modality>(samples: &[Sample<M>]) -> String {
    format!("{samples:?}")
}

fn read(dataset: &Dataset<Eye>) -> Vec<Sample<Eye>> {
    dataset.samples().map(Result::unwrap).collect()
}

fn shuffled(dataset: &Dataset<Eye>, seed: u64, start: u64, count: usize) -> Vec<u64> {
    dataset.shuffled(seed, start).take(count).map(|sample| sample.unwrap().id.0).collect()
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for name in ["README.md", "manifest.json"] {
        files.push((name.to_owned(), std::fs::read(dir.join(name)).unwrap()));
    }
    for entry in std::fs::read_dir(dir.join("data")).unwrap() {
        let path = entry.unwrap().path();
        files.push((
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            std::fs::read(path).unwrap(),
        ));
    }
    files.sort();
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn samples_round_trip_bit_for_bit(
        samples in samples(),
        row_group_rows in 1usize..10,
        shard_rows in 1usize..30,
        pgm: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let image = if pgm { ImageCodec::Pgm } else { ImageCodec::Png };
        let dataset = write(&folder.path().join("eyes"), &samples, WriterOptions { image, row_group_rows, shard_rows });
        prop_assert_eq!(dataset.len(), samples.len());
        prop_assert_eq!(dataset.frame_size(), samples[0].frame.size());
        prop_assert_eq!(exact(&read(&dataset)), exact(&samples));
        dataset.verify().unwrap();
    }

}

proptest! {
    // Each case reads a few hundred row groups.
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_epoch_is_a_permutation_and_a_restart_gives_the_tail(
        count in 1u64..160,
        row_group_rows in 1usize..3,
        seed: u64,
        start: u64,
    ) {
        // Up to 160 row groups: three windows.
        let samples: Vec<_> = (0..count).map(sample).collect();
        let folder = tempfile::tempdir().unwrap();
        let dataset = write(&folder.path().join("eyes"), &samples, cut(row_group_rows, 50));
        let length = count as usize;
        let stream = shuffled(&dataset, seed, 0, 3 * length);
        for epoch in stream.chunks(length) {
            let mut ids = epoch.to_vec();
            ids.sort_unstable();
            prop_assert!(ids.into_iter().eq(0..count));
        }
        let start = start % (2 * count);
        prop_assert_eq!(shuffled(&dataset, seed, start, length), &stream[start as usize..][..length]);
    }
}

#[test]
fn masks_and_colours_round_trip() {
    let folder = tempfile::tempdir().unwrap();
    for image in [ImageCodec::Png, ImageCodec::Pgm] {
        let dir = folder.path().join(format!("{image:?}"));
        let mut samples: Vec<_> = (0..7).map(sample).collect();
        samples[4].label.mask = None;
        let dataset = write(&dir.join("grey"), &samples, WriterOptions { image, ..cut(3, 6) });
        assert_eq!(exact(&read(&dataset)), exact(&samples));

        let samples: Vec<_> = (0..7).map(colored).collect();
        let dataset = write(&dir.join("rgb"), &samples, WriterOptions { image, ..cut(3, 6) });
        let back: Vec<_> = dataset.samples().map(Result::unwrap).collect();
        assert_eq!(exact(&back), exact(&samples));
        let error = Dataset::<Eye>::open(&dir.join("rgb")).unwrap_err().to_string();
        assert!(error.contains("`eye-rgb`"), "{error}");
        assert!(Dataset::<EyeRgb>::open(&dir.join("grey")).is_err());
    }
}

#[test]
fn hands_round_trip_with_their_pictures() {
    let folder = tempfile::tempdir().unwrap();
    for image in [ImageCodec::Png, ImageCodec::Pgm] {
        let dir = folder.path().join(format!("{image:?}"));
        let mut samples: Vec<_> = (0..9).map(hand).collect();
        (samples[2].label.clean_mm, samples[3].label.parts) = (None, None);
        // Real hands are known in part.
        samples[4].label = HandLabel { gesture: Some("a".into()), ..HandLabel::default() };
        samples[5].label.camera = None;
        samples[6].label.joints_nyu = None;
        for joint in samples[7].label.joints_common.iter_mut().flatten() {
            joint.visibility = None;
        }
        let dataset = write(&dir, &samples, WriterOptions { image, ..cut(3, 6) });
        let back: Vec<_> = dataset.samples().map(Result::unwrap).collect();
        assert_eq!(exact(&back), exact(&samples));
        dataset.verify().unwrap();
        let error = Dataset::<Eye>::open(&dir).unwrap_err().to_string();
        assert!(error.contains("`hand`"), "{error}");
    }
}

#[test]
fn the_joints_of_a_hand_are_stored_as_its_camera_sees_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut samples: Vec<_> = (0..2).map(hand).collect();
    samples[1].label.camera = None;
    let dataset = write(&folder.path().join("hands"), &samples, cut(2, 2));
    let table = dataset.tables().next().unwrap().unwrap();
    let column = Dataset::<Hand>::columns().find(|c| c.name == "joints_uvd").unwrap();
    let Cells::Numbers(rows) = table.cells(column) else { panic!("not numbers") };
    let label = &samples[0].label;
    let (joint, camera) = (label.joints_nyu.unwrap()[35], label.camera.unwrap());
    let expected = joint.uvd(&camera).map(f64::from);
    assert_eq!(rows[0].as_ref().unwrap()[105..], expected);
    assert_eq!(expected[2], 635.0);
    assert_eq!(rows[1], None, "without a camera there is no u and no v");
}

#[test]
fn a_number_that_is_none_is_refused_with_its_column() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, spoil: fn(&mut HandLabel)| {
        let mut sample = hand(3);
        spoil(&mut sample.label);
        let dir = folder.path().join(name);
        let mut writer = DatasetWriter::create_with(&dir, support::origin(), cut(1, 1)).unwrap();
        let error = writer.write(&sample).unwrap_err().to_string();
        assert!(error.contains(&format!("sample 3, column `{name}`")), "{error}");
    };
    refused("cube_side_mm", |l| l.cube.as_mut().unwrap().side_mm = f32::NAN);
    refused("joints_uvd", |l| l.joints_nyu.as_mut().unwrap()[4].place_mm[2] = 0.0);
    refused("clean_mm", |l| l.clean_mm = Some(Frame::from_fn(40, 31, |_, _| 7)));
}

#[test]
fn a_mask_of_another_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer =
        DatasetWriter::create_with(&folder.path().join("x"), support::origin(), cut(1, 1)).unwrap();
    let mut wrong = sample(3);
    wrong.label.mask = Some(Frame::from_fn(60, 35, |_, _| 0));
    let error = writer.write(&wrong).unwrap_err().to_string();
    assert!(error.contains("sample 3, column `mask`: 60x35 px"), "{error}");
}

#[test]
fn a_restart_at_every_position_gives_the_same_element() {
    // 70 row groups: two windows.
    let samples: Vec<_> = (0..70).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dataset = write(&folder.path().join("eyes"), &samples, cut(1, 40));
    let stream = shuffled(&dataset, 9, 0, 140);
    for (start, id) in stream.iter().enumerate() {
        assert_eq!(shuffled(&dataset, 9, start as u64, 1), [*id], "position {start}");
    }
}

#[test]
fn epochs_and_seeds_have_orders_of_their_own() {
    let samples: Vec<_> = (0..100).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dataset = write(&folder.path().join("eyes"), &samples, cut(10, 100));
    let [a, b] = [0, 100].map(|start| shuffled(&dataset, 1, start, 100));
    let c = shuffled(&dataset, 2, 0, 100);
    assert!(a != b && a != c && b != c && !a.is_sorted());
}

#[test]
fn a_small_data_set_is_mixed_over_all_of_its_row_groups() {
    // If a batch drew from one row group, its ids would lie within 10 of each other.
    let samples: Vec<_> = (0..600).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dataset = write(&folder.path().join("eyes"), &samples, cut(10, 100));
    let batch = shuffled(&dataset, 3, 0, 30);
    let groups: std::collections::HashSet<_> = batch.iter().map(|id| id / 10).collect();
    assert!(groups.len() > 15, "{groups:?}");
}

#[test]
fn threads_change_neither_bytes_nor_order() {
    let samples: Vec<_> = (0..700).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let dir = folder.path().join(threads.to_string());
            let dataset = write(&dir, &samples, cut(64, 300));
            (read(&dataset), shuffled(&dataset, 4, 55, 1500), files(&dir))
        })
    };
    assert_eq!(with(1), with(7));
}

#[test]
fn a_data_set_holds_what_its_manifest_says() {
    let samples: Vec<_> = (0..25).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("eyes");
    let dataset = write(&dir, &samples, cut(4, 10));
    let manifest = dataset.manifest();
    assert_eq!(manifest.origin, support::origin());
    let rows: Vec<_> = manifest.shards.iter().map(|shard| shard.rows).collect();
    assert_eq!(rows, [10, 10, 5]);
    let groups: Vec<_> = manifest.shards[0].row_groups.iter().map(|group| group.rows).collect();
    assert_eq!(groups, [4, 4, 2]);
    for shard in &manifest.shards {
        let bytes = std::fs::read(dir.join(&shard.file)).unwrap();
        assert_eq!(blake3::hash(&bytes).to_string(), shard.blake3);
    }
    assert_eq!(Dataset::<Eye>::open(&dir).unwrap().manifest(), manifest);
}

#[test]
fn what_is_left_out_never_comes_and_all_else_comes_once_an_epoch() {
    // 70 row groups: two windows.
    let samples: Vec<_> = (0..70).map(sample).collect();
    let folder = tempfile::tempdir().unwrap();
    let dataset = write(&folder.path().join("eyes"), &samples, cut(1, 40));
    let left_out: HashSet<SampleId> = [3, 4, 40, 69].map(SampleId).into();
    let from = |start: u64, count: usize| -> Vec<u64> {
        let stream = dataset.shuffled_without(9, start, left_out.clone());
        stream.take(count).map(|sample| sample.unwrap().id.0).collect()
    };
    let stream = from(0, 3 * 66);
    for epoch in stream.chunks(66) {
        let mut ids = epoch.to_vec();
        ids.sort_unstable();
        assert!(ids.into_iter().eq((0..70).filter(|id| !left_out.contains(&SampleId(*id)))));
    }
    assert_ne!(stream[..66], stream[66..132], "another order each epoch");
    for start in [0, 1, 65, 66, 67, 131, 132] {
        assert_eq!(from(start, 1), stream[start as usize..=start as usize], "position {start}");
    }
    let all = (0..70).map(SampleId).collect();
    assert_eq!(dataset.shuffled_without(9, 0, all).count(), 0);
}
