//! A small bill of each format, delivered as its provider does.

use super::super::azure;
use super::super::azure_exports::{self, Run};
use super::super::bucket::{self, Bill, gz};
use super::super::exports::{self, Bucket, cur2, parquet};
use super::super::gcp_export::{self, json_lines};
use super::super::place::Night;
use super::{focus_rows, gcp_rows};

/// The id of a format, and who delivers a bill of it.
type Delivered = (&'static str, fn() -> Night);

/// One of each format.
pub const BILLS: &[Delivered] = &[
    ("aws-cur-legacy", aws_cur_legacy),
    ("aws-cur2", aws_cur2),
    ("aws-focus", aws_focus),
    ("azure-cost-details", azure_cost_details),
    ("azure-focus", azure_focus),
    ("gcp-detailed-usage", || gcp("gcp-detailed-usage", &json_lines(&gcp_rows::detailed()))),
    ("gcp-standard-usage", || gcp("gcp-standard-usage", &json_lines(&gcp_rows::standard()))),
    ("gcp-focus", || gcp("gcp-focus", &focus_rows::google())),
    ("focus", focus),
];

/// The line type that the hand-worked bill lacks.
fn with_volume_discount(mut bill: Bill) -> Bill {
    let (id, kind) = (bill.at("identity/LineItemId"), bill.at("lineItem/LineItemType"));
    let mut row = bill.rows[27].clone();
    (row[id], row[kind]) = ("golden1".into(), "RiVolumeDiscount".into());
    bill.rows.push(row);
    bill
}

/// The hand-worked bill with its discounts as lines. Of 1.36 that a Savings Plan covers 1.35 is taken back: the rest is a
/// charge of its own.
fn aws_cur_legacy() -> Night {
    let night = Night::new(bucket::CONFIG);
    with_volume_discount(Bill::hand_worked()).set(13, "lineItem/UnblendedCost", "-1.35").deliver(&night);
    night
}

/// The same bill with its discounts inside the net costs, as Parquet with maps and floats.
fn aws_cur2() -> Night {
    let night = Night::new(exports::CONFIG);
    let bill = cur2(&with_volume_discount(Bill::hand_worked_net()));
    Bucket::new(&night).deliver("2026-09", "snappy.parquet", &[parquet(&bill)]);
    night
}

fn aws_focus() -> Night {
    let night = Night::new(&exports::CONFIG.replace("aws-cur2", "aws-focus"));
    let bucket = Bucket { partition: "billing_period", ..Bucket::new(&night) };
    bucket.deliver("2026-09", "csv.gz", &[gz(&focus_rows::aws(), 6)]);
    night
}

/// Both datasets of the hand-worked bill, with the one charge type that it lacks.
fn azure_cost_details() -> Night {
    let night = Night::new(azure_exports::CONFIG);
    for (run, name) in [(Run::actual(&night), "actual.csv"), (Run::amortized(&night), "amortized.csv")] {
        let text = azure::fixture(name);
        let line = text.lines().find(|line| line.contains("RoundingAdjustment")).expect("a rounding");
        let text = format!("{text}{}\n", line.replace("RoundingAdjustment", "Adjustment").replace("-0.004", "4E-18"));
        let rows = text.lines().count() as i64 - 1;
        run.deliver(&[("part_0_0001.csv", text.into_bytes(), rows)]);
    }
    night
}

fn azure_focus() -> Night {
    let night = Night::new(&azure_exports::CONFIG.replace("azure-cost-details", "azure-focus"));
    let text = focus_rows::azure();
    let rows = csv::Reader::from_reader(text.as_slice()).records().count() as i64;
    Run { export: "focus", kind: "FocusCost", ..Run::actual(&night) }.deliver(&[("part_0_0001.csv", text, rows)]);
    night
}

fn gcp(format: &str, rows: &[u8]) -> Night {
    let night = Night::new(&gcp_export::CONFIG.replace("gcp-detailed-usage", format));
    night.write("dumps/export_time=2026-10-05/part-0.json", rows);
    night
}

fn focus() -> Night {
    let night = Night::new(&bucket::focus_source("loose", &[("[\"2026-09\"]", "[\"bill.csv\"]")]));
    night.write("exports/bill.csv", focus_rows::loose());
    night
}
