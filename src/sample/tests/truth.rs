//! The truths agree with the rows as they are written, read by other hands.

use std::collections::{BTreeMap, BTreeSet};

use super::arithmetic::amortised;
use super::{Row, made, standing};
use crate::focus::Money;

/// The records of a file beside the export, by column.
fn table(path: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(made().folder.path().join(path)).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let record = |record: csv::StringRecord| {
        header.iter().cloned().zip(record.iter().map(str::to_owned)).collect::<BTreeMap<String, String>>()
    };
    reader.records().map(|it| record(it.unwrap())).collect()
}

fn month_of(range: &str) -> String {
    format!("{}-{}", &range[..4], &range[4..6])
}

fn dollars(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| row.text("lineItem/CurrencyCode") == "USD")
}

#[test]
fn all_cost_and_all_teams_are_the_effective_cost_of_the_month() {
    let (coverage, showback) = (table("truths/tag_coverage.csv"), table("truths/showback.csv"));
    for (range, rows) in standing() {
        let month = month_of(range);
        let total = dollars(rows).fold(Money::ZERO, |sum, row| sum + amortised(row).0);
        for row in coverage.iter().filter(|row| row["billing_month"] == month) {
            assert_eq!(row["all_cost"], total.to_string(), "{month} {}", row["key"]);
        }
        let teams = showback.iter().filter(|row| row["billing_month"] == month);
        let sum = teams.fold(Money::ZERO, |sum, row| sum + row["effective_cost"].parse().unwrap());
        assert_eq!(sum, total, "{month}");
    }
}

#[test]
fn coverage_of_env_counts_what_says_nonsense_as_missing_it() {
    // Every account has an environment on file, so only values that mean nothing are uncovered.
    let coverage = table("truths/tag_coverage.csv");
    for (range, rows) in standing() {
        let of_resources = || {
            let kinds = ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"];
            dollars(rows).filter(move |row| kinds.contains(&row.kind()) && !row.text("lineItem/ResourceId").is_empty())
        };
        let nonsense = |row: &&Row| row.text("resourceTags/user:env") == "tbd";
        let sum = |rows: &mut dyn Iterator<Item = &Row>| rows.fold(Money::ZERO, |sum, row| sum + amortised(row).0);
        let (taggable, covered) = (sum(&mut of_resources()), sum(&mut of_resources().filter(|row| !nonsense(row))));
        let of_env = |row: &&BTreeMap<String, String>| row["billing_month"] == month_of(range) && row["key"] == "env";
        let truth = coverage.iter().find(of_env).unwrap();
        assert_eq!((&truth["taggable_cost"], &truth["covered_cost"]), (&taggable.to_string(), &covered.to_string()));
        let ids = |rows: &mut dyn Iterator<Item = &Row>| {
            rows.map(|row| row.text("lineItem/ResourceId").to_owned()).collect::<BTreeSet<_>>().len().to_string()
        };
        assert_eq!(truth["taggable_resources"], ids(&mut of_resources()));
        assert_eq!(truth["covered_resources"], ids(&mut of_resources().filter(|row| !nonsense(row))));
    }
}

