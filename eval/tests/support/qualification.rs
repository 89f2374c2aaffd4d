//! Pairs with a known drift, judged.

use super::drawn_eye::{DrawnEye, Look, Picture};
use eval::drift::{DriftOptions, Pair, REFERENCE_WIDTH_PX};
use eval::registration::register;
use eval::stats::{self, Summary};
use eval::{FeatureFit, FitFailure, fit_eye};
use rayon::prelude::*;
use simulator::sample::{Domain, Eye, EyeGeometry, Sample};

/// A shift of this length in a direction of the eye's own, px.
pub fn direction(id: u64, length_px: f64) -> [f64; 2] {
    let angle = 2.399_963 * id as f64;
    [length_px * angle.cos(), length_px * angle.sin()]
}

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

/// A drawn eye whose eyeball alone moved: lids, skin and the lid's shadow stay, as they do under a
/// refiner that moves an eye.
pub fn known_drawn_turned(id: u64, contrast: f64, look: Look, shift_px: [f64; 2]) -> Known {
    let eye = DrawnEye::random(id, contrast);
    let mut rendered = eye.draw([0.0, 0.0]);
    rendered.add_noise(1.0, 3 * id + 1);
    let mut refined = eye.draw_turned(shift_px);
    look.apply(&mut refined, 3 * id + 2);
    let rendered = eye.sample(id, Domain::Synthetic, &rendered);
    Known { pair: (rendered, eye.sample(id, Domain::Refined, &refined)), shift_px }
}

/// A render whose eyeball alone moved: what the lids show is continued under them, moved by
/// resampling, and laid between the lids, which stay.
pub fn known_rendered_turned(sample: &Sample<Eye>, look: Look, shift_px: [f64; 2]) -> Known {
    let still = Picture::from_frame(&sample.frame);
    let Some(geometry) = &sample.label.geometry else {
        return known_rendered(sample, look, shift_px);
    };
    let lids = |x: f64| {
        let height = |line: &[[f32; 2]]| {
            line.windows(2).find_map(|piece| {
                let [[ax, ay], [bx, by]] = [0, 1].map(|i: usize| piece[i].map(f64::from));
                let inside = (ax.min(bx)..=ax.max(bx)).contains(&x) && ax != bx;
                inside.then(|| ay + (by - ay) * (x - ax) / (bx - ax))
            })
        };
        Some((height(&geometry.upper_lid)?, height(&geometry.lower_lid)?))
    };
    let value = |x: usize, y: f64| {
        let y = y.clamp(0.0, still.height as f64 - 1.0);
        let (top, part) = (y as usize, y.fract());
        let row = |y: usize| still.values[y.min(still.height - 1) * still.width + x];
        row(top) * (1.0 - part) + row(top + 1) * part
    };
    let eyeball = Picture::from_fn(still.width, still.height, |x, y| match lids(x as f64) {
        Some((upper, lower)) if lower - upper > 3.0 => {
            value(x, (y as f64).clamp(upper + 1.5, lower - 1.5))
        }
        Some((upper, lower)) => value(x, 0.5 * (upper + lower)),
        None => value(x, y as f64),
    });
    let moved = eyeball.shifted(shift_px);
    let mut refined = Picture::from_fn(still.width, still.height, |x, y| {
        let share = lids(x as f64).map_or(0.0, |(upper, lower)| {
            let depth = (y as f64 - upper).min(lower - y as f64);
            (depth + 0.5).clamp(0.0, 1.0)
        });
        let i = y * still.width + x;
        moved.values[i] * share + still.values[i] * (1.0 - share)
    });
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

/// By registration, by pupil, by iris, and by both ellipses: the pupil's, else the iris's.
pub fn judge(known: &[Known], options: &DriftOptions) -> [Score; 4] {
    let fits: Vec<[Option<Found>; 3]> = known
        .par_iter()
        .map(|k| {
            let (before, after) = (&k.pair.0.frame, &k.pair.1.frame);
            let geometry = k.pair.0.label.geometry.as_ref();
            let registered = geometry
                .and_then(|g| register(before, after, g, &options.registration).ok())
                .map(|found| (found.shift_px, None));
            let before = fit_eye(before, geometry, &options.fit);
            let after = fit_eye(after, geometry, &options.fit);
            let centers = |g: &EyeGeometry| (g.pupil.center, g.iris.center);
            let (pupil, iris) = geometry.map(centers).unzip();
            [registered, by(before.pupil, after.pupil, pupil), by(before.iris, after.iris, iris)]
        })
        .collect();
    [
        score(known, |i| fits[i][0]),
        score(known, |i| fits[i][1]),
        score(known, |i| fits[i][2]),
        score(known, |i| fits[i][1].or(fits[i][2])),
    ]
}

/// A measured shift, and the distance of the render's fit from its label, px of the image.
type Found = ([f64; 2], Option<f64>);
type Fit = Result<FeatureFit, FitFailure>;

fn by(before: Fit, after: Fit, label: Option<[f32; 2]>) -> Option<Found> {
    let [from, to] = [before.ok()?, after.ok()?].map(|fit| fit.ellipse.center);
    let off = label.map(|at| f64::from((from[0] - at[0]).hypot(from[1] - at[1])));
    Some(([0, 1].map(|i| f64::from(to[i] - from[i])), off))
}

fn score(known: &[Known], found: impl Fn(usize) -> Option<Found>) -> Score {
    let (mut errors, mut label_errors) = (Vec::new(), Vec::new());
    for (i, known) in known.iter().enumerate() {
        let scale = REFERENCE_WIDTH_PX / known.pair.0.frame.width() as f64;
        let Some((shift, off_label)) = found(i) else { continue };
        errors.push([0, 1].map(|i| scale * (shift[i] - known.shift_px[i])));
        label_errors.extend(off_label.map(|off| scale * off));
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
