//! How machines were used: what utilisation files become before the rules read them.

use chrono::{DateTime, NaiveDate, Utc};

/// Bins of a histogram: bin `i` holds the samples in `[5i, 5i+5)` percent, the last one 100 too.
pub const BINS: usize = 20;
/// Percent that a bin is wide.
pub const BIN_WIDTH: f64 = 5.0;

/// What is measured: percent of what the machine has, or bytes that it moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseMetric {
    Cpu,
    Memory,
    /// Bytes in and out over its network interfaces.
    Network,
    /// Bytes read from and written to its disks.
    Disk,
}

impl UseMetric {
    pub const ALL: [UseMetric; 4] = [UseMetric::Cpu, UseMetric::Memory, UseMetric::Network, UseMetric::Disk];

    /// As it stands in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Network => "network",
            Self::Disk => "disk",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// Bytes, where others are percent.
    pub fn is_bytes(self) -> bool {
        matches!(self, Self::Network | Self::Disk)
    }
}

/// A machine that a bill names, for those who are asked how it was used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Machine {
    pub sub_account: String,
    pub region: String,
    /// As in the bill.
    pub resource: String,
    /// The last day that the bill charges for it; `None` where it goes on as far as the bill does, or nobody knows.
    pub ran_until: Option<NaiveDate>,
}

/// One metric of one resource in one hour: a row of the contract, `docs/utilisation.md`.
#[derive(Debug, Clone, PartialEq)]
pub struct HourOfUse {
    pub sub_account: String,
    pub resource: String,
    /// Its UTC start.
    pub hour: DateTime<Utc>,
    pub metric: UseMetric,
    pub measured: Measured,
}

/// What an hour's samples came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// Samples by bin, and the highest one, in percent.
    Percent { bins: [u32; BINS], maximum: f64 },
    /// The sum of the hour.
    Bytes(u64),
}

/// The columns of the contract, in the order of [`HourOfUse::cells`].
pub const USE_COLUMNS: [&str; 8] =
    ["SubAccountId", "ResourceId", "Hour", "Metric", "Bins", "Maximum", "Count", "Bytes"];

impl HourOfUse {
    /// The row's cells, as [`USE_COLUMNS`] names them.
    pub fn cells(&self) -> [String; 8] {
        let (bins, maximum, count, bytes) = match self.measured {
            Measured::Percent { bins, maximum } => {
                let count: u64 = bins.iter().map(|count| u64::from(*count)).sum();
                let bins = bins.map(|count| count.to_string()).join(";");
                (bins, maximum.to_string(), count.to_string(), String::new())
            }
            Measured::Bytes(bytes) => (String::new(), String::new(), String::new(), bytes.to_string()),
        };
        let hour = self.hour.format("%Y-%m-%dT%H:00:00Z").to_string();
        let metric = self.metric.name().to_string();
        [self.sub_account.clone(), self.resource.clone(), hour, metric, bins, maximum, count, bytes]
    }
}

/// The bin of a percentage.
pub fn bin_of(percent: f64) -> usize {
    ((percent / BIN_WIDTH) as usize).min(BINS - 1)
}

/// One metric of one resource over a window of days. All days are UTC.
#[derive(Debug, Clone, PartialEq)]
pub struct Utilisation {
    pub sub_account: String,
    pub resource: String,
    pub metric: UseMetric,
    /// Percent that 99.5 % of the samples stay at or below: the upper edge of their bin, and never
    /// above the maximum. 0 of a metric in bytes, as the other two.
    pub p995: f64,
    /// The highest sample, in percent.
    pub maximum: f64,
    /// The second highest of a day's hourly medians, of the day where that is highest: what it needs
    /// in its busiest hours, however rare they are. 0 where no day has two hours with samples.
    pub peak_hours: f64,
    /// The bytes of the day with most of them; `None` of a metric in percent.
    pub busiest_day_bytes: Option<u64>,
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
