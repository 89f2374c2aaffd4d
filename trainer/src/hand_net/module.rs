//! The stacked hourglass (Newell, Yang and Deng, ECCV 2016), without batch normalisation.

use super::config::HandNetConfig;
use crate::conv::{Activation, conv2d, conv2d_add, max_pool2d};
use crate::layer::{Init, LINEAR, Padding, RELU};
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

/// Newell's residual module: 1x1 to half the channels, 3x3, 1x1 back, added to its input.
#[derive(Module, Debug)]
struct Residual {
    reduce: Conv2d,
    middle: Conv2d,
    expand: Conv2d,
    /// Where the number of channels changes.
    skip: Option<Conv2d>,
}

impl Residual {
    fn new(init: &mut Init<'_>, [channels_in, channels_out]: [usize; 2], gain: f64) -> Self {
        let half = channels_out / 2;
        let mut conv = |channels, kernel, gain| init.conv(channels, kernel, 1, Padding::Same, gain);
        Self {
            reduce: conv([channels_in, half], 1, RELU),
            middle: conv([half, half], 3, RELU),
            expand: conv([half, channels_out], 1, gain),
            skip: (channels_in != channels_out)
                .then(|| conv([channels_in, channels_out], 1, LINEAR)),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let y = conv2d(x.clone(), &self.reduce, Activation::Relu);
        let y = conv2d(y, &self.middle, Activation::Relu);
        let x = match &self.skip {
            None => x,
            Some(skip) => conv2d(x, skip, Activation::None),
        };
        conv2d_add(y, &self.expand, x, Activation::Relu)
    }
}

/// Down to a small map, where a cell sees the whole hand, and up again, with a way past at each size.
#[derive(Module, Debug)]
struct Hourglass {
    past: Vec<Residual>,
    down: Vec<Residual>,
    bottom: Residual,
    up: Vec<Residual>,
}

impl Hourglass {
    fn new(init: &mut Init<'_>, features: usize, depth: usize, gain: f64) -> Self {
        let mut residuals = |count: usize| -> Vec<Residual> {
            (0..count).map(|_| Residual::new(init, [features; 2], gain)).collect()
        };
        let (past, down, up) = (residuals(depth), residuals(depth), residuals(depth));
        Self { past, down, up, bottom: Residual::new(init, [features; 2], gain) }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut x = x;
        let mut kept = Vec::with_capacity(self.past.len());
        for (past, down) in self.past.iter().zip(&self.down) {
            kept.push(past.forward(x.clone()));
            x = down.forward(max_pool2d(x, 2, 2));
        }
        x = self.bottom.forward(x);
        for (up, past) in self.up.iter().zip(kept).rev() {
            x = doubled(up.forward(x)) + past;
        }
        x
    }
}

/// Each pixel of `[batch, height, width, channels]` four times.
fn doubled(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let rows = x.reshape([batch * height, 1, width * channels]).repeat_dim(1, 2);
    let columns = rows.reshape([batch * 2 * height * width, 1, channels]).repeat_dim(1, 2);
    columns.reshape([batch, 2 * height, 2 * width, channels])
}

/// One hourglass and its output: a heat map and a depth map of each joint.
#[derive(Module, Debug)]
struct Stack {
    hourglass: Hourglass,
    features: Conv2d,
    maps: Conv2d,
    /// What the next one gets besides; the last has none.
    features_back: Option<Conv2d>,
    maps_back: Option<Conv2d>,
}

/// Convolution and pooling down to the size of the maps, then hourglasses; each says for every joint a
/// map of logits (where it is) and a map of depths (how far away it is if it is there).
#[derive(Module, Debug)]
pub(crate) struct HandModule {
    stem: Conv2d,
    /// At half the view's size, then after each further halving.
    sizes: Vec<Residual>,
    stacks: Vec<Stack>,
}

impl HandModule {
    pub(crate) fn new(
        config: &HandNetConfig,
        joints: usize,
        device: &burn::tensor::Device,
    ) -> Self {
        let mut init = Init::new(config.seed, "hand network", device);
        let HandNetConfig { features, stacks, depth, .. } = *config;
        let halvings = config.cell_px().ilog2() as usize;
        // Each residual module adds to what passes by: as in the refiner.
        let gain = LINEAR / ((halvings + stacks * (depth + 1)) as f64).sqrt();
        let stem = init.conv([1, features / 2], 7, 2, Padding::Same, RELU);
        let sizes = (0..halvings)
            .map(|i| {
                let channels_in = if i == 0 { features / 2 } else { features };
                Residual::new(&mut init, [channels_in, features], gain)
            })
            .collect();
        let stacks = (0..stacks)
            .map(|i| {
                let hourglass = Hourglass::new(&mut init, features, depth, gain);
                let mut conv = |channels, gain| init.conv(channels, 1, 1, Padding::Same, gain);
                let last = i + 1 == stacks;
                Stack {
                    hourglass,
                    features: conv([features; 2], RELU),
                    // Small: all cells alike at the start.
                    maps: conv([features, 2 * joints], 0.1),
                    features_back: (!last).then(|| conv([features; 2], gain)),
                    maps_back: (!last).then(|| conv([2 * joints, features], gain)),
                }
            })
            .collect();
        Self { stem, sizes, stacks }
    }

    /// # Shapes
    /// `[batch, side, side, 1]` to one `[batch, map, map, 2 joints]` an hourglass: logits of all
    /// joints, then depths of all joints.
    pub(crate) fn forward(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        // [batch, side / 2, side / 2, features / 2]
        let mut x = conv2d(x, &self.stem, Activation::Relu);
        for (i, residual) in self.sizes.iter().enumerate() {
            let smaller = if i == 0 { x } else { max_pool2d(x, 2, 2) };
            x = residual.forward(smaller);
        }
        // [batch, map, map, features]
        let mut stack_maps = Vec::with_capacity(self.stacks.len());
        for stack in &self.stacks {
            let y = conv2d(stack.hourglass.forward(x.clone()), &stack.features, Activation::Relu);
            let maps = conv2d(y.clone(), &stack.maps, Activation::None);
            if let (Some(features), Some(back)) = (&stack.features_back, &stack.maps_back) {
                x = conv2d_add(y, features, x, Activation::None);
                x = conv2d_add(maps.clone(), back, x, Activation::Relu);
            }
            stack_maps.push(maps);
        }
        stack_maps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn each_hourglass_says_two_maps_a_joint_in_every_preset_s_proportions() {
        let device = Device::flex();
        for (side_px, map_px, depth) in [(32, 16, 2), (32, 8, 3), (32, 4, 1)] {
            let config = HandNetConfig {
                side_px,
                map_px,
                depth,
                features: 4,
                stacks: 3,
                ..HandNetConfig::default()
            };
            let net = HandModule::new(&config, 5, &device);
            let maps = net.forward(Tensor::zeros([2, side_px, side_px, 1], &device));
            assert_eq!(maps.len(), 3);
            assert!(maps.iter().all(|map| map.dims() == [2, map_px, map_px, 10]));
        }
    }

    #[test]
    fn doubling_repeats_each_pixel_with_its_channels() {
        let x = Tensor::<1>::from_floats([1.0, 2.0, 3.0, 4.0], &Device::flex());
        let y = doubled(x.reshape([1, 1, 2, 2])).into_data();
        let row = [1.0, 2.0, 1.0, 2.0, 3.0, 4.0, 3.0, 4.0];
        assert_eq!(y.iter::<f32>().collect::<Vec<_>>(), [row, row].concat());
    }
}
