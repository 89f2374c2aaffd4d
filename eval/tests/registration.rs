//! The registration on pairs whose drift is known. `examples/qualify.rs` prints the whole table.
#![allow(clippy::unwrap_used, dead_code, missing_docs)]

#[path = "support/drawn_eye.rs"]
mod drawn_eye;
#[path = "support/qualification.rs"]
mod qualification;

use drawn_eye::{DrawnEye, Look, Picture};
use eval::FitFailure;
use eval::drift::DriftOptions;
use eval::registration::{Registration, RegistrationOptions, Unregistered, register};
use qualification::{
    Known, direction, judge, known_drawn, known_drawn_turned, known_rendered_turned,
};
use rayon::prelude::*;
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Domain, Ellipse, Eye, Frame, LID_POINTS};

fn turned(eyes: u64, contrast: f64, look: Look, length_px: f64) -> Vec<Known> {
    let known = |id| known_drawn_turned(id, contrast, look, direction(id, length_px));
    (0..eyes).into_par_iter().map(known).collect()
}

fn registered(known: &Known) -> Result<Registration, Unregistered> {
    let (before, after) = &known.pair;
    let geometry = before.label.geometry.as_ref().unwrap();
    register(&before.frame, &after.frame, geometry, &RegistrationOptions::default())
}

#[test]
fn an_eyeball_that_moves_between_lids_that_stay_is_followed_under_every_look() {
    for contrast in [65.0, 8.0] {
        for look in Look::EVERY {
            for length_px in [0.0, 2.0] {
                let [eyeball, ..] =
                    judge(&turned(16, contrast, look, length_px), &DriftOptions::default());
                let error = eyeball.error.unwrap();
                let limit = if look == Look::Texture { 0.15 } else { 0.08 };
                assert!(error.mean < limit, "{contrast} {look:?} {length_px} px: {error:?}");
                let bias = eyeball.bias;
                assert!(bias.iter().all(|b| b.abs() < 0.05), "{contrast} {look:?}: {bias:?}");
                assert_eq!(eyeball.coverage, 1.0, "{contrast} {look:?} {length_px} px");
            }
        }
    }
}

#[test]
fn equalised_renders_are_measured_nearly_all_and_tones_move_nothing() {
    for preset in ["mpiigaze", "simgan"] {
        let sampler = EyeSampler::new(EyeConfig::preset(preset).unwrap(), 5).unwrap();
        let known: Vec<Known> = sampler
            .render_range::<Eye>(0..80)
            .iter()
            .filter(|sample| sample.label.geometry.as_ref().unwrap().iris_visible > 0.2)
            .map(|sample| known_rendered_turned(sample, Look::All, direction(sample.id.0, 1.0)))
            .collect();
        let [eyeball, _, _, ellipses] = judge(&known, &DriftOptions::default());
        let error = eyeball.error.unwrap();
        assert!(error.mean < 0.1 && error.p95 < 0.35, "{preset}: {error:?}");
        assert!(eyeball.bias.iter().all(|b| b.abs() < 0.05), "{preset}: {:?}", eyeball.bias);
        assert!(eyeball.coverage > 0.95, "{preset}: {}", eyeball.coverage);
        assert!(ellipses.coverage < eyeball.coverage);
    }
}

#[test]
fn the_standard_error_is_about_the_error() {
    for look in [Look::Noise, Look::Texture, Look::All] {
        let known = turned(40, 40.0, look, 1.0);
        let squares = known.iter().map(|k| {
            let found = registered(k).unwrap();
            let off = |i: usize| (found.shift_px[i] - k.shift_px[i]) / found.standard_error_px[i];
            0.5 * (off(0).powi(2) + off(1).powi(2))
        });
        let relative = (squares.sum::<f64>() / known.len() as f64).sqrt();
        assert!((0.5..1.6).contains(&relative), "{look:?}: {relative}");
    }
}

#[test]
fn the_order_of_levels_does_not_matter_only_where_they_are() {
    // Any smooth curve of tones, a falling one included.
    for id in 0..8 {
        let Known { pair: (before, mut after), shift_px } =
            known_drawn(id, 65.0, Look::Same, direction(id, 1.5));
        let negative = |p: u8| (255.0 * (1.0 - f64::from(p) / 255.0).powf(1.4)) as u8;
        let frame = after.frame.clone();
        after.frame = Frame::from_fn(60, 36, |x, y| negative(frame.get(x, y)));
        let found = registered(&Known { pair: (before, after), shift_px }).unwrap();
        let off = [0, 1].map(|i| found.shift_px[i] - shift_px[i]);
        assert!(off[0].hypot(off[1]) < 0.12, "{id}: {off:?}");
        assert!(found.explained > 0.95);
    }
}

