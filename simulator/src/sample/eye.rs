//! What is known of an image of an eye.

use super::{Ellipse, Gaze, Modality, PinholeCamera};

/// Eye images: 8-bit luminance, labelled with gaze.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eye;

impl Modality for Eye {
    type Pixel = u8;
    type Label = EyeLabel;
    const NAME: &'static str = "eye";
}

/// Points on each lid margin, canthus to canthus.
pub const LID_POINTS: usize = 9;

/// The label of an eye image. What is unknown is `None`, never zeros or NaN.
///
/// All eyes are stored as *left* eyes of their owner, inner corner on the left of the image; a
/// right eye is mirrored on the way in, and its gaze with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EyeLabel {
    /// From the eye to what it looks at (the visual axis), in camera space. Unlabelled real images
    /// have none.
    pub gaze: Option<Gaze>,
    /// Whose eye it is, where the source says so ("p00").
    pub subject: Option<String>,
    /// The file the image came from, relative to the folder that was read.
    pub source: Option<String>,
    /// What only a renderer knows.
    pub geometry: Option<EyeGeometry>,
}

/// The exact geometry of a rendered eye.
#[derive(Debug, Clone, PartialEq)]
pub struct EyeGeometry {
    /// The eyeball's axis of symmetry, in camera space. The visual axis (`EyeLabel::gaze`) stands
    /// about 5 degrees nasally of it.
    pub optical_axis: Gaze,
    /// Where the head faces, in camera space: (0, 0) faces the camera.
    pub head: Gaze,
    /// Centre of rotation of the eyeball, camera space, mm.
    pub eye_center_mm: [f32; 3],
    /// Centre of the corneal sphere, camera space, mm.
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
