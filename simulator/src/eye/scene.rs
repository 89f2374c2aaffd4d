//! One scene: all that is random, drawn; everything after it is a function.

use super::config::EyeConfig;
use super::eyeball::{Eyeball, Measures};
use super::face::Face;
use super::iris::Iris;
use super::lashes::Lash;
use super::lids::{Lids, Shape};
use super::light::{BROW_V, Lamp, Light, NOSE_X};
use super::skin::Skin;
use crate::sample::{Gaze, PinholeCamera};
use crate::seed::{Purpose, Stream};
use nalgebra::{Matrix3, Vector2, Vector3};
use std::f64::consts::{FRAC_PI_2, TAU};

/// An eye in a face in front of a camera.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub camera: PinholeCamera,
    pub camera_from_head: Matrix3<f64>,
    /// Centre of the eyeball in camera space, mm.
    pub eye_center: Vector3<f64>,
    /// The pinhole in head space, mm.
    pub observer: Vector3<f64>,
    /// Head-space direction through image point (0, 0), and its change per px right and down.
    rays: [Vector3<f64>; 3],
    pub eyeball: Eyeball,
    pub lids: Lids,
    pub face: Face,
    pub skin: Skin,
    pub iris: Iris,
    pub light: Light,
    pub lashes: Vec<Lash>,
    pub lash_opacity: f64,
    /// Visual axis, optical axis and head, camera space.
    pub gaze: Gaze,
    pub optical_axis: Gaze,
    pub head: Gaze,
    pub subject: Option<String>,
}

/// Camera from head for a head that faces this way, without roll: the head's x axis stays in the
/// camera's x-z plane, as normalisation makes it.
pub(crate) fn camera_from_head(head: Gaze) -> Matrix3<f64> {
    let z = -head.to_vector();
    let x = Vector3::new(z.z, 0.0, -z.x).normalize();
    Matrix3::from_columns(&[x, z.cross(&x), z])
}

/// A direction in degrees, as a vector.
fn direction(pitch_deg: f64, yaw_deg: f64) -> Vector3<f64> {
    let (pitch, yaw) = (pitch_deg.to_radians(), yaw_deg.to_radians());
    Vector3::new(-pitch.cos() * yaw.sin(), -pitch.sin(), -pitch.cos() * yaw.cos())
}

/// Pitch and yaw of a vector, degrees.
fn angles(v: Vector3<f64>) -> (f64, f64) {
    let v = v.normalize();
    ((-v.y).asin().to_degrees(), (-v.x).atan2(-v.z).to_degrees())
}

