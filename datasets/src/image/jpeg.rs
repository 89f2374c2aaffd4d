//! Whether a JPEG file is whole. Decoders fill what is missing of a cut one with grey.

/// The first byte of what is wrong with the outer form of a JPEG file: markers with a length and that
/// many bytes, scans of coded data, up to the end marker (ITU-T T.81, annex B).
pub(super) fn fault(bytes: &[u8]) -> Option<(usize, String)> {
    let cut = |at: usize| Some((at, "the file ends before its end marker: it was cut".to_owned()));
    let mut at = 2;
    loop {
        // A marker is 0xff and a byte that is neither 0 nor 0xff; more 0xff may stand before it.
        if bytes.get(at).is_some_and(|&b| b != 0xff) {
            return Some((at, format!("byte {:#04x} where a marker should be", bytes[at])));
        }
        while bytes.get(at) == Some(&0xff) {
            at += 1;
        }
        let Some(&marker) = bytes.get(at) else { return cut(bytes.len()) };
        at += 1;
        match marker {
            0xd9 => return None,
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let Some(&[high, low]) = bytes.get(at..at + 2) else { return cut(bytes.len()) };
        let length = usize::from(high) << 8 | usize::from(low);
        if length < 2 {
            return Some((at, format!("a part of {length} bytes")));
        }
        at += length;
        if at > bytes.len() {
            return cut(bytes.len());
        }
        if marker == 0xda {
            at = end_of_scan(bytes, at);
        }
    }
}

/// Where the next marker stands behind coded data, in which 0xff is followed by 0 or by a restart.
fn end_of_scan(bytes: &[u8], from: usize) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(2).position(ends).map_or(bytes.len(), |k| from + k)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use image::codecs::jpeg::JpegEncoder;

    #[test]
    fn a_whole_file_is_whole_and_every_cut_is_found() {
        let image = image::GrayImage::from_fn(90, 70, |x, y| image::Luma([(x * y) as u8]));
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&image).unwrap();
        assert_eq!(fault(&bytes), None);
        for cut in 2..bytes.len() {
            let (at, problem) = fault(&bytes[..cut]).unwrap();
            assert!(at <= cut && problem.contains("cut"), "{cut}: {problem}");
        }
        // What lies behind the end, as cameras put it there, does no harm; zeros in the place of the
        // end are a cut.
        assert_eq!(fault(&[&bytes[..], b"more"].concat()), None);
        let half = bytes.len() / 2;
        assert!(fault(&[&bytes[..half], &vec![0; half]].concat()).is_some());
    }
}
