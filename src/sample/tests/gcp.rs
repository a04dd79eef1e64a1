//! The dumps of Google Cloud's table keep its arithmetic, and the truths are what their rows say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{sums, whole, whole_table};
use crate::focus::Money;

/// The rows of all dumps of JSON lines: of the invoice month of October all there are.
fn rows() -> Vec<Value> {
    let root = whole().folder.path().join("gcp-detailed-usage/billing");
    let mut dumps: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    dumps.sort();
    let mut rows = Vec::new();
    let (mut parquet, mut json) = (0, 0);
    for dump in dumps {
        let path = dump.join("part-000000000000.json.gz");
        if !path.exists() {
            parquet += usize::from(dump.join("part-000000000000.parquet").exists());
            continue;
        }
        json += 1;
        let mut text = String::new();
        let file = std::fs::File::open(path).unwrap();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text).unwrap();
        rows.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    assert_eq!((parquet, json), (4, 10));
    rows
}

fn october() -> Vec<Value> {
    rows().into_iter().filter(|row| row["invoice"]["month"] == "202610").collect()
}

fn money(value: &Value) -> Money {
    value.to_string().parse().unwrap()
}

fn credits<'a>(row: &'a Value, kind: &'a str) -> impl Iterator<Item = Money> + 'a {
    let all = row["credits"].as_array().unwrap().iter();
    all.filter(move |credit| kind.is_empty() || credit["type"] == kind).map(|credit| money(&credit["amount"]))
}

fn net(row: &Value) -> Money {
    credits(row, "").fold(money(&row["cost"]), |sum, amount| sum + amount)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn category(row: &Value) -> &'static str {
    match text(&row["cost_type"]) {
        "tax" => "Tax",
        "adjustment" | "rounding_error" => "Adjustment",
        _ if text(&row["sku"]["description"]).starts_with("Commitment") => "Purchase",
        _ => "Usage",
    }
}

#[test]
fn the_totals_are_those_of_the_rows() {
    let rows = october();
    let billed = sums(rows.iter().map(|row| (category(row), net(row))));
    let list = sums(rows.iter().map(|row| (category(row), money(&row["cost_at_list"]))));
    let truths = whole_table("truths/totals.csv");
    let of_october: Vec<_> =
        truths.iter().filter(|row| row["cloud"] == "gcp" && row["billing_month"] == "2026-10").collect();
    assert_eq!(of_october.len(), billed.len());
    let mut effective = Money::ZERO;
    for truth in of_october {
        let category = truth["charge_category"].as_str();
        assert_eq!(truth["billed_cost"].parse::<Money>().unwrap(), billed[category], "{category}");
        assert_eq!(truth["list_cost"].parse::<Money>().unwrap(), list[category], "{category}");
        effective += truth["effective_cost"].parse().unwrap();
    }
    // Fees go from one row to others, and none is lost.
    assert_eq!(effective, billed.values().fold(Money::ZERO, |sum, cost| sum + *cost));
}

#[test]
fn commitments_of_both_models() {
    let rows = october();
    let day = |row: &Value| text(&row["usage_start_time"])[..10].to_owned();
    let fees = |sku: &str| {
        sums(
            rows.iter()
                .filter(|row| text(&row["sku"]["description"]).contains(sku))
                .map(|row| (day(row), money(&row["cost"]))),
        )
    };
    // Fees and credits: what is covered is as much as the fee is for, at 63 % of what it would have cost.
    for (fee, part) in [("N2 Cpu", "Core"), ("N2 Ram", "Ram")] {
        let covered = rows.iter().filter(|row| text(&row["sku"]["description"]).contains(part));
        let covered = sums(covered.map(|row| {
            (day(row), credits(row, "COMMITTED_USAGE_DISCOUNT").fold(Money::ZERO, |sum, amount| sum - amount))
        }));
        let fees = fees(fee);
        assert_eq!(fees.len(), 31);
        assert!(fees.iter().all(|(day, fee)| fee.0 * 100 == covered[day].0 * 63), "{fees:?} {covered:?}");
    }
    // Prices: the fee is offset by what the usage costs, and never by more than itself.
    let mut subscriptions: BTreeMap<String, (Money, Money)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row["subscription"]["instance_id"].is_string()) {
        let (fee, used) = subscriptions
            .entry(text(&row["subscription"]["instance_id"]).to_owned())
            .or_insert((Money::ZERO, Money::ZERO));
        match category(row) {
            "Purchase" => {
                assert!(net(row) >= Money::ZERO);
                *fee += net(row);
            }
            _ => {
                assert_eq!(text(&row["consumption_model"]["description"]), "Compute Flexible CUDs 1 Year");
                *used += money(&row["cost"]);
            }
        }
    }
    let left: Vec<bool> = subscriptions.values().map(|(fee, _)| fee.is_zero()).collect();
    assert_eq!(left.iter().filter(|whole| **whole).count(), 1, "one is used whole and one is not: {subscriptions:?}");
    assert!(subscriptions.values().all(|(_, used)| *used > Money::ZERO));
}

