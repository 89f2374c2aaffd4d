//! The page of `simreal ellipses`.

use super::words::percent;
use anyhow::Result;
use eval::ellipses::{EllipseReport, Errors, FoundReport, WITHIN};
use eval::stats::Summary;
use std::collections::BTreeMap;
use studio::{Block, Page, Section, Verdict};

/// What was found in a data set, with a sheet of its images.
pub fn ellipses(report: &EllipseReport, sheet: Vec<Block>) -> Result<Page> {
    let lead = format!(
        "Pupil and iris in {} images, found in the pixels alone. Labels, where there are any, were laid \
         beside what was found, and did not say where to look.",
        report.images
    );
    let mut page = Page::new("simreal: ellipses", lead);
    for (name, found) in report.features() {
        page = page.verdict(verdict(name, found));
    }
    let method = "A coarse search asks every place and size how much of an iris is there; the best places are \
                  fitted, and the fits compete. The pupil is looked for in the iris that wins. What cannot be \
                  measured is refused, with a reason.";
    let found = Section::new("What was found", method).block(table(report));
    let found = match scores(report) {
        Some(scores) => found.block(scores),
        None => found.block(Block::note("No image of this data set has a label to score against.")),
    };
    let pictures = sheet.into_iter().fold(Section::new("Images", ""), Section::block);
    Ok(page.section(found).section(pictures))
}

fn verdict(name: &str, found: &FoundReport) -> Verdict {
    let note = format!("Measured in {} images.", found.measured);
    let verdict = Verdict::new(format!("Where is the {name}?"), note)
        .number(percent(found.coverage), "measured");
    match errors(found) {
        Some(errors) => verdict.number(
            format!("{:.2} px", errors.center_px.median),
            "median distance from the labelled centre",
        ),
        None => verdict,
    }
}

fn errors(found: &FoundReport) -> Option<&Errors> {
    found.score.as_ref()?.errors.as_ref()
}

fn table(report: &EllipseReport) -> Block {
    let rows = report.features().into_iter().map(|(name, found)| {
        let residual = found.residual_px.as_ref();
        vec![
            name.to_owned(),
            found.measured.to_string(),
            percent(found.coverage),
            residual.map_or("–".into(), |residual| format!("{:.2} px", residual.median)),
            listed(&found.refused),
        ]
    });
    let header = ["what", "measured", "of all images", "residual, median", "refused because"];
    Block::table("In how many images.", header, rows)
}

fn listed<K: ToString>(counts: &BTreeMap<K, usize>) -> String {
    let parts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{} {count}", reason.to_string())).collect();
    parts.join(", ")
}

fn scores(report: &EllipseReport) -> Option<Block> {
    let mut rows = Vec::new();
    for (name, found) in report.features() {
        let Some(score) = &found.score else { continue };
        let errors = score.errors.as_ref();
        let both = |of: fn(&Errors) -> Option<&Summary>, unit: &str, scale: f64, digits: usize| {
            errors.and_then(of).map_or("–".into(), |summary| {
                let [median, mean] = [summary.median, summary.mean].map(|v| scale * v);
                format!("{median:.digits$}, {mean:.digits$}{unit}")
            })
        };
        let bias = errors
            .map_or("–".into(), |e| format!("{:+.2}, {:+.2} px", e.bias_px[0], e.bias_px[1]));
        rows.push(vec![
            name.to_owned(),
            format!("{} ({} hidden)", score.labelled, score.hidden),
            percent(score.coverage),
            both(|e| Some(&e.center_px), " px", 1.0, 2),
            both(|e| e.center_at_55_px.as_ref(), " px", 1.0, 2),
            both(|e| e.center_of_radius.as_ref(), " %", 100.0, 1),
            score.within.map_or("–".into(), |within| within.map(percent).join(", ")),
            both(|e| e.radius_px.as_ref(), " px", 1.0, 2),
            both(|e| e.radius_ratio.as_ref(), "", 1.0, 3),
            bias,
            format!("{:.2} px", score.middle_px.median),
        ]);
    }
    let within = WITHIN.map(percent).join(", ");
    let header = [
        "what".to_owned(),
        "labelled".into(),
        "measured".into(),
        "centre: median, mean".into(),
        "at 55 px eye width".into(),
        "of the iris's radius".into(),
        format!("within {within} of it"),
        "radius off by".into(),
        "radius ratio".into(),
        "bias right, down".into(),
        "the image's middle".into(),
    ];
    let caption = "Against labels: distances of what was measured, and shares of all that are labelled and in \
                   view. The eye width is from corner to corner, where labels have the corners.";
    (!rows.is_empty()).then(|| Block::table(caption, header, rows))
}
