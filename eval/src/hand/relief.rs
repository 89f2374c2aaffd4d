//! What of a depth image shows how it was seen.

use simulator::sample::Frame;

/// Depth between neighbours from which on they are two surfaces, mm.
const EDGE_MM: f32 = 25.0;
/// Farthest that a pixel is said to stand out, mm; where nothing is, everywhere.
pub const LIMIT_MM: f32 = 4.0;

/// How far each pixel (mm, 0 = nothing) stands behind the middle of its neighbours, mm, from
/// -[`LIMIT_MM`] to [`LIMIT_MM`]; the latter where nothing is.
///
/// Made for [`realism`](crate::realism), which looks at differences of pixels: in depth itself the step
/// from hand to nothing, 100 mm, would hide a sensor's texture, 1 mm. Here a plane, however it is
/// turned, is 0; what is left are noise, steps of the sensor, and curvature, and around them the
/// outline, frayed or not. Only neighbours that face each other across the pixel count, so a plane is 0
/// along its rim too.
pub fn relief(frame_mm: &Frame<u16>) -> Frame<f32> {
    let (width, height) = frame_mm.size();
    Frame::from_fn(width, height, |x, y| {
        let here = f32::from(frame_mm.get(x, y));
        if here == 0.0 {
            return LIMIT_MM;
        }
        let beside = |dx: isize, dy: isize| {
            let (x, y) = (x.checked_add_signed(dx)?, y.checked_add_signed(dy)?);
            let there = (x < width && y < height).then(|| f32::from(frame_mm.get(x, y)))?;
            (there > 0.0 && (there - here).abs() < EDGE_MM).then_some(there - here)
        };
        let (mut sum, mut count) = (0.0, 0.0);
        for (dx, dy) in [(1, 0), (0, 1), (1, 1), (1, -1)] {
            if let (Some(a), Some(b)) = (beside(dx, dy), beside(-dx, -dy)) {
                sum += (a + b) / 2.0;
                count += 1.0;
            }
        }
        if count == 0.0 { 0.0 } else { (-sum / count).clamp(-LIMIT_MM, LIMIT_MM) }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::realism::RealImages;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// A tilted disc before nothing, each pixel off by up to so many mm.
    fn disc(seed: u64, noise_mm: f32) -> Frame<u16> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let [x0, y0] = [0, 0].map(|_| rng.random_range(12.0..20.0f32));
        Frame::from_fn(32, 32, |x, y| {
            let (x, y) = (x as f32 - x0, y as f32 - y0);
            let noise = noise_mm * rng.random_range(-1.0..=1.0f32);
            if x.hypot(y) < 11.0 { (800.0 + 3.0 * x - 2.0 * y + noise).round() as u16 } else { 0 }
        })
    }

    #[test]
    fn a_plane_is_flat_to_its_rim_and_a_step_of_a_millimetre_is_one() {
        let plane =
            Frame::from_fn(9, 7, |x, y| if x < 6 { 700 + 4 * x as u16 + 2 * y as u16 } else { 0 });
        let flat = relief(&plane);
        assert!((0..7).all(|y| (0..6).all(|x| flat.get(x, y) == 0.0)));
        assert!((0..7).all(|y| (6..9).all(|x| flat.get(x, y) == LIMIT_MM)));
        let bump = Frame::from_fn(5, 5, |x, y| if (x, y) == (2, 2) { 699 } else { 700 });
        assert_eq!(relief(&bump).get(2, 2), -1.0);
        let tower = Frame::from_fn(5, 5, |x, y| if (x, y) == (2, 2) { 690 } else { 700 });
        assert_eq!(relief(&tower).get(2, 2), -LIMIT_MM);
    }

    #[test]
    fn two_surfaces_are_not_mixed() {
        let step = Frame::from_fn(8, 5, |x, _| if x < 4 { 700 } else { 760 });
        assert!(relief(&step).pixels().iter().all(|&mm| mm == 0.0));
    }

    #[test]
    fn realism_tells_a_millimetre_of_noise_apart_and_takes_alike_for_alike() {
        let set = |seeds: std::ops::Range<u64>, mm| {
            seeds.map(|seed| relief(&disc(seed, mm))).collect::<Vec<_>>()
        };
        let real = RealImages::new(&set(0..120, 1.0)).unwrap();
        let alike = real.compare(&set(500..620, 1.0)).unwrap();
        let exact = real.compare(&set(500..620, 0.0)).unwrap();
        assert!(
            (alike.two_sample_accuracy - 0.5).abs() < 3.5 * alike.two_sample_error,
            "{alike:?}"
        );
        assert!(exact.two_sample_accuracy > 0.95, "{exact:?}");
        assert!(exact.kernel_distance > 10.0 * alike.kernel_distance.abs(), "{alike:?} {exact:?}");
    }
}
