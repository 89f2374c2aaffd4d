//! What goes in comes out: bit for bit, in order, whatever the threads and the cut.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use pipeline::{Dataset, ImageCodec, WriterOptions};
use proptest::prelude::*;
use simulator::sample::{
    Domain, Ellipse, Eye, EyeGeometry, EyeLabel, Frame, Gaze, LID_POINTS, PinholeCamera, Sample,
    SampleId,
};
use std::path::Path;
use support::{cut, sample, write};

/// Any finite float: tiny, huge, subnormal, negative zero.
fn float() -> impl Strategy<Value = f32> {
    any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |v| v.is_finite())
}

fn gaze() -> impl Strategy<Value = Gaze> {
    [float(), float()].prop_map(|[pitch, yaw]| Gaze { pitch, yaw })
}

fn ellipse() -> impl Strategy<Value = Ellipse> {
    [float(), float(), float(), float(), float()].prop_map(|[x, y, a, b, angle]| Ellipse {
        center: [x, y],
        semi_major: a,
        semi_minor: b,
        orientation: angle,
    })
}

fn lid() -> impl Strategy<Value = [[f32; 2]; LID_POINTS]> {
    proptest::array::uniform::<_, LID_POINTS>([float(), float()])
}

fn points() -> impl Strategy<Value = [[f32; 3]; 3]> {
    let point = || [float(), float(), float()];
    [point(), point(), point()]
}

fn geometry() -> impl Strategy<Value = EyeGeometry> {
    let camera = (any::<u32>(), any::<u32>(), float(), [float(), float()]).prop_map(
        |(width, height, focal_px, center_px)| PinholeCamera { width, height, focal_px, center_px },
    );
    let numbers = [float(), float(), float(), float()];
    (gaze(), gaze(), points(), numbers, ellipse(), ellipse(), lid(), lid(), camera).prop_map(
        |(optical_axis, head, points, numbers, pupil, iris, upper_lid, lower_lid, camera)| {
            EyeGeometry {
                optical_axis,
                head,
                eye_center_mm: points[0],
                cornea_center_mm: points[1],
                pupil_center_mm: points[2],
                pupil_radius_mm: numbers[0],
                iris_radius_mm: numbers[1],
                pupil,
                iris,
                pupil_visible: numbers[2],
                iris_visible: numbers[3],
                upper_lid,
                lower_lid,
                camera,
            }
        },
    )
}

fn label() -> impl Strategy<Value = EyeLabel> {
    let text = || proptest::option::of(".{0,9}");
    (proptest::option::of(gaze()), text(), text(), proptest::option::of(geometry()))
        .prop_map(|(gaze, subject, source, geometry)| EyeLabel { gaze, subject, source, geometry })
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
fn exact(samples: &[Sample<Eye>]) -> String {
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
