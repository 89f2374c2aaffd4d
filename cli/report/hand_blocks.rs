//! Charts and tables of hands.

use super::hands::{PoseFindings, RealismFindings};
use super::words::percent;
use anyhow::Result;
use eval::hand::{Alignment, HandReport, HandSeeds, LIMITS_PX, Placing};
use studio::Block;
use studio::chart::{self, Axes, Bar, Series};

/// Distances at which the table tells shares, px at 224 px; the paper's table is at 5.
const SHARES_PX: [f64; 3] = [5.0, 10.0, 20.0];

/// What the section on the score says.
pub const HELP: &str = "The same pose estimator from the same start, trained on the same hands in exact depth, as the modelled \
     sensor sees them and refined, and scored on labelled real images that neither training nor \
     refinement has seen. Distances are px of an image 224 px wide, as in the paper.\n\n\
     There is a floor: labels of real images are not exact. Where they know joints in the image alone, \
     they come from a person or from another tracker and err themselves, by a few px; an error near that \
     may be the label's. Such labels may also be drawn at another scale and place than the depth image: \
     one scale and one shift, the same for all images, are taken out of the predictions before they are \
     scored, where the settings say so.";

/// How far each kind is from real images.
pub fn realism(found: &RealismFindings) -> Block {
    let row = |name: &str, report: &eval::realism::RealismReport| {
        vec![
            name.to_owned(),
            report.images.to_string(),
            percent(report.two_sample_accuracy),
            format!("{:.3}", report.kernel_distance),
            format!("{:.2}", report.spectrum_distance_db),
        ]
    };
    Block::table(
        format!(
            "Against {} of the real images that the refiner learned from, by how much each pixel stands \
             out of its neighbours. Two-sample accuracy: of a fixed classifier (chance: 50 %). Lower is \
             better everywhere.",
            found.clean.real
        ),
        ["images", "how many", "two-sample accuracy", "kernel distance", "spectrum (dB)"],
        [row("clean", &found.clean), row("sensor", &found.sensor), row("refined", &found.refined)],
    )
}

/// Bars, curves and the table of the estimators.
pub fn pose(found: &PoseFindings) -> Result<Vec<Block>> {
    let placing = found.placing;
    let mean_place = &found.clean.reports[0].predict_mean_px;
    let mut bars: Vec<Bar> = found
        .sets()
        .into_iter()
        .filter_map(|(name, seeds)| {
            let dots = seeds
                .reports
                .iter()
                .filter_map(|report| Some(report.errors_px(placing)?.joints.mean));
            Some(Bar::new(name, seeds.mean_px(placing)?.mean).dots(dots))
        })
        .collect();
    bars.push(Bar::new("the mean place", mean_place.joints.mean));
    let curves = |of: fn((f64, f64)) -> f64| -> Vec<Series> {
        let of_set = |seeds: &HandSeeds| -> Vec<(f64, f64)> {
            let at = |&limit: &f64| Some((limit, 100.0 * of(seeds.share_within(limit, placing)?)));
            LIMITS_PX.iter().filter_map(at).collect()
        };
        let sets = found.sets().into_iter().map(|(name, seeds)| Series::new(name, of_set(seeds)));
        let mean = |&limit: &f64| Some((limit, 100.0 * of(mean_place.curve.at(limit)?)));
        let mean = Series::new("the mean place", LIMITS_PX.iter().filter_map(mean));
        sets.chain([mean]).collect()
    };
    let axes = |what: &str| {
        Axes::new("distance (px at 224 px)", format!("share of {what} (%)")).y_range(0.0, 100.0)
    };
    Ok(vec![
        Block::chart(
            chart::bars("mean error of a joint (px at 224 px)", &bars)?,
            "Mean error on the test images; a dot is one training. Always answering the mean place of \
             each joint in these images is what an estimator that learned nothing scores.",
        ),
        Block::chart(
            chart::lines(&axes("joints"), &curves(|shares| shares.0))?,
            "Share of the joints within each distance (the paper's measure), mean over trainings.",
        ),
        Block::chart(
            chart::lines(&axes("images"), &curves(|shares| shares.1))?,
            "Share of the images all of whose joints are within each distance, mean over trainings.",
        ),
        table(found),
    ])
}

fn table(found: &PoseFindings) -> Block {
    let mut header = vec!["trained on".to_owned(), "seed".into()];
    header.extend(["mean as predicted".into(), "mean aligned".into(), "alignment".into()]);
    header.extend(["95 % interval".into(), "median".into()]);
    header.extend(SHARES_PX.map(|px| format!("joints within {px} px")));
    header.push(format!("images within {} px", SHARES_PX[2]));
    header.push("not finite".into());
    let mut rows = Vec::new();
    for (name, seeds) in found.sets() {
        for (seed, report) in seeds.seeds.iter().zip(&seeds.reports) {
            rows.push(row(name, *seed, report, found.placing));
        }
    }
    let which = match found.placing {
        Placing::AsPredicted => "as predicted",
        Placing::Aligned => "aligned",
    };
    let caption = format!(
        "Error of the joints on the test images, px at 224 px. The alignment takes all predictions \
         nearest to the labels. What stands right of it is of predictions {which}."
    );
    Block::table(caption, header, rows)
}

fn row(name: &str, seed: u64, report: &HandReport, placing: Placing) -> Vec<String> {
    let mut row = vec![name.to_owned(), seed.to_string()];
    let mean = |placing| {
        report.errors_px(placing).map_or("–".into(), |px| format!("{:.2} px", px.joints.mean))
    };
    row.extend([mean(Placing::AsPredicted), mean(Placing::Aligned)]);
    row.push(report.alignment.map_or("–".into(), |Alignment { scale, shift_px: [dx, dy] }| {
        format!("× {scale:.3}, {dx:+.1}, {dy:+.1} px")
    }));
    match report.errors_px(placing) {
        None => row.extend(["–"; 6].map(str::to_owned)),
        Some(px) => {
            row.push(format!("{:.2} to {:.2} px", px.mean_interval.low, px.mean_interval.high));
            row.push(format!("{:.2} px", px.joints.median));
            let share = |limit: f64| px.curve.at(limit);
            row.extend(SHARES_PX.map(|px| share(px).map_or("–".into(), |s| percent(s.0))));
            row.push(share(SHARES_PX[2]).map_or("–".into(), |s| percent(s.1)));
        }
    }
    row.push(report.n_not_finite.to_string());
    row
}
