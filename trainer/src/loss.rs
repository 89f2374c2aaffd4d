//! The losses, equations (2) to (4) of the paper, as means instead of sums.
//!
//! The paper sums its cross-entropies over patches and its L1 norm over pixels. Here the first is
//! a mean over patches and the second a mean over pixels, so that λ keeps its meaning when the
//! batch or the image changes: λ_ours = λ_paper · pixels / patches (15.3 λ_paper at 55x35 px).

use crate::config::AdversarialLoss;
use burn::tensor::Tensor;
use burn::tensor::activation::{log_softmax, relu};

/// Class of a patch of a real image in the discriminator's map.
pub(crate) const REAL: usize = 0;
/// Class of a patch of a refined image. The paper's D is the probability of this one.
pub(crate) const REFINED: usize = 1;

/// Cross-entropy of a map `[batch, height, width, 2]` against one class, mean over all patches of
/// all images: the paper's "local" adversarial loss (section 2.2).
pub(crate) fn local_cross_entropy(logits: Tensor<4>, class: usize) -> Tensor<1> {
    -log_softmax(logits, 3).narrow(3, class, 1).mean()
}

/// The score of each verdict, `[batch, height, width, 1]`: how much more real than refined. Its
/// sigmoid is the probability that the cross-entropy works with.
pub(crate) fn score(logits: Tensor<4>) -> Tensor<4> {
    logits.clone().narrow(3, REAL, 1) - logits.narrow(3, REFINED, 1)
}

impl AdversarialLoss {
    /// The discriminator's loss, mean over the verdicts on both halves. Cross-entropy: equation (2),
    /// L_D = -Σ log D(x̃) - Σ log(1 - D(y)). With `smoothing` s, a real image's target is 1 - s.
    pub(crate) fn discriminator(
        self,
        refined_logits: Tensor<4>,
        real_logits: Tensor<4>,
        smoothing: f64,
    ) -> Tensor<1> {
        let (refined, real) = match self {
            Self::CrossEntropy => {
                let real = match smoothing {
                    0.0 => local_cross_entropy(real_logits, REAL),
                    s => {
                        local_cross_entropy(real_logits.clone(), REAL) * (1.0 - s)
                            + local_cross_entropy(real_logits, REFINED) * s
                    }
                };
                (local_cross_entropy(refined_logits, REFINED), real)
            }
            Self::LeastSquares => {
                // The targets are 1 and -1; a share s of the real ones taken for refined is 1 - 2s.
                let square = |logits, target: f64| (score(logits) - target).square().mean() / 2.0;
                (square(refined_logits, -1.0), square(real_logits, 1.0 - 2.0 * smoothing))
            }
            Self::Hinge => {
                let hinge = |margin: Tensor<4>| relu(margin + 1.0).mean();
                (hinge(score(refined_logits)), hinge(-score(real_logits)))
            }
        };
        (refined + real) / 2.0
    }

    /// The refiner's loss, mean over verdicts. Cross-entropy: equation (3),
    /// ℓ_real = -Σ log(1 - D(R(x))).
    pub(crate) fn realism(self, refined_logits: Tensor<4>) -> Tensor<1> {
        match self {
            Self::CrossEntropy => local_cross_entropy(refined_logits, REAL),
            Self::LeastSquares => (score(refined_logits) - 1.0).square().mean() / 2.0,
            Self::Hinge => -score(refined_logits).mean(),
        }
    }

    /// The discriminator's chance-level loss: the same logit for both classes.
    pub fn at_chance(self) -> f32 {
        match self {
            Self::CrossEntropy => std::f32::consts::LN_2,
            Self::LeastSquares => 0.5,
            Self::Hinge => 1.0,
        }
    }
}

/// R1 without a second derivative: the mean over verdicts of ((D(y + σ ε) - D(y)) / σ)², whose mean
/// over the noise ε is the squared slope ‖∇D‖² where D is straight enough.
pub(crate) fn squared_slope(at: Tensor<4>, beside: Tensor<4>, step: f64) -> Tensor<1> {
    ((score(beside) - score(at)) / step).square().mean()
}

