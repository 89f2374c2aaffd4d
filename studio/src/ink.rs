//! Anti-aliased strokes and discs.

use crate::letter::blend;
use image::{Rgb, RgbImage};

/// A point in an image, px (pixel centres at integers).
pub(crate) type Point = [f32; 2];

/// Draw a line through these points, `width_px` wide, with round ends and joins.
///
/// Coverage is taken from the distance to the *nearest* segment, so that a pixel where two segments
/// meet is inked once.
pub(crate) fn stroke(image: &mut RgbImage, points: &[Point], width_px: f32, color: Rgb<u8>) {
    let half = width_px / 2.0;
    shade(image, points, half, color, |p| {
        let distance = points
            .windows(2)
            .map(|segment| distance_to_segment(p, segment[0], segment[1]))
            .fold(f32::INFINITY, f32::min);
        half + 0.5 - distance
    });
}

/// Draw a filled circle.
pub(crate) fn disc(image: &mut RgbImage, center: Point, radius_px: f32, color: Rgb<u8>) {
    shade(image, &[center], radius_px, color, |p| {
        radius_px + 0.5 - (p[0] - center[0]).hypot(p[1] - center[1])
    });
}

/// Ink every pixel near `points` by its coverage.
fn shade(
    image: &mut RgbImage,
    points: &[Point],
    reach_px: f32,
    color: Rgb<u8>,
    coverage: impl Fn(Point) -> f32,
) {
    // Find the pixels that may be touched: the box around the points, cut by the image.
    let reach = reach_px + 1.0;
    let side = |axis: usize, length: u32| {
        let low = points.iter().fold(f32::INFINITY, |low, p| low.min(p[axis]));
        let high = points.iter().fold(f32::NEG_INFINITY, |high, p| high.max(p[axis]));
        let first = (low - reach).floor().max(0.0) as u32;
        let past = ((high + reach).ceil() + 1.0).clamp(0.0, length as f32) as u32;
        first..past
    };
    let (columns, rows) = (side(0, image.width()), side(1, image.height()));
    // Ink them.
    for y in rows {
        for x in columns.clone() {
            let coverage = coverage([x as f32, y as f32]).clamp(0.0, 1.0);
            if coverage > 0.0 {
                blend(image.get_pixel_mut(x, y), color, coverage);
            }
        }
    }
}

fn distance_to_segment(p: Point, a: Point, b: Point) -> f32 {
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let length_squared = ab[0] * ab[0] + ab[1] * ab[1];
    // A segment of no length is a point.
    let t = if length_squared > 0.0 {
        ((ap[0] * ab[0] + ap[1] * ab[1]) / length_squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (ap[0] - t * ab[0]).hypot(ap[1] - t * ab[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Rgb<u8> = Rgb([0; 3]);

    /// Ink on white paper, in pixels: the sum of all coverage.
    fn ink(image: &RgbImage) -> f32 {
        image.pixels().map(|p| (255.0 - f32::from(p.0[0])) / 255.0).sum()
    }

    #[test]
    fn a_stroke_covers_its_length_times_its_width() {
        let mut image = RgbImage::from_pixel(60, 60, Rgb([255; 3]));
        stroke(&mut image, &[[10.0, 12.0], [40.0, 52.0]], 3.0, BLACK);
        // 50 px long, 3 px wide, and a half disc at each end.
        let expected = 50.0 * 3.0 + std::f32::consts::PI * 1.5 * 1.5;
        assert!((ink(&image) - expected).abs() < 3.0, "{} px of ink", ink(&image));
    }

    #[test]
    fn a_disc_covers_its_area_and_is_cut_at_the_border() {
        let mut image = RgbImage::from_pixel(40, 40, Rgb([255; 3]));
        disc(&mut image, [20.3, 19.6], 8.0, BLACK);
        assert!((ink(&image) - std::f32::consts::PI * 64.0).abs() < 3.0);
        disc(&mut image, [-3.0, 50.0], 8.0, BLACK);
        disc(&mut image, [400.0, -90.0], 8.0, BLACK);
        stroke(&mut image, &[], 3.0, BLACK);
    }

    #[test]
    fn a_joint_is_inked_once() {
        let mut bent = RgbImage::from_pixel(40, 20, Rgb([255; 3]));
        let grey = Rgb([0; 3]);
        stroke(&mut bent, &[[5.0, 10.0], [20.0, 10.0], [35.0, 10.0]], 1.5, grey);
        let mut straight = RgbImage::from_pixel(40, 20, Rgb([255; 3]));
        stroke(&mut straight, &[[5.0, 10.0], [35.0, 10.0]], 1.5, grey);
        assert_eq!(bent, straight);
    }
}
