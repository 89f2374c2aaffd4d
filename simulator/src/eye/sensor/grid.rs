//! The sensor's own pixel grid over the crop.

use super::draw::Draw;

/// A grid of square pixels that are as large as the crop's or larger.
pub(super) struct Grid {
    pitch: f64,
    /// Crop coordinate of the first sensor pixel's centre, per axis.
    first: [f64; 2],
    /// Columns and rows.
    pub size: [usize; 2],
    /// Columns and rows of the crop.
    crop: [usize; 2],
}

impl Grid {
    pub fn new(draw: &Draw, width: usize, height: usize) -> Self {
        // The grid begins up to one of its pixels outside of the crop, and ends outside of it.
        let first = draw.phase.map(|phase| -0.5 - phase * draw.pitch);
        let count = |axis: usize, n: usize| {
            ((n as f64 - 0.5 - first[axis]) / draw.pitch).ceil() as usize + 1
        };
        let size = [count(0, width), count(1, height)];
        Self { pitch: draw.pitch, first, size, crop: [width, height] }
    }

    /// Mean light on each sensor pixel (by area, along one axis after the other).
    pub fn gather(&self, plane: &[f32], out: &mut Vec<f32>) {
        let [width, _] = self.crop;
        let (across, down) = (self.all_taps(0), self.all_taps(1));
        let mut line = vec![0.0f32; width];
        for taps in down.chunks_exact(self.tap_count()) {
            line.fill(0.0);
            for &(y, w) in taps {
                for (sum, p) in line.iter_mut().zip(&plane[y * width..][..width]) {
                    *sum += w * p;
                }
            }
            let from = out.len();
            out.resize(from + self.size[0], 0.0);
            for (p, taps) in out[from..].iter_mut().zip(across.chunks_exact(self.tap_count())) {
                for &(x, w) in taps {
                    *p += line[x] * w;
                }
            }
        }
    }

    /// Crop pixels that one sensor pixel can reach along an axis.
    fn tap_count(&self) -> usize {
        self.pitch.ceil() as usize + 1
    }

    /// For each sensor pixel along an axis the crop pixels under it ([`Self::tap_count`] of them),
    /// with their shares of it; the crop's edge goes on outside.
    fn all_taps(&self, axis: usize) -> Vec<(usize, f32)> {
        let mut taps = Vec::with_capacity(self.size[axis] * self.tap_count());
        for index in 0..self.size[axis] {
            let low = self.first[axis] + (index as f64 - 0.5) * self.pitch;
            let high = low + self.pitch;
            let from = (low + 0.5).floor() as i64;
            for k in from..from + self.tap_count() as i64 {
                let covered = (high.min(k as f64 + 0.5) - low.max(k as f64 - 0.5)).max(0.0);
                let inside = k.clamp(0, self.crop[axis] as i64 - 1);
                taps.push((inside as usize, (covered / self.pitch) as f32));
            }
        }
        taps
    }

    /// Bilinear values at the crop's pixels, as a warp of the webcam's picture gives.
    pub fn spread(&self, sensed: &[f32], out: &mut Vec<f32>) {
        let [columns, _] = self.size;
        let [width, height] = self.crop;
        let across: Vec<(usize, f32)> = (0..width).map(|x| self.place(0, x)).collect();
        let mut line = vec![0.0f32; columns];
        for y in 0..height {
            let (r, fy) = self.place(1, y);
            let (top, bottom) = (&sensed[r * columns..], &sensed[(r + 1) * columns..]);
            for ((p, a), b) in line.iter_mut().zip(top).zip(bottom) {
                *p = a + (b - a) * fy;
            }
            let from = out.len();
            out.resize(from + width, 0.0);
            for (p, &(c, fx)) in out[from..].iter_mut().zip(&across) {
                let pair = &line[c..][..2];
                *p = pair[0] + (pair[1] - pair[0]) * fx;
            }
        }
    }

    /// The sensor pixel at or before a crop pixel, and how far the way is to the next, 0 to 1.
    fn place(&self, axis: usize, k: usize) -> (usize, f32) {
        let at = (k as f64 - self.first[axis]) / self.pitch;
        let low = (at.floor().max(0.0) as usize).min(self.size[axis] - 2);
        (low, (at - low as f64) as f32)
    }
}
