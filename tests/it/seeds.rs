//! Numbers that nobody chose, and those that somebody names: `COSTMILL_SEEDS=1,2,3`.

/// The seeds of `COSTMILL_SEEDS`; none where it is not set.
pub fn given() -> Vec<u64> {
    let given = std::env::var("COSTMILL_SEEDS").unwrap_or_default();
    let seeds = given.split([',', ' ']).filter(|seed| !seed.is_empty());
    seeds.map(|seed| seed.parse().unwrap_or_else(|_| panic!("COSTMILL_SEEDS: `{seed}` is no seed"))).collect()
}

/// So many seeds that nobody chose.
pub fn drawn(count: usize) -> Vec<u64> {
    use std::hash::{BuildHasher, Hasher};
    // The operating system's chance, through the hasher's keys. Short ones are easier to type again.
    let one = || std::collections::hash_map::RandomState::new().build_hasher().finish() >> 32;
    (0..count).map(|_| one()).collect()
}
