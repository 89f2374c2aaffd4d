//! What a PNG file holds besides its picture.

use std::borrow::Cow;

/// A PNG file without colour profile and texts. A few kB of them can grow to hundreds of MB, and no
/// pixel depends on them here.
pub(super) fn without_texts(bytes: &[u8]) -> Cow<'_, [u8]> {
    const TEXTS: [&[u8; 4]; 4] = [b"iCCP", b"zTXt", b"iTXt", b"tEXt"];
    let mut kept: Option<Vec<u8>> = None;
    let mut at = 8;
    while let Some([a, b, c, d, name @ ..]) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        // What is cut is handed on as it is: the decoder says what is wrong with it.
        let Some(end) = length.checked_add(at + 12).filter(|&end| end <= bytes.len()) else {
            break;
        };
        match TEXTS.iter().any(|text| text[..] == *name) {
            true if kept.is_none() => kept = Some(bytes[..at].to_vec()),
            true => {}
            false => {
                if let Some(kept) = &mut kept {
                    kept.extend_from_slice(&bytes[at..end]);
                }
            }
        }
        at = end;
    }
    match kept {
        Some(mut kept) => {
            kept.extend_from_slice(&bytes[at.min(bytes.len())..]);
            Cow::Owned(kept)
        }
        None => Cow::Borrowed(bytes),
    }
}
