//! The hand-worked bills of `hand_worked.rs` as CUR 2.0: the same charges, the same results.

use super::bucket::Bill;
use super::exports::{Bucket, CONFIG, cur2, parquet};
use super::hand_worked::{CLASS_COLUMNS, Charge, GROSS, MONEY_COLUMNS, NET, assert_table};
use super::place::Night;
use costmill::focus::column::all;
use std::collections::BTreeMap;

const DISCOUNTS: [&str; 5] = ["EdpDiscount", "PrivateRateDiscount", "BundledDiscount", "SppDiscount", "Discount"];

fn csv_night(bill: &Bill) -> Night {
    let night = Night::new(CONFIG);
    Bucket::new(&night).deliver_csv("2026-09", bill);
    night
}

fn parquet_night(bill: &Bill) -> Night {
    let night = Night::new(CONFIG);
    Bucket::new(&night).deliver("2026-09", "snappy.parquet", &[parquet(bill)]);
    night
}

/// What the lake says of every charge, in the order of the files.
fn charges(night: &Night) -> Vec<BTreeMap<String, String>> {
    let columns = [&MONEY_COLUMNS[..], &CLASS_COLUMNS[..]].concat().join(", ");
    let sql = format!("SELECT x_LineItemType, {columns} FROM cost ORDER BY x_SourceFile, x_SourceRow");
    let mut rows = night.query(&sql);
    for (at, row) in rows.iter_mut().enumerate() {
        row.insert("x_SourceRow".into(), (at + 1).to_string());
    }
    rows
}

fn without_discounts(bill: &Bill) -> Bill {
    let at = bill.at("line_item_line_item_type");
    let rows = bill.rows.iter().filter(|row| !DISCOUNTS.contains(&row[at].as_str())).cloned();
    Bill { header: bill.header.clone(), rows: rows.collect() }
}

/// Discounts inside the net costs, with their sum and their parts beside them.
fn discounts_in_the_map() -> Bill {
    let bill = without_discounts(&cur2(&Bill::hand_worked_net()));
    let (gross, net) = (bill.at("line_item_unblended_cost"), bill.at("line_item_net_unblended_cost"));
    let mut bill = bill.with("discount", "{}").with("discount_total_discount", "0.0");
    for row in &mut bill.rows {
        let amount = |at: usize| row[at].parse::<f64>().unwrap();
        let discount = ((amount(net) - amount(gross)) * 1e9).round() / 1e9;
        if discount != 0.0 {
            let width = row.len();
            row[width - 2] = format!("{{\"edp_discount\":{discount}}}");
            row[width - 1] = discount.to_string();
        }
    }
    bill
}

#[test]
fn csv_with_discounts_as_lines() {
    let night = csv_night(&cur2(&Bill::hand_worked()));
    night.run().exits(0).says("ties aws 2026-09: 45 rows");
    assert_table(&charges(&night), GROSS, "CUR 2.0, CSV, gross");
}

#[test]
fn parquet_with_discounts_as_lines() {
    let night = parquet_night(&cur2(&Bill::hand_worked()));
    night.run().exits(0);
    assert_table(&charges(&night), GROSS, "CUR 2.0, Parquet, gross");
}

#[test]
fn parquet_with_net_columns() {
    let night = parquet_night(&cur2(&Bill::hand_worked_net()));
    night.run().exits(0);
    assert_table(&charges(&night), NET, "CUR 2.0, Parquet, net");
}

