//! Where a pixel is sampled.

/// Two halves of a 4x4 grid, like the colours of a chessboard: each alone is spread evenly. Offsets
/// from the pixel's top left corner, px.
pub(crate) const HALVES: [[[f32; 8]; 2]; 2] = [half(0), half(1)];

const fn half(parity: usize) -> [[f32; 8]; 2] {
    let (mut x, mut y) = ([0.0; 8], [0.0; 8]);
    let mut k = 0;
    while k < 8 {
        let row = k / 2;
        let column = 2 * (k % 2) + (row + parity) % 2;
        x[k] = (column as f32 + 0.5) / 4.0;
        y[k] = (row as f32 + 0.5) / 4.0;
        k += 1;
    }
    [x, y]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halves_make_the_whole_grid_and_each_is_centred() {
        let mut seen = std::collections::BTreeSet::new();
        for [x, y] in HALVES {
            for (a, b) in x.into_iter().zip(y) {
                seen.insert(((a * 8.0) as i32, (b * 8.0) as i32));
            }
            assert!((x.iter().sum::<f32>() / 8.0 - 0.5).abs() < 1e-6);
            assert!((y.iter().sum::<f32>() / 8.0 - 0.5).abs() < 1e-6);
        }
        assert_eq!(seen.len(), 16);
    }
}
