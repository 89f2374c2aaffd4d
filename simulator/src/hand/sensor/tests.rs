#![allow(clippy::unwrap_used)]
use super::super::cast::cast;
use super::super::surface::{Ball, Cone, Surface, tests::open_hand};
use super::*;
use crate::sample::{DepthCamera, Frame, HandPart};
use nalgebra::Vector3;

const KINECT: DepthCamera = DepthCamera { focal_px: [580.0; 2], center_px: [95.5, 95.5] };

/// A big ball, nearly a wall, at this depth.
fn flat(depth_mm: f64) -> Surface {
    let end = Ball { center_mm: Vector3::new(0.0, 0.0, depth_mm + 5e4), radius_mm: 5e4 };
    Surface { cones: vec![Cone { ends: [end, end], part: HandPart::Palm }], faces: Vec::new() }
}

/// A bar upwards, so many px wide, before a wall.
fn bar(width_px: f64, depth_mm: f64) -> Surface {
    let radius_mm = 0.5 * width_px / 580.0 * depth_mm;
    let end = |y| Ball { center_mm: Vector3::new(0.0, y, depth_mm + radius_mm), radius_mm };
    let cone = Cone { ends: [end(-400.0), end(400.0)], part: HandPart::Index };
    Surface { cones: vec![cone], faces: Vec::new() }
}

fn with(model: DepthSensor) -> HandSensorConfig {
    HandSensorConfig { model, ..HandSensorConfig::default() }
}

fn image(config: &HandSensorConfig, surface: &Surface) -> Frame<u16> {
    apply(config, &cast(surface, &KINECT, [192, 192]), [0, 0], true, (3, 4))
}

/// What a sensor makes of a cast.
fn apply(
    config: &HandSensorConfig,
    cast: &Cast,
    origin_px: [i64; 2],
    wall_shows: bool,
    key: (u64, u64),
) -> Frame<u16> {
    let depths = depths_mm(config, cast, origin_px, wall_shows, key);
    let [width, height] = cast.size_px;
    Frame::from_fn(width, height, |x, y| whole_mm(depths[y * width + x]))
}

fn moments(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let square = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64;
    (mean, square.sqrt())
}

#[test]
fn the_clean_sensor_rounds_to_a_millimetre() {
    let surface = Surface::of(&open_hand());
    let cast = cast(&surface, &KINECT, [192, 192]);
    let frame = apply(&with(DepthSensor::Clean), &cast, [0, 0], true, (1, 1));
    for y in 0..192 {
        for x in 0..192 {
            match cast.depth_mm(x, y) {
                None => assert_eq!(frame.get(x, y), 0),
                Some(z) => assert!((f32::from(frame.get(x, y)) - z).abs() <= 0.5),
            }
        }
    }
}

#[test]
fn disparity_is_rounded_in_steps_of_z_squared_over_8_f_b() {
    let reach = 580.0 * 75.0;
    for depth_mm in [500.0, 700.0, 900.0, 1100.0] {
        let quantised = |depth_mm: f64| structured_light::quantised(depth_mm, reach, 8.0);
        let at = quantised(depth_mm);
        // The next step is the nearest depth that is rounded elsewhere.
        let mut next = (1..).map(|k| quantised(depth_mm + f64::from(k) * 0.01));
        let step = next.find(|z| *z > at).unwrap() - at;
        let expected = depth_mm * depth_mm / (8.0 * f64::from(reach));
        assert!((step / expected - 1.0).abs() < 0.02, "{step} and {expected} at {depth_mm}");
    }
}

#[test]
fn noise_along_the_ray_is_nguyens() {
    for depth_mm in [500.0, 700.0, 900.0] {
        let frame = image(&with(DepthSensor::StructuredLight), &flat(depth_mm));
        let middle = (20..170).flat_map(|y| (20..170).map(move |x| (x, y)));
        let (mean, sd) = moments(middle.map(|(x, y)| f64::from(frame.get(x, y))));
        let z = depth_mm / 1000.0;
        let nguyen = 1.2 + 1.9 * (z - 0.4) * (z - 0.4);
        // Rounding of disparity and to mm adds its own.
        let step = depth_mm * depth_mm / (8.0 * 580.0 * 75.0);
        let expected = (nguyen * nguyen + (step * step + 1.0) / 12.0).sqrt();
        assert!((mean - depth_mm).abs() < 1.0, "{mean} at {depth_mm}");
        assert!((sd / expected - 1.0).abs() < 0.15, "{sd} and {expected} at {depth_mm}");
    }
}

