//! The parts of the method that are tables of their own in a settings file.

use serde::{Deserialize, Serialize};

/// The loss of one verdict, of both networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdversarialLoss {
    /// Cross-entropy, the refiner's non-saturating: equations (2) and (3) of the paper.
    #[default]
    CrossEntropy,
    /// Squares of the distance from 1 (real) and -1 (refined), halved (LSGAN, Mao et al., 2017).
    LeastSquares,
    /// Hinges at 1 and -1; the refiner's is linear (Lim and Ye, 2017).
    Hinge,
}

/// ψ: what of an image refinement has to keep (self-regularisation, ‖ψ(R(x)) - ψ(x)‖₁).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Psi {
    /// Its pixels. Paper's choice for all its figures.
    #[default]
    Identity,
    /// The mean of its colour channels: colours may change, brightness may not. Blog. Of a grey
    /// image this is the identity.
    ChannelMean,
    /// The differences of neighbouring pixels, to the right and downwards: edges stay, tones may
    /// drift.
    Derivatives,
    /// What the first layers of a small network see. It is an auto-encoder, trained on the renders
    /// before the first step; nothing is downloaded.
    Features,
}

/// Self-regularisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegularizationConfig {
    /// What has to stay.
    pub psi: Psi,
    /// Of `features`: channels of the auto-encoder's code, at half the image's size. Ours.
    pub feature_channels: usize,
    /// Of `features`: the auto-encoder's training steps. Ours.
    pub feature_steps: u64,
}

impl Default for RegularizationConfig {
    fn default() -> Self {
        Self { psi: Psi::Identity, feature_channels: 16, feature_steps: 300 }
    }
}

/// The task term: a frozen estimator, trained on the renders, has to say the same of a render and of its
/// refinement (semantic consistency, CyCADA, Hoffman et al., 2018).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskConfig {
    /// How far its answers may change, degrees of gaze, the mean over images; the term's weight follows
    /// from it. 0: no such term. Paper: none.
    pub limit_deg: f64,
    /// Renders that this estimator, and the one that judges, are trained on: the first ones by id.
    pub renders: usize,
    /// Epochs of their training.
    pub epochs: usize,
}

impl Default for TaskConfig {
    fn default() -> Self {
        Self { limit_deg: 0.0, renders: 10_000, epochs: 6 }
    }
}

/// What is done to images before the discriminator sees them, to real and refined ones alike and so
/// that gradients pass (Zhao et al., 2020, and instance noise, Sønderby et al., 2017). 0 is off.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InputConfig {
    /// Shifts each image by up to so many px right, left, up and down, its border repeated.
    pub shift_px: usize,
    /// Adds up to so much to each image or takes it away; black is -1, white 1.
    pub brightness: f64,
    /// Stretches each image about its mean, by up to this factor and down to its inverse; 0.2 means
    /// 1 / 1.2 to 1.2.
    pub contrast: f64,
    /// Standard deviation of noise in every pixel; black is -1, white 1.
    pub noise: f64,
    /// Iterations until the noise has fallen to nothing, in a straight line; 0: it stays.
    pub noise_iterations: u64,
}

/// By what measure the best checkpoint is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Realism {
    /// The kernel distance of features (as KID).
    #[default]
    KernelDistance,
    /// How often a classifier tells refined from real.
    TwoSample,
    /// The distance of the power spectra.
    Spectrum,
}

/// Measures on held-out images while it trains, and what follows from them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MeasureConfig {
    /// Iterations between two measurements; 0 for none, and then no image is held out.
    pub every: u64,
    /// Images of each kind that are kept from training for it.
    pub held_out: usize,
    /// Whether the best checkpoint is kept, in `best/`, and used to refine.
    pub keep_best: bool,
    /// What "best" means: the lowest.
    pub best_by: Realism,
    /// Mean drift up to which a checkpoint may be the best, px: of eyes the shift of the eyeball at
    /// 55 px, of hands the distance of the outlines at 224 px; 0 for no bound.
    pub drift_limit_px: f64,
    /// Share of the labels that can be checked in held-out renders and must still be kept in refined
    /// images. Of eyes those whose iris can be laid over its render's: where the judge sees no iris any
    /// more, it sees no drift either. Of hands the visible joints that lie behind the surface by their radius: an
    /// outline stays where it is when the whole hand is pushed away.
    pub min_coverage: f64,
    /// Mean change of an estimator's answers up to which a checkpoint may be the best, degrees of gaze, by
    /// an estimator that the refiner was not trained on; 0 for no bound. It is measured where there is a
    /// task term.
    pub task_limit_deg: f64,
    /// Measurements without a better one after which training ends; 0: it never does.
    pub patience: usize,
}

impl Default for MeasureConfig {
    fn default() -> Self {
        Self {
            every: 0,
            held_out: 300,
            keep_best: false,
            best_by: Realism::KernelDistance,
            drift_limit_px: 0.5,
            min_coverage: 0.8,
            task_limit_deg: 0.0,
            patience: 0,
        }
    }
}
