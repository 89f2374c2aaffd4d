//! The charts and tables that several pages share.

use super::words::{degrees, percent, pixels};
use anyhow::Result;
use eval::drift::{DriftReport, FeatureReport, YIELD_PX};
use eval::fit::{Feature, FitFailure};
use eval::gaze::GazeReport;
use std::collections::BTreeMap;
use std::f64::consts::LN_2;
use studio::Block;
use studio::chart::{self, Axes, Bar, Series, Values};
use trainer::{Phase, StepReport};

/// The degrees at which tables tell the share of images; the paper's table 2 is at 13.
const SHARES_DEG: [usize; 4] = [5, 7, 10, 13];

/// One gaze estimator: what it is called, and its reports, one a seed.
pub struct Estimator<'a> {
    pub name: &'a str,
    pub reports: Vec<(String, &'a GazeReport)>,
    pub mean_deg: Option<f64>,
}

/// Error curves, bars and the table of estimators that were scored on the same images.
pub fn gaze(estimators: &[Estimator<'_>]) -> Result<Vec<Block>> {
    let errors = |estimator: &Estimator<'_>| {
        let all = estimator.reports.iter().flat_map(|(_, report)| &report.errors_deg);
        Values::new(
            estimator.name,
            all.flatten().map(|&error| f64::from(error)).collect::<Vec<_>>(),
        )
    };
    let curves: Vec<Values> = estimators.iter().map(errors).collect();
    let mut bars: Vec<Bar> = estimators
        .iter()
        .filter_map(|estimator| {
            let seeds = estimator.reports.iter().filter_map(|(_, report)| report.mean_deg);
            Some(Bar::new(estimator.name, estimator.mean_deg?).dots(seeds))
        })
        .collect();
    let first = estimators.iter().flat_map(|estimator| &estimator.reports).next();
    if let Some((_, report)) = first {
        bars.push(Bar::new("predicting the mean gaze", report.predict_mean_gaze_deg));
    }
    let axes = Axes::new("angular error (°)", "share of images within (%)");
    Ok(vec![
        Block::chart(
            chart::bars("mean angular error (°)", &bars)?,
            "Mean error on the test images; a dot is one training. Predicting the mean gaze is what \
             an estimator that learned nothing scores.",
        ),
        Block::chart(
            chart::cdf(&axes, &curves)?,
            "Share of the test images within each error, all trainings together.",
        ),
        gaze_table(estimators),
    ])
}

