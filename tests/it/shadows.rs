//! Second exports of the same bill: landed and compared, never published.

use super::bucket::{Bill, gz};
use super::exports::{Bucket, cur2};
use super::place::Night;
use costmill::focus::column::all;

/// The legacy report as the bill, and a second source.
fn config(second: &str) -> String {
    format!(
        "catalogue = \"small\"\n\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"cur\"\n{FILE_SET}\n{second}"
    )
}

const FILE_SET: &str = "[[source.file_set]]\nbilling_periods = [\"2026-09\"]\nfiles = [\"bill.csv\"]\n";
const NEWER: &str = "[[source]]\nid = \"newer\"\nformat = \"aws-cur2\"\nlocation = \"exports\"\nrole = \"shadow\"\n";
const FOCUS: &str = "[[source]]\nid = \"focus\"\nformat = \"aws-focus\"\nlocation = \"exports\"\nrole = \"shadow\"\n";
/// A sub account of the hand-worked bill.
const LINKED: &str = "034567890123";

fn with_bill(config: &str) -> Night {
    let night = Night::new(config);
    night.write("cur/bill.csv", Bill::hand_worked().csv());
    night
}

/// The published charges as AWS's FOCUS 1.2 export has them: no x_UsageType, and no costs of split rows.
pub fn focus_of(night: &Night) -> Bill {
    let names: Vec<&str> = all().map(|column| column.name).filter(|name| !name.starts_with("x_")).collect();
    let sql = format!("SELECT {}, x_Operation, x_ServiceCode FROM cost ORDER BY x_SourceRow", names.join(", "));
    let rows = night.query(&sql);
    let header: Vec<String> = names.iter().copied().chain(["x_Operation", "x_ServiceCode"]).map(String::from).collect();
    let rows = rows.iter().map(|row| header.iter().map(|name| row[name].clone()).collect()).collect();
    Bill { header, rows }
}

fn deliver_focus(night: &Night, bill: &Bill) {
    let bucket = Bucket { partition: "billing_period", ..Bucket::new(night) };
    bucket.deliver("2026-09", "csv.gz", &[gz(&bill.csv(), 6)]);
}

#[test]
fn a_shadow_is_compared_and_not_published() {
    let night = with_bill(&config(""));
    night.run().exits(0);
    let before = night.standing();
    night.write("costmill.toml", config(NEWER));
    Bucket::new(&night).deliver_csv("2026-09", &cur2(&Bill::hand_worked()));
    night.run().exits(0).says("shadow newer 2026-09: 45 rows, not published").says("nothing new");
    night.still_stands(&before, "a shadow");
    let sources = night.query("SELECT DISTINCT x_SourceId FROM cost");
    assert_eq!((sources.len(), sources[0]["x_SourceId"].as_str()), (1, "aws"));
    let told = night.costmill(&["reconcile", "--cross"]).exits(0);
    told.says("2026-09: aws and newer agree").says("4812.4470000181");
    // What is summed once is not summed again.
    let again = night.run().exits(0);
    assert!(!again.stdout.contains("not published"), "{}", again.stdout);
}

/// The worked bill's own FOCUS export agrees; what it carries besides is carried too.
#[test]
fn native_and_focus_agree() {
    let night = with_bill(&config(FOCUS));
    night.run().exits(3).complains("exports");
    deliver_focus(&night, &focus_of(&night));
    night.run().exits(0).says("shadow focus 2026-09: 45 rows");
    night.costmill(&["reconcile", "--cross", "--period", "2026-09"]).exits(0).says("aws and focus agree");
}

#[test]
fn a_difference_is_listed_with_its_cause() {
    let night = with_bill(&config(FOCUS));
    night.run().exits(3);
    let focus = focus_of(&night);
    let services: Vec<String> = focus.rows.iter().map(|row| row[focus.at("ServiceName")].clone()).collect();
    // Row 20 is 0.96; row 24 is renamed, and so is its discount in row 31; row 36, a credit, is gone.
    let mut changed = focus.clone().set(20, "EffectiveCost", "0.95");
    let at = changed.at("ServiceName");
    for row in changed.rows.iter_mut().filter(|row| row[at] == services[23]) {
        row[at] = "Object Store".into();
    }
    changed.rows.remove(35);
    deliver_focus(&night, &changed);
    night.run().exits(0);
    let told = night.costmill(&["reconcile", "--cross"]).exits(4);
    told.says("DO NOT AGREE").says("the costs differ").says("the same money under another service").says("-0.01");
    let json = night.costmill(&["reconcile", "--cross", "--format", "json"]).exits(4).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let found = json[0]["differences"].as_array().unwrap();
    let cause = |cause: &str| found.iter().filter(|one| one["cause"] == cause).collect::<Vec<_>>();
    assert_eq!(cause("only in the primary").len(), 1, "{found:?}");
    assert_eq!(cause("only in the primary")[0]["ChargeCategory"], "Credit");
    let differ = cause("the costs differ");
    assert_eq!(differ.len(), 1, "{found:?}");
    assert_eq!(differ[0]["measures"][0]["measure"], "EffectiveCost");
    assert_eq!(differ[0]["measures"][0]["difference"], "-0.01");
    assert!(cause("the same money under another service").len() >= 2, "{found:?}");
    // The credit of 3 is the largest difference.
    night.costmill(&["reconcile", "--cross", "--tolerance", "2.99"]).exits(4);
    night.costmill(&["reconcile", "--cross", "--tolerance", "1000"]).exits(0);
    night.costmill(&["reconcile", "--cross", "--tolerance", "much"]).exits(2);
}

