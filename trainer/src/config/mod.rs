//! Every number of SimGAN's training: its name, its value, and where the value comes from.
//!
//! "Paper" is Shrivastava et al., *Learning from Simulated and Unsupervised Images through
//! Adversarial Training*, CVPR 2017 (arXiv 1612.07828), the gaze experiment of section 3.1 (where
//! "hands" is said, that of section 3.2); "blog"
//! is the authors' article in the Apple Machine Learning Journal 1(1), 2017; "ours" is neither.

mod networks;
mod options;
mod presets;
mod validate;

pub use networks::{DiscriminatorConfig, Output, Padding, RefinerConfig, Scope};
pub use options::{
    AdversarialLoss, InputConfig, MeasureConfig, Psi, Realism, RegularizationConfig, TaskConfig,
};
pub(crate) use validate::{
    LARGEST_BATCH, MOST_BLOCKS, MOST_CHANNELS, MOST_EPOCHS, MOST_IMAGES, check_parameters,
    check_whole, config_error,
};

use crate::Optimizer;
use serde::{Deserialize, Serialize};

/// Algorithm 1's settings. The default is the preset `"paper-eye"`.
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
    /// ψ: what the self-regularisation keeps. Paper: the pixels.
    pub self_regularization: RegularizationConfig,
    /// The task term. Paper: none.
    pub task: TaskConfig,
    /// The loss of one verdict. Paper: cross-entropy.
    pub adversarial_loss: AdversarialLoss,
    /// How far the discriminator's target for real images stands below certainty: 0.1 is 0.9 real
    /// (one-sided, Salimans et al., 2016). Not for `hinge`. Paper: 0.
    pub label_smoothing: f64,
    /// Weight of the squared slope of the discriminator's score at real images, γ / 2 · ‖∇D‖² (R1 of
    /// Mescheder et al., 2018), the slope from two evaluations a random step apart. Paper: 0.
    pub gradient_penalty: f64,
    /// Standard deviation of that step in each pixel; black is -1, white 1.
    pub gradient_penalty_step: f64,
    /// The greatest factor on the discriminator's score. It is doubled, up to that, while the discriminator
    /// can't tell: with a spectral norm its score can't be steeper than the difference of two cameras is
    /// faint. 1: no such factor. Paper: 1.
    pub discriminator_slack: f64,
    /// What is done to images before the discriminator sees them. Paper: nothing.
    pub discriminator_input: InputConfig,
    /// b: images of each kind in a step. Even. Paper: 512.
    pub batch_size: usize,
    /// K_g: refiner steps in an iteration. Paper: 50 (one sentence says 2; the blog confirms 50).
    pub refiner_updates: usize,
    /// Up to how many `refiner_updates` grow, and fall back, as the discriminator's loss tells: one
    /// more where it has it easy, one less where it can't tell. 0 (and the paper): they stay.
    pub refiner_updates_max: usize,
    /// K_d: discriminator steps in an iteration. Paper: 1.
    pub discriminator_updates: usize,
    /// Refiner steps on the self-regularisation alone, at the start. Paper: 1,000. A residual
    /// refiner needs none.
    pub refiner_warmup_steps: u64,
    /// Discriminator steps against the still untrained refiner, after that. Paper: 200.
    pub discriminator_warmup_steps: u64,
    /// T: iterations. Ours: the paper trains until the images look real.
    pub iterations: u64,
    /// Updates of both networks after which it ends, whatever `iterations` say; 0 for no such
    /// end. It makes runs with different K_g comparable.
    pub update_budget: u64,
    /// B: refined images the history holds; 0 for none (the paper's ablation). Ours:
    /// the paper does not state it.
    pub history_capacity: usize,
    /// Paper: SGD.
    pub optimizer: Optimizer,
    /// Share of the old in a moving average of the refiner's weights, which then refines in its
    /// place; 0.999 averages the last thousand updates. 0 for none. Paper: none.
    pub refiner_average: f64,
    /// Step size of the refiner. Paper: 0.001; blog: about 0.0001. Two step sizes are two time
    /// scales (Heusel et al., 2017).
    pub refiner_learning_rate: f64,
    /// Step size of the discriminator. Paper: 0.001.
    pub discriminator_learning_rate: f64,
    /// Steps, warm-ups included, after which both step sizes are multiplied by
    /// `learning_rate_drop`; 0: never. Paper, hands: 600,000 (0.0002 becomes 0.00005).
    #[serde(skip_serializing_if = "networks::is_default")]
    pub learning_rate_drop_step: u64,
    /// That factor, once. Paper, hands: 0.25.
    #[serde(skip_serializing_if = "is_quarter")]
    pub learning_rate_drop: f64,
    /// Whether each loss is multiplied by the number of patches, as in the paper's sums. It scales
    /// the step of SGD (126 times at 55x35 px) and means nothing to Adam; λ keeps its meaning.
    pub sum_over_patches: bool,
    /// Adam's β₁. Ours: 0.5, which is customary for adversarial training (Radford et al., 2016).
    pub adam_beta_1: f64,
    /// SGD's momentum. Paper: none mentioned.
    pub sgd_momentum: f64,
    /// Largest L2 norm of a network's whole gradient; 0 switches clipping off. Paper: none.
    pub gradient_clip_norm: f64,
    /// How often a run whose numbers stop being finite goes back to its last checkpoint before it
    /// ends with an error. Ours.
    pub max_rollbacks: u32,
    /// Factor on both step sizes each time. Ours.
    pub rollback_rate: f64,
    /// Measures on held-out images.
    pub measure: MeasureConfig,
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

