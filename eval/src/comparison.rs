//! Does training on refined images help? The same estimator, trained on renders and on refined
//! renders, over several seeds, on the same test images.

use crate::Error;
use crate::gaze::{CONFIDENCE, GazeReport};
use crate::people;
use crate::stats::{self, Interval, Summary};
use serde::{Deserialize, Serialize};

/// Seed of the bootstrap: a comparison is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x7061_6972;

/// The reports of one training set, one a training seed, all on the same test images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GazeSeeds {
    /// The seed of each training.
    pub seeds: Vec<u64>,
    /// The report of each training, in the order of the seeds.
    pub reports: Vec<GazeReport>,
}

impl GazeSeeds {
    /// Joins reports with their seeds.
    ///
    /// # Errors
    /// If there is none, their numbers differ, or they are not on the same number of images.
    pub fn new(seeds: Vec<u64>, reports: Vec<GazeReport>) -> Result<Self, Error> {
        let Some(first) = reports.first() else {
            return Err(Error::TooFew { what: "a gaze result (seeds)", needed: 1, got: 0 });
        };
        let not_comparable = |what, left, right| Err(Error::NotComparable { what, left, right });
        if seeds.len() != reports.len() {
            return not_comparable("seeds against reports", seeds.len(), reports.len());
        }
        if let Some(other) = reports.iter().find(|r| r.errors_deg.len() != first.errors_deg.len()) {
            let (left, right) = (first.errors_deg.len(), other.errors_deg.len());
            return not_comparable("images in the reports of two seeds", left, right);
        }
        Ok(Self { seeds, reports })
    }

    /// Mean error over seeds, degrees: mean, spread, smallest and greatest of the `mean_deg` of the
    /// reports. `None` if no report has a finite prediction.
    pub fn mean_deg(&self) -> Option<Summary> {
        let means: Vec<f64> = self.reports.iter().filter_map(|r| r.mean_deg).collect();
        Summary::of(&means)
    }

    /// Share of images (0 to 1) within 1, 2, ... 30 degrees, averaged over seeds.
    pub fn share_within(&self) -> Vec<f64> {
        let degrees = self.reports.iter().map(|r| r.share_within.len()).min().unwrap_or(0);
        (0..degrees)
            .map(|i| self.reports.iter().map(|r| r.share_within[i]).sum::<f64>())
            .map(|sum| sum / self.reports.len() as f64)
            .collect()
    }

    /// Predictions that were not finite, over all seeds.
    pub fn n_not_finite(&self) -> usize {
        self.reports.iter().map(|r| r.n_not_finite).sum()
    }

    /// The place of each image's person among the people of the test set; empty where people are not
    /// known.
    pub(crate) fn person_of_image(&self) -> &[Option<usize>] {
        let known = self.reports.iter().find_map(|report| report.people.as_ref());
        known.map_or(&[], |people| &people.of_image)
    }

    /// The error of each image averaged over seeds, degrees; `None` where a seed has none.
    pub(crate) fn image_errors_deg(&self) -> Vec<Option<f64>> {
        over_seeds(self.reports.iter().map(|r| &r.errors_deg[..]))
    }
}

/// The error of each image averaged over seeds; `None` where a seed has none.
pub(crate) fn over_seeds<'a>(
    seeds: impl Iterator<Item = &'a [Option<f32>]> + Clone,
) -> Vec<Option<f64>> {
    let images = seeds.clone().map(<[_]>::len).min().unwrap_or(0);
    (0..images)
        .map(|image| {
            let of_seed = seeds.clone().map(|errors| errors[image].map(f64::from));
            let errors: Vec<f64> = of_seed.collect::<Option<_>>()?;
            stats::mean(&errors)
        })
        .collect()
}

/// The errors of two estimators on the same images, image by image.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Images for which both have an error: the ones compared.
    pub images: usize,
    /// Mean of the second's error minus the first's, in their unit: negative means that the second errs
    /// less.
    pub difference: f64,
    /// 95 % interval of the difference: a paired bootstrap over images.
    pub interval: Interval,
    /// The same over people, who are drawn with all of their images: for people other than these. `None`
    /// where fewer than three are known.
    #[serde(default)]
    pub interval_over_people: Option<Interval>,
    /// The difference in units of the first's error: -0.21 is "21 % lower".
    pub relative: f64,
}

/// Compares image by image, so that an easy image is easy on both sides.
///
/// # Errors
/// If there are not as many images on both sides, or none has an error on both.
pub fn paired(first: &[Option<f64>], second: &[Option<f64>]) -> Result<Paired, Error> {
    paired_of_people(first, second, &[])
}

/// As [`paired`], with the place of each image's person among all people.
pub(crate) fn paired_of_people(
    first: &[Option<f64>],
    second: &[Option<f64>],
    person_of_image: &[Option<usize>],
) -> Result<Paired, Error> {
    if first.len() != second.len() {
        let (left, right) = (first.len(), second.len());
        return Err(Error::NotComparable { what: "images, rendered", left, right });
    }
    let pairs: Vec<(f64, f64)> =
        first.iter().zip(second).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| b - a).collect();
    let of_image: Vec<Option<f64>> =
        first.iter().zip(second).map(|(a, b)| Some((*b)? - (*a)?)).collect();
    let nothing = || Error::TooFew { what: "a comparison (finite images)", needed: 1, got: 0 };
    let difference = stats::mean(&differences).ok_or_else(nothing)?;
    let base = pairs.iter().map(|(a, _)| a).sum::<f64>() / pairs.len() as f64;
    Ok(Paired {
        images: pairs.len(),
        difference,
        interval: stats::bootstrap_mean(&differences, CONFIDENCE, BOOTSTRAP_SEED)
            .ok_or_else(nothing)?,
        interval_over_people: people::interval(&of_image, person_of_image),
        relative: if base > 0.0 { difference / base } else { 0.0 },
    })
}

