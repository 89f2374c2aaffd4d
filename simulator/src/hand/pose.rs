//! What a hand does: joint angles drawn from a mixture, and none that go through the hand itself.

use super::collide::penetrates;
use super::config::HandPoseConfig;
use super::gesture::{Gesture, open};
use super::limits::{DIP_PER_PIP, FOLLOWS_NEIGHBOUR, LIMITS_DEG, within};
use super::shape::Shape;
use super::skeleton::{Angles, Skeleton};
use crate::seed::{Purpose, Stream};

/// Redraws of a self-intersecting pose; after that its fingers are opened in [`OPENING_STEPS`].
const REDRAWS: usize = 12;

/// Steps from a self-intersecting pose to the open hand.
const OPENING_STEPS: usize = 16;

/// What one hand does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pose {
    /// Joint angles, rad.
    pub angles: Angles,
    /// The joints that follow from them.
    pub skeleton: Skeleton,
    /// What it is called.
    pub gesture: String,
    /// How a signer turns the hand for it, degrees: roll, pitch, turn.
    pub view_deg: [f64; 3],
}

/// Where angles come from, once that is drawn.
enum Source {
    Gesture(&'static Gesture),
    Between(&'static Gesture, &'static Gesture, f64),
    Synergy,
    Uniform,
}

impl Pose {
    /// The pose of this sample. The source is drawn once and only the angles again, so that what
    /// penetrates easily does not become rare.
    pub(crate) fn of(config: &HandPoseConfig, shape: &Shape, seed: u64, id: u64) -> Self {
        let stream = &mut Stream::new(seed, id, Purpose::HandPose);
        let source = Source::of(config, stream);
        let fits = |angles: &Angles| {
            let skeleton = Skeleton::of(shape, angles);
            (!penetrates(&skeleton, &shape.radii_mm)).then_some(skeleton)
        };
        let mut angles = open();
        let mut found = None;
        for _ in 0..REDRAWS {
            angles = within(source.angles(config.jitter_deg, stream));
            found = fits(&angles);
            if found.is_some() {
                break;
            }
        }
        let skeleton = found.unwrap_or_else(|| {
            let tight = angles;
            (1..OPENING_STEPS)
                .find_map(|step| {
                    angles = towards(&tight, &open(), step as f64 / OPENING_STEPS as f64);
                    fits(&angles)
                })
                .unwrap_or_else(|| {
                    angles = open();
                    Skeleton::of(shape, &angles)
                })
        });
        let view_deg = if config.signed { source.view_deg() } else { [0.0; 3] };
        Self { angles, skeleton, gesture: source.name(), view_deg }
    }
}

impl Source {
    fn of(config: &HandPoseConfig, stream: &mut Stream) -> Self {
        let kind = pick(config.weights(), stream);
        let mut gesture = || {
            let weight = |gesture: &Gesture| {
                let named = config.gestures.get(gesture.name).copied().unwrap_or(0.0);
                if config.gestures.is_empty() { 1.0 } else { named }
            };
            &Gesture::ALL[pick(Gesture::ALL.iter().map(weight), stream)]
        };
        let (one, other) = (gesture(), gesture());
        let share = stream.unit();
        match kind {
            0 => Self::Gesture(one),
            1 => Self::Between(one, other, share),
            2 => Self::Synergy,
            _ => Self::Uniform,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Gesture(gesture) => gesture.name.into(),
            Self::Between(one, other, _) => format!("{} to {}", one.name, other.name),
            Self::Synergy => "synergy".into(),
            Self::Uniform => "uniform".into(),
        }
    }

    fn view_deg(&self) -> [f64; 3] {
        match self {
            Self::Gesture(gesture) => gesture.view_deg,
            Self::Between(one, other, share) => std::array::from_fn(|i| {
                one.view_deg[i] + (other.view_deg[i] - one.view_deg[i]) * share
            }),
            Self::Synergy | Self::Uniform => [0.0; 3],
        }
    }

