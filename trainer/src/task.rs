//! The task term: an estimator says the same of a render and of its refinement.
//!
//! The self-regularisation keeps pixels, and nothing tells it that a grey level at the limbus is worth
//! more than one on the cheek. An estimator knows: it was trained to read the label. So a frozen one,
//! trained on renders, reads both images, and how far its answers lie apart is a third part of the
//! refiner's loss (the semantic consistency of CyCADA, Hoffman et al., ICML 2018, equation 4, with a
//! regression in the place of a classifier).

use crate::Error;
use crate::batch::Scale;
use crate::gaze_net::{GazeModule, GazeNet, scale};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// A frozen estimator whose answers refinement has to leave as they are.
#[derive(Debug, Clone)]
pub struct Task {
    net: GazeNet,
    /// The same network where gradients pass through it and stay out of it.
    module: GazeModule,
}

impl Task {
    /// By this gaze network. Give the refiner's judge another one: what R was trained on says too little
    /// of what it changed.
    ///
    /// # Errors
    /// If its weights can't be copied.
    pub fn gaze(net: GazeNet) -> Result<Self, Error> {
        let module = net.frozen()?;
        Ok(Self { net, module })
    }

    /// The network.
    pub fn gaze_net(&self) -> &GazeNet {
        &self.net
    }

    /// How far the answers for these images lie from those for others, radians, the mean over the batch:
    /// the distance of the network's vectors, which is the angle where it is small.
    ///
    /// # Shapes
    /// Both `[batch, height, width, channels]`, black -1, white 1, grey or colour.
    pub(crate) fn change(&self, refined: Tensor<4>, rendered: Tensor<4>) -> Tensor<1> {
        let before = self.answers(rendered).detach();
        let squares = (self.answers(refined) - before).square().sum_dim(1);
        // A root has no slope at 0, where a residual refiner starts.
        (squares + SMALLEST).sqrt().mean() - SMALLEST.sqrt()
    }

    /// `[batch, height, width, channels]` to `[batch, 3]`.
    fn answers(&self, x: Tensor<4>) -> Tensor<2> {
        let x = grey(x);
        let x = match scale(self.net.config()) {
            Scale::Range => x,
            Scale::PerImage => standardized(x),
        };
        self.module.forward(x)
    }
}

/// Square of a millirad: far below what counts.
const SMALLEST: f32 = 1e-6;

/// Red, green and blue to the grey that networks are trained on.
fn grey(x: Tensor<4>) -> Tensor<4> {
    let [.., channels] = x.dims();
    if channels == 1 {
        return x;
    }
    // Luminance of ITU-R BT.601, as image files are made grey.
    let of = |channel, weight: f32| x.clone().narrow(3, channel, 1) * weight;
    of(0, 0.299) + of(1, 0.587) + of(2, 0.114)
}

/// Each image by itself to mean 0 and standard deviation 1, as [`Scale::PerImage`].
fn standardized(x: Tensor<4>) -> Tensor<4> {
    let off = x.clone() - x.mean_dims(&[1, 2, 3]);
    let deviation = (off.clone().square().mean_dims(&[1, 2, 3]) + SMALLEST).sqrt();
    off / deviation
}

/// Growth of the weight by a step whose change is twice the limit.
const RATE: f64 = 0.02;
/// It falls more slowly: a residual refiner starts as the identity, changes nothing for its first steps, and
/// must not find the door open when it begins.
const FALL: f64 = 0.2 * RATE;
/// Three times the limit counts as much as more.
const MOST: f64 = 3.0;
/// Where the weight may lie.
const WEIGHTS: (f64, f64) = (0.01, 1000.0);

/// The weight of the task term: it grows while answers change by more than they may and falls while
/// they change by less, as a Lagrange multiplier does (dual ascent, in the logarithm). So the setting is
/// what a user can say, degrees, and holds on every camera.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskWeight(f32);

impl Default for TaskWeight {
    fn default() -> Self {
        Self(10.0)
    }
}

impl TaskWeight {
    /// The weight, now.
    pub(crate) fn get(self) -> f64 {
        f64::from(self.0)
    }

