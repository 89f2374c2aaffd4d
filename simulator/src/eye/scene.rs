//! One scene: all that is random, drawn; everything after it is a function.

use super::eyeball::{Eyeball, Measures};
use super::face::Face;
use super::glasses::Glasses;
use super::globe::Globe;
use super::hair::{self, Hair};
use super::iris::Iris;
use super::lamp::Lamp;
use super::lids::Lids;
use super::light::Light;
use super::parts;
use super::pose::{Pose, SampleIdentity, Source, angles, direction};
use super::sclera::Sclera;
use super::skin::Skin;
use super::view::View;
use crate::lanes::narrow;
use crate::sample::Spectrum;
use crate::sample::{Appearance, Environment, Gaze, PinholeCamera, Sun};
use crate::seed::{Purpose, Stream};
use nalgebra::{Matrix3, Vector3};

/// An eye in a face in front of a camera.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub appearance: Appearance,
    pub spectrum: Spectrum,
    pub camera: PinholeCamera,
    pub camera_from_head: Matrix3<f64>,
    /// Centre of the eyeball in camera space, mm.
    pub eye_center: Vector3<f64>,
    /// The pinhole in head space, mm.
    pub observer: Vector3<f64>,
    pub view: View,
    /// Pixels per mm at the eye.
    pub px_per_mm: f32,
    pub eyeball: Eyeball,
    pub globe: Globe,
    pub lids: Lids,
    pub face: Face,
    pub skin: Skin,
    /// Colour of the lids' edges and of the inner corner relative to skin, in the camera's bands.
    pub tissue: [f32; 3],
    pub iris: Iris,
    pub sclera: Sclera,
    pub light: Light,
    /// Brightness of the brightest glint, first band.
    pub glint_level: f32,
    /// Eyeglasses before the eye, if the person wears any.
    pub glasses: Option<Glasses>,
    pub hairs: Vec<Hair>,
    pub hair_color: [f32; 3],
    pub hair_opacity: f32,
    /// How dense the upper lashes' shadow is, 0 to 1.
    pub lash_shadow: f32,
    /// Visual axis, optical axis and head, camera space.
    pub gaze: Gaze,
    pub optical_axis: Gaze,
    pub head: Gaze,
    pub subject: Option<String>,
    pub who: SampleIdentity,
    pub pose: Pose,
}

/// A point of the face, head space, mm.
fn on_face(face: &Face, lids: &Lids, [x, v]: [f64; 2]) -> Vector3<f64> {
    Vector3::new(x, -v, -face.height(lids, x, v))
}

/// The point midway between the corners, head space, mm.
fn middle(face: &Face, lids: &Lids) -> Vector3<f64> {
    let corner = |at: [f32; 2]| on_face(face, lids, at.map(f64::from));
    0.5 * (corner(lids.inner) + corner(lids.outer))
}

/// The camera of a crop whose height follows the lids by this share (`pose.crop_follows_lids`): its
/// principal point moves, so that the image moves as a whole and no perspective changes.
fn following_lids(
    mut camera: PinholeCamera,
    share: f64,
    [face_middle, upper, lower]: [Vector3<f64>; 3],
) -> PinholeCamera {
    if share != 0.0 {
        let y = |point| camera.project(point)[1];
        let beside = 0.5 * (y(upper) + y(lower)) - y(face_middle);
        camera.center_px[1] -= (share * beside) as f32;
    }
    camera
}

impl Scene {
    /// Draws the scene of sample `id`.
    #[cfg(test)]
    pub(crate) fn draw(config: &super::config::EyeConfig, seed: u64, id: u64) -> Self {
        Self::of(&Source { config, seed, measured: None }, id)
    }

