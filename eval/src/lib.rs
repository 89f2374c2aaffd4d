//! The judge: it measures samples and predictions, and trusts nobody's code but its own.
//!
//! | question | module | result |
//! | --- | --- | --- |
//! | Did refinement move the eye away from its label? | [`drift`] | [`drift::DriftReport`] |
//! | How far did an eyeball move between two images? | [`registration`] | [`registration::Registration`] |
//! | Where are the pupil and the iris in this image? | [`fit_eye`] | [`EyeFit`] |
//! | Where are they in any image, without a label to start from? | [`ellipses`] | [`ellipses::EllipseReport`] |
//! | How far off is a gaze estimator? | [`gaze`] | [`gaze::GazeReport`] |
//! | Whose eyes are they, and does it hold for other people? | [`people`] | [`people::PeopleReport`] |
//! | What is a constant offset, and how to take it out without labels? | [`alignment`] | [`alignment::Alignment`] |
//! | What does each step give, against the strongest baseline? | [`ladder`] | [`ladder::Ladder`] |
//! | How well are places on a screen told, where no angle is known? | [`affine`] | [`affine::PlaceReport`] |
//! | How far off is a pupil localiser? | [`pupil_error`] | [`pupil_error::PupilReport`] |
//! | How far off is a hand's pose? | [`hand`] | [`hand::HandReport`] |
//! | Did refinement move a hand away from its label? | [`hand`] | [`hand::HandDriftReport`] |
//! | Do refined images look like real ones? | [`realism`] | [`realism::RealismReport`] |
//! | Does training on refined images help? | [`comparison`] | [`comparison::Comparison`] |
//! | What does no learning at all achieve? | [`knn`] | [`knn::Knn`] |
//!
//! The one decision behind all of it: **a refusal is a result**. A measure that always answers
//! returns the iris for a pupil it cannot see, and a drift that is not there. So a fit says why it
//! refuses ([`FitFailure`]), every report says what share it measured, and a prediction that is not
//! a number is counted, not dropped. `examples/qualify.rs` shows what the measure reads for drifts
//! that are known.
//!
//! # Label drift
//!
//! ```
//! use eval::drift::{self, DriftOptions};
//! use simulator::sample::{Domain, Eye, EyeLabel, Frame, Sample, SampleId};
//!
//! // A dark disk on white, moved by one pixel.
//! let eye = |domain, x0: f64| -> Sample<Eye> {
//!     let frame = Frame::from_fn(55, 35, |x, y| {
//!         let r = (x as f64 - x0).hypot(y as f64 - 17.0);
//!         (60.0 + 140.0 / (1.0 + (-(r - 8.5) / 0.5).exp())) as u8
//!     });
//!     Sample { id: SampleId(3), domain, frame, label: EyeLabel::default() }
//! };
//! let pair = (eye(Domain::Synthetic, 27.0), eye(Domain::Refined, 28.0));
//! let report = drift::measure([pair], &DriftOptions::default())?;
//! assert_eq!((report.iris.measured, report.pupil.measured), (1, 0));
//! assert!((report.records[0].dx_px - 1.0).abs() < 0.05);
//! println!("{}", report.summary());
//! # Ok::<(), eval::Error>(())
//! ```
//!
//! # Gaze error
//!
//! ```
//! use simulator::sample::Gaze;
//! let truth = Gaze::from_degrees(0.0, 10.0);
//! let report = eval::gaze::measure(&[(truth, Gaze::from_degrees(0.0, 14.0))])?;
//! assert!((report.mean_deg.unwrap() - 4.0).abs() < 1e-5);
//! assert_eq!(report.share_within_deg(7), Some(1.0));
//! # Ok::<(), eval::Error>(())
//! ```

pub mod affine;
pub mod alignment;
pub mod comparison;
mod disk;
pub mod drift;
mod edges;
pub mod ellipse_fit;
pub mod ellipses;
mod error;
pub mod fit;
pub mod gaze;
mod glint;
pub mod hand;
pub mod iris;
pub mod knn;
pub mod ladder;
mod pairs;
pub mod people;
pub mod pupil;
pub mod pupil_error;
pub mod realism;
pub mod registration;
mod report;
pub mod stats;
pub mod surface;

pub use error::Error;
pub use fit::{EyeFit, Feature, FeatureFit, FitFailure, FitOptions, fit_eye};
pub use report::gaze_table;