#[test]
fn discounts_in_the_map_are_inside_the_net_costs() {
    let worked: Vec<Charge> = NET.iter().filter(|charge| !DISCOUNTS.contains(&charge.line_type)).copied().collect();
    for night in [csv_night(&discounts_in_the_map()), parquet_night(&discounts_in_the_map())] {
        night.run().exits(0);
        assert_table(&charges(&night), &worked, "CUR 2.0, discounts in the map");
        let row =
            night.query("SELECT x_Discounts FROM cost WHERE x_UsageType LIKE '%BoxUsage%' AND BilledCost = 0.864");
        assert_eq!(row[0]["x_Discounts"], r#"{"edp_discount":-0.096}"#);
    }
}

/// Without a discount AWS leaves the net columns of CUR 2.0 empty: that is a gross bill.
#[test]
fn empty_net_columns_are_a_gross_bill() {
    let mut bill = cur2(&Bill::hand_worked_net());
    let net: Vec<usize> = (0..bill.header.len()).filter(|at| bill.header[*at].contains("_net_")).collect();
    bill.rows.iter_mut().for_each(|row| net.iter().for_each(|at| row[*at].clear()));
    let night = parquet_night(&bill);
    night.run().exits(0);
    assert_table(&charges(&night), GROSS, "CUR 2.0, empty net columns");
    assert_eq!(night.status()["slots"][0]["basis"], "gross");
    // One charge with a net cost: nobody knows which of the two this delivery is.
    let night = csv_night(&bill.set(20, "line_item_net_unblended_cost", "0.864"));
    night.run().exits(1).complains("row 20, column line_item_net_unblended_cost: `0.864` is a net cost");
}

/// Read as gross, the discount of the map would be lost and the bill too high.
#[test]
fn gross_costs_that_leave_a_discount_out_are_refused() {
    let night = csv_night(&discounts_in_the_map());
    night.write("costmill.toml", CONFIG.replace("[tags]", "money_basis = \"gross\"\n[tags]"));
    night.run().exits(1).complains("is a discount, and the gross costs leave it out");
}

/// Every column of `cost` but those that only CUR 2.0 can fill.
#[test]
fn the_same_month_is_the_same_charges_as_in_the_legacy_report() {
    const DIFFERENT: [&str; 5] = ["BillingAccountName", "SubAccountName", "x_SourceFile", "x_SourceRow", "x_SourceId"];
    let night = super::bucket::published();
    let newer = parquet_night(&cur2(&Bill::hand_worked()));
    newer.run().exits(0);
    let columns: Vec<&str> = all().map(|column| column.name).filter(|name| !DIFFERENT.contains(name)).collect();
    let sql = format!("SELECT {} FROM cost ORDER BY x_SourceFile, x_SourceRow", columns.join(", "));
    let (legacy, cur2) = (night.query(&sql), newer.query(&sql));
    assert_eq!(legacy.len(), 45);
    for (at, (legacy, cur2)) in legacy.iter().zip(&cur2).enumerate() {
        assert_eq!(legacy, cur2, "charge {}", at + 1);
    }
    let names = newer.query("SELECT DISTINCT BillingAccountName, SubAccountName FROM cost ORDER BY SubAccountName");
    assert_eq!(
        (names[0]["BillingAccountName"].as_str(), names[0]["SubAccountName"].as_str()),
        ("the payer", "account 0123")
    );
}

/// The legacy format finds most of these columns too, and would lose the tags.
#[test]
fn cur2_read_as_the_legacy_report_is_refused() {
    let night = Night::new(
        "[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \".\"\n\
         [[source.file_set]]\nbilling_periods = [\"2026-09\"]\nfiles = [\"cur2.csv\"]\n",
    );
    night.write("cur2.csv", cur2(&Bill::hand_worked()).csv());
    night.run().exits(1).complains("it has the column resource_tags").complains("say format = \"aws-cur2\"");
}

/// An export's query may take keys out of the maps, or select the map of all tags instead.
#[test]
fn tags_are_found_wherever_the_export_has_them() {
    let bill = cur2(&Bill::hand_worked());
    let flat = bill.clone().without("resource_tags").with("resource_tags_user_team", "maps");
    let all = bill
        .without("resource_tags")
        .with("tags", r#"{"resourceTags/team":"maps","accountTag/team":"other","costCategory/unit":"geo"}"#);
    for (bill, tags, categories) in
        [(flat, r#"{"team":"maps"}"#, ""), (all, r#"{"accountTag/team":"other","team":"maps"}"#, r#"{"unit":"geo"}"#)]
    {
        let night = csv_night(&bill);
        night.run().exits(0);
        let found = night.query("SELECT DISTINCT Tags, x_CostCategories FROM cost");
        assert_eq!(
            (found.len(), found[0]["Tags"].as_str(), found[0]["x_CostCategories"].as_str()),
            (1, tags, categories)
        );
    }
}
