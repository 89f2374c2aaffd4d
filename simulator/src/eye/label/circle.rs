//! Angles that every label needs, looked up.

use crate::sample::RIM_POINTS;
use std::f64::consts::{PI, TAU};
use std::sync::LazyLock;

/// Cosine and sine of the rim points' angles, from 0 on.
pub(super) static CIRCLE: LazyLock<[[f64; 2]; RIM_POINTS]> =
    LazyLock::new(|| std::array::from_fn(|k| turned(TAU * k as f64 / RIM_POINTS as f64)));

/// Cosine and sine of angles midway between the steps from 0 to π: where a circle is cut into chords
/// that lie denser at its sides.
pub(super) static CHORDS: LazyLock<[[f64; 2]; 48]> =
    LazyLock::new(|| std::array::from_fn(|k| turned(PI * (k as f64 + 0.5) / 48.0)));

/// Points of the unit disc that stand for equal areas, as a sunflower's seeds do.
pub(super) static SUNFLOWER: LazyLock<[[f64; 2]; 160]> = LazyLock::new(|| {
    let golden = PI * (3.0 - 5f64.sqrt());
    std::array::from_fn(|k| {
        let radius = ((k as f64 + 0.5) / 160.0).sqrt();
        turned(k as f64 * golden).map(|c| radius * c)
    })
});

fn turned(angle: f64) -> [f64; 2] {
    [libm::cos(angle), libm::sin(angle)]
}
