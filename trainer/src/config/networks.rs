//! The shapes of both networks, and what the paper leaves open about them.

use serde::{Deserialize, Serialize};

/// What surrounds an image under a convolution. The paper does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Padding {
    /// Zeros, which are a middle grey at the image and nothing behind a ReLU. Fast.
    #[default]
    Zero,
    /// The border pixels, repeated: a flat image stays flat up to its edge. Each layer copies its
    /// input once more.
    Border,
}

/// How the last layer's numbers become grey levels. The paper does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// A tanh, as in every public implementation.
    #[default]
    Tanh,
    /// As they are; what is blacker than black or whiter than white is cut off where it is shown.
    Linear,
}

/// What one verdict of the discriminator is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// A patch: a map of verdicts an image, whose losses are added (paper, section 2.2).
    #[default]
    Local,
    /// The whole image: one verdict, from a fully connected layer over all patches. What the paper
    /// compares its local loss with (figure 3).
    Global,
}

/// The refiner's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RefinerConfig {
    /// Channels of every hidden layer. Paper: 64.
    pub features: usize,
    /// Residual blocks. Paper: 4.
    pub blocks: usize,
    /// Side of the square kernels, px, odd. Paper: 3.
    pub kernel: usize,
    /// Whether the network computes what to *add* to its input (before the output's tanh), so that
    /// training starts from the identity and not from noise. Ours: the paper's network computes the
    /// whole image.
    pub residual: bool,
    /// Pixels by which the image is continued on each side, by its own border, before the network
    /// sees it, and which are cut off again. The zeros that pad each convolution would otherwise
    /// draw a thin frame into early results. Ours; 0 for the paper, which is silent on padding.
    pub margin: usize,
    /// Around every convolution. Ours: zeros, with a `margin` where that shows.
    pub padding: Padding,
    /// After the last layer. Ours: tanh.
    pub output: Output,
    /// Side of the first kernel, where it differs from `kernel`; odd, 0: it does not. The paper's
    /// words for hands ("filter size 7x7, 10 blocks") fit 7x7 kernels everywhere (4.02 million
    /// parameters) and in the first layer alone (0.74 million).
    #[serde(skip_serializing_if = "is_default")]
    pub stem_kernel: usize,
    /// Whether pixels of the greatest value, 1, stay as they are: of depth images those are the
    /// background, which is no surface that a sensor could spoil. A refiner can still lose a surface
    /// (push it to 1), as sensors do, and never draw one into nothing. Paper: background is 0 in
    /// rendered and real images alike; whether R may draw there it does not say.
    #[serde(skip_serializing_if = "is_default")]
    pub keep_background: bool,
}

/// Settings that came later stand in a file only where they are used, so that a run of before goes on
/// under the settings that it noted.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for RefinerConfig {
    fn default() -> Self {
        Self {
            features: 64,
            blocks: 4,
            kernel: 3,
            residual: false,
            margin: 0,
            padding: Padding::Zero,
            output: Output::Tanh,
            stem_kernel: 0,
            keep_background: false,
        }
    }
}

/// The discriminator's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiscriminatorConfig {
    /// Channels of its four hidden convolutions. Paper: 96, 64, 32, 32.
    pub channels: [usize; 4],
    /// What one verdict is about. Paper: local.
    pub scope: Scope,
    /// Around every convolution. Paper: silent; ours: zeros.
    pub padding: Padding,
    /// Whether the second to fourth convolution are normalised over their batch, real and refined
    /// images each by themselves. Paper: not mentioned; blog: yes. Ours: no.
    pub batch_norm: bool,
    /// Whether every layer's weights are divided by their largest singular value, so that the
    /// verdict can't jump (Miyato et al., 2018). Ours.
    pub spectral_norm: bool,
    /// Sides of the first three kernels, px, odd. Paper: 3, 3, 3 for eyes; 7, 5, 3 for hands.
    #[serde(skip_serializing_if = "is_eye_kernels")]
    pub kernels: [usize; 3],
    /// Steps of the first two convolutions, the pooling and the third convolution, px. Paper: 2, 2,
    /// 1, 1 for eyes; 4, 2, 2, 2 for hands.
    #[serde(skip_serializing_if = "is_eye_strides")]
    pub strides: [usize; 4],
    /// 0: it sees the pixels. Else it sees, in the place of each, how far it stands out of its four
    /// neighbours, so many times enlarged, between -1 and 1 (tanh). Depth needs that: a sensor's texture
    /// of 1 mm is 0.007 beside a step of 1 from hand to nothing, and what a discriminator learns first
    /// is how far away hands are, which a refiner then changes by centimetres. 60 makes 1 mm of a range
    /// of 300 mm 0.4. Paper: the pixels. Ours.
    #[serde(skip_serializing_if = "is_default")]
    pub relief_gain: f64,
}

/// The paper's discriminator of eyes.
const EYE_KERNELS: [usize; 3] = [3, 3, 3];
const EYE_STRIDES: [usize; 4] = [2, 2, 1, 1];

fn is_eye_kernels(kernels: &[usize; 3]) -> bool {
    *kernels == EYE_KERNELS
}

fn is_eye_strides(strides: &[usize; 4]) -> bool {
    *strides == EYE_STRIDES
}

impl Default for DiscriminatorConfig {
    fn default() -> Self {
        Self {
            channels: [96, 64, 32, 32],
            scope: Scope::Local,
            padding: Padding::Zero,
            batch_norm: false,
            spectral_norm: false,
            kernels: EYE_KERNELS,
            strides: EYE_STRIDES,
            relief_gain: 0.0,
        }
    }
}
