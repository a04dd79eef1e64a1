//! A small bill in each export format, as parts that a test can break and deliver.

use super::super::azure::fixture;
use super::super::azure_exports::Run;
use super::super::bucket::{self, Bill, gz};
use super::super::exports::{Bucket, cur2};
use super::super::gcp_export::{Row, json_lines, usage};
use super::super::place::Night;
use serde_json::Value;
use std::sync::OnceLock;

/// The formats of the table, in the order of its columns.
pub const FORMATS: [&str; 7] =
    ["aws-cur-legacy", "aws-cur2", "aws-focus", "azure-cost-details", "azure-focus", "gcp-detailed-usage", "focus"];

/// One file of an export.
#[derive(Clone)]
pub struct Part {
    /// 0, or the number of the dataset it is of.
    pub dataset: usize,
    pub bill: Bill,
    /// Rows that the manifest says it has.
    pub counted: usize,
}

/// The native columns that a mutation changes.
pub struct Columns {
    pub line_type: &'static str,
    /// What a credit's line type is.
    pub credit: &'static str,
    pub cost: &'static str,
    /// Another money column, to be taken for the first.
    pub other: &'static str,
    pub currency: &'static str,
    pub account: &'static str,
    pub period: &'static str,
    /// The same day in August, as this export writes it.
    pub august: &'static str,
}

pub struct Estate {
    pub format: &'static str,
    pub parts: Vec<Part>,
    pub columns: Columns,
    /// The month that is published.
    pub month: &'static str,
    /// Delivers files, compressed or not as this format comes; returns their paths.
    pub deliver: fn(&Night, &[Part]) -> Vec<String>,
}

impl Estate {
    pub fn of(format: &'static str) -> Self {
        let month = if format == "gcp-detailed-usage" { "2026-10" } else { "2026-09" };
        let estate = |parts, columns, deliver| Self { format, parts, columns, month, deliver };
        match format {
            "aws-cur-legacy" => estate(split(0, &Bill::hand_worked(), 3), CUR, deliver_legacy),
            "aws-cur2" => estate(split(0, &cur2(&Bill::hand_worked()), 3), CUR_2, deliver_data_export),
            "aws-focus" => estate(split(0, focus_rows(), 2), FOCUS, deliver_aws_focus),
            "azure-cost-details" => {
                let mut parts = split(0, &details("actual.csv"), 1);
                parts.extend(split(1, &details("amortized.csv"), 2));
                estate(parts, DETAILS, deliver_cost_details)
            }
            "azure-focus" => {
                let bill = focus_rows().clone().with("x_SkuMeterCategory", "Virtual Machines");
                estate(split(0, &bill, 2), FOCUS, deliver_azure_focus)
            }
            "gcp-detailed-usage" => estate(split(0, &dump(), 2), GCP, deliver_dump),
            "focus" => estate(split(0, focus_rows(), 2), FOCUS, deliver_files),
            other => panic!("{other}: no estate"),
        }
    }

    /// One source at `exports`.
    pub fn config(&self) -> String {
        format!("catalogue = \"small\"\n\n{}", self.source(self.format, "exports"))
    }

    pub fn source(&self, id: &str, location: &str) -> String {
        let source = format!("[[source]]\nid = \"{id}\"\nformat = \"{}\"\nlocation = \"{location}\"\n", self.format);
        let set = "[[source.file_set]]\nbilling_periods = [\"2026-09\"]\nfiles = [\"part-*.csv\"]\n";
        source + if self.format == "focus" { set } else { "" }
    }

    /// A night with this delivered and not yet run.
    pub fn night(&self, parts: &[Part]) -> Night {
        let night = Night::new(&self.config());
        (self.deliver)(&night, parts);
        night
    }
}

const CUR: Columns = Columns {
    line_type: "lineItem/LineItemType",
    credit: "Credit",
    cost: "lineItem/UnblendedCost",
    other: "pricing/publicOnDemandCost",
    currency: "lineItem/CurrencyCode",
    account: "lineItem/UsageAccountId",
    period: "bill/BillingPeriodStartDate",
    august: "2026-08-01T00:00:00.000Z",
};

