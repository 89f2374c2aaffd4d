//! The gaze network's settings: name, value, source. Sources as in [`SimGanConfig`](crate::SimGanConfig).

use crate::config::{
    LARGEST_BATCH, MOST_CHANNELS, MOST_EPOCHS, check_parameters, check_whole, config_error,
};
use crate::gaze_net::{check_size, flattened};
use crate::schedule::Schedule;
use crate::{Error, GazeAugment, Optimizer};
use serde::{Deserialize, Serialize};

/// The widest hidden layer: beside it stands the flattened map, of ten thousand values and more.
const MOST_HIDDEN: usize = 65_536;

/// What the gaze network learns to make small, for the difference of its vector from the unit vector
/// of the gaze; the mean over the images of a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GazeLoss {
    /// The sum of the squares of its components. Paper: "l2".
    #[default]
    Squared,
    /// The sum of their absolute values: images that cannot be told count less, small errors more.
    Absolute,
}

/// How the gaze network is built and trained. The default is the preset `"paper"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GazeNetConfig {
    /// Channels of the five convolutions. Paper: 32, 32, 64, 80, 192.
    pub channels: [usize; 5],
    /// Width of the hidden fully connected layer. Paper: 1000 (its "FC9600" before it is taken for
    /// the flattened map, which has 9,600 values at 55x35 px without padding).
    pub hidden: usize,
    /// Passes over the training frames. Ours: the paper trains until validation converges.
    pub epochs: usize,
    /// Frames in a step. Paper: 512.
    pub batch_size: usize,
    /// Paper: 0.001.
    pub learning_rate: f64,
    /// Paper: constant.
    pub schedule: Schedule,
    /// Paper: not stated for this network. Ours: Adam.
    pub optimizer: Optimizer,
    /// SGD's momentum.
    pub sgd_momentum: f64,
    /// Whether each image is brought to mean 0 and standard deviation 1 by itself. Ours.
    pub standardize: bool,
    /// Largest change of brightness, as a share of the whole range, drawn anew for each image and
    /// epoch; 0: none. Ours.
    pub brightness_jitter: f32,
    /// Largest relative change of contrast, likewise; 0: none. Ours.
    pub contrast_jitter: f32,
    /// What is made small. Paper: squared.
    pub loss: GazeLoss,
    /// A moving average of the weights is what training gives: the share that each step keeps of it,
    /// less at first; 0: the last weights themselves. Ours.
    pub average: f64,
    /// Everything random is a function of this.
    pub seed: u64,
    /// How each frame is varied in training. Ours.
    pub augment: GazeAugment,
}

impl Default for GazeNetConfig {
    fn default() -> Self {
        Self {
            channels: [32, 32, 64, 80, 192],
            hidden: 1000,
            epochs: 30,
            batch_size: 512,
            learning_rate: 0.001,
            schedule: Schedule::Constant,
            optimizer: Optimizer::Adam,
            sgd_momentum: 0.0,
            standardize: false,
            brightness_jitter: 0.0,
            contrast_jitter: 0.0,
            loss: GazeLoss::Squared,
            average: 0.0,
            seed: 0,
            augment: GazeAugment::default(),
        }
    }
}

impl GazeNetConfig {
    /// Name and one line about each preset.
    pub const PRESETS: &[(&str, &str)] = &[
        ("paper", "the published network, batch 512, constant step size"),
        ("cpu", "the published network for two cores: batch 64, 6 epochs, cosine schedule"),
        ("demo", "a quarter of its channels, 6 epochs: seconds a thousand images"),
        ("strong", "varied frames, absolute loss: minutes for twenty thousand images on two cores"),
    ];

