//! What rays through the opening meet: the light of iris, pupil, white, tissue and tear film at a point.

use super::appearance::*;
use super::glints::spread_rad;
use crate::eye::globe::Seen;
use crate::eye::lids::{Lids, Margins};
use crate::eye::scene::Scene;
use crate::lanes::{Real, V3, bands, bell, clamp01, noise, smoothstep};

/// How many colours and how many numbers [`Parts`] holds.
pub(super) const COLORS: usize = 6;
pub(super) const NUMBERS: usize = 3;

/// The light of everything that rays could meet, per band, and numbers beside it.
pub(crate) struct Parts<R, const B: usize> {
    pub skin: [R; B],
    pub iris: [R; B],
    pub pupil: [R; B],
    pub white: [R; B],
    /// What the tear film mirrors of the room.
    pub film: [R; B],
    /// The tissue of the inner corner.
    pub corner: [R; B],
    /// Unevenness of the wet line.
    pub gleam: R,
    /// Share of the sky that the lids leave.
    pub sky: R,
    /// 1 where a lamp may be mirrored nearby, else 0.
    pub near_glint: R,
    /// Depth between the margins, and how far the tissue of the inner corner is away, mm.
    pub(super) depth_mm: R,
    pub(super) past_tissue_mm: R,
}

impl<R: Real, const B: usize> Parts<R, B> {
    /// The colours, in the order in which [`Lit`](super::eye::Lit) names them.
    #[inline(always)]
    pub(super) fn colors(&self) -> [[R; B]; COLORS] {
        [self.skin, self.iris, self.pupil, self.white, self.film, self.corner]
    }

    /// The numbers, in the same order.
    #[inline(always)]
    pub(super) fn numbers(&self) -> [R; NUMBERS] {
        [self.gleam, self.sky, self.near_glint]
    }
}

/// The light of everything that rays could meet which pass the face at (x, v), where skin sends
/// `skin`, and other rays that pass it up to `around_px` beside them. A material that none of these can meet
/// is skipped, and 0.
#[inline(always)]
pub(crate) fn parts<R: Real, const B: usize>(
    scene: &Scene,
    seen: &Seen<R>,
    ray: V3<R>,
    [x, v]: [R; 2],
    skin: [R; B],
    around_px: f32,
) -> Parts<R, B> {
    let k = R::splat;
    let around_mm = around_px / scene.px_per_mm;
    let (lids, globe) = (&scene.lids, &scene.globe);
    let margins = lids.at(x);
    let (upper, lower) = margins.depths(v);
    let surface = V3::select(seen.clear, seen.cornea, seen.white);
    let sky = sky_between_lids(upper, lower, x);
    let Irradiance { on_iris, on_white } = irradiance::<R, B>(scene, seen, surface, sky);
    let nothing = [k(0.0); B];

    // Reflectances, where refraction and obliqueness can bring a ray there.
    let past_limbus = (seen.x * seen.x + seen.y * seen.y).sqrt() - k(globe.iris_radius);
    let (near, rim) = (1.0 + 3.0 * around_mm, 0.5 * scene.iris.limbus_width);
    let iris = if R::any(past_limbus.less_than(k(rim + near))) {
        scene.iris.at::<R, B>(globe, seen.x, seen.y, scene.px_per_mm)
    } else {
        nothing
    };
    let in_white = k(-rim - near).less_than(past_limbus);
    let white = if R::any(in_white) || R::count(seen.clear) < R::LANES as u32 {
        scene.sclera.at::<R, B>(globe, surface, scene.px_per_mm > super::skin::FINE_PX_PER_MM)
    } else {
        nothing
    };

    // The tear film: what it mirrors, and its meniscus along the lower lid.
    let (film, mirror) = film::<R, B>(scene, seen, ray, sky);
    // Lamps are looked for within a pixel of their image.
    let spread = k(spread_rad(scene));
    let width = R::select(seen.clear, k(1.0), k(SCLERA_SPREAD));
    let near_glint = scene.light.near_lamp(surface, mirror, width, spread);
    let wetness = k(MENISCUS * (lids.wet_rim - PLAIN_RIM).max(0.0));
    let meniscus = k(1.0) + wetness * (k(1.0) - step(MENISCUS_MM, lower));

    // The inner corner holds tissue, not eyeball.
    let tissue_at = (x - k(lids.inner[0])) * k(1.0 / lids.caruncle);
    let past_tissue_mm = (tissue_at - k(TISSUE_ENDS[1])) * k(lids.caruncle);
    let mut corner = k(0.0);
    if R::any(past_tissue_mm.less_than(k(2.0 * around_mm))) {
        corner = tissue(scene, tissue_at, [x, v], sky);
    }
    let depth_mm = upper.min(lower);
    let mut gleam = k(0.0);
    if R::any(depth_mm.less_than(k(2.0 * around_mm))) {
        gleam = gleam_at(scene, &margins);
    }
    Parts {
        skin,
        iris: bands!(b => iris[b] * on_iris[b] * meniscus),
        pupil: bands!(b => k(scene.iris.pupil[b]) * on_iris[b]),
        white: bands!(b => white[b] * on_white[b] * meniscus),
        film,
        corner: bands!(b => skin[b] * k(scene.tissue[b]) * corner),
        gleam,
        sky,
        near_glint,
        depth_mm,
        past_tissue_mm,
    }
}

