//! The light of what lies between the lids, once a pixel: iris, pupil, sclera, tissue, and the tear
//! film over them. All are shaded as if each filled the pixel; [`opening`](super::opening) mixes them.

use super::{Canvas, Corners, class};
use crate::eye::globe::Seen;
use crate::eye::lids::Lids;
use crate::eye::scene::Scene;
use crate::lanes::{Real, V3, bands, bell, clamp01, noise, smoothstep};

/// Light of everything that one pixel could show.
pub(super) struct Lit<const B: usize> {
    pub skin: [f32; B],
    pub iris: [f32; B],
    pub pupil: [f32; B],
    pub white: [f32; B],
    /// What the tear film mirrors of the room.
    pub film: [f32; B],
    /// The tissue of the inner corner.
    pub corner: [f32; B],
    /// Unevenness of the wet line.
    pub gleam: f32,
    /// Share of the sky that the lids leave.
    pub sky: f32,
    /// Whether a lamp may be mirrored here.
    pub glints: bool,
    /// What alone is seen of the eye wherever the lids are open: a [`class`], if it is one.
    pub alone: Option<u8>,
}

/// Colours of a pixel in [`Row`], and numbers beside them.
const COLORS: usize = 6;
const NUMBERS: usize = 3;

/// Half a pixel's diagonal, and a little more, px.
const HALF_DIAGONAL_PX: f32 = 0.8;

/// [`Lit`] of a row of pixels.
pub(super) struct Row {
    planes: Vec<Vec<f32>>,
    /// The class of what alone a pixel shows of the eye; 0 for several.
    alone: Vec<f32>,
    /// 1 where that fills the pixel, so that it is drawn already.
    whole: Vec<f32>,
    /// How far between its corners' a pixel's place on the face is off, mm.
    off: Vec<f32>,
}

impl Row {
    pub(super) fn new(stride: usize, bands: usize) -> Self {
        let planes = vec![vec![0.0; stride]; COLORS * bands + NUMBERS];
        let blank = || vec![0.0; stride];
        Self { planes, alone: blank(), whole: blank(), off: blank() }
    }

    /// Whether a pixel is drawn already.
    pub(super) fn is_whole(&self, x: usize) -> bool {
        self.whole[x] > 0.0
    }

    /// How far the place between a pixel's corners is from where its ray meets the face, mm.
    pub(super) fn off_mm(&self, x: usize) -> f32 {
        self.off[x]
    }

    /// The light of one pixel.
    pub(super) fn lit<const B: usize>(&self, x: usize) -> Lit<B> {
        let color = |n: usize| std::array::from_fn(|b| self.planes[n * B + b][x]);
        let number = |n: usize| self.planes[COLORS * B + n][x];
        Lit {
            skin: color(0),
            iris: color(1),
            pupil: color(2),
            white: color(3),
            film: color(4),
            corner: color(5),
            gleam: number(0),
            sky: number(1),
            glints: number(2) > 0.0,
            alone: (self.alone[x] > 0.0).then_some(self.alone[x] as u8),
        }
    }
}

