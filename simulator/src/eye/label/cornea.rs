//! Where light passes or is mirrored by the cornea, without trigonometry.
//!
//! By Fermat's principle the length of the way, in each part times its refractive index, is
//! stationary. On a sphere that is an equation of one unknown ([`super::sphere`]); on an aspheric
//! cornea, a surface of revolution around the axis, of two, which Newton's method solves to all
//! digits in two or three steps from the sphere's solution.

use super::sphere::{self, ARRIVED_MM, End, MOST_STEPS};
use crate::eye::eyeball::Eyeball;
use nalgebra::Vector3;

/// The cornea in its own frame: x towards the temple, y down, z out of the eye along the axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cornea {
    temporal: Vector3<f64>,
    down: Vector3<f64>,
    axis: Vector3<f64>,
    /// Place of the apex on the axis, mm.
    apex: f64,
    radius: f64,
    /// 1 + Q: 1 is a sphere.
    conic: f64,
    index: f64,
}

/// Three times the longest step, mm.
const LONGEST_MM: f64 = 4.0;
/// Nearest approach to the edge of the surface, as a share of the largest squared distance from the
/// axis.
const EDGE: f64 = 0.98;

impl Cornea {
    /// The cornea of an eyeball.
    pub(super) fn new(e: &Eyeball) -> Self {
        Self {
            temporal: e.temporal,
            down: e.down,
            axis: e.axis,
            apex: e.cornea_center + e.cornea_radius,
            radius: e.cornea_radius,
            conic: 1.0 + e.asphericity,
            index: e.refractive_index,
        }
    }

    /// Where an observer outside sees a point inside the eye.
    pub(super) fn refracting_point(
        &self,
        point: Vector3<f64>,
        observer: Vector3<f64>,
    ) -> Vector3<f64> {
        let center = self.axis * (self.apex - self.radius);
        let on_sphere = sphere::refract(self.radius, self.index, point - center, observer - center);
        if self.conic == 1.0 {
            return center + on_sphere;
        }
        let start = self.turned(on_sphere);
        let ends =
            [(1.0, End::At(self.turned(observer))), (self.index, End::At(self.turned(point)))];
        self.out(self.stationary(ends, [start.x, start.y]))
    }

    /// Where the cornea (or the surface that goes on beyond its edge) mirrors a light to an observer.
    pub(super) fn mirroring_point(&self, light: End, observer: Vector3<f64>) -> Vector3<f64> {
        let center = self.axis * (self.apex - self.radius);
        let seen = match light {
            End::At(place) => End::At(place - center),
            towards => towards,
        };
        let on_sphere = center + sphere::mirror(self.radius, seen, observer - center);
        let start = self.turned(on_sphere);
        let beside = start.x * start.x + start.y * start.y;
        // Beyond the edge there is no cornea to be exact about.
        if self.conic == 1.0 || start.z < self.apex - self.radius || !self.carries(beside) {
            return on_sphere;
        }
        let light = match light {
            End::At(place) => End::At(self.turned(place)),
            End::Towards(d) => End::Towards(self.turned(d)),
        };
        let ends = [(1.0, End::At(self.turned(observer))), (1.0, light)];
        self.out(self.stationary(ends, [start.x, start.y]))
    }

