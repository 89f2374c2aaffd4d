//! Rays of sight on the eyeball: cornea, refraction, iris plane, sclera; many at a time.

use super::eyeball::Eyeball;
use crate::lanes::{Real, V3, narrow};

/// An [`Eyeball`](super::eyeball::Eyeball) as rays meet it, single precision, head space, mm.
#[derive(Debug, Clone)]
pub(crate) struct Globe {
    pub radius: f32,
    /// Radius of curvature at the corneal apex, and 1 + Q of its conic section.
    pub cornea_radius: f32,
    pub conic: f32,
    /// Places along the axis from the centre of the eyeball.
    pub apex: f32,
    pub limbus_plane: f32,
    pub iris_plane: f32,
    /// 1 / refractive index.
    pub eta: f32,
    pub iris_radius: f32,
    pub pupil_radius: f32,
    pub pupil_shift: f32,
    pub axis: [f32; 3],
    pub temporal: [f32; 3],
    pub down: [f32; 3],
}

/// What rays meet.
#[derive(Clone, Copy)]
pub(crate) struct Seen<R: Real> {
    /// Where the ray passes the cornea in front of the limbus; elsewhere the sclera.
    pub clear: R::Mask,
    /// The point on the cornea (carried on beyond the limbus) and the normal there.
    pub cornea: V3<R>,
    pub normal: V3<R>,
    /// The point on the sclera (carried on under the cornea). A ray that passes the eyeball by sees
    /// the conjunctiva go on to the lids, as at the rim.
    pub white: V3<R>,
    /// Place in the iris plane, from the axis towards the temple and down.
    pub x: R,
    pub y: R,
}

impl Globe {
    pub(crate) fn new(e: &Eyeball) -> Self {
        Self {
            radius: e.radius as f32,
            cornea_radius: e.cornea_radius as f32,
            conic: (1.0 + e.asphericity) as f32,
            apex: (e.cornea_center + e.cornea_radius) as f32,
            limbus_plane: e.limbus_plane as f32,
            iris_plane: e.iris_plane as f32,
            eta: (1.0 / e.refractive_index) as f32,
            iris_radius: e.iris_radius as f32,
            pupil_radius: e.pupil_radius as f32,
            pupil_shift: e.pupil_shift as f32,
            axis: narrow(e.axis),
            temporal: narrow(e.temporal),
            down: narrow(e.down),
        }
    }

    /// Follows rays of unit direction from points near the eye.
    #[inline(always)]
    pub(crate) fn trace<R: Real>(&self, origin: V3<R>, direction: V3<R>) -> Seen<R> {
        let k = R::splat;
        let axis = V3::splat(self.axis);
        // Meet the cornea: r^2 = 2 R s - (1 + Q) s^2 at the depth s below its apex.
        let (oa, da, od) = (origin.dot(axis), direction.dot(axis), origin.dot(direction));
        let depth = k(self.apex) - oa;
        let a = k(1.0) + k(self.conic - 1.0) * da * da;
        let b = od - oa * da + (k(self.cornea_radius) - k(self.conic) * depth) * da;
        let c = origin.dot(origin) - oa * oa
            + depth * (k(self.conic) * depth - k(2.0 * self.cornea_radius));
        let disc = b * b - a * c;
        let t = (-b - disc.max(k(0.0)).sqrt()) / a;
        let cornea = origin + direction * t;
        let along = cornea.dot(axis);
        let clear = R::and(k(0.0).less_than(disc), k(self.limbus_plane).less_than(along));
        let slope = k(self.cornea_radius) - k(self.conic) * (k(self.apex) - along);
        let normal = (cornea - axis * along + axis * slope).unit();
        // Bend, and meet the iris plane.
        let cos = -direction.dot(normal);
        let eta = k(self.eta);
        let inner = (k(1.0) - eta * eta * (k(1.0) - cos * cos)).max(k(0.0)).sqrt();
        let inside = direction * eta + normal * (eta * cos - inner);
        let q = cornea + inside * ((k(self.iris_plane) - along) / inside.dot(axis));
        // Else meet the sclera.
        let closest = origin - direction * od;
        let disc = k(self.radius * self.radius) - closest.dot(closest);
        let met = k(0.0).less_than(disc);
        let sclera = closest - direction * disc.max(k(0.0)).sqrt();
        Seen {
            clear,
            cornea,
            normal,
            white: V3::select(met, sclera, closest.unit() * k(self.radius)),
            x: q.dot(V3::splat(self.temporal)),
            y: q.dot(V3::splat(self.down)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::eyeball::tests::LE_GRAND;
    use crate::eye::eyeball::{Eyeball, Hit, Measures};
    use crate::lanes::Portable;
    use nalgebra::Vector3;

    #[test]
    fn the_fast_trace_agrees_with_the_exact_one() {
        let axis = Vector3::new(0.25, -0.15, -1.0).normalize();
        for asphericity in [0.0, -0.18] {
            let eye = Eyeball::new(Measures { asphericity, ..LE_GRAND }, axis);
            let globe = Globe::new(&eye);
            for k in 0..400 {
                let (x, y) = ((k % 20) as f64 * 1.2 - 11.5, (k / 20) as f64 * 1.2 - 11.5);
                let (origin, d) =
                    (Vector3::new(x, y, -15.0), Vector3::new(0.02, -0.01, 1.0).normalize());
                let lanes = |v: Vector3<f64>| V3::<Portable>::splat(narrow(v));
                let seen = globe.trace(lanes(origin), lanes(d));
                let first = |r: Portable| {
                    let mut lanes = [0.0; 8];
                    r.store(&mut lanes);
                    lanes[0] as f64
                };
                match eye.trace(origin, d) {
                    Hit::Iris { x, y, surface, .. } => {
                        assert_eq!(Portable::count(seen.clear), 8);
                        assert!((first(seen.x) - x).abs() < 2e-5, "{x} {}", first(seen.x));
                        assert!((first(seen.y) - y).abs() < 2e-5);
                        assert!((first(seen.cornea.z) - surface.z).abs() < 2e-5);
                    }
                    Hit::Sclera { normal } => {
                        assert_eq!(Portable::count(seen.clear), 0);
                        assert!((first(seen.white.y) / eye.radius - normal.y).abs() < 1e-5);
                    }
                    Hit::Miss => assert_eq!(Portable::count(seen.clear), 0),
                }
            }
        }
    }
}