    /// Draws the scene of sample `id`.
    pub(crate) fn of(source: &Source, id: u64) -> Self {
        let (config, seed) = (source.config, source.seed);
        // The person, and what is drawn from streams of their own.
        let who = SampleIdentity::of(config, seed, id);
        let identity_stream = &mut Stream::new(seed, who.person, Purpose::Identity);
        let e = &config.eyeball;
        let radius = e.radius_mm.draw(identity_stream);
        let cornea_radius = e.cornea_radius_mm.draw(identity_stream);
        let iris_radius = e.iris_radius_mm.draw(identity_stream);
        let iris_depth = e.iris_depth_mm.draw(identity_stream);
        let pupil_nasal = e.pupil_nasal_mm.draw(identity_stream);
        let kappa_nasal = e.kappa_nasal_deg.draw(identity_stream);
        let kappa_up = e.kappa_up_deg.draw(identity_stream);
        let asphericity = e.cornea_asphericity.draw(identity_stream);

        // Lids, and the face around them.
        let lids_stream = &mut Stream::new(seed, who.moment, Purpose::Lids);
        let mut shape = parts::draw_shape(config, identity_stream, lids_stream);
        let mut face = parts::draw_face(config, identity_stream, radius);
        let looks_stream = &mut Stream::new(seed, who.person, Purpose::Looks);
        let (skin, pigments) = parts::draw_skin(config, looks_stream);
        let irises = parts::draw_iris(config, looks_stream);

        // Where eye and head turn. The corners of the eye that looks ahead place the head.
        let corners = middle(&face, &Lids::corners_alone(&shape));
        let pose = Pose::draw(source, &who, corners);
        let camera_from_head = pose.camera_from_head;
        let head_from_camera = camera_from_head.transpose();
        let (pitch_in_head, yaw_in_head) = angles(head_from_camera * pose.visual_axis);
        shape.closure = pose.lid_closure;
        let lids = Lids::new(&shape, pitch_in_head);

        // The optical axis: temporal of the visual axis (to negative yaw) and below it.
        let measures = Measures {
            radius,
            cornea_radius,
            asphericity,
            refractive_index: e.index_at(config.spectrum),
            iris_radius,
            iris_depth,
            pupil_radius: pose.pupil_radius_mm,
            pupil_nasal: pupil_nasal + pose.pupil_nasal_change_mm,
        };
        let axis = direction(pitch_in_head - kappa_up, yaw_in_head - kappa_nasal);
        let eyeball = Eyeball::new(measures, axis);
        face.bulge_over(axis);

        let eye_center = pose.eye_center_mm;
        let observer = head_from_camera * -eye_center;
        let (upper, lower) = lids.margins(0.5);
        let margin = |v| on_face(&face, &lids, [lids.x(0.5), v]);
        let camera = following_lids(
            config.camera,
            config.pose.crop_follows_lids,
            [middle(&face, &lids), margin(upper), margin(lower)]
                .map(|point| camera_from_head * point + eye_center),
        );
        let light_stream = &mut Stream::new(seed, who.moment, Purpose::Light);
        let light = parts::draw_light(
            config,
            light_stream,
            &(head_from_camera * pose.camera_from_room),
            &head_from_camera,
            eye_center,
            camera.focal_px as f64 / eye_center.z,
        );
        let lashes_stream = &mut Stream::new(seed, who.person, Purpose::Lashes);
        let px_per_mm = camera.focal_px as f64 / eye_center.z;
        let top_mm = Self::top_mm(&camera, &camera_from_head, eye_center);
        let hair = parts::draw_hair(config, identity_stream, lashes_stream, top_mm);
        let glasses_stream = &mut Stream::new(seed, who.person, Purpose::Glasses);
        let apex = eyeball.cornea_center + cornea_radius;
        let glasses = Glasses::draw(&config.glasses, config.spectrum, glasses_stream, apex);
        let appearance = Appearance {
            skin_melanin: pigments.melanin as f32,
            skin_haemoglobin: pigments.blood as f32,
            skin_ita: pigments.typology as f32,
            iris_color: irises.color,
            iris_rgb: irises.rgb,
            upper_lashes: hair.lashes[0] as u16,
            lower_lashes: hair.lashes[1] as u16,
            glasses: glasses.is_some(),
        };
        let mut scene = Self {
            appearance,
            spectrum: config.spectrum,
            camera,
            camera_from_head,
            eye_center,
            observer,
            view: View::new(&camera, &camera_from_head, eye_center),
            px_per_mm: px_per_mm as f32,
            optical_axis: Gaze::from_vector(camera_from_head * eyeball.axis),
            globe: Globe::new(&eyeball),
            eyeball,
            lids,
            face,
            tissue: parts::tissue(config.spectrum),
            skin,
            iris: irises.iris,
            sclera: irises.sclera,
            glint_level: light.lamps.iter().map(Lamp::glint_level).fold(0.05, f32::max),
            light,
            glasses,
            hairs: hair::seen_at(px_per_mm as f32, hair.hairs),
            hair_color: hair.color,
            hair_opacity: hair.opacity,
            lash_shadow: hair.shadow,
            gaze: pose.gaze,
            head: pose.head,
            subject: who.subject.clone(),
            who,
            pose,
        };
        scene.skin.footprint = 0.5 / scene.px_per_mm;
        scene.iris.footprint = 0.5 / scene.px_per_mm;
        scene.brighten_pupil(&config.iris);
        scene
    }

