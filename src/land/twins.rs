//! A part that was delivered twice ties perfectly once it is summed twice: it must be caught
//! before. By the hash of its bytes, by the hash of its rows' identities, and by identities that
//! occur twice. An export whose rows have no identity may hold true twins: there only whole files
//! are compared, by the hash of all their cells.

use super::file::FileOutcome;
use super::input::Input;
use crate::error::{Error, Result};
use crate::focus::Delivery;
use crate::format::{Format, Header};
use std::collections::BTreeSet;

/// How many of the smallest identity hashes are kept: up to that many rows every doubled charge
/// is seen, beyond it a sample of the same size, in which a doubled part cannot hide.
const KEPT: usize = 1 << 19;

/// The identities of a file's rows, in bounded memory.
pub struct Identity {
    columns: Vec<usize>,
    /// The columns are not unique together: rows may repeat, files may not.
    whole: bool,
    /// Order-independent hash over all identities.
    fingerprint: u128,
    smallest: Vec<u128>,
    limit: u128,
    doubled: u64,
}

impl Identity {
    /// `names` are unique together; without them (or without the columns) all columns count, where
    /// there is another of the delivery's `files` to compare with.
    pub fn new(names: &[&str], header: &Header, files: usize) -> Self {
        let columns: Option<Vec<_>> = names.iter().map(|name| header.position(name)).collect();
        let columns = columns.filter(|columns| !columns.is_empty());
        let all = if files > 1 { 0..header.delivered.len() } else { 0..0 };
        Self {
            whole: columns.is_none(),
            columns: columns.unwrap_or_else(|| all.collect()),
            fingerprint: 0,
            smallest: Vec::new(),
            limit: u128::MAX,
            doubled: 0,
        }
    }

    pub fn add(&mut self, input: &Input) {
        if self.columns.is_empty() {
            return;
        }
        let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58du128;
        for column in &self.columns {
            hash = hash_bytes(hash, input.cell(*column));
        }
        self.fingerprint = self.fingerprint.wrapping_add(hash);
        if !self.whole && hash <= self.limit {
            self.smallest.push(hash);
            if self.smallest.len() >= 2 * KEPT {
                self.shrink();
            }
        }
    }

    fn shrink(&mut self) {
        self.smallest.sort_unstable();
        let before = self.smallest.len();
        self.smallest.dedup();
        self.doubled += (before - self.smallest.len()) as u64;
        self.smallest.truncate(KEPT);
        if self.smallest.len() == KEPT {
            self.limit = self.smallest[KEPT - 1];
        }
    }
}

/// FNV-like mixing over 128 bits, eight bytes at a time, with a final avalanche.
fn hash_bytes(seed: u128, bytes: &[u8]) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = seed ^ (bytes.len() as u128);
    for chunk in bytes.chunks(8) {
        let mut word = [0u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash ^ u128::from(u64::from_le_bytes(word))).wrapping_mul(PRIME);
        hash ^= hash >> 61;
    }
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    hash ^ (hash >> 64)
}

/// Refuses a delivery in which a part, or a charge, occurs twice.
pub fn refuse_twins(delivery: &Delivery, format: &Format, outcomes: &[FileOutcome]) -> Result<()> {
    let same = |a: usize, b: usize| {
        Error::source(
            &delivery.files[b].key,
            format!("holds the same rows as {}: a part was delivered twice", delivery.files[a].key),
            "take one of the two off the manifest or out of the file set",
        )
    };
    for b in 0..outcomes.len() {
        for a in 0..b {
            let rows = outcomes[a].rows > 0 && outcomes[a].rows == outcomes[b].rows;
            let bytes = delivery.hashes[a] == delivery.hashes[b];
            let identities = outcomes[a].identity.fingerprint != 0
                && outcomes[a].identity.fingerprint == outcomes[b].identity.fingerprint;
            if rows && (bytes || identities) {
                return Err(same(a, b));
            }
        }
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
