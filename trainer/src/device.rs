//! Where the arithmetic runs.

use crate::Error;

/// Where the arithmetic runs. Backends other than `cpu` must be compiled in.
#[derive(Debug, Clone)]
pub struct Device {
    name: String,
    pub(crate) inner: burn::tensor::Device,
}

impl Device {
    /// The processor, with Burn's `flex` backend. Always compiled in, and the one backend on which
    /// a run is known to be bit-reproducible.
    pub fn cpu() -> Self {
        Self { name: "cpu".into(), inner: burn::tensor::Device::flex() }
    }

    /// `"cpu"`, `"wgpu"`, `"cuda"`, `"cuda:1"` (the second GPU) or `"ndarray"` (which Burn has
    /// deprecated, and which takes minutes a training step).
    ///
    /// # Errors
    /// [`Error::Device`] for an unknown name, one whose cargo feature is off, or one that this machine
    /// lacks.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        let (kind, index) = match name.split_once(':') {
            None => (name, 0),
            Some((kind, index)) => match index.parse() {
                Ok(index) if kind == "cuda" => (kind, index),
                _ => return Err(unknown(name)),
            },
        };
        match kind {
            "cpu" => Ok(Self::cpu()),
            "wgpu" => wgpu(name),
            "cuda" => cuda(name, index),
            "ndarray" => ndarray(name),
            _ => Err(unknown(name)),
        }
    }

    /// The name it was made from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same device, recording what gradients need.
    pub(crate) fn autodiff(&self) -> burn::tensor::Device {
        self.inner.clone().autodiff()
    }
}

fn unknown(name: &str) -> Error {
    let remedy = "there is no such device; use cpu, wgpu, cuda, cuda:<index> or ndarray".into();
    Error::Device { name: name.into(), remedy }
}

#[cfg(not(all(feature = "wgpu", feature = "cuda", feature = "ndarray")))]
fn not_compiled_in(name: &str, feature: &str) -> Error {
    let remedy = format!(
        "not compiled into this program; build it with `cargo build --release --features \
         {feature}`, or use cpu"
    );
    Error::Device { name: name.into(), remedy }
}

#[cfg(feature = "wgpu")]
fn wgpu(name: &str) -> Result<Device, Error> {
    use burn::tensor::{Device as Inner, DeviceType};
    // Burn opens a device at its first use and panics there if there is none.
    if Inner::enumerate(DeviceType::Wgpu).is_empty() {
        let remedy = "this machine has no graphics adapter (Vulkan, Metal or DirectX 12) that a driver \
                      shows; install its driver, point VK_ICD_FILENAMES to a software Vulkan's JSON, \
                      or use cpu";
        return Err(Error::Device { name: name.into(), remedy: remedy.into() });
    }
    Ok(Device { name: name.into(), inner: Inner::wgpu(Default::default()) })
}
#[cfg(not(feature = "wgpu"))]
fn wgpu(name: &str) -> Result<Device, Error> {
    Err(not_compiled_in(name, "wgpu"))
}

#[cfg(feature = "cuda")]
fn cuda(name: &str, index: usize) -> Result<Device, Error> {
    use burn::tensor::{Device as Inner, DeviceType};
    let found = Inner::enumerate(DeviceType::Cuda).len();
    if index >= found {
        let remedy = match found {
            0 => "this machine has no NVIDIA GPU, or no driver for it (libcuda); install the driver, \
                  or use cpu"
                .into(),
            n => format!("this machine has {n} NVIDIA GPUs; use cuda:0 to cuda:{}", n - 1),
        };
        return Err(Error::Device { name: name.into(), remedy });
    }
    Ok(Device { name: name.into(), inner: Inner::cuda(index) })
}
#[cfg(not(feature = "cuda"))]
fn cuda(name: &str, _index: usize) -> Result<Device, Error> {
    Err(not_compiled_in(name, "cuda"))
}

#[cfg(feature = "ndarray")]
fn ndarray(name: &str) -> Result<Device, Error> {
    Ok(Device { name: name.into(), inner: burn::tensor::Device::ndarray() })
}
#[cfg(not(feature = "ndarray"))]
fn ndarray(name: &str) -> Result<Device, Error> {
    Err(not_compiled_in(name, "ndarray"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::print_stdout)]
    use super::*;

    #[test]
    fn the_processor_is_always_there() {
        assert_eq!(Device::from_name("cpu").unwrap().name(), "cpu");
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        for name in ["gpu", "cuda:x", "cpu:1", ""] {
            let message = Device::from_name(name).unwrap_err().to_string();
            assert!(message.contains("cuda:<index>"), "{message}");
        }
    }

    #[cfg(not(feature = "wgpu"))]
    #[test]
    fn a_backend_that_is_not_compiled_in_names_its_feature() {
        let message = Device::from_name("wgpu").unwrap_err().to_string();
        assert!(message.contains("--features wgpu"), "{message}");
    }

    /// On whatever Vulkan there is; SwiftShader (`libvk_swiftshader.so`, in Debian's chromium-common)
    /// does in software, by the path of its JSON in VK_ICD_FILENAMES.
    #[cfg(feature = "wgpu")]
    #[test]
    fn a_tiny_training_on_wgpu_ends_where_one_on_the_processor_does() {
        use crate::simgan::tests::{config, photographs, renders};
        use crate::{Optimizer, Silent, SimGan, SimGanConfig};
        let wgpu = match Device::from_name("wgpu") {
            Ok(wgpu) => wgpu,
            Err(error) => {
                assert!(error.to_string().contains("VK_ICD_FILENAMES"), "{error}");
                println!("skipped: {error}");
                return;
            }
        };
        // Adam turns the sign of a gradient near zero into a whole step; SGD does not.
        let config = SimGanConfig { optimizer: Optimizer::Sgd, ..config() };
        let [cpu, gpu] = [Device::cpu(), wgpu].map(|device| {
            let mut gan: SimGan = SimGan::new(config.clone(), (10, 8), &device).unwrap();
            gan.train(&mut renders(), &mut photographs(), None, &mut Silent).unwrap();
            gan.curves().to_vec()
        });
        assert_eq!(cpu.len(), gpu.len());
        for (cpu, gpu) in cpu.iter().zip(&gpu) {
            for (cpu, gpu) in [
                (cpu.discriminator, gpu.discriminator),
                (cpu.refiner_adversarial, gpu.refiner_adversarial),
                (cpu.self_regularization, gpu.self_regularization),
            ] {
                let (cpu, gpu) = (cpu.unwrap_or(0.0), gpu.unwrap_or(0.0));
                assert!((cpu - gpu).abs() <= 1e-3 * cpu.abs().max(1.0), "{cpu} {gpu}");
            }
        }
    }
}
