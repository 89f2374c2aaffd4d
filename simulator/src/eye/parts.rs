//! The parts of a scene, drawn from their settings.

use super::config::EyeConfig;
use super::face::Face;
use super::hair::{Hair, Root};
use super::iris::Iris;
use super::lamp::Lamp;
use super::lids::Shape;
use super::light::{Light, ambient_of};
use super::pose::direction;
use super::sclera::Sclera;
use super::skin::Skin;
use super::skin_color;
use super::spectrum::{Bands, black_body, blend, flat, scaled, zip};
use crate::lanes::narrow;
use crate::sample::{IrisColor, Spectrum};
use crate::seed::Stream;
use nalgebra::{Matrix3, Vector2, Vector3};

/// Reflectance of the iris's outer zone and of the zone within the collarette, by class: dark brown,
/// brown, hazel, green, blue, grey. In the near infrared they hardly differ.
const IRIS: [[Bands; 2]; 6] = [
    [[0.050, 0.026, 0.013, 0.24], [0.060, 0.030, 0.014, 0.24]],
    [[0.125, 0.068, 0.030, 0.26], [0.140, 0.070, 0.028, 0.26]],
    [[0.165, 0.130, 0.062, 0.26], [0.190, 0.110, 0.040, 0.27]],
    [[0.115, 0.125, 0.080, 0.24], [0.150, 0.115, 0.055, 0.26]],
    [[0.120, 0.160, 0.215, 0.22], [0.165, 0.170, 0.170, 0.24]],
    [[0.170, 0.190, 0.205, 0.24], [0.180, 0.180, 0.175, 0.24]],
];

/// Sclera relative to its brightness: off-white; and the share that a vein takes of each band.
const SCLERA: Bands = [1.08, 1.0, 0.93, 1.02];
const VEIN: Bands = [0.22, 0.72, 0.68, 0.12];

/// Texture of an iris and of the white around it, and what labels say of them.
pub(crate) struct Irises {
    pub iris: Iris,
    pub sclera: Sclera,
    pub color: IrisColor,
    /// Mean linear reflectance.
    pub rgb: [f32; 3],
}

/// Colour and texture of an iris, and of the white around it.
pub(crate) fn draw_iris(config: &EyeConfig, looks: &mut Stream) -> Irises {
    let (i, s) = (&config.iris, config.spectrum);
    // Choose the colour by its frequency.
    let mut left = looks.unit() * i.color_weights.iter().sum::<f64>();
    let class = i.color_weights.iter().position(|&weight| {
        left -= weight;
        left < 0.0
    });
    let class = class.unwrap_or(0);
    let [outer, inner] = IRIS[class];
    let vary = 0.7 + 0.6 * looks.unit();
    let ring = looks.unit();
    let white = config.eyeball.sclera_albedo.draw(looks);
    let yellow = 0.12 * looks.unit();
    let sclera = zip(scaled(SCLERA, white), [0.0, 0.25, 1.0, 0.0], |c, y| c * (1.0 - yellow * y));
    let iris = Iris {
        outer: s.pick(scaled(outer, vary)),
        inner: s.pick(scaled(blend(outer, inner, ring), vary)),
        contrast: i.texture_contrast.draw(looks) as f32,
        limbal_ring: i.limbal_ring.draw(looks) as f32,
        limbus_width: i.limbus_width_mm.draw(looks) as f32,
        collarette: (0.7 + 0.9 * looks.unit()) as f32,
        crypts: i.crypts.draw(looks) as f32,
        footprint: 0.0,
        seed: looks.word(),
        pupil: s.pick(flat(i.pupil_albedo.draw(looks))),
    };
    let sclera = Sclera {
        albedo: s.pick(sclera),
        vein: s.pick(VEIN),
        veins: i.veins.draw(looks) as f32,
        seed: looks.word(),
    };
    let mean = scaled(blend(outer, inner, 0.3 * ring), vary);
    let rgb = [mean[0] as f32, mean[1] as f32, mean[2] as f32];
    Irises { iris, sclera, color: IrisColor::ALL[class], rgb }
}

