//! The colour of skin from what is in it.
//!
//! Melanin in the epidermis filters what the blood-filled dermis returns: the two parameters of
//! Jimenez et al. 2010 ("A practical appearance model for dynamic facial color") with the absorption
//! of Donner and Jensen 2006, haemoglobin after Prahl's tables and the scattering of Jacques 2013, at
//! the four bands.

use super::spectrum::Bands;

const NM: [f64; 4] = [620.0, 540.0, 460.0, 850.0];

/// Absorption of blood with 150 g/l haemoglobin, 1/mm: oxygenated and not.
const OXY: [f64; 4] = [0.504, 28.5, 23.8, 0.567];
const DEOXY: [f64; 4] = [3.49, 25.0, 12.5, 0.370];

/// Diffuse reflectance of the surface, before light enters.
const SURFACE: f64 = 0.015;

/// Light passes the epidermis (0.06 mm) twice, and obliquely.
const EPIDERMIS_PATH_MM: f64 = 0.06 * 2.0 * 1.5;

/// Reflectance of skin with this volume fraction of melanin (`melanin`, 0.002 to 0.5), of blood
/// (`blood`, 0.003 to 0.32), and this share of eumelanin in the melanin.
pub(crate) fn reflectance(melanin: f64, blood: f64, eumelanin: f64) -> Bands {
    let narrow = NM.map(|nm| {
        let k = NM.iter().position(|&n| n == nm).unwrap_or(0);
        let base = 0.0244 + 8.53 * libm::exp(-(nm - 154.0) / 66.2);
        let eu = 6.6e10 * libm::pow(nm, -3.33);
        let pheo = 2.9e14 * libm::pow(nm, -4.75);
        // Epidermis: Beer's law.
        let absorbed =
            melanin * (eumelanin * eu + (1.0 - eumelanin) * pheo) + (1.0 - melanin) * base;
        let through = libm::exp(-absorbed * EPIDERMIS_PATH_MM);
        // Dermis: diffuse reflectance of a half space, albedo a = s' / (s' + a).
        let absorb = blood * (0.75 * OXY[k] + 0.25 * DEOXY[k]) + (1.0 - blood) * base * 0.3;
        let scatter = 4.6 * libm::pow(nm / 500.0, -1.42);
        let albedo = scatter / (scatter + absorb);
        let s = (3.0 * (1.0 - albedo)).sqrt();
        // Farrell's form with a refractive index of 1.4 (internal reflection A = 2.8).
        let dermis = 0.5 * albedo * (1.0 + libm::exp(-4.0 / 3.0 * 2.8 * s)) * libm::exp(-s);
        through * dermis / 0.9
    });
    // A camera's filters overlap; and a little light returns from the surface itself.
    let [r, g, b, nir] = narrow;
    let mixed = [0.75 * r + 0.25 * g, 0.2 * r + 0.55 * g + 0.25 * b, 0.1 * r + 0.25 * g + 0.65 * b];
    [mixed[0] + SURFACE, mixed[1] + SURFACE, mixed[2] + SURFACE, nir]
}

/// Individual typology angle, degrees: lightness against yellowness (Chardon 1991). Above 55 very
/// light, 28 to 41 intermediate, below -30 dark.
pub(crate) fn typology_deg(color: Bands) -> f64 {
    let [r, g, b, _] = color;
    // sRGB primaries to CIE XYZ, and to L* and b* under daylight.
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089;
    let f = |t: f64| if t > 0.008_856 { libm::cbrt(t) } else { 7.787 * t + 16.0 / 116.0 };
    let (lightness, yellow) = (116.0 * f(y) - 16.0, 200.0 * (f(y) - f(z)));
    libm::atan2(lightness - 50.0, yellow).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_and_dark_skin_are_as_measured() {
        let (light, dark) = (reflectance(0.01, 0.008, 0.6), reflectance(0.35, 0.01, 0.8));
        // Measured: light skin about .6/.4/.3, dark .1/.05/.03; both bright in the infrared.
        assert!((0.45..0.75).contains(&light[0]) && (0.25..0.5).contains(&light[2]), "{light:?}");
        assert!(dark[0] < 0.25 && dark[2] < 0.1, "{dark:?}");
        assert!(dark[3] > 0.3 && light[3] < 0.85, "{dark:?} {light:?}");
        assert!(typology_deg(light) > 35.0 && typology_deg(dark) < -10.0);
    }

    #[test]
    fn blood_reddens_and_melanin_darkens() {
        let base = reflectance(0.03, 0.02, 0.6);
        let (flushed, tanned) = (reflectance(0.03, 0.08, 0.6), reflectance(0.1, 0.02, 0.6));
        assert!(flushed[1] / flushed[0] < base[1] / base[0]);
        assert!((0..3).all(|k| tanned[k] < base[k]));
    }
}
