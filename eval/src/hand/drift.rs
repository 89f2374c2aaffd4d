//! Label drift of hands: what refinement did to the outline and to the depth at the joints.
//!
//! A refined image keeps the label of its render. Its outline must not move; the surface over a
//! visible joint must stay where it was, and the joint must still lie behind it by its radius.

use super::REFERENCE_WIDTH_PX;
use super::silhouette::{Silhouette, SilhouetteChange};
use crate::drift::mean_vector;
use crate::gaze::CONFIDENCE;
use crate::stats::{self, Interval, Summary};
use crate::{Error, pairs};
use serde::{Deserialize, Serialize};
use simulator::sample::{
    BoxError, Frame, Hand, HandLabel, Joint, JointVisibility, Sample, SampleId,
};

/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x6861_6e64;

/// A render and its refinement.
type Pair = (Sample<Hand>, Sample<Hand>);

/// How drift is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandDriftOptions {
    /// A joint lies behind the surface by about its radius if it does to this, mm. Ours: the noise
    /// of a Kinect at 1 m is 2 mm.
    pub radius_tolerance_mm: f64,
}

impl Default for HandDriftOptions {
    fn default() -> Self {
        Self { radius_tolerance_mm: 6.0 }
    }
}

/// What one pair says. Lengths in px are those of an image 224 px wide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandPairRecord {
    /// The pair.
    pub id: SampleId,
    /// Of the outline; `None` where an image has none.
    pub silhouette: Option<SilhouetteChange>,
    /// Refined minus rendered depth at each visible joint that both images show, mm.
    pub depth_changes_mm: Vec<f32>,
    /// Visible joints at which the refined image shows nothing any more.
    pub lost: usize,
    /// Visible joints whose radius is known.
    pub with_radius: usize,
    /// Of those, joints that lie behind the surface by about their radius, in the render.
    pub behind_rendered: usize,
    /// The same in the refined image.
    pub behind_refined: usize,
}

/// Outlines over many pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SilhouetteReport {
    /// Pairs measured.
    pub measured: usize,
    /// Length of the shift, px at 224 px.
    pub shift_px: Summary,
    /// 95 % bootstrap interval of its mean, px at 224 px.
    pub mean_interval_px: Interval,
    /// Mean shift [right, down], px at 224 px.
    pub bias_px: [f64; 2],
    /// Mean distance of the contours, px at 224 px.
    pub contour_px: Summary,
    /// Pixels inside, refined over rendered.
    pub area_ratio: Summary,
}

/// Depth at visible joints, over many pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointDepthReport {
    /// Visible joints measured in both images.
    pub measured: usize,
    /// Share of the visible joints at which the refined image shows nothing any more.
    pub lost: f64,
    /// Size of the change, mm.
    pub change_mm: Summary,
    /// Mean of refined minus rendered depth, mm.
    pub bias_mm: f64,
}

/// Shares of the visible joints, 0 to 1, that lie behind the surface by about their radius. What the
/// render's share lacks to 1 is the judge's own error and the sensor's noise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BehindReport {
    /// Visible joints with a known radius.
    pub joints: usize,
    /// "About", mm.
    pub tolerance_mm: f64,
    /// In the renders.
    pub rendered: f64,
    /// In the refined images.
    pub refined: f64,
}

/// The drift of a data set of hands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandDriftReport {
    /// Pairs seen.
    pub pairs: usize,
    /// Outlines; `None` where no pair has one in both images.
    pub silhouette: Option<SilhouetteReport>,
    /// Depth at joints; `None` where no joint is known to be visible.
    pub joints: Option<JointDepthReport>,
    /// Joints behind the surface; `None` where no radius is known.
    pub behind: Option<BehindReport>,
    /// The pairs, in the order given.
    pub records: Vec<HandPairRecord>,
}