const CUR_2: Columns = Columns {
    line_type: "line_item_line_item_type",
    credit: "Credit",
    cost: "line_item_unblended_cost",
    other: "pricing_public_on_demand_cost",
    currency: "line_item_currency_code",
    account: "line_item_usage_account_id",
    period: "bill_billing_period_start_date",
    august: "2026-08-01T00:00:00.000Z",
};

const FOCUS: Columns = Columns {
    line_type: "ChargeCategory",
    credit: "Credit",
    cost: "EffectiveCost",
    other: "ListCost",
    currency: "BillingCurrency",
    account: "SubAccountId",
    period: "BillingPeriodStart",
    august: "2026-08-01T00:00:00Z",
};

const DETAILS: Columns = Columns {
    line_type: "ChargeType",
    credit: "Credit",
    cost: "CostInBillingCurrency",
    other: "UnitPrice",
    currency: "BillingCurrencyCode",
    account: "SubscriptionId",
    period: "BillingPeriodStartDate",
    august: "2026-08-01",
};

const GCP: Columns = Columns {
    line_type: "cost_type",
    // A credit is no row: it stands in a list in the row that it is taken off.
    credit: "",
    cost: "cost",
    other: "cost_at_list",
    currency: "currency",
    account: "project.id",
    period: "invoice.month",
    august: "202608",
};

/// The rows of a bill in so many parts.
fn split(dataset: usize, bill: &Bill, count: usize) -> Vec<Part> {
    let part = |rows: &[Vec<String>]| Part {
        dataset,
        bill: Bill { header: bill.header.clone(), rows: rows.to_vec() },
        counted: rows.len(),
    };
    bill.rows.chunks(bill.rows.len().div_ceil(count)).map(part).collect()
}

/// The hand-worked bill as FOCUS rows.
fn focus_rows() -> &'static Bill {
    static ROWS: OnceLock<Bill> = OnceLock::new();
    ROWS.get_or_init(|| super::super::shadows::focus_of(&bucket::published()))
}

fn details(name: &str) -> Bill {
    let text = fixture(name);
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let texts = |record: &csv::StringRecord| record.iter().map(str::to_string).collect::<Vec<_>>();
    let header = texts(reader.headers().expect("a header"));
    Bill { header, rows: reader.records().map(|row| texts(&row.expect("a row"))).collect() }
}

/// Two projects, a tax, an adjustment and a rounding; the first row has two credits. The fee of a commitment pays for
/// the usage beside it: the effective costs of the two are not what is billed.
fn dump() -> Bill {
    let header = [
        "sku.id",
        "cost",
        "cost_at_list",
        "currency",
        "project.id",
        "invoice.month",
        "cost_type",
        "credits",
        "sku.description",
        "usage.amount_in_pricing_units",
    ];
    let promotion = r#"[{"name":"p","type":"PROMOTION","amount":-2.25},{"name":"s","type":"SUSTAINED_USAGE_DISCOUNT","amount":-1.5}]"#;
    let covered = r#"[{"name":"c","full_name":"Committed use discount - dollar based: GCE Commitments","type":"COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE","amount":-1}]"#;
    let (core, fee) = ("N2 Instance Core running in Americas", "Commitment - dollar based v1: GCE for 1 year");
    let rows = [
        ["CORE", "10", "12", "USD", "shop", "202610", "regular", promotion, core, "1"],
        ["CORE", "4", "5", "USD", "web", "202610", "regular", "", core, "1"],
        ["RAM", "7", "8", "USD", "shop", "202610", "regular", "", core, "1"],
        ["TAX", "1.9", "1.9", "USD", "shop", "202610", "tax", "", "Tax", ""],
        ["FEE", "0.9", "1", "USD", "shop", "202610", "regular", "", fee, "100"],
        ["ADJ", "-3", "-3", "USD", "web", "202610", "adjustment", "", "Adjustment", ""],
        ["RAM", "0.123456789012345678", "1", "USD", "web", "202610", "regular", "", core, "1"],
        ["R", "0.000000004", "0.000000004", "USD", "shop", "202610", "rounding_error", "", "Rounding", ""],
        ["CORE", "1", "1.2", "USD", "shop", "202610", "regular", covered, core, "1"],
    ];
    Bill { header: header.map(String::from).to_vec(), rows: rows.map(|row| row.map(String::from).to_vec()).to_vec() }
}

