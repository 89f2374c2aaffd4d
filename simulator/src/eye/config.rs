//! Every number of the renderer that is drawn or chosen, by name and unit.
//!
//! A settings file may hold any part of it; what it leaves out keeps the value of
//! [`EyeConfig::default`], which is the preset "mpiigaze". Angles are in degrees here because
//! people read and write them; everything inside is in radians.

use super::draw::{Normal, Range};
use crate::sample::PinholeCamera;
use serde::{Deserialize, Serialize};

/// The distribution of eyes, and the camera that sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EyeConfig {
    /// Visibility samples across a pixel at edges: 4 means 4x4 in a pixel.
    pub samples_across: u32,
    /// Number of different people; their eye's shape and colour are the same in all their images.
    /// 0: every image shows somebody else.
    pub people: u32,
    /// The camera.
    pub camera: PinholeCamera,
    /// Gaze, head and place.
    pub pose: PoseConfig,
    /// The eyeball.
    pub eyeball: EyeballConfig,
    /// Iris and pupil colour.
    pub iris: IrisConfig,
    /// Lid margins, canthi, crease.
    pub lids: LidConfig,
    /// Skin and the shape of the face around the eye.
    pub face: FaceConfig,
    /// Lashes.
    pub lashes: LashConfig,
    /// Light.
    pub light: LightConfig,
    /// From light to 8-bit numbers.
    pub sensor: SensorConfig,
}

/// Where the eye looks, where the head faces, where both are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoseConfig {
    /// Pitch of the visual axis in camera space, up positive, degrees.
    pub gaze_pitch_deg: Normal,
    /// Yaw of the visual axis in camera space, to the image's left positive, degrees.
    pub gaze_yaw_deg: Normal,
    /// Pitch of the head in camera space, face up positive, degrees.
    pub head_pitch_deg: Normal,
    /// Yaw of the head in camera space, face to the image's left positive, degrees.
    pub head_yaw_deg: Normal,
    /// Share of the gaze that the head turns along with, 0 to 1.
    pub head_follows_gaze: f64,
    /// The eye turns at most this far in the head; beyond it the head follows, degrees.
    pub eye_in_head_max_deg: f64,
    /// Distance of the point midway between the eye's corners, mm. It varies because a normalised
    /// crop is scaled by an *estimated* head pose.
    pub distance_mm: Normal,
    /// Where that point stands right of the optical axis, mm.
    pub shift_right_mm: Normal,
    /// Where that point stands below the optical axis, mm.
    pub shift_down_mm: Normal,
}

/// The eyeball, Le Grand's schematic eye with one corneal surface.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EyeballConfig {
    /// Radius of the sclera's sphere, mm (24 mm diameter).
    pub radius_mm: Normal,
    /// Radius of the corneal sphere, mm (Le Grand: 7.8).
    pub cornea_radius_mm: Normal,
    /// Refractive index behind the cornea: the single-surface value that the eye-tracking
    /// literature uses.
    pub refractive_index: f64,
    /// Radius of the iris itself, mm; through the cornea it looks 2 to 4 % larger.
    pub iris_radius_mm: Normal,
    /// Depth of the iris plane behind the corneal apex, mm (Le Grand: 3.6).
    pub iris_depth_mm: Normal,
    /// Radius of the pupil itself, mm; through the cornea it looks 13 % larger.
    pub pupil_radius_mm: Normal,
    /// How far the pupil stands nasally of the optical axis, mm.
    pub pupil_nasal_mm: Normal,
    /// How far the visual axis stands nasally of the optical one, degrees.
    pub kappa_nasal_deg: Normal,
    /// How far the visual axis stands above the optical one, degrees.
    pub kappa_up_deg: Normal,
    /// Reflectance of the sclera, 0 to 1.
    pub sclera_albedo: Range,
}

/// Iris and limbus, in grey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IrisConfig {
    /// Relative frequency of dark brown, brown, hazel or green, and blue or grey irises.
    pub color_weights: [f64; 4],
    /// Reflectance of each of these, 0 to 1; one iris differs from its class by up to 30 %.
    pub color_albedo: [f64; 4],
    /// Contrast of fibres and collarette, 0 to 1.
    pub texture_contrast: Range,
    /// Darkening of the ring at the limbus, 0 to 1.
    pub limbal_ring: Range,
    /// Width of the soft change from iris to sclera, mm.
    pub limbus_width_mm: Range,
}

