//! pipeline → pipeline: hands as they were before the sensor spoiled them, which is what a refiner learns
//! from (section 3.2 of the paper: it learns the sensor's noise itself).

use crate::derived::{self, Input};
use crate::{settings, shards};
use anyhow::{Result, bail};
use pipeline::{Dataset, ShardedWriter};
use serde::Serialize;
use simulator::sample::{DepthSensor, Domain, Hand, HandLabel, Sample};
use std::path::Path;

/// The file in such a data set that tells all that its bytes are a function of.
const SETTINGS: &str = "clean.toml";

/// All that its bytes are a function of.
#[derive(Debug, Serialize)]
struct Cleaning {
    made_by: String,
    rendered: Input,
}

/// The same hands with exact depth, or goes on with them. The data set, if all shards are there now.
pub fn dataset(rendered: &Dataset<Hand>, out: &Path) -> Result<Option<Dataset<Hand>>> {
    let made_by = format!("simreal {} clean", env!("CARGO_PKG_VERSION"));
    let cleaning = Cleaning { made_by, rendered: Input::of(rendered) };
    let config = serde_json::json!({
        "rendered": cleaning.rendered,
        "renders": rendered.manifest().origin,
    });
    let settings = (SETTINGS, settings::text(&cleaning)?);
    let job = derived::job(rendered, Domain::Synthetic, cleaning.made_by, config, None, settings);
    let writer = ShardedWriter::open(out, job)?;
    let make = |positions| rendered.range(positions)?.into_iter().map(clean).collect();
    shards::write("clean", &writer, out, None, make)
}

fn clean(sample: Sample<Hand>) -> Result<Sample<Hand>> {
    let Some(frame) = sample.label.clean_mm else {
        bail!("image {} has no exact depth; give a data set of `simreal render hands`", sample.id);
    };
    let sensor = Some(DepthSensor::Clean);
    let label = HandLabel { clean_mm: None, sensor, ..sample.label };
    Ok(Sample { frame, label, ..sample })
}
