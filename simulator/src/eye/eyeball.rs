//! The eyeball in head space: two spheres, an iris plane, and Snell's law between them.
//!
//! Head space has its origin in the centre of the eyeball, x towards the temple (image right), y
//! down and z into the head, mm. It is camera space turned by the head.

use nalgebra::Vector3;

/// The transparent cap reaches this far beyond the iris, mm, so that no view of the iris's edge is
/// cut off by the limbus and the edge's image stays an ellipse.
pub(crate) const LIMBUS_MARGIN_MM: f64 = 0.5;

/// Largest radius of the cap relative to its sphere's radius.
pub(crate) const STEEPEST_LIMBUS: f64 = 0.9;

/// One eyeball, turned to where it looks.
#[derive(Debug, Clone)]
pub(crate) struct Eyeball {
    pub radius: f64,
    pub cornea_radius: f64,
    /// Asphericity Q of the cornea: 0 is a sphere, -0.15 is usual.
    pub asphericity: f64,
    pub refractive_index: f64,
    /// Distances along the optical axis from the centre of the eyeball, mm.
    pub cornea_center: f64,
    pub limbus_plane: f64,
    pub iris_plane: f64,
    pub iris_radius: f64,
    pub pupil_radius: f64,
    /// Place of the pupil's centre in the iris plane, along `temporal`, mm (negative is nasal).
    pub pupil_shift: f64,
    /// Optical axis, out of the eye.
    pub axis: Vector3<f64>,
    /// Axes of the iris plane: towards the temple and down, when looking ahead.
    pub temporal: Vector3<f64>,
    pub down: Vector3<f64>,
}

/// Measures of an eyeball, mm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measures {
    pub radius: f64,
    pub cornea_radius: f64,
    pub asphericity: f64,
    pub refractive_index: f64,
    pub iris_radius: f64,
    pub iris_depth: f64,
    pub pupil_radius: f64,
    pub pupil_nasal: f64,
}

/// What a ray of sight meets.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hit {
    /// The iris plane, through the cornea.
    Iris {
        /// Where the ray entered the cornea, and the normal there.
        surface: Vector3<f64>,
        normal: Vector3<f64>,
        /// Where it met the iris plane: mm towards the temple and down from the optical axis.
        x: f64,
        y: f64,
    },
    /// The sclera.
    Sclera { normal: Vector3<f64> },
    /// Neither: the ray passes the eyeball by.
    Miss,
}

impl Eyeball {
    /// An eyeball with this optical axis (unit, head space).
    pub(crate) fn new(m: Measures, axis: Vector3<f64>) -> Self {
        // Both spheres meet in the limbus, a circle around the axis.
        let limbus = m.iris_radius + LIMBUS_MARGIN_MM;
        let limbus_plane = (m.radius * m.radius - limbus * limbus).sqrt();
        let (r, conic) = (m.cornea_radius, 1.0 + m.asphericity);
        let sag = (r - (r * r - conic * limbus * limbus).sqrt()) / conic;
        let cornea_center = limbus_plane + sag - r;
        // The iris keeps its depth behind the apex.
        let iris_plane = cornea_center + m.cornea_radius - m.iris_depth;
        let temporal = (Vector3::x() - axis * axis.x).normalize();
        Self {
            radius: m.radius,
            cornea_radius: m.cornea_radius,
            asphericity: m.asphericity,
            refractive_index: m.refractive_index,
            cornea_center,
            limbus_plane,
            iris_plane,
            iris_radius: m.iris_radius,
            pupil_radius: m.pupil_radius,
            pupil_shift: -m.pupil_nasal,
            axis,
            temporal,
            down: temporal.cross(&axis),
        }
    }

    /// Centre of the pupil itself.
    pub(crate) fn pupil_center(&self) -> Vector3<f64> {
        self.axis * self.iris_plane + self.temporal * self.pupil_shift
    }

    /// A point of the circle of `radius` around (`shift`, 0) in the iris plane.
    #[cfg(test)]
    pub(crate) fn iris_point(&self, shift: f64, radius: f64, angle: f64) -> Vector3<f64> {
        self.axis * self.iris_plane
            + self.temporal * (shift + radius * angle.cos())
            + self.down * (radius * angle.sin())
    }