/// Measures the drift of pairs as they come, on all cores. The labels are the renders'.
///
/// # Errors
/// If a pair has two ids or two sizes, there is no pair, or nothing of any can be measured.
pub fn measure_drift(
    pairs: impl IntoIterator<Item = Pair>,
    options: &HandDriftOptions,
) -> Result<HandDriftReport, Error> {
    measure_drift_stream(pairs.into_iter().map(Ok), options)
}

/// As [`measure_drift`], of a stream that may fail.
///
/// # Errors
/// As [`measure_drift`]; and if the stream fails, with its failure as the source.
pub fn measure_drift_stream(
    pairs: impl IntoIterator<Item = Result<Pair, BoxError>>,
    options: &HandDriftOptions,
) -> Result<HandDriftReport, Error> {
    let tolerance = options.radius_tolerance_mm;
    if !(tolerance > 0.0 && tolerance.is_finite()) {
        let (field, value) = ("radius_tolerance_mm", tolerance.to_string());
        return Err(Error::Option { field, value, must_be: "more than 0" });
    }
    let records = pairs::measured(pairs, |rendered, refined| record(rendered, refined, tolerance))?;
    let report = summarize(records, tolerance);
    if report.silhouette.is_none() && report.joints.is_none() {
        let what = "a hand drift report (pairs with an outline, or with visible joints)";
        return Err(Error::TooFew { what, needed: 1, got: 0 });
    }
    Ok(report)
}

fn record(rendered: &Sample<Hand>, refined: &Sample<Hand>, tolerance_mm: f64) -> HandPairRecord {
    let scale = REFERENCE_WIDTH_PX / rendered.frame.width() as f64;
    let [before, after] = [rendered, refined].map(|sample| Silhouette::new(&sample.frame));
    let silhouette = before.change(&after).map(|change| SilhouetteChange {
        dx_px: change.dx_px * scale,
        dy_px: change.dy_px * scale,
        contour_px: change.contour_px * scale,
        area_ratio: change.area_ratio,
    });
    let mut record = HandPairRecord {
        id: rendered.id,
        silhouette,
        depth_changes_mm: Vec::new(),
        lost: 0,
        with_radius: 0,
        behind_rendered: 0,
        behind_refined: 0,
    };
    for (joint, radius_mm) in visible(&rendered.label) {
        let Some((surface, other)) = at_joint(&rendered.label, &joint, rendered, refined) else {
            continue;
        };
        match other {
            0 => record.lost += 1,
            other => record.depth_changes_mm.push(f32::from(other) - f32::from(surface)),
        }
        let Some(radius_mm) = radius_mm else { continue };
        let behind = |surface: u16| {
            let depth_mm = f64::from(joint.place_mm[2]) - f64::from(surface);
            surface > 0 && (depth_mm - f64::from(radius_mm)).abs() <= tolerance_mm
        };
        record.with_radius += 1;
        record.behind_rendered += usize::from(behind(surface));
        record.behind_refined += usize::from(behind(other));
    }
    record
}

/// The common joints that are seen, with their radii where the label has them; else NYU's.
fn visible(label: &HandLabel) -> Vec<(Joint, Option<f32>)> {
    let radii = label.shape.as_ref().map(|shape| shape.radii_mm);
    let common = label.joints_common.iter().flatten().enumerate();
    let mut joints: Vec<_> = common.map(|(i, joint)| (*joint, radii.map(|r| r[i]))).collect();
    if joints.is_empty() {
        joints.extend(label.joints_nyu.iter().flatten().map(|joint| (*joint, None)));
    }
    joints.retain(|(joint, _)| joint.visibility == Some(JointVisibility::Visible));
    joints
}

/// Depths of both surfaces at a joint's pixel, mm; `None` where the render shows none there.
fn at_joint(
    label: &HandLabel,
    joint: &Joint,
    rendered: &Sample<Hand>,
    refined: &Sample<Hand>,
) -> Option<(u16, u16)> {
    let [u, v, _] = joint.uvd(label.camera.as_ref()?);
    if !rendered.frame.contains([u, v]) {
        return None;
    }
    let last = |side: usize| side as f32 - 1.0;
    let at = |frame: &Frame<u16>| {
        let (x, y) = (u.round().clamp(0.0, last(frame.width())), v.round());
        frame.get(x as usize, y.clamp(0.0, last(frame.height())) as usize)
    };
    let surface = at(&rendered.frame);
    (surface > 0).then(|| (surface, at(&refined.frame)))
}