    /// The point of the surface at which the way between both ends is stationary, each part counted
    /// with its weight.
    fn stationary(&self, ends: [(f64, End); 2], start: [f64; 2]) -> Vector3<f64> {
        let [mut x, mut y] = self.kept_inside(start);
        for _ in 0..MOST_STEPS {
            // The surface here.
            let q = self.root(x, y);
            let (inv, cubed) = (1.0 / q, self.conic / (q * q * q));
            let s = self.on_surface(x, y, q);
            let (dx, dy) = (-x * inv, -y * inv);
            let (dxx, dxy, dyy) = (-(inv + x * x * cubed), -x * y * cubed, -(inv + y * y * cubed));
            // Gradient and second derivatives of the way's length.
            let (mut pull, mut xx, mut xy, mut yy) = (Vector3::zeros(), 0.0, 0.0, 0.0);
            let mut nearest_per_mm = 1.0 / LONGEST_MM;
            for (weight, end) in ends {
                match end {
                    End::Towards(direction) => pull -= direction * weight,
                    End::At(place) => {
                        let way = place - s;
                        let per_mm = 1.0 / way.norm();
                        nearest_per_mm = nearest_per_mm.max(per_mm);
                        let u = way * per_mm;
                        pull -= u * weight;
                        let (ux, uy) = (u.x + dx * u.z, u.y + dy * u.z);
                        let w = weight * per_mm;
                        xx += w * (1.0 + dx * dx - ux * ux);
                        xy += w * (dx * dy - ux * uy);
                        yy += w * (1.0 + dy * dy - uy * uy);
                    }
                }
            }
            let (gx, gy) = (pull.x + dx * pull.z, pull.y + dy * pull.z);
            xx += dxx * pull.z;
            xy += dxy * pull.z;
            yy += dyy * pull.z;
            // Newton's step, kept on the surface and shorter than a third of the nearer way, over which
            // the second derivatives hold.
            let det = 1.0 / (xx * yy - xy * xy);
            let (mut sx, mut sy) = ((xy * gy - yy * gx) * det, (xy * gx - xx * gy) * det);
            let length = (sx * sx + sy * sy).sqrt();
            let excess = 3.0 * length * nearest_per_mm;
            if excess > 1.0 {
                (sx, sy) = (sx / excess, sy / excess);
            }
            [x, y] = self.kept_inside([x + sx, y + sy]);
            if length < ARRIVED_MM {
                break;
            }
        }
        self.on_surface(x, y, self.root(x, y))
    }

    /// The root that all of the surface's formulas hold: its radius times the normal's part along the
    /// axis, if it is a sphere.
    fn root(&self, x: f64, y: f64) -> f64 {
        (self.radius * self.radius - self.conic * (x * x + y * y)).sqrt()
    }

    /// The point at (x, y), given its root.
    fn on_surface(&self, x: f64, y: f64, q: f64) -> Vector3<f64> {
        Vector3::new(x, y, self.apex - (x * x + y * y) / (self.radius + q))
    }

    /// Whether the surface reaches this squared distance from the axis.
    fn carries(&self, squared: f64) -> bool {
        self.conic * squared < EDGE * self.radius * self.radius
    }

    fn kept_inside(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let squared = x * x + y * y;
        if self.carries(squared) {
            return [x, y];
        }
        let keep = (EDGE * self.radius * self.radius / (self.conic * squared)).sqrt() * 0.999;
        [x * keep, y * keep]
    }

    /// From head space (whose origin is on the axis too) to the cornea's frame.
    fn turned(&self, v: Vector3<f64>) -> Vector3<f64> {
        Vector3::new(v.dot(&self.temporal), v.dot(&self.down), v.dot(&self.axis))
    }