/// Share of the sky that the lids leave a point of the eyeball at these depths behind the margins, mm: they
/// shade it from above and below, and in the corners.
#[inline(always)]
fn sky_between_lids<R: Real>(upper: R, lower: R, x: R) -> R {
    let k = R::splat;
    let from_above = k(SKY_ABOVE) + k(SKY_ABOVE_GAIN) * step(SKY_ABOVE_MM, upper);
    let from_below = k(SKY_BELOW) + k(SKY_BELOW_GAIN) * step(SKY_BELOW_MM, lower);
    let ends = k(1.0) - k(SKY_ENDS) * step(SKY_ENDS_MM, x.abs());
    from_above * from_below * ends
}

/// Irradiance (over pi) on the iris and on the white, per band.
struct Irradiance<R, const B: usize> {
    on_iris: [R; B],
    on_white: [R; B],
}

/// That of the sky and of all lamps. The iris is flat, under a curved surface that bends the light in; light
/// that scatters in the white softens its shape.
#[inline(always)]
fn irradiance<R: Real, const B: usize>(
    scene: &Scene,
    seen: &Seen<R>,
    surface: V3<R>,
    sky: R,
) -> Irradiance<R, B> {
    let k = R::splat;
    let (globe, light) = (&scene.globe, &scene.light);
    let axis = V3::splat(globe.axis);
    let iris_normal = (axis + seen.normal * k(IRIS_BENT)).unit();
    let white_normal =
        (seen.white * k(1.0 / globe.radius) - V3::splat([0.0, 0.0, WHITE_BENT])).unit();
    let (on_iris, on_white) =
        (light.ambient::<R, B>(iris_normal), light.ambient::<R, B>(white_normal));
    let mut on_iris = bands!(b => on_iris[b] * sky);
    let mut on_white = bands!(b => on_white[b] * sky);
    for lamp in &light.lamps {
        if lamp.color == [0.0; 3] {
            continue;
        }
        let toward = lamp.toward(surface);
        let lit = if lamp.casts { passing::<R>(scene, surface, toward) } else { k(1.0) };
        // The cornea gathers light on the iris's far side from the lamp.
        let side = seen.x * toward.dot(V3::splat(globe.temporal))
            + seen.y * toward.dot(V3::splat(globe.down));
        let gather = (k(1.0) - k(GATHERED / globe.iris_radius) * side)
            .max(k(GATHERED_LEAST))
            .min(k(GATHERED_MOST));
        let lit = lit * lamp.reach(surface);
        let iris = wrapped(iris_normal.dot(toward)) * gather * lit;
        let white = wrapped(white_normal.dot(toward)) * lit;
        for b in 0..B {
            on_iris[b] = on_iris[b] + k(lamp.color[b]) * iris;
            on_white[b] = on_white[b] + k(lamp.color[b]) * white;
        }
    }
    Irradiance { on_iris, on_white }
}

/// What the tear film mirrors of the room, unless the face is in the way; and the mirrored direction.
#[inline(always)]
fn film<R: Real, const B: usize>(
    scene: &Scene,
    seen: &Seen<R>,
    ray: V3<R>,
    sky: R,
) -> ([R; B], V3<R>) {
    let k = R::splat;
    let normal = V3::select(seen.clear, seen.normal, seen.white * k(1.0 / scene.globe.radius));
    let mirror = ray - normal * (k(2.0) * ray.dot(normal));
    let grazing = R::select(seen.clear, k(GRAZING_CORNEA), k(GRAZING_WHITE));
    let fresnel = schlick(-ray.dot(normal), grazing);
    let ahead = (-mirror.z).max(k(AHEAD_LEAST));
    let brow = k(1.0) - step(BROW_TANGENT, -mirror.y / ahead);
    let nose = k(1.0) - step(NOSE_TANGENT, -mirror.x / ahead);
    let cheek = k(1.0) - step(CHEEK_TANGENT, mirror.y / ahead);
    let room = scene.light.environment_radiance::<R, B>(mirror);
    let film = fresnel * brow * nose * cheek * sky;
    (bands!(b => room[b] * film), mirror)
}