#[test]
fn a_shadow_is_as_wide_as_the_disparities_differ() {
    // A window of one pixel fills nothing.
    let quiet = StructuredLightConfig { lateral: 0.0, window_px: 1, ..Default::default() };
    let mut config = with(DepthSensor::StructuredLight);
    config.structured_light = StructuredLightConfig { grazing_deg: 90.0, ..quiet };
    config.wall_mm = 200.0;
    let frame = image(&config, &bar(20.0, 800.0));
    let dark = (0..192).filter(|&x| frame.get(x, 96) == 0).count() as f64;
    let (near, far) = (800.0 + 20.0 / 580.0 * 400.0, 1013.8 + 13.8);
    let expected = 580.0 * 75.0 * (1.0 / near - 1.0 / far);
    assert!((dark - expected).abs() < 2.0, "{dark} px and {expected}");
    // It falls to the left of the bar, as the projector stands to the right.
    let first = (0..192).find(|&x| frame.get(x, 96) == 0).unwrap();
    assert!(first < 90, "{first}");
    config.structured_light.shadow = false;
    assert!((0..192).all(|x| image(&config, &bar(20.0, 800.0)).get(x, 96) > 0));
}

#[test]
fn a_shadow_narrower_than_the_window_is_filled() {
    let mut config = with(DepthSensor::StructuredLight);
    config.structured_light.lateral = 0.0;
    config.structured_light.grazing_deg = 89.0;
    // The wall's distance makes shadows 3 px and 13 px wide.
    for (wall_mm, filled) in [(45.0, true), (280.0, false)] {
        config.wall_mm = wall_mm;
        let dark = |window_px| {
            let mut config = config;
            config.structured_light.window_px = window_px;
            let frame = image(&config, &bar(20.0, 800.0));
            (40..150).filter(|&x| frame.get(x, 96) == 0).count()
        };
        assert!(dark(1) >= 2, "{wall_mm}: {} px", dark(1));
        assert_eq!(dark(9) == 0, filled, "{wall_mm}: {} of {} px", dark(9), dark(1));
        assert!(dark(9) + 8 >= dark(1), "{wall_mm}: {} of {} px", dark(9), dark(1));
    }
}

#[test]
fn nearer_surfaces_grow_to_where_they_fill_the_set_share_of_the_window() {
    let mut config = with(DepthSensor::StructuredLight);
    config.structured_light.lateral = 0.0;
    config.structured_light.grazing_deg = 89.0;
    config.structured_light.shadow = false;
    let wide = |near_share| {
        let mut config = config;
        config.structured_light.near_share = near_share;
        let frame = image(&config, &bar(20.0, 800.0));
        let near = (0..192).flat_map(|y| (0..192).map(move |x| (x, y)));
        near.filter(|&(x, y)| (1..900).contains(&frame.get(x, y))).count() as f64 / 192.0
    };
    // A straight edge fills the share s of a window of 9 px that lies 9 (1/2 - s) px beside it, but
    // nobody looks farther than 2 px.
    let exact = wide(1.0);
    let grown = (wide(0.3) - exact) / 2.0;
    assert!((grown - 9.0 * 0.2).abs() < 0.7, "{grown} px");
    assert!((wide(0.05) - exact) / 2.0 < 2.5);
}

#[test]
fn thin_things_vanish_and_thick_ones_stay() {
    let config = with(DepthSensor::StructuredLight);
    let kept = |width_px: f64| {
        let frame = image(&config, &bar(width_px, 800.0));
        let near = (0..192).flat_map(|y| (80..112).map(move |x| (x, y)));
        near.filter(|&(x, y)| (1..900).contains(&frame.get(x, y))).count() as f64 / 192.0
    };
    assert!(kept(1.6) < 0.4, "{}", kept(1.6));
    assert!(kept(12.0) > 8.0, "{}", kept(12.0));
}

#[test]
fn time_of_flight_mixes_depths_at_edges_and_nowhere_else() {
    let mut config = with(DepthSensor::TimeOfFlight);
    config.time_of_flight = TimeOfFlightConfig {
        noise_mm: 0.0,
        wiggle_mm: 0.0,
        multipath: 0.0,
        ..TimeOfFlightConfig::default()
    };
    config.wall_mm = 300.0;
    let surface = bar(24.0, 500.0);
    let exact = cast(&surface, &KINECT, [192, 192]);
    let frame = image(&config, &surface);
    let mut flying = 0;
    for x in 1..191 {
        let edge = [x - 1, x, x + 1].map(|x| exact.depth_mm(x, 96).is_some());
        let depth = frame.get(x, 96);
        if edge == [true; 3] {
            let z = exact.depth_mm(x, 96).unwrap();
            assert!((f32::from(depth) - z).abs() < 3.0, "{x}: {depth} and {z}");
        } else if edge == [false; 3] {
            assert!(depth > 800, "{x}: {depth}");
        } else {
            flying += u32::from((530..790).contains(&depth));
        }
    }
    assert!(flying >= 2, "{flying}");
}

