//! The identities of a file's rows, by which a part or a charge that came twice is known.

use super::input::Input;
use crate::format::Header;

/// How many of the smallest identity hashes are kept: up to that many rows every doubled charge
/// is seen, beyond it a sample of the same size, in which a doubled part cannot hide.
const KEPT: usize = 1 << 19;

/// The identities of a file's rows, in bounded memory.
pub struct Identity {
    /// Of each column that counts, a hash of its name and where it stands. All columns go by name: the same rows as JSON
    /// lines and as Parquet have them in another order, and JSON leaves out what is null in every row.
    columns: Vec<(u128, usize)>,
    /// The columns are not unique together: rows may repeat, files may not.
    pub(super) whole: bool,
    /// Order-independent hash over all identities.
    pub(super) fingerprint: u128,
    pub(super) smallest: Vec<u128>,
    pub(super) limit: u128,
    pub(super) doubled: u64,
}

impl Identity {
    /// `names` are unique together; without them (or without the columns) all columns count, where
    /// there is another of the delivery's `files` to compare with.
    pub fn new(names: &[&str], header: &Header, files: usize) -> Self {
        let unique: Option<Vec<_>> = names.iter().map(|name| Some((0, header.position(name)?))).collect();
        let unique = unique.filter(|columns| !columns.is_empty());
        let all = || {
            let mut all: Vec<_> = header.delivered.iter().zip(0..).collect();
            all.sort();
            all.into_iter().map(|(name, at)| (hash_bytes(SEED, name.as_bytes()), at)).collect()
        };
        Self {
            whole: unique.is_none(),
            columns: unique.unwrap_or_else(|| if files > 1 { all() } else { Vec::new() }),
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
        let mut hash = SEED;
        for (name, column) in &self.columns {
            let cell = input.cell(*column);
            if !self.whole || !cell.is_empty() {
                hash = hash_bytes(hash ^ name, cell);
            }
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

const SEED: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;

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
