//! What hands do: the settings.

use crate::Error;
use crate::check::{number, refuse};
use crate::hand::gesture::Gesture;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The mixture that joint angles are drawn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandPoseConfig {
    /// Weight of a named gesture with jitter.
    pub gesture_weight: f64,
    /// Weight of a place on the way from one gesture to another.
    pub between_weight: f64,
    /// Weight of synergies: all fingers close together, knuckles against middle joints, and so on.
    pub synergy_weight: f64,
    /// Weight of angles that are uniform in their limits, but for the couplings of fingers.
    pub uniform_weight: f64,
    /// Weight of each gesture; empty: all alike.
    pub gestures: BTreeMap<String, f64>,
    /// Standard deviation that each angle of a gesture is jittered with, degrees.
    pub jitter_deg: f64,
    /// Whether gestures are turned as a signer turns them ("h" shows the back of the hand). Otherwise
    /// every gesture is seen from everywhere.
    pub signed: bool,
}

impl Default for HandPoseConfig {
    fn default() -> Self {
        Self {
            gesture_weight: 0.35,
            between_weight: 0.3,
            synergy_weight: 0.2,
            uniform_weight: 0.15,
            gestures: BTreeMap::new(),
            jitter_deg: 6.0,
            signed: false,
        }
    }
}

impl HandPoseConfig {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let weights = self.weights();
        let fields = [
            "pose.gesture_weight",
            "pose.between_weight",
            "pose.synergy_weight",
            "pose.uniform_weight",
        ];
        for (field, weight) in fields.into_iter().zip(weights) {
            number(field, weight, 0.0, 1e6)?;
        }
        if weights.iter().sum::<f64>() <= 0.0 {
            let remedy = "set one of them above 0".to_string();
            return Err(refuse("pose.*_weight", weights, "leaves nothing to draw", remedy));
        }
        for (name, &weight) in &self.gestures {
            if Gesture::named(name).is_none() {
                let names: Vec<&str> = Gesture::ALL.iter().map(|gesture| gesture.name).collect();
                let remedy = format!("name some of {}", names.join(", "));
                return Err(refuse("pose.gestures", name, "is no gesture", remedy));
            }
            number("pose.gestures", weight, 0.0, 1e6)?;
        }
        if !self.gestures.is_empty() && self.gestures.values().sum::<f64>() <= 0.0 {
            let remedy = "set one of them above 0, or leave the table out".to_string();
            return Err(refuse("pose.gestures", &self.gestures, "leaves nothing to draw", remedy));
        }
        number("pose.jitter_deg", self.jitter_deg, 0.0, 30.0)
    }

    /// Of gestures, ways between them, synergies and uniform angles.
    pub(crate) fn weights(&self) -> [f64; 4] {
        [self.gesture_weight, self.between_weight, self.synergy_weight, self.uniform_weight]
    }
}
