//! The lids seen from the front: two margins between two corners, and the crease.
//!
//! Places on the face are (x, v): x towards the temple, v *up* from the centre of the eyeball, mm.

use nalgebra::Vector2;

/// Entries of a margin's table.
const STEPS: usize = 160;

/// One eye's lids, opened as its gaze asks.
#[derive(Debug, Clone)]
pub(crate) struct Lids {
    /// Inner and outer corner.
    pub inner: Vector2<f64>,
    pub outer: Vector2<f64>,
    /// Height of each margin above its place in the table, inner to outer corner, mm.
    upper: [f64; STEPS + 1],
    lower: [f64; STEPS + 1],
    /// Height of the crease's arc over the line through the corners, mm.
    pub crease_arc: f64,
    pub crease_depth: f64,
    /// The second crease stands this much higher, mm; 0 for none.
    pub second_crease: f64,
    pub bag: f64,
    pub lash_line: f64,
    pub lash_line_darkness: f64,
    pub wet_rim: f64,
    pub caruncle: f64,
}

/// What shapes the lids, all drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub width: f64,
    pub middle: Vector2<f64>,
    pub tilt_rad: f64,
    pub upper_offset: f64,
    pub lower_offset: f64,
    pub upper_peak: f64,
    pub lower_peak: f64,
    pub roundness: f64,
    pub caruncle: f64,
    pub squint: f64,
    /// 0 open, 1 closed.
    pub closure: f64,
    pub crease_height: f64,
    pub crease_depth: f64,
    pub second_crease: f64,
    pub bag: f64,
    pub lash_line: f64,
    pub lash_line_darkness: f64,
    pub wet_rim: f64,
}

/// Height of the upper margin's peak for the eye's pitch in the head, mm and degrees: 4.0 mm ahead.
///
/// Both margins follow the eye (Becker and Fuchs 1988: the upper lid's angle is nearly the eye's),
/// such that the aperture is 9.7 mm ahead and 6.3 mm at 40 degrees down (Read et al. 2006).
pub(crate) fn upper_height(pitch_deg: f64) -> f64 {
    4.0 + if pitch_deg > 0.0 { 0.1 } else { 0.2 } * pitch_deg
}

/// Height of the lower margin's deepest point, mm and degrees (same source).
pub(crate) fn lower_height(pitch_deg: f64) -> f64 {
    -5.7 + 0.115 * pitch_deg
}

/// An arc from 0 at the inner corner (t = 0) over 1 at `peak` to 0 at the outer one (t = 1).
fn arc(t: f64, peak: f64, roundness: f64, slit: f64) -> f64 {
    if t < peak {
        // The inner corner is a narrow slit first: the margins part slowly around the caruncle.
        let opening = (t / (2.2 * slit)).min(1.0);
        let opening = opening * opening * (3.0 - 2.0 * opening);
        (1.0 - (1.0 - t / peak).powf(roundness)) * (0.3 + 0.7 * opening)
    } else {
        1.0 - ((t - peak) / (1.0 - peak)).powf(roundness)
    }
}

impl Lids {
    /// The lids of an eye that looks `pitch_deg` up in its head.
    pub(crate) fn new(shape: &Shape, pitch_deg: f64) -> Self {
        // Place the corners; both sink a little as the eye looks down, the outer one more.
        let sink = 0.02 * pitch_deg.min(0.0);
        let half = Vector2::new(shape.tilt_rad.cos(), shape.tilt_rad.sin()) * (0.5 * shape.width);
        let inner = shape.middle - half + Vector2::new(0.0, 0.5 * sink);
        let outer = shape.middle + half + Vector2::new(0.0, 1.5 * sink);
        let line = |t: f64| inner.y + (outer.y - inner.y) * t;
        // Open the lids as far as gaze, person and moment want.
        let lower = lower_height(pitch_deg) + shape.lower_offset + 0.4 * shape.squint;
        let upper = upper_height(pitch_deg) + shape.upper_offset - 0.6 * shape.squint;
        let upper = upper.max(lower + 1.0);
        let upper = upper + (lower + 0.3 - upper) * shape.closure;
        // Tabulate both arcs.
        let slit = shape.caruncle / shape.width;
        let table = |height: f64, peak: f64| {
            let rise = height - line(peak);
            std::array::from_fn(|k| {
                let t = k as f64 / STEPS as f64;
                line(t) + rise * arc(t, peak, shape.roundness, slit)
            })
        };
        let lower_table: [f64; STEPS + 1] = table(lower, shape.lower_peak);
        let mut upper_table: [f64; STEPS + 1] = table(upper, shape.upper_peak);
        // Peaks at different places could make the arcs of a closed eye cross.
        for (upper, lower) in upper_table.iter_mut().zip(&lower_table) {
            *upper = upper.max(*lower);
        }
        // The crease keeps most of its height as the lid comes down.
        let rise = upper_height(pitch_deg.min(0.0) * 0.35) + shape.upper_offset;
        let crease_arc = (rise - line(0.5) + shape.crease_height).max(upper - line(0.5) + 0.8);
        Self {
            inner,
            outer,
            upper: upper_table,
            lower: lower_table,
            crease_arc,
            crease_depth: shape.crease_depth,
            second_crease: shape.second_crease,
            bag: shape.bag,
            lash_line: shape.lash_line,
            lash_line_darkness: shape.lash_line_darkness,
            wet_rim: shape.wet_rim,
            caruncle: shape.caruncle,
        }
    }

