//! Where head, eyes, target and camera stand to each other.
//!
//! Here, where there are two eyes, head space has its origin midway between the eyes' centres of rotation: x towards the left eye
//! (image right when facing the camera), y down, z into the head, mm. The right eye is seen in a
//! mirrored world, in which x points towards *its* temple too; a target stands at T in the world as
//! it is and at (-x, y, z) of T in that one.

use super::turn::{direction, facing, mirror};
use crate::eye::config::{CameraMount, GazeFrame, PoseConfig};
use crate::sample::Side;
use nalgebra::{Matrix3, Vector3};

/// One eye before its camera, in the eye's own (perhaps mirrored) world.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// Turns head space into camera space.
    pub camera_from_head: Matrix3<f64>,
    /// Turns the space of the camera that the head was drawn for into this camera's: a mirror too
    /// for the right eye of a pair.
    pub camera_from_room: Matrix3<f64>,
    /// Centre of rotation of the eye, camera space, mm.
    pub eye_center: Vector3<f64>,
    /// The same in head space.
    eye_in_head: Vector3<f64>,
    /// Turns the space in which gaze is drawn into this world's head space.
    head_from_aim: Matrix3<f64>,
    target_mm: f64,
}

/// What a view is made of.
pub(super) struct Place<'a> {
    pub pose: &'a PoseConfig,
    /// Where the head faces, degrees (pitch, yaw).
    pub head: [f64; 2],
    /// Which eye of a pair; an eye of its own stands in the middle of the head.
    pub pair: Option<(Side, f64)>,
    /// The point midway between the eye's corners, camera space, mm.
    pub corners: Vector3<f64>,
    /// The same from the eye's centre, head space.
    pub corners_in_head: Vector3<f64>,
    /// From the middle of the head to what it looks at, mm.
    pub target_mm: f64,
}

impl View {
    pub(super) fn new(place: &Place) -> Self {
        let room_from_head = facing(direction(place.head[0], place.head[1]));
        let (world, eye_x) = match place.pair {
            None => (Matrix3::identity(), 0.0),
            Some((Side::Left, apart)) => (Matrix3::identity(), 0.5 * apart),
            Some((Side::Right, apart)) => (mirror(), 0.5 * apart),
        };
        let eye_in_head = Vector3::new(eye_x, 0.0, 0.0);
        let normalised = place.pair.is_some() && place.pose.camera_mount == CameraMount::Room;
        let camera_from_head = if normalised {
            // The real camera looks at the middle of the head. The crop's camera stands in the same
            // place, looks at the eye, and is level with the head's x axis (Zhang et al. 2018).
            let camera =
                world * room_from_head.transpose() * Vector3::new(0.0, 0.0, -place.corners.z);
            let z = (eye_in_head - camera).normalize();
            let y = z.cross(&Vector3::x()).normalize();
            Matrix3::from_columns(&[y.cross(&z), y, z]).transpose()
        } else {
            room_from_head
        };
        // World is its own inverse.
        let head_from_aim = match place.pose.gaze_relative_to {
            GazeFrame::Camera => world * room_from_head.transpose(),
            GazeFrame::Head => world,
        };
        let camera_from_room = match place.pair {
            None => Matrix3::identity(),
            Some(_) => camera_from_head * world * room_from_head.transpose(),
        };
        Self {
            camera_from_head,
            camera_from_room,
            eye_center: place.corners - camera_from_head * place.corners_in_head,
            eye_in_head,
            head_from_aim,
            target_mm: place.target_mm,
        }
    }

    /// From the eye's centre to the target when gaze is drawn as `aim` degrees, camera space, mm.
    pub(super) fn to_target(&self, aim: [f64; 2]) -> Vector3<f64> {
        let target = self.head_from_aim * direction(aim[0], aim[1]) * self.target_mm;
        self.camera_from_head * (target - self.eye_in_head)
    }
}
