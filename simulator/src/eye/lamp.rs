//! Lamps, windows, screens and LEDs: their light, and their mirror images.

use super::spectrum::flat;
use crate::lanes::{Real, V3, narrow, smoothstep};
use crate::sample::Spectrum;
use nalgebra::Vector3;

/// Share of light that the cornea and its tear film (n = 1.376, 1.336) mirror straight ahead.
pub(crate) const CORNEA: f64 = 0.023;

/// Focal length of the cornea as a mirror: half its radius, mm.
const CORNEA_FOCUS_MM: f64 = 3.9;

/// Smallest radius of a mirror image that is drawn, px.
const FINEST_GLINT_PX: f64 = 0.5;

/// A lamp, window, screen or LED.
#[derive(Debug, Clone)]
pub(crate) struct Lamp {
    /// Where it is: a place (mm, w = 1) or a direction far away (unit, w = 0), head space.
    pub place: [f32; 4],
    /// Irradiance (over pi) on a surface that faces it, of a place's lamp at the eye's centre, in the
    /// camera's bands.
    pub color: [f32; 3],
    /// Radiance of its mirror image, in the camera's bands.
    pub glint: [f32; 3],
    /// Half its size as seen from the eye, tangent of the angle.
    pub half_size: f32,
    /// How much wider, and so dimmer, its image in the cornea is drawn than it is: such an image may
    /// be finer than the samples of a pixel.
    pub widen: f32,
    /// A window with this many panes across (1 for a plain one), or 0 for a round lamp.
    pub panes: u32,
    /// Whether nose, brow and lids shade it (LEDs and screens are too weak or too near).
    pub casts: bool,
}

impl Lamp {
    /// A near-infrared LED of this radius at a place in head space, mm, with the irradiance (over pi)
    /// `strength` at the eye's centre.
    ///
    /// Radiance is irradiance over the solid angle, and the cornea mirrors [`CORNEA`] of it.
    pub(crate) fn led(
        spectrum: Spectrum,
        place: Vector3<f64>,
        strength: f64,
        radius_mm: f64,
        px_per_mm: f64,
    ) -> Self {
        let [x, y, z] = narrow(place);
        let half_size = radius_mm / place.norm();
        let resolved = FINEST_GLINT_PX / (px_per_mm * CORNEA_FOCUS_MM);
        Self {
            place: [x, y, z, 1.0],
            color: spectrum.pick(flat(strength)),
            glint: spectrum.pick(flat(CORNEA * strength / (half_size * half_size))),
            half_size: half_size as f32,
            widen: (resolved / half_size).max(1.0) as f32,
            panes: 0,
            casts: false,
        }
    }

    /// Brightness of its image in the cornea as it is drawn, first band.
    pub(crate) fn glint_level(&self) -> f32 {
        self.glint[0] / (self.widen * self.widen)
    }

    /// Unit direction towards it from a point.
    #[inline(always)]
    pub(crate) fn toward<R: Real>(&self, point: V3<R>) -> V3<R> {
        let [x, y, z, w] = self.place;
        let far = V3::splat([x, y, z]);
        if w == 0.0 { far } else { (far - point).unit() }
    }

    /// Its light at a point relative to that at the eye's centre: the inverse square of the distance,
    /// and the cosine of an LED that faces the eye.
    #[inline(always)]
    pub(crate) fn reach<R: Real>(&self, point: V3<R>) -> R {
        let [x, y, z, w] = self.place;
        if w == 0.0 {
            return R::splat(1.0);
        }
        let place = V3::splat([x, y, z]);
        let way = place - point;
        let (square, far) = (way.dot(way), x * x + y * y + z * z);
        let cos = way.dot(place).max(R::splat(0.0)) / (square * R::splat(far)).sqrt();
        cos * R::splat(far) / square
    }

    /// The direction from the eye's centre, unit.
    pub(crate) fn direction(&self) -> Vector3<f64> {
        let [x, y, z, _] = self.place.map(f64::from);
        Vector3::new(x, y, z).normalize()
    }

    /// Mask of directions whose angle to the lamp's centre is less than `reach` (sine).
    #[inline(always)]
    pub(super) fn near<R: Real>(&self, point: V3<R>, r: V3<R>, reach: R) -> R::Mask {
        let toward = self.toward(point);
        let ahead = r.dot(toward);
        let off = r - toward * ahead;
        R::and(R::splat(0.0).less_than(ahead), off.dot(off).less_than(reach * reach))
    }

    /// Adds its mirror image, `spread` times as wide and as much dimmer.
    #[inline(always)]
    pub(super) fn add_image<R: Real, const B: usize>(
        &self,
        point: V3<R>,
        r: V3<R>,
        spread: R,
        sum: &mut [R; B],
    ) {
        if self.glint == [0.0; 3] {
            return;
        }
        let share = self.image(point, r, spread) / (spread * spread);
        for (sum, glint) in sum.iter_mut().zip(&self.glint) {
            *sum = *sum + R::splat(*glint) * share;
        }
    }

    /// 1 where the mirrored direction meets the lamp, 0 beside it.
    #[inline(always)]
    fn image<R: Real>(&self, point: V3<R>, r: V3<R>, spread: R) -> R {
        let k = R::splat;
        let toward = self.toward(point);
        let ahead = r.dot(toward);
        let scale = k(1.0 / self.half_size) / (spread * ahead.max(k(0.05)));
        if self.panes == 0 {
            let off = r - toward * ahead;
            let distance = off.dot(off).sqrt() * scale;
            return R::select(
                k(0.3).less_than(ahead),
                k(1.0) - smoothstep(0.75, 1.25, distance),
                k(0.0),
            );
        }
        // A window stands upright: its sides along level and up.
        let level = V3::new(-toward.z, k(0.0), toward.x).unit();
        let upright = level.cross(toward);
        let (across, along) = (r.dot(level) * scale, r.dot(upright) * scale * k(0.8));
        let mut lit = (k(1.0) - smoothstep(0.85, 1.1, across.abs()))
            * (k(1.0) - smoothstep(0.85, 1.1, along.abs()));
        if self.panes > 1 {
            // The bars between panes.
            let panes = k(self.panes as f32 * 0.5);
            let (a, b) = (across * panes, along * panes);
            let (a, b) = (a - (a + k(0.5)).floor(), b - (b + k(0.5)).floor());
            let bars = smoothstep(0.03, 0.1, a.abs()) * smoothstep(0.03, 0.1, b.abs());
            lit = lit * (k(0.25) + k(0.75) * bars);
        }
        R::select(k(0.3).less_than(ahead), lit, k(0.0))
    }
}

#[cfg(test)]
mod tests;
