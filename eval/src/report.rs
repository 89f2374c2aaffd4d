//! Reports as Markdown tables. Every number in them is computed elsewhere in this crate.

use crate::comparison::{Comparison, GazeSeeds};
use crate::drift::{DriftReport, FeatureReport, YIELD_PX};
use crate::gaze::GazeReport;
use crate::stats::{Interval, Summary};
use std::collections::BTreeMap;
use std::fmt::Display;

impl DriftReport {
    /// A table with a row for each witness and for all combined, and the refusals below it.
    pub fn summary(&self) -> String {
        let mut text = format!(
            "Label drift of {} pairs, px at an image width of 55 px\n\n\
             | by | measured | mean ± sd | 95 % interval | median | p95 | max | bias right, down | radius ratio | judge's error on renders | yield |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
            self.pairs
        );
        let rows = self.witnesses();
        for &(name, report) in &rows {
            text += &drift_row(name, report);
        }
        text += &format!(
            "\nOf the combined pairs {} were decided by registration and {} by the pupil. The yield is \
             the share of all pairs that moved by at most {YIELD_PX} px.\n",
            self.by_registration, self.by_pupil
        );
        if let Some(apart) = &self.witnesses_apart_px {
            text += &format!(
                "Registration and ellipses are {} px apart on {} pairs (median {}).\n",
                px(apart.mean),
                apart.n,
                px(apart.median)
            );
        }
        for (name, report) in rows {
            for (image, reasons) in
                [("rendered", &report.failed_rendered), ("refined", &report.failed_refined)]
            {
                if !reasons.is_empty() {
                    text += &format!("Not measured, {name}, {image}: {}.\n", listed(reasons));
                }
            }
        }
        text
    }
}

fn drift_row(name: &str, report: &FeatureReport) -> String {
    let measured = format!("{} ({})", report.measured, percent(report.coverage));
    let label = report.own_error_px().map_or("-".into(), |error| px(error.mean));
    let within = report.within_yield.map_or("-".into(), percent);
    let Some(shift) = &report.shift else {
        return format!(
            "| {name} | {measured} | - | - | - | - | - | - | - | {label} | {within} |\n"
        );
    };
    let length = &shift.length_px;
    format!(
        "| {name} | {measured} | {} | {} | {} | {} | {} | {:+.3}, {:+.3} | {:.3} | {label} | {within} |\n",
        mean_sd(length, px),
        interval(&shift.mean_interval_px, px),
        px(length.median),
        px(length.p95),
        px(length.max),
        shift.bias_px[0],
        shift.bias_px[1],
        shift.radius_ratio.mean,
    )
}

impl DriftReport {
    /// What each witness says, by name, and all combined; one that saw no pair is left out.
    pub fn witnesses(&self) -> Vec<(&'static str, &FeatureReport)> {
        [
            ("registration", &self.registration),
            ("pupil", &self.pupil),
            ("iris", &self.iris),
            ("combined", &self.combined),
        ]
        .into_iter()
        .filter(|(_, report)| report.measured + report.failed > 0)
        .collect()
    }
}

impl GazeReport {
    /// A table with one row.
    pub fn summary(&self) -> String {
        gaze_table(&[("all", self)])
    }
}

/// A table of gaze errors with a row for each named report.
pub fn gaze_table(reports: &[(&str, &GazeReport)]) -> String {
    let mut text = String::from(
        "| | images | mean | 95 % interval | median | sd | within 5° | within 10° | within 15° | bias pitch, yaw | mean-gaze reference | not finite |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for (name, report) in reports {
        let within = |d| report.share_within_deg(d).map_or("-".into(), percent);
        text += &format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {}, {} | {} | {} |\n",
            report.n,
            or_dash(report.mean_deg, degrees),
            report.mean_interval_deg.map_or("-".into(), |i| interval(&i, degrees)),
            or_dash(report.median_deg, degrees),
            or_dash(report.sd_deg, degrees),
            within(5),
            within(10),
            within(15),
            or_dash(report.bias_pitch_deg, degrees),
            or_dash(report.bias_yaw_deg, degrees),
            degrees(report.predict_mean_gaze_deg),
            report.n_not_finite,
        );
    }
    text
}

