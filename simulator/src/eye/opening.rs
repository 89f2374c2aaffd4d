//! What is seen between the lids: sclera, iris and pupil, the tissue of the corner, the tear film.

use super::eyeball::Hit;
use super::face::smoothstep;
use super::scene::Scene;
use nalgebra::Vector3;

/// Skin scatters light beyond the terminator; the sclera even more.
pub(crate) const SKIN_WRAP: f64 = 0.25;
const SCLERA_WRAP: f64 = 0.4;

/// The eyeball under one pixel: light that changes slowly is computed once for all its samples.
pub(crate) struct Opening<'a> {
    scene: &'a Scene,
    /// Irradiance before the lids' shade.
    lit: f64,
    /// Light from the skin here, for the tissue of the corner.
    skin: f64,
    /// How far into the opening the lamps' shadow of the upper lid reaches, mm.
    cast_mm: f64,
}

impl<'a> Opening<'a> {
    /// The opening at a pixel whose centre sees `hit`, beside skin of this light.
    pub(crate) fn new(scene: &'a Scene, hit: &Hit, skin: f64) -> Self {
        let light = &scene.light;
        let lit = match hit {
            // The iris is flat, under a curved surface that bends the light in.
            Hit::Iris { surface, normal, .. } => {
                let facing = (scene.eyeball.axis + normal * 0.5).normalize();
                light.irradiance(facing, (surface.x, -surface.y, -surface.z), SKIN_WRAP)
            }
            Hit::Sclera { surface, normal } => {
                light.irradiance(*normal, (surface.x, -surface.y, -surface.z), SCLERA_WRAP)
            }
            Hit::Miss => light.irradiance(-Vector3::z(), (0.0, 0.0, 8.0), SCLERA_WRAP),
        };
        Self { scene, lit, skin, cast_mm: 1.2 + 2.5 * light.steepness() }
    }

    /// Light along a ray through a place x of the opening, at these depths below the upper and
    /// above the lower margin, mm.
    #[inline]
    pub(crate) fn light(&self, ray: Vector3<f64>, x: f64, (upper, lower): (f64, f64)) -> f64 {
        let (scene, light) = (self.scene, &self.scene.light);
        // The lids shade the eyeball: the sky from above and below, and the lamps from above.
        let from_above = 0.3 + 0.7 * smoothstep(-0.5, 3.4, upper);
        let from_below = 0.5 + 0.5 * smoothstep(-0.6, 2.4, lower);
        let sky = from_above * from_below;
        let cast = 1.0 - light.shadow * 0.6 * (1.0 - smoothstep(0.2, self.cast_mm, upper));
        let shade = sky * cast;
        // The corner holds tissue, not eyeball.
        let tissue = self.skin * 0.75 * (0.6 + 0.4 * shade);
        let inner = smoothstep(0.75, 1.25, (x - scene.lids.inner.x) / scene.lids.caruncle);
        if inner == 0.0 {
            return tissue;
        }
        let seen = match scene.eyeball.trace(scene.observer, ray) {
            Hit::Iris { normal, x, y, .. } => {
                let e = &scene.eyeball;
                let albedo =
                    scene.iris.albedo_at((x, y), e.iris_radius, e.pupil_radius, e.pupil_shift);
                // The clear cornea over the iris mirrors.
                albedo * self.lit * shade + light.mirrored(ray, normal) * sky
            }
            Hit::Sclera { .. } => scene.iris.sclera_albedo * self.lit * shade,
            Hit::Miss => tissue * 0.6,
        };
        // The tear film's meniscus along the lower lid.
        let wet = 0.5 * (scene.lids.wet_rim - 0.8).max(0.0) * (1.0 - smoothstep(0.1, 0.45, lower));
        tissue + (seen * (1.0 + wet) - tissue) * inner
    }
}
