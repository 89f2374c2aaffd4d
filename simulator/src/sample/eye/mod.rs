//! What is known of an image of an eye.
//!
//! Spaces: *camera* space is OpenCV's (x right, y down, z forward, mm); *head* space is camera space
//! turned by the head (x towards the owner's left, y to the mouth, z into the head); *image* is px
//! with the centre of the top left pixel at (0, 0).

mod appearance;
mod geometry;
mod landmarks;
mod light;
mod mask;
mod measures;

pub use appearance::{Appearance, Exposure, IrisColor};
pub use geometry::{
    Axes, EyeGeometry, GeometricRims, HeadDirection, HeadPose, LID_POINTS, NormalizedGaze,
};
pub use landmarks::{CARUNCLE_POINTS, Landmarks, MARGIN_POINTS, Points, RIM_POINTS, Visibility};
pub use light::{Environment, Glint, Light, LightKind, Sun};
pub use mask::MaskClass;
pub use measures::{Anatomy, Coverage, LidState, Refinement, SequencePlace};

use super::{Frame, Gaze, Modality, SampleId};
use serde::{Deserialize, Serialize};

/// Eye images of one band, 8 bits: luminance or near infrared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eye;

impl Modality for Eye {
    type Pixel = u8;
    type Label = EyeLabel;
    const NAME: &'static str = "eye";
}

/// Eye images in colour, 8 bits of red, green and blue; labelled as [`Eye`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EyeRgb;

impl Modality for EyeRgb {
    type Pixel = [u8; 3];
    type Label = EyeLabel;
    const NAME: &'static str = "eye-rgb";
}

/// Which eye of its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The owner's left eye: its inner corner is on the image's left as it stands.
    Left,
    /// The owner's right eye: image and label are mirrored.
    Right,
}

/// What the camera sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spectrum {
    /// Luminance of visible light, one band.
    #[default]
    Grey,
    /// Red, green and blue.
    Rgb,
    /// Near infrared, one band.
    Nir,
}

/// The label of an eye image. What is unknown is `None`, never zeros or NaN.
///
/// All eyes are stored as *left* eyes of their owner, inner corner on the left of the image; a
/// right eye is mirrored on the way in, and all of its label with it: a mirrored world.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EyeLabel {
    /// From the eye to what it looks at (the visual axis), in camera space. Unlabelled real images
    /// have none.
    pub gaze: Option<Gaze>,
    /// Whose eye it is, where the source says so ("p00").
    pub subject: Option<String>,
    /// The file the image came from, relative to the folder that was read.
    pub source: Option<String>,
    /// Which eye of its owner it was.
    pub side: Option<Side>,
    /// Whether image and label were mirrored so that it stands as a left eye.
    pub mirrored: Option<bool>,
    /// What the camera sees.
    pub spectrum: Option<Spectrum>,
    /// What the eye looks at, camera space, mm.
    pub target_mm: Option<[f32; 3]>,
    /// The exact geometry, which only a renderer knows.
    pub geometry: Option<EyeGeometry>,
    /// Both axes as unit vectors.
    pub axes: Option<Axes>,
    /// Gaze and head in the normalised spaces of MPIIGaze.
    pub normalized: Option<NormalizedGaze>,
    /// Where the head faces. Real data sets often tell its yaw alone.
    pub head: Option<HeadDirection>,
    /// Rotation and place of the head.
    pub head_pose: Option<HeadPose>,
    /// Measures of the eyeball.
    pub anatomy: Option<Anatomy>,
    /// Pupil and iris as they would be seen without the cornea.
    pub geometric: Option<GeometricRims>,
    /// Points in the image.
    pub landmarks: Option<Landmarks>,
    /// How far the lids are open.
    pub lids: Option<LidState>,
    /// Shares of the image.
    pub coverage: Option<Coverage>,
    /// Class of each pixel ([`MaskClass`] as a number), as large as the image.
    pub mask: Option<Frame<u8>>,
    /// The lights and their glints. Empty if there is none.
    pub lights: Option<Vec<Light>>,
    /// The surroundings.
    pub environment: Option<Environment>,
    /// Skin, iris colour, lashes, glasses.
    pub appearance: Option<Appearance>,
    /// What the camera did to the light.
    pub exposure: Option<Exposure>,
    /// The master seed that the image was rendered from.
    pub seed: Option<u64>,
    /// Place in a sequence of images.
    pub sequence: Option<SequencePlace>,
    /// The image of the other eye of the same head at the same moment.
    pub partner: Option<SampleId>,
    /// How well this refined image turned out. Other images have none.
    pub refinement: Option<Refinement>,
}

/// Gives an enum its lower-case names in files, both ways.
macro_rules! named {
    ($type:ty { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that stands in files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}
pub(crate) use named;

named!(Side { Left = "left", Right = "right" });
named!(Spectrum { Grey = "grey", Rgb = "rgb", Nir = "nir" });
named!(IrisColor {
    DarkBrown = "dark-brown",
    Brown = "brown",
    Hazel = "hazel",
    Green = "green",
    Blue = "blue",
    Grey = "grey",
});
named!(LightKind { Point = "point", Distant = "distant" });
named!(MaskClass {
    Skin = "skin",
    Sclera = "sclera",
    Iris = "iris",
    Pupil = "pupil",
    Glint = "glint",
    Lash = "lash",
    Caruncle = "caruncle",
    WetLine = "wet-line",
    Glasses = "glasses",
});
