//! What lights the eye: an ambient gradient, lamps with the shadows of nose and brow, and what the
//! cornea mirrors.

use super::face::smoothstep;
use nalgebra::Vector3;

/// A distant lamp or window.
#[derive(Debug, Clone)]
pub(crate) struct Lamp {
    /// Towards it, unit, head space.
    pub direction: Vector3<f64>,
    /// Irradiance relative to the ambient light.
    pub strength: f64,
    /// Brightness of its reflection.
    pub glint: f64,
    /// Half its size as seen from the eye, tangent of the angle.
    pub half_size: f64,
    /// A window (square) or a lamp (round).
    pub square: bool,
}

/// All light of a scene.
#[derive(Debug, Clone)]
pub(crate) struct Light {
    pub ambient_direction: Vector3<f64>,
    pub ambient_directed: f64,
    /// Key, fill, and the screen that is looked at (which only mirrors).
    pub lamps: [Lamp; 3],
    pub shadow: f64,
    /// Log of the illumination's change from the crop's middle to its edge, per axis.
    pub falloff: [f64; 2],
    /// Mirrored room.
    pub haze: f64,
    /// Height of nose ridge and brow ridge that shade, mm.
    pub nose_top: f64,
    pub brow_top: f64,
}

/// x of the nose's ridge and v of the brow's, mm: about the eye's distance from each.
pub(crate) const NOSE_X: f64 = -24.0;
pub(crate) const BROW_V: f64 = 18.0;

impl Light {
    /// Irradiance at a face point (x, v, height) with this normal, 1 for ambient light from ahead.
    /// `wrap` softens the terminator: light that scatters under the surface.
    #[inline]
    pub(crate) fn irradiance(
        &self,
        normal: Vector3<f64>,
        (x, v, height): (f64, f64, f64),
        wrap: f64,
    ) -> f64 {
        // A first-order sky.
        let up = 0.5 + 0.5 * normal.dot(&self.ambient_direction);
        let mut sum = 1.0 - self.ambient_directed * (1.0 - up);
        for lamp in &self.lamps {
            if lamp.strength == 0.0 {
                continue;
            }
            let cos = (normal.dot(&lamp.direction) + wrap) / (1.0 + wrap);
            if cos > 0.0 {
                sum += lamp.strength * cos * self.lit(lamp.direction, x, v, height);
            }
        }
        sum
    }

    /// Share of a lamp's light that nose and brow let through: its elevation against theirs.
    #[inline]
    fn lit(&self, toward: Vector3<f64>, x: f64, v: f64, height: f64) -> f64 {
        let ahead = -toward.z;
        let mut lit = 1.0;
        if toward.x < 0.0 && x > NOSE_X {
            let ridge = (self.nose_top - height) / (x - NOSE_X + 2.0);
            let light = ahead / -toward.x;
            lit *= 1.0 - self.shadow * smoothstep(-0.35, 0.35, ridge - light);
        }
        if toward.y < 0.0 && v < BROW_V {
            let ridge = (self.brow_top - height) / (BROW_V - v + 2.0);
            let light = ahead / -toward.y;
            lit *= 1.0 - self.shadow * smoothstep(-0.35, 0.35, ridge - light);
        }
        lit
    }

    /// How far from above the lamps shine, 0 to 1: how long a shadow the upper lid casts.
    pub(crate) fn steepness(&self) -> f64 {
        let (mut up, mut all) = (0.0, 1e-9);
        for lamp in &self.lamps {
            up += lamp.strength * (-lamp.direction.y).max(0.0);
            all += lamp.strength;
        }
        up / all
    }

    /// What a mirror with this normal shows to the ray of this direction.
    #[inline]
    pub(crate) fn mirrored(&self, ray: Vector3<f64>, normal: Vector3<f64>) -> f64 {
        let r = ray - normal * (2.0 * ray.dot(&normal));
        // The room, brighter above.
        let mut sum = self.haze * (0.6 - 0.6 * r.y);
        for lamp in &self.lamps {
            let ahead = r.dot(&lamp.direction);
            if lamp.glint == 0.0 || ahead <= 0.5 {
                continue;
            }
            // Place in the lamp's own plane.
            let off = r / ahead - lamp.direction;
            let (across, along) = (off.x, off.norm_squared());
            let distance = if lamp.square {
                across.abs().max((along - across * across).max(0.0).sqrt())
            } else {
                along.sqrt()
            };
            sum += lamp.glint * (1.0 - smoothstep(0.8, 1.2, distance / lamp.half_size));
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lamp(direction: Vector3<f64>, strength: f64, glint: f64) -> Lamp {
        Lamp { direction, strength, glint, half_size: 0.1, square: false }
    }

    fn light(direction: Vector3<f64>) -> Light {
        let off = lamp(-Vector3::z(), 0.0, 0.0);
        Light {
            ambient_direction: -Vector3::y(),
            ambient_directed: 0.0,
            lamps: [lamp(direction.normalize(), 1.0, 1.0), off.clone(), off],
            shadow: 1.0,
            falloff: [0.0; 2],
            haze: 0.0,
            nose_top: 25.0,
            brow_top: 18.0,
        }
    }

    #[test]
    fn a_lamp_ahead_adds_its_strength() {
        let light = light(-Vector3::z());
        let e = light.irradiance(-Vector3::z(), (0.0, 0.0, 12.0), 0.0);
        assert!((e - 2.0).abs() < 1e-9, "{e}");
    }

    #[test]
    fn the_nose_shades_light_from_its_side_and_not_from_the_temple() {
        let e = |side: f64| {
            light(Vector3::new(side, 0.0, -0.15)).irradiance(-Vector3::z(), (-14.0, 0.0, 8.0), 0.3)
        };
        assert!(e(-1.0) < 1.05 && e(1.0) > 1.2, "{} {}", e(-1.0), e(1.0));
    }

    #[test]
    fn the_glint_stands_where_the_normal_halves_the_angle() {
        let toward = Vector3::new(0.5, -0.3, -1.0).normalize();
        let light = light(toward);
        let ray = Vector3::z();
        let half = (toward - ray).normalize();
        assert!(light.mirrored(ray, half) > 0.99);
        assert_eq!(light.mirrored(ray, Vector3::new(0.0, 0.0, -1.0)), 0.0);
    }
}
