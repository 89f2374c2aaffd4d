//! Whether a hand goes through itself.

use super::skeleton::Skeleton;
use nalgebra::Vector3;

/// How deep soft parts may press into each other, mm.
const SOFT_MM: f64 = 3.0;

/// A tapered capsule: two ends and the radius at each.
#[derive(Clone, Copy)]
struct Capsule {
    ends: [Vector3<f64>; 2],
    radii_mm: [f64; 2],
}

impl Capsule {
    /// Between two of the common joints, without the given share at its beginning.
    fn between(hand: &Skeleton, radii_mm: &[f64; 21], [a, b]: [usize; 2], without: f64) -> Self {
        let j = &hand.joints_mm;
        let start = j[a] + (j[b] - j[a]) * without;
        let radius = radii_mm[a] + (radii_mm[b] - radii_mm[a]) * without;
        Self { ends: [start, j[b]], radii_mm: [radius, radii_mm[b]] }
    }

    /// How far the surfaces are apart where the axes are nearest, mm; negative where they penetrate.
    fn gap_mm(&self, other: &Self) -> f64 {
        let (s, t) = nearest(self.ends, other.ends);
        let on = |c: &Self, t: f64| {
            (
                c.ends[0] + (c.ends[1] - c.ends[0]) * t,
                c.radii_mm[0] + (c.radii_mm[1] - c.radii_mm[0]) * t,
            )
        };
        let ((p, r), (q, u)) = (on(self, s), on(other, t));
        (p - q).norm() - r - u
    }
}

/// Where two segments are nearest to each other, as shares of their lengths (Ericson, Real-Time
/// Collision Detection, 5.1.9).
fn nearest([p0, p1]: [Vector3<f64>; 2], [q0, q1]: [Vector3<f64>; 2]) -> (f64, f64) {
    let (d1, d2, r) = (p1 - p0, q1 - q0, p0 - q0);
    let (a, e, f) = (d1.dot(&d1), d2.dot(&d2), d2.dot(&r));
    let (b, c) = (d1.dot(&d2), d1.dot(&r));
    let denominator = a * e - b * b;
    let s = if denominator > 1e-9 * a * e {
        ((b * f - c * e) / denominator).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let t = (b * s + f) / e;
    if t < 0.0 {
        ((-c / a).clamp(0.0, 1.0), 0.0)
    } else if t > 1.0 {
        (((b - c) / a).clamp(0.0, 1.0), 1.0)
    } else {
        (s, t)
    }
}

/// Whether two parts that are not neighbours are more than [`SOFT_MM`] within each other.
pub(crate) fn penetrates(hand: &Skeleton, radii_mm: &[f64; 21]) -> bool {
    deepest_mm(hand, radii_mm) > SOFT_MM
}

/// How deep the hand goes through itself at the worst place, mm; negative where it does not.
pub(crate) fn deepest_mm(hand: &Skeleton, radii_mm: &[f64; 21]) -> f64 {
    let capsule = |ends, without| Capsule::between(hand, radii_mm, ends, without);
    // Three bones each; neighbours' proximal bones begin side by side in one web and are left out there.
    let digit = |d: usize| {
        let knuckle = 1 + 4 * d;
        [0, 1, 2].map(|k| capsule([knuckle + k, knuckle + k + 1], if k == 0 { 0.5 } else { 0.0 }))
    };
    let digits = [0, 1, 2, 3, 4].map(digit);
    // The palm's rays from the wrist to the knuckles, without the part that the thumb grows from.
    let palm = [5, 9, 13, 17].map(|knuckle| capsule([0, knuckle], 0.4));
    let mut least = f64::INFINITY;
    for (i, one) in digits.iter().enumerate() {
        for other in &digits[i + 1..] {
            for a in one {
                for b in other {
                    least = least.min(a.gap_mm(b));
                }
            }
        }
        // What bends far enough to reach the palm.
        for bone in &one[1..] {
            for ray in &palm {
                least = least.min(bone.gap_mm(ray));
            }
        }
    }
    -least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_of_capsules_is_what_geometry_says() {
        let capsule = |a: [f64; 3], b: [f64; 3], r| Capsule {
            ends: [Vector3::from(a), Vector3::from(b)],
            radii_mm: r,
        };
        let x = capsule([-10.0, 0.0, 0.0], [10.0, 0.0, 0.0], [2.0, 2.0]);
        // Crossing at a distance of 7.
        let y = capsule([0.0, -5.0, 7.0], [0.0, 5.0, 7.0], [1.0, 3.0]);
        assert!((x.gap_mm(&y) - 3.0).abs() < 1e-9, "7 - 2 - 2: the middle of 1 and 3");
        assert!((y.gap_mm(&x) - 3.0).abs() < 1e-9);
        // End to end.
        let z = capsule([14.0, 3.0, 0.0], [30.0, 3.0, 0.0], [1.0, 1.0]);
        assert!((x.gap_mm(&z) - 2.0).abs() < 1e-9, "5 - 2 - 1");
        // Parallel, overlapping.
        let w = capsule([-3.0, 2.0, 0.0], [30.0, 2.0, 0.0], [1.0, 1.0]);
        assert!((x.gap_mm(&w) + 1.0).abs() < 1e-9);
    }
}
