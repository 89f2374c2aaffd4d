//! pipeline → trainer → eval: what a gaze network learns from a data set, and what it says of others.

use crate::args::GazeArgs;
use crate::console::say;
use crate::epochs::Epochs;
use crate::predictions::{self, Predictions};
use crate::{claim, interrupt, report, seeds, settings};
use anyhow::{Result, bail};
use datasets::places::Places;
use eval::comparison::GazeSeeds;
use eval::gaze::GazeReport;
use eval::people::About;
use pipeline::Dataset;
use simulator::sample::{Eye, Frame, Gaze, Sample};
use std::path::Path;
use trainer::{Device, GazeNet, GazeNetConfig};

pub fn run(args: GazeArgs) -> Result<()> {
    let device = Device::from_name(&args.device.device)?;
    if let (Some(network), Some(dataset)) = (&args.apply, &args.dataset) {
        let network = GazeNet::load(network, &device)?;
        let places = args.screen.as_deref().map(Places::read).transpose()?;
        return predictions::apply(&network, &Dataset::open(dataset)?, places.as_ref(), &args.out);
    }
    let (false, Some(test)) = (args.train.is_empty(), &args.test) else {
        bail!("without --apply, both --train and --test are needed");
    };
    let preset = settings::preset(&args.preset, GazeNetConfig::PRESETS, GazeNetConfig::preset)?;
    let config = settings::overlaid(preset, args.config.as_deref())?;
    let train: Vec<Dataset<Eye>> =
        args.train.iter().map(|folder| Dataset::open(folder)).collect::<Result<_, _>>()?;
    let test = Dataset::open(test)?;
    for dataset in &train {
        settings::in_file(config.validate_for(dataset.frame_size()), args.config.as_deref())?;
    }
    let mut names = ["data.toml", "gaze.json", "gaze.html"].map(String::from).to_vec();
    names.extend(seeds::names(
        &train.iter().map(name_of).collect::<Vec<_>>().join("+"),
        &args.seeds,
    ));
    let _lock = claim::folder(&args.out, "gaze.toml", &names)?;
    settings::pin(&config, &args.out.join("gaze.toml"))?;
    pin_data(&train, &test, &args.out)?;
    let name = train.iter().map(name_of).collect::<Vec<_>>().join("+");
    let train = Labelled::together(train.iter().map(labelled).collect::<Result<_>>()?)?;
    let test = labelled(&test)?;
    let trainings = Trainings { config: &config, seeds: &args.seeds, device: &device };
    let network = trainings.run(&name, &train, &test, &args.out)?;
    let knn = nearest(&train, &test, eval::knn::DEFAULT_NEIGHBOURS)?;
    let findings = report::GazeFindings { network, knn };
    report::write_json(&findings, &args.out.join("gaze.json"))?;
    let page = args.out.join("gaze.html");
    report::gaze(&findings)?.write(&page)?;
    say!("{}", report::gaze_summary(&findings));
    say!("report: {}", page.display());
    Ok(())
}

/// Notes which data are learned from and judged on.
fn pin_data(train: &[Dataset<Eye>], test: &Dataset<Eye>, out: &Path) -> Result<()> {
    let name = |k: usize| if k == 0 { "train".to_owned() } else { format!("train-{}", k + 1) };
    let names: Vec<String> = (0..train.len()).map(name).collect();
    let mut datasets: Vec<(&str, &Dataset<Eye>)> =
        names.iter().map(String::as_str).zip(train).collect();
    datasets.push(("test", test));
    settings::pin_data(&datasets, out)
}

/// What a data set's folder is called.
fn name_of(dataset: &Dataset<Eye>) -> String {
    dataset.dir().file_name().unwrap_or("network".as_ref()).to_string_lossy().into_owned()
}

/// Images whose gaze is known.
pub struct Labelled {
    pub samples: Vec<Sample<Eye>>,
    pub frames: Vec<Frame<u8>>,
    pub gazes: Vec<Gaze>,
}

impl Labelled {
    /// The error of these predictions, one an image.
    pub fn score(&self, predicted: Vec<Gaze>) -> Result<GazeReport> {
        let pairs: Vec<(Gaze, Gaze)> = self.gazes.iter().copied().zip(predicted).collect();
        let about: Vec<About> = self.samples.iter().map(|s| About::of(&s.label)).collect();
        Ok(eval::gaze::measure_about(&pairs, &about)?)
    }

