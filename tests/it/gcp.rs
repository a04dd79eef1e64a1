//! Google Cloud's detailed usage cost export, row by row: what each charge costs and is.
//!
//! The two examples of each commitment model are Google's own
//! (cloud.google.com/docs/cuds-multiprice, "Example scenarios before and after the new CUD model").

use super::gcp_export::{CONFIG, Row, gzip, json_lines, parquet, usage};
use super::place::Night;
use serde_json::json;
use std::collections::BTreeMap;

const FLEX: &str = "Committed use discount - dollar based: GCE Commitments";
const SPEND: &str = "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE";
const QUANTITY: &str = "COMMITTED_USAGE_DISCOUNT";
const OFFSET: &str = "FEE_UTILIZATION_OFFSET";

/// A night with one dump.
fn night(rows: &[Row]) -> Night {
    let night = Night::new(CONFIG);
    night.write("dumps/2026-10-31/part-0.json", json_lines(rows));
    night.run().exits(0).says("ties gcp 2026-10");
    night
}

/// A column of every charge, in the order of the dump.
fn column(night: &Night, name: &str) -> Vec<String> {
    let sql = format!("SELECT {name} AS x_Asked FROM cost ORDER BY x_BillingMonth, x_SourceFile, x_SourceRow");
    night.query(&sql).into_iter().map(|mut row| row.remove("x_Asked").expect("the column")).collect()
}

#[track_caller]
fn assert_costs(night: &Night, costs: &[[&str; 4]]) {
    for (at, name) in ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"].into_iter().enumerate() {
        let wanted: Vec<_> = costs.iter().map(|row| row[at]).collect();
        assert_eq!(column(night, name), wanted, "{name}");
    }
}

fn fee(sku: &str, cost: &str, units: &str) -> Row {
    let row = usage(sku, cost).described("Commitment - dollar based v1: GCE for 1 year");
    row.number("usage.amount_in_pricing_units", units).set("subscription", json!({"instance_id": "subscriptions/1"}))
}

/// The fee of Google's example says which SKU it was charged for.
///
/// RAM: billed 0.174496 − 0.065095 = 0.109401, effective 0.109401 + 0.046868 = 0.156269. Core: billed
/// 0.093568 − 0.034905 = 0.058663, effective 0.058663 + 0.025132 = 0.083795. Fees: effective 0.
/// Both add up to 0.046868 + 0.025132 + 0.109401 + 0.058663 = 0.240064 = 0.156269 + 0.083795.
#[test]
fn legacy_spend_commitment_used_in_full() {
    let night = night(&[
        fee("FEE", "0.046868", "6.509490").label("goog-originating-sku-id", "RAM"),
        fee("FEE", "0.025132", "3.490510").label("goog-originating-sku-id", "CORE"),
        usage("RAM", "0.174496").number("cost_at_list", "0.2").credit(SPEND, FLEX, "-0.065095"),
        usage("CORE", "0.093568").number("cost_at_list", "0.1").credit(SPEND, FLEX, "-0.034905"),
    ]);
    assert_costs(
        &night,
        &[
            ["0.046868", "0", "0.046868", "0.046868"],
            ["0.025132", "0", "0.025132", "0.025132"],
            ["0.109401", "0.156269", "0.2", "0.174496"],
            ["0.058663", "0.083795", "0.1", "0.093568"],
        ],
    );
    assert_eq!(column(&night, "ChargeCategory"), ["Purchase", "Purchase", "Usage", "Usage"]);
    assert_eq!(column(&night, "CommitmentDiscountId"), ["subscriptions/1"; 4]);
    assert_eq!(column(&night, "CommitmentDiscountStatus"), ["Unused", "Unused", "Used", "Used"]);
    assert_eq!(column(&night, "CommitmentDiscountCategory"), ["Spend"; 4]);
    assert_eq!(column(&night, "PricingCategory"), ["Standard", "Standard", "Committed", "Committed"]);
}

