//! Where an eye stands, where it looks, and how the camera sees its rims.

use crate::sample::{Ellipse, Gaze, PinholeCamera};

/// Points on each lid margin, canthus to canthus.
pub const LID_POINTS: usize = 9;

/// The exact geometry of a rendered eye.
#[derive(Debug, Clone, PartialEq)]
pub struct EyeGeometry {
    /// The eyeball's axis of symmetry, in camera space. The visual axis (`EyeLabel::gaze`) stands
    /// about 5 degrees nasally of it.
    pub optical_axis: Gaze,
    /// Centre of rotation of the eyeball, camera space, mm.
    pub eye_center_mm: [f32; 3],
    /// Centre of the corneal sphere (of the sphere that touches the apex of an aspheric cornea),
    /// camera space, mm.
    pub cornea_center_mm: [f32; 3],
    /// Centre of the pupil itself (not of its refracted image), camera space, mm.
    pub pupil_center_mm: [f32; 3],
    /// Radius of the pupil itself, mm.
    pub pupil_radius_mm: f32,
    /// Radius of the iris itself, mm.
    pub iris_radius_mm: f32,
    /// The pupil as the camera sees it through the cornea, as if no lid hid it, px.
    pub pupil: Ellipse,
    /// The outer edge of the iris as the camera sees it through the cornea, as if no lid hid it, px.
    pub iris: Ellipse,
    /// Share of the pupil's area that no lid hides, 0 to 1.
    pub pupil_visible: f32,
    /// Share of the iris's area (pupil included) that no lid hides, 0 to 1.
    pub iris_visible: f32,
    /// Upper lid margin from the inner to the outer corner, px. First and last are the corners.
    pub upper_lid: [[f32; 2]; LID_POINTS],
    /// Lower lid margin from the inner to the outer corner, px.
    pub lower_lid: [[f32; 2]; LID_POINTS],
    /// The camera that saw it.
    pub camera: PinholeCamera,
}

/// The eyeball's axes as unit vectors in camera space, out of the eye: (0, 0, -1) looks into the
/// camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axes {
    /// The axis of symmetry.
    pub optical: [f32; 3],
    /// From the eye to what it looks at.
    pub visual: [f32; 3],
    /// From the eye's centre to its fovea: against the visual axis.
    pub fovea: [f32; 3],
}

/// Pupil and iris as a camera would see them without the cornea, as if no lid hid them, px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeometricRims {
    /// The pupil.
    pub pupil: Ellipse,
    /// The outer edge of the iris.
    pub iris: Ellipse,
}

/// Where the head faces, in camera space, radians: (0, 0) faces the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadDirection {
    /// Upwards positive, where it is known.
    pub pitch: Option<f32>,
    /// Towards the left of the image positive.
    pub yaw: f32,
}

impl HeadDirection {
    /// As seen in a mirrored image: yaw changes its sign.
    pub fn mirrored(self) -> Self {
        Self { yaw: -self.yaw, ..self }
    }
}

impl From<Gaze> for HeadDirection {
    fn from(facing: Gaze) -> Self {
        Self { pitch: Some(facing.pitch), yaw: facing.yaw }
    }
}

/// Rotation and place of the head. Head space has its origin midway between the centres of the
/// eyeballs, x towards the owner's left eye (image right), y to the mouth, z into the head, mm: it
/// is turned by nothing when it faces the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadPose {
    /// Camera from head, row by row.
    pub rotation: [f32; 9],
    /// The same as a rotation vector (axis times angle, radians), as OpenCV's `Rodrigues` has it.
    pub rotation_vector: [f32; 3],
    /// Origin of head space in camera space, mm.
    pub origin_mm: [f32; 3],
    /// Angle of the head's x axis in the image, clockwise positive, radians. Pitch and yaw are
    /// `EyeLabel::head`.
    pub roll: f32,
    /// Distance of the centres of the two eyeballs, mm.
    pub interpupillary_mm: f32,
}

/// Gaze and head in the spaces of MPIIGaze (Zhang et al. 2015 and 2018): a virtual camera looks at
/// the middle of the eye's corners from 600 mm, with the head's x axis level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormalizedGaze {
    /// The visual axis, only rotated: the convention of 2018 and of all later data sets.
    pub gaze_2018: Gaze,
    /// The visual axis, rotated and then scaled along z as points are: what MPIIGaze's own files of
    /// 2015 hold.
    pub gaze_2015: Gaze,
    /// Where the head faces, rotated.
    pub head: Gaze,
    /// Normalised from camera, rotation, row by row.
    pub rotation: [f32; 9],
    /// 600 mm over the distance of the middle of the eye's corners: the scale along z.
    pub scale: f32,
}
