#![allow(clippy::unwrap_used)]
use super::super::cast::cast;
use super::super::surface::{Ball, Cone, Surface, tests::open_hand};
use super::*;
use crate::sample::{DepthCamera, HandPart};
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
    apply(config, surface, &cast(surface, &KINECT, [192, 192]), [0, 0], true, (3, 4))
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
    let frame = apply(&with(DepthSensor::Clean), &surface, &cast, [0, 0], true, (1, 1));
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
    for depth_mm in [500.0f32, 700.0, 900.0, 1100.0] {
        let at = structured_light::quantised(depth_mm, reach, 8.0);
        // The next step is the nearest depth that is rounded elsewhere.
        let next = (1..).map(|k| depth_mm + k as f32 * 0.01);
        let next = next.map(|z| structured_light::quantised(z, reach, 8.0));
        let mut next = next.skip_while(|z| *z <= at);
        let step = next.next().unwrap() - at;
        let expected = depth_mm * depth_mm / (8.0 * reach);
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
        let image = |key| apply(&with(model), &surface, &cast, [0, 0], true, key);
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
        let image = |shows| apply(&with(model), &surface, &cast, [0, 0], shows, (1, 2));
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
