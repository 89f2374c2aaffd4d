//! The lids seen from the front: two margins between two corners, and the crease.
//!
//! Places on the face are (x, v): x towards the temple, v *up* from the centre of the eyeball, mm.

use nalgebra::Vector2;

use crate::lanes::{Real, smoothstep};

/// Entries of a margin's table.
const STEPS: usize = 64;

/// One eye's lids, opened as its gaze asks. The margins are those that touch the eyeball: what lies
/// between them is seen of it.
#[derive(Debug, Clone)]
pub(crate) struct Lids {
    /// Inner and outer corner (x, v), mm.
    pub inner: [f32; 2],
    pub outer: [f32; 2],
    /// Between the corners, two rows a step: heights of the upper and the lower margin with their
    /// rises over the step, mm; then the cosine of either's slope.
    table: [[f32; 4]; 2 * STEPS],
    /// Width of each lid's edge, from the eyeball to the skin, as seen from the front, mm.
    pub upper_edge: f32,
    pub lower_edge: f32,
    /// Height of the crease's arc over the line through the corners, mm.
    pub crease_arc: f32,
    pub crease_depth: f32,
    /// The second crease stands this much higher, mm; 0 for none.
    pub second_crease: f32,
    pub bag: f32,
    pub lash_line: f32,
    pub lash_line_darkness: f32,
    pub wet_rim: f32,
    pub caruncle: f32,
}

/// Both margins beside a place.
#[derive(Clone, Copy)]
pub(crate) struct Margins<R> {
    /// Between the corners: 0 inner, 1 outer, beyond them outside of that.
    pub place: R,
    /// Heights, held at the corners' beyond them, mm.
    pub upper: R,
    pub lower: R,
    /// Cosine of each margin's slope: turns a vertical distance into a distance.
    upper_cos: R,
    lower_cos: R,
    /// How far x lies beyond a corner, mm; 0 between them.
    beyond: R,
}

impl<R: Real> Margins<R> {
    /// Distance below the upper and above the lower margin, mm: both positive between them, negative
    /// on the lids; beyond a corner, the distance from it counts.
    #[inline(always)]
    pub(crate) fn depths(&self, v: R) -> (R, R) {
        let (above, below) = ((self.upper - v) * self.upper_cos, (v - self.lower) * self.lower_cos);
        let is_out = R::splat(0.0).less_than(self.beyond);
        if !R::any(is_out) {
            return (above, below);
        }
        // Beyond a corner both margins are its height, and what counts turns from the distance to a
        // sloping line into that from a point.
        let turn = crate::lanes::clamp01(self.beyond * R::splat(0.5));
        let upper_cos = crate::lanes::mix(self.upper_cos, R::splat(1.0), turn);
        let lower_cos = crate::lanes::mix(self.lower_cos, R::splat(1.0), turn);
        let (a, b) = ((v - self.upper) * upper_cos, (v - self.lower) * lower_cos);
        let out = self.beyond * self.beyond;
        (
            R::select(is_out, -(out + a * a).sqrt(), above),
            R::select(is_out, -(out + b * b).sqrt(), below),
        )
    }

    /// 0 where the eyeball is, 1 where skin is, rising over the edge of the lid between.
    #[inline(always)]
    pub(crate) fn across_edge(&self, lids: &Lids, v: R) -> R {
        let (upper, lower) = self.depths(v);
        // The edges run out in the corners.
        let width = R::splat(0.3)
            + R::splat(0.7)
                * smoothstep(-0.02, 0.2, self.place)
                * (R::splat(1.0) - smoothstep(0.86, 1.02, self.place));
        let t = (-upper * R::splat(1.0 / lids.upper_edge))
            .max(-lower * R::splat(1.0 / lids.lower_edge))
            / width;
        crate::lanes::clamp01(t)
    }
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
    pub upper_edge: f64,
    pub lower_edge: f64,
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

/// A power, in single precision: tables hold no more.
fn power(base: f64, exponent: f64) -> f64 {
    libm::powf(base as f32, exponent as f32) as f64
}

/// An arc from 0 at the inner corner (t = 0) over 1 at `peak` to 0 at the outer one (t = 1).
fn arc(t: f64, peak: f64, roundness: f64, slit: f64) -> f64 {
    if t < peak {
        // The inner corner is a narrow slit first: the margins part slowly around the caruncle.
        let opening = (t / (2.2 * slit)).min(1.0);
        let opening = opening * opening * (3.0 - 2.0 * opening);
        (1.0 - power(1.0 - t / peak, roundness)) * (0.3 + 0.7 * opening)
    } else {
        1.0 - power((t - peak) / (1.0 - peak), roundness)
    }
}

/// Cosine of the angle with this tangent.
fn cos_of_slope(slope: f32) -> f32 {
    1.0 / (1.0 + slope * slope).sqrt()
}

impl Lids {
    /// The lids of an eye that looks `pitch_deg` up in its head.
    pub(crate) fn new(shape: &Shape, pitch_deg: f64) -> Self {
        Self::with_arcs(shape, pitch_deg, true)
    }

    /// The corners of an eye that looks ahead, with margins that are no arcs but the line between.
    pub(crate) fn corners_alone(shape: &Shape) -> Self {
        Self::with_arcs(shape, 0.0, false)
    }

