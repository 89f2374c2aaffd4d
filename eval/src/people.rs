//! Whose eyes they are and how the heads were turned: what else is known of test images, and what that
//! says about an estimator's errors.
//!
//! Images of one person have much in common (skin, lids, the angle between the eyeball's axis and the
//! line of sight), so a hundred images of one person say less about the next person than ten images of
//! ten. Where people are known, intervals here come from resampling people, not images.

use crate::gaze::CONFIDENCE;
use crate::stats::{self, Interval};
use serde::{Deserialize, Serialize};
use simulator::sample::EyeLabel;
use std::collections::BTreeMap;

/// The fewest people that an interval over people is made of: the bootstrap of one or two has next to
/// no other samples to draw.
pub const LEAST_PEOPLE: usize = 3;
/// Heads turned by no more than this to either side count as frontal, degrees.
pub const FRONTAL_DEG: f64 = 10.0;
/// Seed of the bootstrap over people: a report is a function of its input alone.
const BOOTSTRAP_SEED: u64 = 0x7065_6f70;

/// What is known of a test image besides its gaze.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct About {
    /// Whose eye it is.
    pub person: Option<String>,
    /// Where the head faces: yaw, towards the left of the image positive, radians.
    pub head_yaw_rad: Option<f32>,
}

impl About {
    /// What the label of an image says.
    pub fn of(label: &EyeLabel) -> Self {
        Self { person: label.subject.clone(), head_yaw_rad: label.head.map(|head| head.yaw) }
    }
}

/// The errors of the people in a test set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeopleReport {
    /// Each person, by name.
    pub people: Vec<PersonError>,
    /// The place in `people` of the person in each image; `None` where the person is not known.
    pub of_image: Vec<Option<usize>>,
    /// 95 % interval of the mean error over people, degrees: people are drawn with replacement, with
    /// all of their images (a cluster bootstrap). `None` of fewer than [`LEAST_PEOPLE`].
    pub mean_interval_deg: Option<Interval>,
    /// Mean angle after taking out of each person's predictions that person's own mean of predicted
    /// minus true pitch and yaw, degrees: what would be left if each person were calibrated once.
    pub error_offset_per_person_deg: Option<f64>,
}

/// The error on the images of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonError {
    /// Who.
    pub person: String,
    /// Images with a finite prediction.
    pub images: usize,
    /// Mean angle, degrees.
    pub mean_deg: Option<f64>,
    /// Mean of predicted minus true pitch, degrees.
    pub bias_pitch_deg: Option<f64>,
    /// Mean of predicted minus true yaw, degrees.
    pub bias_yaw_deg: Option<f64>,
}

/// The error on the images that have something in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupError {
    /// What: "frontal" or "turned".
    pub name: String,
    /// Images with a finite prediction.
    pub images: usize,
    /// Mean angle, degrees.
    pub mean_deg: Option<f64>,
    /// Mean angle after taking out the group's own constant offset, degrees.
    pub error_without_bias_deg: Option<f64>,
}

/// The place of each image's person in the list of all people, which is sorted by name. `None` if no
/// person is known.
pub(crate) fn indexed(about: &[About]) -> Option<(Vec<String>, Vec<Option<usize>>)> {
    let names: BTreeMap<&str, usize> =
        about.iter().filter_map(|one| Some((one.person.as_deref()?, 0))).collect();
    let names: BTreeMap<&str, usize> =
        names.into_keys().enumerate().map(|(place, name)| (name, place)).collect();
    let place = |one: &About| names.get(one.person.as_deref()?).copied();
    let of_image = about.iter().map(place).collect();
    let people: Vec<String> = names.keys().map(|&name| name.to_owned()).collect();
    (!people.is_empty()).then_some((people, of_image))
}

/// "frontal" or "turned", where the direction of the head is known.
pub(crate) fn head_group(about: &About) -> Option<&'static str> {
    let yaw_deg = f64::from(about.head_yaw_rad?).to_degrees();
    Some(if yaw_deg.abs() <= FRONTAL_DEG { "frontal" } else { "turned" })
}

/// The 95 % interval over people of the mean of these values, one an image; images without a value or a
/// person are left out. `None` of fewer than [`LEAST_PEOPLE`].
pub(crate) fn interval(values: &[Option<f64>], of_image: &[Option<usize>]) -> Option<Interval> {
    let mut clusters: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (value, person) in values.iter().zip(of_image) {
        if let (Some(value), Some(person)) = (value, person) {
            clusters.entry(*person).or_default().push(*value);
        }
    }
    if clusters.len() < LEAST_PEOPLE {
        return None;
    }
    let clusters: Vec<Vec<f64>> = clusters.into_values().collect();
    stats::cluster_bootstrap_mean(&clusters, CONFIDENCE, BOOTSTRAP_SEED)
}

/// Deals people into at most `folds` folds of whole people, so that an estimator may be trained on all
/// but one fold and scored on that one: the fold of each image. `None` if an image's person is not
/// known, or there are fewer than [`LEAST_PEOPLE`] people.
///
/// People are dealt one after another, those with most images first, to the fold that has the fewest
/// images so far.
pub fn folds(about: &[About], folds: usize) -> Option<Vec<usize>> {
    let (people, of_image) = indexed(about)?;
    let of_image: Vec<usize> = of_image.into_iter().collect::<Option<_>>()?;
    if people.len() < LEAST_PEOPLE || folds < 2 {
        return None;
    }
    let mut images = vec![0; people.len()];
    of_image.iter().for_each(|&person| images[person] += 1);
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|&person| std::cmp::Reverse(images[person]));

    let mut filled = vec![0; folds.min(people.len())];
    let mut fold_of = vec![0; people.len()];
    for person in order {
        let smallest = (0..filled.len()).min_by_key(|&fold| filled[fold])?;
        fold_of[person] = smallest;
        filled[smallest] += images[person];
    }
    Some(of_image.into_iter().map(|person| fold_of[person]).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(people: &[&str]) -> Vec<About> {
        let about = |name: &&str| About { person: Some((*name).to_owned()), head_yaw_rad: None };
        people.iter().map(about).collect()
    }

    #[test]
    fn folds_hold_whole_people_and_about_as_many_images() {
        let about = of(&["a", "b", "a", "c", "d", "a", "d"]);
        let found = folds(&about, 3).unwrap();
        // a: 3 images; d: 2; b and c: 1 each, together.
        assert_eq!(found, [0, 2, 0, 2, 1, 0, 1]);
        assert_eq!(folds(&about, 9).unwrap().iter().max(), Some(&3), "a fold has a person");
    }

    #[test]
    fn without_three_known_people_there_are_no_folds_and_no_interval() {
        assert_eq!(folds(&of(&["a", "b"]), 5), None);
        let mut about = of(&["a", "b", "c"]);
        assert!(folds(&about, 5).is_some());
        about.push(About::default());
        assert_eq!(folds(&about, 5), None);
        assert_eq!(interval(&[Some(1.0), Some(2.0)], &[Some(0), Some(1)]), None);
        assert_eq!(indexed(&[About::default()]), None);
    }

    #[test]
    fn a_head_is_frontal_up_to_ten_degrees() {
        let head =
            |deg: f32| head_group(&About { person: None, head_yaw_rad: Some(deg.to_radians()) });
        assert_eq!([head(0.0), head(-9.9)], [Some("frontal"); 2]);
        assert_eq!([head(15.0), head(-15.0)], [Some("turned"); 2]);
        assert_eq!(head_group(&About::default()), None);
    }
}
