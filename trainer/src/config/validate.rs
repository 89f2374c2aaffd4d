//! Which settings are no settings.

use super::{AdversarialLoss, RefinerConfig, SimGanConfig};
use crate::Error;

impl SimGanConfig {
    /// Checks every number.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that is out of range, and what to write.
    pub fn validate(&self) -> Result<(), Error> {
        let whole = [
            ("refiner.features", self.refiner.features),
            ("refiner.blocks", self.refiner.blocks),
            ("discriminator.channels", self.discriminator.channels.into_iter().min().unwrap_or(0)),
            ("discriminator.strides", self.discriminator.strides.into_iter().min().unwrap_or(0)),
            ("refiner_updates", self.refiner_updates),
            ("discriminator_updates", self.discriminator_updates),
            ("report_every", self.report_every as usize),
            ("task.renders", self.task.renders),
            ("task.epochs", self.task.epochs),
            ("self_regularization.feature_channels", self.self_regularization.feature_channels),
        ];
        for (field, value) in whole {
            if value == 0 {
                return Err(config_error(field, "is 0".into(), "write 1 or more"));
            }
        }
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