/// The first fee names no SKU: the provider charges what is unused so. RAM: 0.174496 − 0.174496 + 0.125637;
/// core: 0.093568 − 0.093568 + 0.067369. Billed = effective = 0.022994 + 0.125637 + 0.067369 = 0.216.
#[test]
fn legacy_spend_commitment_used_in_part() {
    let night = night(&[
        fee("FEE", "0.022994", "3.194").without("project"),
        fee("FEE", "0.125637", "17.450").label("goog-originating-sku-id", "RAM"),
        fee("FEE", "0.067369", "9.357").label("goog-originating-sku-id", "CORE"),
        usage("RAM", "0.174496").credit(SPEND, FLEX, "-0.174496"),
        usage("CORE", "0.093568").credit(SPEND, FLEX, "-0.093568"),
    ]);
    assert_eq!(column(&night, "BilledCost"), ["0.022994", "0.125637", "0.067369", "0", "0"]);
    assert_eq!(column(&night, "EffectiveCost"), ["0.022994", "0", "0", "0.125637", "0.067369"]);
}

/// A fee without any word of who used it: 7.20 for 1000 units of 0.01 USD, so 10 USD of on-demand usage. 4 and
/// 2 were covered, so 7.20 × 6 ÷ 10 = 4.32 was used: 4.32 × 4 ÷ 6 = 2.88 by shop and 1.44 by web; 2.88 is unused.
/// The second day's 0.1 is used in full, by three rows alike: a third each, and the digits add up.
#[test]
fn legacy_spend_commitment_of_the_billing_account() {
    let next = |row: Row| row.at("2026-10-06 10:00:00 UTC", "2026-10-06 11:00:00 UTC", "2026-10-06 15:00:00 UTC");
    let night = night(&[
        fee("FEE", "7.2", "1000").without("project"),
        usage("CORE", "5").credit(SPEND, FLEX, "-4"),
        usage("CORE", "2").project("web").credit(SPEND, FLEX, "-2"),
        next(fee("FEE", "0.1", "3").without("project")),
        next(usage("CORE", "1")).credit(SPEND, FLEX, "-0.01"),
        next(usage("CORE", "1")).credit(SPEND, FLEX, "-0.01"),
        next(usage("CORE", "1")).credit(SPEND, FLEX, "-0.01"),
    ]);
    assert_eq!(
        column(&night, "EffectiveCost"),
        ["2.88", "3.88", "1.44", "0", "1.023333333333333333", "1.023333333333333334", "1.023333333333333333",]
    );
    // 7.2 + 1 + 0 + 0.1 + 3 × 0.99 = 11.27
    let sums = night.query(
        "SELECT SUM(BilledCost) AS b, SUM(EffectiveCost) AS e, BillingCurrency FROM cost GROUP BY BillingCurrency",
    );
    assert_eq!((sums[0]["b"].as_str(), sums[0]["e"].as_str()), ("11.27", "11.27"));
}

/// 10 cores are committed for an hour, 36,000 seconds for 0.50. Of 8 cores for 0.80 a credit covers 0.60: 28,800 ×
/// 0.60 ÷ 0.80 = 21,600 seconds. Used: 0.50 × 21,600 ÷ 36,000 = 0.30. Usage: 0.80 − 0.60 + 0.30 = 0.50, the
/// fee's 0.20 is unused. The other series in the region is covered by nothing, and neither is memory.
#[test]
fn legacy_resource_commitment() {
    let night = night(&[
        usage("FEE", "0.5").described("Commitment v1: N2 Cpu in Americas for 1 Year").number("usage.amount", "36000"),
        usage("CORE", "0.8").number("usage.amount", "28800").credit(QUANTITY, "", "-0.6"),
        usage("C2", "0.4").described("Compute optimized Core running in Americas"),
    ]);
    assert_eq!(column(&night, "BilledCost"), ["0.5", "0.2", "0.4"]);
    assert_eq!(column(&night, "EffectiveCost"), ["0.2", "0.5", "0.4"]);
    assert_eq!(column(&night, "CommitmentDiscountCategory"), ["Usage", "Usage", ""]);
    // The fee has no subscription: its SKU is what is known of the commitment.
    assert_eq!(column(&night, "CommitmentDiscountId"), ["FEE", "FEE", ""]);
}

fn covered(sku: &str, cost: &str, on_demand: &str) -> Row {
    let row = usage(sku, cost).set("subscription", json!({"instance_id": "subscriptions/1"}));
    let model = json!({"id": "D97B-0795-975B", "description": "Compute Flexible CUDs 1 Year"});
    row.set("consumption_model", model).number("cost_at_effective_price_default", on_demand)
}

