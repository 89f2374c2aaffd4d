//! Heat maps: what they should be, and what they say.

use super::config::HandNetConfig;
use super::joint::HandJoint;

/// What a joint's maps should be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Target {
    /// Share of each cell, row by row, sum 1: a Gaussian around the joint; 0 everywhere where the
    /// joint lies beside the view, which says nothing about the maps.
    pub(crate) heat: Vec<f32>,
    /// As [`HandJoint::depth`].
    pub(crate) depth: Option<f32>,
}

impl Target {
    /// Of a joint at a place of the view, px.
    pub(crate) fn new(config: &HandNetConfig, at_view: HandJoint) -> Self {
        let (side, cell) = (config.map_px, config.cell_px() as f32);
        let [x, y] = at_view.px.map(|px| to_cells(px, cell));
        let within = |at: f32| (-0.5..side as f32 - 0.5).contains(&at);
        if !within(x) || !within(y) {
            return Self { heat: vec![0.0; side * side], depth: None };
        }
        let along = |at: f32| -> Vec<f32> {
            let weight =
                |i: usize| (-0.5 * ((i as f32 - at) / config.sigma_cells as f32).powi(2)).exp();
            let weights: Vec<f32> = (0..side).map(weight).collect();
            let sum: f32 = weights.iter().sum();
            weights.iter().map(|w| w / sum).collect()
        };
        let (columns, rows) = (along(x), along(y));
        let heat = rows.iter().flat_map(|row| columns.iter().map(move |column| row * column));
        Self { heat: heat.collect(), depth: at_view.depth }
    }
}

/// The joint that a map of shares and one of depths (as many cells, row by row) say, px of the view:
/// the mean place and depth over the cells around the greatest share, out to three standard
/// deviations of a true map. Finer than a cell, as an argmax with a quarter's offset (Newell) is not,
/// and a second, weaker peak elsewhere does not pull at it, as it would at the mean of the whole map.
pub(crate) fn read(config: &HandNetConfig, shares: &[f32], depths: &[f32]) -> HandJoint {
    let (side, cell) = (config.map_px, config.cell_px() as f32);
    let peak = (0..shares.len()).fold(0, |best, i| if shares[i] > shares[best] { i } else { best });
    let reach = (3.0 * config.sigma_cells).ceil() as usize;
    let around = |at: usize| at.saturating_sub(reach)..(at + reach + 1).min(side);
    let (mut sum, mut x, mut y, mut depth) = (0.0f64, 0.0, 0.0, 0.0);
    for row in around(peak / side) {
        for column in around(peak % side) {
            let share = f64::from(shares[row * side + column]);
            sum += share;
            x += share * column as f64;
            y += share * row as f64;
            depth += share * f64::from(depths[row * side + column]);
        }
    }
    let px = [x, y].map(|total| to_px((total / sum) as f32, cell));
    HandJoint { px, depth: Some((depth / sum) as f32) }
}

/// The middle of cell i is at px `cell i + (cell - 1) / 2`: cells tile the view.
fn to_px(at_cells: f32, cell: f32) -> f32 {
    cell * at_cells + (cell - 1.0) / 2.0
}

fn to_cells(px: f32, cell: f32) -> f32 {
    (px - (cell - 1.0) / 2.0) / cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_true_map_says_where_its_joint_is_to_a_hundredth_of_a_cell() {
        let config = HandNetConfig::default();
        for (at, depth) in [([20.3, 41.7], 0.3), ([31.0, 32.0], -0.9), ([17.49, 26.5], 0.0)] {
            let target = Target::new(&config, HandJoint { px: at, depth: Some(depth) });
            assert!((target.heat.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            let depths = vec![depth; target.heat.len()];
            let found = read(&config, &target.heat, &depths);
            let off = (found.px[0] - at[0]).hypot(found.px[1] - at[1]);
            assert!(off < 0.02, "{at:?}: {found:?}");
            assert!(found.depth.is_some_and(|d| (d - depth).abs() < 1e-5));
        }
    }

    #[test]
    fn a_second_peak_far_away_does_not_pull() {
        let config = HandNetConfig::default();
        let map = |at| Target::new(&config, HandJoint { px: at, depth: None }).heat;
        let (near, far) = (map([16.0, 16.0]), map([50.0, 50.0]));
        let both: Vec<f32> = near.iter().zip(&far).map(|(a, b)| 0.6 * a + 0.4 * b).collect();
        let found = read(&config, &both, &vec![0.0; both.len()]);
        assert!(found.px.iter().all(|c| (c - 16.0).abs() < 0.05), "{found:?}");
    }

    #[test]
    fn a_joint_beside_the_view_asks_for_nothing() {
        let config = HandNetConfig::default();
        for px in [[-0.6, 10.0], [10.0, 63.6], [f32::NAN, 1.0]] {
            let target = Target::new(&config, HandJoint { px, depth: Some(0.0) });
            assert!(target.heat.iter().all(|h| *h == 0.0) && target.depth.is_none());
        }
    }
}
