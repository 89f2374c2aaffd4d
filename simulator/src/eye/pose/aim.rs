//! Where people look and face: single draws, in degrees (pitch, yaw).

use super::Source;
use crate::eye::config::{GazeFrame, PoseConfig};
use crate::sample::Gaze;
use crate::seed::{Purpose, Stream};

/// Draws of gaze: from the settings' distribution or from a list of measured ones.
pub(super) struct Aims<'a> {
    pose: &'a PoseConfig,
    measured: Option<(&'a [Gaze], Stream)>,
}

impl<'a> Aims<'a> {
    pub(super) fn new(source: &Source<'a>, moment: u64) -> Self {
        let measured =
            source.measured.map(|list| (list, Stream::new(source.seed, moment, Purpose::Measured)));
        Self { pose: &source.config.pose, measured }
    }

    /// The next gaze, for two numbers of `stream` (and three of its own from a list).
    pub(super) fn next(&mut self, stream: &mut Stream) -> [f64; 2] {
        let p = self.pose;
        let drawn = [p.gaze_pitch_deg.draw(stream), p.gaze_yaw_deg.draw(stream)];
        let Some((list, stream)) = &mut self.measured else { return drawn };
        let k = (stream.unit() * list.len() as f64) as usize;
        let jitter = [stream.normal(), stream.normal()];
        let Some(gaze) = list.get(k) else { return drawn };
        [
            (gaze.pitch as f64).to_degrees() + p.measured_jitter_deg * jitter[0],
            (gaze.yaw as f64).to_degrees() + p.measured_jitter_deg * jitter[1],
        ]
    }
}

/// Where the head of somebody faces who looks there: it follows gaze a little and, beyond what an
/// eye can turn, entirely. Two numbers of `stream`.
pub(super) fn head(p: &PoseConfig, stream: &mut Stream, aim: [f64; 2]) -> [f64; 2] {
    let drawn = [p.head_pitch_deg.draw(stream), p.head_yaw_deg.draw(stream)];
    match p.gaze_relative_to {
        GazeFrame::Head => drawn,
        GazeFrame::Camera => {
            let head = [0, 1].map(|k| drawn[k] + p.head_follows_gaze * aim[k]);
            toward(aim, head, p.eye_in_head_max_deg)
        }
    }
}

/// The gaze that an eye in this head can reach.
pub(super) fn within_reach(p: &PoseConfig, head: [f64; 2], aim: [f64; 2]) -> [f64; 2] {
    let center = match p.gaze_relative_to {
        GazeFrame::Head => [0.0; 2],
        GazeFrame::Camera => head,
    };
    toward(center, aim, p.eye_in_head_max_deg)
}

/// `place`, drawn towards `center` to at most `most` from it.
fn toward(center: [f64; 2], place: [f64; 2], most: f64) -> [f64; 2] {
    let away = [place[0] - center[0], place[1] - center[1]];
    let turn = (away[0] * away[0] + away[1] * away[1]).sqrt();
    if turn <= most {
        return place;
    }
    [0, 1].map(|k| center[k] + away[k] * most / turn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::{EyeConfig, Normal};

    #[test]
    fn measured_gazes_are_taken_evenly_and_jittered() {
        let list: Vec<Gaze> = (0..4).map(|k| Gaze::from_degrees(-5.0, 10.0 * k as f32)).collect();
        let config = EyeConfig::default();
        let source = Source { config: &config, seed: 3, measured: Some(&list) };
        let mut counts = [0; 4];
        let mut spread = 0.0;
        for moment in 0..4000 {
            let mut aims = Aims::new(&source, moment);
            let [pitch, yaw] = aims.next(&mut Stream::new(3, moment, Purpose::Pose));
            let k = (yaw / 10.0).round();
            counts[k as usize] += 1;
            assert!((yaw - 10.0 * k).abs() < 3.0 && (pitch + 5.0).abs() < 3.0);
            spread += (pitch + 5.0) * (pitch + 5.0);
        }
        assert!(counts.iter().all(|c| (900..1100).contains(c)), "{counts:?}");
        assert!(((spread / 4000.0f64).sqrt() - 0.5).abs() < 0.03);
    }

    #[test]
    fn beyond_its_reach_the_eye_takes_the_head_along() {
        let mut config = EyeConfig::default();
        config.pose.head_pitch_deg = Normal::always(0.0);
        config.pose.head_yaw_deg = Normal::always(-30.0);
        config.pose.head_follows_gaze = 0.0;
        let head = head(&config.pose, &mut Stream::new(0, 0, Purpose::Pose), [0.0, 25.0]);
        assert_eq!(head, [0.0, -10.0], "35 degrees behind the gaze");
        assert_eq!(within_reach(&config.pose, head, [0.0, 40.0]), [0.0, 25.0]);
        config.pose.gaze_relative_to = GazeFrame::Head;
        assert_eq!(within_reach(&config.pose, head, [0.0, 40.0]), [0.0, 35.0]);
    }
}