/// The same commitment in the new model: usage is priced by it, the fee is offset as it is used. RAM of the
/// commitment: billed and effective 0.046868, on demand 0.065095. The fees: 0.046868 − 0.046868 = 0.
#[test]
fn new_model_used_in_full() {
    let night = night(&[
        fee("NEWFEE", "0.046868", "0.046868330").label("goog-originating-sku-id", "RAM").credit(
            OFFSET,
            "",
            "-0.046868",
        ),
        fee("NEWFEE", "0.025132", "0.025131670").label("goog-originating-sku-id", "CORE").credit(
            OFFSET,
            "",
            "-0.025132",
        ),
        usage("RAM", "0.109398"),
        usage("CORE", "0.058648"),
        covered("RAM", "0.046868", "0.065095"),
        covered("CORE", "0.025132", "0.034905"),
    ]);
    let costs = ["0", "0", "0.109398", "0.058648", "0.046868", "0.025132"];
    assert_eq!(column(&night, "BilledCost"), costs);
    assert_eq!(column(&night, "EffectiveCost"), costs);
    assert_eq!(column(&night, "ContractedCost")[4..], ["0.065095", "0.034905"]);
    assert_eq!(column(&night, "CommitmentDiscountStatus"), ["Unused", "Unused", "", "", "Used", "Used"]);
    assert_eq!(column(&night, "CommitmentDiscountId")[4..], ["subscriptions/1"; 2]);
    assert_eq!(column(&night, "CommitmentDiscountName")[4], "Compute Flexible CUDs 1 Year");
}

/// What is unused is what the offsets leave: 0.022994, 0.125637 − 0.1256348 = 0.0000022 and 0.067369 − 0.0673581
/// = 0.0000109. A row of the old model on the same day is no reason to share a new fee out: its own fee of 0.36
/// pays for its credit of 0.50, 50 units.
#[test]
fn new_model_used_in_part_beside_the_old_one() {
    let night = night(&[
        fee("NEWFEE", "0.022994", "0.0230").without("project"),
        fee("NEWFEE", "0.125637", "0.1256371").label("goog-originating-sku-id", "RAM").credit(OFFSET, "", "-0.1256348"),
        fee("NEWFEE", "0.067369", "0.0673690").label("goog-originating-sku-id", "CORE").credit(
            OFFSET,
            "",
            "-0.0673581",
        ),
        covered("RAM", "0.125637", "0.174496"),
        covered("CORE", "0.067369", "0.093568"),
        fee("FEE", "0.36", "50").without("project"),
        usage("OLD", "0.5").credit(SPEND, FLEX, "-0.5"),
    ]);
    assert_eq!(
        column(&night, "EffectiveCost"),
        ["0.022994", "0.0000022", "0.0000109", "0.125637", "0.067369", "0", "0.36",]
    );
}

/// Σ of cost and credits inside the row; tax, adjustments and rounding; a correction; a row without a project;
/// promotions; a spot machine; 18 decimals and exponents.
#[test]
fn every_kind_of_line() {
    let night = night(&[
        usage("CORE", "10").credit("SUSTAINED_USAGE_DISCOUNT", "", "-1.5").credit("PROMOTION", "", "-2.25"),
        usage("TAX", "1.9").set("cost_type", "tax".into()).without("project").described("Tax"),
        usage("ADJ", "-3").set("cost_type", "adjustment".into()).set("adjustment_info", json!({"type": "GOODWILL"})),
        usage("CORE", "-10").set("adjustment_info", json!({"type": "USAGE_CORRECTION", "mode": "COMPLETE_NEGATION"})),
        usage("R", "0.000000004").set("cost_type", "rounding_error".into()),
        usage("SPOT", "1.81E-8").described("Spot Preemptible N2 Instance Core running in Americas"),
        usage("TINY", "0.123456789012345678"),
    ]);
    // 10 − 1.5 − 2.25 = 6.25
    let net = ["6.25", "1.9", "-3", "-10", "0.000000004", "0.0000000181", "0.123456789012345678"];
    assert_eq!(column(&night, "BilledCost"), net);
    assert_eq!(column(&night, "EffectiveCost"), net);
    let category = ["Usage", "Tax", "Adjustment", "Usage", "Adjustment", "Usage", "Usage"];
    assert_eq!(column(&night, "ChargeCategory"), category);
    assert_eq!(column(&night, "ChargeClass"), ["", "", "", "Correction", "", "", ""]);
    assert_eq!(column(&night, "SubAccountId"), ["shop", "", "shop", "shop", "shop", "shop", "shop"]);
    assert_eq!(column(&night, "SubAccountType")[..2], ["Project", ""]);
    assert_eq!(column(&night, "PricingCategory"), ["Standard", "", "", "Standard", "", "Dynamic", "Standard"]);
    assert_eq!(column(&night, "x_Discounts")[0], "{\"PROMOTION\":-2.25,\"SUSTAINED_USAGE_DISCOUNT\":-1.5}");
    // No list price in the export: none is made up for usage; of tax it is the tax.
    assert_eq!(column(&night, "ListCost")[..2], ["", "1.9"]);
}

