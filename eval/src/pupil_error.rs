//! Pupil error: how far, in px, the predicted pupil centre stands from the true one.

use crate::Error;
use crate::stats::{self, Interval, Summary};
use serde::{Deserialize, Serialize};

/// Level of the interval in a report.
pub const CONFIDENCE: f64 = 0.95;
/// Seed of the bootstrap: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x7075_7069;
/// Shares of the image's width at which the share of images is reported.
pub const WITHIN: [f64; 4] = [0.02, 0.05, 0.1, 0.2];

/// One image: its size, where its pupil is, and where it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PupilPair {
    /// Width and height, px.
    pub size: (usize, usize),
    /// The true centre (x, y), px, pixel (0, 0) having its centre at (0, 0).
    pub truth_px: [f32; 2],
    /// The predicted centre, likewise.
    pub predicted_px: [f32; 2],
}

/// Distances between predicted and true centres over a set of images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distances {
    /// In px of each image.
    pub px: Summary,
    /// As a share of each image's width.
    pub of_width: Summary,
}

/// The error of a pupil localiser.
///
/// All statistics are over the finite predictions; the others are counted in `n_not_finite`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PupilReport {
    /// Images measured, non-finite predictions included.
    pub n: usize,
    /// Predictions with a NaN or an infinity.
    pub n_not_finite: usize,
    /// Distances. `None` if no prediction is finite.
    pub distances: Option<Distances>,
    /// 95 % bootstrap interval of the mean distance over images, px.
    pub mean_interval_px: Option<Interval>,
    /// Share of images (0 to 1; of all `n`) whose distance is within each of [`WITHIN`].
    pub share_within: Vec<f64>,
    /// Mean of predicted minus true place, px: positive is too far right, too far down.
    pub bias_px: Option<[f64; 2]>,
    /// What always answering the middle of the image gives.
    pub predict_middle: Distances,
    /// What always answering the mean place of *these* pupils, as shares of width and height, gives:
    /// a localiser that is no better has learnt nothing about the eye.
    pub predict_mean: Distances,
    /// The distance in each image in the order given, px; `None` where the prediction is not finite.
    pub errors_px: Vec<Option<f32>>,
}

/// Measures predictions.
///
/// ```
/// use eval::pupil_error::{PupilPair, measure};
/// let pair = PupilPair { size: (80, 80), truth_px: [40.0, 30.0], predicted_px: [43.0, 34.0] };
/// let distances = measure(&[pair])?.distances.unwrap();
/// assert_eq!((distances.px.median, distances.of_width.median), (5.0, 5.0 / 80.0));
/// # Ok::<(), eval::Error>(())
/// ```
///
/// # Errors
/// If there is no image, or a true centre is not finite.
pub fn measure(pairs: &[PupilPair]) -> Result<PupilReport, Error> {
    let finite = |[x, y]: [f32; 2]| x.is_finite() && y.is_finite();
    if let Some(position) = pairs.iter().position(|pair| !finite(pair.truth_px)) {
        return Err(Error::PupilNotFinite { position });
    }
    let reference = |place: &dyn Fn(&PupilPair) -> [f64; 2]| {
        distances(pairs.iter().map(|pair| (pair, offset(place(pair), pair.truth_px))))
            .ok_or(Error::TooFew { what: "a pupil report (images)", needed: 1, got: 0 })
    };
    let predict_middle = reference(&|pair| at_share(pair, [0.5, 0.5]))?;
    let mean = mean_share(pairs);
    let predict_mean = reference(&|pair| at_share(pair, mean))?;

    // Measure each image; keep the place of those that cannot be.
    let offsets: Vec<Option<[f64; 2]>> = pairs
        .iter()
        .map(|pair| {
            let predicted = pair.predicted_px.map(f64::from);
            finite(pair.predicted_px).then(|| offset(predicted, pair.truth_px))
        })
        .collect();
    let measured = || pairs.iter().zip(&offsets).filter_map(|(p, o)| o.map(|o| (p, o)));
    let errors_px: Vec<f64> = measured().map(|(_, [dx, dy])| dx.hypot(dy)).collect();
    let within = |share: f64| {
        let near = measured().filter(|(p, [dx, dy])| dx.hypot(*dy) <= share * p.size.0 as f64);
        near.count() as f64 / pairs.len() as f64
    };
    let bias = |axis: usize| stats::mean(&measured().map(|(_, o)| o[axis]).collect::<Vec<_>>());
    Ok(PupilReport {
        n: pairs.len(),
        n_not_finite: pairs.len() - errors_px.len(),
        distances: distances(measured()),
        mean_interval_px: stats::bootstrap_mean(&errors_px, CONFIDENCE, BOOTSTRAP_SEED),
        share_within: WITHIN.map(within).into(),
        bias_px: bias(0).zip(bias(1)).map(|(x, y)| [x, y]),
        predict_middle,
        predict_mean,
        errors_px: offsets.iter().map(|o| o.map(|[dx, dy]| dx.hypot(dy) as f32)).collect(),
    })
}

fn offset(place: [f64; 2], truth: [f32; 2]) -> [f64; 2] {
    [place[0] - f64::from(truth[0]), place[1] - f64::from(truth[1])]
}

/// The place at these shares of width and height; pixel 0 starts at -0.5.
fn at_share(pair: &PupilPair, share: [f64; 2]) -> [f64; 2] {
    [share[0] * pair.size.0 as f64 - 0.5, share[1] * pair.size.1 as f64 - 0.5]
}

/// The mean of the true places, as shares of width and height.
fn mean_share(pairs: &[PupilPair]) -> [f64; 2] {
    let sum = pairs.iter().fold([0.0, 0.0], |sum: [f64; 2], pair| {
        let [x, y] = pair.truth_px.map(|c| f64::from(c) + 0.5);
        [sum[0] + x / pair.size.0 as f64, sum[1] + y / pair.size.1 as f64]
    });
    sum.map(|s| s / pairs.len() as f64)
}

