//! How far the days of a billing period are complete.
//!
//! Days that are not complete look like days on which little was used: an average over them is too
//! low, and a resource seems to be gone. So windows end with the last day that is complete for
//! every source that is still being delivered.

use crate::focus::{BillingMonth, Slot};
use crate::lake::{SlotRecord, Snapshot};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// While a billing period is under way, usage of a day keeps coming after the day's end. AWS
/// updates a report "at least once a day" and names no bound
/// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-reports-costusage.html), so
/// this one is ours: a day is full when the delivered usage goes on for one more.
const SETTLE_HOURS: i64 = 24;

/// A source this far behind the newest has stopped, or has hardly any charges: it holds up nobody's
/// days any longer, and is told. Ours: a delivery is made once a day, and a week of outages is not.
const BEHIND_DAYS: i64 = 7;

/// How far the days of a billing period go.
pub struct FullDays {
    /// The last UTC day that is complete; the day before the period where none is.
    pub last: NaiveDate,
    /// What a reader must know of sources that are behind.
    pub notes: Vec<String>,
}

/// The days of a billing period that are complete in the lake: up to the newest end of daily usage
/// over its slots, or of any charge where none has daily usage; or, where a source is behind and still being delivered, up to that of the
/// slowest. A source whose usage is still coming has a full day after [`SETTLE_HOURS`] more.
pub fn full_days(snapshot: &Snapshot, month: BillingMonth) -> FullDays {
    let before = month.start() - Duration::days(1);
    let ends_of = |end: fn(&SlotRecord) -> Option<i64>| -> Vec<(&str, DateTime<Utc>, bool)> {
        let of_month = snapshot.slots.iter().filter(|(slot, _)| slot.month == month);
        let told = of_month.filter_map(|(slot, record)| {
            let end = DateTime::from_timestamp_micros(end(record)?)?;
            Some((slot.source.as_str(), end, is_coming(snapshot, slot, end)))
        });
        told.collect()
    };
    // A source without usage by the day, such as fees of the month alone, says nothing of days.
    let mut ends = ends_of(|record| record.newest_daily_charge_end);
    if ends.is_empty() {
        ends = ends_of(|record| record.newest_charge_end);
    }
    let Some(newest) = ends.iter().map(|(_, end, _)| *end).max() else {
        return FullDays { last: before, notes: Vec::new() };
    };
    let last_of = |end: DateTime<Utc>, is_coming: bool| last_of(month, end, is_coming);
    let (mut last, mut notes) = (None::<NaiveDate>, Vec::new());
    let best = ends.iter().map(|(_, end, coming)| last_of(*end, *coming)).max().unwrap_or(before);
    for (source, end, is_coming) in &ends {
        if !is_coming {
            continue;
        }
        if newest - *end > Duration::days(BEHIND_DAYS) {
            notes.push(format!(
                "{source}: its daily usage ends at {}, more than {BEHIND_DAYS} days before that of other sources. Its days after that count as days without charges.",
                end.format("%Y-%m-%d %H:%M UTC")
            ));
            continue;
        }
        let of_source = last_of(*end, true);
        if of_source < best {
            notes.push(format!(
                "{source}: its full days end with {of_source}, before those of other sources. Averages and lists that look at full days end with those of the slowest source."
            ));
        }
        last = Some(last.map_or(of_source, |last| last.min(of_source)));
    }
    FullDays { last: last.map_or(best, |last| last.min(best)), notes }
}

/// The last complete UTC day of one source, whatever other sources are at: that of its newest billing period with daily
/// usage, or with any charge where it has no daily usage at all. `None` where nothing of it is published.
pub fn last_full_day(snapshot: &Snapshot, source: &str) -> Option<NaiveDate> {
    let newest = |end: fn(&SlotRecord) -> Option<i64>| {
        let of_source = snapshot.slots.iter().rev().filter(|(slot, _)| slot.source == source);
        of_source.filter_map(|(slot, record)| Some((slot, end(record)?))).next()
    };
    let newest = newest(|record| record.newest_daily_charge_end).or_else(|| newest(|record| record.newest_charge_end));
    let (slot, end) = newest?;
    let end = DateTime::from_timestamp_micros(end)?;
    Some(last_of(slot.month, end, is_coming(snapshot, slot, end)))
}

/// The last complete day of a billing period whose charges end there; the day before the period where none is.
fn last_of(month: BillingMonth, end: DateTime<Utc>, is_coming: bool) -> NaiveDate {
    let settled = if is_coming { end - Duration::hours(SETTLE_HOURS) } else { end };
    let day = Duration::days(1);
    (settled.date_naive() - day).clamp(month.start() - day, month.end() - day)
}

