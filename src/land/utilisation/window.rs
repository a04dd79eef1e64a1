//! One resource and metric over one window, as histograms add up.

use super::Window;
use super::row::{Row, Wrong};
use crate::focus::utilisation::{BIN_WIDTH, BINS, Measured, UseMetric, Utilisation};
use chrono::{Datelike, Days, NaiveDate};

const DAYS: usize = Window::DAYS as usize;
const WHOLE_DAY: u32 = (1 << 24) - 1;
/// The percentile: 995 of 1,000 samples. The highest half percent of 35 days is 4.2 hours: of all
/// samples together, a job of four hours at the turn of the month is not seen. So the two busiest
/// hours of each day are kept beside them.
const PER_MILLE: u64 = 995;

/// Samples by bin, the maximum, the hours that had samples, a bit each, and of each day the two
/// highest hourly medians, the higher one first, as the bins above them: 0 without such an hour.
#[derive(Clone)]
pub struct Use {
    bins: [u64; BINS],
    maximum: f64,
    hours: [u32; DAYS],
    medians: [[u8; 2]; DAYS],
    /// By day, of a metric in bytes.
    bytes: Option<Box<[u64; DAYS]>>,
}

impl Default for Use {
    fn default() -> Self {
        Self { bins: [0; BINS], maximum: 0.0, hours: [0; DAYS], medians: [[0; 2]; DAYS], bytes: None }
    }
}

impl Use {
    /// Is the hour there? `day` counts from the window's first.
    pub fn has(&self, day: usize, hour: u32) -> bool {
        self.hours[day] & (1 << hour) != 0
    }

    /// Adds an hour.
    pub fn add(&mut self, day: usize, row: &Row) -> Result<(), Wrong> {
        if self.has(day, row.hour) {
            let what = format!("the {} of {} has this hour already", row.metric.name(), row.resource);
            let remedy = "write one row per resource, hour and metric; the same file may be there twice";
            return Err(Wrong { column: "Hour", what, remedy });
        }
        self.hours[day] |= 1 << row.hour;
        match row.measured {
            Measured::Percent { bins, maximum } => self.add_samples(day, &bins, maximum),
            Measured::Bytes(bytes) => {
                let of_day = &mut self.bytes.get_or_insert_with(|| Box::new([0; DAYS]))[day];
                *of_day = of_day.saturating_add(bytes);
            }
        }
        Ok(())
    }

    fn add_samples(&mut self, day: usize, bins: &[u32; BINS], maximum: f64) {
        self.maximum = self.maximum.max(maximum);
        for (sum, count) in self.bins.iter_mut().zip(bins) {
            *sum += u64::from(*count);
        }
        let [first, second] = &mut self.medians[day];
        match upper_bin(bins.iter().map(|count| u64::from(*count)), 500) {
            median if median > *first => (*first, *second) = (median, *first),
            median => *second = median.max(*second),
        }
    }

    /// What it comes to; `None` without samples.
    pub fn over(&self, name: &(String, String, UseMetric), first: NaiveDate) -> Option<Utilisation> {
        let date = |day: usize| first.checked_add_days(Days::new(day as u64)).unwrap_or(first);
        let any = |day: &usize| self.hours[*day] != 0;
        let complete = |day: &usize| self.hours[*day] == WHOLE_DAY;
        let ends_month = |day: usize| date(day + 1).day() == 1;
        Some(Utilisation {
            sub_account: name.0.clone(),
            resource: name.1.clone(),
            metric: name.2,
            p995: self.percentile(),
            maximum: self.maximum,
            peak_hours: self.at_most(self.medians.iter().map(|[_, second]| *second).max().unwrap_or_default()),
            busiest_day_bytes: self.bytes.as_ref().map(|days| days.iter().copied().max().unwrap_or_default()),
            complete_days: (0..DAYS).filter(complete).count() as u32,
            hours: self.hours.iter().map(|hours| hours.count_ones()).sum(),
            days: (0..DAYS).filter(any).count() as u32,
            has_month_end: (0..DAYS).filter(complete).any(ends_month),
            first_day: date((0..DAYS).find(any)?),
            last_day: date((0..DAYS).rfind(any)?),
        })
    }

    /// The upper edge of the first bin up to which 99.5 % of the samples lie, or the maximum where
    /// that is lower.
    fn percentile(&self) -> f64 {
        self.at_most(upper_bin(self.bins.iter().copied(), PER_MILLE))
    }

    /// The edge above so many bins, or the maximum where that is lower.
    fn at_most(&self, bins: u8) -> f64 {
        (f64::from(bins) * BIN_WIDTH).min(self.maximum)
    }
}

/// The least number of bins that hold so many per mille of the samples.
fn upper_bin(bins: impl Iterator<Item = u64> + Clone, per_mille: u64) -> u8 {
    let total: u64 = bins.clone().sum();
    let mut seen = 0;
    let fewer = bins.take_while(|count| {
        seen += count;
        u128::from(seen) * 1000 < u128::from(total) * u128::from(per_mille)
    });
    fewer.count() as u8 + 1
}
