//! What lights the eye: a sky or room as a smooth function of direction, lamps that cast shadows,
//! and what the cornea mirrors of both.

use super::lamp::Lamp;
use super::spectrum::Bands;
use crate::lanes::{Real, V3, bands, smoothstep};
use crate::sample::Spectrum;
use nalgebra::{Matrix3, Vector3};

/// The light that comes from everywhere, of one band: radiance `c + g.d + d'Md` in direction d,
/// which is spherical harmonics up to order 2 in plain coordinates.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ambient {
    pub constant: f64,
    pub linear: [f64; 3],
    /// Symmetric and without trace: xx, xy, xz, yy, yz.
    pub quadratic: [f64; 5],
}

impl Ambient {
    /// A lobe around `d`: radiance `a + b u + c (3 u^2 - 1) / 2` with u the cosine to d.
    pub(crate) fn add_lobe(&mut self, d: Vector3<f64>, [a, b, c]: [f64; 3]) {
        self.constant += a;
        for k in 0..3 {
            self.linear[k] += b * d[k];
        }
        for (at, (i, j)) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)].into_iter().enumerate() {
            let trace = if i == j { 1.0 / 3.0 } else { 0.0 };
            self.quadratic[at] += 1.5 * c * (d[i] * d[j] - trace);
        }
    }

    /// Irradiance over pi instead of radiance: order 1 shrinks to 2/3, order 2 to 1/4 (Ramamoorthi
    /// and Hanrahan 2001, eq. 8).
    pub(crate) fn irradiance(&self) -> [f32; 9] {
        let mut out = [self.constant as f32; 9];
        for k in 0..3 {
            out[1 + k] = (self.linear[k] * 2.0 / 3.0) as f32;
        }
        for k in 0..5 {
            out[4 + k] = (self.quadratic[k] / 4.0) as f32;
        }
        out
    }

    /// Coefficients of the real spherical harmonics, by order and from m = -l to l within an order.
    pub(crate) fn harmonics(&self) -> [f32; 9] {
        let [x, y, z] = self.linear;
        let [xx, xy, xz, yy, yz] = self.quadratic;
        // Normalisations of the harmonics (1, y z x, xy yz 3z^2-1 xz x^2-y^2).
        const FLAT: f64 = 0.282_094_8;
        const LINEAR: f64 = 0.488_602_5;
        const MIXED: f64 = 1.092_548_4;
        const AXIAL: f64 = 0.315_391_6;
        const SQUARE: f64 = 0.546_274_2;
        [
            self.constant / FLAT,
            y / LINEAR,
            z / LINEAR,
            x / LINEAR,
            2.0 * xy / MIXED,
            2.0 * yz / MIXED,
            -0.5 * (xx + yy) / AXIAL,
            2.0 * xz / MIXED,
            0.5 * (xx - yy) / SQUARE,
        ]
        .map(|c| c as f32)
    }

    /// The same function of directions turned by `r`.
    pub(crate) fn turned(&self, r: &Matrix3<f64>) -> Self {
        let [xx, xy, xz, yy, yz] = self.quadratic;
        let m = Matrix3::new(xx, xy, xz, xy, yy, yz, xz, yz, -xx - yy);
        let (m, g) = (r * m * r.transpose(), r * Vector3::from(self.linear));
        Self {
            constant: self.constant,
            linear: g.into(),
            quadratic: [m[(0, 0)], m[(0, 1)], m[(0, 2)], m[(1, 1)], m[(1, 2)]],
        }
    }
}

/// All light of a scene, in the camera's bands and in head space.
#[derive(Debug, Clone)]
pub(crate) struct Light {
    /// Radiance from everywhere, per band.
    pub radiance: [Ambient; 3],
    /// Coefficients of irradiance over pi, per band.
    pub ambient: [[f32; 9]; 3],
    pub lamps: Vec<Lamp>,
    /// Radiance that mirrors show above, level and below.
    pub sky: [[f32; 3]; 3],
    /// Up, in head space.
    pub up: [f32; 3],
    /// Darkness of shadows, 0 to 1.
    pub shadow: f32,
    /// Log of the illumination's change from the crop's middle to its edge, per axis.
    pub falloff: [f32; 2],
}