fn summarize(records: Vec<HandPairRecord>, tolerance_mm: f64) -> HandDriftReport {
    let sum = |of: &dyn Fn(&HandPairRecord) -> usize| records.iter().map(of).sum::<usize>();
    let joints = sum(&|r| r.with_radius);
    let share = |of: &dyn Fn(&HandPairRecord) -> usize| sum(of) as f64 / joints as f64;
    HandDriftReport {
        pairs: records.len(),
        silhouette: silhouettes(&records),
        joints: depths(&records, sum(&|r| r.lost)),
        behind: (joints > 0).then(|| BehindReport {
            joints,
            tolerance_mm,
            rendered: share(&|r| r.behind_rendered),
            refined: share(&|r| r.behind_refined),
        }),
        records,
    }
}

fn silhouettes(records: &[HandPairRecord]) -> Option<SilhouetteReport> {
    let changes: Vec<SilhouetteChange> = records.iter().filter_map(|r| r.silhouette).collect();
    let of =
        |value: &dyn Fn(&SilhouetteChange) -> f64| changes.iter().map(value).collect::<Vec<_>>();
    let shifts = of(&SilhouetteChange::shift_px);
    let vectors: Vec<[f64; 2]> = changes.iter().map(|c| [c.dx_px, c.dy_px]).collect();
    Some(SilhouetteReport {
        measured: changes.len(),
        shift_px: Summary::of(&shifts)?,
        mean_interval_px: stats::bootstrap_mean(&shifts, CONFIDENCE, BOOTSTRAP_SEED)?,
        bias_px: mean_vector(&vectors)?,
        contour_px: Summary::of(&of(&|c| c.contour_px))?,
        area_ratio: Summary::of(&of(&|c| c.area_ratio))?,
    })
}

fn depths(records: &[HandPairRecord], lost: usize) -> Option<JointDepthReport> {
    let changes: Vec<f64> =
        records.iter().flat_map(|r| r.depth_changes_mm.iter().map(|&mm| f64::from(mm))).collect();
    let sizes: Vec<f64> = changes.iter().map(|mm| mm.abs()).collect();
    Some(JointDepthReport {
        measured: changes.len(),
        lost: lost as f64 / (changes.len() + lost) as f64,
        change_mm: Summary::of(&sizes)?,
        bias_mm: stats::mean(&changes)?,
    })
}

impl HandDriftReport {
    /// In sentences.
    pub fn summary(&self) -> String {
        let mut text = format!("Label drift of {} hands, px at 224 px.\n", self.pairs);
        if let Some(s) = &self.silhouette {
            text += &format!(
                "Outline: moved by {:.2} px (95 % of them by at most {:.2}), contour {:.2} px away, \
                 {:.1} % of its area left.\n",
                s.shift_px.mean,
                s.shift_px.p95,
                s.contour_px.mean,
                100.0 * s.area_ratio.mean
            );
        }
        if let Some(j) = &self.joints {
            text += &format!(
                "Depth at {} visible joints: changed by {:.1} mm (bias {:+.1}), {:.1} % lost.\n",
                j.measured,
                j.change_mm.mean,
                j.bias_mm,
                100.0 * j.lost
            );
        }
        if let Some(b) = &self.behind {
            text += &format!(
                "Behind the surface by their radius, to {} mm: {:.1} % of the visible joints, in the \
                 renders {:.1} %.\n",
                b.tolerance_mm,
                100.0 * b.refined,
                100.0 * b.rendered
            );
        }
        text
    }
}

#[cfg(test)]
#[path = "drift_tests.rs"]
mod tests;