    /// One draw of the angles, rad, not yet within their limits.
    fn angles(&self, jitter_deg: f64, stream: &mut Stream) -> Angles {
        match self {
            Self::Gesture(gesture) => jittered(gesture.angles(), jitter_deg, stream),
            Self::Between(one, other, share) => {
                jittered(towards(&one.angles(), &other.angles(), *share), jitter_deg, stream)
            }
            Self::Synergy => synergy(stream),
            Self::Uniform => uniform(stream),
        }
    }
}

/// Which of these weights a draw falls on; their sum is above zero.
fn pick(weights: impl IntoIterator<Item = f64> + Clone, stream: &mut Stream) -> usize {
    let mut left = stream.unit() * weights.clone().into_iter().sum::<f64>();
    let mut last = 0;
    for (i, weight) in weights.into_iter().enumerate().filter(|(_, weight)| *weight > 0.0) {
        last = i;
        left -= weight;
        if left < 0.0 {
            break;
        }
    }
    last
}

fn towards(from: &Angles, to: &Angles, share: f64) -> Angles {
    std::array::from_fn(|i| from[i] + (to[i] - from[i]) * share)
}

/// Abductions and the DIP, which follows its PIP, are jittered half as much as flexions.
fn jittered(angles: Angles, jitter_deg: f64, stream: &mut Stream) -> Angles {
    let jitter = jitter_deg.to_radians();
    std::array::from_fn(|i| {
        let half = (4..20).contains(&i) && (i % 4 == 1 || i % 4 == 3);
        angles[i] + jitter * stream.normal() * if half { 0.5 } else { 1.0 }
    })
}

/// The two main synergies of grasping (Santello et al. 1998: they explain 80 % of the variance of 57
/// grasps): all joints closing together, and knuckles against middle joints; then spreading, the
/// thumb's opposition, a finger's own part.
fn synergy(stream: &mut Stream) -> Angles {
    let close = stream.unit();
    let knuckles = 0.3 * stream.normal();
    let spread = stream.unit() * (1.0 - close);
    let oppose = stream.unit();
    let mut deg = [0.0; 22];
    deg[..4].copy_from_slice(&[
        -15.0 + 35.0 * oppose + 6.0 * stream.normal(),
        45.0 * oppose * (1.0 - 0.5 * close) + 5.0 * stream.normal(),
        35.0 * close + 8.0 * stream.normal(),
        45.0 * close + 10.0 * stream.normal(),
    ]);
    for finger in 0..4 {
        let own = (close + 0.12 * stream.normal()).clamp(0.0, 1.0);
        let pip = 100.0 * (own - knuckles * own).clamp(0.0, 1.0);
        let at = 4 + 4 * finger;
        deg[at] = 85.0 * (own + knuckles * own).clamp(0.0, 1.0) - 5.0;
        deg[at + 1] = if finger == 1 { 0.0 } else { 16.0 * spread - 3.0 } + 2.0 * stream.normal();
        deg[at + 2] = pip;
        deg[at + 3] = DIP_PER_PIP * pip * 0.9 + 3.0 * stream.normal();
    }
    (deg[20], deg[21]) = (10.0 * oppose, 20.0 * oppose);
    deg.map(f64::to_radians)
}

/// Uniform in the limits, but for couplings: fingers follow their neighbours, DIPs their PIPs, the middle
/// finger hardly abducts.
fn uniform(stream: &mut Stream) -> Angles {
    let mut deg: Angles = std::array::from_fn(|i| {
        LIMITS_DEG[i][0] + (LIMITS_DEG[i][1] - LIMITS_DEG[i][0]) * stream.unit()
    });
    let own = deg;
    for finger in 1..5 {
        for joint in [0, 2] {
            let of = |finger: usize| own[4 * finger + joint];
            let (below, above) = (of(finger.max(2) - 1), of(finger.min(3) + 1));
            let neighbours = 0.5 * (below + above);
            deg[4 * finger + joint] += FOLLOWS_NEIGHBOUR * (neighbours - of(finger));
        }
        deg[4 * finger + 3] = DIP_PER_PIP * deg[4 * finger + 2] + 5.0 * stream.normal();
    }
    deg[9] *= 0.3;
    deg.map(f64::to_radians)
}

#[cfg(test)]
mod tests;
