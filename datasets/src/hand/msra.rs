//! The MSRA hand data set (Sun et al., CVPR 2015): patches of depth of a time-of-flight camera and 21
//! joints.
//!
//! A root holds `P0` to `P8`, each a folder for every gesture with `NNNNNN_depth.bin` and `joint.txt`.
//! A patch is six unsigned numbers of 32 bits, little endian: width and height of the sensor's image
//! and left, top, right, bottom of the patch in it, then (right - left) * (bottom - top) floats of
//! depth, mm, 0 = no return. `joint.txt` is the number of images and a line of 63 numbers for each:
//! x, y, z of wrist, then of index, middle, ring, little finger and thumb four each, mm, **y up and z
//! towards the viewer**. Labels come out with y down and z forward, the thumb first: (x, -y, -z).

use super::{HandOptions, frame};
use crate::chunks::{Loaded, Samples};
use crate::error::Error;
use crate::image::{self, MAX_SIDE_PX};
use simulator::sample::{
    Cube, DepthCamera, DepthSensor, Domain, Frame, Hand, HandLabel, Joint, JointsCommon, Sample,
    SampleId,
};
use std::fs;
use std::path::{Path, PathBuf};

/// The file of the joints of a gesture.
const JOINTS: &str = "joint.txt";
/// Length of the header of a patch, bytes.
const HEADER: usize = 24;

/// Whether this is the data set, one of its people, or one gesture.
pub fn is_layout(dir: &Path) -> bool {
    !gestures(dir).is_empty()
}

/// The folders of gestures in a root, in a person's folder, or this one; by name.
fn gestures(dir: &Path) -> Vec<PathBuf> {
    let mut level = vec![dir.to_owned()];
    for _ in 0..3 {
        let found: Vec<_> = level.iter().filter(|d| d.join(JOINTS).is_file()).cloned().collect();
        if !found.is_empty() {
            return found;
        }
        let entries = level.iter().flat_map(|d| fs::read_dir(d).into_iter().flatten().flatten());
        let mut below: Vec<_> = entries.map(|e| e.path()).filter(|path| path.is_dir()).collect();
        below.sort();
        level = below;
    }
    Vec::new()
}

/// One patch and its joints.
struct Shot {
    path: PathBuf,
    source: String,
    gesture: String,
    subject: Option<String>,
    joints: JointsCommon,
}

/// Reads all patches, person by person and gesture by gesture. Ids count from 0.
///
/// # Errors
/// [`Error::Empty`] without gestures, [`Error::Label`] for a wrong `joint.txt`; the iterator yields
/// [`Error::Binary`] for a patch that is cut or wrong.
pub fn read(dir: &Path, options: &HandOptions) -> Result<Samples<Hand>, Error> {
    image::check_size(options.size)?;
    let mut shots = Vec::new();
    for gesture in gestures(dir) {
        shots.extend(shots_of(dir, &gesture)?);
    }
    if shots.is_empty() {
        let expected = "folder P0 to P8 with gestures that have a joint.txt";
        return Err(Error::Empty { path: dir.to_owned(), expected });
    }
    let options = *options;
    Ok(Samples::new(shots.len(), move |k| sample(k as u64, &shots[k], &options)))
}

fn shots_of(root: &Path, gesture: &Path) -> Result<Vec<Shot>, Error> {
    let path = gesture.join(JOINTS);
    let wrong = |line: usize, field: &str, problem: String| Error::Label {
        path: path.clone(),
        line: line as u64 + 1,
        field: field.to_owned(),
        problem,
    };
    let bytes = crate::regular::read(&path).map_err(Error::io(&path, "read the table"))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().enumerate();
    let first = lines.next().map_or("", |(_, line)| line).trim();
    let Ok(count) = first.parse::<usize>() else {
        return Err(wrong(0, "count", format!("{first:?} is no number of images")));
    };
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
    let person = name(gesture.parent().unwrap_or(gesture));
    let subject = person.filter(|name| name.starts_with('P') && name.len() <= 3);
    let mut shots = Vec::new();
    for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
        let numbers: Vec<f32> = text.split_whitespace().flat_map(str::parse).collect();
        let n = text.split_whitespace().count();
        if numbers.len() != 63 || n != 63 || !numbers.iter().all(|v| v.is_finite()) {
            let problem = format!("{} finite numbers of {n}, and 63 belong there", numbers.len());
            return Err(wrong(line, "joints", problem));
        }
        let path = gesture.join(format!("{:06}_depth.bin", shots.len()));
        let joints = joints(&numbers);
        if let Some(bad) = joints.iter().position(|joint| joint.place_mm[2] <= 0.0) {
            let problem =
                format!("joint {bad} lies behind the camera; z is negative in front of it");
            return Err(wrong(line, "joints", problem));
        }
        let source = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let gesture = name(gesture).unwrap_or_default();
        shots.push(Shot { path, source, gesture, subject: subject.clone(), joints });
    }
    if shots.len() != count {
        let problem = format!("{count} images are announced and {} lines follow", shots.len());
        return Err(wrong(0, "count", problem));
    }
    Ok(shots)
}

