//! Numbers of an eye that are not seen at one place.

/// Measures of an eyeball.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anatomy {
    /// Centre of the iris's rim, camera space, mm.
    pub iris_center_mm: [f32; 3],
    /// Radius of the sclera's sphere, mm.
    pub eyeball_radius_mm: f32,
    /// Radius of curvature of the cornea at its apex, mm.
    pub cornea_radius_mm: f32,
    /// Asphericity Q of the cornea: 0 is a sphere, negative flattens towards the limbus.
    pub cornea_asphericity: f32,
    /// Refractive index behind the cornea, at the wavelength of the camera.
    pub refractive_index: f32,
    /// Distance of the iris plane behind the corneal apex, mm.
    pub iris_depth_mm: f32,
    /// How far the visual axis stands nasally of the optical axis, radians.
    pub kappa_nasal: f32,
    /// How far the visual axis stands above the optical axis, radians.
    pub kappa_up: f32,
}

/// How far the lids are open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LidState {
    /// Largest vertical distance of the margins, seen from the front of the head, mm.
    pub aperture_mm: f32,
    /// 0 open as gaze asks, 1 closed by a blink.
    pub closure: f32,
    /// Distance of the corners, mm.
    pub fissure_width_mm: f32,
    /// The outer corner stands higher than the inner one by this angle, seen from the front of the
    /// head, radians.
    pub canthal_tilt: f32,
}

/// Shares of the image's area, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// That shows the pupil.
    pub pupil: f32,
    /// That shows the iris, without the pupil.
    pub iris: f32,
    /// That shows the sclera.
    pub sclera: f32,
}

/// Place of an image in a sequence of the same eye.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SequencePlace {
    /// Number of the sequence.
    pub id: u64,
    /// Number of the image in it, from 0.
    pub frame: u32,
    /// Time since its first image, s.
    pub timestamp_s: f32,
}

/// How well one image was refined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Refinement {
    /// How far the pupil (where it can't be found, the iris) moved from where the render has it, px
    /// of this image. `None` where render and refined image don't both show it.
    pub drift_px: Option<f32>,
    /// Mean over the patches of the image of the discriminator's probability that they are real, 0
    /// to 1.
    pub realism: f32,
}
