//! What the business counts, by day.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One row of a driver file.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverDay {
    /// UTC.
    pub day: NaiveDate,
    /// As charges have it; empty is the whole.
    pub dimension: String,
    /// Finite, from 0 on. In the driver's own unit, before `per`.
    pub quantity: f64,
}

/// The driver rows of each unit metric, by its id, sorted by day and dimension.
pub type Drivers = BTreeMap<String, Vec<DriverDay>>;
