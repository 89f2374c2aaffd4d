//! The shape of one convolution.

/// Sizes of a convolution with a square kernel, and the same padding on all four sides.
///
/// Pictures are `[batch, height, width, channels]`, weights
/// `[channels_out, channels_in, kernel, kernel]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Number of pictures.
    pub batch: usize,
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// Channels of the input.
    pub channels_in: usize,
    /// Channels of the output.
    pub channels_out: usize,
    /// Side of the kernel, in pixels.
    pub kernel: usize,
    /// Step between windows, in pixels.
    pub stride: usize,
    /// Zeros around the input, in pixels.
    pub padding: usize,
}

impl Geometry {
    /// Rows of the output.
    pub fn height_out(&self) -> usize {
        self.output_side(self.height)
    }

    /// Columns of the output.
    pub fn width_out(&self) -> usize {
        self.output_side(self.width)
    }

    /// Numbers in the input.
    pub fn input_len(&self) -> usize {
        self.batch * self.height * self.width * self.channels_in
    }

    /// Numbers in the output.
    pub fn output_len(&self) -> usize {
        self.batch * self.height_out() * self.width_out() * self.channels_out
    }

    /// Numbers in the weights.
    pub fn weight_len(&self) -> usize {
        self.channels_out * self.channels_in * self.kernel * self.kernel
    }

    /// Multiplications of the forward pass, those with padding included.
    pub fn multiplications(&self) -> usize {
        self.output_len() * self.channels_in * self.kernel * self.kernel
    }

    fn output_side(&self, side: usize) -> usize {
        let padded = side + 2 * self.padding;
        assert!(
            self.kernel > 0 && self.stride > 0,
            "convolution: kernel and stride must be positive"
        );
        assert!(
            padded >= self.kernel,
            "convolution: {side} pixels with padding {} are less than the kernel's {}",
            self.padding,
            self.kernel
        );
        (padded - self.kernel) / self.stride + 1
    }
}