impl Light {
    /// How far light scatters under skin, as a share of the cosine beyond the terminator, for red,
    /// green, blue, near infrared and luminance.
    pub(crate) const SCATTER: [f32; 5] = [0.35, 0.2, 0.1, 0.4, 0.22];

    /// Ambient irradiance (over pi) on surfaces with these normals.
    #[inline(always)]
    pub(crate) fn ambient<R: Real, const B: usize>(&self, n: V3<R>) -> [R; B] {
        let k = R::splat;
        let (xx, xy, xz, yy, yz) = (n.x * n.x, n.x * n.y, n.x * n.z, n.y * n.y, n.y * n.z);
        // Without trace: the zz term is minus xx and yy.
        let zz = n.z * n.z;
        let (xx, yy) = (xx - zz, yy - zz);
        let two = k(2.0);
        bands!(b => {
            let c = &self.ambient[b];
            let flat = k(c[0]) + k(c[1]) * n.x + k(c[2]) * n.y + k(c[3]) * n.z;
            let curved = k(c[4]) * xx + k(c[7]) * yy
                + two * (k(c[5]) * xy + k(c[6]) * xz + k(c[8]) * yz);
            (flat + curved).max(k(0.0))
        })
    }

    /// Radiance of sky and room that a mirror shows in this direction (unit).
    #[inline(always)]
    pub(crate) fn environment_radiance<R: Real, const B: usize>(&self, r: V3<R>) -> [R; B] {
        let k = R::splat;
        let up = r.dot(V3::splat(self.up));
        let (high, low) = (smoothstep(-0.1, 0.7, up), smoothstep(-0.1, 0.6, -up));
        bands!(b => {
            let level = k(self.sky[1][b]);
            level + (k(self.sky[0][b]) - level) * high + (k(self.sky[2][b]) - level) * low
        })
    }

    /// What a mirror at a point shows of the lamps in this direction, `spread` times as wide and as
    /// much dimmer.
    #[inline(always)]
    pub(crate) fn lamps<R: Real, const B: usize>(
        &self,
        point: V3<R>,
        r: V3<R>,
        spread: R,
    ) -> [R; B] {
        let mut lamps = [R::splat(0.0); B];
        for lamp in &self.lamps {
            lamp.add_image(point, r, spread * R::splat(lamp.widen), &mut lamps);
        }
        lamps
    }

    /// Radiance that a mirror at a point shows in this direction, without lamps that stand near.
    #[inline(always)]
    pub(crate) fn environment_with_distant_lamps<R: Real, const B: usize>(
        &self,
        point: V3<R>,
        r: V3<R>,
    ) -> [R; B] {
        let mut seen = self.environment_radiance::<R, B>(r);
        for lamp in self.lamps.iter().filter(|lamp| lamp.place[3] == 0.0) {
            if lamp.glint != [0.0; 3] && R::any(lamp.near(point, r, R::splat(1.8 * lamp.half_size)))
            {
                lamp.add_image(point, r, R::splat(1.0), &mut seen);
            }
        }
        seen
    }

    /// 1 where a lamp's image, `spread` times as wide, is less than `within` radians away, else 0.
    #[inline(always)]
    pub(crate) fn near_lamp<R: Real>(&self, point: V3<R>, r: V3<R>, spread: R, within: R) -> R {
        let mut near = R::splat(0.0);
        for lamp in &self.lamps {
            if lamp.glint == [0.0; 3] {
                continue;
            }
            // Windows reach farther in their corners.
            let reach = R::splat(1.8 * lamp.half_size * lamp.widen) * spread + within;
            near = R::select(lamp.near(point, r, reach), R::splat(1.0), near);
        }
        near
    }
}

