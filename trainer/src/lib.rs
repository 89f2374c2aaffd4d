//! Learns to refine rendered frames so that they look real and still mean what they meant; and
//! trains the gaze network that shows whether they do.
//!
//! This is SimGAN (Shrivastava et al., CVPR 2017). A *refiner* R redraws a rendered image; a
//! *discriminator* D says for every patch of an image whether it is refined or real. They learn
//! against each other, and a second loss keeps what R draws close to what it was given, so that
//! the render's label stays true.
//!
//! # Algorithm 1 in words
//!
//! ```text
//! R learns to reproduce its input                                     refiner_warmup_steps
//! D learns to tell renders (through R) from real images               discriminator_warmup_steps
//! repeat:                                                             iterations
//!     R steps on new renders:   look real to D  +  λ · stay close     refiner_updates
//!     D steps on real images, and as many refined ones,
//!         half of them fresh and half out of the history              discriminator_updates
//!     half a batch of fresh refined images replaces random ones of the history
//! ```
//!
//! | paper | here |
//! | --- | --- |
//! | R_θ, D_φ | [`Refiner`], the discriminator inside [`SimGan`]; trained, [`TrainedDiscriminator`] |
//! | x, x̃, y | rendered, refined, real |
//! | λ | [`SimGanConfig::lambda`], per pixel against per patch |
//! | ψ | [`RegularizationConfig`] |
//! | T, K_g, K_d | [`SimGanConfig::iterations`], [`refiner_updates`](SimGanConfig::refiner_updates), [`discriminator_updates`](SimGanConfig::discriminator_updates) |
//! | b, B | [`SimGanConfig::batch_size`], [`history_capacity`](SimGanConfig::history_capacity) |
//! | ℓ_real (3), ℓ_reg, L_R (4), L_D (2) | [`StepReport`]'s `refiner_adversarial`, `self_regularization`; their sum with λ; `discriminator` |
//!
//! # What the paper leaves open, and what came after it
//!
//! Every choice is a setting of [`SimGanConfig`], whose documentation says what the paper, the authors'
//! article or nobody but us chose. [`HeldOut`] is the way in for measures that the trainer cannot make:
//! what it finds decides which checkpoint is the best and when to stop ([`MeasureConfig`]). Numbers
//! that stop being finite take a run back to its last checkpoint ([`Rollback`]); curves that go wrong
//! otherwise are told in words ([`Warning`]).
//!
//! # The design decision
//!
//! Every random number is a function of (seed, purpose, counter), and data arrive as streams that
//! can be opened at a position. So a run is a function of its settings; a checkpoint needs no
//! generator's state; and on the processor a run that was stopped and resumed ends with the same
//! bits as one that was not.
//!
//! # Train, stop, go on, refine
//!
//! ```
//! use simulator::sample::Frame;
//! use trainer::{Device, Frames, MeasureConfig, Refiner, Silent, SimGan, SimGanConfig};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Stripes are the renders, noise is real. Frame p is a function of p.
//! let mut synthetic = |start: u64| -> Result<Frames, _> {
//!     Ok(Box::new((start..).map(|p| Ok(Frame::from_fn(12, 8, |x, _| (x as u64 * 20 + p) as u8)))))
//! };
//! let mut real = |start: u64| -> Result<Frames, _> {
//!     Ok(Box::new((start..).map(|p| Ok(Frame::from_fn(12, 8, |x, y| (p as usize * 7 + x * y * 31) as u8)))))
//! };
//! let config = SimGanConfig {
//!     batch_size: 4,
//!     iterations: 2,
//!     discriminator_warmup_steps: 1,
//!     // Nobody is here who could judge held-out images.
//!     measure: MeasureConfig::default(),
//!     ..SimGanConfig::preset("demo").ok_or("no such preset")?
//! };
//! let device = Device::from_name("cpu")?;
//! let run = tempfile::tempdir()?;
//!
//! let mut gan = SimGan::new(config, (12, 8), &device)?;
//! gan.train(&mut synthetic, &mut real, Some(run.path()), &mut Silent)?;
//!
//! // Two iterations more, from what was saved.
//! let mut gan = SimGan::load(run.path(), &device)?;
//! gan.set_iterations(4);
//! gan.train(&mut synthetic, &mut real, Some(run.path()), &mut Silent)?;
//!
//! let refined = Refiner::load(run.path(), &device)?.refine(&[Frame::from_fn(12, 8, |_, _| 128)])?;
//! assert_eq!(refined[0].size(), (12, 8));
//! # Ok(()) }
//! ```
//!
//! [`GazeNet`] is trained on frames and gazes in memory: [`GazeNet::train`], then
//! [`GazeNet::predict`]. [`PupilNet`], likewise, on frames and the pupil centres in them; [`HandNet`]
//! on depth frames and the joints of the hands in them.
//!
//! # Depth
//!
//! A depth frame enters as [`RelativeDepth`], by [`RelativeDepth::from_mm`], and leaves by
//! [`RelativeDepth::to_mm`]: a network never sees how far away the hand is, and a millimetre is as
//! much in every image.

mod augment;
mod average;
mod batch;
pub mod calibration;
mod checkpoint;
mod config;
pub mod conv;
mod critic;
mod depth;
mod device;
mod discriminator;
mod encoder;
mod epochs;
mod error;
mod gaze_config;
mod gaze_net;
mod gaze_train;
mod guard;
mod hand_net;
mod history;
mod input;
mod judge;
mod layer;
mod loss;
mod manifest;
mod measure;
mod meter;
mod metrics;
mod norm;
mod observer;
mod optimizer;
mod pace;
mod pixel;
mod probe;
mod psi;
mod pupil_config;
mod pupil_net;
mod pupil_train;
mod refiner;
mod run_folder;
mod schedule;
mod seed;
mod simgan;
mod slack;
mod steps;
mod store;
mod stream;
mod task;
mod train;
mod view;
mod watch;
mod weights;

pub use augment::{GazeAugment, HandAugment, PupilAugment};
pub use checkpoint::{CheckpointInfo, curves, inspect, measures};
pub use config::{
    AdversarialLoss, DiscriminatorConfig, InputConfig, MeasureConfig, Output, Padding, Psi,
    Realism, RefinerConfig, RegularizationConfig, Scope, SimGanConfig, TaskConfig,
};
pub use critic::TrainedDiscriminator;
pub use depth::{DepthRange, RelativeDepth};
pub use device::Device;
pub use epochs::{EpochObserver, EpochReport};
pub use error::Error;
pub use gaze_config::{GazeLoss, GazeNetConfig};
pub use gaze_net::GazeNet;
pub use guard::Rollback;
pub use hand_net::{HandJoint, HandNet, HandNetConfig};
pub use history::HistoryBuffer;
pub use judge::{Best, HeldOut, Measured, Verdict};
pub use metrics::metrics_csv;
pub use observer::{Control, Observer, Outcome, Phase, Pictures, Silent, StepReport};
pub use optimizer::Optimizer;
pub use pixel::{Kind, Level, Pixel};
pub use pupil_config::PupilNetConfig;
pub use pupil_net::PupilNet;
pub use refiner::Refiner;
pub use schedule::Schedule;
pub use simgan::SimGan;
pub use stream::{Frames, OpenFrames};
pub use task::Task;
pub use watch::Warning;
pub use weights::{Pair, Weights, weights};
