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

    /// `"cpu"`, `"wgpu"`, `"cuda"`, `"cuda:1"` (the second GPU) or `"ndarray"`.
    ///
    /// # Errors
    /// [`Error::Device`] for an unknown name, or one whose cargo feature is off.
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
    let inner = burn::tensor::Device::wgpu(Default::default());
    Ok(Device { name: name.into(), inner })
}
#[cfg(not(feature = "wgpu"))]
fn wgpu(name: &str) -> Result<Device, Error> {
    Err(not_compiled_in(name, "wgpu"))
}

#[cfg(feature = "cuda")]
fn cuda(name: &str, index: usize) -> Result<Device, Error> {
    Ok(Device { name: name.into(), inner: burn::tensor::Device::cuda(index) })
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
    #![allow(clippy::unwrap_used)]
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
}
