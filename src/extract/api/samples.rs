//! From samples at times to the hours of the contract, `docs/utilisation.md`.

use crate::focus::utilisation::{BINS, Measured, bin_of};
use std::collections::BTreeMap;

/// Seconds.
pub const HOUR: i64 = 3600;

/// What was measured, by the UTC start of the hour in seconds.
pub type Hours = BTreeMap<i64, Measured>;

/// The hours of percentages: of each the time in seconds, the mean that is the sample, and the highest value where it is
/// told. A hundred and a rounding error is a hundred.
pub fn of_percent(samples: impl Iterator<Item = (i64, f64, Option<f64>)>) -> Hours {
    let mut hours: BTreeMap<i64, ([u32; BINS], f64)> = BTreeMap::new();
    for (time, mean, highest) in samples {
        let mean = mean.clamp(0.0, 100.0);
        let highest = highest.unwrap_or(mean).clamp(0.0, 100.0);
        let (bins, maximum) = hours.entry(time - time.rem_euclid(HOUR)).or_insert(([0; BINS], 0.0));
        bins[bin_of(mean)] += 1;
        *maximum = maximum.max(mean).max(highest);
    }
    hours.into_iter().map(|(hour, (bins, maximum))| (hour, Measured::Percent { bins, maximum })).collect()
}

/// Adds bytes at times to the hours that there are.
pub fn add_bytes(hours: &mut Hours, samples: impl Iterator<Item = (i64, f64)>) {
    for (time, bytes) in samples {
        let of_hour = hours.entry(time - time.rem_euclid(HOUR)).or_insert(Measured::Bytes(0));
        if let Measured::Bytes(sum) = of_hour {
            *sum = sum.saturating_add(bytes.round() as u64);
        }
    }
}
