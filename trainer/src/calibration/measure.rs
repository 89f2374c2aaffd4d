//! What is measured in an image: where things are, by a network that learned it on renders, and how
//! they look there, by sums over pixels.

use simulator::sample::{EyeLabel, Frame};

/// Numbers that tell where things are.
pub(super) const PLACES: usize = 18;
/// Their names, for errors and pages.
pub(super) const PLACE_NAMES: [&str; PLACES] = [
    "inner corner x",
    "inner corner y",
    "outer corner x",
    "outer corner y",
    "upper lid, nasal",
    "upper lid, middle",
    "upper lid, temporal",
    "lower lid, nasal",
    "lower lid, middle",
    "lower lid, temporal",
    "iris centre x",
    "iris centre y",
    "iris radius",
    "gaze pitch",
    "gaze yaw",
    "head pitch",
    "head yaw",
    "eyeglasses",
];

/// The places of a rendered eye: px of the image, degrees, and 1 with eyeglasses. `None` of a label
/// that does not know them.
pub(super) fn places(label: &EyeLabel) -> Option<[f64; PLACES]> {
    let (geometry, gaze, head) = (label.geometry.as_ref()?, label.gaze?, label.head?);
    let (upper, lower) = (&geometry.upper_lid, &geometry.lower_lid);
    let last = upper.len() - 1;
    let (nasal, middle, temporal) = (last / 4, last / 2, last - last / 4);
    let glasses = label.appearance.as_ref().is_some_and(|look| look.glasses);
    let px = [
        upper[0][0],
        upper[0][1],
        upper[last][0],
        upper[last][1],
        upper[nasal][1],
        upper[middle][1],
        upper[temporal][1],
        lower[nasal][1],
        lower[middle][1],
        lower[temporal][1],
        geometry.iris.center[0],
        geometry.iris.center[1],
        geometry.iris.semi_major,
    ];
    let angles = [gaze.pitch, gaze.yaw, head.pitch?, head.yaw];
    let mut all = [0.0; PLACES];
    let values = px.into_iter().chain(angles.map(f32::to_degrees)).map(f64::from);
    for (slot, value) in all.iter_mut().zip(values.chain([f64::from(u8::from(glasses))])) {
        *slot = value;
    }
    Some(all)
}

/// Numbers that tell how things look.
pub(super) const LOOKS: usize = 11;
/// Their names.
pub(super) const LOOK_NAMES: [&str; LOOKS] = [
    "level of the iris",
    "level of the sclera, nasal",
    "level of the sclera, temporal",
    "level above the eye",
    "level below the eye",
    "slope to the right",
    "slope downwards",
    "log energy of differences",
    "log energy of second differences",
    "log energy of noise",
    "level of the lash line",
];

/// How an eye at these places looks, in grey levels relative to the image's mean and deviation, so that
/// exposure does not count. `scale` is px of `places` in a px of the frame.
pub(super) fn looks(frame: &Frame<u8>, places: &[f64; PLACES]) -> [f64; LOOKS] {
    let image = Standardised::of(frame);
    let [inner_x, inner_y, outer_x, outer_y] = [places[0], places[1], places[2], places[3]];
    let (upper, lower) = (places[5], places[8]);
    let (x, y, radius) = (places[10], places[11], places[12].max(1.0));
    let lid_height = (lower - upper).max(2.0);
    // The visible middle of the iris; the white beside it; the skin above and below.
    let (top, bottom) = (upper + 0.15 * lid_height, lower - 0.15 * lid_height);
    let band = [y - 0.35 * radius, y + 0.35 * radius].map(|v| v.clamp(top.min(bottom), bottom));
    let middle_y = 0.5 * (inner_y + outer_y);
    let between = |from: f64, to: f64, share: f64| from + share * (to - from);
    let (nasal_edge, temporal_edge) = (x - radius, x + radius);
    let [slope_x, slope_y] = image.slopes();
    let (first, second, noise) = image.energies();
    let width = outer_x - inner_x;
    [
        image.mean([x - 0.6 * radius, band[0]], [x + 0.6 * radius, band[1]]),
        image.mean(
            [between(inner_x, nasal_edge, 0.45), middle_y - 0.12 * lid_height],
            [between(inner_x, nasal_edge, 0.85), middle_y + 0.12 * lid_height],
        ),
        image.mean(
            [between(temporal_edge, outer_x, 0.15), middle_y - 0.12 * lid_height],
            [between(temporal_edge, outer_x, 0.55), middle_y + 0.12 * lid_height],
        ),
        image.mean(
            [inner_x + 0.2 * width, upper - 0.3 * width],
            [outer_x - 0.2 * width, upper - 0.12 * width],
        ),
        image.mean(
            [inner_x + 0.2 * width, lower + 0.08 * width],
            [outer_x - 0.2 * width, lower + 0.22 * width],
        ),
        slope_x,
        slope_y,
        first,
        second,
        noise,
        image.mean(
            [inner_x + 0.3 * width, upper - 0.03 * width],
            [outer_x - 0.3 * width, upper + 0.03 * width],
        ),
    ]
}

