#![allow(clippy::unwrap_used, clippy::print_stderr)]
use super::*;
use crate::Device;
use crate::config::{Padding, RefinerConfig};
use crate::layer::{Init, LINEAR};
use burn::tensor::{Tensor, TensorData};
use serde::Deserialize;
use std::ffi::{OsStr, OsString};
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
        let (header, _) = header(&bytes);
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
print(torch.__version__)
";

/// Largest difference of two pixels that may be rounding: a grey level is 8e-3 of 2 (black to white), and
/// Winograd's tiles round by a few 1e-5.
const ROUNDING: f32 = 2e-4;

/// A Python that has torch and numpy: that in SIMREAL_PYTHON, else `python3`.
fn python() -> Option<OsString> {
    let python = std::env::var_os("SIMREAL_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(&python).args(["-c", "import torch, numpy"]).output();
    output.is_ok_and(|output| output.status.success()).then_some(python)
}

/// Images of this shape, `[batch, height, width, channels]`.
fn images(shape: [usize; 4]) -> Vec<f32> {
    let pixel = |i: usize| (1.2 * (i as f32 * 0.37 + (i / 55) as f32).sin()).clamp(-1.0, 1.0);
    (0..shape.iter().product()).map(pixel).collect()
}

/// What our network makes of them.
fn refined(refiner: &Refiner, x: &[f32], shape: [usize; 4]) -> Vec<f32> {
    let images = Tensor::from_data(TensorData::new(x.to_vec(), shape), &refiner.device.inner);
    refiner.net.forward(images).into_data().iter::<f32>().collect()
}

/// What PyTorch makes of them with what we export, and PyTorch's version.
fn refined_by_pytorch(
    python: &OsStr,
    refiner: &Refiner,
    x: &[f32],
    shape: [usize; 4],
) -> (Vec<f32>, String) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let temp = tempfile::tempdir().unwrap();
    let [weights, before, after] =
        ["refiner.safetensors", "x", "y"].map(|name| temp.path().join(name));
    refiner.export(&weights).unwrap();
    let bytes: Vec<u8> = x.iter().flat_map(|v| v.to_le_bytes()).collect();
    std::fs::write(&before, bytes).unwrap();
    let output = Command::new(python)
        .args(["-c", PYTHON])
        .args([&examples, &weights, &before, &after])
        .args(shape.map(|n| n.to_string()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let y = std::fs::read(&after).unwrap();
    let y = y.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    (y, String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    assert!(a.iter().chain(b).all(|value| value.is_finite()));
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// The header of an exported file, and where its tensors begin.
fn header(bytes: &[u8]) -> (serde_json::Value, usize) {
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    (serde_json::from_slice(&bytes[8..8 + length]).unwrap(), 8 + length)
}

/// The hash of what we export, whatever order the tensors lie in: PyTorch's images are those of this
/// architecture with these tensors and of no other.
fn exported_blake3(refiner: &Refiner) -> String {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("refiner.safetensors");
    refiner.export(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let (header, tensors) = header(&bytes);
    let mut hasher = blake3::Hasher::new();
    hasher.update(header["__metadata__"][KEY].as_str().unwrap().as_bytes());
    let names = header.as_object().unwrap().keys().filter(|name| *name != "__metadata__");
    for name in names.collect::<std::collections::BTreeSet<_>>() {
        let offset = |end: usize| header[name]["data_offsets"][end].as_u64().unwrap() as usize;
        hasher.update(name.as_bytes());
        hasher.update(&bytes[tensors + offset(0)..tensors + offset(1)]);
    }
    hasher.finalize().to_hex().to_string()
}

/// `pytorch.json`: what PyTorch made of [`images`] with each of [`variants`], in their order.
#[derive(Serialize, Deserialize)]
struct Golden {
    /// PyTorch's version.
    torch: String,
    /// `[batch, height, width]`.
    shape: [usize; 3],
    variants: Vec<GoldenVariant>,
}

#[derive(Serialize, Deserialize)]
struct GoldenVariant {
    /// Of the exported architecture and tensors.
    exported_blake3: String,
    /// `[batch, height, width, channels]`, to six decimals.
    y: Vec<f32>,
}

const GOLDEN: &str = "src/refiner/export/pytorch.json";
const GOLDEN_SHAPE: [usize; 3] = [2, 9, 13];

fn with_channels([batch, height, width]: [usize; 3], channels: usize) -> [usize; 4] {
    [batch, height, width, channels]
}

/// Needs no Python: what PyTorch made of each variant is in the repository.
#[test]
fn the_network_refines_to_the_images_that_pytorch_made() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN)).unwrap();
    let golden: Golden = serde_json::from_str(&text).unwrap();
    assert_eq!(golden.variants.len(), variants().len());
    for ((config, channels), golden_variant) in variants().into_iter().zip(&golden.variants) {
        let refiner = refiner(&config, channels);
        let shape = with_channels(golden.shape, channels);
        let x = images(shape);
        let ours = refined(&refiner, &x, shape);
        assert!(largest_difference(&x, &ours) > 0.05, "the network does something: {config:?}");
        let difference = largest_difference(&golden_variant.y, &ours);
        assert!(difference < ROUNDING, "{difference} off torch {}: {config:?}", golden.torch);
        assert_eq!(
            golden_variant.exported_blake3,
            exported_blake3(&refiner),
            "the exported file says something else than the one that PyTorch has read: with SIMREAL_GOLDEN=write and a Python \
             that has torch, this test's neighbour writes {GOLDEN} again ({config:?})"
        );
    }
}

/// Skipped where no Python has torch. With SIMREAL_GOLDEN=write what PyTorch says becomes the golden file.
#[test]
fn pytorch_builds_the_network_from_the_file_and_refines_to_the_same_image() {
    let Some(python) = python() else {
        eprintln!(
            "skipped: no Python with torch and numpy; set SIMREAL_PYTHON to one that has them"
        );
        return;
    };
    let mut golden = Golden { torch: String::new(), shape: GOLDEN_SHAPE, variants: Vec::new() };
    for (config, channels) in variants() {
        let refiner = refiner(&config, channels);
        for shape in [[3, 35, 55], GOLDEN_SHAPE].map(|shape| with_channels(shape, channels)) {
            let x = images(shape);
            let ours = refined(&refiner, &x, shape);
            let (theirs, version) = refined_by_pytorch(&python, &refiner, &x, shape);
            let difference = largest_difference(&theirs, &ours);
            eprintln!("largest difference {difference:.1e} of 2 (black to white): {config:?}");
            assert!(difference < ROUNDING, "{difference} with {config:?}");
            if shape[..3] == GOLDEN_SHAPE {
                let y = theirs.iter().map(|v| (v * 1e6).round() / 1e6).collect();
                let exported_blake3 = exported_blake3(&refiner);
                golden.variants.push(GoldenVariant { exported_blake3, y });
                golden.torch = version;
            }
        }
    }
    if std::env::var_os("SIMREAL_GOLDEN").is_some_and(|value| value == "write") {
        let text = serde_json::to_string(&golden).unwrap() + "\n";
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN), text).unwrap();
    }
}
