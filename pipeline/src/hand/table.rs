//! Which column holds which part of a label; the order is that of the schema.

use super::joints;
use crate::label::{
    Cell, Numbers, Problem, bool_cell, enum_cell, floats, inner_floats, int_cell, text,
};
use simulator::sample::{DepthSensor, HandLabel, Side};

/// A column of the places of some joints.
macro_rules! places {
    ($name:literal, $joints:ident) => {
        (
            $name,
            Cell::Gathered {
                get: |l, numbers| {
                    joints::places(l.$joints.as_ref()?, numbers);
                    Some(())
                },
                set: |l, numbers| {
                    joints::set_places(l.$joints.as_mut()?, numbers);
                    Some(())
                },
            },
        )
    };
}

/// A column of the same joints in image and depth: computed when it is written, ignored when read.
macro_rules! uvd {
    ($name:literal, $joints:ident) => {
        (
            $name,
            Cell::Gathered {
                get: |l, numbers| {
                    joints::uvd(l.$joints.as_ref()?, l.camera.as_ref()?, numbers);
                    Some(())
                },
                set: |l, _| (l.$joints.is_some() && l.camera.is_some()).then_some(()),
            },
        )
    };
}

/// A column of the flags of some joints.
macro_rules! flags {
    ($name:literal, $joints:ident) => {
        (
            $name,
            Cell::Flags {
                get: |l, flags| joints::flags(l.$joints.as_ref()?, flags),
                set: |l, flags| joints::set_flags(l.$joints.as_mut().map(|j| &mut j[..]), flags),
            },
        )
    };
}

/// Every label column and its part of the label.
#[rustfmt::skip]
pub(super) const TABLE: &[(&str, Cell<HandLabel>)] = &[
    ("clean_mm", Cell::Shorts {
        get: |l| l.clean_mm.as_ref(),
        set: |l, frame| l.clean_mm = Some(frame),
    }),
    ("parts", Cell::Bytes { get: |l| l.parts.as_ref(), set: |l, frame| l.parts = Some(frame) }),

    floats!("camera_focal_px", camera, focal_px),
    floats!("camera_center_px", camera, center_px),
    floats!("crop_scale", crop, scale),
    floats!("crop_shift_px", crop, shift_px),
    floats!("cube_center_mm", cube, center_mm),
    floats!("cube_side_mm", cube, side_mm),

    places!("joints_xyz_mm", joints_nyu),
    uvd!("joints_uvd", joints_nyu),
    flags!("joints_visibility", joints_nyu),
    places!("joints_common_xyz_mm", joints_common),
    uvd!("joints_common_uvd", joints_common),
    flags!("joints_common_visibility", joints_common),
    floats!("joints_common_px", joints_common_px),

    floats!("angles_rad", pose, angles_rad),
    floats!("hand_rotation", pose, camera_from_hand),
    floats!("wrist_mm", pose, wrist_mm),
    floats!("hand_length_mm", shape, length_mm),
    floats!("hand_breadth_mm", shape, breadth_mm),
    floats!("bones_mm", shape, bones_mm),
    floats!("radii_mm", shape, radii_mm),

    enum_cell!("side", side: Side),
    bool_cell!("mirrored", mirrored),
    enum_cell!("sensor", sensor: DepthSensor),
    text!("gesture", gesture),
    text!("subject", subject),
    text!("source", source),
    int_cell!("seed", seed),

    inner_floats!("refine_drift_px", refinement, drift_px),
    floats!("refine_realism", refinement, realism),
];
