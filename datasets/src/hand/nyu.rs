//! The NYU hand pose data set (Tompson et al., ACM TOG 2014): 640x480 Kinect depth and 36 joints.
//!
//! A folder holds `depth_V_NNNNNNN.png` of the views V = 1 to 3, depth in mm as (green << 8) | blue,
//! and `joint_data.mat` with `joint_xyz` [3 views, images, 36, 3], mm, **y up**. Image and label come
//! out with y down: (x, -y, z). With the camera [`DepthCamera::NYU`] that is the files' `joint_uvd`.

use super::{HandOptions, frame};
use crate::chunks::{Loaded, Samples};
use crate::error::Error;
use crate::image;
use crate::mat::{MatFile, Value};
use simulator::sample::{
    Cube, DepthCamera, DepthSensor, Domain, Hand, HandLabel, Joint, JointsNyu, Sample, SampleId,
};
use std::path::{Path, PathBuf};

/// The file of the joints.
const JOINTS: &str = "joint_data.mat";
/// The joint that cubes are centred on.
const PALM: usize = 32;

/// Whether this is a folder of the data set: `train` or `test`.
pub fn is_layout(dir: &Path) -> bool {
    dir.join(JOINTS).is_file()
}

/// One image that is there, and its joints.
struct Shot {
    path: PathBuf,
    source: String,
    joints: JointsNyu,
}

/// Reads `train` or `test`: all images that are there, view by view. Ids are those of the order in the
/// whole data set, so they stay where images are left out.
///
/// # Errors
/// [`Error::Mat`] for a wrong `joint_data.mat`, [`Error::Empty`] without images; the iterator yields
/// [`Error::Image`] or [`Error::Binary`] for an image that can't be read.
pub fn read(dir: &Path, options: &HandOptions) -> Result<Samples<Hand>, Error> {
    image::check_size(options.size)?;
    let shots = shots(dir)?;
    if shots.is_empty() {
        let expected = "depth_1_0000001.png or another image of joint_data.mat";
        return Err(Error::Empty { path: dir.to_owned(), expected });
    }
    let options = *options;
    Ok(Samples::new(shots.len(), move |k| {
        let (id, shot) = &shots[k];
        sample(*id, shot, &options)
    }))
}

/// The images that are there, with their ids.
fn shots(dir: &Path) -> Result<Vec<(u64, Shot)>, Error> {
    let path = dir.join(JOINTS);
    let wrong = |problem: String| Error::Mat { path: path.clone(), byte: 128, problem };
    let bytes = crate::regular::read(&path).map_err(Error::io(&path, "read the file"))?;
    let file = MatFile::new(&bytes).map_err(Error::mat(&path))?;
    let xyz = match file.variable("joint_xyz").map_err(Error::mat(&path))? {
        Some(Value::Numbers(numbers)) => numbers,
        _ => return Err(wrong("`joint_xyz` is missing, or no array of numbers".into())),
    };
    let [views, count, 36, 3] = xyz.dims[..] else {
        let problem = format!("`joint_xyz` is {:?}; [3, images, 36, 3] was expected", xyz.dims);
        return Err(wrong(problem));
    };
    let mut shots = Vec::new();
    for view in 0..views {
        for image in 0..count {
            let source = format!("depth_{}_{:07}.png", view + 1, image + 1);
            let path = dir.join(&source);
            if !path.is_file() {
                continue;
            }
            // MATLAB's first index runs fastest.
            let number = |joint: usize, axis: usize| {
                xyz.at(view + views * (image + count * (joint + 36 * axis)))
            };
            let joints = std::array::from_fn(|joint| {
                let [x, y, z] = [0, 1, 2].map(|axis| number(joint, axis) as f32);
                Joint { place_mm: [x, -y, z], visibility: None }
            });
            if joints.iter().any(|j: &Joint| !j.place_mm.iter().all(|v| v.is_finite())) {
                return Err(wrong(format!("a joint of {source} is not a finite number")));
            }
            if joints[PALM].place_mm[2] <= 0.0 {
                return Err(wrong(format!("the palm of {source} lies behind the camera")));
            }
            shots.push(((view * count + image) as u64, Shot { path, source, joints }));
        }
    }
    Ok(shots)
}

fn sample(id: u64, shot: &Shot, options: &HandOptions) -> Loaded<Hand> {
    let mut depth = frame::load_packed(&shot.path)?;
    let camera = DepthCamera::NYU;
    let mut label = HandLabel {
        camera: Some(camera),
        joints_nyu: Some(shot.joints),
        sensor: Some(DepthSensor::StructuredLight),
        source: Some(shot.source.clone()),
        ..HandLabel::default()
    };
    if let Some(size) = options.size {
        let (palm, half) = (shot.joints[PALM], options.cube_mm / 2.0);
        let [u, v, z] = palm.uvd(&camera);
        let hand = frame::between(&depth, z - half, z + half);
        let crop = frame::crop_of_cube(options.cube_mm, [u, v], z, camera.focal_px, size);
        depth = frame::cut(&hand, &crop, size);
        label.cube = Some(Cube { center_mm: palm.place_mm, side_mm: options.cube_mm });
        label.camera = Some(camera.cropped(&crop));
        label.crop = Some(crop);
    }
    let sample = Sample { id: SampleId(id), domain: Domain::Real, frame: depth, label };
    Ok((shot.path.clone(), sample))
}
