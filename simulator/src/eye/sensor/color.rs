//! Three bands: luminance, white balance and the sensor's colour matrix.

use std::borrow::Cow;

/// Bands of a colour image: red, green, blue.
pub(super) const BANDS: usize = 3;

/// The three planes of a colour image; `None` for one band.
fn planes(pixels: &mut [f32], area: usize) -> Option<[&mut [f32]; 3]> {
    let (red, rest) = pixels.split_at_mut_checked(area)?;
    let (green, blue) = rest.split_at_mut_checked(area)?;
    (blue.len() == area).then_some([red, green, blue])
}

/// What the meter sees: ITU-R BT.709 luminance of three bands, or the one band itself.
pub(super) fn luminance(pixels: &[f32], area: usize) -> Cow<'_, [f32]> {
    if pixels.len() < BANDS * area {
        return Cow::Borrowed(pixels);
    }
    let (red, rest) = pixels.split_at(area);
    let (green, blue) = rest.split_at(area);
    let mut luminance = vec![0.0f32; area];
    for (l, ((r, g), b)) in luminance.iter_mut().zip(red.iter().zip(green).zip(blue)) {
        *l = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
    Cow::Owned(luminance)
}

/// The white balance's gains, then the matrix's rows (red, green and blue out). One band stays.
pub(super) fn correct(pixels: &mut [f32], area: usize, balance: [f64; 3], matrix: &[[f64; 3]; 3]) {
    let rows = [0, 1, 2].map(|i| [0, 1, 2].map(|j| (matrix[i][j] * balance[j]) as f32));
    if rows == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] {
        return;
    }
    let Some([red, green, blue]) = planes(pixels, area) else { return };
    for ((r, g), b) in red.iter_mut().zip(green).zip(blue) {
        let light = [*r, *g, *b];
        *r = dot(&rows[0], light);
        *g = dot(&rows[1], light);
        *b = dot(&rows[2], light);
    }
}

/// Light cannot be negative, whatever the matrix takes away.
#[inline(always)]
fn dot(row: &[f32; 3], light: [f32; 3]) -> f32 {
    (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warm_balance_reddens_and_one_band_stays() {
        let identity = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let mut pixels = vec![0.5; 12];
        correct(&mut pixels, 4, [1.2, 1.0, 0.8], &identity);
        assert_eq!((pixels[0], pixels[4], pixels[11]), (0.6, 0.5, 0.4));
        let mut grey = vec![0.5; 12];
        correct(&mut grey, 12, [1.2, 1.0, 0.8], &identity);
        assert_eq!(grey, vec![0.5; 12]);
    }

    #[test]
    fn a_matrix_whose_rows_sum_to_one_keeps_grey() {
        let matrix = [[1.6, -0.4, -0.2], [-0.3, 1.5, -0.2], [0.0, -0.5, 1.5]];
        let mut pixels = [0.3, 0.9, 0.3, 0.1, 0.3, 0.1];
        correct(&mut pixels, 2, [1.0; 3], &matrix);
        assert!([0, 2, 4].iter().all(|&k: &usize| (pixels[k] - 0.3).abs() < 1e-6));
        assert!(pixels[1] > 0.9, "and colours get stronger");
    }

    #[test]
    fn grey_light_has_its_own_luminance() {
        assert!(luminance(&[0.4; 6], 2).iter().all(|l| (l - 0.4).abs() < 1e-6));
        assert_eq!(luminance(&[0.4, 0.1], 2).as_ref(), [0.4, 0.1]);
    }
}
