//! An ellipse in an image.

use serde::{Deserialize, Serialize};

/// An ellipse in image coordinates, px (pixel centres at integers).
///
/// `semi_major >= semi_minor > 0`; `orientation` is the angle of the major axis from +x towards +y
/// (clockwise on screen, because y points down), radians in [0, π).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ellipse {
    /// Centre, px.
    pub center: [f32; 2],
    /// Half the longer axis, px.
    pub semi_major: f32,
    /// Half the shorter axis, px.
    pub semi_minor: f32,
    /// Angle of the longer axis from +x towards +y, radians in [0, π).
    pub orientation: f32,
}

impl Ellipse {
    /// The ellipse through these half axes, in any order and at any angle.
    pub fn new(center: [f32; 2], axis_a: f32, axis_b: f32, orientation_a: f32) -> Self {
        let (semi_major, semi_minor, angle) = if axis_a >= axis_b {
            (axis_a, axis_b, orientation_a)
        } else {
            (axis_b, axis_a, orientation_a + std::f32::consts::FRAC_PI_2)
        };
        let mut orientation = angle.rem_euclid(std::f32::consts::PI);
        // A tiny negative angle rounds up to π itself.
        if orientation >= std::f32::consts::PI {
            orientation = 0.0;
        }
        Self { center, semi_major, semi_minor, orientation }
    }

    /// The point at parameter `t` (radians, from the end of the major axis), px.
    pub fn point(&self, t: f32) -> [f32; 2] {
        let (along, across) = (self.semi_major * t.cos(), self.semi_minor * t.sin());
        let (sin, cos) = self.orientation.sin_cos();
        [self.center[0] + along * cos - across * sin, self.center[1] + along * sin + across * cos]
    }

    /// Below 1 inside, 1 on the ellipse, above 1 outside: the radius of the point in units of the
    /// ellipse's own radius in that direction.
    pub fn relative_radius(&self, point: [f32; 2]) -> f32 {
        let (dx, dy) = (point[0] - self.center[0], point[1] - self.center[1]);
        let (sin, cos) = self.orientation.sin_cos();
        let along = (dx * cos + dy * sin) / self.semi_major;
        let across = (dy * cos - dx * sin) / self.semi_minor;
        along.hypot(across)
    }

    /// Radius of the circle of the same area, px.
    pub fn mean_radius(&self) -> f32 {
        (self.semi_major * self.semi_minor).sqrt()
    }

    /// Distance of the centres, px.
    pub fn center_distance(&self, other: &Self) -> f32 {
        (self.center[0] - other.center[0]).hypot(self.center[1] - other.center[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::PI;

    #[test]
    fn the_axes_are_put_in_order() {
        let e = Ellipse::new([1.0, 2.0], 3.0, 5.0, 0.0);
        assert_eq!((e.semi_major, e.semi_minor), (5.0, 3.0));
        assert!((e.orientation - PI / 2.0).abs() < 1e-6);
        assert!((0.0..PI).contains(&Ellipse::new([0.0, 0.0], 2.0, 1.0, -1e-9).orientation));
    }

    #[test]
    fn its_points_have_relative_radius_one() {
        let e = Ellipse::new([20.0, 11.0], 6.0, 4.0, 0.7);
        for k in 0..32 {
            assert!((e.relative_radius(e.point(k as f32 * 0.2)) - 1.0).abs() < 1e-5);
        }
        assert_eq!(e.relative_radius(e.center), 0.0);
    }
}