#[test]
fn waste_costs_what_its_rows_of_the_last_week_say() {
    let october = &standing()["20261001-20261101"];
    let week = |row: &&Row| row.text("lineItem/UsageStartDate") >= "2026-10-25";
    let whole = ["idle_nat_gateways", "idle_load_balancers", "idle_public_addresses", "unattached_volumes"];
    let hits = table("truths/waste.csv");
    let patterns: BTreeSet<&str> = hits.iter().map(|hit| hit["pattern"].as_str()).collect();
    assert_eq!(patterns.len(), 11, "{patterns:?}");
    for hit in hits.iter().filter(|hit| whole.contains(&hit["pattern"].as_str())) {
        let its = october.iter().filter(|row| row.text("lineItem/ResourceId") == hit["ResourceId"]).filter(week);
        let cost = its.fold(Money::ZERO, |sum, row| sum + amortised(row).0).to_f64();
        let gross: f64 = hit["gross_monthly_saving"].parse().unwrap();
        assert!(gross > 1.0 && (cost / 7.0 * 30.44 / gross - 1.0).abs() < 1e-9, "{hit:?}");
    }
    // The growth since 09-27: of the last week what lies above the size of that day. A day bills its size
    // by the days of the month.
    let september = &standing()["20260901-20261001"];
    let amount = |row: &Row| row.text("lineItem/UsageAmount").parse::<f64>().unwrap();
    for hit in hits.iter().filter(|hit| hit["pattern"] == "growing_snapshots") {
        let of = |row: &&Row| row.text("lineItem/ResourceId") == hit["ResourceId"];
        let of_day = |row: &&Row| row.text("lineItem/UsageStartDate").starts_with("2026-09-27");
        let first = september.iter().filter(of).filter(of_day).map(|row| amount(row) * 30.0).sum::<f64>();
        let its = || october.iter().filter(of).filter(week);
        let stored = its().map(|row| amount(row) * 31.0).sum::<f64>();
        let cost = its().fold(Money::ZERO, |sum, row| sum + amortised(row).0).to_f64();
        let grown = cost * (1.0 - 7.0 * first / stored) / 7.0 * 30.44;
        let gross: f64 = hit["gross_monthly_saving"].parse().unwrap();
        assert!(first > 0.0 && gross > 1.0 && (grown / gross - 1.0).abs() < 1e-4, "{grown}: {hit:?}");
        assert_eq!(hit["realisable_monthly_saving"], "", "no bill tells what is still needed");
    }
    assert!(
        hits.iter()
            .filter(|hit| hit["pattern"] == "unused_commitments")
            .all(|hit| { hit["realisable_monthly_saving"].is_empty() && !hit["gross_monthly_saving"].is_empty() })
    );
    let figures = |pattern: &str| {
        let of = hits.iter().filter(|hit| hit["pattern"] == pattern);
        of.map(|hit| !hit["gross_monthly_saving"].is_empty()).collect::<BTreeSet<bool>>()
    };
    for pattern in ["previous_generation_machines", "oversized_machines"] {
        assert_eq!(figures(pattern), [false, true].into(), "{pattern}: with and without a price to compare with");
    }
    // m4.large 0.100 − m5.large 0.096 in us-east-1: 0.004 × 24 × 30.44.
    assert!(hits.iter().any(|hit| hit["gross_monthly_saving"] == "2.92224"));
}

#[test]
fn near_misses_outnumber_hits_and_are_none() {
    let (hits, near) = (table("truths/waste.csv"), table("truths/near_miss.csv"));
    assert!(near.len() > hits.len(), "{} near misses, {} hits", near.len(), hits.len());
    let ids =
        |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| row["ResourceId"].clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(&hits).intersection(&ids(&near)).count(), 0);
    for word in ["bursty", "turn of the month", "scheduled", "covered", "autoscaled", "fresh", "all of it is used"] {
        assert!(near.iter().any(|row| row["why"].contains(word)), "{word}");
    }
}

#[test]
fn a_day_without_a_driver_has_no_unit_cost() {
    let truths = table("truths/unit_cost.csv");
    let of = |metric: &str, period: &str| {
        truths.iter().filter(|row| row["unit_metric"] == metric && row["period"] == period).count()
    };
    let lines = std::fs::read_to_string(made().folder.path().join("drivers/orders.csv")).unwrap();
    assert!(!lines.contains("2026-10-23") && lines.contains("2026-10-22"));
    assert_eq!((of("cost_per_order", "2026-10-22"), of("cost_per_order", "2026-10-23")), (1, 0));
    assert_eq!(of("cost_per_tenant", "2026-10-23"), 1);
    assert!(of("cost_per_request", "2026-10-23") > 5, "one for each application");
    let day = truths.iter().find(|row| row["unit_metric"] == "cost_per_tenant" && row["period"] == "2026-10-23");
    let october = dollars(&standing()["20261001-20261101"]);
    let daily = october.filter(|row| {
        // A commitment's fee of a whole day looks like a month's that stands on a day: it is of no day.
        let is_fee = row.text("lineItem/LineItemType") == "SavingsPlanRecurringFee";
        let is_fee_of_a_day = is_fee
            && row.text("lineItem/UsageStartDate") == "2026-10-23T00:00:00Z"
            && row.text("lineItem/UsageEndDate") == "2026-10-24T00:00:00Z";
        row.text("lineItem/UsageStartDate").starts_with("2026-10-23")
            && row.text("lineItem/UsageEndDate") <= "2026-10-24T00:00:00Z"
            && !is_fee_of_a_day
    });
    let cost = daily.fold(Money::ZERO, |sum, row| sum + amortised(row).0);
    assert_eq!(day.unwrap()["cost"], cost.to_string());
}
