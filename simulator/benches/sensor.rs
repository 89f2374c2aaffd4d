//! The camera alone, on one core: `cargo bench -p simulator --bench sensor`.
#![allow(missing_docs)]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use simulator::eye::{Range, SensorConfig, expose_planes};
use std::hint::black_box;

/// An eye-like scene: a dark disc on a bright gradient.
fn scene(width: usize, height: usize, bands: usize) -> Vec<f32> {
    let light = |k: usize| {
        let (x, y) =
            ((k % width) as f32 / width as f32, (k / width % height) as f32 / height as f32);
        let (dx, dy) = (x - 0.5, (y - 0.5) * 0.6);
        if dx * dx + dy * dy < 0.02 { 0.08 } else { 0.4 + 0.3 * x - 0.1 * y }
    };
    (0..width * height * bands).map(light).collect()
}

fn bench(criterion: &mut Criterion) {
    let usual = SensorConfig {
        blur_px: Range::always(0.8),
        pixel_pitch_px: Range::always(1.4),
        shot_noise: Range::always(0.01),
        read_noise: Range::always(0.006),
        defocus_share: 0.0,
        motion_share: 0.0,
        jpeg_share: 0.0,
        ..SensorConfig::default()
    };
    let fine = SensorConfig { pixel_pitch_px: Range::always(1.0), ..usual.clone() };
    let jpeg = SensorConfig { jpeg_share: 1.0, ..usual.clone() };
    let defocus =
        SensorConfig { defocus_share: 1.0, defocus_radius_px: Range::always(2.0), ..usual.clone() };
    let motion = SensorConfig { motion_share: 1.0, motion_px: Range::always(3.0), ..usual.clone() };
    let mut group = criterion.benchmark_group("sensor");
    for (width, height, bands) in [(55, 35, 1), (640, 480, 1), (640, 480, 3)] {
        group.throughput(Throughput::Elements((width * height) as u64));
        let pixels = scene(width, height, bands);
        for (name, config) in [
            ("resampled", &usual),
            ("no resampling", &fine),
            ("JPEG", &jpeg),
            ("defocus", &defocus),
            ("motion", &motion),
        ] {
            let mut id = 0;
            let size = format!("{width}x{height}x{bands}");
            group.bench_function(BenchmarkId::new(name, size), |bencher| {
                bencher.iter_batched(
                    || pixels.clone(),
                    |pixels| {
                        id += 1;
                        black_box(expose_planes((width, height, bands), pixels, config, (1, id)))
                    },
                    BatchSize::SmallInput,
                );
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_millis(1500))
        .sample_size(20);
    targets = bench
}
criterion_main!(benches);
