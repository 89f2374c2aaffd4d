#![allow(clippy::unwrap_used)]
use super::super::surface::{Ball, Cone};
use super::*;
use crate::sample::HandPart;
use crate::seed::{Purpose, Stream};
use nalgebra::Vector3;

type V = Vector3<f64>;

fn ball(x: f64, y: f64, z: f64, radius_mm: f64) -> Ball {
    Ball { center_mm: V::new(x, y, z), radius_mm }
}

fn cone(a: Ball, b: Ball) -> Surface {
    let cone = Cone { ends: [a, b], part: HandPart::Index };
    Surface { cones: vec![cone], faces: Vec::new() }
}

/// How far a point is from the hull of two balls, negative within: the least over the balls between.
fn distance_mm(a: &Ball, b: &Ball, p: V) -> f64 {
    let at = |s: f64| {
        let center = a.center_mm.lerp(&b.center_mm, s);
        (p - center).norm() - (a.radius_mm + s * (b.radius_mm - a.radius_mm))
    };
    // It is convex in s: narrow it down by thirds.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let (left, right) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if at(left) < at(right) { high = right } else { low = left }
    }
    at(low).min(at(0.0)).min(at(1.0))
}

#[test]
fn a_ball_on_the_axis_is_its_radius_nearer_and_a_disk_of_known_size() {
    let surface = cone(ball(0.0, 0.0, 600.0, 30.0), ball(0.0, 0.0, 600.0, 30.0));
    let camera = DepthCamera { focal_px: [500.0; 2], center_px: [64.0, 48.0] };
    let cast = cast(&surface, &camera, [129, 97]);
    assert!((cast.depth_mm(64, 48).unwrap() - 570.0).abs() < 1e-3);
    assert!((cast.cosine(64, 48) - 1.0).abs() < 1e-6);
    // The rim is where the ray touches: tan = r / sqrt(d² - r²).
    let rim = 500.0 * 30.0 / (600.0f64 * 600.0 - 900.0).sqrt();
    for x in 0..129 {
        let within = (x as f64 - 64.0).abs() < rim;
        assert_eq!(cast.depth_mm(x, 48).is_some(), within, "{x} of {rim}");
    }
}

#[test]
fn a_hair_before_a_hit_is_outside_and_a_hair_behind_it_inside() {
    let camera = DepthCamera { focal_px: [300.0; 2], center_px: [31.5, 31.5] };
    let mut draw = Stream::new(5, 0, Purpose::Pose);
    let mut unit = |low: f64, high: f64| low + (high - low) * draw.unit();
    let (mut hits, mut sides) = (0, 0);
    for trial in 0..24 {
        let mut one =
            || ball(unit(-40.0, 40.0), unit(-40.0, 40.0), unit(350.0, 450.0), unit(4.0, 25.0));
        let (a, b) = match trial {
            // All rays to these meet the cone from within its opening.
            0 => (ball(0.0, 0.0, 360.0, 4.0), ball(5.0, 3.0, 420.0, 40.0)),
            1 => (ball(5.0, 3.0, 420.0, 40.0), ball(0.0, 0.0, 360.0, 4.0)),
            // One ball holds the other.
            2 => (ball(0.0, 0.0, 400.0, 30.0), ball(8.0, 0.0, 400.0, 10.0)),
            _ => (one(), one()),
        };
        let surface = cone(a, b);
        let cast = cast(&surface, &camera, [64, 64]);
        for (x, y) in (0..64).step_by(4).flat_map(|y| (0..64).step_by(4).map(move |x| (x, y))) {
            let ray = camera.unproject([x as f64, y as f64], 1.0);
            let far = |depth: f64| distance_mm(&a, &b, depth * ray);
            let Some(depth) = cast.depth_mm(x, y).map(f64::from) else {
                // Nothing of it is on the way, but for what touches the ray.
                assert!(
                    (320..480).step_by(2).all(|d| far(f64::from(d)) > -0.02),
                    "missed at {x}, {y}"
                );
                continue;
            };
            hits += 1;
            assert!(far(depth).abs() < 0.02, "{} off the surface", far(depth));
            assert!(
                (320..depth as i32 - 1).step_by(2).all(|d| far(f64::from(d)) > -0.02),
                "not the first hit"
            );
            // A hair along the normal is a hair off the surface.
            let cosine = f64::from(cast.cosine(x, y));
            if cosine > 0.3 {
                let slope = (far(depth + 1e-3) - far(depth - 1e-3)) / (2e-3 * ray.norm());
                assert!((slope + cosine).abs() < 0.02, "normal: {slope} and {cosine}");
                sides += 1;
            }
        }
    }
    assert!(hits > 200 && sides > 100, "{hits} {sides}");
}

#[test]
fn a_wedge_is_the_hull_of_its_balls() {
    use super::super::posed::PosedHand;
    let hand: PosedHand = super::super::surface::tests::open_hand();
    let surface = Surface::of(&hand);
    let camera = DepthCamera { focal_px: [240.0; 2], center_px: [63.5, 63.5] };
    let cast = cast(&surface, &camera, [128, 128]);
    // From the wrist to the knuckles the palm is closed.
    let covered = |p: V| {
        let [u, v] = camera.project(p);
        cast.depth_mm(u.round() as usize, v.round() as usize).is_some()
    };
    for knuckle in [5, 9, 13, 17] {
        for step in 0..=10 {
            let share = f64::from(step) / 10.0;
            assert!(covered(hand.joints_mm[0].lerp(&hand.joints_mm[knuckle], share)), "{knuckle}");
        }
    }
    // Over a joint that nothing else covers the surface is the joint's radius nearer.
    for tip in [3, 4, 7, 8, 11, 12, 15, 16, 19, 20] {
        let joint = hand.joints_mm[tip];
        let [u, v] = camera.project(joint);
        // The exact ray to the joint, by a camera that has a pixel there.
        let (focal, center) = (camera.focal_px, [63.5 - (u - u.round()), 63.5 - (v - v.round())]);
        let moved = DepthCamera { focal_px: focal, center_px: center.map(|c| c as f32) };
        let cast = super::cast(&surface, &moved, [128, 128]);
        let depth = cast.depth_mm(u.round() as usize, v.round() as usize).unwrap();
        let expected = joint.z * (1.0 - hand.radii_mm[tip] / joint.norm());
        // Where the finger tapers, the cone stands a little higher than the ball.
        assert!((f64::from(depth) - expected).abs() < 0.5, "{tip}: {depth} and {expected}");
    }
}

#[test]
fn the_wide_path_and_the_portable_one_have_the_same_bits() {
    let surface = Surface::of(&super::super::surface::tests::open_hand());
    let camera = DepthCamera { focal_px: [330.0; 2], center_px: [101.3, 99.6] };
    let cast = |wide| {
        let mut cast = Cast::with(wide, &Shapes::of(&surface), &camera, [201, 190]);
        cast.face_with(wide, &surface);
        cast
    };
    let (wide, portable) = (cast(true), cast(false));
    let bits = |v: &[f32]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&wide.depth_mm), bits(&portable.depth_mm));
    assert_eq!(bits(&wide.seen), bits(&portable.seen));
    assert_eq!(bits(&wide.cosines), bits(&portable.cosines));
}

#[test]
fn what_lies_behind_the_camera_is_not_seen() {
    let surface = cone(ball(0.0, 0.0, -300.0, 30.0), ball(10.0, 0.0, -320.0, 20.0));
    let cast = cast(&surface, &DepthCamera::NYU, [640, 480]);
    assert!((0..480).all(|y| cast.row_mm(y).iter().all(|z| z.is_infinite())));
}
