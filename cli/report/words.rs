//! Numbers in words, with their units.

use super::{Drift, Findings, GazeFindings, ladder};
use eval::comparison::GazeSeeds;
use eval::drift::FeatureReport;
use eval::hand::{HandSeeds, Placing};
use eval::stats::Summary;
use trainer::Measured;

/// "7.43°", or a dash where there is no value.
pub fn degrees(value: Option<f64>) -> String {
    value.map_or("–".into(), |value| format!("{value:.2}°"))
}

/// "64.9 %".
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// "7.43° ± 0.12": mean and spread over seeds.
pub fn mean_of_seeds(seeds: &GazeSeeds) -> String {
    seeds.mean_deg().map_or("–".into(), |summary| match summary.sd {
        Some(sd) => format!("{:.2}° ± {sd:.2}", summary.mean),
        None => format!("{:.2}°", summary.mean),
    })
}

/// "12.43 ± 0.12 px": mean and spread over seeds.
pub fn joint_pixels(seeds: &HandSeeds, placing: Placing) -> String {
    seeds.mean_px(placing).map_or("–".into(), |summary| pixels(&summary))
}

/// "1.10 ± 0.80 px": mean and spread over pairs.
pub fn pixels(summary: &Summary) -> String {
    match summary.sd {
        Some(sd) => format!("{:.2} ± {sd:.2} px", summary.mean),
        None => format!("{:.2} px", summary.mean),
    }
}

/// A feature's drift, or that there is none to report.
pub fn shift(feature: &FeatureReport) -> String {
    feature.shift.as_ref().map_or("not measured".into(), |shift| pixels(&shift.length_px))
}

/// A value with so many decimals, or a dash where there is none.
pub fn number(value: Option<f32>, decimals: usize) -> String {
    value.map_or("–".into(), |value| format!("{value:.decimals$}"))
}

/// A share in percent, or a dash where there is none.
pub fn share(value: Option<f32>) -> String {
    value.map_or("–".into(), |value| percent(f64::from(value)))
}

/// One line on a measurement while training.
pub fn measured_line(measured: &Measured) -> String {
    let verdict = &measured.verdict;
    format!(
        "two-sample accuracy {} | kernel distance {} | spectrum {} dB | drift {} px, {} of the labels kept",
        share(verdict.two_sample_accuracy),
        number(verdict.kernel_distance, 3),
        number(verdict.spectrum_distance_db, 1),
        number(verdict.drift_px, 2),
        share(verdict.drift_coverage),
    )
}

/// A gaze training for the terminal.
pub fn gaze_summary(findings: &GazeFindings) -> String {
    let summary = format!(
        "gaze error on {} images\n  network   {}\n  kNN       {}\n  the mean  {}",
        findings.knn.n,
        mean_of_seeds(&findings.network),
        degrees(findings.knn.mean_deg),
        degrees(Some(findings.knn.predict_mean_gaze_deg)),
    );
    let network_deg = findings.network.mean_deg().map(|summary| summary.mean);
    let knn = &findings.knn;
    match beaten(network_deg, knn.mean_deg, knn.predict_mean_gaze_deg) {
        Some(words) => format!("{summary}\n{words}"),
        None => summary,
    }
}

/// What to think of a network that something simple beats, and what to try; nothing of a better one. All
/// errors in degrees.
pub fn beaten(network: Option<f64>, knn: Option<f64>, mean_gaze: f64) -> Option<&'static str> {
    let network = network?;
    if network >= mean_gaze {
        return Some(
            "Always saying the mean gaze errs less than the network does: what it has learned does not hold \
             on these images. Look at both sets by `simreal inspect`: are they of one size, one contrast \
             (ingest --equalize) and one side (ingest --mirror), and is gaze of the image as it lies there?",
        );
    }
    (network >= knn?).then_some(
        "Nearest neighbours err less than the network does: it has learned too little from these images; \
         train it longer (epochs in a --config), on more images, or by --preset strong.",
    )
}

/// A whole run for the terminal.
pub fn journey_summary(findings: &Findings) -> String {
    let gaze = &findings.gaze;
    let side = if findings.simulated_real { "simulated-real" } else { "real" };
    format!(
        "\ngaze error on {test} {side} images, mean over {seeds} seed(s)\n  \
         trained on rendered  {rendered}\n  \
         trained on refined   {refined}\n  \
         difference           {difference:+.2}° (95 % interval {low:+.2} to {high:+.2})\n  \
         kNN on rendered      {knn_rendered}, on refined {knn_refined}\n  \
         predicting the mean  {mean}\n\n{ladder}\n{drift}\n",
        test = findings.test,
        seeds = gaze.rendered.seeds.len(),
        rendered = mean_of_seeds(&gaze.rendered),
        refined = mean_of_seeds(&gaze.refined),
        difference = gaze.difference_deg,
        low = gaze.difference_interval_deg.low,
        high = gaze.difference_interval_deg.high,
        knn_rendered = degrees(findings.knn_rendered.mean_deg),
        knn_refined = degrees(findings.knn_refined.mean_deg),
        mean = degrees(Some(findings.knn_rendered.predict_mean_gaze_deg)),
        ladder = ladder::summary(&findings.ladder),
        drift = Drift::summary(&findings.drift),
    )
}

#[cfg(test)]
mod tests {
    use super::beaten;

    #[test]
    fn a_network_that_something_simple_beats_is_told_in_words() {
        assert_eq!(beaten(Some(5.0), Some(6.0), 8.0), None);
        assert!(beaten(Some(6.5), Some(6.0), 8.0).is_some_and(|words| words.contains("Nearest")));
        assert!(beaten(Some(8.5), Some(6.0), 8.0).is_some_and(|words| words.contains("mean gaze")));
        assert!(beaten(Some(8.5), None, 8.0).is_some_and(|words| words.contains("mean gaze")));
        assert_eq!(beaten(None, Some(6.0), 8.0), None);
    }
}