/// Colour of the lids' edges and of the inner corner relative to the skin beside them.
pub(crate) fn tissue(spectrum: Spectrum) -> [f32; 3] {
    spectrum.pick([1.05, 0.84, 0.86, 1.0])
}

/// Lids of a person at this moment, not blinking.
pub(crate) fn draw_shape(config: &EyeConfig, identity: &mut Stream, moment: &mut Stream) -> Shape {
    let l = &config.lids;
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
        closure: 0.0,
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
        upper_edge: l.upper_edge_mm.draw(identity),
        lower_edge: l.lower_edge_mm.draw(identity),
    }
}

/// The relief of a person's face around an eyeball of this radius.
pub(crate) fn draw_face(config: &EyeConfig, identity: &mut Stream, radius: f64) -> Face {
    let f = &config.face;
    Face {
        eye_radius: radius as f32,
        lid_radius: radius as f32 + 1.3,
        nose: f.nose_mm.draw(identity) as f32,
        brow: f.brow_mm.draw(identity) as f32,
        hollow: f.hollow_mm.draw(identity) as f32,
        cheek: f.cheek_mm.draw(identity) as f32,
        trough: f.trough_mm.draw(identity) as f32,
        bulge: [0.0; 3],
    }
}

/// What a person's skin holds.
pub(crate) struct Pigments {
    pub melanin: f64,
    pub blood: f64,
    /// Individual typology angle, radians.
    pub typology: f64,
}

