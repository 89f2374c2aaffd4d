//! pipeline or datasets → trainer → eval: settings that agree with a camera's images.

use crate::args::CalibrateArgs;
use crate::console::{Progress, say};
use crate::report::{self, CalibrationFindings};
use crate::{claim, interrupt, settings};
use anyhow::{Context, Result, bail};
use datasets::folder::{self, FolderOptions};
use durable::StagedFile;
use pipeline::Dataset;
use simulator::eye::EyeConfig;
use simulator::sample::{Eye, Frame};
use std::collections::HashSet;
use std::path::Path;
use trainer::calibration::{
    self, Calibrated, CalibrationConfig, CalibrationObserver, SettingEstimate,
};
use trainer::{Control, Device, EpochReport};

pub fn run(args: CalibrateArgs) -> Result<()> {
    if args.out.extension().is_none_or(|extension| extension != "toml") {
        bail!("--out {}: name a file that ends in .toml", args.out.display());
    }
    let device = Device::from_name(&args.device.device)?;
    let preset = settings::preset(&args.preset, EyeConfig::PRESETS, EyeConfig::preset)?;
    let eye = settings::part_overlaid(preset, args.config.as_deref(), "eye")?;
    let gaze_is_known = args.gaze.is_some();
    let eye = args.gaze.as_deref().map_or(Ok(eye.clone()), |path| with_gaze(eye.clone(), path))?;
    settings::in_file(eye.check(), args.config.as_deref())?;
    let beside = [args.out.clone(), args.out.with_extension("json")];
    claim::page(&args.out.with_extension("html"), &beside)?;
    durable::create_folder(args.out.parent().unwrap_or(Path::new("")))?;
    // Held until the end: one process calibrates into this file.
    let _lock = StagedFile::open(&args.out)?;
    let real = RealImages::read(&args.real)?;
    let config = CalibrationConfig { seed: args.seed, gaze_is_known, ..Default::default() };
    let config = settings::table_overlaid(config, args.config.as_deref(), "calibration")?;
    settings::in_file(config.validate(), args.config.as_deref())?;
    let config = config.with_people(args.people.unwrap_or(real.people));
    let (calibrated, findings) = calibrate(&config, &eye, &real.frames, &device)?;
    write(&config, (&eye, &calibrated), &findings, &real.frames, &args.out)?;
    say!("{}", report::calibration_summary(&findings));
    say!("settings: {}", args.out.display());
    say!("report: {}", args.out.with_extension("html").display());
    Ok(())
}

/// These settings with gaze as it was measured, in a table or in a folder of them.
pub fn with_gaze(eye: EyeConfig, path: &Path) -> Result<EyeConfig> {
    let table = datasets::gaze_table::read(path)?;
    eye.with_gaze_like(&table.gaze).with_context(|| path.display().to_string())
}

/// The most images of a data set that are held in memory.
const MOST_IMAGES: usize = 20_000;

/// Frames of real images, and of how many people they are.
pub struct RealImages {
    pub frames: Vec<Frame<u8>>,
    pub people: usize,
}

impl RealImages {
    /// Of a data set, or of a folder of images that need nothing done.
    fn read(path: &Path) -> Result<Self> {
        if path.join("manifest.json").is_file() {
            return Self::of(&Dataset::open(path)?);
        }
        let samples = folder::read(path, &FolderOptions::default())?;
        let samples = samples.map(|sample| Ok(sample?));
        Self::collect(samples.map(|s: Result<_>| s.map(|s| (s.frame, s.label.subject))))
    }

    /// Of a data set; of a large one every so many.
    pub fn of(dataset: &Dataset<Eye>) -> Result<Self> {
        let samples = dataset.samples().step_by(dataset.len().div_ceil(MOST_IMAGES).max(1));
        Self::collect(samples.map(|sample| {
            let sample = sample?;
            Ok((sample.frame, sample.label.subject))
        }))
    }

    /// People count where every image says whom it shows.
    fn collect(images: impl Iterator<Item = Result<(Frame<u8>, Option<String>)>>) -> Result<Self> {
        let (mut frames, mut people, mut unknown) = (Vec::new(), HashSet::new(), false);
        for image in images {
            let (frame, subject) = image?;
            frames.push(frame);
            match subject {
                Some(name) => {
                    people.insert(name);
                }
                None => unknown = true,
            }
        }
        Ok(Self { frames, people: if unknown { 1 } else { people.len().max(1) } })
    }
}

/// Calibrates, and measures what it gave.
pub fn calibrate(
    config: &CalibrationConfig,
    eye: &EyeConfig,
    real: &[Frame<u8>],
    device: &Device,
) -> Result<(Calibrated, CalibrationFindings)> {
    let mut console = Console::start(config);
    let calibrated = calibration::calibrate(config, eye, real, device, &mut console);
    interrupt::check()?;
    let calibrated = calibrated?;
    let findings = CalibrationFindings::new(config, real.len(), &calibrated);
    console.0.finish(&format!("{} settings from {} images", findings.settings.len(), real.len()));
    Ok((calibrated, findings))
}

/// Writes settings, numbers and the page: `out`, which ends in .toml, and beside it two files of the same
/// stem.
pub fn write(
    config: &CalibrationConfig,
    (before, calibrated): (&EyeConfig, &Calibrated),
    findings: &CalibrationFindings,
    real: &[Frame<u8>],
    out: &Path,
) -> Result<()> {
    durable::create_folder(out.parent().unwrap_or(Path::new("")))?;
    report::calibration(config, findings, (before, calibrated), real)?
        .write(out.with_extension("html"))?;
    report::write_json(findings, &out.with_extension("json"))?;
    Ok(durable::write(out, settings::text(&calibrated.eye)?.as_bytes())?)
}

/// Steps of a calibration on the console: passes of the network, then rounds.
struct Console(Progress, usize);

impl Console {
    fn start(config: &CalibrationConfig) -> Self {
        let steps = config.network_epochs + config.rounds;
        Self(Progress::start("calibrate", steps as u64, "steps"), config.network_epochs)
    }
}

impl CalibrationObserver for Console {
    fn poll(&mut self) -> Control {
        if interrupt::asked() { Control::Stop } else { Control::Continue }
    }

    fn network(&mut self, report: &EpochReport) {
        let (loss, rate) = (report.loss, report.images_per_second);
        self.0.set(report.epoch as u64, &format!("loss {loss:.4}, {rate:.0} images/s"));
    }

    fn round(&mut self, round: usize, _settings: &[SettingEstimate]) {
        self.0.set((self.1 + round) as u64, &format!("round {round}"));
    }
}
