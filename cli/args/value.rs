//! What values of arguments are read as.

use pipeline::ImageCodec;

/// Reads "60x36".
pub fn size(text: &str) -> Result<(usize, usize), String> {
    let parse = || {
        let (width, height) = text.split_once(['x', 'X'])?;
        Some((width.parse().ok().filter(|&w| w > 0)?, height.parse().ok().filter(|&h| h > 0)?))
    };
    parse().ok_or_else(|| format!("`{text}` is no size; write WIDTHxHEIGHT, as in 60x36"))
}

/// Reads a length above zero.
pub fn length(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number: &f32| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("`{text}` is no number above 0"))
}

/// Reads a number from 1 on.
pub fn positive(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("`{text}` is no number from 1 on"))
}

/// Reads a number of threads.
pub fn threads(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=MOST_THREADS).contains(number));
    number.ok_or_else(|| format!("`{text}` is no number from 1 to {MOST_THREADS}"))
}

/// More than any machine has cores; each has a stack of its own.
const MOST_THREADS: usize = 4096;

/// Reads "png" or "pgm".
pub fn image_codec(text: &str) -> Result<ImageCodec, String> {
    match text {
        "png" => Ok(ImageCodec::Png),
        "pgm" => Ok(ImageCodec::Pgm),
        _ => Err(format!("`{text}` is no format; there are png and pgm")),
    }
}
