//! Colour: red, green, blue and near infrared while a scene is drawn, and only the camera's bands
//! while it is rendered.

use crate::sample::Spectrum;

/// A reflectance or a light in red (620 nm), green (540 nm), blue (460 nm) and near infrared
/// (850 nm); linear.
pub(crate) type Bands = [f64; 4];

/// Share of each primary in luminance (ITU-R BT.709).
pub(crate) const LUMINANCE: [f64; 3] = [0.2126, 0.7152, 0.0722];

impl Spectrum {
    /// Bands of the picture.
    pub(crate) fn bands(self) -> usize {
        if self == Spectrum::Rgb { 3 } else { 1 }
    }

    /// The camera's bands of a colour, the others 0.
    pub(crate) fn pick(self, color: Bands) -> [f32; 3] {
        let [r, g, b, nir] = color;
        match self {
            Spectrum::Rgb => [r as f32, g as f32, b as f32],
            Spectrum::Grey => {
                [(LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b) as f32, 0.0, 0.0]
            }
            Spectrum::Nir => [nir as f32, 0.0, 0.0],
        }
    }
}

/// A colour with the same value in each band.
pub(crate) const fn flat(value: f64) -> Bands {
    [value; 4]
}

/// Band by band.
pub(crate) fn zip(a: Bands, b: Bands, f: impl Fn(f64, f64) -> f64) -> Bands {
    std::array::from_fn(|k| f(a[k], b[k]))
}

/// Between two colours.
pub(crate) fn blend(a: Bands, b: Bands, t: f64) -> Bands {
    zip(a, b, |a, b| a + (b - a) * t)
}

/// Scaled.
pub(crate) fn scaled(a: Bands, by: f64) -> Bands {
    a.map(|v| v * by)
}

/// The colour of a black body's light at this temperature, its luminance 1: Planck's law at the
/// bands' wavelengths.
pub(crate) fn black_body(kelvin: f64) -> Bands {
    const METRES: [f64; 4] = [620e-9, 540e-9, 460e-9, 850e-9];
    let planck = |m: f64| 1e-30 / (m.powi(5) * (libm::exp(1.438_777e-2 / (m * kelvin)) - 1.0));
    let color = METRES.map(planck);
    // White balance: 6500 K is white.
    let white =
        METRES.map(|m| 1e-30 / (m.powi(5) * (libm::exp(1.438_777e-2 / (m * 6500.0)) - 1.0)));
    let color = zip(color, white, |c, w| c / w);
    let luminance: f64 = (0..3).map(|k| LUMINANCE[k] * color[k]).sum();
    color.map(|c| c / luminance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daylight_is_white_and_lamps_are_warm() {
        for c in &black_body(6500.0)[..3] {
            assert!((c - 1.0).abs() < 1e-12);
        }
        let lamp = black_body(2900.0);
        assert!(lamp[0] > 1.3 && lamp[2] < 0.5 && lamp[3] > 2.0, "{lamp:?}");
    }

    #[test]
    fn grey_is_the_luminance_of_rgb() {
        let color = [0.5, 0.4, 0.2, 0.9];
        let [r, g, b] = Spectrum::Rgb.pick(color).map(f64::from);
        let expected = LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b;
        assert!((Spectrum::Grey.pick(color)[0] as f64 - expected).abs() < 1e-7);
        assert_eq!(Spectrum::Nir.pick(color)[0], 0.9);
    }
}
