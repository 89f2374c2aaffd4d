//! Images that these tests write.
#![allow(clippy::unwrap_used)]
use super::*;
use image::{ImageBuffer, Luma, Rgb};

#[test]
fn sixteen_bits_and_colours_become_luminance() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    let deep = ImageBuffer::from_fn(3, 1, |x, _| Luma([[0u16, 32_896, 65_535][x as usize]]));
    deep.save(&path).unwrap();
    assert_eq!(load(&path, None).unwrap().pixels(), [0, 128, 255]);

    // Rec. 709: green is the brightest, blue the darkest.
    let primaries = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [90, 90, 90]];
    let colour = ImageBuffer::from_fn(4, 1, |x, _| Rgb::<u8>(primaries[x as usize]));
    colour.save(&path).unwrap();
    assert_eq!(load(&path, None).unwrap().pixels(), [54, 182, 18, 90]);
}

#[test]
fn the_content_counts_and_not_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    std::fs::write(&path, b"P5\n2 1\n255\n\x07\x09").unwrap();
    assert_eq!(load(&path, None).unwrap().pixels(), [7, 9]);
}

#[test]
fn fitting_keeps_the_middle_and_the_proportions() {
    // A dark disc in the middle of a wide image stays round and in the middle.
    let disc = GrayImage::from_fn(300, 100, |x, y| {
        let radius = (x as f32 - 149.5).hypot(y as f32 - 49.5);
        Luma([if radius < 25.0 { 0 } else { 200 }])
    });
    let small = fit(&disc, (60, 36));
    assert_eq!(small.dimensions(), (60, 36));
    let dark: Vec<_> = small.enumerate_pixels().filter(|(_, _, p)| p[0] < 100).collect();
    let mean = |f: fn(u32, u32) -> u32| {
        dark.iter().map(|&(x, y, _)| f(x, y) as f32).sum::<f32>() / dark.len() as f32
    };
    assert!((mean(|x, _| x) - 29.5).abs() < 0.2 && (mean(|_, y| y) - 17.5).abs() < 0.2);
    // Its radius was a quarter of the height, and still is.
    let radius = (dark.len() as f32 / std::f32::consts::PI).sqrt();
    assert!((radius - 9.0).abs() < 0.3, "{radius}");
}

#[test]
fn a_flat_image_stays_flat_in_any_size() {
    let flat = GrayImage::from_pixel(17, 31, Luma([93]));
    for size in [(60, 36), (5, 40), (1, 1), (17, 31)] {
        let fitted = fit(&flat, size);
        assert_eq!((fitted.width() as usize, fitted.height() as usize), size);
        assert!(fitted.pixels().all(|p| p[0] == 93), "{size:?}");
    }
}

#[test]
fn a_header_that_claims_a_huge_image_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for header in ["P5\n100000 10\n255\n", "P5\n16000 16384\n65535\n"] {
        let path = folder.path().join("bomb.pgm");
        std::fs::write(&path, header).unwrap();
        let error = load(&path, None).unwrap_err();
        assert!(matches!(error, Error::Image { .. }), "{error}");
        assert!(error.to_string().contains("bomb.pgm"), "{error}");
    }
}