/// The camera's bands of a light.
pub(crate) fn ambient_of(
    spectrum: Spectrum,
    parts: &[(Vector3<f64>, [f64; 3], Bands)],
) -> [Ambient; 3] {
    let mut out = [Ambient::default(); 3];
    for (direction, lobe, color) in parts {
        for (band, c) in out.iter_mut().zip(spectrum.pick(*color)) {
            band.add_lobe(*direction, lobe.map(|v| v * c as f64));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::spectrum::flat;

    fn light(parts: &[(Vector3<f64>, [f64; 3], Bands)]) -> Light {
        let radiance = ambient_of(Spectrum::Grey, parts);
        Light {
            ambient: radiance.map(|a| a.irradiance()),
            radiance,
            lamps: Vec::new(),
            sky: [[0.0; 3]; 3],
            up: [0.0, -1.0, 0.0],
            shadow: 1.0,
            falloff: [0.0; 2],
        }
    }

    #[test]
    fn irradiance_is_the_cosine_weighted_mean_of_radiance() {
        // Sum radiance over the sphere and compare, for a lobe of all three orders.
        let d = Vector3::new(0.3, -0.8, -0.5).normalize();
        let lobe = [1.0, 0.7, 0.2];
        let light = light(&[(d, lobe, flat(1.0))]);
        for n in [Vector3::x(), -Vector3::z(), Vector3::new(0.2, -0.6, -0.4).normalize()] {
            let (mut sum, steps) = (0.0, 400);
            for i in 0..steps {
                let z = (i as f64 + 0.5) / steps as f64 * 2.0 - 1.0;
                let r = (1.0f64 - z * z).sqrt();
                for j in 0..steps {
                    let a = std::f64::consts::TAU * j as f64 / steps as f64;
                    let w = Vector3::new(r * a.cos(), r * a.sin(), z);
                    let u = w.dot(&d);
                    let radiance = lobe[0] + lobe[1] * u + lobe[2] * 0.5 * (3.0 * u * u - 1.0);
                    sum += radiance * w.dot(&n).max(0.0);
                }
            }
            let expected = sum * 4.0 / (steps * steps) as f64;
            let [found] = light.ambient::<f64, 1>(V3::new(n.x, n.y, n.z));
            assert!((found - expected).abs() < 2e-3, "{found} {expected}");
        }
    }

    #[test]
    fn harmonics_give_the_radiance_back() {
        let mut a = Ambient::default();
        a.add_lobe(Vector3::new(0.3, -0.8, -0.5).normalize(), [1.0, 0.7, 0.2]);
        let c = a.harmonics().map(f64::from);
        let d = Vector3::new(-0.2, 0.5, -0.7).normalize();
        let (x, y, z) = (d.x, d.y, d.z);
        let basis = [
            0.282095,
            0.488603 * y,
            0.488603 * z,
            0.488603 * x,
            1.092548 * x * y,
            1.092548 * y * z,
            0.315392 * (3.0 * z * z - 1.0),
            1.092548 * x * z,
            0.546274 * (x * x - y * y),
        ];
        let sum: f64 = c.iter().zip(basis).map(|(c, b)| c * b).sum();
        let u = d.dot(&Vector3::new(0.3, -0.8, -0.5).normalize());
        let expected = 1.0 + 0.7 * u + 0.2 * 0.5 * (3.0 * u * u - 1.0);
        assert!((sum - expected).abs() < 1e-5, "{sum} {expected}");
    }

    #[test]
    fn turning_the_light_and_the_surface_changes_nothing() {
        let mut a = Ambient::default();
        a.add_lobe(Vector3::new(0.1, -0.9, 0.2).normalize(), [1.0, 0.5, 0.3]);
        let r = nalgebra::Rotation3::from_euler_angles(0.3, -0.5, 0.2).into_inner();
        let at = |a: Ambient, n: Vector3<f64>| {
            let mut light = light(&[]);
            light.ambient[0] = a.irradiance();
            light.ambient::<f64, 1>(V3::new(n.x, n.y, n.z))[0]
        };
        let n = Vector3::new(-0.4, 0.3, -0.8).normalize();
        assert!((at(a, n) - at(a.turned(&r), r * n)).abs() < 1e-6);
    }
}
