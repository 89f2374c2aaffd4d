//! Samples of any importer into a data set, with an account of what became of every file.

use crate::args::IngestArgs;
use crate::console::{Progress, note, say};
use crate::interrupt;
use anyhow::{Context, Result, bail};
use datasets::{Account, Counted, Detected, Tally};
use pipeline::{Columns, Dataset, DatasetWriter, Origin, WriterOptions};
use simulator::sample::{Domain, Eye, EyeLabel, HandLabel, Sample};

/// What the samples are of, and where they go.
pub struct Job<'a> {
    pub stage: &'a str,
    pub args: &'a IngestArgs,
    pub detected: &'a Detected,
    pub domain: Domain,
    pub config: serde_json::Value,
}

/// Samples that come with an account of their files.
pub trait Source<M: Columns>: Iterator<Item = Result<Sample<M>, datasets::Error>> {
    fn account(&self) -> &Account;
}

impl<M: Columns> Source<M> for datasets::Samples<M> {
    fn account(&self) -> &Account {
        Self::account(self)
    }
}

impl Source<Eye> for datasets::mpiigaze::Samples {
    fn account(&self) -> &Account {
        Self::account(self)
    }
}

/// A label that knows its file.
pub trait Named {
    fn source(&self) -> Option<&str>;
}

impl Named for EyeLabel {
    fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }
}

impl Named for HandLabel {
    fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }
}

/// Writes all samples into a new data set, or reads them alone in a dry run. Images that can't be read are
/// counted, up to a share of all.
pub fn store<M>(mut samples: impl Source<M>, job: Job<'_>) -> Result<Option<Dataset<M>>>
where
    M: Columns + Counted,
    M::Label: Named,
{
    let made_by = format!("simreal {} ingest", env!("CARGO_PKG_VERSION"));
    let origin = Origin { domain: job.domain, made_by, config: job.config.clone(), seed: None };
    let id = serde_json::json!([job.args.source, origin]).to_string();
    if let (false, Some(out)) = (job.args.dry_run, &job.args.out)
        && let Some(dataset) = DatasetWriter::finished(out, &id)?
    {
        let already = format!("{} images are in {} already", dataset.len(), out.display());
        note(job.stage, &already);
        return Ok(Some(dataset));
    }
    let mut tally = Tally::new(samples.account(), &job.detected.because);
    let progress = Progress::start(job.stage, 0, "images");
    let mut writer = None;
    while let Some(sample) = samples.next() {
        interrupt::check()?;
        let sample = match sample {
            Ok(sample) => sample,
            Err(error) if error.is_of_one_image() => {
                tally.damaged(&error);
                check_share(&tally, samples.account().total, job.args.labels.max_bad, &error)?;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        tally.read(&sample, sample.label.source(), samples.account());
        if !job.args.dry_run {
            if writer.is_none() {
                writer = Some(create(&sample, job.args, origin.clone(), &id)?);
            }
            if let Some(writer) = &mut writer {
                writer.write(&sample)?;
            }
        }
    }
    let dataset = match writer {
        Some(mut writer) => {
            writer.add_text("ingest.json", &serde_json::to_string_pretty(&tally)?)?;
            writer.add_text("ingest.csv", tally.csv())?;
            Some(writer.finish()?)
        }
        None if job.args.dry_run => None,
        None => bail!("{}: no image could be read", job.args.source.display()),
    };
    let place = dataset.as_ref().map(|dataset| format!(" in {}", dataset.dir().display()));
    progress.finish(&format!("{} images{}", tally.images, place.unwrap_or_default()));
    say!("{}", tally.summary());
    Ok(dataset)
}

/// Starts the data set, cut as images of this size want it.
fn create<M: Columns>(
    first: &Sample<M>,
    args: &IngestArgs,
    origin: Origin,
    job: &str,
) -> Result<DatasetWriter<M>> {
    let (width, height) = first.frame.size();
    let options = WriterOptions::for_images(width, height, size_of::<M::Pixel>());
    let out = args.out.as_ref().context("--out: where to?")?;
    Ok(DatasetWriter::create_for(out, origin, options, job)?)
}

/// Ends an import of which more than this share can't be read, as soon as that is known.
fn check_share(
    tally: &Tally,
    total: Option<usize>,
    share: f64,
    error: &datasets::Error,
) -> Result<()> {
    let Some(total) = total else { bail!("{error}") };
    if tally.damaged as f64 <= share * total as f64 {
        return Ok(());
    }
    bail!(
        "{error}\n{} of {total} images can't be read so far, and {} % are let pass; --max-bad lets more \
         pass (ingest.csv then names them)",
        tally.damaged,
        100.0 * share
    )
}
