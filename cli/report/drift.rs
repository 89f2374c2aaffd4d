//! The drift of labels: of eyes the eyeball, pupil and iris, of hands outlines and depth.

use super::blocks;
use super::words::{percent, pixels, shift};
use anyhow::Result;
use eval::drift::{DriftReport, FeatureReport, YIELD_PX};
use eval::hand::{HandDriftReport, HandPairRecord};
use eval::stats::Summary;
use serde::Serialize;
use studio::chart::{self, Axes, Values};
use studio::{Block, Page, Section, Verdict};

/// What is found of the drift of one modality's labels.
pub trait Drift: Serialize {
    /// The mean, px at the width that is usual for these images; none if nothing was measured.
    fn mean_px(&self) -> Option<f64>;
    /// Of what could be measured in renders, the share that still could be, 0 to 1.
    fn coverage(&self) -> Option<f64>;
    /// In one line.
    fn line(&self) -> String;
    /// For the terminal.
    fn summary(&self) -> String;
    /// The answer in large figures.
    fn verdict(&self) -> Verdict;
    /// How it was measured.
    fn method(&self) -> &'static str;
    /// Charts and tables.
    fn blocks(&self) -> Result<Vec<Block>>;
}

impl Drift for DriftReport {
    fn mean_px(&self) -> Option<f64> {
        self.combined.shift.as_ref().map(|shift| shift.length_px.mean)
    }

    fn coverage(&self) -> Option<f64> {
        self.combined.coverage_of_measurable()
    }

    fn line(&self) -> String {
        format!(
            "{} at 55 px eye width, measured on {} of {} pairs{}",
            shift(&self.combined),
            self.combined.measured,
            self.pairs,
            kept(&self.combined),
        )
    }

    fn summary(&self) -> String {
        let line = |name: &str, feature: &FeatureReport| {
            let bias = feature.shift.as_ref().map_or(String::new(), |shift| {
                format!(", bias ({:+.2}, {:+.2}) px", shift.bias_px[0], shift.bias_px[1])
            });
            let judge = feature
                .own_error_px()
                .map_or(String::new(), |error| format!(", measurement error {}", pixels(error)));
            let (measured, failed, kept) = (feature.measured, feature.failed, kept(feature));
            format!(
                "\n  {name:<12} {} ({measured} measured, {failed} failed{kept}){bias}{judge}",
                shift(feature)
            )
        };
        let lines = self.witnesses().into_iter().map(|(name, feature)| line(name, feature));
        format!(
            "drift of {} pairs, px at 55 px eye width (the paper: 1.1 ± 0.8){}",
            self.pairs,
            lines.collect::<String>()
        )
    }

    fn verdict(&self) -> Verdict {
        let note = format!(
            "Measured on {} of {} pairs, at 55 px eye width; the paper reports 1.1 ± 0.8 px.",
            self.combined.measured, self.pairs
        );
        let verdict = Verdict::new("How far refinement moved the eyeball", note)
            .number(shift(&self.combined), "mean shift");
        match self.combined.within_yield {
            Some(share) => verdict
                .number(percent(share), format!("measured, and moved by at most {YIELD_PX} px")),
            None => verdict,
        }
    }

    fn method(&self) -> &'static str {
        "A refined image keeps the label of its render, so whatever moved is an error of the label. \
         What the label says is in view of the iris, and the white around it, is laid over the refined \
         image, whatever its tones (registration). As a second witness ellipses are fitted to pupil and \
         iris in both images by the same code. Where either fails, that is counted."
    }

    fn blocks(&self) -> Result<Vec<Block>> {
        blocks::drift(self)
    }
}

impl Drift for HandDriftReport {
    fn mean_px(&self) -> Option<f64> {
        self.silhouette.as_ref().map(|outlines| outlines.contour_px.mean)
    }

    fn coverage(&self) -> Option<f64> {
        Some(self.coverage_of_measurable())
    }

    fn line(&self) -> String {
        let depth = self.joints.as_ref().map_or(String::new(), |joints| {
            format!(", depth at joints {}", millimetres(&joints.change_mm))
        });
        let outline = self.silhouette.as_ref();
        let outline = outline.map_or("not measured".into(), |s| pixels(&s.contour_px));
        format!("outline {outline} at 224 px{depth}, of {} pairs", self.pairs)
    }

    fn summary(&self) -> String {
        HandDriftReport::summary(self)
    }

