//! Seeded chance: a stream of its own for each purpose, so that one does not disturb another.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A seeded source of numbers and identifiers.
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).unsigned_abs() + 1;
        low + ((u128::from(self.0.next_u64()) * u128::from(width)) >> 64) as i64
    }

    /// A number in `low..=high`, small ones as likely as large ones by order of magnitude: a few
    /// busy things and many quiet ones.
    pub fn skewed(&mut self, low: i64, high: i64) -> i64 {
        let mut top = low.max(1);
        let mut doublings = 0;
        while top * 2 <= high {
            top *= 2;
            doublings += 1;
        }
        let from = low.max(1) << self.between(0, doublings);
        self.between(from, (from * 2).min(high).max(from))
    }

    pub fn hex(&mut self, digits: usize) -> String {
        let text = format!("{:016x}{:016x}", self.0.next_u64(), self.0.next_u64());
        text[..digits.min(32)].to_owned()
    }

    /// A text of the shape of a UUID.
    pub fn uuid(&mut self) -> String {
        let hex = self.hex(32);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }

    /// 52 letters and digits, as AWS numbers its line items.
    pub fn line_id(&mut self) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut id = String::with_capacity(52);
        while id.len() < 52 {
            let mut bits = self.0.next_u64();
            for _ in 0..12 {
                id.push(char::from(LETTERS[(bits % 32) as usize]));
                bits >>= 5;
            }
        }
        id.truncate(52);
        id
    }
}

/// A stable code of `length` letters and digits for a text (FNV-1a), such as a SKU.
pub fn code(text: &str, length: usize) -> String {
    const SIGNS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, mix);
    let mut code = String::with_capacity(length);
    for round in 0..length {
        hash = mix(hash, round as u8);
        code.push(char::from(SIGNS[(hash >> 32) as usize % SIGNS.len()]));
    }
    code
}

/// A stable number of ten digits for a text.
pub fn number(text: &str) -> u64 {
    1_000_000_000 + text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, mix) % 9_000_000_000
}

/// A stable text of the shape of a UUID for a text.
pub fn guid(text: &str) -> String {
    let half = |seed: &str| {
        let mixed = text.bytes().chain(seed.bytes()).fold(0xcbf2_9ce4_8422_2325_u64, mix);
        // FNV's low bits are its best; a second round spreads them.
        (0..8).fold(mixed, |hash, round| mix(hash ^ (hash >> 29), round))
    };
    let hex = format!("{:016x}{:016x}", half("first"), half("second"));
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        assert_eq!(Chance::new(7, 1).uuid(), Chance::new(7, 1).uuid());
        assert_ne!(Chance::new(7, 1).uuid(), Chance::new(7, 2).uuid());
        let mut chance = Chance::new(1, 1);
        let drawn: Vec<i64> = (0..2000).map(|_| chance.between(3, 9)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&3), Some(&9)));
        assert!((0..2000).map(|_| chance.skewed(0, 900)).all(|value| (1..=900).contains(&value)));
        assert_eq!(code("BoxUsage:m5.large us-east-1", 16).len(), 16);
        assert_ne!(code("a", 16), code("b", 16));
        assert_eq!(chance.line_id().len(), 52);
    }
}
