//! `costmill explain resource`: what a resource cost in a billing period, line by line.

use super::lines;
use super::rests::{CsvOut, Tally};
use crate::cli::{ExplainFormat, ExplainResource};
use crate::command::console::Console;
use crate::command::table::{aligned, grid};
use crate::command::tables::{LakeTables, derived_frames, dimension_names, newest_month};
use crate::error::{Error, Result};
use crate::focus::COSTS;
use crate::focus::money::decimal_text;
use crate::lake::{self, Lake};
use crate::settings::Settings;
use crate::transform::{Cell, Metric, catalogue};
use std::collections::BTreeMap;

/// Errors: `Settings` for a resource without charges; `Tie` where its charges and its roll-up differ.
pub fn run(settings: &Settings, wanted: &ExplainResource, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let snapshot = lake.snapshot()?;
    let month = wanted.period.or_else(|| newest_month(&snapshot)).ok_or_else(|| super::not_published("any period"))?;
    let mut tally = Tally::default();
    tally.shown = Some("EffectiveCost");
    let is_csv = wanted.format == ExplainFormat::Csv;
    let mut csv = is_csv.then(|| CsvOut::new(console)).transpose()?;
    lines::of_resource((&lake, &snapshot), month, &wanted.resource, &COSTS, &mut |line| {
        csv.as_mut().map_or(Ok(()), |csv| csv.line(&line))?;
        tally.add(line)
    })?;
    csv.as_mut().map_or(Ok(()), CsvOut::print)?;
    if tally.lines == 0 {
        let remedy = "give the ResourceId as the bill has it, and the --period";
        return Err(Error::settings(&wanted.resource, format!("has no charges in {month}"), remedy));
    }
    let derived = Some(derived_frames(&lake, Some(month))?);
    let tables = LakeTables { lake: &lake, snapshot: &snapshot, dimensions: dimension_names(settings), derived };
    let id = wanted.resource.replace('\'', "''");
    let ask = |sql: &str| catalogue::run_sql(sql, &tables, &lake::collect);
    let sums = COSTS.map(|cost| format!("SUM({cost}) AS {cost}")).join(", ");
    let summed = ask(&format!(
        "SELECT BillingCurrency, {sums} FROM resource_month WHERE x_BillingMonth = '{month}' AND ResourceId = '{id}' GROUP BY BillingCurrency"
    ))?;
    if wanted.format == ExplainFormat::Text {
        let states = ask(&format!(
            "SELECT DISTINCT SubAccountId, SubAccountName, ServiceName, RegionId, ResourceName, ResourceType, x_Team, x_TeamBy, x_Environment FROM resource_month WHERE x_BillingMonth = '{month}' AND ResourceId = '{id}' ORDER BY SubAccountId, ServiceName, RegionId"
        ))?;
        let findings = ask(&format!(
            "SELECT x_Rule, x_Action, BillingCurrency, x_GrossMonthlySaving, x_RealisableMonthlySaving, x_Confidence, x_Reason FROM finding WHERE ResourceId = '{id}' ORDER BY x_Rule, x_Action"
        ))?;
        let sums: Vec<Vec<String>> = tally
            .sums
            .iter()
            .map(|((currency, cost), sum)| vec![cost.clone(), decimal_text(*sum, 18), currency.clone()])
            .collect();
        let header = ["cost", "amount", "BillingCurrency"].map(str::to_string);
        let told = format!(
            "{} in {month}, version {} of the lake\n\n{}\nrests on\n{}\n{} charges, which sum to\n{}\nby charge category\n{}\n",
            wanted.resource,
            snapshot.version.unwrap_or_default(),
            records(&states),
            tally.deliveries(&lake, &snapshot)?,
            tally.lines / COSTS.len() as u64,
            grid(&header, &sums, &[false, true, false]),
            tally.parts()
        );
        console.answer(&told)?;
        console.answer(&format!("the largest by EffectiveCost\n{}", tally.lines()))?;
        if !findings.rows.is_empty() {
            console.answer(&format!("\nfindings\n{}", aligned(&findings)))?;
        }
    }
    compare(&wanted.resource, &tally, &summed)
}

/// The sums of the lines are those of the roll-up that reports read.
fn compare(resource: &str, tally: &Tally, summed: &Metric) -> Result<u8> {
    let mut rollup = BTreeMap::new();
    for row in &summed.rows {
        for (cell, column) in row.iter().zip(&summed.columns).skip(1) {
            if let Cell::Decimal { value, .. } = cell {
                rollup.insert((row[0].csv_text(), column.name.clone()), *value);
            }
        }
    }
    if rollup != tally.sums {
        let what = format!("its lines sum to {:?}, and resource_month has {rollup:?}", tally.sums);
        return Err(Error::tie(resource, what, "run `costmill reconcile` for the period"));
    }
    Ok(0)
}

/// Rows as `name = value` lines, without those that are empty.
fn records(metric: &Metric) -> String {
    let mut text = String::new();
    for row in &metric.rows {
        let cells = metric.columns.iter().zip(row).filter(|(_, cell)| **cell != Cell::Null);
        cells.for_each(|(column, cell)| text.push_str(&format!("  {} = {}\n", column.name, cell.csv_text())));
    }
    text
}