    fn verdict(&self) -> Verdict {
        let note = format!(
            "Of {} pairs: distance of the outlines, px at 224 px, and change of depth at the joints \
             that are seen.",
            self.pairs
        );
        let mut verdict = Verdict::new("What refinement did to the labels", note);
        if let Some(outlines) = &self.silhouette {
            verdict = verdict.number(pixels(&outlines.contour_px), "between the outlines");
        }
        if let Some(joints) = &self.joints {
            verdict = verdict.number(millimetres(&joints.change_mm), "of depth at joints");
        }
        verdict
    }

    fn method(&self) -> &'static str {
        "A refined image keeps the label of its render. So its outline must not move, the surface over \
         a joint that is seen must stay where it was, and the joint must still lie behind it by the \
         radius of the finger there."
    }

    fn blocks(&self) -> Result<Vec<Block>> {
        let outline = |value: fn(&HandPairRecord) -> Option<f64>, name: &str| {
            Values::new(name, self.records.iter().filter_map(value).collect::<Vec<_>>())
        };
        let outlines = [
            outline(|r| r.silhouette.map(|s| s.contour_px), "distance of the outlines"),
            outline(|r| r.silhouette.map(|s| s.shift_px()), "shift of the whole"),
        ];
        let changes = self.records.iter().flat_map(|record| &record.depth_changes_mm);
        let sizes: Vec<f64> = changes.map(|&mm| f64::from(mm.abs())).collect();
        let depth = [Values::new("change of depth at joints", sizes)];
        Ok(vec![
            Block::chart(
                chart::cdf(&Axes::new("px at 224 px", "share of pairs within (%)"), &outlines)?,
                "How far outlines moved.",
            ),
            Block::chart(
                chart::cdf(&Axes::new("mm", "share of joints within (%)"), &depth)?,
                "How much the surface over visible joints moved, away or nearer.",
            ),
            Block::table(
                format!("Drift of {} pairs.", self.pairs),
                ["what", "measured", "mean", "median", "95th percentile", "besides"],
                hand_rows(self),
            ),
        ])
    }
}

fn hand_rows(drift: &HandDriftReport) -> Vec<Vec<String>> {
    let row = |what: &str, unit: &str, values: &Summary, besides: String| {
        let digits = |value: f64| format!("{value:.2} {unit}");
        vec![
            what.to_owned(),
            values.n.to_string(),
            digits(values.mean),
            digits(values.median),
            digits(values.p95),
            besides,
        ]
    };
    let mut rows = Vec::new();
    if let Some(outlines) = &drift.silhouette {
        let bias = outlines.bias_px;
        let bias = format!("bias right {:+.2}, down {:+.2} px", bias[0], bias[1]);
        rows.push(row("shift of the outline", "px", &outlines.shift_px, bias));
        let area = format!("{} of the area is left", percent(outlines.area_ratio.mean));
        rows.push(row("distance of the outlines", "px", &outlines.contour_px, area));
    }
    if let Some(joints) = &drift.joints {
        let besides = format!("bias {:+.2} mm; {} lost", joints.bias_mm, percent(joints.lost));
        rows.push(row("depth at visible joints", "mm", &joints.change_mm, besides));
    }
    if let Some(behind) = &drift.behind {
        let mut row =
            vec!["behind the surface by the radius".to_owned(), behind.joints.to_string()];
        row.extend([percent(behind.refined), "–".into(), "–".into()]);
        row.push(format!("to {} mm; in renders {}", behind.tolerance_mm, percent(behind.rendered)));
        rows.push(row);
    }
    rows
}

/// ", 93.0 % within 0.5 px": the share of all pairs.
fn kept(feature: &FeatureReport) -> String {
    let within = |share| format!(", {} within {YIELD_PX} px", percent(share));
    feature.within_yield.map_or(String::new(), within)
}

/// "1.10 ± 0.80 mm": mean and spread.
fn millimetres(summary: &Summary) -> String {
    pixels(summary).replace("px", "mm")
}

/// The page of `simreal drift`.
pub fn drift(drift: &impl Drift) -> Result<Page> {
    let section = Section { blocks: drift.blocks()?, ..Section::new("What moved", drift.method()) };
    let lead = "Renders and their refined images, measured by the same code.";
    Ok(Page::new("simreal: drift", lead).verdict(drift.verdict()).section(section))
}