    /// Follows a ray (unit direction) to the eyeball, and through the cornea to the iris.
    #[inline]
    pub(crate) fn trace(&self, origin: Vector3<f64>, direction: Vector3<f64>) -> Hit {
        // Meet the cornea in front of the limbus: r^2 = 2 R s - (1 + Q) s^2 at the depth s.
        let (r, conic) = (self.cornea_radius, 1.0 + self.asphericity);
        // From the closest point to the eyeball's centre, so that no digits cancel.
        let start = origin - direction * origin.dot(&direction);
        let (oa, da) = (start.dot(&self.axis), direction.dot(&self.axis));
        let depth = self.cornea_center + r - oa;
        let a = 1.0 + self.asphericity * da * da;
        let b = (r - conic * depth - oa) * da;
        let c = start.norm_squared() - oa * oa + depth * (conic * depth - 2.0 * r);
        let disc = b * b - a * c;
        if disc > 0.0 {
            let surface = start + direction * ((-b - disc.sqrt()) / a);
            let along = surface.dot(&self.axis);
            if along > self.limbus_plane {
                let slope = r - conic * (self.cornea_center + r - along);
                let normal = (surface + self.axis * (slope - along)).normalize();
                let inside = refract(direction, normal, self.refractive_index);
                let depth = (self.iris_plane - along) / inside.dot(&self.axis);
                let q = surface + inside * depth;
                let (x, y) = (q.dot(&self.temporal), q.dot(&self.down));
                return Hit::Iris { surface, normal, x, y };
            }
        }
        // Else meet the sclera.
        match sphere_distance(origin, direction, self.radius) {
            Some(t) => {
                let surface = origin + direction * t;
                Hit::Sclera { normal: surface / self.radius }
            }
            None => Hit::Miss,
        }
    }

    /// Where on the corneal sphere an observer sees a point inside the eye: what labels are tested against.
    ///
    /// Observer, point and the sphere's centre span the plane of incidence; in it, the angle of the
    /// surface point is the root of Snell's law, bracketed by the directions of the two.
    #[cfg(test)]
    pub(crate) fn refracting_point(
        &self,
        point: Vector3<f64>,
        observer: Vector3<f64>,
    ) -> Vector3<f64> {
        let (r, n) = (self.cornea_radius, self.refractive_index);
        let center = self.axis * self.cornea_center;
        let (p, o) = (point - center, observer - center);
        // Axes of the plane of incidence: towards the observer, and across on the point's side.
        let along = o.normalize();
        let across = p - along * p.dot(&along);
        if across.norm() < 1e-12 {
            return center + along * r;
        }
        let across = across.normalize();
        let (px, py, ox) = (p.dot(&along), p.dot(&across), o.norm());
        let snell = |angle: f64| {
            let (sin, cos) = angle.sin_cos();
            let (sx, sy) = (r * cos, r * sin);
            let (ux, uy) = (ox - sx, -sy);
            let (wx, wy) = (sx - px, sy - py);
            let outside = (cos * uy - sin * ux) / ux.hypot(uy);
            let inside = (cos * wy - sin * wx) / wx.hypot(wy);
            outside - n * inside
        };
        let angle = root(snell, 0.0, py.atan2(px));
        center + (along * angle.cos() + across * angle.sin()) * r
    }
}

/// Distance along a unit ray to the near side of a sphere around the origin.
#[inline]
fn sphere_distance(origin: Vector3<f64>, direction: Vector3<f64>, radius: f64) -> Option<f64> {
    let b = origin.dot(&direction);
    // The closest point to the centre, computed from it so that no digits cancel.
    let closest = origin - direction * b;
    let d = radius * radius - closest.norm_squared();
    (d > 0.0).then(|| -b - d.sqrt())
}

/// Direction inside of a surface with outward unit `normal`, coming from air (Snell's law).
#[inline]
fn refract(direction: Vector3<f64>, normal: Vector3<f64>, index: f64) -> Vector3<f64> {
    let eta = 1.0 / index;
    let cos = -direction.dot(&normal);
    let inner = (1.0 - eta * eta * (1.0 - cos * cos)).max(0.0).sqrt();
    direction * eta + normal * (eta * cos - inner)
}

