//! Eight eyes take the whole way through the libraries: render → Parquet → train → refine →
//! Parquet → drift.

use crate::support::{TINY_SIMGAN, eyes, store};
use eval::drift::{self, DriftOptions};
use simulator::sample::{BoxError, Domain, Frame, Sample};
use trainer::{Device, Frames, Silent, SimGan, SimGanConfig};

#[test]
fn a_refined_eye_keeps_the_id_and_the_label_of_its_render() {
    let folder = tempfile::tempdir().unwrap();
    let rendered = store(&eyes("clean", 1, 8), Domain::Synthetic, &folder.path().join("rendered"));
    let real = store(&eyes("simulated-real", 2, 8), Domain::Synthetic, &folder.path().join("real"));

    // Train for a moment, on shuffled frames out of Parquet.
    let config: SimGanConfig = toml::from_str(&format!("iterations = 2\n{TINY_SIMGAN}")).unwrap();
    let device = Device::cpu();
    let mut gan = SimGan::new(config, rendered.frame_size(), &device).unwrap();
    let open = |dataset: pipeline::Dataset<_>| {
        move |start: u64| -> Result<Frames, BoxError> {
            let samples = dataset.shuffled(7, start);
            Ok(Box::new(samples.map(|s| s.map(|s| s.frame).map_err(BoxError::from))))
        }
    };
    gan.train(&mut open(rendered.clone()), &mut open(real), None, &mut Silent).unwrap();

    // Refine, and store under the same ids.
    let before: Vec<_> = rendered.samples().collect::<Result<_, _>>().unwrap();
    let frames: Vec<Frame<u8>> = before.iter().map(|s| s.frame.clone()).collect();
    let after: Vec<_> = gan
        .refiner()
        .refine(&frames)
        .unwrap()
        .into_iter()
        .zip(&before)
        .map(|(frame, s)| Sample { frame, domain: Domain::Refined, ..s.clone() })
        .collect();
    let refined = store(&after, Domain::Refined, &folder.path().join("refined"));

    // Join by id, and judge.
    let pairs: Vec<_> = before
        .into_iter()
        .zip(refined.samples().map(Result::unwrap))
        .inspect(|(before, after)| {
            assert_eq!((before.id, &before.label), (after.id, &after.label));
            assert_eq!((before.domain, after.domain), (Domain::Synthetic, Domain::Refined));
            assert_ne!(before.frame, after.frame, "two iterations change something");
        })
        .collect();
    let report = drift::measure(pairs, &DriftOptions::default()).unwrap();
    assert_eq!(report.pairs, 8);
    assert_eq!(report.combined.measured + report.combined.failed, 8, "no pair is dropped");
}

#[test]
fn an_image_against_itself_has_not_moved() {
    let eyes = eyes("clean", 3, 16);
    let pairs: Vec<_> = eyes.iter().map(|s| (s.clone(), s.clone())).collect();
    let report = drift::measure(pairs, &DriftOptions::default()).unwrap();
    let shift = report.combined.shift.expect("clean eyes are measured");
    assert!(shift.length_px.max < 1e-3, "{shift:?}");
    assert_eq!(report.pupil.shift.expect("and their pupils").length_px.max, 0.0);
}
