//! The light of a room, drawn from its settings.

use crate::eye::config::EyeConfig;
use crate::eye::lamp::Lamp;
use crate::eye::light::{Light, ambient_of};
use crate::eye::pose::direction;
use crate::eye::spectrum::{black_body, scaled};
use crate::lanes::narrow;
use crate::seed::Stream;
use nalgebra::{Matrix3, Vector3};

// Numbers that are no settings; all are ours: what rooms hold that people photograph themselves in.

/// Brightness of the mirror images of key lamp, second lamp and screen, relative to the setting.
const GLINT_SHARES: [f64; 3] = [1.0, 0.4, 0.3];
/// Share of the lamps that are windows; one has from 1 to fewer than 1 + this many panes across.
const WINDOW_SHARE: f64 = 0.5;
const PANES_MORE: f64 = 3.0;
/// Where the screen is that people look at, below the camera: from these angles on, over these ranges, degrees.
const SCREEN_PITCH_DEG: [f64; 2] = [-8.0, -14.0];
const SCREEN_YAW_DEG: [f64; 2] = [-8.0, 16.0];
/// Where the light from everywhere is brightest: above.
const SKY_PITCH_DEG: [f64; 2] = [0.0, 70.0];
const SKY_YAW_DEG: [f64; 2] = [-60.0, 120.0];
/// What a wholly directed light takes from all directions and gives to its side, of a radiance of 1: so it stays
/// above 0 in all directions but those behind.
const LOBE: [f64; 2] = [0.5, 0.75];
/// What mirrors show above, level and below, relative to the haze of the setting: ceiling, walls, floor.
const ROOM: [f64; 3] = [1.2, 0.6, 0.15];

/// Draws the light in the room's space, because rooms do not turn with heads, and turns it into the
/// head's; LEDs stand beside the camera.
pub(crate) fn draw_light(
    config: &EyeConfig,
    stream: &mut Stream,
    head_from_room: &Matrix3<f64>,
    head_from_camera: &Matrix3<f64>,
    eye_center: Vector3<f64>,
    px_per_mm: f64,
) -> Light {
    let (l, s) = (&config.light, config.spectrum);
    let far = |d: Vector3<f64>| {
        let [x, y, z] = narrow(head_from_room * d);
        [x, y, z, 0.0]
    };
    // Reflections first: their number never changes.
    let mut mirrored = |share: f64| {
        let glint = share * l.glint_strength.draw(stream);
        let half_size = libm::tan(l.glint_size_deg.draw(stream).to_radians());
        let panes =
            if stream.unit() < WINDOW_SHARE { 1 + (PANES_MORE * stream.unit()) as u32 } else { 0 };
        (glint, half_size as f32, panes)
    };
    let images = GLINT_SHARES.map(&mut mirrored);
    let mut lamps: Vec<Lamp> = Vec::new();
    let strengths = [Some(l.key_strength), Some(l.fill_strength), None];
    for ((glint, half_size, panes), strength) in images.into_iter().zip(strengths) {
        // The third is the screen that people look at, below the camera.
        let toward = match strength {
            Some(_) => direction(l.key_pitch_deg.draw(stream), l.key_yaw_deg.draw(stream)),
            None => between_deg(stream, SCREEN_PITCH_DEG, SCREEN_YAW_DEG),
        };
        let strength = strength.map_or(0.0, |range| range.draw(stream));
        let color = black_body(l.lamp_kelvin.draw(stream));
        lamps.push(Lamp {
            place: far(toward),
            color: s.pick(scaled(color, strength)),
            glint: s.pick(scaled(color, glint)),
            half_size,
            widen: 1.0,
            panes: if strength > 0.0 { panes } else { panes.min(1) },
            casts: strength > 0.0,
        });
    }
    let above = between_deg(stream, SKY_PITCH_DEG, SKY_YAW_DEG);
    let falloff = l.falloff.draw(stream);
    let turn = std::f64::consts::TAU * stream.unit();
    let directed = l.ambient_directed.draw(stream);
    let color = black_body(l.ambient_kelvin.draw(stream));
    let shadow = l.shadow.draw(stream) as f32;
    let haze = l.haze.draw(stream);
    let strength = l.led_strength.draw(stream);
    let radius = l.led_radius_mm.draw(stream);
    let coaxial = stream.unit() < l.coaxial_share;
    let each = strength / l.leds_mm.len().max(1) as f64;
    let mut led = |place: Vector3<f64>, strength: f64| {
        let place = head_from_camera * (place - eye_center);
        lamps.push(Lamp::led(s, place, strength, radius, px_per_mm));
    };
    for place in &l.leds_mm {
        let shift = [l.led_shift_mm.draw(stream), l.led_shift_mm.draw(stream)];
        led(Vector3::from(*place) + Vector3::new(shift[0], shift[1], 0.0), each);
    }
    if coaxial {
        led(Vector3::zeros(), strength);
    }
    let lobe = [1.0 - LOBE[0] * directed, LOBE[1] * directed, 0.0];
    let radiance = ambient_of(s, &[(above, lobe, color)]).map(|band| band.turned(head_from_room));
    Light {
        ambient: radiance.map(|band| band.irradiance()),
        radiance,
        lamps,
        sky: ROOM.map(|share| s.pick(scaled(color, haze * share))),
        up: narrow(head_from_room * -Vector3::y()),
        shadow,
        falloff: [(falloff * libm::cos(turn)) as f32, (falloff * libm::sin(turn)) as f32],
    }
}

/// A direction that is even in pitch and yaw, each [from, over], degrees.
fn between_deg(stream: &mut Stream, pitch: [f64; 2], yaw: [f64; 2]) -> Vector3<f64> {
    let pitch = pitch[0] + pitch[1] * stream.unit();
    direction(pitch, yaw[0] + yaw[1] * stream.unit())
}