/// Lids. Heights are above the centre of the eyeball, seen from the front.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LidConfig {
    /// Distance of the corners, mm.
    pub fissure_width_mm: Normal,
    /// Where the point midway between the corners stands, temporally of the eyeball's centre, mm.
    pub canthi_temporal_mm: Normal,
    /// Height of that point, mm.
    pub canthi_height_mm: Normal,
    /// The outer corner stands this much higher than the inner one, degrees.
    pub canthal_tilt_deg: Normal,
    /// Added to the height of the upper margin (4.0 mm looking ahead), mm; negative is ptosis.
    pub upper_offset_mm: Normal,
    /// Added to the height of the lower margin (-5.7 mm looking ahead), mm.
    pub lower_offset_mm: Normal,
    /// Place of the upper margin's highest point, from the inner (0) to the outer corner (1).
    pub upper_peak: Normal,
    /// Place of the lower margin's lowest point, from the inner (0) to the outer corner (1).
    pub lower_peak: Normal,
    /// Exponent of the margins' arcs: 2 is a parabola, more is squarer.
    pub roundness: Normal,
    /// Length of the narrow inner corner that holds the caruncle, mm.
    pub caruncle_mm: Normal,
    /// Both margins come this much closer in this image (squinting), mm.
    pub squint_mm: Normal,
    /// Share of images in the middle of a blink, 0 to 1.
    pub blink_share: f64,
    /// Height of the crease above the upper margin, mm.
    pub crease_height_mm: Normal,
    /// Depth of the crease, mm; 0 is a single-fold lid.
    pub crease_depth_mm: Normal,
    /// Share of eyes with a second crease, 0 to 1.
    pub second_crease_share: f64,
    /// Width of the dark line along the upper margin, where the lashes root, mm.
    pub lash_line_mm: Range,
    /// Darkness of that line, 0 to 1.
    pub lash_line_darkness: Range,
    /// Brightness of the lower margin's wet rim relative to skin, around 1.
    pub wet_rim: Range,
}

/// Skin, and the relief of the face.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaceConfig {
    /// Reflectance of the skin, 0 to 1.
    pub skin_albedo: Range,
    /// Contrast of its blotches and pores, 0 to 1.
    pub skin_contrast: Range,
    /// How far the side of the nose stands before the inner corner, mm.
    pub nose_mm: Normal,
    /// How far the brow stands before the upper lid, mm.
    pub brow_mm: Normal,
    /// Depth of the fold below the lower lid (eye bag), mm.
    pub bag_mm: Normal,
    /// Darkness of the hollow between nose and brow and of the ring around the eye, 0 to 1.
    pub orbit_darkness: Range,
    /// Share of images with an eyebrow in reach of the upper edge, 0 to 1.
    pub eyebrow_share: f64,
    /// Height of the eyebrow's lower edge above the eyeball's centre, mm.
    pub eyebrow_height_mm: Normal,
}

/// Lashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LashConfig {
    /// Number of upper lashes (the lower lid has half as many).
    pub count: Range,
    /// Length of an upper lash, mm (lower ones 60 %).
    pub length_mm: Normal,
    /// Thickness at the root, mm.
    pub thickness_mm: Range,
    /// Opacity, 0 to 1.
    pub opacity: Range,
}

/// Light: a sky, up to two lamps, and what the cornea mirrors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LightConfig {
    /// Directedness of the ambient light: 0 is the same from everywhere, 1 is none from behind.
    pub ambient_directed: Range,
    /// Irradiance by the first lamp relative to the ambient light.
    pub key_strength: Range,
    /// Height of the first lamp above the camera's axis, degrees.
    pub key_pitch_deg: Normal,
    /// Side of the first lamp, image left positive, degrees.
    pub key_yaw_deg: Normal,
    /// Irradiance by the second lamp relative to the ambient light.
    pub fill_strength: Range,
    /// Darkness of shadows that nose, brow and lid cast, 0 to 1.
    pub shadow: Range,
    /// Change of the illumination across the crop, as log of the ratio side to side.
    pub falloff: Normal,
    /// Brightness of the lamps' reflections relative to white skin.
    pub glint_strength: Range,
    /// Half the size at which a lamp or window is seen from the eye, degrees.
    pub glint_size_deg: Range,
    /// Brightness of the room mirrored in the cornea relative to white skin.
    pub haze: Range,
}

/// The way from light to 8 bits, in this order: vignette, optics, a sensor of larger pixels,
/// noise, tone, 8 bits, the crop's resampling, equalisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensorConfig {
    /// Blur of the optics (sigma of a Gaussian), px of the crop.
    pub blur_px: Range,
    /// Side of a sensor pixel, px of the crop; at 1 there is no resampling.
    pub pixel_pitch_px: Range,
    /// Value of the brightest 2 % of the scene before clipping at 1: above 1 they clip.
    pub exposure: Range,
    /// Exponent of the tone curve, output = input^(1/gamma).
    pub gamma: Range,
    /// Strength of an S-shaped contrast curve, 0 to 1.
    pub contrast: Range,
    /// Shot noise: its standard deviation at white, relative to white.
    pub shot_noise: Range,
    /// Read noise: its standard deviation relative to white.
    pub read_noise: Range,
    /// Share of images whose noise is three times as strong (dim rooms), 0 to 1.
    pub grainy_share: f64,
    /// Darkening towards the crop's corners, 0 to 1.
    pub vignette: Range,
    /// Equalise the histogram at the end, as MPIIGaze's normalisation does.
    pub equalize: bool,
}
