//! From a scene to its images: exact depth and parts, and what the sensor makes of them.

use super::cast::{Cast, cast};
use super::config::HandConfig;
use super::framing::Window;
use super::label;
use super::scene::Scene;
use super::sensor;
use super::surface::Surface;
use crate::sample::{
    Crop, Cube, DepthCamera, DepthSensor, Domain, Frame, Hand, HandPart, Sample, SampleId,
};

/// The sensor's image is made this far beyond the crop, px: its matching windows and shadows reach over.
const BEYOND_PX: f64 = 12.0;

/// The sample of this scene.
pub(crate) fn sample(config: &HandConfig, seed: u64, id: SampleId, scene: &Scene) -> Sample<Hand> {
    let surface = Surface::of(&scene.posed);
    let exact = cast(&surface, &scene.camera, scene.size_px);
    let [width, height] = scene.size_px;
    let kept = Kept::of(scene);
    let clean_mm = sensor::clean(&exact);
    let clean_mm = Frame::from_fn(width, height, |x, y| kept.depth_mm(x, y, clean_mm.get(x, y)));
    let parts = Frame::from_fn(width, height, |x, y| {
        let part = exact.part(&surface, x, y);
        if clean_mm.get(x, y) > 0 { part as u8 } else { HandPart::Background as u8 }
    });
    let frame = match (config.sensor.model, scene.crop) {
        (DepthSensor::Clean, _) => clean_mm.clone(),
        (_, None) => sensor::apply(&config.sensor, &surface, &exact, [0, 0], true, (seed, id.0)),
        (_, Some(crop)) => {
            let region = Region::of(config, &crop, scene.size_px);
            let seen = region.cast(&surface);
            let origin = region.origin_px.map(|px| px as i64);
            let image = sensor::apply(&config.sensor, &surface, &seen, origin, false, (seed, id.0));
            Frame::from_fn(width, height, |x, y| {
                kept.depth_mm(x, y, region.nearest(&image, &crop, x, y).unwrap_or(0))
            })
        }
    };
    let label = label::of(scene, seed, config.sensor.model, clean_mm, parts);
    Sample { id, domain: Domain::Synthetic, frame, label }
}

/// What an image keeps: what the detector's box lets through, and of it the depths within the cube if it
/// is cut out with one, else all.
struct Kept {
    from_mm: f32,
    to_mm: f32,
    window: Window,
}

impl Kept {
    fn of(scene: &Scene) -> Self {
        let Cube { center_mm, side_mm } = scene.cube;
        match scene.crop {
            Some(_) => {
                let [from_mm, to_mm] = [-0.5, 0.5].map(|share| center_mm[2] + share * side_mm);
                Self { from_mm, to_mm, window: scene.window }
            }
            None => Self { from_mm: 0.0, to_mm: f32::INFINITY, window: scene.window },
        }
    }

    fn depth_mm(&self, x: usize, y: usize, depth_mm: u16) -> u16 {
        let within = (self.from_mm..=self.to_mm).contains(&f32::from(depth_mm));
        if within && self.window.shows(x, y) { depth_mm } else { 0 }
    }
}

/// The part of the sensor's image that a crop is made from.
struct Region {
    camera: DepthCamera,
    /// Where its first pixel lies in the sensor's image.
    origin_px: [usize; 2],
    size_px: [usize; 2],
}

impl Region {
    fn of(config: &HandConfig, crop: &Crop, size_px: [usize; 2]) -> Self {
        let sensor = [config.image.sensor_width, config.image.sensor_height].map(f64::from);
        let [first, end] = [-BEYOND_PX, BEYOND_PX].map(|beyond| {
            std::array::from_fn::<usize, 2, _>(|i| {
                let at = if beyond < 0.0 { 0.0 } else { size_px[i] as f64 };
                // A region of no pixel is none: keep at least one.
                let most = if beyond < 0.0 { sensor[i] - 1.0 } else { sensor[i] };
                let least = if beyond < 0.0 { 0.0 } else { 1.0 };
                (sensor_px(crop, i, at) + beyond).floor().clamp(least, most) as usize
            })
        });
        let mut camera = config.image.camera;
        for (center, first) in camera.center_px.iter_mut().zip(first) {
            *center -= first as f32;
        }
        let size_px = [0, 1].map(|i| end[i].saturating_sub(first[i]).max(1));
        Self { camera, origin_px: first, size_px }
    }

    fn cast(&self, surface: &Surface) -> Cast {
        cast(surface, &self.camera, self.size_px)
    }

    /// What the sensor saw at a pixel of the crop: its nearest pixel, or `None` beside the sensor.
    fn nearest(&self, image: &Frame<u16>, crop: &Crop, x: usize, y: usize) -> Option<u16> {
        let at = |i: usize, px: usize| {
            let in_region = sensor_px(crop, i, px as f64) - self.origin_px[i] as f64 + 0.5;
            let whole = in_region.floor();
            (whole >= 0.0 && whole < self.size_px[i] as f64).then_some(whole as usize)
        };
        Some(image.get(at(0, x)?, at(1, y)?))
    }
}

/// Where a pixel of the crop lies in the sensor's image along one axis, px.
fn sensor_px(crop: &Crop, axis: usize, px: f64) -> f64 {
    (px - f64::from(crop.shift_px[axis])) / f64::from(crop.scale[axis])
}

#[cfg(test)]
mod tests;