impl Scene {
    /// Draws the scene of sample `id`.
    pub(crate) fn draw(config: &EyeConfig, seed: u64, id: u64) -> Self {
        // Who it is.
        let person = if config.people == 0 {
            id
        } else {
            Stream::new(seed, id, Purpose::Person).word() as u64 % config.people as u64
        };
        let subject = (config.people > 0).then(|| format!("s{person:04}"));
        let identity = &mut Stream::new(seed, person, Purpose::Identity);

        // Where eye and head turn.
        let pose = &mut Stream::new(seed, id, Purpose::Pose);
        let p = &config.pose;
        let pitch = p.gaze_pitch_deg.draw(pose);
        let yaw = p.gaze_yaw_deg.draw(pose);
        let mut head_pitch = p.head_pitch_deg.draw(pose) + p.head_follows_gaze * pitch;
        let mut head_yaw = p.head_yaw_deg.draw(pose) + p.head_follows_gaze * yaw;
        let turn = (pitch - head_pitch).hypot(yaw - head_yaw);
        if turn > p.eye_in_head_max_deg {
            let keep = p.eye_in_head_max_deg / turn;
            head_pitch = pitch + (head_pitch - pitch) * keep;
            head_yaw = yaw + (head_yaw - yaw) * keep;
        }
        let gaze = Gaze::from_degrees(pitch as f32, yaw as f32);
        let head = Gaze::from_degrees(head_pitch as f32, head_yaw as f32);
        let camera_from_head = camera_from_head(head);
        let head_from_camera = camera_from_head.transpose();

        // The optical axis: temporal of the visual axis (to negative yaw) and below it.
        let (pitch_in_head, yaw_in_head) = angles(head_from_camera * gaze.to_vector());
        let e = &config.eyeball;
        let measures = Measures {
            radius: e.radius_mm.draw(identity),
            cornea_radius: e.cornea_radius_mm.draw(identity),
            refractive_index: e.refractive_index,
            iris_radius: e.iris_radius_mm.draw(identity),
            iris_depth: e.iris_depth_mm.draw(identity),
            pupil_radius: e.pupil_radius_mm.draw(&mut Stream::new(seed, id, Purpose::Pupil)),
            pupil_nasal: e.pupil_nasal_mm.draw(identity),
        };
        let kappa_nasal = e.kappa_nasal_deg.draw(identity);
        let kappa_up = e.kappa_up_deg.draw(identity);
        let axis = direction(pitch_in_head - kappa_up, yaw_in_head - kappa_nasal);
        let eyeball = Eyeball::new(measures, axis);
        let iris = draw_iris(config, identity);

        // Lids, and the face around them.
        let moment = &mut Stream::new(seed, id, Purpose::Lids);
        let shape = draw_shape(config, identity, moment);
        let lids = Lids::new(&shape, pitch_in_head);
        let face = Face {
            lid_radius: measures.radius + 1.3,
            nose: config.face.nose_mm.draw(identity),
            brow: config.face.brow_mm.draw(identity),
        };
        let skin = draw_skin(config, identity, moment);

        // The point midway between the corners stands before the camera.
        let middle = 0.5 * (lids.inner + lids.outer);
        let depth = 0.5
            * (face.height(&lids, lids.inner.x, lids.inner.y)
                + face.height(&lids, lids.outer.x, lids.outer.y));
        let distance = p.distance_mm.draw(pose);
        let corners =
            Vector3::new(p.shift_right_mm.draw(pose), p.shift_down_mm.draw(pose), distance);
        let eye_center = corners - camera_from_head * Vector3::new(middle.x, -middle.y, -depth);

        let first = config.camera.unproject([0.0, 0.0]);
        let rays = [
            first,
            config.camera.unproject([1.0, 0.0]) - first,
            config.camera.unproject([0.0, 1.0]) - first,
        ];
        let light = draw_light(config, &mut Stream::new(seed, id, Purpose::Light), &face, &lids);
        let light = light.turned(&head_from_camera);
        let (lashes, lash_opacity) =
            draw_lashes(config, identity, &mut Stream::new(seed, person, Purpose::Lashes));
        Self {
            camera: config.camera,
            camera_from_head,
            eye_center,
            observer: head_from_camera * -eye_center,
            rays: rays.map(|ray| head_from_camera * ray),
            optical_axis: Gaze::from_vector(camera_from_head * eyeball.axis),
            eyeball,
            lids,
            face,
            skin,
            iris,
            light,
            lashes,
            lash_opacity,
            gaze,
            head,
            subject,
        }
    }

    /// The image point of a point in head space, px.
    pub(crate) fn project(&self, point: Vector3<f64>) -> [f64; 2] {
        self.camera.project(self.to_camera(point))
    }

    /// A point of head space in camera space, mm.
    pub(crate) fn to_camera(&self, point: Vector3<f64>) -> Vector3<f64> {
        self.camera_from_head * point + self.eye_center
    }

    /// Unit direction in head space of the ray through an image point.
    #[inline]
    pub(crate) fn ray(&self, pixel: [f64; 2]) -> Vector3<f64> {
        let [first, right, down] = &self.rays;
        (first + right * pixel[0] + down * pixel[1]).normalize()
    }

    /// Pixels per mm at the eye.
    pub(crate) fn px_per_mm(&self) -> f64 {
        self.camera.focal_px as f64 / self.eye_center.z
    }

    /// Where a ray from the camera meets the face, lids closed or not: (x, v, height).
    ///
    /// The secant method from a height near the true one, `steps` looks at the relief (2 or more);
    /// where it does not settle, because the face is steeper than the ray, a march from the front.
    #[inline]
    pub(crate) fn surface(&self, ray: Vector3<f64>, guess: f64, steps: usize) -> (f64, f64, f64) {
        let at = |height: f64| {
            let t = (-height - self.observer.z) / ray.z;
            (self.observer.x + t * ray.x, -(self.observer.y + t * ray.y))
        };
        let miss = |height: f64| {
            let (x, v) = at(height);
            self.face.height(&self.lids, x, v) - height
        };
        // The first step takes the height found for the height sought.
        let mut last = guess.clamp(-LARGEST_HEIGHT_MM, LARGEST_HEIGHT_MM);
        let mut last_miss = miss(last);
        let mut height = last + last_miss;
        let mut step = last_miss;
        for _ in 1..steps {
            let now = miss(height);
            let (run, rise) = (height - last, now - last_miss);
            step = if rise.abs() > 1e-9 { -now * run / rise } else { now };
            (last, last_miss) = (height, now);
            height += step;
        }
        // A long last step, or one into the air, is no arrival.
        if !(step.abs() < 0.25 && height.abs() < LARGEST_HEIGHT_MM) {
            height = first_crossing(miss);
        }
        let (x, v) = at(height);
        (x, v, height)
    }
}

