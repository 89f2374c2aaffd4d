//! Gaze that was predicted, image by image, as a CSV.

use crate::console::{Progress, say};
use crate::{claim, interrupt};
use anyhow::{Result, bail};
use datasets::places::Places;
use eval::affine::{Looked, PlaceReport};
use pipeline::Dataset;
use simulator::sample::{Eye, Frame, Gaze, Sample};
use std::fmt::Write;
use std::path::Path;
use trainer::GazeNet;

/// The columns of predictions of a network that is applied.
const APPLIED: &str = "id,pitch_rad,yaw_rad,subject,source\n";

/// Images that are read and predicted at a time.
const CHUNK: usize = 512;

/// A row for each image, in the order of the data set: its id, the predicted gaze, the true one if
/// that is asked for, and whose eye it is and which file it came from, where that is known.
pub struct Predictions {
    text: String,
    with_truth: bool,
}

impl Predictions {
    /// None yet, of a network that is applied.
    pub fn new() -> Self {
        Self { text: APPLIED.to_owned(), with_truth: false }
    }

    /// None yet, of a network that is scored: with the true gaze.
    pub fn scored() -> Self {
        let columns = "id,pitch_rad,yaw_rad,true_pitch_rad,true_yaw_rad,subject,source\n";
        Self { text: columns.to_owned(), with_truth: true }
    }

    /// Those for these images, in this order.
    pub fn extend(&mut self, samples: &[Sample<Eye>], predicted: &[Gaze]) {
        for (sample, gaze) in samples.iter().zip(predicted) {
            let mut row = format!("{},{},{}", sample.id, gaze.pitch, gaze.yaw);
            if self.with_truth {
                let (pitch, yaw) = sample.label.gaze.map(|g| (g.pitch, g.yaw)).unzip();
                let cell = |angle: Option<f32>| angle.map_or(String::new(), |a| a.to_string());
                // Writing to a String cannot fail.
                let _ = write!(row, ",{},{}", cell(pitch), cell(yaw));
            }
            let (subject, source) = (&sample.label.subject, &sample.label.source);
            let _ = writeln!(row, ",{},{}", quoted(subject), quoted(source));
            self.text.push_str(&row);
        }
    }

    /// Writes them whole or not at all.
    pub fn write(&self, file: &Path) -> Result<()> {
        durable::create_folder(file.parent().unwrap_or(Path::new("")))?;
        Ok(durable::write(file, self.text.as_bytes())?)
    }
}

/// A text as a cell (RFC 4180).
fn quoted(text: &Option<String>) -> String {
    let text = text.as_deref().unwrap_or_default();
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Predicts the gaze in every image of a data set, whether it is labelled or not, and writes it to
/// this file. Where it is known which place on a screen each looks at, that is scored and told.
pub fn apply(
    network: &GazeNet,
    dataset: &Dataset<Eye>,
    places: Option<&Places>,
    file: &Path,
) -> Result<()> {
    check_size(network, dataset)?;
    if file.is_dir() {
        bail!("--out {} is a folder; name the CSV that is to be written", file.display());
    }
    claim::table(file, APPLIED)?;
    let mut bar = Progress::start("gaze", dataset.len() as u64, "images");
    let mut predictions = Predictions::new();
    let mut samples = dataset.samples();
    let mut done = 0;
    let mut looked = Vec::new();
    loop {
        interrupt::check()?;
        let chunk: Vec<Sample<Eye>> = samples.by_ref().take(CHUNK).collect::<Result<_, _>>()?;
        if chunk.is_empty() {
            break;
        }
        let frames: Vec<Frame<u8>> = chunk.iter().map(|sample| sample.frame.clone()).collect();
        let predicted = network.predict(&frames)?;
        predictions.extend(&chunk, &predicted);
        looked.extend(places.into_iter().flat_map(|places| looks(&chunk, &predicted, places)));
        done += chunk.len() as u64;
        bar.set(done, "");
    }
    predictions.write(file)?;
    bar.finish(&format!("gaze of {done} images in {}", file.display()));
    if let Some(places) = places {
        if looked.is_empty() {
            bail!(
                "--screen: none of its {} images is in {}; the names in the column `file` must be those \
                 of the images that were ingested",
                places.count(),
                dataset.dir().display(),
            );
        }
        say!("{}", said(&eval::affine::score(&looked)?));
    }
    Ok(())
}

/// Those whose place is known.
fn looks(samples: &[Sample<Eye>], predicted: &[Gaze], places: &Places) -> Vec<Looked> {
    let look = |(sample, gaze): (&Sample<Eye>, &Gaze)| {
        let place = places.of(sample.label.source.as_deref()?)?;
        let predicted_rad = [gaze.pitch, gaze.yaw].map(f64::from);
        Some(Looked { predicted_rad, place_px: place.map(f64::from) })
    };
    samples.iter().zip(predicted).filter_map(look).collect()
}

/// A score in words.
fn said(report: &PlaceReport) -> String {
    let r = report.correlation.map(|r| r.map_or("–".to_owned(), |r| format!("{r:.3}")));
    format!(
        "places on the screen, after one affine map that has not seen them: off by {:.0} px (median {:.0}); \
         always the mean place {:.0} px\n\
         correlation with the place: to the right {}, down {}; {} images of {} places",
        report.distance_px.mean,
        report.distance_px.median,
        report.mean_place_px,
        r[0],
        r[1],
        report.distance_px.n,
        report.places,
    )
}

fn check_size(network: &GazeNet, dataset: &Dataset<Eye>) -> Result<()> {
    let ((width, height), (w, h)) = (network.frame_size(), dataset.frame_size());
    if (width, height) != (w, h) {
        bail!(
            "{}: its images are {w}x{h} px, and the network was trained on {width}x{height} px; \
             ingest them with --size {width}x{height}",
            dataset.dir().display(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_commas_or_quotes_is_one_cell() {
        let cell = |text: &str| quoted(&Some(text.to_owned()));
        assert_eq!(cell("p00/day01.png"), "p00/day01.png");
        assert_eq!(cell("left, \"second\".png"), "\"left, \"\"second\"\".png\"");
        assert_eq!(quoted(&None), "");
    }
}
