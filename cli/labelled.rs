//! Eyes whose gaze is known, held in memory once: to be learned from and to be scored on.

use anyhow::{Result, bail};
use eval::gaze::GazeReport;
use eval::people::About;
use pipeline::Dataset;
use simulator::sample::{Eye, EyeLabel, Frame, Gaze, Sample, SampleId};

/// Images, the gaze in each, and where each comes from; three lists in one order.
#[derive(Clone, Default)]
pub struct Labelled {
    pub frames: Vec<Frame<u8>>,
    pub gazes: Vec<Gaze>,
    pub origins: Vec<ImageOrigin>,
}

/// Where an image comes from.
#[derive(Clone)]
pub struct ImageOrigin {
    pub id: SampleId,
    /// Its file, where it was ingested.
    pub source: Option<String>,
    /// Whose eye it is, and how the head was turned.
    pub about: About,
}

impl ImageOrigin {
    /// Of an image with this id and label.
    pub fn of(id: SampleId, label: &EyeLabel) -> Self {
        Self { id, source: label.source.clone(), about: About::of(label) }
    }
}

impl Labelled {
    /// The error of these predictions, one an image.
    pub fn score(&self, predicted: Vec<Gaze>) -> Result<GazeReport> {
        let pairs: Vec<(Gaze, Gaze)> = self.gazes.iter().copied().zip(predicted).collect();
        let about: Vec<About> = self.origins.iter().map(|origin| origin.about.clone()).collect();
        Ok(eval::gaze::measure_about(&pairs, &about)?)
    }

    /// Images with their labels; `None` if the gaze of one is not known.
    pub fn of(samples: Vec<Sample<Eye>>) -> Option<Self> {
        let mut all = Self::default();
        samples.into_iter().try_for_each(|sample| all.push(sample).ok())?;
        Some(all)
    }

    /// One more; it comes back if its gaze is not known.
    fn push(&mut self, sample: Sample<Eye>) -> Result<(), Box<Sample<Eye>>> {
        let Some(gaze) = sample.label.gaze else { return Err(Box::new(sample)) };
        self.origins.push(ImageOrigin::of(sample.id, &sample.label));
        self.gazes.push(gaze);
        self.frames.push(sample.frame);
        Ok(())
    }

    /// The images of all of these, one after the other.
    ///
    /// # Errors
    /// If their sizes differ.
    pub fn together(sets: Vec<Self>) -> Result<Self> {
        let mut all = Self::default();
        for set in sets {
            let size = |set: &Self| set.frames.first().map(Frame::size);
            if let (Some((w, h)), Some((width, height))) = (size(&all), size(&set))
                && (w, h) != (width, height)
            {
                bail!(
                    "--train: one data set has images of {w}x{h} px, another of {width}x{height}"
                );
            }
            all.frames.extend(set.frames);
            all.gazes.extend(set.gazes);
            all.origins.extend(set.origins);
        }
        Ok(all)
    }

    /// The images at these places.
    pub fn part(&self, holds: impl Fn(usize) -> bool) -> Self {
        let mut part = Self::default();
        for place in (0..self.gazes.len()).filter(|&place| holds(place)) {
            part.frames.push(self.frames[place].clone());
            part.gazes.push(self.gazes[place]);
            part.origins.push(self.origins[place].clone());
        }
        part
    }
}

/// Reads a labelled data set whole.
pub fn labelled(dataset: &Dataset<Eye>) -> Result<Labelled> {
    let mut all = Labelled::default();
    for sample in dataset.samples() {
        if let Err(sample) = all.push(sample?) {
            bail!(
                "{}: image {} has no gaze; a labelled folder has a metadata.csv with the columns \
                 file_name, pitch_rad and yaw_rad for every image (or a labels.csv)",
                dataset.dir().display(),
                sample.label.source.unwrap_or_else(|| sample.id.to_string()),
            );
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use simulator::eye::{EyeConfig, EyeSampler};

    #[test]
    fn the_pixels_of_images_are_held_once() {
        let sampler = EyeSampler::new(EyeConfig::preset("demo").unwrap(), 1).unwrap();
        let samples: Vec<Sample<Eye>> = sampler.render_range(0..4);
        let place = |frame: &Frame<u8>| frame.pixels().as_ptr();
        let read: Vec<_> = samples.iter().map(|sample| place(&sample.frame)).collect();
        let all = Labelled::of(samples).unwrap();
        assert!(all.frames.iter().map(place).eq(read.iter().copied()), "a frame was copied");
        let together = Labelled::together(vec![Labelled::default(), all]).unwrap();
        assert!(together.frames.iter().map(place).eq(read), "a frame was copied");
    }

    #[test]
    fn one_image_without_a_gaze_is_enough_to_refuse_all() {
        let sampler = EyeSampler::new(EyeConfig::preset("demo").unwrap(), 1).unwrap();
        let mut samples: Vec<Sample<Eye>> = sampler.render_range(0..3);
        samples[1].label.gaze = None;
        assert!(Labelled::of(samples).is_none());
    }
}