/// The second term of equation (4) without its λ: ‖ψ(R(x)) - ψ(x)‖₁, as the mean over the values of
/// ψ. Of pixels, in units where black is -1 and white is 1 (so 0.1 is 12.75 grey levels).
pub(crate) fn self_regularization(refined: Tensor<4>, rendered: Tensor<4>) -> Tensor<1> {
    (refined - rendered).abs().mean()
}

/// Share of patches whose larger logit is that of `class`, 0 to 1.
pub(crate) fn accuracy(logits: Tensor<4>, class: usize) -> Tensor<1> {
    let own = logits.clone().narrow(3, class, 1);
    let other = logits.narrow(3, 1 - class, 1);
    own.greater(other).float().mean()
}

#[cfg(test)]
mod tests {
    use super::*;
    use AdversarialLoss::{CrossEntropy, Hinge, LeastSquares};
    use burn::tensor::Device;

    fn value(loss: Tensor<1>) -> f32 {
        loss.into_scalar::<f32>()
    }

    /// Two images with a map of one row and two patches each.
    fn map(device: &Device) -> Tensor<4> {
        Tensor::from_floats([[[[0.0, 0.0], [1.0, -1.0]]], [[[-2.0, 0.5], [0.3, 0.3]]]], device)
    }

    #[test]
    fn the_cross_entropy_is_that_of_pen_and_paper() {
        // -log softmax for class 0: ln 2, ln(1 + e^-2), ln(1 + e^2.5), ln 2.
        let expected = (2f32.ln() * 2.0 + (-2f32).exp().ln_1p() + 2.5f32.exp().ln_1p()) / 4.0;
        let loss = value(local_cross_entropy(map(&Device::flex()), REAL));
        assert!((loss - expected).abs() < 1e-6, "{loss} is not {expected}");
    }

    #[test]
    fn the_discriminator_s_loss_is_ln_2_at_chance_and_counts_both_halves() {
        let device = Device::flex();
        let chance = Tensor::<4>::zeros([3, 2, 2, 2], &device);
        let loss = |refined: &Tensor<4>, real: &Tensor<4>| {
            value(CrossEntropy.discriminator(refined.clone(), real.clone(), 0.0))
        };
        assert!((loss(&chance, &chance) - 2f32.ln()).abs() < 1e-6);
        let right = Tensor::<4>::from_floats([[[[-9.0, 9.0]]]], &device);
        assert!(loss(&right, &(right.clone() * -1.0)) < 1e-6);
        assert!((loss(&right, &right) - 9.0).abs() < 1e-3);
    }

    #[test]
    fn every_loss_at_chance_is_what_it_says_and_right_is_better_than_wrong() {
        let device = Device::flex();
        let chance = Tensor::<4>::zeros([3, 2, 2, 2], &device);
        let real = Tensor::<4>::from_floats([[[[0.5, -0.5]]]], &device);
        for loss in [CrossEntropy, LeastSquares, Hinge] {
            let of = |refined: &Tensor<4>, real: &Tensor<4>| {
                value(loss.discriminator(refined.clone(), real.clone(), 0.0))
            };
            let expected = loss.at_chance();
            assert!((of(&chance, &chance) - expected).abs() < 1e-6, "{loss:?}");
            let refined = real.clone() * -1.0;
            assert!(of(&refined, &real) < expected && of(&real, &refined) > expected, "{loss:?}");
            // The refiner wants the opposite.
            let realism = |logits: &Tensor<4>| value(loss.realism(logits.clone()));
            assert!(realism(&real) < realism(&chance) && realism(&chance) < realism(&refined));
        }
    }

