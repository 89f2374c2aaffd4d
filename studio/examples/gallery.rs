//! Every kind of picture, chart and block on one page, from made-up numbers: what to look at after
//! a change to the style. The eyes are rendered; "refined" and "real" are made of them.
//!
//! ```text
//! cargo run --release -p studio --example gallery -- gallery.html
//! ```

use simulator::eye::{EyeConfig, EyeSampler};
use simulator::sample::{Eye, Frame};
use std::error::Error;
use studio::chart::{self, Axes, Bar, Series, Values};
use studio::{Block, Page, Section, Verdict, overlay, sheet};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "gallery.html".into());
    let page = Page::new(
        "Did refining help?",
        "Two gaze networks, alike but for their training data: one saw rendered eyes, one the same \
         eyes after refining. Both are judged on real eyes that neither has seen.",
    )
    .verdict(
        Verdict::new("Gaze error on real images", "Mean of three seeds; 0.6° apart at most.")
            .number("9.1°", "trained on rendered")
            .number("7.4°", "trained on refined"),
    )
    .verdict(
        Verdict::new("Label drift", "The pupil stayed where its label says, in 98 of 100 images.")
            .number("0.21 px", "median shift of the pupil"),
    )
    .fact("rendered images", "10 000")
    .fact("real images", "1 200")
    .fact("seed", "7")
    .fact("configuration", "mpiigaze, 60x36")
    .fact("trained for", "2 000 steps of 64 images")
    .section(pictures()?)
    .section(training()?)
    .section(drift()?)
    .section(gaze()?)
    .section(words());
    page.write(path)?;
    Ok(())
}

fn pictures() -> Result<Section, Box<dyn Error>> {
    let config = EyeConfig::preset("mpiigaze").ok_or("the preset is gone")?;
    let samples = EyeSampler::new(config, 7)?.render_range(0..24);
    let rendered: Vec<Frame<u8>> = samples.iter().map(|sample| sample.frame.clone()).collect();
    let refined: Vec<Frame<u8>> = rendered.iter().map(made_rougher).collect();
    let real: Vec<Frame<u8>> = rendered.iter().rev().map(|frame| frame.equalized()).collect();
    let change: Vec<Frame<u8>> = rendered
        .iter()
        .zip(&refined)
        .map(|(before, after)| sheet::difference(before, after))
        .collect::<Result<_, _>>()?;
    let groups: [(&str, &[Frame<u8>]); 4] = [
        ("rendered", &rendered[..12]),
        ("refined", &refined[..12]),
        ("change", &change[..12]),
        ("real", &real[..12]),
    ];
    Ok(Section::new("What refining does", "A sample to a row; the real eye beside it is another.")
        .block(Block::picture(
            &sheet::columns::<Eye>(&groups, 3),
            "Twelve eyes: rendered, refined, their difference, and real ones",
            "Grey 128 in the third column is no change.",
        )?)
        .block(Block::picture(
            &overlay::labelled_grid(&samples[..6], 3, 8),
            "Six eyes with their labels drawn on them",
            "What the label knows of a rendered eye.",
        )?)
        .block(Block::picture(
            &sheet::grid(&rendered, 8, 2),
            "Twenty-four rendered eyes",
            "A plain grid.",
        )?)
        .block(Block::picture(&sheet::enlarged(&rendered[0], 1), "One eye", "One frame.")?))
}

fn training() -> Result<Section, Box<dyn Error>> {
    let steps = || (0..200).map(|k| f64::from(k) * 10.0);
    let noise = |k: f64| (k * 0.37).sin() * (k * 0.113).cos();
    let losses = [
        Series::new("refiner, realism", steps().map(|s| (s, 0.7 + 0.1 * noise(s)))),
        Series::new(
            "refiner, self-regularisation",
            steps().map(|s| (s, 0.02 + 0.3 * (-s / 300.0).exp() + 0.002 * noise(s))),
        ),
        Series::new("discriminator", steps().map(|s| (s, 0.6 + 0.05 * noise(s + 9.0)))),
    ];
    let axes = Axes::new("step", "loss");
    Ok(Section::new("Training", "")
        .block(Block::chart(chart::lines(&axes.clone().log_y(), &losses)?, "On a log axis."))
        .block(Block::chart(chart::lines(&axes, &losses)?, "The same, linear.")))
}

