//! What the face takes from the light: cast shadows and the darkness of hollows, on a coarse grid.
//!
//! Both change over millimetres, so they are computed once a scene on cells of 2 mm and read between
//! them, whatever the picture's size.

use super::render::Corners;
use super::scene::Scene;
use crate::lanes::{Real, clamp01, mix};

/// Cells across and up, their size, and the place of the first, mm.
const COLUMNS: usize = 40;
const ROWS: usize = 32;
const CELL_MM: f32 = 2.0;
const FIRST_X: f32 = -40.0;
const FIRST_V: f32 = -32.0;

/// Lamps whose shadows are kept.
pub(crate) const SHADOWS: usize = 2;

/// Where a shadow is looked for along the way to the lamp, mm.
const STEPS_MM: [f32; 6] = [4.0, 7.0, 11.0, 16.0, 23.0, 32.0];

/// How much of the light arrives on the face.
#[derive(Debug, Clone)]
pub(crate) struct Shade {
    /// The relief itself, mm.
    height: Vec<f32>,
    /// Share of the ambient light.
    open: Vec<f32>,
    /// Share of each lamp's light; empty where nothing shades it.
    lit: [Vec<f32>; SHADOWS],
}

impl Shade {
    /// The shade on a scene's face, where the picture shows it.
    #[inline(always)]
    pub(crate) fn of<R: Real>(scene: &Scene, seen: &Corners) -> Self {
        Self::within::<R>(scene, &Window::of(seen))
    }

    /// The shade on all of a scene's face.
    pub(crate) fn everywhere<R: Real>(scene: &Scene) -> Self {
        Self::within::<R>(scene, &Window::all())
    }

    #[inline(always)]
    fn within<R: Real>(scene: &Scene, window: &Window) -> Self {
        let mut height = vec![0.0f32; COLUMNS * ROWS];
        let ramp: [f32; 8] = std::array::from_fn(|k| FIRST_X + CELL_MM * k as f32);
        for row in 0..ROWS {
            let v = R::splat(FIRST_V + CELL_MM * row as f32);
            for column in (0..COLUMNS).step_by(R::LANES) {
                let x = R::load(&ramp) + R::splat(CELL_MM * column as f32);
                let h = scene.face.height(&scene.lids, x, v);
                h.store(&mut height[row * COLUMNS + column..]);
            }
        }
        let mut lit = [const { Vec::new() }; SHADOWS];
        let casting = scene.light.lamps.iter().filter(|lamp| lamp.casts);
        for (lamp, lit) in casting.zip(&mut lit) {
            let toward = lamp.direction().map(|c| c as f32).into();
            *lit = shadow::<R>(&height, window, toward, scene.light.shadow);
        }
        Self { open: hollows(&height, window), lit, height }
    }

    /// Height of the relief at a place, without what is finer than the cells, mm.
    pub(crate) fn height(&self, x: f32, v: f32) -> f32 {
        read(&self.height, x as f64, v as f64) as f32
    }

    /// Share of the ambient light at a place.
    #[inline(always)]
    pub(crate) fn open<R: Real>(&self, x: R, v: R) -> R {
        read(&self.open, x, v)
    }

    /// Share of the light of the casting lamp with this number.
    #[inline(always)]
    pub(crate) fn lit<R: Real>(&self, lamp: usize, x: R, v: R) -> R {
        match self.lit.get(lamp) {
            Some(table) if !table.is_empty() => read(table, x, v),
            _ => R::splat(1.0),
        }
    }
}

/// Where a place lies among the cells along an axis.
#[inline(always)]
fn cell<R: Real>(at: R, first: f32, count: usize) -> R {
    let at = (at - R::splat(first)) * R::splat(1.0 / CELL_MM);
    at.max(R::splat(0.0)).min(R::splat(count as f32 - 1.001))
}

/// The cells that a picture shows.
struct Window {
    columns: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
}

impl Window {
    fn of(seen: &Corners) -> Self {
        let cells = |places: &[f32], first: f32, count: usize| {
            let (low, high) = places
                .iter()
                .fold((f32::MAX, f32::MIN), |(low, high), &p| (low.min(p), high.max(p)));
            let cell = |at: f32| ((at - first) / CELL_MM).clamp(0.0, count as f32) as usize;
            cell(low)..(cell(high) + 2).min(count)
        };
        Self { columns: cells(&seen.x, FIRST_X, COLUMNS), rows: cells(&seen.v, FIRST_V, ROWS) }
    }

    fn all() -> Self {
        Self { columns: 0..COLUMNS, rows: 0..ROWS }
    }
}

/// A table's value between its cells; its edge goes on outside.
#[inline(always)]
fn read<R: Real>(table: &[f32], x: R, v: R) -> R {
    let k = R::splat;
    let (c, r) = (cell(x, FIRST_X, COLUMNS), cell(v, FIRST_V, ROWS));
    let (c0, r0) = (c.floor(), r.floor());
    let at = r0 * k(COLUMNS as f32) + c0;
    let [one, right, up, both] = R::square(table, at, COLUMNS);
    mix(mix(one, right, c - c0), mix(up, both, c - c0), r - r0)
}

