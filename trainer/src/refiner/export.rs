//! A refiner for programs that know nothing of this one: safetensors that say how the network is built.

use super::{HEADROOM, Refiner, RefinerNet, ResidualBlock};
use crate::Error;
use crate::config::Output;
use crate::pixel::Kind;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::store::{BurnToPyTorchAdapter, ModuleSnapshot, SafetensorsStore};
use durable::Created;
use serde::Serialize;
use std::path::Path;

/// What stands in the metadata of the safetensors under [`KEY`], as JSON: all that a reader needs to
/// build the network.
#[derive(Debug, Serialize)]
struct Architecture {
    network: &'static str,
    input: Input,
    /// Of every layer's `weight`.
    weight_layout: &'static str,
    /// What the layers' padding is made of, in PyTorch's words: "zeros" or "replicate".
    padding_mode: &'static str,
    /// The convolutions, in the order in which they run.
    layers: Vec<Layer>,
    blocks: usize,
    /// Pixels by which the border is repeated at the start, and which are cut off at the end.
    margin: usize,
    residual: bool,
    output: Output,
    headroom: f32,
    /// Whether pixels that are 1, the background of depth, stay as they are.
    keep_background: bool,
    residual_limit: f64,
    /// What is computed, in words, one line after the other.
    forward: Vec<&'static str>,
}

const KEY: &str = "architecture";

/// The images, in and out.
#[derive(Debug, Serialize)]
struct Input {
    layout: &'static str,
    channels: usize,
    /// "grey", "colour" or "depth".
    shows: Kind,
    /// Black and white; of depth, near and far.
    range: [f32; 2],
    /// How an 8-bit level becomes a number.
    from_levels: &'static str,
    /// How a number becomes an 8-bit level.
    to_levels: &'static str,
}

/// One convolution; its parameters are `NAME.weight` and `NAME.bias`.
#[derive(Debug, Serialize)]
struct Layer {
    name: String,
    in_channels: usize,
    out_channels: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
}

impl Layer {
    /// Every convolution of a refiner keeps the size of its image.
    fn of(name: String, conv: &Conv2d) -> Self {
        let [out_channels, in_channels, ..] = conv.weight.dims();
        let padding = conv.kernel_size.map(|side| side / 2);
        let (kernel, stride) = (conv.kernel_size, conv.stride);
        Self { name, in_channels, out_channels, kernel, stride, padding }
    }
}

impl RefinerNet {
    fn architecture(&self, shows: Kind) -> Architecture {
        // Whatever a refiner has must be told here.
        let Self { stem, blocks, head, residual, margin, output, .. } = self;
        let Self { keep_background, residual_limit, .. } = self;
        let mut layers = vec![Layer::of("stem".into(), stem)];
        for (i, ResidualBlock { conv1, conv2 }) in blocks.iter().enumerate() {
            layers.push(Layer::of(format!("blocks.{i}.conv1"), conv1));
            layers.push(Layer::of(format!("blocks.{i}.conv2"), conv2));
        }
        layers.push(Layer::of("head".into(), head));
        let last = match (output, residual) {
            _ if *residual_limit > 0.0 => "y = x + residual_limit * tanh(y)",
            (Output::Tanh, false) => "y = tanh(y)",
            (Output::Tanh, true) => "y = headroom * tanh(y + atanh(x / headroom))",
            (Output::Linear, false) => "y = y",
            (Output::Linear, true) => "y = x + y",
        };
        let (from_levels, to_levels) = match shows {
            Kind::Grey | Kind::Colour => {
                ("level / 127.5 - 1", "round((value + 1) * 127.5), cut off at 0 and 255")
            }
            Kind::Depth => (
                "(depth - middle of the range) / half of the range, not below -1; 1 where nothing is",
                "middle of the range + value * half of the range; nothing where it is 1 or more",
            ),
        };
        let kept = if *keep_background { "y = x where x is 1" } else { "no pixel stays by itself" };
        let border = stem.padding == PaddingConfig2d::Valid;
        Architecture {
            network: "simgan-refiner",
            input: Input {
                layout: "[batch, channels, height, width], any size",
                channels: stem.weight.dims()[1],
                range: [-1.0, 1.0],
                shows,
                from_levels,
                to_levels,
            },
            weight_layout: "[out_channels, in_channels, height, width], a cross-correlation",
            padding_mode: if border { "replicate" } else { "zeros" },
            layers,
            blocks: blocks.len(),
            margin: *margin,
            residual: *residual,
            output: *output,
            headroom: HEADROOM,
            keep_background: *keep_background,
            residual_limit: *residual_limit,
            forward: vec![
                "y = x with its border repeated by `margin` pixels on each side",
                "y = relu(stem(y))",
                "for each block: y = relu(y + conv2(relu(conv1(y))))",
                "y = head(y) without `margin` pixels on each side",
                last,
                kept,
            ],
        }
    }
}

impl Refiner {
    /// Writes the refiner as safetensors: its parameters with PyTorch's names and layouts
    /// (`stem.weight`, `blocks.0.conv1.weight`, ...), and in the metadata, as JSON under
    /// "architecture", all that it takes to build the network. `examples/refine_pytorch.py` does.
    /// The file is there whole or not at all. One that is there stays.
    ///
    /// # Errors
    /// If the file cannot be written, or one is there.
    pub fn export(&self, path: &Path) -> Result<(), Error> {
        let failed = |problem: String| Error::Saved {
            path: path.into(),
            problem,
            remedy: "load another checkpoint",
        };
        let architecture = serde_json::to_string(&self.net.architecture(self.kind))
            .map_err(|error| failed(error.to_string()))?;
        let mut store = SafetensorsStore::from_bytes(None)
            .with_to_adapter(BurnToPyTorchAdapter)
            .metadata(KEY, architecture);
        let saved = self.net.save_into(&mut store).and_then(|()| store.get_bytes());
        let bytes = saved.map_err(|error| failed(error.to_string()))?;
        match durable::create(path, &bytes)? {
            Created::Now => Ok(()),
            Created::Before(_) => Err(Error::Taken { path: path.into() }),
        }
    }
}

#[cfg(test)]
mod tests;
