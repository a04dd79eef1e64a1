//! The estate: every resource with its meters, and every machine. It is drawn once from the seed,
//! and its size is set by a scale; how often its lines are metered is another matter (`scale`).

pub mod catalogue;
pub mod commitments;
pub mod coverage;
pub mod draft;
pub mod fleets;
pub mod scale;
pub mod services;
pub mod shapes;
pub mod tags;

use crate::sample::calendar::Calendar;
use crate::sample::numbers::{Amount, Rate};
use crate::sample::waste::{Hit, Near};
use fleets::{Schedule, System};
use services::Meter;
use shapes::Shape;
use tags::{Epoch, Tags};

/// Something with an id, an owner and tags.
pub struct Resource {
    pub account: usize,
    /// `None` for global services.
    pub region: Option<usize>,
    pub zone: String,
    pub id: String,
    /// In order, the first from day 0.
    pub epochs: Vec<Epoch>,
    /// The days it lives, counted from the first day of the sample: `born..gone`.
    pub born: u32,
    pub gone: u32,
}

impl Resource {
    /// Whether it exists on a day of the sample.
    pub fn lives(&self, day: u32) -> bool {
        (self.born..self.gone).contains(&day)
    }

    /// Which of its epochs a day of the sample is in.
    pub fn epoch(&self, day: u32) -> usize {
        self.epochs.iter().rposition(|epoch| epoch.from <= day).unwrap_or(0)
    }

    pub fn tags(&self, epoch: usize) -> &Tags {
        &self.epochs[epoch].tags
    }
}

/// In which hours of its life a stream meters anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    Always,
    Sundays,
    /// Until this day of the sample.
    Before(u32),
    /// From this day of the sample on.
    From(u32),
    /// Every day from 07:00 to 19:00.
    Day,
    /// The other half of every day.
    Night,
}

impl Run {
    /// Hours of a run of hours on one day, both of the month, in which it meters.
    pub fn hours(self, calendar: &Calendar, first_day: u32, span: std::ops::Range<u32>) -> u32 {
        let day = span.start / 24;
        let by_day = span.clone().filter(|hour| (7..19).contains(&(hour % 24))).count() as u32;
        let all = span.end - span.start;
        let on = match self {
            Run::Always => true,
            Run::Sundays => calendar.weekday(day) == 6,
            Run::Before(last) => first_day + day < last,
            Run::From(first) => first_day + day >= first,
            Run::Day => return by_day,
            Run::Night => return all - by_day,
        };
        if on { all } else { 0 }
    }
}

/// How what a stream meters changes over the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// A little each month, with the business.
    Business,
    Flat,
    /// By so many permille of the first day, every day, without end.
    Daily(u32),
    /// Up for nine days and back again on the tenth.
    Sawtooth,
    /// Once, by half, on this day of the sample.
    Step(u32),
}

impl Growth {
    /// Permille of the base on a day of the sample, in its month with this index.
    pub fn permille(self, day: u32, month: u32) -> i128 {
        1_000
            + match self {
                Growth::Business => 25 * i128::from(month),
                Growth::Flat => 0,
                Growth::Daily(by) => i128::from(by) * i128::from(day),
                Growth::Sawtooth => 35 * i128::from(day % 10),
                Growth::Step(on) => {
                    if day >= on {
                        500
                    } else {
                        0
                    }
                }
            }
    }
}

/// A metered stream of usage of a resource.
pub struct Stream {
    pub resource: usize,
    pub product: usize,
    pub meter: &'static Meter,
    pub rate: Rate,
    /// What an average day meters (of storage: what is stored).
    pub base: Amount,
    pub run: Run,
    pub growth: Growth,
    /// Metered by the hour if below the hourly share, else by the day; 0 to 999.
    pub rank: u32,
    /// Its last days reach the bill only with the restatement.
    pub late: bool,
}

/// A machine, which a commitment may discount.
pub struct Machine {
    pub resource: usize,
    pub shape: &'static Shape,
    pub system: System,
    pub schedule: Schedule,
    pub region: usize,
    pub rate: Rate,
    /// What one hour meters.
    pub units: Amount,
    pub rank: u32,
    /// Commitments may apply to it: its account shares in the organisation's discounts.
    pub shares: bool,
    pub load: Load,
}

/// How hard a machine works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// As much as it should.
    Busy,
    /// Never more than 30 % of its processor and 35 % of its memory.
    Slack,
    /// Slack, but for short full peaks many times a day.
    Bursty,
    /// Slack, but full at the turn of the month.
    MonthEnd,
    /// Half of the processor, four fifths of the memory.
    MemoryBound,
    /// Nobody measures it.
    Unmeasured,
}

#[derive(Default)]
pub struct Estate {
    pub resources: Vec<Resource>,
    pub streams: Vec<Stream>,
    pub machines: Vec<Machine>,
    /// What was planted as waste, and what only looks like it.
    pub hits: Vec<Hit>,
    pub near: Vec<Near>,
}

#[cfg(test)]
mod tests {
    use super::draft::FULL;
    use super::*;
    use crate::sample::company::Company;

    #[test]
    fn a_larger_estate_holds_the_smaller_one() {
        let company = Company::new(40, 45);
        let small = draft::draw(&company, 1, 0, 90).unwrap();
        let full = draft::draw(&company, 1, FULL, 90).unwrap();
        assert!((120..260).contains(&small.resources.len()), "{}", small.resources.len());
        assert!((3_500..6_500).contains(&full.resources.len()), "{}", full.resources.len());
        let ids: std::collections::BTreeSet<_> = full.resources.iter().map(|resource| &resource.id).collect();
        for resource in &small.resources {
            assert!(resource.id.is_empty() || ids.contains(&resource.id), "{}", resource.id);
        }
        let nameless = full.resources.iter().filter(|resource| resource.id.is_empty()).count();
        assert!(ids.len() + nameless > full.resources.len(), "{} of {}", ids.len(), full.resources.len());
    }
}