    fn out(&self, p: Vector3<f64>) -> Vector3<f64> {
        self.temporal * p.x + self.down * p.y + self.axis * p.z
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::eyeball::tests::LE_GRAND;
    use crate::eye::eyeball::{Hit, Measures};

    fn eyes() -> impl Iterator<Item = Eyeball> {
        let axes = [(0.0, 0.0), (0.4, 0.1), (-0.3, 0.3), (0.1, -0.5), (0.6, 0.3)];
        axes.into_iter().flat_map(|(x, y)| {
            let axis = Vector3::new(x, y, -1.0).normalize();
            let measures = [LE_GRAND, Measures { refractive_index: 1.0, ..LE_GRAND }];
            measures.map(|m| Eyeball::new(m, axis))
        })
    }

    #[test]
    fn refraction_agrees_with_the_root_of_snell_s_law() {
        for eye in eyes() {
            let cornea = Cornea::new(&eye);
            for observer in [Vector3::new(20.0, -15.0, -600.0), Vector3::new(3.0, 22.0, -38.0)] {
                for radius in [0.01, 1.0, 2.5, 4.0, 5.7] {
                    for k in 0..32 {
                        let point = eye.iris_point(-0.2, radius, k as f64 * 0.2);
                        let expected = eye.refracting_point(point, observer);
                        // Far beyond the limbus there is no cornea to look through.
                        if (expected - eye.axis * eye.cornea_center).dot(&eye.axis) < 2.0 {
                            continue;
                        }
                        let found = cornea.refracting_point(point, observer);
                        let error = (found - expected).norm();
                        assert!(error < 1e-9, "{error} mm at {k}, {radius}, {:?}", eye.axis);
                    }
                }
            }
        }
    }

    #[test]
    fn the_tracer_arrives_where_refraction_came_from() {
        let observer = Vector3::new(20.0, -15.0, -600.0);
        for eye in eyes() {
            let cornea = Cornea::new(&eye);
            for k in 0..16 {
                let angle = k as f64 * 0.4;
                let point = eye.iris_point(0.2, 3.0, angle);
                let s = cornea.refracting_point(point, observer);
                let Hit::Iris { x, y, .. } = eye.trace(observer, (s - observer).normalize()) else {
                    panic!("the ray misses the cornea")
                };
                assert!((x - 0.2 - 3.0 * angle.cos()).abs() < 1e-9);
                assert!((y - 3.0 * angle.sin()).abs() < 1e-9);
            }
        }
    }

    /// Outward normal of the conic section at a point of it, by its own equation.
    fn normal(eye: &Eyeball, q: f64, s: Vector3<f64>) -> Vector3<f64> {
        let apex = eye.cornea_center + eye.cornea_radius;
        let along = s.dot(&eye.axis);
        let depth = apex - along;
        let beside = s - eye.axis * along;
        let on_it =
            beside.norm_squared() - 2.0 * eye.cornea_radius * depth + (1.0 + q) * depth * depth;
        assert!(on_it.abs() < 1e-9, "not on the surface: {on_it}");
        (beside + eye.axis * (eye.cornea_radius - (1.0 + q) * depth)).normalize()
    }

    #[test]
    fn an_aspheric_cornea_obeys_snell_s_law() {
        let observer = Vector3::new(20.0, -15.0, -600.0);
        for eye in eyes() {
            for q in [-0.3, -0.15, 0.2] {
                let eye = Eyeball { asphericity: q, ..eye.clone() };
                let cornea = Cornea::new(&eye);
                for k in 0..16 {
                    let point = eye.iris_point(0.1, 3.0, k as f64 * 0.4);
                    let s = cornea.refracting_point(point, observer);
                    let n = normal(&eye, q, s);
                    let outside = (observer - s).normalize().cross(&n);
                    let inside = (s - point).normalize().cross(&n) * eye.refractive_index;
                    assert!((outside - inside).norm() < 1e-10, "{outside:?} {inside:?}");
                }
            }
        }
    }

    #[test]
    fn a_glint_obeys_the_law_of_reflection() {
        let observer = Vector3::new(2.0, -12.0, -45.0);
        let places = [[30.0, -20.0, -30.0], [-200.0, 150.0, -700.0], [1.0, 5.0, -46.0]];
        let mut lights: Vec<End> = places.map(|p| End::At(Vector3::from(p))).into();
        lights.push(End::Towards(Vector3::new(0.6, -0.5, -0.7).normalize()));
        lights.push(End::Towards(Vector3::new(-0.9, 0.1, 0.2).normalize()));
        for eye in eyes() {
            for q in [0.0, -0.2] {
                let eye = Eyeball { asphericity: q, ..eye.clone() };
                for light in &lights {
                    let s = Cornea::new(&eye).mirroring_point(*light, observer);
                    let on_cap = s.dot(&eye.axis) > eye.limbus_plane;
                    if q != 0.0 && !on_cap {
                        continue;
                    }
                    let n = if q == 0.0 {
                        (s - eye.axis * eye.cornea_center).normalize()
                    } else {
                        normal(&eye, q, s)
                    };
                    let u = (observer - s).normalize();
                    let v = match *light {
                        End::At(place) => (place - s).normalize(),
                        End::Towards(direction) => direction,
                    };
                    // Mirrored in the normal, one is the other.
                    let mirrored = n * (2.0 * n.dot(&u)) - u;
                    assert!((mirrored - v).norm() < 1e-9, "{light:?}: {mirrored:?} {v:?}");
                    assert!(n.dot(&u) > 0.0);
                }
            }
        }
    }

    #[test]
    fn the_glint_of_a_far_light_lies_half_the_radius_behind_the_cornea() {
        // Seen along the axis, a light at a small angle a is mirrored where the normal is at a / 2.
        let eye = Eyeball::new(LE_GRAND, Vector3::new(0.0, 0.0, -1.0));
        let a = 1e-3;
        let light = End::Towards(Vector3::new(a, 0.0, -1.0).normalize());
        let s = Cornea::new(&eye).mirroring_point(light, Vector3::new(0.0, 0.0, -1e9));
        assert!((s.x - 7.8 * a / 2.0).abs() < 1e-8, "{}", s.x);
    }
}
