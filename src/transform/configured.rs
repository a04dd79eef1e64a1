//! The derived tables of what is configured: drivers, unit metrics, teams and exemptions.

use super::Derived;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::focus::driver::{DriverDay, Drivers};
use crate::focus::policy::{Counts, Policy, UNALLOCATED};
use crate::transform::policy::{covers, in_words};
use chrono::NaiveDate;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Months before the billing period whose driver rows its questions look back on.
const MONTHS_BACK: i32 = 12;

/// The tables for the questions of a billing period, rows in the order of their keys. The driver
/// rows are those of the period and of the twelve months before it.
pub fn configured_tables(policy: &Policy, drivers: &Drivers, month: BillingMonth) -> Result<Vec<(Derived, DataFrame)>> {
    let tables = [
        (Derived::UnitDriver, unit_driver(drivers, month)),
        (Derived::UnitMetric, unit_metric(policy, drivers)),
        (Derived::Team, team(policy)),
        (Derived::Exemption, exemption(policy)),
    ];
    let whole = |(table, frame): (Derived, PolarsResult<DataFrame>)| {
        let frame = frame.map_err(|error| Error::bug(table.name(), error.to_string()))?;
        Ok((table, frame))
    };
    tables.into_iter().map(whole).collect()
}

fn unit_driver(drivers: &Drivers, month: BillingMonth) -> PolarsResult<DataFrame> {
    let (first, end) = (month.plus(-MONTHS_BACK).start(), month.end());
    let asked = |row: &&DriverDay| first <= row.day && row.day < end;
    let of_metric = drivers.iter().map(|(id, days)| days.iter().filter(asked).map(move |row| (id, row)));
    let rows: Vec<(&String, &DriverDay)> = of_metric.flatten().collect();
    let days = DateChunked::from_naive_date("x_ChargeDay".into(), rows.iter().map(|(_, row)| row.day));
    DataFrame::new_infer_height(vec![
        texts("x_UnitMetric", rows.iter().map(|(id, _)| Some(id.as_str()))),
        days.into_column(),
        texts("x_Dimension", rows.iter().map(|(_, row)| Some(row.dimension.as_str()))),
        Column::new("x_Quantity".into(), rows.iter().map(|(_, row)| row.quantity).collect::<Vec<_>>()),
    ])
}

fn unit_metric(policy: &Policy, drivers: &Drivers) -> PolarsResult<DataFrame> {
    let mut metrics: Vec<_> = policy.unit_metrics.iter().collect();
    metrics.sort_by(|a, b| a.id.cmp(&b.id));
    let has_driver = metrics.iter().map(|metric| drivers.get(&metric.id).is_some_and(|days| !days.is_empty()));
    DataFrame::new_infer_height(vec![
        texts("x_UnitMetric", metrics.iter().map(|metric| Some(metric.id.as_str()))),
        texts("x_Title", metrics.iter().map(|metric| Some(metric.title.as_str()))),
        texts("x_Unit", metrics.iter().map(|metric| Some(metric.unit.as_str()))),
        Column::new("x_Per".into(), metrics.iter().map(|metric| metric.per).collect::<Vec<_>>()),
        texts("x_Basis", metrics.iter().map(|metric| Some(metric.basis.column()))),
        Column::new("x_HasDriver".into(), has_driver.collect::<Vec<_>>()),
        Column::new("x_IsLevel".into(), metrics.iter().map(|it| it.quantity == Counts::Level).collect::<Vec<_>>()),
        DateChunked::from_naive_date_options("x_ActiveFrom".into(), metrics.iter().map(|it| policy.active_from(it)))
            .into_column(),
    ])
}

fn team(policy: &Policy) -> PolarsResult<DataFrame> {
    let said = |text: &'static str| (text, None, None);
    let mut teams = vec![said(UNALLOCATED)];
    teams
        .extend(policy.teams.iter().map(|team| (team.name.as_str(), stated(&team.cost_centre), stated(&team.bill_to))));
    teams.sort_unstable();
    DataFrame::new_infer_height(vec![
        texts("x_Team", teams.iter().map(|(name, ..)| Some(*name))),
        texts("x_CostCentre", teams.iter().map(|(_, centre, _)| *centre)),
        texts("x_BillTo", teams.iter().map(|(.., bill_to)| *bill_to)),
    ])
}

/// Of exemptions of one key with the same words the first is in force, and its reason is told.
fn exemption(policy: &Policy) -> PolarsResult<DataFrame> {
    let mut rows: BTreeMap<(&str, String), (&str, NaiveDate)> = BTreeMap::new();
    for exemption in &policy.exemptions {
        for key in policy.tag_keys.iter().filter(|key| covers(exemption, key)) {
            let named = (key.name.as_str(), in_words(exemption));
            rows.entry(named).or_insert((exemption.reason.as_str(), exemption.until));
        }
    }
    let until = DateChunked::from_naive_date("x_Until".into(), rows.values().map(|(_, until)| *until));
    DataFrame::new_infer_height(vec![
        texts("x_ExemptKey", rows.keys().map(|(key, _)| Some(*key))),
        texts("x_Exemption", rows.keys().map(|(_, words)| Some(words.as_str()))),
        texts("x_ExemptionReason", rows.values().map(|(reason, _)| Some(*reason))),
        until.into_column(),
    ])
}

