//! Ellipses found without a label, on drawn eyes and on renders whose outlines are exact.
#![allow(clippy::unwrap_used, dead_code, missing_docs)]

#[path = "support/drawn_eye.rs"]
mod drawn_eye;

use drawn_eye::DrawnEye;
use eval::FitFailure;
use eval::ellipses::{EllipseOptions, EllipseRecord, EllipseReport, Truth, find_all, summarize};
use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Domain, Eye, Frame, Sample};

fn judged(samples: &[Sample<Eye>]) -> EllipseReport {
    let frames: Vec<Frame<u8>> = samples.iter().map(|sample| sample.frame.clone()).collect();
    let fits = find_all(&frames, &EllipseOptions::default());
    let record = |(sample, fit): (&Sample<Eye>, _)| {
        let truth = sample.label.geometry.as_ref().map(Truth::of).unwrap_or_default();
        EllipseRecord { id: sample.id, size: sample.frame.size(), fit, truth }
    };
    summarize(&samples.iter().zip(fits).map(record).collect::<Vec<_>>())
}

#[test]
fn drawn_eyes_are_found_and_so_is_their_size() {
    let drawn = |id| {
        let eye = DrawnEye::random(id, 65.0);
        let mut picture = eye.draw([0.0, 0.0]);
        picture.add_noise(2.0, id);
        eye.sample(id, Domain::Synthetic, &picture)
    };
    let report = judged(&(0..40).map(drawn).collect::<Vec<_>>());
    let score = report.iris.score.unwrap();
    assert!(score.coverage > 0.9, "{}", score.coverage);
    let errors = score.errors.unwrap();
    assert!(errors.center_px.median < 0.5, "{:?}", errors.center_px);
    let ratio = errors.radius_ratio.unwrap();
    assert!((ratio.median - 1.0).abs() < 0.05, "{ratio:?}");
}

#[test]
fn renders_of_any_size_are_found_without_their_labels() {
    for (preset, nearby) in [("mpiigaze", 0.85), ("close-up", 0.9), ("remote-nir", 0.65)] {
        let config = EyeConfig::preset(preset).unwrap();
        let report = judged(&EyeSampler::new(config, 11).unwrap().render_range(0..40));
        let within = report.iris.score.unwrap().within.unwrap();
        assert!(within[1] >= nearby, "{preset}: {within:?}");
    }
}

#[test]
fn a_flat_image_is_refused() {
    let flat = Frame::from_fn(60, 36, |x, _| 120 + (x % 2) as u8);
    let fit = find_all(&[flat], &EllipseOptions::default())[0];
    assert_eq!(fit.iris, Err(FitFailure::LowContrast));
    assert_eq!(fit.pupil, Err(FitFailure::NoIris));
}

#[test]
fn numbers_with_which_nothing_could_be_found_are_refused() {
    let search = |change: fn(&mut EllipseOptions)| {
        let mut options = EllipseOptions::default();
        change(&mut options);
        options.check().map_err(|error| error.to_string())
    };
    assert_eq!(search(|_| ()), Ok(()));
    let error = search(|o| o.search.radius_range = (0.3, 0.1)).unwrap_err();
    assert!(error.contains("search.radius_range"), "{error}");
    assert!(search(|o| o.search.places = 0).unwrap_err().contains("search.places"));
    assert!(search(|o| o.search.iris_radius_px = f64::NAN).unwrap_err().contains("4 px or more"));
}
