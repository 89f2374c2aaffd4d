//! The outline of a hand in a depth image, and how two of them differ.

use serde::{Deserialize, Serialize};
use simulator::sample::Frame;

/// Farthest shift that is tried each way, px.
const REACH: i64 = 8;

/// Which pixels show something.
#[derive(Debug, Clone, PartialEq)]
pub struct Silhouette {
    width: usize,
    height: usize,
    inside: Vec<u8>,
}

/// What became of an outline.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SilhouetteChange {
    /// The shift that lays the first over the second best, to the right, px.
    pub dx_px: f64,
    /// Downwards, px.
    pub dy_px: f64,
    /// Mean distance of each pixel of one contour from the nearest one of the other, both ways, px.
    pub contour_px: f64,
    /// Pixels inside, second over first.
    pub area_ratio: f64,
}

impl SilhouetteChange {
    /// Length of the shift, px.
    pub fn shift_px(&self) -> f64 {
        self.dx_px.hypot(self.dy_px)
    }
}

impl Silhouette {
    /// Of a depth image, 0 where nothing is.
    pub fn new(frame_mm: &Frame<u16>) -> Self {
        let (width, height) = frame_mm.size();
        let inside = frame_mm.pixels().iter().map(|&mm| u8::from(mm > 0)).collect();
        Self { width, height, inside }
    }

    /// Pixels inside.
    pub fn area(&self) -> usize {
        self.inside.iter().map(|&i| usize::from(i)).sum()
    }

    /// What became of this outline in another image of its size; `None` where one of them has no
    /// contour (nothing, or everything, is inside).
    pub fn change(&self, other: &Self) -> Option<SilhouetteChange> {
        let (mine, others) = (self.contour(), other.contour());
        if mine.is_empty() || others.is_empty() || self.inside.len() != other.inside.len() {
            return None;
        }
        // Each way by itself, so that a frayed contour, which is longer, does not outweigh the other.
        let way = |from: &[[f64; 2]], to: &[[f64; 2]]| {
            from.iter().map(|&p| nearest(p, to)).sum::<f64>() / from.len() as f64
        };
        let [dx_px, dy_px] = self.shift(other);
        Some(SilhouetteChange {
            dx_px,
            dy_px,
            contour_px: (way(&mine, &others) + way(&others, &mine)) / 2.0,
            area_ratio: other.area() as f64 / self.area() as f64,
        })
    }

    /// The shift (right, down), px, after which the fewest pixels of the two differ. Between pixels,
    /// the number of differing ones rises in a straight line to both sides of its least (each row of
    /// the contour adds its own pixels), so its place follows from the numbers one px beside it
    /// (equiangular fit).
    fn shift(&self, other: &Self) -> [f64; 2] {
        let share = |at: [i64; 2]| {
            let (differ, pixels) = self.differing(other, at);
            if pixels == 0 { 1.0 } else { differ as f64 / pixels as f64 }
        };
        let mut best = ([0, 0], share([0, 0]));
        for dy in -REACH..=REACH {
            for dx in -REACH..=REACH {
                let cost = share([dx, dy]);
                // Of equals the shortest.
                let length = |[x, y]: [i64; 2]| x * x + y * y;
                if cost < best.1 || (cost == best.1 && length([dx, dy]) < length(best.0)) {
                    best = ([dx, dy], cost);
                }
            }
        }
        let [dx, dy] = best.0;
        // Here the number and not the share: the overlap changes from px to px, the outline does not.
        let count = |x: i64, y: i64| self.differing(other, [dx + x, dy + y]).0 as f64;
        let vertex = |before: f64, after: f64| {
            let rise = before.max(after) - count(0, 0);
            if rise > 0.0 { (before - after) / (2.0 * rise) } else { 0.0 }
        };
        [
            dx as f64 + vertex(count(-1, 0), count(1, 0)),
            dy as f64 + vertex(count(0, -1), count(0, 1)),
        ]
    }

    /// In how many of the pixels that both have, the first moved by (right, down), they differ; and
    /// how many those are.
    fn differing(&self, other: &Self, [dx, dy]: [i64; 2]) -> (usize, usize) {
        let overlap = |side: usize, d: i64| {
            let side = side as i64;
            (d.clamp(0, side) as usize, (side + d.min(0)).max(0) as usize)
        };
        let ((left, right), (top, bottom)) = (overlap(self.width, dx), overlap(self.height, dy));
        if left >= right || top >= bottom {
            return (0, 0);
        }
        let columns = right - left;
        let mut differ = 0;
        for y in top..bottom {
            let theirs = y * self.width + left;
            let mine = ((y as i64 - dy) * self.width as i64 + left as i64 - dx) as usize;
            let row =
                self.inside[mine..mine + columns].iter().zip(&other.inside[theirs..][..columns]);
            differ += row.map(|(a, b)| usize::from(a ^ b)).sum::<usize>();
        }
        (differ, columns * (bottom - top))
    }