    /// The preset of this name.
    pub fn preset(name: &str) -> Option<Self> {
        let cpu = Self {
            epochs: 6,
            batch_size: 64,
            learning_rate: 0.001,
            schedule: Schedule::Cosine,
            standardize: true,
            ..Self::default()
        };
        match name {
            "paper" => Some(Self::default()),
            "cpu" => Some(cpu),
            "demo" => Some(Self {
                channels: [8, 8, 16, 20, 48],
                hidden: 128,
                epochs: 6,
                batch_size: 32,
                learning_rate: 0.001,
                ..cpu
            }),
            "strong" => Some(Self {
                // Half the paper's; 48 and not 40, because 16 floats fill a vector.
                channels: [16, 16, 32, 48, 96],
                hidden: 256,
                epochs: 8,
                loss: GazeLoss::Absolute,
                augment: GazeAugment {
                    shift_px: 1.5,
                    scale: 0.06,
                    rotation_deg: 6.0,
                    gamma: [0.7, 1.4],
                    shading: 0.3,
                    reflections: 0,
                    blur_px: 0.8,
                    noise: 6.0,
                    jpeg_quality: 0,
                },
                ..cpu
            }),
            _ => None,
        }
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that is out of range, and what to write.
    pub fn validate(&self) -> Result<(), Error> {
        check_whole(&self.channels.map(|channels| ("channels", channels, 1, MOST_CHANNELS)))?;
        check_whole(&[
            ("hidden", self.hidden, 1, MOST_HIDDEN),
            ("epochs", self.epochs, 1, MOST_EPOCHS),
            ("batch_size", self.batch_size, 1, LARGEST_BATCH),
        ])?;
        if !self.learning_rate.is_finite() || self.learning_rate < 0.0 {
            let problem = format!("is {}", self.learning_rate);
            return Err(config_error("learning_rate", problem, "write 0 or more"));
        }
        let in_range = [
            ("sgd_momentum", self.sgd_momentum),
            ("brightness_jitter", self.brightness_jitter as f64),
            ("contrast_jitter", self.contrast_jitter as f64),
            ("average", self.average),
        ];
        for (field, value) in in_range {
            if !(0.0..1.0).contains(&value) {
                let remedy = "write a number from 0 up to, not including, 1";
                return Err(config_error(field, format!("is {value}"), remedy));
            }
        }
        self.augment.validate()
    }

    /// As [`validate`](Self::validate), for frames of this width and height, px: whether there is such a
    /// network, and whether memory holds it.
    ///
    /// # Errors
    /// And [`Error::Data`] if the frames are too small.
    pub fn validate_for(&self, frame_size: (usize, usize)) -> Result<(), Error> {
        self.validate()?;
        check_size(frame_size)?;
        let convolutions = self.channels.windows(2).map(|pair| [pair[0], pair[1], 9]);
        check_parameters("channels", convolutions)?;
        check_parameters("hidden", [[flattened(self, frame_size), self.hidden, 1]])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_preset_is_valid() {
        for (name, _) in GazeNetConfig::PRESETS {
            GazeNetConfig::preset(name).unwrap().validate().unwrap();
        }
    }

    #[test]
    fn settings_of_before_there_was_a_loss_an_average_or_a_variation_still_mean_the_same() {
        let now = serde_json::to_value(GazeNetConfig::preset("demo").unwrap()).unwrap();
        let mut before = now.as_object().unwrap().clone();
        for field in ["loss", "average", "augment"] {
            assert!(before.remove(field).is_some());
        }
        let read: GazeNetConfig = serde_json::from_value(before.into()).unwrap();
        assert_eq!(Some(read), GazeNetConfig::preset("demo"));
    }

    #[test]
    fn a_number_out_of_range_is_named() {
        let ok = GazeNetConfig::preset("strong").unwrap();
        let augment = GazeAugment { noise: -1.0, ..ok.augment.clone() };
        for (config, field) in [
            (GazeNetConfig { average: 1.0, ..ok.clone() }, "average"),
            (GazeNetConfig { hidden: 0, ..ok.clone() }, "hidden"),
            (GazeNetConfig { augment, ..ok.clone() }, "augment.noise"),
        ] {
            let message = config.validate().unwrap_err().to_string();
            assert!(message.contains(&format!("`{field}`")), "{message}");
        }
    }
}
