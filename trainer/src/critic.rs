//! A trained discriminator, for use: how real does it take an image for?

use crate::batch::{self, Scale};
use crate::checkpoint::{self, BoundSize, Discriminator};
use crate::discriminator::DiscriminatorNet;
use crate::pixel::{self, Kind, Pixel};
use crate::{Device, Error, loss};
use burn::tensor::activation::sigmoid;
use simulator::sample::Frame;
use std::path::Path;

/// The discriminator that a refiner was trained against: no gradients, no randomness.
#[derive(Debug, Clone)]
pub struct TrainedDiscriminator {
    net: DiscriminatorNet,
    kind: Kind,
    /// What frames must have, where the discriminator looks at the whole image.
    size: BoundSize,
    device: Device,
}

impl TrainedDiscriminator {
    /// Images that go through the network at once.
    const BATCH: usize = 32;

    /// The discriminator of a checkpoint; of a folder of them the one beside the refiner that
    /// [`Refiner::load`](crate::Refiner::load) takes.
    ///
    /// # Errors
    /// If there is none, or a file of it is damaged.
    pub fn load(path: &Path, device: &Device) -> Result<Self, Error> {
        Ok(Self::from_net(checkpoint::load_discriminator(path, &device.inner)?, device.clone()))
    }

    pub(crate) fn from_net((net, kind, size): Discriminator, device: Device) -> Self {
        Self { net, kind, size, device }
    }

    /// The realism of each of these frames, in this order: the mean over its patches of the
    /// probability that they are real, 0 to 1. With another loss than cross-entropy it is the sigmoid of
    /// the score, which ranks alike.
    ///
    /// A discriminator with batch normalisation judges an image by those beside it, 32 at a time; any
    /// other gives an image the same score in any company.
    ///
    /// # Errors
    /// If the frames differ in size or have another one than a global discriminator's, they are grey
    /// where it learned from colour or depth (or the reverse), or a score is not finite.
    pub fn scores<P: Pixel>(&self, frames: &[Frame<P>]) -> Result<Vec<f32>, Error> {
        let Some(first) = frames.first() else { return Ok(Vec::new()) };
        pixel::check_kind::<P>(self.kind)?;
        batch::check_sizes(frames, self.size.unwrap_or(first.size()), "frame", 0)?;
        let mut scores = Vec::with_capacity(frames.len());
        for chunk in frames.chunks(Self::BATCH) {
            let chunk: Vec<&Frame<P>> = chunk.iter().collect();
            let x = batch::to_tensor(&chunk, Scale::Range, &self.device.inner);
            // [batch, rows, columns, 1]
            let real = sigmoid(loss::score(self.net.forward(x)));
            let means = real.mean_dims(&[1, 2, 3]).into_data();
            scores.extend(means.iter::<f32>());
        }
        match scores.iter().all(|score| score.is_finite()) {
            true => Ok(scores),
            false => Err(Error::NotFinite { what: "a discriminator's verdict", step: 0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::{DiscriminatorConfig, Scope};
    use crate::stream::Frames;
    use crate::{Refiner, Silent, SimGan, SimGanConfig, weights};

    const SIZE: (usize, usize) = (12, 8);

    /// Broad stripes are rendered, fine ones real; frame p is a function of p.
    fn stripes(period: usize, p: u64) -> Frame<u8> {
        let bright = |x: usize| ((x + p as usize) / period).is_multiple_of(2);
        Frame::from_fn(SIZE.0, SIZE.1, |x, y| {
            (if bright(x) { 170 } else { 80 }) + ((x * 5 + y * 3 + p as usize) % 16) as u8
        })
    }

    fn trained(discriminator: DiscriminatorConfig, folder: &Path) {
        let config = SimGanConfig {
            refiner_updates: 1,
            discriminator,
            refiner_warmup_steps: 2,
            discriminator_warmup_steps: 60,
            iterations: 1,
            batch_size: 8,
            history_capacity: 8,
            measure: crate::MeasureConfig::default(),
            gradient_penalty: 0.0,
            discriminator_input: crate::InputConfig::default(),
            refiner_average: 0.0,
            ..SimGanConfig::preset("demo").unwrap()
        };
        let mut rendered =
            |start: u64| Ok(Box::new((start..).map(|p| Ok(stripes(6, p)))) as Frames<u8>);
        let mut real =
            |start: u64| Ok(Box::new((start..).map(|p| Ok(stripes(2, p)))) as Frames<u8>);
        let mut gan = SimGan::new(config, SIZE, &Device::cpu()).unwrap();
        gan.train(&mut rendered, &mut real, Some(folder), &mut Silent).unwrap();
    }

    fn small(scope: Scope) -> DiscriminatorConfig {
        DiscriminatorConfig { channels: [8; 4], scope, ..Default::default() }
    }

    #[test]
    fn after_a_little_training_real_images_are_more_real_than_renders() {
        let folder = tempfile::tempdir().unwrap();
        trained(small(Scope::Local), folder.path());
        let critic = TrainedDiscriminator::load(folder.path(), &Device::cpu()).unwrap();
        // Images that it has not seen.
        let of = |period| {
            let frames: Vec<_> = (5000..5040).map(|p| stripes(period, p)).collect();
            (critic.scores(&frames).unwrap(), frames)
        };
        let ((real, frames), (rendered, _)) = (of(2), of(6));
        let mean = |scores: &[f32]| scores.iter().sum::<f32>() / scores.len() as f32;
        assert!(mean(&real) > mean(&rendered) + 0.1, "{} {}", mean(&real), mean(&rendered));
        assert!(real.iter().chain(&rendered).all(|score| (0.0..=1.0).contains(score)));
        // One at a time it is the same.
        for (frame, score) in frames.iter().zip(&real) {
            let alone = critic.scores(std::slice::from_ref(frame)).unwrap()[0];
            assert!((alone - score).abs() < 1e-6, "{alone} {score}");
        }
        let colour = Frame::from_fn(12, 8, |_, _| [0u8; 3]);
        assert!(critic.scores(&[colour]).unwrap_err().to_string().contains("colour"));
    }

    #[test]
    fn a_discriminator_of_whole_images_refuses_another_size() {
        let folder = tempfile::tempdir().unwrap();
        trained(small(Scope::Global), folder.path());
        let critic = TrainedDiscriminator::load(folder.path(), &Device::cpu()).unwrap();
        assert_eq!(critic.scores(&[stripes(2, 1)]).unwrap().len(), 1);
        let other = Frame::from_fn(14, 8, |_, _| 0u8);
        let message = critic.scores(&[other]).unwrap_err().to_string();
        assert!(message.contains("14x8"), "{message}");
    }

    #[test]
    fn weights_are_told_by_their_hashes() {
        let folder = tempfile::tempdir().unwrap();
        trained(small(Scope::Local), &folder.path().join("a"));
        trained(small(Scope::Local), &folder.path().join("b"));
        trained(small(Scope::Global), &folder.path().join("c"));
        let [a, b, c] = ["a", "b", "c"].map(|name| weights(&folder.path().join(name)).unwrap());
        assert_eq!((&a.refiner, &a.discriminator), (&b.refiner, &b.discriminator));
        assert_ne!(a.discriminator, c.discriminator);
        assert_eq!(a.step, 63);
        let hash = blake3::hash(&std::fs::read(a.path.join("refiner.bpk")).unwrap());
        assert_eq!(a.refiner, hash.to_string());
        Refiner::load(&a.path, &Device::cpu()).unwrap();
    }
}
