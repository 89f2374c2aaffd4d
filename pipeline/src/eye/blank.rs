//! Groups of the label, and how each begins before its columns fill it in.

use crate::label::Group;
use simulator::sample::{
    Anatomy, Appearance, Axes, Coverage, Ellipse, Environment, Exposure, EyeGeometry, EyeLabel,
    Gaze, GeometricRims, HeadDirection, HeadPose, IrisColor, LID_POINTS, Landmarks, LidState,
    NormalizedGaze, PinholeCamera, Points, Refinement, SequencePlace, Sun, Visibility,
};

/// All groups.
pub(super) const GROUPS: &[Group<EyeLabel>] = &[
    ("gaze_pitch_rad", |l| l.gaze = Some(GAZE)),
    ("camera_width_px", |l| l.geometry = Some(GEOMETRY)),
    ("head_yaw_rad", |l| l.head = Some(HeadDirection { pitch: None, yaw: 0.0 })),
    ("head_pitch_rad", |l| {
        if let Some(head) = &mut l.head {
            head.pitch = Some(0.0);
        }
    }),
    ("target_mm", |l| l.target_mm = Some([0.0; 3])),
    ("optical_vector", |l| l.axes = Some(AXES)),
    ("norm_scale", |l| l.normalized = Some(NORMALIZED)),
    ("head_roll_rad", |l| l.head_pose = Some(HEAD)),
    ("eyeball_radius_mm", |l| l.anatomy = Some(ANATOMY)),
    ("pupil_geometric_x_px", |l| l.geometric = Some(RIMS)),
    ("pupil_rim_px", |l| l.landmarks = Some(LANDMARKS)),
    ("lid_aperture_mm", |l| l.lids = Some(LIDS)),
    ("pupil_coverage", |l| l.coverage = Some(COVERAGE)),
    ("environment_id", |l| l.environment = Some(ENVIRONMENT)),
    ("sun_direction", |l| {
        if let Some(environment) = &mut l.environment {
            environment.sun = Some(Sun { direction: [0.0; 3], rgb: [0.0; 3] });
        }
    }),
    ("skin_melanin", |l| l.appearance = Some(APPEARANCE)),
    ("gain", |l| l.exposure = Some(EXPOSURE)),
    ("sequence_id", |l| l.sequence = Some(SEQUENCE)),
    ("refine_realism", |l| l.refinement = Some(Refinement { drift_px: None, realism: 0.0 })),
    ("refine_drift_px", |l| {
        if let Some(refinement) = &mut l.refinement {
            refinement.drift_px = Some(0.0);
        }
    }),
];

const GAZE: Gaze = Gaze { pitch: 0.0, yaw: 0.0 };
const ELLIPSE: Ellipse =
    Ellipse { center: [0.0; 2], semi_major: 0.0, semi_minor: 0.0, orientation: 0.0 };

const GEOMETRY: EyeGeometry = EyeGeometry {
    optical_axis: GAZE,
    eye_center_mm: [0.0; 3],
    cornea_center_mm: [0.0; 3],
    pupil_center_mm: [0.0; 3],
    pupil_radius_mm: 0.0,
    iris_radius_mm: 0.0,
    pupil: ELLIPSE,
    iris: ELLIPSE,
    pupil_visible: 0.0,
    iris_visible: 0.0,
    upper_lid: [[0.0; 2]; LID_POINTS],
    lower_lid: [[0.0; 2]; LID_POINTS],
    camera: PinholeCamera { width: 0, height: 0, focal_px: 0.0, center_px: [0.0; 2] },
};

const AXES: Axes = Axes { optical: [0.0; 3], visual: [0.0; 3], fovea: [0.0; 3] };

const NORMALIZED: NormalizedGaze =
    NormalizedGaze { gaze_2018: GAZE, gaze_2015: GAZE, head: GAZE, rotation: [0.0; 9], scale: 0.0 };

const HEAD: HeadPose = HeadPose {
    rotation: [0.0; 9],
    rotation_vector: [0.0; 3],
    origin_mm: [0.0; 3],
    roll: 0.0,
    interpupillary_mm: 0.0,
};

const ANATOMY: Anatomy = Anatomy {
    iris_center_mm: [0.0; 3],
    eyeball_radius_mm: 0.0,
    cornea_radius_mm: 0.0,
    cornea_asphericity: 0.0,
    refractive_index: 0.0,
    iris_depth_mm: 0.0,
    kappa_nasal: 0.0,
    kappa_up: 0.0,
};

const RIMS: GeometricRims = GeometricRims { pupil: ELLIPSE, iris: ELLIPSE };

const fn points<const N: usize>() -> Points<N> {
    Points { at_px: [[0.0; 2]; N], depth_mm: [0.0; N], visibility: [Visibility::Hidden; N] }
}

const LANDMARKS: Landmarks = Landmarks {
    pupil: points(),
    iris: points(),
    iris_geometric: points(),
    margin: points(),
    caruncle: points(),
    canthi: points(),
};

const LIDS: LidState =
    LidState { aperture_mm: 0.0, closure: 0.0, fissure_width_mm: 0.0, canthal_tilt: 0.0 };

const COVERAGE: Coverage = Coverage { pupil: 0.0, iris: 0.0, sclera: 0.0 };

const ENVIRONMENT: Environment = Environment { id: 0, harmonics: [0.0; 27], sun: None };

const APPEARANCE: Appearance = Appearance {
    skin_melanin: 0.0,
    skin_haemoglobin: 0.0,
    skin_ita: 0.0,
    iris_color: IrisColor::Brown,
    iris_rgb: [0.0; 3],
    upper_lashes: 0,
    lower_lashes: 0,
    glasses: false,
};

const EXPOSURE: Exposure = Exposure {
    blur_px: 0.0,
    defocus_radius_px: 0.0,
    motion_px: [0.0; 2],
    pixel_pitch_px: 0.0,
    exposure: 0.0,
    gain: 0.0,
    white_balance: [0.0; 3],
    shot_noise: 0.0,
    read_noise: 0.0,
    row_noise: 0.0,
    gamma: 0.0,
    contrast: 0.0,
    jpeg_quality: None,
};

const SEQUENCE: SequencePlace = SequencePlace { id: 0, frame: 0, timestamp_s: 0.0 };
