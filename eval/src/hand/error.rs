//! Pose error: how far the predicted joints stand from the true ones, in px and in mm.

use super::{Alignment, REFERENCE_WIDTH_PX};
use crate::Error;
use crate::gaze::CONFIDENCE;
use crate::stats::{self, Interval, Summary};
use serde::{Deserialize, Serialize};

/// Distances at which the curves in px are read: 1 to 20 (the paper's figure 12 goes to 9).
pub const LIMITS_PX: [f64; 20] = spaced(1.0);
/// Distances at which the curves in mm are read: 4 to 80, as NYU's results are drawn.
pub const LIMITS_MM: [f64; 20] = spaced(4.0);

const fn spaced(step: f64) -> [f64; 20] {
    let mut limits = [0.0; 20];
    let mut i = 0;
    while i < 20 {
        limits[i] = step * (i + 1) as f64;
        i += 1;
    }
    limits
}

/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x6861_6e64;

/// Where a joint is, or is said to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointPlace {
    /// In the image, px, pixel (0, 0) having its centre at (0, 0).
    pub px: [f32; 2],
    /// In camera space, mm; `None` where that is not known.
    pub mm: Option<[f32; 3]>,
}

/// One image: the same joints as they are and as they were predicted.
#[derive(Debug, Clone, PartialEq)]
pub struct HandPair {
    /// Width of the image, px.
    pub width_px: usize,
    /// The true places.
    pub truth: Vec<JointPlace>,
    /// The predicted places, in the same order.
    pub predicted: Vec<JointPlace>,
}

/// Shares, 0 to 1, within growing distances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The distances d.
    pub limits: Vec<f64>,
    /// Share of all joints that are at most d off (the paper's measure).
    pub joints: Vec<f64>,
    /// Share of the frames all of whose joints are at most d off (the usual one of NYU's results).
    pub frames: Vec<f64>,
}

impl Curve {
    /// The shares of joints and of frames at this limit, if the curve is read there.
    pub fn at(&self, limit: f64) -> Option<(f64, f64)> {
        let i = self.limits.iter().position(|l| *l == limit)?;
        Some((self.joints[i], self.frames[i]))
    }
}

/// Distances between predicted and true joints, in one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointErrors {
    /// Over all joints of all frames.
    pub joints: Summary,
    /// 95 % bootstrap interval of the mean, over frames.
    pub mean_interval: Interval,
    /// The mean of each joint, in the order given; `None` if no prediction of it is finite.
    pub by_joint: Vec<Option<f64>>,
    /// Shares within growing distances.
    pub curve: Curve,
}

/// The error of a pose estimator. Distances are over the finite predictions; the others are counted,
/// and lie within no limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandReport {
    /// Images.
    pub frames: usize,
    /// Joints in each.
    pub joints: usize,
    /// Predicted joints with a NaN or an infinity.
    pub n_not_finite: usize,
    /// In the image, px at 224 px; `None` if no prediction is finite.
    pub px: Option<JointErrors>,
    /// In space, mm; `None` if that is not known of every joint, or no prediction is finite.
    pub mm: Option<JointErrors>,
    /// What always answering each joint's mean place in *these* images gives, px at 224 px: an
    /// estimator that is no better has learnt nothing.
    pub predict_mean_px: JointErrors,
    /// The mean over the joints of each frame, px at 224 px, in the order given; `None` where a
    /// prediction is not finite.
    pub frames_px: Vec<Option<f32>>,
    /// The scale and shift that take all predictions nearest to the labels; `None` if there is none.
    pub alignment: Option<Alignment>,
    /// As `px`, of the predictions so moved.
    pub aligned_px: Option<JointErrors>,
    /// As `frames_px`, of the predictions so moved.
    pub frames_aligned_px: Vec<Option<f32>>,
}

/// Which predictions are compared with the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placing {
    /// As they were made.
    AsPredicted,
    /// Moved by one scale and one shift for all: see [`Alignment`].
    Aligned,
}

impl HandReport {
    /// Errors in px at 224 px; `None` if no prediction is finite.
    pub fn errors_px(&self, placing: Placing) -> Option<&JointErrors> {
        match placing {
            Placing::AsPredicted => self.px.as_ref(),
            Placing::Aligned => self.aligned_px.as_ref(),
        }
    }

