//! Near-infrared cameras: head-mounted ones, and ones in front of drivers and users.

use crate::eye::config::*;
use crate::eye::draw::{Normal, Range};
use crate::sample::{PinholeCamera, Spectrum};

/// A camera of a head-mounted display: 90 degrees of view, 36 mm from the corneal apex, below the
/// line of sight and tilted up 30 degrees (the defaults of SEET), with some slip of the mount.
///
/// The apex stands on the optical axis: with an apex 13 mm before the eye's centre and corners
/// 2.8 mm below and 5.5 mm before it, the middle of the corners is 41 mm away and 6.2 mm below.
pub(super) fn near_eye(base: EyeConfig) -> EyeConfig {
    EyeConfig {
        camera: PinholeCamera {
            width: 400,
            height: 400,
            focal_px: 200.0,
            center_px: [199.5, 199.5],
        },
        pose: PoseConfig {
            gaze_relative_to: GazeFrame::Head,
            camera_mount: CameraMount::Head,
            gaze_pitch_deg: Normal::new(-3.0, 12.0, -30.0, 25.0),
            gaze_yaw_deg: Normal::new(0.0, 14.0, -35.0, 35.0),
            head_pitch_deg: Normal::new(30.0, 2.5, 22.0, 38.0),
            head_yaw_deg: Normal::new(0.0, 2.5, -8.0, 8.0),
            eye_in_head_max_deg: 40.0,
            distance_mm: Normal::new(41.1, 1.5, 36.0, 46.0),
            shift_right_mm: Normal::new(0.0, 1.5, -5.0, 5.0),
            shift_down_mm: Normal::new(6.2, 1.5, 1.0, 11.0),
            target_mm: Normal::new(1500.0, 600.0, 300.0, 4000.0),
            ..base.pose
        },
        // The display is dim, and fills the view.
        pupil: PupilConfig {
            luminance_log10_cd_m2: Normal::new(1.2, 0.5, -0.5, 2.5),
            field_deg: 90.0,
            ..base.pupil
        },
        spectrum: Spectrum::Nir,
        light: LightConfig {
            leds_mm: lens_ring(),
            led_shift_mm: Normal::new(0.0, 0.6, -2.0, 2.0),
            led_radius_mm: Range::new(0.7, 1.5),
            led_strength: Range::new(6.0, 25.0),
            coaxial_share: 0.2,
            ..room(base.light)
        },
        glasses: GlassesConfig { share: 0.0, ..base.glasses },
        iris: IrisConfig { retina: NIR_RETINA, limbal_ring: Range::new(0.0, 0.4), ..base.iris },
        eyeball: EyeballConfig { sclera_albedo: NIR_SCLERA, ..base.eyeball },
        sensor: SensorConfig {
            metering: Metering::Median,
            exposure: Range::new(0.1, 0.4),
            flare: Range::new(0.0, 0.1),
            blur_px: Range::new(0.5, 1.2),
            shot_noise: Range::new(0.005, 0.03),
            read_noise: Range::new(0.002, 0.01),
            pixel_pitch_px: Range::always(1.0),
            gamma: Range::new(1.0, 2.0),
            contrast: Range::always(0.0),
            defocus_radius_px: Range::new(0.7, 3.0),
            jpeg_share: 0.2,
            equalize: false,
            ..base.sensor
        },
        ..base
    }
}

/// Eleven LEDs around the lens that a head-mounted display has before the eye (SEET: a ring of 41 x
/// 32 mm), 31 mm before the corneal apex, every 30 degrees but where the camera is; camera space, mm.
fn lens_ring() -> Vec<[f64; 3]> {
    // The camera stands 18 mm below the lens's axis and looks up by 30 degrees.
    let (sin, cos) = (0.5, 0.75f64.sqrt());
    let leds = (0..12).filter(|&k| k != 3).map(|k| {
        let angle = (30.0 * k as f64).to_radians();
        let down = 16.0 * libm::sin(angle) - 18.0;
        [20.5 * libm::cos(angle), cos * down, -sin * down]
    });
    leds.collect()
}

