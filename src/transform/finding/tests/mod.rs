//! Findings from rules that return what a test writes down.

mod limits;
mod lists;
mod property;
mod suppressions;

use super::*;
use crate::error::Error;
use crate::ledger::FindingNight;
use crate::transform::catalogue::{Kind, Query, QueryColumn};
use crate::transform::metric::CellKind;
use polars::prelude::{Column, DataType, Engine, IntoLazy, NamedFrom, Series};

/// A finding as a rule returns it. Account 1, region r, service s; in USD unless it says otherwise.
#[derive(Clone)]
pub struct Raw {
    pub rule: &'static str,
    pub resource: String,
    pub action: &'static str,
    pub gross: Option<f64>,
    pub realisable: Option<f64>,
    pub evidence: &'static str,
    pub currency: &'static str,
}

pub fn raw(rule: &'static str, resource: &str, action: &'static str, saving: Option<(f64, f64)>) -> Raw {
    let (gross, realisable) = (saving.map(|saving| saving.0), saving.map(|saving| saving.1));
    Raw { rule, resource: resource.into(), action, gross, realisable, evidence: "seen", currency: "USD" }
}

/// The tables of a small company, where a test says what each resource costs on which day.
#[derive(Default)]
pub struct World {
    pub raws: Vec<Raw>,
    /// Resource, day of August 2026, EffectiveCost.
    pub days: Vec<(String, u32, &'static str)>,
    /// The same in EUR.
    pub euros: Vec<(String, u32, &'static str)>,
    /// Resource, last day, team, its name: rows of `resource_month`, EffectiveCost 0.
    pub states: Vec<(&'static str, u32, &'static str, &'static str)>,
    /// Commitment, day, EffectiveCost of its unused part.
    pub unused: Vec<(&'static str, u32, &'static str)>,
    pub suppressions: Vec<Suppression>,
    pub minimum: f64,
    pub history: FindingHistory,
}

pub fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, day).unwrap()
}

const TEXTS: [&str; 14] = [
    "ProviderName",
    "BillingAccountId",
    "SubAccountId",
    "SubAccountName",
    "RegionId",
    "ServiceName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "BillingCurrency",
    "x_Action",
    "x_Reason",
    "x_Evidence",
    "x_Confidence",
];

fn columns() -> Vec<QueryColumn> {
    let column = |name: &str, kind| QueryColumn { name: name.into(), meaning: "m".into(), kind };
    let mut columns: Vec<QueryColumn> = TEXTS.iter().map(|name| column(name, CellKind::Text)).collect();
    columns.push(column("x_GrossMonthlySaving", CellKind::Number));
    columns.push(column("x_RealisableMonthlySaving", CellKind::Number));
    columns.push(column("x_SavingBasis", CellKind::Text));
    columns
}

/// A rule that returns the rows of the table of its own name.
fn rule(name: &str) -> (String, Query) {
    let id = format!("waste/{name}");
    let query = Query {
        id: id.clone(),
        kind: Kind::Waste,
        title: format!("Title of {name}"),
        question: "q".into(),
        reads: vec![format!("of_{name}")],
        params: Vec::new(),
        columns: columns(),
        look: [("P".to_string(), "look {ResourceId}".to_string())].into(),
        sql: format!("SELECT * FROM of_{name} ORDER BY ResourceId"),
        file: format!("queries/{id}.sql"),
        first_line: 1,
    };
    (id, query)
}

fn texts<T: AsRef<str>>(name: &str, values: impl IntoIterator<Item = T>) -> Column {
    let values: Vec<String> = values.into_iter().map(|value| value.as_ref().to_string()).collect();
    Series::new(name.into(), values).into()
}

fn frame(columns: Vec<Column>) -> LazyFrame {
    DataFrame::new_infer_height(columns).unwrap().lazy()
}

fn money<'a>(values: impl Iterator<Item = &'a str>) -> Column {
    let texts = texts("EffectiveCost", values);
    texts.cast(&DataType::Decimal(38, 18)).unwrap()
}

fn dates(name: &str, days: impl Iterator<Item = u32>) -> Column {
    let days: Vec<i32> = days.map(|number| day(number).to_epoch_days()).collect();
    Column::from(Series::new(name.into(), days)).cast(&DataType::Date).unwrap()
}

fn same(name: &str, value: &str, count: usize) -> Column {
    texts(name, vec![value; count])
}

