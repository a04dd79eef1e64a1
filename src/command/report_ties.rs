//! The last stage of the proof: what a report shows adds up to `cost`.

use super::rests_on::{of_month, rows_in};
use crate::error::{Error, Result};
use crate::focus::change::CHANGE_COSTS;
use crate::focus::reporting::{REPORTING_CURRENCY, is_reporting};
use crate::focus::{BillingMonth, COSTS, Figures, Money};
use crate::lake::{SlotRecord, Snapshot};
use crate::reconcile::converted;
use crate::report::{ReportSpec, SectionSpec, TieLine};
use crate::transform::{Cell, Metric};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What is compared, and the period it is compared with.
pub struct Period<'a> {
    pub snapshot: &'a Snapshot,
    pub month: BillingMonth,
    /// The FOCUS column of the declared basis of showback.
    pub showback: &'a str,
    /// What its statements carry for closed periods.
    pub adjusted: &'a Figures,
}

/// Sections whose rows add up to the period must add up to `cost`, by currency and to the last
/// digit: all teams and the unallocated rest together are the declared basis.
///
/// # Errors
/// `Tie` with the section and the cell.
pub fn report_ties(spec: &ReportSpec, sections: &[(usize, Rc<Metric>)], period: &Period) -> Result<Vec<TieLine>> {
    let mut lines = Lines::new();
    let records: Vec<&SlotRecord> = of_month(period.snapshot, period.month).map(|(_, record)| record).collect();
    for (at, metric) in sections {
        let section = &spec.sections[*at];
        if metric.column(REPORTING_CURRENCY).is_some() {
            // A period that is not converted whole has no sum in the reporting currency, and the section no rows.
            if metric.rows.is_empty() && !whole(&records) {
                continue;
            }
            reporting_ties(spec, section, metric, period, &mut lines)?;
        }
        let Some(currency) = metric.column("BillingCurrency") else { continue };
        for (stage, column, cost) in compared(section, metric, period.showback) {
            let mut shown: BTreeMap<String, Money> = BTreeMap::new();
            for row in &metric.rows {
                if let Cell::Decimal { value, scale: 18 } = &row[column] {
                    *shown.entry(row[currency].csv_text()).or_default() += Money(*value);
                }
            }
            let mut published: BTreeMap<String, Money> = BTreeMap::new();
            for record in &records {
                for (currency, sum) in record.control.by_currency(cost) {
                    *published.entry(currency).or_default() += sum;
                }
            }
            for (currency, sum) in &published {
                let there = shown.get(currency).copied().unwrap_or_default();
                if there != *sum {
                    let accounts = billing_accounts(&records, currency);
                    let place = format!(
                        "{}, billing account {accounts}, {currency}, report {} section {}",
                        period.month, spec.id, section.id
                    );
                    return Err(Error::tie(place, format!("{cost} adds up to {there} and is {sum} in cost"), LOSES));
                }
                let line = lines.entry((stage, currency.clone())).or_insert_with(|| TieLine {
                    source: "all sources".into(),
                    stage: stage.into(),
                    rows: records.iter().map(|record| rows_in(&record.control, currency)).sum(),
                    currency: currency.clone(),
                    sums: Vec::new(),
                    ties: true,
                });
                if !line.sums.iter().any(|(name, _)| name == cost) {
                    line.sums.push((cost.into(), there));
                }
            }
        }
    }
    let mut lines: Vec<TieLine> = lines.into_values().collect();
    for (at, metric) in sections {
        adjustments(&spec.sections[*at], metric, period, &mut lines).map_err(|error| {
            Error::tie(format!("{}, report {}, {}", period.month, spec.id, error.0), error.1, LOSES)
        })?;
    }
    Ok(lines)
}

