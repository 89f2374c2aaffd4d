//! pipeline → datasets: data sets in other people's formats; and trainer → safetensors: a refiner for
//! other programs.

use crate::args::{ExportArgs, ExportFormat};
use crate::console::{Progress, say};
use crate::images::{Images, with_images};
use crate::interrupt;
use crate::train::checkpoints_of;
use anyhow::{Context, Result, bail};
use datasets::imagefolder::ImageFolderWriter;
use datasets::unityeyes::{self, Picture};
use durable::{Error, StagedFolder};
use pipeline::{Cells, Column, Columns, Dataset, Table};
use rayon::prelude::*;
use simulator::sample::{EyeLabel, Frame, Modality, Sample};
use std::path::Path;
use trainer::{Device, Refiner};

/// Images written between two looks at Ctrl-C.
const CHUNK: usize = 512;

/// A writer of a format: from a data set, into a folder.
type Write<M> = fn(&Dataset<M>, &Path, &mut Progress) -> Result<()>;

pub fn run(args: ExportArgs) -> Result<()> {
    let (dataset, training) = (args.dataset.as_deref(), args.training.as_deref());
    match (args.format, dataset, training) {
        (ExportFormat::Unityeyes, Some(dataset), _) => match Images::open(dataset)? {
            Images::Grey(dataset) => export(args.format, &dataset, &args.out, unity_eyes),
            Images::Rgb(dataset) => export(args.format, &dataset, &args.out, unity_eyes),
            Images::Hands(_) => {
                bail!("{}: UnityEyes' files hold eyes, no hands", dataset.display())
            }
        },
        (ExportFormat::Imagefolder, Some(dataset), _) => {
            with_images!(Images::open(dataset)?, dataset => export(args.format, &dataset, &args.out, image_folder))
        }
        (ExportFormat::Safetensors, _, Some(training)) => refiner(training, &args.out),
        (ExportFormat::Safetensors, ..) => {
            bail!("safetensors hold a refiner; give --training DIR in the place of --dataset")
        }
        _ => bail!("this format holds a data set; give --dataset DIR in the place of --training"),
    }
}

fn refiner(training: &Path, out: &Path) -> Result<()> {
    if out.symlink_metadata().is_ok() {
        return Err(Error::Taken { path: out.to_owned() }.into());
    }
    let refiner = Refiner::load(checkpoints_of(training).as_path(), &Device::cpu())?;
    refiner.export(out)?;
    say!("{} ({} parameters)", out.display(), refiner.parameters());
    Ok(())
}

fn export<M: Columns>(
    format: ExportFormat,
    dataset: &Dataset<M>,
    out: &Path,
    write: Write<M>,
) -> Result<()> {
    // The files grow beside their place, so what an interrupted run leaves is no data set.
    let job = format!("export {format:?} of {}", dataset.manifest().blake3());
    if StagedFolder::finished(out, &job)? {
        say!("{} ({} images)", out.display(), dataset.len());
        return Ok(());
    }
    let draft = StagedFolder::create(out, &job)?;
    let mut progress = Progress::start("export", dataset.len() as u64, "images");
    write(dataset, draft.folder(), &mut progress)?;
    draft.publish()?;
    let (count, out) = (dataset.len(), out.display());
    progress.finish(&format!("{count} images in {out}"));
    say!("{out} ({count} images)");
    Ok(())
}

fn unity_eyes<M: Columns + Modality<Label = EyeLabel>>(
    dataset: &Dataset<M>,
    folder: &Path,
    progress: &mut Progress,
) -> Result<()>
where
    for<'a> Picture<'a>: From<&'a Frame<M::Pixel>>,
{
    let (mut samples, mut done) = (dataset.samples(), 0);
    loop {
        interrupt::check()?;
        let chunk: Vec<Sample<M>> = samples.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
        if chunk.is_empty() {
            return Ok(());
        }
        chunk.par_iter().try_for_each(|sample| {
            unityeyes::write(folder, sample.id, Picture::from(&sample.frame), &sample.label)
        })?;
        done += chunk.len() as u64;
        progress.set(done, "");
    }
}

fn image_folder<M: Columns>(
    dataset: &Dataset<M>,
    folder: &Path,
    progress: &mut Progress,
) -> Result<()> {
    let columns: Vec<&Column> =
        Dataset::<M>::columns().filter(|column| column.is_scalar()).collect();
    let image = Dataset::<M>::columns().find(|column| column.name == "image");
    let image = image.context("the schema has no image")?;
    let mut writer = ImageFolderWriter::create(folder, columns.iter().map(|c| name_of(c)))?;
    let mut done = 0;
    for table in dataset.tables() {
        interrupt::check()?;
        let table: Table = table?;
        let Cells::Files(images) = table.cells(image) else { continue };
        let texts: Vec<Vec<Option<String>>> =
            columns.iter().map(|column| table.texts(column)).collect();
        for (row, id) in table.ids().into_iter().enumerate() {
            let cells = texts.iter().map(|column| column[row].as_deref().unwrap_or(""));
            let bytes = images[row].as_deref().unwrap_or_default();
            writer.write(&format!("{id:09}"), bytes, cells)?;
        }
        done += table.len() as u64;
        progress.set(done, "");
    }
    Ok(writer.finish()?)
}

/// The gaze has the names that `ingest` reads.
fn name_of(column: &Column) -> &'static str {
    match column.name {
        "gaze_pitch_rad" => "pitch_rad",
        "gaze_yaw_rad" => "yaw_rad",
        name => name,
    }
}
