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

/// Reads "key=value".
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(format!("`{text}` is no KEY=COLUMN")),
    }
}

/// Reads a share, "1%" or "0.01".
pub fn share(text: &str) -> Result<f64, String> {
    let (number, of) = match text.strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share = number.trim().parse::<f64>().ok().map(|number| number / of);
    share
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| format!("`{text}` is no share; write 1% or 0.01"))
}

/// Reads a number from 1 on.
pub fn positive(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("`{text}` is no number from 1 on"))
}

/// Reads a number of images: "20000", "20_000" or "2e4".
pub fn count(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    // Every whole number up to here is one of f64.
    let whole = |number: f64| {
        (number.fract() == 0.0 && (0.0..=9.0e15).contains(&number)).then_some(number as u64)
    };
    let number = digits.parse().ok().or_else(|| whole(digits.parse().ok()?));
    number.ok_or_else(|| format!("`{text}` is no number of images; write 20000 or 2e4"))
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

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn a_number_of_images_is_whole_however_it_is_written() {
        for (text, number) in [("0", 0), ("20000", 20_000), ("2e4", 20_000), ("1.5e6", 1_500_000)] {
            assert_eq!(count(text), Ok(number));
        }
        assert_eq!(count("1_000_000"), Ok(1_000_000));
        assert_eq!(count("18446744073709551615"), Ok(u64::MAX));
        for text in ["", "-1", "1.5", "1e30", "nan", "inf", "many", "1e-3"] {
            assert!(count(text).is_err_and(|words| words.contains("2e4")), "{text}");
        }
    }
}
