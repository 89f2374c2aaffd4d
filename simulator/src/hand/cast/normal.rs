//! Which way a surface faces.

use super::super::surface::Cone;
use nalgebra::Vector3;

/// The outward unit normal of the hull of two balls at a point on it.
pub(super) fn of_cone(cone: &Cone, point: Vector3<f64>) -> Vector3<f64> {
    // The point is on the ball that rolls along the axis: find which one.
    let [a, b] = cone.ends;
    let axis = b.center_mm - a.center_mm;
    let shrink = a.radius_mm - b.radius_mm;
    let tangent = axis.norm_squared() - shrink * shrink;
    let center = if tangent <= 0.0 {
        if shrink > 0.0 { a.center_mm } else { b.center_mm }
    } else {
        // The normal leans by shrink over the length, so the ball's centre is that much further on.
        let from = point - a.center_mm;
        let along = from.dot(&axis);
        let away = (from.norm_squared() * axis.norm_squared() - along * along).max(0.0).sqrt();
        let share = (along - away * shrink / tangent.sqrt()) / axis.norm_squared();
        a.center_mm + share.clamp(0.0, 1.0) * axis
    };
    (point - center).normalize()
}
