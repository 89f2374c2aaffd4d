//! Where the light comes from.

use super::Visibility;

/// How far away a light is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LightKind {
    /// At a place.
    Point,
    /// So far that its rays are parallel.
    Distant,
}

/// A light and its glint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// How far away it is.
    pub kind: LightKind,
    /// Of a point light the place in camera space, mm; of a distant one the unit vector towards it.
    pub vector: [f32; 3],
    /// Irradiance on a surface that faces it (1 is about that of the ambient light), in the band in which
    /// it is brightest.
    pub power: f32,
    /// Its reflection in the cornea (of a light with a size: of its centre).
    pub glint: Glint,
}

/// The reflection of a light in the cornea.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glint {
    /// Where it is seen, px.
    pub at_px: [f32; 2],
    /// Depth (z in camera space) of the point of the cornea that mirrors it, mm.
    pub depth_mm: f32,
    /// Whether it can be seen: hidden if a lid covers that point, or if it is on no cornea.
    pub visibility: Visibility,
}

/// The surroundings of the eye.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Environment {
    /// Number of the environment; images with the same one share it.
    pub id: u64,
    /// Radiance in spherical harmonics, camera space: 9 real coefficients (order 0, 1, 2; within an
    /// order m = -l to l) of red, then of green, then of blue. One band stands in all three.
    pub harmonics: [f32; 27],
    /// The strongest distant light, if one stands out.
    pub sun: Option<Sun>,
}

/// A light that stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sun {
    /// Unit vector towards it, camera space.
    pub direction: [f32; 3],
    /// Irradiance relative to the mean of the surroundings: red, green, blue.
    pub rgb: [f32; 3],
}