/// The joints in our order and space.
fn joints(numbers: &[f32]) -> JointsCommon {
    std::array::from_fn(|joint| {
        // The wrist, the thumb from the file's end, the fingers from before it.
        let from = match joint {
            0 => 0,
            1..5 => joint + 16,
            _ => joint - 4,
        };
        let [x, y, z] = [0, 1, 2].map(|axis| numbers[3 * from + axis]);
        Joint { place_mm: [x, -y, -z], visibility: None }
    })
}

/// The sensor's image with a patch in it.
fn load(path: &Path) -> Result<Frame<u16>, Error> {
    let bytes = crate::regular::read(path).map_err(Error::io(path, "read the file"))?;
    let wrong =
        |byte: usize, problem: String| Error::Binary { path: path.to_owned(), byte, problem };
    let Some((header, depth)) = bytes.split_at_checked(HEADER) else {
        let problem = format!("the file ends within its header of {HEADER} bytes");
        return Err(wrong(bytes.len(), problem));
    };
    let mut numbers = [0; 6];
    for (number, bytes) in numbers.iter_mut().zip(header.as_chunks::<4>().0) {
        *number = u32::from_le_bytes(*bytes) as usize;
    }
    let [width, height, left, top, right, bottom] = numbers;
    if !(1..=MAX_SIDE_PX).contains(&width) || !(1..=MAX_SIDE_PX).contains(&height) {
        let problem = format!("an image of {width}x{height} px; a side has 1 to {MAX_SIDE_PX} px");
        return Err(wrong(0, problem));
    }
    if left >= right || top >= bottom || right > width || bottom > height {
        let patch = format!("{left} to {right}, {top} to {bottom}");
        return Err(wrong(8, format!("a patch of {patch} px in an image of {width}x{height}")));
    }
    let (w, h) = (right - left, bottom - top);
    if depth.len() != 4 * w * h {
        let problem =
            format!("{} bytes follow, and a patch of {w}x{h} px has {}", depth.len(), 4 * w * h);
        return Err(wrong(HEADER, problem));
    }
    let mut pixels = vec![0u16; width * height];
    for (k, bytes) in depth.as_chunks::<4>().0.iter().enumerate() {
        let mm = f32::from_le_bytes(*bytes);
        if !(0.0..=f32::from(u16::MAX)).contains(&mm) {
            return Err(wrong(
                HEADER + 4 * k,
                format!("a depth of {mm} mm; 0 to 65535 is possible"),
            ));
        }
        pixels[(top + k / w) * width + left + k % w] = mm.round() as u16;
    }
    Frame::new(width, height, pixels).map_err(|e| wrong(0, e.to_string()))
}

fn sample(id: u64, shot: &Shot, options: &HandOptions) -> Loaded<Hand> {
    let mut depth = load(&shot.path)?;
    let camera = DepthCamera::ICVL;
    let mut label = HandLabel {
        camera: Some(camera),
        joints_common: Some(shot.joints),
        sensor: Some(DepthSensor::TimeOfFlight),
        gesture: Some(shot.gesture.clone()),
        subject: shot.subject.clone(),
        source: Some(shot.source.clone()),
        ..HandLabel::default()
    };
    if let Some(size) = options.size {
        let Some((middle, z)) = frame::middle(&depth) else {
            let problem = "the patch holds no depth at all".to_owned();
            return Err(Error::Binary { path: shot.path.clone(), byte: HEADER, problem });
        };
        let center = camera.unproject(middle.map(f64::from), z.into());
        let crop = frame::crop_of_cube(options.cube_mm, middle, z, camera.focal_px, size);
        depth = frame::cut(&depth, &crop, size);
        let center_mm = [center.x, center.y, center.z].map(|v| v as f32);
        label.cube = Some(Cube { center_mm, side_mm: options.cube_mm });
        label.camera = Some(camera.cropped(&crop));
        label.crop = Some(crop);
    }
    Ok((shot.path.clone(), Sample { id: SampleId(id), domain: Domain::Real, frame: depth, label }))
}