#[test]
fn an_image_and_its_enlargement_move_by_the_same_share_of_their_width() {
    // Reduced again, the enlarged images are the small ones.
    for id in 0..4 {
        let known = known_drawn(id, 65.0, Look::Noise, direction(id, 1.0));
        let small = registered(&known).unwrap();
        let (mut before, mut after) = known.pair;
        let enlarged = |frame: &Frame<u8>| Frame::from_fn(180, 108, |x, y| frame.get(x / 3, y / 3));
        (before.frame, after.frame) = (enlarged(&before.frame), enlarged(&after.frame));
        let geometry = before.label.geometry.as_mut().unwrap();
        let to_large = |v: f32| 3.0 * v + 1.0;
        let e = geometry.iris;
        let axes = [3.0 * e.semi_major, 3.0 * e.semi_minor];
        geometry.iris = Ellipse::new(e.center.map(to_large), axes[0], axes[1], e.orientation);
        for lid in [&mut geometry.upper_lid, &mut geometry.lower_lid] {
            lid.iter_mut().for_each(|point| *point = point.map(to_large));
        }
        let large = registered(&Known {
            pair: (before, after),
            ..known_drawn(0, 8.0, Look::Same, [0.0; 2])
        });
        let large = large.unwrap();
        for i in 0..2 {
            assert!((large.shift_px[i] - 3.0 * small.shift_px[i]).abs() < 0.02, "{id}");
        }
    }
}

#[test]
fn an_iris_that_grows_is_not_one_that_moves() {
    for (id, growth) in [(1, 1.05), (2, 0.96), (3, 1.03)] {
        let mut eye = DrawnEye::random(id, 65.0);
        eye.glint = None;
        let before = eye.sample(id, Domain::Synthetic, &eye.draw([0.0, 0.0]));
        for ellipse in [&mut eye.iris, &mut eye.pupil] {
            ellipse.semi_major *= growth;
            ellipse.semi_minor *= growth;
        }
        let after = eye.sample(id, Domain::Refined, &eye.draw([0.0, 0.0]));
        let found = registered(&Known { pair: (before, after), shift_px: [0.0, 0.0] }).unwrap();
        // Blur of a curve of tones widens an iris too, so that a part of its growth goes to tones.
        let share = (found.radius_ratio - 1.0) / (f64::from(growth) - 1.0);
        assert!((0.1..1.3).contains(&share), "{id}: {found:?}");
        assert!(found.shift_px[0].hypot(found.shift_px[1]) < 0.12, "{id}: {found:?}");
    }
}

#[test]
fn what_cannot_be_seen_is_refused_and_the_image_to_blame_is_named() {
    let eye = DrawnEye::random(5, 65.0);
    let picture = eye.draw([0.0, 0.0]);
    let before = eye.sample(5, Domain::Synthetic, &picture);
    let flat = Frame::from_fn(60, 36, |_, _| 128);
    let mut noise = Picture::from_fn(60, 36, |_, _| 128.0);
    noise.add_noise(10.0, 3);
    let geometry = before.label.geometry.as_ref().unwrap();
    let options = RegistrationOptions::default();
    let judged =
        |before: &Frame<u8>, after: &Frame<u8>| register(before, after, geometry, &options);
    assert_eq!(judged(&flat, &before.frame), Err(Unregistered::Rendered(FitFailure::LowContrast)));
    for unlike in [flat, noise.quantized()] {
        assert!(matches!(judged(&before.frame, &unlike), Err(Unregistered::Refined(_))));
    }
    let mut closed = geometry.clone();
    closed.lower_lid = closed.upper_lid.map(|[x, y]| [x, y + 1.0]);
    let refused = register(&before.frame, &before.frame, &closed, &options);
    assert_eq!(refused, Err(Unregistered::Rendered(FitFailure::Occluded)));
    // Without lids all is taken to be in view.
    closed.upper_lid = [[0.0; 2]; LID_POINTS];
    assert!(register(&before.frame, &before.frame, &closed, &options).is_ok());
}