/// The largest height at which the face reaches the ray: a march from before the face, then
/// bisection.
#[cold]
fn first_crossing(miss: impl Fn(f64) -> f64) -> f64 {
    let mut front = LARGEST_HEIGHT_MM;
    while miss(front) < 0.0 && front > -LARGEST_HEIGHT_MM {
        front -= 1.0;
    }
    let (mut inside, mut outside) = (front, front + 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (inside + outside);
        if miss(middle) < 0.0 { outside = middle } else { inside = middle }
    }
    inside
}

/// No part of a face near the eye stands farther before or behind the eyeball's centre, mm.
const LARGEST_HEIGHT_MM: f64 = 40.0;

fn draw_iris(config: &EyeConfig, identity: &mut Stream) -> Iris {
    let i = &config.iris;
    // Choose the colour by its frequency.
    let mut left = identity.unit() * i.color_weights.iter().sum::<f64>();
    let class = i.color_weights.iter().position(|&weight| {
        left -= weight;
        left < 0.0
    });
    let albedo = i.color_albedo[class.unwrap_or(0)];
    Iris {
        albedo: albedo * (0.7 + 0.6 * identity.unit()),
        sclera_albedo: config.eyeball.sclera_albedo.draw(identity),
        contrast: i.texture_contrast.draw(identity),
        limbal_ring: i.limbal_ring.draw(identity),
        limbus_width: i.limbus_width_mm.draw(identity),
        seed: identity.word(),
    }
}

fn draw_shape(config: &EyeConfig, identity: &mut Stream, moment: &mut Stream) -> Shape {
    let l = &config.lids;
    let blinks = moment.unit() < l.blink_share;
    let closure = moment.unit();
    Shape {
        width: l.fissure_width_mm.draw(identity),
        middle: Vector2::new(
            l.canthi_temporal_mm.draw(identity),
            l.canthi_height_mm.draw(identity),
        ),
        tilt_rad: l.canthal_tilt_deg.draw(identity).to_radians(),
        upper_offset: l.upper_offset_mm.draw(identity),
        lower_offset: l.lower_offset_mm.draw(identity),
        upper_peak: l.upper_peak.draw(identity),
        lower_peak: l.lower_peak.draw(identity),
        roundness: l.roundness.draw(identity),
        caruncle: l.caruncle_mm.draw(identity),
        squint: l.squint_mm.draw(moment),
        closure: if blinks { closure } else { 0.0 },
        crease_height: l.crease_height_mm.draw(identity),
        crease_depth: l.crease_depth_mm.draw(identity),
        second_crease: {
            let has = identity.unit() < l.second_crease_share;
            let height = 1.2 + 1.5 * identity.unit();
            if has { height } else { 0.0 }
        },
        bag: config.face.bag_mm.draw(identity),
        lash_line: l.lash_line_mm.draw(identity),
        lash_line_darkness: l.lash_line_darkness.draw(identity),
        wet_rim: l.wet_rim.draw(moment),
    }
}

fn draw_skin(config: &EyeConfig, identity: &mut Stream, moment: &mut Stream) -> Skin {
    let f = &config.face;
    let has_brow = moment.unit() < f.eyebrow_share;
    let height = f.eyebrow_height_mm.draw(identity);
    Skin {
        albedo: f.skin_albedo.draw(identity),
        contrast: f.skin_contrast.draw(identity),
        orbit_darkness: f.orbit_darkness.draw(identity),
        eyebrow_height: if has_brow { height } else { 1e3 },
        seed: identity.word(),
    }
}

/// Draws the light in camera space: rooms do not turn with heads.
fn draw_light(config: &EyeConfig, stream: &mut Stream, face: &Face, lids: &Lids) -> Light {
    let l = &config.light;
    let mut lamp = |strength: f64, pitch: f64, yaw: f64, glint: f64| Lamp {
        direction: direction(pitch, yaw),
        strength,
        glint: glint * l.glint_strength.draw(stream),
        half_size: l.glint_size_deg.draw(stream).to_radians().tan(),
        square: stream.unit() < 0.5,
    };
    // Reflections first: their number never changes.
    let (mut key, mut fill, mut screen) =
        (lamp(0.0, 0.0, 0.0, 1.0), lamp(0.0, 0.0, 0.0, 0.4), lamp(0.0, 0.0, 0.0, 0.3));
    key.direction = direction(l.key_pitch_deg.draw(stream), l.key_yaw_deg.draw(stream));
    key.strength = l.key_strength.draw(stream);
    fill.direction = direction(l.key_pitch_deg.draw(stream), l.key_yaw_deg.draw(stream));
    fill.strength = l.fill_strength.draw(stream);
    // The screen that people look at, below the camera.
    screen.direction = direction(-8.0 - 14.0 * stream.unit(), -8.0 + 16.0 * stream.unit());
    screen.square = true;
    let ambient = direction(70.0 * stream.unit(), -60.0 + 120.0 * stream.unit());
    let falloff = l.falloff.draw(stream);
    let toward = TAU * stream.unit();
    Light {
        ambient_direction: ambient,
        ambient_directed: l.ambient_directed.draw(stream),
        lamps: [key, fill, screen],
        shadow: l.shadow.draw(stream),
        falloff: [falloff * toward.cos(), falloff * toward.sin()],
        haze: l.haze.draw(stream),
        nose_top: face.height(lids, NOSE_X, 0.0),
        brow_top: face.height(lids, 0.0, BROW_V),
    }
}