/// A root of `f` between two arguments of opposite sign: regula falsi, Illinois variant.
#[cfg(test)]
fn root(f: impl Fn(f64) -> f64, mut a: f64, mut b: f64) -> f64 {
    let (mut fa, mut fb) = (f(a), f(b));
    for _ in 0..60 {
        if fb.abs() < 1e-13 || (b - a).abs() < 1e-14 {
            break;
        }
        let c = b - fb * (b - a) / (fb - fa);
        let fc = f(c);
        if fc * fb < 0.0 {
            (a, fa) = (b, fb);
        } else {
            fa *= 0.5;
        }
        (b, fb) = (c, fc);
    }
    b
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const LE_GRAND: Measures = Measures {
        radius: 12.0,
        cornea_radius: 7.8,
        asphericity: 0.0,
        refractive_index: 1.336,
        iris_radius: 5.7,
        iris_depth: 3.6,
        pupil_radius: 2.0,
        pupil_nasal: 0.0,
    };

    fn ahead() -> Eyeball {
        Eyeball::new(LE_GRAND, Vector3::new(0.0, 0.0, -1.0))
    }

    #[test]
    fn the_entrance_pupil_is_13_percent_larger() {
        // Paraxial refraction at one surface: n/s - 1/s' = (n - 1)/r, magnification n s'/s.
        let (n, r, s) = (1.336, 7.8, 3.6);
        let image_depth = 1.0 / (n / s - (n - 1.0) / r);
        let expected = n * image_depth / s;
        assert!((1.12..1.14).contains(&expected));
        // A tiny pupil, seen from far away on the axis.
        let eye =
            Eyeball::new(Measures { pupil_radius: 0.01, ..LE_GRAND }, Vector3::new(0.0, 0.0, -1.0));
        let observer = Vector3::new(0.0, 0.0, -1e6);
        let seen = eye.refracting_point(eye.iris_point(0.0, 0.01, 0.0), observer);
        assert!((seen.x / 0.01 - expected).abs() < 1e-4, "{} and {expected}", seen.x / 0.01);
    }

    #[test]
    fn the_spheres_meet_in_the_limbus() {
        let eye = ahead();
        let limbus = LE_GRAND.iris_radius + LIMBUS_MARGIN_MM;
        let on_sclera = eye.limbus_plane.hypot(limbus);
        let on_cornea = (eye.limbus_plane - eye.cornea_center).hypot(limbus);
        assert!((on_sclera - 12.0).abs() < 1e-12 && (on_cornea - 7.8).abs() < 1e-12);
    }

    #[test]
    fn tracing_undoes_refracting_point() {
        // For several gazes, the ray towards the found point arrives at the point looked for.
        let observer = Vector3::new(20.0, -15.0, -600.0);
        for (tx, ty) in [(0.0, 0.0), (0.4, 0.1), (-0.3, 0.3), (0.1, -0.5)] {
            let axis = Vector3::new(tx, ty, -1.0).normalize();
            let eye = Eyeball::new(LE_GRAND, axis);
            for k in 0..16 {
                let angle = k as f64 * 0.4;
                let point = eye.iris_point(0.2, 3.0, angle);
                let direction = (eye.refracting_point(point, observer) - observer).normalize();
                let Hit::Iris { x, y, .. } = eye.trace(observer, direction) else {
                    panic!("the ray misses the cornea")
                };
                assert!((x - 0.2 - 3.0 * angle.cos()).abs() < 1e-9, "{axis:?} {angle}");
                assert!((y - 3.0 * angle.sin()).abs() < 1e-9, "{axis:?} {angle}");
            }
        }
    }

    #[test]
    fn without_refraction_a_ray_goes_straight() {
        let eye = Eyeball::new(
            Measures { refractive_index: 1.0, ..LE_GRAND },
            Vector3::new(0.0, 0.0, -1.0),
        );
        let Hit::Iris { x, y, .. } = eye.trace(Vector3::new(1.0, 2.0, -50.0), Vector3::z()) else {
            panic!("the ray misses the cornea")
        };
        assert!((x - 1.0).abs() < 1e-12 && (y - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_ray_outside_of_the_sphere_misses_and_inside_hits_it() {
        let eye = ahead();
        let ray = |x: f64| eye.trace(Vector3::new(x, 0.0, -600.0), Vector3::z());
        assert!(matches!(ray(12.001), Hit::Miss));
        assert!(matches!(ray(11.999), Hit::Sclera { .. }));
        assert!(matches!(ray(0.0), Hit::Iris { .. }));
    }
}