fn distances<'a>(offsets: impl Iterator<Item = (&'a PupilPair, [f64; 2])>) -> Option<Distances> {
    let (px, of_width): (Vec<f64>, Vec<f64>) =
        offsets.map(|(pair, [dx, dy])| (dx.hypot(dy), dx.hypot(dy) / pair.size.0 as f64)).unzip();
    Some(Distances { px: Summary::of(&px)?, of_width: Summary::of(&of_width)? })
}

impl PupilReport {
    /// A table with a row for the predictions and one for each reference.
    pub fn summary(&self) -> String {
        let mut text = format!(
            "Pupil centres in {} images, distance to the true place\n\n\
             | by | median | mean | p95 | median, of width | mean, of width |\n\
             | --- | ---: | ---: | ---: | ---: | ---: |\n",
            self.n
        );
        for (name, distances) in [
            ("network", self.distances.as_ref()),
            ("middle of the image", Some(&self.predict_middle)),
            ("mean place of these pupils", Some(&self.predict_mean)),
        ] {
            text += &row(name, distances);
        }
        let shares: Vec<String> = WITHIN
            .iter()
            .zip(&self.share_within)
            .map(|(limit, share)| format!("{:.1} % within {:.0} %", 100.0 * share, 100.0 * limit))
            .collect();
        text += &format!("\nOf the images, by distance in widths: {}.\n", shares.join(", "));
        if let Some([x, y]) = self.bias_px {
            text += &format!("Bias: {x:+.2} px right, {y:+.2} px down.\n");
        }
        if self.n_not_finite > 0 {
            text += &format!("Not finite: {}.\n", self.n_not_finite);
        }
        text
    }
}

fn row(name: &str, distances: Option<&Distances>) -> String {
    let Some(Distances { px, of_width }) = distances else {
        return format!("| {name} | - | - | - | - | - |\n");
    };
    format!(
        "| {name} | {:.2} px | {:.2} px | {:.2} px | {:.2} % | {:.2} % |\n",
        px.median,
        px.mean,
        px.p95,
        100.0 * of_width.median,
        100.0 * of_width.mean,
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pair(size: (usize, usize), truth_px: [f32; 2], predicted_px: [f32; 2]) -> PupilPair {
        PupilPair { size, truth_px, predicted_px }
    }

    #[test]
    fn distances_bias_and_shares_of_three_images() {
        let report = measure(&[
            pair((100, 50), [10.0, 10.0], [13.0, 14.0]),
            pair((50, 50), [10.0, 10.0], [10.0, 9.0]),
            pair((20, 10), [5.0, 5.0], [5.0, 5.0]),
        ])
        .unwrap();
        let distances = report.distances.as_ref().unwrap();
        assert_eq!((distances.px.median, distances.px.mean), (1.0, 2.0));
        assert!((distances.of_width.mean - (0.05 + 0.02) / 3.0).abs() < 1e-12);
        assert_eq!(report.bias_px, Some([1.0, 1.0]));
        assert_eq!(report.share_within, [2.0 / 3.0, 1.0, 1.0, 1.0]);
        assert_eq!(report.errors_px, [Some(5.0), Some(1.0), Some(0.0)]);
    }

    #[test]
    fn answering_the_middle_or_the_mean_scores_exactly_the_reference() {
        // Both sizes have their pupils at 40 % and 60 % of the width, in the middle of the height.
        let truth = [((10, 10), [3.5, 4.5]), ((10, 10), [5.5, 4.5]), ((20, 20), [11.5, 9.5])];
        let middle = [[4.5, 4.5], [4.5, 4.5], [9.5, 9.5]];
        let pairs: Vec<_> = truth.iter().zip(middle).map(|(t, m)| pair(t.0, t.1, m)).collect();
        let report = measure(&pairs).unwrap();
        assert_eq!(report.distances.as_ref(), Some(&report.predict_middle));
        assert_eq!(report.predict_middle.px.max, 2.0);
        // The mean is at 8/15 of the width: 4/3, 2/3 and 4/3 px away.
        assert!((report.predict_mean.px.mean - 10.0 / 9.0).abs() < 1e-6);
    }

    #[test]
    fn a_prediction_that_is_no_number_is_counted_and_lowers_every_share() {
        let bad = pair((10, 10), [3.0, 3.0], [f32::NAN, 0.0]);
        let report = measure(&[bad, pair((10, 10), [3.0, 3.0], [3.0, 3.0])]).unwrap();
        assert_eq!((report.n, report.n_not_finite, report.errors_px[0]), (2, 1, None));
        assert_eq!(report.share_within, [0.5; 4]);
        assert!(report.summary().contains("Not finite: 1."));
        assert_eq!(measure(&[bad]).unwrap().distances, None);
    }

    #[test]
    fn no_images_and_a_true_centre_that_is_no_number_are_errors() {
        assert!(measure(&[]).unwrap_err().to_string().contains("pupil report"));
        let bad = pair((10, 10), [3.0, f32::INFINITY], [3.0, 3.0]);
        assert!(measure(&[bad]).unwrap_err().to_string().contains("position 0"));
    }

    #[test]
    fn the_summary_has_a_row_for_each_and_a_cell_for_each_column() {
        let table = measure(&[pair((10, 10), [3.0, 3.0], [3.0, 4.0])]).unwrap().summary();
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), 5);
        assert!(rows.iter().all(|row| row.matches('|').count() == 7), "{table}");
        assert!(rows[2].starts_with("| network | 1.00 px | 1.00 px |"), "{table}");
    }
}