impl Tables for World {
    fn frame(&self, table: &str) -> Result<LazyFrame> {
        if let Some(name) = table.strip_prefix("of_") {
            let rows: Vec<&Raw> = self.raws.iter().filter(|raw| raw.rule == name).collect();
            let confidence = if name == "low" { "Low" } else { "High" };
            let constant = |name: &str| match name {
                "ProviderName" => "P",
                "BillingAccountId" => "0",
                "SubAccountId" => "1",
                "SubAccountName" => "old name",
                "RegionId" => "r",
                "ServiceName" => "s",
                "ResourceType" => "type",
                "x_Reason" => "because",
                "x_Confidence" => confidence,
                _ => "",
            };
            let mut columns = Vec::new();
            for name in TEXTS {
                columns.push(match name {
                    "ResourceId" => texts(name, rows.iter().map(|raw| &raw.resource)),
                    "x_Action" => texts(name, rows.iter().map(|raw| raw.action)),
                    "x_Evidence" => texts(name, rows.iter().map(|raw| raw.evidence)),
                    "BillingCurrency" => texts(name, rows.iter().map(|raw| raw.currency)),
                    _ => same(name, constant(name), rows.len()),
                });
            }
            let numbers = |of: fn(&Raw) -> Option<f64>| rows.iter().map(|raw| of(raw)).collect::<Vec<Option<f64>>>();
            columns.push(Series::new("x_GrossMonthlySaving".into(), numbers(|raw| raw.gross)).into());
            columns.push(Series::new("x_RealisableMonthlySaving".into(), numbers(|raw| raw.realisable)).into());
            columns.push(same("x_SavingBasis", "EffectiveCost", rows.len()));
            return Ok(frame(columns));
        }
        let months = |count| same("x_BillingMonth", "2026-08", count);
        let accounts = |count| same("SubAccountId", "1", count);
        let usd = |count| same("BillingCurrency", "USD", count);
        let charged: Vec<_> = self.days.iter().chain(&self.euros).collect();
        let (days, states, unused) = (charged.len(), self.states.len(), self.unused.len());
        Ok(frame(match table {
            "resource_day" => vec![
                accounts(days),
                same("RegionId", "r", days),
                same("ServiceName", "s", days),
                texts("BillingCurrency", (0..days).map(|at| if at < self.days.len() { "USD" } else { "EUR" })),
                texts("ResourceId", charged.iter().map(|row| &row.0)),
                dates("x_ChargeDay", charged.iter().map(|row| row.1)),
                money(charged.iter().map(|row| row.2)),
            ],
            "resource_month" => vec![
                months(states),
                accounts(states),
                usd(states),
                same("ChargeCategory", "Usage", states),
                same("x_TeamBy", "tag team", states),
                same("SubAccountName", "new name", states),
                texts("ResourceId", self.states.iter().map(|row| row.0)),
                dates("x_LastChargeDay", self.states.iter().map(|row| row.1)),
                dates("x_LastChargeStart", self.states.iter().map(|row| row.1)),
                texts("x_Team", self.states.iter().map(|row| row.2)),
                texts("ResourceName", self.states.iter().map(|row| row.3)),
                money(self.states.iter().map(|_| "0")),
            ],
            "cost" => vec![
                months(unused),
                usd(unused),
                same("CommitmentDiscountStatus", "Unused", unused),
                texts("CommitmentDiscountId", self.unused.iter().map(|row| row.0)),
                dates("x_ChargeDay", self.unused.iter().map(|row| row.1)),
                money(self.unused.iter().map(|row| row.2)),
            ],
            "cost_daily" => vec![
                months(unused),
                accounts(unused),
                same("CommitmentDiscountStatus", "Unused", unused),
                same("x_Team", "platform", unused),
                same("x_TeamBy", "SubAccountId=1", unused),
                money(self.unused.iter().map(|row| row.2)),
            ],
            other => return Err(Error::bug(other, "not in the test")),
        }))
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

pub fn catalogue() -> Catalogue {
    Catalogue { queries: ["a", "b", "low"].into_iter().map(rule).collect(), ..Catalogue::default() }
}

impl World {
    /// The findings of the night of 1 September for August, which is complete.
    pub fn found(&self) -> Result<Vec<Finding>> {
        self.found_on(NaiveDate::from_ymd_opt(2026, 9, 1).unwrap())
    }

    pub fn found_on(&self, as_of: NaiveDate) -> Result<Vec<Finding>> {
        let params = BTreeMap::from([
            ("billing_period".to_string(), ParamValue::Text("2026-08".into())),
            ("last_full_day".to_string(), ParamValue::Date(day(31))),
        ]);
        let collect = |frame: LazyFrame| {
            let collected = frame.collect_with_engine(Engine::Streaming).map(|result| result.unwrap_single());
            collected.map_err(|error| Error::bug("test", error.to_string()))
        };
        findings(&Ask {
            catalogue: &catalogue(),
            params: &params,
            tables: self,
            collect: &collect,
            minimum_monthly_saving: self.minimum,
            suppressions: &self.suppressions,
            as_of,
            history: Some(&self.history),
        })
    }

    /// A resource that costs this on each of the last seven days.
    pub fn week(mut self, resource: &str, cost: &'static str) -> Self {
        self.days.extend((25..=31).map(|day| (resource.to_string(), day, cost)));
        self
    }
}
