//! What the matching window around a pixel finds, eight pixels at a time.

use super::super::Seen;
use super::StructuredLightConfig;
use crate::lanes::{Real, widest};
use std::ops::Range;

/// Stride of the samples within the matching window along each axis, px.
const STRIDE_PX: usize = 2;
/// Search radius for occluding surfaces, px.
const OCCLUDER_RADIUS_PX: usize = 2;

/// What is found at a pixel, as a row of a table: the disparity, px; the share of the window that agrees
/// with it, 0 where there is nothing to find; the cosine between normal and ray.
pub(super) type Found = [f32; 4];

/// Disparities, px, with a margin on each side.
struct Disparities {
    numbers: Vec<f32>,
    /// From one row to the next.
    stride: usize,
    margin: usize,
}

impl Disparities {
    /// The same everywhere. Rows are whole groups of lanes, and their margins.
    fn all(disparity: f32, width: usize, height: usize, margin: usize) -> Self {
        let stride = width.next_multiple_of(8) + 2 * margin;
        Self { numbers: vec![disparity; stride * (height + 2 * margin)], stride, margin }
    }

    /// Where a row begins, without its margin.
    fn row(&self, y: usize) -> usize {
        (y + self.margin) * self.stride + self.margin
    }

    /// Where the square of the margin's size around a row's first pixel begins.
    fn around(&self, y: usize) -> usize {
        y * self.stride
    }

    /// Of the places from -margin to margin along both axes, every so many, as steps from the first.
    fn places(&self, every: usize) -> Vec<usize> {
        let side = (0..=2 * self.margin).step_by(every);
        side.clone().flat_map(|y| side.clone().map(move |x| y * self.stride + x)).collect()
    }
}

/// What is found at every pixel, and of the nearest surface beside it; the latter is empty if that never
/// wins. `reach` is focal length times baseline, px mm.
pub(super) fn found(
    config: &StructuredLightConfig,
    seen: &Seen<'_>,
    reach: f32,
) -> [Vec<Found>; 2] {
    let (width, height) = (seen.width, seen.height);
    let mut exact = Disparities::all(0.0, width, height, OCCLUDER_RADIUS_PX);
    let mut lit = Disparities::all(f32::INFINITY, width, height, config.window_px / 2);
    for (y, depths) in seen.depth_mm.chunks_exact(width).enumerate() {
        let first = exact.row(y);
        let exact = &mut exact.numbers[first..][..width];
        for (disparity, depth_mm) in exact.iter_mut().zip(depths) {
            *disparity = reach / depth_mm;
        }
        let first = lit.row(y);
        let lit = &mut lit.numbers[first..][..width];
        if config.shadow {
            light(exact, lit);
        } else {
            lit.copy_from_slice(exact);
        }
    }
    let window = Window { places: lit.places(STRIDE_PX), agree_px: config.agree_px as f32, lit };

    let nearer_wins = config.near_share < 1.0;
    let mut own = vec![[0.0; 4]; width * height];
    let mut nearer = vec![[0.0; 4]; if nearer_wins { width * height } else { 0 }];
    let beside = exact.places(OCCLUDER_RADIUS_PX);
    let stride = width.next_multiple_of(8);
    let (mut means, mut shares, mut near) =
        (vec![0.0; stride], vec![0.0; stride], vec![0.0; stride]);
    for y in 0..height {
        let columns = |around_px| {
            if seen.wall_shows { Some(0..width) } else { seen.hand_around(y, around_px) }
        };
        let exact_row = &exact.numbers[exact.row(y)..];
        if let Some(columns) = columns(0) {
            match_row(seen.wide, &window, y, &columns, exact_row, &mut means, &mut shares);
            let hand = &seen.hand[y * width..];
            let cosines = seen.cast.row_cosines(y);
            for x in columns {
                if hand[x] || seen.wall_shows {
                    own[y * width + x] = [means[x], shares[x], cosines[x], 0.0];
                }
            }
        }
        if !nearer_wins {
            continue;
        }
        if let Some(columns) = columns(OCCLUDER_RADIUS_PX) {
            let around = &exact.numbers[exact.around(y)..];
            let agree_px = window.agree_px;
            nearest_row(seen.wide, &beside, around, exact_row, agree_px, &columns, &mut near);
            match_row(seen.wide, &window, y, &columns, &near, &mut means, &mut shares);
            for x in columns {
                if near[x] > 0.0 {
                    nearer[y * width + x] = [means[x], shares[x], 1.0, 0.0];
                }
            }
        }
    }
    [own, nearer]
}

/// The disparities of a row that the projector lights, which stands to the camera's right: its rays keep
/// their order along the row but for what a nearer thing covers. Others stay as they are.
fn light(exact: &[f32], lit: &mut [f32]) {
    let mut leftmost = f32::INFINITY;
    for (x, (disparity, lit)) in exact.iter().zip(lit).enumerate().rev() {
        let from_projector = x as f32 - disparity;
        if from_projector < leftmost {
            leftmost = from_projector;
            *lit = *disparity;
        }
    }
}

/// What is looked at around a pixel.
struct Window {
    /// Disparities; infinite where the projector's light does not reach, and beside the image.
    lit: Disparities,
    places: Vec<usize>,
    /// No more than this off, disparities agree.
    agree_px: f32,
}

#[inline(always)]
fn matched<R: Real>(
    window: &Window,
    y: usize,
    columns: &Range<usize>,
    own: &[f32],
    means: &mut [f32],
    shares: &mut [f32],
) {
    let (zero, one) = (R::splat(0.0), R::splat(1.0));
    let agree = R::splat(window.agree_px);
    let all = R::splat(1.0 / window.places.len() as f32);
    let around = &window.lit.numbers[window.lit.around(y)..];
    for x in (columns.start / 8 * 8..columns.end).step_by(R::LANES) {
        let own = R::load(&own[x..]);
        if !R::any(zero.less_than(own)) {
            continue;
        }
        let first = &around[x..];
        let (mut sum, mut count) = (zero, zero);
        for &place in &window.places {
            let off = R::load(&first[place..]) - own;
            let differs = agree.less_than(off.abs());
            sum = sum + R::select(differs, zero, off);
            count = count + R::select(differs, zero, one);
        }
        (own + sum / count.max(one)).store(&mut means[x..]);
        (count * all).store(&mut shares[x..]);
    }
}

#[inline(always)]
fn nearest<R: Real>(
    beside: &[usize],
    around: &[f32],
    exact: &[f32],
    agree_px: f32,
    columns: &Range<usize>,
    near: &mut [f32],
) {
    let zero = R::splat(0.0);
    for x in (columns.start / 8 * 8..columns.end).step_by(R::LANES) {
        let first = &around[x..];
        let mut most = zero;
        for &place in beside {
            most = most.max(R::load(&first[place..]));
        }
        let own = R::load(&exact[x..]) + R::splat(agree_px);
        R::select(own.less_than(most), most, zero).store(&mut near[x..]);
    }
}

widest! {
    /// The mean disparity of what is lit and agrees with `own` around each pixel of a row, and the window's
    /// share of that. Where `own` is 0 there may be anything.
    fn match_row(window: &Window, y: usize, columns: &Range<usize>, own: &[f32], means: &mut [f32], shares: &mut [f32]) = matched
}

widest! {
    /// The largest disparity at these places around each pixel of a row, where it is nearer than the
    /// pixel's own; 0 where none is.
    fn nearest_row(beside: &[usize], around: &[f32], exact: &[f32], agree_px: f32, columns: &Range<usize>, near: &mut [f32]) = nearest
}
