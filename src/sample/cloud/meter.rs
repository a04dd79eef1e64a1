//! What a stream meters on a day.

use super::{Estate, Machine, Stream};
use crate::sample::calendar::{Calendar, Span};
use crate::sample::estate::services::Flow;
use crate::sample::numbers::Amount;
use crate::sample::random::Chance;

/// A month of the sample.
pub struct Month {
    pub calendar: Calendar,
    /// Counted from the first month of the sample.
    pub index: u32,
    /// Days of the sample before this month.
    pub first_day: u32,
    /// The newest month is complete and not invoiced.
    pub open: bool,
}

impl Month {
    /// Days of the sample in this month.
    pub fn days(&self) -> std::ops::Range<u32> {
        self.first_day..self.first_day + self.calendar.days()
    }
}

/// What a stream meters on a day of the sample; nothing where its thing is not there or rests.
pub fn metered(
    estate: &Estate,
    stream: &Stream,
    flow: Flow,
    month: &Month,
    day: u32,
    noise: &mut Chance,
) -> Option<Amount> {
    let permille = i128::from(noise.between(600, 1_400));
    let of_month = day - month.first_day;
    if !estate.things[stream.thing].lives(day) {
        return None;
    }
    let span = Span::day(of_month);
    let hours = i128::from(stream.metering.run.hours(&month.calendar, month.first_day, span.start..span.end));
    let base = i128::from(stream.metering.base.0);
    let growth = stream.metering.growth.permille(day, month.index);
    let whole = i128::from(Amount::ONE.0);
    let amount = match flow {
        Flow::Monthly(_) => {
            if of_month == 0 {
                base
            } else {
                0
            }
        }
        Flow::Hours(_) | Flow::Steady(_) => base * hours / 24,
        Flow::Storage(..) => base * growth / 1_000 * hours / i128::from(month.calendar.hours()),
        Flow::Volume(..) | Flow::Requests(..) => {
            let busy = i128::from(month.calendar.bustle(span)) * permille / 1_000;
            let amount = base * growth / 1_000 * hours * busy / 24_000;
            // Four digits are what a volume is read off to.
            if matches!(flow, Flow::Requests(..)) { amount / whole * whole } else { amount / 10_000 * 10_000 }
        }
    };
    (amount > 0).then(|| Amount(i64::try_from(amount).unwrap_or(i64::MAX)))
}

/// Hours that a machine runs on a day of the sample.
pub fn hours(estate: &Estate, machine: &Machine, month: &Month, day: u32) -> i64 {
    if !estate.things[machine.thing].lives(day) {
        return 0;
    }
    let first = (day - month.first_day) * 24;
    (first..first + 24).filter(|hour| machine.schedule.runs(&month.calendar, *hour)).count() as i64
}