/// Grey levels with mean 0 and deviation 1.
struct Standardised {
    levels: Vec<f64>,
    width: usize,
    height: usize,
}

impl Standardised {
    fn of(frame: &Frame<u8>) -> Self {
        let raw: Vec<f64> = frame.pixels().iter().map(|&level| f64::from(level)).collect();
        let mean = raw.iter().sum::<f64>() / raw.len() as f64;
        let variance = raw.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / raw.len() as f64;
        let deviation = variance.sqrt().max(1.0);
        let levels = raw.iter().map(|v| (v - mean) / deviation).collect();
        Self { levels, width: frame.width(), height: frame.height() }
    }

    fn at(&self, x: usize, y: usize) -> f64 {
        self.levels[y * self.width + x]
    }

    /// Mean level of the pixels whose centres are in this box, px; of the nearest one if there is none.
    fn mean(&self, from: [f64; 2], to: [f64; 2]) -> f64 {
        let side = |low: f64, high: f64, n: usize| {
            let last = n as f64 - 1.0;
            let (low, high) = (low.min(high), low.max(high));
            let (first, end) = (low.ceil().clamp(0.0, last), high.floor().clamp(0.0, last));
            if first <= end {
                (first as usize, end as usize)
            } else {
                let middle = (0.5 * (low + high)).round().clamp(0.0, last) as usize;
                (middle, middle)
            }
        };
        let (left, right) = side(from[0], to[0], self.width);
        let (top, bottom) = side(from[1], to[1], self.height);
        let pixels = (top..=bottom).flat_map(|y| (left..=right).map(move |x| (x, y)));
        let (sum, count) =
            pixels.fold((0.0, 0.0), |(sum, n), (x, y)| (sum + self.at(x, y), n + 1.0));
        sum / count
    }

    /// Least-squares slopes over the whole image: change from left to right and from top to bottom.
    fn slopes(&self) -> [f64; 2] {
        let (w, h) = (self.width as f64, self.height as f64);
        let mut sums = [0.0; 2];
        for y in 0..self.height {
            for x in 0..self.width {
                let (u, v) = ((x as f64 + 0.5) / w - 0.5, (y as f64 + 0.5) / h - 0.5);
                sums[0] += u * self.at(x, y);
                sums[1] += v * self.at(x, y);
            }
        }
        // The mean of u² over the unit interval is 1/12.
        sums.map(|sum| 12.0 * sum / (w * h))
    }

    /// Logarithms of the mean square of differences between neighbours, of second differences, and of
    /// the mean absolute response to the mask that planes and edges along the axes leave at 0
    /// (Immerkaer 1996).
    fn energies(&self) -> (f64, f64, f64) {
        let (mut first, mut second, mut noise, mut count) = (0.0, 0.0, 0.0, 0.0);
        for y in 1..self.height - 1 {
            for x in 1..self.width - 1 {
                let at = |dx: usize, dy: usize| self.at(x + dx - 1, y + dy - 1);
                let middle = at(1, 1);
                let cross = at(0, 1) + at(2, 1) + at(1, 0) + at(1, 2);
                let corners = at(0, 0) + at(2, 0) + at(0, 2) + at(2, 2);
                first += (at(2, 1) - middle).powi(2) + (at(1, 2) - middle).powi(2);
                second += (cross - 4.0 * middle).powi(2);
                noise += (corners - 2.0 * cross + 4.0 * middle).abs();
                count += 1.0;
            }
        }
        let log = |sum: f64| (sum / count + 1e-6).ln();
        (log(first), log(second), log(noise))
    }
}