/// FOCUS 1.2 of AWS has no usage type and no instance type of its own.
#[test]
fn what_the_waste_rules_read_is_found_in_focus() {
    let night = with_bill(&config(""));
    night.run().exits(0);
    let mut focus = focus_of(&night).with("x_Discounts", "{}");
    let (meter, details) = (focus.at("SkuMeter"), focus.at("SkuPriceDetails"));
    focus.rows[0][details] = r#"{"InstanceType":"m5.xlarge","CoreCount":4}"#.into();
    focus.rows[1][meter] = "EUW1-BoxUsage:c5.large".into();
    focus.rows[2][meter] = "EBS:VolumeUsage.gp3".into();
    let tags = focus.at("Tags");
    focus.rows[3][tags] = r#"{"user:team":"maps","costCategory/unit":"geo"}"#.into();
    night.write("costmill.toml", FOCUS.replace("role = \"shadow\"\n", ""));
    let fresh = Night::new(&FOCUS.replace("role = \"shadow\"\n", ""));
    deliver_focus(&fresh, &focus);
    fresh.run().exits(0);
    let rows = fresh.query(
        "SELECT x_UsageType, x_InstanceType, x_ServiceCode, Tags, x_CostCategories FROM cost ORDER BY x_SourceRow",
    );
    assert_eq!(rows[0]["x_InstanceType"], "m5.xlarge");
    assert_eq!(
        (rows[1]["x_UsageType"].as_str(), rows[1]["x_InstanceType"].as_str()),
        ("EUW1-BoxUsage:c5.large", "c5.large")
    );
    assert_eq!(rows[2]["x_InstanceType"], "");
    assert_eq!(
        (rows[3]["Tags"].as_str(), rows[3]["x_CostCategories"].as_str()),
        (r#"{"team":"maps"}"#, r#"{"unit":"geo"}"#)
    );
    assert_eq!(rows[3]["x_ServiceCode"], "AmazonEC2");
}

/// A payer's report and that of one of its accounts.
fn payer_and_linked(linked: &str) -> Night {
    let set = FILE_SET.replace("bill.csv", "linked.csv");
    let night = with_bill(&config(&format!(
        "[[source]]\nid = \"linked\"\nformat = \"aws-cur-legacy\"\nlocation = \"cur\"\n{linked}{set}"
    )));
    let bill = Bill::hand_worked();
    let account = bill.at("lineItem/UsageAccountId");
    let rows: Vec<_> = bill.rows.iter().filter(|row| row[account] == LINKED).cloned().collect();
    assert!(rows.len() > 2, "the linked account has charges");
    night.write("cur/linked.csv", Bill { header: bill.header.clone(), rows }.csv());
    night
}

#[test]
fn a_payer_and_its_linked_account_would_double_the_bill() {
    payer_and_linked("").run().exits(4).complains("adding them doubles the bill").complains("role = \"shadow\"");
}

#[test]
fn a_linked_account_may_be_a_shadow_of_the_payer() {
    let night = payer_and_linked("role = \"shadow\"\n");
    night.run().exits(0).says("published version 0: aws 2026-09");
    // The linked account's report knows nothing of the others.
    night.costmill(&["reconcile", "--cross"]).exits(4).says("only in the primary");
    let night = payer_and_linked(&format!("role = \"shadow\"\nsub_accounts = [\"{LINKED}\"]\n"));
    night.run().exits(0);
    night.costmill(&["reconcile", "--cross"]).exits(0).says("aws and linked agree");
}

#[test]
fn sources_that_are_said_to_be_disjoint_are_both_published() {
    let night = payer_and_linked("disjoint_from = [\"aws\"]\n");
    night.run().exits(0).says("published version 0: aws 2026-09, linked 2026-09");
}

#[test]
fn a_shadow_that_fails_is_told_and_stops_nothing() {
    let night = with_bill(&config(NEWER));
    Bucket::new(&night).deliver_csv("2026-09", &cur2(&Bill::hand_worked()).set(3, "line_item_unblended_cost", "much"));
    night.run().exits(3).says("published version 0: aws 2026-09").complains("`much` is not an amount of money");
    night.run().exits(3).says("nothing new");
    night.costmill(&["reconcile", "--cross"]).exits(2).complains("no shadow has been summed");
}

#[test]
fn a_published_source_cannot_become_a_shadow() {
    let night = payer_and_linked("disjoint_from = [\"aws\"]\n");
    night.run().exits(0);
    let text = night.read("costmill.toml").replace("disjoint_from = [\"aws\"]", "role = \"shadow\"");
    night.write("costmill.toml", text);
    night.run().exits(2).complains("source linked is a shadow now, and its charges of 2026-09 are published");
}

#[test]
fn cross_needs_a_shadow() {
    let night = with_bill(&config(""));
    night.run().exits(0);
    night.costmill(&["reconcile", "--cross"]).exits(2).complains("no source is a shadow");
    night.costmill(&["reconcile"]).exits(2);
    night.write("costmill.toml", NEWER);
    night.run().exits(2).complains("every source is a shadow");
}
