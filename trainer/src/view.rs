//! The rectangle, mostly a square, in which a network looks at a frame of any size.

use crate::augment::{Levels, between};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use simulator::sample::Frame;

/// A rectangle laid over a frame: moved, scaled, turned, perhaps mirrored.
///
/// A point at (u, v) px of the view, from its middle, is the point `center + scale R (±u, v)` of the
/// frame, where R turns by `angle_rad` (positive from right to down).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct View {
    /// Width and height of the view, px.
    pub(crate) size: (usize, usize),
    /// Its middle in the frame, px.
    pub(crate) center_px: [f32; 2],
    /// Frame px in a px of the view.
    pub(crate) scale: f32,
    /// Turn of the view against the frame.
    pub(crate) angle_rad: f32,
    /// Whether left is right in the view.
    pub(crate) mirror: bool,
}

/// Ranges from which a view is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Variation {
    /// Least and greatest side of the view, as a share of the frame's longer side.
    pub(crate) zoom: [f32; 2],
    /// Largest move of its middle each way, as a share of the frame's longer side.
    pub(crate) shift: f32,
    /// Largest turn, degrees.
    pub(crate) rotation_deg: f32,
    /// Whether every second view is mirrored.
    pub(crate) mirror: bool,
}

impl View {
    /// A random square view of a frame of this width and height, px.
    pub(crate) fn varied(
        (width, height): (usize, usize),
        side: usize,
        Variation { zoom, shift, rotation_deg, mirror }: Variation,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let whole = Self::whole((width, height), side);
        let long = width.max(height) as f32;
        Self {
            center_px: whole.center_px.map(|c| c + long * between(rng, -shift, shift)),
            scale: whole.scale * between(rng, zoom[0], zoom[1]),
            angle_rad: between(rng, -rotation_deg, rotation_deg).to_radians(),
            mirror: mirror && rng.random::<bool>(),
            ..whole
        }
    }

    /// The upright square view that just holds a whole frame of this width and height, px.
    pub(crate) fn whole((width, height): (usize, usize), side: usize) -> Self {
        Self {
            size: (side, side),
            center_px: middle((width, height)),
            scale: width.max(height) as f32 / side as f32,
            angle_rad: 0.0,
            mirror: false,
        }
    }

    /// The view that is the frame of this width and height, px, itself.
    pub(crate) fn same(size: (usize, usize)) -> Self {
        Self { size, center_px: middle(size), scale: 1.0, angle_rad: 0.0, mirror: false }
    }

    /// Where a point of the view, px, lies in the frame, px.
    pub(crate) fn to_frame(self, [u, v]: [f32; 2]) -> [f32; 2] {
        let (sin, cos) = self.angle_rad.sin_cos();
        let [middle_u, middle_v] = middle(self.size);
        let (u, v) = (self.flip() * (u - middle_u), v - middle_v);
        let [x, y] = self.center_px;
        [x + self.scale * (cos * u - sin * v), y + self.scale * (sin * u + cos * v)]
    }

    /// Where a point of the frame, px, lies in the view, px.
    pub(crate) fn to_view(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (sin, cos) = self.angle_rad.sin_cos();
        let (x, y) = ((x - self.center_px[0]) / self.scale, (y - self.center_px[1]) / self.scale);
        let [middle_u, middle_v] = middle(self.size);
        [middle_u + self.flip() * (cos * x + sin * y), middle_v + cos * y - sin * x]
    }

    /// The frame's grey levels in the view. Outside, the frame goes on as its edge. Where a px of the
    /// view covers several of the frame, it is their mean.
    pub(crate) fn sampled(self, frame: &Frame<u8>) -> Levels {
        self.levels(frame, (self.scale.ceil() as usize).max(1))
    }

    /// As [`sampled`](Self::sampled), from `points` times as many in each px of the view.
    pub(crate) fn levels(self, frame: &Frame<u8>, points: usize) -> Levels {
        let offset = |k: usize| (k as f32 + 0.5) / points as f32 - 0.5;
        let share = 1.0 / (points * points) as f32;
        let (width, height) = self.size;
        let mut levels = Vec::with_capacity(width * height);
        for (v, u) in (0..height).flat_map(|v| (0..width).map(move |u| (v, u))) {
            let mut sum = 0.0;
            for (i, j) in (0..points).flat_map(|i| (0..points).map(move |j| (i, j))) {
                let point = [u as f32 + offset(i), v as f32 + offset(j)];
                sum += bilinear(frame, self.to_frame(point));
            }
            levels.push(sum * share);
        }
        Levels::new(self.size, levels)
    }

    /// The frame's pixel nearest to each of the view; `outside` beside the frame. For depth, of which
    /// a mean would stand between two surfaces.
    pub(crate) fn nearest<P: Copy>(self, frame: &Frame<P>, outside: P) -> Frame<P> {
        Frame::from_fn(self.size.0, self.size.1, |u, v| {
            let [x, y] = self.to_frame([u as f32, v as f32]);
            if frame.contains([x, y]) {
                let last = |side: usize| side as f32 - 1.0;
                let (x, y) = (x.round().clamp(0.0, last(frame.width())), y.round());
                frame.get(x as usize, y.clamp(0.0, last(frame.height())) as usize)
            } else {
                outside
            }
        })
    }

