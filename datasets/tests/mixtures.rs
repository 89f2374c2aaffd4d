//! Mixtures of files thrown at the importers: every file is read with the right pixels and label, or is
//! named with its reason; nothing is lost in silence and nothing is made up.
#![allow(clippy::unwrap_used, missing_docs)]

use datasets::folder::{self, FolderOptions};
use datasets::hand::{self, HandOptions};
use datasets::{Account, Error, Layout, detect};
use image::{GrayImage, ImageBuffer, Luma};
use proptest::prelude::*;
use simulator::sample::{Eye, Gaze, Hand, Modality, Sample};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What a file in the folder is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Png,
    Pgm,
    WebP,
    CutPng,
    CutJpeg,
    NoImage,
    /// Grey in 16 bits, of an eye.
    Deep,
    /// Depth of a hand.
    Depth,
    DotFile,
    Heic,
    Note,
}

const KINDS: [Kind; 11] = [
    Kind::Png,
    Kind::Pgm,
    Kind::WebP,
    Kind::CutPng,
    Kind::CutJpeg,
    Kind::NoImage,
    Kind::Deep,
    Kind::Depth,
    Kind::DotFile,
    Kind::Heic,
    Kind::Note,
];

/// What the table beside them is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Table {
    None,
    Good,
    Semicolons,
    JsonLines,
    Degrees,
    OtherNames,
    NoNames,
    Scaled,
}

const TABLES: [Table; 8] = [
    Table::None,
    Table::Good,
    Table::Semicolons,
    Table::JsonLines,
    Table::Degrees,
    Table::OtherNames,
    Table::NoNames,
    Table::Scaled,
];

fn grey(number: usize) -> GrayImage {
    GrayImage::from_fn(6, 4, |x, y| Luma([(number * 5 + x as usize * 20 + y as usize) as u8]))
}

/// Writes a file of this kind and says its name.
fn write(dir: &Path, number: usize, kind: Kind) -> String {
    let extension = match kind {
        Kind::Png | Kind::CutPng | Kind::NoImage | Kind::Deep | Kind::Depth | Kind::DotFile => {
            "png"
        }
        Kind::Pgm => "pgm",
        Kind::WebP => "webp",
        Kind::CutJpeg => "jpg",
        Kind::Heic => "heic",
        Kind::Note => "txt",
    };
    let dot = if kind == Kind::DotFile { "._" } else { "" };
    let name = format!("{dot}f{number:02}.{extension}");
    let path = dir.join(&name);
    let cut = || {
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() * 3 / 4]).unwrap();
    };
    match kind {
        Kind::Png | Kind::Pgm => grey(number).save(&path).unwrap(),
        Kind::WebP => image::DynamicImage::from(grey(number)).to_rgb8().save(&path).unwrap(),
        Kind::CutPng | Kind::CutJpeg => {
            grey(number).save(&path).unwrap();
            cut();
        }
        Kind::Deep => {
            let image = ImageBuffer::from_fn(6, 4, |x, y| Luma([9000 * (x + 1) as u16 + y as u16]));
            image.save(&path).unwrap();
        }
        Kind::Depth => {
            ImageBuffer::from_fn(6, 4, |x, y| Luma([500 + (x + y) as u16])).save(&path).unwrap();
        }
        Kind::NoImage => fs::write(&path, "no image").unwrap(),
        Kind::DotFile | Kind::Heic => fs::write(&path, [0, 1, 2]).unwrap(),
        Kind::Note => fs::write(&path, "remember the milk").unwrap(),
    }
    name
}

fn label(number: usize) -> Gaze {
    Gaze { pitch: 0.01 * number as f32 + 0.5, yaw: -0.25 }
}

