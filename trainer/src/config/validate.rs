//! Which settings are no settings.

use super::{AdversarialLoss, RefinerConfig, SimGanConfig};
use crate::Error;

/// The largest numbers that are settings. All leave room above what is of use; what they keep out are
/// networks and buffers that no memory holds, and counts whose sums overflow.
pub(crate) const MOST_CHANNELS: usize = 4096;
/// Of layers that repeat.
pub(crate) const MOST_BLOCKS: usize = 256;
/// A side of a kernel, px.
const WIDEST_KERNEL: usize = 63;
/// Images in a batch.
pub(crate) const LARGEST_BATCH: usize = 65_536;
/// Images in memory.
pub(crate) const MOST_IMAGES: usize = 10_000_000;
/// Passes over all images.
pub(crate) const MOST_EPOCHS: usize = 1_000_000;
/// Steps of a run.
const MOST_STEPS: u64 = 1_000_000_000_000;
/// Parameters of a network: 4 GB, of which a training holds a few.
pub(crate) const MOST_PARAMETERS: usize = 1 << 30;

/// Values of a layer's output in one step: 8 GB, of which a training holds many.
const LARGEST_LAYER: usize = 1 << 31;

/// Checks that whole numbers are within bounds.
pub(crate) fn check_whole(fields: &[(&'static str, usize, usize, usize)]) -> Result<(), Error> {
    for &(field, value, least, most) in fields {
        if !(least..=most).contains(&value) {
            return Err(Error::Range {
                field,
                value: value as u64,
                least: least as u64,
                most: most as u64,
            });
        }
    }
    Ok(())
}

/// Checks that a network is one that memory holds.
pub(crate) fn check_parameters(
    field: &'static str,
    layers: impl IntoIterator<Item = [usize; 3]>,
) -> Result<(), Error> {
    let product = |[a, b, c]: [usize; 3]| a.saturating_mul(b).saturating_mul(c);
    let all = layers.into_iter().map(product).fold(0_usize, usize::saturating_add);
    if all > MOST_PARAMETERS {
        let problem =
            format!("makes a network of {all} parameters, and {MOST_PARAMETERS} are the most");
        return Err(config_error(field, problem, "write less"));
    }
    Ok(())
}

impl SimGanConfig {
    /// Checks every number.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that is out of range, and what to write.
    pub fn validate(&self) -> Result<(), Error> {
        self.validate_sizes()?;
        let stem = self.refiner.stem_kernel;
        let odd = [("refiner.kernel", self.refiner.kernel)]
            .into_iter()
            .chain((stem > 0).then_some(("refiner.stem_kernel", stem)))
            .chain(self.discriminator.kernels.map(|kernel| ("discriminator.kernels", kernel)));
        for (field, kernel) in odd {
            if kernel.is_multiple_of(2) {
                let problem = format!("is {kernel}");
                return Err(config_error(field, problem, "write an odd number, 3 or more"));
            }
        }
        if self.batch_size == 0 || !self.batch_size.is_multiple_of(2) {
            let problem = format!("is {}", self.batch_size);
            let remedy = "write an even number: half of the refined images come from the history";
            return Err(config_error("batch_size", problem, remedy));
        }
        if self.history_capacity > 0 && self.history_capacity < self.batch_size / 2 {
            let problem = format!("is {}", self.history_capacity);
            let remedy =
                "write at least half of batch_size, better fifty times batch_size, or 0 for none";
            return Err(config_error("history_capacity", problem, remedy));
        }
        let at_least_zero = [
            ("lambda", self.lambda),
            ("gradient_clip_norm", self.gradient_clip_norm),
            ("refiner_learning_rate", self.refiner_learning_rate),
            ("discriminator_learning_rate", self.discriminator_learning_rate),
            ("gradient_penalty", self.gradient_penalty),
            ("refiner.residual_limit", self.refiner.residual_limit),
            ("discriminator.relief_gain", self.discriminator.relief_gain),
            ("discriminator_input.brightness", self.discriminator_input.brightness),
            ("discriminator_input.contrast", self.discriminator_input.contrast),
            ("discriminator_input.noise", self.discriminator_input.noise),
            ("measure.drift_limit_px", self.measure.drift_limit_px),
            ("measure.min_coverage", self.measure.min_coverage),
            ("measure.task_limit_deg", self.measure.task_limit_deg),
            ("task.limit_deg", self.task.limit_deg),
        ];
        for (field, value) in at_least_zero {
            if !value.is_finite() || value < 0.0 {
                return Err(config_error(field, format!("is {value}"), "write 0 or more"));
            }
        }
        let below_one = [
            ("adam_beta_1", self.adam_beta_1),
            ("sgd_momentum", self.sgd_momentum),
            ("refiner_average", self.refiner_average),
        ];
        for (field, value) in below_one {
            if !(0.0..1.0).contains(&value) {
                let remedy = "write a number from 0 up to, not including, 1";
                return Err(config_error(field, format!("is {value}"), remedy));
            }
        }
        self.validate_options()
    }

    /// As [`validate`](Self::validate), for frames of this width and height, px: whether memory holds
    /// what a step makes of them.
    ///
    /// # Errors
    /// As [`validate`](Self::validate).
    pub fn validate_for(&self, (width, height): (usize, usize)) -> Result<(), Error> {
        self.validate()?;
        let pixels = self.batch_size.saturating_mul(width.saturating_mul(height));
        let widest = self.refiner.features.max(self.discriminator.channels[0]);
        if pixels.saturating_mul(widest) > LARGEST_LAYER {
            let problem = format!(
                "is {}: one layer of {widest} channels over {width}x{height} px has more than \
                 {LARGEST_LAYER} values in a step",
                self.batch_size
            );
            return Err(config_error("batch_size", problem, "write less, or fewer channels"));
        }
        Ok(())
    }

    /// Checks that networks, buffers and counts are of a size that can be.
    fn validate_sizes(&self) -> Result<(), Error> {
        let Self { refiner, discriminator, .. } = self;
        let channels = |name| discriminator.channels.map(|n| (name, n, 1, MOST_CHANNELS));
        let strides = |name| discriminator.strides.map(|n| (name, n, 1, WIDEST_KERNEL));
        check_whole(&channels("discriminator.channels"))?;
        check_whole(&strides("discriminator.strides"))?;
        check_whole(&[
            ("refiner.features", refiner.features, 1, MOST_CHANNELS),
            ("refiner.blocks", refiner.blocks, 1, MOST_BLOCKS),
            ("refiner.margin", refiner.margin, 0, WIDEST_KERNEL),
            ("refiner_updates", self.refiner_updates, 1, MOST_EPOCHS),
            ("refiner_updates_max", self.refiner_updates_max, 0, MOST_EPOCHS),
            ("discriminator_updates", self.discriminator_updates, 1, MOST_EPOCHS),
            ("task.renders", self.task.renders, 1, MOST_IMAGES),
            ("task.epochs", self.task.epochs, 1, MOST_EPOCHS),
            (
                "self_regularization.feature_channels",
                self.self_regularization.feature_channels,
                1,
                MOST_CHANNELS,
            ),
            ("batch_size", self.batch_size, 0, LARGEST_BATCH),
            ("history_capacity", self.history_capacity, 0, MOST_IMAGES),
            ("pictures", self.pictures, 0, 1000),
            ("discriminator_input.shift_px", self.discriminator_input.shift_px, 0, 1000),
            ("measure.held_out", self.measure.held_out, 0, MOST_IMAGES),
        ])?;
        let steps = [
            ("report_every", self.report_every, 1),
            ("refiner_warmup_steps", self.refiner_warmup_steps, 0),
            ("discriminator_warmup_steps", self.discriminator_warmup_steps, 0),
            ("iterations", self.iterations, 0),
            ("update_budget", self.update_budget, 0),
            ("self_regularization.feature_steps", self.self_regularization.feature_steps, 0),
        ];
        for (field, value, least) in steps {
            if !(least..=MOST_STEPS).contains(&value) {
                return Err(Error::Range { field, value, least, most: MOST_STEPS });
            }
        }
        let kernels =
            [refiner.kernel, refiner.stem_kernel].into_iter().chain(discriminator.kernels);
        for kernel in kernels {
            check_whole(&[("refiner.kernel, discriminator.kernels", kernel, 0, WIDEST_KERNEL)])?;
        }
        let of_block = [refiner.features, refiner.features, refiner.kernel.pow(2)];
        check_parameters("refiner.features", vec![of_block; 2 * refiner.blocks])?;
        let [a, b, c, d] = discriminator.channels;
        let widest = discriminator.kernels.into_iter().max().unwrap_or(0).pow(2);
        check_parameters("discriminator.channels", [[a, b, widest], [b, c, widest], [c, d, widest]])
    }

    /// Checks what depends on another setting.
    fn validate_options(&self) -> Result<(), Error> {
        let smoothing = self.label_smoothing;
        if !(0.0..0.5).contains(&smoothing) {
            let remedy = "write a number from 0 up to, not including, 0.5";
            return Err(config_error("label_smoothing", format!("is {smoothing}"), remedy));
        }
        if smoothing > 0.0 && self.adversarial_loss == AdversarialLoss::Hinge {
            let problem = format!("is {smoothing} with a hinge loss, which has no labels");
            return Err(config_error("label_smoothing", problem, "write 0, or take another loss"));
        }
        let RefinerConfig { residual_limit, residual, .. } = self.refiner;
        if residual_limit > 0.0 && !residual {
            let problem = format!("is {residual_limit} for a refiner that is not residual");
            let remedy = "write refiner.residual = true, or 0 for no limit";
            return Err(config_error("refiner.residual_limit", problem, remedy));
        }
        let slack = self.discriminator_slack;
        if !(slack.is_finite() && slack >= 1.0) {
            let remedy = "write 1 for none, or what it may grow to, 64, say";
            return Err(config_error("discriminator_slack", format!("is {slack}"), remedy));
        }
        if self.measure.task_limit_deg > 0.0 && self.task.limit_deg == 0.0 {
            let problem = "is set, and there is no task term".into();
            let remedy = "write task.limit_deg too, or 0 for no bound";
            return Err(config_error("measure.task_limit_deg", problem, remedy));
        }
        let step = self.gradient_penalty_step;
        if self.gradient_penalty > 0.0 && (!step.is_finite() || step <= 0.0) {
            let problem = format!("is {step}");
            return Err(config_error("gradient_penalty_step", problem, "write 0.05, say"));
        }
        if self.refiner_updates_max > 0 && self.refiner_updates_max < self.refiner_updates {
            let problem = format!("is {}, below refiner_updates", self.refiner_updates_max);
            let remedy = "write 0 for a fixed number, or what it may grow to";
            return Err(config_error("refiner_updates_max", problem, remedy));
        }
        if !(self.rollback_rate > 0.0 && self.rollback_rate <= 1.0) {
            let problem = format!("is {}", self.rollback_rate);
            return Err(config_error("rollback_rate", problem, "write 0.5, say"));
        }
        if !(self.learning_rate_drop > 0.0 && self.learning_rate_drop <= 1.0) {
            let problem = format!("is {}", self.learning_rate_drop);
            return Err(config_error("learning_rate_drop", problem, "write 0.25, say"));
        }
        let measure = &self.measure;
        if measure.every > 0 && measure.held_out < 20 {
            let problem = format!("is {}, too few to measure on", measure.held_out);
            return Err(config_error("measure.held_out", problem, "write 100 or more"));
        }
        if measure.every == 0 && measure.patience > 0 {
            let remedy = "write the iterations between two measurements, or 0 for measure.patience";
            return Err(config_error("measure.every", "is 0: nothing is measured".into(), remedy));
        }
        Ok(())
    }
}

pub(crate) fn config_error(field: &'static str, problem: String, remedy: &'static str) -> Error {
    Error::Config { field, problem, remedy }
}
