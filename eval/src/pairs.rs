//! Renders and their refinements, read pair by pair and measured on all cores.

use crate::Error;
use rayon::prelude::*;
use simulator::sample::{BoxError, Modality, Sample};

/// Pairs in memory at a time.
const CHUNK: usize = 512;

/// What `measure` says of each pair, in the order given.
///
/// # Errors
/// If the stream fails, a pair has two ids or two sizes, or there is no pair.
pub(crate) fn measured<M: Modality, T: Send>(
    pairs: impl IntoIterator<Item = Result<(Sample<M>, Sample<M>), BoxError>>,
    measure: impl Fn(&Sample<M>, &Sample<M>) -> T + Sync,
) -> Result<Vec<T>, Error> {
    let mut pairs = pairs.into_iter().enumerate();
    let mut measured = Vec::new();
    loop {
        let chunk: Vec<_> = pairs
            .by_ref()
            .take(CHUNK)
            .map(|(position, pair)| {
                checked(position, pair.map_err(|source| Error::Source { position, source })?)
            })
            .collect::<Result<_, _>>()?;
        if chunk.is_empty() {
            break;
        }
        measured.par_extend(chunk.par_iter().map(|(rendered, refined)| measure(rendered, refined)));
    }
    if measured.is_empty() {
        return Err(Error::TooFew { what: "a drift report (pairs)", needed: 1, got: 0 });
    }
    Ok(measured)
}

fn checked<M: Modality>(
    position: usize,
    (rendered, refined): (Sample<M>, Sample<M>),
) -> Result<(Sample<M>, Sample<M>), Error> {
    if rendered.id != refined.id {
        let (rendered, refined) = (rendered.id, refined.id);
        return Err(Error::MismatchedIds { position, rendered, refined });
    }
    if rendered.frame.size() != refined.frame.size() {
        let id = rendered.id;
        let (rendered, refined) = (rendered.frame.size(), refined.frame.size());
        return Err(Error::MismatchedSizes { id, rendered, refined });
    }
    Ok((rendered, refined))
}