    /// The mean over the joints of each frame, px at 224 px.
    pub fn errors_of_frames_px(&self, placing: Placing) -> &[Option<f32>] {
        match placing {
            Placing::AsPredicted => &self.frames_px,
            Placing::Aligned => &self.frames_aligned_px,
        }
    }
}

/// Measures predictions.
///
/// ```
/// use eval::hand::{HandPair, JointPlace, measure_pose};
/// let at = |x: f32| JointPlace { px: [x, 0.0], mm: Some([x, 0.0, 900.0]) };
/// let pair = HandPair { width_px: 224, truth: vec![at(1.0), at(9.0)], predicted: vec![at(5.0), at(9.0)] };
/// let px = measure_pose(&[pair])?.px.unwrap();
/// assert_eq!((px.joints.mean, px.curve.at(3.0)), (2.0, Some((0.5, 0.0))));
/// # Ok::<(), eval::Error>(())
/// ```
///
/// # Errors
/// If there is no joint, images have different numbers of them, or a true place is not finite.
pub fn measure_pose(pairs: &[HandPair]) -> Result<HandReport, Error> {
    let joints = pairs.first().map_or(0, |pair| pair.truth.len());
    if joints == 0 {
        return Err(Error::TooFew { what: "a hand report (joints)", needed: 1, got: 0 });
    }
    for (position, pair) in pairs.iter().enumerate() {
        for got in [pair.truth.len(), pair.predicted.len()] {
            if got != joints {
                let what = "joints of one hand";
                return Err(Error::NotComparable { what, left: joints, right: got });
            }
        }
        let finite = |joint: &JointPlace| {
            joint.px.iter().chain(joint.mm.iter().flatten()).all(|c| c.is_finite())
        };
        if !pair.truth.iter().all(finite) {
            return Err(Error::JointNotFinite { position });
        }
    }
    let px = distances(pairs, joints, &|pair, i| {
        let scale = REFERENCE_WIDTH_PX / pair.width_px as f64;
        Some(scale * distance(pair.predicted[i].px, pair.truth[i].px))
    });
    let alignment = Alignment::of(pairs);
    let aligned = distances(pairs, joints, &|pair, i| {
        let moved = alignment?.moved(pair, pair.predicted[i].px);
        Some(REFERENCE_WIDTH_PX / pair.width_px as f64 * distance(moved, pair.truth[i].px))
    });
    let known = |place: &[JointPlace]| place.iter().all(|joint| joint.mm.is_some());
    let in_space = pairs.iter().all(|pair| known(&pair.truth) && known(&pair.predicted));
    let mm = in_space.then(|| {
        distances(pairs, joints, &|pair, i| {
            Some(distance(pair.predicted[i].mm?, pair.truth[i].mm?))
        })
    });
    let means = mean_places(pairs, joints);
    let mean = distances(pairs, joints, &|pair, i| {
        let truth =
            pair.truth[i].px.map(|c| f64::from(c) * REFERENCE_WIDTH_PX / pair.width_px as f64);
        Some((means[i][0] - truth[0]).hypot(means[i][1] - truth[1]))
    });
    let predict_mean_px = errors(&mean, joints, &LIMITS_PX);
    let few = Error::TooFew { what: "a hand report (images)", needed: 1, got: 0 };
    Ok(HandReport {
        frames: pairs.len(),
        joints,
        n_not_finite: px.iter().flatten().filter(|d| d.is_none()).count(),
        px: errors(&px, joints, &LIMITS_PX),
        mm: mm.and_then(|mm| errors(&mm, joints, &LIMITS_MM)),
        predict_mean_px: predict_mean_px.ok_or(few)?,
        frames_px: px.iter().map(frame_mean).collect(),
        alignment,
        aligned_px: errors(&aligned, joints, &LIMITS_PX),
        frames_aligned_px: aligned.iter().map(frame_mean).collect(),
    })
}

fn distance<const N: usize>(a: [f32; N], b: [f32; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(b)).powi(2)).sum::<f64>().sqrt()
}

/// Frame by frame, joint by joint; `None` where it is not finite.
type Distances = Vec<Vec<Option<f64>>>;

