//! The reference's shading against closed forms. It shares what a material looks like at a point with the
//! fast picture, so a wrong factor there would be wrong in both alike.
//!
//! All of them look at single points, each by one ray, of an eye whose lids are wide open, and that looks into
//! a camera so far away that all rays are parallel.

use super::anatomy::facing;
use super::coverage::{plain, through, wide_open};
use super::reference;
use crate::eye::lamp::{CORNEA, Lamp};
use crate::eye::light::{Ambient, Light};
use crate::eye::pose::Source;
use crate::eye::render::skin_at;
use crate::eye::scene::Scene;
use crate::eye::shade::Shade;
use crate::eye::{EyeConfig, Normal};
use crate::lanes::V3;
use crate::sample::PinholeCamera;
use nalgebra::Vector3;

const PX_PER_MM: f32 = 4.0;
/// Refractive indices of tears and of the cornea (Le Grand's eye).
const TEARS: f64 = 1.336;
const CORNEA_INDEX: f64 = 1.376;

/// An eye without texture, hair or tilt, in light of radiance 1 from everywhere, which nothing mirrors.
fn eye() -> Scene {
    let Some(clean) = EyeConfig::preset("clean") else { panic!("a preset is gone") };
    let mut config = facing(&clean, 0.0, 0.0, PX_PER_MM);
    config.eyeball.kappa_nasal_deg = Normal::always(0.0);
    config.eyeball.kappa_up_deg = Normal::always(0.0);
    let mut scene = Scene::of(&Source { config: &config, seed: 1, measured: None }, 0);
    wide_open(&mut scene);
    plain(&mut scene);
    (scene.glasses, scene.hairs) = (None, Vec::new());
    (scene.sclera.veins, scene.sclera.albedo) = (0.0, [1.0; 3]);
    (scene.iris.outer, scene.iris.inner) = ([1.0; 3], [1.0; 3]);
    scene
}

/// The same in the dark.
fn dark() -> Scene {
    let mut scene = eye();
    scene.light.ambient = [Ambient::default().irradiance(); 3];
    scene
}

/// What the reference sees of a point in head space, mm: first band.
fn seen(scene: &Scene, point: Vector3<f64>) -> f64 {
    let at = scene.project(point);
    let camera = scene.camera;
    let center_px = [0, 1].map(|k| camera.center_px[k] - at[k] as f32);
    let camera = PinholeCamera { width: 1, height: 1, center_px, ..camera };
    f64::from(reference::radiance(&through(scene, camera), 1).pixels[0])
}

/// The foremost point of the cornea, on the optical axis.
fn apex(scene: &Scene) -> Vector3<f64> {
    scene.eyeball.axis * (scene.eyeball.cornea_center + scene.eyeball.cornea_radius)
}

/// A lamp so far away that its light is parallel, of irradiance (over pi) 1, which nothing mirrors.
fn sun(toward: Vector3<f64>) -> Lamp {
    Lamp {
        place: [toward.x as f32, toward.y as f32, toward.z as f32, 0.0],
        color: [1.0; 3],
        glint: [0.0; 3],
        half_size: 0.01,
        widen: 1.0,
        panes: 0,
        casts: false,
    }
}

#[test]
fn a_white_eye_in_a_white_furnace_cannot_be_seen() {
    let scene = eye();
    let radius = scene.eyeball.radius;
    // White above and below the iris, and the iris beside the pupil and within the limbus.
    for [x, y] in [[0.0, 9.0], [0.0, -9.0], [3.0, 8.5], [-5.0, -8.0]] {
        let point = Vector3::new(x, y, -(radius * radius - x * x - y * y).sqrt());
        let light = seen(&scene, point);
        assert!((light - 1.0).abs() < 1e-5, "{light} of the white at {x}, {y} mm");
    }
    let off = 0.5 * (scene.eyeball.pupil_radius + scene.eyeball.iris_radius);
    for towards in [scene.eyeball.temporal, -scene.eyeball.temporal, scene.eyeball.down] {
        let light = seen(&scene, apex(&scene) + towards * off);
        assert!((light - 1.0).abs() < 1e-3, "{light} of the iris");
    }
    // Half as bright a furnace, half as white an eye.
    let mut half = eye();
    half.light.ambient = [Ambient { constant: 0.5, ..Ambient::default() }.irradiance(); 3];
    half.sclera.albedo = [0.5; 3];
    let light = seen(&half, Vector3::new(0.0, 9.0, -(radius * radius - 81.0).sqrt()));
    assert!((light - 0.25).abs() < 1e-5, "{light}");
}

#[test]
fn one_lamp_lights_a_point_by_lambert_s_cosine_softened_by_what_scatters() {
    // Seen and lit along the axis, what lies behind the pupil sends its albedo times the irradiance.
    const SCATTER: f64 = 0.35;
    let mut scene = dark();
    scene.iris.pupil = [0.6; 3];
    let (axis, aside) = (scene.eyeball.axis, scene.eyeball.down);
    for degrees in [0.0f64, 20.0, 45.0, 70.0, 89.0, 100.0, 111.0, 140.0] {
        let (sin, cos) = degrees.to_radians().sin_cos();
        scene.light.lamps = vec![sun(axis * cos + aside * sin)];
        let expected = 0.6 * ((cos + SCATTER) / (1.0 + SCATTER)).max(0.0);
        let light = seen(&scene, apex(&scene));
        assert!((light - expected).abs() < 2e-3, "{degrees} degrees: {light}, not {expected}");
    }
    // Two lamps are the sum of both.
    scene.light.lamps = vec![sun(axis), sun(axis)];
    let light = seen(&scene, apex(&scene));
    assert!((light - 1.2).abs() < 2e-3, "{light}");
}

