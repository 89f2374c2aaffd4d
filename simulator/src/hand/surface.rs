//! The hand's surface: balls, and what is stretched between them.
//!
//! A sphere-mesh (Thiery et al., 2013; for hands Tkach et al., ACM TOG 2016): bones are round cones
//! between two balls, palm and webs are wedges between three. A wedge's surface is the two triangles
//! that touch its three balls, and the cones of its sides. All of it meets a ray in closed form, and it
//! is smooth wherever two parts share a ball.

use super::posed::PosedHand;
use crate::sample::HandPart;
use nalgebra::Vector3;
use std::collections::BTreeSet;

type V = Vector3<f64>;

/// A ball, camera space, mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ball {
    pub center_mm: V,
    pub radius_mm: f64,
}

/// The hull of two balls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cone {
    pub ends: [Ball; 2],
    pub part: HandPart,
}

/// A triangle that touches three balls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Face {
    pub corners_mm: [V; 3],
    /// Unit, out of the hand.
    pub normal: V,
    pub part: HandPart,
}

/// Everything that a ray can meet.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Surface {
    pub cones: Vec<Cone>,
    pub faces: Vec<Face>,
}

/// A ball of this radius.
fn ball(center_mm: V, radius_mm: f64) -> Ball {
    Ball { center_mm, radius_mm }
}

/// The ball at this share of the way from one to another.
fn between(a: Ball, b: Ball, share: f64) -> Ball {
    ball(a.center_mm.lerp(&b.center_mm, share), a.radius_mm + share * (b.radius_mm - a.radius_mm))
}

/// Where the web stands between two fingers, as a share of the first phalanx. Ours: by eye.
const WEB_SHARE: f64 = 0.38;
/// Radius of a web between two fingers, as a share of that of the first phalanx.
const WEB_RADIUS: f64 = 0.62;
/// Webs do not span wider gaps, mm.
const WEB_GAP_MM: f64 = 40.0;

impl Surface {
    /// The surface of this hand.
    pub(crate) fn of(hand: &PosedHand) -> Self {
        let mut build = Build::default();
        let joint = |i: usize| ball(hand.joints_mm[i], hand.radii_mm[i]);
        let palmar = -hand.dorsal;

        // Fingers: three cones each, the knuckles' balls shared with the palm.
        let fingers = [HandPart::Thumb, HandPart::Index, HandPart::Middle];
        let fingers = fingers.into_iter().chain([HandPart::Ring, HandPart::Little]);
        for (finger, part) in fingers.enumerate() {
            for k in 1..4 {
                build.cone(joint(4 * finger + k), joint(4 * finger + k + 1), part);
            }
        }

        // The wrist: two balls side by side, as thick as it is.
        let [half_width, half_thickness] = hand.wrist_half_mm;
        let across = hand.radial * (half_width - half_thickness).max(0.0);
        let wrist = |side: f64| ball(hand.joints_mm[0] + side * across, half_thickness);
        let (radial, ulnar) = (wrist(1.0), wrist(-1.0));

        // The palm: a fan from the wrist to the four knuckles.
        let knuckles = [5, 9, 13, 17].map(joint);
        let [index, middle, ring, little] = knuckles;
        build.wedge([radial, index, middle], HandPart::Palm);
        build.wedge([radial, middle, ulnar], HandPart::Palm);
        build.wedge([ulnar, middle, ring], HandPart::Palm);
        build.wedge([ulnar, ring, little], HandPart::Palm);

        // The two cushions of the palm: the thumb's (thenar) and the little finger's (hypothenar).
        let (base, knuckle) = (joint(1), joint(2));
        let cushion = between(base, knuckle, 0.5);
        let thenar = ball(cushion.center_mm + 3.0 * palmar, 0.92 * cushion.radius_mm);
        build.wedge([radial, base, thenar], HandPart::Palm);
        build.wedge([thenar, knuckle, between(index, middle, 0.2)], HandPart::Palm);
        build.wedge([radial, thenar, between(radial, index, 0.55)], HandPart::Palm);
        build.wedge([base, knuckle, thenar], HandPart::Palm);
        let edge = between(ulnar, little, 0.5);
        let hypothenar = ball(edge.center_mm + 5.0 * palmar, 1.02 * edge.radius_mm);
        build.wedge([ulnar, hypothenar, between(ulnar, middle, 0.4)], HandPart::Palm);
        build.wedge([hypothenar, little, between(ulnar, middle, 0.4)], HandPart::Palm);
        build.wedge([ulnar, hypothenar, little], HandPart::Palm);

        // Webs: between the thumb and the index finger, and between neighbouring fingers.
        let fold = between(between(radial, index, 0.72), knuckle, 0.35);
        let fold = ball(fold.center_mm, 0.55 * fold.radius_mm);
        build.wedge([knuckle, between(radial, index, 0.75), fold], HandPart::Palm);
        build.wedge([base, between(radial, index, 0.5), knuckle], HandPart::Palm);
        for k in [5, 9, 13] {
            let [a, b] = [k, k + 4].map(|k| between(joint(k), joint(k + 1), WEB_SHARE));
            if (a.center_mm - b.center_mm).norm() < WEB_GAP_MM {
                let web = between(a, b, 0.5);
                let web = ball(web.center_mm, WEB_RADIUS * web.radius_mm);
                build.wedge([joint(k), joint(k + 4), web], HandPart::Palm);
            }
        }

        // The forearm: two wedges that widen to the elbow.
        let arm = 1.3 * (half_width - half_thickness).max(0.0);
        let along = (hand.elbow_mm - hand.joints_mm[0]).normalize();
        let sideways = (hand.radial - along * hand.radial.dot(&along)).normalize();
        let elbow = |side: f64| ball(hand.elbow_mm + side * arm * sideways, 1.35 * half_thickness);
        build.wedge([radial, ulnar, elbow(1.0)], HandPart::Forearm);
        build.wedge([ulnar, elbow(1.0), elbow(-1.0)], HandPart::Forearm);
        build.surface
    }
}

