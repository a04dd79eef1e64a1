//! The reports of a billing period: queries run, numbers proved against `cost`, pages rendered.

use super::catalogue::Checked;
use super::params::{period_params, tag_keys};
use super::prove::bill_column;
use super::tables::LakeTables;
use crate::error::{Error, Result};
use crate::focus::{Artifact, BillingMonth, Money, MoneyBasis};
use crate::format;
use crate::lake::{self, SlotRecord, Snapshot};
use crate::report::{self, DeliveryLine, PageContext, ReportSpec, TieLine};
use crate::settings::Settings;
use crate::transform::catalogue::{self, ParamValue};
use crate::transform::rollup::Rollup;
use crate::transform::{Cell, Metric};
use std::collections::{BTreeMap, BTreeSet};

/// Every period is open until closing is built.
const STATE: &str = "open";

/// The artifacts of one billing period, for all reports.
///
/// Errors: `Tie` where a section's own sum differs from `cost`.
pub fn review(
    settings: &Settings,
    checked: &Checked,
    tables: &LakeTables,
    month: BillingMonth,
    as_of: chrono::NaiveDate,
    notes: &[String],
) -> Result<Vec<Artifact>> {
    let mut artifacts = Vec::new();
    for spec in &checked.reports {
        let spec = asked(settings, checked, spec);
        let mut sections = Vec::new();
        for (at, section) in spec.sections.iter().enumerate() {
            let mut params = period_params(settings, tables.snapshot, month);
            for (name, value) in &section.params {
                let value = ParamValue::from_toml(value).ok_or_else(|| {
                    let place = format!("reports/{}.toml, section {}", spec.id, section.id);
                    Error::catalogue(
                        place,
                        format!("the parameter {name} is no plain value"),
                        "use a text, number or date",
                    )
                })?;
                params.insert(name.clone(), value);
            }
            let query = (&checked.catalogue, section.query.as_str());
            let metric = catalogue::run_for_keys(query, &params, &tag_keys(settings), tables, &lake::collect)?;
            sections.push((at, metric));
        }
        let ties = report_ties(&spec, &sections, tables.snapshot, month)?;
        let context = context(tables.snapshot, month, as_of, notes, ties);
        artifacts.extend(report::render(&spec, &context, &sections, &checked.templates)?);
    }
    Ok(artifacts)
}

/// A report without the sections that ask for a coverage key nobody configured.
fn asked(settings: &Settings, checked: &Checked, spec: &ReportSpec) -> ReportSpec {
    let mut spec = spec.clone();
    if tag_keys(settings).is_empty() {
        spec.sections.retain(|section| !checked.catalogue.needs_coverage_key(&section.query));
    }
    spec
}

