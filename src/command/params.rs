//! What every query of a billing period is given.

use crate::focus::BillingMonth;
use crate::lake::Snapshot;
use crate::settings::Settings;
use crate::transform::catalogue::ParamValue;
use crate::transform::rollup::ALL_KEYS;
use chrono::{DateTime, Duration, NaiveDate};
use std::collections::BTreeMap;

/// While a billing period is under way, usage of a day keeps coming after the day's end. AWS
/// updates a report "at least once a day" and names no bound
/// (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-reports-costusage.html), so
/// this one is ours: a day is full when the delivered usage goes on for one more.
const SETTLE_HOURS: i64 = 24;

/// The parameters of a billing period, but for the tag dimension: see [`tag_keys`].
pub fn period_params(settings: &Settings, snapshot: &Snapshot, month: BillingMonth) -> BTreeMap<String, ParamValue> {
    let basis = settings.policy.showback.basis.column();
    BTreeMap::from([
        ("billing_period".to_string(), ParamValue::Text(month.to_string())),
        ("last_full_day".to_string(), ParamValue::Date(last_full_day(snapshot, month))),
        ("showback_basis".to_string(), ParamValue::Text(basis.into())),
    ])
}

/// The tag dimensions that coverage is asked about: the coverage key, the other required ones, and
/// all required ones together. None is configured: none.
pub fn tag_keys(settings: &Settings) -> Vec<String> {
    let leading = settings.tags.coverage_key.iter().cloned();
    let required = settings.policy.tag_keys.iter().filter(|key| key.required).map(|key| key.name.clone());
    let others = required.clone().filter(|name| settings.tags.coverage_key.as_ref() != Some(name));
    let all = required.clone().next().map(|_| ALL_KEYS.to_string());
    leading.chain(others).chain(all).collect()
}

/// The last UTC day of the billing period that is complete in the lake: the newest end of daily
/// usage, over the slots of the period, is at or after the day's end; in the newest period, while
/// it is under way, by [`SETTLE_HOURS`]. The day before the period where no day is.
pub fn last_full_day(snapshot: &Snapshot, month: BillingMonth) -> NaiveDate {
    let before = month.start() - Duration::days(1);
    let of_month = snapshot.slots.iter().filter(|(slot, _)| slot.month == month);
    let ends = of_month.filter_map(|(_, record)| record.newest_daily_charge_end.or(record.newest_charge_end));
    let Some(newest) = ends.max().and_then(DateTime::from_timestamp_micros) else { return before };
    let is_newest = snapshot.slots.keys().all(|slot| slot.month <= month);
    let is_over = newest.date_naive() >= month.end();
    let told = if is_newest && !is_over { newest - Duration::hours(SETTLE_HOURS) } else { newest };
    (told.date_naive() - Duration::days(1)).clamp(before, month.end() - Duration::days(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::{ControlTotals, MoneyBasis, Slot};
    use crate::lake::SlotRecord;

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
            newest_daily_charge_end: end.parse::<DateTime<chrono::Utc>>().ok().map(|end| end.timestamp_micros()),
            cost: Vec::new(),
            rollups: BTreeMap::new(),
            native: ControlTotals::default(),
            landed: ControlTotals::default(),
            expected: ControlTotals::default(),
            control: ControlTotals::default(),
            residuals: BTreeMap::new(),
            strays: BTreeMap::new(),
            drift: Vec::new(),
        };
        let slot = |(source, month, end): &(&str, &str, &str)| {
            (Slot { source: (*source).into(), month: month.parse().unwrap() }, record(end))
        };
        Snapshot { version: None, slots: slots.iter().map(slot).collect() }
    }

    #[test]
    fn a_day_is_full_when_it_has_been_over_for_a_day() {
        let on =
            |end: &str| last_full_day(&snapshot(&[("aws", "2026-08", end)]), "2026-08".parse().unwrap()).to_string();
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
        let two = snapshot(&[("aws", "2026-08", "2026-08-30T00:00:00Z"), ("aws", "2026-09", "2026-09-02T00:00:00Z")]);
        assert_eq!(last_full_day(&two, "2026-08".parse().unwrap()).to_string(), "2026-08-29");
        assert_eq!(last_full_day(&two, "2026-09".parse().unwrap()).to_string(), "2026-08-31");
        assert_eq!(last_full_day(&two, "2026-10".parse().unwrap()).to_string(), "2026-09-30");
    }

    #[test]
    fn the_newest_of_a_periods_sources_says_how_far_its_days_go() {
        let ends = [("aws", "2026-08", "2026-08-20T00:00:00Z"), ("b", "2026-08", "2026-08-12T00:00:00Z")];
        assert_eq!(last_full_day(&snapshot(&ends), "2026-08".parse().unwrap()).to_string(), "2026-08-18");
    }
}