#[test]
fn invoice_months_are_pacific_and_rows_come_late() {
    let rows = rows();
    let next_month =
        |row: &&Value| row["invoice"]["month"] == "202609" && text(&row["usage_start_time"]).starts_with("2026-10-01");
    assert!(rows.iter().filter(next_month).all(|row| text(&row["usage_end_time"]) <= "2026-10-01 07:00:00 UTC"));
    assert!(rows.iter().filter(next_month).count() > 0, "hours of September by Pacific time and of October by UTC");
    let late = |row: &&Value| row["invoice"]["month"] == "202609" && text(&row["export_time"]) >= "2026-10-03";
    let kinds: BTreeSet<&str> = rows.iter().filter(late).map(|row| text(&row["cost_type"])).collect();
    assert_eq!(kinds, ["regular", "rounding_error", "tax"].into());
    assert!(rows.iter().any(|row| row["adjustment_info"]["type"] == "USAGE_CORRECTION"));
    let kinds: BTreeSet<&str> =
        rows.iter().flat_map(|row| row["credits"].as_array().unwrap()).map(|credit| text(&credit["type"])).collect();
    let expected =
        ["COMMITTED_USAGE_DISCOUNT", "FEE_UTILIZATION_OFFSET", "FREE_TIER", "PROMOTION", "SUSTAINED_USAGE_DISCOUNT"];
    assert_eq!(kinds, expected.into());
}

#[test]
fn labels_are_legal() {
    let mut seen = 0;
    for row in rows() {
        for label in row["labels"].as_array().unwrap() {
            seen += 1;
            let legal =
                |sign: char| sign.is_lowercase() || sign.is_numeric() || "_-".contains(sign) || !sign.is_ascii();
            assert!(text(&label["value"]).chars().all(legal) && text(&label["value"]).chars().count() <= 63, "{label}");
        }
    }
    assert!(seen > 1_000);
}

#[test]
fn waste_costs_what_its_rows_of_the_last_week_say() {
    let rows = october();
    let hits = whole_table("truths/waste.csv");
    let whole = ["idle_static_addresses", "idle_forwarding_rules", "unattached_persistent_disks", "stopped_databases"];
    let mut seen = BTreeSet::new();
    for hit in hits.iter().filter(|hit| whole.contains(&hit["pattern"].as_str())) {
        seen.insert(hit["pattern"].as_str());
        let its = rows.iter().filter(|row| {
            text(&row["resource"]["global_name"]) == hit["ResourceId"] && text(&row["usage_start_time"]) >= "2026-10-25"
        });
        let cost = its.fold(Money::ZERO, |sum, row| sum + net(row)).to_f64() / 7.0 * 30.44;
        let gross: f64 = hit["gross_monthly_saving"].parse().unwrap();
        assert!(gross > 1.0 && (cost / gross - 1.0).abs() < 1e-9, "{hit:?}");
    }
    assert_eq!(seen.len(), whole.len());
    assert!(hits.iter().any(|hit| hit["pattern"] == "replicated_databases_of_non_production"));
    let near = whole_table("truths/near_miss.csv");
    assert!(near.len() > hits.len(), "{} near misses, {} hits", near.len(), hits.len());
}
