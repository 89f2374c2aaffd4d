//! From a scene to its images: exact depth and parts, and what the sensor makes of them.
//!
//! Only the pixels around the hand are worked on; all others are 0.

use super::cast::{Cast, Shapes};
use super::config::HandConfig;
use super::label;
use super::scene::Scene;
use super::sensor::{self, whole_mm};
use super::surface::Surface;
use crate::sample::{Crop, DepthCamera, DepthSensor, Domain, Frame, Hand, Sample, SampleId};

/// The sensor's image is made this far beyond the crop, px: its matching windows and shadows reach over.
const BEYOND_PX: f64 = 12.0;

/// The sample of this scene.
pub(crate) fn sample(config: &HandConfig, seed: u64, id: SampleId, scene: &Scene) -> Sample<Hand> {
    let surface = Surface::of(&scene.posed);
    let shapes = Shapes::of(&surface);
    let kept = Kept::of(scene);
    let (clean_mm, parts) = clean(scene, &shapes, &kept);
    let frame = match config.sensor.model {
        DepthSensor::Clean => clean_mm.clone(),
        _ => sensed(config, (seed, id.0), scene, &surface, &shapes, &kept),
    };
    let label = label::of(scene, seed, config.sensor.model, clean_mm, parts);
    Sample { id, domain: Domain::Synthetic, frame, label }
}

/// Exact depth, mm, and parts.
fn clean(scene: &Scene, shapes: &Shapes, kept: &Kept) -> (Frame<u16>, Frame<u8>) {
    let [width, height] = scene.size_px;
    let (mut clean_mm, mut parts) = (Frame::zeros(width, height), Frame::zeros(width, height));
    if let Some(area) = Area::of(shapes, &scene.camera, [[0; 2], scene.size_px], 0) {
        let names: Vec<u8> = shapes.parts().iter().map(|part| *part as u8).collect();
        let exact = Cast::of(shapes, &area.camera, area.size_px);
        let [columns, rows] = kept.inside(area.origin_px, area.size_px);
        for y in 0..rows {
            let first = (area.origin_px[1] + y) * width + area.origin_px[0];
            let depths = &mut clean_mm.pixels_mut()[first..];
            let parts = &mut parts.pixels_mut()[first..];
            let exact = exact.row_mm(y)[..columns].iter().zip(exact.row_seen(y));
            for ((z, seen), (depth, part)) in exact.zip(depths.iter_mut().zip(parts)) {
                if *z < f32::INFINITY {
                    *depth = kept.depth_mm(whole_mm(*z));
                    *part = if *depth > 0 { names[*seen as usize] } else { 0 };
                }
            }
        }
    }
    (clean_mm, parts)
}

/// What the sensor saw, mm.
fn sensed(
    config: &HandConfig,
    key: (u64, u64),
    scene: &Scene,
    surface: &Surface,
    shapes: &Shapes,
    kept: &Kept,
) -> Frame<u16> {
    let [width, height] = scene.size_px;
    let image = |area: &Area, wall_shows: bool| {
        let mut cast = Cast::of(shapes, &area.camera, area.size_px);
        cast.face(surface);
        let origin_px = area.origin_px.map(|px| px as i64);
        sensor::depths_mm(&config.sensor, &cast, origin_px, wall_shows, key)
    };
    let Some(crop) = scene.crop else {
        let whole = Area { camera: scene.camera, origin_px: [0; 2], size_px: scene.size_px };
        let depths = image(&whole, true);
        return Frame::from_fn(width, height, |x, y| whole_mm(depths[y * width + x]));
    };
    let mut frame = Frame::zeros(width, height);
    let region = region(config, &crop, scene.size_px);
    let around_px = config.sensor.reach_px();
    if let Some(area) = Area::of(shapes, &config.image.camera, region, around_px) {
        let image = image(&area, false);
        // The sensor's nearest pixel of each column and row of the crop.
        let [columns, rows] = [0, 1].map(|axis| area.nearest(&crop, axis, scene.size_px[axis]));
        let found = [columns.places.len(), rows.places.len()];
        let inside = kept.inside([columns.first, rows.first], found);
        for (k, row) in rows.places[..inside[1]].iter().enumerate() {
            let row = &image[row * area.size_px[0]..][..area.size_px[0]];
            let first = (rows.first + k) * width + columns.first;
            let depths = &mut frame.pixels_mut()[first..];
            for (column, depth) in columns.places[..inside[0]].iter().zip(depths) {
                *depth = kept.depth_mm(whole_mm(row[*column]));
            }
        }
    }
    frame
}

