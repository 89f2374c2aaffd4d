//! Label drift of hands: what refinement did to the outline and to the depth at the joints.
//!
//! A refined image keeps the label of its render. Its outline must not move; the surface over a
//! visible joint must stay where it was, and the joint must still lie behind it by its radius.

use super::REFERENCE_WIDTH_PX;
use super::report::{HandDriftReport, HandPairRecord};
use super::silhouette::{Silhouette, SilhouetteChange};
use crate::{Error, pairs};
use serde::{Deserialize, Serialize};
use simulator::sample::{
    BoxError, Frame, Hand, HandLabel, Joint, JointVisibility, Sample, SampleId,
};

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
    let report = HandDriftReport::of(records, tolerance);
    if report.silhouette.is_none() && report.joints.is_none() {
        let what = "a hand drift report (pairs with an outline, or with visible joints)";
        return Err(Error::TooFew { what, needed: 1, got: 0 });
    }
    Ok(report)
}

/// Mean distance of the outlines of a render and its refinement, px of these images; `None` where one
/// of them has none.
///
/// # Errors
/// If the images differ in size.
pub fn contour_px(
    id: SampleId,
    rendered: &Frame<u16>,
    refined: &Frame<u16>,
) -> Result<Option<f64>, Error> {
    if rendered.size() != refined.size() {
        let (rendered, refined) = (rendered.size(), refined.size());
        return Err(Error::MismatchedSizes { id, rendered, refined });
    }
    let change = Silhouette::new(rendered).change(&Silhouette::new(refined));
    Ok(change.map(|change| change.contour_px))
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

#[cfg(test)]
#[path = "drift_tests.rs"]
mod tests;
