//! Pupils seen from aside and lids at other gazes, as rendered, for comparison with anatomy.

use super::coverage::{Thing, moments, through, wide_open, window};
use crate::eye::Normal;
use crate::eye::config::{EyeConfig, GazeFrame};
use crate::eye::label::{self, Extras};
use crate::eye::pose::Source;
use crate::eye::render::{class, picture};
use crate::eye::scene::Scene;

/// Distance from which eyes are measured, so far that perspective does not count, and scales.
const FAR_MM: f64 = 6000.0;
const PUPIL_PX_PER_MM: f32 = 40.0;
const LIDS_PX_PER_MM: f32 = 10.0;

/// Half axes of a pupil relative to its radius, (major, minor).
#[derive(Debug, Clone, Copy)]
pub struct SeenPupil {
    /// As rendered.
    pub rendered: [f64; 2],
    /// As labelled.
    pub labelled: [f64; 2],
}

/// Settings of an eye in a head that faces a far camera and looks this far up and left, degrees.
pub(super) fn facing(config: &EyeConfig, pitch: f64, yaw: f64, px_per_mm: f32) -> EyeConfig {
    let mut config = config.clone();
    let p = &mut config.pose;
    p.gaze_relative_to = GazeFrame::Head;
    p.gaze_pitch_deg = Normal::always(pitch);
    p.gaze_yaw_deg = Normal::always(yaw);
    p.head_pitch_deg = Normal::always(0.0);
    p.head_yaw_deg = Normal::always(0.0);
    p.head_follows_gaze = 0.0;
    p.distance_mm = Normal::always(FAR_MM);
    p.shift_right_mm = Normal::always(0.0);
    p.shift_down_mm = Normal::always(0.0);
    p.eye_in_head_max_deg = 80.0;
    config.lids.blink_share = 0.0;
    config.camera.focal_px = px_per_mm * FAR_MM as f32;
    config.camera.width = (46.0 * px_per_mm) as u32;
    config.camera.height = (30.0 * px_per_mm) as u32;
    config.camera.center_px = [23.0 * px_per_mm, 15.0 * px_per_mm];
    config
}

/// The pupil of sample `id`, centred on the optical axis and seen from `degrees` beside it.
pub fn pupil_from_aside(config: &EyeConfig, seed: u64, id: u64, degrees: f64) -> Option<SeenPupil> {
    let mut config = facing(config, 0.0, degrees, PUPIL_PX_PER_MM);
    config.eyeball.kappa_nasal_deg = Normal::always(0.0);
    config.eyeball.kappa_up_deg = Normal::always(0.0);
    let mut scene = Scene::of(&Source { config: &config, seed, measured: None }, id);
    wide_open(&mut scene);
    (scene.eyeball.pupil_shift, scene.globe.pupil_shift) = (0.0, 0.0);
    let pupil = label::of(&scene, Extras::default()).geometry?.pupil;
    let (crop, _) = window(scene.camera, pupil.center, pupil.semi_major + 3.0);
    let seen = moments(&through(&scene, crop), Thing::Pupil);
    // The pupil's own radius at its distance.
    let depth = scene.to_camera(scene.eyeball.pupil_center()).z;
    let itself = scene.eyeball.pupil_radius * scene.camera.focal_px as f64 / depth;
    Some(SeenPupil {
        rendered: [seen.semi_major / itself, seen.semi_minor / itself],
        labelled: [pupil.semi_major as f64 / itself, pupil.semi_minor as f64 / itself],
    })
}

/// An opening between lids, mm.
#[derive(Debug, Clone, Copy)]
pub struct LidOpening {
    /// Largest height of a column of the mask that shows the eye.
    pub aperture_mm: f64,
    /// The label's aperture.
    pub labelled_mm: f64,
    /// Width of what shows the eye.
    pub width_mm: f64,
}

/// The opening of sample `id` in a head that faces the camera, with the eye turned `pitch_deg` up.
pub fn lid_opening(config: &EyeConfig, seed: u64, id: u64, pitch_deg: f64) -> LidOpening {
    let config = facing(config, pitch_deg, 0.0, LIDS_PX_PER_MM);
    let mut scene = Scene::of(&Source { config: &config, seed, measured: None }, id);
    scene.hair_opacity = 0.0;
    scene.glasses = None;
    let mask = picture(&scene).mask;
    let (width, mut highest, mut columns) = (config.camera.width as usize, 0, 0);
    for x in 0..width {
        let open = |&&c: &&u8| c != class::SKIN && c != class::WET_LINE;
        let height = mask.iter().skip(x).step_by(width).filter(open).count();
        highest = highest.max(height);
        columns += usize::from(height > 0);
    }
    let labelled = label::of(&scene, Extras::default()).lids;
    let mm = |px: usize| px as f64 / LIDS_PX_PER_MM as f64;
    LidOpening {
        aperture_mm: mm(highest),
        labelled_mm: labelled.map_or(f64::NAN, |l| l.aperture_mm as f64),
        width_mm: mm(columns),
    }
}