    /// Upper bound of the face height that is visible in the image, mm: where its upper edge
    /// meets a plane well before the eye or well behind it.
    fn top_mm(
        camera: &PinholeCamera,
        camera_from_head: &Matrix3<f64>,
        eye_center: Vector3<f64>,
    ) -> f64 {
        let head_from_camera = camera_from_head.transpose();
        let observer = head_from_camera * -eye_center;
        let edges = [0.0, camera.width as f64].map(|x| {
            let ray = head_from_camera * camera.unproject([x, -1.0]);
            [30.0, -10.0].map(|height| {
                let t = (-height - observer.z) / ray.z;
                if t > 0.0 { -(observer.y + t * ray.y) } else { f64::MAX }
            })
        });
        edges.as_flattened().iter().copied().fold(f64::MIN, f64::max)
    }

    /// The surroundings, in camera space.
    pub(crate) fn environment(&self) -> Environment {
        let mut harmonics = [0.0; 27];
        let bands = self.spectrum.bands();
        for (k, color) in harmonics.chunks_exact_mut(9).enumerate() {
            let band = self.light.radiance[k.min(bands - 1)].turned(&self.camera_from_head);
            color.copy_from_slice(&band.harmonics());
        }
        let sun = self.light.lamps.iter().find(|lamp| lamp.casts).map(|lamp| Sun {
            direction: narrow(self.camera_from_head * lamp.direction()),
            rgb: [0, 1, 2].map(|k| lamp.color[k.min(bands - 1)]),
        });
        Environment { id: self.who.moment, harmonics, sun }
    }

    /// The retina sends light back to where it came from: a lamp within 3 degrees of the camera
    /// makes the pupil bright.
    fn brighten_pupil(&mut self, config: &super::config::IrisConfig) {
        let to_camera = self.observer.normalize();
        // Pupils are as bright as white of the same colour, lit by this lamp alone.
        let all = 1.0 + self.light.lamps.iter().map(|lamp| lamp.color[0]).sum::<f32>();
        for lamp in &self.light.lamps {
            let angle = libm::acos(lamp.direction().dot(&to_camera).clamp(-1.0, 1.0));
            let beside = 1.0 - angle.to_degrees() / 3.0;
            if beside > 0.0 && lamp.color[0] > 0.0 {
                let share = beside as f32 * lamp.color[0] / all;
                let extra = self.spectrum.pick(config.retina).map(|c| c * share);
                for (pupil, extra) in self.iris.pupil.iter_mut().zip(extra) {
                    *pupil += extra;
                }
            }
        }
    }

