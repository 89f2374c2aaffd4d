//! A frame as a continuous function of position.

use simulator::sample::Frame;

/// Luminance between the pixels: cubic interpolation (Keys 1981, a = -1/2), which goes through the
/// pixels and reproduces straight ramps. Coordinates are the frame's: pixel centres at integers;
/// outside, the border pixel is repeated.
#[derive(Debug, Clone)]
pub struct Surface {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Surface {
    /// The surface through the pixels of a frame.
    pub fn new(frame: &Frame<u8>) -> Self {
        let values = frame.pixels().iter().map(|&p| f32::from(p)).collect();
        Self { width: frame.width(), height: frame.height(), values }
    }

    /// Width, px.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height, px.
    pub fn height(&self) -> usize {
        self.height
    }

    /// True if the position lies between the outermost pixel centres.
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        x >= 0.0 && y >= 0.0 && x <= (self.width - 1) as f64 && y <= (self.height - 1) as f64
    }

    /// The value at a position, grey levels.
    pub fn at(&self, [x, y]: [f64; 2]) -> f64 {
        let (column, row) = (x.floor(), y.floor());
        let (weights_x, weights_y) = (cubic(x - column), cubic(y - row));
        let mut sum = 0.0;
        for (j, weight_y) in weights_y.iter().enumerate() {
            let line = clamped(row as i64 + j as i64 - 1, self.height) * self.width;
            let mut along = 0.0;
            for (i, weight_x) in weights_x.iter().enumerate() {
                let value = self.values[line + clamped(column as i64 + i as i64 - 1, self.width)];
                along += weight_x * f64::from(value);
            }
            sum += weight_y * along;
        }
        sum
    }

    /// The value at a position by bilinear interpolation: a third of the cost, for coarse searches.
    pub(crate) fn at_fast(&self, [x, y]: [f64; 2]) -> f64 {
        let x = x.clamp(0.0, (self.width - 1) as f64);
        let y = y.clamp(0.0, (self.height - 1) as f64);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (u, v) = (x - left as f64, y - top as f64);
        let value = |column: usize, row: usize| f64::from(self.values[row * self.width + column]);
        (value(left, top) * (1.0 - u) + value(right, top) * u) * (1.0 - v)
            + (value(left, bottom) * (1.0 - u) + value(right, bottom) * u) * v
    }

    /// The pixels, row by row, grey levels.
    pub(crate) fn values(&self) -> &[f32] {
        &self.values
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }
}

fn clamped(index: i64, length: usize) -> usize {
    index.clamp(0, length as i64 - 1) as usize
}

/// Weights of the pixels at -1, 0, 1 and 2 for a position `t` between 0 and 1.
pub(crate) fn cubic(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        -0.5 * t3 + t2 - 0.5 * t,
        1.5 * t3 - 2.5 * t2 + 1.0,
        -1.5 * t3 + 2.0 * t2 + 0.5 * t,
        0.5 * t3 - 0.5 * t2,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_through_the_pixels_and_along_ramps() {
        let frame = Frame::from_fn(9, 7, |x, y| (10 * x + 3 * y) as u8);
        let surface = Surface::new(&frame);
        assert!((surface.at([4.0, 3.0]) - 49.0).abs() < 1e-9);
        assert!((surface.at([4.3, 3.7]) - (43.0 + 11.1)).abs() < 1e-6);
        assert!((surface.at_fast([4.3, 3.7]) - (43.0 + 11.1)).abs() < 1e-6);
        assert_eq!(surface.at([-5.0, -5.0]), 0.0);
        assert!(surface.contains([8.0, 6.0]) && !surface.contains([8.1, 6.0]));
    }
}
