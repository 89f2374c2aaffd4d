//! The ladder: what each step gave, as bars, sentences and a table.

use super::words::degrees;
use anyhow::Result;
use eval::ladder::{Advice, Arm, Change, Effect, Gap, Ladder, Row, Step};
use eval::stats::Interval;
use studio::chart::{self, Bar};
use studio::{Block, Section, Verdict};

/// The first section of a run's page.
pub fn section(ladder: &Ladder, real: &str) -> Result<Section> {
    let mut text = vec![format!(
        "Mean angular error on the same labelled {real} images, row by row: the paper's network (weak) and \
         a stronger one, on renders as they come and on what was made of them. Aligned: one offset in \
         pitch and yaw, found without labels, brings the centre of the predictions on the unlabelled \
         images to that of the gaze that was rendered."
    )];
    text.extend(ladder.steps.iter().map(sentence));
    text.extend(ladder.gap().as_ref().map(gap_line));
    text.extend(ladder.advice.as_ref().map(advice_line));
    let bars: Vec<Bar> = ladder.rows.iter().filter_map(bar).collect();
    Ok(Section::new("What each step gives", text.join("\n\n"))
        .block(Block::chart(
            chart::bars("mean angular error (°)", &bars)?,
            "A dot is one training, the line a 95 % interval: over people where at least three are \
             known, else over images.",
        ))
        .block(table(ladder)))
}

/// The answer on top of the page; nothing without strong rows.
pub fn verdict(ladder: &Ladder) -> Option<Verdict> {
    let advice = ladder.advice.as_ref()?;
    let mean = |arm: Arm| {
        let row = ladder.rows.iter().find(|row| row.arm == arm)?;
        Some(degrees(row.mean_deg.as_ref().map(|mean| mean.mean)))
    };
    let (from, to) = (advice.because.from, advice.because.to);
    let mut verdict = Verdict::new("Is refinement worth it?", advice_line(advice));
    for arm in [from, to] {
        verdict = verdict.number(mean(arm)?, arm.to_string());
    }
    Some(verdict)
}

/// The ladder for the terminal.
pub fn summary(ladder: &Ladder) -> String {
    let header = ["", "mean", "± seeds", "95 % interval", "bias p, y", "no bias", "heads"];
    let mut cells: Vec<Vec<String>> = vec![header.map(str::to_owned).to_vec()];
    cells.extend(ladder.rows.iter().map(|row| {
        let mut line = vec![row.name.clone()];
        line.extend(numbers(row));
        line
    }));
    let width =
        |column: usize| cells.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut text = String::new();
    for line in &cells {
        let mut row = String::from(" ");
        for (column, cell) in line.iter().enumerate() {
            let fill = " ".repeat(widths[column] - cell.chars().count());
            row += &if column == 0 { format!(" {cell}{fill}") } else { format!("  {fill}{cell}") };
        }
        text += row.trim_end();
        text.push('\n');
    }
    for step in &ladder.steps {
        text += &format!("  {}\n", sentence(step));
    }
    if let Some(gap) = ladder.gap() {
        text += &format!("  {}\n", gap_line(&gap));
    }
    if let Some(advice) = &ladder.advice {
        text += &format!("  {}\n", advice_line(advice));
    }
    text
}

fn bar(row: &Row) -> Option<Bar> {
    let dots = row.seed_means_deg.iter().copied().flatten();
    let bar = Bar::new(&row.name, row.mean_deg.as_ref()?.mean).dots(dots);
    Some(match row.interval_over_people_deg.or(row.interval_deg) {
        Some(interval) => bar.whisker(interval.low, interval.high),
        None => bar,
    })
}