/// Shades the pixels that begin at [x, y], as many as there are lanes; those that hold nothing but
/// iris, pupil or sclera are drawn.
#[inline(always)]
pub(super) fn shade<R: Real, const B: usize>(
    scene: &Scene,
    c: &Corners,
    canvas: &mut Canvas,
    [px, py]: [usize; 2],
    row: &mut Row,
) {
    let k = R::splat;
    let skin = bands!(b => R::load(&canvas.planes[b][py * canvas.stride + px..]));
    // The middle of each pixel.
    let at = py * c.stride + px;
    let x = middle::<R>(&c.x, at, c.stride);
    let v = middle::<R>(&c.v, at, c.stride);
    let ramp: [f32; 8] = std::array::from_fn(|n| n as f32);
    let (origin, ray) = scene.view.ray(R::load(&ramp) + k(px as f32), k(py as f32));
    let ray = ray.unit();
    // Where a lid hides what is behind it, there is a step between the corners.
    let aside = (ray.x * ray.x + ray.y * ray.y).sqrt() / ray.z;
    let least = least::<R>(&c.depth, at, c.stride);
    if R::any(least.less(k(0.0))) {
        let step = scene.face.height(&scene.lids, x, v) - middle::<R>(&c.h, at, c.stride);
        (step.abs() * aside).store(&mut row.off[px..]);
    } else {
        k(0.0).store(&mut row.off[px..]);
    }
    let seen = scene.globe.trace(origin, ray);
    let parts = parts::<R, B>(scene, &seen, ray, [x, v], skin, HALF_DIAGONAL_PX);
    // What the whole pixel shows, if no edge is near its middle.
    let around = k(HALF_DIAGONAL_PX / scene.px_per_mm);
    let place = scene.iris.place(&scene.globe, seen.x, seen.y);
    let plain = around.less(parts.past_tissue_mm);
    let plain = R::but_not(plain, k(0.5).less(parts.numbers[2]));
    let open = around.less(parts.depth_mm);
    let within = R::both(seen.clear, (place.past_limbus + around).less(k(0.0)));
    let pupil = R::both(within, (place.past_pupil + around).less(k(0.0)));
    let iris_alone = R::both(within, around.less(place.past_pupil));
    let beyond = around.less(place.past_limbus - k(scene.iris.limbus_width));
    let (zero, one) = (k(0.0), k(1.0));
    let in_pupil = R::select(R::both(plain, pupil), one, zero);
    let in_iris = R::select(R::both(plain, iris_alone), one, zero);
    let in_white = R::select(R::both(plain, beyond), one, zero);
    let alone = k(class::PUPIL as f32) * in_pupil
        + k(class::IRIS as f32) * in_iris
        + k(class::SCLERA as f32) * in_white;
    alone.store(&mut row.alone[px..]);
    let is_whole = R::both(open, k(0.5).less(alone));
    R::select(is_whole, one, zero).store(&mut row.whole[px..]);
    if R::any(is_whole) {
        let here = R::LANES.min(canvas.width.saturating_sub(px));
        let mask = &mut canvas.mask[py * canvas.width + px..][..here];
        for (n, mask) in mask.iter_mut().enumerate() {
            if row.whole[px + n] > 0.0 {
                *mask = row.alone[px + n] as u8;
            }
        }
    }
    let [_, iris, pupil, white, film, _] = parts.colors;
    for b in 0..B {
        let shown = in_iris * iris[b] + in_pupil * pupil[b] + in_white * white[b];
        R::select(is_whole, shown + film[b], skin[b])
            .store(&mut canvas.planes[b][py * canvas.stride + px..]);
    }
    for (n, color) in parts.colors.into_iter().enumerate() {
        for (b, band) in color.into_iter().enumerate() {
            band.store(&mut row.planes[n * B + b][px..]);
        }
    }
    for (n, number) in parts.numbers.into_iter().enumerate() {
        number.store(&mut row.planes[COLORS * B + n][px..]);
    }
}

/// The colours and numbers of [`Lit`], in its order.
pub(crate) struct Parts<R, const B: usize> {
    pub colors: [[R; B]; COLORS],
    pub numbers: [R; NUMBERS],
    /// Depth between the margins, and how far the tissue of the inner corner is away, mm.
    depth_mm: R,
    past_tissue_mm: R,
}

