//! Pairs with a known drift, judged.

use super::drawn_eye::{DrawnEye, Look, Picture};
use eval::drift::{DriftOptions, Pair, REFERENCE_WIDTH_PX};
use eval::stats::{self, Summary};
use eval::{EyeFit, FeatureFit, FitFailure, fit_eye};
use rayon::prelude::*;
use simulator::sample::{Domain, Eye, Sample};

/// A pair and how far its refined image was moved, px of the image.
pub struct Known {
    pub pair: Pair,
    pub shift_px: [f64; 2],
}

/// A drawn eye against itself, moved exactly and with another look.
pub fn known_drawn(id: u64, contrast: f64, look: Look, shift_px: [f64; 2]) -> Known {
    let eye = DrawnEye::random(id, contrast);
    let mut rendered = eye.draw([0.0, 0.0]);
    rendered.add_noise(1.0, 3 * id + 1);
    let mut refined = eye.draw(shift_px);
    look.apply(&mut refined, 3 * id + 2);
    let rendered = eye.sample(id, Domain::Synthetic, &rendered);
    Known { pair: (rendered, eye.sample(id, Domain::Refined, &refined)), shift_px }
}

/// A render against itself, moved by resampling and with another look.
pub fn known_rendered(sample: &Sample<Eye>, look: Look, shift_px: [f64; 2]) -> Known {
    let mut refined = Picture::from_frame(&sample.frame).shifted(shift_px);
    look.apply(&mut refined, 3 * sample.id.0 + 2);
    let refined = Sample { domain: Domain::Refined, frame: refined.quantized(), ..sample.clone() };
    Known { pair: (sample.clone(), refined), shift_px }
}

/// How one way of measuring did. Lengths are px at 55 px.
pub struct Score {
    pub coverage: f64,
    /// Length of measured minus true drift.
    pub error: Option<Summary>,
    /// Mean of measured minus true drift.
    pub bias: [f64; 2],
    /// Distance of the render's fit from its label.
    pub label_error: Option<Summary>,
}

/// By pupil, by iris, and combined.
pub fn judge(known: &[Known], options: &DriftOptions) -> [Score; 3] {
    let fits: Vec<(EyeFit, EyeFit)> = known
        .par_iter()
        .map(|k| {
            let start = k.pair.0.label.geometry.as_ref();
            (
                fit_eye(&k.pair.0.frame, start, &options.fit),
                fit_eye(&k.pair.1.frame, start, &options.fit),
            )
        })
        .collect();
    let pupil = |e: &EyeFit| e.pupil;
    let iris = |e: &EyeFit| e.iris;
    let both = |i: usize| fits[i].0.pupil.is_ok() && fits[i].1.pupil.is_ok();
    [
        score(known, &fits, |_| &pupil, |g| g.0),
        score(known, &fits, |_| &iris, |g| g.1),
        score(known, &fits, |i| if both(i) { &pupil } else { &iris }, |g| g.2),
    ]
}

type Fit = Result<FeatureFit, FitFailure>;

fn score<'a>(
    known: &[Known],
    fits: &[(EyeFit, EyeFit)],
    feature: impl Fn(usize) -> &'a dyn Fn(&EyeFit) -> Fit,
    label: impl Fn(([f32; 2], [f32; 2], [f32; 2])) -> [f32; 2],
) -> Score {
    let (mut errors, mut label_errors) = (Vec::new(), Vec::new());
    for (i, known) in known.iter().enumerate() {
        let scale = REFERENCE_WIDTH_PX / known.pair.0.frame.width() as f64;
        let (rendered, refined) = (feature(i)(&fits[i].0), feature(i)(&fits[i].1));
        let (Ok(rendered), Ok(refined)) = (rendered, refined) else { continue };
        let (from, to) = (rendered.ellipse.center, refined.ellipse.center);
        errors.push([0, 1].map(|i| scale * (f64::from(to[i] - from[i]) - known.shift_px[i])));
        if let Some(geometry) = &known.pair.0.label.geometry {
            let by_pupil = Ok(rendered) == fits[i].0.pupil;
            let combined = if by_pupil { geometry.pupil.center } else { geometry.iris.center };
            let at = label((geometry.pupil.center, geometry.iris.center, combined));
            label_errors.push(scale * f64::from(from[0] - at[0]).hypot(f64::from(from[1] - at[1])));
        }
    }
    let lengths: Vec<f64> = errors.iter().map(|[x, y]| x.hypot(*y)).collect();
    let bias = [0, 1]
        .map(|i| stats::mean(&errors.iter().map(|e| e[i]).collect::<Vec<_>>()).unwrap_or(f64::NAN));
    Score {
        coverage: errors.len() as f64 / known.len() as f64,
        error: Summary::of(&lengths),
        bias,
        label_error: Summary::of(&label_errors),
    }
}