fn drift() -> Result<Section, Box<dyn Error>> {
    let cloud = |spread: f64, shift: f64, salt: u64| {
        (0..900).map(move |k| {
            let (x, y) = gaussian_pair(k + salt);
            (spread * x + shift, spread * y)
        })
    };
    let series = [
        Series::new("refined", cloud(0.22, 0.05, 0)),
        Series::new("moved on purpose", cloud(0.3, 0.9, 9000)),
    ];
    let axes = Axes::new("dx of the pupil's centre (px)", "dy (px, positive is down)");
    let rings = [(0.5, "0.5 px"), (1.0, "1 px"), (2.0, "2 px")];
    Ok(Section::new("Do the labels still hold?", "")
        .block(Block::chart(
            chart::scatter(&axes, &series, &rings)?,
            "Each dot is an image; the crosses are the means.",
        ))
        .block(Block::chart(
            chart::histogram(
                &Axes::new("shift of the pupil's centre (px)", "share of images (%)"),
                &series.map(|s| Values::new(s.name, s.points.iter().map(|p| p.0.hypot(p.1)))),
                40,
            )?,
            "The same shifts as lengths.",
        )))
}

fn gaze() -> Result<Section, Box<dyn Error>> {
    let errors = |scale: f64, salt: u64| {
        (0..1200).map(move |k| {
            let (x, y) = gaussian_pair(k + salt);
            scale * x.hypot(y)
        })
    };
    let cdf = chart::cdf(
        &Axes::new("angular error d (°)", "images within d (%)"),
        &[
            Values::new("rendered", errors(7.3, 0)),
            Values::new("refined", errors(5.9, 3000)),
            Values::new("kNN on refined", errors(6.6, 6000)),
            Values::new("predict the mean", errors(10.5, 9000)),
        ],
    )?;
    let bars = chart::bars(
        "mean angular error on real images (°)",
        &[
            Bar::new("predict the mean", 13.2),
            Bar::new("trained on rendered", 9.14).whisker(8.7, 9.6).dots([8.8, 9.1, 9.5]),
            Bar::new("trained on refined", 7.41).whisker(7.1, 7.7).dots([7.1, 7.5, 7.6]),
            Bar::new("kNN on refined", 8.3),
        ],
    )?;
    let axes = || Axes::new("yaw (°)", "pitch (°)").x_range(-30.0, 30.0).y_range(-25.0, 15.0);
    let labels = |spread: f64| -> Vec<(f64, f64)> {
        (0..8000).map(gaussian_pair).map(|(x, y)| (spread * x, spread * 0.6 * y - 6.0)).collect()
    };
    let row = |cells: [&str; 5]| cells.map(String::from).to_vec();
    Ok(Section::new("Gaze error on real images", "")
        .block(Block::chart(cdf, "The further left, the better."))
        .block(Block::chart(bars, "Means of three seeds with their 95 % intervals."))
        .block(Block::chart(chart::density(&axes(), &labels(9.0), 40)?, "Labels, rendered."))
        .block(Block::chart(chart::density(&axes(), &labels(6.0), 40)?, "Labels, real."))
        .block(Block::table(
            "All methods",
            ["method", "mean (°)", "median (°)", "within 5° (%)", "note"],
            [
                row(["trained on rendered", "9.14 ± 0.4", "7.9", "21", "three seeds"]),
                row(["trained on refined", "7.41 ± 0.3", "6.2", "38", "three seeds"]),
                row(["kNN on refined", "8.30", "7.1", "30", "k = 9"]),
                row(["predict the mean", "13.20", "12.4", "–", "no image needed"]),
            ],
        )))
}

fn words() -> Section {
    Section::new(
        "How to get this page",
        "The first paragraph says what is needed.\n\nThe second one says what it costs: minutes on a \
         laptop for the small preset, an hour for the full one.",
    )
    .block(Block::code("simreal journey --preset mpiigaze --seed 7\nsimreal report out/"))
    .block(Block::note("All numbers on this page are made up: <b>it shows the style</b> & no more."))
}

/// Two independent standard normal numbers, a function of `k` (Box and Muller, on a hash).
fn gaussian_pair(k: u64) -> (f64, f64) {
    let uniform = |salt: u64| {
        let mut z = (2 * k + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    let (radius, angle) =
        ((-2.0 * (1.0 - uniform(0)).ln()).sqrt(), uniform(1) * std::f64::consts::TAU);
    (radius * angle.cos(), radius * angle.sin())
}

/// Softer, and with grain.
fn made_rougher(frame: &Frame<u8>) -> Frame<u8> {
    let (width, height) = frame.size();
    Frame::from_fn(width, height, |x, y| {
        let near = [(0, 0), (1, 0), (0, 1), (1, 1)];
        let sum: f64 = near
            .iter()
            .map(|(dx, dy)| f64::from(frame.get((x + dx).min(width - 1), (y + dy).min(height - 1))))
            .sum();
        let grain = gaussian_pair((y * width + x) as u64).0 * 7.0;
        (sum / 4.0 + grain).clamp(0.0, 255.0) as u8
    })
}
