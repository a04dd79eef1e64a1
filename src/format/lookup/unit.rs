//! Azure's unit of measure: a block and a unit in one text, `10K`, `1/Month`, `100 Hours`.
//!
//! Prices and quantities of a charge are in blocks: 0.0004 of `10K` at 0.1 cost 0.00004 (a row of the
//! FinOps toolkit's sample export).

use super::{fold, get};

/// A unit of measure, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// How many units are one block.
    pub block: u64,
    /// `Units`, `Hours`, `GB/Month`.
    pub unit: String,
}

impl Measure {
    /// The unit a price is for: `10000 Units`; `Hours` where the block is one.
    pub fn priced(&self) -> String {
        if self.block == 1 { self.unit.clone() } else { format!("{} {}", self.block, self.unit) }
    }
}

/// Reads a unit of measure. One that is not known is a block of one of itself.
pub fn measure(text: &str) -> Measure {
    known(text).unwrap_or_else(|| Measure { block: 1, unit: text.trim().to_string() })
}

fn known(text: &str) -> Option<Measure> {
    let folded = fold(text);
    let digits = folded.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = folded.split_at(digits);
    let number: u64 = if number.is_empty() { 1 } else { number.parse().ok()? };
    let thousands = [('k', 1_000), ('m', 1_000_000), ('b', 1_000_000_000)];
    // `10K`, `1K/Hour`; not the M of `1 Month`.
    let scaled = thousands.iter().find_map(|(letter, times)| {
        let rest =
            rest.strip_prefix(*letter).filter(|rest| digits > 0 && (rest.is_empty() || rest.starts_with('/')))?;
        Some((rest, *times))
    });
    let (rest, times) = scaled.unwrap_or((rest, 1));
    let unit = get("azure_units", rest, "DistinctUnits").filter(|_| digits > 0 || !rest.is_empty())?;
    Some(Measure { block: number.checked_mul(times).filter(|block| *block > 0)?, unit: unit.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_measure_of_real_exports() {
        for (text, block, unit) in [
            ("1 Hour", 1, "Hours"),
            ("10K", 10_000, "Units"),
            ("1K", 1_000, "Units"),
            ("100", 100, "Units"),
            ("1/Month", 1, "Units/Month"),
            ("1 GB/Month", 1, "GB/Month"),
            ("100 Hours", 100, "Hours"),
            ("10 hours", 10, "Hours"),
            ("1 GB", 1, "GB"),
            ("1M", 1_000_000, "Units"),
            ("10K/Month", 10_000, "Units/Month"),
            ("1 Minute", 1, "Minutes"),
            ("1/Day", 1, "Units/Day"),
            ("1000000 Requests", 1_000_000, "Requests"),
            ("GB", 1, "GB"),
            // not in the table: itself
            ("3 Wishes", 1, "3 Wishes"),
            ("0 Hours", 1, "0 Hours"),
        ] {
            assert_eq!(measure(text), Measure { block, unit: unit.into() }, "{text}");
        }
        assert_eq!((measure("10K").priced(), measure("1 Hour").priced()), ("10000 Units".into(), "Hours".into()));
    }
}