fn stated(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn texts<'t>(name: &str, cells: impl Iterator<Item = Option<&'t str>>) -> Column {
    Column::new(name.into(), cells.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::policy::{ChargeMatch, Exemption, TagKey, Team, UnitMetric};

    fn metric(id: &str) -> UnitMetric {
        UnitMetric {
            id: id.into(),
            title: "T".into(),
            unit: "u".into(),
            per: 1000.0,
            driver: "d.csv".into(),
            dimension: None,
            basis: Default::default(),
            quantity: Default::default(),
            matches: Default::default(),
        }
    }

    #[test]
    fn tables_have_their_schemas_and_the_months_that_are_asked_about() {
        let row = |day: &str| DriverDay { day: day.parse().unwrap(), dimension: String::new(), quantity: 2.0 };
        let days = ["2025-07-31", "2025-08-01", "2026-08-31", "2026-09-01"].map(row).to_vec();
        let team = Team { name: "maps".into(), cost_centre: "4100".into(), bill_to: String::new() };
        let policy = Policy { teams: vec![team], unit_metrics: vec![metric("z"), metric("a")], ..Policy::default() };
        let drivers = Drivers::from([("z".to_string(), days)]);
        let tables = configured_tables(&policy, &drivers, "2026-08".parse().unwrap()).unwrap();
        for (table, frame) in &tables {
            assert_eq!(**frame.schema(), table.schema(), "{}", table.name());
        }
        let shown: Vec<String> = tables.iter().map(|(_, frame)| format!("{frame:?}")).collect();
        assert!(shown[0].contains("2025-08-01") && shown[0].contains("2026-08-31") && tables[0].1.height() == 2);
        let has_driver: Vec<_> = tables[1].1.column("x_HasDriver").unwrap().bool().unwrap().iter().collect();
        assert_eq!(has_driver, [Some(false), Some(true)]);
        let centres: Vec<_> = tables[2].1.column("x_CostCentre").unwrap().str().unwrap().iter().collect();
        assert_eq!(centres, [Some("4100"), None]);
    }

    /// An exemption of no key is of all; of two with the same words the first is in force.
    #[test]
    fn exemptions_stand_by_key_with_their_reasons() {
        let exemption = |keys: &[&str], reason: &str, until: &str| Exemption {
            keys: keys.iter().map(|key| (*key).to_string()).collect(),
            matches: ChargeMatch {
                columns: [("ServiceName".to_string(), vec!["Backup".to_string(), "Vault".to_string()])].into(),
            },
            reason: reason.into(),
            until: until.parse().unwrap(),
        };
        let key = |name: &str| TagKey { name: name.into(), ..TagKey::default() };
        let policy = Policy {
            tag_keys: vec![key("app"), key("team")],
            exemptions: vec![
                exemption(&["team"], "first", "2026-09-01"),
                exemption(&[], "second", "2026-09-01"),
                exemption(&["app"], "later", "2027-01-01"),
            ],
            ..Policy::default()
        };
        let table = exemption_rows(&policy);
        let of = "ServiceName=Backup or Vault, until";
        assert_eq!(
            table,
            [
                format!("app|{of} 2026-09-01|second|2026-09-01"),
                format!("app|{of} 2027-01-01|later|2027-01-01"),
                format!("team|{of} 2026-09-01|first|2026-09-01"),
            ]
        );
    }

    fn exemption_rows(policy: &Policy) -> Vec<String> {
        let frame = super::exemption(policy).unwrap();
        assert_eq!(**frame.schema(), Derived::Exemption.schema());
        let texts: Vec<Column> = frame.columns().iter().map(|column| column.cast(&DataType::String).unwrap()).collect();
        let cell = |column: &Column, row| column.str().unwrap().get(row).unwrap().to_string();
        let row = |row| texts.iter().map(|column| cell(column, row)).collect::<Vec<_>>().join("|");
        (0..frame.height()).map(row).collect()
    }

    #[test]
    fn nothing_configured_is_typed_tables_and_the_rest() {
        let tables = configured_tables(&Policy::default(), &Drivers::new(), "2026-08".parse().unwrap()).unwrap();
        let heights: Vec<_> = tables.iter().map(|(table, frame)| (table.name(), frame.height())).collect();
        assert_eq!(heights, [("unit_driver", 0), ("unit_metric", 0), ("team", 1), ("exemption", 0)]);
        for (table, frame) in &tables {
            assert_eq!(**frame.schema(), table.schema(), "{}", table.name());
        }
    }
}
