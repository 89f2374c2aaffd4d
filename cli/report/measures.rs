//! What was measured on held-out images while a refiner was trained.

use super::words::{number, share};
use crate::train::Trained;
use anyhow::Result;
use studio::Block;
use studio::chart::{self, Axes, Series};
use trainer::Measured;

/// Charts and a table; nothing where nothing was measured.
pub fn blocks(trained: &Trained) -> Result<Vec<Block>> {
    let measures = &trained.measures;
    let Some(last) = measures.last() else { return Ok(Vec::new()) };
    let series = |name: &str, scale: f64, value: fn(&Measured) -> Option<f32>| {
        let point = |m: &Measured| Some((m.iteration as f64, scale * f64::from(value(m)?)));
        Series::new(name, measures.iter().filter_map(point).collect::<Vec<_>>())
    };
    let level = |name: &str, value: Option<f64>| {
        let ends = [0.0, last.iteration as f64];
        let points: Vec<_> = value.into_iter().flat_map(|v| ends.map(|x| (x, v))).collect();
        Series::new(name, points)
    };
    let unrefined = trained.unrefined.as_ref();
    let told = [
        series("classifier two-sample test", 100.0, |m| m.verdict.two_sample_accuracy),
        level("the renders themselves", unrefined.map(|u| 100.0 * u.two_sample_accuracy)),
        series("the discriminator, real patches", 100.0, |m| Some(m.real_accuracy)),
        series("the discriminator, refined patches", 100.0, |m| Some(m.refined_accuracy)),
    ];
    let kernel = [
        series("refined images", 1.0, |m| m.verdict.kernel_distance),
        level("the renders themselves", unrefined.map(|u| u.kernel_distance)),
    ];
    let spectrum = [
        series("refined images", 1.0, |m| m.verdict.spectrum_distance_db),
        level("the renders themselves", unrefined.map(|u| u.spectrum_distance_db)),
    ];
    let drift = [series("mean drift", 1.0, |m| m.verdict.drift_px)];
    let x = "iteration";
    let mut blocks = vec![
        Block::chart(
            chart::lines(&Axes::new(x, "right (%)").y_range(0.0, 100.0), &told)?,
            "On held-out images: accuracy of the classifier two-sample test, refined against real images \
             (chance: 50 %), and the discriminator's accuracy, patch by patch.",
        ),
        Block::chart(
            chart::lines(&Axes::new(x, "kernel distance"), &kernel)?,
            "Kernel distance of refined from real images, of features of fixed random convolutions.",
        ),
        Block::chart(
            chart::lines(&Axes::new(x, "distance of spectra (dB)"), &spectrum)?,
            "Distance of the radial power spectra: sharpness and noise.",
        ),
        Block::chart(chart::lines(&Axes::new(x, trained.drift.axis), &drift)?, trained.drift.about),
        table(trained),
    ];
    if let Some(best) = &trained.best {
        let (iteration, reason) = (best.measured.iteration, &best.reason);
        blocks.push(Block::Note(format!("The best is of iteration {iteration}: {reason}.")));
    }
    Ok(blocks)
}

fn table(trained: &Trained) -> Block {
    let header = ["iteration", "two-sample accuracy", "kernel distance", "spectrum (dB)"]
        .into_iter()
        .chain(["drift (px)", "labels kept", "variety"]);
    let rows: Vec<Vec<String>> = trained
        .measures
        .iter()
        .map(|m| {
            vec![
                m.iteration.to_string(),
                share(m.verdict.two_sample_accuracy),
                number(m.verdict.kernel_distance, 4),
                number(m.verdict.spectrum_distance_db, 2),
                number(m.verdict.drift_px, 2),
                share(m.verdict.drift_coverage),
                number(Some(m.refined_variety), 2),
            ]
        })
        .collect();
    Block::table(
        "Measures on held-out images. Variety: how different refined images are from each other, as a \
         share of how different the renders are.",
        header,
        rows,
    )
}
