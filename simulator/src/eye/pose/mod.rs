//! Who looks where, when: everything about a sample that is not looks.
//!
//! [`SampleIdentity::of`] says whose eye a sample shows and which samples belong together; from it the scene
//! draws the person. [`Pose::draw`] then places that person's eye before the camera. Nothing here
//! remembers another sample: a frame of a sequence is a function of its time.

mod aim;
mod blink;
mod fixation;
mod path;
mod place;
mod pupil;
mod saccade;
mod turn;
mod view;
mod who;

pub(crate) use turn::{angles, direction};
pub(crate) use who::SampleIdentity;

use super::config::{EyeConfig, MotionConfig};
use crate::sample::{Gaze, Side};
use crate::seed::{Purpose, Stream};
use aim::Aims;
use nalgebra::{Matrix3, Vector3};
use std::f64::consts::TAU;
use view::{Place, View};

/// What samples are drawn from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub config: &'a EyeConfig,
    pub seed: u64,
    /// Gazes to draw from in place of the settings' distribution; not empty.
    pub measured: Option<&'a [Gaze]>,
}

/// Where an eye stands and looks. All vectors are in the space of this eye's camera: x right, y
/// down, z away from it, mm; for a right eye in a mirrored world.
#[derive(Debug, Clone)]
#[allow(dead_code)] // Not every label is stored.
pub(crate) struct Pose {
    /// The visual axis, out of the eye.
    pub gaze: Gaze,
    /// The same as a unit vector, to all digits.
    pub visual_axis: Vector3<f64>,
    /// Where the head faces.
    pub head: Gaze,
    /// Turns head space into camera space; without roll.
    pub camera_from_head: Matrix3<f64>,
    /// Turns directions (of light) that both eyes of a head share into camera space. It is the
    /// identity but for pairs; for the right eye of a pair it mirrors.
    pub camera_from_room: Matrix3<f64>,
    /// The point midway between the corners of the eye that looks ahead, mm.
    pub corners_mm: Vector3<f64>,
    /// Centre of rotation of the eyeball, mm.
    pub eye_center_mm: Vector3<f64>,
    /// What the eye looks at; the visual axis passes through it from the eye's centre. In a pair,
    /// both do.
    pub target_mm: Vector3<f64>,
    /// Distance between the two eyes of a pair, mm.
    pub interpupillary_mm: Option<f64>,
    /// Radius of the pupil itself, mm.
    pub pupil_radius_mm: f64,
    /// To be added to the person's nasal shift of the pupil, mm.
    pub pupil_nasal_change_mm: f64,
    pub age_years: f64,
    pub luminance_cd_m2: f64,
    /// 0 open, 1 closed.
    pub lid_closure: f64,
    /// How fast pitch and yaw of the visual axis change, rad/s.
    pub eye_velocity_rad_s: [f64; 2],
}

/// Half the time over which the eye's velocity is measured, s.
const INSTANT_S: f64 = 1e-4;

impl Pose {
    /// The pose of `who`, whose eye's corners stand midway at `corners_in_head` (mm, in head space
    /// from the eye's centre) when it looks ahead.
    pub(crate) fn draw(
        source: &Source,
        who: &SampleIdentity,
        corners_in_head: Vector3<f64>,
    ) -> Self {
        let (config, seed, moment) = (source.config, source.seed, who.moment);
        let p = &config.pose;
        // Gaze and head; in a sequence, those that it begins with.
        let stream = &mut Stream::new(seed, moment, Purpose::Pose);
        let mut aims = Aims::new(source, moment);
        let aim = aims.next(stream);
        let head = aim::head(p, stream, aim);
        let aim = aim::within_reach(p, head, aim);
        let place = &mut Stream::new(seed, who.view, Purpose::Place);
        let corners = place::corners(config, seed, who.person, stream, place);
        let target_mm = p.target_mm.draw(&mut Stream::new(seed, moment, Purpose::Target));
        let apart = p.interpupillary_mm.draw(&mut Stream::new(seed, who.person, Purpose::Eyes));
        let pair = p.both_eyes.then_some((who.side, apart));
        let view = View::new(&Place { pose: p, head, pair, corners, corners_in_head, target_mm });
        // The moment.
        let time_s = who.sequence.map(|s| s.timestamp_s);
        let (to_target, eye_velocity_rad_s, lid_closure) = match time_s {
            None => {
                let velocity = in_flight(&p.motion, seed, moment, pair.map(|(side, _)| side));
                (view.to_target(aim), velocity, blink::of_an_image(config, seed, moment))
            }
            Some(t) => {
                let times = [t - INSTANT_S, t, t + INSTANT_S];
                let aims = path::at(*source, aims, moment, head, aim, times);
                let off = fixation::offsets(&p.motion, seed, moment, times);
                let to: [Vector3<f64>; 3] = std::array::from_fn(|k| {
                    view.to_target([aims[k][0] + off[k][0], aims[k][1] + off[k][1]])
                });
                let change = (to[2].normalize() - to[0].normalize()) / (2.0 * INSTANT_S);
                let velocity = turn::angular_velocity(to[1].normalize(), change);
                (to[1], velocity, blink::of_a_sequence(&p.motion, seed, moment, t))
            }
        };
        let visual_axis = to_target.normalize();
        let pupil = pupil::draw(config, seed, who.person, moment, time_s);
        Self {
            gaze: Gaze::from_vector(visual_axis),
            visual_axis,
            head: Gaze::from_vector(-view.camera_from_head.column(2).into_owned()),
            camera_from_head: view.camera_from_head,
            camera_from_room: view.camera_from_room,
            corners_mm: corners,
            eye_center_mm: view.eye_center,
            target_mm: view.eye_center + to_target,
            interpupillary_mm: pair.map(|(_, apart)| apart),
            pupil_radius_mm: pupil.radius_mm,
            pupil_nasal_change_mm: pupil.nasal_change_mm,
            age_years: pupil.age_years,
            luminance_cd_m2: pupil.luminance_cd_m2,
            lid_closure,
            eye_velocity_rad_s,
        }
    }
}

/// Velocity in an image of its own, rad/s: a few are taken in the middle of a saccade.
fn in_flight(motion: &MotionConfig, seed: u64, moment: u64, of_pair: Option<Side>) -> [f64; 2] {
    let mut stream = Stream::new(seed, moment, Purpose::Motion);
    let flies = stream.unit() < motion.saccade_share;
    let amplitude = 1.0 + 19.0 * stream.unit();
    let (share, way) = (stream.unit(), TAU * stream.unit());
    if !flies {
        return [0.0; 2];
    }
    let peak = saccade::peak_deg_s(motion, amplitude).to_radians();
    let speed = peak * saccade::pace(share) / saccade::PEAK_OVER_MEAN;
    // Both eyes of a pair turn the same way; the right one is seen mirrored.
    let side = if of_pair == Some(Side::Right) { -1.0 } else { 1.0 };
    [speed * libm::sin(way), side * speed * libm::cos(way)]
}

#[cfg(test)]
mod tests;
