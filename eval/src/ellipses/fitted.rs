//! An iris fitted around a place, and the pupil in it.

use super::EllipseOptions;
use super::evidence::Evidence;
use super::scaled::Scaled;
use super::search::Place;
use crate::fit::{FeatureFit, FitFailure};
use crate::surface::Surface;
use crate::{iris, pupil};
use simulator::sample::Ellipse;

/// A fit, px and grey levels of the image stretched to 8 bits.
pub(super) struct Fitted {
    /// The fit.
    pub fit: FeatureFit,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// An image shrunk by a factor, with places in it.
struct Shrunk {
    surface: Surface,
    factor: f64,
}

impl Shrunk {
    /// So that this radius becomes that one, or is left as it is if it is smaller.
    fn new(image: &Scaled, radius: f64, becomes: f64) -> Option<Self> {
        let small = image.shrunk((radius / becomes).max(1.0));
        let factor = image.width as f64 / small.width as f64;
        Some(Self { surface: Surface::new(&small.to_frame()?), factor })
    }

    fn down(&self, ellipse: &Ellipse) -> Ellipse {
        scaled(ellipse, 1.0 / self.factor)
    }

    fn up(&self, fit: FeatureFit) -> FeatureFit {
        let residual_px = fit.residual_px * self.factor;
        FeatureFit { ellipse: scaled(&fit.ellipse, self.factor), residual_px, ..fit }
    }
}

/// An ellipse in an image that is larger by a factor. Pixel 0 starts at -0.5 in both.
fn scaled(ellipse: &Ellipse, factor: f64) -> Ellipse {
    let center = ellipse.center.map(|v| ((f64::from(v) + 0.5) * factor - 0.5) as f32);
    let [major, minor] =
        [ellipse.semi_major, ellipse.semi_minor].map(|v| (f64::from(v) * factor) as f32);
    Ellipse::new(center, major, minor, ellipse.orientation)
}

impl Fitted {
    /// The iris around a place.
    pub fn iris(
        image: &Scaled,
        place: &Place,
        options: &EllipseOptions,
    ) -> Result<Self, FitFailure> {
        let small = Shrunk::new(image, place.radius, options.search.iris_radius_px)
            .ok_or(FitFailure::TooFewEdges)?;
        let radius = place.radius as f32;
        let start = Ellipse::new(place.center.map(|v| v as f32), radius, radius, 0.0);
        let fit = iris::find(&small.surface, Some(&small.down(&start)), &options.iris)?;
        let evidence = Evidence::of(&small.surface, &fit, 2 * options.iris.rays_per_side);
        Ok(Self { fit: small.up(fit), evidence })
    }

    /// Where the iris is.
    pub fn place(&self) -> Place {
        let ellipse = &self.fit.ellipse;
        Place { center: ellipse.center.map(f64::from), radius: f64::from(ellipse.mean_radius()) }
    }

    /// The pupil in it.
    pub fn pupil(
        &self,
        image: &Scaled,
        options: &EllipseOptions,
    ) -> Result<FeatureFit, FitFailure> {
        let radius = f64::from(self.fit.ellipse.mean_radius());
        let small = Shrunk::new(image, radius, options.search.pupil_iris_radius_px)
            .ok_or(FitFailure::TooFewEdges)?;
        let iris = small.down(&self.fit.ellipse);
        Ok(small.up(pupil::find(&small.surface, &iris, &options.pupil)?))
    }
}
