//! One pair, measured by every witness.

use super::{DriftOptions, PairRecord, REFERENCE_WIDTH_PX};
use crate::fit::{EyeFit, Feature, FeatureFit, FitFailure, fit_eye, fit_iris};
use crate::registration::{Registration, Unregistered, register};
use simulator::sample::{Ellipse, Eye, EyeGeometry, Frame, Sample, SampleId};

type Fit = Result<FeatureFit, FitFailure>;

/// Everything that is kept of a pair.
pub(super) struct PairFit {
    id: SampleId,
    /// From px of this image to px of the reference.
    scale: f64,
    label: Option<(Ellipse, Ellipse)>,
    /// `None` without a label.
    registration: Option<Result<Registration, Unregistered>>,
    rendered: EyeFit,
    refined: EyeFit,
}

impl PairFit {
    /// All witnesses.
    pub fn new(rendered: &Sample<Eye>, refined: &Sample<Eye>, options: &DriftOptions) -> Self {
        let geometry = rendered.label.geometry.as_ref();
        let registration =
            geometry.map(|g| register(&rendered.frame, &refined.frame, g, &options.registration));
        Self {
            id: rendered.id,
            scale: scale(&rendered.frame),
            label: geometry.map(|g| (g.pupil, g.iris)),
            registration,
            rendered: fit_eye(&rendered.frame, geometry, &options.fit),
            refined: fit_eye(&refined.frame, geometry, &options.fit),
        }
    }

    /// The witness that decides, alone: ellipses where there is no label, and the refined pupil only
    /// where the rendered one is found.
    pub fn deciding(
        id: SampleId,
        rendered: &Frame<u8>,
        refined: &Frame<u8>,
        geometry: Option<&EyeGeometry>,
        options: &DriftOptions,
    ) -> Self {
        let scale = scale(rendered);
        let unseen = EyeFit { pupil: Err(FitFailure::NoIris), iris: Err(FitFailure::NoIris) };
        if let Some(geometry) = geometry {
            let registration = register(rendered, refined, geometry, &options.registration);
            let registration = Some(registration);
            return Self {
                id,
                scale,
                label: None,
                registration,
                rendered: unseen,
                refined: unseen,
            };
        }
        let before = fit_eye(rendered, None, &options.fit);
        let after = match before.pupil.is_ok() {
            true => fit_eye(refined, None, &options.fit),
            false => fit_iris(refined, None, &options.fit),
        };
        Self { id, scale, label: None, registration: None, rendered: before, refined: after }
    }

    /// The feature that decides this pair.
    pub fn deciding_feature(&self) -> Feature {
        match (&self.registration, self.by_ellipses()) {
            (Some(_), _) => Feature::Eyeball,
            (None, Some(record)) => record.feature,
            (None, None) => Feature::Iris,
        }
    }

    /// The shift by the feature that decides.
    pub fn decided(&self) -> Option<PairRecord> {
        self.record(self.deciding_feature())
    }

    /// The shift by the pupil, else by the iris.
    pub fn by_ellipses(&self) -> Option<PairRecord> {
        self.record(Feature::Pupil).or_else(|| self.record(Feature::Iris))
    }

    /// The shift by this feature, if both images show it.
    pub fn record(&self, feature: Feature) -> Option<PairRecord> {
        let record = |[dx_px, dy_px]: [f64; 2], radius_ratio, standard_error_px| PairRecord {
            id: self.id,
            feature,
            dx_px,
            dy_px,
            radius_ratio,
            standard_error_px,
        };
        let Some((rendered, refined)) = self.fits(feature) else {
            let found = self.registration?.ok()?;
            let [right, down] = found.standard_error_px;
            let shift = found.shift_px.map(|v| v * self.scale);
            return Some(record(shift, found.radius_ratio, Some(right.hypot(down) * self.scale)));
        };
        let (before, after) = (rendered.ok()?.ellipse, refined.ok()?.ellipse);
        let ratio = f64::from(after.mean_radius() / before.mean_radius());
        Some(record(self.between(&before, &after), ratio, None))
    }

    /// Why this feature is not measured in the render, and in the refined image.
    pub fn failures(&self, feature: Feature) -> [Option<FitFailure>; 2] {
        match (self.fits(feature), self.registration) {
            (Some((rendered, refined)), _) => [rendered.err(), refined.err()],
            (None, Some(Err(Unregistered::Rendered(reason)))) => [Some(reason), None],
            (None, Some(Err(Unregistered::Refined(reason)))) => [None, Some(reason)],
            (None, _) => [None, None],
        }
    }

    /// Fit minus label in the render, px at the reference; of ellipses alone.
    pub fn label_error(&self, feature: Feature) -> Option<[f64; 2]> {
        let (pupil, iris) = self.label?;
        let label = if feature == Feature::Pupil { pupil } else { iris };
        Some(self.between(&label, &self.fits(feature)?.0.ok()?.ellipse))
    }

    /// Whether there is a label.
    pub fn is_registered(&self) -> bool {
        self.registration.is_some()
    }

    fn fits(&self, feature: Feature) -> Option<(Fit, Fit)> {
        match feature {
            Feature::Pupil => Some((self.rendered.pupil, self.refined.pupil)),
            Feature::Iris => Some((self.rendered.iris, self.refined.iris)),
            Feature::Eyeball => None,
        }
    }

    fn between(&self, from: &Ellipse, to: &Ellipse) -> [f64; 2] {
        [0, 1].map(|i| f64::from(to.center[i] - from.center[i]) * self.scale)
    }
}

fn scale(frame: &Frame<u8>) -> f64 {
    REFERENCE_WIDTH_PX / frame.width() as f64
}
