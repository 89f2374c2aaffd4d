//! A moving average of a network's weights.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

/// `average` moved towards `newest`, which must be of the same structure: of each weight, so much is
/// kept and the rest is new. Neither may record gradients.
pub(crate) fn moved<M: Module>(average: M, newest: &M, keep: f64) -> M {
    let mut collect = Collect(GradientsParams::new());
    newest.visit(&mut collect);
    average.map(&mut Blend { newest: collect.0, keep })
}

/// How much of the average an update keeps: less in the beginning, or it would hold on to the first
/// weights; after n updates at most (1 + n) / (10 + n).
pub(crate) fn keep(decay: f64, updates: u64) -> f64 {
    let n = updates as f64;
    decay.min((1.0 + n) / (10.0 + n))
}

/// Tensors by parameter; [`GradientsParams`] is Burn's container for that.
struct Collect(GradientsParams);

impl ModuleVisitor for Collect {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.register(param.id, param.val());
    }
}

struct Blend {
    newest: GradientsParams,
    keep: f64,
}

impl ModuleMapper for Blend {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.newest.remove::<D>(param.id) {
            Some(newest) => param.map(|old| old * self.keep + newest * (1.0 - self.keep)),
            None => param,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::layer::{Init, LINEAR};
    use burn::nn::Linear;
    use burn::tensor::Device;

    fn layer(value: f32) -> Linear {
        let mut layer = Init::new(1, "test", &Device::flex()).linear(2, 2, LINEAR);
        layer.weight = layer.weight.map(|weight| weight * 0.0 + value);
        layer
    }

    fn value(layer: &Linear) -> f32 {
        layer.weight.val().mean().into_scalar::<f32>()
    }

    #[test]
    fn it_keeps_its_share_and_nears_a_constant() {
        let moved_once = moved(layer(1.0), &layer(3.0), 0.75);
        assert!((value(&moved_once) - 1.5).abs() < 1e-6);
        let long = (0..60).fold(layer(1.0), |average, _| moved(average, &layer(3.0), 0.8));
        assert!((value(&long) - 3.0).abs() < 1e-4);
    }

    #[test]
    fn the_first_updates_count_more() {
        assert_eq!(keep(0.999, 0), 0.1);
        assert_eq!(keep(0.5, 100), 0.5);
        assert_eq!(keep(0.999, 100_000), 0.999);
    }
}
