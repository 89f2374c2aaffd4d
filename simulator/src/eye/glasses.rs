//! One pair of eyeglasses before the eye: its lens, and the frame around it.
//!
//! A lens is a plane before the eye with an outline on it; only its normals are those of two spheres,
//! which is what places mirror images. It bends no ray of sight.

use super::config::GlassesConfig;
use super::spectrum::Bands;
use crate::lanes::{Real, V3, mix, narrow};
use crate::sample::Spectrum;
use crate::seed::Stream;
use nalgebra::Vector3;

/// Reflectance of frames of metal (steel, gold, gunmetal) and plastic (black, tortoise, brown,
/// blue); dyes pass more near infrared than light.
const METAL: [Bands; 3] =
    [[0.62, 0.60, 0.58, 0.62], [0.72, 0.56, 0.32, 0.75], [0.24, 0.24, 0.25, 0.26]];
const PLASTIC: [Bands; 4] = [
    [0.025, 0.025, 0.025, 0.05],
    [0.090, 0.045, 0.020, 0.22],
    [0.050, 0.028, 0.018, 0.10],
    [0.030, 0.040, 0.090, 0.08],
];

/// One lens and its frame, head space, mm.
#[derive(Debug, Clone)]
pub(crate) struct Glasses {
    /// Middle of the lens; unit vectors on it to the temple and up; its normal, out of the face.
    pub middle: [f32; 3],
    pub across: [f32; 3],
    pub up: [f32; 3],
    pub normal: [f32; 3],
    /// Half its width and height, mm.
    pub half: [f32; 2],
    /// 0 an ellipse, 1 nearly a rectangle.
    pub squareness: f32,
    /// How much narrower it is below.
    pub taper: f32,
    /// Thickness of the rim, mm.
    pub rim: f32,
    /// Whether the rim goes all around.
    pub full: bool,
    /// Whether the rim is a wire that mirrors.
    pub metal: bool,
    /// Reflectance of the frame, in the camera's bands.
    pub color: [f32; 3],
    /// Curvature of the front and back surface, 1/mm.
    pub curvature: [f32; 2],
    /// What each surface mirrors, relative to the cornea.
    pub reflection: f32,
    /// Share of the light that passes.
    pub clear: f32,
}

/// Share of light that an uncoated surface of glass (n = 1.5) mirrors straight ahead.
const GLASS: f64 = 0.04;

/// From a surface's power in dioptres to its curvature in 1/mm, with the index (1.53) that the
/// industry's gauges take.
const PER_DIOPTRE: f64 = 1.0 / 530.0;

impl Glasses {
    /// Draws the eyeglasses of a person whose corneal apex is this far before the eye's centre.
    pub(crate) fn draw(
        c: &GlassesConfig,
        spectrum: Spectrum,
        stream: &mut Stream,
        apex_mm: f64,
    ) -> Option<Self> {
        let worn = stream.unit() < c.share;
        let metal = stream.unit() < c.metal_share;
        let full = stream.unit() >= c.half_rim_share;
        let half = [c.lens_width_mm, c.lens_height_mm].map(|n| 0.5 * n.draw(stream) as f32);
        let squareness = c.squareness.draw(stream) as f32;
        let taper = c.taper.draw(stream) as f32;
        let rims = [c.plastic_rim_mm, c.metal_rim_mm].map(|r| r.draw(stream) as f32);
        let ahead = apex_mm + c.vertex_mm.draw(stream);
        let (temporal, down) = (c.temporal_mm.draw(stream), c.down_mm.draw(stream));
        let [tilt, wrap] = [c.tilt_deg, c.wrap_deg].map(|n| n.draw(stream).to_radians());
        let curvature =
            [c.front_curve_d, c.back_curve_d].map(|r| (r.draw(stream) * PER_DIOPTRE) as f32);
        let reflection = c.reflection.draw(stream) * GLASS / super::lamp::CORNEA;
        let clear = 1.0 - c.tint.draw(stream) as f32;
        let pick = stream.unit();
        let choose = |colors: &[Bands]| colors[(pick * colors.len() as f64) as usize];
        let color = if metal { choose(&METAL) } else { choose(&PLASTIC) };
        // Out of the face, tilted to the cheek and to the temple.
        let normal = Vector3::new(
            libm::sin(wrap),
            libm::sin(tilt) * libm::cos(wrap),
            -libm::cos(tilt) * libm::cos(wrap),
        );
        let up = Vector3::new(0.0, -libm::cos(tilt), -libm::sin(tilt));
        worn.then(|| Self {
            middle: narrow(Vector3::new(temporal, down, -ahead)),
            across: narrow(up.cross(&normal)),
            up: narrow(up),
            normal: narrow(normal),
            half,
            squareness,
            taper,
            rim: rims[usize::from(metal)],
            full,
            metal,
            color: spectrum.pick(color),
            curvature,
            reflection: reflection as f32,
            clear,
        })
    }

