#![allow(clippy::unwrap_used)]
use crate::eye::render::{class, picture, picture_with};
use crate::eye::scene::Scene;
use crate::eye::{EyeConfig, Normal, Range};
use nalgebra::Vector3;

fn worn(preset: &str, share: f64) -> EyeConfig {
    let mut config = EyeConfig::preset(preset).unwrap();
    config.glasses.share = share;
    config
}

#[test]
fn every_machine_draws_the_same_eyeglasses() {
    for preset in ["mpiigaze", "remote-nir"] {
        for id in 0..8 {
            let scene = Scene::draw(&worn(preset, 1.0), 4, id);
            let (fast, plain) = (picture(&scene), picture_with(&scene, false));
            assert_eq!(fast.radiance, plain.radiance, "{preset} {id}");
            assert_eq!(fast.mask, plain.mask, "{preset} {id}");
        }
    }
}

#[test]
fn who_wears_none_looks_as_before_and_the_frame_is_where_geometry_puts_it() {
    let mut on_rim = 0;
    for id in 0..20 {
        let without = Scene::draw(&worn("remote-nir", 0.0), 4, id);
        let mut scene = Scene::draw(&worn("remote-nir", 1.0), 4, id);
        let (bare, with) = (picture(&without), picture(&scene));
        assert!(!bare.mask.contains(&class::GLASSES));
        let g = scene.glasses.take().unwrap();
        assert_eq!(picture(&scene).radiance, bare.radiance, "all else is the same");
        // Middles of the rim above and at both sides.
        let [middle, across, up] =
            [g.middle, g.across, g.up].map(|v| Vector3::from(v.map(f64::from)));
        for (a, b) in [(0.0, 1.0), (0.9, 0.6), (-0.9, 0.6)] {
            // Outwards to the middle of the rim.
            let reach = (1..4000)
                .map(|k| k as f64 * 0.02)
                .find(|r| g.outline(r * a * 10.0, r * b * 10.0).0 > 0.5 * g.rim as f64);
            let r = 10.0 * reach.unwrap();
            let [x, y] = scene.project(middle + across * (r * a) + up * (r * b));
            let inside = |v: f64| (0.0..83.0).contains(&v);
            if g.rim > 1.4 && inside(x) && inside(y) {
                let at = (y.round() * 84.0 + x.round()) as usize;
                assert_eq!(with.mask[at], class::GLASSES, "{id} {a} {b}");
                on_rim += 1;
            }
        }
    }
    assert!(on_rim > 15, "{on_rim}");
}

#[test]
fn a_flat_lens_mirrors_an_led_where_a_mirror_would() {
    let mut config = worn("remote-nir", 1.0);
    let (g, l) = (&mut config.glasses, &mut config.light);
    (g.front_curve_d, g.back_curve_d) = (Range::always(0.01), Range::always(0.01));
    (g.tilt_deg, g.wrap_deg) = (Normal::always(0.0), Normal::always(0.0));
    (g.reflection, g.lens_height_mm) = (Range::always(1.0), Normal::always(50.0));
    (l.led_shift_mm, l.led_radius_mm) = (Normal::always(0.0), Range::always(3.0));
    (l.leds_mm, l.coaxial_share) = (vec![[12.0, -8.0, 0.0]], 0.0);
    let p = &mut config.pose;
    (p.head_pitch_deg, p.head_yaw_deg) = (Normal::always(0.0), Normal::always(0.0));
    p.head_follows_gaze = 0.0;
    for id in 0..6 {
        let mut scene = Scene::draw(&config, 4, id);
        scene.light.lamps.retain(|lamp| lamp.place[3] == 1.0);
        let with = picture(&scene).radiance;
        let g = scene.glasses.take().unwrap();
        let bare = picture(&scene).radiance;
        // The LED's mirror image stands as far behind the lens as the LED before it.
        let [led, middle, normal] =
            [[0, 1, 2].map(|k| scene.light.lamps[0].place[k]), g.middle, g.normal]
                .map(|v| Vector3::from(v.map(f64::from)));
        let [x, y] = scene.project(led - normal * (2.0 * (led - middle).dot(&normal)));
        let extra = |k: usize| with.pixels[k] - bare.pixels[k];
        let brightest = (0..84 * 84).max_by(|&a, &b| extra(a).total_cmp(&extra(b))).unwrap();
        let (bx, by) = ((brightest % 84) as f64, (brightest / 84) as f64);
        assert!((bx - x).hypot(by - y) < 1.0, "{id}: {bx} {by}, expected {x} {y}");
    }
}
