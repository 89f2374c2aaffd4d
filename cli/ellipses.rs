//! pipeline, datasets → eval → studio: where pupils and irises are in a data set.

use crate::args::EllipsesArgs;
use crate::console::{Progress, say};
use crate::ellipse_sheet::Sheet;
use crate::ellipse_table::EllipseTable;
use crate::images::Images;
use crate::modality::Grey;
use crate::{interrupt, report, settings};
use anyhow::{Context, Result, bail};
use datasets::ellipses::{Drawn, DrawnEyes};
use eval::ellipses::{EllipseOptions, EllipseRecord, Known, Truth, find_all, summarize};
use pipeline::Dataset;
use simulator::sample::{EyeLabel, Frame, Sample};

/// Images that are read and measured at a time.
const CHUNK: usize = 256;

pub fn run(args: EllipsesArgs) -> Result<()> {
    match Images::open(&args.dataset)? {
        Images::Grey(dataset) => on(&dataset, &args),
        Images::Rgb(dataset) => on(&dataset, &args),
        Images::Hands(dataset) => bail!(
            "{} holds depth hands; pupils and irises are found in images of eyes",
            dataset.dir().display()
        ),
    }
}

fn on<M: Grey>(dataset: &Dataset<M>, args: &EllipsesArgs) -> Result<()> {
    let options = settings::overlaid(EllipseOptions::default(), args.config.as_deref())?;
    options.check()?;
    let labels = args.labels.as_deref().map(DrawnEyes::read).transpose()?;
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("could not make the folder {}", args.out.display()))?;
    settings::pin(&options, &args.out.join("ellipses.toml"))?;
    settings::pin_data(&[("images", dataset)], &args.out)?;
    let labels = Labels { drawn: labels, mirrored: was_mirrored(dataset) };
    let found = measure(dataset, &labels, &options, args.pictures)?;
    labels.check(&found, args)?;

    found.table.write(&args.out.join("ellipses.csv"))?;
    let report = summarize(&found.records);
    report::write_json(&report, &args.out.join("ellipses.json"))?;
    let page = args.out.join("ellipses.html");
    report::ellipses(&report, found.sheet.blocks()?)?.write(&page)?;
    say!("{}", report.summary());
    say!("ellipses: {}", args.out.join("ellipses.csv").display());
    say!("report: {}", page.display());
    Ok(())
}

/// Whether `ingest` turned the images over, which the tables of labels know nothing of.
fn was_mirrored<M: Grey>(dataset: &Dataset<M>) -> bool {
    dataset.manifest().origin.config.get("mirror").and_then(|v| v.as_bool()) == Some(true)
}

/// Where labels come from: the images' own, or a table.
struct Labels {
    drawn: Option<DrawnEyes>,
    mirrored: bool,
}

impl Labels {
    fn of(&self, label: &EyeLabel, size: (usize, usize)) -> Truth {
        let Some(drawn) = &self.drawn else {
            return label.geometry.as_ref().map(Truth::of).unwrap_or_default();
        };
        let Some(eye) = label.source.as_deref().and_then(|source| drawn.of(source)) else {
            return Truth::default();
        };
        let eye = eye.brought_to(size, self.mirrored);
        let known =
            |drawn: Drawn| drawn.ellipse.map_or(Known::center(drawn.center), Known::ellipse);
        Truth { iris: eye.iris.map(known), pupil: eye.pupil.map(known), eye_width_px: None }
    }

    /// A table whose labels fit no image is another one's.
    fn check(&self, found: &Measured, args: &EllipsesArgs) -> Result<()> {
        let Some(drawn) = &self.drawn else { return Ok(()) };
        let labelled = |r: &&EllipseRecord| r.truth.iris.is_some() || r.truth.pupil.is_some();
        if found.records.iter().any(|record| labelled(&record)) {
            return Ok(());
        }
        bail!(
            "--labels: none of its {} images is in {}; the names in the column `file` must be those of \
             the images that were ingested",
            drawn.count(),
            args.dataset.display(),
        )
    }
}

/// All that was found.
struct Measured {
    records: Vec<EllipseRecord>,
    table: EllipseTable,
    sheet: Sheet,
}

/// Looks at every image; labels are laid beside what was found, and never say where to look.
fn measure<M: Grey>(
    dataset: &Dataset<M>,
    labels: &Labels,
    options: &EllipseOptions,
    pictures: usize,
) -> Result<Measured> {
    let mut bar = Progress::start("ellipses", dataset.len() as u64, "images");
    let mut found = Measured {
        records: Vec::with_capacity(dataset.len()),
        table: EllipseTable::new(),
        sheet: Sheet::new(dataset.len(), pictures),
    };
    let mut samples = dataset.samples();
    loop {
        interrupt::check()?;
        let chunk: Vec<Sample<M>> = samples.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
        if chunk.is_empty() {
            break;
        }
        let frames: Vec<Frame<u8>> = chunk.iter().map(|sample| M::grey(&sample.frame)).collect();
        for (sample, fit) in chunk.iter().zip(find_all(&frames, options)) {
            let size = sample.frame.size();
            let truth = labels.of(&sample.label, size);
            let record = EllipseRecord { id: sample.id, size, fit, truth };
            found.table.push(&record, sample.label.source.as_deref());
            found.sheet.look(sample, &record);
            found.records.push(record);
        }
        bar.set(found.records.len() as u64, "");
    }
    bar.finish(&format!("looked at {} images", found.records.len()));
    Ok(found)
}
