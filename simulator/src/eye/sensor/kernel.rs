//! Defocus and motion: convolution with a disc and with a line.

use std::collections::BTreeMap;

/// One point of a kernel: where it lies (px) and its share of the light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tap {
    dx: i32,
    dy: i32,
    weight: f32,
}

/// Points along each axis of a pixel that decide which share of it a disc covers.
const COVERAGE: i32 = 16;

/// A disc of this radius, px: what a point out of focus becomes. Pixels on its rim count by the
/// share of them that it covers.
pub(super) fn disc(radius: f64) -> Vec<Tap> {
    let reach = (radius + 0.5).floor() as i32;
    let offset = |k: i32| (f64::from(k) + 0.5) / f64::from(COVERAGE) - 0.5;
    let covered = |dx: i32, dy: i32| {
        let inside = |i: i32, j: i32| {
            let (x, y) = (f64::from(dx) + offset(i), f64::from(dy) + offset(j));
            x * x + y * y <= radius * radius
        };
        (0..COVERAGE).map(|j| (0..COVERAGE).filter(|&i| inside(i, j)).count()).sum::<usize>()
    };
    let mut cells = BTreeMap::new();
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            cells.insert((dy, dx), covered(dx, dy) as f64);
        }
    }
    normalized(cells)
}

/// A line of this length and direction, px, about its middle: light that moved evenly during the
/// exposure. The label, which holds for the middle of the exposure, stays true.
pub(super) fn line(motion: [f64; 2]) -> Vec<Tap> {
    let length = (motion[0] * motion[0] + motion[1] * motion[1]).sqrt();
    // Points at most a quarter of a pixel apart, each shared out to the four pixels around it.
    let steps = (4.0 * length).ceil().max(1.0);
    let mut cells = BTreeMap::new();
    for k in 0..steps as i32 {
        let t = (f64::from(k) + 0.5) / steps - 0.5;
        let (x, y) = (motion[0] * t, motion[1] * t);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        for (j, wy) in [(0, 1.0 - fy), (1, fy)] {
            for (i, wx) in [(0, 1.0 - fx), (1, fx)] {
                *cells.entry((y.floor() as i32 + j, x.floor() as i32 + i)).or_insert(0.0) +=
                    wx * wy;
            }
        }
    }
    normalized(cells)
}

/// Row by row, zeros left out, with a sum of 1.
fn normalized(cells: BTreeMap<(i32, i32), f64>) -> Vec<Tap> {
    let total: f64 = cells.values().sum();
    let tap = |((dy, dx), w): ((i32, i32), f64)| Tap { dx, dy, weight: (w / total) as f32 };
    cells.into_iter().filter(|(_, w)| *w > 0.0).map(tap).collect()
}

/// Pixels that are summed at once, in registers.
pub(super) const RUN: usize = 16;

/// Convolves; beyond the edge, the edge goes on. (The kernels are symmetric about their middle, so
/// convolution and correlation are the same.)
pub(super) fn convolve(plane: &mut [f32], width: usize, height: usize, kernel: &[Tap]) {
    let reach = kernel.iter().map(|t| t.dx.abs().max(t.dy.abs())).max().unwrap_or(0) as usize;
    if reach == 0 {
        return;
    }
    // A copy with margins wide enough that no tap has to be checked.
    let stride = width.next_multiple_of(RUN) + 2 * reach;
    let mut wide = Vec::with_capacity(stride * (height + 2 * reach));
    for y in 0..height + 2 * reach {
        let row = &plane[y.saturating_sub(reach).min(height - 1) * width..][..width];
        wide.resize(wide.len() + reach, row[0]);
        wide.extend_from_slice(row);
        wide.resize((y + 1) * stride, row[width - 1]);
    }
    let taps: Vec<(usize, f32)> = kernel
        .iter()
        .map(|t| {
            let (down, right) = (t.dy + reach as i32, t.dx + reach as i32);
            (down as usize * stride + right as usize, t.weight)
        })
        .collect();
    for (y, row) in plane.chunks_exact_mut(width).enumerate() {
        for (x, run) in row.chunks_mut(RUN).enumerate() {
            let from = &wide[y * stride + x * RUN..];
            let mut sum = [0.0f32; RUN];
            for &(offset, weight) in &taps {
                let light = &from[offset..][..RUN];
                for i in 0..RUN {
                    sum[i] += weight * light[i];
                }
            }
            run.copy_from_slice(&sum[..run.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sum, centroid and second moments of a kernel.
    fn moments(kernel: &[Tap]) -> [f64; 6] {
        let mut m = [0.0; 6];
        for t in kernel {
            let (x, y, w) = (f64::from(t.dx), f64::from(t.dy), f64::from(t.weight));
            for (sum, f) in m.iter_mut().zip([1.0, x, y, x * x, y * y, x * y]) {
                *sum += w * f;
            }
        }
        m
    }

    #[test]
    fn a_disc_keeps_the_light_and_its_centre() {
        for radius in [0.05, 0.4, 1.0, 2.3, 5.0] {
            let [sum, x, y, xx, ..] = moments(&disc(radius));
            assert!((sum - 1.0).abs() < 1e-5 && x.abs() < 1e-6 && y.abs() < 1e-6, "{radius}");
            // A disc's variance along an axis is radius^2 / 4; whole pixels change it a little.
            assert!((xx - radius * radius / 4.0).abs() < 0.15, "{radius}: {xx}");
        }
        assert_eq!(disc(0.3), [Tap { dx: 0, dy: 0, weight: 1.0 }]);
    }

    #[test]
    fn motion_keeps_the_light_and_the_middle_and_has_the_length_asked_for() {
        for motion in [[6.0, 0.0], [0.0, -3.0], [4.2, 2.7], [0.3, 0.1]] {
            let [sum, x, y, xx, yy, xy] = moments(&line(motion));
            assert!((sum - 1.0).abs() < 1e-5 && x.abs() < 1e-5 && y.abs() < 1e-5, "{motion:?}");
            // A line's variance is length^2 / 12; sharing out to neighbours adds at most 1/4.
            let excess = [xx - motion[0] * motion[0] / 12.0, yy - motion[1] * motion[1] / 12.0];
            assert!(excess.iter().all(|e| (-0.02..0.25).contains(e)), "{motion:?}: {excess:?}");
            assert!((xy - motion[0] * motion[1] / 12.0).abs() < 0.06, "{motion:?} {xy}");
        }
        assert_eq!(line([0.0; 2]), [Tap { dx: 0, dy: 0, weight: 1.0 }]);
    }

    #[test]
    fn convolution_puts_each_tap_where_it_belongs() {
        let (width, height) = (37, 11);
        let mut plane = vec![0.0; width * height];
        plane[5 * width + 20] = 1.0;
        let kernel = line([4.2, 2.7]);
        convolve(&mut plane, width, height, &kernel);
        for t in &kernel {
            let at = (5 - t.dy) as usize * width + (20 - t.dx) as usize;
            assert!((plane[at] - t.weight).abs() < 1e-7);
        }
        let mut flat = vec![0.25; width * height];
        convolve(&mut flat, width, height, &disc(2.0));
        assert!(flat.iter().all(|p| (p - 0.25).abs() < 1e-6), "edges go on");
    }
}
