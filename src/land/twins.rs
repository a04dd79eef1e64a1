//! A part that was delivered twice ties perfectly once it is summed twice: it must be caught
//! before. By the hash of its bytes, by the hash of its rows' identities, and by identities that
//! occur twice. An export whose rows have no identity may hold true twins: there only whole files
//! are compared, by the hash of all their cells.

use super::file::FileOutcome;
use crate::error::{Error, Result};
use crate::focus::{Delivery, DeliveryKind};
use crate::format::Format;
use std::collections::BTreeSet;

/// Refuses a delivery in which a part, or a charge, occurs twice.
pub fn refuse_twins(delivery: &Delivery, format: &Format, outcomes: &[FileOutcome]) -> Result<()> {
    let same = |a: usize, b: usize| {
        Error::source(
            &delivery.files[b].key,
            format!("holds the same rows as {}: a part was delivered twice", delivery.files[a].key),
            "take one of the two off the manifest or out of the file set",
        )
    };
    let both = |a: usize, b: usize| {
        let (one, other) = (&delivery.files[a], &delivery.files[b]);
        let what = format!("holds the same rows as {}, and they are declared as two datasets", one.key);
        let remedy = format!(
            "name the file of each dataset; where a bill has no commitments and both are alike, say dataset = \"{}\" at \
             the source and declare one",
            one.dataset
        );
        Error::source(&other.key, what, remedy)
    };
    let mut alike = Vec::new();
    for b in 0..outcomes.len() {
        for a in 0..b {
            let rows = outcomes[a].rows > 0 && outcomes[a].rows == outcomes[b].rows;
            let bytes = delivery.hashes[a] == delivery.hashes[b];
            let identities = outcomes[a].identity.fingerprint != 0
                && outcomes[a].identity.fingerprint == outcomes[b].identity.fingerprint;
            if delivery.files[a].dataset != delivery.files[b].dataset {
                if rows && bytes && delivery.kind == DeliveryKind::FileSet {
                    alike.push((a, b));
                }
                continue;
            }
            if rows && (bytes || identities) {
                return Err(same(a, b));
            }
        }
    }
    // One file declared as both datasets is a slip. A part may be alike: usage that no commitment has a say in is the
    // same in both. Two exports of a bill without commitments are alike too, and manifests tell them apart.
    let twin = |at: usize| outcomes[at].rows == 0 || alike.iter().any(|(a, b)| at == *a || at == *b);
    if let Some((a, b)) = alike.first().filter(|_| (0..outcomes.len()).all(twin)) {
        return Err(both(*a, *b));
    }
    let limit = outcomes.iter().map(|o| o.identity.limit).min().unwrap_or(u128::MAX);
    let mut seen = BTreeSet::new();
    let mut doubled: u64 = 0;
    for outcome in outcomes {
        doubled += outcome.identity.doubled;
        for hash in outcome.identity.smallest.iter().filter(|hash| **hash <= limit) {
            doubled += u64::from(!seen.insert(*hash));
        }
    }
    if doubled == 0 {
        return Ok(());
    }
    Err(Error::source(
        &delivery.origin,
        format!("holds charges twice: {doubled} of {} occur again", format.native.identity.join(" + ")),
        "a part is in the delivery twice, or rows were appended; deliver the period again",
    ))
}