/// The light of everything that rays could meet which pass the face at (x, v), where skin sends
/// `skin`, and other rays that pass it up to `around_px` beside them: what none could meet is black.
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
    let (lids, globe, light) = (&scene.lids, &scene.globe, &scene.light);
    let margins = lids.at(x);
    let (upper, lower) = margins.depths(v);
    let surface = V3::select(seen.clear, seen.cornea, seen.white);
    // The lids shade the eyeball: the sky from above and below, and in the corners.
    let from_above = k(0.25) + k(0.75) * smoothstep(-0.5, 4.2, upper);
    let from_below = k(0.45) + k(0.55) * smoothstep(-0.6, 2.6, lower);
    let ends = k(1.0) - k(0.45) * smoothstep(6.0, 14.0, x.abs());
    let sky = from_above * from_below * ends;
    // The iris is flat, under a curved surface that bends the light in; light that scatters in the
    // white softens its shape.
    let axis = V3::splat(globe.axis);
    let iris_normal = (axis + seen.normal * k(0.5)).unit();
    let white_normal = (seen.white * k(1.0 / globe.radius) - V3::splat([0.0, 0.0, 0.45])).unit();
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
        let gather = (k(1.0) - k(0.5 / globe.iris_radius) * side).max(k(0.3)).min(k(1.4));
        let lit = lit * lamp.reach(surface);
        let iris = wrapped(iris_normal.dot(toward)) * gather * lit;
        let white = wrapped(white_normal.dot(toward)) * lit;
        for b in 0..B {
            on_iris[b] = on_iris[b] + k(lamp.color[b]) * iris;
            on_white[b] = on_white[b] + k(lamp.color[b]) * white;
        }
    }
    let nothing = [k(0.0); B];
    // Refraction and obliqueness spread what is around a ray.
    let past_limbus = (seen.x * seen.x + seen.y * seen.y).sqrt() - k(globe.iris_radius);
    let (near, rim) = (1.0 + 3.0 * around_mm, 0.5 * scene.iris.limbus_width);
    let iris = if R::any(past_limbus.less(k(rim + near))) {
        scene.iris.at::<R, B>(globe, seen.x, seen.y, scene.px_per_mm)
    } else {
        nothing
    };
    let in_white = k(-rim - near).less(past_limbus);
    let white = if R::any(in_white) || R::count(seen.clear) < R::LANES as u32 {
        scene.sclera.at::<R, B>(globe, surface, scene.px_per_mm > super::skin::FINE_PX_PER_MM)
    } else {
        nothing
    };
    // What the tear film mirrors of the room, unless the face is in the way.
    let normal = V3::select(seen.clear, seen.normal, seen.white * k(1.0 / globe.radius));
    let mirror = ray - normal * (k(2.0) * ray.dot(normal));
    let graze = k(1.0) - clamp01(-ray.dot(normal));
    let graze2 = graze * graze;
    let fresnel = k(1.0) + R::select(seen.clear, k(40.0), k(6.0)) * graze2 * graze2 * graze;
    let ahead = (-mirror.z).max(k(0.02));
    let brow = k(1.0) - smoothstep(0.55, 1.1, -mirror.y / ahead);
    let nose = k(1.0) - smoothstep(0.9, 1.6, -mirror.x / ahead);
    let cheek = k(1.0) - smoothstep(0.5, 1.2, mirror.y / ahead);
    let room = light.room::<R, B>(mirror);
    let film = fresnel * brow * nose * cheek * sky;
    // Lamps are looked for within a pixel of their image.
    let spread = k(glint_spread(scene));
    let near =
        light.near_lamp(surface, mirror, R::select(seen.clear, k(1.0), k(SCLERA_SPREAD)), spread);
    // The tear film's meniscus along the lower lid.
    let meniscus =
        k(1.0) + k(0.5 * (lids.wet_rim - 0.8).max(0.0)) * (k(1.0) - smoothstep(0.1, 0.45, lower));
    // The corner holds tissue, not eyeball.
    let tissue_at = (x - k(lids.inner[0])) * k(1.0 / lids.caruncle);
    let past_tissue_mm = (tissue_at - k(1.25)) * k(lids.caruncle);
    let mut corner = k(0.0);
    if R::any(past_tissue_mm.less(k(2.0 * around_mm))) {
        let bumpy = k(0.85) + k(0.3) * noise(scene.skin.seed ^ 13, x * k(1.3), v * k(1.3));
        let wet = bell((tissue_at - k(0.6)) * k(4.0)) * bell((v - k(lids.inner[1])) * k(1.6));
        corner = bumpy * (k(0.55) + k(0.45) * sky) * (k(1.0) + k(0.8) * wet);
    }
    let depth_mm = upper.min(lower);
    let mut gleam = k(0.0);
    if R::any(depth_mm.less(k(2.0 * around_mm))) {
        gleam = noise(scene.skin.seed ^ 12, margins.place * k(14.0), k(0.5));
    }
    Parts {
        colors: [
            skin,
            bands!(b => iris[b] * on_iris[b] * meniscus),
            bands!(b => k(scene.iris.pupil[b]) * on_iris[b]),
            bands!(b => white[b] * on_white[b] * meniscus),
            bands!(b => room[b] * film),
            bands!(b => skin[b] * k(scene.tissue[b]) * corner),
        ],
        numbers: [gleam, sky, near],
        depth_mm,
        past_tissue_mm,
    }
}

