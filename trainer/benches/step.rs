//! Images a second through each training step, at the sizes of the presets.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use simulator::sample::{Frame, Gaze};
use std::hint::black_box;
use trainer::{Device, GazeNet, GazeNetConfig, Silent, SimGan, SimGanConfig};

fn frames(count: usize) -> Vec<Frame<u8>> {
    (0..count)
        .map(|i| Frame::from_fn(55, 35, |x, y| (x * 4 + y * 3 + i * 17 + (x * y) % 13) as u8))
        .collect()
}

fn simgan(criterion: &mut Criterion) {
    for preset in ["cpu", "paper"] {
        // The paper's batch takes minutes a sample on a processor; 32 gives the same rate.
        let config = SimGanConfig { batch_size: 32, ..SimGanConfig::preset(preset).unwrap() };
        let batch = frames(config.batch_size);
        let mut gan = SimGan::new(config, (55, 35), &Device::cpu()).unwrap();
        let mut group = criterion.benchmark_group("simgan 55x35, batch 32");
        group.sample_size(10).throughput(Throughput::Elements(batch.len() as u64));
        group.bench_function(BenchmarkId::new("refiner step", preset), |b| {
            b.iter(|| gan.refiner_step(black_box(&batch)))
        });
        group.bench_function(BenchmarkId::new("discriminator step", preset), |b| {
            b.iter(|| gan.discriminator_step(black_box(&batch), black_box(&batch)).unwrap())
        });
        let refiner = gan.refiner();
        group.bench_function(BenchmarkId::new("refine", preset), |b| {
            b.iter(|| refiner.refine(black_box(&batch)).unwrap())
        });
        group.finish();
    }
}

fn gaze(criterion: &mut Criterion) {
    let batch = frames(128);
    let gazes = vec![Gaze { pitch: 0.1, yaw: -0.2 }; batch.len()];
    let config = GazeNetConfig { epochs: 1, ..GazeNetConfig::preset("cpu").unwrap() };
    let mut group = criterion.benchmark_group("gaze network 55x35, batch 64");
    group.sample_size(10).throughput(Throughput::Elements(batch.len() as u64));
    group.bench_function("train", |b| {
        b.iter(|| GazeNet::train(&config, &batch, &gazes, &Device::cpu(), &mut Silent).unwrap())
    });
    group.finish();
}

criterion_group!(benches, simgan, gaze);
criterion_main!(benches);