/// The rows of such a table as the export has them.
fn rows(bill: &Bill) -> Vec<Row> {
    let row = |cells: &Vec<String>| {
        let named = bill.header.iter().zip(cells);
        named.fold(usage("CORE", "0").without("cost"), |row, (name, cell)| match name.as_str() {
            "cost" | "cost_at_list" | "usage.amount_in_pricing_units" if cell.is_empty() => row,
            // A number where it is one: what is not must be refused by the reader.
            "cost" | "cost_at_list" | "usage.amount_in_pricing_units" => match serde_json::from_str(cell) {
                Ok(Value::Number(number)) => row.set(name, Value::Number(number)),
                _ => row.set(name, cell.as_str().into()),
            },
            "credits" if cell.is_empty() => row,
            "credits" => row.set(name, serde_json::from_str(cell).expect("a list")),
            _ => row.set(name, cell.as_str().into()),
        })
    };
    bill.rows.iter().map(row).collect()
}

fn deliver_legacy(night: &Night, parts: &[Part]) -> Vec<String> {
    let bytes: Vec<_> = parts.iter().map(|part| gz(&part.bill.csv(), 6)).collect();
    bucket::deliver(night, bucket::PERIOD, &bytes);
    (1..=parts.len()).map(|number| bucket::part(bucket::PERIOD, number)).collect()
}

fn deliver_data_export(night: &Night, parts: &[Part]) -> Vec<String> {
    in_bucket(Bucket::new(night), parts)
}

fn deliver_aws_focus(night: &Night, parts: &[Part]) -> Vec<String> {
    in_bucket(Bucket { partition: "billing_period", ..Bucket::new(night) }, parts)
}

fn in_bucket(bucket: Bucket<'_>, parts: &[Part]) -> Vec<String> {
    let bytes: Vec<_> = parts.iter().map(|part| gz(&part.bill.csv(), 6)).collect();
    let keys = bucket.files("2026-09", "", "csv.gz", &bytes);
    bucket.manifest("2026-09", "", &keys);
    keys.iter().map(|key| key.replace("s3://bucket/", "")).collect()
}

fn deliver_cost_details(night: &Night, parts: &[Part]) -> Vec<String> {
    let mut paths = by_run(Run::actual(night), parts, 0);
    paths.extend(by_run(Run::amortized(night), parts, 1));
    paths
}

fn deliver_azure_focus(night: &Night, parts: &[Part]) -> Vec<String> {
    by_run(Run { export: "focus", kind: "FocusCost", ..Run::actual(night) }, parts, 0)
}

/// One run of an export with the parts of its dataset.
fn by_run(run: Run<'_>, parts: &[Part], dataset: usize) -> Vec<String> {
    let parts = parts.iter().filter(|part| part.dataset == dataset).enumerate();
    let files: Vec<(String, Vec<u8>, i64)> = parts
        .map(|(at, part)| (format!("part_{at}_0001.csv.gz"), gz(&part.bill.csv(), 6), part.counted as i64))
        .collect();
    let named: Vec<(&str, Vec<u8>, i64)> =
        files.iter().map(|(name, bytes, rows)| (name.as_str(), bytes.clone(), *rows)).collect();
    run.deliver(&named);
    files.iter().map(|(name, ..)| run.path(name)).collect()
}

fn deliver_dump(night: &Night, parts: &[Part]) -> Vec<String> {
    plain(night, parts, |part| json_lines(&rows(&part.bill)), "json")
}

fn deliver_files(night: &Night, parts: &[Part]) -> Vec<String> {
    plain(night, parts, |part| part.bill.csv(), "csv")
}

fn plain(night: &Night, parts: &[Part], bytes: impl Fn(&Part) -> Vec<u8>, ending: &str) -> Vec<String> {
    let write = |(at, part): (usize, &Part)| {
        let folder = if ending == "json" { "exports/dump" } else { "exports" };
        let path = format!("{folder}/part-{at}.{ending}");
        night.write(&path, bytes(part));
        path
    };
    parts.iter().enumerate().map(write).collect()
}
