//! The light of what lies between the lids, once a pixel: iris, pupil, sclera, tissue, and the tear
//! film over them. All are shaded as if each filled the pixel; [`opening`](super::opening) mixes them.

use super::materials::{COLORS, NUMBERS, parts};
use super::{Canvas, Corners, class};
use crate::eye::scene::Scene;
use crate::lanes::{Real, bands};

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
    if R::any(least.less_than(k(0.0))) {
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
    let plain = around.less_than(parts.past_tissue_mm);
    let plain = R::and_not(plain, k(0.5).less_than(parts.near_glint));
    let open = around.less_than(parts.depth_mm);
    let within = R::and(seen.clear, (place.past_limbus + around).less_than(k(0.0)));
    let pupil = R::and(within, (place.past_pupil + around).less_than(k(0.0)));
    let iris_alone = R::and(within, around.less_than(place.past_pupil));
    let beyond = around.less_than(place.past_limbus - k(scene.iris.limbus_width));
    let (zero, one) = (k(0.0), k(1.0));
    let in_pupil = R::select(R::and(plain, pupil), one, zero);
    let in_iris = R::select(R::and(plain, iris_alone), one, zero);
    let in_white = R::select(R::and(plain, beyond), one, zero);
    let alone = k(class::PUPIL as f32) * in_pupil
        + k(class::IRIS as f32) * in_iris
        + k(class::SCLERA as f32) * in_white;
    alone.store(&mut row.alone[px..]);
    let is_whole = R::and(open, k(0.5).less_than(alone));
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
    for (b, plane) in canvas.planes.iter_mut().enumerate().take(B) {
        let shown = in_iris * parts.iris[b] + in_pupil * parts.pupil[b] + in_white * parts.white[b];
        R::select(is_whole, shown + parts.film[b], skin[b])
            .store(&mut plane[py * canvas.stride + px..]);
    }
    for (n, color) in parts.colors().into_iter().enumerate() {
        for (b, band) in color.into_iter().enumerate() {
            band.store(&mut row.planes[n * B + b][px..]);
        }
    }
    for (n, number) in parts.numbers().into_iter().enumerate() {
        number.store(&mut row.planes[COLORS * B + n][px..]);
    }
}

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