/// Lines of the proof by stage and currency.
type Lines = BTreeMap<(&'static str, String), TieLine>;

/// The same in the reporting currency: what a section shows is what each cell of `cost` is at its rate.
fn reporting_ties(
    spec: &ReportSpec,
    section: &SectionSpec,
    metric: &Metric,
    period: &Period,
    lines: &mut Lines,
) -> Result<()> {
    let Some(currency) = metric.column(REPORTING_CURRENCY) else { return Ok(()) };
    for (stage, column, cost) in compared_in_reporting_currency(section, metric, period.showback) {
        let (mut shown, mut published) = (BTreeMap::<String, Money>::new(), BTreeMap::<String, (Money, u64)>::new());
        for row in &metric.rows {
            if let Cell::Decimal { value, scale: 18 } = &row[column] {
                *shown.entry(row[currency].csv_text()).or_default() += Money(*value);
            }
        }
        for (slot, record) in of_month(period.snapshot, period.month) {
            let Some(reporting) = &record.reporting else { continue };
            let totals = converted(slot, &record.control, Some(reporting))?;
            for (cell, sum) in totals.by_currency(&format!("x_Reporting{cost}")) {
                let total = published.entry(reporting.currency.clone()).or_default();
                *total = (total.0 + sum, total.1 + rows_in(&totals, &cell));
            }
        }
        for currency in shown.keys().chain(published.keys()).collect::<BTreeSet<_>>() {
            let there = shown.get(currency).copied().unwrap_or_default();
            let (sum, rows) = published.get(currency).copied().unwrap_or_default();
            if there != sum {
                let place = format!("{}, {currency}, report {} section {}", period.month, spec.id, section.id);
                let what = format!("{cost} in {currency} adds up to {there} and is {sum} by cost and rates");
                return Err(Error::tie(place, what, LOSES));
            }
            let line = lines.entry((stage, currency.clone())).or_insert_with(|| TieLine {
                source: "all sources".into(),
                stage: stage.into(),
                rows,
                currency: currency.clone(),
                sums: Vec::new(),
                ties: true,
            });
            if !line.sums.iter().any(|(name, _)| name == cost) {
                line.sums.push((cost.into(), there));
            }
        }
    }
    Ok(())
}

/// Is all of a period converted into one currency?
fn whole(records: &[&SlotRecord]) -> bool {
    let currencies: BTreeSet<Option<&str>> =
        records.iter().map(|record| record.reporting.as_ref().map(|reporting| reporting.currency.as_str())).collect();
    currencies.len() == 1 && !currencies.contains(&None)
}

/// As [`compared`], of the columns in the reporting currency.
fn compared_in_reporting_currency<'a>(
    section: &SectionSpec,
    metric: &Metric,
    showback: &'a str,
) -> Vec<(&'static str, usize, &'a str)> {
    let mut compared = Vec::new();
    if section.keep.is_empty() && section.total {
        let of = |cost: &&'a str| metric.column(&format!("x_Reporting{cost}"));
        compared.extend(COSTS.iter().filter_map(|cost| Some(("report, converted", of(cost)?, *cost))));
    }
    let teams = section.ties.as_deref().filter(|name| is_reporting(name)).and_then(|name| metric.column(name));
    compared.extend(teams.map(|column| ("showback, converted", column, showback)));
    compared
}

const LOSES: &str = "the query loses or doubles charges; the period is not published";

/// The column that a section has when it tells all that the period carries for closed ones.
const ADJUSTMENT: &str = "x_Adjustment";

/// What the rows of a section carry for closed periods is what the ledger says, by currency and to the last digit.
/// An error is a place and what is wrong there.
fn adjustments(
    section: &SectionSpec,
    metric: &Metric,
    period: &Period,
    lines: &mut Vec<TieLine>,
) -> std::result::Result<(), (String, String)> {
    let (Some(column), Some(currency)) = (metric.column(ADJUSTMENT), metric.column("BillingCurrency")) else {
        return Ok(());
    };
    let cost = CHANGE_COSTS.iter().position(|name| *name == period.showback).unwrap_or_default();
    let carried = period.adjusted.by_currency(cost);
    let mut shown: BTreeMap<String, Money> = BTreeMap::new();
    for row in &metric.rows {
        if let Cell::Decimal { value, scale: 18 } = &row[column] {
            *shown.entry(row[currency].csv_text()).or_default() += Money(*value);
        }
    }
    for currency in carried.keys().chain(shown.keys()).collect::<BTreeSet<_>>() {
        let (told, is) = [&shown, &carried].map(|sums| sums.get(currency).copied().unwrap_or_default()).into();
        if told != is {
            let what = format!("adjustments add up to {told} and are {is} in the ledger");
            return Err((format!("section {}, {currency}", section.id), what));
        }
        if !lines.iter().any(|line| line.stage == "adjustments" && line.currency == *currency) {
            lines.push(TieLine {
                source: "all sources".into(),
                stage: "adjustments".into(),
                rows: u64::try_from(metric.rows.len()).unwrap_or(u64::MAX),
                currency: currency.clone(),
                sums: vec![(period.showback.into(), told)],
                ties: true,
            });
        }
    }
    Ok(())
}

/// The columns of a section that hold the whole period: the stage's name, the column, the cost.
fn compared<'a>(section: &SectionSpec, metric: &Metric, showback: &'a str) -> Vec<(&'static str, usize, &'a str)> {
    let mut compared = Vec::new();
    if section.keep.is_empty() && (section.total || section.id == "cost_total") {
        compared.extend(COSTS.iter().filter_map(|cost| Some(("report", metric.column(cost)?, *cost))));
    }
    let teams = section.ties.as_deref().filter(|name| !is_reporting(name)).and_then(|name| metric.column(name));
    compared.extend(teams.map(|column| ("showback", column, showback)));
    compared
}

/// The billing accounts whose charges a sum of this currency holds.
fn billing_accounts(records: &[&SlotRecord], currency: &str) -> String {
    let keys = records.iter().flat_map(|record| record.control.cells.keys()).filter(|key| key.currency == currency);
    let accounts: BTreeSet<&str> = keys.map(|key| key.billing_account.as_str()).collect();
    accounts.into_iter().collect::<Vec<_>>().join(" and ")
}
