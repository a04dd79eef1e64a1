//! Whole reports on made-up but realistic metrics, hostile text included.

mod index;
mod made_up;
mod made_up_currency;
mod made_up_teams;
mod made_up_tools;
mod review;
mod teams;

use super::*;
use crate::focus::{Artifact, BillingMonth, Money};
use crate::transform::{Cell, CellKind, Metric, MetricColumn};
use chrono::{NaiveDate, TimeZone, Utc};
use made_up::*;
use std::collections::BTreeSet;

const HOSTILE: &str = "<script>alert(1)</script>=cmd|' /C calc'!A0\u{7}";

fn month() -> BillingMonth {
    "2026-10".parse().unwrap()
}

/// Cents as Decimal(38,18), with a tail of digits that two decimals do not show.
fn money(cents: i128) -> Cell {
    Cell::Decimal { value: cents * 10_000_000_000_000_000 + cents.signum() * 123_456_789, scale: 18 }
}

fn text(value: &str) -> Cell {
    Cell::Text(value.to_string())
}

fn metric(query: &str, question: &str, columns: &[(&str, CellKind)], rows: Vec<Vec<Cell>>) -> Metric {
    let columns = columns.iter().map(|(name, kind)| MetricColumn {
        name: (*name).to_string(),
        meaning: if name.starts_with("x_") {
            format!("What {name} says, in a sentence.")
        } else {
            "As the FOCUS specification says.".to_string()
        },
        kind: *kind,
    });
    Metric { query: query.into(), title: query.into(), question: question.into(), columns: columns.collect(), rows }
}

pub fn context() -> PageContext {
    let tie = |source: &str, stage: &str, currency: &str, cents: i128| TieLine {
        source: source.into(),
        stage: stage.into(),
        rows: 1_284_221,
        currency: currency.into(),
        sums: ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
            .iter()
            .take(if stage == "source" { 1 } else { 4 })
            .map(|name| ((*name).to_string(), Money(cents * 10_000_000_000_000_000 + 12_345)))
            .collect(),
        ties: true,
    };
    let delivery = |source: &str, format: &str, basis: &str| DeliveryLine {
        source: source.into(),
        format: format.into(),
        delivery_id: "9f86d081884c7d65".into(),
        basis: basis.into(),
        files: 12,
        rows: 1_284_221,
        newest_charge_end: Some(Utc.with_ymd_and_hms(2026, 10, 24, 23, 0, 0).unwrap()),
    };
    PageContext {
        month: month(),
        state: "open".into(),
        state_reason: "the month runs until 2026-11-01".into(),
        states: [("2026-09", "final"), ("2026-10", "open")]
            .map(|(month, state)| (month.parse().unwrap(), state.to_string()))
            .into(),
        as_of: NaiveDate::from_ymd_opt(2026, 10, 25).unwrap(),
        showback: "EffectiveCost".into(),
        policy: "Tax stays unallocated; support, credits and refunds go to the owner of the charge.".into(),
        coverage_target: Some(0.95),
        currencies: vec!["USD".into(), "EUR".into()],
        deliveries: vec![delivery("aws-payer", "aws-cur-legacy", "net"), delivery("marketplace-eu", "focus", "gross")],
        ties: ["source", "landed", "cost", "cost_daily", "resource_month", "report"]
            .iter()
            .flat_map(|stage| {
                [tie("aws-payer", stage, "USD", 141_002_211), tie("marketplace-eu", stage, "EUR", -412_050)]
            })
            .collect(),
        notes: vec!["aws-payer: the delivery of 2026-10 is 26 hours old.".into()],
    }
}

fn review() -> ReportSpec {
    parse("monthly_review", include_str!("../../../reports/monthly_review.toml")).unwrap()
}

fn metrics() -> Vec<(usize, Metric)> {
    let one = |section: &SectionSpec| match section.query.as_str() {
        "metric/cost_total" => total(),
        "metric/cost_by_service" => by_service(),
        "metric/cost_by_sub_account" => by_sub_account(),
        "metric/cost_by_provider" => by_provider(),
        "metric/cost_by_charge_category" => by_charge_category(),
        "metric/cost_by_invoice" => by_invoice(),
        "metric/bridge" => bridge(),
        "metric/control_totals" => control_totals(),
        "metric/cost_by_day" => by_day(),
        "metric/cost_by_month" => by_month(),
        query => made_up_teams::answer(query, 9, 40),
    };
    review().sections.iter().map(one).enumerate().collect()
}

fn rendered(metrics: &[(usize, Metric)]) -> Vec<Artifact> {
    made(&review(), metrics).unwrap()
}

/// The artifacts of a report, in the order of their paths.
fn made(spec: &ReportSpec, metrics: &[(usize, Metric)]) -> crate::Result<Vec<Artifact>> {
    let sections: Vec<(usize, &Metric)> = metrics.iter().map(|(at, metric)| (*at, metric)).collect();
    made_for(spec, metrics, &values(spec, &sections, month()))
}

fn made_for(spec: &ReportSpec, metrics: &[(usize, Metric)], values: &BTreeSet<String>) -> crate::Result<Vec<Artifact>> {
    on_threads(spec, metrics, values, 2)
}

fn made_with(spec: &ReportSpec, metrics: &[(usize, Metric)], threads: usize) -> Vec<Artifact> {
    let sections: Vec<(usize, &Metric)> = metrics.iter().map(|(at, metric)| (*at, metric)).collect();
    on_threads(spec, metrics, &values(spec, &sections, month()), threads).unwrap()
}

fn on_threads(
    spec: &ReportSpec,
    metrics: &[(usize, Metric)],
    values: &BTreeSet<String>,
    threads: usize,
) -> crate::Result<Vec<Artifact>> {
    let made = std::sync::Mutex::new(Vec::new());
    let sections: Vec<(usize, &Metric)> = metrics.iter().map(|(at, metric)| (*at, metric)).collect();
    let (context, templates) = (context(), Templates::built_in());
    let reports = [spec.clone()];
    let job =
        Job { spec, context: &context, sections: &sections, values, reports: &reports, templates: &templates, threads };
    render(&job, &|artifact| {
        made.lock().unwrap().push(artifact);
        Ok(())
    })?;
    let mut made = made.into_inner().unwrap();
    made.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(made)
}

fn text_of(artifacts: &[Artifact], path: &str) -> String {
    String::from_utf8(
        artifacts.iter().find(|artifact| artifact.path == path).unwrap_or_else(|| panic!("no {path}")).bytes.clone(),
    )
    .unwrap()
}

/// Writes the pages where somebody asks to see them.
fn look_at(artifacts: &[Artifact]) {
    let Some(folder) = std::env::var_os("COSTMILL_LOOK_AT_PAGES") else { return };
    for artifact in artifacts {
        let path = std::path::Path::new(&folder).join(&artifact.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &artifact.bytes).unwrap();
    }
}