/// Sections whose rows add up to the period must add up to `cost`, by currency and to the last digit.
fn report_ties(
    spec: &ReportSpec,
    sections: &[(usize, Metric)],
    snapshot: &Snapshot,
    month: BillingMonth,
) -> Result<Vec<TieLine>> {
    let mut lines: BTreeMap<String, TieLine> = BTreeMap::new();
    let records: Vec<&SlotRecord> = of_month(snapshot, month).map(|(_, record)| record).collect();
    for (at, metric) in sections {
        let section = &spec.sections[*at];
        let Some(currency) = metric.column("BillingCurrency").filter(|_| section.total || section.id == "cost_total")
        else {
            continue;
        };
        for cost in crate::focus::COSTS {
            let Some(column) = metric.column(cost) else { continue };
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
                    return Err(Error::tie(
                        format!(
                            "{month}, billing account {accounts}, {currency}, report {} section {}",
                            spec.id, section.id
                        ),
                        format!("{cost} adds up to {there} and is {sum} in cost"),
                        "the query loses or doubles charges; the period is not published",
                    ));
                }
                let line = lines.entry(currency.clone()).or_insert_with(|| TieLine {
                    source: "all sources".into(),
                    stage: "report".into(),
                    rows: 0,
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
    for line in lines.values_mut() {
        line.rows = records.iter().map(|record| rows_in(&record.control, &line.currency)).sum();
    }
    Ok(lines.into_values().collect())
}

/// `gross` or `net`; empty for a format whose exports carry one kind of costs only.
fn basis(record: &SlotRecord) -> String {
    let chosen = format::find(&record.format).is_some_and(|format| !format.native.net_columns.is_empty());
    match record.basis {
        _ if !chosen => String::new(),
        MoneyBasis::Gross => "gross".into(),
        MoneyBasis::Net => "net".into(),
    }
}

/// The billing accounts whose charges a sum of this currency holds.
fn billing_accounts(records: &[&SlotRecord], currency: &str) -> String {
    let keys = records.iter().flat_map(|record| record.control.cells.keys()).filter(|key| key.currency == currency);
    let accounts: BTreeSet<&str> = keys.map(|key| key.billing_account.as_str()).collect();
    accounts.into_iter().collect::<Vec<_>>().join(" and ")
}

/// Rows of one currency.
pub fn rows_in(totals: &crate::focus::ControlTotals, currency: &str) -> u64 {
    totals.cells.iter().filter(|(key, _)| key.currency == currency).map(|(_, cell)| cell.rows).sum()
}

fn of_month(snapshot: &Snapshot, month: BillingMonth) -> impl Iterator<Item = (&crate::focus::Slot, &SlotRecord)> {
    snapshot.slots.iter().filter(move |(slot, _)| slot.month == month)
}

/// What the figures of a page rest on.
fn context(
    snapshot: &Snapshot,
    month: BillingMonth,
    as_of: chrono::NaiveDate,
    notes: &[String],
    report_ties: Vec<TieLine>,
) -> PageContext {
    let (mut deliveries, mut ties, mut notes) = (Vec::new(), Vec::new(), notes.to_vec());
    let mut sizes: BTreeMap<String, i128> = BTreeMap::new();
    for (slot, record) in of_month(snapshot, month) {
        deliveries.push(DeliveryLine {
            source: slot.source.clone(),
            format: record.format.clone(),
            delivery_id: record.delivery.clone(),
            basis: basis(record),
            files: record.files,
            rows: record.rows,
            newest_charge_end: record.newest_charge_end.and_then(chrono::DateTime::from_timestamp_micros),
        });
        let (native, costs) = (record.native == record.landed, record.expected == record.control);
        let stages = [
            ("source", &record.native, native),
            ("landed", &record.landed, native),
            ("crosswalk", &record.expected, costs),
            ("cost", &record.control, costs),
        ];
        // Roll-ups that differed from `cost` were not published.
        let whole = |name: &&String| Rollup::ALL.iter().any(|table| table.name() == *name && table.is_whole());
        let rollups = record.rollups.keys().filter(whole).map(|name| (name.as_str(), &record.control, costs));
        for (stage, totals, ties_here) in stages.into_iter().chain(rollups) {
            let is_native = stage == "source" || stage == "landed";
            let columns = if is_native { vec![bill_column(record)] } else { crate::focus::COSTS.to_vec() };
            for (currency, sum) in totals.by_currency(columns[0]) {
                let sums = columns.iter().map(|name| {
                    let of = totals.by_currency(name).get(&currency).copied().unwrap_or_default();
                    ((*name).to_string(), of)
                });
                if stage == "cost" {
                    *sizes.entry(currency.clone()).or_default() += sum.0.abs();
                }
                ties.push(TieLine {
                    source: slot.source.clone(),
                    stage: stage.into(),
                    rows: rows_in(totals, &currency),
                    sums: sums.collect(),
                    currency,
                    ties: ties_here,
                });
            }
        }
        notes.extend(record_notes(&slot.source, record));
    }
    ties.extend(report_ties);
    let mut currencies: Vec<String> = sizes.keys().cloned().collect();
    currencies.sort_by_key(|currency| (std::cmp::Reverse(sizes[currency]), currency.clone()));
    PageContext { month, state: STATE.into(), as_of, currencies, deliveries, ties, notes }
}

/// What a reader of a slot's figures must know.
pub fn record_notes(source: &str, record: &SlotRecord) -> Vec<String> {
    let mut notes = Vec::new();
    for (month, rows) in &record.strays {
        notes.push(format!(
            "{source}: {rows} charges name the billing period {month} and are billed in this delivery's."
        ));
    }
    for (column, residual) in &record.residuals {
        let residual = crate::focus::money::decimal_text(residual.parse().unwrap_or_default(), 36);
        notes.push(format!("{source}: rounding {column} to 18 decimals took {residual} in all."));
    }
    let residuals = record.control.rows().saturating_sub(record.landed.rows());
    if residuals > 0 {
        notes.push(format!("{source}: {residuals} charges of `cost` are no lines of the export: what lines that offset each other leave over, kept visible."));
    }
    if !record.drift.is_empty() {
        notes.push(format!("{source}: columns unknown to the format, kept as delivered: {}.", record.drift.join(", ")));
    }
    notes
}