#[test]
fn noise_of_time_of_flight_grows_with_the_square_of_depth() {
    let mut config = with(DepthSensor::TimeOfFlight);
    config.time_of_flight.wiggle_mm = 0.0;
    let spread = |depth_mm| {
        let frame = image(&config, &flat(depth_mm));
        let middle = (60..130).flat_map(|y| (60..130).map(move |x| (x, y)));
        moments(middle.map(|(x, y)| f64::from(frame.get(x, y)))).1
    };
    let ratio = spread(1200.0) / spread(600.0);
    assert!((ratio - 4.0).abs() < 0.3, "{ratio}");
}

#[test]
fn a_sensors_noise_is_a_function_of_seed_and_id() {
    let surface = Surface::of(&open_hand());
    let cast = cast(&surface, &KINECT, [192, 192]);
    for model in [DepthSensor::StructuredLight, DepthSensor::TimeOfFlight] {
        let image = |key| apply(&with(model), &cast, [0, 0], true, key);
        assert_eq!(image((1, 2)), image((1, 2)));
        assert_ne!(image((1, 2)), image((1, 3)));
        assert_ne!(image((1, 2)), image((2, 2)));
    }
}

#[test]
fn a_wall_that_does_not_show_changes_nothing_within_the_hand() {
    let surface = Surface::of(&open_hand());
    let cast = cast(&surface, &KINECT, [192, 192]);
    for model in [DepthSensor::StructuredLight, DepthSensor::TimeOfFlight] {
        let image = |shows| apply(&with(model), &cast, [0, 0], shows, (1, 2));
        let (shown, left_out) = (image(true), image(false));
        let mut hand = 0;
        for (a, b) in shown.pixels().iter().zip(left_out.pixels()) {
            // The wall is 600 mm behind.
            if (1..700).contains(a) || (1..700).contains(b) {
                assert_eq!(a, b, "{model:?}");
                hand += 1;
            }
        }
        assert!(hand > 3000, "{hand}");
    }
}

#[test]
fn the_wide_path_and_the_portable_one_have_the_same_bits() {
    let surface = Surface::of(&open_hand());
    let cast = cast(&surface, &KINECT, [187, 192]);
    let mut config = with(DepthSensor::StructuredLight);
    for (near_share, wall_shows) in [(1.0, false), (0.4, false), (0.4, true)] {
        config.structured_light.near_share = near_share;
        let bits = |wide| -> Vec<u32> {
            let depths = depths_with(wide, &config, &cast, ([5, -7], wall_shows), (1, 2));
            depths.into_iter().map(f32::to_bits).collect()
        };
        let wide = bits(true);
        assert!(wide.iter().filter(|bits| **bits != 0).count() > 3000);
        assert_eq!(wide, bits(false));
    }
}

#[test]
fn the_window_is_the_mean_of_what_agrees_and_leaves_the_other_surface_out() {
    // Half of the image is a ball nearly flat, half is a wall far behind; nothing but matching is done.
    let mut config = with(DepthSensor::StructuredLight);
    config.structured_light = StructuredLightConfig {
        axial: 0.0,
        lateral: 0.0,
        steps_per_px: 1000.0,
        min_support: 0.0,
        grazing_deg: 89.0,
        shadow: false,
        near_share: 1.0,
        ..StructuredLightConfig::default()
    };
    config.wall_mm = 400.0;
    let surface = bar(60.0, 800.0);
    let cast = cast(&surface, &KINECT, [192, 192]);
    let depths = depths_mm(&config, &cast, [0, 0], true, (3, 4));
    let reach = 580.0 * 75.0;
    let disparity = |x: usize, y: usize| {
        let wall =
            f64::from(cast.row_mm(96).iter().filter(|z| z.is_finite()).fold(0.0, |a, z| z.max(a)))
                + 400.0;
        reach / cast.depth_mm(x, y).map_or(wall, f64::from)
    };
    for x in 40..150 {
        let own = disparity(x, 96);
        let window = (0..5).flat_map(|j| (0..5).map(move |i| (x + 2 * i - 4, 92 + 2 * j)));
        let agreeing = window.map(|(x, y)| disparity(x, y)).filter(|d| (d - own).abs() <= 1.0);
        let (sum, count) = agreeing.fold((0.0, 0.0), |(sum, count), d| (sum + d, count + 1.0));
        let told = f64::from(depths[96 * 192 + x]);
        assert!(
            (told - reach * count / sum).abs() < 0.05,
            "{x}: {told} and {}",
            reach * count / sum
        );
    }
}
