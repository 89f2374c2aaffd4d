//! The two optimisers, and clipping of the whole gradient.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// How a network's parameters follow their gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Optimizer {
    /// Stochastic gradient descent, as in the paper's Algorithm 1.
    Sgd,
    /// Adam (Kingma and Ba, 2015).
    Adam,
}

impl Optimizer {
    /// With Adam's β₁, or SGD's momentum (0: none).
    pub(crate) fn init(self, adam_beta_1: f64, sgd_momentum: f64) -> ModuleOptimizer {
        match self {
            Optimizer::Adam => {
                AdamConfig::new().with_beta_1(adam_beta_1 as f32).with_epsilon(1e-8).init()
            }
            Optimizer::Sgd if sgd_momentum == 0.0 => SgdConfig::new().init(),
            Optimizer::Sgd => {
                let momentum =
                    MomentumConfig { momentum: sgd_momentum, dampening: 0.0, nesterov: false };
                SgdConfig::new().with_momentum(Some(momentum)).init()
            }
        }
    }
}

/// The L2 norm of all gradients of a module together.
///
/// # Panics
/// If there is none.
pub(crate) fn norm<M: Module>(grads: &GradientsParams, module: &M) -> Tensor<1> {
    // Sum the squares of all gradients, on the device.
    let mut sum = SumOfSquares { grads, sum: None };
    module.visit(&mut sum);
    let Some(sum) = sum.sum else { panic!("a loss that no parameter has a part in") };
    sum.sqrt()
}

/// The L2 norm of all weights of a module together, without recording gradients. Steps that are far
/// too large make it overflow long before a loss shows it: behind a ReLU or a tanh, weights of any
/// size give finite numbers.
///
/// # Panics
/// If it has none.
pub(crate) fn weight_norm<M: Module>(module: &M) -> Tensor<1> {
    let mut sum = SumOfWeights(None);
    module.valid().visit(&mut sum);
    let Some(sum) = sum.0 else { panic!("a network without weights") };
    sum.sqrt()
}

/// Scales all gradients of a module by one factor, so that their common L2 norm, which is `norm`, is
/// at most `limit`; 0 leaves them as they are.
/// (Burn's own clipping takes the norm of each parameter by itself, which turns the direction.)
pub(crate) fn clip<M: Module>(
    grads: GradientsParams,
    module: &M,
    norm: Tensor<1>,
    limit: f64,
) -> GradientsParams {
    if limit <= 0.0 {
        return grads;
    }
    // min(1, limit / norm)
    let factor = (norm + 1e-12).recip().mul_scalar(limit).clamp_max(1.0);
    let mut scale = ScaleAll { grads, factor };
    module.visit(&mut scale);
    scale.grads
}

struct SumOfSquares<'a> {
    grads: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for SumOfSquares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.get::<D>(param.id) {
            add_to(&mut self.sum, grad.square().sum());
        }
    }
}

struct SumOfWeights(Option<Tensor<1>>);

impl ModuleVisitor for SumOfWeights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        add_to(&mut self.0, param.val().square().sum());
    }
}

fn add_to(sum: &mut Option<Tensor<1>>, term: Tensor<1>) {
    *sum = Some(match sum.take() {
        None => term,
        Some(sum) => sum + term,
    });
}

struct ScaleAll {
    grads: GradientsParams,
    factor: Tensor<1>,
}

impl ModuleVisitor for ScaleAll {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.remove::<D>(param.id) {
            self.grads.register(param.id, grad * self.factor.clone().unsqueeze());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::layer::{Init, LINEAR};
    use burn::tensor::Device;

    #[test]
    fn clipping_scales_the_whole_gradient_and_keeps_its_direction() {
        let device = Device::flex().autodiff();
        let layer = Init::new(1, "test", &device).linear(3, 2, LINEAR);
        let x = Tensor::<2>::from_floats([[3.0, -4.0, 12.0]], &device);
        let norm_after = |limit: f64| {
            let grads = layer.forward(x.clone()).sum().backward();
            let grads = GradientsParams::from_grads(grads, &layer);
            let before = norm(&grads, &layer);
            let grads = clip(grads, &layer, before, limit);
            let weight = grads.get::<2>(layer.weight.id).unwrap();
            let bias = grads.get::<1>(layer.bias.as_ref().unwrap().id).unwrap();
            let ratio =
                weight.clone().max().into_scalar::<f32>() / bias.clone().max().into_scalar::<f32>();
            let squares = weight.square().sum() + bias.square().sum();
            (squares.into_scalar::<f32>().sqrt(), ratio)
        };
        // Both outputs see (3, -4, 12) and a bias of 1: norm = sqrt(2 (169 + 1)).
        let free = 340f32.sqrt();
        assert!((norm_after(0.0).0 - free).abs() < 1e-3, "0 switches it off");
        assert!((norm_after(100.0).0 - free).abs() < 1e-3, "below the limit nothing changes");
        let (norm, ratio) = norm_after(2.0);
        assert!((norm - 2.0).abs() < 1e-4 && (ratio - 12.0).abs() < 1e-4);
    }
}
