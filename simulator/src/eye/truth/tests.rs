#![allow(clippy::unwrap_used)]
use super::*;
use crate::eye::{EyeConfig, Normal};
use rayon::prelude::*;

fn clean() -> EyeConfig {
    EyeConfig::preset("clean").unwrap()
}

#[test]
fn the_fast_picture_is_that_of_many_rays() {
    let all: Vec<Difference> =
        (0..16).into_par_iter().map(|id| against_reference(&clean(), 1, id, 6)).collect();
    let mean = |of: fn(&Difference) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
    let together = mean(|d| d.rms * d.rms).sqrt();
    let worst = all.iter().map(|d| d.rms).fold(0.0, f64::max);
    assert!(together < 2.0 && worst < 3.5, "{together}, at most {worst} grey levels");
    let bias = mean(|d| d.bias);
    assert!(bias.abs() < 0.5, "{bias} grey levels brighter");
}

#[test]
fn labelled_rims_are_where_pictures_show_them() {
    for asphericity in [0.0, -0.25] {
        let mut config = clean();
        config.eyeball.cornea_asphericity = Normal::always(asphericity);
        for (zoom, limit) in [(1.0, 0.1), (640.0 / 60.0, 0.05)] {
            let all: Vec<RimErrors> =
                (0..40).into_par_iter().map(|id| rims(&config, 2, id, zoom)).collect();
            for k in [0, 1] {
                let whole: Vec<&RimErrors> = all.iter().filter(|e| e.whole[k]).collect();
                assert!(whole.len() > 30, "{} whole rims", whole.len());
                let worst = whole.iter().map(|e| e.center_px[k]).fold(0.0, f64::max);
                assert!(worst < limit, "{asphericity} at {zoom}: {worst} px off");
            }
        }
    }
}

#[test]
fn landmarks_lie_on_the_mask_s_boundaries() {
    let all: Vec<LandmarkErrors> =
        (0..12).into_par_iter().map(|id| landmarks(&clean(), 3, id, 640.0 / 60.0, 4.0)).collect();
    let median = |pick: fn(&LandmarkErrors) -> &Vec<f64>| {
        let mut off: Vec<f64> = all.iter().flat_map(|e| pick(e).iter().map(|v| v.abs())).collect();
        assert!(off.len() > 80, "{} points", off.len());
        off.sort_by(f64::total_cmp);
        (off[off.len() / 2], off[off.len() * 9 / 10])
    };
    let limits = [
        // Seen from above or below, a lid's edge may stand a little before its margin.
        (median(|e| &e.lids_px), 0.1, 0.3),
        (median(|e| &e.pupil_px), 0.05, 0.1),
        (median(|e| &e.iris_px), 0.05, 0.1),
    ];
    for ((half, most), half_limit, most_limit) in limits {
        assert!(half < half_limit && most < most_limit, "{half}, {most} px off");
    }
}

#[test]
fn the_pupil_looks_as_large_and_narrow_as_in_people() {
    // Le Grand's eye with one surface. Mathur, Gehrmann and Atchison (2013, J. Vision 13(6):3) found
    // 0.99 cos((phi + 5.3 deg) / 1.121) in 30 people; 5.3 degrees are the line of sight's angle with
    // the optical axis, from which phi counts here, and 0.99 is the pupil's own roundness.
    let mut config = clean();
    config.eyeball.cornea_radius_mm = Normal::always(7.8);
    config.eyeball.iris_depth_mm = Normal::always(3.6);
    let seen = |degrees: f64| pupil_from_aside(&config, 1, 0, degrees).unwrap();
    let ahead = seen(0.0).rendered;
    assert!((1.12..1.13).contains(&ahead[0]) && (1.12..1.13).contains(&ahead[1]), "{ahead:?}");
    for degrees in (-50..=50).step_by(10) {
        let SeenPupil { rendered, labelled } = seen(degrees as f64);
        let curve = f64::cos((degrees as f64 / 1.121).to_radians());
        let off = rendered[1] / rendered[0] / curve - 1.0;
        assert!(off.abs() < 0.01, "{degrees}: {off}");
        for k in [0, 1] {
            assert!(
                (rendered[k] - labelled[k]).abs() < 5e-4,
                "{degrees}: {rendered:?} {labelled:?}"
            );
        }
    }
}

#[test]
fn lids_open_as_far_as_people_s() {
    // Read et al. 2006: 9.7 mm (sd 1.2) ahead, 6.4 mm (1.1) at 40 degrees down.
    for (pitch, expected) in [(0.0, 9.7), (-40.0, 6.4)] {
        let all: Vec<LidOpening> =
            (0..60).into_par_iter().map(|id| lid_opening(&clean(), 4, id, pitch)).collect();
        let mean = all.iter().map(|o| o.aperture_mm).sum::<f64>() / 60.0;
        assert!((mean - expected).abs() < 0.5, "{pitch}: {mean} mm");
        for o in &all {
            assert!((o.aperture_mm - o.labelled_mm).abs() < 0.25, "{pitch}: {o:?}");
        }
    }
}
