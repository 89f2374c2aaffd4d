//! From settings to samples.

use super::config::EyeConfig;
use super::label::{self, Extras};
use super::measured;
use super::pose::Source;
use super::render::picture;
use super::scene::Scene;
use super::sensor;
use crate::Error;
use crate::sample::{Domain, Eye, EyeLabel, EyeRgb, Frame, Gaze, Modality, Sample, SampleId};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// Settings that were checked, and a seed: everything that samples are a function of.
#[derive(Debug, Clone, PartialEq)]
pub struct EyeSampler {
    config: EyeConfig,
    seed: u64,
    measured: Option<Arc<[Gaze]>>,
}

impl EyeSampler {
    /// Checks the settings once, so that no sample can fail afterwards.
    ///
    /// # Errors
    /// Names the first field that is out of its limits, and the remedy.
    pub fn new(config: EyeConfig, seed: u64) -> Result<Self, Error> {
        config.check()?;
        Ok(Self { config, seed, measured: None })
    }

    /// Draws gaze from this list, evenly and with the jitter of `pose.measured_jitter_deg`, in place
    /// of the distribution that the settings name.
    ///
    /// # Errors
    /// An empty list, and a gaze that no eye before a camera has.
    pub fn with_measured_gaze(mut self, gazes: Arc<[Gaze]>) -> Result<Self, Error> {
        measured::check(&gazes)?;
        self.measured = Some(gazes);
        Ok(self)
    }

    /// The settings.
    pub fn config(&self) -> &EyeConfig {
        &self.config
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The samples of these ids, in their order, on all threads of the current rayon pool.
    pub fn render_range<M: EyeImage>(&self, ids: Range<u64>) -> Vec<Sample<M>> {
        ids.into_par_iter().map(|id| render(self, SampleId(id))).collect()
    }
}

/// Pictures of eyes: of one band, or in colour.
pub trait EyeImage: Modality<Label = EyeLabel> {
    /// A pixel of an image of one band, or of luminance.
    fn from_grey(level: u8) -> Self::Pixel;
    /// A pixel of an image in colour.
    fn from_rgb(rgb: [u8; 3]) -> Self::Pixel;
}

impl EyeImage for Eye {
    fn from_grey(level: u8) -> u8 {
        level
    }

    /// Luminance, with the weights of ITU-R BT.601 that image files are made grey with.
    fn from_rgb([r, g, b]: [u8; 3]) -> u8 {
        ((299 * r as u32 + 587 * g as u32 + 114 * b as u32 + 500) / 1000) as u8
    }
}

impl EyeImage for EyeRgb {
    fn from_grey(level: u8) -> [u8; 3] {
        [level; 3]
    }

    fn from_rgb(rgb: [u8; 3]) -> [u8; 3] {
        rgb
    }
}

/// The sample of this id: the same whenever, wherever and beside whatever it is rendered. As
/// [`EyeRgb`] it is in colour if the settings' spectrum is.
pub fn render<M: EyeImage>(sampler: &EyeSampler, id: SampleId) -> Sample<M> {
    let (config, seed) = (&sampler.config, sampler.seed);
    let scene = Scene::of(&Source { config, seed, measured: sampler.measured.as_deref() }, id.0);
    let picture = picture(&scene);
    let (width, bands) = (picture.radiance.width, picture.radiance.bands);
    let height = picture.radiance.height;
    let exposed = sensor::expose(picture.radiance, &config.sensor, seed, id.0, [0.0; 2]);
    let frame = Frame::from_fn(width, height, |x, y| {
        let at = (y * width + x) * bands;
        match &exposed.pixels[at..at + bands] {
            &[r, g, b] => M::from_rgb([r, g, b]),
            levels => M::from_grey(levels[0]),
        }
    });
    let extras = Extras {
        mask: Some(Frame::from_fn(width, height, |x, y| picture.mask[y * width + x])),
        environment: Some(scene.environment()),
        appearance: Some(scene.appearance),
        exposure: Some(exposed.exposure),
        seed: Some(seed),
    };
    let label = label::of(&scene, extras);
    Sample { id, domain: Domain::Synthetic, frame, label }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_thread_renders_what_many_do_and_a_sample_alone_is_the_same() {
        let sampler = EyeSampler::new(EyeConfig::default(), 5).unwrap();
        let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        let one = pool(1).install(|| sampler.render_range::<Eye>(100..124));
        let four = pool(4).install(|| sampler.render_range::<Eye>(100..124));
        assert_eq!(one, four);
        assert_eq!(render::<Eye>(&sampler, SampleId(111)), one[11]);
        assert_ne!(one[11].frame, one[12].frame);
    }

    #[test]
    fn a_knob_of_the_sensor_leaves_the_label_alone_and_one_of_the_light_too() {
        let label = |config| {
            let sampler = EyeSampler::new(config, 9).unwrap();
            render::<Eye>(&sampler, SampleId(3)).label
        };
        let base = label(EyeConfig::default());
        let other = EyeConfig::preset("simulated-real").unwrap();
        let (sensor, light) = (other.sensor, other.light);
        let relit = label(EyeConfig { sensor, light, ..EyeConfig::default() });
        assert_eq!(relit.geometry, base.geometry);
        assert_eq!((relit.landmarks, relit.lids), (base.landmarks, base.lids));
        assert_ne!(relit.exposure, base.exposure);
        let mut config = EyeConfig::default();
        config.pose.shift_down_mm.sd *= 2.0;
        assert_eq!(label(config).gaze, base.gaze, "the same gaze elsewhere in the crop");
    }

    #[test]
    fn every_preset_renders_an_image_with_contrast() {
        for (name, _) in EyeConfig::PRESETS {
            let sampler = EyeSampler::new(EyeConfig::preset(name).unwrap(), 1).unwrap();
            for sample in sampler.render_range::<Eye>(0..8) {
                let camera = sampler.config().camera;
                assert_eq!(sample.frame.size(), (camera.width as usize, camera.height as usize));
                let (low, high) = sample
                    .frame
                    .pixels()
                    .iter()
                    .fold((255, 0), |(low, high), &p| (p.min(low), p.max(high)));
                assert!(high - low > 30, "{name} {}: {low} to {high}", sample.id);
            }
        }
    }

    #[test]
    fn gaze_comes_from_a_measured_list_and_a_wrong_list_is_refused() {
        let sampler = || EyeSampler::new(EyeConfig::default(), 9).unwrap();
        let list: Arc<[Gaze]> = Arc::new([Gaze::from_degrees(20.0, -30.0)]);
        let measured = sampler().with_measured_gaze(list).unwrap();
        for sample in measured.render_range::<Eye>(0..10) {
            let gaze = sample.label.gaze.unwrap();
            let off = gaze.angle_to(Gaze::from_degrees(20.0, -30.0)).to_degrees();
            assert!(off < 3.0, "{}: {off}", sample.id);
        }
        let error = sampler().with_measured_gaze(Arc::new([])).unwrap_err().to_string();
        assert!(error.contains("measured gaze"), "{error}");
        let degrees: Arc<[Gaze]> = Arc::new([Gaze { pitch: 0.1, yaw: 12.0 }]);
        let error = sampler().with_measured_gaze(degrees).unwrap_err().to_string();
        assert!(error.contains("entry 0") && error.contains("radians"), "{error}");
    }
}