/// Brightness of the tissue in the inner corner relative to its colour.
#[inline(always)]
fn tissue<R: Real>(scene: &Scene, tissue_at: R, [x, v]: [R; 2], sky: R) -> R {
    let k = R::splat;
    let (bx, bv) = (x * k(BUMPS_PER_MM), v * k(BUMPS_PER_MM));
    let bumpy = k(BUMPS[0]) + k(BUMPS[1]) * noise(scene.skin.seed ^ 13, bx, bv);
    let wet = bell((tissue_at - k(WET_AT)) * k(WET_NARROWNESS[0]))
        * bell((v - k(scene.lids.inner[1])) * k(WET_NARROWNESS[1]));
    bumpy * (k(TISSUE_LIGHT[0]) + k(TISSUE_LIGHT[1]) * sky) * (k(1.0) + k(WET) * wet)
}

/// Unevenness of the wet line at this place along the lids.
#[inline(always)]
fn gleam_at<R: Real>(scene: &Scene, margins: &Margins<R>) -> R {
    noise(scene.skin.seed ^ 12, margins.place * R::splat(GLEAM_WAVES), R::splat(0.5))
}

/// A cosine, softened by light that scatters beyond the terminator.
#[inline(always)]
fn wrapped<R: Real>(cos: R) -> R {
    ((cos + R::splat(SCATTER)) * R::splat(1.0 / (1.0 + SCATTER))).max(R::splat(0.0))
}

/// The share that a film mirrors at this cosine over that straight ahead.
#[inline(always)]
fn schlick<R: Real>(cos: R, grazing: R) -> R {
    let graze = R::splat(1.0) - clamp01(cos);
    let graze2 = graze * graze;
    R::splat(1.0) + grazing * graze2 * graze2 * graze
}

/// [`smoothstep`] between two ends.
#[inline(always)]
fn step<R: Real>([from, to]: [f32; 2], at: R) -> R {
    smoothstep(from, to, at)
}

/// 0 in the tissue of the inner corner, 1 beyond it.
#[inline(always)]
pub(crate) fn beyond_tissue<R: Real>(lids: &Lids, x: R) -> R {
    let at = (x - R::splat(lids.inner[0])) * R::splat(1.0 / lids.caruncle);
    step(TISSUE_ENDS, at)
}

/// Brightness of a lid's edge relative to skin: bright below and dark above, with the wet line's
/// gleam.
#[inline(always)]
pub(crate) fn rim_brightness<R: Real>(scene: &Scene, edge: R, lower_lid: R::Mask, gleam: R) -> R {
    let k = R::splat;
    let wet = bell((edge - k(WET_LINE_AT)) * k(1.0 / WET_LINE_HALF_WIDTH))
        * (k(WET_LINE_GLEAM) + k(WET_LINE_GLEAM) * gleam);
    R::select(lower_lid, k(scene.lids.wet_rim) + k(WET_LINE) * wet, k(UPPER_EDGE))
}

/// Share of a lamp's light that passes between the lids to a point on the eyeball: where its way
/// leaves the sphere of the lids, it must be in the opening. Lashes take some more.
#[inline(always)]
fn passing<R: Real>(scene: &Scene, point: V3<R>, toward: V3<R>) -> R {
    let k = R::splat;
    let b = point.dot(toward);
    let r = scene.face.lid_radius;
    let c = point.dot(point) - k(r * r);
    let t = (b * b - c).max(k(0.0)).sqrt() - b;
    let q = point + toward * t;
    let (upper, lower) = scene.lids.at(q.x).depths(-q.y);
    let clear = step(PASSES_MM, upper.min(lower));
    let uneven = noise(scene.skin.seed ^ 14, q.x * k(LASHES_PER_MM), k(0.0));
    let lashes = k(LASH_SHADOW * scene.lash_shadow)
        * bell((upper - k(LASH_SHADOW_AT_MM)) * k(1.0 / LASH_SHADOW_HALF_WIDTH_MM))
        * (k(LASH_SHADOW_EVEN[0]) + k(LASH_SHADOW_EVEN[1]) * uneven);
    let shade = k(1.0) - clear * (k(1.0) - lashes);
    k(1.0) - k(scene.light.shadow) * shade
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::lamp::CORNEA;

    #[test]
    fn the_film_mirrors_all_light_at_grazing_incidence_and_its_share_straight_ahead() {
        let share = |cos: f64| CORNEA * schlick(cos, f64::from(GRAZING_CORNEA));
        assert_eq!(share(1.0), CORNEA);
        assert!((share(0.0) - 1.0).abs() < 0.06, "{}", share(0.0));
    }
}
