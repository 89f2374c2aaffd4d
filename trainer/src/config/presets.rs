//! Sets of settings by name.

use super::{DiscriminatorConfig, RefinerConfig, SimGanConfig};
use crate::Optimizer;

impl SimGanConfig {
    /// Name and one line about each preset.
    pub const PRESETS: &[(&str, &str)] = &[
        (
            "paper-eye",
            "as published: 4 blocks of 64 features, batch 512, SGD, 50 refiner steps; a GPU",
        ),
        ("cpu", "3 blocks of 32 features, batch 32: about a quarter of an hour on two cores"),
        ("demo", "2 blocks of 16 features, batch 16: about three minutes on two cores"),
    ];

    /// The preset of this name. `paper` is an older name of `paper-eye`.
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "paper-eye" | "paper" => Some(Self::default()),
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
                residual: true,
                margin: 2,
                ..RefinerConfig::default()
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
                residual: true,
                margin: 2,
                ..RefinerConfig::default()
            },
            discriminator: DiscriminatorConfig {
                channels: [48, 32, 32, 32],
                ..DiscriminatorConfig::default()
            },
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
}