    /// Centres of the pixels inside that touch one outside; the image's edge is no contour.
    fn contour(&self) -> Vec<[f64; 2]> {
        let inside = |x: usize, y: usize| self.inside[y * self.width + x] == 1;
        let mut contour = Vec::new();
        for y in 0..self.height {
            for x in (0..self.width).filter(|&x| inside(x, y)) {
                let beside =
                    [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
                let within = |&(x, y): &(usize, usize)| x < self.width && y < self.height;
                if beside.into_iter().filter(within).any(|(x, y)| !inside(x, y)) {
                    contour.push([x as f64, y as f64]);
                }
            }
        }
        contour
    }
}

/// Distance of a point from the nearest of these, px.
fn nearest([x, y]: [f64; 2], points: &[[f64; 2]]) -> f64 {
    let square = |p: &[f64; 2]| (p[0] - x).powi(2) + (p[1] - y).powi(2);
    points.iter().map(square).fold(f64::INFINITY, f64::min).sqrt()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn square(left: usize, top: usize, side: usize) -> Silhouette {
        let within = |at: usize, from: usize| (from..from + side).contains(&at);
        Silhouette::new(&Frame::from_fn(40, 30, |x, y| {
            if within(x, left) && within(y, top) { 700 } else { 0 }
        }))
    }

    /// A disc whose edge lies between the pixels, and a finger on it.
    fn hand(x0: f64, y0: f64, radius: f64) -> Silhouette {
        Silhouette::new(&Frame::from_fn(120, 120, |x, y| {
            let (x, y) = (x as f64 - x0, y as f64 - y0);
            let finger = x.abs() < 6.3 && (-44.6..0.0).contains(&y);
            if x.hypot(y) < radius || finger { 800 } else { 0 }
        }))
    }

    #[test]
    fn whole_pixels_of_shift_are_found_exactly_and_a_still_hand_has_none() {
        for [dx, dy] in [[0, 0], [3, 0], [-2, 5], [8, -7]] {
            let moved = square((12 + dx) as usize, (10 + dy) as usize, 10);
            let change = square(12, 10, 10).change(&moved).unwrap();
            assert_eq!([change.dx_px, change.dy_px], [dx as f64, dy as f64]);
            assert_eq!(change.area_ratio, 1.0);
        }
        let still = square(12, 10, 10).change(&square(12, 10, 10)).unwrap();
        assert_eq!((still.contour_px, still.shift_px()), (0.0, 0.0));
    }

    #[test]
    fn parts_of_a_pixel_are_found_to_a_tenth() {
        for [dx, dy] in [[0.3, 0.0], [-0.5, 0.25], [1.7, -2.4]] {
            let change = hand(60.0, 70.0, 25.2).change(&hand(60.0 + dx, 70.0 + dy, 25.2)).unwrap();
            let off = (change.dx_px - dx).hypot(change.dy_px - dy);
            assert!(off < 0.2, "{dx} {dy}: {change:?}");
        }
    }

    #[test]
    fn a_contour_that_shrinks_by_a_pixel_is_a_pixel_away_and_does_not_shift() {
        let change = square(12, 10, 12).change(&square(13, 11, 10)).unwrap();
        // Each corner of the outer square is √2 away.
        let outer = (40.0 + 4.0 * 2f64.sqrt()) / 44.0;
        assert!((change.contour_px - (outer + 1.0) / 2.0).abs() < 1e-12);
        assert_eq!(change.shift_px(), 0.0);
        assert!((change.area_ratio - 100.0 / 144.0).abs() < 1e-12);
    }

    #[test]
    fn without_a_contour_nothing_is_said() {
        let nothing = Silhouette::new(&Frame::from_fn(40, 30, |_, _| 0));
        let everything = Silhouette::new(&Frame::from_fn(40, 30, |_, _| 900));
        assert_eq!(square(12, 10, 10).change(&nothing), None);
        assert_eq!(everything.change(&square(12, 10, 10)), None);
    }
}
