//! How the machines that a bill names were used, asked of their provider's monitoring.

use super::books::Books;
use super::full_days::{full_days, last_full_day};
use super::tables::{dimension_names, rollup_schema};
use crate::error::{Error, Result};
use crate::extract::api::{Days, Mode, azure, cloudwatch};
use crate::focus::utilisation::Machine;
use crate::focus::{Answers, Api, ApiKind, BillingMonth};
use crate::lake::{self, Lake, Snapshot};
use crate::land::utilisation::Window;
use crate::settings::Settings;
use crate::transform::rollup::Rollup;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use polars::prelude::{DataFrame, DataType, col, lit};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Billing periods back from the newest whose machines are asked about.
const MONTHS: usize = 2;
/// The services of machines, as bills name them.
const SERVICES: [&str; 2] = ["AmazonEC2", "Virtual Machines"];

/// Hours after a day's end that its last data points may come in.
const LATE_HOURS: i64 = 3;

/// What an API measured of the machines that the newest billing periods of its source name, up to the day before, and not
/// into the day that is not [`over`] by the clock. `folder` keeps the answers.
pub fn measured(
    settings: &Settings,
    api: &Api,
    (lake, snapshot, books): (&Lake, &Snapshot, &Books),
    folder: &Path,
    (as_of, over, mode): (NaiveDate, NaiveDate, Mode),
) -> Answers {
    let months: Vec<BillingMonth> =
        snapshot.slots.keys().filter(|slot| slot.source == api.source).map(|slot| slot.month).collect();
    let window_of = |month: BillingMonth| Window::until(full_days(snapshot, month).last);
    let Some(newest) = months.iter().max().map(|month| window_of(*month)) else { return Answers::default() };
    let end = as_of.min(over);
    let back = end.checked_sub_days(chrono::Days::new(cloudwatch::LONGEST)).unwrap_or(newest.first);
    let window = Days { first: newest.first.max(back).min(end), end };
    // Every open period looks at its own five weeks.
    let open = snapshot.slots.keys().map(|slot| slot.month).filter(|month| !books.is_closed(*month));
    let first = open.map(|month| window_of(month).first).min().unwrap_or(window.first);
    let machines = match machines(settings, api, lake, snapshot, &months) {
        Ok(machines) => machines,
        Err(error) => return Answers { problems: vec![error], ..Answers::default() },
    };
    let measure = match api.kind {
        ApiKind::AzureMonitor => azure::monitor::measure,
        _ => cloudwatch::measure,
    };
    measure(api, &machines, (window, Days { first, end: as_of }), &folder.join("use"), mode)
}

/// The first day that is not over at this time: what was asked for of a day is not asked for again, so it must be whole.
pub fn over(now: DateTime<Utc>) -> NaiveDate {
    (now - Duration::hours(LATE_HOURS)).date_naive()
}

/// The resources that the newest billing periods name, each with its sub account and region. Which of them are machines
/// the API knows.
fn machines(
    settings: &Settings,
    api: &Api,
    lake: &Lake,
    snapshot: &Snapshot,
    months: &[BillingMonth],
) -> Result<Vec<Machine>> {
    let newest: BTreeSet<BillingMonth> = months.iter().copied().collect();
    let newest: Vec<String> = newest.into_iter().rev().take(MONTHS).map(|month| month.to_string()).collect();
    let Some(oldest) = newest.last() else { return Ok(Vec::new()) };
    let table = Rollup::ResourceMonth;
    let rows = snapshot
        .rollup(lake, table.name(), &rollup_schema(table, &dimension_names(settings)))?
        .filter(col("x_SourceId").eq(lit(api.source.as_str())).and(col("x_BillingMonth").gt_eq(lit(oldest.as_str()))))
        .select([col("SubAccountId"), col("RegionId"), col("ResourceId")]);
    let rows = lake::collect(rows)?;
    let [accounts, regions, resources] = ["SubAccountId", "RegionId", "ResourceId"].map(|name| texts(&rows, name));
    let (accounts, regions, resources) = (accounts?, regions?, resources?);
    let ended = ended(settings, api, lake, snapshot, oldest)?;
    let machines: BTreeSet<Machine> = accounts
        .into_iter()
        .zip(regions)
        .zip(resources)
        .filter(|((account, region), resource)| ![account, region, resource].iter().any(|text| text.is_empty()))
        .map(|((sub_account, region), resource)| {
            let named = (sub_account, resource);
            let ran_until = ended.get(&named).copied();
            let (sub_account, resource) = named;
            Machine { sub_account, region, resource, ran_until }
        })
        .collect();
    Ok(machines.into_iter().collect())
}

/// The last day of each machine, by sub account and resource, that the bill charges for no more: its days go on without it.
fn ended(
    settings: &Settings,
    api: &Api,
    lake: &Lake,
    snapshot: &Snapshot,
    oldest: &str,
) -> Result<BTreeMap<(String, String), NaiveDate>> {
    let Some(last) = last_full_day(snapshot, &api.source) else { return Ok(BTreeMap::new()) };
    let table = Rollup::ResourceDay;
    let of_machines = SERVICES.iter().map(|service| col("x_ServiceCode").eq(lit(*service))).reduce(|a, b| a.or(b));
    let rows = snapshot
        .rollup(lake, table.name(), &rollup_schema(table, &dimension_names(settings)))?
        .filter(col("x_SourceId").eq(lit(api.source.as_str())).and(col("x_BillingMonth").gt_eq(lit(oldest))))
        .filter(of_machines.unwrap_or(lit(false)))
        .group_by([col("SubAccountId"), col("ResourceId")])
        .agg([col("x_ChargeDay").max().cast(DataType::String)]);
    let rows = lake::collect(rows)?;
    let [accounts, resources, days] = ["SubAccountId", "ResourceId", "x_ChargeDay"].map(|name| texts(&rows, name));
    let ended = accounts?.into_iter().zip(resources?).zip(days?);
    let ended = ended.filter_map(|(named, day)| Some((named, day.parse().ok()?)));
    Ok(ended.filter(|(_, day)| *day < last).collect())
}

fn texts(rows: &DataFrame, name: &str) -> Result<Vec<String>> {
    let bug = |error: polars::prelude::PolarsError| Error::bug("machines", error.to_string());
    let column = rows.column(name).map_err(bug)?.str().map_err(bug)?;
    Ok(column.iter().map(|text| text.unwrap_or_default().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At five past midnight yesterday's last hour was still coming in, and was never asked for again.
    #[test]
    fn a_day_is_asked_for_three_hours_after_its_end() {
        for (now, expected) in [
            ("2026-12-01T00:05:00Z", "2026-11-30"),
            ("2026-12-01T02:59:59Z", "2026-11-30"),
            ("2026-12-01T03:00:00Z", "2026-12-01"),
            ("2026-12-01T23:59:59Z", "2026-12-01"),
        ] {
            assert_eq!(over(now.parse().unwrap()).to_string(), expected, "{now}");
        }
    }
}
