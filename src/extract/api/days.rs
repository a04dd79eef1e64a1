//! Days, half-open, UTC.

use chrono::NaiveDate;
use std::fmt;

/// From the first up to, and without, the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days {
    pub first: NaiveDate,
    pub end: NaiveDate,
}

impl Days {
    pub fn count(&self) -> u64 {
        u64::try_from((self.end - self.first).num_days()).unwrap_or_default()
    }
}

/// The first and the last day.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first, self.end.pred_opt().unwrap_or(self.end))
    }
}
