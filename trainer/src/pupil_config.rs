//! The pupil network's settings. The network is ours, so is every number.

use crate::config::{LARGEST_BATCH, MOST_CHANNELS, MOST_EPOCHS, check_whole, config_error};
use crate::{Error, PupilAugment, Schedule};
use serde::{Deserialize, Serialize};

/// How the pupil network is built and trained. The default is the preset `"cpu"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PupilNetConfig {
    /// Side of the square that the network sees, px: a multiple of 4, from 16 to 256. A frame of
    /// another size is scaled to it.
    pub side_px: usize,
    /// Channels at the full, the half and the quarter resolution.
    pub channels: [usize; 3],
    /// Passes over the training frames.
    pub epochs: usize,
    /// Frames in a step.
    pub batch_size: usize,
    /// The largest step size, of Adam.
    pub learning_rate: f64,
    /// How the step size changes.
    pub schedule: Schedule,
    /// From this error on, px of the square, the loss grows linearly and not by the square: a pupil
    /// that is missed altogether counts little more than one that is nearly found.
    pub robust_px: f64,
    /// Everything random is a function of this.
    pub seed: u64,
    /// How each frame is varied in training.
    pub augment: PupilAugment,
}

impl Default for PupilNetConfig {
    fn default() -> Self {
        Self {
            side_px: 64,
            channels: [12, 24, 48],
            epochs: 8,
            batch_size: 32,
            learning_rate: 0.002,
            schedule: Schedule::Cosine,
            robust_px: 2.0,
            seed: 0,
            augment: PupilAugment::default(),
        }
    }
}

impl PupilNetConfig {
    /// Name and one line about each preset.
    pub const PRESETS: &[(&str, &str)] = &[
        ("cpu", "64 px, 8 epochs: minutes for ten thousand images on two cores"),
        ("demo", "32 px, fewer channels, 6 epochs: seconds for a thousand images"),
    ];

    /// The preset of this name.
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "cpu" => Some(Self::default()),
            "demo" => {
                Some(Self { side_px: 32, channels: [8, 16, 32], epochs: 6, ..Self::default() })
            }
            _ => None,
        }
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that is out of range, and what to write.
    pub fn validate(&self) -> Result<(), Error> {
        if !(16..=256).contains(&self.side_px) || !self.side_px.is_multiple_of(4) {
            let problem = format!("is {}", self.side_px);
            return Err(config_error("side_px", problem, "write a multiple of 4, from 16 to 256"));
        }
        check_whole(&self.channels.map(|channels| ("channels", channels, 1, MOST_CHANNELS)))?;
        check_whole(&[
            ("epochs", self.epochs, 1, MOST_EPOCHS),
            ("batch_size", self.batch_size, 1, LARGEST_BATCH),
        ])?;
        for (field, value) in [("learning_rate", self.learning_rate), ("robust_px", self.robust_px)]
        {
            if !(value > 0.0 && value.is_finite()) {
                return Err(config_error(field, format!("is {value}"), "write more than 0"));
            }
        }
        self.augment.validate()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_preset_is_valid_and_the_default_is_the_first() {
        for (name, _) in PupilNetConfig::PRESETS {
            PupilNetConfig::preset(name).unwrap().validate().unwrap();
        }
        assert_eq!(PupilNetConfig::preset("cpu"), Some(PupilNetConfig::default()));
        assert_eq!(PupilNetConfig::preset("gpu"), None);
    }

    #[test]
    fn a_number_out_of_range_is_named() {
        let ok = PupilNetConfig::default();
        for (config, field) in [
            (PupilNetConfig { side_px: 62, ..ok.clone() }, "side_px"),
            (PupilNetConfig { channels: [1, 0, 1], ..ok.clone() }, "channels"),
            (PupilNetConfig { epochs: 0, ..ok.clone() }, "epochs"),
            (PupilNetConfig { learning_rate: f64::NAN, ..ok.clone() }, "learning_rate"),
            (PupilNetConfig { robust_px: 0.0, ..ok.clone() }, "robust_px"),
        ] {
            let message = config.validate().unwrap_err().to_string();
            assert!(message.contains(&format!("`{field}`")), "{message}");
        }
    }
}
