//! Which column holds which part of a label; the order is that of the schema.

use super::lights;
use crate::label::{
    Cell, Numbers, Problem, bool_cell, enum_cell, floats, inner_floats, int_cell, number, text,
};
use simulator::sample::{EyeLabel, IrisColor, SampleId, Side, Spectrum, Visibility};

/// A column of the flags of `label.landmarks?.part`.
macro_rules! flags {
    ($name:literal, $part:ident) => {
        (
            $name,
            Cell::Flags {
                get: |l, flags| {
                    let points = &l.landmarks.as_ref()?.$part;
                    flags.extend(points.visibility.iter().map(|&flag| flag as u8));
                    Some(())
                },
                set: |l, flags| {
                    let points = &mut l.landmarks.as_mut().ok_or(Problem::NoGroup)?.$part;
                    for (flag, &number) in points.visibility.iter_mut().zip(flags) {
                        *flag = Visibility::from_number(number).ok_or(Problem::Unknown)?;
                    }
                    Ok(())
                },
            },
        )
    };
}

/// A column of the lights.
macro_rules! lights {
    ($name:literal) => {
        ($name, Cell::List { encode: lights::encode, fill: lights::fill })
    };
}

/// Every label column and its part of the label.
#[rustfmt::skip]
pub(super) const TABLE: &[(&str, Cell<EyeLabel>)] = &[
    floats!("gaze_pitch_rad", gaze, pitch),
    floats!("gaze_yaw_rad", gaze, yaw),
    text!("subject", subject),
    text!("source", source),
    floats!("optical_pitch_rad", geometry, optical_axis.pitch),
    floats!("optical_yaw_rad", geometry, optical_axis.yaw),
    inner_floats!("head_pitch_rad", head, pitch),
    floats!("head_yaw_rad", head, yaw),
    floats!("eye_center_mm", geometry, eye_center_mm),
    floats!("cornea_center_mm", geometry, cornea_center_mm),
    floats!("pupil_center_mm", geometry, pupil_center_mm),
    floats!("pupil_radius_mm", geometry, pupil_radius_mm),
    floats!("iris_radius_mm", geometry, iris_radius_mm),
    floats!("pupil_x_px", geometry, pupil.center[0]),
    floats!("pupil_y_px", geometry, pupil.center[1]),
    floats!("pupil_semi_major_px", geometry, pupil.semi_major),
    floats!("pupil_semi_minor_px", geometry, pupil.semi_minor),
    floats!("pupil_orientation_rad", geometry, pupil.orientation),
    floats!("iris_x_px", geometry, iris.center[0]),
    floats!("iris_y_px", geometry, iris.center[1]),
    floats!("iris_semi_major_px", geometry, iris.semi_major),
    floats!("iris_semi_minor_px", geometry, iris.semi_minor),
    floats!("iris_orientation_rad", geometry, iris.orientation),
    floats!("pupil_visible", geometry, pupil_visible),
    floats!("iris_visible", geometry, iris_visible),
    floats!("upper_lid_px", geometry, upper_lid),
    floats!("lower_lid_px", geometry, lower_lid),
    number!("camera_width_px", geometry, camera.width: u32),
    number!("camera_height_px", geometry, camera.height: u32),
    floats!("camera_focal_px", geometry, camera.focal_px),
    floats!("camera_center_px", geometry, camera.center_px),

    enum_cell!("side", side: Side),
    bool_cell!("mirrored", mirrored),
    enum_cell!("spectrum", spectrum: Spectrum),
    floats!("target_mm", target_mm),

    floats!("optical_vector", axes, optical),
    floats!("visual_vector", axes, visual),
    floats!("fovea_vector", axes, fovea),
    floats!("kappa_nasal_rad", anatomy, kappa_nasal),
    floats!("kappa_up_rad", anatomy, kappa_up),

    floats!("gaze_2018_pitch_rad", normalized, gaze_2018.pitch),
    floats!("gaze_2018_yaw_rad", normalized, gaze_2018.yaw),
    floats!("gaze_2015_pitch_rad", normalized, gaze_2015.pitch),
    floats!("gaze_2015_yaw_rad", normalized, gaze_2015.yaw),
    floats!("norm_head_pitch_rad", normalized, head.pitch),
    floats!("norm_head_yaw_rad", normalized, head.yaw),
    floats!("norm_rotation", normalized, rotation),
    floats!("norm_scale", normalized, scale),

    floats!("head_rotation", head_pose, rotation),
    floats!("head_vector_rad", head_pose, rotation_vector),
    floats!("head_origin_mm", head_pose, origin_mm),
    floats!("head_roll_rad", head_pose, roll),
    floats!("interpupillary_mm", head_pose, interpupillary_mm),

    floats!("iris_center_mm", anatomy, iris_center_mm),
    floats!("eyeball_radius_mm", anatomy, eyeball_radius_mm),
    floats!("cornea_radius_mm", anatomy, cornea_radius_mm),
    floats!("cornea_asphericity", anatomy, cornea_asphericity),
    floats!("refractive_index", anatomy, refractive_index),
    floats!("iris_depth_mm", anatomy, iris_depth_mm),

    floats!("pupil_geometric_x_px", geometric, pupil.center[0]),
    floats!("pupil_geometric_y_px", geometric, pupil.center[1]),
    floats!("pupil_geometric_semi_major_px", geometric, pupil.semi_major),
    floats!("pupil_geometric_semi_minor_px", geometric, pupil.semi_minor),
    floats!("pupil_geometric_orientation_rad", geometric, pupil.orientation),
    floats!("iris_geometric_x_px", geometric, iris.center[0]),
    floats!("iris_geometric_y_px", geometric, iris.center[1]),
    floats!("iris_geometric_semi_major_px", geometric, iris.semi_major),
    floats!("iris_geometric_semi_minor_px", geometric, iris.semi_minor),
    floats!("iris_geometric_orientation_rad", geometric, iris.orientation),

    floats!("pupil_rim_px", landmarks, pupil.at_px),
    floats!("pupil_rim_depth_mm", landmarks, pupil.depth_mm),
    flags!("pupil_rim_visibility", pupil),
    floats!("iris_rim_px", landmarks, iris.at_px),
    floats!("iris_rim_depth_mm", landmarks, iris.depth_mm),
    flags!("iris_rim_visibility", iris),
    floats!("iris_geometric_rim_px", landmarks, iris_geometric.at_px),
    floats!("iris_geometric_rim_depth_mm", landmarks, iris_geometric.depth_mm),
    flags!("iris_geometric_rim_visibility", iris_geometric),
    floats!("lid_margin_px", landmarks, margin.at_px),
    floats!("lid_margin_depth_mm", landmarks, margin.depth_mm),
    flags!("lid_margin_visibility", margin),
    floats!("caruncle_px", landmarks, caruncle.at_px),
    floats!("caruncle_depth_mm", landmarks, caruncle.depth_mm),
    flags!("caruncle_visibility", caruncle),
    floats!("canthi_px", landmarks, canthi.at_px),
    floats!("canthi_depth_mm", landmarks, canthi.depth_mm),
    flags!("canthi_visibility", canthi),

    floats!("lid_aperture_mm", lids, aperture_mm),
    floats!("lid_closure", lids, closure),
    floats!("fissure_width_mm", lids, fissure_width_mm),
    floats!("canthal_tilt_rad", lids, canthal_tilt),

    ("mask", Cell::Bytes { get: |l| l.mask.as_ref(), set: |l, mask| l.mask = Some(mask) }),
    floats!("pupil_coverage", coverage, pupil),
    floats!("iris_coverage", coverage, iris),
    floats!("sclera_coverage", coverage, sclera),

    lights!("light_kind"),
    lights!("light_vector"),
    lights!("light_power"),
    lights!("glint_px"),
    lights!("glint_depth_mm"),
    lights!("glint_visibility"),

    number!("environment_id", environment, id: u64),
    floats!("environment_harmonics", environment, harmonics),
    inner_floats!("sun_direction", environment, sun, direction),
    inner_floats!("sun_rgb", environment, sun, rgb),

    floats!("skin_melanin", appearance, skin_melanin),
    floats!("skin_haemoglobin", appearance, skin_haemoglobin),
    floats!("skin_ita_rad", appearance, skin_ita),
    ("iris_color", Cell::Text {
        get: |l| Some(l.appearance.as_ref()?.iris_color.name()),
        set: |l, text| {
            let color = IrisColor::from_name(text).ok_or(Problem::Unknown)?;
            l.appearance.as_mut().ok_or(Problem::NoGroup)?.iris_color = color;
            Ok(())
        },
    }),
    floats!("iris_rgb", appearance, iris_rgb),
    number!("upper_lashes", appearance, upper_lashes: u16),
    number!("lower_lashes", appearance, lower_lashes: u16),
    ("glasses", Cell::Number {
        get: |l| Some(l.appearance.as_ref()?.glasses.into()),
        set: |l, n| { l.appearance.as_mut()?.glasses = n != 0; Some(()) },
    }),

    floats!("blur_px", exposure, blur_px),
    floats!("defocus_radius_px", exposure, defocus_radius_px),
    floats!("motion_px", exposure, motion_px),
    floats!("pixel_pitch_px", exposure, pixel_pitch_px),
    floats!("exposure", exposure, exposure),
    floats!("gain", exposure, gain),
    floats!("white_balance", exposure, white_balance),
    floats!("shot_noise", exposure, shot_noise),
    floats!("read_noise", exposure, read_noise),
    floats!("row_noise", exposure, row_noise),
    floats!("gamma", exposure, gamma),
    floats!("contrast", exposure, contrast),
    ("jpeg_quality", Cell::Number {
        get: |l| l.exposure.as_ref()?.jpeg_quality.map(u64::from),
        set: |l, n| { l.exposure.as_mut()?.jpeg_quality = Some(n as u8); Some(()) },
    }),

    int_cell!("seed", seed),
    number!("sequence_id", sequence, id: u64),
    number!("sequence_frame", sequence, frame: u32),
    floats!("timestamp_s", sequence, timestamp_s),
    ("partner_id", Cell::Number {
        get: |l| l.partner.map(|id| id.0),
        set: |l, n| { l.partner = Some(SampleId(n)); Some(()) },
    }),

    inner_floats!("refine_drift_px", refinement, drift_px),
    floats!("refine_realism", refinement, realism),
];
