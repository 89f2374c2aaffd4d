//! Points in the image.

/// Points on a rim of pupil or iris.
pub const RIM_POINTS: usize = 32;
/// Points around the opening of the lids.
pub const MARGIN_POINTS: usize = 16;
/// Points around the caruncle.
pub const CARUNCLE_POINTS: usize = 7;

/// Whether a point can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Visibility {
    /// Something hides it: a lid, the nose, or the eyeball itself.
    #[default]
    Hidden = 0,
    /// Nothing hides it.
    Visible = 1,
    /// It is beyond the image's edge (hidden or not).
    Outside = 2,
}

impl Visibility {
    /// The one with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::Hidden, Self::Visible, Self::Outside].get(number as usize).copied()
    }
}

/// Points of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points<const N: usize> {
    /// Where they are seen, px.
    pub at_px: [[f32; 2]; N],
    /// How far in front of the pinhole they are: z in camera space, mm.
    pub depth_mm: [f32; N],
    /// Whether they can be seen.
    pub visibility: [Visibility; N],
}

/// Points in the image, as many of each kind as UnityEyes has.
///
/// Rims begin at the temporal end of their horizontal axis (image right for an eye that looks
/// ahead) and go on downwards: clockwise as seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landmarks {
    /// The rim of the pupil, through the cornea. Depths are those of the rim itself.
    pub pupil: Points<RIM_POINTS>,
    /// The outer rim of the iris, through the cornea. Depths are those of the rim itself.
    pub iris: Points<RIM_POINTS>,
    /// The outer rim of the iris as if there were no cornea.
    pub iris_geometric: Points<RIM_POINTS>,
    /// The edge of the opening: inner corner, upper margin, outer corner (point 8), lower margin
    /// back. Clockwise as seen.
    pub margin: Points<MARGIN_POINTS>,
    /// The outline of the caruncle, from the upper margin around the inner corner to the lower.
    pub caruncle: Points<CARUNCLE_POINTS>,
    /// Inner and outer corner.
    pub canthi: Points<2>,
}
