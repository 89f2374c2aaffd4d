//! Groups of the label, and how each begins before its columns fill it in.

use crate::label::Group;
use simulator::sample::{
    Crop, Cube, DepthCamera, HandLabel, HandPose, HandShape, Joint, Refinement,
};

/// All groups.
pub(super) const GROUPS: &[Group<HandLabel>] = &[
    ("camera_focal_px", |l| l.camera = Some(CAMERA)),
    ("crop_scale", |l| l.crop = Some(Crop { scale: [0.0; 2], shift_px: [0.0; 2] })),
    ("cube_side_mm", |l| l.cube = Some(Cube { center_mm: [0.0; 3], side_mm: 0.0 })),
    ("joints_xyz_mm", |l| l.joints_nyu = Some([JOINT; 36])),
    ("joints_common_xyz_mm", |l| l.joints_common = Some([JOINT; 21])),
    ("joints_common_px", |l| l.joints_common_px = Some([[0.0; 2]; 21])),
    ("angles_rad", |l| l.pose = Some(POSE)),
    ("hand_length_mm", |l| l.shape = Some(SHAPE)),
    ("refine_realism", |l| l.refinement = Some(Refinement { drift_px: None, realism: 0.0 })),
    ("refine_drift_px", |l| {
        if let Some(refinement) = &mut l.refinement {
            refinement.drift_px = Some(0.0);
        }
    }),
];

const CAMERA: DepthCamera = DepthCamera { focal_px: [0.0; 2], center_px: [0.0; 2] };

const JOINT: Joint = Joint { place_mm: [0.0; 3], visibility: None };

const POSE: HandPose =
    HandPose { angles_rad: [0.0; 22], camera_from_hand: [0.0; 9], wrist_mm: [0.0; 3] };

const SHAPE: HandShape =
    HandShape { length_mm: 0.0, breadth_mm: 0.0, bones_mm: [0.0; 20], radii_mm: [0.0; 21] };
