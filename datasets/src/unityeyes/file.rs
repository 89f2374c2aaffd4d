//! The JSON file, and the numbers in its texts.

use serde::{Deserialize, Serialize};

/// x, y in px from the lower left corner, and z in cm; or any three numbers.
pub(super) type Triple = [f64; 3];

/// What stands in `N.json`. Keys that are not here are passed over; all but `eye_details.look_vec` may be
/// missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct File {
    #[serde(default)]
    pub(super) interior_margin_2d: Vec<String>,
    #[serde(default)]
    pub(super) caruncle_2d: Vec<String>,
    #[serde(default)]
    pub(super) iris_2d: Vec<String>,
    pub(super) eye_details: EyeDetails,
    #[serde(default)]
    pub(super) lighting_details: Lighting,
    #[serde(default)]
    pub(super) eye_region_details: Region,
    #[serde(default)]
    pub(super) head_pose: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct EyeDetails {
    pub(super) look_vec: String,
    /// Ours alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gaze_vec: Option<String>,
    #[serde(default)]
    pub(super) pupil_size: String,
    #[serde(default)]
    pub(super) iris_size: String,
    #[serde(default)]
    pub(super) iris_texture: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Lighting {
    pub(super) skybox_texture: String,
    pub(super) skybox_exposure: String,
    pub(super) skybox_rotation: String,
    pub(super) ambient_intensity: String,
    pub(super) light_rotation: String,
    pub(super) light_intensity: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Region {
    pub(super) pca_shape_coeffs: Vec<String>,
    pub(super) primary_skin_texture: String,
}

/// "(1.0, -2.5, 3)" as numbers: the first three of them.
pub(super) fn triple(text: &str) -> Result<Triple, String> {
    let parse = || {
        let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
        let mut numbers = inner.split(',').map(|number| number.trim().parse::<f64>());
        let mut next = || numbers.next()?.ok().filter(|number| number.is_finite());
        Some([next()?, next()?, next()?])
    };
    parse().ok_or_else(|| format!("{text:?} is no \"(x, y, z)\""))
}

/// So many points.
pub(super) fn points(texts: &[String], count: usize) -> Result<Vec<Triple>, String> {
    if texts.len() != count {
        return Err(format!("there are {} points, and {count} are needed", texts.len()));
    }
    texts.iter().map(|text| triple(text)).collect()
}

/// As Unity writes it: four decimals.
pub(super) fn text([x, y, z]: Triple) -> String {
    format!("({x:.4}, {y:.4}, {z:.4})")
}

/// A direction, with the fourth number that Unity gives it.
pub(super) fn direction([x, y, z]: Triple) -> String {
    format!("({x:.4}, {y:.4}, {z:.4}, 0.0000)")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_read_out_of_texts() {
        assert_eq!(triple("(372.9136, 298.4838, 8.8525)").unwrap(), [372.9136, 298.4838, 8.8525]);
        assert_eq!(triple("(0.76, 0.21, -0.61, 0.0000)").unwrap(), [0.76, 0.21, -0.61]);
        assert_eq!(triple(&text([1.25, -3.0, 8.0])).unwrap(), [1.25, -3.0, 8.0]);
        for bad in ["", "1, 2, 3", "(1, 2)", "(1, x, 3)", "(1, NaN, 3)"] {
            assert!(triple(bad).is_err(), "{bad}");
        }
    }
}