    fn with_arcs(shape: &Shape, pitch_deg: f64, arcs: bool) -> Self {
        // Place the corners; both sink a little as the eye looks down, the outer one more.
        let sink = 0.02 * pitch_deg.min(0.0);
        let half = Vector2::new(libm::cos(shape.tilt_rad), libm::sin(shape.tilt_rad))
            * (0.5 * shape.width);
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
            let rise = if arcs { height - line(peak) } else { 0.0 };
            std::array::from_fn(|k| {
                let t = k as f64 / STEPS as f64;
                let arc = if arcs { arc(t, peak, shape.roundness, slit) } else { 0.0 };
                (line(t) + rise * arc) as f32
            })
        };
        let lower_table: [f32; STEPS + 1] = table(lower, shape.lower_peak);
        let mut upper_table: [f32; STEPS + 1] = table(upper, shape.upper_peak);
        // Peaks at different places could make the arcs of a closed eye cross.
        for (upper, lower) in upper_table.iter_mut().zip(&lower_table) {
            *upper = upper.max(*lower);
        }
        let per_mm = STEPS as f32 / (outer.x as f32 - inner.x as f32);
        let mut rows = [[0.0; 4]; 2 * STEPS];
        for (k, pair) in rows.chunks_exact_mut(2).enumerate() {
            let (u, l) = (upper_table[k], lower_table[k]);
            let (rise, fall) = (upper_table[k + 1] - u, lower_table[k + 1] - l);
            pair[0] = [u, rise, l, fall];
            pair[1] = [cos_of_slope(rise * per_mm), cos_of_slope(fall * per_mm), 0.0, 0.0];
        }
        // The crease keeps most of its height as the lid comes down.
        let rise = upper_height(pitch_deg.min(0.0) * 0.35) + shape.upper_offset;
        let crease_arc = (rise - line(0.5) + shape.crease_height).max(upper - line(0.5) + 0.8);
        Self {
            inner: [inner.x as f32, inner.y as f32],
            outer: [outer.x as f32, outer.y as f32],
            table: rows,
            upper_edge: shape.upper_edge as f32,
            lower_edge: shape.lower_edge as f32,
            crease_arc: crease_arc as f32,
            crease_depth: shape.crease_depth as f32,
            second_crease: shape.second_crease as f32,
            bag: shape.bag as f32,
            lash_line: shape.lash_line as f32,
            lash_line_darkness: shape.lash_line_darkness as f32,
            wet_rim: shape.wet_rim as f32,
            caruncle: shape.caruncle as f32,
        }
    }

    /// Both margins beside x.
    #[inline(always)]
    pub(crate) fn at<R: Real>(&self, x: R) -> Margins<R> {
        let k = R::splat;
        let width = self.outer[0] - self.inner[0];
        let place = (x - k(self.inner[0])) * k(1.0 / width);
        let at = crate::lanes::clamp01(place) * k(STEPS as f32);
        let cell = at.floor().min(k((STEPS - 1) as f32));
        let f = at - cell;
        let [upper, rise, lower, fall] = R::rows(&self.table, cell + cell);
        let [upper_cos, lower_cos, ..] = R::rows(&self.table, cell + cell + k(1.0));
        let beyond = (k(self.inner[0]) - x).max(x - k(self.outer[0])).max(k(0.0));
        Margins {
            place,
            upper: upper + rise * f,
            lower: lower + fall * f,
            upper_cos,
            lower_cos,
            beyond,
        }
    }

    /// x at a place between the corners.
    pub(crate) fn x(&self, place: f64) -> f64 {
        self.inner[0] as f64 + (self.outer[0] as f64 - self.inner[0] as f64) * place
    }

    /// Height of the line through the corners.
    #[inline(always)]
    pub(crate) fn line<R: Real>(&self, place: R) -> R {
        R::splat(self.inner[1]) + R::splat(self.outer[1] - self.inner[1]) * place
    }

    /// Heights of the upper and the lower margin, held at the corners' beyond them.
    pub(crate) fn margins(&self, place: f64) -> (f64, f64) {
        let at = self.at(self.x(place));
        (at.upper, at.lower)
    }

    /// Distance inside (positive) or outside (negative) of the upper and of the lower margin, mm.
    pub(crate) fn depths(&self, x: f64, v: f64) -> (f64, f64) {
        self.at(x).depths(v)
    }

    /// Height of the (first) crease; it runs out beyond the corners.
    #[inline(always)]
    pub(crate) fn crease<R: Real>(&self, place: R) -> R {
        let u = (place * R::splat(2.0) - R::splat(1.04)) * R::splat(1.0 / 1.22);
        self.line(place) + R::splat(self.crease_arc) * (R::splat(1.0) - u * u)
    }

    /// 1 between the corners, 0 well beyond them: where the lids' folds run out.
    #[inline(always)]
    pub(crate) fn fade<R: Real>(&self, place: R) -> R {
        smoothstep(-0.12, 0.12, place) * (R::splat(1.0) - smoothstep(0.92, 1.25, place))
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
            upper_edge: 0.5,
            lower_edge: 0.9,
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
                let ends = [(0.0, lids.inner[1] as f64), (1.0, lids.outer[1] as f64)];
                for (place, height) in ends {
                    let (upper, lower) = lids.margins(place);
                    assert!((upper - height).abs() < 1e-5 && (lower - height).abs() < 1e-5);
                }
                for k in 0..=100 {
                    let (upper, lower) = lids.margins(k as f64 / 100.0);
                    // The table holds rises in single precision.
                    assert!(upper >= lower - 2e-6, "{pitch} {closure} {k}: {upper} {lower}");
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
