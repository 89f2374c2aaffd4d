//! The classes of a mask.

/// What a pixel shows, by the majority of its area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MaskClass {
    /// Skin, brow, and all that is no other class.
    Skin = 0,
    /// The white of the eye.
    Sclera = 1,
    /// The iris.
    Iris = 2,
    /// The pupil.
    Pupil = 3,
    /// A light mirrored in the cornea.
    Glint = 4,
    /// A lash.
    Lash = 5,
    /// The tissue of the inner corner.
    Caruncle = 6,
    /// The lids' wet edge.
    WetLine = 7,
    /// A frame of eyeglasses, or a reflection in them.
    Glasses = 8,
}
