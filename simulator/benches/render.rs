//! Images per second on one core: `cargo bench -p simulator`; and what whole pictures cost, in rays
//! (one a pixel), against following the same rays without any shading.
#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use simulator::eye::truth::BareRays;
use simulator::eye::{EyeConfig, EyeSampler, render};
use simulator::sample::{Eye, SampleId};
use std::hint::black_box;

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(1));
    for (preset, _) in EyeConfig::PRESETS {
        let Some(config) = EyeConfig::preset(preset) else { continue };
        let Ok(sampler) = EyeSampler::new(config, 1) else { continue };
        let mut id = 0;
        group.bench_function(*preset, |bencher| {
            bencher.iter(|| {
                id += 1;
                black_box(render::<Eye>(&sampler, SampleId(id)))
            });
        });
    }
    group.finish();
}

fn rays(criterion: &mut Criterion) {
    let Some(config) = EyeConfig::preset("simgan") else { return };
    let Ok(sampler) = EyeSampler::new(config.clone(), 1) else { return };
    let mut group = criterion.benchmark_group("rays");
    let bare: Vec<BareRays> = (0..64).map(|id| BareRays::new(&config, 1, id)).collect();
    group.throughput(Throughput::Elements(bare.iter().map(BareRays::count).sum()));
    group.bench_function("bare", |bencher| {
        bencher.iter(|| bare.iter().map(BareRays::follow).sum::<f32>())
    });
    group.bench_function("pictures", |bencher| {
        bencher.iter(|| {
            for id in 0..64 {
                black_box(render::<Eye>(&sampler, SampleId(id)));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, rays, bench);
criterion_main!(benches);