    /// Images with their labels; `None` if the gaze of one is not known.
    pub fn of(samples: Vec<Sample<Eye>>) -> Option<Self> {
        let gazes = samples.iter().map(|sample| sample.label.gaze).collect::<Option<_>>()?;
        let frames = samples.iter().map(|sample| sample.frame.clone()).collect();
        Some(Self { samples, frames, gazes })
    }

    /// The images of all of these, one after the other.
    ///
    /// # Errors
    /// If their sizes differ.
    pub fn together(sets: Vec<Self>) -> Result<Self> {
        let mut all = Self { samples: Vec::new(), frames: Vec::new(), gazes: Vec::new() };
        for set in sets {
            let size = |set: &Self| set.frames.first().map(Frame::size);
            if let (Some((w, h)), Some((width, height))) = (size(&all), size(&set))
                && (w, h) != (width, height)
            {
                bail!(
                    "--train: one data set has images of {w}x{h} px, another of {width}x{height}"
                );
            }
            all.samples.extend(set.samples);
            all.frames.extend(set.frames);
            all.gazes.extend(set.gazes);
        }
        Ok(all)
    }

    /// The images at these places.
    pub fn part(&self, holds: impl Fn(usize) -> bool) -> Self {
        let mut part = Self { samples: Vec::new(), frames: Vec::new(), gazes: Vec::new() };
        for place in (0..self.gazes.len()).filter(|&place| holds(place)) {
            part.samples.push(self.samples[place].clone());
            part.frames.push(self.frames[place].clone());
            part.gazes.push(self.gazes[place]);
        }
        part
    }
}

/// Reads a labelled data set whole.
pub fn labelled(dataset: &Dataset<Eye>) -> Result<Labelled> {
    let samples: Vec<Sample<Eye>> = dataset.samples().collect::<Result<_, _>>()?;
    let mut gazes = Vec::with_capacity(samples.len());
    for sample in &samples {
        let Some(gaze) = sample.label.gaze else {
            bail!(
                "{}: image {} has no gaze; a labelled folder has a metadata.csv with the columns \
                 file_name, pitch_rad and yaw_rad for every image (or a labels.csv)",
                dataset.dir().display(),
                sample.label.source.clone().unwrap_or_else(|| sample.id.to_string()),
            );
        };
        gazes.push(gaze);
    }
    let frames = samples.iter().map(|sample| sample.frame.clone()).collect();
    Ok(Labelled { samples, frames, gazes })
}

/// Trainings of the gaze network that differ in their seed alone.
pub struct Trainings<'a> {
    pub config: &'a GazeNetConfig,
    pub seeds: &'a [u64],
    pub device: &'a Device,
}

impl Trainings<'_> {
    /// Trains once a seed on `train` and scores each on `test`. Results go to
    /// `out/NAME-seed-N.json`, weights and predictions beside them; a seed whose result is there is passed by.
    pub fn run(
        &self,
        name: &str,
        train: &Labelled,
        test: &Labelled,
        out: &Path,
    ) -> Result<GazeSeeds> {
        let reports = seeds::each("gaze", name, self.seeds, out, |seed, stem| {
            self.once(name, seed, train, test, stem)
        })?;
        Ok(GazeSeeds::new(self.seeds.to_vec(), reports)?)
    }

    fn once(
        &self,
        name: &str,
        seed: u64,
        train: &Labelled,
        test: &Labelled,
        stem: &Path,
    ) -> Result<GazeReport> {
        let config = GazeNetConfig { seed, ..self.config.clone() };
        let mut bar = Epochs::start("gaze", config.epochs);
        let network = GazeNet::train(&config, &train.frames, &train.gazes, self.device, &mut bar)?;
        interrupt::check()?;
        let predicted = network.predict(&test.frames)?;
        let mut predictions = Predictions::scored();
        predictions.extend(&test.samples, &predicted);
        let report = test.score(predicted)?;
        network.save(stem)?;
        // A name may have a dot of its own.
        predictions.write(Path::new(&format!("{}.csv", stem.display())))?;
        let error = report.mean_deg.map_or("not finite".to_owned(), |deg| format!("{deg:.2}°"));
        bar.finish(&format!("trained on {name} images, seed {seed}: mean error {error}"));
        Ok(report)
    }
}

/// The simple baseline: the gaze of the nearest training images.
pub fn nearest(train: &Labelled, test: &Labelled, neighbours: usize) -> Result<GazeReport> {
    let knn = eval::knn::Knn::fit(&train.samples, neighbours)?;
    test.score(knn.predict_all(&test.frames))
}