    /// After a step in which answers changed by so much, of at most `limit` (the same unit).
    pub(crate) fn after(self, change: f64, limit: f64) -> Self {
        if !change.is_finite() || limit <= 0.0 {
            return self;
        }
        let (least, most) = WEIGHTS;
        let over = (change / limit).min(MOST) - 1.0;
        let factor = (if over > 0.0 { RATE } else { FALL } * over).exp();
        // An f32, which comes back from JSON as it was.
        Self((self.get() * factor).clamp(least, most) as f32)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::batch;
    use crate::{Device, GazeNetConfig, Silent};
    use simulator::sample::{Frame, Gaze};

    fn eyes(n: u64) -> Vec<Frame<u8>> {
        (0..n)
            .map(|i| Frame::from_fn(24, 20, |x, y| ((x * 11 + y * 7) as u64 * (i + 3) % 251) as u8))
            .collect()
    }

    fn task(standardize: bool) -> Task {
        let config = GazeNetConfig {
            channels: [2; 5],
            hidden: 6,
            epochs: 1,
            batch_size: 4,
            standardize,
            ..GazeNetConfig::default()
        };
        let gazes: Vec<Gaze> = (0..8).map(|i| Gaze { pitch: 0.05 * i as f32, yaw: -0.1 }).collect();
        let net = GazeNet::train(&config, &eyes(8), &gazes, &Device::cpu(), &mut Silent).unwrap();
        Task::gaze(net).unwrap()
    }

    #[test]
    fn it_is_the_distance_of_what_the_network_says_itself() {
        for standardize in [false, true] {
            let task = task(standardize);
            let frames = eyes(2);
            let device = Device::cpu();
            let image =
                |frame: &Frame<u8>| batch::to_tensor(&[frame], Scale::Range, &device.autodiff());
            let change = task.change(image(&frames[0]), image(&frames[1])).into_scalar::<f32>();
            let says = |frame: &Frame<u8>| -> Vec<f32> {
                let x = batch::to_tensor(&[frame], scale(task.net.config()), &device.autodiff());
                task.module.forward(x).into_data().iter::<f32>().collect()
            };
            let (a, b) = (says(&frames[0]), says(&frames[1]));
            let expected = a.iter().zip(&b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
            assert!((change - expected).abs() < 2e-3, "{change} is not {expected}");
            assert_eq!(task.change(image(&frames[0]), image(&frames[0])).into_scalar::<f32>(), 0.0);
        }
    }

    #[test]
    fn gradients_pass_to_the_image_and_grey_colour_means_the_same() {
        let task = task(true);
        let device = Device::cpu();
        let frames = eyes(2);
        let x = batch::to_tensor(&[&frames[0]], Scale::Range, &device.autodiff()).require_grad();
        let other = batch::to_tensor(&[&frames[1]], Scale::Range, &device.autodiff());
        let change = task.change(x.clone(), other.clone());
        let grads = change.clone().backward();
        assert!(x.grad(&grads).unwrap().abs().max().into_scalar::<f32>() > 0.0);
        let in_colour = task.change(x.repeat_dim(3, 3), other.repeat_dim(3, 3));
        let difference = (change - in_colour).abs().into_scalar::<f32>();
        assert!(difference < 1e-5, "{difference}");
    }

    #[test]
    fn the_weight_settles_where_the_change_is_the_limit() {
        // Answers that change the less, the more that weighs.
        let settle = |strength: f64| {
            let mut weight = TaskWeight::default();
            let change = |weight: TaskWeight| strength / (1.0 + weight.get());
            for _ in 0..5000 {
                weight = weight.after(change(weight), 0.02);
            }
            change(weight)
        };
        for strength in [0.1, 1.0, 10.0] {
            assert!((settle(strength) - 0.02).abs() < 1e-4, "{}", settle(strength));
        }
        // What changes nothing needs no weight, and nothing else is counted.
        let mut weight = TaskWeight::default();
        (0..5000).for_each(|_| weight = weight.after(0.0, 0.02));
        assert!((weight.get() - 0.01).abs() < 1e-8);
        assert_eq!(weight.after(f64::NAN, 0.02).after(1.0, 0.0), weight);
    }
}