    #[test]
    fn squares_and_hinges_are_those_of_pen_and_paper() {
        let device = Device::flex();
        // Scores 0.5 (refined) and 0.25 (real).
        let refined = Tensor::<4>::from_floats([[[[0.5, 0.0]]]], &device);
        let real = Tensor::<4>::from_floats([[[[0.0, -0.25]]]], &device);
        let of = |loss: AdversarialLoss, smoothing| {
            value(loss.discriminator(refined.clone(), real.clone(), smoothing))
        };
        // (1.5² / 2 + 0.75² / 2) / 2, and with a target of 0.8: (1.5² / 2 + 0.55² / 2) / 2.
        assert!((of(LeastSquares, 0.0) - 0.703125).abs() < 1e-6);
        assert!((of(LeastSquares, 0.1) - 0.638125).abs() < 1e-6);
        // (1.5 + 0.75) / 2.
        assert!((of(Hinge, 0.0) - 1.125).abs() < 1e-6);
        assert!((value(LeastSquares.realism(refined.clone())) - 0.125).abs() < 1e-6);
        assert!((value(Hinge.realism(refined)) + 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_smoothed_label_is_best_met_by_its_own_probability() {
        // With a target of 0.9 the best score is ln 9, not more.
        let device = Device::flex();
        let loss = |score: f32| {
            let real = Tensor::<4>::from_floats([[[[score, 0.0]]]], &device);
            let refined = Tensor::<4>::zeros([1, 1, 1, 2], &device);
            value(CrossEntropy.discriminator(refined, real, 0.1))
        };
        let best = 9f32.ln();
        assert!(loss(best) < loss(best - 0.1) && loss(best) < loss(best + 0.1));
    }

    #[test]
    fn the_slope_of_a_straight_score_is_its_steepness() {
        // D(y) = 3 y₁ - 4 y₂: ‖∇D‖² = 25, the mean over many directions of the step.
        let device = Device::flex();
        let (step, count) = (0.1, 4000);
        let score = |x: f64, y: f64| (3.0 * x - 4.0 * y) as f32;
        let mut rng = crate::seed::rng(1, "test", 0);
        let mut beside = Vec::new();
        for _ in 0..count {
            let [x, y] = [(); 2].map(|()| crate::input::normal(&mut rng) * step);
            beside.extend([score(1.0 + x, 2.0 + y), 0.0]);
        }
        let at = [score(1.0, 2.0), 0.0].repeat(count);
        let logits = |values: Vec<f32>| {
            Tensor::<1>::from_floats(values.as_slice(), &device).reshape([count, 1, 1, 2])
        };
        let slope = value(squared_slope(logits(at), logits(beside), step));
        assert!((slope / 25.0 - 1.0).abs() < 0.07, "{slope}");
    }

    #[test]
    fn accuracy_counts_patches() {
        let device = Device::flex();
        assert_eq!(value(accuracy(map(&device), REAL)), 0.25);
        assert_eq!(value(accuracy(map(&device), REFINED)), 0.25);
    }

    #[test]
    fn a_doubled_batch_or_image_has_the_same_loss_and_the_same_gradient_per_patch() {
        let device = Device::flex().autodiff();
        let gradient = |scale_batch: usize, scale_width: usize| {
            let x = Tensor::<4>::from_floats([[[[0.3], [-0.4]]]], &device);
            let x = x.repeat_dim(0, scale_batch).repeat_dim(2, scale_width);
            // One shared shift of all pixels, as one parameter of R would cause.
            let shift = Tensor::<1>::from_floats([0.05], &device).require_grad();
            let refined = x.clone() + shift.clone().reshape([1, 1, 1, 1]);
            let logits = Tensor::cat(vec![refined.clone(), refined.clone() * -2.0], 3);
            let loss = CrossEntropy.realism(logits) + self_regularization(refined, x) * 0.7;
            let grads = loss.backward();
            let Some(grad) = shift.grad(&grads) else { panic!("no gradient") };
            (value(loss.inner()), value(grad))
        };
        let (loss, grad) = gradient(1, 1);
        for (batch, width) in [(2, 1), (1, 2), (4, 3)] {
            let (other_loss, other_grad) = gradient(batch, width);
            assert!((loss - other_loss).abs() < 1e-6 && (grad - other_grad).abs() < 1e-6);
        }
    }
}