impl Light {
    /// The same light in a space turned by `rotation`.
    fn turned(mut self, rotation: &Matrix3<f64>) -> Self {
        self.ambient_direction = rotation * self.ambient_direction;
        for lamp in &mut self.lamps {
            lamp.direction = rotation * lamp.direction;
        }
        self
    }
}

fn draw_lashes(config: &EyeConfig, identity: &mut Stream, each: &mut Stream) -> (Vec<Lash>, f64) {
    let h = &config.lashes;
    let count = h.count.draw(identity).round() as usize;
    let length = h.length_mm.draw(identity);
    let thickness = h.thickness_mm.draw(identity);
    let opacity = h.opacity.draw(identity);
    let rise = -0.35 + 0.5 * identity.unit();
    let curl = 0.6 + 0.9 * identity.unit();
    let lashes = (0..count + count / 2)
        .map(|k| {
            let upper = k < count;
            let (place, vary) = (0.1 + 0.87 * each.unit(), 0.75 + 0.5 * each.unit());
            let splay = 1.1 * (place - 0.45) + 0.15 * each.normal();
            let turn = 0.12 * each.normal();
            let (size, sign) = if upper { (1.0, 1.0) } else { (0.6, -1.0) };
            Lash {
                upper,
                place,
                length: length * vary * size,
                thickness: thickness * size,
                splay,
                rise: if upper { rise + turn } else { -0.25 * FRAC_PI_2 + turn },
                curl: sign * curl * size,
            }
        })
        .collect();
    (lashes, opacity)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_ray_meets_the_face_on_its_surface_and_on_itself() {
        let config = EyeConfig::preset("wide").unwrap();
        for id in 0..200 {
            let scene = Scene::draw(&config, 2, id);
            for pixel in [[30.0, 18.0], [14.0, 9.0], [45.0, 27.0]] {
                let ray = scene.ray(pixel);
                let (x, v, height) = scene.surface(ray, scene.face.lid_radius, 12);
                let error = scene.face.height(&scene.lids, x, v) - height;
                assert!(error.abs() < 1e-3, "{id} {pixel:?}: {error} mm off the surface");
                let [u, w] = scene.project(Vector3::new(x, -v, -height));
                assert!((u - pixel[0]).abs() < 1e-6 && (w - pixel[1]).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn the_eye_turns_no_farther_in_the_head_than_it_may() {
        let config = EyeConfig::preset("wide").unwrap();
        for id in 0..300 {
            let scene = Scene::draw(&config, 3, id);
            let turn = scene.gaze.angle_to(scene.head).to_degrees();
            assert!(turn < 35.5, "{id}: {turn}");
        }
    }

    #[test]
    fn a_head_that_faces_the_camera_is_not_turned_and_none_is_rolled() {
        let ahead = camera_from_head(Gaze { pitch: 0.0, yaw: 0.0 });
        assert!((ahead - Matrix3::identity()).norm() < 1e-12);
        let turned = camera_from_head(Gaze::from_degrees(12.0, -20.0));
        assert!((turned.determinant() - 1.0).abs() < 1e-12);
        assert_eq!(turned[(1, 0)], 0.0, "the line through the eyes stays level");
        let facing = Gaze::from_vector(turned * -Vector3::z());
        assert!(facing.angle_to(Gaze::from_degrees(12.0, -20.0)) < 1e-6);
    }

    #[test]
    fn people_keep_their_eyes_and_differ_from_each_other() {
        let config = EyeConfig { people: 3, ..EyeConfig::default() };
        let mut seen = std::collections::BTreeMap::new();
        for id in 0..60 {
            let scene = Scene::draw(&config, 8, id);
            let measure = (scene.eyeball.iris_radius, scene.iris.albedo, scene.skin.albedo);
            let subject = scene.subject.unwrap();
            assert_eq!(*seen.entry(subject).or_insert(measure), measure);
        }
        assert_eq!(seen.len(), 3);
    }
}