/// The invoice month is Pacific: usage until 07:00 UTC of 1 November may be October's, and usage of October may be on
/// November's invoice. November begins in daylight saving time, December does not.
#[test]
fn months_are_those_of_the_invoice() {
    let night = Night::new(CONFIG);
    let late = usage("CORE", "1").at("2026-11-01 06:00:00 UTC", "2026-11-01 07:00:00 UTC", "2026-11-01 09:00:00 UTC");
    night.write("dumps/part-0.json", json_lines(&[late, usage("CORE", "2").set("invoice.month", "202611".into())]));
    night.run().exits(0).says("ties gcp 2026-10: 1 rows").says("ties gcp 2026-11: 1 rows");
    assert_eq!(column(&night, "x_BillingMonth"), ["2026-10", "2026-11"]);
    assert_eq!(column(&night, "x_ChargeDay"), ["2026-11-01", "2026-10-05"]);
    let time = |name: &str| {
        column(&night, name).iter().map(|text| text.replace(' ', "T")[..13].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(time("BillingPeriodStart"), ["2026-10-01T07", "2026-11-01T07"]);
    assert_eq!(time("BillingPeriodEnd"), ["2026-11-01T07", "2026-12-01T08"]);
}

/// Costs are in the bill's currency; what the prices are in, the export does not say.
#[test]
fn another_currency() {
    let chf = |row: Row| row.set("currency", "CHF".into()).number("currency_conversion_rate", "0.8");
    // 1000 units are 10 USD; 4 CHF ÷ 0.8 = 5 USD are covered. Used: 6 × 5 ÷ 10 = 3.
    let night = night(&[
        chf(fee("FEE", "6", "1000")),
        chf(usage("CORE", "5")).credit(SPEND, FLEX, "-4").set("price", json!({"list_price": "0.05"})),
        usage("USD", "1").set("price", json!({"list_price": "0.05", "effective_price": 0.045})),
    ]);
    assert_eq!(column(&night, "EffectiveCost"), ["3", "4", "1"]);
    assert_eq!(column(&night, "BillingCurrency"), ["CHF", "CHF", "USD"]);
    assert_eq!(column(&night, "PricingCurrency"), ["USD"; 3]);
    assert_eq!(column(&night, "ListUnitPrice"), ["", "", "0.05"]);
    assert_eq!(column(&night, "ContractedUnitPrice"), ["", "", "0.045"]);
}

/// The label of a resource goes before a tag bound to it, that before the project's label, that before a tag from above.
#[test]
fn labels_and_tags() {
    let tag = |key: &str, value: &str, inherited: bool| json!({"key": key, "value": value, "inherited": inherited, "namespace": "1"});
    let row = usage("CORE", "1").label("team", "web").label("empty", "");
    let row = row.set("project", json!({"id": "shop", "labels": [{"key": "team", "value": "p"}, {"key": "env", "value": "p"}, {"key": "cc", "value": "7"}]}));
    let row = row.set("tags", json!([tag("cc", "inherited", true), tag("env", "bound", false), tag("org", "x", true)]));
    let spec = json!([{"key": "compute.googleapis.com/machine_spec", "value": "n2-standard-4"}]);
    let resource =
        json!({"name": "vm-1", "global_name": "//compute.googleapis.com/projects/1/zones/us-central1-a/instances/77"});
    let night = night(&[row.set("system_labels", spec).set("resource", resource)]);
    assert_eq!(
        column(&night, "Tags"),
        ["{\"cc\":\"7\",\"empty\":\"\",\"env\":\"bound\",\"org\":\"x\",\"team\":\"web\"}"]
    );
    assert_eq!(column(&night, "x_InstanceType"), ["n2-standard-4"]);
    assert_eq!([column(&night, "ResourceName")[0].as_str(), &column(&night, "ResourceType")[0]], ["vm-1", "instances"]);
    let names = ["ServiceName", "ServiceCategory", "RegionId", "RegionName", "AvailabilityZone"]
        .map(|name| column(&night, name).remove(0));
    assert_eq!(names, ["Compute Engine", "Compute", "us-central1", "Iowa", "us-central1-a"]);
}

/// The same rows as Parquet, as JSON, and as JSON with quoted numbers and BigQuery's wrapping of lists.
#[test]
fn parquet_and_json_are_the_same_charges() {
    let rows = [
        usage("CORE", "1.5e-5").label("team", "a \"b\"").credit("PROMOTION", "Free trial", "-1E-7"),
        usage("RAM", "0.1").without("project").number("cost_at_list", "1e12").exported("2026-10-05 15:00:00 UTC"),
        usage("X", "100").set("price", json!({"list_price": "0.174592"})).number("usage.amount", "4.6128932E16"),
        usage("T", "1").set("tags", json!([{"key": "k", "value": "v", "inherited": true}])),
    ];
    let quoted = rows.clone().map(|row| {
        let cost = row.0["cost"].to_string();
        let row = row.set("cost", cost.into());
        let Some(credits) = row.0.get("credits").cloned() else { return row };
        let items: Vec<_> = credits.as_array().unwrap().iter().map(|item| json!({"element": item})).collect();
        row.set("credits", json!({"list": items}))
    });
    let files = [
        ("part-0.parquet", parquet(&rows)),
        ("part-0.json", json_lines(&rows)),
        ("part-0.json.gz", gzip(&json_lines(&quoted))),
    ];
    let charges = files.map(|(name, bytes)| {
        let night = Night::new(CONFIG);
        night.write(&format!("dumps/{name}"), bytes);
        night.run().exits(0);
        let mut rows = night.query("SELECT * FROM cost ORDER BY x_SourceRow");
        for row in &mut rows {
            row.remove("x_SourceFile");
        }
        rows
    });
    assert_eq!(charges[0].len(), 4);
    let columns = |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| format!("{row:#?}")).collect::<Vec<_>>();
    assert_eq!(columns(&charges[0]), columns(&charges[1]));
    assert_eq!(columns(&charges[0]), columns(&charges[2]));
    assert_eq!(charges[0][0]["BilledCost"], "0.0000149");
}

#[test]
fn what_is_wrong_is_named() {
    let good = String::from_utf8(json_lines(&[usage("CORE", "1"), usage("CORE", "1")])).unwrap();
    let unknown = json_lines(&[usage("CORE", "1").set("cost_type", "gift".into())]);
    let blank = json_lines(&[usage("CORE", "1"), usage("CORE", "1").without("cost")]);
    let list = json_lines(&[usage("CORE", "1").set("credits", json!([{"amount": "much"}]))]);
    let month = json_lines(&[usage("CORE", "1").set("invoice.month", "October".into())]);
    let focus = json_lines(&[usage("CORE", "1").set("BilledCost", json!(1))]);
    for (name, bytes, words) in [
        ("a.json", format!("{good}{{\"cost\": 1\n").into_bytes(), "a.json, line 3"),
        ("a.json", format!("{good}[]\n").into_bytes(), "every line of the file must be one"),
        ("a.json", b"[{\"cost\": 1}]".to_vec(), "is one JSON array"),
        ("a.json.gz", gzip(good.as_bytes())[..60].to_vec(), "truncated"),
        ("a.json", unknown, "`gift` is not a line type this format knows"),
        ("a.json", blank, "row 2, column cost"),
        ("a.json", list, "column cost+credits[].amount"),
        ("a.json", month, "`October` is not the start of a billing period"),
        ("a.json", focus, "say format = \"gcp-focus\""),
        ("a.json", b"cost,currency\n1,USD\n".to_vec(), "is no gcp-detailed-usage export: it lacks"),
    ] {
        let night = Night::new(CONFIG);
        night.write(&format!("dumps/{name}"), bytes);
        night.run().exits(1).complains(words);
    }
}
