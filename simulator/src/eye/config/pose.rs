//! Where the eye looks, where the head faces, where both are: the settings.

use super::MotionConfig;
use crate::Error;
use crate::eye::check::{normal, number, refuse, share};
use crate::eye::draw::Normal;
use serde::{Deserialize, Serialize};

/// What the angles of gaze are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GazeFrame {
    /// The camera: (0, 0) looks into it, wherever the head faces.
    Camera,
    /// The head: (0, 0) looks straight ahead, wherever the camera stands.
    Head,
}

/// What the camera is fixed to; it matters where both eyes of a head are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CameraMount {
    /// One camera in the room sees both eyes. Each image is a crop that is normalised as
    /// MPIIGaze's: turned to its eye, level with the head, along the line from the eye to the camera.
    Room,
    /// Each eye has its own camera, fixed to the head; the right one is the left one's mirror image.
    Head,
}

/// Where the eye looks, where the head faces, where both are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoseConfig {
    /// What `gaze_pitch_deg` and `gaze_yaw_deg` are measured against.
    pub gaze_relative_to: GazeFrame,
    /// Pitch of the visual axis, up positive, degrees.
    pub gaze_pitch_deg: Normal,
    /// Yaw of the visual axis, to the image's left positive, degrees.
    pub gaze_yaw_deg: Normal,
    /// Spread around a gaze out of a list of measured ones, degrees; only used with such a list.
    pub measured_jitter_deg: f64,
    /// Pitch of the head in camera space, face up positive, degrees.
    pub head_pitch_deg: Normal,
    /// Yaw of the head in camera space, face to the image's left positive, degrees.
    pub head_yaw_deg: Normal,
    /// Share of the gaze that the head turns along with, 0 to 1; only used where gaze is relative
    /// to the camera.
    pub head_follows_gaze: f64,
    /// The eye turns at most this far in the head; beyond it the head follows or, where gaze is
    /// relative to the head, the gaze stays behind, degrees.
    pub eye_in_head_max_deg: f64,
    /// Distance of the point midway between the eye's corners along the optical axis, mm. It varies
    /// because a normalised crop is scaled by an *estimated* head pose.
    pub distance_mm: Normal,
    /// Where that point stands right of the optical axis, mm.
    pub shift_right_mm: Normal,
    /// Where that point stands below the optical axis, mm.
    pub shift_down_mm: Normal,
    /// Share of the variance of these three that is the person's and the same in all their images, 0 to
    /// 1; only used where `people` is limited. MPIIGaze's crops are cut by a generic face model, so their
    /// scale and place err by person more than by image. Ours: no source says by how much.
    pub place_person_share: f64,
    /// Share by which the crop's height follows the lids, 0 to 1. 0: the crop is placed by the corners, as
    /// by a head pose (MPIIGaze). 1: by the middle of the opening, as by a box around the landmarks of the
    /// lids, which sink as the eye looks down. It moves the image, and every label in it, as a whole.
    pub crop_follows_lids: f64,
    /// Distance from the eyes to what they look at, mm.
    pub target_mm: Normal,
    /// Share of right eyes, 0 to 1. They are rendered mirrored, as left eyes.
    pub right_share: f64,
    /// Ids 2k and 2k + 1 are the left and the right eye of one head that looks at one target.
    pub both_eyes: bool,
    /// Distance between the centres of the two eyes, mm (Dodgson 2004: 63, nearly all 52 to 76).
    pub interpupillary_mm: Normal,
    /// What the camera is fixed to; only used with `both_eyes`.
    pub camera_mount: CameraMount,
    /// Length of a sequence: this many consecutive ids (twice as many with `both_eyes`) are one
    /// take of one person. 0: every image stands alone.
    pub sequence_frames: u32,
    /// Frames a second within a sequence.
    pub frame_rate_hz: f64,
    /// How eyes and lids move in a sequence.
    pub motion: MotionConfig,
}

impl Default for PoseConfig {
    /// Gaze: the other MPIIGaze people's mean and spread (pitch -8.9 ± 5.2, yaw 0.1 ± 8.6),
    /// somewhat widened.
    fn default() -> Self {
        Self {
            gaze_relative_to: GazeFrame::Camera,
            gaze_pitch_deg: Normal::new(-8.0, 7.0, -25.0, 15.0),
            gaze_yaw_deg: Normal::new(0.0, 10.0, -25.0, 25.0),
            measured_jitter_deg: 0.5,
            head_pitch_deg: Normal::new(-8.0, 6.0, -28.0, 15.0),
            head_yaw_deg: Normal::new(-3.0, 9.0, -35.0, 30.0),
            head_follows_gaze: 0.2,
            eye_in_head_max_deg: 35.0,
            distance_mm: Normal::new(600.0, 35.0, 500.0, 720.0),
            shift_right_mm: Normal::new(-0.4, 0.9, -3.0, 3.0),
            shift_down_mm: Normal::new(0.7, 0.9, -2.5, 4.0),
            place_person_share: 0.6,
            crop_follows_lids: 0.0,
            target_mm: Normal::new(550.0, 100.0, 300.0, 900.0),
            right_share: 0.5,
            both_eyes: false,
            interpupillary_mm: Normal::new(63.0, 3.6, 52.0, 76.0),
            camera_mount: CameraMount::Room,
            sequence_frames: 0,
            frame_rate_hz: 60.0,
            motion: MotionConfig::default(),
        }
    }
}

/// Longest sequence, s: a frame is computed from all glances before it.
const LONGEST_S: f64 = 600.0;

impl PoseConfig {
    /// Whether everything that these settings can draw can be rendered.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let s = self;
        normal("pose.gaze_pitch_deg", s.gaze_pitch_deg, -60.0, 60.0)?;
        normal("pose.gaze_yaw_deg", s.gaze_yaw_deg, -60.0, 60.0)?;
        number("pose.measured_jitter_deg", s.measured_jitter_deg, 0.0, 10.0)?;
        normal("pose.head_pitch_deg", s.head_pitch_deg, -45.0, 45.0)?;
        normal("pose.head_yaw_deg", s.head_yaw_deg, -45.0, 45.0)?;
        share("pose.head_follows_gaze", s.head_follows_gaze)?;
        if !(1.0..=45.0).contains(&s.eye_in_head_max_deg) {
            let remedy = "set 1 to 45 degrees".to_string();
            let field = "pose.eye_in_head_max_deg";
            return Err(refuse(field, s.eye_in_head_max_deg, "is no turn of an eye", remedy));
        }
        normal("pose.distance_mm", s.distance_mm, 20.0, 5000.0)?;
        normal("pose.shift_right_mm", s.shift_right_mm, -30.0, 30.0)?;
        normal("pose.shift_down_mm", s.shift_down_mm, -30.0, 30.0)?;
        share("pose.place_person_share", s.place_person_share)?;
        share("pose.crop_follows_lids", s.crop_follows_lids)?;
        normal("pose.target_mm", s.target_mm, 150.0, 1e6)?;
        share("pose.right_share", s.right_share)?;
        normal("pose.interpupillary_mm", s.interpupillary_mm, 40.0, 85.0)?;
        number("pose.frame_rate_hz", s.frame_rate_hz, 1.0, 10_000.0)?;
        if s.sequence_frames as f64 / s.frame_rate_hz > LONGEST_S {
            let most = (LONGEST_S * s.frame_rate_hz) as u32;
            let remedy = format!("set at most {most} frames at {} Hz", s.frame_rate_hz);
            let problem = "makes a sequence of more than 10 minutes";
            return Err(refuse("pose.sequence_frames", s.sequence_frames, problem, remedy));
        }
        s.motion.check()
    }
}