    /// Where rays meet the plane of the lens: the point, and its place on the lens to the temple and
    /// up, mm.
    #[inline(always)]
    pub(crate) fn meet<R: Real>(&self, origin: V3<R>, direction: V3<R>) -> (V3<R>, R, R) {
        let (middle, normal) = (V3::splat(self.middle), V3::splat(self.normal));
        let t = (middle - origin).dot(normal) / direction.dot(normal);
        let point = origin + direction * t;
        let from = point - middle;
        (point, from.dot(V3::splat(self.across)), from.dot(V3::splat(self.up)))
    }

    /// Signed distance of a place on the lens from its edge, mm, positive outside; and the direction
    /// away from the edge, unit.
    #[inline(always)]
    pub(crate) fn outline<R: Real>(&self, a: R, b: R) -> (R, R, R) {
        let k = R::splat;
        let (inv_a, inv_b) = (k(1.0 / self.half[0]), k(1.0 / self.half[1]));
        let w = b * inv_b;
        // Narrower below: places there count as farther out.
        let u = a * inv_a * (k(1.0) - k(self.taper) * w.max(k(-1.5)).min(k(1.5)));
        // Between an ellipse and a superellipse of exponent 8.
        let (u2, w2) = (u * u, w * w);
        let (u4, w4) = (u2 * u2, w2 * w2);
        let sum = (u4 * u4 + w4 * w4).max(k(1e-12));
        let round = (u2 + w2).max(k(1e-6)).sqrt();
        let square = sum.sqrt().sqrt().sqrt();
        let level = mix(round, square, k(self.squareness));
        let (round_inv, square_by) = (k(1.0) / round, square / sum);
        let da = mix(u * round_inv, square_by * u4 * u2 * u, k(self.squareness)) * inv_a;
        let db = mix(w * round_inv, square_by * w4 * w2 * w, k(self.squareness)) * inv_b;
        let slope = k(1.0) / (da * da + db * db).max(k(1e-9)).sqrt();
        ((level - k(1.0)) * slope, da * slope, db * slope)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::{Normal, Range};
    use crate::seed::Purpose;

    fn plain(squareness: f64) -> Glasses {
        let config = GlassesConfig {
            share: 1.0,
            lens_width_mm: Normal::always(50.0),
            lens_height_mm: Normal::always(30.0),
            squareness: Range::always(squareness),
            taper: Range::always(0.0),
            ..GlassesConfig::default()
        };
        let stream = &mut Stream::new(1, 2, Purpose::Glasses);
        Glasses::draw(&config, Spectrum::Nir, stream, 13.0).unwrap()
    }

    #[test]
    fn the_outline_has_the_lens_s_width_and_height_and_distances_in_mm() {
        for squareness in [0.0, 0.5, 1.0] {
            let g = plain(squareness);
            for (a, b) in [(25.0, 0.0), (-25.0, 0.0), (0.0, 15.0), (0.0, -15.0)] {
                let (on, ..) = g.outline::<f64>(a, b);
                assert!(on.abs() < 1e-4, "{squareness} {a} {b}: {on}");
                let size = f64::hypot(a, b);
                let (out, na, nb) =
                    g.outline::<f64>(a * (1.0 + 2.0 / size), b * (1.0 + 2.0 / size));
                assert!((out - 2.0).abs() < 1e-3, "{squareness} {a} {b}: {out}");
                assert!((na * a + nb * b - size).abs() < 1e-3);
            }
        }
        // A rectangle's corner lies farther out than an ellipse's.
        let corner = |s| plain(s).outline::<f64>(20.0, 12.0).0;
        assert!(corner(1.0) < 0.0 && corner(0.0) > 0.0);
    }

    #[test]
    fn the_lens_s_axes_are_a_right_angle_and_the_lens_is_before_the_eye() {
        let g = plain(0.3);
        let [across, up, normal] =
            [g.across, g.up, g.normal].map(|v| Vector3::from(v.map(f64::from)));
        assert!(across.dot(&up).abs() < 1e-6 && across.dot(&normal).abs() < 1e-6);
        assert!(up.dot(&normal).abs() < 1e-6 && across.x > 0.9 && up.y < -0.9 && normal.z < -0.9);
        assert!(g.middle[2] < -13.0 - 9.9, "{:?}", g.middle);
    }
}
