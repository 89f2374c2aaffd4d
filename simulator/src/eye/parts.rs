//! The parts of a scene, drawn from their settings.

use super::config::EyeConfig;
use super::face::Face;
use super::iris::Iris;
use super::lashes::Lash;
use super::lids::{Lids, Shape};
use super::light::{BROW_V, Lamp, Light, NOSE_X};
use super::scene::direction;
use super::skin::Skin;
use crate::seed::Stream;
use nalgebra::{Matrix3, Vector2};
use std::f64::consts::{FRAC_PI_2, TAU};

/// Colour and texture of an iris.
pub(crate) fn draw_iris(config: &EyeConfig, identity: &mut Stream) -> Iris {
    let i = &config.iris;
    // Choose the colour by its frequency.
    let mut left = identity.unit() * i.color_weights.iter().sum::<f64>();
    let class = i.color_weights.iter().position(|&weight| {
        left -= weight;
        left < 0.0
    });
    let albedo = i.color_albedo[class.unwrap_or(0)];
    Iris {
        albedo: albedo * (0.7 + 0.6 * identity.unit()),
        sclera_albedo: config.eyeball.sclera_albedo.draw(identity),
        contrast: i.texture_contrast.draw(identity),
        limbal_ring: i.limbal_ring.draw(identity),
        limbus_width: i.limbus_width_mm.draw(identity),
        seed: identity.word(),
    }
}

/// Lids of a person, in the opening of this moment.
pub(crate) fn draw_shape(config: &EyeConfig, identity: &mut Stream, moment: &mut Stream) -> Shape {
    let l = &config.lids;
    let blinks = moment.unit() < l.blink_share;
    let closure = moment.unit();
    Shape {
        width: l.fissure_width_mm.draw(identity),
        middle: Vector2::new(
            l.canthi_temporal_mm.draw(identity),
            l.canthi_height_mm.draw(identity),
        ),
        tilt_rad: l.canthal_tilt_deg.draw(identity).to_radians(),
        upper_offset: l.upper_offset_mm.draw(identity),
        lower_offset: l.lower_offset_mm.draw(identity),
        upper_peak: l.upper_peak.draw(identity),
        lower_peak: l.lower_peak.draw(identity),
        roundness: l.roundness.draw(identity),
        caruncle: l.caruncle_mm.draw(identity),
        squint: l.squint_mm.draw(moment),
        closure: if blinks { closure } else { 0.0 },
        crease_height: l.crease_height_mm.draw(identity),
        crease_depth: l.crease_depth_mm.draw(identity),
        second_crease: {
            let has = identity.unit() < l.second_crease_share;
            let height = 1.2 + 1.5 * identity.unit();
            if has { height } else { 0.0 }
        },
        bag: config.face.bag_mm.draw(identity),
        lash_line: l.lash_line_mm.draw(identity),
        lash_line_darkness: l.lash_line_darkness.draw(identity),
        wet_rim: l.wet_rim.draw(moment),
    }
}

/// Skin of a person.
pub(crate) fn draw_skin(config: &EyeConfig, identity: &mut Stream, moment: &mut Stream) -> Skin {
    let f = &config.face;
    let has_brow = moment.unit() < f.eyebrow_share;
    let height = f.eyebrow_height_mm.draw(identity);
    Skin {
        albedo: f.skin_albedo.draw(identity),
        contrast: f.skin_contrast.draw(identity),
        orbit_darkness: f.orbit_darkness.draw(identity),
        eyebrow_height: if has_brow { height } else { 1e3 },
        seed: identity.word(),
    }
}

/// Draws the light in camera space: rooms do not turn with heads.
pub(crate) fn draw_light(
    config: &EyeConfig,
    stream: &mut Stream,
    face: &Face,
    lids: &Lids,
) -> Light {
    let l = &config.light;
    let mut lamp = |strength: f64, pitch: f64, yaw: f64, glint: f64| Lamp {
        direction: direction(pitch, yaw),
        strength,
        glint: glint * l.glint_strength.draw(stream),
        half_size: l.glint_size_deg.draw(stream).to_radians().tan(),
        square: stream.unit() < 0.5,
    };
    // Reflections first: their number never changes.
    let (mut key, mut fill, mut screen) =
        (lamp(0.0, 0.0, 0.0, 1.0), lamp(0.0, 0.0, 0.0, 0.4), lamp(0.0, 0.0, 0.0, 0.3));
    key.direction = direction(l.key_pitch_deg.draw(stream), l.key_yaw_deg.draw(stream));
    key.strength = l.key_strength.draw(stream);
    fill.direction = direction(l.key_pitch_deg.draw(stream), l.key_yaw_deg.draw(stream));
    fill.strength = l.fill_strength.draw(stream);
    // The screen that people look at, below the camera.
    screen.direction = direction(-8.0 - 14.0 * stream.unit(), -8.0 + 16.0 * stream.unit());
    screen.square = true;
    let ambient = direction(70.0 * stream.unit(), -60.0 + 120.0 * stream.unit());
    let falloff = l.falloff.draw(stream);
    let toward = TAU * stream.unit();
    Light {
        ambient_direction: ambient,
        ambient_directed: l.ambient_directed.draw(stream),
        lamps: [key, fill, screen],
        shadow: l.shadow.draw(stream),
        falloff: [falloff * toward.cos(), falloff * toward.sin()],
        haze: l.haze.draw(stream),
        nose_top: face.height(lids, NOSE_X, 0.0),
        brow_top: face.height(lids, 0.0, BROW_V),
    }
}

impl Light {
    /// The same light in a space turned by `rotation`.
    pub(crate) fn turned(mut self, rotation: &Matrix3<f64>) -> Self {
        self.ambient_direction = rotation * self.ambient_direction;
        for lamp in &mut self.lamps {
            lamp.direction = rotation * lamp.direction;
        }
        self
    }
}

/// All lashes of a person, and their opacity.
pub(crate) fn draw_lashes(
    config: &EyeConfig,
    identity: &mut Stream,
    each: &mut Stream,
) -> (Vec<Lash>, f64) {
    let h = &config.lashes;
    let count = h.count.draw(identity).round() as usize;
    let length = h.length_mm.draw(identity);
    let thickness = h.thickness_mm.draw(identity);
    let opacity = h.opacity.draw(identity);
    let rise = -0.35 + 0.5 * identity.unit();
    let curl = 0.6 + 0.9 * identity.unit();
    let lashes = (0..count + count / 2)
        .map(|k| {
            let upper = k < count;
            let (place, vary) = (0.1 + 0.87 * each.unit(), 0.75 + 0.5 * each.unit());
            let splay = 1.1 * (place - 0.45) + 0.15 * each.normal();
            let turn = 0.12 * each.normal();
            let (size, sign) = if upper { (1.0, 1.0) } else { (0.6, -1.0) };
            Lash {
                upper,
                place,
                length: length * vary * size,
                thickness: thickness * size,
                splay,
                rise: if upper { rise + turn } else { -0.25 * FRAC_PI_2 + turn },
                curl: sign * curl * size,
            }
        })
        .collect();
    (lashes, opacity)
}
