//! What is said of the drift of hands.

use super::silhouette::SilhouetteChange;
use crate::drift::mean_vector;
use crate::gaze::CONFIDENCE;
use crate::stats::{self, Interval, Summary};
use serde::{Deserialize, Serialize};
use simulator::sample::SampleId;

/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x6861_6e64;

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
/// render's share lacks to 1 is measurement error and the sensor's noise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BehindReport {
    /// Visible joints with a known radius.
    pub joints: usize,
    /// Tolerance of "about", mm.
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

impl HandDriftReport {
    /// Over all pairs.
    pub(super) fn of(records: Vec<HandPairRecord>, tolerance_mm: f64) -> Self {
        let sum = |of: &dyn Fn(&HandPairRecord) -> usize| records.iter().map(of).sum::<usize>();
        let joints = sum(&|r| r.with_radius);
        let share = |of: &dyn Fn(&HandPairRecord) -> usize| sum(of) as f64 / joints as f64;
        Self {
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

    /// Of the labels that fit the renders, the share that still fit the refined images, 0 to 1: of the
    /// visible joints that lay behind the surface by their radius, those that still do; where no radius
    /// is known, of the visible joints those at which something is left; where no joint is, of the pairs
    /// those with an outline in both.
    ///
    /// Outlines alone tell nothing of a refiner that keeps the background: it can push a whole hand away
    /// by centimetres.
    pub fn coverage_of_measurable(&self) -> f64 {
        match (&self.behind, &self.joints) {
            (Some(behind), _) if behind.rendered > 0.0 => behind.refined / behind.rendered,
            (_, Some(joints)) => 1.0 - joints.lost,
            _ => {
                let measured = self.silhouette.as_ref().map_or(0, |outlines| outlines.measured);
                measured as f64 / self.pairs as f64
            }
        }
    }

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
