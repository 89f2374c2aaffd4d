//! All settings that calibration may choose.

use super::{Aspect, Slot, Tunable, Uncertainty};
use crate::eye::config::EyeConfig;

/// Shorthand for the table below.
const fn tunable(
    (name, title): (&'static str, &'static str),
    aspect: Aspect,
    limits: [f64; 2],
    (of_mean, of_person): (f64, f64),
    slot: fn(&mut EyeConfig) -> Slot<'_>,
) -> Tunable {
    let uncertainty = Uncertainty { of_mean, of_person };
    Tunable { name, title, aspect, limits, uncertainty, relative: false, slot }
}

impl Tunable {
    /// Limits and uncertainty are shares of the preset's mean.
    const fn relative(self) -> Self {
        Self { relative: true, ..self }
    }
}

/// Deviations from person to person of geometry are the presets' own (see the sources in `config`);
/// those of means are ours: how far crops of other cameras were cut from the preset's.
pub(super) const ALL: &[Tunable] = {
    use Aspect::{Geometry, Looks};
    &[
        // The crop: a normalised crop is scaled and placed by an estimated head pose.
        tunable(("pose.distance_mm", "distance (mm)"), Geometry, [0.63, 1.5], (0.08, 0.06), |c| {
            Slot::Normal(&mut c.pose.distance_mm)
        })
        .relative(),
        tunable(
            ("pose.shift_right_mm", "shift to the right (mm)"),
            Geometry,
            [-8.0, 8.0],
            (1.0, 0.8),
            |c| Slot::Normal(&mut c.pose.shift_right_mm),
        ),
        tunable(
            ("pose.shift_down_mm", "shift downwards (mm)"),
            Geometry,
            [-8.0, 8.0],
            (1.2, 0.8),
            |c| Slot::Normal(&mut c.pose.shift_down_mm),
        ),
        // Where people look and face.
        tunable(
            ("pose.gaze_pitch_deg", "gaze pitch (°)"),
            Geometry,
            [-45.0, 45.0],
            (5.0, 1.0),
            |c| Slot::Normal(&mut c.pose.gaze_pitch_deg),
        ),
        tunable(
            ("pose.gaze_yaw_deg", "gaze yaw (°)"),
            Geometry,
            [-50.0, 50.0],
            // Right eyes are mirrored: whoever looks about evenly to both sides of the camera with both
            // eyes has a mean near 0 (MPIIGaze's people: 0.1 ± 0.25).
            (0.8, 0.5),
            |c| Slot::Normal(&mut c.pose.gaze_yaw_deg),
        ),
        tunable(
            ("pose.head_pitch_deg", "head pitch (°)"),
            Geometry,
            [-40.0, 40.0],
            (5.0, 3.0),
            |c| Slot::Normal(&mut c.pose.head_pitch_deg),
        ),
        tunable(("pose.head_yaw_deg", "head yaw (°)"), Geometry, [-40.0, 40.0], (4.0, 2.0), |c| {
            Slot::Normal(&mut c.pose.head_yaw_deg)
        }),
        // The opening of the lids.
        tunable(
            ("lids.fissure_width_mm", "fissure length (mm)"),
            Geometry,
            [22.0, 38.0],
            (1.0, 1.8),
            |c| Slot::Normal(&mut c.lids.fissure_width_mm),
        ),
        tunable(
            ("lids.canthal_tilt_deg", "canthal tilt (°)"),
            Geometry,
            [-12.0, 16.0],
            (1.5, 2.5),
            |c| Slot::Normal(&mut c.lids.canthal_tilt_deg),
        ),
        tunable(
            ("lids.upper_offset_mm", "upper lid (mm)"),
            Geometry,
            [-4.0, 3.5],
            (0.5, 0.8),
            |c| Slot::Normal(&mut c.lids.upper_offset_mm),
        ),
        tunable(
            ("lids.lower_offset_mm", "lower lid (mm)"),
            Geometry,
            [-3.0, 3.0],
            (0.3, 0.5),
            |c| Slot::Normal(&mut c.lids.lower_offset_mm),
        ),
        // Where the eyeball sits between the corners.
        tunable(
            ("lids.canthi_temporal_mm", "corners temporally of the eyeball (mm)"),
            Geometry,
            [-4.0, 4.0],
            (0.4, 0.8),
            |c| Slot::Normal(&mut c.lids.canthi_temporal_mm),
        ),
        tunable(
            ("lids.canthi_height_mm", "height of the corners (mm)"),
            Geometry,
            [-5.0, 1.0],
            (0.3, 0.7),
            |c| Slot::Normal(&mut c.lids.canthi_height_mm),
        ),
        // Closure.
        tunable(
            ("lids.blink_share", "share in a blink"),
            Geometry,
            [0.0, 1.0],
            (0.03, 0.02),
            |c| Slot::Share(&mut c.lids.blink_share),
        ),
        // Contrast of iris, sclera and skin.
        tunable(
            ("eyeball.sclera_albedo", "reflectance of the sclera"),
            Looks,
            [0.1, 0.85],
            (0.12, 0.05),
            |c| Slot::Range(&mut c.eyeball.sclera_albedo),
        ),
        tunable(("face.melanin", "melanin (log share)"), Looks, [0.003, 0.45], (0.6, 0.8), |c| {
            Slot::LogRange(&mut c.face.melanin)
        }),
        tunable(
            ("face.orbit_darkness", "darkness around the eye"),
            Looks,
            [0.0, 0.95],
            (0.15, 0.1),
            |c| Slot::Range(&mut c.face.orbit_darkness),
        ),
        tunable(("lashes.opacity", "opacity of the lashes"), Looks, [0.0, 1.0], (0.2, 0.1), |c| {
            Slot::Range(&mut c.lashes.opacity)
        }),
        // Shading.
        tunable(
            ("light.falloff", "shading from side to side"),
            Looks,
            [-2.5, 2.5],
            (0.3, 0.1),
            |c| Slot::Normal(&mut c.light.falloff),
        ),
        tunable(
            ("light.key_strength", "strength of the first lamp"),
            Looks,
            [0.0, 8.0],
            (0.8, 0.1),
            |c| Slot::Range(&mut c.light.key_strength),
        ),
        tunable(
            ("light.key_pitch_deg", "height of the first lamp (°)"),
            Looks,
            [-60.0, 80.0],
            (15.0, 5.0),
            |c| Slot::Normal(&mut c.light.key_pitch_deg),
        ),
        tunable(
            ("light.key_yaw_deg", "side of the first lamp (°)"),
            Looks,
            [-85.0, 85.0],
            (20.0, 5.0),
            |c| Slot::Normal(&mut c.light.key_yaw_deg),
        ),
        // Optics and sensor.
        tunable(("sensor.blur_px", "blur (px)"), Looks, [0.0, 3.0], (0.25, 0.02), |c| {
            Slot::Range(&mut c.sensor.blur_px)
        }),
        tunable(
            ("sensor.read_noise", "noise (share of white)"),
            Looks,
            [0.0, 0.08],
            (0.006, 0.001),
            |c| Slot::Range(&mut c.sensor.read_noise),
        ),
        // Eyeglasses.
        tunable(("glasses.share", "share with eyeglasses"), Looks, [0.0, 1.0], (0.15, 0.0), |c| {
            Slot::Share(&mut c.glasses.share)
        }),
    ]
};
