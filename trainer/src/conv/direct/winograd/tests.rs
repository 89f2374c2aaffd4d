//! The transforms against what they stand for, in one dimension.

use super::super::simd::{Portable, Simd};
use super::{SEEN, TILE, transform};

fn splat<const N: usize>(values: [f32; N]) -> [[f32; 8]; N] {
    values.map(|value| [value; 8])
}

fn product(a: [[f32; 8]; SEEN], b: [[f32; 8]; SEEN]) -> [[f32; 8]; SEEN] {
    // SAFETY: needs no instructions beyond those of the target.
    std::array::from_fn(|i| unsafe { Portable::multiply(a[i], b[i]) })
}

const D: [f32; SEEN] = [0.3, -1.2, 0.7, 2.1, -0.4, 0.9];

#[test]
fn four_outputs_are_correlations_with_three_weights() {
    let g = [0.5, -0.8, 1.1];
    // SAFETY: needs no instructions beyond those of the target.
    let y = unsafe {
        transform::output::<Portable>(product(
            transform::weight::<Portable>(splat(g)),
            transform::input::<Portable>(splat(D)),
        ))
    };
    for (i, y) in y.iter().enumerate() {
        let expected: f32 = (0..3).map(|j| D[i + j] * g[j]).sum();
        assert!((y[0] - expected).abs() < 1e-6, "output {i}: {} and {expected}", y[0]);
    }
}

#[test]
fn three_gradients_are_correlations_with_four_gradients() {
    let dy: [f32; TILE] = [0.2, -1.5, 0.6, 1.3];
    // SAFETY: as above.
    let dg = unsafe {
        transform::gather::<Portable>(product(
            transform::input::<Portable>(splat(D)),
            transform::spread::<Portable>(splat(dy)),
        ))
    };
    for (i, dg) in dg.iter().enumerate() {
        let expected: f32 = (0..TILE).map(|j| D[i + j] * dy[j]).sum();
        assert!((dg[0] - expected).abs() < 1e-6, "weight {i}: {} and {expected}", dg[0]);
    }
}
