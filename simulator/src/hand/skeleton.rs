//! From joint angles to joints: the kinematic chain, in anatomical coordinates (radial, distal, dorsal).

use super::shape::Shape;
use nalgebra::Vector3;

type V = Vector3<f64>;

/// Where the metacarpals begin in the reference hand, of thumb to little finger, mm.
const BASES_MM: [[f64; 3]; 5] = [
    [23.0, 16.0, -13.0],
    [10.5, 22.0, 0.0],
    [3.0, 25.5, 1.0],
    [-4.5, 24.0, 0.0],
    [-11.0, 21.0, -2.0],
];

/// Where the fingers' metacarpals point: degrees towards the thumb, degrees dorsal. Their fan is as wide
/// as the knuckles of a hand of the reference breadth.
const METACARPALS_DEG: [[f64; 2]; 4] = [[13.6, 0.0], [1.8, 1.0], [-10.9, 0.0], [-24.8, -3.0]];

/// Where a straight finger points (degrees towards the thumb), and by how much the plane that it curls in
/// is turned, so that all curled fingers point to the scaphoid.
const FINGERS_DEG: [[f64; 2]; 4] = [[4.0, -4.0], [0.5, 1.0], [-4.0, 7.0], [-9.0, 13.0]];

/// Where the thumb's metacarpal points at rest, and where it curls to (made perpendicular).
const THUMB_ALONG: [f64; 3] = [0.571, 0.731, -0.375];
const THUMB_CURL: [f64; 3] = [-0.80, 0.30, -0.50];

/// Three perpendicular unit vectors that go along with a bone.
#[derive(Debug, Clone, Copy)]
struct Triad {
    /// To the finger's end.
    along: V,
    /// Where flexion moves the end to.
    curl: V,
    /// Where abduction moves the end to.
    side: V,
}

impl Triad {
    /// Turned in the plane of `along` and `curl`, rad.
    fn flexed(self, angle: f64) -> Self {
        let (sin, cos) = libm::sincos(angle);
        let along = self.along * cos + self.curl * sin;
        Self { along, curl: self.curl * cos - self.along * sin, ..self }
    }

    /// Turned in the plane of `along` and `side`, rad.
    fn spread(self, angle: f64) -> Self {
        let (sin, cos) = libm::sincos(angle);
        let along = self.along * cos + self.side * sin;
        Self { along, side: self.side * cos - self.along * sin, ..self }
    }
}

/// Joint angles, rad, in the order of [`HandPose::angles_rad`](crate::sample::HandPose). Abduction of a
/// finger is away from the middle finger, of that one towards the thumb; of the thumb out of the palm.
pub(crate) type Angles = [f64; 22];

/// The joints of a hand in anatomical coordinates, mm.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Skeleton {
    /// The common 21.
    pub joints_mm: [V; 21],
    /// Where each digit's last bone points, thumb to little finger.
    pub ends: [V; 5],
}

impl Skeleton {
    /// The joints at these angles.
    pub(crate) fn of(shape: &Shape, angles: &Angles) -> Self {
        let mut joints_mm = [V::zeros(); 21];
        let mut ends = [V::zeros(); 5];
        for (digit, last) in ends.iter_mut().enumerate() {
            let (base, triad) =
                if digit == 0 { thumb(shape, angles) } else { finger(shape, angles, digit) };
            let (chain, end) = curled(shape, angles, digit, base, triad);
            joints_mm[1 + 4 * digit..5 + 4 * digit].copy_from_slice(&chain);
            *last = end;
        }
        Self { joints_mm, ends }
    }
}

/// Base of the thumb's metacarpal, and its triad.
fn thumb(shape: &Shape, angles: &Angles) -> (V, Triad) {
    let along = V::from(THUMB_ALONG).normalize();
    let curl = V::from(THUMB_CURL);
    let curl = (curl - along * along.dot(&curl)).normalize();
    // In (radial, distal, dorsal) this product points into the palm's front.
    let rest = Triad { along, curl, side: curl.cross(&along) };
    (base(shape, 0), rest.flexed(angles[0]).spread(angles[1]))
}

/// Knuckle of a finger (digit 1 to 4), and the triad of its proximal bone.
fn finger(shape: &Shape, angles: &Angles, digit: usize) -> (V, Triad) {
    let [radial, dorsal] = METACARPALS_DEG[digit - 1].map(f64::to_radians);
    let (sin, cos) = libm::sincos(radial * shape.widening / shape.scale);
    let (rise, level) = libm::sincos(dorsal);
    let metacarpal = V::new(sin * level, cos * level, rise);
    let [fan, twist] = FINGERS_DEG[digit - 1].map(f64::to_radians);
    let (fan_sin, fan_cos) = libm::sincos(fan);
    let (twist_sin, twist_cos) = libm::sincos(twist);
    let along = V::new(fan_sin, fan_cos, 0.0);
    let across = V::new(fan_cos, -fan_sin, 0.0);
    let curl = across * twist_sin - V::z() * twist_cos;
    let side = across * twist_cos + V::z() * twist_sin;
    let outward = if digit < 3 { side } else { -side };
    let triad = Triad { along, curl, side: outward }.spread(angles[4 * digit + 1]);
    // Ring and little finger's metacarpals give way towards the palm, and take the finger along.
    let arch = if digit < 3 { 0.0 } else { angles[17 + digit] };
    let knuckle = base(shape, digit) + arched(metacarpal, arch) * shape.bones_mm[digit][0];
    let triad = Triad {
        along: arched(triad.along, arch),
        curl: arched(triad.curl, arch),
        side: arched(triad.side, arch),
    };
    (knuckle, triad)
}