/// Where pixels of an image that follow each other are found in another one, along an axis.
struct Nearest {
    /// The first of them.
    first: usize,
    places: Vec<usize>,
}

/// What an image keeps: what the detector's box lets through, and of it the depths within the cube if it
/// is cut out with one, else all.
struct Kept {
    from_mm: u16,
    to_mm: u16,
    /// The first column and row that are not kept.
    end_px: [usize; 2],
}

impl Kept {
    fn of(scene: &Scene) -> Self {
        let (center_mm, half) = (scene.cube.center_mm[2], 0.5 * scene.cube.side_mm);
        let end_px = scene.window.end_px();
        match scene.crop {
            // Held to what fits in.
            Some(_) => Self {
                from_mm: libm::ceilf(center_mm - half) as u16,
                to_mm: (center_mm + half) as u16,
                end_px,
            },
            None => Self { from_mm: 0, to_mm: u16::MAX, end_px },
        }
    }

    /// How many columns and rows are kept of so many from this pixel on.
    fn inside(&self, first: [usize; 2], size_px: [usize; 2]) -> [usize; 2] {
        [0, 1].map(|i| self.end_px[i].saturating_sub(first[i]).min(size_px[i]))
    }

    #[inline]
    fn depth_mm(&self, depth_mm: u16) -> u16 {
        if self.from_mm <= depth_mm && depth_mm <= self.to_mm { depth_mm } else { 0 }
    }
}

/// The first pixel and the end of the part of the sensor's image that a crop is made from.
fn region(config: &HandConfig, crop: &Crop, size_px: [usize; 2]) -> [[usize; 2]; 2] {
    let sensor = [config.image.sensor_width, config.image.sensor_height].map(f64::from);
    [-BEYOND_PX, BEYOND_PX].map(|beyond| {
        std::array::from_fn::<usize, 2, _>(|i| {
            let at = if beyond < 0.0 { 0.0 } else { size_px[i] as f64 };
            (sensor_px(crop, i, at) + beyond).clamp(0.0, sensor[i]) as usize
        })
    })
}

/// The part of an image that is worked on.
struct Area {
    /// The camera of this part.
    camera: DepthCamera,
    /// Where its first pixel lies in the image.
    origin_px: [usize; 2],
    size_px: [usize; 2],
}

impl Area {
    /// Where these shapes may be seen between two pixels of an image, and so many px around; `None` if
    /// nowhere.
    fn of(
        shapes: &Shapes,
        camera: &DepthCamera,
        [first, end]: [[usize; 2]; 2],
        around_px: usize,
    ) -> Option<Self> {
        let covered = shapes.bounds(camera, end)?;
        let origin_px = [0, 1].map(|i| first[i].max(covered[i].start.saturating_sub(around_px)));
        let end = [0, 1].map(|i| end[i].min(covered[i].end + around_px));
        let size_px = [0, 1].map(|i| end[i].saturating_sub(origin_px[i]));
        let center_px = [0, 1].map(|i| camera.center_px[i] - origin_px[i] as f32);
        let camera = DepthCamera { center_px, ..*camera };
        (!size_px.contains(&0)).then_some(Self { camera, origin_px, size_px })
    }

    /// Its pixels that are nearest to those of a crop of this length along an axis. What lies beside it is
    /// left out.
    fn nearest(&self, crop: &Crop, axis: usize, length: usize) -> Nearest {
        let end = self.size_px[axis] as f64;
        let in_area =
            |px: usize| sensor_px(crop, axis, px as f64) - self.origin_px[axis] as f64 + 0.5;
        let first = (0..length).find(|px| in_area(*px) >= 0.0).unwrap_or(length);
        let inside = (first..length).map(in_area).take_while(|at| *at < end);
        Nearest { first, places: inside.map(|at| at as usize).collect() }
    }
}

/// Where a pixel of the crop lies in the sensor's image along one axis, px.
fn sensor_px(crop: &Crop, axis: usize, px: f64) -> f64 {
    (px - f64::from(crop.shift_px[axis])) / f64::from(crop.scale[axis])
}

#[cfg(test)]
mod tests;
