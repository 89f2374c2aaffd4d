//! Blur: defocus, motion, a lens of its time.

use super::Levels;

/// A blur of a smaller standard deviation than this changes nothing that a pixel shows, px.
const LEAST_PX: f32 = 0.3;

impl Levels {
    /// Blurred by a Gaussian of this standard deviation, px; the border goes on outside.
    pub(crate) fn blurred(self, sigma_px: f32) -> Self {
        if sigma_px <= LEAST_PX {
            return self;
        }
        let reach = (2.5 * sigma_px).ceil() as isize;
        let kernel: Vec<f32> =
            (-reach..=reach).map(|k| (-0.5 * (k as f32 / sigma_px).powi(2)).exp()).collect();
        let sum: f32 = kernel.iter().sum();
        let (last_x, last_y) = (self.width as isize - 1, self.height as isize - 1);
        let pass = |from: &[f32], step_x: isize, step_y: isize| -> Vec<f32> {
            let mut to = Vec::with_capacity(from.len());
            for (y, x) in (0..=last_y).flat_map(|y| (0..=last_x).map(move |x| (y, x))) {
                let at = |k: isize| {
                    let x = (x + k * step_x).clamp(0, last_x);
                    let y = (y + k * step_y).clamp(0, last_y);
                    from[(y * (last_x + 1) + x) as usize]
                };
                let total: f32 = kernel.iter().zip(-reach..=reach).map(|(w, k)| w * at(k)).sum();
                to.push(total / sum);
            }
            to
        };
        let values = pass(&pass(&self.values, 1, 0), 0, 1);
        Self { values, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_mean_and_spreads_a_point_by_its_sigma() {
        let (width, height) = (31, 23);
        let mut point = vec![0.0; width * height];
        point[11 * width + 15] = 1000.0;
        let soft = Levels::new((width, height), point).blurred(1.5).values;
        let sum: f32 = soft.iter().sum();
        assert!((sum - 1000.0).abs() < 0.1);
        let variance = |off: &dyn Fn(usize) -> f32| {
            soft.iter().enumerate().map(|(i, l)| l * off(i).powi(2)).sum::<f32>() / sum
        };
        // Cut off at 2.5 sigma, 9 % of the variance are missing.
        for of in
            [variance(&|i| (i % width) as f32 - 15.0), variance(&|i| (i / width) as f32 - 11.0)]
        {
            assert!((of / 2.25 - 0.93).abs() < 0.05, "{of}");
        }
    }

    #[test]
    fn at_the_border_a_flat_picture_stays_flat() {
        let soft = Levels::new((5, 3), vec![80.0; 15]).blurred(2.0).values;
        assert!(soft.iter().all(|l| (l - 80.0).abs() < 1e-3), "{soft:?}");
    }
}
