//! One scene: all that is random, drawn; everything after it is a function.

use super::config::EyeConfig;
use super::eyeball::{Eyeball, Measures};
use super::face::Face;
use super::iris::Iris;
use super::lashes::Lash;
use super::lids::Lids;
use super::light::Light;
use super::parts::{draw_iris, draw_lashes, draw_light, draw_shape, draw_skin};
use super::skin::Skin;
use crate::sample::{Gaze, PinholeCamera};
use crate::seed::{Purpose, Stream};
use nalgebra::{Matrix3, Vector3};

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
pub(crate) fn direction(pitch_deg: f64, yaw_deg: f64) -> Vector3<f64> {
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
