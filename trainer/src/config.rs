//! Every number of SimGAN's training: its name, its value, and where the value comes from.
//!
//! "Paper" is Shrivastava et al., *Learning from Simulated and Unsupervised Images through
//! Adversarial Training*, CVPR 2017 (arXiv 1612.07828), the gaze experiment of section 3.1; "blog"
//! is the authors' article in the Apple Machine Learning Journal 1(1), 2017; "ours" is neither.

use crate::{Error, Optimizer};
use serde::{Deserialize, Serialize};

/// The refiner's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RefinerConfig {
    /// Channels of every hidden layer. Paper: 64.
    pub features: usize,
    /// Residual blocks. Paper: 4.
    pub blocks: usize,
    /// Side of the square kernels, px, odd. Paper: 3.
    pub kernel: usize,
    /// Whether the network computes what to *add* to its input (before the tanh), so that training
    /// starts from the identity and not from noise. Ours: the paper's network computes the whole
    /// image. Its output activation is not stated either; here it is tanh.
    pub residual: bool,
    /// Pixels by which the image is continued on each side, by its own border, before the network
    /// sees it, and which are cut off again. The zeros that pad each convolution would otherwise
    /// draw a thin frame into early results. Ours; 0 for the paper, which is silent on padding.
    pub margin: usize,
}

impl Default for RefinerConfig {
    fn default() -> Self {
        Self { features: 64, blocks: 4, kernel: 3, residual: false, margin: 0 }
    }
}

/// The discriminator's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiscriminatorConfig {
    /// Channels of its four hidden convolutions. Paper: 96, 64, 32, 32.
    pub channels: [usize; 4],
}

impl Default for DiscriminatorConfig {
    fn default() -> Self {
        Self { channels: [96, 64, 32, 32] }
    }
}

/// Algorithm 1's settings. The default is the preset `"paper"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimGanConfig {
    /// The refiner's shape.
    pub refiner: RefinerConfig,
    /// The discriminator's shape.
    pub discriminator: DiscriminatorConfig,
    /// λ: weight of the self-regularisation *per pixel* (in units where black is -1 and white 1)
    /// against the adversarial loss *per patch*; so it changes neither with the batch nor with the
    /// image. Ours: the paper does not state its λ. In the paper's sums, λ_paper = λ · patches /
    /// pixels = λ / 15.3 at 55x35 px. In 600 iterations of the preset `"demo"` on 60x36 px renders,
    /// 2 let the mean pixel change by 0.16 (20 grey levels) and look much more real, 5 by 0.08.
    pub lambda: f64,
    /// b: images of each kind in a step. Even. Paper: 512.
    pub batch_size: usize,
    /// K_g: refiner steps in an iteration. Paper: 50 (one sentence says 2; the blog confirms 50).
    pub refiner_updates: usize,
    /// K_d: discriminator steps in an iteration. Paper: 1.
    pub discriminator_updates: usize,
    /// Refiner steps on the self-regularisation alone, at the start. Paper: 1,000. A residual
    /// refiner needs none.
    pub refiner_warmup_steps: u64,
    /// Discriminator steps against the still untrained refiner, after that. Paper: 200.
    pub discriminator_warmup_steps: u64,
    /// T: iterations. Ours: the paper trains until the images look real.
    pub iterations: u64,
    /// B: refined images the history holds. Ours: the paper does not state it.
    pub history_capacity: usize,
    /// Paper: SGD.
    pub optimizer: Optimizer,
    /// Step size of the refiner. Paper: 0.001; blog: about 0.0001.
    pub refiner_learning_rate: f64,
    /// Step size of the discriminator. Paper: 0.001.
    pub discriminator_learning_rate: f64,
    /// Whether each loss is multiplied by the number of patches, as in the paper's sums. It scales
    /// the step of SGD (126 times at 55x35 px) and means nothing to Adam; λ keeps its meaning.
    pub sum_over_patches: bool,
    /// Adam's β₁. Ours: 0.5, which is customary for adversarial training (Radford et al., 2016).
    pub adam_beta_1: f64,
    /// SGD's momentum. Paper: none mentioned.
    pub sgd_momentum: f64,
    /// Largest L2 norm of a network's whole gradient; 0 switches clipping off. Paper: none.
    pub gradient_clip_norm: f64,
    /// Everything random is a function of this.
    pub seed: u64,
    /// Steps between two reports; the losses in between are averaged.
    pub report_every: u64,
    /// Iterations between two pictures; 0 for none but the last.
    pub picture_every: u64,
    /// Images in a picture.
    pub pictures: usize,
    /// Steps between two checkpoints; 0 for none but the last.
    pub checkpoint_every: u64,
}

impl Default for SimGanConfig {
    fn default() -> Self {
        Self {
            refiner: RefinerConfig::default(),
            discriminator: DiscriminatorConfig::default(),
            lambda: 1.0,
            batch_size: 512,
            refiner_updates: 50,
            discriminator_updates: 1,
            refiner_warmup_steps: 1000,
            discriminator_warmup_steps: 200,
            iterations: 2000,
            history_capacity: 50 * 512,
            optimizer: Optimizer::Sgd,
            refiner_learning_rate: 0.001,
            discriminator_learning_rate: 0.001,
            sum_over_patches: true,
            adam_beta_1: 0.5,
            sgd_momentum: 0.0,
            gradient_clip_norm: 0.0,
            seed: 0,
            report_every: 1,
            picture_every: 50,
            pictures: 16,
            checkpoint_every: 100,
        }
    }
}

impl SimGanConfig {
    /// Name and one line about each preset.
    pub const PRESETS: &[(&str, &str)] = &[
        ("paper", "as published: 4 blocks of 64 features, batch 512, SGD, 50 refiner steps; a GPU"),
        ("cpu", "3 blocks of 32 features, batch 32: about a quarter of an hour on two cores"),
        ("demo", "2 blocks of 16 features, batch 16: about three minutes on two cores"),
    ];