impl Comparison {
    /// A table with a row for each training set, and a sentence with the difference.
    pub fn summary(&self) -> String {
        let mut text = String::from(
            "| trained on | seeds | mean error ± sd over seeds | least | greatest | within 7° | within 13° |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        );
        for (name, seeds) in [("rendered", &self.rendered), ("refined", &self.refined)] {
            text += &seeds_row(name, seeds);
        }
        text += &format!(
            "\nRefined minus rendered: {:+.2}° (95 % interval over {} images {}), {:+.1} %.\n",
            self.difference_deg,
            self.images,
            interval(&self.difference_interval_deg, |v| format!("{v:+.2}°")),
            100.0 * self.relative_difference,
        );
        text
    }
}

fn seeds_row(name: &str, seeds: &GazeSeeds) -> String {
    let shares = seeds.share_within();
    let within = |d: usize| shares.get(d - 1).map_or("-".into(), |&s| percent(s));
    let errors = seeds.mean_deg();
    let error = |f: fn(&Summary) -> f64| or_dash(errors.as_ref().map(f), degrees);
    format!(
        "| {name} | {} | {} | {} | {} | {} | {} |\n",
        seeds.seeds.len(),
        errors.as_ref().map_or("-".into(), |s| mean_sd(s, degrees)),
        error(|s| s.min),
        error(|s| s.max),
        within(7),
        within(13),
    )
}

fn px(value: f64) -> String {
    format!("{value:.3}")
}

fn degrees(value: f64) -> String {
    format!("{value:.2}°")
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn or_dash(value: Option<f64>, format: fn(f64) -> String) -> String {
    value.map_or("-".into(), format)
}

fn mean_sd(summary: &Summary, format: fn(f64) -> String) -> String {
    match summary.sd {
        Some(sd) => format!("{} ± {}", format(summary.mean), format(sd)),
        None => format(summary.mean),
    }
}

fn interval(interval: &Interval, format: fn(f64) -> String) -> String {
    format!("{} to {}", format(interval.low), format(interval.high))
}

fn listed<K: Display>(counts: &BTreeMap<K, usize>) -> String {
    let parts: Vec<String> = counts.iter().map(|(k, n)| format!("{k} {n}")).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::comparison::{GazeSeeds, compare};
    use crate::gaze;
    use simulator::sample::Gaze;

    fn report(errors_deg: [f32; 2]) -> gaze::GazeReport {
        let pair = |e| (Gaze::from_degrees(0.0, 0.0), Gaze::from_degrees(e, 0.0));
        gaze::measure(&errors_deg.map(pair)).unwrap()
    }

    #[test]
    fn a_gaze_table_has_a_row_for_each_report_and_a_cell_for_each_column() {
        let (a, b) = (report([2.0, 4.0]), report([f32::NAN, f32::NAN]));
        let table = super::gaze_table(&[("network", &a), ("broken", &b)]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|l| l.matches('|').count() == lines[0].matches('|').count()));
        assert!(lines[2].starts_with("| network | 2 | 3.00° |"), "{}", lines[2]);
        assert!(lines[3].starts_with("| broken | 2 | - |"), "{}", lines[3]);
    }

    #[test]
    fn a_comparison_says_by_how_much() {
        let rendered = GazeSeeds::new(vec![1], vec![report([10.0, 10.0])]).unwrap();
        let refined = GazeSeeds::new(vec![1], vec![report([8.0, 8.0])]).unwrap();
        let summary = compare(rendered, refined).unwrap().summary();
        assert!(summary.contains("| refined | 1 | 8.00° |"), "{summary}");
        assert!(summary.contains("-2.00° (95 % interval over 2 images -2.00° to -2.00°), -20.0 %"));
    }
}