/// Where a metacarpal begins.
fn base(shape: &Shape, digit: usize) -> V {
    let [radial, distal, dorsal] = BASES_MM[digit];
    V::new(radial * shape.widening, distal * shape.scale, dorsal * shape.scale)
}

/// A direction turned from distal towards the palm, rad.
fn arched(v: V, angle: f64) -> V {
    let (sin, cos) = libm::sincos(angle);
    V::new(v.x, v.y * cos + v.z * sin, v.z * cos - v.y * sin)
}

/// Four joints of a digit, and where its last bone points. A tip's joint is the centre of the ball that
/// ends the digit, so it lies its radius before the end of the pulp.
fn curled(shape: &Shape, angles: &Angles, digit: usize, base: V, triad: Triad) -> ([V; 4], V) {
    let bones = &shape.bones_mm[digit];
    let [first, second, third] =
        if digit == 0 { [bones[0], bones[1], bones[3]] } else { [bones[1], bones[2], bones[3]] };
    let flexion = &angles[4 * digit..4 * digit + 4];
    // The thumb's metacarpal has been turned already.
    let one = if digit == 0 { triad } else { triad.flexed(flexion[0]) };
    let two = one.flexed(flexion[2]);
    let three = two.flexed(flexion[3]);
    let a = base + one.along * first;
    let b = a + two.along * second;
    let tip = b + three.along * (third - shape.radii_mm[4 * digit + 4]);
    ([base, a, b, tip], three.along)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hand::config::HandShapeConfig;

    fn shape() -> Shape {
        Shape::of(&HandShapeConfig::default(), 4, 9)
    }

    #[test]
    fn bones_keep_their_length_at_all_angles() {
        let shape = shape();
        for k in 0..50 {
            let angles: Angles = std::array::from_fn(|i| 0.4 * f64::sin((k * 22 + i) as f64));
            let j = Skeleton::of(&shape, &angles).joints_mm;
            for digit in 0..5 {
                let bones = &shape.bones_mm[digit];
                let first = if digit == 0 { bones[0] } else { bones[1] };
                let c = &j[1 + 4 * digit..5 + 4 * digit];
                assert!(((c[1] - c[0]).norm() - first).abs() < 1e-9);
                let tip = bones[3] - shape.radii_mm[4 * digit + 4];
                assert!(((c[3] - c[2]).norm() - tip).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn each_angle_moves_what_its_name_says() {
        let shape = shape();
        let rest = Skeleton::of(&shape, &[0.0; 22]).joints_mm;
        let moved = |i: usize| {
            let mut angles = [0.0; 22];
            angles[i] = 0.3;
            let joints = Skeleton::of(&shape, &angles).joints_mm;
            std::array::from_fn::<V, 21, _>(|k| joints[k] - rest[k])
        };
        for digit in 1..5 {
            let tip = 4 + 4 * digit;
            let flexed = moved(4 * digit);
            assert!(flexed[tip].z < -15.0, "digit {digit} flexes towards the palm");
            let outward = if digit < 3 { 1.0 } else { -1.0 };
            assert!(moved(4 * digit + 1)[tip].x * outward > 10.0, "digit {digit} spreads");
            assert!(moved(4 * digit + 2)[tip - 2].norm() < 1e-9, "its PIP stays where it is");
            let others = (0..21).filter(|k| !(tip - 3..=tip).contains(k));
            assert!(others.map(|k| flexed[k].norm()).all(|d| d < 1e-9));
        }
        assert!(moved(0)[4].x < -15.0, "the thumb flexes across the palm");
        assert!(moved(1)[4].z < -15.0, "and abducts out of it");
        for (arch, knuckle) in [(20, 13), (21, 17)] {
            assert!(moved(arch)[knuckle].z < -10.0, "the palm arches at {knuckle}");
        }
    }

    #[test]
    fn the_triads_stay_perpendicular() {
        let (_, rest) = thumb(&shape(), &[0.0; 22]);
        let t = rest.flexed(0.7).spread(-0.4).flexed(1.1);
        for (a, b) in [(t.along, t.curl), (t.curl, t.side), (t.side, t.along)] {
            assert!(a.dot(&b).abs() < 1e-12 && (a.norm() - 1.0).abs() < 1e-12);
        }
    }
}
