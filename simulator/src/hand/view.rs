//! Where a hand is and how it is turned.

use super::config::HandViewConfig;
use crate::sample::Side;
use crate::seed::{Purpose, Stream};
use nalgebra::{Matrix3, Vector3};

/// How one hand is turned and where it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    /// Which hand.
    pub side: Side,
    /// Rotation from hand space to camera space.
    pub camera_from_hand: Matrix3<f64>,
    /// Where the middle of the palm is to be, camera space, mm.
    pub palm_mm: Vector3<f64>,
    /// From the wrist to the elbow, unit vector in anatomical coordinates.
    pub forearm: Vector3<f64>,
}

impl View {
    /// The view of this sample; the gesture adds its own roll, pitch and turn, degrees.
    pub(crate) fn of(config: &HandViewConfig, gesture_deg: [f64; 3], seed: u64, id: u64) -> Self {
        let stream = &mut Stream::new(seed, id, Purpose::HandView);
        let side = if stream.unit() < config.left_share { Side::Left } else { Side::Right };
        let z = config.distance_mm.draw(stream);
        let palm_mm = Vector3::new(config.right_mm.draw(stream), config.down_mm.draw(stream), z);
        let drawn = [config.roll_deg, config.pitch_deg, config.turn_deg];
        let [roll, pitch, turn] =
            [0, 1, 2].map(|i| (drawn[i].draw(stream) + gesture_deg[i]).to_radians());
        let flexion = config.wrist_flexion_deg.draw(stream).to_radians();
        let deviation = config.wrist_deviation_deg.draw(stream).to_radians();
        Self {
            side,
            camera_from_hand: rotation(side, roll, pitch, turn),
            palm_mm,
            forearm: forearm(flexion, deviation),
        }
    }

    /// Rotation and mirroring from anatomical coordinates to camera space.
    pub(crate) fn camera_from_anatomy(&self) -> Matrix3<f64> {
        self.camera_from_hand * hand_from_anatomy(self.side)
    }
}

/// Hand space is right-handed; x is the little finger's side in a right hand.
fn hand_from_anatomy(side: Side) -> Matrix3<f64> {
    let x = match side {
        Side::Right => -1.0,
        Side::Left => 1.0,
    };
    Matrix3::from_diagonal(&Vector3::new(x, 1.0, 1.0))
}

/// From hand space to camera space. At zero the palm faces the camera and the fingers point up: y becomes
/// up, z away from the camera. Then the hand is turned about its long axis, tilted, rolled.
fn rotation(side: Side, roll: f64, pitch: f64, turn: f64) -> Matrix3<f64> {
    // A left hand is a right one in a mirror, and mirrors revert turns about upright axes and about z.
    let mirror = if side == Side::Left { -1.0 } else { 1.0 };
    let (rs, rc) = libm::sincos(mirror * roll);
    let (ps, pc) = libm::sincos(pitch);
    let (ts, tc) = libm::sincos(mirror * turn);
    let turned = Matrix3::new(tc, 0.0, ts, 0.0, 1.0, 0.0, -ts, 0.0, tc);
    let tilted = Matrix3::new(1.0, 0.0, 0.0, 0.0, pc, -ps, 0.0, ps, pc);
    let rolled = Matrix3::new(rc, -rs, 0.0, rs, rc, 0.0, 0.0, 0.0, 1.0);
    rolled * tilted * turned * Matrix3::from_diagonal(&Vector3::new(-1.0, -1.0, 1.0))
}

/// Where the forearm points from the wrist once the hand is bent to the palm's and to the thumb's side.
fn forearm(flexion: f64, deviation: f64) -> Vector3<f64> {
    let (fs, fc) = libm::sincos(flexion);
    let (ds, dc) = libm::sincos(deviation);
    Vector3::new(ds * fc, -dc * fc, -fs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(side: Side, deg: [f64; 3], anatomical: Vector3<f64>) -> Vector3<f64> {
        let [roll, pitch, turn] = deg.map(f64::to_radians);
        rotation(side, roll, pitch, turn) * hand_from_anatomy(side) * anatomical
    }

    #[test]
    fn angles_turn_the_hand_as_the_settings_say() {
        let (radial, distal, dorsal) = (Vector3::x(), Vector3::y(), Vector3::z());
        for (side, right) in [(Side::Right, 1.0), (Side::Left, -1.0)] {
            let near =
                |a: Vector3<f64>, b: [f64; 3]| assert!((a - Vector3::from(b)).norm() < 1e-12);
            near(seen(side, [0.0; 3], distal), [0.0, -1.0, 0.0]);
            near(seen(side, [0.0; 3], dorsal), [0.0, 0.0, 1.0]);
            near(seen(side, [0.0; 3], radial), [right, 0.0, 0.0]);
            near(seen(side, [90.0, 0.0, 0.0], distal), [right, 0.0, 0.0]);
            near(seen(side, [0.0, 90.0, 0.0], distal), [0.0, 0.0, -1.0]);
            near(seen(side, [0.0, 0.0, 90.0], radial), [0.0, 0.0, -1.0]);
            near(seen(side, [0.0, 0.0, 180.0], dorsal), [0.0, 0.0, -1.0]);
        }
    }

    #[test]
    fn hand_space_turns_without_mirroring_and_a_left_hand_is_a_mirrored_right_one() {
        let angles = [0.4, -0.7, 2.1];
        for side in [Side::Left, Side::Right] {
            let [roll, pitch, turn] = angles;
            assert!((rotation(side, roll, pitch, turn).determinant() - 1.0).abs() < 1e-12);
        }
        let v = Vector3::new(0.3, -0.5, 0.8);
        let [left, right] =
            [Side::Left, Side::Right].map(|side| seen(side, angles.map(f64::to_degrees), v));
        assert!((left - Vector3::new(-right.x, right.y, right.z)).norm() < 1e-12);
    }

    #[test]
    fn a_flexed_wrist_brings_palm_and_forearm_together() {
        let palm = -Vector3::z();
        assert!(forearm(0.5, 0.0).dot(&palm) > 0.4);
        assert!(forearm(0.0, 0.3).x > 0.2, "bent to the thumb's side the forearm is there too");
        assert!((forearm(0.4, 0.2).norm() - 1.0).abs() < 1e-12);
    }
}