/// The table over every second file, and which labels it tells.
fn write_table(dir: &Path, names: &[String], table: Table) -> BTreeMap<String, Gaze> {
    let labelled = || names.iter().enumerate().step_by(2).map(|(k, name)| (name, label(k)));
    let (file, header, between) = match table {
        Table::None => return BTreeMap::new(),
        Table::Good => ("metadata.csv", "file_name,pitch_rad,yaw_rad", ","),
        Table::Semicolons => ("Gaze.csv", "File;Pitch_Rad;Yaw_Rad", ";"),
        Table::JsonLines => ("metadata.jsonl", "", ","),
        Table::Degrees => ("metadata.csv", "file_name,pitch_rad,yaw_rad", ","),
        Table::OtherNames => ("labels.csv", "image,pitch,yaw", ","),
        Table::NoNames => ("gaze.csv", "pitch_rad,yaw_rad", ","),
        Table::Scaled => ("labels.csv", "file,pitch,yaw", ","),
    };
    let mut text = String::new();
    for (name, Gaze { pitch, yaw }) in labelled() {
        let row = match table {
            Table::JsonLines => {
                format!("{{\"file_name\": \"{name}\", \"pitch_rad\": {pitch}, \"yaw_rad\": {yaw}}}")
            }
            Table::Semicolons => {
                let [pitch, yaw] = [pitch, yaw].map(|angle| angle.to_string().replace('.', ","));
                format!("./{name};{pitch};{yaw}")
            }
            Table::Degrees => format!("{name},{},{}", pitch.to_degrees(), yaw.to_degrees()),
            Table::NoNames => format!("{pitch}{between}{yaw}"),
            _ => format!("{name}{between}{pitch}{between}{yaw}"),
        };
        text.push_str(&row);
        text.push('\n');
    }
    fs::write(dir.join(file), format!("{header}\n{text}").trim_start()).unwrap();
    labelled().map(|(name, gaze)| (name.clone(), gaze)).collect()
}

/// Names of the files that came out as samples, and of those that an error names.
fn outcome<M: Modality>(
    samples: impl Iterator<Item = Result<Sample<M>, Error>>,
    source: impl Fn(&Sample<M>) -> String,
    mut check: impl FnMut(&Sample<M>, &str),
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut read, mut named) = (BTreeSet::new(), BTreeSet::new());
    for sample in samples {
        match sample {
            Ok(sample) => {
                let name = source(&sample);
                check(&sample, &name);
                read.insert(name);
            }
            Err(error) => {
                let text = error.to_string();
                let name = error.path().file_name().unwrap().to_string_lossy().into_owned();
                assert!(text.contains(&name), "{text}");
                named.insert(name);
            }
        }
    }
    (read, named)
}

fn passed(account: &Account) -> BTreeSet<String> {
    account.passed_over.iter().map(|passed| passed.file.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_file_is_read_rightly_or_named(
        kinds in prop::collection::vec(prop::sample::select(KINDS.to_vec()), 1..10),
        table in prop::sample::select(TABLES.to_vec()),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let names: Vec<String> =
            kinds.iter().enumerate().map(|(k, kind)| write(dir, k, *kind)).collect();
        let labels = write_table(dir, &names, table);
        let kind_of = |name: &str| kinds[names.iter().position(|n| n == name).unwrap()];

        let detected = match detect(dir) {
            Ok(detected) => detected,
            Err(error) => {
                // Nothing here is an image, or a table is beyond use.
                prop_assert!(error.to_string().contains("--as") || error.to_string().contains("its labels"));
                return Ok(());
            }
        };
        let gone = |error: Error| error.to_string();
        let ((read, named), passed) = if detected.layout == Layout::Folder {
            let samples = match folder::read(dir, &FolderOptions::default()) {
                Ok(samples) => samples,
                Err(error) => {
                    // No image at all, or labels that can't be used: never without a table.
                    let text = gone(error);
                    prop_assert!(table != Table::None || text.contains("no image"), "{text}");
                    return Ok(());
                }
            };
            let passed = passed(samples.account());
            let check = |sample: &Sample<Eye>, name: &str| {
                let number = names.iter().position(|n| n == name).unwrap();
                match kind_of(name) {
                    Kind::Png | Kind::Pgm | Kind::WebP => {
                        assert_eq!(sample.frame.pixels(), grey(number).as_raw(), "{name}");
                    }
                    Kind::Deep => {}
                    kind => panic!("{name}, {kind:?}, was read as an eye"),
                }
                assert_eq!(sample.label.gaze, labels.get(name).copied(), "{name}");
            };
            (outcome(samples, |s| s.label.source.clone().unwrap(), check), passed)
        } else {
            prop_assert_eq!(detected.layout, Layout::DepthFolder);
            let options = HandOptions { size: None, ..HandOptions::default() };
            let samples = match hand::folder::read(dir, &options) {
                Ok(samples) => samples,
                Err(error) => {
                    prop_assert!(table != Table::None, "{}", gone(error));
                    return Ok(());
                }
            };
            let passed = passed(samples.account());
            let check = |_: &Sample<Hand>, name: &str| assert_eq!(kind_of(name), Kind::Depth, "{name}");
            (outcome(samples, |s| s.label.source.clone().unwrap(), check), passed)
        };
        for name in &names {
            let times = [&read, &named, &passed].iter().filter(|set| set.contains(name)).count();
            prop_assert!(times == 1, "{} is told {} times: {:?} {:?} {:?}", name, times, read, named, passed);
        }
    }
}
