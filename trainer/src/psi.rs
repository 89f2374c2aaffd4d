//! ψ: what of an image refinement has to keep.

use crate::config::Psi;
use crate::encoder::Encoder;
use burn::tensor::Tensor;

/// The map ψ: images to what has to stay.
#[derive(Debug, Clone)]
pub(crate) enum PsiMap {
    Identity,
    ChannelMean,
    Derivatives,
    Features(Box<Encoder>),
}

impl PsiMap {
    /// The map of these settings; `None` for one that has to be learned first.
    pub(crate) fn new(psi: Psi) -> Option<Self> {
        match psi {
            Psi::Identity => Some(Self::Identity),
            Psi::ChannelMean => Some(Self::ChannelMean),
            Psi::Derivatives => Some(Self::Derivatives),
            Psi::Features => None,
        }
    }

    /// `[batch, height, width, channels]` to what has to stay, of a similar shape.
    pub(crate) fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Identity => x,
            Self::ChannelMean => x.mean_dim(3),
            Self::Derivatives => derivatives(x),
            Self::Features(encoder) => encoder.forward(x),
        }
    }
}

/// Differences to the pixel on the right and to the one below, channels of one next to the other's:
/// `[batch, height - 1, width - 1, 2 channels]`.
fn derivatives(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let (h, w) = (height - 1, width - 1);
    let part = |y: usize, x_: usize| x.clone().slice([0..batch, y..y + h, x_..x_ + w, 0..channels]);
    let here = part(0, 0);
    Tensor::cat(vec![part(0, 1) - here.clone(), part(1, 0) - here], 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss;
    use burn::tensor::Device;

    fn ramp(dx: f32, dy: f32, offset: f32) -> Tensor<4> {
        let values: Vec<f32> =
            (0..5 * 7).map(|i| offset + dx * (i % 7) as f32 + dy * (i / 7) as f32).collect();
        Tensor::<1>::from_floats(values.as_slice(), &Device::flex()).reshape([1, 5, 7, 1])
    }

    #[test]
    fn the_derivatives_of_a_ramp_are_its_slopes_and_forget_its_level() {
        let y = PsiMap::Derivatives.apply(ramp(0.1, -0.05, 0.3));
        assert_eq!(y.dims(), [1, 4, 6, 2]);
        for (channel, slope) in [(0, 0.1), (1, -0.05)] {
            let y = y.clone().narrow(3, channel, 1);
            let error = (y - slope).abs().max().into_scalar::<f32>();
            assert!(error < 1e-6);
        }
        let same = PsiMap::Derivatives.apply(ramp(0.1, -0.05, -0.7));
        assert!((y - same).abs().max().into_scalar::<f32>() < 1e-6);
    }

    #[test]
    fn the_mean_of_the_channels_lets_colours_go_and_keeps_brightness() {
        let device = Device::flex();
        let pixel = |rgb: [f32; 3]| Tensor::<1>::from_floats(rgb, &device).reshape([1, 1, 1, 3]);
        let distance = |a: [f32; 3], b: [f32; 3]| {
            let psi = |rgb| PsiMap::ChannelMean.apply(pixel(rgb));
            loss::self_regularization(psi(a), psi(b)).into_scalar::<f32>()
        };
        assert!(distance([0.3, 0.0, -0.3], [-0.3, 0.3, 0.0]) < 1e-6);
        assert!((distance([0.3; 3], [0.1; 3]) - 0.2).abs() < 1e-6);
    }
}