fn is_quarter(factor: &f64) -> bool {
    *factor == 0.25
}

impl Default for SimGanConfig {
    fn default() -> Self {
        Self {
            refiner: RefinerConfig::default(),
            discriminator: DiscriminatorConfig::default(),
            lambda: 1.0,
            self_regularization: RegularizationConfig::default(),
            task: TaskConfig::default(),
            adversarial_loss: AdversarialLoss::CrossEntropy,
            label_smoothing: 0.0,
            gradient_penalty: 0.0,
            gradient_penalty_step: 0.05,
            discriminator_slack: 1.0,
            discriminator_input: InputConfig::default(),
            batch_size: 512,
            refiner_updates: 50,
            refiner_updates_max: 0,
            discriminator_updates: 1,
            refiner_warmup_steps: 1000,
            discriminator_warmup_steps: 200,
            iterations: 2000,
            update_budget: 0,
            history_capacity: 50 * 512,
            optimizer: Optimizer::Sgd,
            refiner_average: 0.0,
            refiner_learning_rate: 0.001,
            discriminator_learning_rate: 0.001,
            learning_rate_drop_step: 0,
            learning_rate_drop: 0.25,
            sum_over_patches: true,
            adam_beta_1: 0.5,
            sgd_momentum: 0.0,
            gradient_clip_norm: 0.0,
            max_rollbacks: 3,
            rollback_rate: 0.5,
            measure: MeasureConfig::default(),
            seed: 0,
            report_every: 1,
            picture_every: 50,
            pictures: 16,
            checkpoint_every: 100,
        }
    }
}

impl SimGanConfig {
    /// Updates of both networks in a whole run, of one whose K_g does not grow.
    pub fn planned_updates(&self) -> u64 {
        let iteration = self.refiner_updates.saturating_add(self.discriminator_updates) as u64;
        self.refiner_warmup_steps
            .saturating_add(self.discriminator_warmup_steps)
            .saturating_add(self.iterations.saturating_mul(iteration))
    }

    /// These settings with so many updates of both networks in the place of `iterations`.
    pub fn budgeted(self, updates: u64) -> Self {
        // Every iteration makes two updates at least.
        Self { iterations: updates, update_budget: updates, ..self }
    }

