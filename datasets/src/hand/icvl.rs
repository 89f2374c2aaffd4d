//! The ICVL hand data set (Tang et al., CVPR 2014): 320x240 depth of a time-of-flight camera and 16 joints.
//!
//! A folder holds `labels.txt` (or `test_seq_1.txt`, `test_seq_2.txt`) and `Depth`. A line is an image's
//! path in `Depth` and 48 numbers: u and v (px of the sensor's image) and depth (mm) of the palm, then of
//! root, middle and tip of thumb, index, middle, ring and little finger. No set of joints of a data set is
//! these 16, so they go to the [`Account`] as they stand there, in the columns `u0_px`, `v0_px`, `d0_mm` to
//! `u15_px`, `v15_px`, `d15_mm`; the label's crop says where they lie in the cut image.

use super::{HandOptions, frame};
use crate::account::Account;
use crate::chunks::{Loaded, Samples};
use crate::contents::Contents;
use crate::error::Error;
use crate::image;
use crate::labels::downwards;
use simulator::sample::{
    Cube, DepthCamera, DepthSensor, Domain, Hand, HandLabel, Sample, SampleId,
};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The files of the joints.
const LABELS: [&str; 3] = ["labels.txt", "test_seq_1.txt", "test_seq_2.txt"];
/// Joints of a hand.
const JOINTS: usize = 16;

/// What says that this is the data set, or one of its files of joints; `None` if nothing does.
pub(crate) fn evidence(path: &Path) -> Option<String> {
    let is_it = |path: &PathBuf| {
        let text = crate::regular::read(path).unwrap_or_default();
        let first = text.split(|&b| b == b'\n').find(|line| !line.trim_ascii().is_empty());
        first.is_some_and(|line| parse(&String::from_utf8_lossy(line)).is_ok())
    };
    let file = files(path).into_iter().find(is_it)?;
    Some(format!("{} has an image and 48 numbers a line", crate::beside::name_of(&file)))
}

/// The files of joints that are there.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        let txt = crate::contents::extension(path) == "txt";
        return if txt { vec![path.to_owned()] } else { Vec::new() };
    }
    LABELS.iter().map(|name| path.join(name)).filter(|path| path.is_file()).collect()
}

/// One image and its joints.
struct Shot {
    path: PathBuf,
    source: String,
    /// u and v in px, depth in mm.
    joints: [[f32; 3]; JOINTS],
}

/// A line: the image's path, and its joints.
fn parse(line: &str) -> Result<(String, [[f32; 3]; JOINTS]), String> {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default().replace('\\', "/");
    let numbers: Vec<f32> =
        words.clone().flat_map(str::parse).filter(|v: &f32| v.is_finite()).collect();
    let (joints, _) = numbers.as_chunks::<3>();
    match <[[f32; 3]; JOINTS]>::try_from(joints) {
        Ok(joints) if words.count() == 3 * JOINTS && numbers.len() == 3 * JOINTS => {
            Ok((name, joints))
        }
        _ => Err(format!("{} finite numbers behind the image, and 48 belong there", numbers.len())),
    }
}

/// Reads all images that the files of joints name, in their order. Ids count from 0.
///
/// # Errors
/// [`Error::Label`] for a line that can't be used, [`Error::Empty`] without one; the iterator yields
/// [`Error::Image`] or [`Error::Binary`] for an image that can't be read, and goes on.
pub fn read(path: &Path, options: &HandOptions) -> Result<Samples<Hand>, Error> {
    image::check_size(options.size)?;
    let mut shots = Vec::new();
    for file in files(path) {
        shots.extend(shots_of(&file)?);
    }
    if shots.is_empty() {
        let expected = "labels.txt of ICVL with an image and 48 numbers a line";
        return Err(Error::Empty { path: path.to_owned(), expected });
    }
    let mut account = Account::of("ICVL's depth hands");
    let names = ["u", "v", "d"].map(|axis| (axis, if axis == "d" { "mm" } else { "px" }));
    let column = |k: usize| names.map(|(axis, unit)| format!("{axis}{k}_{unit}"));
    account.extra_columns = (0..JOINTS).flat_map(column).collect();
    for (k, shot) in shots.iter().enumerate() {
        let cells = shot.joints.iter().flatten().map(f32::to_string);
        account.extra.insert(SampleId(k as u64), cells.collect());
    }
    if path.is_dir() {
        let contents = Contents::read(path)?;
        account.pass_over_rest(&contents);
        let named: HashSet<&PathBuf> = shots.iter().map(|shot| &shot.path).collect();
        for name in contents.images.iter().filter(|name| !named.contains(&path.join(name))) {
            account.pass_over(name.clone(), "without a line in labels.txt");
        }
    }
    let options = *options;
    Ok(Samples::new(shots.len(), account, move |k| sample(k as u64, &shots[k], &options)))
}

fn shots_of(file: &Path) -> Result<Vec<Shot>, Error> {
    let bytes = crate::regular::read(file).map_err(Error::io(file, "read the table"))?;
    let text = String::from_utf8_lossy(&bytes);
    let root = file.parent().unwrap_or(Path::new(""));
    let dir = match root.join("Depth") {
        depth if depth.is_dir() => depth,
        _ => root.to_owned(),
    };
    let mut shots = Vec::new();
    for (k, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |field: &str, problem: String| Error::Label {
            path: file.to_owned(),
            line: k as u64 + 1,
            field: field.to_owned(),
            problem,
        };
        let (source, joints) = parse(line).map_err(|problem| wrong("joints", problem))?;
        downwards(&source).map_err(|problem| wrong("image", problem))?;
        if joints[0][2] <= 0.0 {
            return Err(wrong("joints", "the palm lies behind the camera".to_owned()));
        }
        shots.push(Shot { path: dir.join(&source), source, joints });
    }
    Ok(shots)
}

fn sample(id: u64, shot: &Shot, options: &HandOptions) -> Loaded<Hand> {
    let mut depth = frame::load(&shot.path, 1.0)?;
    let camera = DepthCamera::ICVL;
    let mut label = HandLabel {
        camera: Some(camera),
        sensor: Some(DepthSensor::TimeOfFlight),
        source: Some(shot.source.clone()),
        ..HandLabel::default()
    };
    if let Some(size) = options.size {
        let ([u, v, z], half) = (shot.joints[0], options.cube_mm / 2.0);
        let hand = frame::between(&depth, z - half, z + half);
        let crop = frame::crop_of_cube(options.cube_mm, [u, v], z, camera.focal_px, size);
        depth = frame::cut(&hand, &crop, size);
        let center = camera.unproject([u, v].map(f64::from), z.into());
        let center_mm = [center.x, center.y, center.z].map(|v| v as f32);
        label.cube = Some(Cube { center_mm, side_mm: options.cube_mm });
        label.camera = Some(camera.cropped(&crop));
        label.crop = Some(crop);
    }
    Ok((shot.path.clone(), Sample { id: SampleId(id), domain: Domain::Real, frame: depth, label }))
}
