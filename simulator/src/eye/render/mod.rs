//! From a scene to light on each pixel.
//!
//! The face is found behind the corners of all pixels ([`corners`]), skin is shaded once a pixel
//! ([`skin`]), and so is all that lies between the lids ([`eye`]); pixels that see an eye or a lid's edge
//! are sampled 8 or 16 times for how much of each they hold ([`opening`]), and hair is drawn over it. All of it is generic over
//! [`Real`](crate::lanes::Real), compiled once for AVX2 and once for any
//! machine, with the same bits.

mod appearance;
mod corners;
mod eye;
mod glasses;
mod glints;
mod materials;
mod opening;
mod samples;
mod skin;

pub(crate) use corners::Corners;
pub(crate) use glints::glints;
pub(crate) use materials::{Parts, beyond_tissue, parts, rim_brightness};
pub(crate) use skin::{FINE_PX_PER_MM, skin as skin_at};

use super::glasses::Glasses;
use super::hair;
use super::scene::Scene;
use super::shade::Shade;
use crate::lanes::widest;

/// A linear image before the sensor: `bands` planes (1: luminance or near infrared; 3: red, green,
/// blue), each row by row; 1 is about white skin in ambient light.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Radiance {
    pub width: usize,
    pub height: usize,
    pub bands: usize,
    pub pixels: Vec<f32>,
}

/// What a pixel mostly shows.
pub(crate) mod class {
    pub(crate) const SKIN: u8 = 0;
    pub(crate) const SCLERA: u8 = 1;
    pub(crate) const IRIS: u8 = 2;
    pub(crate) const PUPIL: u8 = 3;
    pub(crate) const GLINT: u8 = 4;
    pub(crate) const LASH: u8 = 5;
    pub(crate) const CARUNCLE: u8 = 6;
    pub(crate) const WET_LINE: u8 = 7;
    /// How many of these a sample of the face can be.
    pub(crate) const COUNT: usize = 8;
    pub(crate) const GLASSES: u8 = 8;
}

/// A picture: its light, and the class of each pixel.
pub(crate) struct Picture {
    pub radiance: Radiance,
    pub mask: Vec<u8>,
}

widest! {
    /// The shade on a scene's face.
    fn shade_of(scene: &Scene, seen: &Corners) -> Shade = Shade::of
}
widest! {
    /// The face behind the corners of a picture's pixels.
    fn corners_of(scene: &Scene) -> Corners = corners::find
}
widest! {
    fn draw_skin<const B: usize>(
        scene: &Scene,
        shade: &Shade,
        corners: &Corners,
        canvas: &mut Canvas,
    ) = skin::draw
}
widest! {
    fn draw_opening<const B: usize>(scene: &Scene, corners: &Corners, canvas: &mut Canvas) =
        opening::draw
}

widest! {
    fn draw_glasses<const B: usize>(scene: &Scene, glasses: &Glasses, canvas: &mut Canvas) =
        glasses::draw
}

/// Renders a scene with the widest instructions of this machine.
pub(crate) fn picture(scene: &Scene) -> Picture {
    picture_with(scene, true)
}

/// Renders a scene with the widest instructions or with plain ones.
fn picture_with(scene: &Scene, wide: bool) -> Picture {
    match scene.spectrum.bands() {
        1 => draw::<1>(scene, wide),
        _ => draw::<3>(scene, wide),
    }
}

/// The planes of a picture in the making; rows are padded to whole vectors.
pub(crate) struct Canvas {
    pub width: usize,
    pub height: usize,
    pub stride: usize,
    pub planes: Vec<Vec<f32>>,
    pub mask: Vec<u8>,
}

fn draw<const B: usize>(scene: &Scene, wide: bool) -> Picture {
    let (width, height) = (scene.camera.width as usize, scene.camera.height as usize);
    let stride = width.next_multiple_of(8);
    let mut canvas = Canvas {
        width,
        height,
        stride,
        planes: vec![vec![0.0; stride * height]; B],
        mask: vec![class::SKIN; width * height],
    };
    let corners = corners_of(wide, scene);
    let shade = shade_of(wide, scene, &corners);
    draw_skin::<B>(wide, scene, &shade, &corners, &mut canvas);
    draw_opening::<B>(wide, scene, &corners, &mut canvas);
    hair::draw(scene, &shade, &corners, &mut canvas);
    if let Some(glasses) = &scene.glasses {
        draw_glasses::<B>(wide, scene, glasses, &mut canvas);
    }
    light_falloff(scene, &mut canvas);
    let mut pixels = Vec::with_capacity(B * width * height);
    for plane in &canvas.planes {
        for row in plane.chunks_exact(stride) {
            pixels.extend_from_slice(&row[..width]);
        }
    }
    Picture { radiance: Radiance { width, height, bands: B, pixels }, mask: canvas.mask }
}

/// Brighter light on one side of the crop than on the other.
fn light_falloff(scene: &Scene, canvas: &mut Canvas) {
    let [fx, fy] = scene.light.falloff.map(f64::from);
    if fx == 0.0 && fy == 0.0 {
        return;
    }
    let factors = |strength: f64, count: usize| -> Vec<f32> {
        let at = |k: usize| 2.0 * strength * ((k as f64) / count as f64 - 0.5);
        (0..count).map(|k| libm::exp(at(k)) as f32).collect()
    };
    let (across, down) = (factors(fx, canvas.width), factors(fy, canvas.height));
    for plane in &mut canvas.planes {
        for (row, down) in plane.chunks_exact_mut(canvas.stride).zip(&down) {
            for (pixel, across) in row.iter_mut().zip(&across) {
                *pixel *= across * down;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::eye::EyeConfig;

    #[test]
    fn every_machine_renders_the_same_bits() {
        for name in ["mpiigaze", "wide"] {
            let config = EyeConfig::preset(name).unwrap();
            for id in 0..20 {
                let scene = Scene::draw(&config, 4, id);
                let (fast, plain) = (picture(&scene), picture_with(&scene, false));
                assert_eq!(fast.radiance, plain.radiance, "{name} {id}");
                assert_eq!(fast.mask, plain.mask, "{name} {id}");
            }
        }
    }
}
