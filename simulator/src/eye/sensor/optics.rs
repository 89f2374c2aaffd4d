//! Vignette and the lens's Gaussian blur.

use super::kernel::RUN;

/// Darkens towards the corners: by half of `strength` at the edges' middles, by all of it at the
/// corners.
pub(super) fn vignette(plane: &mut [f32], width: usize, height: usize, strength: f32) {
    if strength == 0.0 {
        return;
    }
    let place = |k: usize, n: usize| 2.0 * (k as f32 + 0.5) / n as f32 - 1.0;
    let across: Vec<f32> = (0..width).map(|x| place(x, width) * place(x, width)).collect();
    for (y, row) in plane.chunks_exact_mut(width).enumerate() {
        let v = place(y, height) * place(y, height);
        for (p, u) in row.iter_mut().zip(&across) {
            *p *= 1.0 - strength * 0.5 * (u + v);
        }
    }
}

/// A separable Gaussian; beyond the edge, the edge goes on.
pub(super) fn blur(plane: &mut [f32], width: usize, height: usize, sigma: f64) {
    if sigma < 0.05 {
        return;
    }
    let reach = (3.0 * sigma).ceil() as usize;
    let bell = |k: usize| libm::exp(-0.5 * (k as f64 / sigma) * (k as f64 / sigma));
    let total = bell(0) + 2.0 * (1..=reach).map(bell).sum::<f64>();
    let weights: Vec<f32> = (0..=reach).map(|k| (bell(k) / total) as f32).collect();

    // Down the columns, then along each row; a run of pixels at a time, in registers.
    let stride = width.next_multiple_of(RUN);
    let mut columns = vec![0.0f32; stride * height];
    for (wide, row) in columns.chunks_exact_mut(stride).zip(plane.chunks_exact(width)) {
        wide[..width].copy_from_slice(row);
    }
    let mut line = vec![0.0f32; stride + 2 * reach];
    for (y, out) in plane.chunks_exact_mut(width).enumerate() {
        for x in (0..width).step_by(RUN) {
            let sum = weighted(&weights, &columns, |d| {
                (y.saturating_sub(d) * stride + x, (y + d).min(height - 1) * stride + x)
            });
            line[reach + x..][..RUN].copy_from_slice(&sum);
        }
        let (first, last) = (line[reach], line[reach + width - 1]);
        line[..reach].fill(first);
        line[reach + width..].fill(last);
        for (k, run) in out.chunks_mut(RUN).enumerate() {
            let middle = reach + k * RUN;
            let sum = weighted(&weights, &line, |d| (middle - d, middle + d));
            run.copy_from_slice(&sum[..run.len()]);
        }
    }
}

/// A run of weighted sums; `places` says where the two runs at distance `d` begin.
#[inline(always)]
fn weighted(
    weights: &[f32],
    pixels: &[f32],
    places: impl Fn(usize) -> (usize, usize),
) -> [f32; RUN] {
    let mut sum = [0.0f32; RUN];
    let middle = &pixels[places(0).0..][..RUN];
    for i in 0..RUN {
        sum[i] = weights[0] * middle[i];
    }
    for (d, &w) in weights.iter().enumerate().skip(1) {
        let (a, b) = places(d);
        let (a, b) = (&pixels[a..][..RUN], &pixels[b..][..RUN]);
        for i in 0..RUN {
            sum[i] += w * (a[i] + b[i]);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_becomes_a_bell_of_the_width_asked_for() {
        let (width, height) = (41, 31);
        let mut plane = vec![0.0; width * height];
        plane[15 * width + 20] = 1.0;
        blur(&mut plane, width, height, 1.7);
        let moment = |f: fn(f64, f64) -> f64| -> f64 {
            let at = |k: usize| ((k % width) as f64 - 20.0, (k / width) as f64 - 15.0);
            (0..plane.len()).map(|k| plane[k] as f64 * f(at(k).0, at(k).1)).sum()
        };
        assert!((moment(|_, _| 1.0) - 1.0).abs() < 1e-5);
        assert!(moment(|x, _| x).abs() < 1e-5 && moment(|_, y| y).abs() < 1e-5);
        assert!((moment(|x, _| x * x).sqrt() - 1.7).abs() < 0.03);
        assert!((moment(|_, y| y * y).sqrt() - 1.7).abs() < 0.03);
    }

    #[test]
    fn the_vignette_leaves_the_middle_and_takes_its_strength_at_the_corners() {
        let (width, height) = (101, 51);
        let mut plane = vec![1.0; width * height];
        vignette(&mut plane, width, height, 0.4);
        assert!((plane[25 * width + 50] - 1.0).abs() < 1e-6);
        assert!((plane[0] - 0.6).abs() < 0.02, "{}", plane[0]);
        assert!((plane[0] - plane[width * height - 1]).abs() < 1e-6);
    }
}