/// Skin of a person.
pub(crate) fn draw_skin(config: &EyeConfig, looks: &mut Stream) -> (Skin, Pigments) {
    let (f, s) = (&config.face, config.spectrum);
    let (low, high) = (libm::log(f.melanin.min), libm::log(f.melanin.max));
    let melanin = libm::exp(low + (high - low) * looks.unit());
    let blood = f.blood.draw(looks);
    let eumelanin = 0.5 + 0.4 * looks.unit();
    let base = skin_color::reflectance(melanin, blood, eumelanin);
    // What more of either would take away.
    let more = |m: f64, b: f64| {
        let changed = skin_color::reflectance(m, b, eumelanin);
        let taken = |from: f32, to: f32| if from > 0.0 { 1.0 - to / from } else { 0.0 };
        let (from, to) = (s.pick(base), s.pick(changed));
        [0, 1, 2].map(|k| taken(from[k], to[k]))
    };
    let skin = Skin {
        albedo: s.pick(base),
        melanin: more((2.2 * melanin + 0.02).min(0.5), blood),
        blood: more(melanin, (2.0 * blood + 0.012).min(0.32)),
        contrast: f.skin_contrast.draw(looks) as f32,
        orbit_darkness: f.orbit_darkness.draw(looks) as f32,
        freckles: f.freckles.draw(looks).max(0.0) as f32,
        wrinkles: f.wrinkles.draw(looks) as f32,
        shine: f.shine.draw(looks) as f32,
        footprint: 0.0,
        seed: looks.word(),
    };
    let typology = skin_color::typology_deg(base).to_radians();
    (skin, Pigments { melanin, blood, typology })
}

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
        let panes = if stream.unit() < 0.5 { 1 + (3.0 * stream.unit()) as u32 } else { 0 };
        (glint, half_size as f32, panes)
    };
    let images = [mirrored(1.0), mirrored(0.4), mirrored(0.3)];
    let mut lamps: Vec<Lamp> = Vec::new();
    let strengths = [Some(l.key_strength), Some(l.fill_strength), None];
    for ((glint, half_size, panes), strength) in images.into_iter().zip(strengths) {
        // The third is the screen that people look at, below the camera.
        let toward = match strength {
            Some(_) => direction(l.key_pitch_deg.draw(stream), l.key_yaw_deg.draw(stream)),
            None => direction(-8.0 - 14.0 * stream.unit(), -8.0 + 16.0 * stream.unit()),
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
    let above = direction(70.0 * stream.unit(), -60.0 + 120.0 * stream.unit());
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
    let lobe = [1.0 - 0.5 * directed, 0.75 * directed, 0.0];
    let radiance = ambient_of(s, &[(above, lobe, color)]).map(|band| band.turned(head_from_room));
    Light {
        ambient: radiance.map(|band| band.irradiance()),
        radiance,
        lamps,
        sky: [1.2, 0.6, 0.15].map(|share| s.pick(scaled(color, haze * share))),
        up: narrow(head_from_room * -Vector3::y()),
        shadow,
        falloff: [(falloff * libm::cos(turn)) as f32, (falloff * libm::sin(turn)) as f32],
    }
}

/// All hair of a person.
pub(crate) struct Hairs {
    pub hairs: Vec<Hair>,
    /// Lashes of the upper and of the lower lid.
    pub lashes: [usize; 2],
    /// Reflectance in the camera's bands.
    pub color: [f32; 3],
    pub opacity: f32,
    pub shadow: f32,
}

/// Draws lashes and brow; of the brow, hairs that root lower than `top_mm`, above which nothing is
/// seen.
pub(crate) fn draw_hair(
    config: &EyeConfig,
    identity: &mut Stream,
    each: &mut Stream,
    top_mm: f64,
) -> Hairs {
    let (h, f) = (&config.lashes, &config.face);
    let count = h.count.draw(identity).round() as usize;
    let length = h.length_mm.draw(identity);
    let thickness = h.thickness_mm.draw(identity);
    let opacity = h.opacity.draw(identity);
    let rise = -0.35 + 0.5 * identity.unit();
    let curl = 0.6 + 0.9 * identity.unit();
    let red = h.hair_albedo.draw(identity);
    let color = config.spectrum.pick([red, 0.66 * red, 0.4 * red, 0.04 + 0.9 * red]);
    let lower = count / 2;
    let brow = f.eyebrow_hairs.draw(identity).round() as usize;
    let brow_length = f.eyebrow_length_mm.draw(identity);
    let brow_height = f.eyebrow_height_mm.draw(identity);
    let brow_arch = 0.006 + 0.006 * identity.unit();
    let mut hairs = Vec::with_capacity(count + lower + brow);
    for k in 0..count + lower {
        let upper = k < count;
        // Evenly along the lid, a little out of place, in clumps.
        let (n, of) = if upper { (k, count) } else { (k - count, lower) };
        let place = 0.1 + 0.87 * (n as f64 + each.unit()) / of as f64;
        let vary = 0.7 + 0.5 * each.unit();
        let clump = libm::sin(place * 60.0) * 0.12;
        let splay = 1.1 * (place - 0.45) + 0.12 * each.normal() - clump;
        let turn = 0.12 * each.normal();
        let (size, sign) = if upper { (1.0, 1.0) } else { (0.6, -1.0) };
        let root = place as f32;
        let root = if upper { Root::UpperLid(root) } else { Root::LowerLid(root) };
        let rise = if upper { rise + turn } else { -0.4 + turn };
        let (length, thickness) = (length * vary * size, thickness * size);
        hairs.push(Hair::new(root, length, thickness, splay, rise, sign * curl * size));
    }
    for k in 0..brow {
        // From beside the nose to above the temple, thinner at both ends.
        let along = (k as f64 + each.unit()) / brow as f64;
        let x = -20.0 + 46.0 * along;
        let width = 3.2 * (4.0 * along * (1.0 - along)).sqrt().max(0.25) * (1.15 - 0.5 * along);
        let middle = brow_height + 3.0 - brow_arch * (x - 8.0) * (x - 8.0);
        let across = each.unit() - 0.5;
        // At the inner end hairs stand up, further out they lie towards the temple.
        let lean = 0.25 + 2.6 * along - 0.9 * across + 0.25 * each.normal();
        let length = brow_length * (0.6 + 0.4 * each.unit());
        let v = middle + 2.0 * width * across;
        if v > top_mm {
            continue;
        }
        let root = Root::Brow(x as f32, v as f32);
        let (rise, curl) = (1.35 - 0.5 * across * (1.0 + along), -0.35 - 0.5 * along);
        hairs.push(Hair::new(root, length, 0.09, lean, rise, curl));
    }
    let density = (count as f64 / 110.0).min(1.2);
    Hairs {
        hairs,
        lashes: [count, lower],
        color,
        opacity: opacity as f32,
        shadow: (opacity * density) as f32,
    }
}
