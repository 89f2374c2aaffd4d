//! A text that carries a hash of itself, so that a flipped bit in it is noticed.
//!
//! Two forms, because there are files of both: a hash in the last field ([`append`]), and a hash in a
//! field of the text ([`fill`]). The hash is no signature: anyone can make it. It tells damage from
//! what was written, not truth from nonsense.

/// What stands between a JSON object and its hash.
const LAST: &str = ",\n  \"blake3\": \"";

/// Ends a JSON object, as `to_string_pretty` writes it, with a field `blake3`: the hash of all that
/// stands before it.
pub fn append(json: &str) -> String {
    let body = json.trim_end().trim_end_matches('}').trim_end();
    format!("{body}{LAST}{}\"\n}}\n", blake3::hash(body.as_bytes()))
}

/// Whether the text is as [`append`] left it.
pub fn is_appended(text: &str) -> bool {
    text.rsplit_once(LAST)
        .is_some_and(|(body, seal)| seal == format!("{}\"\n}}\n", blake3::hash(body.as_bytes())))
}

/// Puts the hash of the text into its first field `"seal": ""`.
pub fn fill(json: &str) -> String {
    let seal = blake3::hash(json.as_bytes()).to_hex();
    json.replacen(&field(""), &field(&seal), 1)
}

/// Whether the text is as [`fill`] left it; `seal` is what stands in its field.
pub fn is_filled(text: &str, seal: &str) -> bool {
    let bare = text.replacen(&field(seal), &field(""), 1);
    blake3::hash(bare.as_bytes()).to_hex().as_str() == seal
}

fn field(seal: &str) -> String {
    format!("\"seal\": \"{seal}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every bit of a text, flipped alone; those that leave it UTF-8.
    fn flips(text: &str) -> impl Iterator<Item = String> {
        (0..8 * text.len()).filter_map(move |bit| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            String::from_utf8(bytes).ok()
        })
    }

    #[test]
    fn no_bit_of_a_sealed_text_changes_unseen() {
        let appended = append("{\n  \"answer\": 42\n}");
        assert!(is_appended(&appended));
        assert!(!flips(&appended).any(|text| is_appended(&text)));

        let filled = fill("{\n  \"seal\": \"\",\n  \"answer\": 42\n}");
        let seal = |text: &str| Some(text.split_once("\"seal\": \"")?.1.get(..64)?.to_owned());
        let right = |text: &str| seal(text).is_some_and(|seal| is_filled(text, &seal));
        assert!(right(&filled));
        assert!(!flips(&filled).any(|text| right(&text)));
    }

    #[test]
    fn neither_a_cut_nor_a_longer_text_is_whole() {
        let text = append("{\n  \"answer\": 42\n}");
        assert!((0..text.len()).all(|end| !is_appended(&text[..end])));
        assert!(!is_appended(&format!("{text} ")));
    }
}
