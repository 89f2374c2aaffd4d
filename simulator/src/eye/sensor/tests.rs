#![allow(clippy::unwrap_used)]
use super::*;
use crate::eye::{EyeConfig, Range};

/// The camera that does nothing but expose.
fn plain() -> SensorConfig {
    let clean = EyeConfig::preset("clean").unwrap().sensor;
    SensorConfig {
        exposure: Range::always(0.5),
        gamma: Range::always(1.0),
        contrast: Range::always(0.0),
        white_balance_error: 0.0,
        ..clean
    }
}

/// Every part of the camera at work.
fn busy() -> SensorConfig {
    SensorConfig {
        vignette: Range::new(0.0, 0.15),
        blur_px: Range::new(0.45, 1.0),
        defocus_share: 1.0,
        defocus_radius_px: Range::new(0.7, 2.0),
        motion_share: 1.0,
        motion_px: Range::new(0.5, 3.0),
        exposure: Range::new(0.5, 1.12),
        exposure_error: 0.2,
        pixel_pitch_px: Range::always(1.4),
        white_balance_error: 0.06,
        shot_noise: Range::new(0.0, 0.015),
        read_noise: Range::new(0.0, 0.008),
        row_noise: Range::always(0.01),
        grainy_share: 0.18,
        gamma: Range::new(1.4, 2.4),
        contrast: Range::new(0.0, 0.4),
        jpeg_share: 1.0,
        jpeg_quality: Range::new(60.0, 95.0),
        equalize: true,
        ..plain()
    }
}

fn scene(bands: usize, light: impl Fn(usize, usize) -> f32) -> Radiance {
    let (width, height) = (60, 40);
    let plane: Vec<f32> = (0..width * height).map(|k| light(k % width, k / width)).collect();
    Radiance { width, height, bands, pixels: plane.repeat(bands) }
}

fn disc(x: usize, y: usize) -> f32 {
    if (x as f32 - 30.0).hypot(y as f32 - 20.0) < 8.0 { 0.1 } else { 0.6 + 0.004 * x as f32 }
}

#[test]
fn blurring_and_resampling_leave_a_ramp_where_it_is() {
    let Radiance { width, height, pixels: before, .. } = scene(1, |x, _| 0.2 + 0.01 * x as f32);
    let mut after = before.clone();
    optics::blur(&mut after, width, height, 0.8);
    kernel::convolve(&mut after, width, height, &kernel::disc(1.3));
    kernel::convolve(&mut after, width, height, &kernel::line([2.0, 1.0]));
    let stream = &mut Stream::new(1, 2, Purpose::Camera);
    let drawn = Draw::new(&SensorConfig::default(), stream, [0.0; 2], 1);
    for (pitch, phase) in [(1.7, 0.05), (1.7, 0.4), (1.05, 0.99), (3.4, 0.5)] {
        let draw = Draw { pitch, phase: [phase, 1.0 - phase], ..drawn.clone() };
        let grid = Grid::new(&draw, width, height);
        let (mut sensed, mut back) = (Vec::new(), Vec::new());
        grid.gather(&after, &mut sensed);
        grid.spread(&sensed, &mut back);
        for y in 6..34 {
            for x in 12..48 {
                let k = y * width + x;
                assert!((back[k] - before[k]).abs() < 2e-3, "{pitch} {phase} {x} {y}");
            }
        }
    }
}

#[test]
fn without_noise_a_flat_scene_stays_flat() {
    for bands in [1, 3] {
        let config = SensorConfig {
            defocus_share: 1.0,
            motion_share: 1.0,
            jpeg_share: 1.0,
            pixel_pitch_px: Range::always(1.3),
            ..plain()
        };
        let exposed = expose(scene(bands, |_, _| 0.4), &config, 1, 2, [3.0, -1.0]);
        assert!(exposed.pixels.iter().all(|&p| p == 128), "{:?}", &exposed.pixels[..12]);
    }
}