    fn flip(self) -> f32 {
        if self.mirror { -1.0 } else { 1.0 }
    }
}

/// The middle of a frame of this size, px.
fn middle((width, height): (usize, usize)) -> [f32; 2] {
    [width, height].map(|n| (n as f32 - 1.0) / 2.0)
}

/// The grey level between four pixels.
fn bilinear(frame: &Frame<u8>, [x, y]: [f32; 2]) -> f32 {
    let (right, bottom) = (frame.width() - 1, frame.height() - 1);
    let (x, y) = (x.clamp(0.0, right as f32), y.clamp(0.0, bottom as f32));
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(right), (y0 + 1).min(bottom));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let level = |x, y| f32::from(frame.get(x, y));
    let top = level(x0, y0) + fx * (level(x1, y0) - level(x0, y0));
    let low = level(x0, y1) + fx * (level(x1, y1) - level(x0, y1));
    top + fy * (low - top)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TURNED: View =
        View { size: (32, 32), center_px: [40.0, 17.0], scale: 1.7, angle_rad: 0.4, mirror: true };

    #[test]
    fn the_nearest_pixel_is_where_to_view_says_and_outside_is_outside() {
        // Turned by a right angle and twice as large: pixel (10, 4) of a 20x20 frame.
        let view = View {
            size: (40, 40),
            center_px: [9.5, 9.5],
            scale: 0.5,
            angle_rad: std::f32::consts::FRAC_PI_2,
            mirror: false,
        };
        let frame = Frame::from_fn(20, 20, |x, y| if (x, y) == (10, 4) { 7u16 } else { 3 });
        let seen = view.nearest(&frame, 0);
        let at = view.to_view([10.0, 4.0]).map(|c| c.round() as usize);
        assert_eq!(seen.get(at[0], at[1]), 7);
        assert_eq!(seen.pixels().iter().filter(|&&p| p == 7).count(), 4, "twice as large");
        assert!(!seen.pixels().contains(&0));
        assert!(View { scale: 0.6, ..view }.nearest(&frame, 0).pixels().contains(&0));
    }

    #[test]
    fn to_the_frame_and_back_is_the_identity() {
        for view in [TURNED, View { mirror: false, ..TURNED }, View::whole((60, 36), 64)] {
            for point in [[0.0, 0.0], [31.0, 3.0], [12.5, 20.25]] {
                let back = view.to_view(view.to_frame(point));
                let off = (back[0] - point[0]).hypot(back[1] - point[1]);
                assert!(off < 1e-4, "{view:?}: {point:?} came back as {back:?}");
            }
        }
    }

    #[test]
    fn the_whole_view_of_a_square_of_its_own_size_is_the_frame() {
        let frame = Frame::from_fn(16, 16, |x, y| (x * 13 + y * 3) as u8);
        let levels = View::whole((16, 16), 16).sampled(&frame).values;
        assert!(levels.iter().zip(frame.pixels()).all(|(l, &p)| (l - f32::from(p)).abs() < 1e-3));
    }

    #[test]
    fn the_edges_of_view_and_frame_meet_at_any_scale() {
        // The left edge of pixel 0 is -0.5 in both.
        for size in [(60, 36), (640, 480), (20, 50)] {
            let view = View::whole(size, 64);
            let long = size.0.max(size.1) as f32;
            let [x, y] = view.to_frame([-0.5, -0.5]);
            let corner = if size.0 > size.1 { x } else { y };
            assert!((corner + 0.5).abs() < 1e-3 * long, "{size:?}: {x}, {y}");
        }
    }

    #[test]
    fn a_bright_spot_is_seen_where_to_view_says() {
        let spot = [44.0f32, 20.0f32];
        let frame = Frame::from_fn(80, 40, |x, y| {
            let r2 = (x as f32 - spot[0]).powi(2) + (y as f32 - spot[1]).powi(2);
            (200.0 * (-r2 / 8.0).exp()) as u8
        });
        let levels = TURNED.sampled(&frame).values;
        let sum: f32 = levels.iter().sum();
        let mean = |f: fn(usize) -> usize| {
            levels.iter().enumerate().map(|(i, l)| f(i) as f32 * l).sum::<f32>() / sum
        };
        let [u, v] = TURNED.to_view(spot);
        let (du, dv) = (mean(|i| i % 32) - u, mean(|i| i / 32) - v);
        assert!(du.hypot(dv) < 0.1, "off by {du}, {dv}");
    }

    #[test]
    fn shrinking_averages_what_falls_into_a_pixel() {
        // Stripes of one px, black and white, ten to a px of the view: grey.
        let frame = Frame::from_fn(640, 640, |x, _| if x % 2 == 0 { 0 } else { 200 });
        let levels = View::whole((640, 640), 64).sampled(&frame).values;
        assert!(levels.iter().all(|l| (l - 100.0).abs() < 12.0));
    }
}
