//! Random numbers as a function of what they are for.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The generator for one purpose: a function of (seed, purpose, index) and nothing else, so a
/// resumed run needs no more than the index, and two threads never share one.
pub(crate) fn rng(seed: u64, purpose: &str, index: u64) -> ChaCha8Rng {
    let mut what = Vec::with_capacity(purpose.len() + 16);
    what.extend_from_slice(&seed.to_le_bytes());
    what.extend_from_slice(&index.to_le_bytes());
    what.extend_from_slice(purpose.as_bytes());
    ChaCha8Rng::from_seed(blake3::derive_key("simreal trainer random stream 1", &what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    #[test]
    fn seed_purpose_and_index_each_give_another_stream() {
        let draw = |s, p, i| rng(s, p, i).random::<u64>();
        assert_eq!(draw(1, "a", 2), draw(1, "a", 2));
        let others = [draw(2, "a", 2), draw(1, "b", 2), draw(1, "a", 3)];
        assert!(others.iter().all(|&other| other != draw(1, "a", 2)));
    }
}
