//! The losses, equations (2) to (4) of the paper, as means instead of sums.
//!
//! The paper sums its cross-entropies over patches and its L1 norm over pixels. Here the first is
//! a mean over patches and the second a mean over pixels, so that λ keeps its meaning when the
//! batch or the image changes: λ_ours = λ_paper · pixels / patches (15.3 λ_paper at 55x35 px).

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

/// Class of a patch of a real image in the discriminator's map.
pub(crate) const REAL: usize = 0;
/// Class of a patch of a refined image. The paper's D is the probability of this one.
pub(crate) const REFINED: usize = 1;

/// Cross-entropy of a map `[batch, height, width, 2]` against one class, mean over all patches of
/// all images: the paper's "local" adversarial loss (section 2.2).
pub(crate) fn local_cross_entropy(logits: Tensor<4>, class: usize) -> Tensor<1> {
    -log_softmax(logits, 3).narrow(3, class, 1).mean()
}

/// Equation (2): L_D = -Σ log D(x̃) - Σ log(1 - D(y)), as the mean over the patches of both halves.
/// ln 2 = 0.693 is what a coin gets.
pub(crate) fn discriminator(refined_logits: Tensor<4>, real_logits: Tensor<4>) -> Tensor<1> {
    let refined = local_cross_entropy(refined_logits, REFINED);
    let real = local_cross_entropy(real_logits, REAL);
    (refined + real) / 2.0
}

/// Equation (3): ℓ_real = -Σ log(1 - D(R(x))), as the mean over patches.
pub(crate) fn realism(refined_logits: Tensor<4>) -> Tensor<1> {
    local_cross_entropy(refined_logits, REAL)
}

/// The second term of equation (4) without its λ: ‖R(x) - x‖₁, as the mean over pixels, in units
/// where black is -1 and white is 1 (so 0.1 is 12.75 grey levels).
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
    fn the_discriminator_s_loss_is_ln_2_for_a_coin_and_counts_both_halves() {
        let device = Device::flex();
        let coin = Tensor::<4>::zeros([3, 2, 2, 2], &device);
        assert!((value(discriminator(coin.clone(), coin)) - 2f32.ln()).abs() < 1e-6);
        let right = Tensor::<4>::from_floats([[[[-9.0, 9.0]]]], &device);
        assert!(value(discriminator(right.clone(), right.clone() * -1.0)) < 1e-6);
        assert!((value(discriminator(right.clone(), right)) - 9.0).abs() < 1e-3);
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
            let loss = realism(logits) + self_regularization(refined, x) * 0.7;
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
