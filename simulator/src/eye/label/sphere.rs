//! Where a sphere around the origin refracts or mirrors light, without trigonometry.
//!
//! Both ends of the way and the centre span a plane, so the point of the sphere is one unknown: Newton's
//! method for the shortest way.

use nalgebra::Vector3;

/// One end of a way of light.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// A place, mm.
    At(Vector3<f64>),
    /// Infinitely far in this unit direction.
    Towards(Vector3<f64>),
}

/// Newton's method has arrived after a step of this length, mm: its error is a few times the square.
pub(super) const ARRIVED_MM: f64 = 1e-6;
/// Its most steps; three or four are usual.
pub(super) const MOST_STEPS: usize = 40;

/// Where an observer outside of a sphere sees a point inside it, behind this refractive index.
///
/// The unknown is the tangent of half the angle at the centre, from the observer. The solution lies
/// between the directions of observer and point; a step that leaves these bounds halves them instead.
pub(super) fn refract(
    radius: f64,
    index: f64,
    point: Vector3<f64>,
    observer: Vector3<f64>,
) -> Vector3<f64> {
    // Axes of the plane: towards the observer, and across on the point's side.
    let far = observer.norm();
    let along = observer / far;
    let px = point.dot(&along);
    let across = point - along * px;
    let py = across.norm();
    if py < 1e-12 {
        return along * radius;
    }
    let across = across / py;
    // Begin where the straight line leaves the sphere.
    let (mut dx, mut dy) = (far - px, -py);
    let length = (dx * dx + dy * dy).sqrt();
    (dx, dy) = (dx / length, dy / length);
    let (b, squared) = (px * dx + py * dy, px * px + py * py);
    let way = (b * b - squared + radius * radius).max(0.0).sqrt() - b;
    let mut t = (py + way * dy) / (radius + px + way * dx);
    let (mut low, mut high) = (0.0, py / (squared.sqrt() + px));
    let circle = |t: f64| {
        let inv = 1.0 / (1.0 + t * t);
        ((1.0 - t * t) * inv, 2.0 * t * inv)
    };
    for _ in 0..MOST_STEPS {
        let (cos, sin) = circle(t);
        let (sx, sy) = (radius * cos, radius * sin);
        // To either end: distance, and the unit vector's parts along the tangent and the normal.
        let toward = |x: f64, y: f64| {
            let per_mm = 1.0 / (x * x + y * y).sqrt();
            (per_mm, (y * cos - x * sin) * per_mm, (x * cos + y * sin) * per_mm)
        };
        let (out_per_mm, out_tangent, out_normal) = toward(far - sx, -sy);
        let (in_per_mm, in_tangent, in_normal) = toward(px - sx, py - sy);
        let slope = -(out_tangent + index * in_tangent);
        let bend = out_normal
            + index * in_normal
            + radius
                * (out_per_mm * (1.0 - out_tangent * out_tangent)
                    + index * in_per_mm * (1.0 - in_tangent * in_tangent));
        if slope < 0.0 {
            low = t;
        } else {
            high = t;
        }
        let turn = -slope / bend;
        let next = t + 0.5 * turn * (1.0 + t * t);
        if (turn * radius).abs() < ARRIVED_MM {
            t = next;
            break;
        }
        t = if low < next && next < high && bend > 0.0 { next } else { 0.5 * (low + high) };
    }
    let (cos, sin) = circle(t);
    (along * cos + across * sin) * radius
}

/// Where a sphere around the origin mirrors a light to an observer.
///
/// Both and the centre span a plane. The search in it begins at the bisector of the two, which is
/// exact for ends that are far away.
pub(super) fn mirror(radius: f64, light: End, observer: Vector3<f64>) -> Vector3<f64> {
    let away = match light {
        End::At(place) => place.normalize(),
        End::Towards(direction) => direction,
    };
    let toward = observer.normalize();
    let mut normal = toward + away;
    if normal.norm_squared() < 1e-18 {
        return toward * radius;
    }
    normal = normal.normalize();
    let across = away - normal * away.dot(&normal);
    if across.norm_squared() < 1e-30 {
        return normal * radius;
    }
    let plane = normal.cross(&across).normalize();
    for _ in 0..MOST_STEPS {
        let tangent = plane.cross(&normal);
        let s = normal * radius;
        let (mut slope, mut bend) = (0.0, 0.0);
        for end in [End::At(observer), light] {
            let (u, per_mm) = match end {
                End::At(place) => {
                    let way = place - s;
                    let distance = way.norm();
                    (way / distance, 1.0 / distance)
                }
                End::Towards(direction) => (direction, 0.0),
            };
            let along = u.dot(&tangent);
            slope -= along;
            bend += u.dot(&normal) + radius * per_mm * (1.0 - along * along);
        }
        let turn = -slope / bend;
        normal = (normal + tangent * turn).normalize();
        if turn.abs() * radius < ARRIVED_MM {
            break;
        }
    }
    normal * radius
}