/// Share of a lamp's light that the relief lets through: the way to the lamp against the relief
/// along it, softened as by a lamp of some size.
#[inline(always)]
fn shadow<R: Real>(height: &[f32], window: &Window, toward: [f32; 3], strength: f32) -> Vec<f32> {
    let [x, v, ahead] = [toward[0], -toward[1], -toward[2]];
    let side = (x * x + v * v).sqrt();
    // A lamp within 25 degrees of straight ahead casts no shadow on a face.
    if ahead > 0.9 * (side * side + ahead * ahead).sqrt() || side < 1e-6 {
        return Vec::new();
    }
    let (x, v, rise) = (x / side, v / side, ahead / side);
    let ramp: [f32; 8] = std::array::from_fn(|k| FIRST_X + CELL_MM * k as f32);
    let mut lit = vec![1.0f32; COLUMNS * ROWS];
    let first = window.columns.start / R::LANES * R::LANES;
    for row in window.rows.clone() {
        let cv = R::splat(FIRST_V + CELL_MM * row as f32);
        for column in (first..window.columns.end).step_by(R::LANES) {
            let at = row * COLUMNS + column;
            let here = R::load(&height[at..]);
            let cx = R::load(&ramp) + R::splat(CELL_MM * column as f32);
            let mut clear = R::splat(1.0);
            for step in STEPS_MM {
                let there = read(height, cx + R::splat(step * x), cv + R::splat(step * v));
                // Slope of the way to the lamp above the slope of the way to the relief.
                let above = (here - there) * R::splat(1.0 / step) + R::splat(rise);
                clear = clear.min(clamp01(above * R::splat(1.25) + R::splat(0.7)));
            }
            let shaded = R::splat(1.0) - R::splat(strength) * (R::splat(1.0) - clear);
            shaded.store(&mut lit[at..]);
        }
    }
    lit
}

/// Share of the sky that hollows see: the lower a place lies under its neighbourhood, the less.
fn hollows(height: &[f32], window: &Window) -> Vec<f32> {
    // Sums of all heights below and left of each cell: the mean over any rectangle is four of them.
    let mut sums = vec![0.0f64; (COLUMNS + 1) * (ROWS + 1)];
    for row in 0..ROWS {
        let mut along = 0.0;
        for column in 0..COLUMNS {
            along += height[row * COLUMNS + column] as f64;
            let at = (row + 1) * (COLUMNS + 1) + column + 1;
            sums[at] = sums[at - COLUMNS - 1] + along;
        }
    }
    let mean = |row: usize, column: usize, reach: usize| {
        let ends =
            |at: usize, count: usize| (at.saturating_sub(reach), (at + reach + 1).min(count));
        let ((r0, r1), (c0, c1)) = (ends(row, ROWS), ends(column, COLUMNS));
        let at = |r: usize, c: usize| sums[r * (COLUMNS + 1) + c];
        let sum = at(r1, c1) - at(r0, c1) - at(r1, c0) + at(r0, c0);
        (sum / ((r1 - r0) * (c1 - c0)) as f64) as f32
    };
    let mut open = vec![1.0; COLUMNS * ROWS];
    for row in window.rows.clone() {
        for column in window.columns.clone() {
            let at = row * COLUMNS + column;
            let below = |reach: usize| mean(row, column, reach) - height[at];
            let depth = 0.16 * below(1).max(0.0) + 0.045 * below(4).max(-2.0);
            open[at] = (1.0 - depth).clamp(0.35, 1.1);
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wall of 20 mm at x < -16 on a plane.
    fn wall() -> Vec<f32> {
        let x = |k: usize| FIRST_X + CELL_MM * (k % COLUMNS) as f32;
        (0..COLUMNS * ROWS).map(|k| if x(k) < -16.0 { 20.0 } else { 0.0 }).collect()
    }

    #[test]
    fn a_wall_shades_as_far_as_geometry_says() {
        // A lamp at 45 degrees behind the wall: its shadow is as long as the wall is high.
        let s = 0.5f32.sqrt();
        let lit = shadow::<f64>(&wall(), &Window::all(), [-s, 0.0, -s], 1.0);
        let at = |x: f64| read(&lit, x, 0.0);
        assert!(
            at(-12.0) < 0.1 && at(-4.0) < 0.5 && at(16.0) > 0.9,
            "{} {} {}",
            at(-12.0),
            at(-4.0),
            at(16.0)
        );
        // From the other side it casts none.
        let lit = shadow::<f64>(&wall(), &Window::all(), [s, 0.0, -s], 1.0);
        assert!(lit.iter().skip(COLUMNS * 10 + 14).take(20).all(|&l| l > 0.95));
    }

    #[test]
    fn a_flat_face_is_open_and_a_pit_is_not() {
        let mut height = vec![3.0f32; COLUMNS * ROWS];
        assert!(hollows(&height, &Window::all()).iter().all(|&o| (o - 1.0).abs() < 1e-6));
        height[16 * COLUMNS + 20] = -1.0;
        assert!(hollows(&height, &Window::all())[16 * COLUMNS + 20] < 0.7);
    }
}
