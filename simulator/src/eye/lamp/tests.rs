#![allow(clippy::unwrap_used)]
use super::*;
use crate::eye::render::picture;
use crate::eye::scene::Scene;
use crate::eye::{EyeConfig, Normal, Range};

/// Near eyes with a spherical cornea, all lights but one LED off, the pupil black.
fn one_led(place: [f64; 3], radius_mm: f64) -> EyeConfig {
    let mut config = EyeConfig::preset("near-eye-nir").unwrap();
    let l = &mut config.light;
    (l.leds_mm, l.led_shift_mm) = (vec![place], Normal::always(0.0));
    (l.led_radius_mm, l.led_strength) = (Range::always(radius_mm), Range::always(10.0));
    (l.key_strength, l.fill_strength) = (Range::always(0.0), Range::always(0.0));
    (l.glint_strength, l.haze, l.falloff) =
        (Range::always(0.0), Range::always(0.0), Normal::always(0.0));
    l.coaxial_share = 0.0;
    config.eyeball.cornea_asphericity = Normal::always(0.0);
    config.lids.blink_share = 0.0;
    config
}

/// Where the cornea mirrors the LED to the camera: the point of its sphere whose normal halves
/// the angle between them, by steps that turn the normal there.
fn mirror_point(scene: &Scene, led: Vector3<f64>) -> Vector3<f64> {
    let e = &scene.eyeball;
    let center = e.axis * e.cornea_center;
    let mut point = center + e.axis * e.cornea_radius;
    for _ in 0..100 {
        let half = (led - point).normalize() + (scene.observer - point).normalize();
        point = center + half.normalize() * e.cornea_radius;
    }
    point
}

#[test]
fn an_led_is_mirrored_where_the_law_of_reflection_says() {
    let mut checked = 0;
    let leds = [[9.0, -12.0, 4.0], [-14.0, -9.0, 6.0], [20.5, -15.6, 9.0]];
    for (led, id) in leds.into_iter().flat_map(|led| (0..8).map(move |id| (led, id))) {
        // The difference between a picture with a bright glint and one without is the glint.
        let scene = Scene::draw(&one_led(led, 1.0), 5, id);
        let mut dull = scene.clone();
        dull.light.lamps.iter_mut().for_each(|lamp| lamp.glint = [0.0; 3]);
        let [x, y, z, w] = scene.light.lamps.last().unwrap().place.map(f64::from);
        assert_eq!(w, 1.0);
        let point = mirror_point(&scene, Vector3::new(x, y, z));
        let e = &scene.eyeball;
        let (upper, lower) = scene.lids.depths(point.x, -point.y);
        if point.dot(&e.axis) < e.limbus_plane + 0.3 || upper.min(lower) < 2.0 {
            continue;
        }
        let expected = scene.project(point);
        let (bright, dull) = (picture(&scene).radiance, picture(&dull).radiance);
        let (mut sum, mut at) = (0.0, [0.0; 2]);
        for (k, (b, d)) in bright.pixels.iter().zip(&dull.pixels).enumerate() {
            let (x, y) = ((k % 400) as f64, (k / 400) as f64);
            let extra = (b - d) as f64;
            // Hair may cover a part of it, and the sclera's film mirrors it too.
            if (x - expected[0]).hypot(y - expected[1]) < 6.0 {
                sum += extra;
                at = [at[0] + extra * x, at[1] + extra * y];
            }
        }
        let off = (at[0] / sum - expected[0]).hypot(at[1] / sum - expected[1]);
        assert!(sum > 1.0 && off < 0.25, "{led:?} {id}: {off} px off, {sum}");
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn an_led_s_light_falls_with_the_square_of_the_distance() {
    let place = Vector3::new(20.0, 10.0, -40.0);
    let led = Lamp::led(Spectrum::Nir, place, 2.0, 1.0, 5.0);
    let at = |share: f64| {
        let p = place * share;
        led.reach(V3::new(p.x, p.y, p.z))
    };
    assert!((at(0.0) - 1.0).abs() < 1e-6);
    assert!((at(0.5) - 4.0).abs() < 1e-5 && (at(-1.0) - 0.25).abs() < 1e-6);
    // Beside the axis the LED itself is seen at a slant: the cube of the cosine.
    let beside = Vector3::new(10.0, -20.0, 0.0);
    let cos = place.norm() / (place - beside).norm();
    let found = led.reach(V3::new(beside.x, beside.y, beside.z));
    assert!((found - cos.powi(3)).abs() < 1e-6, "{found}");
}

#[test]
fn a_glint_too_fine_for_a_pixel_keeps_its_light() {
    let place = Vector3::new(0.0, 0.0, -600.0);
    let light = |radius: f64| {
        let led = Lamp::led(Spectrum::Nir, place, 3.0, radius, 1.6);
        let drawn = led.half_size * led.widen;
        (led.glint_level() * drawn * drawn, drawn)
    };
    let (fine, fine_size) = light(1.0);
    let (coarse, coarse_size) = light(80.0);
    assert!((fine / coarse - 1.0).abs() < 1e-5, "{fine} {coarse}");
    assert!((fine as f64 - CORNEA * 3.0).abs() < 1e-6);
    assert!(fine_size > 0.05 && (coarse_size - 80.0 / 600.0).abs() < 1e-6);
}
