//! Where the eye stands before the camera.

use crate::eye::config::EyeConfig;
use crate::seed::{Purpose, Stream};
use nalgebra::Vector3;

/// The point midway between the eye's corners, camera space, mm. The distance is drawn from the head's
/// stream, the crop's shift from its own. Where people return, a share of all three is the person's: a
/// crop that is cut by a generic face model is off in the same way in all images of a face.
pub(super) fn corners(
    config: &EyeConfig,
    seed: u64,
    person: u64,
    head: &mut Stream,
    crop: &mut Stream,
) -> Vector3<f64> {
    let p = &config.pose;
    if config.people == 0 || p.place_person_share == 0.0 {
        let distance = p.distance_mm.draw(head);
        return Vector3::new(p.shift_right_mm.draw(crop), p.shift_down_mm.draw(crop), distance);
    }
    let common = &mut Stream::new(seed, person, Purpose::PlaceOfPerson);
    let share = p.place_person_share;
    let distance = p.distance_mm.draw_shared(head, common, share);
    let right = p.shift_right_mm.draw_shared(crop, common, share);
    Vector3::new(right, p.shift_down_mm.draw_shared(crop, common, share), distance)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::eye::{EyeConfig, EyeSampler};
    use crate::sample::Eye;
    use std::collections::BTreeMap;

    /// Share of the variance of the fissure's middle, px, that lies between people.
    fn between(share: f64) -> f64 {
        let mut config = EyeConfig { people: 12, ..EyeConfig::preset("clean").unwrap() };
        config.pose.place_person_share = share;
        let sampler = EyeSampler::new(config, 4).unwrap();
        let mut people: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for sample in sampler.render_range::<Eye>(0..600) {
            let lid = sample.label.geometry.unwrap().upper_lid;
            let middle = f64::from(lid[0][0] + lid[lid.len() - 1][0]) / 2.0;
            people.entry(sample.label.subject.unwrap()).or_default().push(middle);
        }
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let all: Vec<f64> = people.values().flatten().copied().collect();
        let square = |v: &[f64], about: f64| v.iter().map(|x| (x - about).powi(2)).sum::<f64>();
        let within: f64 = people.values().map(|v| square(v, mean(v))).sum();
        1.0 - within / square(&all, mean(&all))
    }

    #[test]
    fn a_person_s_share_of_the_place_is_found_between_people() {
        let (none, most) = (between(0.0), between(0.9));
        assert!(none < 0.25 && most > 0.6, "{none} and {most}");
    }
}
