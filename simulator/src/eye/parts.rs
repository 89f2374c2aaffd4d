//! The parts of a scene, drawn from their settings.

mod hair;
mod light;

pub(crate) use hair::draw_hair;
pub(crate) use light::draw_light;

use super::config::EyeConfig;
use super::face::Face;
use super::iris::Iris;
use super::lids::Shape;
use super::sclera::Sclera;
use super::skin::Skin;
use super::skin_color;
use super::spectrum::{Bands, blend, flat, scaled, zip};
use crate::sample::{IrisColor, Spectrum};
use crate::seed::Stream;
use nalgebra::Vector2;

// Numbers that are no settings. Where no source is named they are ours: no published value exists as a number,
// and they were set by eye on contact sheets beside unlabelled real patches.

/// Reflectance of the iris's outer zone and of the zone within the collarette, by class: dark brown,
/// brown, hazel, green, blue, grey; red, green, blue, near infrared, where they hardly differ. Ours, bounded so that
/// no iris outshines the white after equalisation.
const IRIS: [[Bands; 2]; 6] = [
    [[0.050, 0.026, 0.013, 0.24], [0.060, 0.030, 0.014, 0.24]],
    [[0.125, 0.068, 0.030, 0.26], [0.140, 0.070, 0.028, 0.26]],
    [[0.165, 0.130, 0.062, 0.26], [0.190, 0.110, 0.040, 0.27]],
    [[0.115, 0.125, 0.080, 0.24], [0.150, 0.115, 0.055, 0.26]],
    [[0.120, 0.160, 0.215, 0.22], [0.165, 0.170, 0.170, 0.24]],
    [[0.170, 0.190, 0.205, 0.24], [0.180, 0.180, 0.175, 0.24]],
];

/// Each iris reflects from this share of its class's reflectance on, over this range.
const IRIS_VARIES: [f64; 2] = [0.7, 0.6];
/// The collarette's distance from the pupil's rim: least and range, mm. Anatomy gives about 1.5 mm.
const COLLARETTE_MM: [f64; 2] = [0.7, 0.9];
/// Share of the zone within the collarette in the mean reflectance that labels tell.
const INNER_SHARE: f64 = 0.3;
/// The most that a yellowish sclera loses of blue, and what it then loses of each band relative to blue.
const YELLOW_MOST: f64 = 0.12;
const YELLOW: Bands = [0.0, 0.25, 1.0, 0.0];

/// How much larger than the eyeball's the radius is of the sphere that the lids lie on: a lid's thickness, mm.
const LID_THICKNESS_MM: f32 = 1.3;
/// The second crease's height above the first: least and range, mm.
const SECOND_CREASE_MM: [f64; 2] = [1.2, 1.5];

/// Share of eumelanin in melanin: least and range.
const EUMELANIN: [f64; 2] = [0.5, 0.4];
/// Dense spots of melanin and of blood: a multiple of the skin's own share and what is added to it, and the most
/// that `skin_color` knows.
const DENSE_MELANIN: [f64; 3] = [2.2, 0.02, 0.5];
const DENSE_BLOOD: [f64; 3] = [2.0, 0.012, 0.32];

/// Colour of the lids' edges and of the inner corner relative to skin: redder.
const TISSUE: Bands = [1.05, 0.84, 0.86, 1.0];

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
    let vary = IRIS_VARIES[0] + IRIS_VARIES[1] * looks.unit();
    let ring = looks.unit();
    let white = config.eyeball.sclera_albedo.draw(looks);
    let yellow = YELLOW_MOST * looks.unit();
    let sclera = zip(scaled(SCLERA, white), YELLOW, |c, y| c * (1.0 - yellow * y));
    let iris = Iris {
        outer: s.pick(scaled(outer, vary)),
        inner: s.pick(scaled(blend(outer, inner, ring), vary)),
        contrast: i.texture_contrast.draw(looks) as f32,
        limbal_ring: i.limbal_ring.draw(looks) as f32,
        limbus_width: i.limbus_width_mm.draw(looks) as f32,
        collarette: (COLLARETTE_MM[0] + COLLARETTE_MM[1] * looks.unit()) as f32,
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
    let mean = scaled(blend(outer, inner, INNER_SHARE * ring), vary);
    let rgb = [mean[0] as f32, mean[1] as f32, mean[2] as f32];
    Irises { iris, sclera, color: IrisColor::ALL[class], rgb }
}

/// Colour of the lids' edges and of the inner corner relative to the skin beside them.
pub(crate) fn tissue(spectrum: Spectrum) -> [f32; 3] {
    spectrum.pick(TISSUE)
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
            let height = SECOND_CREASE_MM[0] + SECOND_CREASE_MM[1] * identity.unit();
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
        lid_radius: radius as f32 + LID_THICKNESS_MM,
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
    let eumelanin = EUMELANIN[0] + EUMELANIN[1] * looks.unit();
    let base = skin_color::reflectance(melanin, blood, eumelanin);
    // What more of either would take away.
    let more = |m: f64, b: f64| {
        let changed = skin_color::reflectance(m, b, eumelanin);
        let taken = |from: f32, to: f32| if from > 0.0 { 1.0 - to / from } else { 0.0 };
        let (from, to) = (s.pick(base), s.pick(changed));
        [0, 1, 2].map(|k| taken(from[k], to[k]))
    };
    let dense = |share: f64, [times, more, most]: [f64; 3]| (times * share + more).min(most);
    let skin = Skin {
        albedo: s.pick(base),
        melanin: more(dense(melanin, DENSE_MELANIN), blood),
        blood: more(melanin, dense(blood, DENSE_BLOOD)),
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
