//! The pose estimator's settings.

use crate::config::{
    LARGEST_BATCH, MOST_BLOCKS, MOST_CHANNELS, MOST_EPOCHS, check_parameters, check_whole,
    config_error,
};
use crate::{Error, HandAugment, Schedule};
use serde::{Deserialize, Serialize};

/// How the stacked hourglass is built and trained. The default is the preset `"cpu"`. "Paper" is
/// SimGAN's section 3.2, "Newell" is Newell, Yang and Deng, *Stacked Hourglass Networks for Human Pose
/// Estimation*, ECCV 2016; everything else is ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandNetConfig {
    /// Side of the square that the network sees, px: 2, 4 or 8 times `map_px`. A frame of another
    /// size is scaled to it. Newell: 256 (the paper's frames have 224).
    pub side_px: usize,
    /// Side of the heat maps, cells; a multiple of 2 to the power of `depth`. Paper: 64.
    pub map_px: usize,
    /// Hourglasses, each of which sees what the one before found. Paper: 2.
    pub stacks: usize,
    /// Times that an hourglass halves the map on its way down. Newell: 4.
    pub depth: usize,
    /// Channels; even. Newell: 256.
    pub features: usize,
    /// Standard deviation of the true heat map, cells. Newell: 1.
    pub sigma_cells: f64,
    /// Weight of the error in depth, halves of the range, against the heat maps' cross-entropy.
    pub depth_weight: f64,
    /// Passes over the training frames. Paper: until the validation error converges.
    pub epochs: usize,
    /// Frames in a step.
    pub batch_size: usize,
    /// The largest step size, of Adam.
    pub learning_rate: f64,
    /// How the step size changes.
    pub schedule: Schedule,
    /// Everything random is a function of this.
    pub seed: u64,
    /// How each frame is varied in training.
    pub augment: HandAugment,
}

impl Default for HandNetConfig {
    fn default() -> Self {
        Self {
            side_px: 64,
            map_px: 32,
            stacks: 2,
            depth: 3,
            features: 32,
            sigma_cells: 1.0,
            depth_weight: 4.0,
            epochs: 10,
            batch_size: 16,
            learning_rate: 0.002,
            schedule: Schedule::Cosine,
            seed: 0,
            augment: HandAugment::default(),
        }
    }
}

impl HandNetConfig {
    /// Name and one line about each preset.
    pub const PRESETS: &[(&str, &str)] = &[
        ("paper", "2 hourglasses of 256 channels, 256 px, heat maps of 64x64: a GPU"),
        ("cpu", "2 hourglasses of 32 channels, 64 px, heat maps of 32x32: two cores"),
        ("demo", "2 hourglasses of 16 channels, 32 px, heat maps of 16x16: minutes on two cores"),
    ];

    /// The preset of this name.
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "paper" => Some(Self {
                side_px: 256,
                map_px: 64,
                depth: 4,
                features: 256,
                epochs: 20,
                learning_rate: 0.00025,
                ..Self::default()
            }),
            "cpu" => Some(Self::default()),
            "demo" => {
                Some(Self { side_px: 32, map_px: 16, depth: 2, features: 16, ..Self::default() })
            }
            _ => None,
        }
    }

    /// Checks every number.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that is out of range, and what to write.
    pub fn validate(&self) -> Result<(), Error> {
        check_whole(&[
            ("stacks", self.stacks, 1, MOST_BLOCKS),
            ("depth", self.depth, 1, 6),
            ("features", self.features, 1, MOST_CHANNELS),
            ("map_px", self.map_px, 1, 1024),
            ("epochs", self.epochs, 1, MOST_EPOCHS),
            ("batch_size", self.batch_size, 1, LARGEST_BATCH),
        ])?;
        // A hourglass: three residual blocks at each level on its way down and up.
        let block = [self.features, self.features, 5];
        check_parameters("features", vec![block; 3 * self.stacks * (self.depth + 1)])?;
        if !self.features.is_multiple_of(2) {
            let problem = format!("is {}", self.features);
            return Err(config_error("features", problem, "write an even number"));
        }
        if self.depth > 6 || self.map_px == 0 || !self.map_px.is_multiple_of(1 << self.depth) {
            let problem = format!("is {} with a depth of {}", self.map_px, self.depth);
            let remedy = "write a multiple of 2 to the power of depth (8 for a depth of 3)";
            return Err(config_error("map_px", problem, remedy));
        }
        if ![2, 4, 8].iter().any(|times| times * self.map_px == self.side_px) {
            let problem = format!("is {} with maps of {}", self.side_px, self.map_px);
            return Err(config_error("side_px", problem, "write 2, 4 or 8 times map_px"));
        }
        for (field, value) in [
            ("sigma_cells", self.sigma_cells),
            ("learning_rate", self.learning_rate),
            ("depth_weight", self.depth_weight),
        ] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(config_error(field, format!("is {value}"), "write more than 0"));
            }
        }
        self.augment.validate()
    }

    /// Px of the view in a cell of the map.
    pub(crate) fn cell_px(&self) -> usize {
        self.side_px / self.map_px
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_preset_is_valid_and_the_paper_s_has_its_numbers() {
        for (name, _) in HandNetConfig::PRESETS {
            HandNetConfig::preset(name).unwrap().validate().unwrap();
        }
        let paper = HandNetConfig::preset("paper").unwrap();
        assert_eq!((paper.stacks, paper.map_px, paper.augment.rotation_deg), (2, 64, 20.0));
        assert_eq!((paper.side_px, paper.depth, paper.features), (256, 4, 256));
        assert_eq!(HandNetConfig::preset("cpu"), Some(HandNetConfig::default()));
        assert_eq!(HandNetConfig::preset("gpu"), None);
    }

    #[test]
    fn a_number_out_of_range_is_named() {
        let ok = HandNetConfig::default();
        let augment = HandAugment { rotation_deg: -1.0, ..ok.augment.clone() };
        for (config, field) in [
            (HandNetConfig { side_px: 96, ..ok.clone() }, "side_px"),
            (HandNetConfig { map_px: 36, side_px: 72, ..ok.clone() }, "map_px"),
            (HandNetConfig { features: 9, ..ok.clone() }, "features"),
            (HandNetConfig { stacks: 0, ..ok.clone() }, "stacks"),
            (HandNetConfig { sigma_cells: 0.0, ..ok.clone() }, "sigma_cells"),
            (HandNetConfig { learning_rate: f64::NAN, ..ok.clone() }, "learning_rate"),
            (HandNetConfig { augment, ..ok.clone() }, "augment.rotation_deg"),
        ] {
            let message = config.validate().unwrap_err().to_string();
            assert!(message.contains(&format!("`{field}`")), "{message}");
        }
    }
}