    /// Steps of a whole run: both warm-ups and the iterations.
    pub fn total_steps(&self) -> u64 {
        self.refiner_warmup_steps + self.discriminator_warmup_steps + self.iterations
    }
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
            SimGanConfig { refiner_updates_max: 2, ..Default::default() },
            SimGanConfig { refiner_average: 1.0, ..Default::default() },
            SimGanConfig {
                label_smoothing: 0.1,
                adversarial_loss: AdversarialLoss::Hinge,
                ..Default::default()
            },
            SimGanConfig {
                measure: MeasureConfig { patience: 3, ..Default::default() },
                ..Default::default()
            },
        ];
        let fields = [
            "batch_size",
            "lambda",
            "history_capacity",
            "refiner_updates",
            "refiner_updates_max",
            "refiner_average",
            "label_smoothing",
            "measure.every",
        ];
        for (config, field) in wrong.into_iter().zip(fields) {
            let message = config.validate().unwrap_err().to_string();
            assert!(message.contains(field) && message.contains("write"), "{message}");
        }
    }

    #[test]
    fn a_budget_is_what_the_settings_would_have_done() {
        let config = SimGanConfig {
            refiner_warmup_steps: 7,
            discriminator_warmup_steps: 5,
            refiner_updates: 3,
            discriminator_updates: 2,
            iterations: 10,
            ..Default::default()
        };
        assert_eq!(config.planned_updates(), 62);
        let budgeted = config.budgeted(62);
        assert_eq!(budgeted.update_budget, 62);
        assert!(budgeted.iterations >= 62 / 2, "enough for the smallest iteration");
    }

    #[test]
    fn the_paper_s_preset_has_its_numbers_under_both_names() {
        let paper = SimGanConfig::preset("paper-eye").unwrap();
        assert_eq!(paper, SimGanConfig::preset("paper").unwrap());
        assert_eq!(
            (paper.refiner.features, paper.refiner.blocks, paper.refiner.kernel),
            (64, 4, 3)
        );
        assert_eq!(paper.discriminator.channels, [96, 64, 32, 32]);
        assert_eq!(
            (paper.batch_size, paper.refiner_updates, paper.discriminator_updates),
            (512, 50, 1)
        );
        assert_eq!((paper.refiner_warmup_steps, paper.discriminator_warmup_steps), (1000, 200));
        assert_eq!((paper.optimizer, paper.refiner_learning_rate), (Optimizer::Sgd, 0.001));
    }

    #[test]
    fn the_paper_s_preset_of_hands_has_its_numbers() {
        let hand = SimGanConfig::preset("paper-hand").unwrap();
        assert_eq!((hand.refiner.features, hand.refiner.blocks, hand.refiner.kernel), (64, 10, 7));
        assert_eq!(hand.discriminator.channels, [96, 64, 32, 32]);
        assert_eq!(hand.discriminator.kernels, [7, 5, 3]);
        assert_eq!(hand.discriminator.strides, [4, 2, 2, 2]);
        assert_eq!((hand.refiner_updates, hand.discriminator_updates), (2, 1));
        assert_eq!((hand.refiner_warmup_steps, hand.discriminator_warmup_steps), (500, 200));
        assert_eq!((hand.optimizer, hand.refiner_learning_rate), (Optimizer::Sgd, 0.0002));
        let late = hand.refiner_learning_rate * hand.learning_rate_drop;
        assert_eq!((hand.learning_rate_drop_step, late), (600_000, 0.00005));
    }

    #[test]
    fn the_settings_of_eyes_are_written_as_before_there_were_hands() {
        let words = ["stem_kernel", "background", "kernels", "strides", "drop"];
        let written = |name| {
            let preset = SimGanConfig::preset(name).unwrap();
            let text = serde_json::to_string(&preset).unwrap();
            assert_eq!(serde_json::from_str::<SimGanConfig>(&text).unwrap(), preset);
            words.iter().filter(|word| text.contains(**word)).count()
        };
        assert_eq!(["paper-eye", "cpu", "demo"].map(written), [0; 3]);
        assert_eq!(written("paper-hand"), 4);
    }

    #[test]
    fn a_misspelt_setting_is_refused_and_a_missing_one_has_its_default() {
        let config: SimGanConfig = serde_json::from_str(r#"{"lambda": 3.0}"#).unwrap();
        assert_eq!(config, SimGanConfig { lambda: 3.0, ..Default::default() });
        assert!(serde_json::from_str::<SimGanConfig>(r#"{"lamda": 3.0}"#).is_err());
    }
}