/// Light of the retina, relative to white, and the sclera's reflectance at 850 nm: it scatters less
/// there, while skin scatters more, so the white of the eye is no brighter than the lids.
const NIR_RETINA: [f64; 4] = [0.25, 0.06, 0.02, 1.0];
const NIR_SCLERA: Range = Range::new(0.45, 0.72);

/// Rooms in near infrared: screens and the lamps of today give none, only sun and old lamps do.
fn room(base: LightConfig) -> LightConfig {
    LightConfig {
        key_strength: Range::new(0.0, 0.5),
        fill_strength: Range::new(0.0, 0.2),
        ambient_kelvin: Range::always(6500.0),
        lamp_kelvin: Range::always(6500.0),
        glint_strength: Range::new(0.0, 0.3),
        falloff: Normal::new(0.0, 0.15, -0.5, 0.5),
        haze: Range::new(0.0, 0.02),
        ..base
    }
}

/// A near-infrared camera on a dashboard or desk: square crops some 46 mm wide with brow and cheek,
/// loosely placed by an eye detector.
pub(super) fn remote(base: EyeConfig) -> EyeConfig {
    EyeConfig {
        camera: PinholeCamera { width: 84, height: 84, focal_px: 1040.0, center_px: [41.5, 41.5] },
        pose: PoseConfig {
            gaze_relative_to: GazeFrame::Head,
            gaze_pitch_deg: Normal::new(-3.0, 9.0, -30.0, 25.0),
            gaze_yaw_deg: Normal::new(0.0, 12.0, -35.0, 35.0),
            head_pitch_deg: Normal::new(0.0, 8.0, -25.0, 25.0),
            head_yaw_deg: Normal::new(0.0, 12.0, -40.0, 40.0),
            distance_mm: Normal::new(600.0, 60.0, 460.0, 780.0),
            shift_right_mm: Normal::new(0.0, 2.5, -8.0, 8.0),
            shift_down_mm: Normal::new(3.5, 2.5, -4.0, 10.0),
            target_mm: Normal::new(1000.0, 500.0, 300.0, 3000.0),
            ..base.pose
        },
        spectrum: Spectrum::Nir,
        light: LightConfig {
            leds_mm: vec![[0.0, 0.0, 0.0]],
            led_shift_mm: Normal::new(0.0, 45.0, -150.0, 150.0),
            led_radius_mm: Range::new(8.0, 28.0),
            led_strength: Range::new(2.0, 16.0),
            coaxial_share: 0.12,
            ambient_directed: Range::new(0.2, 0.9),
            key_strength: Range::new(0.0, 2.5),
            falloff: Normal::new(0.0, 0.35, -1.0, 1.0),
            ..room(base.light)
        },
        lids: LidConfig {
            upper_offset_mm: Normal::new(-0.7, 0.9, -2.8, 2.0),
            squint_mm: Normal::new(0.7, 0.6, -0.6, 2.2),
            ..base.lids
        },
        face: FaceConfig { orbit_darkness: Range::new(0.35, 0.9), ..base.face },
        glasses: GlassesConfig {
            share: 0.3,
            metal_share: 0.5,
            reflection: Range::new(0.3, 1.0),
            ..base.glasses
        },
        iris: IrisConfig { retina: NIR_RETINA, limbal_ring: Range::new(0.0, 0.4), ..base.iris },
        eyeball: EyeballConfig { sclera_albedo: NIR_SCLERA, ..base.eyeball },
        sensor: SensorConfig {
            metering: Metering::Median,
            exposure: Range::new(0.09, 0.18),
            exposure_error: 0.35,
            flare: Range::new(0.0, 0.3),
            blur_px: Range::new(0.5, 1.4),
            grainy_share: 0.05,
            defocus_share: 0.3,
            defocus_radius_px: Range::new(1.0, 3.5),
            pixel_pitch_px: Range::new(1.0, 1.55),
            shot_noise: Range::new(0.002, 0.01),
            read_noise: Range::new(0.0008, 0.004),
            gamma: Range::new(1.4, 2.2),
            contrast: Range::always(0.0),
            jpeg_share: 0.5,
            equalize: false,
            ..base.sensor
        },
        ..base
    }
}