    /// Place between the corners: 0 inner, 1 outer, beyond them outside of that.
    #[inline]
    pub(crate) fn place(&self, x: f64) -> f64 {
        (x - self.inner.x) / (self.outer.x - self.inner.x)
    }

    /// x at a place between the corners.
    pub(crate) fn x(&self, place: f64) -> f64 {
        self.inner.x + (self.outer.x - self.inner.x) * place
    }

    /// Height of the line through the corners.
    #[inline]
    pub(crate) fn line(&self, place: f64) -> f64 {
        self.inner.y + (self.outer.y - self.inner.y) * place
    }

    /// Heights of the upper and the lower margin, held at the corners' beyond them.
    #[inline]
    pub(crate) fn margins(&self, place: f64) -> (f64, f64) {
        let at = place.clamp(0.0, 1.0) * STEPS as f64;
        let k = (at as usize).min(STEPS - 1);
        let f = at - k as f64;
        let mix = |table: &[f64; STEPS + 1]| table[k] + (table[k + 1] - table[k]) * f;
        (mix(&self.upper), mix(&self.lower))
    }

    /// Distance inside (positive) or outside (negative) of the upper and of the lower margin, mm;
    /// beyond a corner, the distance from it counts.
    #[inline]
    pub(crate) fn depths(&self, x: f64, v: f64) -> (f64, f64) {
        let place = self.place(x);
        let (upper, lower) = self.margins(place);
        let beyond = (self.inner.x - x).max(x - self.outer.x);
        let (above, below) = (upper - v, v - lower);
        if beyond > 0.0 {
            let corner = if x < self.inner.x { self.inner.y } else { self.outer.y };
            let distance = (beyond * beyond + (v - corner) * (v - corner)).sqrt();
            return (-distance, -distance);
        }
        (above, below)
    }

    /// Height of the (first) crease; it runs out beyond the corners.
    #[inline]
    pub(crate) fn crease(&self, place: f64) -> f64 {
        let u = (2.0 * place - 1.04) / 1.22;
        self.line(place) + self.crease_arc * (1.0 - u * u)
    }
}

#[cfg(test)]
pub(crate) mod tests_support {
    use super::*;

    pub(crate) fn average() -> Shape {
        Shape {
            width: 28.0,
            middle: Vector2::new(-1.5, -1.0),
            tilt_rad: 0.06,
            upper_offset: 0.0,
            lower_offset: 0.0,
            upper_peak: 0.46,
            lower_peak: 0.54,
            roundness: 2.2,
            caruncle: 3.5,
            squint: 0.0,
            closure: 0.0,
            crease_height: 3.0,
            crease_depth: 0.6,
            second_crease: 0.0,
            bag: 0.4,
            lash_line: 0.8,
            lash_line_darkness: 0.7,
            wet_rim: 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tests_support::average;
    use super::*;

    fn aperture(pitch_deg: f64) -> f64 {
        let lids = Lids::new(&average(), pitch_deg);
        (0..=200)
            .map(|k| lids.margins(k as f64 / 200.0))
            .map(|(upper, lower)| upper - lower)
            .fold(0.0, f64::max)
    }

    #[test]
    fn the_aperture_is_9_7_mm_ahead_and_6_3_mm_at_40_degrees_down() {
        assert!((aperture(0.0) - 9.7).abs() < 0.2, "{}", aperture(0.0));
        assert!((aperture(-40.0) - 6.3).abs() < 0.3, "{}", aperture(-40.0));
    }

    #[test]
    fn the_margins_meet_in_the_corners_and_never_cross() {
        for pitch in [-40.0, -20.0, 0.0, 20.0] {
            for closure in [0.0, 0.5, 1.0] {
                let lids = Lids::new(&Shape { closure, ..average() }, pitch);
                let ends = [(0.0, lids.inner.y), (1.0, lids.outer.y)];
                for (place, height) in ends {
                    let (upper, lower) = lids.margins(place);
                    assert!((upper - height).abs() < 1e-12 && (lower - height).abs() < 1e-12);
                }
                for k in 0..=100 {
                    let (upper, lower) = lids.margins(k as f64 / 100.0);
                    assert!(upper >= lower, "{pitch} {closure} {k}: {upper} {lower}");
                }
            }
        }
    }

    #[test]
    fn a_blink_closes_the_eye() {
        let lids = Lids::new(&Shape { closure: 1.0, ..average() }, 0.0);
        let (upper, lower) = lids.margins(0.5);
        assert!(upper - lower < 0.5);
    }
}
