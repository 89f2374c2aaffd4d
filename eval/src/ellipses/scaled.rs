//! An image as numbers from 0 to 1 that can be shrunk, blurred and moved.

use simulator::sample::Frame;

/// Grey levels, row by row.
#[derive(Debug, Clone)]
pub(super) struct Scaled {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

/// What of the grey levels lies below 0 and above 1 after stretching, each.
const TAIL: f64 = 0.02;

impl Scaled {
    /// The frame with its grey levels stretched so that all but the darkest and brightest lie between 0 and
    /// 1, and how many grey levels that range is.
    pub fn stretched(frame: &Frame<u8>) -> (Self, f64) {
        let mut sorted: Vec<u8> = frame.pixels().to_vec();
        sorted.sort_unstable();
        let at = |q: f64| f32::from(sorted[(q * (sorted.len() - 1) as f64) as usize]);
        let (low, high) = (at(TAIL), at(1.0 - TAIL));
        let range = (high - low).max(1.0);
        let level = |&p: &u8| ((f32::from(p) - low) / range).clamp(-0.25, 1.25);
        let values = frame.pixels().iter().map(level).collect();
        (Self { width: frame.width(), height: frame.height(), values }, f64::from(high - low))
    }

    /// As a frame of 8 bits.
    pub fn to_frame(&self) -> Option<Frame<u8>> {
        let values = self.values.iter().map(|v| (255.0 * v).round() as u8).collect();
        Frame::new(self.width, self.height, values).ok()
    }

    /// Smaller by about this factor: each pixel is the mean of what it covers.
    pub fn shrunk(&self, factor: f64) -> Self {
        let side = |length: usize| ((length as f64 / factor).round() as usize).max(1);
        let (width, height) = (side(self.width), side(self.height));
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let (columns, rows) = (shares(self.width, width), shares(self.height, height));
        let mut values = Vec::with_capacity(width * height);
        for row in &rows {
            for column in &columns {
                let mut sum = 0.0;
                for &(y, share_y) in row {
                    for &(x, share_x) in column {
                        sum += share_x * share_y * self.values[y * self.width + x];
                    }
                }
                values.push(sum);
            }
        }
        Self { width, height, values }
    }

    /// Blurred by a Gaussian; the border is repeated.
    pub fn blurred(&self, sigma_px: f64) -> Self {
        let reach = (3.0 * sigma_px).ceil() as i64;
        let weight = |i: i64| (-0.5 * (i as f64 / sigma_px).powi(2)).exp();
        let sum: f64 = (-reach..=reach).map(weight).sum();
        let kernel: Vec<f32> = (-reach..=reach).map(|i| (weight(i) / sum) as f32).collect();
        let along = |of: &Self, step_x: i64, step_y: i64| {
            let inside = |v: i64, side: usize| v.clamp(0, side as i64 - 1) as usize;
            let mut values = Vec::with_capacity(of.values.len());
            for y in 0..of.height as i64 {
                for x in 0..of.width as i64 {
                    let at = |i: i64| {
                        let (x, y) = (x + i * step_x, y + i * step_y);
                        of.values[inside(y, of.height) * of.width + inside(x, of.width)]
                    };
                    values.push(kernel.iter().zip(-reach..).map(|(w, i)| w * at(i)).sum());
                }
            }
            Self { width: of.width, height: of.height, values }
        };
        along(&along(self, 1, 0), 0, 1)
    }

    /// With a margin all around that repeats the border.
    pub fn padded(&self, margin: usize) -> Self {
        let (width, height) = (self.width + 2 * margin, self.height + 2 * margin);
        let inside = |v: usize, side: usize| v.saturating_sub(margin).min(side - 1);
        let values = (0..width * height)
            .map(|i| {
                let (x, y) = (inside(i % width, self.width), inside(i / width, self.height));
                self.values[y * self.width + x]
            })
            .collect();
        Self { width, height, values }
    }

    /// Of a padded image the values at all places of the image in it, each moved by [right, down] px.
    pub fn shifted(
        &self,
        margin: usize,
        by: [f64; 2],
        width: usize,
        height: usize,
    ) -> impl Iterator<Item = f32> + '_ {
        let whole = by.map(f64::floor);
        let [u, v] = [(by[0] - whole[0]) as f32, (by[1] - whole[1]) as f32];
        let left = (margin as f64 + whole[0]) as usize;
        let top = (margin as f64 + whole[1]) as usize;
        (0..height).flat_map(move |row| {
            let line = |y: usize| &self.values[y * self.width + left..][..width + 1];
            let (upper, lower) = (line(top + row), line(top + row + 1));
            (0..width).map(move |x| {
                let at = |line: &[f32]| line[x] + u * (line[x + 1] - line[x]);
                at(upper) + v * (at(lower) - at(upper))
            })
        })
    }
}

/// For each of `to` pixels along a side of `from`: which ones it covers and by what share of it.
fn shares(from: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let factor = from as f64 / to as f64;
    (0..to)
        .map(|i| {
            let (start, end) = (i as f64 * factor, (i + 1) as f64 * factor);
            let last = (end.ceil() as usize).min(from);
            (start as usize..last)
                .map(|k| {
                    let covered = end.min((k + 1) as f64) - start.max(k as f64);
                    (k, (covered.max(0.0) / factor) as f32)
                })
                .collect()
        })
        .collect()
}