    /// The preset of this name.
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "paper" => Some(Self::default()),
            "cpu" => Some(Self::cpu()),
            "demo" => Some(Self::demo()),
            _ => None,
        }
    }

    /// Ours: Adam, because a plain SGD of this step size moves nothing in the few thousand steps
    /// that two cores can do; and a residual refiner, because the paper's spends its first
    /// thousand steps on learning the identity.
    fn cpu() -> Self {
        Self {
            refiner: RefinerConfig {
                features: 32,
                blocks: 3,
                kernel: 3,
                residual: true,
                margin: 2,
            },
            lambda: 2.0,
            batch_size: 32,
            refiner_updates: 2,
            refiner_warmup_steps: 0,
            discriminator_warmup_steps: 100,
            iterations: 2500,
            history_capacity: 50 * 32,
            optimizer: Optimizer::Adam,
            refiner_learning_rate: 0.0002,
            discriminator_learning_rate: 0.0002,
            sum_over_patches: false,
            gradient_clip_norm: 10.0,
            report_every: 10,
            picture_every: 100,
            checkpoint_every: 250,
            ..Self::default()
        }
    }

    fn demo() -> Self {
        Self {
            refiner: RefinerConfig {
                features: 16,
                blocks: 2,
                kernel: 3,
                residual: true,
                margin: 2,
            },
            discriminator: DiscriminatorConfig { channels: [48, 32, 32, 32] },
            batch_size: 16,
            refiner_updates: 2,
            discriminator_warmup_steps: 50,
            iterations: 1500,
            history_capacity: 50 * 16,
            refiner_learning_rate: 0.0005,
            discriminator_learning_rate: 0.0005,
            picture_every: 100,
            checkpoint_every: 300,
            ..Self::cpu()
        }
    }

    /// Steps of a whole run: both warm-ups and the iterations.
    pub fn total_steps(&self) -> u64 {
        self.refiner_warmup_steps + self.discriminator_warmup_steps + self.iterations
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that is out of range, and what to write.
    pub fn validate(&self) -> Result<(), Error> {
        let whole = [
            ("refiner.features", self.refiner.features),
            ("refiner.blocks", self.refiner.blocks),
            ("discriminator.channels", self.discriminator.channels.into_iter().min().unwrap_or(0)),
            ("refiner_updates", self.refiner_updates),
            ("discriminator_updates", self.discriminator_updates),
            ("report_every", self.report_every as usize),
        ];
        for (field, value) in whole {
            if value == 0 {
                return Err(config_error(field, "is 0".into(), "write 1 or more"));
            }
        }
        if self.refiner.kernel.is_multiple_of(2) {
            let problem = format!("is {}", self.refiner.kernel);
            return Err(config_error("refiner.kernel", problem, "write an odd number, 3 or more"));
        }
        if self.batch_size == 0 || !self.batch_size.is_multiple_of(2) {
            let problem = format!("is {}", self.batch_size);
            let remedy = "write an even number: half of the refined images come from the history";
            return Err(config_error("batch_size", problem, remedy));
        }
        if self.history_capacity < self.batch_size / 2 {
            let problem = format!("is {}", self.history_capacity);
            let remedy = "write at least half of batch_size, better fifty times batch_size";
            return Err(config_error("history_capacity", problem, remedy));
        }
        let at_least_zero = [
            ("lambda", self.lambda),
            ("gradient_clip_norm", self.gradient_clip_norm),
            ("refiner_learning_rate", self.refiner_learning_rate),
            ("discriminator_learning_rate", self.discriminator_learning_rate),
        ];
        for (field, value) in at_least_zero {
            if !value.is_finite() || value < 0.0 {
                return Err(config_error(field, format!("is {value}"), "write 0 or more"));
            }
        }
        for (field, value) in
            [("adam_beta_1", self.adam_beta_1), ("sgd_momentum", self.sgd_momentum)]
        {
            if !(0.0..1.0).contains(&value) {
                let remedy = "write a number from 0 up to, not including, 1";
                return Err(config_error(field, format!("is {value}"), remedy));
            }
        }
        Ok(())
    }
}

pub(crate) fn config_error(field: &'static str, problem: String, remedy: &'static str) -> Error {
    Error::Config { field, problem, remedy }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_preset_is_valid_and_has_a_line() {
        for (name, line) in SimGanConfig::PRESETS {
            SimGanConfig::preset(name).unwrap().validate().unwrap();
            assert!(!line.is_empty());
        }
        assert!(SimGanConfig::preset("fast").is_none());
    }

    #[test]
    fn an_error_names_the_field_and_what_to_write() {
        let wrong = [
            SimGanConfig { batch_size: 33, ..Default::default() },
            SimGanConfig { lambda: f64::NAN, ..Default::default() },
            SimGanConfig { history_capacity: 10, ..Default::default() },
            SimGanConfig { refiner_updates: 0, ..Default::default() },
        ];
        let fields = ["batch_size", "lambda", "history_capacity", "refiner_updates"];
        for (config, field) in wrong.into_iter().zip(fields) {
            let message = config.validate().unwrap_err().to_string();
            assert!(message.contains(field) && message.contains("write"), "{message}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_refused_and_a_missing_one_has_its_default() {
        let config: SimGanConfig = serde_json::from_str(r#"{"lambda": 3.0}"#).unwrap();
        assert_eq!(config, SimGanConfig { lambda: 3.0, ..Default::default() });
        assert!(serde_json::from_str::<SimGanConfig>(r#"{"lamda": 3.0}"#).is_err());
    }
}