    /// Which entry of a table by red, green, blue, near infrared and luminance a band is.
    #[inline(always)]
    pub(crate) fn band(&self, b: usize) -> usize {
        match self.spectrum {
            Spectrum::Rgb => b,
            Spectrum::Nir => 3,
            Spectrum::Grey => 4,
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
    pub(crate) fn ray(&self, pixel: [f64; 2]) -> Vector3<f64> {
        (self.camera_from_head.transpose() * self.camera.unproject(pixel)).normalize()
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
        let residual = |height: f64| {
            let (x, v) = at(height);
            self.face.height(&self.lids, x, v) - height
        };
        // Secant method; the first step is a fixed-point iteration.
        let mut last = guess.clamp(-LARGEST_HEIGHT_MM, LARGEST_HEIGHT_MM);
        let mut last_residual = residual(last);
        let mut height = last + last_residual;
        let mut step = last_residual;
        for _ in 1..steps {
            let now = residual(height);
            let (run, rise) = (height - last, now - last_residual);
            step = if rise.abs() > 1e-9 { -now * run / rise } else { now };
            (last, last_residual) = (height, now);
            height += step;
        }
        // Not converged: the last step was long, or left the face.
        if !(step.abs() < 0.02 && height.abs() < LARGEST_HEIGHT_MM) {
            height = first_crossing(residual);
        }
        let (x, v) = at(height);
        (x, v, height)
    }
}

/// The largest height at which the face reaches the ray: a march from before the face, then
/// bisection.
#[cold]
fn first_crossing(residual: impl Fn(f64) -> f64) -> f64 {
    let mut front = LARGEST_HEIGHT_MM;
    while residual(front) < 0.0 && front > -LARGEST_HEIGHT_MM {
        front -= 1.0;
    }
    let (mut inside, mut outside) = (front, front + 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (inside + outside);
        if residual(middle) < 0.0 { outside = middle } else { inside = middle }
    }
    inside
}

/// No part of a face near the eye stands farther before or behind the eyeball's centre, mm.
const LARGEST_HEIGHT_MM: f64 = 60.0;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::EyeConfig;

    #[test]
    fn a_ray_meets_the_face_on_its_surface_and_on_itself() {
        let config = EyeConfig::preset("wide").unwrap();
        for id in 0..200 {
            let scene = Scene::draw(&config, 2, id);
            for pixel in [[30.0, 18.0], [14.0, 9.0], [45.0, 27.0]] {
                let ray = scene.ray(pixel);
                let (x, v, height) = scene.surface(ray, scene.face.lid_radius as f64, 12);
                // The face touches the ray here, or crosses it within 0.1 mm.
                let residual = |height: f64| {
                    let t = (-height - scene.observer.z) / ray.z;
                    let (x, v) = (scene.observer.x + t * ray.x, -(scene.observer.y + t * ray.y));
                    scene.face.height(&scene.lids, x, v) - height
                };
                let crosses = residual(height).abs() < 1e-3
                    || residual(height - 0.1) > 0.0 && residual(height + 0.1) < 0.0;
                assert!(crosses, "{id} {pixel:?}: not on the surface");
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
    fn a_crop_that_follows_the_lids_moves_image_and_labels_as_a_whole() {
        let at = |share: f64| {
            let mut config = EyeConfig::default();
            config.pose.crop_follows_lids = share;
            config
        };
        for id in 0..100 {
            let [fixed, half, whole] = [0.0, 0.5, 1.0].map(|share| Scene::draw(&at(share), 4, id));
            let opening = |scene: &Scene| {
                let (upper, lower) = scene.lids.margins(0.5);
                let y = |v| {
                    let point = on_face(&scene.face, &scene.lids, [scene.lids.x(0.5), v]);
                    scene.project(point)[1]
                };
                0.5 * (y(upper) + y(lower))
            };
            let corners = |scene: &Scene| scene.project(middle(&scene.face, &scene.lids))[1];
            // The opening comes to where the corners are, halfway by a half.
            let beside = opening(&fixed) - corners(&fixed);
            assert!((opening(&whole) - corners(&fixed)).abs() < 1e-4, "{id}");
            assert!((opening(&half) - corners(&fixed) - 0.5 * beside).abs() < 1e-4, "{id}");
            // All else moves along, and the eye is where it was before the camera.
            let apex = fixed.to_camera(fixed.eyeball.axis * 12.0);
            assert_eq!(apex, whole.to_camera(whole.eyeball.axis * 12.0));
            let [before, after] =
                [&fixed, &whole].map(|scene| scene.project(scene.eyeball.axis * 12.0));
            assert_eq!(before[0], after[0]);
            assert!((after[1] - before[1] + beside).abs() < 1e-4, "{id}");
        }
    }

    #[test]
    fn people_keep_their_eyes_and_differ_from_each_other() {
        let config = EyeConfig { people: 3, ..EyeConfig::default() };
        let mut seen = std::collections::BTreeMap::new();
        for id in 0..60 {
            let scene = Scene::draw(&config, 8, id);
            let measure = (scene.eyeball.iris_radius, scene.iris.outer, scene.skin.albedo);
            let subject = scene.subject.unwrap();
            assert_eq!(*seen.entry(subject).or_insert(measure), measure);
        }
        assert_eq!(seen.len(), 3);
    }
}
