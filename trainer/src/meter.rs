//! Means since the last report, kept on the device until they are read.

use burn::tensor::Tensor;

/// A mean of losses. Nothing waits for the device before [`Mean::take`].
#[derive(Debug, Default)]
pub(crate) struct Mean {
    sum: Option<Tensor<1>>,
    count: usize,
}

impl Mean {
    /// Takes in a loss; its graph is let go.
    pub(crate) fn add(&mut self, loss: Tensor<1>) {
        let loss = if loss.device().is_autodiff() { loss.inner() } else { loss };
        self.sum = Some(match self.sum.take() {
            None => loss,
            Some(sum) => sum + loss,
        });
        self.count += 1;
    }

    /// Reads the mean and starts over; `None` if nothing came in. One NaN makes it NaN.
    pub(crate) fn take(&mut self) -> Option<f32> {
        let count = std::mem::take(&mut self.count);
        self.sum.take().map(|sum| sum.into_scalar::<f32>() / count as f32)
    }
}

/// The means of a [`StepReport`](crate::StepReport).
#[derive(Debug, Default)]
pub(crate) struct Meters {
    pub(crate) refiner_adversarial: Mean,
    pub(crate) self_regularization: Mean,
    pub(crate) task_change: Mean,
    pub(crate) discriminator: Mean,
    pub(crate) real_accuracy: Mean,
    pub(crate) refined_accuracy: Mean,
    /// How different the newest refined images are from each other, and their renders.
    pub(crate) variety: Option<(f64, f64)>,
    /// Rendered images in training steps.
    pub(crate) images: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn it_is_the_mean_and_starts_over_and_one_nan_shows() {
        let device = Device::flex().autodiff();
        let number = |x: f32| Tensor::<1>::from_floats([x], &device);
        let mut mean = Mean::default();
        assert_eq!(mean.take(), None);
        mean.add(number(1.0));
        mean.add(number(4.0));
        assert_eq!(mean.take(), Some(2.5));
        mean.add(number(f32::NAN));
        mean.add(number(1.0));
        assert!(mean.take().is_some_and(f32::is_nan));
        assert_eq!(mean.take(), None);
    }
}
