//! One part of `cost` as numbers: what the roll-ups group by, and what they sum.

use crate::error::{Error, Result};
use polars::prelude::*;
use std::collections::BTreeMap;

/// The charges of one part.
#[derive(Default)]
pub struct Part {
    /// Text columns, those of the policy too, and days, as codes of their dictionaries.
    codes: BTreeMap<String, Vec<u32>>,
    /// Costs and quantities in units of their last digit; null is 0.
    amounts: BTreeMap<&'static str, Vec<i128>>,
    /// ChargePeriodStart in microseconds.
    pub starts: Vec<i64>,
    /// Is the charge period at most a day?
    pub is_of_a_day: Vec<bool>,
    /// At most an hour?
    pub is_of_an_hour: Vec<bool>,
    /// Is it a share of a cost that stands on another row?
    pub is_split: Vec<bool>,
}

/// A day in microseconds: a charge of span `day` is of at most this.
pub const DAY_MICROS: i64 = 24 * HOUR_MICROS;
const HOUR_MICROS: i64 = 3_600_000_000;

impl Part {
    /// Times and amounts of the rows; the codes are set one by one.
    pub fn new(rows: &DataFrame, amounts: &[&'static str]) -> Result<Self> {
        let mut part = Self { starts: times(rows, "ChargePeriodStart")?, ..Self::default() };
        let ends = times(rows, "ChargePeriodEnd")?;
        let at_most = |limit: i64| -> Vec<bool> {
            part.starts.iter().zip(&ends).map(|(start, end)| end.saturating_sub(*start) <= limit).collect()
        };
        (part.is_of_a_day, part.is_of_an_hour) = (at_most(DAY_MICROS), at_most(HOUR_MICROS));
        for name in amounts {
            let decimals = rows.column(name).and_then(|column| column.decimal()).map_err(bug)?;
            let values = decimals.physical().iter().map(Option::unwrap_or_default).collect();
            part.amounts.insert(name, values);
        }
        let split = rows.column("x_SplitCost").map_err(bug)?;
        part.is_split = split.is_not_null().iter().map(|is| is == Some(true)).collect();
        Ok(part)
    }

    pub fn len(&self) -> usize {
        self.starts.len()
    }

    pub fn set(&mut self, name: &str, codes: Vec<u32>) {
        self.codes.insert(name.to_string(), codes);
    }

    pub fn codes(&self, name: &str) -> Result<&[u32]> {
        self.codes.get(name).map(Vec::as_slice).ok_or_else(|| Error::bug("roll-up", format!("nobody set {name}")))
    }

    pub fn amounts(&self, name: &str) -> Result<&[i128]> {
        self.amounts.get(name).map(Vec::as_slice).ok_or_else(|| Error::bug("roll-up", format!("nobody read {name}")))
    }
}

fn times(rows: &DataFrame, name: &str) -> Result<Vec<i64>> {
    let column = rows.column(name).and_then(|column| column.datetime()).map_err(bug)?;
    Ok(column.physical().iter().map(|time| time.unwrap_or(i64::MIN)).collect())
}

pub fn bug(error: PolarsError) -> Error {
    Error::bug("roll-up", error.to_string())
}
