//! Lashes and brow of a person, drawn from their settings.

use crate::eye::config::EyeConfig;
use crate::eye::hair::{Hair, Root};
use crate::seed::Stream;

// Numbers that are no settings. Ours where no source is named, set by eye on contact sheets; angles in radians,
// pairs are [from, over] of an even draw.

/// Reflectance of hair in green and blue relative to red, which the setting gives: brown, as eumelanin makes it; and
/// in the near infrared, where melanin absorbs least.
const HAIR_GREEN: f64 = 0.66;
const HAIR_BLUE: f64 = 0.4;
const HAIR_INFRARED: [f64; 2] = [0.04, 0.9];

/// Lashes root between these shares of the fissure's width; the inner corner has none.
const LASHES_FROM: f64 = 0.1;
const LASHES_OVER: f64 = 0.87;
/// How far upper lashes rise out of the lid at their roots, and their curl over their length.
const LASH_RISE: [f64; 2] = [-0.35, 0.5];
const LASH_CURL: [f64; 2] = [0.6, 0.9];
/// A lash's length relative to the person's.
const LASH_VARIES: [f64; 2] = [0.7, 0.5];
/// How far lashes spread over the width of the lid, around which place, and the deviation of each.
const SPLAY: f64 = 1.1;
const SPLAY_MIDDLE: f64 = 0.45;
const LASH_JITTER: f64 = 0.12;
/// They clump: angle between neighbours, and radians of the clumps' wave over the width.
const CLUMP: f64 = 0.12;
const CLUMP_WAVES: f64 = 60.0;
/// Lower lashes are shorter and thinner by this factor, and hang by this angle.
const LOWER_SIZE: f64 = 0.6;
const LOWER_RISE: f64 = -0.4;
/// Upper lashes that make the shadow of the setting, about as many as people have (90 to 160), and the most that
/// more of them count.
const USUAL_LASHES: f64 = 110.0;
const DENSEST: f64 = 1.2;

/// The brow: from beside the nose on, over this width, mm; how far its middle lies above its lower edge, where
/// its arch is highest (mm), and the arch, 1/mm.
const BROW_FROM_MM: f64 = -20.0;
const BROW_OVER_MM: f64 = 46.0;
const BROW_MIDDLE_MM: f64 = 3.0;
const BROW_PEAK_MM: f64 = 8.0;
const BROW_ARCH: [f64; 2] = [0.006, 0.006];
/// Half its width at most, mm; the least share of that at its ends, and how it tapers towards the temple.
const BROW_HALF_WIDTH_MM: f64 = 3.2;
const BROW_ENDS: f64 = 0.25;
const BROW_TAPER: [f64; 2] = [1.15, 0.5];
/// A hair's lean at the inner end, by its place along and by its place across the brow; the deviation of each.
const BROW_LEAN: [f64; 3] = [0.25, 2.6, 0.9];
const BROW_LEAN_JITTER: f64 = 0.25;
/// Its length relative to the person's, its rise and what across takes of it, its curl and what along adds to it.
const BROW_VARIES: [f64; 2] = [0.6, 0.4];
const BROW_RISE: [f64; 2] = [1.35, 0.5];
const BROW_CURL: [f64; 2] = [-0.35, 0.5];
/// Its thickness, mm: hair is 0.05 to 0.1 mm thick.
const BROW_THICKNESS_MM: f64 = 0.09;

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
    let rise = LASH_RISE[0] + LASH_RISE[1] * identity.unit();
    let curl = LASH_CURL[0] + LASH_CURL[1] * identity.unit();
    let red = h.hair_albedo.draw(identity);
    let color = config.spectrum.pick([
        red,
        HAIR_GREEN * red,
        HAIR_BLUE * red,
        HAIR_INFRARED[0] + HAIR_INFRARED[1] * red,
    ]);
    let lower = count / 2;
    let brow = f.eyebrow_hairs.draw(identity).round() as usize;
    let brow_length = f.eyebrow_length_mm.draw(identity);
    let brow_height = f.eyebrow_height_mm.draw(identity);
    let brow_arch = BROW_ARCH[0] + BROW_ARCH[1] * identity.unit();
    let mut hairs = Vec::with_capacity(count + lower + brow);
    for k in 0..count + lower {
        let upper = k < count;
        // Evenly along the lid, a little out of place, in clumps.
        let (n, of) = if upper { (k, count) } else { (k - count, lower) };
        let place = LASHES_FROM + LASHES_OVER * (n as f64 + each.unit()) / of as f64;
        let vary = LASH_VARIES[0] + LASH_VARIES[1] * each.unit();
        let clump = libm::sin(place * CLUMP_WAVES) * CLUMP;
        let splay = SPLAY * (place - SPLAY_MIDDLE) + LASH_JITTER * each.normal() - clump;
        let turn = LASH_JITTER * each.normal();
        let (size, sign) = if upper { (1.0, 1.0) } else { (LOWER_SIZE, -1.0) };
        let root = place as f32;
        let root = if upper { Root::UpperLid(root) } else { Root::LowerLid(root) };
        let rise = if upper { rise + turn } else { LOWER_RISE + turn };
        let (length, thickness) = (length * vary * size, thickness * size);
        hairs.push(Hair::new(root, length, thickness, splay, rise, sign * curl * size));
    }
    for k in 0..brow {
        // From beside the nose to above the temple, thinner at both ends.
        let along = (k as f64 + each.unit()) / brow as f64;
        let x = BROW_FROM_MM + BROW_OVER_MM * along;
        let round = (4.0 * along * (1.0 - along)).sqrt().max(BROW_ENDS);
        let width = BROW_HALF_WIDTH_MM * round * (BROW_TAPER[0] - BROW_TAPER[1] * along);
        let aside = x - BROW_PEAK_MM;
        let middle = brow_height + BROW_MIDDLE_MM - brow_arch * aside * aside;
        let across = each.unit() - 0.5;
        // At the inner end hairs stand up, further out they lie towards the temple.
        let lean = BROW_LEAN[0] + BROW_LEAN[1] * along - BROW_LEAN[2] * across
            + BROW_LEAN_JITTER * each.normal();
        let length = brow_length * (BROW_VARIES[0] + BROW_VARIES[1] * each.unit());
        let v = middle + 2.0 * width * across;
        if v > top_mm {
            continue;
        }
        let root = Root::Brow(x as f32, v as f32);
        let rise = BROW_RISE[0] - BROW_RISE[1] * across * (1.0 + along);
        let curl = BROW_CURL[0] - BROW_CURL[1] * along;
        hairs.push(Hair::new(root, length, BROW_THICKNESS_MM, lean, rise, curl));
    }
    let density = (count as f64 / USUAL_LASHES).min(DENSEST);
    Hairs {
        hairs,
        lashes: [count, lower],
        color,
        opacity: opacity as f32,
        shadow: (opacity * density) as f32,
    }
}
