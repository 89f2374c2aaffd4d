//! The exact label of a scene.
//!
//! Everything is computed from the scene by the functions that also draw it. What a scene does not
//! tell comes with [`Extras`].

mod circle;
mod conic;
mod cornea;
mod extras;
mod glints;
mod opening;
mod points;
mod pose;
mod sphere;

pub(crate) use extras::Extras;

use super::scene::Scene;
use crate::sample::{
    Anatomy, Coverage, EyeGeometry, EyeLabel, Frame, GeometricRims, LidState, MaskClass, SampleId,
    SequencePlace, Side,
};
use cornea::Cornea;
use opening::Opening;
use points::Rim;
use pose::narrow;

/// Everything that is known of the scene.
pub(crate) fn of(scene: &Scene, extras: Extras) -> EyeLabel {
    let e = &scene.eyeball;
    let mm = |p| narrow(scene.to_camera(p));
    let opening = Opening::new(scene);
    let cornea = Cornea::new(e);
    let rim = |shift, radius| Rim::new(scene, &opening, &cornea, shift, radius);
    let (pupil, iris) = (rim(e.pupil_shift, e.pupil_radius), rim(0.0, e.iris_radius));
    let (kappa_nasal, kappa_up) = pose::kappa(scene);
    let [inner, outer] = [0, opening.upper.points.len() - 1].map(|k| opening.upper.points[k]);
    EyeLabel {
        gaze: Some(scene.gaze),
        subject: scene.subject.clone(),
        source: None,
        side: Some(scene.who.side),
        mirrored: Some(scene.who.side == Side::Right),
        spectrum: Some(scene.spectrum),
        target_mm: Some(narrow(scene.pose.target_mm)),
        geometry: Some(EyeGeometry {
            optical_axis: scene.optical_axis,
            eye_center_mm: narrow(scene.eye_center),
            cornea_center_mm: mm(e.axis * e.cornea_center),
            pupil_center_mm: mm(e.pupil_center()),
            pupil_radius_mm: e.pupil_radius as f32,
            iris_radius_mm: e.iris_radius as f32,
            pupil: pupil.apparent_ellipse,
            iris: iris.apparent_ellipse,
            pupil_visible: opening.share(&pupil.apparent_ellipse),
            iris_visible: opening.share(&iris.apparent_ellipse),
            upper_lid: points::margin(scene, &opening.upper.points),
            lower_lid: points::margin(scene, &opening.lower.points),
            camera: scene.camera,
        }),
        head: Some(scene.head.into()),
        axes: Some(pose::axes(scene)),
        normalized: Some(pose::normalized(scene, scene.to_camera((inner + outer) * 0.5))),
        head_pose: Some(pose::head(scene, scene.pose.interpupillary_mm)),
        anatomy: Some(Anatomy {
            iris_center_mm: mm(e.axis * e.iris_plane),
            eyeball_radius_mm: e.radius as f32,
            cornea_radius_mm: e.cornea_radius as f32,
            cornea_asphericity: e.asphericity as f32,
            refractive_index: e.refractive_index as f32,
            iris_depth_mm: (e.cornea_center + e.cornea_radius - e.iris_plane) as f32,
            kappa_nasal: kappa_nasal as f32,
            kappa_up: kappa_up as f32,
        }),
        geometric: Some(GeometricRims {
            pupil: pupil.geometric_ellipse,
            iris: iris.geometric_ellipse,
        }),
        landmarks: Some(points::landmarks(scene, &opening, &pupil, &iris)),
        lids: Some(lids(scene, &opening)),
        coverage: extras.mask.as_ref().map(coverage),
        mask: extras.mask,
        lights: Some(glints::lights(scene, &opening, &cornea)),
        environment: extras.environment,
        appearance: extras.appearance,
        exposure: extras.exposure.as_ref().map(extras::exposure),
        seed: extras.seed,
        sequence: scene.who.sequence.map(|moment| SequencePlace {
            id: moment.id,
            frame: moment.frame,
            timestamp_s: moment.timestamp_s as f32,
        }),
        partner: scene.who.partner.map(SampleId),
        refinement: None,
    }
}

/// How far the lids are open.
fn lids(scene: &Scene, opening: &Opening) -> LidState {
    let (lids, lower) = (&scene.lids, opening.lower.heights);
    let apertures = opening.upper.heights.iter().zip(lower).map(|(upper, lower)| upper - lower);
    let aperture = apertures.fold(0.0, f64::max);
    let (across, up) = (lids.x(1.0) - lids.x(0.0), lids.margins(1.0).0 - lids.margins(0.0).0);
    LidState {
        aperture_mm: aperture as f32,
        closure: scene.pose.lid_closure as f32,
        fissure_width_mm: (across * across + up * up).sqrt() as f32,
        canthal_tilt: libm::atan2(up, across) as f32,
    }
}

/// Shares of a mask.
fn coverage(mask: &Frame<u8>) -> Coverage {
    let mut count = [0u32; 256];
    for &class in mask.pixels() {
        count[class as usize] += 1;
    }
    let share = |class: MaskClass| count[class as usize] as f32 / mask.pixels().len() as f32;
    Coverage {
        pupil: share(MaskClass::Pupil),
        iris: share(MaskClass::Iris),
        sclera: share(MaskClass::Sclera),
    }
}

#[cfg(test)]
mod tests;