/// How much less (or more) the second errs than the first, over images and, where they are known, over
/// people.
///
/// # Errors
/// As [`paired`].
pub fn difference(first: &GazeSeeds, second: &GazeSeeds) -> Result<Paired, Error> {
    let people = [first, second].map(GazeSeeds::person_of_image);
    let people = if people[0].is_empty() { people[1] } else { people[0] };
    paired_of_people(&first.image_errors_deg(), &second.image_errors_deg(), people)
}

/// Refined against rendered training data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Trained on renders.
    pub rendered: GazeSeeds,
    /// Trained on refined renders.
    pub refined: GazeSeeds,
    /// Images on which every training of both sides gave a finite prediction: the ones compared.
    pub images: usize,
    /// Mean error of refined minus rendered, degrees: negative means that refinement helps.
    pub difference_deg: f64,
    /// 95 % interval of the difference, degrees: a paired bootstrap over images of the error
    /// averaged over seeds. It says nothing of the spread over seeds, which stands beside it.
    pub difference_interval_deg: Interval,
    /// The same over people, where at least three are known.
    #[serde(default)]
    pub difference_interval_over_people_deg: Option<Interval>,
    /// The difference in units of the rendered error: -0.21 is "21 % lower".
    pub relative_difference: f64,
}

/// Compares two training sets on the same test images.
///
/// # Errors
/// If they were not measured on the same number of images, or no image has a finite prediction
/// from every training.
pub fn compare(rendered: GazeSeeds, refined: GazeSeeds) -> Result<Comparison, Error> {
    let paired = difference(&rendered, &refined)?;
    Ok(Comparison {
        rendered,
        refined,
        images: paired.images,
        difference_deg: paired.difference,
        difference_interval_deg: paired.interval,
        difference_interval_over_people_deg: paired.interval_over_people,
        relative_difference: paired.relative,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::gaze;
    use simulator::sample::Gaze;

    fn report(errors_deg: &[f32]) -> GazeReport {
        let truth = Gaze::from_degrees(0.0, 0.0);
        let pairs: Vec<_> =
            errors_deg.iter().map(|&e| (truth, Gaze::from_degrees(e, 0.0))).collect();
        gaze::measure(&pairs).unwrap()
    }

    fn seeds(errors_deg: &[&[f32]]) -> GazeSeeds {
        let reports = errors_deg.iter().map(|e| report(e)).collect();
        GazeSeeds::new((0..errors_deg.len() as u64).collect(), reports).unwrap()
    }

    #[test]
    fn a_constant_gain_has_an_interval_of_no_width() {
        let rendered = seeds(&[&[5.0, 9.0, 20.0], &[7.0, 11.0, 22.0]]);
        let refined = seeds(&[&[4.0, 8.0, 19.0], &[6.0, 10.0, 21.0]]);
        let comparison = compare(rendered, refined).unwrap();
        assert!((comparison.difference_deg + 1.0).abs() < 1e-5);
        let interval = comparison.difference_interval_deg;
        assert!(interval.high - interval.low < 1e-5, "pairing removes the spread over images");
        assert!((comparison.rendered.mean_deg().unwrap().max - 40.0 / 3.0).abs() < 1e-5);
        assert!((comparison.relative_difference + 1.0 / 12.333_333).abs() < 1e-5);
    }

    #[test]
    fn an_image_without_a_finite_prediction_is_left_out_of_both_sides() {
        let rendered = seeds(&[&[5.0, f32::NAN, 20.0]]);
        let refined = seeds(&[&[5.0, 1.0, 20.0]]);
        let comparison = compare(rendered, refined).unwrap();
        assert_eq!((comparison.images, comparison.rendered.n_not_finite()), (2, 1));
        assert_eq!(comparison.difference_deg, 0.0);
    }

    #[test]
    fn over_people_an_interval_is_that_of_their_means() {
        use crate::people::About;
        // Three people of twenty images each; refinement gives them 0, 1 and 2 degrees.
        let of = |gain: [f32; 3]| {
            let truth = Gaze::from_degrees(0.0, 0.0);
            let pairs: Vec<_> = (0..60)
                .map(|i| (truth, Gaze::from_degrees(5.0 + (i % 7) as f32 - gain[i / 20], 0.0)))
                .collect();
            let about: Vec<_> = (0..60)
                .map(|i| About { person: Some(format!("p{}", i / 20)), head_yaw_rad: None })
                .collect();
            GazeSeeds::new(vec![1], vec![gaze::measure_about(&pairs, &about).unwrap()]).unwrap()
        };
        let comparison = compare(of([0.0; 3]), of([0.0, 1.0, 2.0])).unwrap();
        let over_people = comparison.difference_interval_over_people_deg.unwrap();
        assert!((over_people.low + 2.0).abs() < 1e-4 && over_people.high.abs() < 1e-4);
        let over_images = comparison.difference_interval_deg;
        assert!(over_images.low > -1.3 && over_images.high < -0.7, "too sure: {over_images:?}");
    }

    #[test]
    fn different_test_sets_are_refused() {
        assert!(compare(seeds(&[&[1.0]]), seeds(&[&[1.0, 2.0]])).is_err());
        assert!(GazeSeeds::new(vec![1], vec![report(&[1.0]), report(&[2.0])]).is_err());
        assert!(GazeSeeds::new(vec![], vec![]).is_err());
    }

    #[test]
    fn shares_are_averaged_over_seeds() {
        let both = seeds(&[&[0.5, 9.0], &[9.0, 9.0]]);
        assert_eq!(both.share_within()[0], 0.25);
    }
}