fn gaze_table(estimators: &[Estimator<'_>]) -> Block {
    let mut header = vec!["trained on".to_owned(), "training".into(), "mean".into()];
    header.extend(["95 % interval".into(), "median".into()]);
    header.extend(SHARES_DEG.map(|deg| format!("within {deg}°")));
    header.extend(["bias pitch".into(), "bias yaw".into(), "free of bias".into()]);
    header.push("not finite".into());
    let mut rows = Vec::new();
    for estimator in estimators {
        for (training, report) in &estimator.reports {
            let interval = report.mean_interval_deg.as_ref();
            let mut row = vec![estimator.name.to_owned(), training.clone()];
            row.push(degrees(report.mean_deg));
            row.push(interval.map_or("–".into(), |i| format!("{:.2} to {:.2}°", i.low, i.high)));
            row.push(degrees(report.median_deg));
            let share = |deg| report.share_within_deg(deg).map_or("–".into(), percent);
            row.extend(SHARES_DEG.map(share));
            row.extend([degrees(report.bias_pitch_deg), degrees(report.bias_yaw_deg)]);
            row.push(degrees(report.error_without_bias_deg));
            row.push(report.n_not_finite.to_string());
            rows.push(row);
        }
    }
    Block::table("Angular error on the test images.", header, rows)
}

/// The drift as a scatter plot and as tables, failures included.
pub fn drift(drift: &DriftReport) -> Result<Vec<Block>> {
    let cloud = |name: &str, feature: Feature| {
        let of_feature = drift.records.iter().filter(|record| record.feature == feature);
        Series::new(name, of_feature.map(|r| (r.dx_px, r.dy_px)).collect::<Vec<_>>())
    };
    let clouds: Vec<Series> = [
        cloud("by registration", Feature::Eyeball),
        cloud("by the pupil", Feature::Pupil),
        cloud("by the iris", Feature::Iris),
    ]
    .into_iter()
    .filter(|cloud| !cloud.points.is_empty())
    .collect();
    let axes = Axes::new("shift to the right (px)", "shift downwards (px)");
    let scatter = chart::scatter(&axes, &clouds, &[(1.1, "the paper's mean, 1.1 px")])?;
    let header = ["by", "measured", "failed", "coverage", "within 0.5 px", "shift", "median"]
        .into_iter()
        .chain(["95th percentile", "bias right, down", "radius ratio", "judge's own error"]);
    let rows = drift.witnesses().into_iter().map(|(name, feature)| drift_row(name, feature));
    let apart = drift.witnesses_apart_px.as_ref().map_or(String::new(), |apart| {
        format!(
            " Registration and ellipses are {} apart where both measure ({} pairs).",
            pixels(apart),
            apart.n
        )
    });
    Ok(vec![
        Block::chart(
            scatter,
            "Place in the refined image minus place in its render, px at 55 px eye width. A pair is \
             judged by registration; without a label by its pupil where that is found in both images, \
             else by its iris.",
        ),
        Block::table(
            format!(
                "Drift, px at 55 px eye width. Within {YIELD_PX} px is the share of all pairs that were \
                 measured and moved no more. The judge's own error is the standard error of a \
                 registration, and of ellipses the distance from the exact label on renders: no drift \
                 can be told apart below it.{apart}"
            ),
            header,
            rows.collect::<Vec<_>>(),
        ),
        failures(drift),
    ])
}

fn drift_row(name: &str, feature: &FeatureReport) -> Vec<String> {
    let mut row = vec![name.to_owned(), feature.measured.to_string(), feature.failed.to_string()];
    row.push(percent(feature.coverage));
    row.push(feature.within_yield.map_or("–".into(), percent));
    match &feature.shift {
        Some(shift) => row.extend([
            pixels(&shift.length_px),
            format!("{:.2} px", shift.length_px.median),
            format!("{:.2} px", shift.length_px.p95),
            format!("{:+.2}, {:+.2} px", shift.bias_px[0], shift.bias_px[1]),
            format!("{:.3}", shift.radius_ratio.mean),
        ]),
        None => row.extend(["–"; 5].map(str::to_owned)),
    }
    row.push(feature.own_error_px().map_or("–".into(), pixels));
    row
}

/// How often a fit failed, and why.
fn failures(drift: &DriftReport) -> Block {
    let mut rows = Vec::new();
    let sides = [
        ("registration", "rendered", &drift.registration.failed_rendered),
        ("registration", "refined", &drift.registration.failed_refined),
        ("pupil", "rendered", &drift.pupil.failed_rendered),
        ("pupil", "refined", &drift.pupil.failed_refined),
        ("iris", "rendered", &drift.iris.failed_rendered),
        ("iris", "refined", &drift.iris.failed_refined),
    ];
    for (feature, image, failed) in sides {
        let failed: &BTreeMap<FitFailure, usize> = failed;
        for (reason, count) in failed {
            let reason = reason.to_string();
            rows.push(vec![feature.to_owned(), image.to_owned(), reason, count.to_string()]);
        }
    }
    Block::table(
        format!("What was not measured, of {} pairs.", drift.pairs),
        ["by", "image", "reason", "images"],
        rows,
    )
}

/// Losses and the discriminator's accuracy over the steps of a training.
pub fn curves(reports: &[StepReport]) -> Result<Vec<Block>> {
    let series = |name: &str, value: fn(&StepReport) -> Option<f32>| {
        let points = reports
            .iter()
            .filter_map(|report| Some((report.step as f64, f64::from(value(report)?))))
            .collect::<Vec<_>>();
        Series::new(name, points)
    };
    let last = reports.last().map_or(0.0, |report| report.step as f64);
    let adversarial = reports.iter().find(|report| report.phase == Phase::Adversarial);
    let first = adversarial.map_or(0.0, |report| report.step as f64);
    let losses = [
        series("refiner, adversarial", |r| r.refiner_adversarial),
        series("discriminator", |r| r.discriminator),
        Series::new("ln 2: can't tell", [(first, LN_2), (last, LN_2)]),
    ];
    let moved = [series("mean |R(x) − x|", |r| r.self_regularization)];
    let accuracy = [
        series("real patches taken for real", |r| r.real_accuracy.map(|share| share * 100.0)),
        series("refined patches taken for refined", |r| {
            r.refined_accuracy.map(|share| share * 100.0)
        }),
    ];
    let step = "step";
    Ok(vec![
        Block::chart(
            chart::lines(&Axes::new(step, "cross-entropy per patch"), &losses)?,
            "Losses of the two networks against each other. They do not tell when to stop; the \
             pictures, the drift and the measures on held-out images do.",
        ),
        Block::chart(
            chart::lines(&Axes::new(step, "mean change of a pixel (black −1, white 1)"), &moved)?,
            "How much the refiner changes an image: the self-regularisation loss.",
        ),
        Block::chart(
            chart::lines(&Axes::new(step, "accuracy (%)").y_range(0.0, 100.0), &accuracy)?,
            "How often the discriminator is right, patch by patch; half of the refined images come \
             from the history.",
        ),
    ])
}
