//! Hands: how far a pose estimator is off, and whether refined depth still fits its label.
//!
//! Lengths in px are those of an image [`REFERENCE_WIDTH_PX`] wide, the size of SimGAN's hands, so
//! that figures of smaller images can be compared with the paper's.

mod align;
mod drift;
mod error;
mod relief;
mod report;
mod seeds;
mod silhouette;

pub use align::Alignment;
pub use drift::{HandDriftOptions, contour_px, measure_drift, measure_drift_stream};
pub use error::{
    Curve, HandPair, HandReport, JointErrors, JointPlace, LIMITS_MM, LIMITS_PX, Placing,
    measure_pose,
};
pub use relief::{LIMIT_MM as RELIEF_LIMIT_MM, relief};
pub use report::{
    BehindReport, HandDriftReport, HandPairRecord, JointDepthReport, SilhouetteReport,
};
pub use seeds::HandSeeds;
pub use silhouette::{Silhouette, SilhouetteChange};

/// Width of the image in whose pixels lengths are reported.
pub const REFERENCE_WIDTH_PX: f64 = 224.0;
