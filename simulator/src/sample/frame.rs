//! One image.

use thiserror::Error;

/// One image: row-major, origin at the top left.
///
/// Pixel `(0, 0)` has its *centre* at image coordinates (0, 0), as in OpenCV and in MPIIGaze's
/// camera matrix; so the image covers x from -0.5 to `width` - 0.5.
///
/// `P = u8` is luminance, 0 to 255 (eyes); `P = u16` is depth in mm, 0 = no return (hands). The word
/// *frame* only ever means an image here; coordinate systems are *spaces*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame<P> {
    width: usize,
    height: usize,
    pixels: Vec<P>,
}

/// The pixels do not fit the size.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a frame of {width}x{height} needs {expected} pixels and got {actual}")]
pub struct FrameError {
    /// Width asked for, px.
    pub width: usize,
    /// Height asked for, px.
    pub height: usize,
    /// `width * height`.
    pub expected: usize,
    /// Pixels given.
    pub actual: usize,
}

impl<P: Copy> Frame<P> {
    /// A frame of `width` x `height` over these pixels, row by row.
    ///
    /// # Errors
    /// If their number is not `width * height`, or zero.
    pub fn new(width: usize, height: usize, pixels: Vec<P>) -> Result<Self, FrameError> {
        let expected = width * height;
        if expected == 0 || pixels.len() != expected {
            let actual = pixels.len();
            return Err(FrameError { width, height, expected, actual });
        }
        Ok(Self { width, height, pixels })
    }

    /// A frame whose pixel at column x and row y is `f(x, y)`.
    ///
    /// # Panics
    /// If a side is zero.
    pub fn from_fn(width: usize, height: usize, mut f: impl FnMut(usize, usize) -> P) -> Self {
        assert!(width > 0 && height > 0, "a frame has at least one pixel");
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                pixels.push(f(x, y));
            }
        }
        Self { width, height, pixels }
    }

    /// A frame of zeros, or of what stands for them.
    pub(crate) fn zeros(width: usize, height: usize) -> Self
    where
        P: Default,
    {
        Self { width, height, pixels: vec![P::default(); width * height] }
    }

    /// All pixels, row by row, to be changed.
    pub(crate) fn pixels_mut(&mut self) -> &mut [P] {
        &mut self.pixels
    }

    /// Width, px.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height, px.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Width and height, px.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[P] {
        &self.pixels
    }

    /// The pixels, given away.
    pub fn into_pixels(self) -> Vec<P> {
        self.pixels
    }

    /// The pixel at column `x`, row `y`.
    ///
    /// # Panics
    /// If it lies outside.
    pub fn get(&self, x: usize, y: usize) -> P {
        assert!(x < self.width && y < self.height);
        self.pixels[y * self.width + x]
    }

    /// Whether the point (x, y), px, lies in the image.
    pub fn contains(&self, [x, y]: [f32; 2]) -> bool {
        let within = |at: f32, side: usize| (-0.5..=side as f32 - 0.5).contains(&at);
        within(x, self.width) && within(y, self.height)
    }

    /// Mirrored left to right: column x becomes column `width - 1 - x`.
    pub fn mirrored(&self) -> Self {
        let mut mirrored = self.clone();
        for row in mirrored.pixels.chunks_exact_mut(self.width) {
            row.reverse();
        }
        mirrored
    }
}

impl Frame<u8> {
    /// Histogram-equalised, as MPIIGaze's authors did as the last step of their normalisation: the
    /// grey levels that occur are spread over 0 to 255 by their cumulative share (the definition of
    /// OpenCV's `equalizeHist`). A constant image stays as it is.
    pub fn equalized(&self) -> Self {
        let mut equalized = self.clone();
        equalize(&mut equalized.pixels);
        equalized
    }
}

/// [`Frame::equalized`] of grey levels, in place.
pub(crate) fn equalize(pixels: &mut [u8]) {
    // Count each grey level.
    let mut count = [0usize; 256];
    for &p in &*pixels {
        count[p as usize] += 1;
    }
    // The darkest level that occurs maps to 0, so it takes no part in the range.
    let Some(darkest) = count.iter().position(|&n| n > 0) else { return };
    let range = pixels.len() - count[darkest];
    if range == 0 {
        return;
    }
    // Map each level to its cumulative share.
    let mut level = [0u8; 256];
    let mut seen = 0;
    for (value, &n) in count.iter().enumerate().skip(darkest + 1) {
        seen += n;
        level[value] = (255.0 * seen as f32 / range as f32).round_ties_even() as u8;
    }
    for p in pixels {
        *p = level[*p as usize];
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_frame_refuses_the_wrong_number_of_pixels() {
        let error = Frame::new(3, 2, vec![0u8; 5]).unwrap_err();
        assert_eq!((error.expected, error.actual), (6, 5));
        assert!(Frame::<u8>::new(0, 2, vec![]).is_err());
    }

    #[test]
    fn the_image_reaches_half_a_pixel_beyond_its_outermost_centres() {
        let frame = Frame::from_fn(5, 3, |_, _| 0u8);
        for inside in [[-0.5, 0.0], [4.5, 2.5], [2.0, -0.5]] {
            assert!(frame.contains(inside), "{inside:?}");
        }
        for outside in [[-0.6, 0.0], [4.6, 0.0], [0.0, 2.6], [f32::NAN, 1.0]] {
            assert!(!frame.contains(outside), "{outside:?}");
        }
    }

    #[test]
    fn mirroring_twice_is_the_identity() {
        let frame = Frame::from_fn(5, 3, |x, y| (x * 7 + y) as u8);
        assert_eq!(frame.mirrored().get(0, 1), frame.get(4, 1));
        assert_eq!(frame.mirrored().mirrored(), frame);
    }

    #[test]
    fn equalising_spreads_four_levels_over_the_whole_range() {
        let frame = Frame::new(4, 1, vec![10, 20, 30, 40]).unwrap();
        assert_eq!(frame.equalized().pixels(), [0, 85, 170, 255]);
    }

    #[test]
    fn equalising_is_idempotent_and_leaves_a_constant_image_alone() {
        let ramp = Frame::from_fn(64, 4, |x, _| (x * 2) as u8);
        assert_eq!(ramp.equalized().equalized(), ramp.equalized());
        let flat = Frame::new(2, 2, vec![9u8; 4]).unwrap();
        assert_eq!(flat.equalized(), flat);
    }
}
