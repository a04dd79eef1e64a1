//! One resource and metric over one window, as histograms add up.

use super::Window;
use super::row::{BIN_WIDTH, BINS, Row, Wrong};
use crate::focus::utilisation::{UseMetric, Utilisation};
use chrono::{Datelike, Days, NaiveDate};

const DAYS: usize = Window::DAYS as usize;
const WHOLE_DAY: u32 = (1 << 24) - 1;
/// The percentile: 995 of 1,000 samples. The highest half percent of a month is three and a half
/// hours, less than the shortest monthly job that a machine must be large enough for.
const PER_MILLE: u64 = 995;

/// Samples by bin, the maximum, and the hours that had samples, a bit each.
#[derive(Clone)]
pub struct Use {
    bins: [u64; BINS],
    maximum: f64,
    hours: [u32; DAYS],
}

impl Default for Use {
    fn default() -> Self {
        Self { bins: [0; BINS], maximum: 0.0, hours: [0; DAYS] }
    }
}

impl Use {
    /// Adds an hour; `day` counts from the window's first.
    pub fn add(&mut self, day: usize, row: &Row) -> Result<(), Wrong> {
        let bit = 1 << row.hour;
        if self.hours[day] & bit != 0 {
            let what = format!("the {} of {} has this hour already", row.metric.name(), row.resource);
            let remedy = "write one row per resource, hour and metric; the same file may be there twice";
            return Err(Wrong { column: "Hour", what, remedy });
        }
        self.hours[day] |= bit;
        self.maximum = self.maximum.max(row.maximum);
        for (sum, count) in self.bins.iter_mut().zip(row.bins) {
            *sum += u64::from(count);
        }
        Ok(())
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
        let total: u64 = self.bins.iter().sum();
        let mut seen = 0;
        for (at, count) in self.bins.iter().enumerate() {
            seen += count;
            if u128::from(seen) * 1000 >= u128::from(total) * u128::from(PER_MILLE) {
                return ((at + 1) as f64 * BIN_WIDTH).min(self.maximum);
            }
        }
        self.maximum
    }
}