/// The film on the sclera is rough: it mirrors lamps this much wider.
const SCLERA_SPREAD: f32 = 2.6;

/// The mean of a pixel's four corners.
#[inline(always)]
fn middle<R: Real>(from: &[f32], at: usize, stride: usize) -> R {
    let (top, bottom) = (&from[at..], &from[at + stride..]);
    (R::load(top) + R::load(&top[1..]) + R::load(bottom) + R::load(&bottom[1..])) * R::splat(0.25)
}

/// The least of a pixel's four corners.
#[inline(always)]
fn least<R: Real>(from: &[f32], at: usize, stride: usize) -> R {
    let (top, bottom) = (&from[at..], &from[at + stride..]);
    (R::load(top).min(R::load(&top[1..]))).min(R::load(bottom).min(R::load(&bottom[1..])))
}

/// A cosine, softened by light that scatters beyond the terminator.
#[inline(always)]
fn wrapped<R: Real>(cos: R) -> R {
    ((cos + R::splat(0.35)) * R::splat(1.0 / 1.35)).max(R::splat(0.0))
}

/// How far from a lamp's image, in radians of the mirrored direction, a pixel may still hold a part
/// of it: on the cornea, a mirror turns the ray by twice the normal's turn.
fn glint_spread(scene: &Scene) -> f32 {
    1.5 * 2.0 / (scene.px_per_mm * scene.globe.cornea_radius)
}

/// Lamps in the tear film along rays, and where they are bright.
#[inline(always)]
pub(crate) fn glints<R: Real, const B: usize>(
    scene: &Scene,
    seen: &Seen<R>,
    ray: V3<R>,
    sky: R,
) -> ([R; B], R::Mask) {
    let k = R::splat;
    let surface = V3::select(seen.clear, seen.cornea, seen.white);
    let normal = V3::select(seen.clear, seen.normal, seen.white * k(1.0 / scene.globe.radius));
    let mirror = ray - normal * (k(2.0) * ray.dot(normal));
    let spread = R::select(seen.clear, k(1.0), k(SCLERA_SPREAD));
    let lamps = scene.light.lamps::<R, B>(surface, mirror, spread);
    let bright = R::both(seen.clear, k(0.5 * scene.glint_level).less(lamps[0]));
    (bands!(b => lamps[b] * sky), bright)
}

/// 0 in the tissue of the inner corner, 1 beyond it.
#[inline(always)]
pub(crate) fn beyond_tissue<R: Real>(lids: &Lids, x: R) -> R {
    let at = (x - R::splat(lids.inner[0])) * R::splat(1.0 / lids.caruncle);
    smoothstep(0.75, 1.25, at)
}

/// Brightness of a lid's edge relative to skin: bright below and dark above, with the wet line's
/// gleam.
#[inline(always)]
pub(crate) fn rim_brightness<R: Real>(scene: &Scene, edge: R, lower_lid: R::Mask, gleam: R) -> R {
    let k = R::splat;
    let wet = bell((edge - k(0.15)) * k(1.0 / 0.12)) * (k(0.6) + k(0.6) * gleam);
    R::select(lower_lid, k(scene.lids.wet_rim) + k(0.35) * wet, k(0.5))
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
    let clear = smoothstep(-0.5, 0.7, upper.min(lower));
    let lashes = k(0.3 * scene.lash_shadow)
        * bell((upper - k(1.2)) * k(1.0 / 1.3))
        * (k(0.75) + k(0.25) * noise(scene.skin.seed ^ 14, q.x * k(1.7), k(0.0)));
    let shade = k(1.0) - clear * (k(1.0) - lashes);
    k(1.0) - k(scene.light.shadow) * shade
}