/// What a row scored, as the columns of the terminal.
fn numbers(row: &Row) -> [String; 6] {
    let mean = row.mean_deg.as_ref();
    let over_people = row.interval_over_people_deg.map(|i| format!("{} people", range(i)));
    let over_images = row.interval_deg.map(|i| format!("{} images", range(i)));
    let group = |name| row.groups.iter().find(|group| group.name == name)?.mean_deg;
    let heads = match (group("frontal"), group("turned")) {
        (None, None) => "–".to_owned(),
        (frontal, turned) => format!("{} / {}", degrees(frontal), degrees(turned)),
    };
    [
        degrees(mean.map(|mean| mean.mean)),
        mean.and_then(|mean| mean.sd).map_or("–".into(), |sd| format!("{sd:.2}")),
        over_people.or(over_images).unwrap_or("–".into()),
        match (row.bias_pitch_deg, row.bias_yaw_deg) {
            (Some(pitch), Some(yaw)) => format!("{pitch:+.1}, {yaw:+.1}°"),
            _ => "–".into(),
        },
        degrees(row.error_without_bias_deg),
        heads,
    ]
}

fn table(ladder: &Ladder) -> Block {
    let interval = |interval: Option<Interval>| interval.map_or("–".into(), range);
    let rows = ladder.rows.iter().map(|row| {
        let [mean, spread, _, bias, without_bias, heads] = numbers(row);
        vec![
            row.name.clone(),
            if spread == "–" { mean } else { format!("{mean} ± {spread}") },
            interval(row.interval_deg),
            interval(row.interval_over_people_deg),
            bias,
            without_bias,
            degrees(row.error_offset_per_person_deg),
            heads,
            degrees(row.own_kind_deg.as_ref().map(|own| own.mean)),
        ]
    });
    Block::table(
        "The ladder: mean over seeds and its spread, 95 % intervals, mean of predicted \
         minus true pitch and yaw, the error free of that constant offset, the error free of one such \
         offset for each person, frontal and turned heads apart, and the error on unseen images of the kind \
         that it was trained on.",
        [
            "trained on",
            "mean",
            "over images",
            "over people",
            "bias pitch, yaw",
            "free of bias",
            "of each person's",
            "frontal / turned",
            "on its own kind",
        ],
        rows,
    )
}

/// "Refinement (weak: renders to weak: refined): -2.00°, 95 % interval over images -2.40 to -1.61°: it
/// excludes zero, the error falls."
fn sentence(step: &Step) -> String {
    let what = match step.change {
        Change::StrongNetwork => "A stronger network",
        Change::Calibration => "Calibrated renders",
        Change::Refinement => "Refinement",
        Change::CalibrationAndRefinement => "Calibration and refinement together",
        Change::Alignment => "Alignment without labels",
        Change::RealLabels => "Real labels of other people instead of renders",
    };
    format!("{what} ({} → {}): {}.", step.from, step.to, outcome(step))
}

fn outcome(step: &Step) -> String {
    let (interval, over_people) = step.interval();
    let over = if over_people { "people" } else { "images" };
    let verdict = match step.effect {
        Effect::Helps => "it excludes zero, so the error falls",
        Effect::Harms => "it excludes zero, so the error rises",
        Effect::Undecided => "it holds zero, so no difference can be told",
    };
    format!(
        "{:+.2}°, 95 % interval over {over} {:+.2} to {:+.2}°; {verdict}",
        step.difference.difference, interval.low, interval.high,
    )
}

/// What refinement could close at most.
fn gap_line(gap: &Gap) -> String {
    let Gap { arm, on_renders_deg, on_real_deg, on_real_without_bias_deg } = gap;
    let left = gap.left_deg();
    let says = if left > 0.0 {
        format!("{left:.2}° is all that making renders look real could take away")
    } else {
        "making renders look real has nothing left to take away".to_owned()
    };
    format!(
        "The gap ({arm}): on renders that it has not seen it errs by {on_renders_deg:.2}°, on the real images \
         by {on_real_deg:.2}°, free of a constant offset by {on_real_without_bias_deg:.2}°; {says}."
    )
}

fn advice_line(advice: &Advice) -> String {
    let answer = if advice.refine { "yes" } else { "no" };
    format!(
        "Refine: {answer}. Against the strongest baseline ({}) it gives {}.",
        advice.because.from,
        outcome(&advice.because),
    )
}

fn range(interval: Interval) -> String {
    format!("{:.2} to {:.2}°", interval.low, interval.high)
}