#[test]
fn a_sphere_of_skin_under_one_lamp_sends_a_quarter_and_what_scatters() {
    // The mean over a sphere of max(0, (cos + w) / (1 + w)) is (1 + w) / 4: Lambert's quarter at w = 0.
    let mut scene = dark();
    let skin = &mut scene.skin;
    (skin.albedo, skin.melanin, skin.blood) = ([0.5; 3], [0.0; 3], [0.0; 3]);
    (skin.contrast, skin.orbit_darkness, skin.shine) = (0.0, 0.0, 0.0);
    scene.light.lamps = vec![sun(Vector3::new(0.48, -0.6, -0.64))];
    let shade = Shade::everywhere::<f64>(&scene);
    // A point above the brow, far from margins and folds; its height plays no part.
    let point = V3::new(0.0, -25.0, -20.0);
    let steps = 200;
    let mut sum = [0.0; 3];
    for i in 0..steps {
        // Equal steps of z are equal areas (Archimedes).
        let z = (i as f64 + 0.5) / steps as f64 * 2.0 - 1.0;
        let r = (1.0 - z * z).sqrt();
        for j in 0..steps {
            let (sin, cos) = (std::f64::consts::TAU * j as f64 / steps as f64).sin_cos();
            let normal = V3::new(r * cos, r * sin, z);
            let light: [f64; 3] = skin_at(&scene, &shade, point, [normal], false);
            for (sum, light) in sum.iter_mut().zip(light) {
                *sum += light / (steps * steps) as f64;
            }
        }
    }
    for (b, mean) in sum.into_iter().enumerate() {
        let scatter = f64::from(Light::SCATTER[scene.band(b)]);
        let expected = 0.5 * (1.0 + scatter) / 4.0;
        assert!((mean / expected - 1.0).abs() < 1e-3, "band {b}: {mean}, not {expected}");
    }
}

#[test]
fn the_cornea_mirrors_a_lamp_straight_ahead_by_fresnel() {
    // A disc of this radius at this distance with this irradiance (over pi) has the radiance E / (r / d)^2.
    let (strength, radius_mm, distance_mm) = (0.8, 40.0, 500.0);
    let mut scene = dark();
    scene.iris.pupil = [0.0; 3];
    let place = scene.eyeball.axis * distance_mm;
    let lamp = Lamp::led(scene.spectrum, place, strength, radius_mm, PX_PER_MM.into());
    assert_eq!(lamp.widen, 1.0, "the lamp is large enough to be drawn as large as it is");
    scene.light.lamps = vec![lamp];
    let mirrored = seen(&scene, apex(&scene));
    let radiance = strength / (radius_mm / distance_mm).powi(2);
    let fresnel = |n: f64| ((n - 1.0) / (n + 1.0)).powi(2);
    let share = mirrored / radiance;
    assert!((share / CORNEA - 1.0).abs() < 1e-3, "{share}");
    // The tear film is thinner in places than light is long: between tears' share and the cornea's.
    assert!((fresnel(TEARS)..fresnel(CORNEA_INDEX)).contains(&share), "{share}");
    // Beside the lamp's image there is nothing.
    let beside = apex(&scene) + scene.eyeball.temporal * 1.5;
    assert_eq!(seen(&scene, beside), 0.0);
}

#[test]
fn the_tear_film_mirrors_more_aslant_as_fresnel_says() {
    // A room of radiance 1 everywhere that the cornea mirrors; nothing else sends light.
    let mut scene = dark();
    scene.iris.pupil = [0.0; 3];
    (scene.iris.outer, scene.iris.inner) = ([0.0; 3], [0.0; 3]);
    scene.light.sky = [[1.0; 3]; 3];
    let ahead = seen(&scene, apex(&scene));
    assert!(
        (ahead - 1.0).abs() < 1e-3,
        "rooms are stored as they are mirrored straight ahead: {ahead}"
    );
    // Exact, of light without polarisation (Fresnel), at the index whose share ahead is `CORNEA`.
    let n = (1.0 + CORNEA.sqrt()) / (1.0 - CORNEA.sqrt());
    let exact = |cos: f64| {
        let inside = (1.0 - (1.0 - cos * cos) / (n * n)).sqrt();
        let parallel = ((n * cos - inside) / (n * cos + inside)).powi(2);
        let across = ((cos - n * inside) / (cos + n * inside)).powi(2);
        0.5 * (parallel + across) / CORNEA
    };
    let eye = &scene.eyeball;
    for off in [1.0, 2.0, 3.0] {
        let light = seen(&scene, apex(&scene) + eye.temporal * off);
        let cos = (1.0 - (off / eye.cornea_radius).powi(2)).sqrt();
        assert!((light / exact(cos) - 1.0).abs() < 0.02, "{off} mm: {light}, not {}", exact(cos));
    }
}
