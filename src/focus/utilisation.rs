//! How machines were used: what utilisation files become before the rules read them.

use chrono::NaiveDate;

/// What is measured. Percent of what the machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseMetric {
    Cpu,
    Memory,
}

impl UseMetric {
    pub const ALL: [UseMetric; 2] = [UseMetric::Cpu, UseMetric::Memory];

    /// As it stands in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }
}

/// One metric of one resource over a window of days. All days are UTC.
#[derive(Debug, Clone, PartialEq)]
pub struct Utilisation {
    pub sub_account: String,
    pub resource: String,
    pub metric: UseMetric,
    /// Percent that 99.5 % of the samples stay at or below: the upper edge of their bin, and never
    /// above the maximum.
    pub p995: f64,
    /// The highest sample, in percent.
    pub maximum: f64,
    /// The second highest of a day's hourly medians, of the day where that is highest: what it needs
    /// in its busiest hours, however rare they are. 0 where no day has two hours with samples.
    pub peak_hours: f64,
    /// Days with samples in each of their 24 hours.
    pub complete_days: u32,
    pub hours: u32,
    /// Days with any sample.
    pub days: u32,
    /// Is the last day of a month among the complete days?
    pub has_month_end: bool,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
}