fn distances(
    pairs: &[HandPair],
    joints: usize,
    of: &dyn Fn(&HandPair, usize) -> Option<f64>,
) -> Distances {
    let frame = |pair| (0..joints).map(|i| of(pair, i).filter(|d| d.is_finite())).collect();
    pairs.iter().map(frame).collect()
}

/// The mean of each joint's true places, px at the reference.
fn mean_places(pairs: &[HandPair], joints: usize) -> Vec<[f64; 2]> {
    let along = |i: usize, axis: usize| {
        let at = |pair: &HandPair| {
            f64::from(pair.truth[i].px[axis]) * REFERENCE_WIDTH_PX / pair.width_px as f64
        };
        pairs.iter().map(at).sum::<f64>() / pairs.len() as f64
    };
    (0..joints).map(|i| [along(i, 0), along(i, 1)]).collect()
}

/// Of a frame all of whose joints are known.
fn frame_mean(distances: impl AsRef<[Option<f64>]>) -> Option<f32> {
    let all: Vec<f64> = distances.as_ref().iter().copied().collect::<Option<_>>()?;
    stats::mean(&all).map(|mean| mean as f32)
}

fn errors(distances: &Distances, joints: usize, limits: &[f64]) -> Option<JointErrors> {
    let finite = |frame: &Vec<Option<f64>>| frame.iter().flatten().copied().collect::<Vec<f64>>();
    let all: Vec<f64> = distances.iter().flat_map(finite).collect();
    let by_frame: Vec<f64> = distances.iter().filter_map(|f| stats::mean(&finite(f))).collect();
    let of_joint = |i: usize| distances.iter().filter_map(|frame| frame[i]).collect::<Vec<f64>>();
    let within = |d: &Option<f64>, limit: f64| d.is_some_and(|d| d <= limit);
    let share = |count: usize, of: usize| count as f64 / of as f64;
    let joint_share = |&limit: &f64| {
        let near = distances.iter().flatten().filter(|d| within(d, limit)).count();
        share(near, distances.len() * joints)
    };
    let frame_share = |&limit: &f64| {
        let near = distances.iter().filter(|frame| frame.iter().all(|d| within(d, limit))).count();
        share(near, distances.len())
    };
    Some(JointErrors {
        joints: Summary::of(&all)?,
        mean_interval: stats::bootstrap_mean(&by_frame, CONFIDENCE, BOOTSTRAP_SEED)?,
        by_joint: (0..joints).map(|i| stats::mean(&of_joint(i))).collect(),
        curve: Curve {
            limits: limits.to_vec(),
            joints: limits.iter().map(joint_share).collect(),
            frames: limits.iter().map(frame_share).collect(),
        },
    })
}

impl HandReport {
    /// A table with a row for the predictions and one for the reference.
    pub fn summary(&self) -> String {
        let mut text = format!(
            "Joints of {} hands, {} each, distance to the true place\n\n\
             | by | mean | median | joints within | frames within |\n\
             | --- | ---: | ---: | ---: | ---: |\n",
            self.frames, self.joints
        );
        text += &row("estimator", "px", 5.0, self.px.as_ref());
        text += &row("estimator, aligned", "px", 5.0, self.aligned_px.as_ref());
        text += &row("estimator", "mm", 20.0, self.mm.as_ref());
        text += &row("mean place of each joint", "px", 5.0, Some(&self.predict_mean_px));
        if let Some(Alignment { scale, shift_px: [dx, dy] }) = self.alignment {
            text += &format!("\nAligned: times {scale:.3}, and {dx:+.1}, {dy:+.1} px.\n");
        }
        if self.n_not_finite > 0 {
            text += &format!("\nNot finite: {}.\n", self.n_not_finite);
        }
        text
    }
}

fn row(name: &str, unit: &str, limit: f64, errors: Option<&JointErrors>) -> String {
    let Some(errors) = errors else { return String::new() };
    let Some((joints, frames)) = errors.curve.at(limit) else { return String::new() };
    format!(
        "| {name} | {:.2} {unit} | {:.2} {unit} | {:.1} % in {limit} {unit} | {:.1} % in {limit} \
         {unit} |\n",
        errors.joints.mean,
        errors.joints.median,
        100.0 * joints,
        100.0 * frames
    )
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