/// Is more usage of this slot to come? Not when it goes to the end of the period, nor when the
/// source has gone on to a later one.
fn is_coming(snapshot: &Snapshot, slot: &Slot, end: DateTime<Utc>) -> bool {
    let has_later = snapshot.slots.keys().any(|other| other.source == slot.source && other.month > slot.month);
    !has_later && end.date_naive() < slot.month.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::{ControlTotals, MoneyBasis};
    use std::collections::BTreeMap;

    fn snapshot(slots: &[(&str, &str, &str)]) -> Snapshot {
        let record = |end: &str| SlotRecord {
            publication_key: String::new(),
            delivery: String::new(),
            origin: String::new(),
            format: String::new(),
            basis: MoneyBasis::Gross,
            files: 0,
            rows: 0,
            // Fees of the whole month end with it from the first day on, and say nothing of days.
            newest_charge_end: Some(i64::MAX),
            invoicing: None,
            columns: BTreeMap::new(),
            newest_daily_charge_end: end.parse::<DateTime<Utc>>().ok().map(|end| end.timestamp_micros()),
            cost: Vec::new(),
            rollups: BTreeMap::new(),
            native: ControlTotals::default(),
            landed: ControlTotals::default(),
            expected: ControlTotals::default(),
            control: ControlTotals::default(),
            residuals: BTreeMap::new(),
            strays: BTreeMap::new(),
            drift: Vec::new(),
            delivered: BTreeMap::new(),
            reporting: None,
        };
        let slot = |(source, month, end): &(&str, &str, &str)| {
            (Slot { source: (*source).into(), month: month.parse().unwrap() }, record(end))
        };
        Snapshot { version: None, slots: slots.iter().map(slot).collect() }
    }

    fn last(slots: &[(&str, &str, &str)], month: &str) -> String {
        full_days(&snapshot(slots), month.parse().unwrap()).last.to_string()
    }

    #[test]
    fn a_day_is_full_when_it_has_been_over_for_a_day() {
        let on = |end: &str| last(&[("aws", "2026-08", end)], "2026-08");
        // The 20th began: the 19th is over, the 18th has been over for a day.
        assert_eq!(on("2026-08-20T00:00:00Z"), "2026-08-18");
        assert_eq!(on("2026-08-20T23:00:00Z"), "2026-08-18");
        assert_eq!(on("2026-08-19T23:00:00Z"), "2026-08-17");
        // The first days of a month have no full day.
        assert_eq!(on("2026-08-01T05:00:00Z"), "2026-07-31");
        assert_eq!(on("2026-08-03T00:00:00Z"), "2026-08-01");
        // The period is over, in the export or because the next has begun.
        assert_eq!(on("2026-09-01T00:00:00Z"), "2026-08-31");
        assert_eq!(on("2026-09-04T00:00:00Z"), "2026-08-31");
        let two = [("aws", "2026-08", "2026-08-30T00:00:00Z"), ("aws", "2026-09", "2026-09-02T00:00:00Z")];
        assert_eq!(last(&two, "2026-08"), "2026-08-29");
        assert_eq!(last(&two, "2026-09"), "2026-08-31");
        assert_eq!(last(&two, "2026-10"), "2026-09-30");
    }

    #[test]
    fn a_slow_source_beside_a_fast_one_holds_up_its_days() {
        let with = |end: &str| {
            let slots = [("fast", "2026-08", "2026-08-20T00:00:00Z"), ("slow", "2026-08", end)];
            let days = full_days(&snapshot(&slots), "2026-08".parse().unwrap());
            (days.last.to_string(), days.notes.join("\n"))
        };
        let (last, told) = with("2026-08-17T00:00:00Z");
        assert_eq!(last, "2026-08-15");
        assert!(told.starts_with("slow: its full days end with 2026-08-15, "), "{told}");
        // A week behind is still coming, more is not.
        assert_eq!(with("2026-08-13T00:00:00Z").0, "2026-08-11");
        let (last, told) = with("2026-08-12T23:00:00Z");
        assert_eq!(last, "2026-08-18");
        assert!(told.starts_with("slow: its daily usage ends at 2026-08-12 23:00 UTC, more than 7 days "), "{told}");
        assert_eq!(with("2026-08-20T05:00:00Z"), ("2026-08-18".to_string(), String::new()));
    }

    /// Its month's end was the newest end of all: the other sources were a week and more behind it,
    /// and days to come were full.
    #[test]
    fn a_source_of_monthly_fees_says_nothing_of_days() {
        let mut both =
            snapshot(&[("aws", "2026-08", "2026-08-11T00:00:00Z"), ("fees", "2026-08", "no usage of a day")]);
        let end = "2026-09-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap().timestamp_micros();
        both.slots.values_mut().for_each(|record| record.newest_charge_end = Some(end));
        let days = full_days(&both, "2026-08".parse().unwrap());
        assert_eq!((days.last.to_string().as_str(), days.notes.len()), ("2026-08-09", 0));
        // Alone, it has all that there is.
        both.slots.retain(|slot, _| slot.source == "fees");
        assert_eq!(full_days(&both, "2026-08".parse().unwrap()).last.to_string(), "2026-08-31");
    }

    #[test]
    fn a_source_that_has_gone_on_holds_up_nothing() {
        let mut slots = vec![
            ("fast", "2026-08", "2026-09-01T00:00:00Z"),
            ("fast", "2026-09", "2026-09-03T00:00:00Z"),
            ("slow", "2026-08", "2026-08-29T00:00:00Z"),
        ];
        assert_eq!(last(&slots, "2026-08"), "2026-08-27");
        slots.push(("slow", "2026-09", "2026-09-02T00:00:00Z"));
        assert_eq!(last(&slots, "2026-08"), "2026-08-31");
        assert_eq!(last(&slots, "2026-09"), "2026-08-31");
    }
}
