//! Images per second, for both codecs: written (to a finished data set, flushed to the disk), read
//! in order, and read shuffled. Run with `cargo bench -p pipeline`.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pipeline::{Dataset, ImageCodec, WriterOptions};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::sample::{Eye, Frame, Sample};
use std::path::Path;

const ROWS: u64 = 8 * 1024;

/// Dark discs on a ramp, with sensor noise of about 3 levels: no easier to compress than an eye.
fn samples() -> Vec<Sample<Eye>> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let sample = |id: u64| {
        let (cx, cy) = (20.0 + (id % 21) as f32, 12.0 + (id % 13) as f32);
        let frame = Frame::from_fn(60, 36, |x, y| {
            let radius = (x as f32 - cx).hypot(y as f32 - cy);
            let level = if radius < 5.0 { 20.0 } else { 90.0 + x as f32 + y as f32 };
            let noise =
                rng.next_u64().to_le_bytes().iter().map(|&b| b as f32).sum::<f32>() - 1020.0;
            (level + noise / 70.0).clamp(0.0, 255.0) as u8
        });
        Sample { frame, ..support::sample(id) }
    };
    (0..ROWS).map(sample).collect()
}

fn write(dir: &Path, samples: &[Sample<Eye>], image: ImageCodec) -> Dataset<Eye> {
    support::write(dir, samples, WriterOptions { image, ..WriterOptions::default() })
}

fn shards(criterion: &mut Criterion) {
    let samples = samples();
    for image in [ImageCodec::Png, ImageCodec::Pgm] {
        let folder = tempfile::tempdir().unwrap();
        let dataset = write(&folder.path().join("read"), &samples, image);
        let mut group = criterion.benchmark_group(format!("{image:?}"));
        group.throughput(Throughput::Elements(ROWS)).sample_size(10);
        group.bench_function("write", |bencher| {
            let fresh = || tempfile::tempdir().unwrap();
            bencher.iter_batched_ref(
                fresh,
                |dir| write(&dir.path().join("new"), &samples, image),
                BatchSize::PerIteration,
            );
        });
        group.bench_function("read", |bencher| {
            bencher.iter(|| dataset.samples().map(Result::unwrap).count());
        });
        group.bench_function("shuffled", |bencher| {
            let epoch = ROWS as usize;
            bencher.iter(|| dataset.shuffled(1, 0).take(epoch).map(Result::unwrap).count());
        });
        group.finish();
    }
}

criterion_group!(benches, shards);
criterion_main!(benches);