/// A surface that grows; sides that wedges share are kept once.
#[derive(Default)]
struct Build {
    surface: Surface,
    sides: BTreeSet<[u64; 8]>,
}

impl Build {
    fn cone(&mut self, a: Ball, b: Ball, part: HandPart) {
        let key = |ball: Ball| {
            let [x, y, z]: [f64; 3] = ball.center_mm.into();
            [x, y, z, ball.radius_mm].map(f64::to_bits)
        };
        let (a_key, b_key) = (key(a), key(b));
        let (low, high) = if a_key < b_key { (a_key, b_key) } else { (b_key, a_key) };
        let both = std::array::from_fn(|i| if i < 4 { low[i] } else { high[i - 4] });
        if self.sides.insert(both) {
            self.surface.cones.push(Cone { ends: [a, b], part });
        }
    }

    fn wedge(&mut self, balls: [Ball; 3], part: HandPart) {
        for (i, j) in [(0, 1), (1, 2), (2, 0)] {
            self.cone(balls[i], balls[j], part);
        }
        for normal in tangents(&balls).into_iter().flatten() {
            let corners_mm = balls.map(|ball| ball.center_mm + ball.radius_mm * normal);
            self.surface.faces.push(Face { corners_mm, normal, part });
        }
    }
}

/// The outward normals of the two planes that touch three balls from outside; `None` where one ball
/// hides in the hull of the others or their centres lie on a line.
fn tangents(balls: &[Ball; 3]) -> Option<[V; 2]> {
    // A plane with normal n touches all three if n · (c_j - c_0) = r_0 - r_j.
    let [o, a, b] = balls;
    let (u, v) = (a.center_mm - o.center_mm, b.center_mm - o.center_mm);
    let (along_u, along_v) = (o.radius_mm - a.radius_mm, o.radius_mm - b.radius_mm);
    let cross = u.cross(&v);
    let area = cross.norm_squared();
    if area < 1e-6 {
        return None;
    }
    let in_plane = (v.cross(&cross) * along_u + cross.cross(&u) * along_v) / area;
    let rest = 1.0 - in_plane.norm_squared();
    if rest <= 0.0 {
        return None;
    }
    let out = cross * (rest / area).sqrt();
    Some([in_plane + out, in_plane - out])
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::sample::Side;

    /// A left hand, flat before the camera, fingers spread a little.
    pub(in super::super) fn open_hand() -> PosedHand {
        let fan = [(-0.9, 24.0, 14.0), (-0.22, 92.0, 9.0), (-0.05, 90.0, 9.0), (0.1, 84.0, 8.5)];
        let fan = fan.into_iter().chain([(0.28, 78.0, 7.5)]);
        let wrist = V::new(0.0, 60.0, 420.0);
        let (mut joints_mm, mut radii_mm) = ([wrist; 21], [20.0; 21]);
        for (finger, (turn, first, radius)) in fan.enumerate() {
            let way = V::new(f64::sin(turn), -f64::cos(turn), 0.0);
            let bones = if finger == 0 { [44.0, 32.0, 22.0] } else { [42.0, 25.0, 18.0] };
            let mut reach = first;
            for k in 0..4 {
                joints_mm[1 + 4 * finger + k] = wrist + reach * way;
                radii_mm[1 + 4 * finger + k] = radius - 0.8 * k as f64;
                reach += bones.get(k).copied().unwrap_or(0.0);
            }
        }
        PosedHand {
            joints_mm,
            radii_mm,
            dorsal: -V::z(),
            radial: -V::x(),
            elbow_mm: V::new(0.0, 260.0, 440.0),
            wrist_half_mm: [27.0, 17.0],
            side: Side::Left,
        }
    }

    #[test]
    fn tangent_planes_touch_all_three_balls() {
        let balls = [
            ball(V::new(1.0, 2.0, 300.0), 9.0),
            ball(V::new(40.0, -3.0, 310.0), 7.5),
            ball(V::new(12.0, 55.0, 290.0), 12.0),
        ];
        for n in tangents(&balls).unwrap() {
            assert!((n.norm() - 1.0).abs() < 1e-12);
            let height = |b: &Ball| n.dot(&b.center_mm) + b.radius_mm;
            for b in &balls {
                assert!((height(b) - height(&balls[0])).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_ball_within_the_hull_of_two_others_has_no_tangent_plane() {
        let balls = [
            ball(V::new(0.0, 0.0, 300.0), 30.0),
            ball(V::new(5.0, 0.0, 300.0), 4.0),
            ball(V::new(0.0, 5.0, 300.0), 3.0),
        ];
        assert!(tangents(&balls).is_none());
    }
}
