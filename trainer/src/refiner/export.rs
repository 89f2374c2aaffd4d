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
mod tests {
    #![allow(clippy::unwrap_used, clippy::print_stderr)]
    use super::*;
    use crate::Device;
    use crate::config::{Padding, RefinerConfig};
    use crate::layer::{Init, LINEAR};
    use burn::tensor::{Tensor, TensorData};
    use std::process::Command;

    /// A refiner whose head is not zero, also where it would start as the identity.
    fn refiner(config: &RefinerConfig, channels: usize) -> Refiner {
        let device = Device::cpu();
        let mut net = RefinerNet::new(config, channels, 3, &device.inner);
        let head = Init::new(4, "head", &device.inner).conv(
            [config.features, channels],
            1,
            1,
            crate::layer::Padding::Same,
            0.3 * LINEAR,
        );
        net.head.weight = head.weight;
        Refiner::from_net(net, kind_of(channels), device)
    }

    fn kind_of(channels: usize) -> Kind {
        if channels == 3 { Kind::Colour } else { Kind::Grey }
    }

    /// Every choice that the metadata must tell, each at least once.
    fn variants() -> Vec<(RefinerConfig, usize)> {
        let base = RefinerConfig { features: 16, blocks: 2, ..Default::default() };
        let border = RefinerConfig { padding: Padding::Border, ..base.clone() };
        vec![
            (RefinerConfig::default(), 1),
            (RefinerConfig { residual: true, margin: 3, ..base.clone() }, 3),
            (RefinerConfig { residual: true, kernel: 5, output: Output::Linear, ..border }, 1),
            (RefinerConfig { blocks: 1, output: Output::Linear, ..base.clone() }, 3),
            (RefinerConfig { keep_background: true, stem_kernel: 7, ..base.clone() }, 1),
            (RefinerConfig { residual: true, residual_limit: 0.2, ..base }, 1),
        ]
    }

    #[test]
    fn the_metadata_name_every_parameter_and_its_shape() {
        for (config, channels) in variants() {
            let temp = tempfile::tempdir().unwrap();
            let path = temp.path().join("refiner.safetensors");
            refiner(&config, channels).export(&path).unwrap();
            assert!(matches!(refiner(&config, channels).export(&path), Err(Error::Taken { .. })));
            let bytes = std::fs::read(&path).unwrap();
            let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
            let header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
            let architecture = header["__metadata__"][KEY].as_str().unwrap();
            let architecture: serde_json::Value = serde_json::from_str(architecture).unwrap();
            let layers = architecture["layers"].as_array().unwrap();
            assert_eq!(layers.len(), 2 + 2 * config.blocks);
            for layer in layers {
                let name = layer["name"].as_str().unwrap();
                let [out, of] = ["out_channels", "in_channels"].map(|key| &layer[key]);
                let [height, width] = [0, 1].map(|i| &layer["kernel"][i]);
                let weight = serde_json::json!([out, of, height, width]);
                assert_eq!(header[format!("{name}.weight")]["shape"], weight, "{name}");
                assert_eq!(header[format!("{name}.bias")]["shape"], serde_json::json!([out]));
            }
            // The metadata, and nothing that no layer names.
            assert_eq!(header.as_object().unwrap().len(), 1 + 2 * layers.len());
        }
    }

    /// Reads images and refines them with the script alone.
    const PYTHON: &str = "
import sys, torch
sys.path.insert(0, sys.argv[1])
import refine_pytorch
shape = [int(n) for n in sys.argv[5:]]
x = torch.frombuffer(bytearray(open(sys.argv[3], 'rb').read()), dtype=torch.float32)
x = x.reshape(shape).permute(0, 3, 1, 2)
with torch.no_grad():
    y = refine_pytorch.load(sys.argv[2])(x)
open(sys.argv[4], 'wb').write(y.permute(0, 2, 3, 1).contiguous().numpy().tobytes())
";

    /// Runs with the Python in SIMREAL_PYTHON, else `python3`; skipped where it has no torch.
    #[test]
    fn pytorch_builds_the_network_from_the_file_and_refines_to_the_same_image() {
        let python = std::env::var_os("SIMREAL_PYTHON").unwrap_or_else(|| "python3".into());
        let has_torch = Command::new(&python).args(["-c", "import torch, numpy"]).output();
        if !has_torch.is_ok_and(|output| output.status.success()) {
            eprintln!(
                "skipped: {python:?} has no torch and numpy; set SIMREAL_PYTHON to one that has"
            );
            return;
        }
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
        for (config, channels) in variants() {
            let temp = tempfile::tempdir().unwrap();
            let [weights, before, after] =
                ["refiner.safetensors", "x", "y"].map(|name| temp.path().join(name));
            let refiner = refiner(&config, channels);
            refiner.export(&weights).unwrap();
            let shape = [3, 35, 55, channels];
            let count = shape.iter().product::<usize>();
            let x: Vec<f32> = (0..count)
                .map(|i| (1.2 * (i as f32 * 0.37 + (i / 55) as f32).sin()).clamp(-1.0, 1.0))
                .collect();
            std::fs::write(&before, x.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())
                .unwrap();
            let output = Command::new(&python)
                .args(["-c", PYTHON])
                .args([&examples, &weights, &before, &after])
                .args(shape.map(|n| n.to_string()))
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let theirs = std::fs::read(&after).unwrap();
            let theirs: Vec<f32> =
                theirs.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            let images =
                Tensor::from_data(TensorData::new(x.clone(), shape), &refiner.device.inner);
            let ours: Vec<f32> = refiner.net.forward(images).into_data().iter::<f32>().collect();
            let largest = |a: &[f32], b: &[f32]| {
                assert_eq!(a.len(), b.len());
                assert!(a.iter().chain(b).all(|value| value.is_finite()), "{config:?}");
                a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
            };
            assert!(largest(&x, &ours) > 0.05, "the network does something: {config:?}");
            let difference = largest(&theirs, &ours);
            eprintln!("largest difference {difference:.1e} of 2 (black to white): {config:?}");
            // A grey level is 8e-3. Winograd's tiles round by a few 1e-5.
            assert!(difference < 2e-4, "{difference} with {config:?}");
        }
    }
}