#[test]
fn noise_has_the_deviation_that_was_asked_for() {
    let config = SensorConfig {
        read_noise: Range::always(0.03),
        shot_noise: Range::always(0.04),
        ..plain()
    };
    let exposed = expose(scene(1, |_, _| 1.0), &config, 1, 2, [0.0; 2]);
    let values: Vec<f64> = exposed.pixels.iter().map(|&p| f64::from(p) / 255.0).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
    // At half of white: 0.04^2 / 2 + 0.03^2.
    assert!((mean - 0.5).abs() < 0.003, "{mean}");
    assert!((deviation / 0.0412 - 1.0).abs() < 0.05, "{deviation}");
    assert_eq!(exposed.exposure.read_noise, 0.03);
}

#[test]
fn a_moving_image_stays_centred_on_the_middle_of_the_exposure() {
    let centroid = |motion| {
        let exposed = expose(scene(1, disc), &plain(), 1, 2, motion);
        assert_eq!(exposed.exposure.motion_px, motion.map(|v| v as f32));
        let still = expose(scene(1, |x, _| 0.6 + 0.004 * x as f32), &plain(), 1, 2, [0.0; 2]);
        let gain = still.exposure.gain / exposed.exposure.gain;
        let mut sums = [0.0; 3];
        for (k, (p, q)) in exposed.pixels.iter().zip(&still.pixels).enumerate() {
            let dark = f64::from(*q) - f64::from(*p) * f64::from(gain);
            let weight = if dark > 3.0 { dark } else { 0.0 };
            let (x, y) = ((k % 60) as f64, (k / 60) as f64);
            sums[0] += weight;
            sums[1] += weight * x;
            sums[2] += weight * y;
        }
        [sums[1] / sums[0], sums[2] / sums[0]]
    };
    for motion in [[0.0, 0.0], [7.0, 0.0], [-3.0, 5.0]] {
        let [x, y] = centroid(motion);
        assert!((x - 30.0).abs() < 0.1 && (y - 20.0).abs() < 0.05, "{motion:?}: {x} {y}");
    }
}

#[test]
fn an_exposure_is_a_function_of_seed_and_id() {
    for bands in [1, 3] {
        let shot = |seed, id| expose(scene(bands, disc), &busy(), seed, id, [1.0, 0.5]);
        assert_eq!(shot(1, 2), shot(1, 2));
        assert_ne!(shot(1, 2).pixels, shot(1, 3).pixels);
        assert_ne!(shot(1, 2).pixels, shot(2, 2).pixels);
        assert_eq!(shot(1, 2).pixels.len(), 60 * 40 * bands);
    }
}

/// These bytes must be the same on every machine: the sum is of one run, kept.
#[test]
fn the_bits_are_those_of_every_other_machine() {
    let sum = |bands| {
        let exposed = expose(scene(bands, disc), &busy(), 3, 4, [1.5, -0.5]);
        let hash = |h: u64, &p: &u8| (h ^ u64::from(p)).wrapping_mul(0x0100_0000_01B3);
        exposed.pixels.iter().fold(0xCBF2_9CE4_8422_2325, hash)
    };
    assert_eq!([sum(1), sum(3)], [15_451_916_036_421_420_103, 11_503_286_194_390_690_910]);
}

#[test]
fn a_switched_off_part_leaves_the_draws_of_the_others_alone() {
    let label = |config| expose(scene(1, disc), &config, 5, 6, [0.0; 2]).exposure;
    let all = label(busy());
    let some = label(SensorConfig { defocus_share: 0.0, jpeg_share: 0.0, ..busy() });
    let off = ExposureLabel { defocus_radius_px: 0.0, jpeg_quality: 0, ..all };
    assert_eq!(ExposureLabel { gain: some.gain, ..off }, some);
    assert!((60..=95).contains(&all.jpeg_quality) && all.defocus_radius_px > 0.5);
}
