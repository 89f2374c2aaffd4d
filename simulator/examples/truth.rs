//! How true pictures and labels are, in figures: `cargo run --release -p simulator --example truth`.
//! Arguments choose what: `pictures`, `rims`, `landmarks`, `pupil`, `lids`; none is all. A number sets
//! how many samples.
#![allow(clippy::print_stdout)]

use rayon::prelude::*;
use simulator::eye::{EyeConfig, Normal, truth};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let count = arguments.iter().find_map(|a| a.parse::<u64>().ok());
    let chosen: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|a| a.parse::<u64>().is_err()).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.contains(&name);
    let clean = EyeConfig::preset("clean").ok_or("no preset is named clean")?;
    if wanted("pictures") {
        pictures(&clean, count.unwrap_or(60));
    }
    if wanted("rims") {
        rims(&clean, count.unwrap_or(1000));
    }
    if wanted("landmarks") {
        landmarks(&clean, count.unwrap_or(60));
    }
    if wanted("pupil") {
        pupil(&clean);
    }
    if wanted("lids") {
        lids(&clean, count.unwrap_or(200));
    }
    Ok(())
}

/// Median, 95th percentile and largest of some figures.
fn spread(name: &str, unit: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: median {:.4}, 95 % {:.4}, worst {:.4} {unit} (n = {})",
        at(0.5),
        at(0.95),
        at(1.0),
        values.len()
    );
}

fn pictures(config: &EyeConfig, count: u64) {
    let all: Vec<truth::Difference> =
        (0..count).into_par_iter().map(|id| truth::against_reference(config, 1, id, 12)).collect();
    spread("fast against reference, rms", "grey levels", all.iter().map(|d| d.rms).collect());
    let squares: f64 = all.iter().map(|d| d.rms * d.rms).sum();
    println!("  all pictures together: {:.3} rms", (squares / count as f64).sqrt());
}

fn rims(config: &EyeConfig, count: u64) {
    let aspheric = |q: f64| {
        let mut config = config.clone();
        config.eyeball.cornea_asphericity = Normal::always(q);
        config
    };
    for (name, config, zoom) in [
        ("60x36", config.clone(), 1.0),
        ("640x384", config.clone(), 640.0 / 60.0),
        ("60x36, Q -0.25", aspheric(-0.25), 1.0),
        ("640x384, Q -0.25", aspheric(-0.25), 640.0 / 60.0),
    ] {
        let all: Vec<truth::RimErrors> =
            (0..count).into_par_iter().map(|id| truth::rims(&config, 2, id, zoom)).collect();
        for (k, thing) in ["pupil", "iris"].into_iter().enumerate() {
            let name = format!("{name}, {thing}");
            let whole = || all.iter().filter(|e| e.whole[k]);
            spread(&format!("{name} centre"), "px", whole().map(|e| e.center_px[k]).collect());
            spread(&format!("{name} half axes"), "px", whole().map(|e| e.axis_px[k]).collect());
        }
    }
}

fn landmarks(config: &EyeConfig, count: u64) {
    for (name, zoom, finer) in [("60x36", 1.0, 16.0), ("640x384", 640.0 / 60.0, 4.0)] {
        let all: Vec<truth::LandmarkErrors> = (0..count)
            .into_par_iter()
            .map(|id| truth::landmarks(config, 3, id, zoom, finer))
            .collect();
        let values = |pick: fn(&truth::LandmarkErrors) -> &Vec<f64>| {
            all.iter().flat_map(|e| pick(e).iter().map(|v| v.abs())).collect::<Vec<f64>>()
        };
        spread(&format!("{name}, lid points"), "px", values(|e| &e.lids_px));
        spread(&format!("{name}, pupil points"), "px", values(|e| &e.pupil_px));
        spread(&format!("{name}, iris points"), "px", values(|e| &e.iris_px));
    }
}

fn pupil(config: &EyeConfig) {
    let mut config = config.clone();
    let e = &mut config.eyeball;
    e.cornea_radius_mm = Normal::always(7.8);
    e.iris_depth_mm = Normal::always(3.6);
    e.radius_mm = Normal::always(12.0);
    println!(
        "pupil from aside, r 7.8, depth 3.6, n {}: degrees, major and minor magnification",
        e.refractive_index
    );
    let seen = |degrees: f64| truth::pupil_from_aside(&config, 1, 0, degrees);
    let Some(ahead) = seen(0.0) else { return };
    for degrees in (-60..=60).step_by(5) {
        let Some(truth::SeenPupil { rendered: [a, b], labelled: [c, d] }) = seen(degrees as f64)
        else {
            continue;
        };
        let ratio = b / a / (ahead.rendered[1] / ahead.rendered[0]);
        let curve = (degrees as f64 / 1.121).to_radians().cos();
        let off = 100.0 * (ratio / curve - 1.0);
        println!(
            "{degrees:4}: rendered {a:.4} {b:.4}, labelled {c:.4} {d:.4}; ratio {ratio:.4}, cos(phi/1.121) {curve:.4}, {off:+.2} %"
        );
    }
}

fn lids(config: &EyeConfig, count: u64) {
    println!(
        "lids (Read 2006: aperture 9.7 ± 1.2 ahead, 6.4 ± 1.1 at 40 down; width 27.1 ± 1.5, 25.6 ± 1.8)"
    );
    for pitch in [20.0, 0.0, -20.0, -40.0] {
        let all: Vec<truth::LidOpening> =
            (0..count).into_par_iter().map(|id| truth::lid_opening(config, 4, id, pitch)).collect();
        let mean = |pick: &dyn Fn(&truth::LidOpening) -> f64| {
            let n = all.len() as f64;
            let mean = all.iter().map(pick).sum::<f64>() / n;
            let var = all.iter().map(|o| (pick(o) - mean).powi(2)).sum::<f64>() / n;
            format!("{mean:.2} ± {:.2}", var.sqrt())
        };
        println!(
            "{pitch:4} degrees: aperture {} mm (labelled {}), width {} mm",
            mean(&|o| o.aperture_mm),
            mean(&|o| o.labelled_mm),
            mean(&|o| o.width_mm)
        );
    }
}
